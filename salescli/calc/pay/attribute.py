"""How much of a period's earning rests on each deal: the total first, then cut, parts summing exactly."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

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
    common = lcm(*(one.denominator for one in worth))
    whole = [one.numerator * (common // one.denominator) for one in worth]
    mass = sum(whole)
    over, under = (earned, mass) if mass else (minor, common)
    if under < 0:
        over, under = -over, -under
    parts, remainders = map(list, zip(*(divmod(one * over, under) for one in whole), strict=True))
    rest = earned - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda at: -remainders[at])  # ties to the earlier
    for at in by_remainder[:rest]:
        parts[at] += 1
    return parts
