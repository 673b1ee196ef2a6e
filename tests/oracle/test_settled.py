"""Random plans settled month by month: what is settled is what is reckoned, whatever became of deals (S4)."""

from __future__ import annotations

import csv
import io
import os
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from salescli.findings import BookBroken, Finding, has_errors
from salescli.workflows.paying.reckon import reckon
from salescli.workflows.session import open_session
from salescli.workflows.settling.settle import draft

from .random_books import MONTHS, random_book

Pay = dict[tuple[str, ...], Decimal]
SEEDS = range(int(os.environ.get("SETTLED_FROM", "0")), int(os.environ.get("SETTLED_TO", "4")))


def make(root: Path, seed: int, mode: str, *, cancelled: bool) -> None:
    random_book(root, Random(seed), 4)
    for plan in (root / "policies/plans").iterdir():
        text = plan.read_text("utf-8")
        plan.write_text(text.replace("components:", f"closed_periods: {mode}\ncomponents:", 1), "utf-8")
    if not cancelled:
        change_deals(root, lambda row: {**row, "status": "won", "cancelled_on": ""} if is_gone(row) else row)


def is_gone(row: dict[str, str]) -> bool:
    return row["status"] == "cancelled"


def change_deals(root: Path, change) -> None:  # type: ignore[no-untyped-def]
    """Rewrite rows of deals; a row that becomes None is taken out, with all that names it."""
    gone: set[str] = set()
    files = sorted(
        (root / "ledger").rglob("*.csv"), key=lambda path: "deals" not in str(path.relative_to(root))
    )
    for path in files:
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
        if not rows or "deal_id" not in rows[0]:
            continue
        if "owner" in rows[0]:
            made = [change(row) for row in rows]
            gone |= {row["deal_id"] for row, new in zip(rows, made, strict=True) if new is None}
            rows = [row for row in made if row is not None]
        else:
            rows = [row for row in rows if row["deal_id"] not in gone]
        write_rows(path, rows)


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    if not rows:
        path.unlink()
        return
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), "utf-8")


def settled(root: Path) -> Pay:
    """Period, plan, component, person, kind, deal → what three months of settlements pay."""
    found: Pay = defaultdict(Decimal)
    for month in MONTHS:
        draft(root, month)
        with (root / f"ledger/settlements/{month}/entries.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                key = ("period", "plan", "component", "person", "kind", "deal_id")
                found[tuple(row[word] for word in key)] += Decimal(row["amount"])
    return {key: amount for key, amount in found.items() if amount}


def reckoned(root: Path) -> Pay:
    """The same of one reckoning over all facts."""
    found: Pay = defaultdict(Decimal)
    with open_session(root) as session:
        session.as_if_open = True
        problems: list[Finding] = []
        for one in reckon(session, session.period("2026-Q1"), problems):
            for e in one.entries():
                found[e.period, e.plan, e.component, e.person, e.kind, e.deal_id] += e.amount
        if has_errors(problems):
            raise BookBroken(problems)
    return {key: amount for key, amount in found.items() if amount}


def by_person(pay: Pay) -> dict[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for key, amount in pay.items():
        found[key[1], key[3]] += amount
    return {key: amount for key, amount in found.items() if amount}


def with_clawback(root: Path) -> set[str]:
    return {p.stem for p in (root / "policies/plans").iterdir() if "clawback" in p.read_text("utf-8")}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mode", ["reverse", "replay"])
def test_where_nothing_comes_late_settling_changes_no_pay(tmp_path: Path, seed: int, mode: str) -> None:
    make(tmp_path, seed, mode, cancelled=False)
    expected = reckoned(tmp_path)
    assert settled(tmp_path) == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_replayed_months_come_to_what_is_paid_without_the_deals_that_are_gone(
    tmp_path: Path, seed: int
) -> None:
    make(tmp_path / "lived", seed, "replay", cancelled=True)
    make(tmp_path / "final", seed, "replay", cancelled=True)
    change_deals(
        tmp_path / "final", lambda row: None if is_gone(row) and row["cancelled_on"] <= "2026-03-31" else row
    )
    seen_to = with_clawback(tmp_path / "lived")
    lived, final = by_person(settled(tmp_path / "lived")), by_person(reckoned(tmp_path / "final"))
    for key in lived.keys() | final.keys():
        if key[0] not in seen_to:
            assert lived.get(key, 0) == final.get(key, 0), key


@pytest.mark.parametrize("seed", SEEDS)
def test_reversed_deals_keep_nothing(tmp_path: Path, seed: int) -> None:
    make(tmp_path, seed, "reverse", cancelled=True)
    gone: set[str] = set()
    change_deals(tmp_path, lambda row: gone.add(row["deal_id"]) or row if ended(row) else row)
    settled(tmp_path)
    apart = with_clawback(tmp_path)
    net: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    together = held_together(tmp_path)  # what is held no more of a deal was held of a sum that names none
    for month in MONTHS:
        for name in ("entries.csv", "parts.csv"):
            path = tmp_path / f"ledger/settlements/{month}/{name}"
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    held = row.get("kind") == "hold" and (row["plan"], row["component"]) in together
                    if row["deal_id"] in gone and row["plan"] not in apart and not held:
                        key = (row["plan"], row["component"], row["person"], row["deal_id"])
                        net[key] += Decimal(row["amount"])
    assert {key for key, amount in net.items() if amount} == set()


def held_together(root: Path) -> set[tuple[str, str]]:
    files = (root / f"ledger/settlements/{month}/entries.csv" for month in MONTHS)
    found = [row for path in files for row in csv.DictReader(io.StringIO(path.read_text("utf-8")))]
    return {(r["plan"], r["component"]) for r in found if r["kind"] == "hold" and not r["deal_id"]}


def ended(row: dict[str, str]) -> bool:
    return is_gone(row) and row["cancelled_on"] <= "2026-03-31"
