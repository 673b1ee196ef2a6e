"""A second implementation of the pay rules: plain loops over `csv` and `Decimal`, no code of salescli's.

It is meant to be read beside docs/semantics.md, not to be quick. Money is in currency units.
"""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_UP, Decimal, getcontext
from pathlib import Path
from typing import Any

getcontext().prec = 60
CENT = Decimal("0.01")
ZERO = Decimal(0)


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def whole_tiers(credit: Decimal, measure: Decimal, unit: Decimal, tiers: list[dict[str, Decimal]]) -> Decimal:
    """`measure >= from × unit` reaches a tier; unit is the target for attainments and 1 for amounts."""
    reached = tiers[0]
    for tier in tiers:
        if measure >= tier["from"] * unit:
            reached = tier
    bonus = reached["bonus"] if measure > 0 else ZERO
    return cents(credit * reached["rate"]) + bonus


def marginal_tiers(credit: Decimal, unit: Decimal, tiers: list[dict[str, Decimal]]) -> Decimal:
    """Slices of the credit itself, cut at `from × unit`."""
    pay = bonus = ZERO
    for number, tier in enumerate(tiers):
        low = tier["from"] * unit
        if credit <= 0 and number == 0:
            pay += credit * tier["rate"]
        if credit > 0 and credit >= low:
            bonus += tier["bonus"]
        if credit > low:
            high = credit
            if number + 1 < len(tiers):
                high = min(credit, tiers[number + 1]["from"] * unit)
            pay += (high - low) * tier["rate"]
    return cents(pay) + bonus


def rank(values: dict[str, Decimal], awards: list[Decimal], ties: str) -> dict[str, Decimal]:
    """Prizes by person, of those whose value is above zero."""
    won: dict[str, Decimal] = {}
    left = {person: value for person, value in values.items() if value > 0}
    position = 0
    while left:
        best = max(left.values())
        group = sorted(person for person in left if left[person] == best)
        if ties == "same":
            for person in group:
                won[person] = awards[position] if position < len(awards) else ZERO
        else:
            pot = int(sum(awards[position : position + len(group)], ZERO) * 100)
            each, rest = divmod(pot, len(group))
            for number, person in enumerate(group):
                won[person] = Decimal(each + (1 if number < rest else 0)) / 100
        position += len(group)
        for person in group:
            del left[person]
    return {person: amount for person, amount in won.items() if amount}


def rows(folder: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found.extend(csv.DictReader(file))
    return found


def recognised(book: Path, needed: Decimal, as_of: str) -> list[dict[str, Any]]:
    """Deals that count by then, with the day: signed, and `needed` of the amount received."""
    receipts = rows(book / "ledger" / "collections")
    found: list[dict[str, Any]] = []
    for deal in rows(book / "ledger" / "deals"):
        if deal["status"] == "lost" or not deal["signed_on"] or deal["signed_on"] > as_of:
            continue
        if deal["cancelled_on"] and deal["cancelled_on"] <= as_of:
            continue
        amount = Decimal(deal["amount"])
        days = {deal["signed_on"]}
        for receipt in receipts:
            if receipt["deal_id"] == deal["deal_id"] and receipt["received_on"] <= as_of:
                days.add(receipt["received_on"])
        for day in sorted(days):
            got = ZERO
            for receipt in receipts:
                if receipt["deal_id"] == deal["deal_id"] and receipt["received_on"] <= day:
                    got += Decimal(receipt["amount"])
            if day >= deal["signed_on"] and got >= amount * needed:
                found.append({**deal, "amount": amount, "day": day})
                break
    return found


def credited(book: Path, deal: dict[str, Any]) -> dict[str, Decimal]:
    """Person → part of the deal's amount; splits sum to it, by largest remainder in cents."""
    shares = [row for row in rows(book / "ledger" / "credits") if row["deal_id"] == deal["deal_id"]]
    splits = sorted((row for row in shares if row["kind"] != "overlay"), key=lambda row: row["person"])
    total = int(deal["amount"] * 100)
    parts: dict[str, Decimal] = {}
    if not splits:
        parts[deal["owner"]] = deal["amount"]
    else:
        exact = [total * Decimal(row["share"].rstrip("%")) / 100 for row in splits]
        floor = [int(value) for value in exact]
        order = sorted(range(len(splits)), key=lambda i: (floor[i] - exact[i], splits[i]["person"]))
        for i in order[: total - sum(floor)]:
            floor[i] += 1
        for i, row in enumerate(splits):
            parts[row["person"]] = Decimal(floor[i]) / 100
    for row in shares:
        if row["kind"] == "overlay":
            extra = cents(deal["amount"] * Decimal(row["share"].rstrip("%")) / 100)
            parts[row["person"]] = parts.get(row["person"], ZERO) + extra
    return parts


def sales(book: Path, needed: Decimal, start: str, end: str) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Sales of people and of regions in a period, as of its end."""
    people: dict[str, Decimal] = {}
    regions: dict[str, Decimal] = {}
    for deal in recognised(book, needed, end):
        if start <= deal["day"] <= end:
            regions[deal["region"]] = regions.get(deal["region"], ZERO) + deal["amount"]
            for person, amount in credited(book, deal).items():
                people[person] = people.get(person, ZERO) + amount
    return people, regions
