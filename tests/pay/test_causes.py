"""closed_periods: replay (S4): the difference of a settled month names the row that changed, and no other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from salescli.workflows.settling.settle import draft
from salescli.workflows.settling.settle_steps import close, publish
from salescli.workflows.settling.verify import verify

from .test_settle import rows

JULY, AUGUST, SEPTEMBER = "2026-07", "2026-08", "2026-09"
AFTER = {JULY: (date(2026, 8, 3), date(2026, 8, 10)), AUGUST: (date(2026, 9, 2), date(2026, 9, 9))}
DEALS, CASH, SHARES = "ledger/deals.csv", "ledger/collections.csv", "ledger/credits.csv"
DONE, RATES, ORG = "ledger/activities.csv", "ledger/fx.csv", "ledger/org.yaml"
TARGETS, METRICS, PLAN = "ledger/targets/2026.csv", "policies/metrics.yaml", "policies/plans/rep.yaml"

BOOK = {
    "salescli.yaml": "company: 华兴商贸\ncurrency: CNY\nlocale: en\ncalendar: CN\n",
    ORG: """\
regions: [{id: east, name: 华东}, {id: south, name: 华南}]
products: [{id: P, name: P产品线}, {id: Q, name: Q产品线}]
people:
  - {id: chen, name: 老陈, role: manager, hired: 2020-01-01, assignments: [{from: 2020-01-01, region: east}]}
  - {id: zhang, name: 小张, role: rep, hired: 2024-03-01, manager: chen,
     assignments: [{from: 2024-03-01, region: east}]}
  - {id: wu, name: 小吴, role: rep, hired: 2024-03-01, manager: chen,
     assignments: [{from: 2024-03-01, region: east}]}
  - {id: li, name: 小李, role: rep, hired: 2024-03-01,
     assignments: [{from: 2024-03-01, region: south}]}
""",
    METRICS: "closed_deal: {signed: true, collected_at_least: 0%}\nfx: booking_date\n",
    DEALS: """\
deal_id,customer,region,product,owner,amount,status,opened_on,signed_on,closed_on,cancelled_on,cost,currency,source
A,c1,east,P,zhang,10000,won,2026-07-01,2026-07-10,2026-07-10,,4000,,web
B,c2,east,P,zhang,5000,won,2026-07-01,2026-07-11,2026-07-11,,1000,,web
C,c3,south,Q,li,8000,won,2026-07-01,2026-07-12,2026-07-12,,2000,,web
D,c4,east,P,zhang,4000,won,2026-07-01,2026-07-15,2026-07-15,,1000,,web
U,c5,east,P,wu,1000,won,2026-07-01,2026-07-20,2026-07-20,,0,USD,web
V,c6,east,P,wu,900,won,2026-07-01,2026-07-28,2026-07-28,,0,USD,web
W,c7,east,Q,wu,700,open,2026-07-02,,,,0,,web
Z,c8,east,P,li,0,won,2026-08-31,2026-08-31,2026-08-31,,0,,web
Y,c9,east,P,li,0,won,2026-09-30,2026-09-30,2026-09-30,,0,,web
""",
    CASH: """\
receipt_id,deal_id,received_on,amount
R-1,A,2026-07-12,6000
R-2,B,2026-07-13,5000
R-3,C,2026-07-14,8000
R-4,D,2026-07-16,4000
""",
    SHARES: "deal_id,person,share,kind\nD,zhang,60%,split\nD,li,40%,split\n",
    DONE: "date,person,kind,count\n"
    "2026-07-03,zhang,lead,10\n2026-07-03,zhang,follow_up,4\n2026-07-03,li,lead,9\n",
    RATES: "date,currency,rate\n2026-07-01,USD,7\n2026-07-25,USD,7.1\n",
    TARGETS: "period,metric,region,product,person,level,target\n"
    + "".join(
        f"{month},sales_amount,{where},target,{target}\n"
        for month in (JULY, AUGUST, SEPTEMBER)
        for where, target in (
            ("east,,zhang", 20000),
            ("east,,wu", 15000),
            ("south,,li", 9000),
            ("east,,", 35000),
        )
    ),
}
RENAMED = {
    ORG: ("name: 小张", "name: 小张张"),
    DEALS: ("B,c2,", "B,c22,"),
    DONE: ("follow_up,4", "follow_up,5"),
    SHARES: ("\nD,li,40%", "\nD,li,40.0%"),
}
"""Changes of the same day and people on which no pay rests; none of them may be named."""

HEAD = "plan: rep\nfor: {role: [rep]}\nclosed_periods: replay\ncomponents:\n"
SALES = HEAD + "  pay: {shape: flat, period: month, pays_on: sales_amount, rate: 10%}\n"
PROFIT = SALES.replace("sales_amount", "gross_profit")
COLLECTED = SALES.replace("sales_amount", "collected_amount")
LEADS = HEAD + "  pay: {shape: flat, period: month, pays_on: lead, pays: 5}\n"
ONLY_P = HEAD + "  pay: {shape: flat, period: month, pays_on: sales_amount, only: {product: P}, rate: 10%}\n"
TIERS = (
    HEAD
    + """\
  pay:
    shape: tiers
    period: month
    pays_on: sales_amount
    measured_by: attainment(sales_amount)
    mode: whole
    on_zero_target: skip
    tiers: [{from: 0%, rate: 1%}, {from: 80%, rate: 2%}, {from: 100%, rate: 3%}]
