"""A small book that keeps reports, reviews and settlements, for `due`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SETTINGS = """\
company: Test
currency: CNY
locale: en
calendar: CN
cadence:
  weekly_report: "Fri 17:00"
  monthly_report: last
  weekly_review: Mon
  monthly_review: 5
  quarterly_review: 10
"""
ORG = """\
regions: [{id: east, name: East}]
products: [{id: A, name: A}]
people:
  - {id: chen, name: Chen, role: manager, hired: 2020-01-01, assignments: [{from: 2020-01-01, region: east}]}
  - {id: zhang, name: Zhang, role: seller, hired: 2020-01-01, manager: chen,
     assignments: [{from: 2020-01-01, region: east}]}
  - {id: li, name: Li, role: seller, hired: 2020-01-01, manager: chen,
     assignments: [{from: 2020-01-01, region: east}]}
"""
PLAN = """\
plan: p
for: {role: [seller]}
valid: {from: 2026-01-01, to: 2027-12-31}
why: test
components:
  commission:
    shape: flat
    period: month
    pays_on: sales_amount
    rate: 1%
"""
DEALS = """\
deal_id,customer,region,product,owner,amount,status,opened_on,signed_on
D1,c1,east,A,zhang,1000,won,2026-08-01,2026-08-05
D2,c2,east,A,li,1000,won,2026-08-01,2026-09-10
"""
RECEIPTS = """\
receipt_id,deal_id,received_on,amount
R1,D1,2026-08-06,1000
R2,D2,2026-09-30,1000
"""
ACTIVITIES = """\
date,person,kind,count
2026-09-29,zhang,lead,3
2026-09-28,li,lead,3
"""


def make_book(root: Path, **more: str) -> Path:
    """`more`: files by path with `__` for `/`, an empty text leaves the file out."""
    files = {
        "salescli.yaml": SETTINGS,
        "ledger/org.yaml": ORG,
        "policies/metrics.yaml": "closed_deal: {signed: true, collected_at_least: 30%}\n",
        "policies/plans/p.yaml": PLAN,
        "ledger/deals/all.csv": DEALS,
        "ledger/collections/all.csv": RECEIPTS,
        "ledger/activities/all.csv": ACTIVITIES,
    } | more
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text:
            path.write_text(text, encoding="utf-8")
        else:
            path.unlink(missing_ok=True)
    return root


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "salescli", *words],
        cwd=root, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def rows(root: Path, *words: str) -> list[dict[str, Any]]:
    done = run(root, "due", "-o", "json", "-q", *words)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    return found


def of(found: list[dict[str, Any]], *whats: str) -> list[tuple[Any, ...]]:
    return [
        (one["what"], one["period"], one["person"], one["due_on"], one["state"])
        for one in found
        if one["what"] in whats
    ]
