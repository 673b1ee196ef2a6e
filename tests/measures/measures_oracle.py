"""A second, naive reckoning of credits and cells: plain loops over `csv` and `Decimal`, no code shared."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

Totals = dict[tuple[str, ...], dict[str, int]]
METRICS = (
    "sales_amount",
    "collected_amount",
    "deals_won",
    "new_customers",
    "won",
    "decided",
    "lead",
    "lead_converted",
    "follow_up",
    "gross_profit",
    "units",
)
OF_DEALS = ("customer", "customer_kind", "category", "item", "source")


def rows(root: Path, kind: str) -> list[dict[str, str]]:
    found = []
    for path in sorted((root / "ledger").rglob("*.csv")):
        if path.stem == kind or path.parent.name == kind:
            with path.open(encoding="utf-8-sig", newline="") as file:
                found.extend(csv.DictReader(file))
    return found


def cents(text: str) -> int:
    return int(Decimal(text or "0") * 100)


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def parts(amount: int, shares: dict[str, Fraction]) -> dict[str, int]:
    """Largest remainder; ties by person."""
    exact = {p: abs(amount) * s for p, s in shares.items()}
    floor = {p: int(e) for p, e in exact.items()}
    left = abs(amount) - sum(floor.values())
    for p in sorted(shares, key=lambda p: (floor[p] - exact[p], p))[:left]:
        floor[p] += 1
    return {p: v if amount >= 0 else -v for p, v in floor.items()}


def on_top(amount: int, share: Fraction) -> int:
    whole = int(abs(amount) * share + Fraction(1, 2))
    return whole if amount >= 0 else -whole


class Oracle:
    def __init__(self, root: Path, as_of: date, percent: Fraction) -> None:
        self.lines: list[tuple[date, str, str, str, str, str, int, dict[str, str]]] = []
        deals = {d["deal_id"]: d for d in rows(root, "deals")}
        receipts = rows(root, "collections")
        splits: dict[str, dict[str, Fraction]] = defaultdict(dict)
        tops: dict[str, dict[tuple[str, str], Fraction]] = defaultdict(dict)
        for c in rows(root, "credits"):
            share = Fraction(c["share"].rstrip("%")) / 100
            if c["kind"] in ("", "split"):
                splits[c["deal_id"]][c["person"]] = share
            else:
                tops[c["deal_id"]][c["person"], c["kind"]] = share
        self.splits, self.tops, self.deals = splits, tops, deals
        self.recognised: dict[str, date] = {}
        first: dict[str, tuple[date, str]] = {}
        for key, d in deals.items():
            if d["status"] == "lost":
                closed = day(d["closed_on"]) or day(d["signed_on"])
                if closed and closed <= as_of:
                    self.add(d, closed, d["owner"], "owner", "decided", 1)
                continue
            cancelled = day(d["cancelled_on"])
            if cancelled and cancelled <= as_of:
                continue
            decided = day(d["closed_on"]) or day(d["signed_on"])
            if decided and decided <= as_of and d["status"] in ("won", "cancelled"):
                self.add(d, decided, d["owner"], "owner", "decided", 1)
                self.add(d, decided, d["owner"], "owner", "won", 1)
            own = [
                r for r in receipts if r["deal_id"] == key and date.fromisoformat(r["received_on"]) <= as_of
            ]
            for r in own:
                received = date.fromisoformat(r["received_on"])
                self.share(d, received, "collected_amount", cents(r["amount"]))
            counted = self.counts_on(d, own, as_of, percent)
            if counted is None:
                continue
            self.recognised[key] = counted
            self.add(d, counted, d["owner"], "owner", "deals_won", 1)
            self.share(d, counted, "units", int(d.get("quantity") or 0))
            amount, cost = cents(d["amount"]), cents(d["cost"])
            self.share(d, counted, "sales_amount", amount)
            self.share(d, counted, "gross_profit", amount)
            self.share(d, counted, "gross_profit", -cost)
            seen = first.get(d["customer"])
            if seen is None or (counted, key) < seen:
                first[d["customer"]] = (counted, key)
        for counted, key in first.values():
            self.add(deals[key], counted, deals[key]["owner"], "owner", "new_customers", 1)
        for a in rows(root, "activities"):
            done = date.fromisoformat(a["date"])
            if done <= as_of and a["kind"] in METRICS:
                of = deals.get(a["deal_id"], {})
                where = (done, a["region"], a["product"], a["person"])
                self.lines.append((*where, "owner", a["kind"], int(a["count"]), of))

    @staticmethod
    def counts_on(
        d: dict[str, str], receipts: list[dict[str, str]], as_of: date, percent: Fraction
    ) -> date | None:
        signed = day(d["signed_on"])
        if signed is None or signed > as_of:
            return None
        need = cents(d["amount"]) * percent
        if need == 0:
            return signed
        for received in sorted({r["received_on"] for r in receipts}):
            if sum(cents(r["amount"]) for r in receipts if r["received_on"] <= received) >= need:
                return max(signed, date.fromisoformat(received))
        return None

    def share(self, d: dict[str, str], on: date, metric: str, amount: int) -> None:
        for person, kind, part in self.parts_of(d, amount):
            self.add(d, on, person, kind, metric, part)

    def parts_of(self, d: dict[str, str], amount: int) -> list[tuple[str, str, int]]:
        """Person, kind and part of an amount of a deal."""
        split = self.splits[d["deal_id"]]
        kind = "split" if split else "owner"
        cut = parts(amount, split or {d["owner"]: Fraction(1)})
        tops = self.tops[d["deal_id"]].items()
        return [(p, kind, part) for p, part in cut.items()] + [
            (p, k, on_top(amount, share)) for (p, k), share in tops
        ]

    def add(self, d: dict[str, str], on: date, person: str, kind: str, metric: str, value: int) -> None:
        self.lines.append((on, d["region"], d["product"], person, kind, metric, value, d))

    def totals(
        self,
        by: tuple[str, ...],
        start: date,
        end: date,
        only: Mapping[str, tuple[str, ...]] | None = None,
        credits: str = "attainment",
        **ids: str | None,
    ) -> Totals:
        """Only keys with something other than zero."""
        found: dict[tuple[str, ...], dict[str, int]] = defaultdict(lambda: dict.fromkeys(METRICS, 0))
        for on, region, product, person, kind, metric, value, deal in self.lines:
            year, week, _ = on.isocalendar()
            key = {
                "month": f"{on:%Y-%m}",
                "week": f"{year}-W{week:02}",
                "region": region,
                "product": product,
                "person": person,
            }
            wanted = all(word is None or key[name] == word for name, word in ids.items())
            for name, words in (only or {}).items():
                wanted = wanted and (deal.get(name) if name in OF_DEALS else key[name]) in words
            if kind in ("overlay", "attainment", "pay"):
                of_people = "person" in by or bool(ids.get("person"))
                wanted = wanted and of_people and kind in ("overlay", credits)
            if wanted and start <= on <= end:
                found[tuple(key[b] for b in by)][metric] += value
        return {k: v for k, v in found.items() if any(v.values())}
