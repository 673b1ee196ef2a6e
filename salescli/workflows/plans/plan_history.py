"""What history says of a plan's tiers: how many of those it covers would have reached each (SPEC I7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from salescli.calc.pay.coverage import covered, standings
from salescli.calc.pay.registry import compile_plan
from salescli.calc.pay.scores import value_of
from salescli.findings import Finding, finding
from salescli.i18n import N_
from salescli.model.exact import plain, rate_text
from salescli.model.expression import Measure
from salescli.model.period import Period
from salescli.model.plan import PeriodKind, Plan, Tier, Tiers
from salescli.workflows.paying.measure import fill
from salescli.workflows.session import Session

PERIODS = 12
_ENOUGH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One tiers component in the past.

    Attributes:
        periods: Those looked at, oldest first.
        counts: How many people ended in each tier, in the order of the file, a person in a period once.
        highest: The best anybody did.
    """

    component: Tiers
    periods: tuple[Period, ...]
    counts: tuple[int, ...]
    highest: Fraction | None

    @property
    def total(self) -> int:
        """People times periods."""
        return sum(self.counts)

    def told(self, value: Fraction) -> str:
        """A value of what places one in a tier, as books write it."""
        return told(self.component, value)


def told(component: Tiers, value: Fraction) -> str:
    """A value of what places one in a tier of a component, as books write it."""
    by = component.measured_by
    rate = isinstance(by, Measure) and by.of == "attainment"
    return rate_text(value) if rate else plain(value)


def reached(session: Session, plan: Plan) -> Iterator[Reached]:
    """Each tiers component of a plan over the newest complete periods, valid then or not.

    Facts are looked at as they are known today.
    """
    span = session.facts.months()
    always = replace(plan, valid_from=None, valid_to=None)
    if span is None:
        return
    first, last = span
    for shape in compile_plan(plan, session.book.policy).shapes:
        component = shape.component
        if not isinstance(component, Tiers) or component.per == "deal":
            continue
        kind = component.to_date or component.period
        periods = _complete(kind, first, last, session.book.settings.fiscal_year_start)
        counts = [0] * len(component.tiers)
        highest: Fraction | None = None
        for period in periods:
            members = covered(always, standings(session.book.org, period))
            scores = fill(session, period, last, members, shape.reads)
            for member in members:
                value = value_of(scores.people[member.person], component.measured_by)
                if value is not None:
                    counts[tier_of(component.tiers, value)] += 1
                    highest = value if highest is None else max(highest, value)
        yield Reached(component=component, periods=tuple(periods), counts=tuple(counts), highest=highest)


def _complete(kind: PeriodKind, first: date, last: date, fiscal: int) -> list[Period]:
    """The newest periods of a kind that lie within a span of days, oldest first."""
    period = Period.around(last, kind, fiscal)
    if period.end > last:
        period = period.previous()
    periods: list[Period] = []
    while period.start >= first and len(periods) < PERIODS:
        periods.append(period)
        period = period.previous()
    return periods[::-1]


def tier_of(tiers: Sequence[Tier], value: Fraction) -> int:
    """Which tier a value is in, counted from 0; the first for what lies below it."""
    return max((i for i, tier in enumerate(tiers) if tier.start <= value), default=0)


def never_reached(session: Session, plan: Plan) -> Iterator[Finding]:
    """Tiers that nobody would have reached in the past (P033), told once a component: the lowest of them."""
    if not any(isinstance(c, Tiers) and "P033" not in c.accept for c in plan.components):
        return
    for past in reached(session, plan):
        component = past.component
        if past.total < _ENOUGH or not past.highest or "P033" in component.accept:
            continue
        for tier, count in zip(component.tiers[1:], past.counts[1:], strict=True):
            if count == 0 and tier.start > past.highest:
                yield finding(
                    "P033",
                    tier.place,
                    N_("from {first} to {last} nobody would have reached {start}; the best was {highest}"),
                    hint=N_("a lower bound would move people; write `accept: [P033]` if it is meant"),
                    severity="warning",
                    component=component.name,
                    plan=plan.id,
                    first=past.periods[0].text,
                    last=past.periods[-1].text,
                    start=past.told(tier.start),
                    highest=past.told(past.highest),
                )
                break
