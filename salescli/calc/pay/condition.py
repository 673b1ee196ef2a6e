"""Conditions worked out exactly on a node's scores, with the reason for their result.

Three answers: True, False, and None for "cannot be said" (a measure has no value: no target, a ratio over
zero). `not` of None is None; `and` is False if any part is False, `or` is True if any part is True. A gate
lets pass only on True.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne

from salescli.calc.pay.scores import NOTHING, Node, value_of
from salescli.calc.pay.shape import Terms
from salescli.calc.pay.steps import target_step
from salescli.findings import Span
from salescli.i18n import N_
from salescli.model.condition import Compare, Condition, measures_in
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
    right = value_of(node, condition.right)
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


def gate_steps(
    terms: Terms, condition: Condition, node: Node, place: Span, shown: Collection[str] = ()
) -> Iterator[Step]:
    """One step (`gate`) for each comparison: its text and answer, and the value found on its left.

    Targets it rests on come before it, except those whose keys are in `shown`.
    """
    targets = (m for m in measures_in(condition) if m.of in ("target", "attainment"))
    for measure in {m.key: m for m in targets}.values():
        if measure.key not in shown:
            yield target_step(terms, measure, node.get(measure.key, NOTHING))
    for part in _comparisons(condition):
        said = _SAYS[_compare(part, node)]
        value = value_of(node, part.left)
        yield terms.step("gate", said, part.left, value, place, condition=part.text)


def _comparisons(condition: Condition) -> Iterator[Compare]:
    if isinstance(condition, Compare):
        yield condition
        return
    for part in condition.parts:
        yield from _comparisons(part)
