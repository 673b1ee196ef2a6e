"""Laws of numbers as people read them: nothing is lost but what rounding takes, in either language."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli import i18n
from salescli.render import numbers

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False)
RATIOS = st.fractions(min_value=-100, max_value=100)


def back(text: str) -> Fraction:
    """The number a text says."""
    scale = 1
    for unit, factor in (("万", 10**4), ("亿", 10**8)):
        if text.endswith(unit):
            text, scale = text.removesuffix(unit), factor
    return Fraction(text.replace(",", "").replace("−", "-").replace("+", "")) * scale


@given(AMOUNTS)
def test_full_money_is_exact(amount: Decimal) -> None:
    i18n.use("zh_CN")
    assert back(numbers.money_full(amount, "CNY").replace("￥", "")) == Fraction(amount)
    i18n.use("en")
    assert back(numbers.money_full(amount, "CNY").replace("¥", "")) == Fraction(amount)


@given(AMOUNTS)
def test_short_money_is_off_by_half_a_last_digit_at_most(amount: Decimal) -> None:
    i18n.use("zh_CN")
    text = numbers.money_short(amount)
    half = {"万": Fraction(500), "亿": Fraction(500_000)}.get(text[-1], Fraction(1, 2))
    assert abs(back(text) - Fraction(amount)) <= half
    i18n.use("en")
    assert abs(back(numbers.money_short(amount)) - Fraction(amount)) <= Fraction(1, 2)


@given(RATIOS)
def test_percentages_and_points_are_off_by_a_twentieth_at_most(ratio: Fraction) -> None:
    i18n.use("en")
    assert abs(back(numbers.percent(ratio).removesuffix("%")) - ratio * 100) <= Fraction(1, 20)
    assert abs(back(numbers.points(ratio).removesuffix(" pts")) - ratio * 100) <= Fraction(1, 20)


@given(st.integers(-(10**9), 10**9))
def test_rates_of_rules_show_every_digit(value: int) -> None:
    rate = Fraction(value, 10**8)
    assert back(numbers.rate(rate).removesuffix("%")) == rate * 100


@given(AMOUNTS, AMOUNTS)
def test_a_greater_amount_never_reads_smaller(one: Decimal, other: Decimal) -> None:
    i18n.use("en")
    low, high = sorted((one, other))
    assert back(numbers.money_short(low)) <= back(numbers.money_short(high))


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("9999.49", "9,999"),
        ("10000", "1.0万"),
        ("800000", "80.0万"),
        ("99999999", "10,000.0万"),
        ("100000000", "1.00亿"),
        ("-12345", "−1.2万"),
        ("0", "0"),
    ],
)
def test_chinese_short_money(amount: str, text: str) -> None:
    i18n.use("zh_CN")
    assert numbers.money_short(Decimal(amount)) == text


@given(AMOUNTS)
def test_no_number_is_a_negative_zero(amount: Decimal) -> None:
    i18n.use("en")
    small = amount / 10**14
    for text in (
        numbers.money_short(small),
        numbers.percent(Fraction(small) / 100),
        numbers.rate(Fraction(0)),
    ):
        assert back(text.removesuffix("%")) != 0 or "−" not in text
