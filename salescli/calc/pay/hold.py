"""Earned now, paid later: what is held, and what is let go by the end of a month (SPEC I6).

`hold` takes back what was earned, `release` pays it: released to date is a share of what was earned, so that
the last part takes the rest (docs/semantics.md, "Hold and release").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial

from salescli.calc.pay.days import months_between
from salescli.calc.pay.past import EARNED, Past
from salescli.calc.pay.shape import Outcome, Terms, entry_of
from salescli.i18n import N_
from salescli.model.entry import Entry, Step
from salescli.model.exact import Rounding, from_minor, plain, rate_text, round_ratio, to_minor
from salescli.model.period import Period
from salescli.model.plan import Earning, Release


@dataclass(frozen=True, slots=True, kw_only=True)
class DealNews:
    """What is known of deals at the end of a month.

    Attributes:
        cash: Deal → amount, and what has been received for it.
        events: (deal, kind of activity) → its first day.
        terms: Deal → months its contract runs; absent where it is not stated.
    """

    cash: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    events: Mapping[tuple[str, str], date] = field(default_factory=dict)
    terms: Mapping[str, int] = field(default_factory=dict)


def held(terms: Terms, component: Earning, outcomes: Sequence[Outcome], news: DealNews) -> list[Outcome]:
    """Outcomes with a `hold` for what their entries earn, of each deal or of the sum."""
    assert component.release is not None
    return [_held(terms, component, component.release, outcome, news) for outcome in outcomes]


def _held(terms: Terms, component: Earning, release: Release, outcome: Outcome, news: DealNews) -> Outcome:
    sums: dict[str, int] = defaultdict(int)
    for entry in outcome.entries:
        if entry.kind in EARNED and (entry.deal_id or not release.by_deal):
            sums[entry.deal_id] += to_minor(entry.amount, terms.digits)
    make = partial(entry_of, terms, component, outcome.period, outcome.person, rule=release.place)
    steps: list[Step] = []
    entries: list[Entry] = []
    for deal, units in sorted(sums.items()):
        if units and not _at_once(release, deal, news):
            step = _step(terms, release, "hold", _HELD[release.by], -units, deal)
            steps.append(step)
            entries.append(make("hold", -units, steps=(step,), cause=_HELD_CAUSE, deal_id=deal))
    return outcome._replace(entries=(*outcome.entries, *entries), steps=_Joined(outcome.steps, steps))


class _Joined(Sequence[Step]):
    """Steps behind others, which stay unwritten until somebody asks."""

    def __init__(self, first: Sequence[Step], more: Sequence[Step]) -> None:
        self._first, self._more = first, more

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        return (*self._first, *self._more)[index]

    def __len__(self) -> int:
        return len(self._first) + len(self._more)


def _at_once(release: Release, deal: str, news: DealNews) -> bool:
    if release.by != "months" or not release.by_deal:
        return False
    term = news.terms.get(deal, 0)
    return term <= max(release.longer_than, 1)


_HELD_CAUSE = "held"
_HELD = {
    "receipts": N_("{deal}: held until its cash comes in"),
    "events": N_("{deal}: held until what it waits for has happened"),
    "instalments": N_("held, and paid in parts"),
    "months": N_("held, and paid month by month"),
}
_RELEASED = {
    "receipts": N_("{deal}: {received} of {amount} received, {share} of {earned} is due"),
    "events": N_("{deal}: {share} of {earned} is due by what has happened"),
    "instalments": N_("{share} of {earned} is due by now"),
    "months": N_("{share} of {earned} is due by now"),
}


def released(
    terms: Terms,
    component: Earning,
    month: Period,
    past: Past,
    news: DealNews,
    cancelled: Collection[str] = (),
) -> Iterator[Outcome]:
    """One outcome for each person something of the component is let go for by the end of a month.

    Args:
        past: Everything up to and with this month's own holds.
        cancelled: Deals of which nothing more is let go.
    """
    assert component.release is not None
    for person in past.people(terms.plan, component.name):
        entries = past.of(terms.plan, component.name, person)
        alone = _held_alone(entries) & set(cancelled)
        kept = [entry for entry in entries if entry.deal_id not in alone]
        made = list(_released(terms, component, component.release, month, past, kept, news, person))
        if made:
            steps = [step for entry in made for step in entry.steps]
            yield Outcome(month.text, person, terms.plan, component.name, steps, tuple(made))


def _released(
    terms: Terms,
    component: Earning,
    release: Release,
    month: Period,
    past: Past,
    entries: Sequence[Entry],
    news: DealNews,
    person: str,
) -> Iterator[Entry]:
    for deal, group in _groups(release, entries):
        if not any(e.kind == "hold" for e in group) or past.units(group, "clawback"):
            continue
        due = sum(_due(component, release, month, past, e, news) for e in group if e.kind in EARNED)
        units = due - past.units(group, "release")
        if units:
            earned = past.units(group, *EARNED)
            step = _step(terms, release, "release", _RELEASED[release.by], units, deal, earned, due, news)
            yield entry_of(
                terms,
                component,
                month.text,
                person,
                "release",
                units,
                steps=(step,),
                cause=release.by,
                rule=release.place,
                deal_id=deal,
            )


def _groups(release: Release, entries: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    """What is let go together: a deal that was held by itself, and all the rest as one; what is taken back of
    a deal that was held with others lowers what these are let go with."""
    alone = _held_alone(entries)
    groups: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.deal_id in alone:
            groups[entry.deal_id].append(entry)
        elif not release.by_deal:
            groups[""].append(entry)
    return sorted(groups.items())


def _held_alone(entries: Sequence[Entry]) -> set[str]:
    """Deals that were held by themselves."""
    return {entry.deal_id for entry in entries if entry.cause == _HELD_CAUSE and entry.deal_id}


def _due(
    component: Earning, release: Release, month: Period, past: Past, entry: Entry, news: DealNews
) -> int:
    """How much of an entry is to have been paid by the end of a month.

    Parts that are stated are each rounded, and the last takes the rest; a share of receipts is rounded as it
    stands, so that all of it is due when all has been received.
    """
    units, elapsed = past.units((entry,), entry.kind), months_between(past.period(entry), month)
    rounded = partial(_times, units, component.rounding)
    if release.by == "receipts":
        return rounded(_received(entry.deal_id, news))
    if release.by == "months":
        count = release.count if release.count is not None else max(news.terms.get(entry.deal_id, 1), 1)
        done = elapsed + 1
        return units if done >= count else done * rounded(Fraction(1, count))
    if release.by == "instalments":
        due = [part.share for part in release.parts if part.after <= elapsed]
    else:
        days = [(part.share, news.events.get((entry.deal_id, part.event))) for part in release.parts]
        due = [share for share, day in days if day is not None and day <= month.end]
    return units if len(due) == len(release.parts) else sum(map(rounded, due))


def _times(units: int, rounding: Rounding, share: Fraction) -> int:
    above, below = share.as_integer_ratio()
    return round_ratio(units * above, below, rounding)


def _received(deal: str, news: DealNews) -> Fraction:
    """The part of a deal's amount that has been received, between none and all."""
    amount, received = news.cash.get(deal, (Decimal(0), Decimal(0)))
    if not amount:
        return Fraction(1)
    return min(max(Fraction(received) / Fraction(amount), Fraction(0)), Fraction(1))


def _step(
    terms: Terms,
    release: Release,
    step: str,
    text: str,
    units: int,
    deal: str,
    earned: int = 0,
    due: int = 0,
    news: DealNews | None = None,
) -> Step:
    amount, received = (Decimal(0), Decimal(0)) if news is None else news.cash.get(deal, (Decimal(0),) * 2)
    return Step(
        step=step,
        text=text,
        params={
            "deal": deal,
            "earned": plain(from_minor(earned, terms.digits)),
            "share": rate_text(Fraction(due, earned)) if earned else "0%",
            "amount": plain(amount),
            "received": plain(received),
        },
        amount=from_minor(units, terms.digits),
        place=release.place,
    )
