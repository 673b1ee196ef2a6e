"""`diagnose --interactive` on a real terminal (SPEC A4)."""

from __future__ import annotations

from pathlib import Path

import pytest
from notes_book import li_book
from terminal import converse
from track_books import salescli

FILE = "ledger/notes/2026-08-diagnoses.yaml"
ASK = ["diagnose", "--period", "2026-08", "--interactive"]
WHYS = [
    ("diagnose this?", "y\n"),
    ("why 1", "few leads turn into deals\n"),
    ("why 2", "offers go out after a week\n"),
    ("why 3", "\n"),
    ("root cause", "报价审批: 要三个人签字\n"),
    ("to be done", "one signature up to 50,000\n"),
    ("answers for it", "zhng\n"),
    ("did you mean zhang", "Zhang\n"),
    ("due on", "soon\n"),
    ("not a date", "2026-09-15\n"),
]


def test_answers_are_written_at_the_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = li_book(tmp_path)
    done = converse(root, ASK, WHYS)
    assert done.code == 0, done.shown
    assert "Li: Sales at 75.0% of the target in 2026-08" in done.shown
    assert "Lead conversion 15.0%, the team 25.0% (40 cases)" in done.shown
    assert "two customers put off to September" in done.shown
    text = (root / FILE).read_text(encoding="utf-8")
    for line in (
        "why_1: few leads turn into deals",
        "why_2: offers go out after a week",
        "root_cause: '报价审批: 要三个人签字'",
        "owner: zhang",
        "due: 2026-09-15",
    ):
        assert f"    {line}\n" in text
    assert salescli(capsys, root, "validate").code == 0
    assert "2026-08.li.sales_amount" in salescli(capsys, root, "action", "list").out


def test_a_skeleton_is_filled_in_where_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = li_book(tmp_path)
    salescli(capsys, root, *ASK[:3], "--write")
    path = root / FILE
    path.write_text(path.read_text().replace("why_1:", "why_1: ours   # by hand"))
    answers = [
        ("diagnose this?", "\n"),
        ("why 2", "because\n"),
        ("why 3", "\n"),
        ("root cause", "x\n"),
        ("to be done", "\n"),
    ]
    done = converse(root, ASK, answers)
    assert done.code == 0, done.shown
    text = path.read_text(encoding="utf-8")
    assert "why_1: ours   # by hand\n    why_2: because\n    why_3:\n" in text
    assert "root_cause: x\n    action:\n" in text


@pytest.mark.parametrize("at", [1, 4, 7, 9])
def test_an_interrupt_leaves_nothing(tmp_path: Path, at: int) -> None:
    root = li_book(tmp_path)
    before = {p: p.read_bytes() for p in root.rglob("*") if p.is_file()}
    done = converse(root, ASK, [*WHYS[:at], (WHYS[at][0], "\x03")])
    assert done.code == 130, done.shown
    assert {p: p.read_bytes() for p in root.rglob("*") if p.is_file()} == before


def test_who_says_no_is_not_written_for(tmp_path: Path) -> None:
    root = li_book(tmp_path)
    done = converse(root, ASK, [("diagnose this?", "n\n")])
    assert done.code == 0, done.shown
    assert not (root / FILE).exists()


def test_a_hidden_character_is_asked_again(tmp_path: Path) -> None:
    root = li_book(tmp_path)
    answers = [
        ("diagnose this?", "y\n"),
        ("why 1", "a\u202eb\n"),
        ("hidden character", "fine\n"),
        ("why 2", "\n"),
        ("root cause", "\n"),
        ("to be done", "\n"),
    ]
    done = converse(root, ASK, answers)
    assert done.code == 0, done.shown
    assert "why_1: fine\n" in (root / FILE).read_text(encoding="utf-8")


def test_without_a_terminal_nobody_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = salescli(capsys, li_book(tmp_path), *ASK)
    assert done.code == 2
    assert "no terminal" in done.err
