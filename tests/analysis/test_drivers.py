"""`drivers` and the analysis table: parts that sum to the change, through the real program (SPEC A2)."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from track_books import DEALS, MONTH, Seller, make_book, salescli, write

from salescli import i18n
from salescli.workflows.analysing.analysis_table import COLUMNS, analysis_rows
from salescli.workflows.session import open_session

Capture = pytest.CaptureFixture[str]
ROOT = Path(__file__).resolve().parents[2]


def ask(capsys: Capture, root: Path, *words: str) -> dict[str, Any]:
    done = salescli(capsys, root, "drivers", *words, "-o", "json")
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def total(rows: list[dict[str, str]], key: str) -> Decimal:
    return sum((Decimal(row[key]) for row in rows if row["kind"] != "total"), Decimal(0))


@pytest.mark.parametrize(
    ("metric", "by", "top"),
    [
        ("sales_amount", "region,product,person", "4"),
        ("sales_amount", "customer", "1000"),
        ("deals_won", "region", "1"),
        ("gross_margin", "region,product,person", "3"),
        ("gross_margin", "product", "1000"),
        ("average_order_value", "person,customer", "4"),
        ("average_order_value", "region", "1"),
        ("win_rate", "customer", "2"),
        ("collection_rate", "region,product,person", "1000"),
    ],
)
def test_contributions_of_the_sample_book_sum_to_the_change(
    capsys: Capture, metric: str, by: str, top: str
) -> None:
    rows = ask(capsys, ROOT, "--period", MONTH, "--metric", metric, "--by", by, "--top", top)["rows"]
    whole = rows[-1]
    assert whole["kind"] == "total"
    assert total(rows, "change") == Decimal(whole["change"])
    assert Decimal(whole["change"]) == Decimal(whole["actual"]) - Decimal(whole["base"])
    assert len(rows) <= int(top) + 2
    assert [row["kind"] for row in rows].count("others") <= 1
    assert sum(int(row["count"]) for row in rows[:-1]) == int(whole["count"])
    if metric not in ("sales_amount", "deals_won"):
        assert all(
            Decimal(row["rate_effect"]) + Decimal(row["mix_effect"]) == Decimal(row["change"]) for row in rows
        )


def test_price_volume_and_mix_by_units(tmp_path: Path, capsys: Capture) -> None:
    """10 A at 100 and 10 B at 10; then 8 A at 110 and 16 B at 10."""
    root = make_book(tmp_path, [Seller("zhang", "Zhang", "east", "A", None)])
    head = DEALS.strip() + ",quantity\n"
    rows = "".join(
        f"{key},{key},east,{product},zhang,{amount},won,{day},{day},{day},,{units}\n"
        for key, product, amount, day, units in (
            ("a0", "A", 1000, "2026-07-03", 10),
            ("b0", "B", 100, "2026-07-03", 10),
            ("a1", "A", 880, "2026-08-03", 8),
            ("b1", "B", 160, "2026-08-03", 16),
        )
    )
    write(root, {"ledger/deals/all.csv": head + rows})
    found = ask(capsys, root)["price_volume_mix"]
    assert [(r["part"], r["volume"], r["mix"], r["price"], r["change"]) for r in found] == [
        ("A", "200.00", "-400.00", "80.00", "-120.00"),  # growth of volume 24/20
        ("B", "20.00", "40.00", "0.00", "60.00"),
        ("total", "220.00", "-360.00", "80.00", "-60.00"),
    ]
    shown = salescli(capsys, root, "drivers", "-o", "md", "--lang", "en").out
    assert "Price, volume \\(units\\) and mix" in shown or "Price, volume (units) and mix" in shown


def test_new_lost_and_returning_customers(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, [Seller("zhang", "Zhang", "east", "A", None)])
    sold = (
        ("back", "2026-06-03", 5),
        ("gone", "2026-07-03", 70),
        ("more", "2026-07-04", 10),
        ("less", "2026-07-05", 30),
        ("same", "2026-07-05", 8),
        ("more", "2026-08-04", 25),
        ("less", "2026-08-05", 20),
        ("same", "2026-08-05", 8),
        ("back", "2026-08-06", 40),
        ("fresh", "2026-08-07", 100),
    )
    rows = "".join(
        f"d{n},{who},east,A,zhang,{amount},won,{day},{day},{day},\n"
        for n, (who, day, amount) in enumerate(sold)
    )
    write(root, {"ledger/deals/all.csv": DEALS + rows})
    found = ask(capsys, root)["customers"]
    assert [(r["kind"], r["count"], r["change"]) for r in found] == [
        ("new", "1", "100.00"),
        ("returning", "1", "40.00"),
        ("more", "1", "15.00"),
        ("same", "1", "0.00"),
        ("less", "1", "-10.00"),
        ("lost", "1", "-70.00"),
        ("total", "6", "75.00"),
    ]
    shown = salescli(capsys, root, "drivers", "-o", "md", "--lang", "en").out
    assert "fresh +100" in shown


def test_a_part_that_moved_the_total_is_named(tmp_path: Path, capsys: Capture) -> None:
    sellers = [
        Seller("zhang", "Zhang", "east", "A", None, (("2026-07-06", "100"), ("2026-08-06", "400"))),
        Seller("li", "Li", "south", "B", None, (("2026-07-06", "300"), ("2026-08-06", "250"))),
    ]
    root = make_book(tmp_path, sellers)
    rows = ask(capsys, root)["rows"]
    assert [(r["region"], r["product"], r["person"], r["change"], r["share_of_change"]) for r in rows] == [
        ("east", "A", "zhang", "300.00", "1.2"),
        ("south", "B", "li", "-50.00", "-0.2"),
        (None, None, None, "250.00", "1"),
    ]


def test_overlays_count_for_nobody_twice(capsys: Capture) -> None:
    """The presales of the sample book has credit on top: no part of the team's change."""
    rows = ask(capsys, ROOT, "--period", MONTH, "--by", "person", "--top", "100")["rows"]
    assert "xu" not in {row["person"] for row in rows}


