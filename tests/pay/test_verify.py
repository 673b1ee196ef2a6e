"""verify (S5): every byte of a settled file, and of what it rests on, is watched."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from salescli.findings import Misuse, Refused
from salescli.model.table import Line, Report
from salescli.workflows.settling.settle import draft
from salescli.workflows.settling.settle_steps import close, pay, publish
from salescli.workflows.settling.verify import verify

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
    from salescli.workflows.settling.settlement_files import manifest_yaml

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


# --- a book that has errors now


def program(book: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "salescli", *words],
        cwd=book,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


BROKEN = {
    "ledger/deals/2026-09.csv": ("600000", "a lot", "F"),
    "ledger/collections/2026-07.csv": ("J-1", "J-unknown", "F"),
    "ledger/org.yaml": ("hired: 2020-01-01", "hired: soon", "Y"),
    "policies/plans/account-manager.yaml": ("rate: 1.5%", "rate: much", "Y"),
    "policies/metrics.yaml": ("closed_deal", "closd_deal", "Y"),
    "ledger/targets/Q3.csv": ("800000", "eight", "T"),
    "salescli.yaml": ("currency: CNY", "currency: [", "Y"),
}


def broken(book: Path, name: str) -> None:
    old, new, _ = BROKEN[name]
    path = book / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize("name", BROKEN)
def test_with_a_broken_book_it_is_said_what_was_checked_and_what_not(book: Path, name: str) -> None:
    broken(book, name)
    done = program(book, "verify", "-o", "json")
    assert done.returncode == 1, done.stderr
    made = json.loads(done.stdout)
    assert name in {finding["path"] for finding in made["findings"]}
    rows = [(row["period"], row["result"], row["what"]) for row in made["rows"] if not row["file"]]
    assert rows == [
        (month, "as recorded, but not reckoned again", "the book as it is now has errors")
        for month in ("2026-07", "2026-08", "2026-09")
    ]
    assert {row["period"] for row in made["rows"] if row["file"] == name} == {"2026-07", "2026-08", "2026-09"}
    told = program(book, "verify")
    assert name in told.stderr
    assert "not reckoned again: 2026-07, 2026-08, 2026-09" in told.stderr


@pytest.mark.parametrize("name", BROKEN)
def test_with_a_broken_book_a_flipped_byte_is_found_all_the_same(book: Path, name: str) -> None:
    broken(book, name)
    flipped = book / AUGUST / "entries.csv"
    whole = flipped.read_bytes()
    flipped.write_bytes(whole[:200] + bytes([whole[200] ^ 1]) + whole[201:])
    done = program(book, "verify", "-o", "json")
    assert done.returncode == 6, done.stderr
    made = json.loads(done.stdout)
    said = [(row["period"], row["result"], row["file"]) for row in made["rows"]]
    assert ("2026-08", "not what was settled", f"{AUGUST}/entries.csv") in said
    assert ("2026-09", "not what was settled", None) in said  # it rests on August
    assert ("2026-07", "as recorded, but not reckoned again", None) in said
    assert name in {finding["path"] for finding in made["findings"]}


@pytest.mark.parametrize("file", ["settlement.yaml", "credits.csv", "parts.csv", "rules"])
def test_without_any_rule_or_person_left_the_files_of_settlements_are_checked(book: Path, file: str) -> None:
    shutil.rmtree(book / "policies")
    (book / "ledger/org.yaml").unlink()
    assert verify(book).exit_code == 1
    path = next((book / "ledger/settlements/rules").iterdir()) if file == "rules" else book / AUGUST / file
    path.write_bytes(path.read_bytes() + b"\n")
    report = verify(book)
    assert report.exit_code == 6
    assert path.relative_to(book).as_posix() in {row[2] for row in told(report)}


def test_a_new_file_that_breaks_the_book_is_no_forgery(book: Path) -> None:
    (book / "ledger/deals/2026-10.csv").write_text("deal_id,customer\nX,y\n", "utf-8")
    report = verify(book)
    assert report.exit_code == 1
    assert {row[1] for row in told(report)} == {"as recorded, but not reckoned again"}
    assert {finding.span.path for finding in report.findings} == {"ledger/deals/2026-10.csv"}


def test_what_only_reckoning_finds_is_no_forgery(book: Path) -> None:
    """Targets of two files that contradict each other are an error of today's book, found when it is read."""
    head = "period,metric,region,product,person,level,target\n"
    (book / "ledger/targets/other.csv").write_text(
        f"{head}2026-08,sales_amount,east,,zhang,target,1\n", "utf-8"
    )
    plan = (book / "policies/plans/account-manager.yaml").read_text("utf-8")
    late = plan.replace("account-manager-2026", "later").replace(
        "valid: {", "closed_periods: replay\nvalid: {"
    )
    late = late.replace("from: 2026-07-01, to: 2026-12-31", "from: 2027-01-01, to: 2027-12-31")
    report = verify(book)
    assert report.exit_code == 1
    (book / "ledger/targets/other.csv").unlink()
    (book / "policies/plans/later.yaml").write_text(late, "utf-8")
    report = verify(book)
    assert report.exit_code == 1, told(report)


def test_a_year_that_does_not_begin_in_january(tmp_path: Path) -> None:
    """What is paid to date of a year that begins in August counts from August, when verified as well."""
    root = make_book(tmp_path)
    path = root / "salescli.yaml"
    path.write_text(path.read_text("utf-8") + "fiscal_year_start: 8\n", "utf-8")
    plan = root / "policies/plans/account-manager.yaml"
    to_date = "period: month\n    to_date: year\n    pays_on"
    plan.write_text(
        plan.read_text("utf-8").replace("period: month\n    pays_on", to_date)
        .replace("attainment(sales_amount)\n    mode", "sales_amount\n    mode")
        .replace("from: 80%", "from: 800000").replace("from: 100%", "from: 1000000")
        .replace("from: 120%", "from: 1200000").replace("from: 0%, ", "from: 0, ")
        .replace("    on_zero_target: error\n", "")
        .split("examples:")[0],
        "utf-8",
    )  # fmt: skip
    for month in ("2026-07", "2026-08", "2026-09"):
        draft(root, month)
    report = verify(root)
    assert report.exit_code == 0, told(report)


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
        report = verify(book)
        settled = "ledger/settlements/" in name
        assert report.exit_code == (6 if settled else 1), (name, at)
        assert name in {row[2] for row in told(report)}, (name, at)
        path.write_bytes(whole)
