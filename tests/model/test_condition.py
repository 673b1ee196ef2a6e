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
    measures_in,
    parse_condition,
    parse_value,
)
from salescli.model.expression import ANY, Arith, Measure, Number, measures_of, unit_of, within
from salescli.model.fact import Only
from salescli.model.metric import built_in_metrics


def test_a_comparison() -> None:
    read = parse_condition("attainment(sales_amount) >= 80%")
    assert read == Compare(
        Measure("sales_amount", "attainment"),
        ">=",
        Number(Fraction(4, 5), True),
        "attainment(sales_amount) >= 80%",
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
        ("a = __import__('os')", 4),
        ("mean(a) > 1", 0),
        ("a > 1 + ", 8),
        ("max(a, ) > 1", 7),
        ("own.a > 1", 0),
        ("team.attainment(a) > 1", 5),
        ("a[colour=red] > 1", 1),
        ("a[product=A, product=B] > 1", 1),
        ("personal() > 1", 8),
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
        parse_condition("(" * 500 + "a > 1" + ")" * 500)
    with pytest.raises(ConditionError, match="deeply"):
        parse_value("max(" * 300 + "a" + ")" * 300)
    with pytest.raises(ConditionError, match="too long"):
        parse_condition("(" * 5000 + "a > 1" + ")" * 5000)


def test_a_measure_alone() -> None:
    assert parse_value("attainment(x)") == Measure("x", "attainment")
    with pytest.raises(ConditionError):
        parse_value("x > 1")


def test_values_are_sums_products_and_limits() -> None:
    read = parse_value("10% * (team.sales_amount - 1000) + min(personal(salary), 5000)")
    assert isinstance(read, Arith)
    assert read.op == "+"
    assert str(read) == "10% * (team.sales_amount - 1000) + min(personal(salary), 5000)"
    assert [m.key for m in measures_of(read)] == ["team.sales_amount", "personal(salary)"]


def test_products_bind_tighter_than_sums_and_both_go_from_the_left() -> None:
    read = parse_value("8 - 2 - 1 * 3")
    assert read == Arith(
        "-",
        (
            Arith("-", (Number(Fraction(8)), Number(Fraction(2)))),
            Arith("*", (Number(Fraction(1)), Number(Fraction(3)))),
        ),
    )


def test_a_filter_and_a_scope_are_part_of_the_key() -> None:
    read = parse_value("attainment(reports.sales_amount[product=A|B, region=east])")
    assert isinstance(read, Measure)
    assert (read.of, read.scope, read.only) == (
        "attainment",
        "reports",
        Only(product=("A", "B"), region=("east",)),
    )
    assert read.key == "reports.sales_amount[product=A|B, region=east]"


def test_scope_and_filter_of_a_component_hold_where_a_measure_states_none() -> None:
    only = Only(product=("A",))
    read = within(parse_value("sales_amount + team.units + 10% * personal(salary)"), "region", only)
    assert [m.key for m in measures_of(read)] == [
        "region.sales_amount[product=A]",
        "team.units[product=A]",
        "personal(salary)",
    ]
    assert within(parse_value("sales_amount"), "own", ANY) == Measure("sales_amount")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("sales_amount", "money"),
        ("attainment(sales_amount)", "rate"),
        ("10% * sales_amount", "money"),
        ("gross_profit / sales_amount", "rate"),
        ("sales_amount / deals_won", "money"),
        ("units + 5", "count"),
        ("50000 * attainment(sales_amount)", "count"),
        ("personal(salary) * 10%", "money"),
    ],
)
def test_the_unit_of_an_expression(text: str, unit: str) -> None:
    units = {key: metric.unit for key, metric in built_in_metrics().items()}
    assert unit_of(parse_value(text), units) == unit
