"""Sections 5 to 7: the time that counts, the verdict, and the institution itself."""

from datetime import date, timedelta, timezone

from chains import evaluate
from times import holds, moment, window


def time_used(claimed, received):
    return claimed if received is None or received <= claimed + timedelta(hours=24) else received


def key_counts(key, signed, received, used_time, now):
    bounds = window(key, "notBefore", "notAfter")
    compromised = moment(key["compromisedAt"]) if key.get("compromisedAt") else None
    if received is None:
        return (compromised is None or compromised > now) and holds(bounds, signed)
    believed = compromised is None or compromised > now or compromised > received
    counting = lambda at: holds(bounds, at) and (compromised is None or at < compromised)
    return believed and counting(signed) and counting(used_time)


def verdict(register, issuer, kid, claim, claimed, received, now):
    if register is None:
        return "ACC-007"
    fresh = register.is_fresh(now)
    if issuer not in register.by_did:
        return "ACC-006" if fresh else "ACC-007"
    used_time = time_used(claimed, received)
    key = register.by_kid.get(kid)
    if key is None or kid.split("#")[0] != issuer or not key_counts(key, claimed, received, used_time, now):
        return "ACC-009"
    answer = evaluate(register, issuer, claim, claimed, now)
    if answer["atIssuance"] == "active" and used_time != claimed:
        answer = evaluate(register, issuer, claim, used_time, now)
    if answer["atIssuance"] != "active":
        return "ACC-004" if answer["retroactive"] else "ACC-003"
    if not answer["inScope"]:
        return "ACC-005"
    if not fresh:
        return "ACC-007"
    if answer["unstated"]:
        return "SCP-002"
    if answer["now"] == "active":
        return "ACC-001"
    return "ACC-002" if received else "ACC-008"


COLOURS = {"ACC-001": "green", "ACC-002": "amber", "ACC-008": "amber", "ACC-006": "grey", "ACC-007": "grey", "SCP-002": "grey"}


def reported(entity, day):
    """Of each agency what it said last."""
    begun, last = [], {}
    for evidence in entity.get("evidence", []):
        first = date.fromisoformat(evidence["validFrom"]) if evidence.get("validFrom") else date.min
        judges = evidence["layer"] == "L2" and evidence.get("decision") in ("positive", "negative")
        if judges and first <= day:
            agency = evidence.get("source"), evidence["kind"], evidence.get("name")
            begun.append((agency, first, evidence))
            last[agency] = max(first, last.get(agency, date.min))
    for agency, first, evidence in begun:
        if agency[0] is not None and first < last[agency]:
            continue
        if evidence.get("validTo") is None or day <= date.fromisoformat(evidence["validTo"]):
            yield evidence["decision"]
        elif evidence["decision"] == "positive":
            yield "ended"


def quality(register, issuer, at, now):
    unit = register.by_did.get(issuer)
    entities = [entity for entity in (unit, unit and register.entities.get(unit.get("parentEntity"))) if entity]
    found = []
    for entity in entities:
        found.extend(reported(entity, at.astimezone(timezone.utc).date()))
        for chain in register.chains(entity, now, "L2"):
            status = chain.status(at)
            if status == "active":
                found.append("positive")
            elif status in ("suspended", "withdrawn"):
                found.append("negative")
            elif status == "expired" and chain.links[0].bounds[1] < at:
                found.append("ended")
    return next((word for word in ("negative", "positive", "ended") if word in found), "unknown")
