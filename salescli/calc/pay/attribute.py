"""How much of a period's earning rests on each deal: the total first, then cut, parts summing exactly."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from salescli.model.exact import apportion, from_minor, to_minor


def attribute(amount: Decimal, digits: int, weights: Sequence[Fraction]) -> list[Decimal]:
    """`amount` cut by what each credit contributed, to the cent, by largest remainder.

    Args:
        amount: What was paid for the period; never changed by this.
        digits: Decimal places of the currency.
        weights: Contribution of each credit in date, then id order, as `Shape.weights` gives them;
            contributions below zero count as none.
    """
    positive = [max(weight, Fraction(0)) for weight in weights]
    if not any(positive):
        return [from_minor(0, digits)] * len(weights)
    return [from_minor(part, digits) for part in apportion(to_minor(amount, digits), positive)]


def rests_on(earned: int, worth: Sequence[Fraction], minor: int) -> list[int]:
    """What of an earning rests on each credit, what lowers it with a minus sign; parts sum exactly.

    Args:
        earned: In smallest units.
        worth: What each credit brings, exactly, in currency units; in date, then id order.
        minor: Smallest units of one of the currency.
    """
    mass = sum(worth, Fraction(0))
    scale = earned / mass if mass else Fraction(minor)
    exact = [one * scale for one in worth]
    parts = [one.numerator // one.denominator for one in exact]
    rest = earned - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda at: parts[at] - exact[at])  # ties to the earlier
    for at in by_remainder[:rest]:
        parts[at] += 1
    return parts
