"""Flat rates and tiers on each deal alone (`per: deal`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from salescli.calc.pay.earning import ZERO, EarningPay
from salescli.calc.pay.flat import FlatScale, compile_flat
from salescli.calc.pay.per_deal import DealPay, Deals, Way
from salescli.calc.pay.scores import Scores
from salescli.calc.pay.shape import Terms
from salescli.calc.pay.tiers import Ladder, TierScale, compile_tiers
from salescli.findings import Finding
from salescli.model.expression import Measure
from salescli.model.plan import Earning, Flat, Tiers

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class FlatRater:
    """The same for every deal."""

    scale: FlatScale
    columns: tuple[str, ...] = ()

    def ways(self, deals: Deals, scores: Scores, found: list[Finding]) -> tuple[Sequence[Way], NDArray[Any]]:
        """One way."""
        import numpy

        way = Way(self.scale.each, ZERO, self.scale.cause, self.scale.component.place)
        return [way], numpy.zeros(len(deals), dtype="int64")


@dataclass(frozen=True, slots=True)
class TierRater:
    """Tiers by each deal's own figure (`column`), or by the person's in the period (no column).

    Attributes:
        same: The deal is measured by what it is paid on, so that slices are linear between bounds.
        unit: Smallest units of the column in one of its measure.
    """

    whole: EarningPay
    scale: TierScale
    column: str
    unit: int
    same: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """What places a deal."""
        return (self.column,) if self.column else ()

    def ways(self, deals: Deals, scores: Scores, found: list[Finding]) -> tuple[Sequence[Way], NDArray[Any]]:
        """A way per tier where that says it all, else one per deal."""
        import numpy

        if not self.column:
            return self._by_person(deals, scores, found)
        measures = deals.columns[self.column]
        first = self.scale.ladder.tiers[0]
        plainly = not (self.scale.conditional or self.scale.limited or first.bonus)
        if plainly and (
            self.scale.component.mode == "whole" or (self.scale.component.mode == "marginal" and self.same)
        ):
            ladder = self.scale.ladder
            tiers = ladder.tiers
            starts = [-(-tier.start.numerator * self.unit // tier.start.denominator) for tier in tiers]
            at = numpy.searchsorted(numpy.array(starts, dtype=object), measures.astype(object), side="right")
            return self._tier_ways(ladder), numpy.maximum(at - 1, 0)
        return self._one_by_one(deals, scores, measures)

    def _tier_ways(self, ladder: Ladder) -> list[Way]:
        """Lowest first; what is paid below a tier's slice is a fixed sum of it."""
        return [
            Way(rung.tier.rate, Fraction(*rung.k) + Fraction(rung.bonus), rung.cause, rung.tier.place)
            for rung in reversed(ladder.rungs)
        ]

    def _one_by_one(
        self, deals: Deals, scores: Scores, measures: NDArray[Any]
    ) -> tuple[Sequence[Way], NDArray[Any]]:
        import numpy

        ways: list[Way] = []
        rows = zip(deals.person.tolist(), deals.base.tolist(), measures.tolist(), strict=True)
        minor = 1 if self.whole.base_digits == 0 else self.whole.minor
        for person, base, measure in rows:
            node = scores.people.get(deals.members[person].person, {})
            ladder = self.scale._ladder(node) if self.scale.conditional else self.scale.ladder
            at = Fraction(measure, self.unit).as_integer_ratio()
            worth = self.scale.worth(Fraction(base, minor), node, (at, ladder, ladder.reached(at)))
            ways.append(Way(ZERO, Fraction(*worth.amount) + Fraction(worth.bonus), worth.cause, worth.rule))
        return ways, numpy.arange(len(deals))

    def _by_person(
        self, deals: Deals, scores: Scores, found: list[Finding]
    ) -> tuple[Sequence[Way], NDArray[Any]]:
        """Everybody's deals at the rate of the tier they reach in the period (slices as an even rate)."""
        import numpy

        ways: list[Way] = []
        index: list[int] = []
        present = set(deals.person.tolist())
        for at, member in enumerate(deals.members):
            node = scores.people.get(member.person, {})
            placed = self.scale.placed(node)
            if placed is None:
                if at in present:
                    self.whole.missing(scores.period.text, member.person, node, Fraction(1), found)
                index.append(-1)
                continue
            worth = self.scale.worth(Fraction(1), node, placed)
            index.append(len(ways))
            ways.append(Way(Fraction(*worth.amount), ZERO, worth.cause, worth.rule))
        return ways, numpy.array(index, dtype="int64")[deals.person]


def compile_deals(terms: Terms, component: Flat | Tiers) -> DealPay:
    """A flat or tiers component that rates each deal alone."""
    column, unit = _column(terms, component)
    if isinstance(component, Flat):
        shape = compile_flat(terms, component)
        assert isinstance(shape.scale, FlatScale)
        return DealPay(shape, FlatRater(shape.scale), column, unit)
    shape = compile_tiers(terms, component)
    assert isinstance(shape.scale, TierScale)
    by = component.measured_by
    own = isinstance(by, Measure) and by.of == "actual" and by.scope == "own"
    placed_by = terms.columns.get(by.metric, "") if own and isinstance(by, Measure) else ""
    placed_unit = 1 if placed_by == "quantity" else 10**terms.digits
    rater = TierRater(shape, shape.scale, placed_by, placed_unit, placed_by == column)
    return DealPay(shape, rater, column, unit)


def _column(terms: Terms, component: Earning) -> tuple[str, int]:
    on = component.pays_on
    column = terms.columns.get(on.metric, "amount") if isinstance(on, Measure) else "amount"
    return column, 1 if column == "quantity" else 10**terms.digits
