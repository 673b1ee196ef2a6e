"""What pay is measured by: actuals and targets of people, regions and the team in one period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from salescli.findings import Span
from salescli.model.condition import Measure
from salescli.model.period import Period


class Score(NamedTuple):
    """One metric of one node (a person, a region, the team) in a period.

    Attributes:
        actual: Money in currency units, counts and rates as they are; None for a ratio over zero.
        target: In the same unit; None if there is none.
        places: The lines the target rests on.
    """

    actual: Fraction | None
    target: Fraction | None = None
    places: tuple[Span, ...] = ()

    @property
    def attainment(self) -> Fraction | None:
        """Actual over target (1 is 100 %); None without an actual, without a target, or for a target of 0."""
        if self.actual is None or not self.target:
            return None
        return self.actual / self.target


Node = Mapping[str, Score]
"""Scores by metric id. A metric that is absent has no value."""

NOTHING = Score(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """All nodes of one period, as a component sees them.

    Attributes:
        people: By person id, overlay credits included.
        regions: By region id, each sale counted once.
        team: The whole team.
    """

    period: Period
    people: Mapping[str, Node] = field(default_factory=dict)
    regions: Mapping[str, Node] = field(default_factory=dict)
    team: Node = field(default_factory=dict)


def value_of(node: Node, measure: Measure) -> Fraction | None:
    """What a measure says of a node; None if it has no value."""
    score = node.get(measure.metric, NOTHING)
    if measure.of == "attainment":
        return score.attainment
    return score.target if measure.of == "target" else score.actual
