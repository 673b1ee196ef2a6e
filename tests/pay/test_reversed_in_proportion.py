"""closed_periods: reverse (S4): what is paid in proportion is paid once, whatever becomes of deals.

Plans of flat rates pay the same in whatever months deals count, so that after random histories all
settlements together must come to what the final facts are worth: sales, margins, counts, new customers,
receipts, by week, by month, by quarter, to date, by deal, held, clawed back, to people and to their manager.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from salescli.workflows.settling.settle import draft

from .test_settle import rows

MONTHS = ("2026-07", "2026-08", "2026-09", "2026-10", "2026-11", "2026-12")
PEOPLE = ("zhang", "li")
FILES = {
    "salescli.yaml": "company: 华兴商贸\ncurrency: CNY\nlocale: en\ncalendar: CN\n",
    "policies/metrics.yaml": "closed_deal: {signed: true, collected_at_least: LEAST%}\n"
    "metrics:\n"
    "  spent: {sum: deals.cost, of: recognised, unit: money, name: Costs}\n"
    "  of_a: {sum: deals.amount, of: recognised, where: {product: [A]}, unit: money, name: Sales of A}\n"
    "  booked: {sum: deals.amount, of: signed, unit: money, name: Bookings}\n"
    "  opened: {count: deals, of: opened, unit: count, name: Opened}\n"
    "  won_a: {count: deals, of: recognised, where: {product: [A]}, unit: count, name: Deals of A}\n",
    "ledger/org.yaml": """\
regions: [{id: east, name: 华东}]
products: [{id: A, name: A产品线}, {id: B, name: B产品线}]
people:
  - {id: wang, name: 老王, role: manager, hired: 2024-03-01, assignments: [{from: 2024-03-01, region: east}]}
  - {id: zhang, name: 小张, role: rep, hired: 2024-03-01,
     assignments: [{from: 2024-03-01, region: east, manager: wang}]}
  - {id: li, name: 小李, role: rep, hired: 2024-03-01,
     assignments: [{from: 2024-03-01, region: east, manager: wang}]}
""",
    "policies/plans/rep.yaml": """\
plan: rep
for: {role: [rep]}
closed_periods: reverse
components:
  sales: {shape: flat, period: month, pays_on: sales_amount, rate: 10%}
  margin: {shape: flat, period: month, pays_on: gross_profit, rate: 10%}
  won: {shape: flat, period: month, pays_on: deals_won, pays: 50}
  units: {shape: flat, period: month, pays_on: units, pays: 5}
  fresh: {shape: flat, period: month, pays_on: new_customers, pays: 7}
  cash: {shape: flat, period: month, pays_on: collected_amount, rate: 10%}
  each: {shape: flat, period: month, per: deal, pays_on: sales_amount, rate: 10%}
  spent: {shape: flat, period: month, pays_on: spent, rate: 10%}
  week: {shape: flat, period: week, pays_on: sales_amount, rate: 10%}
  quarter: {shape: flat, period: quarter, pays_on: sales_amount, rate: 10%}
  to_date: {shape: flat, period: month, to_date: quarter, pays_on: sales_amount, rate: 10%}
  won_to_date: {shape: flat, period: month, to_date: quarter, pays_on: deals_won, pays: 50}
  a_sales: {shape: flat, period: month, pays_on: sales_amount, rate: 10%, only: {product: A}}
  a_each: {shape: flat, period: month, per: deal, pays_on: gross_profit, rate: 10%, only: {product: A}}
  a_won: {shape: flat, period: month, pays_on: deals_won, pays: 50, only: {product: A}}
  a_units: {shape: flat, period: month, pays_on: units, pays: 5, only: {product: A}}
  a_cash: {shape: flat, period: month, pays_on: collected_amount, rate: 10%, only: {product: A}}
  a_quarter: {shape: flat, period: quarter, pays_on: sales_amount, rate: 10%, only: {product: A}}
  a_to_date:
    {shape: flat, period: month, to_date: quarter, pays_on: sales_amount, rate: 10%, only: {product: A}}
  booked: {shape: flat, period: month, pays_on: booked, rate: 10%}
  booked_to_date: {shape: flat, period: month, to_date: quarter, pays_on: booked, rate: 10%}
  opened: {shape: flat, period: month, pays_on: opened, pays: 3}
  opened_a: {shape: flat, period: quarter, pays_on: opened, pays: 3, only: {product: A}}
  of_a: {shape: flat, period: month, pays_on: of_a, rate: 10%}
  won_a: {shape: flat, period: month, pays_on: won_a, pays: 50}
  parts:
    {shape: flat, period: month, pays_on: sales_amount, rate: 10%,
     release: {by: instalments, parts: [{share: 50%, after: 0}, {share: 50%, after: 1}]}}
  table:
    {shape: rate_table, period: month, pays_on: sales_amount, choose: first_match,
     rules: [{product: [A], rate: 10%}, {product: [B], rate: 20%}]}
