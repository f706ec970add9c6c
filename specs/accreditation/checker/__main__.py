"""A reader of register lists, written from ../README.md alone, that answers the vectors beside it.

Needs Python 3.9 or later and nothing else. Prints each vector that it answers otherwise, and fails then.
`python3 specs/accreditation/checker` runs all; names of files in `vectors/` as arguments run those alone.
"""

import copy
import json
import sys
from datetime import timedelta
from pathlib import Path

from chains import STATUSES, List, check_delegations, evaluate
from log_tree import digest_of, leaf, proves_consistency, proves_inclusion, root, written
from replay import Contradiction, replay
from signed_lists import (
    Refused,
    apply_delta,
    check_consistency,
    check_continues,
    check_follows,
    content_hash,
    operator_keys,
    read_signed,
    receipt_is_believed,
)
from times import moment
from verdicts import COLOURS, quality, verdict

SPECIFICATION = Path(__file__).resolve().parent.parent
NOW = "2026-11-21T11:00:00Z"


def patched(document, changes):
    document = copy.deepcopy(document)
    for change in changes:
        *steps, name = change["path"].split("/")[1:]
        target = document
        for step in steps:
            target = target[int(step)] if isinstance(target, list) else target[step]
        value = copy.deepcopy(change.get("value"))
        if isinstance(target, list):
            if change["op"] == "add":
                target.insert(len(target) if name == "-" else int(name), value)
            elif change["op"] == "replace":
                target[int(name)] = value
            else:
                del target[int(name)]
        elif change["op"] == "remove":
            del target[name]
        else:
            target[name] = value
    return document


EXAMPLE = json.loads((SPECIFICATION / "examples/list.json").read_text(encoding="utf-8"))


def content_of(vector):
    return patched(EXAMPLE, vector.get("changes", []))


def list_of(vector):
    content = content_of(vector)
    check_consistency(content)
    return List(content)


def at(vector, name, otherwise=None):
    given = vector.get(name, otherwise)
    return moment(given) if given else None


def answer_list(vector, file):
    anchors = [file["anchor"]]
    try:
        read_at = at(vector, "at")
        content = read_signed(vector["list"] + "A" * vector.get("padding", 0), anchors, read_at)
        found = {"contentHash": content_hash(content)}
        if "previous" in vector:
            check_follows(content, read_signed(vector["previous"], anchors, read_at + timedelta(hours=1)))
        return {**found, "expect": "fresh" if List(content).is_fresh(read_at) else "stale"}
    except Refused as refused:
        word = str(refused)
        return {**({} if word not in ("rolled-back", "forked") else found), "expect": word}


def answer_delta(vector, file):
    anchors, read_at = [file["anchor"]], moment(file["at"])
    held = read_signed(vector["held"], anchors, read_at)
    made = {}
    try:
        signed = apply_delta(vector["delta"], held)
        content = read_signed(signed, anchors, read_at)
        made = {"list": signed}
        check_follows(content, held)
        return {**made, "expect": "fresh" if List(content).is_fresh(read_at) else "stale"}
    except Refused as refused:
        return {**made, "expect": str(refused)}


def answer_evaluation(vector, _):
    question = list_of(vector), vector["issuer"], vector["claim"], at(vector, "at"), at(vector, "now", NOW)
    found = evaluate(*question, at(vector, "knownAt"))
    if found is None:
        return "unknown-issuer"
    return {name: found.get(name) for name in vector["expect"]}


def answer_verdict(vector, _):
    register = None if vector.get("register") == "unreachable" else list_of(vector)
    times = at(vector, "claimedAt"), at(vector, "receivedAt"), at(vector, "now", NOW)
    code = verdict(register, vector["issuer"], vector["kid"], vector["claim"], *times)
    return {"code": code, "colour": COLOURS.get(code, "red")}


def answer_quality(vector, _):
    register, now = list_of(vector), at(vector, "now")
    issuer = vector["issuer"]
    return {"then": quality(register, issuer, at(vector, "then"), now), "now": quality(register, issuer, now, now)}


def answer_participation(vector, _):
    register = list_of(vector)
    chains = register.chains(register.entities[vector["entity"]], at(vector, "knownAt", NOW))
    statuses = [chain.status(at(vector, "at")) for chain in chains] or ["absent"]
    # How it is said is this implementation's own affair.
    return {**vector["expect"], "status": min(statuses, key=STATUSES.index)}


def answer_log(vector, file):
    leaves = [leaf(entry) for entry in file["entries"]]
    if vector["proof"] == "root":
        return written(root(leaves[: vector["size"]]))
    path = [digest_of(step) for step in vector["path"]]
    if vector["proof"] == "inclusion":
        hashed, of_root = leaf(file["entries"][vector["entry"]]), digest_of(vector["root"])
        return "valid" if proves_inclusion(hashed, vector["index"], vector["size"], path, of_root) else "invalid"
    roots = digest_of(vector["firstRoot"]), digest_of(vector["secondRoot"])
    holds = proves_consistency(vector["first"], roots[0], vector["second"], roots[1], path)
    return "valid" if holds else "invalid"


def answer_replay(vector, _):
    try:
        replay(vector["entries"])
    except Contradiction:
        return "inconsistent"
    return "consistent"


def answer_key_change(vector, _):
    anchors, read_at = vector["anchors"], at(vector, "at")
    try:
        content = read_signed(vector["list"], anchors, read_at)
        if "previous" in vector:
            check_follows(content, read_signed(vector["previous"], anchors, read_at))
        check_continues(content, vector.get("seen", {"number": 0}))
    except Refused as refused:
        return {"expect": str(refused)}
    keys = operator_keys(content, anchors)
    receipts = [receipt_is_believed(one["receipt"], content["iss"], keys) for one in vector.get("receipts", [])]
    words = ["believed" if believed else "not-trusted" for believed in receipts]
    return {"expect": "fresh" if List(content).is_fresh(read_at) else "stale", **({"receipts": words} if words else {})}


FILES = {
    "lists": answer_list,
    "deltas": answer_delta,
    "key-changes": answer_key_change,
    "evaluation": answer_evaluation,
    "verdicts": answer_verdict,
    "delegations": lambda vector, _: check_delegations(content_of(vector)),
    "quality": answer_quality,
    "participation": answer_participation,
    "log": answer_log,
    "replay": answer_replay,
}


def main(names):
    failed = 0
    for name in names or FILES:
        file = json.loads((SPECIFICATION / f"vectors/{name}.json").read_text(encoding="utf-8"))
        for vector in file["vectors"]:
            expected = vector["expect"]
            if name == "lists":
                expected = {key: vector[key] for key in ("contentHash", "expect") if key in vector}
            if name == "deltas":
                expected = {key: vector[key] for key in ("list", "expect") if key in vector}
            if name == "key-changes":
                words = [one["expect"] for one in vector.get("receipts", [])]
                expected = {"expect": expected, **({"receipts": words} if words else {})}
            found = FILES[name](vector, file)
            if found != expected:
                failed += 1
                print(f"{name}: {vector['comment']}\n  expected {expected}\n  found    {found}")
        print(f"{name}: {len(file['vectors'])} vectors")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
