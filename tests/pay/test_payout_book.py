"""payout and explain on a small book: I2–I4 end to end, I8, months stay what they were."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from salescli.findings import BookBroken, Misuse
from salescli.model.table import Report, Row
from salescli.workflows.explaining.explain import explain
from salescli.workflows.paying.payout import payout

from .books import PLAN, TARGETS, make_book


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_book(tmp_path_factory.mktemp("book"))


def table(report: Report, name: str) -> tuple[Row, ...]:
    return next((t.rows for t in report.tables if t.name == name), ())


def amounts(report: Report) -> dict[tuple[str, str, str, str], str]:
    return {
        (str(r["period"]), str(r["person"]), str(r["component"]), str(r["kind"])): str(r["amount"])
        for r in table(report, "rows")
    }


def test_i2_and_i4_zhang_in_august(book: Path) -> None:
    assert amounts(payout(book, "2026-08", "小张")) == {
        ("2026-08", "zhang", "commission", "earning"): "28800.00",
        ("2026-08", "zhang", "commission", "bonus"): "3000.00",
        ("2026-08", "zhang", "team", "award"): "500.00",
    }


def test_i3_the_quarter_is_its_months_and_its_own(book: Path) -> None:
    report = payout(book, "2026-Q3")
    assert amounts(report)["2026-Q3", "li", "top3", "award"] == "5000.00"
    assert {period for period, *_ in amounts(report)} == {"2026-07", "2026-08", "2026-09", "2026-Q3"}
    assert table(report, "totals")[-1]["amount"] == Decimal("161900.00")
    september = amounts(payout(book, "2026-09"))
    assert ("2026-Q3", "li", "top3", "award") in september


def test_i5_stars_of_the_months(book: Path) -> None:
    honours = table(payout(book, "2026-Q3"), "honours")
    assert [(r["period"], r["person"], r["award"]) for r in honours] == [
        ("2026-07", "gone", "certificate"),
        ("2026-08", "wu", "certificate"),
        ("2026-09", "li", "certificate"),
    ]


def test_a_leaver_gets_what_they_earned_and_later_credits_are_named(book: Path) -> None:
    assert amounts(payout(book, "2026-07", "gone"))["2026-07", "gone", "commission", "earning"] == "15000.00"
    report = payout(book, "2026-08")
    assert [(r["person"], str(r["amount"])) for r in table(report, "unpaid")] == [("gone", "70000.00")]
    assert any("no plan pays" in note.template for note in report.notes)


def test_a_month_stays_what_it_was_when_later_months_arrive(tmp_path: Path, book: Path) -> None:
    early = make_book(tmp_path, ("2026-07",))
    assert payout(early, "2026-07").tables == payout(book, "2026-07").tables


def test_totals_are_the_sums_of_the_entries(book: Path) -> None:
    report = payout(book, "2026-Q3")
    sums: dict[object, Decimal] = {}
    for row in table(report, "rows"):
        amount = row["amount"]
        assert isinstance(amount, Decimal)
        sums[row["person"]] = sums.get(row["person"], Decimal(0)) + amount
    totals = table(report, "totals")
    assert {r["person"]: r["amount"] for r in totals[:-1]} == sums
    assert totals[-1]["amount"] == sum(sums.values(), Decimal(0))


def test_nobody_is_paid_when_somebody_has_no_target(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    rows = [line for line in TARGETS.splitlines() if not line.startswith("2026-08,sales_amount,east,,zhang")]
    (root / "ledger/targets/Q3.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(BookBroken) as broken:
        payout(root, "2026-08")
    assert ["zhang has no target for sales_amount in 2026-08" in f.message for f in broken.value.found] == [
        True
    ]
    report = explain(root, "zhang", "2026-08")
    assert report.exit_code == 1
    assert [f.code for f in report.findings] == ["P101"]
    assert explain(root, "wu", "2026-08").exit_code == 0


def test_a_plan_in_another_currency_is_refused(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    plan = root / "policies/plans/account-manager.yaml"
    plan.write_text(PLAN.replace("for:", "currency: USD\nfor:"), encoding="utf-8")
    with pytest.raises(BookBroken) as broken:
        payout(root, "2026-08")
    assert [f.code for f in broken.value.found] == ["P102"]


def test_i8_explain_tells_credit_target_attainment_tier_rate_rounding_and_bonus_with_places(
    book: Path,
) -> None:
    report = explain(book, "zhang", "2026-08")
    rows = table(report, "rows")
    commission = {r["step"]: r for r in rows if r["component"] == "commission"}
    assert str(commission["target"]["place"]) == "ledger/targets/Q3.csv:8"
    assert commission["attainment"]["rate"] == Decimal("1.2")
    assert (str(commission["pay"]["base"]), str(commission["pay"]["amount"])) == ("960000.00", "28800.00")
    assert str(commission["tier"]["place"]) == "policies/plans/account-manager.yaml:16"
    assert str(commission["bonus"]["amount"]) == "3000.00"
    deals = [r for r in rows if r["step"] == "deal"]
    assert [(str(r["amount"]), str(r["place"])) for r in deals] == [
        ("500000.01", "ledger/deals/2026-08.csv:2"),
        ("459999.99", "ledger/deals/2026-08.csv:3"),
    ]
    assert "counted on 2026-08-10" in str(deals[0]["text"])
    assert str(rows[-1]["amount"]) == "32300.00"


def test_i8_explain_tells_the_ranking_with_names(book: Path) -> None:
    rows = table(explain(book, "li", "2026-09"), "rows")
    assert [r["text"] for r in rows if r["component"] == "star" and r["step"] == "rank"] == ["1. 小李"]
    assert {r["period"] for r in rows if r["component"] == "top3"} == {"2026-Q3"}


def test_explain_says_why_nobody_pays(book: Path) -> None:
    texts = [str(r["text"]) for r in table(explain(book, "chen", "2026-08"), "rows")]
    assert "no plan covers role manager in region east on 2026-08-31" in texts
    gone = [str(r["text"]) for r in table(explain(book, "gone", "2026-08"), "rows")]
    assert "not employed or not assigned in 2026-08: no plan pays" in gone


def test_explain_a_deal_that_counts(book: Path) -> None:
    rows = table(explain(book, "D-5"), "rows")
    by_step = {r["step"]: r for r in rows}
    receipts = [(str(r["base"]), str(r["place"])) for r in rows if r["step"] == "receipt"]
    assert receipts == [
        ("100000", "ledger/collections/2026-09.csv:2"),
        ("200000", "ledger/collections/2026-09.csv:3"),
    ]
    assert "counts from 2026-09-04" in str(by_step["closed_deal"]["text"])
    assert (by_step["pay"]["person"], str(by_step["pay"]["amount"])) == ("li", "27000.00")


def test_explain_parts_of_deals_sum_to_the_earning(book: Path) -> None:
    parts = [
        row["amount"]
        for deal in ("D-1", "D-2")
        for row in table(explain(book, deal), "rows")
        if row["step"] == "pay"
    ]
    assert [str(part) for part in parts] == ["15000.00", "13800.00"]


def test_explain_a_deal_that_does_not_count_yet(book: Path) -> None:
    rows = table(explain(book, "D-5", "2026-08"), "rows")
    text = next(str(r["text"]) for r in rows if r["step"] == "closed_deal")
    assert text == "does not count yet: 270000.00 of 270000.00 is still to be collected"
    assert not [r for r in rows if r["step"] == "pay"]


def test_explain_gives_an_example_to_paste(book: Path) -> None:
    assert explain(book, "zhang", "2026-08", example=True).document == (
        "examples:\n"
        "  # team was paid 500.00: it rests on deals one by one, other people or earlier pay,"
        " which an example cannot state\n"
        "  - given: {target: 800000, sales_amount: 960000}\n    expect: {commission: 31800.00}\n"
    )


@pytest.mark.parametrize(("word", "near"), [("zang", "zhang"), ("D-11", "D-1")])
def test_unknown_words_get_a_suggestion(book: Path, word: str, near: str) -> None:
    with pytest.raises(Misuse) as stopped:
        explain(book, word)
    assert f"did you mean {near}?" in stopped.value.hint
