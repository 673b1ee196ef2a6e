"""Numbers and dates of exports: exact, and what is ambiguous is refused (SPEC K2)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.calc.clean.convert import Rules, Take, convert
from salescli.calc.clean.dates import is_form, read_date
from salescli.calc.clean.numbers import Unclear, plain, read_number, read_share
from salescli.model.org import Org


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$1,054.00", "1054.00"),
        ("1054.00 ", "1054.00"),
        ("１２，０００", "12000"),
        ("1.2万", "12000"),
        ("￥31,800.00", "31800.00"),
        ("¥ 1 054", "1054"),
        ("3亿", "300000000"),
        ("(1,234.00)", "-1234.00"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("RMB 12", "12"),
        ("12元", "12"),
        ("0.10", "0.10"),
        (".5", "0.5"),
        ("1'054", "1054"),
        ("-$3.50", "-3.50"),
        ("１２３４５６７８９０１２３４．５６", "12345678901234.56"),
    ],
)
def test_numbers_are_read_exactly(text: str, value: str) -> None:
    assert read_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["12,34", "1,2,3", "1.234,56", "1e5", "abc", "", "1.2.3", "NaN", "--5", "万", "1,0000"]
)
def test_what_is_no_number_or_ambiguous_is_refused(text: str) -> None:
    with pytest.raises(Unclear):
        read_number(text)


def test_decimal_commas_only_if_stated() -> None:
    assert read_number("1.234,56", ",") == Decimal("1234.56")
    with pytest.raises(Unclear):
        read_number("1,234.56", ",")


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_grouped_money_reads_back(value: Decimal) -> None:
    assert read_number(f"${value:,.2f}".replace("$-", "-$")) == value
    assert Decimal(plain(value)) == value
    assert "E" not in plain(value)


def test_shares_need_their_sign() -> None:
    assert read_share("60 %") == 60
    assert read_share("３３．３３％") == Decimal("33.33")
    with pytest.raises(Unclear):
        read_share("0.6")


def test_counts_and_shares_of_deals() -> None:
    columns = ("quantity", "term_months", "discount", "item")
    rules = Rules(columns={c: Take((c,)) for c in columns}, shares="ratio")
    header = {c: i for i, c in enumerate(columns)}
    row, rejects = convert(rules, header, ["1,200", "３６", "0.075", "X-1"], Org({}, {}, {}), 2)
    assert (row, rejects) == (
        {"quantity": "1200", "term_months": "36", "discount": "7.5%", "item": "X-1"},
        [],
    )
    _, rejects = convert(rules, header, ["1.5", "-1", "5%%", ""], Org({}, {}, {}), 3)
    assert [r.column for r in rejects] == ["quantity", "term_months", "discount"]


@pytest.mark.parametrize(
    ("text", "forms", "day"),
    [
        ("2026-08-03", (), date(2026, 8, 3)),
        ("2026/8/3", (), date(2026, 8, 3)),
        ("2026年8月3日", (), date(2026, 8, 3)),
        ("２０２６－０８－０３", (), date(2026, 8, 3)),
        ("20260803", (), date(2026, 8, 3)),
        ("2026-08-03 17:30:00", (), date(2026, 8, 3)),
        ("2026-08-03T17:30:00Z", (), date(2026, 8, 3)),
        ("8/3/2026", ("m/d/yyyy",), date(2026, 8, 3)),
        ("3/8/2026", ("d/m/yyyy",), date(2026, 8, 3)),
        ("03.08.2026", ("dd.mm.yyyy",), date(2026, 8, 3)),
        ("3-Aug-2026", ("%d-%b-%Y",), date(2026, 8, 3)),
        ("46237", ("excel",), date(2026, 8, 3)),
        ("46237.75", ("excel",), date(2026, 8, 3)),
        ("2026-08-03", ("m/d/yyyy",), date(2026, 8, 3)),
    ],
)
def test_dates_in_stated_forms(text: str, forms: tuple[str, ...], day: date) -> None:
    assert read_date(text, forms) == day


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("8/3/2026", ()),
        ("2026-02-30", ()),
        ("2026-13-01", ()),
        ("3/4/2026", ("m/d/yyyy", "d/m/yyyy")),
        ("0000-00-00", ()),
        ("46237", ()),
        ("yesterday", ("m/d/yyyy",)),
    ],
)
def test_ambiguous_or_impossible_dates_are_refused(text: str, forms: tuple[str, ...]) -> None:
    with pytest.raises(Unclear):
        read_date(text, forms)


def test_a_form_needs_year_month_and_day() -> None:
    assert is_form("m/d/yyyy")
    assert is_form("%d.%m.%Y")
    assert not is_form("m/yyyy")
    assert not is_form("%d.%m")


@given(
    st.dates(date(1901, 1, 1), date(2199, 12, 31)), st.sampled_from(["yyyy-mm-dd", "d/m/yyyy", "m/d/yyyy"])
)
def test_a_date_written_in_a_form_reads_back(day: date, form: str) -> None:
    text = (
        form.replace("yyyy", f"{day.year:04}").replace("mm", f"{day.month:02}").replace("dd", f"{day.day:02}")
    )
    text = text.replace("m", str(day.month)).replace("d", str(day.day))
    assert read_date(text, (form,)) == day
