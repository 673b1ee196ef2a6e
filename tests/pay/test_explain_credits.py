"""`explain PERSON` lists every fact credited, with its line: it adds up to what is paid on (I8)."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from salescli.model.fact import CreditLine, Look
from salescli.model.table import Row
from salescli.workflows.explaining.explain import explain
from salescli.workflows.paying.reckon import Reckoned, reckon
from salescli.workflows.session import Session, open_session
from salescli.workflows.settling.beside import beside_of
from salescli.workflows.settling.paid_on import PaidOn, paid_on
from salescli.workflows.settling.settle import draft

from .books import make_book
from .test_reversed_in_proportion import HISTORY, MONTHS, PEOPLE, Book, Deal, History, happen

METRICS = """\
closed_deal: {signed: true, collected_at_least: 30%}
metrics:
  booked: {sum: deals.amount, of: signed, unit: money, name: Bookings}
  booked_a: {sum: deals.amount, of: signed, where: {product: [A]}, unit: money, name: Bookings of A}
  opened: {count: deals, of: opened, unit: count, name: Opened}
  visits: {sum: activities.count, where: {kind: visit}, unit: count, name: Visits}
  visits_east: {sum: activities.count, where: {kind: visit, region: [east]}, unit: count, name: East}
  lost_deals: {count: deals, of: lost, unit: count, name: Lost}
  receipts: {count: collections, unit: count, name: Receipts}
"""
PLAN = """\
plan: rep
for: {role: [account_manager]}
components:
  PAYS
