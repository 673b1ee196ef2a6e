"""What a settled month was settled with (I8, S4): today's reckoning of it is never passed off as what was
paid; drafts that are older than the month before; what is late, and whom no plan pays."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from salescli.findings import Misuse
from salescli.model.table import Line, Report
from salescli.render.words import line_text
from salescli.workflows.explaining.explain import explain
from salescli.workflows.paying.payout import payout
from salescli.workflows.settling.settle import draft
from salescli.workflows.settling.settle_steps import close, publish

from .test_closed_periods import AFTER, FLAT, Deal, Ledger, adjustments, day, ledger
from .test_settle_steps import refusal

A = Deal("A", "zhang", 10000, day("2026-07-10"))
LATE = Deal("L", "zhang", 500, day("2026-07-20"))


def notes(report: Report) -> list[str]:
    return [line_text(line) for line in report.notes]


def settled(report: Report) -> list[tuple[object, ...]]:
    tables = [table for table in report.tables if table.name == "settled"]
    keys = ("month", "person", "component", "settled", "today", "difference")
    return [tuple(row[key] for key in keys) for table in tables for row in table.rows]


def steps(report: Report, *which: str) -> list[tuple[object, ...]]:
    return [
        (row["step"], row["text"], row["amount"] and str(row["amount"]))
        for row in report.tables[0].rows
        if row["step"] in which
    ]


@pytest.fixture
def book(tmp_path: Path) -> Ledger:
    """July is closed with A; then L is known."""
    book = ledger(tmp_path, "reverse", FLAT)
    book.know(A)
    book.settle("2026-07")
    return book


def test_nothing_is_said_while_today_comes_to_what_was_settled(book: Ledger) -> None:
    assert settled(payout(book.root, "2026-07")) == []
    assert not any("settled" in note for note in notes(payout(book.root, "2026-07")))
    told = explain(book.root, "zhang", "2026-07")
    assert steps(told, "settled", "settled_total") == []


def test_payout_says_what_was_settled_and_where_the_rest_goes(book: Ledger) -> None:
    book.know(LATE)
    report = payout(book.root, "2026-07")
    assert settled(report) == [
        ("2026-07", "zhang", "commission", Decimal("200.00"), Decimal("210.00"), Decimal("10.00"))
    ]
    assert notes(report)[:2] == [
        "2026-07 (closed) was settled with ¥200.00: what today's facts and rules come to is not what was"
        " settled, which stands in ledger/settlements/2026-07/entries.csv and in"
        " salescli statement PERSON --period 2026-07",
        "what came late, changed or went since is settled with 2026-08",
    ]


def test_once_a_later_month_knew_it_that_one_is_named(book: Ledger) -> None:
    book.know(LATE)
    book.close_data("2026-08")
    draft(book.root, "2026-08")
    assert notes(payout(book.root, "2026-07"))[1] == (
        "what came late, changed or went since was settled with 2026-08"
    )
    book.know(Deal("M", "zhang", 700, day("2026-07-21")))
    assert notes(payout(book.root, "2026-07"))[1].endswith(
        "is settled with 2026-08; 2026-08 is drafted again with the newest of it:"
        " salescli settle draft 2026-08"
    )
    draft(book.root, "2026-08")
    publish(book.root, "2026-08", AFTER["2026-08"][0])
    book.know(Deal("N", "zhang", 900, day("2026-07-22")))
    assert notes(payout(book.root, "2026-07"))[1].endswith(
        "was settled with 2026-08; what became known after 2026-08 was settled is settled with 2026-09"
    )


def test_a_draft_is_drafted_again_or_left_to_the_later_ones(tmp_path: Path) -> None:
    book = ledger(tmp_path, "reverse", FLAT)
    book.know(A)
    book.close_data("2026-07")
    draft(book.root, "2026-07")
    book.know(LATE)
    assert notes(payout(book.root, "2026-07"))[1] == (
        "it is drafted again with what changed: salescli settle draft 2026-07"
    )
    book.close_data("2026-08")
    draft(book.root, "2026-08")
    assert notes(payout(book.root, "2026-07"))[1] == (
        "what changed since is settled with 2026-08; or draft 2026-07 again, and these after it"
    )


def test_a_changed_rule_is_said_to_change_nothing(book: Ledger) -> None:
    book.write("policies/plans/rep.yaml", FLAT.replace("MODE", "reverse").replace("2%", "3%"))
    told = notes(payout(book.root, "2026-07"))
    assert "rules that changed since change nothing in what was settled: policies/plans/rep.yaml" in told


@pytest.mark.parametrize("mode", ["reverse", "replay"])
def test_explain_shows_what_was_settled_with_its_reasons_first(tmp_path: Path, mode: str) -> None:
    book = ledger(tmp_path, mode, FLAT)
    book.know(A, Deal("B", "zhang", 1000, day("2026-07-11")))
    book.settle("2026-07")
    book.know(replace(A, cancelled=day("2026-07-30")), LATE)
    report = explain(book.root, "zhang", "2026-07")
    parts: list[tuple[object, ...]] = [
        ("settled_part", "of it for A; today it is 0.00", "200.00"),
        ("settled_part", "of it for B", "20.00"),
        ("settled_part", "commission: nothing was settled for L; today it is 10.00", None),
    ]
    said = "commission 2026-07: earning, rate 2%; rule policies/plans/rep.yaml:5"
    assert steps(report, "settled", "settled_part", "settled_total", "total") == [
        ("settled", said, "220.00"),
        *(parts if mode == "reverse" else []),
        ("settled_total", "settled with 2026-07 (closed)", "220.00"),
        ("total", "by today's facts and rules", "30.00"),
    ]
    first = report.tables[0].rows[0]
    assert str(first["place"]) == "ledger/settlements/2026-07/entries.csv:2"
    assert "salescli statement zhang --period 2026-07" in notes(report)[0]


def test_who_is_paid_what_was_settled_is_told_nothing(book: Ledger) -> None:
    book.know(Deal("B", "li", 1000, day("2026-07-11")))
    report = explain(book.root, "zhang", "2026-07")
    assert steps(report, "settled_total") == []
    assert settled(payout(book.root, "2026-07", "zhang")) == []
    assert [row[1] for row in settled(payout(book.root, "2026-07"))] == ["li"]


def test_a_quarter_names_each_of_its_settled_months(book: Ledger) -> None:
    book.close_data("2026-08")
    draft(book.root, "2026-08")
    book.know(LATE)
    assert [row[0] for row in settled(payout(book.root, "2026-Q3"))] == ["2026-07", "2026-08"]


def test_a_deal_shows_all_that_was_settled_of_it(book: Ledger) -> None:
    book.know(replace(A, cancelled=day("2026-08-05")))
    book.settle("2026-08")
    report = explain(book.root, "A")
    assert steps(report, "settled") == [
        ("settled", "settled with 2026-07 (closed): commission 2026-07, its part", "200.00"),
        (
            "settled",
            "settled with 2026-08 (closed): commission 2026-07, adjustment, reversed: cancelled 2026-08-05",
            "-200.00",
        ),
    ]
    places = [str(row["place"]) for row in report.tables[0].rows if row["step"] == "settled"]
    folder = "ledger/settlements"
    assert places == [f"{folder}/2026-07/parts.csv:2", f"{folder}/2026-08/entries.csv:2"]


def test_a_deleted_deal_is_still_explained(book: Ledger) -> None:
    del book.deals["A"]
    book.lay()
    report = explain(book.root, "A")
    assert steps(report, "settled") == [
        ("settled", "settled with 2026-07 (closed): commission 2026-07, its part", "200.00")
    ]
    assert notes(report) == ["A is not in the book any more: this is what was settled of it"]
    with pytest.raises(Misuse):
        explain(book.root, "never")


def test_a_settlement_changed_by_hand_is_not_quoted(book: Ledger) -> None:
    path = book.root / "ledger/settlements/2026-07/entries.csv"
    path.write_bytes(path.read_bytes().replace(b"200.00", b"999.00"))
    assert notes(payout(book.root, "2026-07"))[0] == (
        "2026-07 was settled, but its files are not what salescli wrote: salescli verify 2026-07"
    )


# --- how what is late is called


def deals_told(book: Ledger, person: str, month: str) -> list[str]:
    return [str(text) for _, text, _ in steps(explain(book.root, person, month), "deal")]


def test_what_is_late_says_how_it_was_settled(book: Ledger) -> None:
    book.know(replace(A, cancelled=day("2026-08-02")), LATE, Deal("O", "zhang", 90, day("2026-07-21")))
    book.settle("2026-08")
    book.know(A, replace(LATE, amount=800), Deal("N", "zhang", 5, day("2026-07-22")))
    book.know(Deal("O", "li", 90, day("2026-07-21")))
    book.close_data("2026-09")
    assert deals_told(book, "zhang", "2026-09") == [
        "A cA, of 2026-07-10, settled, taken back since and valid again: counted now",
        "L cL, of 2026-07-20, settled with other figures: the rest is counted now",
        "N cN, of 2026-07-22, which was settled without it: counted now",
    ]
    assert deals_told(book, "li", "2026-09")[0] == (
        "O cO, of 2026-07-21, settled as somebody else's: counted now"
    )


# --- receipts that nobody is paid for

CASH = FLAT.replace("pays_on: sales_amount", "pays_on: collected_amount")
RECEIPTS = "receipt_id,deal_id,received_on,amount\n"
LEFT = ("name: 小张, role: rep", "name: 小张, role: rep, left: 2026-07-31")


@pytest.mark.parametrize("plan", [CASH, FLAT])
def test_late_receipts_of_somebody_who_left_are_listed_where_a_plan_pays_on_cash(
    tmp_path: Path, plan: str
) -> None:
    book = ledger(tmp_path, "reverse", plan)
    book.know(A)
    book.write("ledger/collections.csv", RECEIPTS + "R-1,A,2026-07-12,4000\n")
    book.settle("2026-07")
    org = book.root / "ledger/org.yaml"
    org.write_text(org.read_text("utf-8").replace(*LEFT), "utf-8")
    book.write("ledger/collections.csv", RECEIPTS + "R-1,A,2026-07-12,4000\nR-2,A,2026-07-28,1500\n")
    book.close_data("2026-08")
    report = payout(book.root, "2026-08")
    unpaid = [row for table in report.tables if table.name == "unpaid" for row in table.rows]
    drafted = notes(draft(book.root, "2026-08"))
    if plan is FLAT:
        assert unpaid == []
        return
    assert [(row["person"], row["amount"], row["received"]) for row in unpaid] == [
        ("zhang", Decimal("0.00"), Decimal("1500.00"))
    ]
    assert (
        "people with sales or receipts that no plan pays: 1; see salescli payout --period 2026-08" in drafted
    )


# --- drafts that are older than the month before


@pytest.fixture
def drafts(tmp_path: Path) -> Ledger:
    """July, August and September drafted; then July once more, with a late deal."""
    book = ledger(tmp_path, "reverse", FLAT)
    book.know(A)
    for month in ("2026-07", "2026-08", "2026-09"):
        book.close_data(month)
    for month in ("2026-07", "2026-08", "2026-09"):
        draft(book.root, month)
    book.know(LATE)
    return book


def results(book: Ledger) -> list[tuple[str, str]]:
    from salescli.workflows.settling.verify import verify

    rows = verify(book.root).tables[0].rows
    said = [(row["period"], row["result"]) for row in rows]
    return [(str(month), result.template if isinstance(result, Line) else "") for month, result in said]


def test_drafting_an_earlier_month_again_names_the_later_drafts(drafts: Ledger) -> None:
    from salescli.workflows.settling.verify import verify

    told = notes(draft(drafts.root, "2026-07"))
    assert told[-1] == (
        "drafted before this one, and not resting on it any more: 2026-08, 2026-09;"
        " draft them again in that order: salescli settle draft 2026-08"
    )
    assert verify(drafts.root).exit_code == 1
    assert results(drafts) == [
        ("2026-07", "as recorded, and reckoned again to the same bytes"),
        ("2026-08", "a draft to be made again"),
        ("2026-09", "a draft to be made again"),
    ]
    draft(drafts.root, "2026-08")
    assert not any("drafted before" in note for note in notes(draft(drafts.root, "2026-09")))
    assert verify(drafts.root).exit_code == 0
    assert adjustments(drafts, "2026-08") == {}


def test_drafting_again_what_did_not_change_leaves_later_drafts(drafts: Ledger) -> None:
    drafts.know(replace(LATE, signed=day("2026-10-02")))
    del drafts.deals["L"]
    drafts.lay()
    assert not any("drafted before" in note for note in notes(draft(drafts.root, "2026-07")))


def test_nothing_is_published_while_a_later_draft_is_older(drafts: Ledger) -> None:
    draft(drafts.root, "2026-07")
    said = refusal(publish, drafts.root, "2026-08", AFTER["2026-09"][0])
    assert "the draft of 2026-08 is stale" in said
    assert "ledger/settlements/2026-07/settlement.yaml" in said
    said = refusal(publish, drafts.root, "2026-07", AFTER["2026-09"][0])
    assert "2026-08 was drafted before 2026-07 was drafted again" in said
    for month in ("2026-08", "2026-09"):
        draft(drafts.root, month)
    publish(drafts.root, "2026-07", AFTER["2026-07"][0])


def test_an_earlier_month_is_not_drafted_under_a_published_one(drafts: Ledger) -> None:
    for month in ("2026-07", "2026-08", "2026-09"):
        draft(drafts.root, month)
    publish(drafts.root, "2026-07", AFTER["2026-07"][0])
    close(drafts.root, "2026-07", AFTER["2026-07"][1])
    publish(drafts.root, "2026-08", AFTER["2026-08"][0])
    assert "is already closed" in refusal(draft, drafts.root, "2026-07")


def test_a_closed_month_that_is_not_what_the_next_draft_names_is_no_stale_draft(drafts: Ledger) -> None:
    import shutil

    for month in ("2026-07", "2026-08", "2026-09"):
        draft(drafts.root, month)
    publish(drafts.root, "2026-07", AFTER["2026-07"][0])
    other = ledger(drafts.root.parent / "other", "reverse", FLAT)  # forged: another July, all hashes right
    for deal in drafts.deals.values():
        other.know(deal)
    other.know(replace(A, amount=90000))
    draft(other.root, "2026-07")
    publish(other.root, "2026-07", AFTER["2026-07"][0])
    shutil.rmtree(drafts.root / "ledger/settlements/2026-07")
    shutil.copytree(other.root / "ledger/settlements/2026-07", drafts.root / "ledger/settlements/2026-07")
    assert ("2026-08", "not what was settled") in results(drafts)
