"""closed_periods: reverse (S4): a settled deal becomes another one for some component: its product line,
region, customer, kind, category, discount. What looked at it gives back, what looks at it now pays."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from salescli.workflows.explaining.explain import explain
from salescli.workflows.settling.settle import draft
from salescli.workflows.settling.settle_steps import close, publish

from .test_closed_periods import AFTER
from .test_settle import rows

ORG = """\
regions: [{id: east, name: 华东}, {id: west, name: 华西}]
products: [{id: A, name: A产品线}, {id: B, name: B产品线}, {id: C, name: C产品线}]
people:
  - {id: zhang, name: 小张, role: rep, hired: 2024-03-01, assignments: [{from: 2024-03-01, region: east}]}
"""
COLUMNS = (
    "deal_id", "customer", "region", "product", "owner", "amount", "status", "opened_on", "signed_on",
    "closed_on",
    "cancelled_on", "customer_kind", "category", "item", "source", "discount", "term_months", "currency",
)  # fmt: skip
USUAL = {
    "region": "east", "product": "A", "owner": "zhang", "amount": "1000", "status": "won", "customer": "华兴",
    "customer_kind": "new", "category": "gold", "item": "x1", "source": "web", "discount": "5%",
    "term_months": "12",
}  # fmt: skip
METRICS = """\
closed_deal: {signed: true, collected_at_least: 0%}
metrics:
  gold: {sum: deals.amount, of: recognised, where: {category: [gold]}, unit: money, name: Gold}
  calls: {sum: activities.count, where: {kind: [call], customer: [华兴]}, unit: count, name: Calls}
"""
END = {f"2026-{month:02}": f"2026-{month:02}-{30 if month in (9, 11) else 31}" for month in range(7, 13)}


class Book:
    """A book of one person, whose deals are written anew before each month is settled."""

    def __init__(self, root: Path, components: str) -> None:
        self.root = root
        self.deals: dict[str, dict[str, str]] = {}
        self.calls = ""
        self.write("salescli.yaml", "company: 华兴商贸\ncurrency: CNY\nlocale: en\ncalendar: CN\n")
        self.write("ledger/org.yaml", ORG)
        self.write("policies/metrics.yaml", METRICS)
        self.plan(components)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def plan(self, components: str) -> None:
        lines = "".join(f"  {line}\n" for line in components.strip().splitlines())
        self.write("policies/plans/rep.yaml", f"plan: rep\nfor: {{role: [rep]}}\ncomponents:\n{lines}")

    def know(self, name: str, day: str = "", **cells: str) -> None:
        old = self.deals.get(name, USUAL)
        days = dict.fromkeys(("opened_on", "signed_on", "closed_on"), day) if day else {}
        self.deals[name] = old | days | cells

    def settle(self, month: str) -> None:
        closing = USUAL | dict.fromkeys(("opened_on", "signed_on", "closed_on"), END[month]) | {"amount": "0"}
        closing |= {
            "category": "",
            "customer": "无",
            "customer_kind": "old",
            "product": "C",
            "region": "west",
        }
        self.deals.setdefault(f"end-{month}", closing)
        lines = [
            ",".join(name if c == "deal_id" else cells.get(c, "") for c in COLUMNS)
            for name, cells in self.deals.items()
        ]
        self.write("ledger/deals.csv", "\n".join([",".join(COLUMNS), *lines]) + "\n")
        self.write("ledger/activities.csv", "date,person,kind,count,customer,deal_id\n" + self.calls)
        draft(self.root, month)
        if month in AFTER:
            publish(self.root, month, AFTER[month][0])
            close(self.root, month, AFTER[month][1])

    def paid(self, month: str) -> dict[str, Decimal]:
        """What each component paid with a month, what it took back included."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for row in rows(self.root / f"ledger/settlements/{month}/entries.csv"):
            found[row["component"]] += Decimal(row["amount"])
        return {component: amount for component, amount in found.items() if amount}

    def causes(self, month: str) -> dict[str, str]:
        """Component → why it took something back with a month."""
        entries = rows(self.root / f"ledger/settlements/{month}/entries.csv")
        return {row["component"]: row["cause"] for row in entries if row["kind"] == "adjustment"}


