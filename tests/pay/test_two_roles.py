"""Pay to date for somebody who changes roles within the longer period (I1, I6): each role pays its own time.

The plans are tiers by the quarter: 10 % up to 5,000, then 20 %.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from salescli.workflows.explaining.explain import explain
from salescli.workflows.paying.payout import payout

from .test_closed_periods import ORG, Deal, Ledger, day, total
from .test_counting_again import live, settle

TIERS = (
    "shape: tiers, period: month, to_date: quarter, pays_on: sales_amount, measured_by: sales_amount,"
    " mode: marginal, tiers: [{from: 0, rate: 10%}, {from: 5000, rate: 20%}]"
)
FLAT = "shape: flat, period: month, to_date: quarter, pays_on: sales_amount, rate: 10%"
JULY = Deal("J", "zhang", 4000, day("2026-07-05"))
AUGUST = Deal("A", "zhang", 4000, day("2026-08-05"))
SEPTEMBER = Deal("S", "zhang", 4000, day("2026-09-05"))
REP_AGAIN = ", {from: 2026-08-01, role: senior, region: east}, {from: 2026-09-01, role: rep, region: east}"
SENIOR = ", {from: 2026-08-01, role: senior, region: east}"
MID_JULY = ", {from: 2026-07-20, role: senior, region: east}"


def plan(name: str, component: str, *more: str, role: str = "") -> str:
    head = f"plan: {name}\nfor: {{role: [{role or name}]}}\nclosed_periods: reverse\n"
    return head + "".join(f"{line}\n" for line in more) + f"components:\n  {name}_pay: {{{component}}}\n"


def book_of(root: Path, stays: str, rep: str = TIERS, senior: str = TIERS, *more: str) -> Ledger:
    """A book whose zhang is a rep at first, with a plan for each role."""
    book = Ledger(root, plan("rep", rep, *more))
    book.write("policies/plans/senior.yaml", plan("senior", senior, *more))
    zhang, li = ORG.split("  - {id: li")
    book.write(
        "ledger/org.yaml", zhang.replace("region: east}]}", f"region: east}}{stays}]}}") + "  - {id: li" + li
    )
    return book


def pay(book: Ledger, period: str = "2026-Q3") -> list[tuple[str, str, str, Decimal]]:
    """Period, component, kind and amount of what zhang is paid by today's facts."""
    rows = [row for row in payout(book.root, period).tables[0].rows if row["person"] == "zhang"]
    return [(row["period"], row["component"], row["kind"], Decimal(str(row["amount"]))) for row in rows]


def sums(book: Ledger) -> dict[str, Decimal]:
    """What settlements paid for each deal that an entry or a part names, reversals included."""
    found: dict[str, Decimal] = {}
    for row in (*book.entries(), *book.parts()):
        if row["deal_id"]:
            found[row["deal_id"]] = found.get(row["deal_id"], Decimal(0)) + Decimal(row["amount"])
    return {deal: amount for deal, amount in found.items() if amount}


# --- who pays for what


def test_each_role_pays_for_its_own_months(tmp_path: Path) -> None:
    book = book_of(tmp_path, SENIOR)
    book.know(JULY, AUGUST, SEPTEMBER)
    assert pay(book) == [
        ("2026-07", "rep_pay", "earning", 400),
        ("2026-08", "senior_pay", "earning", 400),
        # from August on together 8,000, of which 3,000 at 20 %: 1,100, of which 400 are paid
        ("2026-09", "senior_pay", "earning", 700),
    ]


def test_a_role_had_again_begins_anew(tmp_path: Path) -> None:
    book = book_of(tmp_path, REP_AGAIN)
    book.know(JULY, AUGUST, SEPTEMBER)
    assert pay(book) == [
        ("2026-07", "rep_pay", "earning", 400),
        ("2026-08", "senior_pay", "earning", 400),
        ("2026-09", "rep_pay", "earning", 400),
    ]


def test_the_month_of_the_change_is_the_new_roles(tmp_path: Path) -> None:
    book = book_of(tmp_path, MID_JULY)
    book.know(JULY, AUGUST)
    assert [row[1] for row in pay(book)] == ["senior_pay"] * 2
    assert sum(row[3] for row in pay(book)) == 1100


def test_away_for_a_month_is_no_other_role(tmp_path: Path) -> None:
    """Who was not here, or assigned to nothing, goes on with what was before."""
    away = ", {from: 2026-09-01, role: rep, region: east}"
    book = book_of(tmp_path, away)
    (book.root / "policies/plans/senior.yaml").unlink()
    text = (book.root / "ledger/org.yaml").read_text("utf-8")
    book.write(
        "ledger/org.yaml",
        text.replace(
            "from: 2024-03-01, region: east}, {", "from: 2024-03-01, to: 2026-07-31, region: east}, {"
        ),
    )
    book.know(JULY, SEPTEMBER)
    assert sum(row[3] for row in pay(book)) == 1100


