"""closed_periods: reverse (S4) beside pay to date, tiers and all: whatever becomes known within the longer
period, its settlements together pay what one reckoning over the final facts does.

`TO_DATE=50` tries so many random histories; a seed names one for ever. What is held is left out: it is let
go by the months in which it was held.
"""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from salescli.findings import Finding
from salescli.workflows.paying.reckon import reckon
from salescli.workflows.session import open_session

from .test_reversed_in_proportion import WHATS, Book, Deal, happen
from .test_settle import rows

MONTHS = ("2026-07", "2026-08", "2026-09")
RUNS = int(os.environ.get("TO_DATE", "6"))
TO_DATE = "period: month, to_date: quarter"
MARGINAL = (
    "mode: marginal,"
    " tiers: [{from: 0, rate: 10%}, {from: 15000, rate: 20%, bonus: 50}, {from: 40000, rate: 5%}]"
)
WHOLE = (
    "mode: whole, tiers: [{from: 0, rate: 1%}, {from: 15000, rate: 2%, bonus: 50}, {from: 40000, rate: 5%}]"
)
COMPONENTS = {
    "sales": f"shape: tiers, {TO_DATE}, pays_on: sales_amount, measured_by: sales_amount, {MARGINAL}",
    "margin": f"shape: tiers, {TO_DATE}, pays_on: gross_profit, measured_by: sales_amount, {WHOLE}",
    "cash": f"shape: tiers, {TO_DATE}, pays_on: collected_amount, measured_by: collected_amount, {MARGINAL}",
    "attained": f"shape: tiers, {TO_DATE}, pays_on: sales_amount, measured_by: attainment(sales_amount),"
    " target: so_far, on_zero_target: attained, mode: whole,"
    " tiers: [{from: 0%, rate: 1%}, {from: 80%, rate: 2%}, {from: 120%, rate: 3%, bonus: 20}]",
    "stones": f"shape: milestones, {TO_DATE}, pays: all,"
    " milestones: [{when: sales_amount >= 10000, pays: 100}, {when: deals_won >= 3, pays: 33.33}]",
    "capped": f"shape: tiers, {TO_DATE}, pays_on: sales_amount, measured_by: sales_amount,"
    f" only: {{product: [A]}}, {WHOLE}, cap: {{amount: 1500, over: lost}}",
    "won": f"shape: flat, {TO_DATE}, pays_on: deals_won, pays: 50,"
    " multipliers: [{measured_by: attainment(sales_amount), mode: interpolated,"
    " tiers: [{from: 0%, factor: 50%}, {from: 100%, factor: 150%}]}]",
}
RULES = (
    "",
    "clawback: {share: 100%}\n",
    "clawback: {share: 50%}\n",
    "ramp: {months: [25%, 50%, 75%]}\n",
    "prorate_targets: true\n",
)


def plan(name: str, role: str, rules: str, scope: str = "", release: bool = False) -> str:
    text = f"plan: {name}\nfor: {{role: [{role}]}}\nclosed_periods: reverse\n{rules}components:\n"
    for key, component in COMPONENTS.items():
        held = ", release: {by: months, count: 2}" if release and key in ("sales", "capped") else ""
        whose = f", scope: {scope}" if scope else ""
        text += f"  {key}{'_led' if scope else ''}: {{{component}{whose}{held}}}\n"
    return text


def random_book(root: Path, random: Random) -> Book:
    """Plans, of two versions now and then, targets, newcomers, and a change of manager."""
    book = Book(root, random.choice([0, 30]))
    for path in (root / "policies/plans").glob("*"):
        path.unlink()
    rules, release = random.choice(RULES), random.random() < 0.3
    versions = {"rep": ""}
    if random.random() < 0.4:
        versions = {
            "rep": "valid: {from: 2026-01-01, to: 2026-07-31}\n",
            "rep2": "valid: {from: 2026-08-01}\n",
        }
    plans = {name: plan(name, "rep", rules + valid, release=release) for name, valid in versions.items()}
    plans["manager"] = plan(
        "manager", "manager", random.choice(RULES[:2]), random.choice(["reports", "all_reports"])
    )
    org = (root / "ledger/org.yaml").read_text("utf-8")
    if "ramp" in rules:
        org = org.replace("role: rep, hired: 2024-03-01", "role: rep, hired: 2026-06-10")
        org = org.replace(
            "{from: 2024-03-01, region: east, manager: wang}",
            "{from: 2026-06-10, region: east, manager: wang}",
        )
    head, zhang = org.split("id: zhang")
    since = random.choice(["2026-08-01", "2026-08-15", "2026-09-01"])
    if random.random() < 0.4:
        zhang = zhang.replace("manager: wang}]", f"manager: wang}}, {{from: {since}, region: east}}]", 1)
    targets = "".join(
        f"{month},sales_amount,east,,{who},target,{random.choice([3000, 8000, 20000])}\n"
        for month in MONTHS
        for who in ("zhang", "li")
    )
    files = {f"policies/plans/{name}.yaml": text for name, text in plans.items()} | {
        "ledger/org.yaml": f"{head}id: zhang{zhang}",
        "ledger/targets/Q3.csv": f"period,metric,region,product,person,level,target\n{targets}",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return book


@pytest.mark.parametrize("seed", range(RUNS))
def test_pay_to_date_comes_to_what_one_reckoning_gives(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    book, lost = random_book(tmp_path, random), list[Deal]()
    for number, month in enumerate(MONTHS):
        events = [
            (random.choice(WHATS), random.randrange(12), random.randrange(21))
            for _ in range(random.randrange(1, 7))
        ]
        happen(book, number, events, lost)
        book.settle(month)
    settled: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for month in MONTHS:
        for row in rows(tmp_path / f"ledger/settlements/{month}/entries.csv"):
            if row["kind"] not in ("hold", "release"):
                settled[row["component"], row["person"]] += Decimal(row["amount"])
    shutil.rmtree(tmp_path / "ledger/settlements")
    once: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    with open_session(tmp_path) as session:
        found: list[Finding] = []
        for one in reckon(session, session.period("2026-Q3"), found):
            for entry in one.entries():
                if entry.kind not in ("hold", "release"):
                    once[entry.component, entry.person] += entry.amount
    assert {key: v for key, v in settled.items() if v} == {key: v for key, v in once.items() if v}
