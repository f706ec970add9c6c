"""Sections 3 and 4: status at a moment, chains, and what an issuer was."""

from rules import allows, stated_sectors, wider
from times import ALWAYS, TICK, holds, moment, window

STATUSES = ["active", "expired", "suspended", "withdrawn", "absent"]


class Link:
    """An entity and one of its accreditations, by what was known at some moment."""

    def __init__(self, entity, accreditation, known):
        self.entity, self.accreditation = entity, accreditation
        self.bounds = window(accreditation, "validFrom", "validUntil")
        history = accreditation.get("statusHistory", [])
        self.events = [event for event in history if moment(event["recordedAt"]) <= known]
        succession = entity.get("succeededBy")
        known_one = succession and moment(succession["recordedAt"]) <= known
        self.succeeded = moment(succession["effectiveFrom"]) if known_one else None

    def event(self, at, below=None):
        counting = [event for event in self.events if moment(event["effectiveFrom"]) <= at]
        if below is not None:
            counting = [event for event in counting if event["seq"] < below]
        return max(counting, key=lambda event: event["seq"], default=None)

    def status(self, at):
        if not holds(self.bounds, at):
            return "expired"
        if self.succeeded and self.succeeded <= at:
            return "withdrawn"
        event = self.event(at)
        return event["status"] if event else "absent"

    def dates(self):
        dates = {moment(event["effectiveFrom"]) for event in self.events} | {self.bounds[0]}
        if self.succeeded:
            dates.add(self.succeeded)
        if self.bounds[1] != ALWAYS[1]:
            dates.add(self.bounds[1] + TICK)
        return dates

    def inactive_since(self, now):
        if self.status(now) == "active":
            return None
        since = None
        for start in sorted((start for start in self.dates() if start <= now), reverse=True):
            if since is not None and self.status(start) == "active":
                break
            since = start
        return self.bounds[1] if since and since > self.bounds[0] and since - TICK == self.bounds[1] else since

    def withdrawn_retroactively(self, at):
        event = self.event(at)
        if self.status(at) != "withdrawn" or event is None or event["status"] != "withdrawn":
            return False
        if self.succeeded and self.succeeded <= at:
            return False
        before = self.event(at, below=event["seq"])
        looks_back = event.get("effect") == "retroactive" or moment(event["recordedAt"]) > at
        return looks_back and before is not None and before["status"] == "active"


class List:
    def __init__(self, content):
        self.content = content
        self.entities = {entity["entityId"]: entity for entity in content.get("entities", [])}
        self.by_did = {did: entity for entity in self.entities.values() for did in entity["dids"]}
        self.by_kid = {key["kid"]: key for entity in self.entities.values() for key in entity.get("keys", [])}
        self.accreditations = {
            one["accreditationId"]: (entity, one)
            for entity in self.entities.values()
            for one in entity.get("accreditations", [])
        }
        self.frameworks = {framework["id"]: framework for framework in content.get("frameworks", [])}
        self.issued = moment(content["issuedAt"])

    def is_fresh(self, now):
        return now <= moment(self.content["nextUpdate"])

    def chains(self, entity, known, layer="L3"):
        own = [one for one in entity.get("accreditations", []) if one["layer"] == layer]
        return [Chain(self, entity, one, known) for one in own]


class Chain:
    def __init__(self, register, entity, accreditation, known):
        self.register = register
        self.links = [Link(entity, accreditation, known)]
        while len(self.links) < 8 and self.top().get("parent") in register.accreditations:
            self.links.append(Link(*register.accreditations[self.top()["parent"]], known))
        self.exists = not self.top().get("parent") and self.links[-1].entity["type"] == "root"

    def top(self):
        return self.links[-1].accreditation

    def id(self):
        return self.links[0].accreditation["accreditationId"]

    def status(self, at):
        return max((link.status(at) for link in self.links), key=STATUSES.index) if self.exists else "absent"

    def inactive_since(self, now):
        return min((since for link in self.links if (since := link.inactive_since(now))), default=None)

    def retroactive(self, at):
        inactive = [link for link in self.links if link.status(at) != "active"]
        return self.exists and bool(inactive) and all(link.withdrawn_retroactively(at) for link in inactive)

    def concerns(self, claim):
        """Whether it allows what is stated, whatever the framework."""
        sectors = stated_sectors(self.register, claim)
        return all(allows(link.accreditation.get("scope", {}), claim, sectors) for link in self.links)

    def outside(self, claim, at):
        """Whether something stated is outside; and the profile that allows it."""
        pairs = zip(self.links, self.links[1:])
        for place, (below, above) in enumerate(pairs):
            if wider(self.register, below, above, place + 1):
                return True, None
        sectors = stated_sectors(self.register, claim)
        for link in self.links:
            named = link.accreditation.get("framework")
            if named and claim.get("framework") and named != claim["framework"]:
                return True, None
            if not allows(link.accreditation.get("scope", {}), claim, sectors):
                return True, None
        framework = self.register.frameworks.get(self.links[0].accreditation.get("framework"), {})
        profiles = framework.get("profiles")
        if not profiles:
            return False, None
        for profile in profiles:
            counted = holds(window(profile, "effectiveFrom", "effectiveUntil"), at)
            concerns = not sectors or any(sector in profile["sectors"] for sector in sectors)
            if counted and concerns and allows(profile.get("scope", {}), claim, sectors):
                return False, profile
        return True, None

    def unstated(self, claim, profile):
        scopes = [link.accreditation.get("scope", {}) for link in self.links] + ([profile.get("scope", {})] if profile else [])
        limited = lambda name: any(scope.get(name) is not None for scope in scopes)
        unstated = []
        if limited("eqf") and "eqf" not in claim or limited("nlqf") and not limited("eqf") and "nlqf" not in claim:
            unstated.append("level")
        if limited("sizes") and not claim.get("sizes"):
            unstated.append("size")
        if limited("credentialTypes") and "credentialType" not in claim:
            unstated.append("type")
        if "framework" not in claim and any(link.accreditation.get("framework") for link in self.links):
            unstated.append("framework")
        return unstated


