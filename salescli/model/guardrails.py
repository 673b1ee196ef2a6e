"""Limits beyond which somebody should look: of what pay may cost, and of what counts as unusual
(`policies/guardrails.yaml`). Every one has a default; none of them changes what anybody is paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from salescli.findings import Span
from salescli.model.metric import Light

Correction = Literal["benjamini_hochberg", "benjamini_yekutieli", "holm"]
Peers = Literal["team", "region"]


@dataclass(frozen=True, slots=True)
class Limit:
    """More is worse: yellow above the first bound, red above the second; the bounds themselves are still
    green and yellow."""

    yellow_above: Fraction
    red_above: Fraction

    def light(self, value: Fraction) -> Light:
        """The light of a value."""
        if value > self.red_above:
            return Light.RED
        return Light.YELLOW if value > self.yellow_above else Light.GREEN


@dataclass(frozen=True, slots=True)
class Band:
    """Green from `least` to `most`, both included; red further off than `margin`."""

    least: Fraction
    most: Fraction
    margin: Fraction = Fraction(1, 5)

    def light(self, value: Fraction) -> Light:
        """The light of a value."""
        off = max(self.least - value, value - self.most)
        return Light.GREEN if off <= 0 else Light.YELLOW if off <= self.margin else Light.RED


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthLimits:
    """Limits of `health` (SPEC I9).

    Attributes:
        cost_of_sales, cost_of_margin: Pay over the sales, and over the gross profit, of those it is for.
        budget_used: Pay over its budget.
        budgets: (period, plan id; empty for all plans together) → money.
        reached: Share of people at their target or above.
        high_target: Share of people who missed a target above anything they did before.
        nothing_below: Attainment below which pay counts as paid for nothing.
        paid_for_nothing: Share of all pay that goes to people below it.
        top_share: Share of all pay that goes to the top tenth of people.
        gini: Gini coefficient of pay: 0 all alike, 1 all to one.
        few: Fewer people (times periods) than this are told, but not called good or bad.
    """

    cost_of_sales: Limit = Limit(Fraction(6, 100), Fraction(10, 100))
    cost_of_margin: Limit = Limit(Fraction(20, 100), Fraction(30, 100))
    budget_used: Limit = Limit(Fraction(1), Fraction(11, 10))
    budgets: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    reached: Band = Band(Fraction(1, 2), Fraction(4, 5))
    high_target: Limit = Limit(Fraction(1, 5), Fraction(2, 5))
    nothing_below: Fraction = Fraction(4, 5)
    paid_for_nothing: Limit = Limit(Fraction(5, 100), Fraction(15, 100))
    top_share: Limit = Limit(Fraction(30, 100), Fraction(45, 100))
    gini: Limit = Limit(Fraction(45, 100), Fraction(60, 100))
    few: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalLimits:
    """Limits of `signals` (SPEC A6).

    Attributes:
        false_alarms: Rate of false alarms that is accepted over all comparisons together.
        correction: How many comparisons are allowed for: rate of false among those raised
            (`benjamini_hochberg`, `benjamini_yekutieli`), or of any false one at all (`holm`).
        times: How many times as often as the others (or as seldom) before a difference matters at all.
        peers: Who somebody is compared with: the whole team, or their region.
        min_cases: Fewer deals (months, for landing past a tier) than this are not judged.
        look_back: Months up to the period's end that are looked at where one period tells too little.
        first_days, last_days: Calendar days that count as a month's beginning and end.
        past_tier: How far above a tier's start still counts as just past it (1/50 is two points).
        uncollected_after: Days after signing on which a deal is looked at.
        uncollected_below: Share of its amount that should have come in by then.
        deep_discount: From this discount on.
    """

    false_alarms: Fraction = Fraction(5, 100)
    correction: Correction = "benjamini_hochberg"
    times: Fraction = Fraction(3, 2)
    peers: Peers = "team"
    min_cases: int = 5
    look_back: int = 12
    first_days: int = 5
    last_days: int = 7
    past_tier: Fraction = Fraction(3, 100)
    uncollected_after: int = 90
    uncollected_below: Fraction = Fraction(1, 2)
    deep_discount: Fraction = Fraction(10, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrails:
    """`policies/guardrails.yaml`."""

    health: HealthLimits = HealthLimits()
    signals: SignalLimits = SignalLimits()
    place: Span = field(compare=False, default=Span("policies/guardrails.yaml"))
