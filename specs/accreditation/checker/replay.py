"""Section 9: whether a list says what the log says."""

import json

from signed_lists import content_hash, decode

HOLDER = "is about an organisation that is not there"


class Contradiction(Exception):
    """Why entries make no register."""


def require(holds, why):
    if not holds:
        raise Contradiction(why)


def same_thing(one, other):
    name = ("layer", "source", "identifier", "kind")
    return all(one.get(part) == other.get(part) for part in name)


def end_key(key, event):
    member = {"ended": "notAfter", "compromised": "compromisedAt"}[event["kind"]]
    if member not in key or event["at"] < key[member]:
        key[member] = event["at"]


def replay(entries):
    """Goes through the entries of a log, and refuses what a register never records."""
    frameworks, entities, keys, accreditations, changes, last = [], {}, {}, {}, [], None
    for entry in entries:
        kind, holder = entry["type"], entities.get(entry.get("entityId"))
        if kind in ("key", "accreditation", "succession", "evidence"):
            require(holder is not None, HOLDER)
        if kind == "framework":
            frameworks.append(entry["framework"])
        elif kind == "entity":
            entity = {**entry["entity"], "keys": [], "accreditations": []}
            require(entity["entityId"] not in entities, "adds an organisation again")
            entities[entity["entityId"]] = entity
        elif kind == "key":
            key = dict(entry["key"])
            require(key["kid"] not in keys, "adds a key again")
            keys[key["kid"]] = key
            holder["keys"].append(key)
        elif kind == "accreditation":
            one = {**entry["accreditation"], "statusHistory": []}
            require(one["accreditationId"] not in accreditations, "adds an accreditation again")
            accreditations[one["accreditationId"]] = one
            holder["accreditations"].append(one)
        elif kind == "statusEvent":
            one = accreditations.get(entry["accreditationId"])
            require(one is not None, "is about an accreditation that is not there")
            history = one["statusHistory"]
            require(not history or history[-1]["seq"] < entry["event"]["seq"], "comes after a later decision")
            history.append(entry["event"])
        elif kind == "keyEvent":
            require(entry["kid"] in keys, "is about a key that is not there")
            end_key(keys[entry["kid"]], entry["event"])
        elif kind == "succession":
            require("succeededBy" not in holder, "says again who takes over")
            holder["succeededBy"] = entry["succession"]
        elif kind == "evidence":
            evidence = entry["evidence"]
            is_traceable = evidence.get("source") is not None and evidence.get("identifier") is not None
            require(is_traceable, "is evidence of nothing")
            known = holder.setdefault("evidence", [])
            places = [place for place, one in enumerate(known) if same_thing(one, evidence)]
            if places:
                known[places[0]] = evidence
            else:
                known.append(evidence)
        elif kind == "keyChange":
            number = json.loads(decode(entry["change"].split(".")[1]))["number"]
            require(number == len(changes) + 1, "is a change of key out of its order")
            changes.append(entry["change"])
        elif kind == "list":
            require(last is None or entry["sequence"] > last["sequence"], "comes after a later list")
            content = {name: entry[name] for name in ("version", "iss", "registerId", "sequence")}
            content.update(frameworks=frameworks, entities=list(entities.values()))
            if changes:
                content["keyChanges"] = changes
            if last is not None:
                content["previousHash"] = last["contentHash"]
            if last is not None or entry["sequence"] == 1:
                require(content_hash(content) == entry["contentHash"], "says something else than the log")
            last = entry
        else:
            require(kind == "receipt", "is of a kind that is not known")
