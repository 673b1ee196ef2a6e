"""Which changed rows a component's pay rests on, by the rules it was paid by (SPEC S4).

A row is a cause only if the component looks at it: at the metric it counts for, in the days looked at, of the
person, their region or the team, under the plan's filters. What it does not look at is never named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from salescli.calc.settle.lens import Lens
from salescli.model.expression import Measure
from salescli.model.fact import ONLY_COLUMNS
from salescli.model.known import Cells, Change
from salescli.model.metric import Base, Policy
from salescli.model.period import Period

Number = Literal["amount", "cost", "quantity", "count"]
_NEEDS: Mapping[str | None, frozenset[Number]] = {
    "amount": frozenset(("amount",)),
    "cost": frozenset(("cost",)),
    "margin": frozenset(("amount", "cost")),
    "quantity": frozenset(("quantity",)),
    None: frozenset(("count",)),
}
_DATED = frozenset(("status", "opened_on", "signed_on", "closed_on", "cancelled_on"))
_COUNTED = _DATED | {"amount", "cost", "currency", "quantity", "owner"}
"""Columns of a deal that decide who is credited with what, and when; all others only tell deals apart."""


class Mark(NamedTuple):
    """A credit line that is another one now, or is there.

    Attributes:
        of: Of a deal, or of cash received for one.
        numbers: What of it differs; `count` where it came or went.
    """

    of: Literal["deal", "cash"]
    day: date
    person: str
    numbers: frozenset[Number] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A changed row with what it reaches.

    Attributes:
        deals: The deal it is about, as it was and as it is; none for rows about no deal.
        differ: Credit lines of that deal that differ.
        lines: All credit lines of that deal, then and now.
    """

    change: Change
    deals: tuple[Cells, ...] = ()
    differ: frozenset[Mark] = frozenset()
    lines: frozenset[Mark] = frozenset()

    @property
    def moved(self) -> bool:
        """Whether the deal counts on other days now, or for others, or no more."""
        return any(mark.of == "deal" and "count" in mark.numbers for mark in self.differ)

    @property
    def withdrawn(self) -> bool:
        """Whether the deal's own row came or went, or says that it was cancelled or lost."""
        gone = [cells.get("status", "") in ("cancelled", "lost") for cells in self.deals]
        return len(gone) < 2 or gone[0] != gone[-1]


class Bite(NamedTuple):
    """How a change concerns somebody's pay: in an earlier period or the period's own, others' or own."""

    earlier: bool
    others: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where somebody is in a period.

    Attributes:
        regions: Where they work.
        reports, all_reports: Who reports to them, or has them anywhere above.
    """

    person: str
    regions: frozenset[str]
    reports: frozenset[str] = frozenset()
    all_reports: frozenset[str] = frozenset()

    def below(self, scope: str) -> frozenset[str]:
        """Who counts for a measure of those who report to somebody."""
        return self.reports if scope == "reports" else self.all_reports


class Look(NamedTuple):
    """That a component looks at a change, for some people.

    Attributes:
        number: Of the change among all.
        whose: Who has what changed.
        who: For whom it is looked at: that person (`own`), everybody, people of `regions`, or those whom
            that person reports to.
    """

    number: int
    earlier: bool
    whose: str
    who: Literal["own", "team", "region", "reports", "all_reports"]
    regions: frozenset[str] = frozenset()


class Looks:
    """Which changes a component looks at; found once, then asked for each person."""

    def __init__(self, reached: Sequence[Reached], lens: Lens) -> None:
        looks = {look for number, at in enumerate(reached) for look in _looks(number, at, lens)}
        self._own: dict[str, list[Look]] = defaultdict(list)
        self._others: list[Look] = []
        for look in sorted(looks, key=lambda one: one.number):
            (self._own[look.whose] if look.who == "own" else self._others).append(look)

    def of(self, seat: Seat) -> dict[int, Bite]:
        """Number of each change that concerns a person's pay → how."""
        found: dict[int, Bite] = {}
        for look in (*self._own.get(seat.person, ()), *(one for one in self._others if _sees(one, seat))):
            bite = Bite(look.earlier, look.whose != seat.person)
            found[look.number] = min(bite, found.get(look.number, bite))
        return found


