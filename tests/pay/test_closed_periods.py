"""closed_periods (S4): what changes after a month is settled is paid once, in the next one."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salescli.workflows.explaining.explain import explain
from salescli.workflows.paying.payout import payout
from salescli.workflows.settling.settle import draft
from salescli.workflows.settling.settle_steps import close, publish
from salescli.workflows.settling.verify import verify

from .test_settle import contents, rows
from .test_settle_steps import refusal

MONTHS = ("2026-07", "2026-08", "2026-09", "2026-10")
AFTER = {
    "2026-07": (date(2026, 8, 3), date(2026, 8, 10)),
    "2026-08": (date(2026, 9, 2), date(2026, 9, 9)),
    "2026-09": (date(2026, 10, 9), date(2026, 10, 14)),
    "2026-10": (date(2026, 11, 3), date(2026, 11, 10)),
}
ORG = """\
regions: [{id: east, name: 华东}]
products: [{id: A, name: A产品线}]
people:
  - {id: zhang, name: 小张, role: rep, hired: 2024-03-01, assignments: [{from: 2024-03-01, region: east}]}
  - {id: li, name: 小李, role: rep, hired: 2024-03-01, assignments: [{from: 2024-03-01, region: east}]}
"""
TIERS = """\
plan: rep
for: {role: [rep]}
closed_periods: MODE
components:
  commission:
    shape: tiers
    period: month
    pays_on: sales_amount
    measured_by: sales_amount
    mode: whole
    tiers:
      - {from: 0, rate: 1%}
      - {from: 10000, rate: 2%, bonus: 100}
      - {from: 20000, rate: 3%, bonus: 300}
"""
FLAT = """\
plan: rep
for: {role: [rep]}
closed_periods: MODE
components:
  commission: {shape: flat, period: month, pays_on: sales_amount, rate: 2%}
"""
HEAD = "deal_id,customer,region,product,owner,amount,status,opened_on,signed_on,closed_on,cancelled_on\n"


@dataclass(frozen=True)
class Deal:
    id: str
    owner: str
    amount: int
    signed: date
    cancelled: date | None = None

    def row(self) -> str:
        gone = "" if self.cancelled is None else self.cancelled.isoformat()
        status = "won" if self.cancelled is None else "cancelled"
        day = self.signed.isoformat()
        return f"{self.id},c{self.id},east,A,{self.owner},{self.amount},{status},{day},{day},{day},{gone}\n"


@dataclass
class Ledger:
    """A book whose deals are rewritten as they become known."""

    root: Path
    plan: str
    deals: dict[str, Deal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        files = {
            "salescli.yaml": "company: 华兴商贸\ncurrency: CNY\nlocale: en\ncalendar: CN\n",
            "ledger/org.yaml": ORG,
            "policies/metrics.yaml": "closed_deal: {signed: true, collected_at_least: 0%}\n",
            "policies/plans/rep.yaml": self.plan,
        }
        for name, text in files.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def know(self, *deals: Deal) -> None:
        for deal in deals:
            self.deals[deal.id] = deal
        self.lay()

    def lay(self) -> None:
        text = "".join(deal.row() for deal in self.deals.values())
        self.write("ledger/deals.csv", HEAD + text)

    def settle(self, month: str) -> None:
        self.close_data(month)
        draft(self.root, month)
        publish(self.root, month, AFTER[month][0])
        close(self.root, month, AFTER[month][1])

    def close_data(self, month: str) -> None:
        """A month is over in the facts once there is one of its last day: a deal of nobody's concern."""
        day = date.fromisoformat(f"{month}-01").replace(day=28)
        last = date(day.year, day.month, 31 if month != "2026-09" else 30)
        self.know(Deal(f"end-{month}", "li", 0, last))

    def entries(self) -> list[dict[str, str]]:
        folders = sorted((self.root / "ledger/settlements").glob("20*"))
        return [{**row, "in": folder.name} for folder in folders for row in rows(folder / "entries.csv")]

    def parts(self) -> list[dict[str, str]]:
        folders = sorted((self.root / "ledger/settlements").glob("20*"))
        return [row for folder in folders for row in rows(folder / "parts.csv")]


