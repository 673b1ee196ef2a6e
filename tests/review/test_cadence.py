"""On which day a review is held, and who takes part (SPEC R1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from track_books import K10, MONTH, Seller, make_book, salescli, write

from salescli.calc.cadence import WEEKDAYS, moved, named_day
from salescli.model.period import Period

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("period", "cadence", "day"),
    [
        ("2026-W33", "Mon", "2026-08-17"),  # ▸ the Monday after
        ("2026-W33", "Mon 09:30", "2026-08-17"),
        ("2026-W33", "Sun", "2026-08-23"),
        ("2026-W33", "Fri", "2026-08-21"),
        ("2026-08", "5", "2026-09-05"),  # ▸ the 5th of the next month
        ("2026-12", "5 10:00", "2027-01-05"),
        ("2026-01", "31", "2026-02-28"),
        ("2026-01", "last", "2026-02-28"),
        ("2026-Q3", "10", "2026-10-10"),  # ▸ the 10th of the following quarter's first month
        ("2026-Q4", "10", "2027-01-10"),
    ],
)
def test_the_day_a_cadence_names(period: str, cadence: str, day: str) -> None:
    assert named_day(cadence, Period.parse(period)) == date.fromisoformat(day)


def test_quarters_of_a_fiscal_year_end_where_they_end() -> None:
    assert named_day("10", Period.parse("2026-Q1", 4)) == date(2026, 7, 10)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sampled_from(WEEKDAYS))
def test_a_week_is_reviewed_on_that_weekday_within_seven_days_of_its_end(day: date, word: str) -> None:
    week = Period.around(day, "week")
    held = named_day(word, week)
    assert WEEKDAYS[held.weekday()] == word
    assert timedelta(days=1) <= held - week.end <= timedelta(days=7)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sets(st.integers(-30, 30)))
def test_moving_finds_the_nearest_working_day_on_its_side(day: date, working: set[int]) -> None:
    days = {day + timedelta(days=i) for i in working}

    def known(first: date, last: date) -> frozenset[date]:
        return frozenset(one for one in days if first <= one <= last)

    later = [one for one in sorted(days) if day <= one <= day + timedelta(days=21)]
    sooner = [one for one in sorted(days) if day - timedelta(days=21) <= one <= day]
    assert moved(day, known, "next") == (later[0] if later else day)
    assert moved(day, known, "previous") == (sooner[-1] if sooner else day)
    assert moved(day, known, "stay") == day


def said(capsys: Capture, root: Path, *words: str) -> str:
    done = salescli(capsys, root, "review", *words, "--lang", "en")
    assert done.code == 0, done.err
    return next(line for line in done.out.splitlines() if line.startswith("Meeting: "))


def settings(root: Path, text: str) -> None:
    path = root / "salescli.yaml"
    path.write_text(f"{path.read_text()}cadence: {{{text}}}\n")


@pytest.mark.parametrize(
    ("words", "month", "meeting"),
    [
        (("monthly", "2026-07"), "2026-07", "2026-08-05"),
        (("monthly", "2026-08"), "2026-08", "2026-09-07"),  # the 5th is a Saturday
        (("monthly", "2026-09"), "2026-09", "2026-10-08"),  # the 5th lies in the National Day holiday
        (("monthly", "2026-12"), "2026-12", "2027-01-05 (whether that is a working day is not known yet)"),
        (("quarterly", "2026-Q3"), "2026-09", "2026-10-10"),  # a Saturday that is worked
        (("quarterly", "2026-Q1"), "2026-03", "2026-04-10"),
        (("weekly", "2026-W33"), "2026-08", "2026-08-17"),
        (("weekly", "2026-W40"), "2026-09", "2026-10-08"),  # Monday the 5th is a day off
    ],
)
def test_the_meeting_is_on_a_working_day(
    tmp_path: Path, capsys: Capture, words: tuple[str, str], month: str, meeting: str
) -> None:
    deals = ((f"{month}-03", "90"), (f"{month}-30", "90"), ("2026-08-12", "1"))
    root = make_book(tmp_path, [Seller("zhang", "Zhang", "east", "A", "100", deals)], period=month)
    assert said(capsys, root, *words).startswith(f"Meeting: {meeting} · ")


@pytest.mark.parametrize(
    ("cadence", "meeting"),
    [
        ("monthly_review: 5, day_off: stay", "2026-09-05"),
        ("monthly_review: 5, day_off: previous", "2026-09-04"),
        ("monthly_review: 5, day_off: next", "2026-09-07"),
        ('monthly_review: "last 14:00"', "2026-09-30 14:00"),
    ],
)
def test_where_a_day_off_goes_is_the_books_choice(
    tmp_path: Path, capsys: Capture, cadence: str, meeting: str
) -> None:
    root = make_book(tmp_path, K10)
    settings(root, cadence)
    assert said(capsys, root, "monthly", MONTH).startswith(f"Meeting: {meeting} · ")


def test_who_takes_part(tmp_path: Path, capsys: Capture) -> None:
    """Those the cadence names, else those others report to, else everybody."""
    root = make_book(tmp_path / "a", K10)
    assert said(capsys, root, "monthly", MONTH).endswith("Participants: Li, Wang, Zhang")
    org = (root / "ledger/org.yaml").read_text().replace("id: zhang,", "id: zhang, manager: li,")
    write(root, {"ledger/org.yaml": org})
    assert said(capsys, root, "monthly", MONTH).endswith("Participants: Li")
    settings(root, "participants: {monthly: [Wang, zhang], weekly: [account_manager]}")
    assert said(capsys, root, "monthly", MONTH).endswith("Participants: Wang, Zhang")
    assert said(capsys, root, "weekly", "2026-W33").endswith("Participants: Li, Wang, Zhang")
    assert said(capsys, root, "quarterly", "2026-Q3").endswith("Participants: Li")


def test_one_person_and_very_many(tmp_path: Path, capsys: Capture) -> None:
    assert said(capsys, make_book(tmp_path / "one", K10[:1]), "monthly", MONTH).endswith(": Zhang")
    gone = (K10[0], replace(K10[1], left="2026-08-31"))
    assert said(capsys, make_book(tmp_path / "gone", gone), "monthly", MONTH).endswith(": Zhang")
    many = [Seller(f"p{i}", f"P{i}", "east", "A", "9", (("2026-08-03", "9"),)) for i in range(13)]
    assert said(capsys, make_book(tmp_path / "many", many), "monthly", MONTH).endswith(
        ": everybody (13 people)"
    )
