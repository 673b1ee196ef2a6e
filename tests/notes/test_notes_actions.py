"""`action list|done` (SPEC R2): back until done, and nothing of the file but the two keys changes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from notes_book import li_book
from track_books import Seller, make_book, plain_rows, salescli, write

Capture = pytest.CaptureFixture[str]
FILE = "ledger/notes/actions.yaml"
ACTIONS = """\
# decided in reviews
actions:
  # Li needs company
  - id: train-li
    text: >
      two days
      with Zhang
    owner: zhang
    due: 2026-08-28   # before the month ends
    decided: 2026-W33
  - {id: offers, text: "one signature, up to 50,000", owner: li, due: '2026-09-15', decided: 2026-08}  # q
  - {id: old, text: "x", owner: li, due: 2026-07-15, decided: 2026-07, done: 2026-07-14, note: fine}
  - id: empty
    due: 2026-09-30
    done:      # when?
    owner: wang
    decided: 2026-08
    text: keys in another order
diagnoses:
  - period: 2026-08
    metric: sales_amount
    person: li
    why_1: x
    action: call everybody
    owner: li
    due: 2026-09-05
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    book = li_book(tmp_path)
    write(book, {FILE: ACTIONS})
    return book


def listed(capsys: Capture, root: Path, *words: str) -> list[tuple[str, str]]:
    done = salescli(capsys, root, "action", "list", *words, "-o", "plain")
    assert done.code == 0, done.err
    return [(row["id"], row["state"]) for row in plain_rows(done.out)]


def test_open_ones_come_back_overdue_first(root: Path, capsys: Capture) -> None:
    assert listed(capsys, root) == [
        ("train-li", "overdue"),
        ("2026-08.li.sales_amount", "open"),
        ("offers", "open"),
        ("empty", "open"),
    ]
    assert listed(capsys, root, "--as-of", "2026-08-28")[0] == ("train-li", "open"), "due today is not late"


def test_a_day_in_the_past_knows_nothing_of_later(root: Path, capsys: Capture) -> None:
    assert listed(capsys, root, "--as-of", "2026-07-10") == [("old", "open")]
    assert listed(capsys, root, "--as-of", "2026-07-14") == []
    assert dict(listed(capsys, root, "--as-of", "2026-07-14", "--all")) == {
        "old": "done",
        "train-li": "later",
        "2026-08.li.sales_amount": "later",
        "offers": "later",
        "empty": "later",
    }


def changed(before: str, after: str) -> list[str]:
    """Lines that are new or different; fails if one is gone."""
    rest = after.splitlines()
    for line in before.splitlines():
        if line in rest:
            rest.remove(line)
    return rest


@pytest.mark.parametrize(
    ("word", "lines"),
    [
        ("train-li", ["    done: 2026-08-27", "    note: 'went well: twice'"]),
        (
            "offers",
            [
                "  - {id: offers, text: \"one signature, up to 50,000\", owner: li, due: '2026-09-15', "
                "done: 2026-08-27, note: 'went well: twice', decided: 2026-08}  # q"
            ],
        ),
        ("empty", ["    note: 'went well: twice'", "    done: 2026-08-27      # when?"]),
        ("2026-08.li.sales_amount", ["    done: 2026-08-27", "    note: 'went well: twice'"]),
    ],
)
def test_done_writes_two_keys_and_nothing_else(
    root: Path, capsys: Capture, word: str, lines: list[str]
) -> None:
    done = salescli(
        capsys, root, "action", "done", word, "--on", "2026-08-27", "--note", "went well: twice", "-o", "json"
    )
    assert done.code == 0, done.err
    (row,) = json.loads(done.out)["rows"]
    assert (row["id"], row["state"], row["done"], row["note"]) == (
        word,
        "done",
        "2026-08-27",
        "went well: twice",
    )
    assert changed(ACTIONS, (root / FILE).read_text(encoding="utf-8")) == lines
    assert word not in dict(listed(capsys, root))
    assert dict(listed(capsys, root, "--all"))[word] == "done"
    assert salescli(capsys, root, "validate").code == 0


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_stay(root: Path, capsys: Capture, ends: str, mark: str) -> None:
    (root / FILE).write_bytes((mark + ACTIONS.replace("\n", ends)).encode())
    assert salescli(capsys, root, "action", "done", "train-li", "--on", "2026-08-27").code == 0
    wanted = ACTIONS.replace("month ends\n", "month ends\n    done: 2026-08-27\n")
    assert (root / FILE).read_bytes() == (mark + wanted.replace("\n", ends)).encode()