PLAIN = "all: {shape: flat, period: month, pays_on: sales_amount, rate: 1%}"
OF = "{shape: flat, period: month, pays_on: sales_amount, rate: 10%, only: {COLUMN: WORD}}"
TABLE = """\
table:
  shape: rate_table
  period: month
  pays_on: sales_amount
  choose: first_match
  unmatched: skip
  rules: [{COLUMN: WAS, rate: 10%}, {COLUMN: NOW, rate: 20%}]
"""
CHANGES = [
    ("product", "A", "B"),
    ("region", "east", "west"),
    ("customer", "华兴", "远大"),
    ("customer_kind", "new", "old"),
    ("category", "gold", "silver"),
    ("item", "x1", "x2"),
    ("source", "web", "fair"),
]


@pytest.mark.parametrize(("column", "was", "now"), CHANGES)
def test_components_for_some_deals_give_back_and_pay_anew(
    tmp_path: Path, column: str, was: str, now: str
) -> None:
    ours, theirs = (OF.replace("COLUMN", column).replace("WORD", word) for word in (was, now))
    book = Book(tmp_path, f"{PLAIN}\nours: {ours}\ntheirs: {theirs.replace('10%', '20%')}")
    book.know("D", "2026-07-10")
    book.settle("2026-07")
    assert book.paid("2026-07") == {"all": 10, "ours": 100}
    book.know("D", **{column: now})
    book.settle("2026-08")
    assert book.paid("2026-08") == {"ours": -100, "theirs": 200}
    assert book.causes("2026-08") == {"ours": f"reversed: not what it was: {column} {was} → {now}"}
    book.know("D", **{column: was, "amount": "500"})
    book.settle("2026-09")
    assert book.paid("2026-09") == {"all": -5, "ours": 50, "theirs": -200}


@pytest.mark.parametrize(("column", "was", "now"), [*CHANGES[:5], ("discount", "{to: 10%}", "{from: 10%}")])
def test_a_rate_table_pays_by_what_a_deal_is(tmp_path: Path, column: str, was: str, now: str) -> None:
    rules = TABLE.replace("COLUMN", column)
    stated = "15%" if column == "discount" else now
    rules = rules.replace("WAS", was if column == "discount" else f"[{was}]")
    book = Book(tmp_path, rules.replace("NOW", now if column == "discount" else f"[{now}]"))
    book.know("D", "2026-07-10")
    book.settle("2026-07")
    assert book.paid("2026-07") == {"table": 100}
    book.know("D", **{column: stated})
    book.settle("2026-08")
    entries = rows(book.root / "ledger/settlements/2026-08/entries.csv")
    assert sorted((row["period"], row["deal_id"], row["amount"]) for row in entries) == [
        ("2026-07", "D", "-100.00"),
        ("2026-08", "D", "200.00"),
    ]
    before = USUAL[column]
    assert book.causes("2026-08") == {"table": f"reversed: not what it was: {column} {before} → {stated}"}
    book.settle("2026-09")
    assert book.paid("2026-09") == {}


def test_what_a_component_does_not_look_at_changes_nothing(tmp_path: Path) -> None:
    book = Book(tmp_path, f"{PLAIN}\ngold: {{shape: flat, period: month, pays_on: gold, rate: 10%}}")
    book.know("D", "2026-07-10")
    book.settle("2026-07")
    book.know(
        "D", product="B", region="west", customer="远大", customer_kind="old", discount="20%", item="x9"
    )
    book.settle("2026-08")
    assert rows(book.root / "ledger/settlements/2026-08/entries.csv") == []
    book.know("D", category="silver")
    book.settle("2026-09")
    assert book.paid("2026-09") == {"gold": -100}
    assert book.causes("2026-09") == {"gold": "reversed: not what it was: category gold → silver"}


def test_a_column_that_deals_get_later_is_one_they_had_no_word_in(tmp_path: Path) -> None:
    new = OF.replace("COLUMN", "customer_kind").replace("WORD", "new")
    book = Book(tmp_path, f"{PLAIN}\nnew: {new}")
    book.know("D", "2026-07-10", customer_kind="")
    book.settle("2026-07")
    assert book.paid("2026-07") == {"all": 10}
    book.know("D", customer_kind="new")
    book.settle("2026-08")
    assert book.paid("2026-08") == {"new": 100}


