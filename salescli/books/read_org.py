"""Regions, product lines and people, from YAML and from rows of people.csv and assignments.csv."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from salescli.books.csvrows import Row, Table, read_table
from salescli.books.fields import Unreadable, read_date, read_id, read_line, read_money
from salescli.books.schemas.org import NamedEntry, OrgFile, PersonEntry
from salescli.books.typed import Typed, load_typed
from salescli.findings import Finding, Span, finding
from salescli.model.org import Assignment, Named, Org, Person

T = TypeVar("T", Named, Person)
ORG, PEOPLE, ASSIGNMENTS = "ledger/org.yaml", "ledger/people.csv", "ledger/assignments.csv"

# Where a person's own words are wrong, these keep the person known to whatever names them.
_STAND_IN = {"hired": "1900-01-01", "from": "1900-01-01", "role": "unknown"}


def read_org(root: Path, found: list[Finding]) -> Org | None:
    """Everybody and everything with an id; what is wrong goes to `found`.

    Returns:
        None where nothing of it can be read; what refers to it cannot be checked then.
    """
    regions: list[Named] = []
    products: list[Named] = []
    people: list[Person] = []
    if not any((root / name).exists() for name in (ORG, PEOPLE)):
        found.append(
            finding(
                "O001",
                Span(ORG),
                "there are no regions, product lines and people",
                hint="write them into {org}",
                org=ORG,
            )
        )
        return None
    if (root / ORG).exists():
        typed = load_typed(root / ORG, OrgFile, root, found, _STAND_IN)
        if typed is None:
            return None
        regions = _named(typed, typed.value.regions, "regions")
        products = _named(typed, typed.value.products, "products")
        people = [_person(typed, entry, index) for index, entry in enumerate(typed.value.people)]
    if (root / PEOPLE).exists():
        rows = _people_rows(root, found)
        if rows is None:
            return None
        people += rows
    return Org(
        regions=_by_id(regions, found),
        products=_by_id(products, found),
        people=dict(sorted(_by_id([with_ends(person, found) for person in people], found).items())),
    )


def with_ends(person: Person, found: list[Finding]) -> Person:
    """Assignments in order of their days, each ending the day before the next, the last with `left`."""
    ordered = sorted(person.assignments, key=lambda a: (a.since, a.region, a.place))
    closed: list[Assignment] = []
    for assignment, later in zip(ordered, [*ordered[1:], None], strict=False):
        if later and (later.since == assignment.since or (assignment.until or later.since) > later.since):
            found.append(
                finding(
                    "O007",
                    later.place,
                    "`{person}` already has an assignment on {day}, in {other}",
                    hint="let one begin after the other ends",
                    person=person.id,
                    day=later.since.isoformat(),
                    other=str(assignment.place),
                )
            )
        ends = [assignment.until, later.since - timedelta(days=1) if later else None, person.left]
        until = min((day for day in ends if day is not None), default=None)
        closed.append(replace(assignment, until=until))
    return replace(person, assignments=tuple(closed))


def _by_id(things: Iterable[T], found: list[Finding]) -> dict[str, T]:
    table: dict[str, T] = {}
    for thing in things:
        first = table.setdefault(thing.id, thing)
        if first is not thing:
            found.append(
                finding(
                    "O002",
                    thing.place,
                    "the id `{id}` is there twice, first in {first}",
                    hint="give one of the two another id",
                    id=thing.id,
                    first=str(first.place),
                )
            )
    return table


def _named(typed: Typed[OrgFile], entries: Sequence[NamedEntry], kind: str) -> list[Named]:
    return [
        Named(id=e.id, name=e.name or e.id, aliases=tuple(e.aliases), place=typed.at(kind, i, "id"))
        for i, e in enumerate(entries)
    ]


def _person(typed: Typed[OrgFile], entry: PersonEntry, index: int) -> Person:
    assignments = tuple(
        Assignment(
            since=a.since,
            until=a.until,
            region=a.region,
            products=tuple(a.products),
            role=a.role,
            manager=a.manager,
            pay=dict(a.pay),
            place=typed.at("people", index, "assignments", i),
            places=_places(
                typed, ("people", index, "assignments", i), ("from", "region", "products", "manager")
            ),
        )
        for i, a in enumerate(entry.assignments)
    )
    return Person(
        id=entry.id,
        name=entry.name or entry.id,
        role=entry.role,
        hired=entry.hired,
        left=entry.left,
        manager=entry.manager,
        pay=dict(entry.pay),
        aliases=tuple(entry.aliases),
        assignments=assignments,
        place=typed.at("people", index, "id"),
        places=_places(typed, ("people", index), ("hired", "left", "manager", "name", "aliases")),
    )


def _places(typed: Typed[OrgFile], loc: tuple[str | int, ...], words: Sequence[str]) -> dict[str, Span]:
    return {word: typed.at(*loc, word) for word in words}


def _people_rows(root: Path, found: list[Finding]) -> list[Person] | None:
    read = read_table(
        root / PEOPLE, root, found, ("id", "role", "hired"), ("name", "left", "manager", "aliases", "pay")
    )
    assignments = _assignment_rows(root, found)
    if read is None or assignments is None:
        return None
    table, rows = read
    people = [p for p in (_person_row(table, row, assignments) for row in rows) if p is not None]
    known = {row.cells["id"] for row in rows}
    for person, given in assignments.items():
        if person not in known:
            found.append(
                finding(
                    "O012",
                    given[0].place,
                    "{people} has no `{person}`",
                    hint="add the person there, or correct the id",
                    people=PEOPLE,
                    person=person,
                )
            )
    return people


def _person_row(table: Table, row: Row, assignments: dict[str, list[Assignment]]) -> Person | None:
    key = table.read(row, "id", read_id)
    role = table.read(row, "role", read_id)
    hired = table.read(row, "hired", read_date)
    left = table.read_if(row, "left", read_date)
    manager = table.read_if(row, "manager", read_id)
    name = table.read_if(row, "name", read_line)
    aliases = table.read_if(row, "aliases", _words)
    pay = table.read_if(row, "pay", _numbers)
    if key is None:
        return None
    return Person(
        id=key,
        name=name or key,
        role=role or _STAND_IN["role"],
        hired=hired or date.min,
        left=left,
        manager=manager,
        aliases=aliases or (),
        pay=pay or {},
        assignments=tuple(assignments.get(key, ())),
        place=Span(table.path, row.line),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(read_line(word) for word in text.split(";") if word.strip())


def _numbers(text: str) -> dict[str, Decimal]:
    """`salary=10000; target_incentive=50000`."""
    numbers: dict[str, Decimal] = {}
    for part in text.split(";"):
        name, equals, amount = part.partition("=")
        if not equals:
            raise Unreadable(
                "Y110", "`{value}` is not a name and a number", "write `salary=10000`", value=part.strip()
            )
        numbers[read_id(name.strip())] = read_money(amount.strip())
    return numbers


def _ids(text: str) -> tuple[str, ...]:
    try:
        return tuple(read_id(word.strip()) for word in text.split(";") if word.strip())
    except Unreadable as reason:
        reason.hint = "separate ids with `;`"
        raise


def _assignment_rows(root: Path, found: list[Finding]) -> dict[str, list[Assignment]] | None:
    """person → assignments, as they stand; None if the table cannot be read."""
    table_of: dict[str, list[Assignment]] = {}
    if not (root / ASSIGNMENTS).exists():
        return table_of
    read = read_table(
        root / ASSIGNMENTS,
        root,
        found,
        ("person", "from", "region"),
        ("to", "products", "role", "manager", "pay"),
    )
    if read is None:
        return None
    table, rows = read
    for row in rows:
        person = table.read(row, "person", read_id)
        since = table.read(row, "from", read_date)
        region = table.read(row, "region", read_id)
        products = table.read_if(row, "products", _ids)
        role, manager = (table.read_if(row, column, read_id) for column in ("role", "manager"))
        until = table.read_if(row, "to", read_date)
        pay = table.read_if(row, "pay", _numbers)
        if person is None or since is None or region is None:
            continue
        table_of.setdefault(person, []).append(
            Assignment(
                since=since,
                until=until,
                region=region,
                products=products or (),
                role=role,
                manager=manager,
                pay=pay or {},
                place=Span(table.path, row.line),
            )
        )
    return table_of