def test_done_twice_is_refused(root: Path, capsys: Capture) -> None:
    salescli(capsys, root, "action", "done", "offers", "--on", "2026-08-27")
    before = (root / FILE).read_bytes()
    done = salescli(capsys, root, "action", "done", "offers", "--on", "2026-08-28")
    assert (done.code, "done on 2026-08-27 already" in done.err) == (4, True)
    assert (root / FILE).read_bytes() == before


def test_a_note_that_is_there_is_not_overwritten(root: Path, capsys: Capture) -> None:
    write(
        root, {FILE: ACTIONS.replace("    decided: 2026-W33", "    decided: 2026-W33\n    note: half done")}
    )
    done = salescli(capsys, root, "action", "done", "train-li", "--on", "2026-08-27", "--note", "other")
    assert (done.code, "filled in already" in done.err) == (4, True)
    assert salescli(capsys, root, "action", "done", "train-li", "--on", "2026-08-27").code == 0
    assert "note: half done" in (root / FILE).read_text()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("train",), 2, "did you mean train-li"),
        (("nothing-like-it",), 2, "action list --all"),
        (("offers", "--on", "2026-07-01"), 2, "was decided in the review of 2026-08"),
        (("offers", "--on", "2026-13-01"), 2, "not a date"),
        (("offers", "--note", "a\u202eb"), 2, "hidden character"),
        (("offers", "--note", "x" * 400), 2, "longer than"),
    ],
)
def test_wrong_words_write_nothing(
    root: Path, capsys: Capture, words: tuple[str, ...], code: int, said: str
) -> None:
    done = salescli(capsys, root, "action", "done", *words)
    assert done.code == code
    assert said in done.err
    assert (root / FILE).read_text(encoding="utf-8") == ACTIONS


HOSTILE = [
    "yes, {a: b}] # no",
    "- x",
    "'",
    '"',
    "null",
    "2026-08-01",
    "&a *b !c",
    "100%",
    "=1+1",
    "{{ 7*7 }}",
    "\\n",
    "太好了：好",
]


@pytest.mark.parametrize("word", ["train-li", "offers", "empty", "2026-08.li.sales_amount"])
@pytest.mark.parametrize("note", HOSTILE)
def test_any_note_comes_back_as_it_was_said(root: Path, capsys: Capture, word: str, note: str) -> None:
    done = salescli(
        capsys, root, "action", "done", word, "--on", "2026-08-27", f"--note={note}", "-o", "json"
    )
    assert done.code == 0, done.err
    rows = json.loads(salescli(capsys, root, "action", "list", "--all", "-o", "json").out)["rows"]
    assert {row["id"]: row["note"] for row in rows}[word] == note


def test_many_at_once_lose_nothing(root: Path, capsys: Capture) -> None:
    """Each run either writes its line or says that another is writing."""
    words = ["train-li", "offers", "empty", "2026-08.li.sales_amount"]
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "salescli", "action", "done", word, "--on", "2026-08-27", "-C", str(root)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for word in words * 2
    ]
    codes = [run.wait() for run in runs]
    states = dict(listed(capsys, root, "--all"))
    for word in words:
        mine = [code for code, one in zip(codes, words * 2, strict=True) if one == word]
        assert set(mine) <= {0, 4, 5}, "written, done already, or busy"
        assert mine.count(0) == (states[word] == "done")
    assert salescli(capsys, root, "validate").code == 0


def test_a_book_without_facts_or_actions(tmp_path: Path, capsys: Capture) -> None:
    root = li_book(tmp_path / "plain", notes=False)
    done = salescli(capsys, root, "action", "list")
    assert (done.code, "nothing has been decided yet" in done.err) == (0, True)
    bare = make_book(tmp_path / "bare", [Seller("li", "Li", "south", "B", "5")])
    assert salescli(capsys, bare, "action", "list").code == 0
    write(bare, {FILE: "actions:\n- {id: a, text: x, owner: li, due: 2026-08-01, decided: 2026-09}\n"})
    assert "2026-08-01" in salescli(capsys, bare, "validate").out
    write(bare, {FILE: "actions:\n- {id: a, text: x, owner: li, due: 2026-10-01, decided: 2026-09}\n"})
    assert listed(capsys, bare) == [("a", "open")]


def test_a_broken_file_is_told_and_left(root: Path, capsys: Capture) -> None:
    (root / FILE).write_text(ACTIONS.replace("owner: zhang", "owner: zhnag"), encoding="utf-8")
    done = salescli(capsys, root, "action", "done", "offers", "--on", "2026-08-27")
    assert (done.code, "did you mean zhang" in done.err) == (1, True)
