"""What targets or rates would have been healthy, and what they would have cost: the period paid anew by the
same rules with other targets or rates, on what was sold (SPEC I9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from salescli.calc.health.ranges import rate_factor, target_range
from salescli.calc.health.spread import share_from
from salescli.findings import Finding
from salescli.model.exact import from_minor, rate_text
from salescli.model.guardrails import HealthLimits, Limit
from salescli.model.plan import AnyComponent, Flat, Plan, RateTable, Tiers
from salescli.workflows.paying.reckon import reckon, stop_on_errors
from salescli.workflows.plans.health_checks import budget_of
from salescli.workflows.plans.health_figures import Figures, PlanFigures
from salescli.workflows.session import Session

_STEP = 100_000
"""Parts of 1 in which a suggested rate is written: thousandths of a percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One end of a range.

    Attributes:
        factor: On all targets, or on all rates of the plan.
        cost: What the plan would have paid.
        of_sales: That over the sales of its people; None without any.
        reached: Share that would have reached the target.
        command: Arguments of `salescli simulate` that try the same.
    """

    factor: Fraction
    cost: Decimal
    of_sales: Fraction | None
    reached: Fraction | None
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A suggested range of a plan's targets (`targets`) or rates (`rates`), the lower factor first."""

    plan: str
    what: str
    now: Decimal
    low: Tried
    high: Tried


def ranges(figures: Figures) -> Iterator[Range]:
    """For each plan with enough people: targets that the wanted share would have reached, and, where pay is
    too expensive, rates that bring it down to the limits."""
    limits = figures.session.book.guardrails.health
    for plan in figures.plans:
        values = [one.value for one in plan.attained]
        if len({one.person for one in plan.attained}) >= limits.few:
            factors = target_range(values, limits.reached)
            if factors is not None:
                yield _range(figures, plan, "targets", factors)
        wanted = _wanted(figures, plan, limits)
        if wanted is not None:
            yield _range(figures, plan, "rates", wanted)


def _range(figures: Figures, plan: PlanFigures, what: str, factors: tuple[Fraction, Fraction]) -> Range:
    low, high = (_tried(figures, plan, what, factor) for factor in factors)
    return Range(plan=plan.plan.id, what=what, now=plan.total, low=low, high=high)


def _wanted(figures: Figures, plan: PlanFigures, limits: HealthLimits) -> tuple[Fraction, Fraction] | None:
    """The factors on rates that bring pay down to where yellow and where red begins, of the strictest limit
    that is passed; None where none is, or no rate would do it."""
    bases: list[tuple[Limit, Fraction]] = [(limits.cost_of_sales, plan.sales)]
    if plan.profit is not None:
        bases.append((limits.cost_of_margin, plan.profit))
    budget = budget_of(limits, figures.period, plan.plan.id)
    if budget is not None:
        bases.append((limits.budget_used, Fraction(budget)))
    total = Fraction(plan.total)
    passed = [(limit, base) for limit, base in bases if base > 0 and total > limit.yellow_above * base]
    if not passed:
        return None
    by_rate = Fraction(plan.by_rate)
    yellow = min(limit.yellow_above * base for limit, base in passed)
    red = min(total, *(limit.red_above * base for limit, base in passed))
    low, high = (rate_factor(by_rate, total - by_rate, wanted) for wanted in (yellow, red))
    return None if low is None or high is None else (low, high)


def _tried(figures: Figures, plan: PlanFigures, what: str, factor: Fraction) -> Tried:
    session, period = figures.session, figures.period
    words = [f"--period {period.text}"]
    if what == "targets":
        tried = replace(session, target_factor=session.target_factor * factor)
        words.append(f"--targets {rate_text(factor)}")
    else:
        scaled = with_rates(plan.plan, factor)
        plans = tuple(scaled if one.id == scaled.id else one for one in session.book.plans)
        tried = replace(session, book=replace(session.book, plans=plans))
        words += [f"--set {plan.plan.id}:{path}={rate_text(rate)}" for path, rate in rates(scaled)]
    cost = _cost(tried, figures, plan.plan.id)
    of_sales = Fraction(cost) / plan.sales if plan.sales else None
    bound = factor if what == "targets" else Fraction(1)
    return Tried(
        factor=factor,
        cost=cost,
        of_sales=of_sales,
        reached=share_from([one.value for one in plan.attained], bound),
        command=" ".join(words),
    )


def _cost(session: Session, figures: Figures, plan: str) -> Decimal:
    found: list[Finding] = []
    reckoned = reckon(session, figures.period, found)
    stop_on_errors(found)
    amounts = [e.amount for one in reckoned for e in one.entries() if e.plan == plan]
    return sum(amounts, from_minor(0, session.digits))


# --- other rates


def with_rates(plan: Plan, factor: Fraction) -> Plan:
    """A plan with every rate of its tiers, flat rates and rate tables times a factor, rounded down to a
    thousandth of a percent."""
    return replace(plan, components=tuple(_scaled(one, factor) for one in plan.components))


def _scaled(component: AnyComponent, factor: Fraction) -> AnyComponent:
    if isinstance(component, Tiers):
        tiers = tuple(replace(tier, rate=_rate(tier.rate, factor)) for tier in component.tiers)
        return replace(component, tiers=tiers)
    if isinstance(component, Flat) and component.rate is not None:
        return replace(component, rate=_rate(component.rate, factor))
    if isinstance(component, RateTable):
        rules = tuple(
            rule if rule.rate is None else replace(rule, rate=_rate(rule.rate, factor))
            for rule in component.rules
        )
        return replace(component, rules=rules)
    return component


def _rate(rate: Fraction, factor: Fraction) -> Fraction:
    exact = rate * factor * _STEP
    return Fraction(exact.numerator // exact.denominator, _STEP)


def rates(plan: Plan) -> Iterator[tuple[str, Fraction]]:
    """Where the plan's file states its rates, and what they are: `commission.tiers[1].rate`."""
    for component in plan.components:
        parts: Sequence[tuple[str, Fraction | None]] = ()
        if isinstance(component, Tiers):
            parts = [(f".tiers[{i}].rate", tier.rate) for i, tier in enumerate(component.tiers)]
        elif isinstance(component, Flat):
            parts = [(".rate", component.rate)]
        elif isinstance(component, RateTable):
            parts = [(f".rules[{i}].rate", rule.rate) for i, rule in enumerate(component.rules)]
        yield from ((component.name + path, rate) for path, rate in parts if rate)
