"""Every comparison that signals make, and which of them are worth a question (SPEC A6)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from salescli.calc.signals.correction import corrected
from salescli.calc.signals.excess import Cases, excess
from salescli.calc.signals.ratio import Ratio, ratios
from salescli.workflows.analysing.signals_cases import DealCases, Landing, Looked, landings

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIGNALS = (
    "held_back",
    "past_tier",
    "cancelled",
    "uncollected",
    "late_discounts",
    "activity_without_results",
    "results_without_activity",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One person against the others in one respect.

    Attributes:
        count, of: Hits and cases; for the two of activity: results and activities.
        others_count, others_of: Those of everybody they are compared with.
        before_count, before_of: Their own in the months before the period, where that is looked at.
        short: Of `past_tier`: how often just short of a tier.
        p_value: By chance alone; `adjusted` for all comparisons of the run.
        held: Whether the pattern has the shape that is asked about, besides being unlikely.
        raised: Whether it is worth a question.
        deals: Positions of the deals behind it in `Looked.days`.
    """

    signal: str
    person: str
    count: int
    of: int
    others_count: int
    others_of: int
    p_value: float
    before_count: int | None = None
    before_of: int | None = None
    short: int | None = None
    held: bool = True
    adjusted: float = 1.0
    raised: bool = False
    deals: tuple[int, ...] = ()


def comparisons(at: Looked) -> list[Comparison]:
    """Every comparison that there are enough cases for, by signal and person, adjusted for all of them."""
    made = [*_held_back(at), *_past_tier(at), *_promises(at), *_late_discounts(at), *_activity(at)]
    adjusted = corrected([one.p_value for one in made], at.limits.correction)
    accepted = float(at.limits.false_alarms)
    return [
        replace(one, adjusted=value, raised=value <= accepted and one.held and _matters(one, at.limits.times))
        for one, value in zip(made, adjusted, strict=True)
    ]


def _matters(one: Comparison, times: Fraction) -> bool:
    """Whether somebody is so many times above the others (below, where few results are asked about)."""
    mine, others = one.count * one.others_of, one.others_count * one.of
    if one.signal == "activity_without_results":
        return mine * times <= others
    return mine >= others * times


def _held_back(at: Looked) -> Iterator[Comparison]:
    found, before = at.held_back(), _own(at.held_back(before=True))
    for one in _by_deals(at, "held_back", found):
        count, of = before.get(one.person_index, (0, 0))
        yield replace(one.made, before_count=count, before_of=of)


def _promises(at: Looked) -> Iterator[Comparison]:
    yield from (one.made for one in _by_deals(at, "cancelled", at.cancelled()))
    if at.session.facts.newest()["collections"] is not None:
        yield from (one.made for one in _by_deals(at, "uncollected", at.uncollected()))