def _sees(look: Look, seat: Seat) -> bool:
    if look.who == "region":
        return bool(look.regions & seat.regions)
    return look.who == "team" or look.whose in seat.below(look.who)


def _looks(number: int, at: Reached, lens: Lens) -> Iterator[Look]:
    change = at.change
    if change.of == "person":
        yield Look(number, False, change.id, "team" if lens.peers else "own")
        return
    if change.of == "target":
        yield from _of_target(number, change, lens)
        return
    for measure in lens.reads:
        for base in _bases(measure, lens.policy):
            for day, whose in _marks(at, measure, base, lens):
                for earlier in _when(day, lens):
                    yield _look(number, earlier, whose, at, measure, base, lens)
    for day, whose in _after_the_sale(at, lens):
        for earlier in _when(day, lens):
            yield Look(number, earlier, whose, "own")


def _when(day: date, lens: Lens) -> Iterator[bool]:
    """Whether an earlier day is meant; nothing if the day is not looked at."""
    if lens.start <= day <= lens.end:
        yield False
    elif lens.back is not None and lens.back <= day < lens.start:
        yield True


def _look(
    number: int, earlier: bool, whose: str, at: Reached, measure: Measure, base: Base, lens: Lens
) -> Look:
    """For whom a measure counts what is somebody's."""
    if base.source == "customers":  # whoever's deal: it decides which deal with a customer was the first
        return Look(number, earlier, whose, "team")
    if measure.scope == "own" and not lens.compares:
        return Look(number, earlier, whose, "own")
    if measure.scope in ("reports", "all_reports"):
        return Look(number, earlier, whose, measure.scope)
    if measure.scope != "region" and not (lens.region and lens.compares):
        return Look(number, earlier, whose, "team")
    places = [at.change.either] if at.change.of == "activity" else at.deals
    regions = frozenset(cells.get("region", "") for cells in places)
    return Look(number, earlier, whose, "region", regions)


def _bases(measure: Measure, policy: Policy) -> Iterator[Base]:
    """The sums and counts a measure is made of."""
    names = [measure.metric] if measure.is_figure and measure.of != "target" else []
    while names:
        metric = policy.metrics.get(names.pop())
        if metric is None:
            continue
        names += metric.ratio or ()
        if metric.base is not None:
            yield metric.base


def _marks(at: Reached, measure: Measure, base: Base, lens: Lens) -> Iterator[tuple[date, str]]:
    """Days and people of what a change changed of a metric."""
    change = at.change
    if base.source == "activities":
        if change.of == "activity" and _held(at, measure, base):
            yield _day(change.either["date"]), change.either["person"]
        return
    if change.of == "activity" or not _held(at, measure, base):
        return
    if base.source == "collections":
        yield from _cash(at, measure, base, lens)
        return
    if change.of == "receipt" and (not at.moved or at.withdrawn):
        return  # it does not decide whether the deal counts
    if base.of != "recognised":
        yield from _moments(at, measure, base, lens)
        return
    needs = _NEEDS[base.column if base.source == "deals" else None]
    if {"amount", "cost"} & lens.columns:
        needs |= frozenset(("amount", "cost"))
    if _counts(change):
        yield from (
            (m.day, m.person) for m in at.differ if m.of == "deal" and m.numbers & (needs | {"count"})
        )
    if change.of == "deal" and set(change.changed()) & _telling(measure, base, lens):
        yield from ((m.day, m.person) for m in at.lines if m.of == "deal")


def _counts(change: Change) -> bool:
    return change.of != "deal" or bool(set(change.changed()) & _COUNTED)


def _cash(at: Reached, measure: Measure, base: Base, lens: Lens) -> Iterator[tuple[date, str]]:
    change = at.change
    if change.of == "receipt":
        days = {_day(side["received_on"]) for side in change.sides}
        yield from ((m.day, m.person) for m in at.differ if m.of == "cash" and m.day in days)
        if base.column is None:  # receipts are counted, whatever their amounts
            yield from ((m.day, m.person) for m in at.lines if m.of == "cash" and m.day in days)
    elif _counts(change) and (change.of != "deal" or not _only(change, ("amount", "cost", "quantity"))):
        yield from ((m.day, m.person) for m in at.differ if m.of == "cash")
    if change.of == "deal" and set(change.changed()) & _telling(measure, base, lens):
        yield from ((m.day, m.person) for m in at.lines if m.of == "cash")


