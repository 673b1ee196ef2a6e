"""Commission by tiers, `whole` and `marginal` (SPEC I2; semantics in docs/semantics.md, "Tiers").

With m the measure, i the tier reached (`start_i <= m < start_i+1`) and r its rate, a credit c earns

    whole      c × r_i
    marginal   c × (r_0·(s_1−s_0) + … + r_i·(m−s_i)) ÷ m  =  c × (r_i + k_i ÷ m)

where k_i depends on the table alone. So both are one formula (k is 0 for whole) over integers worked out once
per plan, and one rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from salescli.calc.pay.condition import passes
from salescli.calc.pay.coverage import Member
from salescli.calc.pay.scores import NOTHING, Node, Scores, value_of
from salescli.calc.pay.shape import Outcome, Reads, Terms, metrics_of
from salescli.calc.pay.tiers_trace import no_target_steps, tier_steps
from salescli.calc.pay.trace import Trace
from salescli.findings import Finding, finding
from salescli.i18n import N_
from salescli.model.entry import Entry
from salescli.model.exact import from_minor, round_ratio, round_to
from salescli.model.plan import Tier, Tiers

_ZERO = Fraction(0)

Ratio = tuple[int, int]
"""Numerator and denominator, the latter above 0; not reduced, since reducing costs more than it saves."""


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
class TierPay:
    """A compiled `Tiers` component; `rungs` from the highest to the lowest."""

    terms: Terms
    component: Tiers
    rungs: tuple[Rung, ...]
    reads: Reads
    scale: int
    base_digits: int

    def pay(self, scores: Scores, members: Sequence[Member], found: list[Finding]) -> list[Outcome]:
        """What each member earns; see `Shape`."""
        period = scores.period.text
        nothing: Node = {}
        return [self._pay(period, m.person, scores.people.get(m.person, nothing), found) for m in members]

    def _pay(self, period: str, person: str, node: Node, found: list[Finding]) -> Outcome:
        rule = self.component
        credit = node.get(rule.pays_on, NOTHING).actual or _ZERO
        measure = self._measure(node)
        if measure is None:
            if credit and rule.measured_by.of == "attainment" and rule.on_zero_target == "error":
                found.append(self._no_target(period, person))
            return self._outcome(period, person, Trace(no_target_steps, self, node))
        rung = self.reached(measure)
        trace = Trace(tier_steps, self, node, measure)
        if not passes(rule.when, node):
            return self._outcome(period, person, trace)
        entries = []
        units = self.earning(credit, measure, rung)
        if units:
            entries.append(self._earning(period, person, credit, rung, units, trace))
        if rung.bonus and measure[0] > 0:
            entries.append(self._bonus(period, person, rung, trace))
        return self._outcome(period, person, trace, *entries)

    def _outcome(self, period: str, person: str, trace: Trace, *entries: Entry) -> Outcome:
        return Outcome(period, person, self.terms.plan, self.component.name, trace, entries)

    def _measure(self, node: Node) -> Ratio | None:
        """What places somebody in a tier; None if there is nothing to measure by."""
        rule = self.component
        by = rule.measured_by
        if by.of != "attainment":
            value = value_of(node, by)
            return None if value is None else value.as_integer_ratio()
        score = node.get(by.metric, NOTHING)
        actual, target = score.actual, score.target
        if actual is None or not target:
            return (1, 1) if rule.on_zero_target == "attained" else None
        above, below = actual.as_integer_ratio()
        per, whole = target.as_integer_ratio()
        return above * whole, below * per

    def reached(self, measure: Ratio) -> Rung:
        """The highest tier whose start is not above the measure; the lowest for a negative one."""
        above, below = measure
        for rung in self.rungs:
            start, per = rung.start
            if above * per >= start * below:
                return rung
        return self.rungs[-1]

    def earning(self, credit: Fraction, measure: Ratio, rung: Rung | None = None) -> int:
        """What a credit earns, in the currency's smallest units, rounded once."""
        above, below = self._exact(credit, measure, rung or self.reached(measure))
        return round_ratio(above * self.scale, below, self.component.rounding)

    def _exact(self, credit: Fraction, measure: Ratio, rung: Rung) -> Ratio:
        (rate, per), (k, over) = rung.rate, rung.k
        above, below = credit.as_integer_ratio()
        if not k:
            return above * rate, below * per
        placed, whole = measure
        return above * (rate * over * placed + k * per * whole), below * per * over * placed

    def _earning(
        self, period: str, person: str, credit: Fraction, rung: Rung, units: int, trace: Trace
    ) -> Entry:
        whole = self.component.mode == "whole"
        return Entry(
            period=period,
            person=person,
            plan=self.terms.plan,
            component=self.component.name,
            kind="earning",
            amount=from_minor(units, self.terms.digits),
            currency=self.terms.currency,
            base=round_to(credit, self.base_digits),
            rate=rung.tier.rate if whole else None,
            cause=rung.cause,
            rule=rung.tier.place,
            steps=trace,
        )

    def _bonus(self, period: str, person: str, rung: Rung, trace: Trace) -> Entry:
        return Entry(
            period=period,
            person=person,
            plan=self.terms.plan,
            component=self.component.name,
            kind="bonus",
            amount=rung.bonus,
            currency=self.terms.currency,
            cause=rung.cause,
            rule=rung.tier.place,
            steps=trace,
        )

    def _no_target(self, period: str, person: str) -> Finding:
        rule = self.component
        return finding(
            "P101",
            rule.place,
            N_(
                "{person} has no target for {metric} in {period}; "
                "{component} of plan {plan} is measured by it"
            ),
            hint=N_(
                "give {person} a target there, or write `on_zero_target: skip` or `attained` in the plan"
            ),
            person=person,
            metric=rule.measured_by.metric,
            period=period,
            component=rule.name,
            plan=self.terms.plan,
        )

    @property
    def credited(self) -> str:
        """The metric it pays on."""
        return self.component.pays_on

    def weights(self, node: Node, credits: Sequence[Fraction]) -> list[Fraction] | None:
        """What each credit adds to the exact earning when they come in one after the other.

        `whole` is proportional to the credits; `marginal` fills the lower slices with the earlier ones.
        """
        measure = self._measure(node)
        total = sum(credits, _ZERO)
        if measure is None or total <= 0:
            return None
        reached, sums = _ZERO, [_ZERO]
        for credit in credits:
            reached += credit
            sums.append(self._so_far(reached, Fraction(*measure), total))
        return [after - before for before, after in pairwise(sums)]

    def _so_far(self, credit: Fraction, measure: Fraction, total: Fraction) -> Fraction:
        if self.component.mode == "whole":
            return credit * self.reached(measure.as_integer_ratio()).tier.rate
        part = (measure * credit / total).as_integer_ratio()
        return Fraction(*self._exact(credit, part, self.reached(part)))


def compile_tiers(terms: Terms, component: Tiers) -> TierPay:
    """Work out a table's integers once. Tiers are in the order of their starts, the first from 0."""
    rungs: list[Rung] = []
    marginal = component.mode == "marginal"
    paid = last_start = last_rate = _ZERO
    bonus = Decimal(0)
    for tier in component.tiers:
        paid += last_rate * (tier.start - last_start)
        last_rate, last_start = tier.rate, tier.start
        k = paid - tier.rate * tier.start if marginal else _ZERO
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
    reads = metrics_of(component.measured_by, component.when) | {component.pays_on}
    return TierPay(
        terms=terms,
        component=component,
        rungs=tuple(reversed(rungs)),
        reads=Reads(people=reads),
        scale=10**terms.digits,
        base_digits=0 if terms.units.get(component.pays_on) == "count" else terms.digits,
    )
