"""Amounts in other currencies: converted once, by the rate of the day they were booked."""

from __future__ import annotations

import random
import tempfile
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measures_book import book, findings, policy, told, write

from salescli.measures import open_facts
from salescli.model.metric import FxRule

RATES = """
2026-08-05,USD,7.10
2026-07-01,USD,7
2026-08-20,USD,6.9
2026-07-01,JPY,0.0485
2026-07-01,KWD,23.456
"""
HEADER = "deal_id,customer,region,product,owner,amount,status,opened_on,signed_on,closed_on,cost,currency\n"
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def stored(root: Path, deals: str, receipts: str = "", rates: str = RATES) -> Path:
    write(root, fx=rates)
    (root / "ledger" / "deals.csv").write_text(HEADER + deals, "utf-8")
    (root / "ledger" / "collections.csv").write_text(
        "receipt_id,deal_id,received_on,amount,currency\n" + receipts, "utf-8"
    )
    return root


def amounts(root: Path, currency: str = "CNY", fx: FxRule = "booking_date") -> dict[str, tuple[str, str]]:
    """Amount and cost of each deal, in the book's currency."""
    with open_facts(book(root, policy("0", fx=fx), currency)) as facts:
        facts.run(date(2026, 12, 31))
        lines = facts.lines(*YEAR, ("amount", "cost"))
        parts = (lines[name].tolist() for name in ("deal_id", "amount", "cost"))
        return {deal: (str(amount), str(cost)) for deal, amount, cost in zip(*parts, strict=True)}


@pytest.mark.parametrize(
    ("row", "amount", "cost"),
    [
        ("100.00,won,,2026-08-04,,10,USD", 70000, 7000),  # the rate of July
        ("100.00,won,,2026-08-05,,10,USD", 71000, 7100),
        ("100.00,won,2026-08-01,2026-12-01,,,USD", 69000, 0),  # the day of signing rules
        ("100.00,won,2026-08-01,2026-12-01,,0.01,", 10000, 1),
        ("100.00,won,2026-08-01,2026-12-01,,0.01,CNY", 10000, 1),
        ("0.05,won,,2026-08-05,,,USD", 36, 0),  # 0.355 is rounded up
        ("1000,won,,2026-08-05,,30,JPY", 4850, 146),  # 1.455 is rounded up
        ("1.005,won,,2026-08-05,,,KWD", 2357, 0),  # 23.57328
    ],
)
def test_an_amount_is_converted_once_by_the_rate_of_its_booking(
    tmp_path: Path, row: str, amount: int, cost: int
) -> None:
    root = stored(tmp_path, f"D1,Acme,east,A,zhang,{row}\n")
    assert findings(root, policy("0", fx=True)) == []
    assert amounts(root) == {"D1": (str(amount), str(cost))}


def test_a_book_without_decimals_takes_amounts_that_have_some(tmp_path: Path) -> None:
    rates = "2026-07-01,USD,151.5\n2026-07-01,CNY,20"
    root = stored(tmp_path, "D1,Acme,east,A,zhang,10.55,won,,2026-08-05,,0.01,USD\n", rates=rates)
    assert findings(root, policy("0", fx=True), "JPY") == []
    assert amounts(root, "JPY") == {"D1": ("1598", "2")}


def test_receipts_are_converted_by_their_own_day_and_add_up(tmp_path: Path) -> None:
    root = stored(
        tmp_path,
        "D1,Acme,east,A,zhang,100.00,won,,2026-08-01,,,USD\n",  # 700.00
        "R1,D1,2026-08-04,10,USD\nR2,D1,2026-08-06,20,USD\nR3,D1,2026-08-25,-0.05,USD\nR4,D1,2026-08-26,1.5,\n",
    )
    with open_facts(book(root, policy("30", fx=True))) as facts:
        facts.run(date(2026, 12, 31))
        story = facts.deal("D1")
        [cash] = facts.cash(*YEAR)
        total = facts.totals((), *YEAR)[()]
    assert story is not None
    assert (str(story.amount), str(story.needed)) == ("700.00", "210.00")
    assert story.recognised_on == date(2026, 8, 6)  # 70.00 and 142.00
    assert [(str(r.amount), str(r.collected)) for r in story.receipts] == [
        ("70.00", "70.00"),
        ("142.00", "212.00"),
        ("-0.35", "211.65"),  # 0.345, half away from zero
        ("1.5", "213.15"),
    ]
    assert (str(cash.amount), str(cash.after)) == ("700.00", "213.15")
    assert (total["sales_amount"], total["collected_amount"]) == (70000, 21315)
    assert str(story.credits[0].deal_amount) == "700.00"


