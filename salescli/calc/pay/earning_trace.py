"""The steps of a component that pays each person an amount of their own."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from salescli.calc.pay.condition import gate_steps, passes
from salescli.calc.pay.factor import factor_of
from salescli.calc.pay.scores import NOTHING, Node, value_of
from salescli.calc.pay.steps import told, value_steps
from salescli.i18n import N_
from salescli.model.entry import Step
from salescli.model.exact import from_minor, plain, rate_text
from salescli.model.expression import measures_of
from salescli.model.plan import Milestones, Multiplier

if TYPE_CHECKING:
    from salescli.calc.pay.earning import EarningPay

ROUNDED = {
    "half_up": N_("rounded half-up"),
    "half_even": N_("rounded half to even"),
    "down": N_("rounded down"),
    "up": N_("rounded up"),
}


def nothing_steps(shape: EarningPay, node: Node) -> tuple[Step, ...]:
    """Why nothing is paid to somebody of whom nothing can be said."""
    rule, terms = shape.component, shape.terms
    steps: list[Step] = []
    asked = (rule.pays_on, *(expr for expr in shape.scale.measured() if expr != rule.pays_on))
    shown: set[str] = set()
    for expr in asked:
        for step in value_steps(terms, node, expr, rule.place):
            word = f"{step.step} {step.params.get('metric')}"
            if word not in shown:
                steps.append(step)
            shown.add(word)
    lacking = next(
        (m for expr in asked for m in measures_of(expr) if value_of(node, m) is None),
        None,
    )
    metric = lacking.key if lacking is not None else str(rule.pays_on)
    text = N_("no target for {metric}: nothing can be paid")
    if lacking is None or lacking.of not in ("attainment", "target"):
        text = N_("{metric} has no value: nothing is paid")
    elif rule.on_zero_target == "skip" or node.get(lacking.key, NOTHING).part is not None:
        text = N_("no target for {metric}: skipped, as the plan says")
    reason = Step(step="skip", text=text, params={"metric": metric}, place=rule.place)
    return (*steps, reason)


def earning_steps(
    shape: EarningPay, node: Node, base: Fraction, placed: Any, days: Fraction | None
) -> tuple[Step, ...]:
    """Every step from what was measured to pay, those that lead to nothing included."""
    rule, scale, terms = shape.component, shape.scale, shape.terms
    steps = list(scale.before(base, node, placed))
    if rule.when is not None:
        shown = [str(step.params.get("metric")) for step in steps if step.step == "target"]
        steps += gate_steps(terms, rule.when, node, rule.place, shown)
    if passes(rule.when, node):
        steps += scale.steps(base, node, placed)
        steps += _changed(shape, node, base, placed, days)
        steps += scale.bonuses(node, placed)
        steps += _bonus_paid(shape, node, base, placed, days)
    else:
        text = N_("the gate is not met: nothing is paid")
        steps.append(Step(step="pay", text=text, amount=Decimal(0), place=rule.place))
    steps += scale.after(node, placed)
    return tuple(steps)


def _changed(
    shape: EarningPay, node: Node, base: Fraction, placed: Any, days: Fraction | None
) -> Iterator[Step]:
    """Multipliers, floor, cap, rounding."""
    rule, terms = shape.component, shape.terms
    worth, digits = shape.scale.worth(base, node, placed), terms.digits
    exact = Fraction(*worth.amount)
    for multiplier in rule.multipliers:
        exact *= factor_of(multiplier, node)
        yield from _factor(shape, multiplier, node, exact)
    if not isinstance(rule, Milestones):
        yield Step(
            step="rounding",
            text=ROUNDED[rule.rounding],
            base=exact,
            amount=from_minor(shape.units(exact), digits),
            place=rule.place,
        )
    if rule.prorate and days is not None:
        text = N_("covered on {days} of the days: fixed sums in proportion")
        yield Step(step="days", text=text, params={"days": rate_text(days)}, rate=days, place=rule.place)
    units, bonus = shape.units(exact), shape.bonus(worth, days)
    earning, extra, over = shape.limited(units, bonus, node, days)
    floor, cap = shape.limit("floor", node, days), shape.limit("cap", node, days)
    if floor is not None and rule.floor is not None and 0 < units + bonus < floor:
        yield from value_steps(terms, node, rule.floor.amount, rule.floor.place)
        text = N_("less than the floor of {amount}: raised to it")
        params: dict[str, object] = {"amount": plain(from_minor(floor, digits))}
        raised = from_minor(floor - bonus, digits)
        yield Step(step="floor", text=text, params=params, amount=raised, place=rule.floor.place)
    if cap is not None and rule.cap is not None:
        yield from value_steps(terms, node, rule.cap.amount, rule.cap.place)
        if over:
            text = N_("over the cap of {amount}: {over} is held and paid later, as the cap allows")
        elif earning + extra == cap < max(units + bonus, floor or 0):
            text = N_("over the cap of {amount}: the rest is lost")
        else:
            text = N_("within the cap of {amount}")
        params = {"amount": plain(from_minor(cap, digits)), "over": plain(from_minor(over, digits))}
        paid = from_minor(earning, digits)
        yield Step(step="cap", text=text, params=params, amount=paid, place=rule.cap.place)
        if over:
            text = N_("over the cap: held and paid later, as the cap allows")
            held = from_minor(-over, digits)
            yield Step(step="hold", text=text, amount=held, place=rule.cap.place)


def _bonus_paid(
    shape: EarningPay, node: Node, base: Fraction, placed: Any, days: Fraction | None
) -> Iterator[Step]:
    """What is paid of the bonuses, where days covered or the cap leave less than all."""
    came, digits = shape.amounts(base, node, placed, days), shape.terms.digits
    if came.bonus != shape.units(came.worth.bonus):
        text = N_("paid of the bonuses, by the days covered and within the cap")
        amount = from_minor(came.bonus, digits)
        yield Step(step="bonus_paid", text=text, amount=amount, place=shape.component.place)


def _factor(shape: EarningPay, multiplier: Multiplier, node: Node, exact: Fraction) -> Iterator[Step]:
    terms = shape.terms
    if multiplier.when is not None:
        yield from gate_steps(terms, multiplier.when, node, multiplier.place)
        if not passes(multiplier.when, node):
            text = N_("the condition of the factor is not met: × 100%")
            yield Step(step="factor", text=text, rate=Fraction(1), place=multiplier.place)
            return
    yield from value_steps(terms, node, multiplier.measured_by, multiplier.place)
    value, factor = value_of(node, multiplier.measured_by), factor_of(multiplier, node)
    yield Step(
        step="factor",
        text=N_("{measure} has no value: × {factor}")
        if value is None
        else N_("{measure} of {value}: × {factor}"),
        params={
            "measure": str(multiplier.measured_by),
            "value": "" if value is None else told(terms, multiplier.measured_by, value),
            "factor": rate_text(factor),
        },
        rate=factor,
        amount=exact,
        place=multiplier.place,
    )