""",
    "policies/plans/clawed.yaml": """\
plan: clawed
for: {role: [rep]}
closed_periods: reverse
clawback: {share: 100%}
components:
  c_sales: {shape: flat, period: month, pays_on: sales_amount, rate: 10%}
  c_each: {shape: flat, period: month, per: deal, pays_on: sales_amount, rate: 10%}
  c_week: {shape: flat, period: week, pays_on: sales_amount, rate: 10%}
  c_quarter: {shape: flat, period: quarter, pays_on: sales_amount, rate: 10%}
  c_to_date: {shape: flat, period: month, to_date: quarter, pays_on: sales_amount, rate: 10%}
  c_held:
    {shape: flat, period: month, pays_on: sales_amount, rate: 10%, release: {by: months, count: 2}}
  c_margin: {shape: flat, period: month, pays_on: gross_profit, rate: 10%}
  c_margin_to_date: {shape: flat, period: month, to_date: quarter, pays_on: gross_profit, rate: 10%}
  c_margin_held:
    {shape: flat, period: month, pays_on: gross_profit, rate: 10%, release: {by: months, count: 2}}
""",
    "policies/plans/manager.yaml": """\
plan: manager
for: {role: [manager]}
closed_periods: reverse
components:
  sales: {shape: flat, period: month, scope: reports, pays_on: sales_amount, rate: 10%}
  each: {shape: flat, period: month, scope: reports, per: deal, pays_on: sales_amount, rate: 10%}
  to_date: {shape: flat, period: month, scope: reports, to_date: quarter, pays_on: sales_amount, rate: 10%}
  won: {shape: flat, period: month, scope: reports, pays_on: deals_won, pays: 50}
  fresh: {shape: flat, period: month, scope: reports, pays_on: new_customers, pays: 7}
  booked: {shape: flat, period: month, scope: reports, pays_on: booked, rate: 10%}
  a_sales: {shape: flat, period: month, scope: reports, pays_on: sales_amount, rate: 10%, only: {product: A}}
  a_won: {shape: flat, period: month, scope: reports, pays_on: deals_won, pays: 50, only: {product: A}}
