"""The life of a settlement (S1–S3): publish, object, answer, close, pay, and what is refused on the way."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from chinese_calendar import is_workday

from salescli.books.calendar import working_days
from salescli.books.settlements import read_settlement
from salescli.calc.settle.dates import open_through, publish_by
from salescli.findings import BookBroken, Misuse, Refused
from salescli.model.book import SettlementRules
from salescli.workflows.settling import objections
from salescli.workflows.settling.objection_list import listed
from salescli.workflows.settling.objections import About
from salescli.workflows.settling.settle import draft
from salescli.workflows.settling.settle_steps import close, pay, publish

from .books import make_book
from .test_settle import AUGUST, contents, rows

PUBLISHED = date(2026, 9, 2)
OVER = date(2026, 9, 8)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    root = make_book(tmp_path)
    for month in ("2026-07", "2026-08"):
        draft(root, month)
    for month, on in (("2026-07", date(2026, 8, 3)),):
        publish(root, month, on)
        close(root, month, date(2026, 8, 7))
    return root


def state(root: Path, month: str = "2026-08") -> str:
    known = read_settlement(root, month, [])
    assert known is not None
    return known.state


def refusal(call: object, *given: object) -> str:
    with pytest.raises(Refused) as stopped:
        call(*given)  # type: ignore[operator]
    assert stopped.value.exit_code == 4
    return stopped.value.message


# --- dates


def by_hand(start: date, days: int) -> date:
    """Counting on the calendar library, day by day."""
    at = start
    while days:
        at += timedelta(days=1)
        days -= is_workday(at)
    return at


def test_a_september_published_after_national_day_is_open_through_tuesday(tmp_path: Path) -> None:
    def china(start: date, end: date) -> frozenset[date]:
        return working_days("CN", tmp_path, start, end)

    assert open_through(SettlementRules(), china, date(2026, 10, 9)) == date(2026, 10, 13)
    calendar = SettlementRules(window_days="calendar")
    assert open_through(calendar, china, date(2026, 10, 9)) == date(2026, 10, 12)
    assert publish_by(SettlementRules(), china, date(2026, 9, 30)) == by_hand(date(2026, 9, 30), 3)


@pytest.mark.parametrize("window", [0, 1, 3, 10])
def test_every_start_of_three_years_ends_as_counted_by_hand(window: int, tmp_path: Path) -> None:
    rules = SettlementRules(window=window, publish_within=window)
    known = working_days("CN", tmp_path, date(2024, 1, 1), date(2026, 12, 31))

    def china(start: date, end: date) -> frozenset[date]:
        return frozenset(day for day in known if start <= day <= end)

    day = date(2024, 1, 1)
    while day < date(2026, 12, 1):
        assert open_through(rules, china, day) == by_hand(day, window), day
        assert publish_by(rules, china, day) == by_hand(day, window), day
        day += timedelta(days=1)


def test_an_unknown_year_is_a_finding_and_never_a_guess(tmp_path: Path) -> None:
    def china(start: date, end: date) -> frozenset[date]:
        return working_days("CN", tmp_path, start, end)

    with pytest.raises(BookBroken) as stopped:
        open_through(SettlementRules(), china, date(2039, 12, 30))
    assert [finding.code for finding in stopped.value.found][:1] == ["K001"]


# --- steps


def test_a_month_goes_through_its_states_and_each_is_written_down(book: Path) -> None:
    publish(book, "2026-08", PUBLISHED, "lin")
    assert state(book) == "published"
    close(book, "2026-08", OVER, "lin")
    assert state(book) == "closed"
    pay(book, "2026-08", date(2026, 9, 15))
    known = read_settlement(book, "2026-08", [])
    assert known is not None
    assert [(e.event, str(e.on), e.actor) for e in known.events] == [
        ("drafted", "2026-08-31", ""),
        ("published", "2026-09-02", "lin"),
        ("closed", "2026-09-08", "lin"),
        ("paid", "2026-09-15", ""),
    ]


def test_steps_come_in_order_and_once(book: Path) -> None:
    before = contents(book)
    assert "2026-08 is draft, not published" in refusal(close, book, "2026-08", OVER)
    assert "2026-08 is draft, not closed" in refusal(pay, book, "2026-08", OVER)
    assert "2026-09 has no settlement" in refusal(publish, book, "2026-09", OVER)
    assert contents(book) == before
    publish(book, "2026-08", PUBLISHED)
    assert "already published" in refusal(publish, book, "2026-08", PUBLISHED)
    close(book, "2026-08", OVER)
    assert "already closed" in refusal(close, book, "2026-08", OVER)
    pay(book, "2026-08", OVER)
    assert "already paid" in refusal(pay, book, "2026-08", OVER)
    assert "2026-08 is paid" in refusal(publish, book, "2026-08", OVER)
    assert "already" in refusal(draft, book, "2026-08")


def test_a_stale_draft_is_not_published_and_the_file_is_named(book: Path) -> None:
    path = next((book / "ledger").rglob("2026-08*.csv"))
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    said = refusal(publish, book, "2026-08", PUBLISHED)
    assert path.relative_to(book).as_posix() in said
    assert "stale" in said
    draft(book, "2026-08")
    publish(book, "2026-08", PUBLISHED)


def test_a_result_changed_by_hand_is_not_published(book: Path) -> None:
    path = book / AUGUST / "payouts.csv"
    path.write_bytes(path.read_bytes().replace(b"48500", b"48501"))
    assert "payouts.csv is not what salescli wrote" in refusal(publish, book, "2026-08", PUBLISHED)


def test_a_month_that_is_not_over_is_not_published(book: Path) -> None:
    said = refusal(publish, book, "2026-08", date(2026, 8, 31))
    assert "2026-08 is not over" in said


def test_the_window_must_be_over_before_closing(book: Path) -> None:
    publish(book, "2026-08", PUBLISHED)
    assert "open for objections through 2026-09-07" in refusal(close, book, "2026-08", date(2026, 9, 7))
    close(book, "2026-08", OVER)


def test_days_do_not_run_backwards(book: Path) -> None:
    publish(book, "2026-08", PUBLISHED)
    assert "published on 2026-09-02, which is after 2026-09-01" in refusal(
        close, book, "2026-08", date(2026, 9, 1)
    )


def test_months_are_closed_in_order(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    for month in ("2026-07", "2026-08"):
        draft(root, month)
    publish(root, "2026-07", PUBLISHED)
    draft(root, "2026-08")
    publish(root, "2026-08", PUBLISHED)
    assert "2026-07 is only published" in refusal(close, root, "2026-08", OVER)


# --- objections


def test_an_open_objection_keeps_the_month_open_and_an_accepted_one_is_paid_later(book: Path) -> None:
    publish(book, "2026-08", PUBLISHED)
    objections.add(book, "2026-08", "小张", "one deal is missing", date(2026, 9, 3), About(deal="A-1"))
    assert "open objections: 1" in refusal(close, book, "2026-08", OVER)
    objections.answer(book, "2026-08", "1", True, "booked late", date(2026, 9, 4), Decimal("120.5"), "lin")
    close(book, "2026-08", OVER)
    draft(book, "2026-09")
    (entry,) = [r for r in rows(book / "ledger/settlements/2026-09/entries.csv") if r["kind"] == "adjustment"]
    assert {key: entry[key] for key in ("period", "person", "amount", "deal_id", "cause")} == {
        "period": "2026-08",
        "person": "zhang",
        "amount": "120.50",
        "deal_id": "A-1",
        "cause": "objection 2026-08/1",
    }
    assert entry["rule"].startswith(f"{AUGUST}/objections/1.yaml:")


def test_an_accepted_objection_is_paid_once(book: Path) -> None:
    objections.add(book, "2026-07", "zhang", "missing", date(2026, 9, 3))
    objections.answer(book, "2026-07", "1", True, "right", date(2026, 9, 4), Decimal(120))
    draft(book, "2026-08")
    draft(book, "2026-09")
    adjustments = [
        row
        for month in ("2026-08", "2026-09")
        for row in rows(book / f"ledger/settlements/{month}/entries.csv")
        if row["kind"] == "adjustment"
    ]
    assert len(adjustments) == 1


def test_a_rejected_objection_changes_no_pay(book: Path) -> None:
    publish(book, "2026-08", PUBLISHED)
    objections.add(book, "2026-08", "zhang", "missing", date(2026, 9, 3))
    with pytest.raises(Misuse):
        objections.answer(book, "2026-08", "1", False, "no", date(2026, 9, 4), Decimal(1))
    objections.answer(book, "2026-08", "1", False, "it is in", date(2026, 9, 4), Decimal(0))
    assert "already rejected" in refusal(
        objections.answer, book, "2026-08", "1", True, "yes", date(2026, 9, 4), Decimal(0)
    )
    close(book, "2026-08", OVER)
    draft(book, "2026-09")
    assert not [r for r in rows(book / "ledger/settlements/2026-09/entries.csv") if r["kind"] == "adjustment"]


def test_nobody_objects_to_a_draft(book: Path) -> None:
    assert "not published" in refusal(objections.add, book, "2026-08", "zhang", "why", PUBLISHED)


def test_a_late_objection_goes_to_the_next_open_month(book: Path) -> None:
    publish(book, "2026-08", PUBLISHED)
    close(book, "2026-08", OVER)
    closed = contents(book)[f"{AUGUST}/entries.csv"]
    objections.add(book, "2026-08", "zhang", "missing", date(2026, 9, 20))
    objections.answer(book, "2026-08", "1", True, "right", date(2026, 9, 21), Decimal(-50))
    draft(book, "2026-09")
    payouts = {r["person"]: r for r in rows(book / "ledger/settlements/2026-09/payouts.csv")}
    assert Decimal(payouts["zhang"]["adjustment"]) == -50
    assert contents(book)[f"{AUGUST}/entries.csv"] == closed


# --- balances


def test_what_is_below_zero_is_carried_and_netted_with_the_next_month(book: Path) -> None:
    objections.add(book, "2026-07", "zhang", "paid too much", date(2026, 9, 3))
    objections.answer(book, "2026-07", "1", True, "right", date(2026, 9, 4), Decimal(-40000))
    draft(book, "2026-08")
    first = {r["person"]: r for r in rows(book / AUGUST / "payouts.csv")}["zhang"]
    assert (first["adjustment"], first["payable"], first["carried"]) == ("-40000.00", "0.00", "-7700.00")
    draft(book, "2026-09")
    second = {r["person"]: r for r in rows(book / "ledger/settlements/2026-09/payouts.csv")}["zhang"]
    assert second["brought"] == "-7700.00"
    own = sum((Decimal(second[kind]) for kind in ("earning", "bonus", "award")), Decimal(0))
    assert Decimal(second["payable"]) + Decimal(second["carried"]) == own - 7700


@pytest.mark.parametrize("text", ["a\x1b[31mred", "a\u202eb", "x" * 301])
def test_words_that_could_not_be_read_back_are_not_written(book: Path, text: str) -> None:
    publish(book, "2026-08", PUBLISHED)
    before = contents(book)
    with pytest.raises(Misuse):
        objections.add(book, "2026-08", "zhang", text, date(2026, 9, 3))
    with pytest.raises(Misuse):
        objections.add(book, "2026-08", "zhang", "why", date(2026, 9, 3), About(deal=text))
    with pytest.raises(Misuse):
        close(book, "2026-08", OVER, text)
    with pytest.raises(Misuse):
        draft(book, "2026-09", text)
    with pytest.raises(Misuse):
        objections.add(book, "2026-08", "zhang", "why", date(2026, 9, 3), About(component="comission"))
    assert contents(book) == before


def test_lines_become_one(book: Path) -> None:
    publish(book, "2026-08", PUBLISHED, "lin\nli")
    objections.add(book, "2026-08", "zhang", "one: deal\n  is 'missing' # here", date(2026, 9, 3))
    report = listed(book, "2026-08")
    assert report.tables[0].rows[0]["reason"] == "one: deal is 'missing' # here"
    assert state(book) == "published"
