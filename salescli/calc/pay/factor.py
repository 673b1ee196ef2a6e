"""Tables from a measure to a factor, and multipliers made of them (docs/semantics.md, "Multipliers")."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from salescli.calc.pay.condition import passes
from salescli.calc.pay.scores import Node, value_of
from salescli.model.plan import FactorTable, Multiplier


def factor_at(table: FactorTable, value: Fraction) -> Fraction:
    """The factor of a value: the step reached, or linear between steps; the ends hold beyond them."""
    steps = table.steps
    if value <= steps[0].start:
        return steps[0].factor
    if table.mode == "interpolated":
        for lower, upper in pairwise(steps):
            if value < upper.start:
                part = (value - lower.start) / (upper.start - lower.start)
                return lower.factor + part * (upper.factor - lower.factor)
    return next(step.factor for step in reversed(steps) if step.start <= value)


def factor_of(multiplier: Multiplier, node: Node) -> Fraction:
    """What a multiplier comes to for somebody; 1 where its condition does not hold."""
    if not passes(multiplier.when, node):
        return Fraction(1)
    value = value_of(node, multiplier.measured_by)
    return multiplier.missing if value is None else factor_at(multiplier.table, value)
