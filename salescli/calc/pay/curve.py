"""What a plan would pay at other levels of attainment: everything with a target set to a level of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from salescli.calc.pay.coverage import Member
from salescli.calc.pay.order import in_order_of_need
from salescli.calc.pay.past import EARNED
from salescli.calc.pay.scores import Node, Score, Scores
from salescli.calc.pay.shape import Outcome, Shape
from salescli.findings import Finding
from salescli.model.expression import Measure

LEVELS = (Fraction(4, 5), Fraction(1), Fraction(6, 5), Fraction(3, 2))
"""The levels at which the cost of a plan is told (SPEC I7)."""

CURVE = tuple(Fraction(step, 10) for step in range(0, 21))
"""The levels of a payout curve."""


def stretched(scores: Scores, level: Fraction) -> Scores:
    """Scores in which everything that has a target reaches that level of it; the rest stays as it is."""
    return replace(
        scores,
        people={person: _stretched(node, level) for person, node in scores.people.items()},
        regions={region: _stretched(node, level) for region, node in scores.regions.items()},
        team=_stretched(scores.team, level),
    )


def _stretched(node: Node, level: Fraction) -> dict[str, Score]:
    return {
        key: score if score.target is None else score._replace(actual=score.target * level, paid=None)
        for key, score in node.items()
    }


def paid_at(
    shapes: Sequence[Shape], scores: Scores, members: Sequence[Member], level: Fraction
) -> dict[str, Fraction]:
    """Component → what it pays all members together at a level, in currency units; draws are left out.

    What rests on earlier pay (to date, releases) is told as if this period stood alone.
    """
    at = stretched(scores, level)
    paid: dict[str, Fraction] = {}
    found: list[Finding] = []
    for part in in_order_of_need([_Part(shape) for shape in shapes])[0]:
        _add_earned(at, part.reads, paid)
        outcomes = part.shape.pay(at, members, found)
        _remember(at, part.name, outcomes)
        paid[part.name] = sum(
            (Fraction(e.amount) for o in outcomes for e in o.entries if e.kind in EARNED), Fraction(0)
        )
    return paid


def _add_earned(scores: Scores, reads: frozenset[Measure], paid: Mapping[str, Fraction]) -> None:
    for measure in reads:
        if measure.of == "earned" and measure.scope != "own":
            for node in scores.people.values():
                assert isinstance(node, dict)
                node[measure.key] = Score(paid.get(measure.metric, Fraction(0)))


def _remember(scores: Scores, name: str, outcomes: Sequence[Outcome]) -> None:
    """Put what a component paid into everybody's node, for those that rest on it."""
    key = Measure(name, "earned").key
    for outcome in outcomes:
        node = scores.people.get(outcome.person)
        if isinstance(node, dict):
            paid = sum((Fraction(e.amount) for e in outcome.entries if e.kind in EARNED), Fraction(0))
            node[key] = Score(paid)


class _Part:
    """A shape as the order of need sees it."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.name = shape.component.name
        self.reads: frozenset[Measure] = frozenset().union(*shape.reads)
