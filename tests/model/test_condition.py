"""The grammar of gates: read exactly, refused with the place of the first thing not understood."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.condition import (
    Compare,
    ConditionError,
    Join,
    Measure,
    measures_in,
    parse_condition,
    parse_measure,
)


def test_a_comparison() -> None:
    read = parse_condition("attainment(sales_amount) >= 80%")
    assert read == Compare(
        Measure("sales_amount", "attainment"), ">=", Fraction(4, 5), "attainment(sales_amount) >= 80%"
    )


def test_and_binds_tighter_than_or() -> None:
    read = parse_condition("a > 1 or b > 2 and not (c < 3 or d = 4)")
    assert isinstance(read, Join)
    assert read.how == "or"
    right = read.parts[1]
    assert isinstance(right, Join)
    assert right.how == "and"
    assert [str(m) for m in measures_in(read)] == ["a", "b", "c", "d"]


def test_measures_may_be_compared_with_each_other() -> None:
    read = parse_condition("collected_amount >= target(sales_amount)")
    assert isinstance(read, Compare)
    assert read.right == Measure("sales_amount", "target")


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("", 0),
        ("a >=", 4),
        ("a >= 80% b", 9),
        ("(a > 1", 6),
        ("a = __import__('os')", 14),
        ("mean(a) > 1", 4),
        ("a >= -1", 5),
        ("and > 1", 0),
        ("not not a > 1", 4),
    ],
)
def test_what_is_not_understood_has_its_place(text: str, offset: int) -> None:
    with pytest.raises(ConditionError) as caught:
        parse_condition(text)
    assert caught.value.offset == offset


@given(st.text(alphabet="ab()<>=!%1.and or not attainment", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_condition(text)
    except ConditionError as error:
        assert 0 <= error.offset <= len(text)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ConditionError, match="deeply"):
        parse_condition("(" * 5000 + "a > 1" + ")" * 5000)


def test_a_measure_alone() -> None:
    assert parse_measure("attainment(x)") == Measure("x", "attainment")
    with pytest.raises(ConditionError):
        parse_measure("x > 1")