"""
)
TEAM = (
    HEAD
    + """\
  pay: {shape: team, period: month, scope: region, when: sales_amount >= 30000, per_head: 500}
"""
)
RANK = (
    HEAD + "  pay: {shape: ranking, period: month, rank_by: sales_amount, awards: [900, 500], ties: split}\n"
)
CLAWBACK = SALES.replace("components:", "clawback: {within: 12}\ncomponents:")
TO_DATE = TIERS.replace("    pays_on", "    to_date: year\n    pays_on").replace(
    "attainment(sales_amount)", "sales_amount"
)
TO_DATE = (
    TO_DATE.replace("80%", "15000")
    .replace("100%", "20000")
    .replace("from: 0%", "from: 0")
    .replace("    on_zero_target: skip\n", "")
)
OVER = SALES.replace("for: {role: [rep]}", "for: {role: [manager]}").replace("10%", "1%, scope: reports")

Edit = dict[str, tuple[str, str]]


A_PAID = "10000,won,2026-07-01,2026-07-10,2026-07-10,"
TO_LI = "name: 小李, role: rep, hired: 2024-03-01,\n     assignments: [{from: 2024-03-01, region: south}"
WU = "name: 小吴, role: rep, hired: 2024-03-01"
WU_IN = f"{WU}, manager: chen,\n     assignments: [{{from: 2024-03-01"


def a_cancelled(day: str) -> tuple[str, str]:
    """Of the deal A."""
    return A_PAID, A_PAID.replace("won", "cancelled") + day


def a_back(day: str) -> tuple[str, str]:
    """The other way round."""
    before, after = a_cancelled(day)
    return after, before


@dataclass
class Late:
    """What becomes known after July is closed, and what July's difference then says for whom."""

    name: str
    plan: str
    edit: Edit
    causes: dict[str, str]
    files: Edit = field(default_factory=dict)
    """What the book was already otherwise before July was settled."""


