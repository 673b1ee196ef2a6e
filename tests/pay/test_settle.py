"""settle draft (S1, S5 first part): files, sums, hashes, the same bytes again, what it refuses."""

from __future__ import annotations

import csv
import hashlib
from decimal import Decimal
from pathlib import Path

import pytest

from salescli.books.settlements import read_settlement
from salescli.findings import BookBroken, Finding, Misuse, Refused
from salescli.workflows.settling.settle import draft
from salescli.workflows.settling.settlement_files import lasting_hash

from .books import PLAN, make_book

AUGUST = "ledger/settlements/2026-08"


def contents(root: Path) -> dict[str, bytes]:
    return {
        p.relative_to(root).as_posix(): p.read_bytes()
        for p in sorted(root.rglob("*"))
        if p.is_file() and p.name != ".salescli.lock"
    }


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return make_book(tmp_path)


def test_a_draft_has_entries_payouts_and_a_manifest(book: Path) -> None:
    draft(book, "2026-08")
    entries = rows(book / AUGUST / "entries.csv")
    assert list(entries[0]) == (
        "entry_id,period,person,plan,component,kind,deal_id,base,rate,amount,currency,cause,rule".split(",")
    )
    earning = next(e for e in entries if e["person"] == "zhang" and e["kind"] == "earning")
    assert (earning["base"], earning["rate"], earning["amount"]) == ("960000.00", "3%", "28800.00")
    assert earning["rule"] == "policies/plans/account-manager.yaml:16"
    assert len({e["entry_id"] for e in entries}) == len(entries)
    payouts = rows(book / AUGUST / "payouts.csv")
    assert [(p["person"], p["earning"], p["bonus"], p["award"], p["payable"]) for p in payouts] == [
        ("wu", "45000.00", "3000.00", "500.00", "48500.00"),
        ("zhang", "28800.00", "3000.00", "500.00", "32300.00"),
    ]
    assert sum(Decimal(p["payable"]) + Decimal(p["carried"]) for p in payouts) == sum(
        Decimal(e["amount"]) for e in entries
    )


def test_a_quarters_prizes_are_settled_with_its_last_month(book: Path) -> None:
    draft(book, "2026-09")
    entries = rows(book / "ledger/settlements/2026-09/entries.csv")
    assert [e["amount"] for e in entries if e["period"] == "2026-Q3"] == ["5000.00"]


def test_every_file_read_and_written_is_hashed(book: Path) -> None:
    before = contents(book)
    draft(book, "2026-08", "陈")
    found: list[Finding] = []
    settlement = read_settlement(book, "2026-08", found)
    assert found == []
    assert settlement is not None
    assert (settlement.state, settlement.events[0].event, settlement.events[0].actor) == (
        "draft",
        "drafted",
        "陈",
    )
    assert settlement.events[0].on.isoformat() == "2026-08-31"
    hashes = {path: hashlib.sha256(data).hexdigest() for path, data in before.items()}
    assert {**settlement.inputs, **settlement.rules} == hashes
    assert set(settlement.rules) == {"policies/metrics.yaml", "policies/plans/account-manager.yaml"}
    for path, digest in settlement.outputs.items():
        assert hashlib.sha256((book / path).read_bytes()).hexdigest() == digest


def test_a_settlement_names_the_one_before_with_its_hash(book: Path) -> None:
    draft(book, "2026-07")
    draft(book, "2026-08")
    found: list[Finding] = []
    first, second = (read_settlement(book, period, found) for period in ("2026-07", "2026-08"))
    assert first is not None
    assert second is not None
    named = ("ledger/settlements/2026-07/settlement.yaml", lasting_hash(first))
    assert (first.previous, second.previous) == (None, named)
    manifest = (book / named[0]).read_text("utf-8")
    above, seal = manifest.rsplit("seal: ", 1)
    assert seal.strip() == hashlib.sha256(above.encode()).hexdigest()


def test_drafting_again_gives_the_same_bytes(book: Path) -> None:
    draft(book, "2026-08")
    first = contents(book)
    report = draft(book, "2026-08")
    assert contents(book) == first
    assert "nothing changed" in report.notes[0].template


def test_a_changed_rule_replaces_the_draft(book: Path) -> None:
    draft(book, "2026-08")
    plan = book / "policies/plans/account-manager.yaml"
    plan.write_text(
        PLAN.replace("rate: 3%, bonus: 3000", "rate: 4%, bonus: 3000").replace("31800", "41400"), "utf-8"
    )
    draft(book, "2026-08")
    zhang = next(p for p in rows(book / AUGUST / "payouts.csv") if p["person"] == "zhang")
    assert zhang["earning"] == "38400.00"


@pytest.mark.parametrize("state", ["published", "closed", "paid"])
def test_what_is_no_draft_is_refused(book: Path, state: str) -> None:
    draft(book, "2026-08")
    manifest = book / AUGUST / "settlement.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("state: draft", f"state: {state}"), "utf-8")
    before = contents(book)
    with pytest.raises(Refused) as refused:
        draft(book, "2026-08")
    assert f"already {state}" in refused.value.message
    assert contents(book) == before


def test_a_broken_book_writes_nothing(book: Path) -> None:
    deals = book / "ledger/deals/2026-08.csv"
    deals.write_text(deals.read_text("utf-8").replace(",zhang,", ",zhag,"), "utf-8")
    before = contents(book)
    with pytest.raises(BookBroken):
        draft(book, "2026-08")
    assert contents(book) == before


def test_a_damaged_manifest_is_told_and_left_alone(book: Path) -> None:
    draft(book, "2026-08")
    manifest = book / AUGUST / "settlement.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("state: draft", "state: drafd"), "utf-8")
    before = contents(book)
    with pytest.raises(BookBroken) as broken:
        draft(book, "2026-08")
    assert broken.value.found[0].span.path == f"{AUGUST}/settlement.yaml"
    assert contents(book) == before


def test_only_months_are_settled(book: Path) -> None:
    with pytest.raises(Misuse):
        draft(book, "2026-Q3")
