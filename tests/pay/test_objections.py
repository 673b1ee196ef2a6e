"""Objections (S3): what they are about, until when they are heard, and what pays for them."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from salescli import i18n
from salescli.books.settlements import read_settlement, sha256_of
from salescli.findings import Misuse, Refused
from salescli.workflows.settling.objection_list import listed
from salescli.workflows.settling.objections import About, add, answer
from salescli.workflows.settling.settle import draft
from salescli.workflows.settling.settle_steps import close, pay, publish
from salescli.workflows.settling.statement import statement
from salescli.workflows.settling.verify import verify

from .books import make_book
from .test_settle import AUGUST, rows
from .test_settle_steps import refusal

PROGRAM = Path(sys.executable).parent / "salescli"
PUBLISHED = date(2026, 9, 2)
OVER = date(2026, 9, 8)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    root = make_book(tmp_path)
    draft(root, "2026-08")
    publish(root, "2026-08", PUBLISHED)
    return root


def own_entry(root: Path, person: str = "zhang") -> dict[str, str]:
    return next(row for row in rows(root / AUGUST / "entries.csv") if row["person"] == person)


def test_an_entry_is_objected_to_by_the_id_that_stands_in_the_statement(book: Path) -> None:
    entry = own_entry(book)
    text = statement(book, "zhang", "2026-08").document
    assert text is not None
    assert entry["entry_id"] in text
    report = add(book, "2026-08", "zhang", "too little", date(2026, 9, 3), About(entry=entry["entry_id"]))
    assert report.tables[0].rows[0]["about"] == entry["entry_id"]
    written = (book / AUGUST / "objections/1.yaml").read_text("utf-8")
    assert f"entry_id: {entry['entry_id']}" in written.replace("'", "")
    assert f"component: {entry['component']}" in written


def test_somebody_else_s_entry_and_one_that_is_not_there_are_refused(book: Path) -> None:
    others = own_entry(book, "wu")["entry_id"]
    for wrong in (others, "0" * 16):
        with pytest.raises(Misuse, match="no entry"):
            add(book, "2026-08", "zhang", "why", date(2026, 9, 3), About(entry=wrong))
    mine = own_entry(book)["entry_id"]
    with pytest.raises(Misuse, match="one component and deal already"):
        add(book, "2026-08", "zhang", "why", date(2026, 9, 3), About(entry=mine, deal="D-1"))
    assert not (book / AUGUST / "objections").exists()


def test_a_deal_that_no_file_has_is_said_and_written_down(book: Path) -> None:
    near = add(book, "2026-08", "zhang", "missing", date(2026, 9, 3), About(deal="D-1x"))
    far = add(book, "2026-08", "zhang", "missing", date(2026, 9, 3), About(deal="Q"))
    known = add(book, "2026-08", "zhang", "too little", date(2026, 9, 3), About(deal="D-1"))
    said = [[note.template for note in report.notes] for report in (near, far, known)]
    assert "no file has a deal {deal}; did you mean {near}?" in said[0]
    assert "no file has a deal {deal}, which may be what is missing" in said[1]
    assert len(said[2]) == 1


def test_a_late_objection_is_heard_for_the_appeal_period_and_not_a_day_longer(book: Path) -> None:
    close(book, "2026-08", OVER)
    add(book, "2026-08", "zhang", "missing", date(2026, 10, 8))
    with pytest.raises(Refused) as stopped:
        add(book, "2026-08", "zhang", "missing", date(2026, 10, 9))
    assert stopped.value.exit_code == 4
    assert stopped.value.message == (
        "2026-08 was closed on 2026-09-08, and late objections to it were heard through 2026-10-08"
    )
    assert "settlement: {appeal: 30}" in stopped.value.hint
    settings = book / "salescli.yaml"
    settings.write_text(settings.read_text("utf-8") + "settlement: {appeal: 0}\n", "utf-8")
    assert "heard through 2026-09-08" in refusal(add, book, "2026-08", "zhang", "missing", date(2026, 9, 9))


def test_nobody_objects_before_it_is_published_or_answers_before_it_is_made(book: Path) -> None:
    assert "published on 2026-09-02" in refusal(add, book, "2026-08", "zhang", "missing", date(2026, 9, 1))
    add(book, "2026-08", "zhang", "missing", date(2026, 9, 4))
    early = refusal(answer, book, "2026-08", "1", False, "no", date(2026, 9, 3), Decimal(0))
    assert "made on 2026-09-04" in early


def test_each_is_a_step_of_the_settlement_with_the_hash_of_its_file(book: Path) -> None:
    add(book, "2026-08", "zhang", "missing", date(2026, 9, 3))
    answer(book, "2026-08", "1", True, "right", date(2026, 9, 4), Decimal(5), "lin")
    known = read_settlement(book, "2026-08", [])
    assert known is not None
    assert [(e.event, str(e.on), e.objection, e.actor) for e in known.events[2:]] == [
        ("objected", "2026-09-03", "1", ""),
        ("answered", "2026-09-04", "1", "lin"),
    ]
    path = book / AUGUST / "objections/1.yaml"
    assert known.objections() == {"1": sha256_of(path)}


def test_an_answer_changed_by_hand_is_not_paid(book: Path) -> None:
    add(book, "2026-08", "zhang", "missing", date(2026, 9, 3))
    answer(book, "2026-08", "1", True, "right", date(2026, 9, 4), Decimal(5))
    path = book / AUGUST / "objections/1.yaml"
    path.write_bytes(path.read_bytes().replace(b"amount: '5.00'", b"amount: '500.00'"))
    assert b"500.00" in path.read_bytes()
    for said in (refusal(close, book, "2026-08", OVER), refusal(draft, book, "2026-09")):
        assert said == f"{AUGUST}/objections/1.yaml is not what salescli wrote"
    report = verify(book)
    assert report.exit_code == 6
    assert f"{AUGUST}/objections/1.yaml" in [row["file"] for row in report.tables[0].rows]


def test_the_adjustment_is_linked_before_and_after_it_is_paid(book: Path) -> None:
    add(book, "2026-08", "zhang", "missing", date(2026, 9, 3))
    answer(book, "2026-08", "1", True, "right", date(2026, 9, 4), Decimal("12.5"))
    (row,) = listed(book, "2026-08").tables[0].rows
    assert row["paid_with"] is None
    close(book, "2026-08", OVER)
    draft(book, "2026-09")
    (paid,) = listed(book, "2026-08").tables[0].rows
    entries = rows(book / "ledger/settlements/2026-09/entries.csv")
    (entry,) = [one for one in entries if one["kind"] == "adjustment"]
    assert paid["paid_with"] == "2026-09"
    assert paid["adjustment"] == row["adjustment"] == entry["entry_id"]
    assert entry["amount"] == "12.50"


def test_the_list_goes_over_all_months_and_leaves_out_what_is_answered(book: Path) -> None:
    close(book, "2026-08", OVER)
    add(book, "2026-08", "zhang", "missing", date(2026, 9, 20))
    answer(book, "2026-08", "1", False, "it is in", date(2026, 9, 21), Decimal(0))
    draft(book, "2026-09")
    publish(book, "2026-09", date(2026, 10, 9))
    add(book, "2026-09", "li", "too little", date(2026, 10, 10))
    assert [(r["period"], r["id"], r["state"]) for r in listed(book).tables[0].rows] == [
        ("2026-08", "1", "rejected"),
        ("2026-09", "1", "open"),
    ]
    (waiting,) = listed(book, only_open=True).tables[0].rows
    assert (waiting["period"], waiting["person"]) == ("2026-09", "li")
    assert listed(book, "2026-08", only_open=True).tables[0].rows == ()


# --- closing asks for the name


def close_by_program(root: Path, *more: str) -> subprocess.CompletedProcess[str]:
    words = [str(PROGRAM), "settle", "close", "2026-08", "--on", "2026-09-08", "--lang", "en", *more]
    return subprocess.run(
        words, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def test_without_a_terminal_and_without_the_name_nothing_is_closed(book: Path) -> None:
    done = close_by_program(book)
    assert done.returncode == 2
    assert "write --confirm 2026-08" in done.stderr
    assert (
        "is not closed: the name given was 2026-09" in close_by_program(book, "--confirm", "2026-09").stderr
    )
    known = read_settlement(book, "2026-08", [])
    assert known is not None
    assert known.state == "published"
    assert close_by_program(book, "--confirm", "2026-08").returncode == 0


@pytest.mark.parametrize(("typed", "code"), [("2026-08\n", 0), ("yes\n", 2), ("\n", 2)])
def test_on_a_terminal_the_name_is_asked_for(book: Path, typed: str, code: int) -> None:
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [str(PROGRAM), "settle", "close", "2026-08", "--on", "2026-09-08", "--lang", "en"],
        cwd=book,
        stdin=child,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    os.write(parent, typed.encode())
    _, err = process.communicate(timeout=60)
    os.close(child)
    os.close(parent)
    assert b"closing 2026-08 cannot be undone; type 2026-08 to close it" in err
    assert process.returncode == code


# --- words people read


def test_states_and_steps_are_said_in_the_reader_s_language_and_written_in_english(book: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(PROGRAM), *words, "--lang", "zh_CN"], cwd=book, capture_output=True, text=True, check=False
        )

    add(book, "2026-08", "zhang", "missing", date(2026, 9, 3))
    again = run("settle", "publish", "2026-08", "--on", "2026-09-03")
    assert again.returncode == 4
    assert "published" not in again.stderr.split("salescli settle")[0]
    table = run("object", "list", "-o", "md").stdout
    assert "open" not in table
    assert run("object", "list", "-o", "csv").stdout.count("open") == 1
    answer(book, "2026-08", "1", False, "it is in", date(2026, 9, 4), Decimal(0))
    close(book, "2026-08", OVER)
    closed = run("settle", "pay", "2026-08", "--on", "2026-09-09", "-o", "md").stdout
    for word in ("drafted", "published", "objected", "answered", "closed", "paid"):
        assert word not in closed
    seen = run("verify", "-o", "md").stdout
    assert "paid" not in seen
    assert "paid" in run("verify", "-o", "csv").stdout
    i18n.use("zh_CN")
    try:
        with pytest.raises(Refused) as stopped:
            pay(book, "2026-08", date(2026, 9, 9))
        assert "paid" not in stopped.value.message
    finally:
        i18n.use("en")