def test_what_cannot_be_converted_is_a_finding(tmp_path: Path) -> None:
    start = "Acme,east,A,zhang"
    root = stored(
        tmp_path,
        f"D1,{start},1,open,,,,,USD\n"  # no day
        f"D2,{start},1,won,,2026-06-30,,,USD\n"  # before the first rate
        f"D3,{start},1,won,,2026-08-30,,,EUR\n"  # no rate at all
        f"D4,{start},1.5,won,,2026-08-30,,,JPY\n"  # yen have no decimals
        f"D5,{start},1.234,won,,2026-08-30,,2.3456,KWD\n",
        "R1,D1,2026-06-30,1,USD\nR2,D1,2026-07-01,1,USB\n",
    )
    found = findings(root, policy("0", fx=True))
    assert told(found) == [
        "collections.csv:2:20 F021",
        "collections.csv:3:20 F012",
        "deals.csv:2:33 F021",
        "deals.csv:3:42 F021",
        "deals.csv:4:42 F012",
        "deals.csv:5:22 F002",
        "deals.csv:6:45 F002",
    ]
    by_place = {f.span.line: f for f in found if "deals" in f.span.path}
    assert by_place[2].message == "the deal is in USD, but neither signed_on nor opened_on is given"
    assert by_place[3].message == "there is no exchange rate of USD on 2026-06-30"
    assert by_place[3].hint == "the first in ledger/fx.csv is of 2026-07-01; add an earlier one"
    assert by_place[4].hint == "add its rate to ledger/fx.csv"
    assert by_place[5].hint == "JPY has 0 decimal places: write an amount that can be paid"
    assert next(f for f in found if f.code == "F012").hint == "did you mean USD?"


def test_rates_that_are_none(tmp_path: Path) -> None:
    rates = """
        2026-08-01,USD,0
        2026-08-01,usd,7
        2026-08-01,CNY,1
        2026-08-01,EUR,"7,8"
        2026-8-1,EUR,7.8
        2026-08-02,EUR,7.1234567891
        2026-08-03,EUR,7.8
        2026-08-03,EUR,7.9
        ,,
    """
    root = stored(tmp_path, "", rates=rates)
    expected = [
        "fx.csv:2:16 F019",
        "fx.csv:3:12 F019",
        "fx.csv:4:12 F019",
        "fx.csv:5:16 F019",
        "fx.csv:6:1 F003",
        "fx.csv:7:16 F019",
        "fx.csv:8:12 F020",
        "fx.csv:9:12 F020",
        "fx.csv:10:1 F001",
        "fx.csv:10:2 F001",
        "fx.csv:10:3 F001",
    ]
    assert told(findings(root, policy("0", fx=True))) == expected
    assert told(findings(root)) == expected  # also where nothing is converted


def test_an_amount_too_large_after_conversion(tmp_path: Path) -> None:
    rates = "2026-08-01,USD,999999999.999999999"
    most = "99999999999999.99"
    root = stored(tmp_path, f"D1,Acme,east,A,zhang,{most},won,,2026-08-05,,1,USD\n", rates=rates)
    [found] = findings(root, policy("0", fx=True))
    assert (found.code, found.message) == ("F002", f"amount {most} USD is too large an amount in CNY")
    [other] = findings(root, policy("0", fx=True), "BHD")
    assert other.code == "F002"


def test_without_fx_another_currency_is_refused(tmp_path: Path) -> None:
    root = stored(tmp_path, "D1,Acme,east,A,zhang,1,won,,2026-08-05,,,USD\n")
    [found] = findings(root, policy("0"))
    assert found.code == "F012"
    assert "fx: booking_date" in found.hint


CURRENCIES = {"USD": 2, "JPY": 0, "KWD": 3, "CNY": 2, "": 2}
rates_of = st.decimals("0.000000001", "999999", places=9).map("{:f}".format)


