"""Conditions worked out exactly on a node's scores, with the reason for their result.

Three answers: True, False, and None for "cannot be said" (a measure has no value: no target, a ratio over
zero). `not` of None is None; `and` is False if any part is False, `or` is True if any part is True. A gate
lets pass only on True.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne

from salescli.calc.pay.scores import Node, value_of
from salescli.calc.pay.shape import Terms
from salescli.findings import Span
from salescli.i18n import N_
from salescli.model.condition import Compare, Condition, Join
from salescli.model.entry import Step

_OPERATORS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": ge,
    ">": gt,
    "<=": le,
    "<": lt,
    "=": eq,
    "!=": ne,
}


def holds(condition: Condition, node: Node) -> bool | None:
    """Whether a condition holds for a node; None if it cannot be said."""
    if isinstance(condition, Compare):
        return _compare(condition, node)
    parts = [holds(part, node) for part in condition.parts]
    if condition.how == "not":
        return None if parts[0] is None else not parts[0]
    decisive = condition.how == "or"
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def _compare(condition: Compare, node: Node) -> bool | None:
    left = value_of(node, condition.left)
    right = condition.right if isinstance(condition.right, Fraction) else value_of(node, condition.right)
    if left is None or right is None:
        return None
    return _OPERATORS[condition.op](left, right)


def passes(condition: Condition | None, node: Node) -> bool:
    """Whether a gate lets pass: no gate always does, one that cannot be said never does."""
    return condition is None or holds(condition, node) is True


_SAYS = {
    True: N_("{condition}: yes"),
    False: N_("{condition}: no"),
    None: N_("{condition}: cannot be said, there is no value or no target"),
}


def gate_steps(terms: Terms, condition: Condition, node: Node, place: Span) -> Iterator[Step]:
    """One step (`gate`) for each comparison: its text and answer, and the value found on its left."""
    if isinstance(condition, Join):
        for part in condition.parts:
            yield from gate_steps(terms, part, node, place)
        return
    value = value_of(node, condition.left)
    said = _SAYS[_compare(condition, node)]
    yield terms.step("gate", said, condition.left, value, place, condition=condition.text)
