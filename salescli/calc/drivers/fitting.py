"""Rounding parts so that they still sum to their total (SPEC X1)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

from salescli.model.exact import from_minor


def fitted(values: Sequence[Fraction], total: Decimal, digits: int) -> list[Decimal]:
    """Values to `digits` places that sum to `total` exactly, by largest remainder; ties to the earlier.

    Args:
        total: Their sum as it is shown, at most a few units of the last place away from the exact one.
    """
    if not values:
        return []
    scaled = [value * 10**digits for value in values]
    units = [floor(value) for value in scaled]
    left = int(Fraction(total) * 10**digits) - sum(units)
    each, rest = divmod(left, len(units))
    order = sorted(range(len(units)), key=lambda i: (units[i] - scaled[i], i))
    for place, index in enumerate(order):
        units[index] += each + (place < rest)
    return [from_minor(unit, digits) for unit in units]
