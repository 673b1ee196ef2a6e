"""Regions, product lines and people with dated assignments (`ledger/org.yaml`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from salescli.findings import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A region or a product line: an id, a name for people, other spellings."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    place: Span = field(compare=False, default=Span(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Where a person works from `since` until `until` (both included).

    Attributes:
        products: Product lines sold; empty means all.
        role: Role from this date on, where it differs from the person's; None keeps the person's.
        manager: The same for the manager.
        pay: Numbers for plans from this date on, each where it differs from the person's.
        until: Last day; the reader fills it in (the day before the next assignment, or the last day
            employed); None is open.
    """

    since: date
    until: date | None
    region: str
    products: tuple[str, ...] = ()
    role: str | None = None
    manager: str | None = None
    pay: Mapping[str, Decimal] = field(compare=False, default_factory=dict)
    place: Span = field(compare=False, default=Span(""))
    places: Mapping[str, Span] = field(compare=False, default_factory=dict)

    def covers(self, day: date) -> bool:
        """Whether the assignment holds on that day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who sells or leads. `left` is the last day employed; `pay` are numbers that plans use by
    name (`personal(salary)`)."""

    id: str
    name: str
    role: str
    hired: date
    left: date | None = None
    manager: str | None = None
    aliases: tuple[str, ...] = ()
    pay: Mapping[str, Decimal] = field(compare=False, default_factory=dict)
    assignments: tuple[Assignment, ...] = ()
    place: Span = field(compare=False, default=Span(""))
    places: Mapping[str, Span] = field(compare=False, default_factory=dict)

    def employed(self, day: date) -> bool:
        """Whether they work here on that day."""
        return self.hired <= day and (self.left is None or day <= self.left)

    def assignment(self, day: date) -> Assignment | None:
        """The assignment that holds on that day, if any."""
        return next((a for a in self.assignments if a.covers(day)), None)

    def last_day(self, start: date, end: date) -> date | None:
        """Their last day employed and assigned within the closed range, or None."""
        days = [
            min(end, a.until or end, self.left or end)
            for a in self.assignments
            if a.since <= end and (a.until is None or a.until >= start)
        ]
        days = [d for d in days if d >= start and self.employed(d)]
        return max(days, default=None)

    def role_on(self, day: date) -> str:
        """Their role on that day."""
        at = self.assignment(day)
        return at.role if at and at.role else self.role

    def pay_on(self, key: str, day: date) -> Decimal | None:
        """A number stated for them, as it is on that day; None if none is."""
        at = self.assignment(day)
        return at.pay[key] if at and key in at.pay else self.pay.get(key)

    def manager_on(self, day: date) -> str | None:
        """Their manager on that day."""
        at = self.assignment(day)
        return at.manager if at and at.manager else self.manager


@dataclass(frozen=True)
class Org:
    """Everybody and everything with an id. Mappings are by id, sorted by it except where the file's
    order is meant for people (regions and products keep it)."""

    regions: Mapping[str, Named]
    products: Mapping[str, Named]
    people: Mapping[str, Person]

    @cached_property
    def _words(self) -> dict[str, dict[str, str]]:
        tables: dict[str, dict[str, str]] = {}
        for kind in ("regions", "products", "people"):
            table: dict[str, str] = {}
            things: Mapping[str, Named | Person] = getattr(self, kind)
            for thing in things.values():
                for word in (thing.name, *thing.aliases):
                    table.setdefault(word.casefold(), thing.id)
            for thing in things.values():
                table[thing.id.casefold()] = thing.id
            tables[kind] = table
        return tables

    def find(self, kind: str, word: str) -> str | None:
        """The id for an id, name or alias (letter case aside); `kind` is regions, products or people."""
        known: Mapping[str, Named | Person] = getattr(self, kind)
        return word if word in known else self._words[kind].get(word.strip().casefold())

    def words(self, kind: str) -> list[str]:
        """Every word `find` knows, for a did-you-mean."""
        return sorted(self._words[kind])

    def members(self, region: str, day: date) -> Iterator[Person]:
        """Who is assigned to a region on a day, by id."""
        for person in self.people.values():
            at = person.assignment(day)
            if at is not None and at.region == region and person.employed(day):
                yield person
