"""The reference figures of K7, K10 and A1, from small books of files through the real program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from track_books import DEALS, K10, MONTH, Seller, cells, make_book, plain_rows, salescli, write

Capture = pytest.CaptureFixture[str]


def test_k10_tracking_table(tmp_path: Path, capsys: Capture) -> None:
    done = salescli(capsys, make_book(tmp_path, K10), "table", "--period", MONTH, "-o", "md", "--lang", "en")
    assert done.code == 0, done.err
    lines = [cells(line) for line in done.out.splitlines() if line.startswith("|")]
    assert lines[0] == ["Region", "Product", "Person", "Target", "Actual", "Attainment", "Gap", "Light"]
    assert lines[2:] == [
        ["East", "A", "Zhang", "800,000", "840,000", "105.0%", "+40,000", "● green"],
        ["South", "B", "Li", "600,000", "450,000", "75.0%", "−150,000", "■ red"],
        ["North", "C", "Wang", "300,000", "330,000", "110.0%", "+30,000", "● green"],
    ]


def test_k10_for_machines(tmp_path: Path, capsys: Capture) -> None:
    done = salescli(capsys, make_book(tmp_path, K10), "table", "--period", MONTH, "-o", "json")
    rows = json.loads(done.out)["rows"]
    keys = ("region", "product", "person", "target", "actual", "attainment", "gap", "light")
    assert [tuple(row[key] for key in keys) for row in rows] == [
        ("east", "A", "zhang", "800000.00", "840000.00", "1.05", "40000.00", "green"),
        ("south", "B", "li", "600000.00", "450000.00", "0.75", "-150000.00", "red"),
        ("north", "C", "wang", "300000.00", "330000.00", "1.1", "30000.00", "green"),
    ]


@pytest.mark.parametrize(
    ("actual", "light"),
    [
        ("639999.99", "red"),
        ("640000", "yellow"),  # exactly 80 %
        ("640000.01", "yellow"),
        ("800000", "yellow"),  # exactly 100 %
        ("800000.01", "green"),
    ],
)
def test_k7_lights(tmp_path: Path, capsys: Capture, actual: str, light: str) -> None:
    seller = Seller("zhang", "Zhang", "east", "A", "800000", (("2026-08-05", actual),))
    done = salescli(capsys, make_book(tmp_path, [seller]), "status", "--person", "zhang", "-o", "plain")
    assert [row["light"] for row in plain_rows(done.out)] == [light]


def test_k7_thresholds_per_metric(tmp_path: Path, capsys: Capture) -> None:
    more = f"{MONTH},new_customers,,,,target,4\n{MONTH},sales_amount,,,,target,400\n"
    sold = tuple((f"2026-08-0{day}", "100") for day in (3, 4, 5))
    root = make_book(tmp_path, [Seller("zhang", "Zhang", "east", "A", None, sold)], more=more)
    policy = (root / "policies/metrics.yaml").read_text()
    lights = "lights:\n  new_customers: {red_below: 50%, green_above: 70%}\n"
    write(root, {"policies/metrics.yaml": policy + lights})
    done = salescli(capsys, root, "status", "-o", "plain", "--by", "region")
    team = {row["metric"]: row["light"] for row in plain_rows(done.out) if not row["region"]}
    assert team == {"sales_amount": "red", "new_customers": "green"}  # both at 75 %


def test_a1_month_on_month(tmp_path: Path, capsys: Capture) -> None:
    sold = (("2026-07-06", "1200000"), ("2026-08-06", "1100000"))
    root = make_book(tmp_path, [Seller("zhang", "Zhang", "east", "A", "1500000", sold)])
    done = salescli(capsys, root, "review", "monthly", MONTH, "-o", "json")
    sales = json.loads(done.out)["analysis"][0]
    assert sales["metric"] == "sales_amount"
    figures = (sales["actual"], sales["mom_change"], sales["mom_ratio"])
    assert figures == ("1100000.00", "-100000.00", "-0.083333")
    assert (sales["yoy_change"], sales["yoy_ratio"]) == (None, None)
    text = json.loads(done.out)["document"]
    row = next(cells(line) for line in text.splitlines() if line.startswith("| Sales"))
    assert row[:4] == ["Sales", "1,100,000", "−8.3%", "no facts before 2026-07-06"]
    assert "Sales fell by 8.3% (−100,000) against last month" in text
    assert "There is no comparison with the same month last year: no facts before 2026-07-06." in text


def test_a1_attainment_of_sales_and_new_customers(tmp_path: Path, capsys: Capture) -> None:
    more = f"{MONTH},sales_amount,,,,target,1500000\n{MONTH},new_customers,,,,target,30\n"
    sold = tuple((f"2026-08-{day:02}", "59166.66" if day > 1 else "59166.82") for day in range(1, 25))
    root = make_book(tmp_path, [Seller("zhang", "Zhang", "east", "A", None, sold)], more=more)
    done = salescli(capsys, root, "status", "-o", "md", "--lang", "en", "--by", "region")
    sales, customers = (cells(line) for line in done.out.splitlines() if line.startswith("| Team"))
    figures = (1, 2, 4, 5, 6)  # 3 is the bar
    assert [sales[i] for i in figures] == ["1,500,000", "1,420,000", "94.7%", "−80,000", "▲ yellow"]
    assert [customers[i] for i in figures] == ["30", "24", "80.0%", "−6", "▲ yellow"]


def test_a1_average_order_value(tmp_path: Path, capsys: Capture) -> None:
    more = f"{MONTH},average_order_value,,,,target,50000\n"
    sold = tuple((f"2026-08-{day:02}", amount) for day, amount in ((3, "48000"), (4, "56000")))
    root = make_book(tmp_path, [Seller("zhang", "Zhang", "east", "A", None, sold)], more=more)
    done = salescli(capsys, root, "status", "--metric", "average_order_value", "-o", "plain")
    team = plain_rows(done.out)[0]
    assert (team["target"], team["actual"], team["attainment"]) == ("50000.00", "52000.00", "1.04")
    assert (team["light"], team["expected_to_date"]) == ("green", "")


def test_a1_zero_base_says_so(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, [Seller("zhang", "Zhang", "east", "A", None, (("2026-08-03", "5"),))])
    write(root, {"ledger/deals/2026-07.csv": DEALS + "o,c,east,A,zhang,9,open,2026-07-01,,,\n"})
    done = salescli(capsys, root, "review", "monthly", MONTH, "--lang", "en")
    assert "There were no sales last month" in done.out
    row = next(cells(line) for line in done.out.splitlines() if line.startswith("| Sales"))
    assert row[2] == "zero in 2026-07"


@pytest.mark.parametrize(
    ("actual", "shown", "note"),
    [
        ("639999.99", "80.0%", "just below 80%"),
        ("640000", "80.0%", ""),
        ("800000.01", "100.0%", "just above 100%"),
        ("800000", "100.0%", ""),
        ("641000", "80.1%", ""),
    ],
)
def test_k7_a_rounded_percentage_never_contradicts_its_light(
    tmp_path: Path, capsys: Capture, actual: str, shown: str, note: str
) -> None:
    seller = Seller("zhang", "Zhang", "east", "A", "800000", (("2026-08-05", actual),))
    done = salescli(capsys, make_book(tmp_path, [seller]), "table", "-o", "md", "--lang", "en")
    line = next(cells(line) for line in done.out.splitlines() if "Zhang" in line)
    assert line[5] == shown
    assert "".join(line[8:]) == note
