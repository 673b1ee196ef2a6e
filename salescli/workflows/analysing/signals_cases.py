"""From facts to cases: which deals, months and people each signal looks at (SPEC A6, docs/signals.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from salescli.calc.attain import attainment, metric_value
from salescli.calc.pay.coverage import covered, standings
from salescli.calc.pay.days import covered_share, ramp_factor
from salescli.calc.signals.excess import Cases
from salescli.model.expression import ANY, Measure
from salescli.model.guardrails import SignalLimits
from salescli.model.period import Period
from salescli.model.plan import Plan, Tiers
from salescli.workflows.session import Session

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from salescli.measures.behaviour import DealDays

_PERCENT = 1_000_000
"""A discount of 1 % as `DealDays` states it."""


@dataclass(frozen=True, slots=True)
class DealCases:
    """Cases with the deal behind each, and which lie before the period (told, not judged)."""

    cases: Cases
    deals: NDArray[Any]


class Looked:
    """The deals of a period and of the months before it, seen from a day.

    Attributes:
        since: First day of the months looked back at.
        days: Every deal signed or counted since, and those whose payment falls due in the period.
    """

    def __init__(self, session: Session, period: Period, as_of: date) -> None:
        self.session, self.period, self.as_of = session, period, as_of
        self.limits: SignalLimits = session.book.guardrails.signals
        last = Period.month_of(min(period.end, as_of), period.fiscal)
        self.since = min(period.start, last.shift(1 - self.limits.look_back).start)
        self.targets = session.targets(as_of)  # leaves the facts measured as of that day
        self.due = timedelta(days=self.limits.uncollected_after)
        self.days: DealDays = session.facts.deal_days(min(self.since, period.start - self.due), as_of)

    # --- held back

    def held_back(self, *, before: bool = False) -> DealCases:
        """Deals that count, in months that somebody was here for from first day to last; hit in the first
        days. What one customer's deals of one day are is one case."""
        days = self.days
        since, until = self._span(before)
        inside = _between(days.counted, since, until) & self._whole_months(days.counted, days.person, until)
        early = _day_of_month(days.counted) <= self.limits.first_days
        return self._once(inside, days.counted, early, days.counted)

    def _span(self, before: bool) -> tuple[date, date]:
        """The period up to the day looked from, or the months looked back at before it."""
        if before:
            return self.since, self.period.start - timedelta(days=1)
        return self.period.start, self.as_of

    def _whole_months(self, day: NDArray[Any], person: NDArray[Any], until: date) -> NDArray[Any]:
        """Whether each day lies in a month that is over, and that the person was here for as a whole."""
        import numpy

        there: dict[int, list[bool]] = {}
        first = Period.month_of(self.since, self.period.fiscal)
        months = [first]
        while months[-1].end < until:
            months.append(months[-1].shift(1))
        people = self.session.book.org.people
        for index, word in enumerate(self.days.people):
            who = people.get(word)
            there[index] = [
                who is not None
                and m.end <= until
                and who.last_day(m.start, m.end) == m.end
                and who.last_day(m.start, m.start) is not None
                for m in months
            ]
        table = numpy.array([there[i] for i in range(len(self.days.people))])
        known = ~numpy.isnat(day)
        month = numpy.where(known, _months(day) - _month_number(first.start), 0)
        inside = known & (month >= 0) & (month < len(months))
        present: NDArray[Any] = inside & table[person, numpy.clip(month, 0, len(months) - 1)]
        return present

    # --- promised too much

    def cancelled(self) -> DealCases:
        """Deals signed in the months looked back at and alive when the period began; hit if cancelled in it.
        What a customer signed in a month is one case."""
        import numpy

        days = self.days
        alive = numpy.isnat(days.cancelled) | (days.cancelled >= numpy.datetime64(self.period.start))
        inside = _between(days.signed, self.since, self.as_of) & alive
        return self._once(inside, days.signed, _between(days.cancelled, self.period.start, self.as_of))

    def uncollected(self) -> DealCases:
        """Deals, not cancelled, that came of age in the period (so many days after signing); hit if less than
        a share of the amount has come in by the day looked from."""
        import numpy

        days, share = self.days, self.limits.uncollected_below
        inside = _between(days.signed, self.period.start - self.due, self.as_of - self.due)
        inside &= numpy.isnat(days.cancelled) & (days.amount > 0)
        # Whole numbers, in Python's arithmetic where they might not fit otherwise.
        low = days.received.astype(object) * share.denominator < days.amount.astype(object) * share.numerator
        return self._once(inside, days.signed, low.astype(bool))

    def discounts(self, *, before: bool = False) -> DealCases:
        """Deals signed in a month's last days that state a discount; hit if it is deep."""
        since, until = self._span(before)
        inside = _between(self.days.signed, since, until) & self._discounted()
        return self._once(inside & self._late(), self.days.signed, self._deep())

    def own_discounts(self) -> Cases:
        """Everybody's deals that state a discount, in a stratum of their own: as person `2 n + 1` those of
        the last days of the period's months, as `2 n` those of all other days looked back at."""
        late, period = self._late(), _between(self.days.signed, *self._span(False))
        inside = (late & period) | (_between(self.days.signed, self.since, self.as_of) & ~late)
        found = self._once(inside & self._discounted(), self.days.signed, self._deep(), late)
        person = found.cases.person
        return Cases(person.astype("int64") * 2 + late[found.deals], person, found.cases.hit)

    def _discounted(self) -> NDArray[Any]:
        return self.days.discount >= 0

    def _deep(self) -> NDArray[Any]:
        least = self.limits.deep_discount * 100 * _PERCENT
        return self.days.discount >= int(least)

    def _late(self) -> NDArray[Any]:
        import numpy

        signed = self.days.signed
        following = (signed.astype("datetime64[M]") + 1).astype("datetime64[D]")
        left = (following - signed) / numpy.timedelta64(1, "D")
        late: NDArray[Any] = left <= self.limits.last_days
        return late

    def counted(self) -> DealCases:
        """Deals that count in the period, each a hit; one customer's deals of one day are one case."""
        inside = _between(self.days.counted, self.period.start, self.as_of)
        return self._once(inside, self.days.counted, inside, self.days.counted)

    # --- together

    def _once(
        self,
        inside: NDArray[Any],
        day: NDArray[Any],
        hit: NDArray[Any],
        apart: NDArray[Any] | None = None,
    ) -> DealCases:
        """One case for each person, month, customer (and `apart`); hit if one of its deals is.

        Returns:
            `deals` are positions in `days`: of a hit the first deal that is one.
        """
        import numpy

        at = numpy.flatnonzero(inside)
        days = self.days
        month = _months(day[at])
        stratum = month * (len(days.regions) + 1)
        if self.limits.peers == "region":
            stratum = stratum + days.region[at] + 1
        more = numpy.zeros(len(at), dtype="int64") if apart is None else apart[at].astype("int64")
        missed = ~hit[at]
        order = numpy.lexsort((at, missed, more, days.customer[at], stratum, days.person[at]))
        at, stratum, more = at[order], stratum[order], more[order]
        first = numpy.ones(len(at), dtype=bool)
        keys = (days.person[at], stratum, days.customer[at], more)
        if len(at):
            first[1:] = numpy.any([key[1:] != key[:-1] for key in keys], axis=0)
        at, stratum = at[first], stratum[first]
        return DealCases(Cases(days.person[at], stratum, hit[at]), at)


