"""Commission by tiers: `whole`, `marginal`, `interpolated` (SPEC I2; docs/semantics.md, "Tiers").

With m the measure, i the tier reached (`start_i <= m < start_i+1`) and r its rate, a base c earns

    whole         c × r_i
    marginal      c × (r_0·(s_1−s_0) + … + r_i·(m−s_i)) ÷ m  =  c × (r_i + k_i ÷ m)
    interpolated  c × (r_i + (r_i+1 − r_i)·(m−s_i) ÷ (s_i+1−s_i)), or money alone where tiers state `pay`

where k_i depends on the table alone. So the first two are one formula (k is 0 for whole) over integers worked
out once per plan, and one rounding. A `retroactive` tier makes k_i as if its rate had held from 0 on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from salescli.calc.pay.condition import passes
from salescli.calc.pay.earning import ZERO, EarningPay, Ratio, Worth, compile_earning
from salescli.calc.pay.scores import NOTHING, Node, value_of
from salescli.calc.pay.shape import Terms, measures
from salescli.calc.pay.tiers_trace import after_steps, before_steps, bonus_steps, pay_steps
from salescli.model.entry import Step
from salescli.model.exact import round_to
from salescli.model.expression import Expr, Measure
from salescli.model.plan import Tier, Tiers


@dataclass(frozen=True, slots=True)
class Rung:
    """A tier in integers: `start`, `rate` and `k` (above) as numerator and denominator.

    Attributes:
        bonus: What reaching it pays in all: its own (whole), or those of every tier so far (marginal).
    """

    start: Ratio
    rate: Ratio
    k: Ratio
    bonus: Decimal
    cause: str
    tier: Tier


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs from the highest to the lowest; `tiers` from the lowest."""

    rungs: tuple[Rung, ...]
    tiers: tuple[Tier, ...]

    def reached(self, measure: Ratio) -> Rung:
        """The highest tier whose start is not above the measure; the lowest for a negative one."""
        above, below = measure
        for rung in self.rungs:
            start, per = rung.start
            if above * per >= start * below:
                return rung
        return self.rungs[-1]


Placed = tuple[Ratio, Ladder, Rung]
"""The measure, the tiers whose conditions hold, and the one reached."""


@dataclass(frozen=True, slots=True)
class TierScale:
    """Tiers as a scale.

    Attributes:
        ladder: Of all tiers.
        conditional: Whether a tier has a condition of its own.
        limited: Whether a tier limits the money of its slice.
    """

    terms: Terms
    component: Tiers
    ladder: Ladder
    conditional: bool
    limited: bool
    ladders: dict[tuple[bool, ...], Ladder] = field(default_factory=dict, compare=False, repr=False)

    def reads(self) -> frozenset[Measure]:
        """What places in a tier, and what tiers ask for."""
        return measures(self.component.measured_by, *(tier.when for tier in self.component.tiers))

    def measured(self) -> tuple[Expr, ...]:
        """What places in a tier."""
        return (self.component.measured_by,)

    def placed(self, node: Node) -> Placed | None:
        """Where somebody stands; None if there is nothing to measure by."""
        measure = self._measure(node)
        if measure is None:
            return None
        ladder = self._ladder(node) if self.conditional else self.ladder
        return measure, ladder, ladder.reached(measure)

    def _measure(self, node: Node) -> Ratio | None:
        by = self.component.measured_by
        met = self.component.on_zero_target == "attained"
        if not isinstance(by, Measure) or by.of != "attainment":
            value = value_of(node, by, met=met)
            return None if value is None else value.as_integer_ratio()
        score = node.get(by.key, NOTHING)
        actual, target = score.actual, score.target
        if actual is None or not target:
            return (1, 1) if met else None
        above, below = actual.as_integer_ratio()
        per, whole = target.as_integer_ratio()
        return (above * whole, below * per) if per > 0 else (-above * whole, -below * per)

    def _ladder(self, node: Node) -> Ladder:
        """The tiers whose own conditions hold; the first always does."""
        key = tuple(index == 0 or passes(t.when, node) for index, t in enumerate(self.component.tiers))
        if key not in self.ladders:
            tiers = tuple(t for t, holds in zip(self.component.tiers, key, strict=True) if holds)
            self.ladders[key] = build_ladder(self.terms, self.component, tiers)
        return self.ladders[key]

    def worth(self, base: Fraction, node: Node, placed: Placed) -> Worth:
        """Base by tier."""
        measure, _, rung = placed
        amount = self.exact(base, placed)
        bonus = rung.bonus if measure[0] > 0 else Decimal(0)
        rate = rung.tier.rate if self.component.mode == "whole" else None
        if self.component.mode == "interpolated" and rung.tier.pay is None and base:
            rate = Fraction(*amount) / base
        return Worth(amount, bonus, rung.cause, rung.tier.place, rate)

    def exact(self, base: Fraction, placed: Placed) -> Ratio:
        """What a base earns, before rounding."""
        measure, ladder, rung = placed
        if self.component.mode == "interpolated":
            return _between(ladder, rung, base, Fraction(*measure)).as_integer_ratio()
        if self.limited:
            return sum((money for _, _, money in slices(self, base, placed)), ZERO).as_integer_ratio()
        (rate, per), (k, over) = rung.rate, rung.k
        above, below = base.as_integer_ratio()
        if not k:
            return above * rate, below * per
        at, whole = measure
        return above * (rate * over * at + k * per * whole), below * per * over * at

    def so_far(self, base: Fraction, part: Fraction, node: Node, placed: Placed) -> Fraction:
        """`marginal` fills the lower slices first, the others are proportional."""
        if self.component.mode != "marginal":
            return part * Fraction(*self.exact(base, placed))
        measure, ladder, _ = placed
        at = (Fraction(*measure) * part).as_integer_ratio()
        return Fraction(*self.exact(base * part, (at, ladder, ladder.reached(at))))

    def before(self, base: Fraction, node: Node, placed: Placed) -> Iterator[Step]:
        """Credit, target, attainment, tier."""
        return before_steps(self, node, placed)

    def steps(self, base: Fraction, node: Node, placed: Placed) -> Iterator[Step]:
        """Slices."""
        return pay_steps(self, base, placed)

    def bonuses(self, node: Node, placed: Placed) -> Iterator[Step]:
        """The bonus of the tier reached, or of all so far."""
        return bonus_steps(self, placed)

    def after(self, node: Node, placed: Placed) -> Iterator[Step]:
        """How much is missing to the next tier."""
        return after_steps(self, node, placed)


