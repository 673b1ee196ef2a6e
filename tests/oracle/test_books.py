"""Whole random books: files written, paid by salescli and by the naive loops, entry by entry."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from salescli.workflows.paying.payout import payout

from . import naive

TIERS = [
    {"from": Decimal("0"), "rate": Decimal("0.004"), "bonus": Decimal(0)},
    {"from": Decimal("0.5"), "rate": Decimal("0.0125"), "bonus": Decimal("100.50")},
    {"from": Decimal("1"), "rate": Decimal("0.02"), "bonus": Decimal(1000)},
]
AWARDS = [Decimal("500.01"), Decimal(300), Decimal(100)]
NEEDED = Decimal("0.3")
MONTHS = {"2026-01": 31, "2026-02": 28, "2026-03": 31}

PLAN = """\
plan: {name}
for: {{role: [{role}]}}
components:
  commission:
    shape: tiers
    period: month
    pays_on: sales_amount
    measured_by: attainment(sales_amount)
    mode: {mode}
    tiers:
      - {{from: 0%, rate: 0.4%}}
      - {{from: 50%, rate: 1.25%, bonus: 100.50}}
      - {{from: 100%, rate: 2%, bonus: 1000}}
    on_zero_target: error
  best: {{shape: ranking, period: quarter, rank_by: sales_amount, awards: [500.01, 300, 100], ties: {ties}}}
  team: {{shape: team, period: month, scope: region, when: attainment(sales_amount) >= 90%, per_head: 50.05}}
