"""Largest first, exactly and quickly: fractions are compared as whole numbers over one denominator."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from heapq import nsmallest
from math import lcm
from typing import TypeVar

Key = TypeVar("Key", str, tuple[str, ...])


def largest_first(amounts: Iterable[tuple[Key, Fraction]], top: int | None = None) -> list[Key]:
    """The keys by size of their amount, whichever its sign; ties by key. All of them, or the first `top`."""
    pairs = list(amounts)
    common = lcm(*{amount.denominator for _, amount in pairs})
    sized = [(-abs(amount.numerator) * (common // amount.denominator), key) for key, amount in pairs]
    return [key for _, key in (sorted(sized) if top is None else nsmallest(top, sized))]
