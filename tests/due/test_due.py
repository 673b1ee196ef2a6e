"""`due` on a book, through the real program."""

from __future__ import annotations

from pathlib import Path

import pytest
from due_books import SETTINGS, make_book, of, rows, run

REPORTS = """\
week: 2026-W39
reports:
  - {person: zhang, filed_at: "2026-09-24 16:00", sales: 0, deals: 0}
"""


def test_everything_late_today_and_coming(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    found = rows(root, "--as-of", "2026-10-09")
    assert of(found, "publish") == [("publish", "2026-09", None, "2026-10-10", "coming")]
    assert of(found, "activities") == [
        ("activities", None, "li", "2026-09-29", "late"),
        ("activities", None, "zhang", "2026-09-30", "late"),
    ]
    assert of(found, "weekly_report") == [
        ("weekly_report", "2026-W41", "li", "2026-10-09", "today"),
        ("weekly_report", "2026-W41", "zhang", "2026-10-09", "today"),
        ("weekly_report", "2026-W42", None, "2026-10-16", "coming"),
    ]
    assert of(found, "monthly_report") == [("monthly_report", "2026-09", None, "2026-09-30", "late")]
    assert of(found, "weekly_review", "monthly_review", "quarterly_review") == [
        ("monthly_review", "2026-09", None, "2026-10-08", "late"),
        ("weekly_review", "2026-W40", None, "2026-10-08", "late"),
        ("quarterly_review", "2026-Q3", None, "2026-10-10", "coming"),
        ("weekly_review", "2026-W41", None, "2026-10-12", "coming"),
    ]
    states = [one["state"] for one in found]
    assert states == sorted(states, key=["late", "today", "coming"].index)
    assert all(one["command"] for one in found)


def test_friday_at_five(tmp_path: Path) -> None:
    root = make_book(tmp_path, **{"ledger/reports/2026-W39.yaml": REPORTS})

    # Friday the 25th is a day off in 2026, so the reports of that week were due on Thursday.
    def who(at: str) -> list[tuple[str, str]]:
        found = of(rows(root, "--as-of", "2026-09-24", "--at", at), "weekly_report")
        assert {row[3] for row in found if row[1] == "2026-W39"} == {"2026-09-24"}
        return [(row[2], row[4]) for row in found if row[1] == "2026-W39"]

    assert who("16:59") == [("li", "today")]
    assert who("17:01") == [("li", "late")]
    assert who("15:00") == [("li", "today"), ("zhang", "today")]  # filed at 16:00, so not yet


def test_what_is_kept_counts_as_done(tmp_path: Path) -> None:
    root = make_book(
        tmp_path,
        **{
            "ledger/reports/2026-09.md": "# September\n",
            "ledger/reviews/2026-W40.md": "# Week 40\n",
            "ledger/notes/2026-10.yaml": "actions:\n  - {id: a1, text: Call c2, owner: li, due: 2026-10-09,"
            " decided: 2026-09}\n",
        },
    )
    found = rows(root, "--as-of", "2026-10-12")
    assert of(found, "monthly_report", "monthly_review") == []
    assert ("weekly_review", "2026-W40") not in [(o["what"], o["period"]) for o in found]
    assert of(found, "action") == [("action", "2026-09", "li", "2026-10-09", "late")]
    [action] = [one for one in found if one["what"] == "action"]
    assert (action["note"], action["command"], action["days_late"]) == (
        "Call c2",
        "salescli action done a1",
        "3",
    )
    assert of(rows(root, "--as-of", "2026-10-09"), "action")[0][4] == "today"


def test_all_that_is_late_is_listed_from_the_first_that_was_kept_on(tmp_path: Path) -> None:
    root = make_book(
        tmp_path,
        **{
            "ledger/reports/2026-W36.yaml": "week: 2026-W36\nreports:\n"
            '  - {person: zhang, filed_at: "2026-09-04 16:00", sales: 0, deals: 0}\n',
            "ledger/reports/2026-08.md": "# August\n",
            "ledger/reviews/2026-W37.md": "# Week 37\n",
            "ledger/reviews/2026-08.md": "# August\n",
        },
    )
    found = [one for one in rows(root, "--as-of", "2026-11-10") if one["state"] == "late"]
    asked = {(one["period"], one["person"]) for one in found if one["what"] == "weekly_report"}
    weeks = [f"2026-W{week}" for week in range(36, 46) if week != 40]  # the 40th is all days off but two
    assert asked >= {(week, "li") for week in weeks}
    assert ("2026-W36", "zhang") not in asked
    assert min(asked)[0] == "2026-W36"
    reviews = [one["period"] for one in found if one["what"] == "weekly_review"]
    assert reviews == [f"2026-W{week}" for week in range(38, 46)]
    assert [one["period"] for one in found if one["what"] == "monthly_review"] == ["2026-09", "2026-10"]
    assert [one["period"] for one in found if one["what"] == "monthly_report"] == ["2026-09", "2026-10"]
    assert [one["period"] for one in found if one["what"] == "quarterly_review"] == ["2026-Q3"]
    told = run(root, "due", "--as-of", "2026-11-10", "-o", "table").stderr
    assert "from the first one kept on, at most 13 weeks, 12 months and 4 quarters back" in told


def test_what_is_late_is_never_endless(tmp_path: Path) -> None:
    kept = {
        "ledger/reviews/2026-W32.md": "#\n",
        "ledger/reports/2026-W32.yaml": "week: 2026-W32\nreports: []\n",
    }
    root = make_book(tmp_path, **kept)
    found = [one for one in rows(root, "--as-of", "2026-12-22") if one["state"] == "late"]
    for what in ("weekly_report", "weekly_review"):
        assert len({one["period"] for one in found if one["what"] == what}) == 13


def test_what_is_suggested_cures_the_lateness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run what `due` says, and it is not due any more."""
    root = make_book(tmp_path)
    monkeypatch.chdir(root)
    day = ("--as-of", "2026-10-09")
    kinds = ("monthly_report", "weekly_review", "monthly_review")
    late = [one for one in rows(root, *day) if one["state"] == "late" and one["what"] in kinds]
    assert {one["what"] for one in late} == set(kinds)
    for one in late:
        done = run(root, *one["command"].split()[1:])
        assert done.returncode == 0, done.stderr
    assert run(root, "validate").returncode == 0
    assert [one for one in rows(root, *day) if one["state"] == "late" and one["what"] in kinds] == []
    activities = [one for one in rows(root, *day) if one["what"] == "activities"]
    assert {one["command"] for one in activities} == {"salescli import activities FILE --map MAP.yaml"}
    october = [one for one in rows(root, "--as-of", "2026-11-10") if one["period"] == "2026-10"]
    assert {one["command"] for one in october if one["what"] == "monthly_review"} == {
        "salescli import deals FILE --map MAP.yaml"  # there is nothing to review yet
    }


def test_only_reviews_and_reports_are_kept_in_the_book_by_O(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    for place in (
        "ledger/reviews/2026-09.csv",
        "ledger/reports/2026-W39.yaml",
        "ledger/deals/2026-09.md",
        "ledger/reviews.md",
        "ledger/reviews/more/2026-09.md",
        "policies/reviews/a.md",
    ):
        done = run(root, "table", "--period", "2026-09", "-O", str(root / place))
        assert done.returncode == 4, place
        assert "is a place of the book" in done.stderr


def test_a_settlement_from_draft_to_paid(tmp_path: Path) -> None:
    root = make_book(tmp_path)

    def step(*words: str) -> None:
        done = run(root, *words)
        assert done.returncode == 0, done.stderr

    def settlement(day: str, month: str = "2026-09") -> list[tuple[str, str, str]]:
        found = of(rows(root, "--as-of", day, "--ahead", "30"), "publish", "answer", "close", "pay")
        return [(row[0], row[3], row[4]) for row in found if row[1] == month]

    assert settlement("2026-10-13") == [("publish", "2026-10-10", "late")]
    step("settle", "draft", "2026-09")
    assert settlement("2026-10-09") == [("publish", "2026-10-10", "coming")]
    step("settle", "publish", "2026-09", "--on", "2026-10-09")
    assert settlement("2026-10-09") == [("close", "2026-10-14", "coming")]
    assert settlement("2026-10-08") == [("publish", "2026-10-10", "coming")]  # it was not published yet
    step("object", "add", "2026-09", "li", "--reason", "too little", "--on", "2026-10-10")
    assert settlement("2026-10-14") == [("answer", "2026-10-13", "late"), ("close", "2026-10-14", "today")]
    step("object", "answer", "2026-09", "1", "--reject", "--text", "no", "--on", "2026-10-14")
    step("settle", "close", "2026-09", "--confirm", "2026-09", "--on", "2026-10-14")
    assert settlement("2026-10-15") == [("pay", "2026-10-21", "coming")]
    step("settle", "pay", "2026-09", "--on", "2026-10-16")
    assert settlement("2026-10-30") == []


def test_check_says_by_its_exit_code_whether_anything_is_late(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    assert run(root, "due", "--as-of", "2026-10-09").returncode == 0
    assert run(root, "due", "--as-of", "2026-10-09", "--check").returncode == 1
    quiet = "\n".join(
        f"  {key}: none"
        for key in (
            "weekly_report", "monthly_report", "weekly_review", "monthly_review", "quarterly_review",
            "activities", "collections",
        )
    )  # fmt: skip
    settings = SETTINGS.split("cadence:")[0] + "cadence:\n" + quiet + "\n"
    make_book(tmp_path, **{"salescli.yaml": settings, "policies/plans/p.yaml": ""})
    done = run(root, "due", "--as-of", "2026-10-09", "--check", "-o", "table")
    assert done.returncode == 0
    assert "nothing is due" in done.stderr


def test_a_cadence_nobody_stated_or_kept_is_never_late(tmp_path: Path) -> None:
    root = make_book(
        tmp_path, **{"salescli.yaml": SETTINGS.split("cadence:")[0], "ledger/activities/all.csv": ""}
    )
    found = rows(root, "--as-of", "2026-10-09")
    assert {one["what"] for one in found if one["state"] == "late"} == set()
    assert ("quarterly_review", "2026-Q3") in [(one["what"], one["period"]) for one in found]


def test_a_year_nobody_knows_is_a_warning_and_left_out(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    done = run(root, "due", "--as-of", "2026-12-29", "--ahead", "14", "-o", "table")
    assert done.returncode == 0
    assert "warning[K001]: the working days of 2027" in done.stderr
    assert "2027-01" not in done.stdout
    assert run(root, "calendar", "add", "2027", "--days", "2027-01-01", "--write").returncode == 0
    done = run(root, "due", "--as-of", "2026-12-29", "--ahead", "14", "-o", "table")
    assert "K001" not in done.stderr
    assert "2027-01-05" in done.stdout


def test_wrong_questions_and_wrong_cadences(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    assert run(root, "due", "--at", "25:00").returncode == 2
    assert run(root, "due", "--as-of", "9.10.2026").returncode == 2
    make_book(tmp_path, **{"salescli.yaml": SETTINGS.replace("weekly_report", "weekly_reports")})
    assert "did you mean `weekly_report`?" in run(root, "due").stderr
    make_book(tmp_path, **{"salescli.yaml": SETTINGS.replace("Fri 17:00", "Friday")})
    assert "is not a day of the week" in run(root, "due").stderr


def test_people_see_one_row_for_all_who_owe_the_same(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    for lang, word in (("en", "late"), ("zh_CN", "逾期")):
        done = run(root, "due", "--as-of", "2026-10-12", "-o", "table", "--lang", lang)
        assert word in done.stdout
        line = next(one for one in done.stdout.splitlines() if "2026-W41" in one and "17:00" in one)
        assert "Li" in line
        assert "Zhang" in line
    assert "\t" in run(root, "due", "--as-of", "2026-10-12").stdout


def test_status_says_which_facts_are_not_up_to_date(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    assert "not up to date: activities 2026-09-29" in run(root, "status", "--period", "2026-09").stderr
    assert "not up to date" not in run(root, "status", "--period", "2026-08").stderr
    settings = SETTINGS + "  activities: 1\n"
    make_book(tmp_path, **{"salescli.yaml": settings})
    assert "not up to date" not in run(root, "status", "--period", "2026-09").stderr
