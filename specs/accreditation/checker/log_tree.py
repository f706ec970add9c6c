"""Section 9: the tree of the log, and its proofs (RFC 9162 §2.1)."""

import hashlib

from signed_lists import canonical


def written(digest):
    return "sha-256:" + digest.hex()


def digest_of(text):
    return bytes.fromhex(text.removeprefix("sha-256:"))


def leaf(entry):
    return hashlib.sha256(b"\x00" + canonical(entry).encode()).digest()


def parent(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size):
    """The largest power of two below a size."""
    return 1 << ((size - 1).bit_length() - 1)


def root(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().digest()
    middle = split(len(leaves))
    return parent(root(leaves[:middle]), root(leaves[middle:]))


class NoProof(Exception):
    """The path has another length than a proof of this has."""


def last_of(path):
    if not path:
        raise NoProof
    return path[:-1], path[-1]


def included_root(hashed, index, size, path):
    """The root that a path leads to from a leaf."""
    if size == 1:
        if path:
            raise NoProof
        return hashed
    below, sibling = last_of(path)
    middle = split(size)
    if index < middle:
        return parent(included_root(hashed, index, middle, below), sibling)
    return parent(sibling, included_root(hashed, index - middle, size - middle, below))


def consistent_roots(first, second, path, known):
    """The roots of both trees that a path leads to; `known` is the first one where it is not sent."""
    if first == second:
        if known is not None:
            if path:
                raise NoProof
            return known, known
        below, same = last_of(path)
        if below:
            raise NoProof
        return same, same
    below, sibling = last_of(path)
    middle = split(second)
    if first <= middle:
        before, after = consistent_roots(first, middle, below, known)
        return before, parent(after, sibling)
    before, after = consistent_roots(first - middle, second - middle, below, None)
    return parent(sibling, before), parent(sibling, after)


def proves_inclusion(hashed, index, size, path, of_root):
    try:
        return index < size and included_root(hashed, index, size, path) == of_root
    except NoProof:
        return False


def proves_consistency(first, first_root, second, second_root, path):
    if first > second:
        return False
    if first == 0:
        return not path and first_root == root([]) and (second > 0 or second_root == first_root)
    try:
        return consistent_roots(first, second, path, first_root) == (first_root, second_root)
    except NoProof:
        return False
