"""Where one should be today, by working days (SPEC K8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of days with its own target: usually a month of the period.

    Attributes:
        target: What is to be reached in it.
        start, end: Closed range.
    """

    target: Fraction
    start: date
    end: date


def expected(stretches: Sequence[Stretch], working: frozenset[date], as_of: date) -> Fraction:
    """What should be reached by the end of `as_of`: of each stretch its share of working days gone by.

    A stretch without working days counts as due on its last day.
    """
    return sum((s.target * elapsed(working, s.start, s.end, as_of) for s in stretches), Fraction(0))


@lru_cache(maxsize=1024)
def elapsed(working: frozenset[date], start: date, end: date, as_of: date) -> Fraction:
    """Share of the working days of a closed range that lie on or before `as_of`: 0 to 1."""
    if as_of < start:
        return Fraction(0)
    days = [day for day in working if start <= day <= end]
    if not days:
        return Fraction(1) if as_of >= end else Fraction(0)
    return Fraction(sum(day <= as_of for day in days), len(days))