"""
FLAT = "{shape: flat, period: month, pays_on: %s, rate: 1%%}"
COUNT = "{shape: flat, period: month, pays_on: %s, pays: 5}"
DEALS = (
    "deal_id,customer,region,product,owner,amount,status,opened_on,signed_on,closed_on,cancelled_on\n"
    "A,c1,east,A,zhang,1000,won,2026-08-01,2026-08-05,2026-08-05,\n"
    "B,c2,east,A,zhang,500,won,2026-07-01,2026-08-06,2026-08-06,\n"
    "C,c3,east,A,wu,300,won,2026-07-01,2026-08-07,2026-08-07,\n"
    "E,c3,east,A,zhang,700,lost,2026-07-01,,2026-08-09,\n"
    "F,c4,south,A,zhang,900,open,2026-08-12,,,\n"
    "G,c5,east,A,zhang,100,cancelled,2026-07-01,2026-08-07,2026-08-07,2026-08-20\n"
)
FACTS = {
    "ledger/deals/2026-08.csv": DEALS,
    "ledger/collections/2026-08.csv": "receipt_id,deal_id,received_on,amount\n"
    "R1,A,2026-08-10,100\nR2,A,2026-08-11,50\nR3,B,2026-08-12,500\nR4,C,2026-08-12,300\n",
    "ledger/credits/2026-08.csv": "deal_id,person,share,kind\n"
    "B,wu,100%,split\nC,zhang,40%,split\nC,wu,60%,split\n",
    "ledger/activities/2026-08.csv": "date,person,kind,count,region,customer,deal_id\n"
    "2026-08-03,zhang,visit,2,,c1,\n2026-08-03,zhang,lead,9,,,\n2026-08-04,wu,visit,1,,,\n"
    "2026-08-04,zhang,visit,3,south,,\n2026-08-05,zhang,visit,1,,,F\n2026-09-01,zhang,visit,5,,,\n",
}


def credited(root: Path, *components: str, month: str = "2026-08") -> list[Row]:
    """What `explain` lists of zhang's credits in a month, without the rule and the deals that count."""
    make_book(root, ())
    files = {
        "policies/metrics.yaml": METRICS,
        "policies/plans/account-manager.yaml": PLAN.replace("PAYS", "\n  ".join(components)),
        **FACTS,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    rows = explain(root, "zhang", month).tables[0].rows
    return [row for row in rows if row["part"] == "Credit" and row["step"] != "closed_deal"]


def said(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """What each row says: sentence, base, amount, place."""
    keys = ("text", "base", "amount", "place")
    return [tuple("" if row[key] is None else str(row[key]) for key in keys) for row in rows]


C_COUNTS = ("C c3, shared, counted on 2026-08-12", "300.00", "120.00", "ledger/credits/2026-08.csv:3")


def test_deals_by_the_day_they_are_signed(tmp_path: Path) -> None:
    assert said(credited(tmp_path, "booked: " + FLAT % "booked")) == [
        C_COUNTS,
        ("A c1, signed on 2026-08-05", "1000.00", "1000.00", "ledger/deals/2026-08.csv:2"),
        ("C c3, shared, signed on 2026-08-07", "300.00", "120.00", "ledger/credits/2026-08.csv:3"),
    ]


def test_what_only_counts_deals_lists_those_of_the_owner(tmp_path: Path) -> None:
    assert said(credited(tmp_path, "opened: " + COUNT % "opened", "lost: " + COUNT % "lost_deals")) == [
        C_COUNTS,
        ("E c3, lost on 2026-08-09, as its owner", "700.00", "", "ledger/deals/2026-08.csv:5"),
        ("A c1, opened on 2026-08-01, as its owner", "1000.00", "", "ledger/deals/2026-08.csv:2"),
        ("F c4, opened on 2026-08-12, as its owner", "900.00", "", "ledger/deals/2026-08.csv:6"),
    ]


def test_a_deal_that_others_share_counts_for_its_owner(tmp_path: Path) -> None:
    assert said(credited(tmp_path, "won: " + COUNT % "deals_won", "fresh: " + COUNT % "new_customers")) == [
        C_COUNTS,
        ("B c2, counted on 2026-08-12, as its owner", "500.00", "", "ledger/deals/2026-08.csv:3"),
        ("c2 is a new customer by B on 2026-08-12", "1", "", "ledger/deals/2026-08.csv:3"),
    ]


def test_receipts_with_the_part_of_shared_ones(tmp_path: Path) -> None:
    mine = [
        C_COUNTS,
        ("R1 of 2026-08-10 for A c1", "100.00", "100.00", "ledger/collections/2026-08.csv:2"),
        ("R2 of 2026-08-11 for A c1", "50.00", "50.00", "ledger/collections/2026-08.csv:3"),
    ]
    assert said(credited(tmp_path / "part", "cash: " + FLAT % "collected_amount")) == [
        *mine,
        ("R4 of 2026-08-12 for C c3", "300.00", "120.00", "ledger/collections/2026-08.csv:5"),
    ]
    assert said(credited(tmp_path / "counted", "receipts: " + COUNT % "receipts")) == [
        *mine,
        ("R3 of 2026-08-12 for B c2", "500.00", "500.00", "ledger/collections/2026-08.csv:4"),
    ]


def test_activities_line_by_line(tmp_path: Path) -> None:
    visits = [
        ("visit of 2026-08-03: c1", "2", "", "ledger/activities/2026-08.csv:2"),
        ("visit of 2026-08-04", "3", "", "ledger/activities/2026-08.csv:5"),
        ("visit of 2026-08-05: F", "1", "", "ledger/activities/2026-08.csv:6"),
    ]
    assert said(credited(tmp_path / "all", "visits: " + COUNT % "visits")) == [C_COUNTS, *visits]
    east = said(credited(tmp_path / "east", "visits: " + COUNT % "visits_east"))
    assert east == [C_COUNTS, visits[0]]  # the one for F is of F's region


def test_only_what_a_component_asks_for(tmp_path: Path) -> None:
    only = "booked: {shape: flat, period: month, pays_on: booked, rate: 1%, only: {customer: [c1]}}"
    assert said(credited(tmp_path, only))[1:] == [
        ("A c1, signed on 2026-08-05", "1000.00", "1000.00", "ledger/deals/2026-08.csv:2")
    ]


def test_a_gate_and_a_longer_period_are_explained_as_well(tmp_path: Path) -> None:
    gated = "{shape: flat, period: quarter, pays_on: sales_amount, rate: 1%, when: visits >= 3}"
    rows = credited(tmp_path, "gated: " + gated, month="2026-09")
    assert [row["step"] for row in rows] == ["deal", *["activity"] * 4]
    assert {row["period"] for row in rows} == {"2026-Q3"}


def test_other_people_see_no_more_than_before(tmp_path: Path) -> None:
    rows = credited(tmp_path, "sales: " + FLAT % "sales_amount")
    assert said(rows) == [C_COUNTS]


def test_what_comes_late_to_settled_days_is_told_summed_up(tmp_path: Path) -> None:
    credited(tmp_path, "visits: " + COUNT % "visits", "cash: " + FLAT % "collected_amount")
    plan = tmp_path / "policies/plans/account-manager.yaml"
    plan.write_text(plan.read_text().replace("components:", "closed_periods: reverse\ncomponents:"))
    draft(tmp_path, "2026-08")
    done, cash = tmp_path / "ledger/activities/2026-08.csv", tmp_path / "ledger/collections/2026-08.csv"
    done.write_text(done.read_text() + "2026-08-30,zhang,visit,4,,,\n")
    cash.write_text(cash.read_text().replace("R2,A,2026-08-11,50", "R2,A,2026-08-11,70"))
    rows = [r for r in explain(tmp_path, "zhang", "2026-09").tables[0].rows if r["part"] == "Credit"]
    assert said(rows)[1:] == [
        (
            "A c1, receipts of settled days, what came, changed or went since: counted now",
            "",
            "20.00",
            "",
        ),
        ("visit of 2026-09-01", "5", "", "ledger/activities/2026-08.csv:7"),
        ("visit of settled days, what came, changed or went since: counted now", "4", "", ""),
    ]


# --- what is listed adds up, beside settled months too

PROPORTIONAL = """\
plan: rep
for: {role: [rep]}
closed_periods: reverse
components:
  sales: {shape: flat, period: month, pays_on: sales_amount, rate: 10%}
  booked: {shape: flat, period: month, pays_on: booked, rate: 10%}
  booked_a: {shape: flat, period: month, pays_on: booked, rate: 10%, only: {product: A}}
  opened: {shape: flat, period: month, pays_on: opened, pays: 3}
  opened_a: {shape: flat, period: month, pays_on: opened, pays: 3, only: {product: A}}
  of_a: {shape: flat, period: month, pays_on: of_a, rate: 10%}
  won: {shape: flat, period: month, pays_on: deals_won, pays: 50}
  won_a: {shape: flat, period: month, pays_on: won_a, pays: 50}
  a_won: {shape: flat, period: month, pays_on: deals_won, pays: 50, only: {product: A}}
  fresh: {shape: flat, period: month, pays_on: new_customers, pays: 7}
  cash: {shape: flat, period: month, pays_on: collected_amount, rate: 10%}
  a_cash: {shape: flat, period: month, pays_on: collected_amount, rate: 10%, only: {product: A}}
"""
PARTS = (
    "sales", "booked", "booked_a", "opened", "opened_a", "of_a", "won", "won_a", "a_won", "fresh",
    "cash", "a_cash",
)  # fmt: skip


def listed(session: Session, one: Reckoned, person: str, component: str) -> Fraction:
    """What the lines that `explain` lists come to, of what one component is paid on."""
    policy = session.book.policy
    shape = one.shapes["rep", component]
    (measure,) = shape.reads.people
    base = policy.metrics[measure.metric].base
    assert base is not None
    look: Look = (base, measure.only)
    start, end = one.period.start, one.period.end
    with session.facts.beside(beside_of(session, one.period, "rep")):
        session.facts.run(one.as_of)
        others = session.facts.fact_lines(person, start, end, [look])
        if base.column is None:
            return Fraction(len(others))
        if base.source == "collections":
            return Fraction(sum(line.part for line in others))
        return summed(session.facts.credits(person, start, end, base.of, [look]), paid_on(shape, policy))


def summed(lines: Sequence[CreditLine], paid: PaidOn) -> Fraction:
    """Of a deal that is another one now for the component all of it, else what is left of it."""
    found: dict[tuple[str, str], list[CreditLine]] = defaultdict(list)
    for line in lines:
        found[line.deal_id, line.kind].append(line)
    total = Decimal(0)
    for of_deal in found.values():
        anew = [line for line in of_deal if line.turned is not None and paid.anew(line.turned)]
        total += sum(line.amount for line in anew or [line for line in of_deal if line.turned is None])
    return Fraction(total)


def actual(one: Reckoned, person: str, component: str) -> Fraction:
    (measure,) = one.shapes["rep", component].reads.people
    score = one.scores.people[person][measure.key]
    return Fraction(score.actual or 0)


RUNS = int(os.environ.get("HISTORIES", "4"))


@settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=HISTORY, least=st.sampled_from([0, 30]))
@example(history=[[("new", 0, 9), ("share", 0, 10), ("receipt", 0, 5)], [("late", 0, 7)], [], []], least=0)
@example(
    history=[[("new", 0, 4), ("receipt", 0, 5)], [("late receipt", 0, 7), ("owner", 0, 0)], [], []], least=0
)
@example(
    history=[
        [("new", 0, 9), ("receipt", 0, 5), ("new", 1, 3)],
        [("product", 0, 0), ("product", 1, 0)],
        [("product", 0, 0), ("share", 1, 9)],
        [("cancel", 0, 0), ("product", 1, 0)],
    ],
    least=0,
)
def test_what_is_listed_adds_up_to_what_is_paid_on(history: History, least: int) -> None:
    with TemporaryDirectory() as folder:
        book = Book(Path(folder), least)
        lost: list[Deal] = []
        for plan in (book.root / "policies/plans").iterdir():
            plan.unlink()
        (book.root / "policies/plans/rep.yaml").write_text(PROPORTIONAL, encoding="utf-8")
        for number, events in enumerate(history):
            happen(book, number, events, lost)
            book.settle(MONTHS[number])
            with open_session(book.root) as session:
                month = session.period(MONTHS[number], ("month",))
                one = next(one for one in reckon(session, month, []) if one.period == month)
                for person in PEOPLE:
                    told = {part: listed(session, one, person, part) for part in PARTS}
                    assert told == {part: actual(one, person, part) for part in PARTS}
