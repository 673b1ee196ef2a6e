"""Changes against another period: exact, and undefined ones say why (SPEC A1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from salescli.i18n import N_
from salescli.model.table import Line

NO_ACTUAL = Line(template=N_("no figure now"))


@dataclass(frozen=True, slots=True)
class Change:
    """From a base to an actual.

    Attributes:
        difference: Actual less base; None where either is missing.
        ratio: Difference over base (−1/12 is −8.3 %); None where undefined.
        because: Why the ratio is undefined; None where it is defined.
        like: Whether the two are of the same people, places and days; False where they are not, however
            well they are known.
    """

    difference: Fraction | None
    ratio: Fraction | None
    because: Line | None = None
    like: bool = True


def change(actual: Fraction | None, base: Fraction | None, period: str) -> Change:
    """How much an actual differs from its base.

    A negative base has no meaningful ratio either and is treated like zero.

    Args:
        period: Of the base, to say what is zero or not there.
    """
    then = {"period": period}
    if actual is None:
        return Change(None, None, NO_ACTUAL)
    if base is None:
        return Change(None, None, Line(template=N_("no figure in {period}"), params=then))
    if base <= 0:
        template = N_("below zero in {period}") if base else N_("zero in {period}")
        return Change(actual - base, None, Line(template=template, params=then))
    return Change(actual - base, (actual - base) / base)


def unlike(found: Change, because: Line) -> Change:
    """A change between things that are not alike: no ratio, and why."""
    return replace(found, ratio=None, because=because, like=False)
