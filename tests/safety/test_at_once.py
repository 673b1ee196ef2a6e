"""Many runs at the same moment: one writes, the others say so in a sentence; readers see whole months."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from processes import Runner, copy, whole
from safe_books import line

MANY = 20


@pytest.mark.parametrize("step", ["close", "pay", "payroll"])
def test_of_twenty_at_once_exactly_one_succeeds(
    step: str, books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    book = copy(books[step], tmp_path / "book")
    done = runner.together([line(step, book)] * MANY)
    assert sorted(one.code for one in done).count(0) == 1, [one.code for one in done]
    for one in done:
        if one.code:
            assert one.code in (4, 5), one
            assert one.out == ""
            assert len(one.err.splitlines()) == 1, one.err
            assert one.err.startswith("salescli: ")
            assert "; " in one.err or one.code == 4  # what to do, where there is something to do
    alone = copy(books[step], tmp_path / "alone" / "book")
    assert runner(*line(step, alone)).code == 0
    assert whole(book) == whole(alone)


def test_of_twenty_drafts_at_once_each_is_busy_or_the_same_draft(
    books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    book = copy(books["draft"], tmp_path / "book")
    done = runner.together([line("draft", book)] * MANY)
    assert {one.code for one in done} <= {0, 5}
    assert sum("drafted: " in one.err for one in done) == 1
    assert whole(book) == whole(books["publish"])


def test_objections_at_once_get_a_number_each(books: dict[str, Path], runner: Runner, tmp_path: Path) -> None:
    book = copy(books["object"], tmp_path / "book")
    done = runner.together([(*line("object", book), "--wait")] * 6)
    assert [one.code for one in done] == [0] * 6
    names = sorted(path.name for path in (book / "ledger/settlements/2026-08/objections").iterdir())
    assert names == [f"{number}.yaml" for number in range(1, 7)]


def test_who_waits_gets_its_turn(books: dict[str, Path], runner: Runner, tmp_path: Path) -> None:
    book = copy(books["close"], tmp_path / "book")
    done = runner.together([(*line("close", book), "--wait=120")] * 8)
    assert sorted(one.code for one in done) == [0] + [4] * 7
    assert all("already closed" in one.err for one in done if one.code)


def test_who_is_not_let_in_is_told_who_writes_and_since_when(
    books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    from salescli.books.lock import Patience, be_patient, book_lock

    book = copy(books["close"], tmp_path / "book")
    be_patient(Patience(command="salescli import"))
    try:
        with book_lock(book):
            at_once = runner(*line("close", book), "--lang", "en")
            later = runner(*line("close", book), "--lang", "en", "--wait=2")
            quiet = runner(*line("close", book), "-q", "--wait", "1")
            reader = runner("payout", "--period", "2026-08", "-C", str(book))
    finally:
        be_patient(Patience())
    assert (at_once.code, later.code, quiet.code, reader.code) == (5, 5, 5, 0)
    assert "another run is writing into this book: salescli import, process " in at_once.err
    assert ", since 20" in at_once.err
    assert "--wait" in at_once.err
    first, *_, last = later.err.splitlines()
    assert first.startswith("waiting for salescli import, process ")
    assert last == at_once.err.strip()
    assert len(quiet.err.splitlines()) == 1
    assert runner(*line("close", book)).code == 0


def test_wait_takes_no_word_that_is_no_number(books: dict[str, Path], runner: Runner, tmp_path: Path) -> None:
    book = copy(books["publish"], tmp_path / "book")
    done = runner("settle", "publish", "--wait", "2026-08", "--on", "2026-09-02", "-C", str(book))
    assert done.code == 0, done


def test_readers_see_the_draft_before_or_after(
    books: dict[str, Path], runner: Runner, second_runner: Runner, tmp_path: Path
) -> None:
    """One drafts again and again, from two states of the facts in turn; others read without a lock."""
    book = copy(books["redraft"], tmp_path / "book")
    deals = book / "ledger/deals/2026-08.csv"
    states = (deals.read_bytes(), (books["draft"] / "ledger/deals/2026-08.csv").read_bytes())
    stop = threading.Event()
    drafted: list[int] = []

    def write() -> None:
        for number in range(5):
            fresh = deals.with_name(".fresh")
            fresh.write_bytes(states[number % 2])
            fresh.replace(deals)
            drafted.append(second_runner(*line("draft", book), "--wait").code)
        stop.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen: list[str] = []
    while not stop.is_set():
        verify, statement = runner.together(
            [
                ("verify", "--lang", "en", "-o", "json", "-C", str(book)),
                ("statement", "wu", "--period", "2026-08", "-C", str(book)),
            ]
        )
        assert verify.code in (0, 1, 5), verify  # 1: the facts are newer than the draft
        assert statement.code in (0, 5), statement  # 4: manifest and entries of two drafts
        seen += [row["result"] for row in json.loads(verify.out or '{"rows": []}')["rows"]]
    writer.join()
    assert set(drafted) == {0}
    assert seen
    assert "not what was settled" not in seen
