"""verify (S5): every byte of a settled file, and of what it rests on, is watched."""

from __future__ import annotations

import os
import random
from datetime import date
from pathlib import Path

import pytest

from salescli.findings import BookBroken, Misuse, Refused
from salescli.model.table import Line, Report
from salescli.workflows.settle import draft
from salescli.workflows.settle_steps import close, pay, publish
from salescli.workflows.verify import verify

from .books import make_book
from .test_settle import AUGUST

FLIPS = int(os.environ.get("FLIPS", "60"))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """July paid, August closed, September a draft."""
    root = make_book(tmp_path)
    for month, on, over in (
        ("2026-07", date(2026, 8, 3), date(2026, 8, 10)),
        ("2026-08", date(2026, 9, 2), date(2026, 9, 9)),
    ):
        draft(root, month)
        publish(root, month, on)
        close(root, month, over)
    draft(root, "2026-09")
    pay(root, "2026-07", date(2026, 9, 10))
    return root


def told(report: Report) -> list[tuple[object, ...]]:
    def text(value: object) -> object:
        return value.template.format(**value.params) if isinstance(value, Line) else value

    return [tuple(text(row[key]) for key in ("period", "result", "file")) for row in report.tables[0].rows]


def test_a_chain_as_it_was_settled_is_reckoned_again(book: Path) -> None:
    report = verify(book)
    assert report.exit_code == 0
    assert told(report) == [
        (month, "as recorded, and reckoned again to the same bytes", None)
        for month in ("2026-07", "2026-08", "2026-09")
    ]


def test_steps_after_the_next_draft_do_not_break_the_chain(book: Path) -> None:
    pay(book, "2026-08", date(2026, 9, 30))
    assert verify(book).exit_code == 0


def test_a_cent_changed_in_a_closed_month_is_named(book: Path) -> None:
    path = book / AUGUST / "payouts.csv"
    path.write_bytes(path.read_bytes().replace(b"48500.00", b"48500.01"))
    report = verify(book)
    assert report.exit_code == 6
    assert ("2026-08", "not what was settled", f"{AUGUST}/payouts.csv") in told(report)


def test_hashes_made_to_fit_are_found_by_the_next_month(book: Path) -> None:
    """Somebody rewrites a month and its manifest with all hashes right: the chain says so."""
    import dataclasses
    import hashlib

    from salescli.books.settlements import read_settlement
    from salescli.workflows.settlement_files import manifest_yaml

    path = book / AUGUST / "payouts.csv"
    path.write_bytes(path.read_bytes().replace(b"48500.00", b"48500.01"))
    known = read_settlement(book, "2026-08", [])
    assert known is not None
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    outputs = {**known.outputs, f"{AUGUST}/payouts.csv": digest}
    (book / AUGUST / "settlement.yaml").write_bytes(
        manifest_yaml(dataclasses.replace(known, outputs=outputs))
    )
    report = verify(book)
    assert report.exit_code == 6
    assert ("2026-09", "not what was settled", f"{AUGUST}/settlement.yaml") in told(report)
    assert ("2026-08", "not what was settled", f"{AUGUST}/payouts.csv") in told(report)


def test_a_changed_input_is_named_for_each_month_that_rests_on_it(book: Path) -> None:
    path = next((book / "ledger").rglob("2026-08*.csv"))
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    report = verify(book)
    assert report.exit_code == 1
    name = path.relative_to(book).as_posix()
    assert {row[0] for row in told(report) if row[2] == name} == {"2026-07", "2026-08", "2026-09"}


def test_one_month_alone_and_a_month_that_is_not_there(book: Path) -> None:
    assert [row[0] for row in told(verify(book, "2026-08"))] == ["2026-08"]
    with pytest.raises(Misuse):
        verify(book, "2026-10")


def test_a_state_set_back_by_hand_is_refused(book: Path) -> None:
    path = book / AUGUST / "settlement.yaml"
    path.write_bytes(path.read_bytes().replace(b"state: closed", b"state: draft"))
    with pytest.raises(Refused, match="changed by hand"):
        draft(book, "2026-08")
    with pytest.raises(Refused, match="changed by hand"):
        publish(book, "2026-08", date(2026, 9, 20))


def test_nothing_is_drafted_on_a_month_that_was_changed(book: Path) -> None:
    path = book / AUGUST / "payouts.csv"
    path.write_bytes(path.read_bytes().replace(b"wu", b"w\xff"))
    with pytest.raises(Refused) as stopped:
        draft(book, "2026-09")
    assert stopped.value.message == f"{AUGUST}/payouts.csv is not what salescli wrote"
    rows = told(verify(book))
    assert ("2026-08", "not what was settled", f"{AUGUST}/payouts.csv") in rows
    assert ("2026-09", "not what was settled", None) in rows


def test_any_flipped_byte_is_found_and_its_file_named(book: Path) -> None:
    chance = random.Random(20260908)
    files = sorted(p for p in book.rglob("*") if p.is_file() and p.name != ".salescli.lock")
    for _ in range(FLIPS):
        path = chance.choice(files)
        whole = path.read_bytes()
        if not whole:
            continue
        at = chance.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << chance.randrange(8))]) + whole[at + 1 :])
        name = path.relative_to(book).as_posix()
        try:
            report = verify(book)
        except BookBroken as broken:
            assert name in {finding.span.path for finding in broken.found} or "settlements" not in name
        else:
            settled = "ledger/settlements/" in name
            assert report.exit_code == (6 if settled else 1), (name, at)
            assert name in {row[2] for row in told(report)}, (name, at)
        finally:
            path.write_bytes(whole)