def test_a_plan_pays_to_date_from_when_it_is_valid(tmp_path: Path) -> None:
    book = Ledger(tmp_path, plan("rep", FLAT, "valid: {from: 2026-08-01}"))
    book.know(JULY, AUGUST)
    assert pay(book) == [("2026-08", "rep_pay", "earning", 400)]


@pytest.mark.parametrize(("name", "july"), [("rep_pay", Decimal(700)), ("other", Decimal(400))])
def test_the_next_version_goes_on_with_the_component_of_the_same_name(
    tmp_path: Path, name: str, july: Decimal
) -> None:
    book = Ledger(tmp_path, plan("rep", TIERS, "valid: {from: 2026-01-01, to: 2026-07-31}"))
    later = plan("rep", TIERS, "valid: {from: 2026-08-01}").replace("plan: rep", "plan: rep2")
    book.write("policies/plans/rep2.yaml", later.replace("rep_pay", name))
    book.know(JULY, AUGUST)
    assert sum(row[3] for row in pay(book) if row[0] == "2026-08") == july


def test_explain_says_from_which_day(tmp_path: Path) -> None:
    book = book_of(tmp_path, SENIOR)
    book.know(JULY, AUGUST, SEPTEMBER)
    text = "\n".join(str(row["text"]) for row in explain(book.root, "zhang", "2026-09").tables[0].rows)
    assert "from 2026-08-01 to 2026-09-30, together; what was before is not this plan's to pay" in text


# --- targets, caps and what others earned


def targets(book: Ledger) -> None:
    rows = "".join(
        f"{month},sales_amount,east,,zhang,target,1000\n" for month in ("2026-07", "2026-08", "2026-09")
    )
    book.write("ledger/targets/Q3.csv", "period,metric,region,product,person,level,target\n" + rows)


ATTAINED = (
    "shape: tiers, period: month, to_date: quarter, pays_on: sales_amount,"
    " measured_by: attainment(sales_amount), mode: whole, on_zero_target: skip,"
    " tiers: [{from: 0%, rate: 1%}, {from: 200%, rate: 2%}, {from: 400%, rate: 3%}]"
)


@pytest.mark.parametrize(
    ("target", "more", "august"),
    [
        ("so_far", (), "120.00"),  # 4,000 of August's 1,000
        ("whole", (), "40.00"),  # of the quarter's 3,000
        ("whole", ("prorate_targets: true",), "80.00"),  # of 31 in 62 days of 3,000
    ],
)
def test_targets_to_date_are_those_of_the_months_looked_at(
    tmp_path: Path, target: str, more: tuple[str, ...], august: str
) -> None:
    book = book_of(tmp_path, SENIOR, FLAT, f"{ATTAINED}, target: {target}", *more)
    targets(book)
    book.know(JULY, replace(AUGUST, amount=4000))
    paid = [row for row in pay(book) if row[0] == "2026-08"]
    assert paid == [("2026-08", "senior_pay", "earning", Decimal(august))]


def test_a_prorated_cap_of_the_quarter_counts_the_days_of_the_role(tmp_path: Path) -> None:
    book = book_of(tmp_path, SENIOR, FLAT, f"{FLAT}, prorate: true, cap: {{amount: 920, over: lost}}")
    book.know(JULY, replace(AUGUST, amount=9000), SEPTEMBER)
    paid = [row for row in pay(book) if row[1] == "senior_pay"]
    assert sum(row[3] for row in paid if row[0] == "2026-08") == 460  # 31 of 62 days so far
    assert sum(row[3] for row in paid) == 610  # 61 of 92


def test_what_another_component_earned_counts_to_date_too(tmp_path: Path) -> None:
    monthly = "shape: flat, period: month, pays_on: sales_amount, rate: 10%"
    gated = f'{FLAT}, when: "earned(base) >= 700"'
    book = Ledger(tmp_path, plan("rep", gated) + f"  base: {{{monthly}}}\n")
    book.know(JULY, AUGUST)
    assert [row for row in pay(book) if row[1] == "rep_pay"] == [
        ("2026-08", "rep_pay", "adjustment", 400),
        ("2026-08", "rep_pay", "earning", 400),
    ]


# --- beside settled months


