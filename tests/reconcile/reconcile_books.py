"""Small books of deals and receipts for `reconcile`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

DEALS = (
    "deal_id,customer,region,product,owner,amount,status,opened_on,signed_on,closed_on,cancelled_on,"
    "currency\n"
)
RECEIPTS = "receipt_id,deal_id,received_on,amount,currency,customer\n"
ORG = """\
regions: [{id: east, name: East}]
products: [{id: A, name: A}]
people:
  - {id: zhang, name: Zhang, role: seller, hired: 2020-01-01, assignments: [{from: 2020-01-01, region: east}]}
"""


def deal(
    name: str,
    amount: str,
    signed: str = "",
    *,
    status: str = "won",
    cancelled: str = "",
    customer: str = "c1",
    currency: str = "",
) -> str:
    dates = f"2025-01-01,{signed},{signed},{cancelled}"
    return f"{name},{customer},east,A,zhang,{amount},{status},{dates},{currency}\n"


def receipt(name: str, of: str, day: str, amount: str, *, customer: str = "", currency: str = "") -> str:
    return f"{name},{of},{day},{amount},{currency},{customer}\n"


def make_book(
    root: Path,
    deals: Iterable[str],
    receipts: Iterable[str],
    *,
    settings: str = "",
    fx: str = "",
) -> Path:
    files = {
        "salescli.yaml": f"company: Test\ncurrency: CNY\nlocale: en\ncalendar: CN\n{settings}",
        "ledger/org.yaml": ORG,
        "policies/metrics.yaml": "closed_deal: {signed: true, collected_at_least: 30%}\n"
        + ("fx: booking_date\n" if fx else ""),
        "ledger/deals/all.csv": DEALS + "".join(deals),
        "ledger/collections/all.csv": RECEIPTS + "".join(receipts),
    }
    if fx:
        files["ledger/fx.csv"] = "date,currency,rate\n" + fx
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "salescli", *words],
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def reconciled(root: Path, *words: str) -> tuple[int, dict[str, Any]]:
    done = run(root, "reconcile", "-o", "json", "-q", *words)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)
