"""The steps of a tiers component: credit, target, attainment, tier, slices, bonus, next tier."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from salescli.calc.pay.condition import gate_steps
from salescli.calc.pay.scores import NOTHING, Node
from salescli.calc.pay.steps import actual_step, attainment_step, target_step, value_steps
from salescli.i18n import N_
from salescli.model.entry import Step
from salescli.model.exact import apportion, from_minor, plain, rate_text, round_ratio, round_to
from salescli.model.expression import Measure
from salescli.model.plan import Tier

if TYPE_CHECKING:
    from salescli.calc.pay.tiers import Placed, TierScale


def before_steps(scale: TierScale, node: Node, placed: Placed) -> Iterator[Step]:
    """What was credited and measured, and the tier that is reached."""
    rule, measure = scale.component, Fraction(*placed[0])
    yield from _measured(scale, node)
    by = rule.measured_by
    if isinstance(by, Measure) and by.of == "attainment" and node.get(by.key, NOTHING).attainment is None:
        yield Step(
            step="attainment",
            text=N_("no target for {metric}: counts as 100 %, as the plan says"),
            params={"metric": by.key},
            rate=measure,
            place=rule.place,
        )
    for tier in rule.tiers:
        if tier.when is not None and tier.start <= measure:
            yield from gate_steps(scale.terms, tier.when, node, tier.place)
    tier = placed[2].tier
    yield Step(
        step="tier",
        text=N_("tier from {start} reached"),
        params={"start": scale.terms.number(by, tier.start)},
        rate=tier.rate,
        place=tier.place,
    )


def _measured(scale: TierScale, node: Node) -> Iterator[Step]:
    """Credit, target and attainment."""
    rule, terms, by = scale.component, scale.terms, scale.component.measured_by
    on = rule.pays_on
    if not isinstance(on, Measure) or on.of != "actual":
        yield from value_steps(terms, node, on, rule.place, "credit", pay=True)
    else:
        yield actual_step(terms, "credit", N_("{metric} credited"), on, node.get(on.key, NOTHING).pay)
    if not isinstance(by, Measure) or not by.is_figure:
        yield from value_steps(terms, node, by, rule.place)
        return
    score = node.get(by.key, NOTHING)
    same = isinstance(on, Measure) and on.key == by.key and score.paid in (None, score.actual)
    if not same:
        yield actual_step(terms, "measure", N_("{metric}, which places in a tier"), by, score.actual)
    if by.of != "actual":
        yield target_step(terms, by, score)
    if by.of == "attainment" and score.attainment is not None:
        yield attainment_step(terms, by, score)


def pay_steps(scale: TierScale, base: Fraction, placed: Placed) -> Iterator[Step]:
    """Each slice, in money whose parts sum to the rounded whole."""
    rule = scale.component
    if rule.mode == "interpolated":
        if placed[2].tier.pay is None:
            yield from _rate_slices(scale, placed)
        yield _interpolated(scale, base, placed)
        return
    from salescli.calc.pay.tiers import slices

    cut = slices(scale, base, placed)
    amounts: list[Decimal | Fraction] = [money for _, _, money in cut]
    plainly = not (rule.multipliers or rule.floor or rule.cap)
    if rule.mode == "marginal" and plainly and all(money >= 0 for money in amounts):
        above, below = scale.exact(base, placed)
        units = round_ratio(above * 10**scale.terms.digits, below, rule.rounding)
        parts = apportion(units, [Fraction(money) for money in amounts]) if units else [0] * len(amounts)
        amounts = [from_minor(part, scale.terms.digits) for part in parts]
    for (tier, part, exact), amount in zip(cut, amounts, strict=True):
        yield _slice(scale, tier, part, exact, amount)


def _slice(scale: TierScale, tier: Tier, part: Fraction, exact: Fraction, amount: Decimal | Fraction) -> Step:
    rule = scale.component
    text = N_("{base} × {rate}")
    if exact > part * tier.rate:
        text = N_("{base} × {rate}, at least {least}")
    elif exact < part * tier.rate:
        text = N_("{base} × {rate}, at most {most}")
    return Step(
        step="slice" if rule.mode == "marginal" else "pay",
        text=text,
        params={
            "base": plain(part),
            "rate": rate_text(tier.rate),
            "least": plain(tier.at_least or Decimal(0)),
            "most": plain(tier.at_most or Decimal(0)),
        },
        base=part,
        rate=tier.rate,
        amount=amount,
        place=tier.place,
        unit=scale.terms.unit(rule.pays_on),
    )


def _rate_slices(scale: TierScale, placed: Placed) -> Iterator[Step]:
    """How much of the rate each tier brings: all of its rise where it is passed, else in proportion."""
    rule, measure, tiers = scale.component, Fraction(*placed[0]), placed[1].tiers
    by = rule.measured_by
    if tiers[0].rate:
        text = N_("rate of the first tier")
        yield Step(step="slice", text=text, rate=tiers[0].rate, place=tiers[0].place)
    for lower, upper in pairwise(tiers):
        if measure <= lower.start:
            return
        part = min(measure, upper.start) - lower.start
        yield Step(
            step="slice",
            text=N_("from {start} on {part} more: {rate} more"),
            params={
                "start": scale.terms.number(by, lower.start),
                "part": scale.terms.number(by, part),
                "rate": rate_text((upper.rate - lower.rate) * part / (upper.start - lower.start)),
            },
            base=part,
            rate=(upper.rate - lower.rate) * part / (upper.start - lower.start),
            place=upper.place,
            unit=scale.terms.unit(by),
        )


def _interpolated(scale: TierScale, base: Fraction, placed: Placed) -> Step:
    rule, measure, tier = scale.component, Fraction(*placed[0]), placed[2].tier
    amount = Fraction(*scale.exact(base, placed))
    after = next((t for t in placed[1].tiers if t.start > tier.start), None)
    between = N_("at {measure}, linear from {start} to {end}")
    text = between if after is not None else N_("at {measure}: beyond the last tier it stays")
    params: dict[str, object] = {
        "measure": scale.terms.number(rule.measured_by, measure),
        "start": scale.terms.number(rule.measured_by, tier.start),
        "end": "" if after is None else scale.terms.number(rule.measured_by, after.start),
    }
    rate = amount / base if tier.pay is None and base else None
    shown = None if tier.pay is not None else base
    unit = scale.terms.unit(rule.pays_on)
    return Step(
        step="pay",
        text=text,
        params=params,
        base=shown,
        rate=rate,
        amount=amount,
        place=tier.place,
        unit=unit,
    )


def bonus_steps(scale: TierScale, placed: Placed) -> Iterator[Step]:
    """Fixed sums of the tier reached, or of every tier so far."""
    measure, ladder, rung = placed
    if measure[0] <= 0:
        return
    reached = [rung.tier]
    if scale.component.mode == "marginal":
        reached = [tier for tier in ladder.tiers if tier.start <= rung.tier.start]
    for tier in reached:
        if tier.bonus:
            yield Step(
                step="bonus",
                text=N_("bonus for reaching {start}"),
                params={"start": scale.terms.number(scale.component.measured_by, tier.start)},
                amount=round_to(tier.bonus, scale.terms.digits, scale.component.rounding),
                place=tier.place,
            )


def after_steps(scale: TierScale, node: Node, placed: Placed) -> Iterator[Step]:
    """How much is missing to the next tier, in what measures (money or count for an attainment)."""
    rule, measure = scale.component, Fraction(*placed[0])
    after = next((tier for tier in rule.tiers if tier.start > measure), None)
    by = rule.measured_by
    if after is None or not isinstance(by, Measure):
        return
    missing = after.start - measure
    unit = scale.terms.unit(by)
    if by.of == "attainment":
        target = node.get(by.key, NOTHING).target
        if not target:
            return
        missing *= target
        unit = scale.terms.units.get(by.metric, "money")
    yield Step(
        step="next",
        text=N_("{missing} more reach the tier from {start}"),
        params={
            "missing": rate_text(missing) if unit == "rate" else plain(missing),
            "start": scale.terms.number(by, after.start),
        },
        base=None if unit == "rate" else missing,
        rate=after.rate,
        place=after.place,
        unit=unit,
    )