@settings(max_examples=60, deadline=None)
@given(
    rates=st.dictionaries(
        st.tuples(st.integers(0, 9), st.sampled_from(["USD", "JPY", "KWD"])), rates_of, min_size=3, max_size=9
    ),
    deals=st.lists(
        st.tuples(st.sampled_from(sorted(CURRENCIES)), st.integers(0, 10**7), st.integers(0, 20)), max_size=6
    ),
    seed=st.integers(0, 99),
)
def test_conversion_is_that_of_a_naive_reckoning(
    rates: dict[tuple[int, str], str], deals: list[tuple[str, int, int]], seed: int
) -> None:
    start = date(2026, 8, 1)
    for word in ("USD", "JPY", "KWD"):
        rates[0, word] = rates.get((0, word), "1")
    rows, expected = [], {}
    for number, (word, units, after) in enumerate(deals):
        amount = Decimal(units).scaleb(-CURRENCIES[word])
        rows.append(f"D{number},Acme,east,A,zhang,{amount:f},won,,{start + timedelta(days=after)},,,{word}\n")
        known = max((day for day, code in rates if code == word and day <= after), default=None)
        rate = Fraction(rates[known, word]) if known is not None else Fraction(1)
        exact = Fraction(amount) * rate * 100
        cents = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal(1), ROUND_HALF_UP)
        expected[f"D{number}"] = (str(cents), "0")
    lines = [f"{start + timedelta(days=day)},{code},{rate}" for (day, code), rate in rates.items()]
    random.Random(seed).shuffle(lines)
    random.Random(seed).shuffle(rows)
    with tempfile.TemporaryDirectory() as folder:
        root = stored(Path(folder), "".join(rows), rates="\n".join(lines))
        assert findings(root, policy("0", fx=True)) == []
        assert amounts(root) == expected


@pytest.mark.parametrize(
    ("fx", "signed", "worth"),
    [
        ("booking_date", "2026-08-04", "70000"),
        ("booking_date", "2026-08-05", "71000"),
        ("period_average", "2026-07-31", "70000"),
        ("period_average", "2026-08-01", "70097"),  # 4 days of 7, 15 of 7.1, 12 of 6.9: 217.3 over 31
        ("period_average", "2026-08-31", "70097"),
        ("period_average", "2026-09-01", "69000"),
        ("plan_rate", "2027-01-01", "69000"),
        ("plan_rate", "2029-05-05", "69000"),
    ],
)
def test_the_policy_chooses_the_rate(fx: FxRule, signed: str, worth: str, tmp_path: Path) -> None:
    row = f"D1,c,east,A,zhang,100.00,won,,{signed},,,USD\n"
    with open_facts(book(stored(tmp_path, row), policy("0", fx=fx))) as facts:
        facts.run(date(2030, 12, 31))
        lines = facts.lines(date(2026, 1, 1), date(2030, 12, 31), ("amount",))
        assert [str(amount) for amount in lines["amount"].tolist()] == [worth]


def test_a_plan_rate_is_the_one_in_force_when_the_year_began(tmp_path: Path) -> None:
    rates = "2025-12-15,USD,7\n2026-01-01,USD,7.2\n2026-06-01,USD,6\n2027-01-02,USD,5\n"
    rows = "".join(
        f"D{n},c,east,A,zhang,100.00,won,,{day},,,USD\n"
        for n, day in enumerate(("2026-01-01", "2026-12-31", "2027-01-01", "2027-12-31", "2028-01-01"))
    )
    with open_facts(book(stored(tmp_path, rows, rates=rates), policy("0", fx="plan_rate"))) as facts:
        facts.run(date(2030, 12, 31))
        lines = facts.lines(date(2026, 1, 1), date(2030, 12, 31), ("amount",))
        found = dict(zip(lines["deal_id"].tolist(), map(str, lines["amount"].tolist()), strict=True))
    assert found == {"D0": "72000", "D1": "72000", "D2": "60000", "D3": "60000", "D4": "50000"}


def test_before_the_first_plan_rate_nothing_can_be_converted(tmp_path: Path) -> None:
    stored(tmp_path, "D1,c,east,A,zhang,100.00,won,,2026-08-04,,,USD\n")
    (found,) = findings(tmp_path, policy("0", fx="plan_rate"))
    assert (found.code, found.message) == ("F021", "there is no exchange rate of USD on 2026-08-04")
    assert found.hint == "the first in ledger/fx.csv is of 2026-07-01; add an earlier one"