"""


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def random_book(
    root: Path, random: Random
) -> tuple[dict[str, tuple[str, str]], dict[tuple[str, str], Decimal]]:
    """Write a book; return person → (role, region) and (month, person or region) → target."""
    people = {f"p{n}": (random.choice(["am", "kam"]), random.choice(["east", "west"])) for n in range(5)}
    people |= {f"p{n}": (role, people[f"p{n}"][1]) for n, role in enumerate(("am", "kam"))}  # no empty role
    write(root / "salescli.yaml", "company: X\ncurrency: CNY\nlocale: en\n")
    write(root / "policies/metrics.yaml", "closed_deal: {signed: true, collected_at_least: 30%}\n")
    write(root / "policies/plans/am.yaml", PLAN.format(name="am", role="am", mode="whole", ties="split"))
    write(root / "policies/plans/kam.yaml", PLAN.format(name="kam", role="kam", mode="marginal", ties="same"))
    org = "regions: [{id: east, name: East}, {id: west, name: West}]\nproducts: [{id: A, name: A}]\npeople:\n"
    for person, (role, region) in people.items():
        org += f"  - {{id: {person}, name: {person}, role: {role}, hired: 2025-01-01,\n"
        org += f"     assignments: [{{from: 2025-01-01, region: {region}}}]}}\n"
    write(root / "ledger/org.yaml", org)
    targets: dict[tuple[str, str], Decimal] = {}
    lines = ["period,metric,region,product,person,level,target"]
    for month in MONTHS:
        for region in ("east", "west"):
            targets[month, region] = Decimal(random.randint(1, 40000)) / 10
            lines.append(f"{month},sales_amount,{region},,,target,{targets[month, region]}")
        for person, (_, region) in people.items():
            targets[month, person] = Decimal(random.randint(1, 40000)) / 10
            lines.append(f"{month},sales_amount,{region},,{person},target,{targets[month, person]}")
    write(root / "ledger/targets/Q1.csv", "\n".join(lines) + "\n")
    _facts(root, random, people, targets)
    return people, targets


def _facts(
    root: Path, random: Random, people: dict[str, tuple[str, str]], targets: dict[tuple[str, str], Decimal]
) -> None:
    deals = ["deal_id,customer,region,product,owner,amount,status,opened_on,signed_on,closed_on,cancelled_on"]
    receipts = ["receipt_id,deal_id,received_on,amount"]
    credits = ["deal_id,person,share,kind"]
    for n in range(random.randint(1, 25)):
        month, days = random.choice(list(MONTHS.items()))
        owner = random.choice(sorted(people))
        day = random.randint(1, days)
        amount = random.choice([Decimal(random.randint(1, 300000)) / 100, targets[month, owner]])
        status = random.choice(["won"] * 6 + ["lost", "cancelled"])
        signed = f"{month}-{day:02}" if status != "lost" else ""
        cancelled = f"2026-03-{random.randint(1, 31):02}" if status == "cancelled" else ""
        if cancelled and cancelled < signed:
            cancelled = signed
        closed = f"{month}-{day:02}"
        region = people[owner][1]
        deals.append(
            f"D{n},c{n},{region},A,{owner},{amount},{status},2026-01-01,{signed},{closed},{cancelled}"
        )
        for part in range(random.randint(0, 3)):
            later = random.choice([m for m in MONTHS if m >= month])
            received = max(f"{later}-{random.randint(1, MONTHS[later]):02}", f"{month}-{day:02}")
            cash = (amount * random.choice([Decimal("0.15"), Decimal("0.3"), Decimal("0.5")])).quantize(
                naive.CENT
            )
            receipts.append(f"R{n}-{part},D{n},{received},{cash}")
        if random.random() < 0.4:
            first, second, third = random.sample(sorted(people), 3)
            share = random.choice([33, 50, 60])
            credits += [f"D{n},{first},{share}%,split", f"D{n},{second},{100 - share}%,split"]
            if random.random() < 0.5:
                credits.append(f"D{n},{third},25%,overlay")
    for kind, lines in (("deals", deals), ("collections", receipts), ("credits", credits)):
        rows = lines[1:]
        random.shuffle(rows)
        write(root / f"ledger/{kind}/all.csv", "\n".join([lines[0], *rows]) + "\n")


def expected(
    root: Path, people: dict[str, tuple[str, str]], targets: dict[tuple[str, str], Decimal]
) -> dict[tuple[str, str, str], Decimal]:
    """(period, person, component) → amount."""
    pay: dict[tuple[str, str, str], Decimal] = {}
    for month, days in MONTHS.items():
        own, regions = naive.sales(root, NEEDED, f"{month}-01", f"{month}-{days}")
        for person, (role, region) in people.items():
            credit, target = own.get(person, naive.ZERO), targets[month, person]
            pay[month, person, "commission"] = (
                naive.whole_tiers(credit, credit, target, TIERS)
                if role == "am"
                else naive.marginal_tiers(credit, target, TIERS)
            )
            met = regions.get(region, naive.ZERO) >= targets[month, region] * Decimal("0.9")
            pay[month, person, "team"] = Decimal("50.05") if met else naive.ZERO
    quarter, _ = naive.sales(root, NEEDED, "2026-01-01", "2026-03-31")
    for role, ties in (("am", "split"), ("kam", "same")):
        values = {person: quarter.get(person, naive.ZERO) for person in people if people[person][0] == role}
        for person, amount in naive.rank(values, AWARDS, ties).items():
            pay["2026-Q1", person, "best"] = amount
    return {key: amount for key, amount in pay.items() if amount}


@pytest.mark.parametrize("seed", range(int(os.environ.get("ORACLE_BOOKS", "12"))))
def test_a_random_book_is_paid_as_by_hand(tmp_path: Path, seed: int) -> None:
    people, targets = random_book(tmp_path, Random(seed))
    report = payout(tmp_path, "2026-Q1")
    got: dict[tuple[str, str, str], Decimal] = {}
    for row in report.tables[0].rows:
        key = (str(row["period"]), str(row["person"]), str(row["component"]))
        amount = row["amount"]
        assert isinstance(amount, Decimal)
        got[key] = got.get(key, Decimal(0)) + amount
    assert got == expected(tmp_path, people, targets)
    total = report.tables[1].rows[-1]["amount"]
    assert total == sum(got.values(), Decimal(0))