def total(some: Iterable[dict[str, str]]) -> Decimal:
    return sum((Decimal(row["amount"]) for row in some), Decimal(0))


def day(text: str) -> date:
    return date.fromisoformat(text)


def ledger(tmp_path: Path, mode: str, plan: str = TIERS) -> Ledger:
    return Ledger(tmp_path, plan.replace("MODE", mode))


def adjustments(book: Ledger, month: str) -> dict[str, Decimal]:
    return {
        f"{row['person']} {row['period']} {row['deal_id']}".strip(): Decimal(row["amount"])
        for row in book.entries()
        if row["in"] == month and row["kind"] == "adjustment"
    }


# --- reverse


def test_a_cancelled_deal_gives_back_its_own_part_at_its_own_rate(tmp_path: Path) -> None:
    book = ledger(tmp_path, "reverse")
    first, second = (Deal(x, "zhang", 10000, day("2026-07-10")) for x in ("A", "B"))
    book.know(first, second)
    book.settle("2026-07")  # 20,000 at 3 % and 300
    book.know(replace(first, cancelled=day("2026-08-15")), Deal("C", "zhang", 5000, day("2026-08-20")))
    book.settle("2026-08")
    assert adjustments(book, "2026-08") == {"zhang 2026-07 A": Decimal("-300.00")}
    august = [row for row in book.entries() if row["period"] == "2026-08"]
    assert total(august) == 50  # 5,000 at 1 %: what is gone does not lower the month it is found in
    row = next(row for row in book.entries() if row["kind"] == "adjustment")
    assert row["cause"] == "reversed: cancelled 2026-08-15"
    assert row["rule"].startswith("policies/plans/rep.yaml:")
    book.settle("2026-09")
    assert adjustments(book, "2026-09") == {}


def test_a_late_deal_counts_in_the_open_month_once(tmp_path: Path) -> None:
    book = ledger(tmp_path, "reverse")
    book.know(Deal("A", "zhang", 9000, day("2026-07-10")))
    book.settle("2026-07")
    book.know(Deal("late", "zhang", 4000, day("2026-07-31")), Deal("B", "zhang", 6000, day("2026-08-20")))
    book.settle("2026-08")
    paid = {(r["kind"], r["base"]): r["amount"] for r in book.entries() if r["in"] == "2026-08"}
    assert paid == {("earning", "10000.00"): "200.00", ("bonus", ""): "100.00"}
    book.settle("2026-09")
    assert [row for row in book.entries() if row["in"] == "2026-09"] == []


def test_a_deal_of_less_worth_gives_back_the_part_and_of_more_counts_the_rest(tmp_path: Path) -> None:
    book = ledger(tmp_path, "reverse")
    book.know(Deal("A", "zhang", 10000, day("2026-07-10")), Deal("B", "li", 5000, day("2026-07-10")))
    book.settle("2026-07")
    book.know(Deal("A", "zhang", 4000, day("2026-07-10")), Deal("B", "li", 7000, day("2026-07-10")))
    book.settle("2026-08")
    assert adjustments(book, "2026-08") == {"zhang 2026-07 A": Decimal("-120.00")}
    assert [(r["person"], r["base"], r["amount"]) for r in book.entries() if r["period"] == "2026-08"] == [
        ("li", "2000.00", "20.00")
    ]


def test_a_deal_that_is_somebody_else_s_is_taken_from_one_and_credited_to_the_other(tmp_path: Path) -> None:
    book = ledger(tmp_path, "reverse")
    book.know(Deal("A", "zhang", 10000, day("2026-07-10")))
    book.settle("2026-07")
    book.know(Deal("A", "li", 10000, day("2026-07-10")))
    book.settle("2026-08")
    own = {
        row["person"]: total(r for r in book.entries() if r["person"] == row["person"])
        for row in book.entries()
    }
    assert own == {"zhang": 100, "li": 300}  # the bonus of July stays, as with a cancelled deal