CASES = [
    Late(
        "a new deal",
        SALES,
        {DEALS: ("\nB,", "\nN,c,east,P,zhang,300,won,,2026-07-31,,,,,\nB,")},
        {"zhang": "N new: 300 of zhang, 2026-07-31 (ledger/deals.csv:3)"},
    ),
    Late("another amount", SALES, {DEALS: ("zhang,10000", "zhang,9000.50")},
         {"zhang": "A: amount 10000 → 9000.5 (ledger/deals.csv:2)"}),
    Late("another person", SALES, {DEALS: ("A,c1,east,P,zhang", "A,c1,east,P,wu")},
         dict.fromkeys(("zhang", "wu"), "A: owner zhang → wu (ledger/deals.csv:2)")),
    Late("other shares", SALES, {SHARES: ("D,zhang,60%,split\nD,li,40", "D,li,50%,split\nD,zhang,50")},
         {"zhang": "share of zhang in D: share 60% → 50% (ledger/credits.csv:3); "
                   "share of li in D: share 40% → 50% (ledger/credits.csv:2)",
          "li": "share of li in D: share 40% → 50% (ledger/credits.csv:2); "
                "share of zhang in D: share 60% → 50% (ledger/credits.csv:3)"}),
    Late("somebody shares it now", SALES, {SHARES: ("split\nD,li", "split\nA,li,100%,split\nD,li")},
         {"zhang": "share of li in A new: 100% (ledger/credits.csv:3)",
          "li": "share of li in A new: 100% (ledger/credits.csv:3)"}),
    Late("credit on top", SALES, {SHARES: ("split\nD,li", "split\nA,wu,10%,overlay\nD,li")},
         {"wu": "share of wu in A new: 10% (ledger/credits.csv:3)"}),
    Late("a deleted row", SALES, {DEALS: (BOOK[DEALS].splitlines(True)[1], "")},
         {"zhang": "A gone: it was 10000 of zhang, 2026-07-10"},
         files={CASH: ("R-1,A,2026-07-12,6000\n", "")}),
    Late("another stage", SALES.replace("sales_amount", "won").replace("rate: 10%", "pays: 100"),
         {DEALS: ("10000,won,2026-07-01,2026-07-10,2026-07-10", "10000,lost,2026-07-01,,2026-07-10")},
         {"zhang": "A lost (ledger/deals.csv:2)"}),
    Late("an open one was signed in July", SALES,
         {DEALS: ("open,2026-07-02,,", "won,2026-07-02,2026-07-30,2026-07-30")},
         {"wu": "W: status open → won, signed_on – → 2026-07-30, closed_on – → 2026-07-30 "
               "(ledger/deals.csv:8)"}),
    Late("signed in another month", SALES, {DEALS: ("2026-07-10,2026-07-10", "2026-08-10,2026-08-10")},
         {"zhang": "A: signed_on 2026-07-10 → 2026-08-10, closed_on 2026-07-10 → 2026-08-10 "
                  "(ledger/deals.csv:2)"}),
    Late("cancelled in August", SALES,
         {DEALS: a_cancelled("2026-08-15")},
         {"zhang": "A cancelled 2026-08-15 (ledger/deals.csv:2)"}),
    Late("cancelled in July, entered late", SALES,
         {DEALS: a_cancelled("2026-07-30")},
         {"zhang": "A cancelled 2026-07-30 (ledger/deals.csv:2)"}),
    Late("cancelled in August, entered before July was settled", SALES, {},
         {"zhang": "A cancelled 2026-08-15 (ledger/deals.csv:2)"},
         files={DEALS: a_cancelled("2026-08-15")}),
    Late("cancelled in July, with a clawback", CLAWBACK,
         {DEALS: a_cancelled("2026-07-30")},
         {"zhang": "A cancelled 2026-07-30 (ledger/deals.csv:2)"}),
    Late("not cancelled after all", SALES,
         {DEALS: a_back("2026-07-30")},
         {"zhang": "A not cancelled any more (ledger/deals.csv:2)"},
         files={DEALS: a_cancelled("2026-07-30")}),
    Late("lost", SALES, {DEALS: (A_PAID, "10000,lost,2026-07-01,,2026-07-10,")},
         {"zhang": "A lost (ledger/deals.csv:2)"}),
    Late("a refund of a part", COLLECTED, {CASH: ("6000\n", "6000\nR-9,A,2026-07-20,-1000\n")},
         {"zhang": "refund R-9 of A new: -1000 on 2026-07-20 (ledger/collections.csv:3)"}),
    Late("a refund of all", COLLECTED, {CASH: ("6000\n", "6000\nR-9,A,2026-07-31,-6000\n")},
         {"zhang": "refund R-9 of A new: -6000 on 2026-07-31 (ledger/collections.csv:3)"}),
    Late("a late receipt", COLLECTED, {CASH: ("6000\n", "6000\nR-9,A,2026-07-20,1000\n")},
         {"zhang": "receipt R-9 of A new: 1000 on 2026-07-20 (ledger/collections.csv:3)"}),
    Late("a changed receipt", COLLECTED, {CASH: ("2026-07-12,6000", "2026-07-12,6500")},
         {"zhang": "receipt R-1 of A: amount 6000 → 6500 (ledger/collections.csv:2)"}),
    Late("a receipt of another day", COLLECTED, {CASH: ("2026-07-12,6000", "2026-08-02,6000")},
         {"zhang": "receipt R-1 of A: received_on 2026-07-12 → 2026-08-02 (ledger/collections.csv:2)"}),
    Late("a deleted receipt", COLLECTED, {CASH: ("R-1,A,2026-07-12,6000\n", "")},
         {"zhang": "receipt R-1 of A gone: it was 6000 on 2026-07-12"}),
    Late("cash of a cancelled deal", COLLECTED,
         {DEALS: a_cancelled("2026-08-15")},
         {"zhang": "A cancelled 2026-08-15 (ledger/deals.csv:2)"}),
    Late("a receipt by which a deal counts", SALES, {CASH: ("6000\n", "6000\nR-9,A,2026-07-20,1000\n")},
         {"zhang": "receipt R-9 of A new: 1000 on 2026-07-20 (ledger/collections.csv:3)"},
         files={METRICS: ("collected_at_least: 0%", "collected_at_least: 70%")}),
    Late("a receipt without which it does not count", SALES, {CASH: ("R-1,A,2026-07-12,6000\n", "")},
         {"zhang": "receipt R-1 of A gone: it was 6000 on 2026-07-12"},
         files={METRICS: ("collected_at_least: 0%", "collected_at_least: 50%")}),
    Late("a refund does not undo a deal, another amount does", SALES,
         {CASH: ("6000\n", "6000\nR-9,A,2026-07-20,-100\n"), DEALS: ("zhang,5000", "zhang,4999")},
         {"zhang": "B: customer c2 → c22, amount 5000 → 4999 (ledger/deals.csv:3)"},
         files={METRICS: ("collected_at_least: 0%", "collected_at_least: 50%"),
                CASH: ("R-2,B,2026-07-13,5000", "R-2,B,2026-07-13,5000")}),
    Late("another cost", PROFIT, {DEALS: (",4000,,", ",4500,,")},
         {"zhang": "A: cost 4000 → 4500 (ledger/deals.csv:2)"}),
    Late("a cost is no sale", SALES,
         {DEALS: ("4000,,web\nB,c2,east,P,zhang,5000", "4500,,web\nB,c2,east,P,zhang,5001")},
         {"zhang": "B: customer c2 → c22, amount 5000 → 5001 (ledger/deals.csv:3)"}),
    Late("another rate", SALES, {RATES: ("07-01,USD,7\n", "07-01,USD,7.05\n")},
         {"wu": "rate of USD from 2026-07-01: rate 7 → 7.05 (ledger/fx.csv:2)"}),
    Late("a rate from another day on", SALES, {RATES: ("USD,7\n", "USD,7\n2026-07-18,USD,6.9\n")},
         {"wu": "rate of USD from 2026-07-18 new: 6.9 (ledger/fx.csv:3)"}),
    Late("a rate that is gone", SALES, {RATES: ("2026-07-25,USD,7.1\n", "")},
         {"wu": "rate of USD from 2026-07-25 gone: it was 7.1"}),
    Late("activities", LEADS, {DONE: ("lead,10", "lead,12")},
         {"zhang": "lead of zhang on 2026-07-03: count 10 → 12 (ledger/activities.csv:2)"}),
    Late("another target", TIERS, {TARGETS: ("zhang,target,20000", "zhang,target,30000")},
         {"zhang": "target sales_amount 2026-07 east zhang target: target 20000 → 30000 "
                  "(ledger/targets/2026.csv:2)"}),
    Late("a transfer", TEAM,
         {ORG: (TO_LI, TO_LI + ", {from: 2026-07-20, region: east}")},
         {"li": "li: from 2026-07-20 – → east (ledger/org.yaml:9)"}),
    Late("somebody left", SALES, {ORG: (WU, f"{WU}, left: 2026-06-30")},
         {"wu": "wu: left – → 2026-06-30 (ledger/org.yaml:7)"}),
    Late("somebody joined later", SALES,
         {ORG: (WU_IN, WU_IN.replace("2024-03-01", "2026-08-01"))},
         {"wu": "wu: hired 2024-03-01 → 2026-08-01, from 2024-03-01 east → –, from 2026-08-01 – → east "
               "(ledger/org.yaml:7)"}),
    Late("another role", SALES, {ORG: ("name: 小吴, role: rep", "name: 小吴, role: manager")},
         {"wu": "wu: role rep → manager (ledger/org.yaml:7)"}),
    Late("a region's award is lost by one of its deals", TEAM, {DEALS: ("zhang,10000", "zhang,3000")},
         dict.fromkeys(("zhang", "wu"), "A: amount 10000 → 3000 (ledger/deals.csv:2)")),
    Late("a deal of another region", TEAM, {DEALS: ("A,c1,east", "A,c1,south")},
         dict.fromkeys(("zhang", "wu"), "A: region east → south (ledger/deals.csv:2)")),
    Late("a rank is lost to somebody else", RANK, {DEALS: ("li,8000", "li,20000")},
         dict.fromkeys(("li", "zhang", "wu"), "C: amount 8000 → 20000 (ledger/deals.csv:4)")),
    Late("whoever reports to somebody", OVER, {DEALS: ("zhang,10000", "zhang,3000"), CASH: ("", "")},
         {"chen": "A: amount 10000 → 3000 (ledger/deals.csv:2)"}),
    Late("another product, by a plan for one product", ONLY_P, {DEALS: ("A,c1,east,P", "A,c1,east,Q")},
         {"zhang": "A: product P → Q (ledger/deals.csv:2)"}),
    Late("a deal the plan does not pay on", ONLY_P,
         {DEALS: ("li,8000,won,2026-07-01,2026-07-12,2026-07-12,,2000,,web\nD,c4,east,P,zhang,4000",
                  "li,9000,won,2026-07-01,2026-07-12,2026-07-12,,2000,,web\nD,c4,east,P,zhang,5000")},
         dict.fromkeys(("zhang", "li"), "D: amount 4000 → 5000 (ledger/deals.csv:5)")),
]  # fmt: skip