""",
}
SALES = (
    "sales", "each", "week", "quarter", "to_date", "parts",
    "c_sales", "c_each", "c_week", "c_quarter", "c_to_date", "c_held",
)  # fmt: skip
"""Components of reps that pay a tenth of sales."""
MARGINS = ("margin", "c_margin", "c_margin_to_date", "c_margin_held")
"""Components of reps that pay a tenth of gross profits."""
HEAD = (
    "deal_id,customer,region,product,owner,amount,status,opened_on,signed_on,closed_on,cancelled_on,"
    "cost,quantity"
)


@dataclass(frozen=True)
class Deal:
    id: str
    customer: str
    owner: str
    amount: int
    day: str
    product: str = "A"
    cost: int = 0
    quantity: int = 1
    cancelled: str = ""
    zhang: int | None = None
    """Percent of it that is zhang's where it is shared, the rest being li's."""

    def row(self) -> str:
        status = "cancelled" if self.cancelled else "won"
        days = f"{self.day},{self.day},{self.day},{self.cancelled}"
        known = f"{self.id},{self.customer},east,{self.product},{self.owner},{self.amount},{status},{days}"
        return f"{known},{self.cost},{self.quantity}\n"

    def shares(self) -> dict[str, int]:
        if self.zhang is None:
            return {self.owner: 100}
        return {"zhang": self.zhang, "li": 100 - self.zhang}


@dataclass
class Book:
    root: Path
    least: int = 0
    """Percent of a deal that must have been received for it to count."""
    deals: dict[str, Deal] = field(default_factory=dict)
    receipts: dict[str, tuple[str, str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, text in FILES.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("LEAST", str(self.least)), encoding="utf-8")

    def settle(self, month: str) -> None:
        last = {"2026-09": 30, "2026-11": 30}.get(month, 31)
        ends = "".join(
            f"end-{m},z,east,A,wang,0,won,{m}-01,{m}-01,{m}-01,,0,0\n" for m in MONTHS if m < month
        )
        ends += f"end-{month},z,east,A,wang,0,won,{month}-{last},{month}-{last},{month}-{last},,0,0\n"
        shares = "".join(
            f"{d.id},{who},{percent}%,split\n"
            for d in self.deals.values()
            if d.zhang is not None
            for who, percent in d.shares().items()
        )
        receipts = "".join(f"{r},{d},{day},{amount}\n" for r, (d, day, amount) in self.receipts.items())
        files = {
            "deals": f"{HEAD}\n" + "".join(d.row() for d in self.deals.values()) + ends,
            "credits": "deal_id,person,share,kind\n" + shares,
            "collections": "receipt_id,deal_id,received_on,amount\n" + receipts,
        }
        for name, text in files.items():
            (self.root / f"ledger/{name}.csv").write_text(text, encoding="utf-8")
        draft(self.root, month)

    def paid(self) -> dict[tuple[str, str], Decimal]:
        """Component and person → the sum over all settlements."""
        found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for month in MONTHS:
            for row in rows(self.root / f"ledger/settlements/{month}/entries.csv"):
                found[row["component"], row["person"]] += Decimal(row["amount"])
        return {key: amount for key, amount in found.items() if amount}

    def owed(self) -> dict[tuple[str, str], Decimal]:
        """The same for the facts as they are at the end, without new customers."""
        found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for deal in self.counting():
            for component in ("won", "won_to_date"):
                found[component, deal.owner] += 50
            found["won", "wang"] += 50
            for who, percent in deal.shares().items():
                for component in SALES:
                    found[component, who] += Decimal(deal.amount * percent) / 1000
                found["spent", who] += Decimal(deal.cost * percent) / 1000
                for component in MARGINS:
                    found[component, who] += Decimal((deal.amount - deal.cost) * percent) / 1000
                found["table", who] += Decimal(deal.amount * percent * " AB".index(deal.product)) / 1000
            for who, units in units_of(deal).items():
                found["units", who] += 5 * units
            if deal.product == "A":
                self._of_a(deal, found)
            for component in ("sales", "each", "to_date"):
                found[component, "wang"] += Decimal(deal.amount) / 10
        for deal in self.deals.values():
            found["opened", deal.owner] += 3
            found["opened_a", deal.owner] += 3 * (deal.product == "A")
            for who, percent in deal.shares().items() if deal in self.kept() else ():
                for component in ("booked", "booked_to_date"):
                    found[component, who] += Decimal(deal.amount * percent) / 1000
            found["booked", "wang"] += Decimal(deal.amount) / 10 if deal in self.kept() else 0
        for deal_id, _, amount in self.receipts.values():
            deal = self.deals[deal_id]
            if deal in self.kept():
                for who, percent in deal.shares().items():
                    for component in ("cash", "a_cash") if deal.product == "A" else ("cash",):
                        found[component, who] += Decimal(amount * percent) / 1000
        return {key: amount for key, amount in found.items() if amount}

    def _of_a(self, deal: Deal, found: dict[tuple[str, str], Decimal]) -> None:
        for component in ("a_won", "won_a"):
            found[component, deal.owner] += 50
        found["a_won", "wang"] += 50
        found["a_sales", "wang"] += Decimal(deal.amount) / 10
        for who, percent in deal.shares().items():
            for component in ("a_sales", "a_quarter", "a_to_date", "of_a"):
                found[component, who] += Decimal(deal.amount * percent) / 1000
            found["a_each", who] += Decimal((deal.amount - deal.cost) * percent) / 1000
        for who, units in units_of(deal).items():
            found["a_units", who] += 5 * units

    def counting(self) -> list[Deal]:
        received: dict[str, int] = defaultdict(int)
        for deal_id, _, amount in self.receipts.values():
            received[deal_id] += amount
        return [deal for deal in self.kept() if received[deal.id] * 100 >= deal.amount * self.least]

    def kept(self) -> list[Deal]:
        return [deal for deal in self.deals.values() if not deal.cancelled]


def units_of(deal: Deal) -> dict[str, int]:
    """Whole units by largest remainder, ties by id."""
    exact = {who: deal.quantity * percent for who, percent in deal.shares().items()}
    whole = {who: part // 100 for who, part in exact.items()}
    left = deal.quantity - sum(whole.values())
    for who in sorted(exact, key=lambda who: (-(exact[who] % 100), who))[:left]:
        whole[who] += 1
    return whole


WHATS = (
    "new", "late", "cancel", "amount", "cost", "quantity", "owner", "share", "lose", "move", "receipt",
    "late receipt", "receipt changed", "receipt lost", "back", "renamed", "product",
)  # fmt: skip
EVENT = st.tuples(st.sampled_from(WHATS), st.integers(0, 11), st.integers(0, 20))
EVENTS = st.lists(EVENT, max_size=6)
History = list[list[tuple[str, int, int]]]
HISTORY: st.SearchStrategy[History] = st.lists(EVENTS, min_size=4, max_size=4)


ROLES = st.sampled_from(
    [("2026-08",), ("2026-09",), ("2026-10",), ("2026-07", "2026-09"), ("2026-08", "2026-10"), ("2026-11",)]
)
"""The months with whose first day somebody becomes a senior, a rep again, and so on."""


def promoted(book: Book, changes: dict[str, tuple[str, ...]]) -> None:
    """Give seniors the plans of reps, and people both roles in turn."""
    for plan in ("rep", "clawed"):
        text = FILES[f"policies/plans/{plan}.yaml"].replace("role: [rep]", "role: [senior]")
        path = book.root / f"policies/plans/{plan}-senior.yaml"
        path.write_text(text.replace(f"plan: {plan}", f"plan: {plan}-senior"), encoding="utf-8")
    org = (book.root / "ledger/org.yaml").read_text("utf-8")
    head, zhang, li = org.split("  - {id: ")[0], *org.split("  - {id: ")[2:]
    texts = [head, org.split("  - {id: ")[1]]
    for who, text in (("zhang", zhang), ("li", li)):
        stays = "".join(
            f", {{from: {month}-01, role: {role}, region: east, manager: wang}}"
            for month, role in zip(changes[who], ("senior", "rep"), strict=False)
        )
        texts.append(text.replace("manager: wang}]", "manager: wang}" + stays + "]"))
    (book.root / "ledger/org.yaml").write_text("  - {id: ".join(texts), encoding="utf-8")


def happen(book: Book, number: int, events: Iterable[tuple[str, int, int]], lost: list[Deal]) -> None:
    """What becomes known before a month is drafted; nothing is dated later than its end."""
    month = MONTHS[number]
    for at, (what, which, size) in enumerate(events):
        known = sorted(book.deals)
        deal = book.deals[known[which % len(known)]] if known else None
        early = f"{MONTHS[which % (number + 1)]}-{1 + size % 28:02}"
        today = f"{month}-{1 + size % 28:02}"
        got = sorted(book.receipts)
        receipt = got[which % len(got)] if got else None
        if what in ("new", "late") or deal is None:
            name = f"D{number}-{at}"
            when = today if what == "new" else early
            book.deals[name] = Deal(
                name, f"c{which % 4}", PEOPLE[which % 2], size * 1000, when, "AB"[which % 2], size * 300, size
            )
        elif what == "cancel":
            book.deals[deal.id] = replace(deal, cancelled=max(deal.day, f"{month}-20"))
        elif what == "amount":
            book.deals[deal.id] = replace(deal, amount=size * 1000)
        elif what == "cost":
            book.deals[deal.id] = replace(deal, cost=size * 500)
        elif what == "quantity":
            book.deals[deal.id] = replace(deal, quantity=size)
        elif what == "owner":
            book.deals[deal.id] = replace(deal, owner="li" if deal.owner == "zhang" else "zhang")
        elif what == "share":
            book.deals[deal.id] = replace(deal, zhang=None if size < 4 else size * 5)
        elif what == "product":
            book.deals[deal.id] = replace(deal, product="B" if deal.product == "A" else "A")
        elif what == "move":
            book.deals[deal.id] = replace(deal, day=early, cancelled="")
        elif what in ("receipt", "late receipt"):
            book.receipts[f"R{number}-{at}"] = (deal.id, today if what == "receipt" else early, size * 100)
        elif what == "receipt changed" and receipt:
            book.receipts[receipt] = (*book.receipts[receipt][:2], size * 100)
        elif what == "receipt lost" and receipt:
            del book.receipts[receipt]
        elif what == "back" and lost:
            back = lost.pop(which % len(lost))
            book.deals[back.id] = back
        elif what == "renamed":
            del book.deals[deal.id]
            book.deals[f"{deal.id}x"] = replace(deal, id=f"{deal.id}x")
            book.receipts = {
                r: (f"{d}x" if d == deal.id else d, on, amount)
                for r, (d, on, amount) in book.receipts.items()
            }
        elif what == "lose":
            lost.append(book.deals.pop(deal.id))
            book.receipts = {r: known for r, known in book.receipts.items() if known[0] != deal.id}


RUNS = int(os.environ.get("HISTORIES", "6"))


@settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=HISTORY, least=st.sampled_from([0, 30]))
@example(history=[[("new", 0, 5), ("new", 2, 9), ("cost", 1, 20)], [("cancel", 0, 1)], [], []], least=0)
@example(
    history=[[("new", 0, 10), ("new", 2, 5), ("cost", 1, 20), ("cost", 0, 11)], [("lose", 0, 1)], [], []],
    least=0,
)
@example(history=[[("new", 0, 5)], [("cancel", 0, 1)], [("move", 0, 3)], []], least=0)
@example(history=[[("new", 0, 9), ("share", 0, 10)], [("owner", 0, 1)], [("cancel", 0, 1)], []], least=0)
@example(history=[[("new", 0, 9)], [("move", 1, 11)], [("cost", 0, 3)], [("cost", 0, 1)]], least=0)
@example(history=[[("new", 0, 0)], [("amount", 0, 4)], [("share", 0, 12)], [("owner", 0, 0)]], least=0)
@example(history=[[("new", 0, 4), ("receipt", 0, 5)], [("lose", 0, 0)], [("back", 0, 0)], []], least=0)
@example(
    history=[
        [("new", 0, 9), ("receipt", 0, 5), ("new", 1, 3)],
        [("product", 0, 0), ("product", 1, 0)],
        [("product", 0, 0), ("share", 1, 9)],
        [("cancel", 0, 0), ("product", 1, 0)],
    ],
    least=0,
)
@example(
    history=[[("new", 0, 4), ("receipt", 0, 5), ("new", 4, 9)], [("renamed", 0, 0)], [("owner", 1, 0)], []],
    least=0,
)
@example(  # a customer's first deal is somebody else's now, and of the running month
    history=[[("new", 0, 12)], [("owner", 0, 0), ("new", 4, 11)], [("owner", 0, 0), ("move", 2, 1)], []],
    least=0,
)
def test_what_is_paid_in_proportion_is_paid_once(history: History, least: int) -> None:
    with TemporaryDirectory() as folder:
        is_paid_once(Book(Path(folder), least), history)


@settings(max_examples=(RUNS + 1) // 2, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=HISTORY, zhang=ROLES, li=ROLES)
@example(  # a deal of the first role is cancelled in the second, and counts again
    history=[
        [("new", 0, 0), ("share", 0, 14), ("cost", 0, 6)],
        [("cancel", 0, 7), ("cost", 0, 17)],
        [("share", 0, 11), ("move", 0, 16)],
        [],
    ],
    zhang=("2026-08", "2026-10"),
    li=("2026-09",),
)
@example(
    history=[[("new", 0, 9)], [("cancel", 0, 7)], [("move", 0, 16)], []],
    zhang=("2026-08", "2026-09"),
    li=("2026-09",),
)
def test_nor_more_or_less_by_two_roles(history: History, zhang: tuple[str, ...], li: tuple[str, ...]) -> None:
    with TemporaryDirectory() as folder:
        book = Book(Path(folder))
        promoted(book, {"zhang": zhang, "li": li})
        is_paid_once(book, history)


def is_paid_once(book: Book, history: History) -> None:
    lost: list[Deal] = []
    for number, events in enumerate(history):
        happen(book, number, events, lost)
        book.settle(MONTHS[number])
    for month in MONTHS[len(history) :]:
        book.settle(month)
    paid = book.paid()
    fresh = sum((paid.pop(("fresh", who), Decimal(0)) for who in PEOPLE), Decimal(0))
    led = paid.pop(("fresh", "wang"), Decimal(0))
    assert paid == book.owed()
    assert led == fresh
    assert fresh == 7 * len({deal.customer for deal in book.counting()})


MOVED = """\
  - {id: zhao, name: 老赵, role: manager, hired: 2024-03-01, assignments: [{from: 2024-03-01, region: east}]}
  - {id: li, name: 小李, role: rep, hired: 2024-03-01,
     assignments:
       [{from: 2024-03-01, to: 2026-07-31, region: east, manager: wang},
        {from: 2026-08-01, region: east, manager: zhao}]}