def test_a_deal_whose_row_is_lost_is_reversed_and_says_so(tmp_path: Path) -> None:
    book = ledger(tmp_path, "reverse")
    book.know(Deal("A", "zhang", 9000, day("2026-07-10")))
    book.settle("2026-07")
    del book.deals["A"]
    book.settle("2026-08")
    assert [(r["amount"], r["cause"]) for r in book.entries() if r["in"] == "2026-08"] == [
        ("-90.00", "reversed: not in the book any more")
    ]


def test_what_was_reversed_comes_back_with_the_deal(tmp_path: Path) -> None:
    book = ledger(tmp_path, "reverse", FLAT)
    deal = Deal("A", "zhang", 9000, day("2026-07-10"))
    book.know(deal)
    book.settle("2026-07")
    book.know(replace(deal, cancelled=day("2026-08-02")))
    book.settle("2026-08")
    book.know(deal)
    book.settle("2026-09")
    assert [(r["in"], r["amount"]) for r in book.entries()] == [
        ("2026-07", "180.00"), ("2026-08", "-180.00"), ("2026-09", "180.00")]  # fmt: skip


def test_a_month_that_moved_is_not_paid_twice(tmp_path: Path) -> None:
    book = ledger(tmp_path, "reverse", FLAT)
    book.know(Deal("A", "zhang", 9000, day("2026-07-10")))
    book.settle("2026-07")
    book.know(Deal("A", "zhang", 9000, day("2026-08-10")))
    book.settle("2026-08")
    assert [r["amount"] for r in book.entries()] == ["180.00"]


QUARTER = """\
plan: rep
for: {role: [rep]}
closed_periods: reverse
components:
  commission: {shape: flat, period: quarter, pays_on: sales_amount, rate: 2%}
"""


def test_a_quarter_takes_back_when_the_next_one_is_paid(tmp_path: Path) -> None:
    book = ledger(tmp_path, "reverse", QUARTER)
    deal = Deal("A", "zhang", 9000, day("2026-09-10"))
    book.know(deal)
    for month in MONTHS[:3]:
        book.settle(month)
    book.know(replace(deal, cancelled=day("2026-10-02")))
    book.settle("2026-10")
    assert [(r["period"], r["in"], r["amount"]) for r in book.entries()] == [("2026-Q3", "2026-09", "180.00")]
    book.know(deal)  # it was a mistake: nothing was taken back, and nothing is paid again
    for month, last in (("2026-11", 30), ("2026-12", 31)):
        book.know(Deal(f"end-{month}", "li", 0, day(f"{month}-{last}")))
        draft(book.root, month)
    assert total(book.entries()) == 180
    book.know(replace(deal, cancelled=day("2026-12-02")))
    draft(book.root, "2026-12")
    assert adjustments(book, "2026-12") == {"zhang 2026-Q3 A": Decimal("-180.00")}


WEEK = QUARTER.replace("period: quarter", "period: week")


def test_a_deal_of_a_settled_week_that_moves_into_a_later_one_is_paid_once(tmp_path: Path) -> None:
    book = ledger(tmp_path, "reverse", WEEK)
    deal = Deal("A", "zhang", 9000, day("2026-07-10"))
    book.know(deal, Deal("B", "li", 1000, day("2026-07-10")))
    book.settle("2026-07")
    late = (Deal("C", "li", 500, day("2026-07-11")), Deal("D", "li", 700, day("2026-08-13")))
    book.know(replace(deal, signed=day("2026-08-12")), *late)
    book.settle("2026-08")
    assert [(r["period"], r["person"], r["amount"]) for r in book.entries()] == [
        ("2026-W28", "li", "20.00"), ("2026-W28", "zhang", "180.00"),
        ("2026-W31", "li", "10.00"), ("2026-W33", "li", "14.00")]  # fmt: skip


# --- replay