def test_a_deal_that_turned_and_was_cancelled_gives_back_once(tmp_path: Path) -> None:
    ours, theirs = (OF.replace("COLUMN", "product").replace("WORD", word) for word in "AB")
    book = Book(tmp_path, f"ours: {ours}\ntheirs: {theirs}")
    book.know("D", "2026-07-10")
    book.know("E", "2026-07-11")
    book.settle("2026-07")
    book.know("D", product="B", status="cancelled", cancelled_on="2026-08-05")
    book.know("E", product="B")
    book.settle("2026-08")
    assert book.paid("2026-08") == {"ours": -200, "theirs": 100}
    book.know("E", status="cancelled", cancelled_on="2026-09-05")
    book.settle("2026-09")
    assert book.paid("2026-09") == {"theirs": -100}


def test_a_settled_month_gives_back_by_the_rules_it_was_paid_by(tmp_path: Path) -> None:
    won = "won: {shape: flat, period: month, pays_on: deals_won, pays: 50, only: {product: A}}"
    book = Book(tmp_path, won)
    book.know("D", "2026-07-10")
    book.settle("2026-07")
    book.plan(won.replace("won:", "deals:").replace("product: A", "product: B"))
    book.know("D", amount="500")  # a count is not less
    book.settle("2026-08")
    assert book.paid("2026-08") == {}
    book.know("D", product="B")
    book.settle("2026-09")
    assert book.paid("2026-09") == {"won": -50, "deals": 50}


def test_why_is_told_in_words(tmp_path: Path) -> None:
    gold, silver = (OF.replace("COLUMN", "category").replace("WORD", word) for word in ("gold", "silver"))
    book = Book(tmp_path, f"{PLAIN}\ngold: {gold}\nsilver: {silver}")
    book.know("D", "2026-07-10")
    book.know("E", "2026-07-10")
    book.settle("2026-07")
    book.know("D", category="silver", item="x9")
    book.know("E", category="")
    book.settle("2026-08")
    rows_told = explain(book.root, "zhang", "2026-08").tables[0].rows
    lines = [row["text"] for row in rows_told if row["step"] in ("reversal", "deal")]
    said = list(map(str, lines))
    now, then = (
        "settled as another one (category gold → silver): counted now for what pays it so",
        ("100% of the 100.00 paid for it in 2026-07 is reversed"),
    )
    assert said == [
        f"D 华兴, of 2026-07-10, {now}",
        "end-2026-08 无, counted on 2026-08-31",
        f"D is not what it was paid as (category gold → silver): {then}",
        f"E is not what it was paid as (category gold → –): {then}",
    ]


def test_the_first_settlement_of_a_quarter_or_week_that_has_begun(tmp_path: Path) -> None:
    book = Book(
        tmp_path,
        "quarter: {shape: flat, period: quarter, pays_on: sales_amount, rate: 10%}\n"
        "week: {shape: flat, period: week, pays_on: sales_amount, rate: 10%}\n",
    )
    book.know("D", "2026-07-30")
    book.settle("2026-08")  # pays the week from July 27
    assert book.paid("2026-08") == {"week": 100}
    book.settle("2026-09")
    assert book.paid("2026-09") == {"quarter": 100}
    book.know("D", status="cancelled", cancelled_on="2026-10-05")
    book.know("L", "2026-07-29", amount="500")
    for month in ("2026-10", "2026-11", "2026-12"):
        book.settle(month)
    assert [book.paid(month) for month in ("2026-10", "2026-11")] == [{"week": -50}, {}]
    assert book.paid("2026-12") == {"quarter": -50}


def test_calls_to_some_customers_count_beside_settled_months(tmp_path: Path) -> None:
    book = Book(tmp_path, "calls: {shape: flat, period: month, pays_on: calls, pays: 3}")
    book.calls = "2026-07-06,zhang,call,4,华兴,\n2026-07-06,zhang,call,9,远大,\n"
    book.settle("2026-07")
    book.calls += "2026-07-07,zhang,call,2,华兴,\n2026-08-03,zhang,call,1,华兴,\n"
    book.settle("2026-08")
    assert (book.paid("2026-07"), book.paid("2026-08")) == ({"calls": 12}, {"calls": 9})


CHOSEN = """\
closed_deal: {signed: true, collected_at_least: 0%}
fx: booking_date
metrics:
  open: {count: deals, of: opened, where: {status: [open]}, unit: count, name: Open}
  decided: {count: deals, of: opened, where: {status: [won, lost]}, unit: count, name: Decided}
  dollars: {sum: deals.amount, of: recognised, where: {currency: [USD]}, unit: money, name: Dollars}
  yuan: {sum: deals.amount, of: recognised, where: {currency: [CNY]}, unit: money, name: Yuan}
  dollars_in: {sum: collections.amount, where: {currency: [USD]}, unit: money, name: Dollars received}
  of_wu: {sum: deals.amount, of: recognised, where: {owner: [wu]}, unit: money, name: Deals of Wu}
"""


