"""Metric values and attainment, exact (SPEC K4, K7): integer totals of facts in, fractions out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from salescli.model.metric import Metric, Policy


def metric_value(policy: Policy, metric: str, totals: Mapping[str, int], digits: int) -> Fraction | None:
    """The value of a metric from base totals.

    Args:
        policy: Where the metric is defined.
        metric: Its id, which must be one of the policy's.
        totals: Base metric → integer; money in minor units. A metric that is absent is 0.
        digits: Decimal places of the book's currency.

    Returns:
        Money in currency units, counts and rates as they are; None for a ratio over zero.
    """
    definition = policy.metrics[metric]
    if definition.ratio is None:
        return _base_value(definition, totals, digits)
    upper, lower = (metric_value(policy, part, totals, digits) for part in definition.ratio)
    if upper is None or not lower:
        return None
    return upper / lower


def _base_value(metric: Metric, totals: Mapping[str, int], digits: int) -> Fraction:
    total = totals.get(metric.id, 0)
    return Fraction(total, 10**digits) if metric.unit == "money" else Fraction(total)


def base_metrics(policy: Policy, metric: str) -> tuple[str, ...]:
    """The base metrics a metric is made of, each once, in order of first use."""
    definition = policy.metrics[metric]
    if definition.ratio is None:
        return (metric,)
    parts = [base for part in definition.ratio for base in base_metrics(policy, part)]
    return tuple(dict.fromkeys(parts))


def attainment(actual: Fraction | Decimal | int | None, target: Fraction | Decimal | None) -> Fraction | None:
    """Actual over target (1 is 100 %); None if there is no actual, no target, or a target of zero."""
    if actual is None or not target:
        return None
    return Fraction(actual) / Fraction(target)
