"""`sprint` and `ramp` through the program, and the words of every chance (SPEC K9)."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from track_books import K10, TARGETS, Seller, make_book, salescli, write

from salescli.calc.track.sprint import best_sum, chance, paces
from salescli.render.words import line_text

ROOT = Path(__file__).resolve().parents[2]
Capture = pytest.CaptureFixture[str]


def asked(capsys: Capture, root: Path, *words: str) -> dict[str, Any]:
    done = salescli(capsys, root, *words, "-o", "json")
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def of(rows: list[dict[str, Any]], person: str | None, region: str | None = None) -> dict[str, Any]:
    [row] = [r for r in rows if r["person"] == person and (person or r["region"] == region)]
    return row


# --- sprint


def test_an_outlook_has_a_mark_and_no_light(capsys: Capture) -> None:
    words = ("sprint", "--period", "2026-Q3", "--as-of", "2026-08-31", "-o", "md", "--lang", "en")
    done = salescli(capsys, ROOT, *words)
    heading = next(line for line in done.out.splitlines() if line.startswith("|"))
    assert "Outlook" in heading
    assert "Light" not in heading
    for mark, words_after in (("▲", "can make it: "), ("■", "out of reach: ")):
        assert f"{mark} {words_after}" in done.out
    assert "next: salescli forecast --period 2026-Q3" in done.err
    over = salescli(capsys, ROOT, "sprint", "--period", "2026-Q3", "--lang", "en")
    assert "next: salescli diagnose --period 2026-Q3" in over.err
    over = salescli(capsys, ROOT, "sprint", "--period", "2026-Q3", "--lang", "en", "-o", "md")
    assert "● reached" in over.out


def test_the_pace_needed_is_the_gap_over_working_days_left(capsys: Capture) -> None:
    """The quarter's target is 5,000,000; by the end of August 44 of 66 working days are gone."""
    found = asked(capsys, ROOT, "sprint", "--period", "2026-Q3", "--as-of", "2026-08-31")
    team = of(found["rows"], None)
    assert (team["gap"], team["days_left"]) == ("-2178300.00", "22")
    assert team["needed"] == "99013.64"
    assert team["so_far"] == "64129.55"
    assert team["verdict"] == "possible"
    assert "light" not in team  # a light is of the attainment, as in status
    assert found["to"] == "2026-09-30"
    newcomer, leaver = of(found["rows"], "qian"), of(found["rows"], "he")
    assert (newcomer["verdict"], newcomer["best"]) == ("unknown", None)
    assert (leaver["verdict"], leaver["reason"], leaver["days_left"]) == ("missed", "left on 2026-08-15", "0")
    overlay = of(found["rows"], "xu")
    assert (overlay["target"], overlay["verdict"]) == (None, None)


def test_actual_and_target_are_those_of_status(capsys: Capture) -> None:
    words = ("--period", "2026-08", "--as-of", "2026-08-14")
    ours = asked(capsys, ROOT, "sprint", *words)["rows"]
    theirs = asked(capsys, ROOT, "status", *words, "--metric", "sales_amount")["rows"]
    keys = ("region", "person", "target", "actual", "gap")
    assert [[row[k] for k in keys] for row in ours] == [[row[k] for k in keys] for row in theirs]


@pytest.mark.parametrize(
    ("words", "period", "to"),
    [
        (("--to", "2026-09-30"), "2026-Q3", "2026-09-30"),
        (("--to", "2026-08-20"), "2026-08", "2026-08-20"),
        (("--to", "2026-08-20", "--period", "2026-Q3"), "2026-Q3", "2026-08-20"),
        ((), "2026-Q3", "2026-09-30"),
        (("--to", "2025-12-31"), "2025-12", "2025-12-31"),
    ],
)
def test_which_days_count(capsys: Capture, words: tuple[str, ...], period: str, to: str) -> None:
    found = asked(capsys, ROOT, "sprint", *words)
    assert (found["period"], found["to"]) == (period, to)
    assert found["as_of"] <= to


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "2026-10-01", "--period", "2026-Q3"), "2026-10-01 is not in 2026-Q3"),
        (("--to", "soon"), "soon is not a date"),
        (("--metric", "win_rate"), "win_rate is a ratio"),
        (("--region", "eest"), "did you mean east"),
    ],
)
def test_misuse_of_sprint(capsys: Capture, words: tuple[str, ...], said: str) -> None:
    done = salescli(capsys, ROOT, "sprint", "--lang", "en", *words)
    assert done.code == 2
    assert said in done.err


def test_a_book_without_targets_or_of_one_person(tmp_path: Path, capsys: Capture) -> None:
    seller = Seller("zhang", "Zhang", "east", "A", None, (("2026-08-05", "100"),))
    found = asked(capsys, make_book(tmp_path, [seller]), "sprint")
    assert {(row["verdict"], row["reason"]) for row in found["rows"]} == {(None, None)}
    done = salescli(capsys, tmp_path, "sprint")
    assert "no targets yet" in done.err


def test_a_zero_target_is_neither_reached_nor_missed(tmp_path: Path, capsys: Capture) -> None:
    seller = Seller("zhang", "Zhang", "east", "A", "0", (("2026-08-05", "100"),))
    row = of(asked(capsys, make_book(tmp_path, [seller]), "sprint")["rows"], "zhang")
    assert (row["verdict"], row["reason"]) == (None, "the target is zero")


