"""The steps of a tiers component: credit, target, attainment, gate, tier, slices, bonus, next tier."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from salescli.calc.pay.condition import gate_steps, passes
from salescli.calc.pay.scores import NOTHING, Node
from salescli.calc.pay.steps import actual_step, attainment_step, target_step
from salescli.i18n import N_
from salescli.model.entry import Step
from salescli.model.exact import apportion, from_minor, plain, rate_text, round_to
from salescli.model.plan import Tier

if TYPE_CHECKING:
    from salescli.calc.pay.tiers import TierPay

_ROUNDED = {
    "half_up": N_("rounded half-up"),
    "half_even": N_("rounded half to even"),
    "down": N_("rounded down"),
    "up": N_("rounded up"),
}


def no_target_steps(shape: TierPay, node: Node) -> tuple[Step, ...]:
    """Why nothing is paid to somebody who cannot be placed in a tier."""
    rule = shape.component
    text = N_("no target for {metric}: nothing can be paid")
    if rule.measured_by.of != "attainment":
        text = N_("{metric} has no value: nothing is paid")
    elif rule.on_zero_target == "skip":
        text = N_("no target for {metric}: skipped, as the plan says")
    reason = Step(step="skip", text=text, params={"metric": rule.measured_by.metric}, place=rule.place)
    return (*_measured(shape, node), reason)


def tier_steps(shape: TierPay, node: Node, placed: tuple[int, int]) -> tuple[Step, ...]:
    """Every step from credit to pay, those that lead to nothing included."""
    measure = Fraction(*placed)
    rule = shape.component
    steps = [*_measured(shape, node)]
    if rule.measured_by.of == "attainment" and node.get(rule.measured_by.metric, NOTHING).attainment is None:
        steps.append(
            Step(
                step="attainment",
                text=N_("no target for {metric}: counts as 100 %, as the plan says"),
                params={"metric": rule.measured_by.metric},
                rate=measure,
                place=rule.place,
            )
        )
    if rule.when is not None:
        shown = () if rule.measured_by.of == "actual" else (rule.measured_by.metric,)
        steps += gate_steps(shape.terms, rule.when, node, rule.place, shown)
    steps.append(_tier(shape, measure))
    if passes(rule.when, node):
        steps += _pay(shape, node, measure)
    else:
        steps.append(
            Step(
                step="pay",
                text=N_("the gate is not met: nothing is paid"),
                amount=Decimal(0),
                place=rule.place,
            )
        )
    return (*steps, *_next(shape, node, measure))


def _measured(shape: TierPay, node: Node) -> Iterator[Step]:
    """Credit, target and attainment."""
    rule, by = shape.component, shape.component.measured_by
    terms = shape.terms
    credit, score = node.get(rule.pays_on, NOTHING), node.get(by.metric, NOTHING)
    yield actual_step(terms, "credit", N_("{metric} credited"), rule.pays_on, credit)
    if by.metric != rule.pays_on:
        yield actual_step(terms, "measure", N_("{metric}, which places in a tier"), by.metric, score)
    if by.of != "actual":
        yield target_step(terms, by.metric, score)
    if by.of == "attainment" and score.attainment is not None:
        yield attainment_step(terms, by.metric, score)


def _tier(shape: TierPay, measure: Fraction) -> Step:
    tier = shape.reached(measure.as_integer_ratio()).tier
    return Step(
        step="tier",
        text=N_("tier from {start} reached"),
        params={"start": shape.terms.number(shape.component.measured_by, tier.start)},
        rate=tier.rate,
        place=tier.place,
    )


def _pay(shape: TierPay, node: Node, measure: Fraction) -> Iterator[Step]:
    rule = shape.component
    credit = node.get(rule.pays_on, NOTHING).actual or Fraction(0)
    rung = shape.reached(measure.as_integer_ratio())
    units = shape.earning(credit, measure.as_integer_ratio())
    slices = _slices(shape, credit, measure)
    exact = sum((base * tier.rate for tier, base in slices), Fraction(0))
    amounts: list[Decimal | Fraction] = [base * tier.rate for tier, base in slices]
    if rule.mode == "marginal" and all(part >= 0 for part in amounts):
        amounts = [
            from_minor(part, shape.terms.digits)
            for part in apportion(units, [abs(Fraction(a)) for a in amounts])
        ]
    for (tier, base), amount in zip(slices, amounts, strict=True):
        yield Step(
            step="slice" if rule.mode == "marginal" else "pay",
            text=N_("{base} × {rate}"),
            params={"base": plain(base), "rate": rate_text(tier.rate)},
            base=base,
            rate=tier.rate,
            amount=amount,
            place=tier.place,
            unit=shape.terms.units.get(rule.pays_on, "money"),
        )
    yield Step(
        step="rounding",
        text=_ROUNDED[rule.rounding],
        base=exact,
        amount=from_minor(units, shape.terms.digits),
        place=rule.place,
    )
    if measure > 0:
        tiers = (
            [tier for tier in rule.tiers if tier.start <= rung.tier.start]
            if rule.mode == "marginal"
            else [rung.tier]
        )
        yield from (_bonus(shape, tier) for tier in tiers if tier.bonus)


def _bonus(shape: TierPay, tier: Tier) -> Step:
    return Step(
        step="bonus",
        text=N_("bonus for reaching {start}"),
        params={"start": shape.terms.number(shape.component.measured_by, tier.start)},
        amount=round_to(tier.bonus, shape.terms.digits, shape.component.rounding),
        place=tier.place,
    )


def _slices(shape: TierPay, credit: Fraction, measure: Fraction) -> list[tuple[Tier, Fraction]]:
    """Tier → part of the credit it pays on; the parts sum to the credit, empty ones are left out."""
    rule = shape.component
    if rule.mode == "whole" or measure <= 0:
        return [(shape.reached(measure.as_integer_ratio()).tier, credit)] if credit else []
    parts = []
    for tier, after in zip(rule.tiers, (*rule.tiers[1:], None), strict=True):
        end = measure if after is None else min(measure, after.start)
        if end > tier.start:
            parts.append((tier, credit * (end - tier.start) / measure))
    return parts if credit else []


def _next(shape: TierPay, node: Node, measure: Fraction) -> Iterator[Step]:
    """How much is missing to the next tier, in what measures (money or count for an attainment)."""
    rule = shape.component
    after = next((tier for tier in rule.tiers if tier.start > measure), None)
    if after is None:
        return
    by, missing = rule.measured_by, after.start - measure
    unit = shape.terms.units.get(by.metric, "money")
    if by.of == "attainment":
        target = node.get(by.metric, NOTHING).target
        if not target:
            return
        missing *= target
    yield Step(
        step="next",
        text=N_("{missing} more reach the tier from {start}"),
        params={
            "missing": rate_text(missing) if unit == "rate" else plain(missing),
            "start": shape.terms.number(by, after.start),
        },
        base=None if unit == "rate" else missing,
        rate=after.rate,
        place=after.place,
        unit=unit,
    )
