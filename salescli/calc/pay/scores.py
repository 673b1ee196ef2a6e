"""What pay is measured by: actuals and targets of people, regions and the team in one period."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from salescli.findings import Span
from salescli.model.expression import Arith, Expr, Measure, Number
from salescli.model.fact import Only
from salescli.model.period import Period


class Score(NamedTuple):
    """One measure of one node (a person, a region, the team) in a period.

    Attributes:
        actual: Money in currency units, counts and rates as they are; None for a ratio over zero.
        target: In the same unit; None if there is none.
        places: The lines the target rests on; of a number stated for a person, its own.
        paid: What rates apply to, where it is not the actual (credits that count for pay or attainment only).
        part: The target as a part of the stated one (ramp, days covered); None is all of it.
    """

    actual: Fraction | None
    target: Fraction | None = None
    places: tuple[Span, ...] = ()
    paid: Fraction | None = None
    part: Fraction | None = None

    @property
    def attainment(self) -> Fraction | None:
        """Actual over target (1 is 100 %); None without an actual, without a target, or for a target of 0."""
        if self.actual is None or not self.target:
            return None
        return self.actual / self.target

    @property
    def pay(self) -> Fraction | None:
        """What rates apply to."""
        return self.actual if self.paid is None else self.paid


Node = Mapping[str, Score]
"""Scores by the key of a measure. What is absent has no value."""

NOTHING = Score(None)


class DealCredit(NamedTuple):
    """What one person is credited with of one deal in a period; `value` in the unit of the metric."""

    deal_id: str
    day: date
    value: Fraction


LinesOf = Callable[[Only, Sequence[str]], Mapping[str, Any]]
"""Which deals and which columns to the columns, numpy arrays of one length (`Facts.lines`)."""


def no_lines(only: Only, columns: Sequence[str]) -> Mapping[str, Any]:  # noqa: ARG001
    """There are no deals."""
    return {}


Above = Callable[[str, date, bool], Sequence[str]]


def nobody_above(person: str, day: date, all_above: bool) -> Sequence[str]:  # noqa: ARG001
    """There are no managers."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """All nodes of one period, as a component sees them.

    Attributes:
        since: First day looked at; the period's own unless accumulated from earlier on.
        people: By person id, overlay credits included.
        regions: By region id, each sale counted once.
        team: The whole team.
        begins: First day looked at for somebody; who is not in it has `since`.
        days: Share of the period's days on which the plan covers somebody; who is not in it has all.
        above: Whom somebody reports to on a day, or (True) everybody above them.
        lines: Credit lines of the deals that count in the period, as columns, by day, deal and person.
    """

    period: Period
    since: date | None = None
    people: Mapping[str, Node] = field(default_factory=dict)
    regions: Mapping[str, Node] = field(default_factory=dict)
    team: Node = field(default_factory=dict)
    begins: Mapping[str, date] = field(default_factory=dict)
    days: Mapping[str, Fraction] = field(default_factory=dict)
    lines: LinesOf = field(default=no_lines)
    above: Above = field(default=nobody_above)

    def first(self, person: str) -> date:
        """First day looked at for somebody."""
        return self.begins.get(person, self.since or self.period.start)


DealCredits = Callable[[Measure], Mapping[str, Sequence[DealCredit]]]
"""The credits behind a measure that sums deals, by person, each in date, then id order."""


def value_of(node: Node, expr: Expr, *, pay: bool = False, met: bool = False) -> Fraction | None:
    """What a measure or an expression says of a node; None if any part of it has no value.

    Args:
        pay: Read what rates apply to, where it is not what attainment counts.
        met: An attainment without a target, or of zero, counts as 100 %.
    """
    if type(expr) is Measure:
        score = node.get(expr.key, NOTHING)
        if expr.of == "attainment":
            return Fraction(1) if met and not score.target else score.attainment
        if expr.of == "target":
            return score.target
        return score.pay if pay else score.actual
    if type(expr) is Number:
        return expr.value
    assert type(expr) is Arith
    values = [value_of(node, part, pay=pay, met=met) for part in expr.parts]
    known = [value for value in values if value is not None]
    return _joined(expr.op, known) if len(known) == len(values) else None


def _joined(op: str, values: list[Fraction]) -> Fraction | None:
    if op in ("min", "max"):
        return min(values) if op == "min" else max(values)
    left, right = values
    if op == "/":
        return left / right if right else None
    return left + right if op == "+" else left - right if op == "-" else left * right
