"""How single values are read, and what is said instead of guessing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.books import fields
from salescli.books.fields import Unreadable


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (fields.read_money, "800000", Decimal(800000)),
        (fields.read_money, "0.10", Decimal("0.10")),
        (fields.read_amount, "-5.5", Decimal("-5.5")),
        (fields.read_rate, "1.5%", Fraction(3, 200)),
        (fields.read_rate, "0%", Fraction(0)),
        (fields.read_rate, "150 %", Fraction(3, 2)),
        (fields.read_quantity, "90%", Fraction(9, 10)),
        (fields.read_quantity, "90", Decimal(90)),
        (fields.read_date, "2026-02-28", date(2026, 2, 28)),
        (fields.read_period, "2026-Q3", "2026-Q3"),
        (fields.read_id, "007", "007"),
        (fields.read_id, "GTX-Pro.2_b", "GTX-Pro.2_b"),
        (fields.read_line, " 小张 ", "小张"),
        (fields.count_between(1, 12), "12", 12),
    ],
)
def test_what_is_plain_is_read(read: object, text: str, value: object) -> None:
    assert read(text) == value  # type: ignore[operator]


@pytest.mark.parametrize(
    ("read", "text", "better"),
    [
        (fields.read_money, "800,000", "800000"),
        (fields.read_money, "80万", "800000"),
        (fields.read_money, "1e5", "100000"),
        (fields.read_money, "¥1,000.50", "1000.5"),
        (fields.read_money, "１２０", "120"),
        (fields.read_money, "8_000", "8000"),
        (fields.read_money, "1.2亿", "120000000"),
        (fields.read_rate, "0.9", "90%"),
        (fields.read_rate, "90", "90%"),
        (fields.read_rate, "0.015", "1.5%"),
        (fields.read_rate, "１.５％", "1.5%"),
        (fields.read_rate, "1", "1%"),
        (fields.read_date, "2026/8/1", "2026-08-01"),
        (fields.read_date, "20260801", "2026-08-01"),
        (fields.read_date, "2026年8月1日", "2026-08-01"),
        (fields.read_flag, "Yes", "true"),
        (fields.one_of("whole", "marginal"), "hole", "whole"),
    ],
)
def test_what_is_not_plain_is_refused_with_the_remedy(read: object, text: str, better: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text)  # type: ignore[operator]
    reason = refused.value
    assert better in reason.hint.format(**reason.params)
    assert reason.template.format(**reason.params)


@pytest.mark.parametrize(
    "text", ["", "NaN", "Infinity", "0x10", "1.", ".5", "--1", "1 000", "9" * 50, "½", "٣"]
)
def test_no_amount(text: str) -> None:
    with pytest.raises(Unreadable):
        fields.read_money(text)


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026-W60", "1899-Q4", "9999-Q4", "2026-Q5", "26-08", "0000", "２０２６"]
)
def test_no_period(text: str) -> None:
    with pytest.raises(Unreadable):
        fields.read_period(text)


READERS = [
    fields.read_amount,
    fields.read_money,
    fields.read_rate,
    fields.read_share,
    fields.read_quantity,
    fields.read_weight,
    fields.count_between(0, 10),
    fields.read_date,
    fields.read_period,
    fields.read_id,
    fields.read_line,
    fields.read_text,
    fields.read_flag,
    fields.one_of("a", "b"),
]


@given(
    st.sampled_from(READERS), st.text(max_size=30) | st.from_regex(r"[-\d.,%万eE￥/ ]{0,20}", fullmatch=True)
)
def test_any_text_is_read_or_refused_in_words(read: object, text: str) -> None:
    try:
        read(text)  # type: ignore[operator]
    except Unreadable as reason:
        assert reason.template.format(**reason.params)
        reason.hint.format(**reason.params)


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_amounts_are_exact(value: Decimal) -> None:
    assert fields.read_money(format(value, "f")) == value