def lay(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def change(root: Path, edit: Edit) -> None:
    for name, (old, new) in edit.items():
        text = (root / name).read_text(encoding="utf-8")
        assert old in text, (name, old)
        (root / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def settle(root: Path, month: str) -> None:
    draft(root, month)
    publish(root, month, AFTER[month][0])
    close(root, month, AFTER[month][1])


def causes(root: Path, month: str, period: str = JULY) -> dict[str, str]:
    """Person → why a settled period's pay is another one, as the month's adjustments say."""
    found = [
        row
        for row in rows(root / f"ledger/settlements/{month}/entries.csv")
        if row["kind"] == "adjustment" and row["period"] == period
    ]
    assert len({row["person"] for row in found}) == len(found)
    return {row["person"]: row["cause"].removeprefix("reckoned again: ") for row in found}


@pytest.fixture
def book(tmp_path: Path) -> Callable[[str, Edit], Path]:
    def made(plan: str, files: Edit) -> Path:
        lay(tmp_path, {**BOOK, PLAN: plan})
        change(tmp_path, files)
        return tmp_path

    return made


@pytest.mark.parametrize("late", CASES, ids=[late.name for late in CASES])
def test_the_row_that_changed_is_named(book: Callable[[str, Edit], Path], late: Late) -> None:
    root = book(late.plan, late.files)
    settle(root, JULY)
    change(root, late.edit)
    change(root, {name: one for name, one in RENAMED.items() if one[0] in (root / name).read_text("utf-8")})
    draft(root, AUGUST)
    assert causes(root, AUGUST) == late.causes


def test_what_was_told_once_is_known_and_everything_is_verified(book: Callable[[str, Edit], Path]) -> None:
    root = book(SALES, {})
    settle(root, JULY)
    for late in CASES:
        if late.plan == SALES and not late.files and late.name in _TOGETHER:
            change(root, late.edit)
    settle(root, AUGUST)
    assert set(causes(root, AUGUST)) == {"zhang", "wu", "li"}
    draft(root, SEPTEMBER)
    assert causes(root, SEPTEMBER) == {}
    told = {row["result"].template for row in verify(root).tables[0].rows}  # type: ignore[union-attr]
    assert told == {"changed since it was settled", "as recorded, and reckoned again to the same bytes"}


_TOGETHER = ("a new deal", "cancelled in August", "other shares", "another rate", "another role")


# --- over several months


CANCELLED = {
    DEALS: (
        "10000,won,2026-07-01,2026-07-10,2026-07-10,",
        "10000,cancelled,2026-07-01,2026-07-10,2026-07-10,2026-08-15",
    )
}


def test_a_cancellation_of_a_settled_month_of_a_deal_of_an_earlier_one(
    book: Callable[[str, Edit], Path],
) -> None:
    """With a clawback it is August that comes to something else, by a row of a deal that counted in July."""
    root = book(CLAWBACK, {})
    settle(root, JULY)
    settle(root, AUGUST)
    change(root, CANCELLED)
    change(root, RENAMED)
    draft(root, SEPTEMBER)
    assert causes(root, SEPTEMBER) == {}
    assert causes(root, SEPTEMBER, AUGUST) == {"zhang": "A cancelled 2026-08-15 (ledger/deals.csv:2)"}


def test_a_return_of_a_settled_month_for_a_deal_of_an_earlier_one(book: Callable[[str, Edit], Path]) -> None:
    plan = SALES.replace("rate: 10%", "rate: 10%, release: {by: receipts}")
    root = book(plan, {})
    settle(root, JULY)
    settle(root, AUGUST)
    change(root, {CASH: ("6000\n", "6000\nR-9,A,2026-08-20,-1000\n")})
    change(root, RENAMED)
    draft(root, SEPTEMBER)
    assert causes(root, SEPTEMBER, AUGUST) == {
        "zhang": "refund R-9 of A new: -1000 on 2026-08-20 (ledger/collections.csv:3)"
    }


def test_what_carries_over_from_an_earlier_month_says_so_and_names_the_row(
    book: Callable[[str, Edit], Path],
) -> None:
    """July takes August into another tier of the year to date."""
    more = "\nN,c,east,P,zhang,3000,won,,2026-08-10,,,,,\nB,"
    root = book(TO_DATE, {DEALS: ("\nB,", more)})
    settle(root, JULY)
    settle(root, AUGUST)
    change(root, CANCELLED)
    change(root, RENAMED)
    draft(root, SEPTEMBER)
    told = "A cancelled 2026-08-15 (ledger/deals.csv:2)"
    assert causes(root, SEPTEMBER)["zhang"] == told
    assert causes(root, SEPTEMBER, AUGUST) == {"zhang": f"in an earlier period: {told}"}


def test_a_quarter_names_rows_of_all_its_months(book: Callable[[str, Edit], Path]) -> None:
    root = book(SALES.replace("period: month", "period: quarter"), {})
    AFTER[SEPTEMBER] = (date(2026, 10, 9), date(2026, 10, 14))
    change(root, {DEALS: ("\nB,", "\nO,c,east,P,li,0,won,,2026-10-31,,,,,\nB,")})
    for month in (JULY, AUGUST, SEPTEMBER):
        settle(root, month)
    change(root, {DEALS: ("zhang,10000", "zhang,10001")})
    draft(root, "2026-10")
    assert causes(root, "2026-10", "2026-Q3") == {"zhang": "A: amount 10000 → 10001 (ledger/deals.csv:2)"}


def test_of_several_rows_the_own_come_first_and_the_rest_is_counted(
    book: Callable[[str, Edit], Path],
) -> None:
    root = book(RANK, {})
    settle(root, JULY)
    new = "".join(f"\nN{n},c,east,P,wu,100{n},won,,2026-07-31,,,,," for n in range(4))
    change(root, {DEALS: ("zhang,10000", "zhang,100")})
    change(root, {DEALS: ("\nB,", f"{new}\nB,")})
    draft(root, AUGUST)
    assert causes(root, AUGUST)["zhang"] == (
        "A: amount 10000 → 100 (ledger/deals.csv:2); N0 new: 1000 of wu, 2026-07-31 (ledger/deals.csv:3); "
        "N1 new: 1001 of wu, 2026-07-31 (ledger/deals.csv:4) and 2 more"
    )


# --- by the rules valid then


RULES = [
    # what July was paid on, what is paid on now, what changed of July, and what July's difference names
    (SALES, COLLECTED, "A: amount 10000 → 9000 (ledger/deals.csv:2)"),
    (COLLECTED, SALES, "receipt R-1 of A: amount 6000 → 6500 (ledger/collections.csv:2)"),
    (ONLY_P, SALES, "A: amount 10000 → 9000 (ledger/deals.csv:2)"),
    (PROFIT, SALES, "A: amount 10000 → 9000 (ledger/deals.csv:2); D: cost 1000 → 1500 (ledger/deals.csv:5)"),
]


@pytest.mark.parametrize(("then", "now", "cause"), RULES)
def test_causes_are_told_by_the_rules_a_month_was_paid_by(
    book: Callable[[str, Edit], Path], then: str, now: str, cause: str
) -> None:
    root = book(then, {DEALS: ("V,c6,east,P,wu", "V,c6,east,Q,zhang")})
    settle(root, JULY)
    lay(root, {PLAN: now})
    change(root, {DEALS: ("zhang,10000", "zhang,9000"), CASH: ("2026-07-12,6000", "2026-07-12,6500")})
    change(root, {DEALS: ("15,,1000", "15,,1500")})
    if then in (ONLY_P, COLLECTED):  # of the other product, which July was not paid on; no cash came for it
        change(root, {DEALS: ("Q,zhang,900", "Q,zhang,800")})
    draft(root, AUGUST)
    assert causes(root, AUGUST)["zhang"] == cause


def test_causes_are_told_by_the_metrics_a_month_was_paid_by(book: Callable[[str, Edit], Path]) -> None:
    metric = "metrics: {web: {sum: deals.amount, of: recognised, where: {source: web}, unit: money}}\n"
    root = book(SALES.replace("sales_amount", "web"), {METRICS: ("fx:", f"{metric}fx:")})
    settle(root, JULY)
    change(root, {METRICS: ("source: web", "source: fair")})
    change(root, {DEALS: ("1000,,web\nC", "1000,,fair\nC")})  # B is of the fair now
    change(root, {DEALS: ("4000,won,2026-07-01,2026-07-15,2026-07-15,,1000,,web",
                          "4100,won,2026-07-01,2026-07-15,2026-07-15,,1000,,web")})  # fmt: skip
    draft(root, AUGUST)
    assert causes(root, AUGUST) == {
        "zhang": "B: source web → fair (ledger/deals.csv:3); D: amount 4000 → 4100 (ledger/deals.csv:5)",
        "li": "D: amount 4000 → 4100 (ledger/deals.csv:5)",
    }


def test_a_month_that_is_only_drafted_is_reckoned_by_the_rules_of_today_which_are_named(
    book: Callable[[str, Edit], Path],
) -> None:
    root = book(SALES, {})
    draft(root, JULY)
    change(root, {PLAN: ("10%", "11%")})
    draft(root, AUGUST)
    assert set(causes(root, AUGUST).values()) == {f"{PLAN} changed"}


# --- as people read it


def test_explain_tells_it_in_chinese_and_for_machines_in_english(book: Callable[[str, Edit], Path]) -> None:
    root = book(SALES, {})
    settle(root, JULY)
    change(root, CANCELLED)
    draft(root, AUGUST)

    def told(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "salescli", "explain", "zhang", "--period", AUGUST, *words],
            cwd=root, capture_output=True, encoding="utf-8", check=True,
        )  # fmt: skip
        return done.stdout

    assert "A cancelled 2026-08-15 (ledger/deals.csv:2)" in told("--lang", "en")
    assert "A 于 2026-08-15 取消（ledger/deals.csv:2）" in told("--lang", "zh_CN")


def test_an_accepted_objection_is_no_change_of_facts(book: Callable[[str, Edit], Path]) -> None:
    from decimal import Decimal

    from salescli.workflows.settling import objections

    root = book(SALES, {})
    draft(root, JULY)
    publish(root, JULY, AFTER[JULY][0])
    objections.add(root, JULY, "zhang", "a deal is missing", date(2026, 8, 4))
    objections.answer(root, JULY, "1", True, "late", date(2026, 8, 5), Decimal(120))
    close(root, JULY, AFTER[JULY][1])
    draft(root, AUGUST)
    assert causes(root, AUGUST) == {"zhang": "objection 2026-07/1"}


def test_later_files_change_nothing_of_what_was_known(book: Callable[[str, Edit], Path]) -> None:
    """What is dated later is no row that a settlement knew: verified with it, it is the same bytes."""
    root = book(SALES, {})
    settle(root, JULY)
    head = BOOK[DEALS].splitlines(True)[0]
    lay(root, {
        "ledger/deals/later.csv": head + "L,c,east,P,zhang,5,won,2026-08-01,2026-08-02,2026-08-02,,,,\n",
        "ledger/collections/later.csv": "receipt_id,deal_id,received_on,amount\nR-8,L,2026-08-03,5\n",
        "ledger/credits/later.csv": "deal_id,person,share,kind\nL,zhang,100%,split\n",
        "ledger/activities/later.csv": "date,person,kind,count\n2026-08-05,zhang,lead,1\n",
        "ledger/targets/later.csv": "period,metric,region,product,person,level,target\n"
                                    "2026-Q4,sales_amount,east,,zhang,target,5\n",
    })  # fmt: skip
    report = verify(root)
    assert report.exit_code == 0, report.tables[0].rows
