"""Makes the facts of the sample book: `python tools/make_sample.py [FOLDER]`.

The hand-set figures (`SALES`) are credited sales per person and month, in yuan; deals are invented around
them so that each sum comes out exactly. A fixed seed makes every run write the same bytes. What people
write by hand – settings, org, targets, policies, templates – is not made here.
"""

from __future__ import annotations

import csv
import random
import sys
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

SEED = 20260701
FIRST, LAST = (2025, 7), (2026, 9)
END = date(2026, 9, 30)

# Regions by person and month; a transfer changes it.
REGION = {
    "zhang": "east", "wu": "east",
    "li": "south", "sun": "south", "tang": "south",
    "wang": "north", "zhou": "north", "he": "north", "qian": "north",
}  # fmt: skip
PRODUCTS = {"zhang": "A", "li": "AAB", "wang": "ABC"}
MIX = "AAAAAABBBC"

# Credited sales in yuan, hand-set: the third quarters of both years carry the reference figures.
SALES: dict[str, dict[str, int]] = {
    "zhang": {"2025-07": 190_000, "2025-08": 200_000, "2025-09": 230_000,
              "2026-07": 246_000, "2026-08": 288_000, "2026-09": 346_000},
    "wu": {"2025-07": 280_000, "2025-08": 300_000, "2025-09": 350_000,
           "2026-07": 345_600, "2026-08": 381_600, "2026-09": 522_800},
    "li": {"2025-07": 150_000, "2025-08": 160_000, "2025-09": 190_000,
           "2026-07": 153_000, "2026-08": 135_000, "2026-09": 201_600},
    "sun": {"2025-07": 220_000, "2025-08": 230_000, "2025-09": 250_000,
            "2026-07": 264_600, "2026-08": 286_200, "2026-09": 374_400},
    "tang": {"2025-07": 120_000, "2025-08": 110_000, "2025-09": 130_000,
             "2026-07": 96_000, "2026-08": 98_000, "2026-09": 141_000},
    "wang": {"2025-07": 150_000, "2025-08": 160_000, "2025-09": 185_000,
             "2026-07": 118_000, "2026-08": 124_300, "2026-09": 182_000},
    "zhou": {"2025-07": 105_000, "2025-08": 98_000, "2025-09": 126_000,
             "2026-07": 88_500, "2026-08": 79_600, "2026-09": 112_000},
    "he": {"2025-07": 92_000, "2025-08": 90_000, "2025-09": 101_000,
           "2026-07": 71_000, "2026-08": 24_800},
    "qian": {"2026-08": 21_500, "2026-09": 86_400},
}  # fmt: skip

# How the months between the reference quarters go, in percent of a person's third quarter of 2025 a month.
SEASON = {"2025-10": 92, "2025-11": 104, "2025-12": 131, "2026-01": 78, "2026-02": 64, "2026-03": 112,
          "2026-04": 98, "2026-05": 103, "2026-06": 121}  # fmt: skip
LEADS = {"zhang": 15, "wu": 19, "li": 13, "sun": 16, "tang": 11, "wang": 12, "zhou": 11, "he": 9, "qian": 8}
CONVERSION = {"li": 15}
HIRED = {"qian": date(2026, 8, 1)}

CITIES = "上海 杭州 苏州 宁波 广州 深圳 佛山 厦门 北京 天津 青岛 大连".split()
TRADES = "精密机械 新能源 医疗器械 智能装备 食品 纺织 物流 电子 化工 建材 软件 汽车配件".split()
FORMS = ("有限公司", "股份有限公司", "集团")


@dataclass
class Deal:
    """A deal with its receipts: `(day, cents)`."""

    deal_id: str
    customer: str
    region: str
    product: str
    owner: str
    cents: int
    status: str
    opened: date
    signed: date | None = None
    closed: date | None = None
    cancelled: date | None = None
    cost: int | None = None
    note: str = ""
    receipts: list[tuple[date, int]] = field(default_factory=list)
    credits: list[tuple[str, str, str]] = field(default_factory=list)


