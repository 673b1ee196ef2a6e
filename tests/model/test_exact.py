"""Exact numbers: nothing is rounded but in one place, and parts sum to the whole (SPEC T5, X1)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.exact import (
    apportion,
    from_minor,
    minor_digits,
    parse_decimal,
    parse_rate,
    plain,
    rate_text,
    round_to,
    to_minor,
)


@pytest.mark.parametrize(
    "text", ["1e2", "1,000", "１２", "NaN", "", " 1", "1.", ".5", "+1", "1_000", "80万", "1\n"]
)
def test_only_plain_decimals_are_numbers(text: str) -> None:
    with pytest.raises(ValueError):
        parse_decimal(text)


@pytest.mark.parametrize("text", ["1.5", "0.015", "%", "1,5%", "1.5 %%", "１%", "1.5%\n"])
def test_a_rate_needs_its_percent_sign(text: str) -> None:
    with pytest.raises(ValueError):
        parse_rate(text)


def test_rates_are_exact() -> None:
    assert parse_rate("1.5%") == Fraction(3, 200)
    assert parse_rate("33.33%") * 3 == Fraction(9999, 10000)
    assert rate_text(Fraction(3, 200)) == "1.5%"
    assert rate_text(Fraction(-1, 3), 2) == "-33.33%"


@given(st.integers(-(10**30), 10**30), st.sampled_from([0, 2, 3]))
def test_minor_units_and_back(units: int, digits: int) -> None:
    assert to_minor(from_minor(units, digits), digits) == units


def test_more_places_than_the_currency_has_are_refused() -> None:
    with pytest.raises(ValueError, match=r"1\.005"):
        to_minor(Decimal("1.005"), 2)
    assert minor_digits("JPY") == 0
    assert minor_digits("KWD") == 3
    assert minor_digits("CNY") == 2


@pytest.mark.parametrize(
    ("value", "rounding", "expected"),
    [
        ("0.005", "half_up", "0.01"),
        ("-0.005", "half_up", "-0.01"),
        ("0.005", "half_even", "0.00"),
        ("0.015", "half_even", "0.02"),
        ("0.019", "down", "0.01"),
        ("0.011", "up", "0.02"),
        ("-0.011", "up", "-0.02"),
    ],
)
def test_the_place_that_rounds(value: str, rounding: str, expected: str) -> None:
    assert str(round_to(Fraction(value), 2, rounding)) == expected  # type: ignore[arg-type]


@given(st.fractions(), st.integers(0, 6))
def test_rounding_is_nearest_and_never_more_than_half_a_unit_off(value: Fraction, digits: int) -> None:
    rounded = Fraction(round_to(value, digits))
    assert abs(rounded - value) <= Fraction(1, 2 * 10**digits)


@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.fractions(min_value=0, max_value=10**6), min_size=1, max_size=30).filter(any),
)
def test_parts_sum_to_the_whole_and_are_within_one_of_their_share(
    total: int, weights: list[Fraction]
) -> None:
    parts = apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < 1


def test_ties_go_to_the_earlier_part_and_nothing_to_weight_zero() -> None:
    assert apportion(100, [1, 1, 1]) == [34, 33, 33]
    assert apportion(5, [0, 1]) == [0, 5]
    assert apportion(0, [0, 0]) == [0, 0]
    with pytest.raises(ValueError, match="zero"):
        apportion(1, [0, 0])
    with pytest.raises(ValueError, match="negative"):
        apportion(1, [2, -1])


def test_plain_has_no_exponent() -> None:
    assert plain(Decimal("1E+3")) == "1000"
    assert plain(Fraction(21, 20)) == "1.05"
    assert plain(Fraction(2, 3)) == "0.666667"
    assert plain(Fraction(-1, 10**9)) == "0"
