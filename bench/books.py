"""Books of any size, the same bytes every time: 24 months, 3 regions, 3 product lines, 300 people.

About 30 % of the deals are shared by two people (1.3 credits a deal); every deal has two receipts, the first
of a third of its amount.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

PEOPLE = 300
REGIONS = ("east", "south", "north")
PRODUCTS = ("A", "B", "C")
FIRST = date(2024, 9, 1)
MONTHS = 24
NEWEST = "2026-08"

_POLICY = "closed_deal: {signed: true, collected_at_least: 30%}\n"
_PLAN = """\
plan: bench
for: {role: [seller]}
components:
  commission:
    shape: tiers
    period: month
    pays_on: sales_amount
    measured_by: attainment(sales_amount)
    mode: whole
    tiers:
      - {from: 0%, rate: 1%}
      - {from: 80%, rate: 1.5%}
      - {from: 100%, rate: 2%, bonus: 1000}
    on_zero_target: error
"""
DEALS_PLAN = """\
plan: bench
for: {role: [seller]}
components:
  commission:
    shape: rate_table
    period: month
    pays_on: sales_amount
    choose: first_match
    rules:
      - {product: [A], amount: {from: 50000}, rate: 3%}
      - {product: [A], rate: 2.5%}
      - {region: [east, south], rate: 2%}
      - {rate: 1%}
"""
"""Paid deal by deal instead, each with an entry of its own."""


def months() -> list[date]:
    """First days of the months."""
    start = FIRST.year * 12 + FIRST.month - 1
    return [date((start + i) // 12, (start + i) % 12 + 1, 1) for i in range(MONTHS)]


def make(folder: Path, deals: int, people: int = PEOPLE) -> Path:
    """A book of so many deals and people, made once."""
    root = folder / (f"deals-{deals}" if people == PEOPLE else f"deals-{deals}-people-{people}")
    if (root / "done").exists():
        return root
    for part in ("ledger/deals", "ledger/collections", "ledger/credits", "ledger/targets", "policies/plans"):
        (root / part).mkdir(parents=True, exist_ok=True)
    _configuration(root, deals, people)
    _facts(root, deals, people)
    (root / "done").touch()
    return root


def _configuration(root: Path, deals: int, headcount: int) -> None:
    settings = "company: Bench\ncurrency: CNY\nlocale: en\ncalendar: CN\n"
    (root / "salescli.yaml").write_text(settings, encoding="utf-8")
    named = ", ".join(f"{{id: {r}, name: {r}}}" for r in REGIONS)
    lines = ", ".join(f"{{id: {p}, name: {p}}}" for p in PRODUCTS)
    (root / "ledger/org.yaml").write_text(f"regions: [{named}]\nproducts: [{lines}]\n", encoding="utf-8")
    people = "".join(f"p{i:03},Person {i},seller,2020-01-01\n" for i in range(headcount))
    places = "".join(f"p{i:03},2020-01-01,{REGIONS[i % 3]}\n" for i in range(headcount))
    (root / "ledger/people.csv").write_text("id,name,role,hired\n" + people, encoding="utf-8")
    (root / "ledger/assignments.csv").write_text("person,from,region\n" + places, encoding="utf-8")
    (root / "policies/metrics.yaml").write_text(_POLICY, encoding="utf-8")
    (root / "policies/plans/bench.yaml").write_text(_PLAN, encoding="utf-8")
    target = max(1, deals // MONTHS // headcount) * 50_000
    rows = ["period,metric,region,product,person,level,target"]
    for month in months():
        text = f"{month:%Y-%m},sales_amount"
        rows.append(f"{text},,,,target,{target * headcount}")
        rows += [f"{text},{r},,,target,{target * headcount // 3}" for r in REGIONS]
        rows += [f"{text},{REGIONS[i % 3]},,p{i:03},target,{target}" for i in range(headcount)]
    (root / "ledger/targets/all.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def _facts(root: Path, deals: int, headcount: int) -> None:
    chance = random.Random(20260701)
    starts = months()
    written: dict[str, dict[str, list[str]]] = {"deals": {}, "collections": {}, "credits": {}}
    last = starts[-1] + timedelta(days=30)
    for number in range(deals):
        month = starts[number * MONTHS // deals]
        signed = month + timedelta(days=chance.randrange(28))
        owner = chance.randrange(headcount)
        cents = chance.randrange(100_000, 10_000_000)
        key, name = f"{signed:%Y-%m}", f"D{number:07}"
        written["deals"].setdefault(key, []).append(
            f"{name},C{chance.randrange(deals // 5 + 1)},{REGIONS[owner % 3]},"
            f"{PRODUCTS[chance.randrange(3)]},p{owner:03},{_money(cents)},won,{signed},"
            f"{_money(cents * 6 // 10)}"
        )
        first = cents // 3 + 1
        for part, days, amount in (
            (1, chance.randrange(20), first),
            (2, 30 + chance.randrange(60), cents - first),
        ):
            day = min(signed + timedelta(days=days), last)
            line = f"R{number:07}-{part},{name},{day},{_money(amount)}"
            written["collections"].setdefault(f"{day:%Y-%m}", []).append(line)
        if number % 10 < 3:
            share = chance.randrange(1, 100)
            other = (owner + 3 * chance.randrange(1, 50)) % headcount
            if other != owner:
                lines = [f"{name},p{owner:03},{share}%", f"{name},p{other:03},{100 - share}%"]
                written["credits"].setdefault(key, []).extend(lines)
    headings = {
        "deals": "deal_id,customer,region,product,owner,amount,status,signed_on,cost",
        "collections": "receipt_id,deal_id,received_on,amount",
        "credits": "deal_id,person,share",
    }
    for kind, files in written.items():
        for key, lines in files.items():
            text = headings[kind] + "\n" + "\n".join(lines) + "\n"
            (root / "ledger" / kind / f"{key}.csv").write_text(text, encoding="utf-8")


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def journal(root: Path) -> Path:
    """The deals as a plain-text journal, a transaction each, for hledger and ledger."""
    path = root / "deals.journal"
    if path.exists():
        return path
    with path.open("w", encoding="utf-8") as out:
        for file in sorted((root / "ledger/deals").glob("*.csv")):
            for line in file.read_text(encoding="utf-8").splitlines()[1:]:
                name, _, region, product, owner, amount, _, signed, _ = line.split(",")
                out.write(f"{signed} * {name}\n    assets:receivable  {amount} CNY\n")
                out.write(f"    income:{region}:{product}:{owner}\n\n")
    return path
