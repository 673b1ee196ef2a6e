"""`health` against figures reckoned by hand, `payout` and `simulate`, on small books through the program."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.track.track_books import Seller, make_book, salescli, write

PLAN = """\
plan: sellers
for: {role: [account_manager]}
components:
  commission:
    shape: tiers
    period: month
    pays_on: sales_amount
    measured_by: attainment(sales_amount)
    mode: whole
    tiers:
      - {from: 0%, rate: 1%}
      - {from: 100%, rate: 4%, bonus: 500}
    on_zero_target: skip
    accept: [P030]
"""
# Ten people with a target of 100,000; what they sold in August, in thousands.
SOLD = (20, 60, 70, 85, 90, 95, 100, 110, 120, 250)


def sellers(sold: tuple[int, ...] = SOLD, july: int | None = 80) -> list[Seller]:
    return [
        Seller(
            f"p{i}",
            f"P{i}",
            "east",
            "A",
            "100000",
            (("2026-08-05", f"{amount}000"), *([("2026-07-05", f"{july}000")] if july else [])),
        )
        for i, amount in enumerate(sold)
    ]


def book_of(root: Path, people: list[Seller], plan: str = PLAN, **files: str) -> Path:
    make_book(root, people)
    write(root, {"policies/plans/sellers.yaml": plan})
    if "guardrails" in files:
        write(root, {"policies/guardrails.yaml": files["guardrails"]})
    return root


def health(capsys: pytest.CaptureFixture[str], root: Path, period: str = "2026-08") -> dict[str, Any]:
    done = salescli(capsys, root, "health", "--period", period, "-o", "json", "-q")
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def check(found: dict[str, Any], key: str, plan: str | None = "sellers") -> dict[str, Any] | None:
    rows = [row for row in found["rows"] if row["check"] == key and row["plan"] == plan]
    return rows[0] if rows else None


def light(found: dict[str, Any], key: str, plan: str | None = "sellers") -> tuple[Any, Any]:
    row = check(found, key, plan)
    assert row is not None
    return row["value"], row["light"]


def test_every_figure_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = health(capsys, book_of(tmp_path, sellers()))
    # Below 100 %: 420,000 at 1 % = 4,200. From 100 %: 580,000 at 4 % = 23,200, and four bonuses: 25,200.
    assert light(found, "cost_of_sales") == ("0.0294", "green")  # 29,400 / 1,000,000
    assert light(found, "reached") == ("0.4", "yellow")
    # Below 80 %: 20,000 + 60,000 + 70,000 at 1 % = 1,500 of 29,400.
    assert light(found, "paid_for_nothing") == ("0.05102", "yellow")
    # Six missed 100,000, and all had done 80,000 at best before.
    assert light(found, "high_target") == ("0.6", "red")
    # One of ten: 10,500 of 29,400.
    assert light(found, "top_share", None) == ("0.357143", "yellow")
    assert check(found, "cost_of_margin") is None  # no deal states a cost
    assert check(found, "budget") is None
    [spread] = found["spread"]
    assert [spread[k] for k in ("lowest", "lower", "median", "upper", "highest")] == [
        *("0.2", "0.7375", "0.925", "1.075", "2.5")
    ]
    assert [row["count"] for row in found["bands"]] == ["1", "2", "3", "2", "1", "1"]
    assert [(row["tier"], row["count"], row["share"]) for row in found["tiers"]] == [
        ("0%", "6", "0.6"),
        ("100%", "4", "0.4"),
    ]
    assert [row["person"] for row in found["missed"]] == ["p0", "p1", "p2", "p3", "p4", "p5"]


def test_pay_is_that_of_payout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = book_of(tmp_path, sellers())
    paid = json.loads(salescli(capsys, root, "payout", "--period", "2026-08", "-o", "json").out)
    total = sum(Decimal(row["amount"]) for row in paid["rows"])
    [suggested] = health(capsys, root)["ranges"]
    assert Decimal(suggested["cost_now"]) == total == Decimal("29400.00")


def test_suggested_targets_cost_what_simulate_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = book_of(tmp_path, sellers())
    [row] = health(capsys, root)["ranges"]
    # Half reach 95,000; 80 % reach 70,000, and 61 % of it is what the ninth sold.
    assert (row["what"], row["from"], row["to"]) == ("targets", "0.61", "0.95")
    assert (row["reached_from"], row["reached_to"]) == ("0.8", "0.5")
    for end in ("from", "to"):
        words = row[f"try_{end}"].split()
        tried = json.loads(salescli(capsys, root, "simulate", *words, "-o", "json").out)
        assert tried["rows"][-1]["after"] == row[f"cost_{end}"]


def test_suggested_rates_bring_the_cost_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    limits = "health: {cost_of_sales: {yellow_above: 1.5%, red_above: 2%}, few: 99}\n"
    root = book_of(tmp_path, sellers(), guardrails=limits)
    found = health(capsys, root)
    assert light(found, "cost_of_sales") == ("0.0294", "red")
    [row] = found["ranges"]
    # 27,400 by rates and 2,000 in bonuses: 13,000 / 27,400 and 18,000 / 27,400 of today's rates.
    assert row["what"] == "rates"
    assert Decimal(row["from"]) == pytest.approx(Decimal(13) / Decimal("27.4"), abs=Decimal("0.000001"))
    for end, bound in (("from", 15000), ("to", 20000)):
        assert bound - 60 <= Decimal(row[f"cost_{end}"]) <= bound  # rates are rounded down
        words = row[f"try_{end}"].split()
        tried = json.loads(salescli(capsys, root, "simulate", *words, "-o", "json").out)
        assert tried["rows"][-1]["after"] == row[f"cost_{end}"]


def test_no_rate_helps_where_bonuses_cost_too_much(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    limits = "health: {cost_of_sales: {yellow_above: 0.1%, red_above: 0.1%}, few: 99}\n"
    assert health(capsys, book_of(tmp_path, sellers(), guardrails=limits))["ranges"] == []


def test_four_people_are_no_distribution(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = health(capsys, book_of(tmp_path, sellers((20, 60, 100, 120))))
    assert light(found, "reached") == ("0.5", None)
    assert light(found, "top_share", None)[1] is None
    assert light(found, "high_target")[1] is None
    assert found["spread"][0]["lower"] is None
    assert found["ranges"] == []
    done = salescli(capsys, tmp_path, "health", "--period", "2026-08", "-o", "md")
    assert "too few to speak of a pattern" in done.out


def test_one_person_no_targets_no_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = health(capsys, book_of(tmp_path / "one", sellers((50,), july=None)))
    assert light(one, "reached") == ("0", None)
    assert check(one, "high_target") is None  # nothing before to hold a target against
    without = [Seller("p0", "P0", "east", "A", None, (("2026-08-05", "1000"),))]
    free = health(capsys, book_of(tmp_path / "free", without))
    assert check(free, "reached") is None
    assert light(free, "cost_of_sales") == ("0", "green")  # skipped without a target
    make_book(tmp_path / "none", sellers())
    done = salescli(capsys, tmp_path / "none", "health")
    assert (done.code, "no plan pays anybody in 2026-Q3" in done.err) == (0, True)


def test_a_month_without_sales_is_no_division_by_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = [Seller("p0", "P0", "east", "A", "1000", (("2026-07-05", "10"), ("2026-09-05", "10")))]
    found = health(capsys, book_of(tmp_path, people))
    assert check(found, "paid_for_nothing") is None
    assert light(found, "cost_of_sales", None) == (None, None)


def test_budgets_of_parts_add_up_and_of_longer_periods_are_not_cut(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    limits = """\
health:
  budget:
    - {period: 2026-07, amount: 8000}
    - {period: 2026-08, amount: 20000}
    - {period: 2026-09, amount: 2000}
    - {period: 2026-08, plan: sellers, amount: 29400}
    - {period: 2026, amount: 1}
"""
    root = book_of(tmp_path, sellers(), guardrails=limits)
    august = health(capsys, root)
    assert light(august, "budget", None) == ("1.47", "red")
    assert light(august, "budget") == ("1", "green")  # exactly the budget is still green
    quarter = health(capsys, root, "2026-Q3")
    assert check(quarter, "budget", None) is not None
    assert check(quarter, "budget") is None


def test_margin_is_told_where_deals_state_costs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = book_of(tmp_path, sellers())
    path = root / "ledger/deals/2026-08.csv"
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    rows = [f"{head},cost", *(f"{line},{int(line.split(',')[5]) // 2}" for line in lines)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert light(health(capsys, root), "cost_of_margin") == ("0.0588", "green")


def test_health_rows_are_what_reviews_show(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from salescli.workflows.plans.health import HEALTH, health_rows
    from salescli.workflows.session import open_session

    root = book_of(tmp_path, sellers())
    with open_session(root) as session:
        rows = health_rows(session, session.period("2026-Q3"))
    assert {column.key for column in HEALTH} <= set(rows[0])
    keys = [row["check"] for row in health(capsys, root, "2026-Q3")["rows"]]
    assert [row["check"] for row in rows] == keys