def _only(change: Change, columns: Collection[str]) -> bool:
    return set(change.changed()) <= set(columns)


def _telling(measure: Measure, base: Base, lens: Lens) -> set[str]:
    """Columns by which a measure tells deals apart."""
    columns = {*base.where, *(key for key in ONLY_COLUMNS if getattr(measure.only, key)), *lens.columns}
    if measure.scope == "region" or lens.region:
        columns.add("region")
    if base.source == "customers":
        columns.add("customer")
    return columns - _COUNTED


_DAYS: Mapping[str, tuple[str, ...]] = {
    "signed": ("signed_on",),
    "opened": ("opened_on",),
    "cancelled": ("cancelled_on",),
}


def _moments(at: Reached, measure: Measure, base: Base, lens: Lens) -> Iterator[tuple[date, str]]:
    """Days on which a deal was signed, opened, decided …, as it was and as it is, for whoever has it."""
    days = _DAYS.get(base.of, ("closed_on", "signed_on"))
    looked_at = {*days, "status", "cancelled_on", "owner", *_telling(measure, base, lens)}
    if base.column is not None:
        looked_at |= {"amount", "cost", "currency"} if base.column == "margin" else {base.column, "currency"}
    summed = base.column is not None and at.change.of in ("share", "rate")
    if not summed and not (at.change.of == "deal" and set(at.change.changed()) & looked_at):
        return
    people = {mark.person for mark in at.lines}
    for cells in at.deals:
        text = next((cells[c] for c in days if c in cells), "")
        for person in sorted(people | {cells.get("owner", "")}) if text else ():
            yield _day(text), person


def _held(at: Reached, measure: Measure, base: Base) -> bool:
    """Whether the row, or its deal, is of what a metric counts: before, or now."""
    sides: tuple[Cells, ...] = at.change.sides if at.change.of == "activity" else at.deals
    return any(_fits(cells, measure, base) for cells in sides)


def _fits(cells: Cells, measure: Measure, base: Base) -> bool:
    return measure.only.has(cells) and all(cells.get(c, "") in words for c, words in base.where.items())


def _after_the_sale(at: Reached, lens: Lens) -> Iterator[tuple[date, str]]:
    """What is taken back when a deal is cancelled, and let go when it is paid or something happens."""
    change, people = at.change, sorted({mark.person for mark in at.lines})
    days: set[str] = set()
    if lens.claws and change.of == "deal" and {"status", "cancelled_on"} & set(change.changed()):
        days |= {side["cancelled_on"] for side in change.sides if "cancelled_on" in side}
    by = None if lens.release is None else lens.release.by
    if by == "receipts" and change.of == "receipt":
        days |= {side["received_on"] for side in change.sides}
    if by == "events" and change.of == "activity":
        days |= {side["date"] for side in change.sides}
    for text in days:
        yield from ((_day(text), person) for person in people)


def _of_target(number: int, change: Change, lens: Lens) -> Iterator[Look]:
    cells = change.either
    period = Period.parse(cells["period"])
    first = lens.start if lens.back is None else lens.back
    if period.end < first or period.start > lens.end:
        return
    whose, region, earlier = cells.get("person", ""), cells.get("region", ""), period.end < lens.start
    for measure in lens.reads:
        if measure.of not in ("target", "attainment") or cells["metric"] != measure.metric:
            continue
        if measure.scope == "own" and whose:
            yield Look(number, earlier, whose, "team" if lens.compares else "own")
        elif measure.scope == "region" and not whose and region:
            yield Look(number, earlier, "", "region", frozenset((region,)))
        elif measure.scope == "team" and not whose and not region:
            yield Look(number, earlier, "", "team")
        elif measure.scope in ("reports", "all_reports") and whose:
            yield Look(number, earlier, whose, measure.scope)


def _day(text: str) -> date:
    return date.fromisoformat(text)