def test_a_closed_month_is_reckoned_again_and_the_difference_paid(tmp_path: Path) -> None:
    book = ledger(tmp_path, "replay")
    first, second = (Deal(x, "zhang", 10000, day("2026-07-10")) for x in ("A", "B"))
    book.know(first, second)
    book.settle("2026-07")  # 600 + 300
    book.know(replace(first, cancelled=day("2026-08-15")))
    book.settle("2026-08")  # 10,000 at 2 % and 100
    assert adjustments(book, "2026-08") == {"zhang 2026-07": Decimal("-600.00")}
    row = next(row for row in book.entries() if row["kind"] == "adjustment")
    assert row["cause"] == "reckoned again: A cancelled 2026-08-15 (ledger/deals.csv:2)"
    book.know(Deal("late", "zhang", 10000, day("2026-07-30")))
    book.settle("2026-09")
    assert adjustments(book, "2026-09") == {"zhang 2026-07": Decimal("600.00")}
    assert len({row["entry_id"] for row in book.entries()}) == len(book.entries())


def test_a_closed_month_is_reckoned_by_the_rules_valid_then(tmp_path: Path) -> None:
    book = ledger(tmp_path, "replay", FLAT)
    book.know(Deal("A", "zhang", 9000, day("2026-07-10")))
    book.settle("2026-07")
    book.write("policies/plans/rep.yaml", FLAT.replace("MODE", "replay").replace("2%", "5%"))
    lights = "lights: {default: {red_below: 70%, green_above: 100%}}\n"
    book.write("policies/metrics.yaml", f"closed_deal: {{signed: true, collected_at_least: 0%}}\n{lights}")
    book.know(Deal("late", "zhang", 1000, day("2026-07-30")), Deal("B", "zhang", 1000, day("2026-08-10")))
    book.settle("2026-08")
    assert [(r["period"], r["amount"]) for r in book.entries() if r["in"] == "2026-08"] == [
        ("2026-07", "20.00"), ("2026-08", "50.00")]  # fmt: skip
    book.close_data("2026-09")
    for copy in (book.root / "ledger/settlements/rules").iterdir():
        if b"2%" in copy.read_bytes():
            copy.unlink()
    assert "2026-07 was paid by a policies/plans" in refusal(draft, book.root, "2026-09")


def test_what_counts_as_closed_stays_where_months_are_replayed(tmp_path: Path) -> None:
    book = ledger(tmp_path, "replay", FLAT)
    book.know(Deal("A", "zhang", 9000, day("2026-07-10")))
    book.settle("2026-07")
    book.write("policies/metrics.yaml", "closed_deal: {signed: true, collected_at_least: 50%}\n")
    book.close_data("2026-08")
    assert "`closed_deal` is another one since 2026-07" in refusal(draft, book.root, "2026-08")


# --- both


@pytest.mark.parametrize(("then", "now"), [("reverse", "replay"), ("replay", "reverse")])
def test_a_plan_keeps_its_way_with_closed_periods(tmp_path: Path, then: str, now: str) -> None:
    book = ledger(tmp_path, then, FLAT)
    book.know(Deal("A", "zhang", 9000, day("2026-07-10")))
    book.settle("2026-07")
    book.close_data("2026-08")
    book.write("policies/plans/rep.yaml", FLAT.replace("MODE", now))
    assert f"2026-07 was paid by rep: {then}" in refusal(draft, book.root, "2026-08")


def test_a_late_deal_of_somebody_who_left_is_listed(tmp_path: Path) -> None:
    book = ledger(tmp_path, "reverse", FLAT)
    book.know(Deal("A", "zhang", 9000, day("2026-07-10")))
    book.settle("2026-07")
    left = ORG.replace("name: 小张, role: rep", "name: 小张, role: rep, left: 2026-07-31")
    book.write("ledger/org.yaml", left)
    book.know(Deal("late", "zhang", 500, day("2026-07-30")))
    book.close_data("2026-08")
    tables = {table.name: table.rows for table in payout(book.root, "2026-08").tables}
    assert [(row["person"], row["amount"]) for row in tables["unpaid"]] == [("zhang", Decimal(500))]