def _late_discounts(at: Looked) -> Iterator[Comparison]:
    """More than the others in a month's last days, and more than in their own other days: the likelier
    counts."""
    own = {one.person // 2: one.p_value for one in excess(at.own_discounts(), 1) if one.person % 2}
    before = _own(at.discounts(before=True))
    for one in _by_deals(at, "late_discounts", at.discounts()):
        count, of = before.get(one.person_index, (0, 0))
        p_value = max(one.made.p_value, own.get(one.person_index, 1.0))
        yield replace(one.made, p_value=p_value, before_count=count, before_of=of)


@dataclass(frozen=True, slots=True)
class _Made:
    person_index: int
    made: Comparison


def _by_deals(at: Looked, signal: str, found: DealCases) -> Iterator[_Made]:
    """The comparisons of one signal whose cases are deals."""
    behind = _behind(found)
    for one in excess(found.cases, at.limits.min_cases):
        made = Comparison(
            signal=signal,
            person=at.days.people[one.person],
            count=one.count,
            of=one.of,
            others_count=one.others_count,
            others_of=one.others_of,
            p_value=one.p_value,
            deals=behind.get(one.person, ()),
        )
        yield _Made(one.person, made)


def _behind(found: DealCases) -> Mapping[int, tuple[int, ...]]:
    """Person → the deals of their hits."""
    hits = found.cases.hit.astype(bool)
    deals: dict[int, list[int]] = defaultdict(list)
    for person, deal in zip(found.cases.person[hits].tolist(), found.deals[hits].tolist(), strict=True):
        deals[person].append(deal)
    return {person: tuple(some) for person, some in deals.items()}


def _own(found: DealCases) -> Mapping[int, tuple[int, int]]:
    """Person → hits and cases."""
    counts: dict[int, tuple[int, int]] = {}
    for person, hit in zip(found.cases.person.tolist(), found.cases.hit.tolist(), strict=True):
        count, of = counts.get(person, (0, 0))
        counts[person] = count + bool(hit), of + 1
    return counts


# --- just past a tier


def _past_tier(at: Looked) -> Iterator[Comparison]:
    """Landing just past a tier more often than the others in the same periods, and at least twice as often
    as just short of one: who sells the same every month lands on both sides."""
    import numpy

    found = list(landings(at))
    people = sorted({one.person for one in found})
    strata = {key: i for i, key in enumerate(sorted({(one.component, one.period.start) for one in found}))}
    index = {person: i for i, person in enumerate(people)}
    shorts = Counter(one.person for one in found if one.short)
    cases = Cases(
        numpy.array([index[one.person] for one in found], dtype="int64"),
        numpy.array([strata[one.component, one.period.start] for one in found], dtype="int64"),
        numpy.array([one.past for one in found], dtype=bool),
    )
    last = _last_deals(at, found)
    for one in excess(cases, at.limits.min_cases):
        person = people[one.person]
        short = shorts[person]
        yield Comparison(
            signal="past_tier",
            person=person,
            count=one.count,
            of=one.of,
            others_count=one.others_count,
            others_of=one.others_of,
            p_value=one.p_value,
            short=short,
            held=one.count >= 2 * short,
            deals=tuple(last.get(person, ())),
        )


def _last_deals(at: Looked, found: Iterable[Landing]) -> Mapping[str, list[int]]:
    """Person → the deal that counted last in each period that landed just past a tier."""
    import numpy

    days = at.days
    position = {word: i for i, word in enumerate(days.people)}
    last: dict[str, list[int]] = defaultdict(list)
    by_person = _positions(days.person)
    for one in found:
        mine = by_person.get(position[one.person]) if one.past else None
        if mine is None:
            continue
        counted = days.counted[mine]
        inside = (counted >= numpy.datetime64(one.period.start)) & (
            counted <= numpy.datetime64(one.period.end)
        )
        if inside.any():
            rows = mine[inside]
            last[one.person].append(int(rows[numpy.lexsort((rows, days.counted[rows]))[-1]]))
    return last


def _positions(person: NDArray[Any]) -> Mapping[int, NDArray[Any]]:
    """Person → where in the columns their deals are."""
    import numpy

    order = numpy.argsort(person, kind="stable")
    people, starts = numpy.unique(person[order], return_index=True)
    parts = numpy.split(order, starts[1:]) if len(people) else []
    return dict(zip(people.tolist(), parts, strict=True))


# --- results and activity


def _activity(at: Looked) -> Iterator[Comparison]:
    """Deals that count in the period for the activities of the period, of those who are to sell: who have a
    target or owned a deal in the months looked back at."""
    import numpy

    position = {word: i for i, word in enumerate(at.days.people)}
    owners = {at.days.people[i] for i in numpy.unique(at.days.person).tolist()}
    done = {
        person: count
        for person, count in at.session.facts.activity(at.period.start, at.as_of).items()
        if person in owners or at.targets.find("sales_amount", at.period, person=person) is not None
    }
    counted = at.counted()
    deals, behind = _own(counted), _behind(counted)
    results = {word: deals[i][1] for word, i in position.items() if word and i in deals}
    for one in ratios(results, done, at.limits.min_cases):
        if one.few is not None:
            yield _of_ratio("activity_without_results", one, one.few)
        if one.many is not None:
            made = _of_ratio("results_without_activity", one, one.many)
            yield replace(made, deals=behind.get(position[one.person], ()))


def _of_ratio(signal: str, one: Ratio, p_value: float) -> Comparison:
    return Comparison(
        signal=signal,
        person=one.person,
        count=one.results,
        of=one.activity,
        others_count=one.others_results,
        others_of=one.others_activity,
        p_value=p_value,
    )
