"""Exact numbers: money as `Decimal`, rates and ratios as `Fraction`, and the one place that rounds.

No float ever enters: `Decimal` and `Fraction` are only made from text and integers here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Literal

Rounding = Literal["half_up", "half_even", "down", "up"]

_PLAIN = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_RATE = re.compile(r"-?\d+(\.\d+)?\s?%", re.ASCII)

# ISO 4217 currencies whose smallest unit is not a hundredth.
_DIGITS = dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0)
_DIGITS |= dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)


def minor_digits(currency: str) -> int:
    """Decimal places of a currency's smallest unit: 2 for CNY, 0 for JPY (ISO 4217)."""
    return _DIGITS.get(currency, 2)


def parse_decimal(text: str) -> Decimal:
    """`800000` or `800000.00` as an exact number.

    Raises:
        ValueError: for anything else (`1e2`, `1,000`, `NaN`, `１２`, blanks).
    """
    if not _PLAIN.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def parse_rate(text: str) -> Fraction:
    """`1.5%` as 3/200.

    Raises:
        ValueError: without a percent sign: a bare number where a rate belongs is ambiguous.
    """
    if not _RATE.fullmatch(text):
        raise ValueError(text)
    return Fraction(text.rstrip("%").strip()) / 100


def to_minor(amount: Decimal, digits: int) -> int:
    """`31800.00` as 3180000 (digits 2).

    Raises:
        ValueError: if the amount has more decimal places than the currency.
    """
    scaled = Fraction(amount) * 10**digits
    if scaled.denominator != 1:
        raise ValueError(str(amount))
    return int(scaled.numerator)


def from_minor(units: int, digits: int) -> Decimal:
    """3180000 as `31800.00` (digits 2); exact for any size."""
    return Decimal(f"{units}E-{digits}") if digits == 0 else _shift(units, digits)


def _shift(units: int, digits: int) -> Decimal:
    sign = "-" if units < 0 else ""
    text = str(abs(units)).rjust(digits + 1, "0")
    return Decimal(f"{sign}{text[:-digits]}.{text[-digits:]}")


def round_ratio(numerator: int, denominator: int, rounding: Rounding = "half_up") -> int:
    """THE place that rounds (SPEC X1): a ratio of integers to a whole number, half away from zero by default.

    Raises:
        ZeroDivisionError: if the denominator is zero.
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    if rounding == "half_up":
        if numerator < 0:
            return -((denominator - 2 * numerator) // (2 * denominator))
        return (2 * numerator + denominator) // (2 * denominator)
    whole, rest = divmod(abs(numerator), denominator)
    half = 2 * rest - denominator  # below 0: nearer the lower; 0: exactly between
    if rounding == "half_even":
        whole += half > 0 or (half == 0 and whole % 2 == 1)
    elif rounding == "up":
        whole += rest > 0
    return -whole if numerator < 0 else whole


def round_to(value: Fraction | Decimal | int, digits: int, rounding: Rounding = "half_up") -> Decimal:
    """Money rounded by `round_ratio` to `digits` decimal places, half away from zero by default."""
    numerator, denominator = value.as_integer_ratio()
    return from_minor(round_ratio(numerator * 10**digits, denominator, rounding), digits)


def plain(value: Decimal | Fraction | int, places: int = 6) -> str:
    """Machine-readable plain decimal: a `Decimal` as it stands, a `Fraction` to at most `places` places.

    `Fraction(21, 20)` is `1.05`, `Fraction(2, 3)` is `0.666667`; never an exponent, never a float.
    """
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    text = format(round_to(value, places), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def rate_text(value: Fraction, places: int = 4) -> str:
    """3/200 as `1.5%`, the way books write rates."""
    return plain(value * 100, places) + "%"


def apportion(total: int, weights: Sequence[Fraction | int]) -> list[int]:
    """Cut a whole number of units by weights, exactly: parts sum to `total` (largest remainder, SPEC T5).

    Ties go to the earlier weight, so callers order by id. Negative totals are cut like positive ones.

    Raises:
        ValueError: if a weight is negative, or all are zero while `total` is not.
    """
    if any(w < 0 for w in weights):
        raise ValueError("negative weight")
    if total < 0:
        return [-part for part in apportion(-total, weights)]
    wholes = _in_whole_numbers(weights)
    mass = sum(wholes)
    if mass == 0:
        if total:
            raise ValueError("weights sum to zero")
        return [0] * len(weights)
    cut = [divmod(total * whole, mass) for whole in wholes]
    parts = [part for part, _ in cut]
    rest = total - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda i: -cut[i][1])  # stable: ties to the earlier
    for i in by_remainder[:rest]:
        parts[i] += 1
    return parts


def _in_whole_numbers(weights: Sequence[Fraction | int]) -> list[int]:
    """Weights in the same proportions, as integers."""
    common = lcm(*{weight.denominator for weight in weights})
    return [weight.numerator * (common // weight.denominator) for weight in weights]