MARGIN = """\
plan: rep
for: {role: [rep]}
closed_periods: reverse
components:
  commission: {shape: flat, period: month, pays_on: gross_profit, rate: 10%}
"""


def test_a_cost_that_grows_while_the_amount_shrinks_counts_in_the_open_month(tmp_path: Path) -> None:
    book = ledger(tmp_path, "reverse", MARGIN)
    head = HEAD.replace("\n", ",cost\n")
    row = "A,c,east,A,zhang,{amount},won,2026-07-10,2026-07-10,2026-07-10,,{cost}\n"
    ends = "E,c,east,A,li,0,won,2026-07-31,2026-07-31,2026-07-31,,0\n"
    ends += "F,c,east,A,li,0,won,2026-08-31,2026-08-31,2026-08-31,,0\n"
    book.write("ledger/deals.csv", head + row.format(amount=1000, cost=100) + ends)
    for month in MONTHS[:2]:
        draft(book.root, month)
        publish(book.root, month, AFTER[month][0])
        close(book.root, month, AFTER[month][1])
        book.write("ledger/deals.csv", head + row.format(amount=999, cost=600) + ends)
    assert total(book.entries()) == Decimal("39.90")


@pytest.mark.parametrize("mode", ["reverse", "replay"])
def test_closed_files_never_change_and_everything_is_verified(tmp_path: Path, mode: str) -> None:
    book = ledger(tmp_path, mode)
    book.know(Deal("A", "zhang", 10000, day("2026-07-10")))
    book.settle("2026-07")
    before = {k: v for k, v in contents(book.root).items() if "settlements/" in k}
    book.know(Deal("A", "zhang", 5000, day("2026-07-10")))
    book.settle("2026-08")
    after = contents(book.root)
    assert {key: after[key] for key in before} == before
    report = verify(book.root)
    assert report.exit_code == 1  # July's file of deals changed; August is reckoned to the same bytes
    told = {(row["period"], row["file"]) for row in report.tables[0].rows}
    assert told == {("2026-07", "ledger/deals.csv"), ("2026-08", None)}


@pytest.mark.parametrize("mode", ["reverse", "replay"])
def test_payout_and_explain_say_what_the_draft_says(tmp_path: Path, mode: str) -> None:
    book = ledger(tmp_path, mode)
    book.know(Deal("A", "zhang", 10000, day("2026-07-10")), Deal("B", "zhang", 300, day("2026-07-11")))
    book.settle("2026-07")
    gone = replace(book.deals["A"], cancelled=day("2026-08-15"))
    book.know(gone, Deal("late", "zhang", 700, day("2026-07-30")))
    book.close_data("2026-08")
    draft(book.root, "2026-08")
    drafted = sorted(row["amount"] for row in book.entries() if row["in"] == "2026-08")
    shown = sorted(format(row["amount"], "f") for row in payout(book.root, "2026-08").tables[0].rows)
    assert shown == drafted
    told = explain(book.root, "zhang", "2026-08").tables[0].rows
    text = "\n".join(str(row["text"]) for row in told)
    assert told[-1]["amount"] == total(row for row in book.entries() if row["in"] == "2026-08")
    if mode == "reverse":
        assert "A was cancelled on 2026-08-15" in text
        assert "late" in text
    else:
        assert "2026-07 reckoned again comes to" in text


def test_months_are_settled_in_order(tmp_path: Path) -> None:
    book = ledger(tmp_path, "reverse")
    book.know(Deal("A", "zhang", 10000, day("2026-07-10")))
    book.close_data("2026-08")
    book.close_data("2026-09")
    book.settle("2026-07")
    assert "2026-08 has no settlement" in refusal(draft, book.root, "2026-09")
    draft(book.root, "2026-08")
    draft(book.root, "2026-09")
    assert "2026-08 is only a draft" in refusal(publish, book.root, "2026-09", AFTER["2026-09"][0])


