"""Metrics under watch (SPEC R2): in status from then on, and scored in plans with the watch's own target."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from notes_book import li_book
from track_books import plain_rows, salescli, write

Capture = pytest.CaptureFixture[str]
WATCH = (
    "watch:\n  - {metric: lead_conversion, since: 2026-08, target: 25%, why: decided in the July review}\n"
)
PLAN = """\
plan: am
for: {role: [account_manager]}
why: July review
components:
  bonus:
    shape: scorecard
    period: month
    pays_on: 1000
    goals:
      - {name: sales, weight: 60%, measured_by: attainment(sales_amount), cap: 100%}
      - {name: conversion, weight: 40%, measured_by: attainment(lead_conversion), cap: 100%}
"""


def watched(root: Path, text: str = WATCH) -> Path:
    book = li_book(root)
    write(book, {"ledger/notes/watch.yaml": text})
    return book


def status(capsys: Capture, root: Path, *words: str) -> dict[str, list[dict[str, str]]]:
    done = salescli(capsys, root, "status", "--period", "2026-08", *words, "-o", "plain")
    assert done.code == 0, done.err
    rows: dict[str, list[dict[str, str]]] = {}
    for row in plain_rows(done.out):
        rows.setdefault(row["metric"], []).append(row)
    return rows


def test_without_a_watch_the_metric_is_not_shown(tmp_path: Path, capsys: Capture) -> None:
    assert list(status(capsys, li_book(tmp_path))) == ["sales_amount"]


def test_with_a_target_it_gets_lights(tmp_path: Path, capsys: Capture) -> None:
    rows = status(capsys, watched(tmp_path))
    assert list(rows) == ["sales_amount", "lead_conversion"]
    seen = {row["person"]: (row["target"], row["actual"], row["attainment"], row["light"])
            for row in rows["lead_conversion"] if row["person"]}  # fmt: skip
    assert seen == {
        "zhang": ("0.25", "0.325", "1.3", "green"),
        "li": ("0.25", "0.15", "0.6", "red"),
        "wang": ("0.25", "0.3", "1.2", "green"),
    }


def test_it_has_a_section_of_its_own_and_says_why(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    done = salescli(capsys, watched(tmp_path), "status", "--period", "2026-08", "-o", "table", "--lang", "en")
    assert "\nLead conversion\n" in done.out
    assert "under watch since 2026-08: Lead conversion – decided in the July review" in done.err


def test_without_a_target_it_is_shown_all_the_same(tmp_path: Path, capsys: Capture) -> None:
    rows = status(capsys, watched(tmp_path, "watch: [{metric: win_rate, since: 2026-08}]\n"))
    assert {(row["target"], row["light"]) for row in rows["win_rate"]} == {("", "")}
    assert rows["win_rate"][0]["actual"] == "1"


@pytest.mark.parametrize("words", ["since: 2026-09", "since: 2026-06, until: 2026-07", "since: 2026-Q4"])
def test_only_in_its_periods(tmp_path: Path, capsys: Capture, words: str) -> None:
    root = watched(tmp_path, f"watch: [{{metric: lead_conversion, {words}, target: 25%}}]\n")
    assert list(status(capsys, root)) == ["sales_amount"]


def test_weeks_and_quarters_within_the_watch_are_watched(tmp_path: Path, capsys: Capture) -> None:
    root = watched(tmp_path, "watch: [{metric: lead_conversion, since: 2026-Q3, target: 25%}]\n")
    for period in ("2026-W33", "2026-Q3", "2026-08"):
        done = salescli(
            capsys, root, "status", "--period", period, "--metric", "lead_conversion", "-o", "json"
        )
        assert json.loads(done.out)["rows"][0]["target"] == "0.25", period


def test_a_targets_file_rules_over_the_watch(tmp_path: Path, capsys: Capture) -> None:
    root = watched(tmp_path)
    write(
        root,
        {
            "ledger/targets/more.csv": "period,metric,region,product,person,level,target\n"
            "2026-08,lead_conversion,,,li,target,10%\n"
        },
    )
    rows = {row["person"]: row["light"] for row in status(capsys, root)["lead_conversion"]}
    assert rows == {"": "", "li": "green", "wang": "", "zhang": ""}


@pytest.mark.parametrize("source", ["watch", "targets"])
def test_a_watched_metric_is_scored(tmp_path: Path, capsys: Capture, source: str) -> None:
    """Li: 60 % × 75 % + 40 % × (15 of 25) = 69 % of 1,000; Zhang and Wang reach both."""
    root = watched(tmp_path)
    write(root, {"policies/plans/am.yaml": PLAN})
    if source == "targets":
        rows = "".join(f"2026-08,lead_conversion,,,{one},target,25%\n" for one in ("li", "zhang", "wang"))
        write(
            root,
            {
                "ledger/notes/watch.yaml": "",
                "ledger/targets/more.csv": f"period,metric,region,product,person,level,target\n{rows}",
            },
        )
    done = salescli(capsys, root, "payout", "--period", "2026-08", "-o", "json")
    assert done.code == 0, done.err
    paid = {
        row["person"]: row["amount"] for row in json.loads(done.out)["rows"] if row["component"] == "bonus"
    }
    assert paid == {"li": "690.00", "wang": "1000.00", "zhang": "1000.00"}


def test_the_explanation_names_the_line_of_the_watch(tmp_path: Path, capsys: Capture) -> None:
    root = watched(tmp_path)
    write(root, {"policies/plans/am.yaml": PLAN})
    done = salescli(capsys, root, "explain", "li", "--period", "2026-08", "-o", "plain")
    assert "ledger/notes/watch.yaml:2" in done.out


def test_a_settlement_rests_on_the_watch_and_on_no_other_note(tmp_path: Path, capsys: Capture) -> None:
    root = watched(tmp_path)
    write(root, {"policies/plans/am.yaml": PLAN})
    assert salescli(capsys, root, "settle", "draft", "2026-08").code == 0
    text = (root / "ledger/settlements/2026-08/settlement.yaml").read_text()
    assert "ledger/notes/watch.yaml" in text
    assert "ledger/notes/2026-08.yaml" not in text
    assert "ledger/reports" not in text


def test_a_broken_watch_stops_pay(tmp_path: Path, capsys: Capture) -> None:
    root = watched(tmp_path, WATCH.replace("25%", "25"))
    write(root, {"policies/plans/am.yaml": PLAN})
    done = salescli(capsys, root, "payout", "--period", "2026-08")
    assert (done.code, "N007" in done.err) == (1, True)


def test_a_name_of_a_metric_is_data(tmp_path: Path, capsys: Capture) -> None:
    root = watched(tmp_path, "watch: [{metric: odd, since: 2026-08, why: '{x} [b]'}]\n")
    path = root / "policies/metrics.yaml"
    path.write_text(
        path.read_text() + "metrics:\n  odd: {ratio: [lead_converted, lead], name: '{0.a} [b] %s'}\n"
    )
    done = salescli(capsys, root, "status", "--period", "2026-08")
    assert (done.code, "{0.a} [b] %s – {x} [b]" in done.err) == (0, True)
