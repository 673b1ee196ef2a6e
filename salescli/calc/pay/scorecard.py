"""Weighted goals: one score, one rounding at the end (docs/plans/scorecard.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from salescli.calc.pay.earning import EarningPay, Worth, compile_earning
from salescli.calc.pay.factor import factor_at
from salescli.calc.pay.scores import Node, value_of
from salescli.calc.pay.shape import Terms, measures
from salescli.calc.pay.steps import told, value_steps
from salescli.i18n import N_
from salescli.model.entry import Step
from salescli.model.exact import plain, rate_text
from salescli.model.expression import Expr, Measure
from salescli.model.plan import Goal, Scorecard


@dataclass(frozen=True, slots=True)
class ScoreScale:
    """`placed` is the score: the weighted levels of the goals, through the overall table if there is one."""

    terms: Terms
    component: Scorecard

    def reads(self) -> frozenset[Measure]:
        """What its goals look at."""
        return measures(*(goal.measured_by for goal in self.component.goals))

    def measured(self) -> tuple[Expr, ...]:
        """Every goal must have its target."""
        return tuple(goal.measured_by for goal in self.component.goals)

    def level(self, goal: Goal, node: Node) -> Fraction | None:
        """How far a goal is reached; None if that cannot be said for want of a target."""
        value = value_of(node, goal.measured_by, met=self.component.on_zero_target == "attained")
        if value is None:
            return None if self._target_missing(goal, node) else Fraction(0)
        level = value if goal.table is None else factor_at(goal.table, value)
        if goal.floor is not None:
            level = max(level, goal.floor)
        return level if goal.cap is None else min(level, goal.cap)

    def _target_missing(self, goal: Goal, node: Node) -> bool:
        if self.component.on_zero_target != "error":
            return False
        asked = measures(goal.measured_by)
        return any(
            m.of in ("attainment", "target")
            and (score := node.get(m.key)) is not None
            and bool(score.actual)
            and not score.target
            and score.part is None
            for m in asked
        )

    def placed(self, node: Node) -> Fraction | None:
        """The score; None if a goal lacks its target."""
        score = Fraction(0)
        for goal in self.component.goals:
            level = self.level(goal, node)
            if level is None:
                return None
            score += goal.weight * level
        return score

    def factor(self, score: Fraction) -> Fraction:
        """What the score is worth."""
        overall = self.component.overall
        return score if overall is None else factor_at(overall, score)

    def worth(self, base: Fraction, node: Node, placed: Fraction) -> Worth:
        """Base × score."""
        factor = self.factor(placed)
        amount = (base * factor).as_integer_ratio()
        return Worth(amount, Decimal(0), f"score {rate_text(placed)}", self.component.place, factor)

    def so_far(self, base: Fraction, part: Fraction, node: Node, placed: Fraction) -> Fraction:
        """In proportion."""
        return base * part * self.factor(placed)

    def before(self, base: Fraction, node: Node, placed: Fraction) -> Iterator[Step]:
        """What it pays on, and each goal's measure and level."""
        rule = self.component
        yield from value_steps(self.terms, node, rule.pays_on, rule.place, "credit", pay=True)
        for goal in rule.goals:
            yield from value_steps(self.terms, node, goal.measured_by, goal.place)
            yield self._goal(goal, node, base)

    def _goal(self, goal: Goal, node: Node, base: Fraction) -> Step:
        level = self.level(goal, node) or Fraction(0)
        value = value_of(node, goal.measured_by, met=self.component.on_zero_target == "attained")
        text = N_("goal {name}: weight {weight} × level {level}")
        if value is None:
            text = N_("goal {name}: no value, counts as 0%")
        elif value != level:
            text = N_("goal {name}: {value} is level {level}, weight {weight}")
        return Step(
            step="goal",
            text=text,
            params={
                "name": goal.name,
                "weight": rate_text(goal.weight),
                "level": rate_text(level),
                "value": "" if value is None else told(self.terms, goal.measured_by, value),
            },
            base=level,
            rate=goal.weight,
            amount=base * goal.weight * level if self.component.overall is None else None,
            place=goal.place,
            unit="rate",
        )

    def steps(self, base: Fraction, node: Node, placed: Fraction) -> Iterator[Step]:
        """The score, and base × score."""
        rule, factor = self.component, self.factor(placed)
        yield Step(step="score", text=N_("the score, all goals together"), rate=placed, place=rule.place)
        if rule.overall is not None:
            text = N_("a score of {score} is worth {factor}")
            params: dict[str, object] = {"score": rate_text(placed), "factor": rate_text(factor)}
            yield Step(step="factor", text=text, params=params, rate=factor, place=rule.place)
        yield Step(
            step="pay",
            text=N_("{base} × {rate}"),
            params={"base": plain(base), "rate": rate_text(factor)},
            base=base,
            rate=factor,
            amount=base * factor,
            place=rule.place,
            unit=self.terms.unit(rule.pays_on),
        )

    def bonuses(self, node: Node, placed: Fraction) -> Iterator[Step]:
        """There are none."""
        return iter(())

    def after(self, node: Node, placed: Fraction) -> Iterator[Step]:
        """Nothing comes next."""
        return iter(())


def compile_scorecard(terms: Terms, component: Scorecard) -> EarningPay:
    """A scorecard ready to pay."""
    return compile_earning(terms, component, ScoreScale(terms, component))