def test_deals_chosen_by_their_status(tmp_path: Path) -> None:
    book = Book(tmp_path, "open: {shape: flat, period: month, pays_on: open, pays: 5}")
    book.plan(
        "open: {shape: flat, period: month, pays_on: open, pays: 5}\n"
        "decided: {shape: flat, period: month, pays_on: decided, pays: 20, only: {product: A}}"
    )
    book.write("policies/metrics.yaml", CHOSEN)
    pending = {"signed_on": "", "closed_on": ""}
    for name in "DEF":
        book.know(name, "2026-07-10", status="open", **pending)
    book.settle("2026-07")
    assert book.paid("2026-07") == {"open": 15}
    book.know("D", status="won", signed_on="2026-08-10", closed_on="2026-08-10")
    book.know("E", status="cancelled", cancelled_on="2026-08-11")
    book.settle("2026-08")
    assert book.paid("2026-08") == {"open": -10, "decided": 20}
    assert book.causes("2026-08") == {"open": "reversed: not what it was: status open → cancelled"}
    book.know("F", status="lost", closed_on="2026-09-10")
    book.know("D", status="open", **pending)
    book.settle("2026-09")
    entries = rows(tmp_path / "ledger/settlements/2026-09/entries.csv")
    assert sorted((row["component"], row["deal_id"], row["amount"]) for row in entries) == [
        ("decided", "", "20.00"),
        ("decided", "D", "-20.00"),
        ("open", "", "5.00"),
        ("open", "F", "-5.00"),
    ]


def test_deals_chosen_by_their_currency(tmp_path: Path) -> None:
    each = "{shape: flat, period: month, pays_on: METRIC, rate: 10%}"
    metrics = ("dollars", "yuan", "dollars_in")
    book = Book(tmp_path, "\n".join(f"{metric}: {each.replace('METRIC', metric)}" for metric in metrics))
    book.write("policies/metrics.yaml", CHOSEN)
    book.write("ledger/fx.csv", "date,currency,rate\n2026-01-01,USD,7\n")
    book.write("ledger/collections.csv", "receipt_id,deal_id,received_on,amount\nR,D,2026-07-20,400\n")
    book.know("D", "2026-07-10")
    book.settle("2026-07")
    assert book.paid("2026-07") == {"yuan": 100}
    book.know("D", currency="CNY")  # which it was
    book.settle("2026-08")
    assert book.paid("2026-08") == {}
    book.know("D", currency="USD")
    book.settle("2026-09")
    assert book.paid("2026-09") == {"yuan": -100, "dollars": 700, "dollars_in": 40}
    assert book.causes("2026-09") == {"yuan": "reversed: not what it was: currency CNY → USD"}
    book.know("D", currency="")
    book.settle("2026-10")
    assert book.paid("2026-10") == {"yuan": 100, "dollars": -700, "dollars_in": -40}


def test_deals_chosen_by_their_owner(tmp_path: Path) -> None:
    book = Book(tmp_path, f"{PLAIN}\nof_wu: {{shape: flat, period: month, pays_on: of_wu, rate: 10%}}")
    book.write("policies/metrics.yaml", CHOSEN)
    person = ORG.splitlines()[-1]
    more = "".join(person.replace("id: zhang", f"id: {p}").replace("小张", p) + "\n" for p in ("li", "wu"))
    book.write("ledger/org.yaml", ORG + more)
    book.write("ledger/credits.csv", "deal_id,person,share\nD,zhang,60%\nD,li,40%\n")
    book.know("D", "2026-07-10", owner="wu")
    book.settle("2026-07")
    assert book.paid("2026-07") == {"all": 10, "of_wu": 100}
    book.know("D", owner="li")
    book.settle("2026-08")
    assert book.paid("2026-08") == {"of_wu": -100}
    assert book.causes("2026-08") == {"of_wu": "reversed: not what it was: owner wu → li"}
    book.know("D", owner="wu", amount="2000")
    book.settle("2026-09")
    assert book.paid("2026-09") == {"all": 10, "of_wu": 200}
