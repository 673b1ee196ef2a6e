"""Periods: their days, months, neighbours, with any fiscal year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.model.period import Kind, Period

KINDS = st.sampled_from(["month", "quarter", "half", "year", "week"])
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def test_in_order_of_last_days_months_before_the_quarter_they_close() -> None:
    texts = ["2017-Q4", "2017-12", "2017", "2017-10", "2017-H2", "2017-Q3", "2017-11", "2018-01", "2017-09"]
    order = ["2017-09", "2017-Q3", "2017-10", "2017-11", "2017-12", "2017-Q4", "2017-H2", "2017", "2018-01"]
    assert [period.text for period in sorted(map(Period.parse, texts))] == order


@given(DAYS, KINDS, DAYS, KINDS)
def test_any_two_periods_have_an_order(one: date, kind: Kind, other: date, another: Kind) -> None:
    a, b = Period.around(one, kind), Period.around(other, another)
    assert (a < b) + (b < a) + (a == b) == 1
    assert (a <= b) == (not b < a)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-08", date(2026, 8, 1), date(2026, 8, 31)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-W33", date(2026, 8, 10), date(2026, 8, 16)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_days_of_a_period(text: str, start: date, end: date) -> None:
    period = Period.parse(text)
    assert (period.start, period.end, str(period)) == (start, end, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-13",
        "2026-00",
        "2026-Q5",
        "2026-W54",
        "26-08",
        "2026-8",
        "２０２６",
        "2026-08-01",
        "0000",
        "2026 ",
    ],
)
def test_what_is_not_a_period(text: str) -> None:
    with pytest.raises(ValueError):
        Period.parse(text)


def test_a_fiscal_year_from_april() -> None:
    assert Period.parse("2026-Q4", 4).start == date(2027, 1, 1)
    assert Period.parse("2026", 4).end == date(2027, 3, 31)
    assert Period.parse("2026-Q1", 4).previous().text == "2025-Q4"
    assert [m.text for m in Period.parse("2026-Q4", 4).months()] == ["2027-01", "2027-02", "2027-03"]


@given(DAYS, KINDS, st.integers(1, 12))
def test_the_period_around_a_day_holds_it_and_reads_back(day: date, kind: str, fiscal: int) -> None:
    period = Period.around(day, kind, fiscal)  # type: ignore[arg-type]
    assert day in period
    assert Period.parse(period.text, fiscal) == period
    assert Period.parse(period.text, fiscal).kind == kind


@given(DAYS, KINDS, st.integers(1, 12))
def test_neighbours_touch_and_months_tile(day: date, kind: str, fiscal: int) -> None:
    period = Period.around(day, kind, fiscal)  # type: ignore[arg-type]
    assert period.previous().end + timedelta(days=1) == period.start
    assert period.shift(1).start == period.end + timedelta(days=1)
    assert period.shift(1).previous() == period
    months = period.months()
    if months:
        assert (months[0].start, months[-1].end) == (period.start, period.end)
        assert sum(m.days() for m in months) == period.days()
        assert period.year_before().shift(12 // len(months)) == period
