"""Who is better or worse than the team, with care for small numbers (SPEC A3).

A rate of few cases moves by chance. Somebody is named only with at least `FEW` cases, and only if the team's
rate lies outside the 95 % Wilson score interval of their own – which is the same as a score test of their
cases against the team's rate, and needs no more than squares of exact fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Literal

from salescli.model.exact import round_to

FEW = 10
CONFIDENCE = Fraction(95, 100)
_Z = Fraction("1.959963984540054")  # the 97.5 % point of the normal distribution
_PLACES = 6

Named = Literal["best", "worst", "few", ""]


@dataclass(frozen=True, slots=True)
class Cases:
    """A rate as so many hits of so many cases; hits may exceed cases where they stem from earlier ones."""

    hits: int
    cases: int

    @property
    def rate(self) -> Fraction | None:
        """Hits over cases; None of no cases."""
        return Fraction(self.hits, self.cases) if self.cases else None

    @property
    def is_share(self) -> bool:
        """Whether the hits are some of the cases, so that it is a share with an interval."""
        return 0 <= self.hits <= self.cases > 0


def interval(of: Cases) -> tuple[Fraction, Fraction] | None:
    """The 95 % Wilson score interval of a share, rounded to six places; None where it is none."""
    if not of.is_share:
        return None
    n, k, z2 = of.cases, of.hits, _Z * _Z
    middle = (k + z2 / 2) / (n + z2)
    half = _Z * _root(Fraction(k * (n - k), n) + z2 / 4) / (n + z2)
    low, high = max(middle - half, Fraction(0)), min(middle + half, Fraction(1))
    return Fraction(round_to(low, _PLACES)), Fraction(round_to(high, _PLACES))


def _root(value: Fraction) -> Fraction:
    with localcontext(prec=40):
        return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


def named(of: Cases, team: Fraction | None) -> Named:
    """Whether somebody may be called better (`best`) or worse (`worst`) than the team.

    Returns:
        `few` where there are too few cases to say; empty where there is nothing to say.
    """
    if team is None or not of.cases:
        return ""
    if of.cases < FEW:
        return "few"
    if not of.is_share:
        return ""
    away = Fraction(of.hits, of.cases) - team
    if away * away * of.cases <= _Z * _Z * team * (1 - team):
        return ""
    return "best" if away > 0 else "worst"


Lift = Literal["high", "lift", ""]


def contributor(
    share: Fraction | None, among: int, red: bool | None, fell: Fraction | None, team: Fraction | None
) -> Lift:
    """Whether a region carries more than an equal share of the total, or is to be lifted.

    Args:
        share: Its share of the total.
        among: Of how many regions.
        red: Whether its attainment is red; None without a target.
        fell: Its change ratio where there are cases enough to tell; None else. Only asked without a target.
        team: The team's change ratio.

    Returns:
        `lift` for a red one, or without a target one that fell, and more than the team; else `high` from an
        equal share on.
    """
    behind = red is None and fell is not None and fell < 0 and (team is None or fell < team)
    if red or behind:
        return "lift"
    return "high" if among > 1 and share is not None and share * among >= 1 else ""
