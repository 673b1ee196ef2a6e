"""A second, naive reckoning of credits and cells: plain loops over `csv` and `Decimal`, no code shared."""

from __future__ import annotations

import csv
from collections import defaultdict
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
)


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
        self.lines: list[tuple[date, str, str, str, bool, str, int]] = []
        deals = {d["deal_id"]: d for d in rows(root, "deals")}
        receipts = rows(root, "collections")
        splits: dict[str, dict[str, Fraction]] = defaultdict(dict)
        overlays: dict[str, dict[str, Fraction]] = defaultdict(dict)
        for c in rows(root, "credits"):
            table = overlays if c["kind"] == "overlay" else splits
            table[c["deal_id"]][c["person"]] = Fraction(c["share"].rstrip("%")) / 100
        self.recognised: dict[str, date] = {}
        first: dict[str, tuple[date, str]] = {}
        for key, d in deals.items():
            if d["status"] == "lost":
                closed = day(d["closed_on"]) or day(d["signed_on"])
                if closed and closed <= as_of:
                    self.add(d, closed, d["owner"], False, "decided", 1)
                continue
            cancelled = day(d["cancelled_on"])
            if cancelled and cancelled <= as_of:
                continue
            decided = day(d["closed_on"]) or day(d["signed_on"])
            if decided and decided <= as_of and d["status"] in ("won", "cancelled"):
                self.add(d, decided, d["owner"], False, "decided", 1)
                self.add(d, decided, d["owner"], False, "won", 1)
            own = [
                r for r in receipts if r["deal_id"] == key and date.fromisoformat(r["received_on"]) <= as_of
            ]
            for r in own:
                received = date.fromisoformat(r["received_on"])
                self.share(d, received, "collected_amount", cents(r["amount"]), splits[key], overlays[key])
            counted = self.counts_on(d, own, as_of, percent)
            if counted is None:
                continue
            self.recognised[key] = counted
            self.add(d, counted, d["owner"], False, "deals_won", 1)
            amount, cost = cents(d["amount"]), cents(d["cost"])
            self.share(d, counted, "sales_amount", amount, splits[key], overlays[key])
            self.share(d, counted, "gross_profit", amount, splits[key], overlays[key])
            self.share(d, counted, "gross_profit", -cost, splits[key], overlays[key])
            seen = first.get(d["customer"])
            if seen is None or (counted, key) < seen:
                first[d["customer"]] = (counted, key)
        for counted, key in first.values():
            self.add(deals[key], counted, deals[key]["owner"], False, "new_customers", 1)
        for a in rows(root, "activities"):
            done = date.fromisoformat(a["date"])
            if done <= as_of and a["kind"] in METRICS:
                self.lines.append(
                    (done, a["region"], a["product"], a["person"], False, a["kind"], int(a["count"]))
                )

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

    def share(
        self,
        d: dict[str, str],
        on: date,
        metric: str,
        amount: int,
        split: dict[str, Fraction],
        overlay: dict[str, Fraction],
    ) -> None:
        for person, part in parts(amount, split or {d["owner"]: Fraction(1)}).items():
            self.add(d, on, person, False, metric, part)
        for person, share in overlay.items():
            self.add(d, on, person, True, metric, on_top(amount, share))

    def add(self, d: dict[str, str], on: date, person: str, overlay: bool, metric: str, value: int) -> None:
        self.lines.append((on, d["region"], d["product"], person, overlay, metric, value))

    def totals(self, by: tuple[str, ...], start: date, end: date, **only: str | None) -> Totals:
        """Only keys with something other than zero."""
        found: dict[tuple[str, ...], dict[str, int]] = defaultdict(lambda: dict.fromkeys(METRICS, 0))
        for on, region, product, person, overlay, metric, value in self.lines:
            year, week, _ = on.isocalendar()
            key = {
                "month": f"{on:%Y-%m}",
                "week": f"{year}-W{week:02}",
                "region": region,
                "product": product,
                "person": person,
            }
            wanted = all(word is None or key[name] == word for name, word in only.items())
            if overlay and "person" not in by and not only.get("person"):
                wanted = False
            if wanted and start <= on <= end:
                found[tuple(key[b] for b in by)][metric] += value
        return {k: v for k, v in found.items() if any(v.values())}