def months() -> list[str]:
    """Every month of the book, `2025-07` to `2026-09`."""
    first, last = FIRST[0] * 12 + FIRST[1] - 1, LAST[0] * 12 + LAST[1] - 1
    return [f"{m // 12}-{m % 12 + 1:02}" for m in range(first, last + 1)]


def start_of(month: str) -> date:
    """The first day of a month."""
    return date.fromisoformat(f"{month}-01")


def end_of(month: str) -> date:
    """The last day of a month."""
    return (start_of(month) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


class Maker:
    """Invents deals and activities around the hand-set sums."""

    def __init__(self) -> None:
        self.random = random.Random(SEED)
        names = [f"{c}{t}{f}" for c in CITIES for t in TRADES for f in FORMS]
        self.random.shuffle(names)
        self.strangers = names
        self.customers: dict[str, list[str]] = {}
        self.deals: list[Deal] = []
        self.count: dict[str, int] = {}

    # -- small choices -----------------------------------------------------------------------------

    def deal_id(self, month: str) -> str:
        self.count[month] = self.count.get(month, 0) + 1
        return f"D{month.replace('-', '')}-{self.count[month]:03}"

    def day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.random.randint(0, max(0, (last - first).days)))

    def customer(self, owner: str, fresh_percent: int) -> str:
        known = self.customers.setdefault(owner, [])
        if not known or self.random.randint(1, 100) <= fresh_percent:
            known.append(self.strangers.pop())
            return known[-1]
        return self.random.choice(known)

    def before(self, owner: str, day: date, days: int) -> date:
        """Some days earlier, but not before somebody was hired."""
        return max(day - timedelta(days=days), HIRED.get(owner, date.min))

    def product(self, owner: str) -> str:
        return self.random.choice(PRODUCTS.get(owner, MIX))

    def region(self, owner: str, month: str) -> str:
        return "north" if owner == "tang" and month >= "2026-07" else REGION[owner]

    # -- deals that count --------------------------------------------------------------------------

    def won(self, month: str, owner: str, cents: int, last_day: date | None = None, note: str = "") -> Deal:
        """A deal that counts within the month: signed, and at least 30 % received, by its end."""
        first, last = start_of(month), last_day or end_of(month)
        kind = self.random.randint(1, 10)
        signed = self.day(first, last)
        if kind == 1 and month != months()[0] and owner not in HIRED:
            signed = first - timedelta(days=self.random.randint(1, 12))
        deal = Deal(
            self.deal_id(f"{signed:%Y-%m}"), self.customer(owner, 12), self.region(owner, month),
            self.product(owner), owner, cents, "won", self.before(owner, signed, self.random.randint(10, 60)),
            signed, signed, note=note,
        )  # fmt: skip
        deal.cost = cents * self.random.randint(56, 74) // 10000 * 100
        counted = self.day(max(first, signed), last)
        self.receive(deal, counted, kind)
        self.deals.append(deal)
        return deal

    def receive(self, deal: Deal, counted: date, kind: int) -> None:
        """Receipts: on the day it counts a first part of at least 30 %, the rest later or never."""
        percent = 30 if kind == 2 else 100 if kind >= 8 else self.random.choice([35, 40, 50, 60])
        if kind == 3:
            early = deal.cents * 20 // 100
            deal.receipts.append((deal.signed or counted, early))
            deal.receipts.append((counted, deal.cents * 40 // 100))
        else:
            deal.receipts.append((counted, deal.cents * percent // 100))
        rest = deal.cents - sum(cents for _, cents in deal.receipts)
        if rest and kind != 4:
            deal.receipts.append((counted + timedelta(days=self.random.randint(15, 75)), rest))
        if kind == 5 and rest:
            deal.receipts.append((counted + timedelta(days=90), -(deal.cents * 5 // 100)))

    def fill(self, month: str, owner: str, cents: int) -> None:
        """Deals of one owner that sum to what is left of the month's figure."""
        last_day = date(2026, 8, 14) if (owner, month) == ("he", "2026-08") else None
        parts = max(1, min(6, cents // 4_000_000 + self.random.randint(0, 1)))
        for index in range(parts):
            left = parts - index
            mean = cents // left
            part = cents if left == 1 else mean * self.random.randint(60, 140) // 100 // 10000 * 10000
            cents -= part
            self.won(month, owner, part, last_day)

    # -- deals that do not (yet) count -----------------------------------------------------------------

    def others(self, month: str, owner: str) -> None:
        """Lost, open, waiting for cash and cancelled ones."""
        first, last = start_of(month), end_of(month)
        for _ in range(self.random.randint(1, 3)):
            opened = self.day(first, last)
            deal = Deal(self.deal_id(month), self.customer(owner, 30), self.region(owner, month),
                        self.product(owner), owner, self.random.randint(80, 900) * 10000, "lost",
                        self.before(owner, opened, 40), closed=opened)  # fmt: skip
            self.deals.append(deal)
        if self.random.randint(1, 3) == 1:
            signed = self.day(first, last)
            waiting = Deal(self.deal_id(month), self.customer(owner, 20), self.region(owner, month),
                           self.product(owner), owner, self.random.randint(100, 600) * 10000, "won",
                           self.before(owner, signed, 25), signed, signed, note="等待首付款")  # fmt: skip
            waiting.cost = waiting.cents * 65 // 100
            waiting.receipts.append((self.day(signed, last), waiting.cents * 20 // 100))
            self.cancel(waiting, month)
            self.deals.append(waiting)
        if month >= "2026-06":
            opened = self.day(first, last)
            self.deals.append(
                Deal(self.deal_id(month), self.customer(owner, 40), self.region(owner, month),
                     self.product(owner), owner, self.random.randint(100, 1500) * 10000, "open", opened)
            )  # fmt: skip

    def cancel(self, deal: Deal, month: str) -> None:
        """Old deals that never got their cash are cancelled and refunded a quarter later."""
        assert deal.signed is not None
        if month <= "2026-04":
            deal.status = "cancelled"
            deal.cancelled = deal.signed + timedelta(days=80)
            day, cents = deal.receipts[0]
            deal.receipts.append((max(day, deal.cancelled), -cents))
            deal.note = "客户取消，已退款"

    # -- the whole -------------------------------------------------------------------------------------

    def sums(self, owner: str, month: str) -> int:
        """The month's credited sales in cents."""
        hand = SALES[owner]
        if month in hand:
            return hand[month] * 100
        if month not in SEASON or owner == "qian":
            return 0
        mean = sum(hand[f"2025-{m}"] for m in ("07", "08", "09")) // 3
        return mean * SEASON[month] // 100 // 100 * 10000

    def make(self) -> None:
        for month in months():
            left = {owner: self.sums(owner, month) for owner in SALES}
            self.shared(month, left)
            for owner in SALES:
                if left[owner]:
                    self.fill(month, owner, left[owner])
                if self.sums(owner, month):
                    self.others(month, owner)
        self.later_cancelled()

    def shared(self, month: str, left: dict[str, int]) -> None:
        """Two shared deals a month, and presales work on top of one of them."""
        for owner, other, share in (("zhang", "wu", 60), ("sun", "li", 70)):
            cents = 3_000_000 + 500_000 * self.random.randint(0, 4)
            deal = self.won(month, owner, cents, note="合作成交")
            deal.credits = [(owner, f"{share}%", "split"), (other, f"{100 - share}%", "split")]
            left[owner] -= cents * share // 100
            left[other] -= cents * (100 - share) // 100
            if owner == "zhang":
                deal.credits.append(("xu", "50%", "overlay"))

    def later_cancelled(self) -> None:
        """One deal that counted in August 2026 and is cancelled in September."""
        deal = max((d for d in self.deals if d.owner == "zhou" and d.status == "won" and d.receipts
                    and d.receipts[0][1] * 10 >= d.cents * 3 and d.receipts[0][0].month == 8
                    and d.receipts[0][0].year == 2026), key=lambda d: d.deal_id)  # fmt: skip
        deal.status, deal.cancelled = "cancelled", date(2026, 9, 12)
        paid = sum(cents for day, cents in deal.receipts if day <= deal.cancelled)
        deal.receipts = [r for r in deal.receipts if r[0] <= deal.cancelled]
        deal.receipts.append((deal.cancelled, -paid))
        deal.note = "九月退货，已退款"

    def activities(self) -> list[tuple[date, str, str, int]]:
        """Weekly counts per person on Fridays."""
        rows = []
        friday = date(2025, 7, 4)
        while friday <= END:
            month = f"{friday:%Y-%m}"
            for owner, leads in LEADS.items():
                here = self.sums(owner, month) > 0 and not (owner == "he" and friday > date(2026, 8, 15))
                if not here:
                    continue
                found = leads + self.random.randint(-3, 3)
                converted = found * CONVERSION.get(owner, 25) + self.random.randint(0, 99)
                rows.append((friday, owner, "lead", found))
                rows.append((friday, owner, "lead_converted", converted // 100))
                rows.append((friday, owner, "follow_up", found * 2 + self.random.randint(0, 6)))
                rows.append((friday, owner, "visit", self.random.randint(1, 5)))
            friday += timedelta(days=7)
        return rows


def money(cents: int) -> str:
    """Cents as a plain decimal."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def write(folder: Path, name: str, heading: list[str], rows: list[list[str]]) -> None:
    """One CSV, sorted."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(sorted(rows))


def by_month(rows: list[tuple[str, list[str]]]) -> dict[str, list[list[str]]]:
    """Rows under their month."""
    found: dict[str, list[list[str]]] = {}
    for month, row in rows:
        found.setdefault(month, []).append(row)
    return found


def text(day: date | None) -> str:
    """An ISO date, or nothing."""
    return day.isoformat() if day else ""


def main(root: Path) -> None:
    """Write deals, collections, credits and activities by month."""
    maker = Maker()
    maker.make()
    ledger = root / "ledger"
    deals, receipts, credits = [], [], []
    for deal in maker.deals:
        month = f"{deal.signed or deal.closed or deal.opened:%Y-%m}"
        cost = "" if deal.cost is None else money(deal.cost)
        deals.append((month, [deal.deal_id, deal.customer, deal.region, deal.product, deal.owner, money(deal.cents),
                              deal.status, text(deal.opened), text(deal.signed), text(deal.closed),
                              text(deal.cancelled), cost, deal.note]))  # fmt: skip
        for number, (day, cents) in enumerate(sorted(deal.receipts), 1):
            if day <= END:
                row = [f"R{deal.deal_id[1:]}-{number}", deal.deal_id, text(day), money(cents), ""]
                receipts.append((f"{day:%Y-%m}", row))
        credits += [(month, [deal.deal_id, *credit]) for credit in deal.credits]
    acts = [
        (f"{day:%Y-%m}", [text(day), who, kind, str(count)]) for day, who, kind, count in maker.activities()
    ]
    kinds = {
        "deals": ("deal_id customer region product owner amount status opened_on signed_on closed_on "
                  "cancelled_on cost note", deals),
        "collections": ("receipt_id deal_id received_on amount note", receipts),
        "credits": ("deal_id person share kind", credits),
        "activities": ("date person kind count", acts),
    }  # fmt: skip
    for kind, (heading, rows) in kinds.items():
        for month, found in sorted(by_month(rows).items()):
            write(ledger / kind, f"{month}.csv", heading.split(), found)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1])
