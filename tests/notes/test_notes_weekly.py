"""Weekly reports (SPEC K6): due on Friday 17:00 or the working day before; late, missing, told in status."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from notes_book import li_book
from track_books import K10, Seller, make_book, salescli, write

from salescli.books import load_book
from salescli.findings import Finding
from salescli.model.book import Book
from salescli.model.period import Period
from salescli.workflows.tracking.weekly import latest_due_week, missing_reports, report_due, shortfalls

Capture = pytest.CaptureFixture[str]


def book(root: Path) -> Book:
    found: list[Finding] = []
    read = load_book(root, found)
    assert read is not None
    assert not found, found
    return read


def week(text: str) -> Period:
    return Period.parse(text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("2026-W33", "2026-08-14 17:00"),
        ("2026-W39", "2026-09-24 17:00"),  # Friday the 25th is the Mid-Autumn holiday
        ("2026-W07", "2026-02-13 17:00"),
        ("2026-W08", None),  # the Spring Festival takes the whole week up to Friday
        ("2026-W40", "2026-09-30 17:00"),  # National Day begins on Thursday
    ],
)
def test_when_it_is_due(tmp_path: Path, text: str, due: str | None) -> None:
    assert report_due(book(li_book(tmp_path)), week(text)) == (at(due) if due else None, True)


@pytest.mark.parametrize(
    ("cadence", "due"),
    [
        ("Thu 09:30", "2026-08-13 09:30"),
        ("Mon", "2026-08-10 23:59:59"),
        ("Sun 20:00", "2026-08-14 20:00"),
    ],
)
def test_the_cadence_says_when(tmp_path: Path, cadence: str, due: str) -> None:
    root = li_book(tmp_path)
    path = root / "salescli.yaml"
    path.write_text(path.read_text() + f'cadence: {{weekly_report: "{cadence}"}}\n')
    assert report_due(book(root), week("2026-W33"))[0] == at(due)


def test_a_year_the_calendar_does_not_know_keeps_the_day(tmp_path: Path) -> None:
    assert report_due(book(li_book(tmp_path)), week("2030-W10")) == (at("2030-03-08 17:00"), False)


def test_on_time_late_and_missing(tmp_path: Path) -> None:
    root = book(li_book(tmp_path))
    found = missing_reports(root, week("2026-W33"), at("2026-08-17 09:00"))
    assert [one.person for one in found.on_time] == ["li"]
    assert [one.person for one in found.late] == ["zhang"]
    assert [one.id for one in found.missing] == ["wang"]
    assert [one.id for one in found.expected] == ["li", "wang", "zhang"]
    assert [one.reason for one in found.shortfalls] == ["two customers put off to September"]


def test_what_is_filed_later_is_not_there_yet(tmp_path: Path) -> None:
    root = book(li_book(tmp_path))
    found = missing_reports(root, week("2026-W33"), at("2026-08-14 17:00"))
    assert [one.id for one in found.missing] == ["wang", "zhang"]
    assert missing_reports(root, week("2026-W33"), at("2026-08-14 16:59")).missing == ()


def test_the_newest_week_that_is_due(tmp_path: Path) -> None:
    root = book(li_book(tmp_path))
    for moment, text in (
        ("2026-08-14 16:59", "2026-W32"),
        ("2026-08-14 17:00", "2026-W33"),
        ("2026-08-20 12:00", "2026-W33"),
        ("2026-02-22 12:00", "2026-W07"),
    ):
        assert latest_due_week(root, at(moment)) == week(text), moment


ORG = """\
regions: [{id: east, name: East}]
products: [{id: A, name: A}]
people:
  - {id: head, name: H, role: m, hired: 2020-01-01, assignments: [{from: 2020-01-01, region: east}]}
  - {id: lead, name: L, role: m, hired: 2020-01-01, manager: head,
     assignments: [{from: 2020-01-01, region: east}, {from: 2026-09-01, region: east}]}
  - {id: rep, name: R, role: s, hired: 2020-01-01, manager: lead,
     assignments: [{from: 2020-01-01, region: east}]}
  - {id: gone, name: G, role: s, hired: 2020-01-01, left: 2026-08-13, manager: lead,
     assignments: [{from: 2020-01-01, region: east}]}
  - {id: new, name: N, role: s, hired: 2026-08-14, manager: lead,
     assignments: [{from: 2026-08-14, region: east}]}
  - {id: idle, name: I, role: s, hired: 2020-01-01, manager: lead}
"""


def test_who_is_asked(tmp_path: Path) -> None:
    """Who is assigned on the day and leads nobody."""
    root = make_book(tmp_path, K10)
    write(root, {"ledger/org.yaml": ORG})
    found: list[Finding] = []
    read = load_book(root, found)
    assert read is not None
    standing = missing_reports(read, week("2026-W33"), at("2026-08-17 09:00"))
    assert [one.id for one in standing.expected] == ["new", "rep"]


def test_reasons_for_the_review_of_a_week_and_a_month(tmp_path: Path) -> None:
    root = book(li_book(tmp_path))
    for text in ("2026-W33", "2026-08", "2026-Q3"):
        period = week(text)
        told = [(w.text, one.person, one.reason) for w, one in shortfalls(root, period, period.end)]
        assert told == [("2026-W33", "li", "two customers put off to September")], text
    assert list(shortfalls(root, week("2026-07"), at("2026-07-31 00:00").date())) == []
    assert list(shortfalls(root, week("2026-08"), at("2026-08-13 00:00").date())) == []


def told(capsys: Capture, root: Path, day: str) -> str:
    done = salescli(capsys, root, "status", "--period", "2026-08", "--as-of", day, "-o", "table")
    assert done.code == 0, done.err
    return done.err.splitlines()[0]


def test_status_tells_before_anyone_trusts_a_light(tmp_path: Path, capsys: Capture) -> None:
    root = li_book(tmp_path)
    assert told(capsys, root, "2026-08-14") == "1 of 3 weekly reports of 2026-W33 are missing: salescli due"
    assert told(capsys, root, "2026-08-17") == "1 of 3 weekly reports of 2026-W33 are missing: salescli due"
    assert told(capsys, root, "2026-08-31") == "3 of 3 weekly reports of 2026-W35 are missing: salescli due"


def test_nothing_is_missed_before_the_first_report_or_where_all_are_there(
    tmp_path: Path, capsys: Capture
) -> None:
    root = li_book(tmp_path)
    assert "weekly reports" not in told(capsys, root, "2026-08-10")
    path = root / "ledger/reports/2026-W33.yaml"
    path.write_text(path.read_text() + "  - {person: wang, filed_at: 2026-08-17 08:00, sales: 0, deals: 0}\n")
    assert "weekly reports" not in told(capsys, root, "2026-08-17")
    bare = make_book(tmp_path / "bare", K10)
    assert "weekly reports" not in told(capsys, bare, "2026-08-31")


def test_a_broken_file_is_told_and_status_goes_on(tmp_path: Path, capsys: Capture) -> None:
    root = li_book(tmp_path)
    write(root, {"ledger/reports/2026-W33.yaml": "week: 2026-W33\nreports: [{person: nobody}]\n"})
    assert told(capsys, root, "2026-08-17") == "the weekly reports cannot be read: salescli validate says why"


def test_one_person(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, [Seller("li", "Li", "south", "B", "5", (("2026-08-31", "4"),))])
    write(root, {"ledger/reports/2026-W34.yaml": "week: 2026-W34\nreports: []\n"})
    assert told(capsys, root, "2026-08-31") == "1 of 1 weekly reports of 2026-W35 are missing: salescli due"
