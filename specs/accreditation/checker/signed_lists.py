"""Sections 1 and 2: which signed lists are relied on."""

import base64
import hashlib
import json
from datetime import timedelta

from ed25519 import ed25519_verifies
from times import moment, window

LONGEST_LIST = 16 * 1024 * 1024


class Refused(Exception):
    """Why something is refused, in the word of the vectors."""


def decode(text):
    if "=" in text:
        raise ValueError("padding")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def without_repetition(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Refused("json")
    return members


def bounded(value, depth=1):
    """How many values there are; refuses nesting beyond 16 levels."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if depth > 16 and isinstance(value, (dict, list)):
        raise Refused("json")
    return 1 + sum(bounded(child, depth + 1) for child in children)


def canonical(value):
    """RFC 8785, for what lists hold."""
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return "{" + ",".join(canonical(name) + ":" + canonical(member) for name, member in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False)


def content_hash(content):
    hashed = {name: member for name, member in content.items() if name not in ("issuedAt", "nextUpdate")}
    return "sha-256:" + hashlib.sha256(canonical(hashed).encode()).hexdigest()


def read_signed(text, anchors, at):
    """The content of a signed list, by the steps of section 1."""
    text = text.strip()
    if len(text) > LONGEST_LIST:
        raise Refused("too-large")
    try:
        header_part, payload_part, signature_part = text.split(".")
        header = json.loads(decode(header_part), object_pairs_hook=without_repetition)
        payload, signature = decode(payload_part), decode(signature_part)
    except (ValueError, Refused):
        raise Refused("not-signed") from None
    if header.get("alg") not in ("EdDSA", "ES256") or not signature or "crit" in header:
        raise Refused("not-signed")
    if header.get("typ") != "mc-register+jwt":
        raise Refused("wrong-type")
    unverified = json.loads(payload)
    keys = operator_keys(unverified, anchors)
    if not any(until is None and verifies(text, key) for key, until in keys):
        raise Refused("wrong-signature")
    content = json.loads(payload, object_pairs_hook=without_repetition)
    if bounded(content) > 2_000_000:
        raise Refused("json")
    if content.get("version", 1) not in (1, 2):
        raise Refused("unknown-version")
    if not isinstance(content.get("entities", []), list) or any(name not in content for name in ("iss", "registerId", "sequence", "issuedAt", "nextUpdate")):
        raise Refused("shape")
    issued, until = moment(content["issuedAt"]), moment(content["nextUpdate"])
    if content.get("keyChanges") and read_change(content["keyChanges"][-1])["date"] > issued:
        raise Refused("key-changes")
    if issued > at + timedelta(minutes=5) or not issued < until <= issued + timedelta(hours=24):
        raise Refused("wrong-dates")
    check_consistency(content)
    return content


def verifies(text, key):
    signed, signature = text.rsplit(".", 1)
    # ES256 takes a library; the vectors are signed with Ed25519.
    return key["crv"] == "Ed25519" and ed25519_verifies(decode(key["x"]), signed.encode(), decode(signature))


def digest(text):
    return "sha-256:" + hashlib.sha256(text.encode()).hexdigest()


def read_change(text):
    header, payload, _ = text.split(".")
    header = json.loads(decode(header), object_pairs_hook=without_repetition)
    change = json.loads(decode(payload), object_pairs_hook=without_repetition)
    if len(text) > 4096 or header.get("typ") != "mc-key-change+jwt" or header.get("alg") not in ("EdDSA", "ES256"):
        raise ValueError
    if "crit" in header or type(change["number"]) is not int or type(change.get("compromised", False)) is not bool:
        raise ValueError
    if "nextKeyThumbprint" in change and type(change["nextKeyThumbprint"]) is not str:
        raise ValueError
    return {**change, "thumbprint": thumbprint(change["publicKeyJwk"]), "date": moment(change["effectiveFrom"])}


def operator_keys(content, anchors):
    """Section 11: the keys that count, each with the moment until which it does."""
    pinned = [anchor for anchor in anchors if anchor["iss"] == content.get("iss")]
    if not pinned:
        raise Refused("unknown-operator")
    signed = content.get("keyChanges", [])
    if not signed:
        return [(anchor["jwk"], None) for anchor in pinned]
    try:
        changes = [read_change(text) for text in signed]
        expected = zip(changes, [None] + changes, [None] + signed, range(1, len(changes) + 1))
        sound = len(changes) <= 64 and len({change["thumbprint"] for change in changes}) == len(changes)
        for change, before, text, number in expected:
            sound = sound and change["number"] == number and change["iss"] == content["iss"]
            sound = sound and change.get("previous") == (digest(text) if before else None)
            if before:
                sound = sound and before["date"] <= change["date"]
                sound = sound and before.get("nextKeyThumbprint") in (None, change["thumbprint"])
        brought = [change["thumbprint"] for change in changes]
        places = []
        for order, anchor in enumerate(pinned):
            own = thumbprint(anchor["jwk"])
            if verifies(signed[0], anchor["jwk"]):
                places.append((0, order))
            elif own in brought:
                places.append((brought.index(own) + 1, order))
        if not sound or not places:
            raise Refused("key-changes")
        for place, order in places:
            announced = pinned[order].get("nextKeyThumbprint")
            if place < len(changes) and announced not in (None, brought[place]):
                raise Refused("key-changes")
        place, order = min(places)
        key = pinned[order]["jwk"]
        keys, first = [], thumbprint(key)
        for change, text in list(zip(changes, signed))[place:]:
            if change["thumbprint"] == first or not verifies(text, key):
                raise Refused("key-changes")
            keys = [] if change.get("compromised") else keys + [(key, change["date"])]
            key = change["publicKeyJwk"]
        return keys + [(key, None)]
    except (ValueError, KeyError, TypeError, AttributeError, Refused):
        raise Refused("key-changes") from None


def receipt_is_believed(text, operator, keys):
    """Whether a receipt is of this operator, signed with a key that counts for its time."""
    header, payload, _ = text.split(".")
    receipt = json.loads(decode(payload), object_pairs_hook=without_repetition)
    received = moment(receipt["receivedAt"])
    signed = any(verifies(text, key) for key, until in keys if until is None or received <= until)
    return json.loads(decode(header)).get("typ") == "mc-receipt+jwt" and receipt["iss"] == operator and signed


def thumbprint(jwk):
    required = {"EC": ("crv", "kty", "x", "y"), "OKP": ("crv", "kty", "x"), "RSA": ("e", "kty", "n")}[jwk["kty"]]
    digest = hashlib.sha256(canonical({name: jwk[name] for name in required}).encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_known_kind(jwk):
    if jwk.get("kty") == "RSA":
        return jwk["e"] == "AQAB" and 2048 <= int.from_bytes(decode(jwk["n"]), "big").bit_length() <= 4096
    return jwk.get("kty") in ("EC", "OKP")


def check_consistency(content):
    def once(values):
        values = list(values)
        if len(set(values)) != len(values):
            raise Refused("inconsistent")

    entities = content.get("entities", [])
    accreditations = [one for entity in entities for one in entity.get("accreditations", [])]
    keys = [key for entity in entities for key in entity.get("keys", [])]
    once(framework["id"] for framework in content.get("frameworks", []))
    once(entity["entityId"] for entity in entities)
    once(did for entity in entities for did in entity["dids"])
    once(key["kid"] for key in keys)
    once(one["accreditationId"] for one in accreditations)

    by_id = {entity["entityId"]: entity for entity in entities}
    wrong = []
    for entity in entities:
        for key in entity.get("keys", []):
            wrong.append(key["kid"].split("#")[0] not in entity["dids"])
            wrong.append(not is_known_kind(key["publicKeyJwk"]))
            wrong.append(not wrong[-1] and thumbprint(key["publicKeyJwk"]) != key["jwkThumbprint"])
        windows = [(one["did"], *window(one, "notBefore", "notAfter")) for one in entity.get("didWindows", [])]
        for place, (did, start, end) in enumerate(windows):
            wrong.append(did not in entity["dids"] or end < start)
            wrong += [did == other and start <= last and first <= end for other, first, last in windows[place + 1 :]]
        seen, successor = {entity["entityId"]}, entity.get("succeededBy")
        while successor:
            following = by_id.get(successor["entity"])
            if following is None or following["entityId"] in seen:
                raise Refused("inconsistent")
            seen.add(following["entityId"])
            successor = following.get("succeededBy")
    for one in accreditations:
        history = one.get("statusHistory", [])
        pairs = list(zip(history, history[1:]))
        wrong += [earlier["seq"] >= later["seq"] for earlier, later in pairs]
        wrong += [moment(earlier["recordedAt"]) > moment(later["recordedAt"]) for earlier, later in pairs]
        wrong += [event["status"] not in ("active", "suspended", "withdrawn") for event in history]
        wrong.append("validUntil" in one and moment(one["validUntil"]) <= moment(one["validFrom"]))
        for size in one.get("scope", {}).get("sizes") or []:
            wrong.append(not 0 <= size["min"] <= size["max"] or size.get("step", 1) <= 0)
    if any(wrong):
        raise Refused("inconsistent")


def check_continues(content, seen):
    """Section 11, for a reader that keeps numbers alone."""
    changes = content.get("keyChanges", [])
    if len(changes) < seen["number"]:
        raise Refused("rolled-back")
    if seen["number"] and digest(changes[seen["number"] - 1]) != seen["last"]:
        raise Refused("forked")


def check_follows(content, previous):
    step = content["sequence"] - previous["sequence"]
    if content["iss"] != previous["iss"]:
        raise Refused("other-operator")
    changes, known = content.get("keyChanges", []), previous.get("keyChanges", [])
    if step < 0 or len(changes) < len(known):
        raise Refused("rolled-back")
    if changes[: len(known)] != known:
        raise Refused("forked")
    if step == 0 and content_hash(content) != content_hash(previous):
        raise Refused("forked")
    if step == 1 and content.get("previousHash") != content_hash(previous):
        raise Refused("forked")


def apply_delta(delta, held):
    """The signed list that a delta makes of the payload of the one that is held; not verified yet."""
    try:
        expected, pieces = delta["from"]["contentHash"], delta["payload"]
        protected, signature = delta["protected"], delta["signature"]
    except KeyError:
        raise Refused("wrong-delta") from None
    base = canonical({name: held[name] for name in held if name not in ("issuedAt", "nextUpdate")}).encode()
    if "sha-256:" + hashlib.sha256(base).hexdigest() != expected:
        raise Refused("other-base")
    payload = b""
    for piece in pieces:
        if isinstance(piece, str):
            part = piece.encode()
        elif len(piece) == 2 and min(piece) >= 0 and sum(piece) <= len(base):
            part = base[piece[0] : sum(piece)]
        else:
            raise Refused("wrong-delta")
        try:
            part.decode()
        except UnicodeDecodeError:
            raise Refused("wrong-delta") from None
        payload += part
        if len(payload) > LONGEST_LIST // 4 * 3:
            raise Refused("wrong-delta")
    return f"{protected}.{base64.urlsafe_b64encode(payload).rstrip(b'=').decode()}.{signature}"
