"""What is allowed in a plan but rarely meant, in money (P030–P034; SPEC I7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from salescli.calc.checks.gates import never_true, units_mixed
from salescli.calc.pay.examples import pay_example
from salescli.findings import Finding, Span, finding
from salescli.i18n import N_, several
from salescli.model.book import Book
from salescli.model.condition import Compare, Condition, Join
from salescli.model.exact import plain, rate_text
from salescli.model.expression import Expr, Measure, Number, measures_of, metric_of
from salescli.model.metric import Policy
from salescli.model.plan import AnyComponent, Earning, Milestones, Plan, Spiff, Tiers

_USUAL = Decimal(100_000)


def lint_plan(plan: Plan, book: Book) -> Iterator[Finding]:
    """Warnings about the components of a sound plan; what a component accepts is left out."""
    for component in plan.components:
        for warning in _lint(plan, component, book):
            if warning.code not in component.accept:
                yield warning


def _lint(plan: Plan, component: AnyComponent, book: Book) -> Iterator[Finding]:
    yield from units_mixed(component, book.policy)
    yield from never_true(component)
    if isinstance(component, Earning) and component.per == "period":
        yield from _curve(plan, component, book)


@dataclass(frozen=True, slots=True)
class _Bound:
    """A value of the driving metric at which something changes, and how the plan writes it."""

    value: Fraction
    told: str
    place: Span


def _curve(plan: Plan, component: Earning, book: Book) -> Iterator[Finding]:
    """Cliffs and falls along the metric that drives a component, everything else being met."""
    metric = _driver(component)
    definition = None if metric is None else book.policy.metrics.get(metric)
    if metric is None or definition is None or definition.unit == "rate" or definition.ratio is not None:
        return
    target = _target(book, component, metric)
    bounds = sorted(_bounds(component, metric, target), key=lambda b: b.value)
    money = definition.unit == "money"
    cliffs: list[tuple[Fraction, _Bound]] = []
    fallen = False
    for bound in {b.value: b for b in reversed(bounds)}.values():
        if bound.value < 1:
            continue
        before = _paid(plan, component, book.policy, metric, target, bound.value - 1)
        after = _paid(plan, component, book.policy, metric, target, bound.value)
        if before is None or after is None:
            return
        if after < before and not component.may_fall and not fallen:
            fallen = True
            yield _fall(plan, component, metric, target, bound, before, after)
        elif money and after - before > 1 and not isinstance(component, Milestones):
            cliffs.append((after - before, bound))
    if cliffs:
        yield _cliff(plan, component, metric, target, cliffs)


def _driver(component: Earning) -> str | None:
    """The metric along which pay is looked at: what places in a tier, else what is paid on."""
    by = component.measured_by if isinstance(component, Tiers) else component.pays_on
    if isinstance(component, Milestones):
        own = (c.left for m in component.milestones for c in _comparisons(m.when))
        by = next((left for left in own if isinstance(left, Measure) and left.is_figure), by)
    if isinstance(component, Spiff) or not isinstance(by, Measure) or not by.is_figure:
        return None
    return by.metric


def _target(book: Book, component: Earning, metric: str) -> Decimal:
    """The largest target of anybody that is written down for such a period; a round sum if there is none."""
    stored = [
        Decimal(row.target)
        for targets in book.targets
        for row in targets.rows or ()
        if row.person
        and row.metric == metric
        and isinstance(row.target, Decimal)
        and book.period(row.period).kind == component.period
    ]
    return max(stored, default=_USUAL) or _USUAL


def _bounds(component: Earning, metric: str, target: Decimal) -> Iterator[_Bound]:
    """Tier bounds, and comparisons of gates and milestones with a number."""
    if isinstance(component, Tiers):
        by = component.measured_by
        assert isinstance(by, Measure)
        for tier in component.tiers[1:]:
            yield _bound(by, tier.start, target, tier.place)
    gates: list[tuple[Condition, Span]] = []
    if component.when is not None:
        gates.append((component.when, component.place))
    if isinstance(component, Milestones):
        gates += [(milestone.when, milestone.place) for milestone in component.milestones]
    for condition, place in gates:
        for compared in _comparisons(condition):
            left, right = compared.left, compared.right
            if isinstance(left, Measure) and left.metric == metric and isinstance(right, Number):
                yield _bound(left, right.value, target, place)


def _bound(measure: Measure, start: Fraction, target: Decimal, place: Span) -> _Bound:
    if measure.of == "attainment":
        return _Bound(start * Fraction(target), rate_text(start), place)
    return _Bound(start, plain(start), place)


def _comparisons(condition: Condition) -> Iterator[Compare]:
    if isinstance(condition, Join):
        for part in condition.parts:
            yield from _comparisons(part)
    else:
        yield condition


def _paid(
    plan: Plan, component: Earning, policy: Policy, metric: str, target: Decimal, value: Fraction
) -> Fraction | None:
    """What is paid at a value of the metric, everything else being met; None if that cannot be said."""
    given = _met(component, policy, target) | {metric: value}
    outcome = pay_example(plan, component, given, policy)  # type: ignore[arg-type]
    if isinstance(outcome, Finding):
        return None
    return sum((Fraction(e.amount) for e in outcome.entries if e.kind != "hold"), Fraction(0))


def _met(component: Earning, policy: Policy, target: Decimal) -> dict[str, Decimal | Fraction]:
    """Every metric at a usual height, every rate at 100 %."""
    given: dict[str, Decimal | Fraction] = {"target": target}
    for key, metric in policy.metrics.items():
        given[key] = Fraction(1) if metric.unit == "rate" else target
        if metric.unit == "rate":
            given[f"target_{key}"] = Fraction(1)
    for expr in _exprs(component):
        for measure in _personal(expr):
            given[measure.key] = target
    return given


def _exprs(component: Earning) -> Iterator[Expr]:
    yield component.pays_on
    for limit in (component.floor, component.cap):
        if limit is not None:
            yield limit.amount


def _personal(expr: Expr) -> Iterator[Measure]:
    return (measure for measure in measures_of(expr) if not measure.is_figure)


def _cliff(
    plan: Plan,
    component: Earning,
    metric: str,
    target: Decimal,
    cliffs: Sequence[tuple[Fraction, _Bound]],
) -> Finding:
    jump, bound = max(cliffs, key=lambda pair: (pair[0], -pair[1].value))
    told = N_("at {bound} one more of {metric} pays {jump} more at once (all cliffs: {cliffs})")
    if _needs_target(component, metric):
        told = N_(
            "at {bound} one more of {metric} pays {jump} more at once, with a target of {target}"
            " (all cliffs: {cliffs})"
        )
    return finding(
        "P030",
        bound.place,
        told,
        hint=N_("pay in slices (`mode: marginal`), or write `accept: [P030]` if it is meant"),
        severity="warning",
        metric=metric,
        component=component.name,
        plan=plan.id,
        bound=bound.told,
        jump=plain(jump),
        target=plain(target),
        cliffs=several(f"{b.told}: {plain(j)}" for j, b in cliffs),
    )


def _fall(
    plan: Plan,
    component: Earning,
    metric: str,
    target: Decimal,
    bound: _Bound,
    before: Fraction,
    after: Fraction,
) -> Finding:
    return finding(
        "P031",
        bound.place,
        N_("at {bound} of {metric} pay falls from {before} to {after}: earning more pays less"),
        hint=N_("correct the rate or the bonus, or write `may_fall: true` if it is meant"),
        severity="warning",
        metric=metric,
        component=component.name,
        plan=plan.id,
        bound=bound.told,
        before=plain(before),
        after=plain(after),
        target=plain(target),
    )


def _needs_target(component: Earning, metric: str) -> bool:
    by = component.measured_by if isinstance(component, Tiers) else component.pays_on
    return metric_of(by) != metric


Given = Mapping[str, Decimal | Fraction]
