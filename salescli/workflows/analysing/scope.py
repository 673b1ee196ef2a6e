"""Whether somebody, or a region, was the same then as now: else a comparison says why not (SPEC A1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from salescli.calc.track.tree import Node
from salescli.i18n import N_
from salescli.model.org import Assignment, Org, Person
from salescli.model.table import Line
from salescli.workflows.analysing.against import Against

Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Scope:
    """What was different.

    Attributes:
        kind: `absent` then or now, `part` of one of the periods only, `moved` in between, or `empty`: a
            region without anybody.
    """

    kind: Literal["absent", "part", "moved", "empty"]
    line: Line

    def matters(self, *, adds_up: bool, empty: bool) -> bool:
        """Whether a figure cannot be compared for it.

        Args:
            adds_up: The figure grows with days; a rate of part of a period is still a rate.
            empty: It was nothing then.
        """
        if self.kind == "part":
            return adds_up
        return empty if self.kind == "empty" else True


def scope_change(org: Org, node: Node, then: Against, now: Days) -> Scope | None:
    """What was different of a node; None where nothing was.

    Args:
        now: The days of the period looked at, up to the day looked from.
    """
    if node.person is not None:
        return _of_person(org, node.person, then, now)
    if node.region is not None and not any(
        _employed(one, (then.start, then.end)) and _in_region(one, node.region, (then.start, then.end))
        for one in org.people.values()
    ):
        template = N_("nobody was assigned there in {period}")
        return Scope("empty", Line(template=template, params={"period": then.period.text}))
    return None


def _of_person(org: Org, person: Person, then: Against, now: Days) -> Scope | None:
    base = (then.start, then.end)
    if person.left and person.left < now[1] and person.left >= base[0]:
        kind: Literal["absent", "part"] = "absent" if person.left < now[0] else "part"
        return Scope(kind, Line(template=N_("left on {day}"), params={"day": person.left.isoformat()}))
    if person.hired > base[0]:
        kind = "absent" if person.hired > base[1] else "part"
        return Scope(kind, Line(template=N_("joined on {day}"), params={"day": person.hired.isoformat()}))
    return _moved(org, person, base, now)


def _moved(org: Org, person: Person, base: Days, now: Days) -> Scope | None:
    """Another region or other product lines than then."""
    held = [a for a in person.assignments if _overlaps(a, base) or _overlaps(a, now)]
    places = {(a.region, frozenset(a.products)) for a in held}
    if len(places) < 2:
        return None
    last = held[-1]
    params: dict[str, object] = {
        "day": last.since.isoformat(),
        "region": org.regions[last.region].name if last.region in org.regions else last.region,
    }
    if len({a.region for a in held}) > 1:
        return Scope("moved", Line(template=N_("moved to {region} on {day}"), params=params))
    return Scope("moved", Line(template=N_("other product lines since {day}"), params=params))


def _overlaps(assignment: Assignment, days: Days) -> bool:
    return assignment.since <= days[1] and (assignment.until is None or assignment.until >= days[0])


def _in_region(person: Person, region: str, days: Days) -> bool:
    return any(a.region == region and _overlaps(a, days) for a in person.assignments)


def _employed(person: Person, days: Days) -> bool:
    return person.hired <= days[1] and (person.left is None or person.left >= days[0])