def said(gap: int, actual: int, gone: int, left: int, best: int | None) -> tuple[str, str]:
    found = chance(
        paces(Fraction(gap), Fraction(actual), gone, left, None if best is None else Fraction(best))
    )
    return found.verdict, line_text(found.reason)


def test_every_chance_has_its_words() -> None:
    assert said(0, 5, 1, 1, None) == ("reached", "reached")
    assert said(5, 5, 1, 0, 9) == ("missed", "missed: no working day left")
    assert said(5, 10, 10, 10, 1) == ("on_course", "on course: needs 0.5× the pace so far")
    assert said(20, 10, 10, 10, 25) == (
        "possible",
        "can make it: needs 2.0× the pace so far, did 2.5× before",
    )
    assert said(32, 10, 10, 10, 18) == (
        "out_of_reach",
        "out of reach: needs 3.2× the pace so far, did 1.8× at best",
    )
    assert said(20, 10, 10, 10, None)[0] == "unknown"
    assert said(20, 0, 10, 10, 0) == ("unknown", "nothing so far, and nothing before to compare with")
    assert said(20, 0, 10, 10, 40) == (
        "possible",
        "can make it: nothing so far, needs 0.5× the best pace before",
    )
    assert said(20, 0, 0, 10, 10)[0] == "out_of_reach"
    assert said(1001, 1000, 10, 10, 2000)[1].startswith("can make it: needs 1.00× the pace so far")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days=st.lists(st.integers(-50, 1000), max_size=40), length=st.integers(0, 12))
def test_the_best_run_is_the_greatest_of_all(days: list[int], length: int) -> None:
    runs = [sum(days[i : i + length]) for i in range(len(days) - length + 1)] if length else []
    assert best_sum(days, length) == (max(runs) if runs else None)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    gap=st.integers(-100, 1000),
    actual=st.integers(0, 1000),
    gone=st.integers(0, 60),
    left=st.integers(0, 60),
    best=st.none() | st.integers(0, 5000),
)
def test_a_smaller_gap_is_never_a_worse_chance(
    gap: int, actual: int, gone: int, left: int, best: int | None
) -> None:
    order = ("missed", "out_of_reach", "unknown", "possible", "on_course", "reached")
    verdicts = [said(one, actual, gone, left, best)[0] for one in (gap, gap - 1)]
    assert order.index(verdicts[0]) <= order.index(verdicts[1])


# --- ramp


def test_a_newcomer_against_the_ramp_of_their_targets(capsys: Capture) -> None:
    """Qian came on 1 August; the file of targets asks half in the first month, 75 % in the second."""
    [row] = asked(capsys, ROOT, "ramp", "--period", "2026-08")["rows"]
    assert (row["person"], row["hired"], row["months"], row["factor"]) == ("qian", "2026-08-01", "1", "0.5")
    assert (row["target"], row["actual"], row["attainment"]) == ("50000.00", "21500.00", "0.43")
    assert row["light"] == "red"
    assert row["place"].startswith("ledger/targets/Q3.yaml:")
    [second] = asked(capsys, ROOT, "ramp", "--period", "2026-09")["rows"]
    assert (second["months"], second["factor"]) == ("2", "0.75")


PLAN = """\
plan: new
for: {role: [account_manager]}
why: Newcomers
ramp: {months: [25%, 50%], full_month_if_hired_by: 15}
components:
  commission: {shape: flat, period: month, pays_on: sales_amount, rate: 1%}
"""


def ramp_book(root: Path) -> Path:
    sellers = (
        *K10,
        Seller("sun", "Sun", "east", "A", "1000", (("2026-08-05", "300"),), hired="2026-07-20"),
        Seller("he", "He", "east", "A", "1000", (("2026-08-05", "300"),), hired="2026-05-10"),
    )
    make_book(root, sellers)
    write(root, {"policies/plans/new.yaml": PLAN})
    return root


def test_a_ramp_of_a_plan_lowers_the_target(tmp_path: Path, capsys: Capture) -> None:
    """Hired after the 15th, July has no target and August is the first month: a quarter of 1,000."""
    found = asked(capsys, ramp_book(tmp_path), "ramp", "--period", "2026-08")
    [row] = found["rows"]
    assert (row["person"], row["factor"], row["full"], row["target"]) == ("sun", "0.25", "1000.00", "250.00")
    assert (row["attainment"], row["light"]) == ("1.2", "green")
    assert row["place"].startswith("policies/plans/new.yaml:4")
    done = salescli(capsys, tmp_path, "ramp", "--period", "2026-08")
    assert "hired in the last six months and without a ramp now: He" in done.err


def test_nobody_within_a_ramp_is_said(tmp_path: Path, capsys: Capture) -> None:
    done = salescli(capsys, make_book(tmp_path, K10), "ramp")
    assert done.code == 0
    assert "nobody is within a ramp in 2026-08" in done.err
    assert asked(capsys, tmp_path, "ramp")["rows"] == []


def test_a_newcomer_without_a_target(tmp_path: Path, capsys: Capture) -> None:
    sellers = (*K10, Seller("sun", "Sun", "east", "A", None, hired="2026-08-03"))
    make_book(tmp_path, sellers)
    write(tmp_path, {"policies/plans/new.yaml": PLAN, "ledger/targets/empty.csv": TARGETS})
    [row] = asked(capsys, tmp_path, "ramp", "--period", "2026-08")["rows"]
    assert (row["person"], row["target"], row["attainment"], row["light"]) == ("sun", None, None, None)
