"""How values are spread over people: bands, quartiles, the top tenth, the Gini coefficient. Exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

BOUNDS = tuple(Fraction(percent, 100) for percent in (0, 50, 80, 100, 120, 150))
"""Where the bands of attainment begin (included); the last is open."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Five points of a distribution: half of all values lie between `lower` and `upper`."""

    lowest: Fraction
    lower: Fraction
    median: Fraction
    upper: Fraction
    highest: Fraction


def spread(values: Sequence[Fraction]) -> Spread | None:
    """Quartiles by linear interpolation between the two nearest values; None without values."""
    if not values:
        return None
    ranked = sorted(values)
    return Spread(*(_quantile(ranked, Fraction(quarter, 4)) for quarter in range(5)))


def _quantile(ranked: Sequence[Fraction], share: Fraction) -> Fraction:
    place = share * (len(ranked) - 1)
    below = place.numerator // place.denominator
    above = min(below + 1, len(ranked) - 1)
    return ranked[below] + (ranked[above] - ranked[below]) * (place - below)


def in_bands(values: Sequence[Fraction]) -> list[int]:
    """How many values lie in each band of `BOUNDS`; what is below zero counts in the first."""
    counts = [0] * len(BOUNDS)
    for value in values:
        counts[max((i for i, bound in enumerate(BOUNDS) if bound <= value), default=0)] += 1
    return counts


def share_from(values: Sequence[Fraction], bound: Fraction) -> Fraction | None:
    """Share of values at a bound or above; None without values."""
    return Fraction(sum(value >= bound for value in values), len(values)) if values else None


def gini(values: Sequence[Fraction]) -> Fraction | None:
    """0 where all have the same, towards 1 where one has all; what is below zero counts as nothing.

    None without values, or where nobody has anything.
    """
    ranked = sorted(max(value, Fraction(0)) for value in values)
    total, count = sum(ranked, Fraction(0)), len(ranked)
    if not total:
        return None
    weighted = sum(((2 * i - count - 1) * value for i, value in enumerate(ranked, 1)), Fraction(0))
    return weighted / (count * total)


def of_top_tenth(values: Sequence[Fraction], order: Sequence[Fraction] | None = None) -> Fraction | None:
    """The share of the whole that falls to a tenth of all; of 13 people 1.3, so the second counts for 0.3.

    Args:
        values: Whose share is asked for; what is below zero counts as nothing.
        order: By what the top is found, of the same length; the values themselves by default.

    Returns:
        None where the whole is nothing.
    """
    counted = [max(value, Fraction(0)) for value in values]
    total = sum(counted, Fraction(0))
    if not total:
        return None
    by = counted if order is None else order
    ranked = sorted(range(len(counted)), key=lambda i: -by[i])
    left, share = Fraction(len(counted), 10), Fraction(0)
    for index in ranked:
        part = min(left, Fraction(1))
        share += counted[index] * part
        left -= part
    return share / total
