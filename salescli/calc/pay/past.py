"""What was paid before: the entries of earlier periods, which draws, releases and clawbacks rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from salescli.model.entry import Entry, EntryKind
from salescli.model.exact import to_minor
from salescli.model.period import Period
from salescli.model.plan import Plan

EARNED: tuple[EntryKind, ...] = ("earning", "bonus", "award", "adjustment")
"""Kinds that make up what somebody is entitled to, whenever it is paid."""


class Row(Protocol):
    """Something that was paid."""

    @property
    def period(self) -> str:
        """What it was paid for."""

    @property
    def kind(self) -> EntryKind:
        """As what."""

    @property
    def amount(self) -> Decimal:
        """How much."""


Key = tuple[str, str, str]
"""Plan, component, person."""


class Past:
    """Entries in the order of their periods.

    Attributes:
        older: Plan → those it has taken over from: what a component of the same name paid to date.
        then: Settled month → the plans it was paid by.
        payers: Settled month, person → the plans that have paid them and do not reckon it again.
    """

    def __init__(self, digits: int, fiscal: int = 1, before: Past | None = None) -> None:
        self._digits = digits
        self._fiscal = fiscal
        self._before = before
        self.older: dict[str, set[str]] = defaultdict(set) if before is None else before.older
        self.then: dict[str, Sequence[Plan]] = {} if before is None else before.then
        self.payers: dict[tuple[str, str], set[str]] = {} if before is None else before.payers
        self._entries: dict[Key, list[Entry]] = defaultdict(list)

    def later(self) -> Past:
        """One to add to that leaves this one as it is."""
        return Past(self._digits, self._fiscal, self)

    def add(self, entries: Iterable[Entry]) -> None:
        """Remember what was reckoned."""
        for entry in entries:
            self._entries[entry.plan, entry.component, entry.person].append(entry)

    def of(self, plan: str, component: str, person: str) -> Sequence[Entry]:
        """Everything of one person's component."""
        own = self._entries.get((plan, component, person), ())
        if self._before is None:
            return own
        return (*self._before.of(plan, component, person), *own)

    def to_date(self, plan: str, component: str, person: str) -> list[Entry]:
        """Everything of one person's component, and of those of its name in plans it has taken over from."""
        plans = [*sorted(self.older.get(plan, ())), plan]
        return [entry for one in plans for entry in self.of(one, component, person)]

    def followed(self, plan: str, component: str, person: str) -> Iterator[Sequence[Entry]]:
        """What components of the same name paid one person, of each plan that has taken over from one."""
        for newer in sorted(key for key, older in self.older.items() if plan in older):
            yield self.of(newer, component, person)

    def people(self, plan: str, component: str) -> list[str]:
        """Who has any entry of a component, by id."""
        return sorted(p for of, name, p in self.keys() if (of, name) == (plan, component))

    def all_of(self, plan: str) -> Iterator[tuple[Key, Sequence[Entry]]]:
        """Every component and person of a plan, in the order of component and person."""
        for key in sorted(key for key in self.keys() if key[0] == plan):
            yield key, self.of(*key)

    def plan_of(self, plan: str, period: Period, now: Plan | None) -> Plan | None:
        """A plan as a period was paid by it: of a settled month what it was then, else what it is now."""
        month = Period.month_of(period.end, period.fiscal).text
        return next((one for one in self.then.get(month, ()) if one.id == plan), now)

    def dropped(self, known: Collection[str]) -> list[Plan]:
        """Plans that settled months were paid by and that are none of these, as they were last."""
        last = {plan.id: plan for month in sorted(self.then) for plan in self.then[month]}
        return [plan for key, plan in sorted(last.items()) if key not in known]

    def keys(self) -> set[Key]:
        """Every component and person."""
        return self._entries.keys() | (set() if self._before is None else self._before.keys())

    def period(self, entry: Row) -> Period:
        """The period of something that was paid."""
        return Period.parse(entry.period, self._fiscal)

    def units(self, entries: Iterable[Entry], *kinds: EntryKind) -> int:
        """Their sum in smallest units."""
        return sum(to_minor(e.amount, self._digits) for e in entries if e.kind in kinds)

    def within(self, entries: Iterable[Entry], start: date, end: date) -> Iterator[Entry]:
        """Those whose period lies in a span of days."""
        for entry in entries:
            period = self.period(entry)
            if start <= period.start and period.end <= end:
                yield entry
