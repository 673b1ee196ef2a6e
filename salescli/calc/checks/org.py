"""People, regions and product lines among each other (O002–O014)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from salescli.findings import Finding, Span, did_you_mean, finding
from salescli.i18n import N_, several
from salescli.model.org import Assignment, Named, Org, Person


def check_org(org: Org) -> Iterator[Finding]:
    """Everything named exists, days are in order, nobody manages themselves, words mean one thing."""
    yield from _ids_across(org)
    for kind in ("regions", "products", "people"):
        yield from _words_twice(getattr(org, kind))
    managers = _managers(org)
    for person in org.people.values():
        yield from _days(person)
        yield from _manager(person.id, person.manager, person.places.get("manager", person.place), org)
        for assignment in person.assignments:
            yield from _assignment(person, assignment, org)
        if not person.assignments and person.id not in managers:
            yield finding(
                "O013",
                person.place,
                N_("`{person}` has no assignment"),
                hint=N_("add one: the first day and the region"),
                severity="warning",
                person=person.id,
            )
    yield from _circles(org)


def _managers(org: Org) -> frozenset[str]:
    """Everybody who manages somebody."""
    people = org.people.values()
    managers = {p.manager for p in people} | {a.manager for p in people for a in p.assignments}
    return frozenset(manager for manager in managers if manager is not None)


def _ids_across(org: Org) -> Iterator[Finding]:
    """Ids are unique over the whole book; within a kind the reader has seen to it."""
    first: dict[str, Span] = {}
    for things in (org.regions, org.products, org.people):
        for thing in things.values():
            if thing.id in first:
                yield finding(
                    "O002",
                    thing.place,
                    N_("the id `{id}` is there twice, first in {first}"),
                    hint=N_("give one of the two another id"),
                    id=thing.id,
                    first=str(first[thing.id]),
                )
            else:
                first[thing.id] = thing.place


def _words_twice(things: Mapping[str, Named] | Mapping[str, Person]) -> Iterator[Finding]:
    """A name may be common to two people, who are then told apart by id; an alias may not."""
    meant: dict[str, set[str]] = defaultdict(set)
    for thing in things.values():
        for word in (thing.id, thing.name, *thing.aliases):
            meant[word.casefold()].add(thing.id)
    for thing in things.values():
        for word in dict.fromkeys((thing.name, *thing.aliases)):
            others = sorted(meant[word.casefold()] - {thing.id})
            if others and others[0] < thing.id:
                yield finding(
                    "O011",
                    thing.place,
                    N_("`{word}` means both `{other}` and `{id}`"),
                    hint=N_("give one of them another name or alias, or use ids only"),
                    severity="warning" if word == thing.name and word not in things else "error",
                    word=word,
                    other=others[0],
                    id=thing.id,
                )


def _days(person: Person) -> Iterator[Finding]:
    if person.left is not None and person.left < person.hired:
        yield finding(
            "O010",
            person.places.get("left", person.place),
            N_("`{person}` left on {left}, before being hired on {hired}"),
            hint=N_("correct one of the two days"),
            person=person.id,
            left=person.left.isoformat(),
            hired=person.hired.isoformat(),
        )


def _manager(person: str, manager: str | None, place: Span, org: Org) -> Iterator[Finding]:
    if manager is None or manager in org.people:
        return
    near = did_you_mean(manager, org.people)
    yield finding(
        "O005",
        place,
        N_("the manager of `{person}`, `{manager}`, is not among the people"),
        hint=N_("did you mean {near}?") if near else N_("add the person, or leave the manager out"),
        person=person,
        manager=manager,
        near=near,
    )


def _assignment(person: Person, at: Assignment, org: Org) -> Iterator[Finding]:
    if at.region not in org.regions:
        yield _unknown("O003", at, "region", at.region, org.regions)
    for product in at.products:
        if product not in org.products:
            yield _unknown("O004", at, "products", product, org.products)
    yield from _manager(person.id, at.manager, at.places.get("manager", at.place), org)
    days = {"person": person.id, "day": at.since.isoformat(), "hired": person.hired.isoformat()}
    place = at.places.get("from", at.place)
    if at.since < person.hired:
        yield finding(
            "O008",
            place,
            N_("an assignment of `{person}` begins on {day}, before being hired on {hired}"),
            hint=N_("begin it on {hired} or later"),
            **days,  # type: ignore[arg-type]
        )
    if person.left is not None and at.since > person.left:
        yield finding(
            "O009",
            place,
            N_("an assignment of `{person}` begins on {day}, after the last day, {left}"),
            hint=N_("remove it, or correct `left`"),
            left=person.left.isoformat(),
            **days,  # type: ignore[arg-type]
        )
    elif at.until is not None and at.until < at.since and (person.left is None or at.since <= person.left):
        yield finding(
            "O014",
            place,
            N_("an assignment of `{person}` begins on {day} and ends on {until}"),
            hint=N_("let it end on or after the day it begins"),
            until=at.until.isoformat(),
            **days,  # type: ignore[arg-type]
        )


def _unknown(code: str, at: Assignment, key: str, word: str, known: Mapping[str, Named]) -> Finding:
    near = did_you_mean(word, known)
    template = (
        N_("there is no region `{word}`") if key == "region" else N_("there is no product line `{word}`")
    )
    hint = N_("did you mean {near}?") if near else N_("the book has: {known}")
    return finding(
        code,
        at.places.get(key, at.place),
        template,
        hint=hint,
        word=word,
        near=near,
        known=several(list(known)[:20]),
    )


def _circles(org: Org) -> Iterator[Finding]:
    """Each circle of managers once, at its first person by id."""
    done: set[str] = set()
    for start in org.people:
        path: dict[str, None] = {}
        at: str | None = start
        while at is not None and at in org.people and at not in done and at not in path:
            path[at] = None
            at = org.people[at].manager
        if at is not None and at in path:
            circle = list(path)[list(path).index(at) :]
            person = org.people[min(circle)]
            yield finding(
                "O006",
                person.places.get("manager", person.place),
                N_("managers go round in a circle: {circle}"),
                hint=N_("leave the manager of the topmost one out"),
                circle=" → ".join([*circle, at]),
            )
        done.update(path)
