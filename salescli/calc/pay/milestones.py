"""Fixed sums for what is reached (docs/plans/milestones.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from salescli.calc.pay.condition import gate_steps, passes
from salescli.calc.pay.earning import EarningPay, Worth, compile_earning
from salescli.calc.pay.scores import Node
from salescli.calc.pay.shape import Terms, measures
from salescli.i18n import N_
from salescli.model.entry import Step
from salescli.model.expression import Expr, Measure
from salescli.model.plan import Milestone, Milestones


@dataclass(frozen=True, slots=True)
class MilestoneScale:
    """The milestones reached; `placed` is what counts of them."""

    terms: Terms
    component: Milestones

    def reads(self) -> frozenset[Measure]:
        """What its conditions look at."""
        return measures(*(milestone.when for milestone in self.component.milestones))

    def measured(self) -> tuple[Expr, ...]:
        """Nothing must have a value: a condition that cannot be said is not met."""
        return ()

    def placed(self, node: Node) -> tuple[Milestone, ...]:
        """Those reached: all, or the highest sum (the first of equal ones)."""
        reached = tuple(m for m in self.component.milestones if passes(m.when, node))
        if self.component.pays == "all" or not reached:
            return reached
        return (max(reached, key=lambda milestone: milestone.pays),)

    def worth(self, base: Fraction, node: Node, placed: Sequence[Milestone]) -> Worth:
        """Their sum, as a bonus."""
        bonus = sum((milestone.pays for milestone in placed), Decimal(0))
        cause = "milestone " + ", ".join(milestone.name for milestone in placed)
        rule = placed[0].place if len(placed) == 1 else self.component.place
        return Worth((0, 1), bonus, cause, rule)

    def so_far(self, base: Fraction, part: Fraction, node: Node, placed: Sequence[Milestone]) -> Fraction:
        """Rests on no deal."""
        return Fraction(0)

    def before(self, base: Fraction, node: Node, placed: Sequence[Milestone]) -> Iterator[Step]:
        """Each condition and its answer."""
        for milestone in self.component.milestones:
            yield from gate_steps(self.terms, milestone.when, node, milestone.place)

    def steps(self, base: Fraction, node: Node, placed: Sequence[Milestone]) -> Iterator[Step]:
        """Says if there is nothing."""
        if not placed:
            yield Step(
                step="pay",
                text=N_("no milestone is reached: nothing is paid"),
                amount=Decimal(0),
                place=self.component.place,
            )

    def bonuses(self, node: Node, placed: Sequence[Milestone]) -> Iterator[Step]:
        """Each sum."""
        for milestone in placed:
            yield Step(
                step="bonus",
                text=N_("milestone {name} is reached"),
                params={"name": milestone.name},
                amount=milestone.pays,
                place=milestone.place,
            )

    def after(self, node: Node, placed: Sequence[Milestone]) -> Iterator[Step]:
        """Nothing comes next."""
        return iter(())


def compile_milestones(terms: Terms, component: Milestones) -> EarningPay:
    """Milestones ready to pay; they pay on nothing."""
    return compile_earning(terms, component, MilestoneScale(terms, component))