@dataclass(frozen=True, slots=True)
class Landing:
    """Where somebody's attainment landed in a period of a component by tiers."""

    person: str
    period: Period
    component: str
    value: Fraction
    past: bool
    short: bool


def landings(at: Looked) -> Iterator[Landing]:
    """Every attainment of the months looked back at that places somebody in a tier, as now known."""
    book = at.session.book
    for plan, component, measure in _placed(book.plans):
        width = at.limits.past_tier
        starts = [tier.start for tier in component.tiers if tier.start > 0]
        for period in _complete(at, component):
            totals = at.session.facts.totals(("person",), period.start, period.end)
            for member in covered(plan, standings(book.org, period)):
                base = totals.get((member.person,), {})
                actual = metric_value(book.policy, measure.metric, base, at.session.digits)
                value = attainment(actual, _target(at, plan, measure.metric, period, member.person))
                if value is not None:
                    yield Landing(
                        member.person,
                        period,
                        f"{plan.id}/{component.name}",
                        value,
                        any(start <= value < start + width for start in starts),
                        any(start - width <= value < start for start in starts),
                    )


def _target(at: Looked, plan: Plan, metric: str, period: Period, who: str) -> Fraction | None:
    """What the plan measures somebody by: their target, less in a ramp or where it is prorated."""
    goal = at.targets.find(metric, period, person=who)
    if goal is None:
        return None
    target, person = Fraction(goal.value), at.session.book.org.people[who]
    if plan.ramp is not None:
        target *= ramp_factor(plan.ramp, person.hired, period.start, period.end)
    return target * covered_share(plan, person, period.start, period.end) if plan.prorate_targets else target


def _placed(plans: tuple[Plan, ...]) -> Iterator[tuple[Plan, Tiers, Measure]]:
    """Components by tiers of a person's own attainment."""
    for plan in plans:
        for component in plan.components:
            if isinstance(component, Tiers) and component.per == "period" and component.to_date is None:
                by = component.measured_by
                if isinstance(by, Measure) and by.of == "attainment" and by.scope == "own" and by.only == ANY:
                    yield plan, component, by


def _complete(at: Looked, component: Tiers) -> Iterator[Period]:
    """The component's periods that lie within the months looked back at and are over."""
    period = Period.around(at.since, component.period, at.period.fiscal)
    while period.end <= at.as_of:
        if period.start >= at.since:
            yield period
        period = period.shift(1)


def _between(day: NDArray[Any], since: date, until: date) -> NDArray[Any]:
    import numpy

    inside: NDArray[Any] = (day >= numpy.datetime64(since)) & (day <= numpy.datetime64(until))
    return inside


def _months(day: NDArray[Any]) -> NDArray[Any]:
    months: NDArray[Any] = day.astype("datetime64[M]").astype("int64")
    return months


def _month_number(day: date) -> int:
    return (day.year - 1970) * 12 + day.month - 1


def _day_of_month(day: NDArray[Any]) -> NDArray[Any]:
    first = day.astype("datetime64[M]").astype("datetime64[D]")
    number: NDArray[Any] = (day - first).astype("int64") + 1
    return number