def check_delegations(content):
    register = List(content)
    for entity in register.entities.values():
        for accreditation in entity.get("accreditations", []):
            below, distance = Link(entity, accreditation, ALWAYS[1]), 1
            while parent := below.accreditation.get("parent"):
                if parent not in register.accreditations:
                    return "unknown-parent"
                if parent == accreditation["accreditationId"]:
                    return "circular"
                above = Link(*register.accreditations[parent], ALWAYS[1])
                word = wider(register, below, above, distance)
                if word:
                    return f"beyond: {word}"
                below, distance = above, distance + 1
            if accreditation["layer"] == "L3" and below.entity["type"] != "root":
                return "no-root"
    return "ok"


def used(entity, did, at):
    windows = [one for one in entity.get("didWindows", []) if one["did"] == did]
    return not windows or any(holds(window(one, "notBefore", "notAfter"), at) for one in windows)


def evaluate(register, issuer, claim, at, now, known=None):
    """All answers of section 4, or nothing for an issuer that is not in the list."""
    entity = register.by_did.get(issuer)
    if entity is None:
        return None
    if known is None:
        now = known = max(now, register.issued)
    chains = register.chains(entity, known)
    if not chains:
        return {"atIssuance": "absent", "now": "absent", "inScope": False, "unstated": [], "retroactive": False}
    in_use = used(entity, issuer, at)
    best = None
    for chain in chains:
        outside, profile = chain.outside(claim, at)
        unstated = chain.unstated(claim, profile)
        then = chain.status(at) if in_use else "absent"
        merit = (then == "active", not outside, not unstated, chain.status(now) == "active")
        if best is None or merit >= best[0]:
            best = merit, chain, then, outside, profile, unstated
    _, chain, then, outside, profile, unstated = best
    concerned = [one for one in chains if one.concerns(claim)] or chains
    serving = min(concerned, key=lambda one: STATUSES.index(one.status(now)))
    awards_from = profile and profile.get("awardsFrom")
    answer = {
        "atIssuance": then,
        "now": serving.status(now),
        "nowBy": serving.id(),
        "inScope": not outside,
        "unstated": unstated,
        "profile": profile["id"] if profile else None,
        "beforeAwards": awards_from if awards_from and at < moment(awards_from) else None,
        "retroactive": in_use and chain.retroactive(at),
        "roles": [link.entity["type"] for link in chain.links],
        "inactiveSince": None,
        "interruption": interruption(concerned, at, now),
        "successor": successor(register, entity, now, known),
    }
    if answer["now"] != "active":
        answer["inactiveSince"] = text(max((since for one in concerned if (since := one.inactive_since(now))), default=None))
    return answer


def text(at):
    return at and at.strftime("%Y-%m-%dT%H:%M:%SZ")


def interruption(chains, at, now):
    active = lambda moment: any(chain.status(moment) == "active" for chain in chains)
    if not active(now):
        return None
    dates = {start for chain in chains for link in chain.links for start in link.dates()}
    start = until = None
    active_before = active(at)
    for change in sorted((change for change in dates if at < change <= now), reverse=True):
        if active(change):
            if start:
                active_before = True
                break
            until = change
        else:
            start = change
    return {"from": text(start.replace(microsecond=0)), "until": text(until)} if start and until and active_before else None


def successor(register, entity, now, known):
    for one in (entity, register.entities.get(entity.get("parentEntity"))):
        succession = one and one.get("succeededBy")
        if succession and moment(succession["recordedAt"]) <= known and moment(succession["effectiveFrom"]) <= now:
            return succession["entity"]
    return None