def test_nothing_to_compare_with(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, [Seller("zhang", "Zhang", "east", "A", None, (("2026-08-06", "400"),))])
    found = ask(capsys, root)
    assert found["rows"] == []
    assert "customers" not in found
    shown = salescli(capsys, root, "drivers", "-o", "table", "--lang", "en").out
    assert "nothing to compare with in 2026-07: no facts before 2026-08-06" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--by", "colour"), "there is no dimension colour"),
        (("--by", "custmer"), "there is: customer"),
        (("--by", "item"), "no deal of this book states its item"),
        (("--metric", "sale"), "there is no metric sale"),
        (("--with", "target"), "target is nothing to compare with"),
    ],
)
def test_what_there_is_not(capsys: Capture, words: tuple[str, ...], said: str) -> None:
    done = salescli(capsys, ROOT, "drivers", *words, "--lang", "en")
    assert done.code == 2
    assert said in done.err


def test_a_ratio_of_ratios_has_no_parts(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, [Seller("zhang", "Zhang", "east", "A", None, (("2026-08-06", "400"),))])
    policy = (root / "policies/metrics.yaml").read_text()
    more = "metrics:\n  odd: {name: Odd, unit: rate, ratio: [win_rate, lead_conversion]}\n"
    write(root, {"policies/metrics.yaml": policy + more})
    done = salescli(capsys, root, "drivers", "--metric", "odd", "--lang", "en")
    assert done.code == 2
    assert "odd is a ratio of ratios" in done.err
    assert salescli(capsys, root, "compare").code == 0


def test_the_analysis_table_of_the_sample_book() -> None:
    i18n.use("en")
    with open_session(ROOT) as session:
        period = session.period(MONTH)
        rows = {str(row["metric"]): row for row in analysis_rows(session, period, session.as_of(period))}
    sales = rows["sales_amount"]
    assert set(sales) >= {column.key for column in COLUMNS}
    assert (str(sales["target"]), str(sales["actual"]), sales["mom"]) == ("1500000.00", "1439000.00", "+4.1%")
    assert sales["drivers_with"] == "mom"
    assert str(sales["drivers"]).startswith("+175,600 华南 · A产品线 · 小孙, −154,000 华南 · B产品线 · 小孙")
    assert str(sales["drivers"]).endswith("others (14)")
    assert "pts" in str(rows["collection_rate"]["drivers"])
    assert "lead_conversion" in rows


def test_the_analysis_table_without_a_past(tmp_path: Path) -> None:
    root = make_book(tmp_path, [Seller("zhang", "Zhang", "east", "A", "500", (("2026-08-06", "400"),))])
    i18n.use("en")
    with open_session(root) as session:
        period = session.period(MONTH)
        rows = analysis_rows(session, period, session.as_of(period))
    assert {row["drivers"] for row in rows} == {"nothing to compare with"}
    assert {row["mom_ratio"] for row in rows} == {None}


def test_the_analysis_table_against_last_year_where_there_is_no_last_month(tmp_path: Path) -> None:
    sold = (("2025-08-06", "100"), ("2026-08-06", "400"))
    root = make_book(tmp_path, [Seller("zhang", "Zhang", "east", "A", None, sold)])
    i18n.use("en")
    with open_session(root) as session:
        period = session.period(MONTH)
        sales = analysis_rows(session, period, session.as_of(period))[0]
    assert sales["yoy"] == "+300.0%"
    assert sales["mom"] == "zero in 2026-07"
    assert sales["drivers"] == "against last year: +300 East · A · Zhang"