# --- the law over random histories

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["new", "late", "cancel", "amount", "owner", "lose", "move"]),
        st.integers(0, 7),
        st.integers(1, 40),
    ),
    max_size=5,
)
HISTORY = st.lists(EVENTS, min_size=4, max_size=4)
History = list[list[tuple[str, int, int]]]
RUNS = int(os.environ.get("HISTORIES", "6"))


def happen(book: Ledger, number: int, events: list[tuple[str, int, int]]) -> None:
    """What becomes known before a month is drafted; nothing is dated later than its end."""
    month = MONTHS[number]
    for at, (what, which, size) in enumerate(events):
        known = sorted(key for key in book.deals if not key.startswith("end"))
        deal = book.deals[known[which % len(known)]] if known else None
        when = MONTHS[which % (number + 1)] if what in ("late", "move") else month
        signed = day(f"{when}-{1 + size % 28:02}")
        if what in ("new", "late") or deal is None:
            name = f"D{number}-{at}"
            book.deals[name] = Deal(name, ("zhang", "li")[which % 2], size * 500, signed)
        elif what == "cancel":
            book.deals[deal.id] = replace(deal, cancelled=max(deal.signed, day(f"{month}-20")))
        elif what == "amount":
            book.deals[deal.id] = replace(deal, amount=size * 500)
        elif what == "owner":
            book.deals[deal.id] = replace(deal, owner="li" if deal.owner == "zhang" else "zhang")
        elif what == "move":
            book.deals[deal.id] = replace(deal, signed=signed, cancelled=None)
        else:
            del book.deals[deal.id]
    book.lay()


def lived(folder: str, mode: str, plan: str, history: History) -> Ledger:
    book = ledger(Path(folder), mode, plan)
    for number, events in enumerate(history):
        happen(book, number, events)
        book.settle(MONTHS[number])
    return book


def kept(book: Ledger) -> list[Deal]:
    return [deal for deal in book.deals.values() if deal.cancelled is None]


def in_tiers(amount: int) -> Decimal:
    rate, bonus = next(
        (r, b) for start, r, b in ((20000, 3, 300), (10000, 2, 100), (0, 1, 0)) if amount >= start
    )
    return Decimal(amount * rate) / 100 + (bonus if amount else 0)


@settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=HISTORY)
def test_replay_all_months_together_are_what_one_reckoning_gives(
    history: History,
) -> None:
    with TemporaryDirectory() as folder:
        book = lived(folder, "replay", TIERS, history)
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for deal in kept(book):
            sums[deal.signed.strftime("%Y-%m"), deal.owner] += deal.amount
        for person in ("zhang", "li"):
            paid = total(row for row in book.entries() if row["person"] == person)
            assert paid == sum((in_tiers(sums[month, person]) for month in MONTHS), Decimal(0))
        ids = [row["entry_id"] for row in book.entries()]
        assert len(set(ids)) == len(ids)


@settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=HISTORY)
def test_reverse_each_deal_nets_to_what_it_kept(history: History) -> None:
    with TemporaryDirectory() as folder:
        book = lived(folder, "reverse", FLAT, history)
        net: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for row in [*book.parts(), *(row for row in book.entries() if row["deal_id"])]:
            net[row["person"], row["deal_id"]] += Decimal(row["amount"])
        owed = {(deal.owner, deal.id): Decimal(deal.amount) / 50 for deal in kept(book) if deal.amount}
        assert {key: amount for key, amount in net.items() if amount} == owed
        assert total(book.entries()) == sum(owed.values(), Decimal(0))


@settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(history=HISTORY)
def test_reverse_nothing_is_left_of_a_deal_that_is_gone(history: History) -> None:
    with TemporaryDirectory() as folder:
        book = lived(folder, "reverse", TIERS, history)
        net: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for row in [*book.parts(), *(row for row in book.entries() if row["deal_id"])]:
            net[row["person"], row["deal_id"]] += Decimal(row["amount"])
        alive = {(deal.owner, deal.id) for deal in kept(book) if deal.amount}
        assert {key for key, amount in net.items() if amount} == alive