@pytest.mark.parametrize("clawback", [(), ("clawback: {share: 100%}",)])
def test_deals_of_one_role_that_go_and_come_in_another_are_paid_once(
    tmp_path: Path, clawback: tuple[str, ...]
) -> None:
    book = book_of(tmp_path, REP_AGAIN, FLAT, FLAT, *clawback)
    live(book, ("2026-07", JULY), ("2026-08", AUGUST))
    book.know(replace(JULY, cancelled=day("2026-09-02")), replace(AUGUST, cancelled=day("2026-09-02")))
    book.know(SEPTEMBER, Deal("L", "zhang", 1000, day("2026-07-06")))
    settle(book, "2026-09")
    assert sums(book) == {"S": 400, "L": 100}
    live(book, ("2026-10", None), ("2026-11", JULY), ("2026-12", None))
    assert sums(book) == {"S": 400, "L": 100, "J": 400}
    assert total(row for row in book.entries() if row["person"] == "zhang") == 900


@pytest.mark.parametrize("rep", [FLAT, FLAT.replace(", to_date: quarter", "")])
def test_a_role_corrected_after_the_month_was_settled_pays_it_not_again(tmp_path: Path, rep: str) -> None:
    book = book_of(tmp_path, ", {from: 2026-08-01, role: senior, region: east}", rep, FLAT)
    book.know(JULY)
    book.settle("2026-07")
    text = (book.root / "ledger/org.yaml").read_text("utf-8")
    book.write(
        "ledger/org.yaml", text.replace("from: 2026-08-01, role: senior", "from: 2026-07-01, role: senior")
    )
    live(book, ("2026-08", AUGUST), ("2026-09", SEPTEMBER))
    told = [
        (row["period"], row["component"], row["amount"]) for row in book.entries() if row["person"] == "zhang"
    ]
    paid = ("2026-08", "senior_pay", "400.00"), ("2026-09", "senior_pay", "400.00")
    assert told == [("2026-07", "rep_pay", "400.00"), *paid]
    live(book, ("2026-10", replace(JULY, cancelled=day("2026-10-02"))))
    assert sums(book) == {"A": 400, "S": 400}


def test_the_plan_a_settled_month_was_paid_by_says_whom_it_covered(tmp_path: Path) -> None:
    """In August the plan of reps is made one for seniors too: July was theirs by another."""
    book = book_of(tmp_path, "", FLAT, FLAT)
    text = (book.root / "ledger/org.yaml").read_text("utf-8")
    book.write(
        "ledger/org.yaml",
        text.replace(
            "role: rep, hired: 2024-03-01, assignments", "role: senior, hired: 2024-03-01, assignments", 1
        ),
    )
    book.know(JULY)
    book.settle("2026-07")
    (book.root / "policies/plans/senior.yaml").unlink()
    book.write("policies/plans/rep.yaml", book.plan.replace("role: [rep]", "role: [rep, senior]"))
    live(book, ("2026-08", AUGUST), ("2026-09", None))
    told = [
        (row["period"], row["component"], row["amount"]) for row in book.entries() if row["person"] == "zhang"
    ]
    assert told == [("2026-07", "senior_pay", "400.00"), ("2026-08", "rep_pay", "400.00")]


# --- roles of which one pays by the month and one to date

MONTHLY = FLAT.replace(" to_date: quarter,", "")


@pytest.mark.parametrize("clawback", [(), ("clawback: {share: 100%}",)])
@pytest.mark.parametrize(("rep", "senior"), [(MONTHLY, FLAT), (FLAT, MONTHLY)])
@pytest.mark.parametrize("back", ["2026-09", "2026-10"])
def test_a_deal_of_the_first_role_that_counts_again_is_paid_once(
    tmp_path: Path, rep: str, senior: str, back: str, clawback: tuple[str, ...]
) -> None:
    book = book_of(tmp_path, SENIOR, rep, senior, *clawback)
    gone = replace(JULY, cancelled=day("2026-08-20"))
    live(book, ("2026-07", JULY))
    for month in ("2026-08", "2026-09", "2026-10", "2026-11"):
        live(book, (month, gone if month < back else JULY))
        assert total(book.entries()) == (0 if month < back else 400)
    half = replace(JULY, amount=2000)
    live(book, ("2026-12", half), ("2027-01", replace(half, cancelled=day("2027-01-10"))))
    assert total(book.entries()) == 0
    live(book, ("2027-02", half))
    assert total(book.entries()) == 200


@pytest.mark.parametrize("clawback", [(), ("clawback: {share: 100%}",)])
def test_a_plan_whose_next_version_pays_to_date(tmp_path: Path, clawback: tuple[str, ...]) -> None:
    book = Ledger(tmp_path, plan("rep", MONTHLY, "valid: {to: 2026-07-31}", *clawback))
    book.write("policies/plans/v2.yaml", plan("v2", FLAT, "valid: {from: 2026-08-01}", *clawback, role="rep"))
    gone = replace(JULY, cancelled=day("2026-08-20"))
    live(book, ("2026-07", JULY), ("2026-08", gone))
    assert total(book.entries()) == 0
    live(book, ("2026-09", JULY), ("2026-10", None))
    assert total(book.entries()) == 400
