"""Columns on a terminal: headers break at blanks, and no number, date or short word is ever cut."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli import i18n
from salescli.findings import Span
from salescli.model.table import Column, Report, Table
from salescli.render.fitting import Room, room, total, widths
from salescli.render.safe import folded
from salescli.render.terminal import render_terminal

ROOMS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 30)).map(
        lambda three: Room(least=three[2], whole=three[1] + three[2], natural=sum(three))
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


@given(ROOMS, st.integers(1, 200))
def test_a_row_fits_if_it_can_and_nothing_is_narrower_than_it_must(rooms: list[Room], width: int) -> None:
    found = widths(rooms, width)
    assert all(one.least <= size <= one.natural for one, size in zip(rooms, found, strict=True))
    assert total(found) <= max(width, total([one.least for one in rooms]))
    if total([one.natural for one in rooms]) <= width:
        assert found == [one.natural for one in rooms]
    elif total([one.whole for one in rooms]) <= width:
        assert all(size >= one.whole for one, size in zip(rooms, found, strict=True))
        assert total(found) == width


def test_between_wide_characters_a_line_may_end_anywhere() -> None:
    assert room("", ["杭州电子集团有限公司"], fixed=False, first=False).whole == 2
    assert room("", ["小张 2026-08-31"], fixed=False, first=False).whole == 10
    assert room("", ["A产品线"], fixed=False, first=True).whole == 7


def table(*columns: Column, **values: object) -> Report:
    return Report(command="x", tables=(Table(name="rows", columns=columns, rows=(values,)),))  # type: ignore


def test_a_header_breaks_at_blanks_and_a_date_stays_whole() -> None:
    columns = [Column(f"c{n}", "Received until 2026-08-31", "number") for n in range(5)]
    values = {f"c{n}": Decimal(1_234_567) for n in range(5)}
    shown = render_terminal(table(*columns, **values, _unit="money"), width=64)
    assert [line.split() for line in shown.splitlines()[:3]] == [
        ["Received"] * 5,
        ["until"] * 5,
        ["2026-08-31"] * 5,
    ]
    assert shown.count("1,234,567") == 5


@pytest.mark.parametrize("width", [40, 60, 80])
def test_numbers_are_whole_on_any_terminal(width: int) -> None:
    columns = [Column("name", ""), *(Column(f"c{n}", "Sum", "number") for n in range(9))]
    values = {f"c{n}": Decimal(1_234_567) for n in range(9)}
    shown = render_terminal(table(*columns, name="Jonathan Berthelot", **values, _unit="money"), width=width)
    assert shown.count("1,234,567") == 9


def test_words_of_a_text_are_whole() -> None:
    columns = (Column("name", ""), Column("why", "Why"), Column("sum", "Sum", "number"))
    text = "left before the end of September"
    shown = render_terminal(
        table(*columns, name="Maureen Marcano", why=text, sum=Decimal(5), _unit="money"), width=40
    )
    assert [word for word in text.split() if word not in shown.split()] == []
    assert "Maureen Marcano" in shown


@pytest.mark.parametrize("width", [44, 60, 80])
def test_a_header_of_two_wide_characters_is_never_folded(width: int) -> None:
    i18n.use("zh_CN")
    columns = (
        Column("what", "What"),
        Column("base", "Base", "exact"),
        Column("rate", "Rate", "rate"),
        Column("amount", "Amount", "money"),
        Column("place", "Where", "place"),
    )
    values = {"base": Decimal("1000000.00"), "amount": Decimal("20000.00"), "rate": Fraction(2, 100)}
    place = Span("policies/commission-plans/2026-third-quarter.yaml", 12)
    text = "完成率 100.00 % 达到 100 % 一级，整笔按该级比率计算"
    shown = render_terminal(table(*columns, what=text, place=place, **values, _unit="money"), width=width)
    assert "比率" in shown.splitlines()[0]
    assert "金额" in shown.splitlines()[0]


def test_longer_headers_of_wide_characters_keep_two_in_a_line() -> None:
    assert room("比率", ["2 %"], fixed=True, first=False).least == 4
    assert room("去年同期", ["2 %"], fixed=True, first=False).least == 4
    assert room("额", [""], fixed=False, first=False).least == 2


@pytest.mark.parametrize(
    ("text", "cells", "lines"),
    [
        ("大连纺织股份有限公司，2026-08-28 计入", 22, ["大连纺织股份有限公司，", "2026-08-28 计入"]),
        ("ledger/deals/2026-07.csv:57", 26, ["ledger/deals/", "2026-07.csv:57"]),
        (
            "policies/plans/account-manager-2026.yaml:18",
            24,
            ["policies/plans/", "account-manager-", "2026.yaml:18"],
        ),
        ("  zhang the first", 10, ["  zhang", "  the", "  first"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("", 4, [""]),
    ],
)
def test_cells_are_folded_between_words_dates_and_parts_of_paths(
    text: str, cells: int, lines: list[str]
) -> None:
    assert folded(text, cells) == lines
