"""Section 4: what a scope allows, and when a link is wider than the one above it."""

KINDS = ["root", "accreditor", "institution", "unit"]


def stated_sectors(register, claim):
    if "sector" in claim:
        return [claim["sector"]]
    return register.frameworks.get(claim.get("framework"), {}).get("sectors", [])


def multiple(value, step):
    return abs(value / step - round(value / step)) < 1e-6


def fits(size, value):
    return size["min"] <= value <= size["max"] and ("step" not in size or multiple(value, size["step"]))


def allows(scope, claim, sectors):
    limit = lambda name: scope.get(name)
    if limit("sectors") is not None and sectors and not any(sector in limit("sectors") for sector in sectors):
        return False
    exact = [("eqf", "eqf"), ("nlqf", "nlqf"), ("credentialTypes", "credentialType"), ("jurisdictions", "country")]
    for name, stated in exact:
        if limit(name) is not None and stated in claim and claim[stated] not in limit(name):
            return False
    if limit("fields") is not None and "field" in claim:
        if not any(claim["field"].startswith(field) for field in limit("fields")):
            return False
    if limit("sizes") is not None and claim.get("sizes"):
        ranges = {unit: [size for size in limit("sizes") if size["unit"] == unit] for unit in claim["sizes"]}
        if not any(ranges.values()):
            return False
        for unit, value in claim["sizes"].items():
            if ranges[unit] and not any(fits(size, value) for size in ranges[unit]):
                return False
    return True


def size_within(inner, outer):
    steps = "step" not in outer or "step" in inner and multiple(inner["step"], outer["step"])
    return inner["unit"] == outer["unit"] and outer["min"] <= inner["min"] and inner["max"] <= outer["max"] and steps


def wider(register, below, above, distance):
    """In what a link is wider than the one above it, in the word of the vectors."""
    child, parent = below.accreditation, above.accreditation
    if KINDS.index(above.entity["type"]) >= KINDS.index(below.entity["type"]) or child["layer"] != parent["layer"]:
        return "depth"
    if child.get("accreditor") and child["accreditor"] not in above.entity["dids"]:
        return "depth"
    institution = below.entity.get("parentEntity")
    if below.entity["type"] == "unit" and institution:
        while institution and institution != above.entity["entityId"]:
            institution = register.entities.get(institution, {}).get("succeededBy", {}).get("entity")
        if not institution:
            return "depth"
    if not parent.get("mayDelegate") or distance > parent.get("maxDepth", 0):
        return "depth"
    if below.bounds[0] < above.bounds[0] or below.bounds[1] > above.bounds[1]:
        return "window"
    if parent.get("framework"):
        if child.get("framework") != parent["framework"]:
            return "framework"
        if parent.get("frameworkVersion") and child.get("frameworkVersion") != parent["frameworkVersion"]:
            return "framework"
    same = lambda inner, outer: inner == outer
    rules = [
        ("sectors", "sector", same),
        ("jurisdictions", "country", same),
        ("eqf", "level", same),
        ("nlqf", "level", same),
        ("fields", "field", str.startswith),
        ("sizes", "size", size_within),
        ("credentialTypes", "type", same),
    ]
    for name, word, within in rules:
        inner, outer = child.get("scope", {}).get(name), parent.get("scope", {}).get(name)
        if outer is None:
            continue
        if inner is None or not all(any(within(item, limit) for limit in outer) for item in inner):
            return word
    return None