def _between(ladder: Ladder, rung: Rung, base: Fraction, at: Fraction) -> Fraction:
    """Linear from one tier's value to the next; the last one's holds beyond it, the first one's below."""
    tier = rung.tier
    after = next((t for t in ladder.tiers if t.start > tier.start), None)
    part = ZERO if after is None or at < tier.start else (at - tier.start) / (after.start - tier.start)
    if tier.pay is not None:
        upper = tier.pay if after is None or after.pay is None else after.pay
        return Fraction(tier.pay) + part * (Fraction(upper) - Fraction(tier.pay))
    upper_rate = tier.rate if after is None else after.rate
    return base * (tier.rate + part * (upper_rate - tier.rate))


def slices(scale: TierScale, base: Fraction, placed: Placed) -> list[tuple[Tier, Fraction, Fraction]]:
    """Tier → part of the base it pays on, and its exact money.

    The parts sum to the base; empty ones are left out, so that no minimum is paid for nothing.
    """
    ratio, ladder, rung = placed
    measure = Fraction(*ratio)
    if not base:
        return []
    if scale.component.mode != "marginal" or measure <= 0:
        return [(rung.tier, base, base * rung.tier.rate)]
    tiers = _effective(ladder.tiers, measure)
    found = []
    for (tier, start), after in zip(tiers, (*tiers[1:], None), strict=True):
        end = measure if after is None else min(measure, after[1])
        if end > start:
            part = base * (end - start) / measure
            found.append((tier, part, _within(tier, part * tier.rate)))
    return found


def _effective(tiers: tuple[Tier, ...], measure: Fraction) -> list[tuple[Tier, Fraction]]:
    """Tiers reached with the start of their slice: a retroactive one takes the place of all below."""
    reached = [tier for tier in tiers if tier.start <= measure]
    last = max((i for i, tier in enumerate(reached) if tier.retroactive), default=0)
    return [(tier, ZERO if i == 0 else tier.start) for i, tier in enumerate(reached[last:])]


def _within(tier: Tier, money: Fraction) -> Fraction:
    if tier.at_least is not None:
        money = max(money, Fraction(tier.at_least))
    return money if tier.at_most is None else min(money, Fraction(tier.at_most))


def build_ladder(terms: Terms, component: Tiers, tiers: tuple[Tier, ...]) -> Ladder:
    """Work out a table's integers once. Tiers are in the order of their starts, the first from 0."""
    rungs: list[Rung] = []
    marginal = component.mode == "marginal"
    paid = last_start = last_rate = ZERO
    bonus = Decimal(0)
    for tier in tiers:
        paid = tier.rate * tier.start if tier.retroactive else paid + last_rate * (tier.start - last_start)
        last_rate, last_start = tier.rate, tier.start
        k = paid - tier.rate * tier.start if marginal else ZERO
        own = round_to(tier.bonus, terms.digits, component.rounding)
        bonus = bonus + own if marginal else own
        rungs.append(
            Rung(
                start=tier.start.as_integer_ratio(),
                rate=tier.rate.as_integer_ratio(),
                k=k.as_integer_ratio(),
                bonus=bonus,
                cause=f"tier {terms.number(component.measured_by, tier.start)}",
                tier=tier,
            )
        )
    return Ladder(tuple(reversed(rungs)), tiers)


def compile_tiers(terms: Terms, component: Tiers) -> EarningPay:
    """Tiers ready to pay."""
    scale = TierScale(
        terms=terms,
        component=component,
        ladder=build_ladder(terms, component, component.tiers),
        conditional=any(tier.when is not None for tier in component.tiers),
        limited=any(tier.at_least is not None or tier.at_most is not None for tier in component.tiers),
    )
    return compile_earning(terms, component, scale)
