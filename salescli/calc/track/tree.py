"""The lines of `status`: the team, its regions, their people – or flat by one dimension (SPEC K8)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from salescli.i18n import N_
from salescli.model.org import Org, Person
from salescli.model.table import Line

Placed = tuple[str | None, Person]
"""A person and the region they are listed under."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A line of the tree: whose figures, and what to call it. None means "all".

    Attributes:
        region: Of a region its id; of a person the region they are listed under.
        within: Of a person: only what they did in this region; None is everywhere.
    """

    name: str | Line
    depth: int = 0
    region: str | None = None
    product: str | None = None
    person: Person | None = None
    within: str | None = None

    @property
    def person_id(self) -> str | None:
        """The person's id, if it is one."""
        return self.person.id if self.person else None

    @property
    def where(self) -> str | None:
        """The region its figures are restricted to."""
        return self.within if self.person else self.region


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be shown, by id; None does not restrict.

    Attributes:
        by: `region`, `product` or `person` for one level only; None for the tree.
    """

    region: str | None = None
    product: str | None = None
    person: str | None = None
    by: str | None = None


def home(person: Person, day: date) -> str | None:
    """The region a person is listed under: of their assignment on that day, else the last before, else the
    first they will have."""
    last = person.last_day(date.min, day)
    at = person.assignment(last) if last else None
    return at.region if at else (person.assignments[0].region if person.assignments else None)


def leaders(org: Org) -> frozenset[str]:
    """Everybody somebody reports to, at any time."""
    people = org.people.values()
    named = {p.manager for p in people} | {a.manager for p in people for a in p.assignments}
    return frozenset(one for one in named if one)


def placed(org: Org, day: date, shown: Callable[[Person], bool]) -> list[Placed]:
    """The people shown, each once, in the order of regions and then of ids."""
    order = {one: index for index, one in enumerate(org.regions)}
    found = [(home(person, day), person) for person in org.people.values() if shown(person)]
    return sorted(found, key=lambda pair: (order.get(pair[0] or "", len(order)), pair[1].id))


def tree(org: Org, people: Sequence[Placed], day: date, wanted: Wanted) -> Iterator[Node]:
    """The lines wanted, from the whole to its parts."""
    if wanted.person is not None:
        yield from _of_person(org, org.people[wanted.person], day, wanted)
        return
    whole = Node(name=Line(template=N_("Team")), product=wanted.product)
    if wanted.region is not None:
        whole = replace(whole, name=org.regions[wanted.region].name, region=wanted.region)
    if wanted.by == "person":
        yield from (_person(pair, 0, wanted) for pair in people if wanted.region in (None, pair[0]))
        return
    yield whole
    if wanted.by == "product":
        yield from _products(org, whole, wanted)
        return
    regions = [wanted.region] if wanted.region else list(org.regions)
    below = 0 if wanted.region else 1
    for region in regions:
        if not wanted.region:
            yield replace(whole, name=org.regions[region].name, region=region, depth=below)
        if wanted.by is None:
            yield from (_person(pair, below + 1, wanted) for pair in people if pair[0] == region)
    if wanted.by is None and not wanted.region:
        yield from (_person(pair, 1, wanted) for pair in people if pair[0] is None)


def _person(pair: Placed, depth: int, wanted: Wanted) -> Node:
    region, person = pair
    return Node(name=person.name, depth=depth, region=region, product=wanted.product, person=person)


def _products(org: Org, whole: Node, wanted: Wanted) -> Iterator[Node]:
    for line in org.products.values():
        if wanted.product in (None, line.id):
            yield replace(whole, name=line.name, depth=1, product=line.id)


def _of_person(org: Org, person: Person, day: date, wanted: Wanted) -> Iterator[Node]:
    """One person, whole or by region or product; a region asked for restricts what they did."""
    where = wanted.region or home(person, day)
    whole = Node(name=person.name, region=where, product=wanted.product, person=person, within=wanted.region)
    yield whole
    if wanted.by == "product":
        yield from _products(org, whole, wanted)
    if wanted.by == "region":
        for one in org.regions.values():
            if wanted.region in (None, one.id):
                yield replace(whole, name=one.name, depth=1, region=one.id, within=one.id)
