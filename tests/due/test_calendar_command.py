"""`calendar show|add|next-workday`, through the real program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from due_books import SETTINGS, make_book, run


def test_a_year_and_a_month_as_the_library_knows_them(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    year = json.loads(run(root, "calendar", "show", "2026", "-o", "json").stdout)
    october = next(row for row in year["rows"] if row["month"] == "2026-10")
    assert (october["working"], october["holidays"], october["workdays"]) == ("18", "1–2, 5–7", "10")
    assert year["working_days"] == sum(int(row["working"]) for row in year["rows"])
    month = json.loads(run(root, "calendar", "show", "2026-10", "-o", "json").stdout)
    days = {row["date"]: row["day"] for row in month["rows"]}
    assert days["2026-10-01"] == "holiday"
    assert days["2026-10-10"] == "worked for a holiday"
    assert days["2026-10-11"] == "weekend"
    assert days["2026-10-12"] == "working"
    assert "国庆节" in run(root, "calendar", "show", "2026-10", "--lang", "zh_CN", "-o", "table").stdout
    assert run(root, "calendar", "show", "-o", "json").returncode in (0, 1)  # this year, known or not
    assert run(root, "calendar", "show", "2026-Q3").returncode == 2
    assert "error[K001]" in run(root, "calendar", "show", "2035").stderr


def test_the_next_working_day_is_counted_over_shifted_weekends(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    assert "2026-10-13" in run(root, "calendar", "next-workday", "2026-10-09", "3").stdout
    assert "2026-10-08" in run(root, "calendar", "next-workday", "2026-09-30").stdout
    assert run(root, "calendar", "next-workday", "2026-12-31").returncode == 1
    assert run(root, "calendar", "next-workday", "31.12.2026").returncode == 2
    assert run(root, "calendar", "next-workday", "2026-10-09", "0").returncode == 2


def test_a_year_is_added_only_when_told_to_and_read_back(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    path = root / "ledger/calendars/CN-2027.yaml"
    words = ("calendar", "add", "2027", "--days", "2027-01-01..2027-01-03,2027-02-05..2027-02-12",
             "--workdays", "2027-01-31", "--source", "国办发明电 1 号")  # fmt: skip
    done = run(root, *words, "-o", "table")
    assert (done.returncode, path.exists()) == (0, False)
    assert "--write" in done.stderr
    assert "give every day off" in done.stderr
    done = run(root, *words, "--write")
    assert done.returncode == 0
    text = path.read_text(encoding="utf-8")
    assert text.startswith("country: CN\nyear: 2027\nsource: 国办发明电 1 号\nholidays:\n  - 2027-01-01")
    assert "2027-01-02" not in text  # a weekend is off anyway
    assert "workdays:\n  - 2027-01-31  # Sun\n" in text
    assert run(root, "validate").returncode == 0
    assert "2027-01-29" in run(root, "calendar", "next-workday", "2027-01-28").stdout
    assert "2027-01-31" in run(root, "calendar", "next-workday", "2027-01-29").stdout
    again = run(root, *words, "--write")
    assert "says so already" in again.stderr
    # More days go on top of what is there.
    run(root, "calendar", "add", "2027", "--days", "2027-05-03", "--write")
    later = path.read_text(encoding="utf-8")
    assert "2027-05-03" in later
    assert "2027-02-12" in later
    assert "国办发明电 1 号" in later


def test_a_known_year_keeps_the_librarys_days(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    done = run(root, "calendar", "add", "2026", "--days", "2026-08-17", "--write")
    assert "a library knows 2026" in done.stderr
    year = json.loads(run(root, "calendar", "show", "2026", "-o", "json").stdout)
    months = {row["month"]: row for row in year["rows"]}
    assert months["2026-08"]["holidays"] == "17"
    assert months["2026-10"]["holidays"] == "1–2, 5–7"
    assert months["2026-10"]["workdays"] == "10"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "no day is given"),
        (("--days", "2026-01-01"), "is not in 2027"),
        (("--days", "2027-02-30"), "is not a date"),
        (("--days", "01-02"), "is no day"),
        (("--days", "2027-02-05..2027-02-01"), "ends before it begins"),
        (("--days", "2027-01-02", "--workdays", "2027-01-02"), "both off and worked"),
        (("--workdays", "2027-01-04"), "is a weekday"),
    ],
)
def test_days_that_cannot_be_meant(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    root = make_book(tmp_path)
    done = run(root, "calendar", "add", "2027", *words, "--write")
    assert done.returncode == 2
    assert said in done.stderr
    assert not (root / "ledger/calendars").exists()


def test_other_countries(tmp_path: Path) -> None:
    root = make_book(tmp_path, **{"salescli.yaml": SETTINGS.replace("calendar: CN", "calendar: DE-BY")})
    assert "2026-11-02" in run(root, "calendar", "next-workday", "2026-10-31").stdout
    month = json.loads(run(root, "calendar", "show", "2026-05", "-o", "json").stdout)
    days = {row["date"]: (row["day"], row["name"]) for row in month["rows"]}
    assert days["2026-05-01"][0] == "holiday"
    assert days["2026-05-01"][1]