"""
D = Deal("D", "c", "zhang", 1000, "2026-07-10")
E = Deal("E", "c", "zhang", 1000, "2026-07-12")


@pytest.mark.parametrize(
    ("shares", "wang", "zhao"),
    [
        ((None, 50, None), "100", "0"),  # there with li's next manager, and back
        ((None, 40, 70), "70", "30"),
        ((50, 20, 20), "70", "30"),  # what li had before stays with the manager of then
        ((50, 20, 50), "81.25", "18.75"),  # what li loses is lost of both managers' parts alike
        ((None, 40, 70, "gone"), "0", "0"),
        ((None, 40, "half"), "20", "30"),
    ],
)
def test_managers_give_back_what_they_were_paid_for_each_of_their_reports(
    tmp_path: Path, shares: tuple[int | str | None, ...], wang: str, zhao: str
) -> None:
    book = Book(tmp_path)
    org = FILES["ledger/org.yaml"]
    (tmp_path / "ledger/org.yaml").write_text(org[: org.index("  - {id: li")] + MOVED, encoding="utf-8")
    book.deals = {"D": D, "E": E}
    for month, share in zip(MONTHS, (*shares, "", "", ""), strict=False):
        if share == "gone":
            book.deals["D"] = replace(book.deals["D"], cancelled=f"{month}-03")
        elif share == "half":
            book.deals["D"] = replace(book.deals["D"], amount=500)
        elif share != "":
            assert not isinstance(share, str)
            book.deals["D"] = replace(D, zhang=share)
        book.settle(month)
    paid = book.paid()
    for component in ("sales", "each"):
        assert paid[component, "wang"] == Decimal(wang) + 100
        assert paid.get((component, "zhao"), Decimal(0)) == Decimal(zhao)
