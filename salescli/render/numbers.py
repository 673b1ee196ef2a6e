"""Numbers as people read them: `￥31,800.00`, `120.0万`, `94.7%`. Exact to the last digit shown."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from salescli.i18n import language
from salescli.model.exact import minor_digits, round_to

Number = Decimal | Fraction | int

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$", "JPY": "¥", "KRW": "₩"}
MINUS = "−"


def grouped(value: Decimal, sign: bool = False) -> str:
    """Thousands grouped, with a true minus sign; `sign` adds a plus."""
    text = f"{abs(value):,f}"
    if value < 0:
        return MINUS + text
    return "+" + text if sign and value > 0 else text


def money_full(value: Number, currency: str, sign: bool = False) -> str:
    """Money to its smallest unit, with its symbol: `￥31,800.00`."""
    text = grouped(round_to(value, minor_digits(currency)), sign)
    mark = text[0] if text[0] in "+" + MINUS else ""
    return mark + _symbol(currency) + text[len(mark) :]


def _symbol(currency: str) -> str:
    if currency == "CNY":
        return "￥" if language() == "zh_CN" else "¥"
    return _SYMBOLS.get(currency, currency + " ")


def money_short(value: Number, sign: bool = False) -> str:
    """Money for tracking: in Chinese `120.0万` and `1.23亿`, else whole units with groups."""
    exact = Fraction(value)
    if language() == "zh_CN":
        if abs(exact) >= 10**8:
            return grouped(round_to(exact / 10**8, 2), sign) + "亿"
        if abs(exact) >= 10**4:
            return grouped(round_to(exact / 10**4, 1), sign) + "万"
    return grouped(round_to(exact, 0), sign)


def count(value: Number, sign: bool = False) -> str:
    """A count: whole if it is whole, else one decimal."""
    exact = Fraction(value)
    return grouped(round_to(exact, 0 if exact.denominator == 1 else 1), sign)


def percent(value: Number, places: int = 1, sign: bool = False) -> str:
    """A ratio as a percentage: 21/20 is `105.0%`; a whole percentage stays exact with `places` decimals."""
    return grouped(round_to(Fraction(value) * 100, places), sign) + "%"


def rate(value: Number) -> str:
    """A rate of a rule, with the digits it has and no more: `1.5%`."""
    text = f"{round_to(Fraction(value) * 100, 6):f}".rstrip("0").rstrip(".")
    return (text or "0").replace("-", MINUS) + "%"


def points(value: Number) -> str:
    """A difference of two ratios in percentage points."""
    unit = "个百分点" if language() == "zh_CN" else " pts"
    return grouped(round_to(Fraction(value) * 100, 1), sign=True) + unit
