"""closed_periods: reverse (S4): what rests on earlier pay – clawbacks, holds, weeks, pay to date – beside
deals that are cancelled, count again, or lose whoever was paid for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from salescli.calc.settle.reverse import Left, Paid, reversed_pay
from salescli.findings import Span
from salescli.model.fact import Gone
from salescli.model.period import Period
from salescli.model.table import Line
from salescli.render.words import line_text
from salescli.workflows.explaining.explain import explain
from salescli.workflows.paying.payout import payout
from salescli.workflows.settling.settle import draft

from .test_closed_periods import HEAD as HEADER
from .test_closed_periods import ORG, Deal, Ledger, day, total

LAST = {"2026-06": 30, "2026-09": 30, "2026-11": 30, "2027-02": 28}
HEAD = "plan: rep\nfor: {role: [rep]}\nclosed_periods: MODE\n"
SALES = "shape: flat, period: month, pays_on: sales_amount, rate: 10%"
TO_DATE = f"{SALES}, to_date: quarter"
D = Deal("D", "zhang", 1000, day("2026-07-10"))
CANCELLED = replace(D, cancelled=day("2026-08-05"))


def plan(component: str, *more: str, name: str = "pay") -> str:
    return HEAD + "".join(f"{line}\n" for line in more) + f"components:\n  {name}: {{{component}}}\n"


def settle(book: Ledger, month: str) -> None:
    book.know(Deal(f"end-{month}", "li", 0, day(f"{month}-{LAST.get(month, 31)}")))
    draft(book.root, month)


def live(book: Ledger, *months: tuple[str, Deal | None]) -> None:
    """Settle months, before each of which a deal became known so."""
    for month, deal in months:
        if deal is not None:
            book.know(deal)
        settle(book, month)


def paid_in(book: Ledger) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in book.entries():
        found[row["in"]] = found.get(row["in"], Decimal(0)) + Decimal(row["amount"])
    return {month: amount for month, amount in found.items() if amount}


# --- clawback


@pytest.mark.parametrize("mode", ["reverse", "replay"])
@pytest.mark.parametrize("rule", ["share: 50%", "share: 100%", "within: 1", "pro_rata_months: 12"])
def test_a_clawed_back_deal_that_counts_again_ends_at_its_worth(tmp_path: Path, mode: str, rule: str) -> None:
    book = Ledger(tmp_path, plan(SALES, f"clawback: {{{rule}}}").replace("MODE", mode))
    live(book, ("2026-07", D), ("2026-08", CANCELLED), ("2026-09", D), ("2026-10", None))
    assert total(book.entries()) == 100


def test_what_a_clawback_took_is_given_back_by_name_and_taken_again_once(tmp_path: Path) -> None:
    book = Ledger(tmp_path, plan(SALES, "clawback: {share: 50%}").replace("MODE", "reverse"))
    live(book, ("2026-07", D), ("2026-08", CANCELLED), ("2026-09", D))
    told = {(r["period"], r["kind"], r["amount"], r["deal_id"], r["cause"]) for r in book.entries()}
    again = "reversed: not cancelled any more"
    assert told == {
        ("2026-07", "earning", "100.00", "D", "rate 10%"),
        ("2026-08", "clawback", "-50.00", "D", "cancelled 2026-08-05"),
        ("2026-07", "adjustment", "-100.00", "D", again),
        ("2026-08", "clawback", "50.00", "D", again),
        ("2026-09", "earning", "100.00", "D", "rate 10%"),
    }
    text = "\n".join(str(row["text"]) for row in explain(book.root, "zhang", "2026-09").tables[0].rows)
    assert "the 50.00 taken back in 2026-08 is given back" in text
    live(book, ("2026-10", CANCELLED), ("2026-11", None), ("2026-12", None))  # of the same day as before
    assert paid_in(book) == {"2026-07": 100, "2026-08": -50, "2026-09": 50, "2026-10": -50}


def test_what_was_held_is_said_so_when_it_is_taken_back(tmp_path: Path) -> None:
    book = Ledger(tmp_path, plan(f"{SALES}, release: {{by: months, count: 4}}").replace("MODE", "reverse"))
    live(book, ("2026-07", D), ("2026-08", None), ("2026-09", replace(D, amount=500)))
    rows_told = explain(book.root, "zhang", "2026-09").tables[0].rows
    said = {str(row["text"]).partition(": ")[2] for row in rows_told if row["step"] == "reversal"}
    assert said == {
        "50% of the 100.00 paid for it in 2026-07 is reversed",
        "50% of the 100.00 held of it in 2026-07 is reversed",
    }


def test_what_was_released_is_said_so_when_it_is_taken_back() -> None:
    paid = Paid(
        period="2026-07",
        plan="rep",
        component="pay",
        person="zhang",
        kind="release",
        deal_id="D",
        amount=Decimal("25.00"),
        rule=Span("policies/plans/rep.yaml", 5),
    )
    gone = Gone(of="recognised", deal_id="D", person="zhang", before={}, lost={}, standing="lost")
    (outcome,) = reversed_pay(Period.parse("2026-09"), [(paid, Left(Fraction(1), gone))], {}, "CNY", 2)
    (step,) = outcome.steps
    assert line_text(Line(template=step.text, params=step.params)) == (
        "D is lost: 100% of the 25.00 released for it in 2026-07 is reversed"
    )


def test_a_term_that_was_corrected_is_clawed_back_once(tmp_path: Path) -> None:
    book = Ledger(tmp_path, plan(SALES, "clawback: {share: 50%}").replace("MODE", "reverse"))
    other_day = replace(D, cancelled=day("2026-08-06"))
    live(book, ("2026-07", D), ("2026-08", CANCELLED), ("2026-09", other_day))
    assert total(book.entries()) == 50


def test_a_deal_that_counts_again_is_clawed_back_within_the_months_of_its_new_pay(tmp_path: Path) -> None:
    book = Ledger(tmp_path, plan(SALES, "clawback: {within: 2}").replace("MODE", "reverse"))
    live(book, ("2026-07", D), ("2026-08", CANCELLED), ("2026-09", D), ("2026-10", None))
    live(book, ("2026-11", replace(D, cancelled=day("2026-11-05"))))
    assert total(book.entries()) == 0


def test_a_deal_cancelled_before_the_first_settled_month_is_clawed_back(tmp_path: Path) -> None:
    book = Ledger(tmp_path, plan(SALES, "clawback: {share: 100%}").replace("MODE", "reverse"))
    book.write("policies/metrics.yaml", "closed_deal: {signed: false, collected_at_least: 50%}\n")
    book.write("ledger/collections.csv", "receipt_id,deal_id,received_on,amount\nR,D,2026-07-20,1000\n")
    early = replace(D, signed=day("2026-06-10"))
    live(book, ("2026-07", early), ("2026-08", replace(early, cancelled=day("2026-06-25"))))
    assert paid_in(book) == {"2026-07": 100, "2026-08": -100}


def test_a_deal_of_a_quarter_is_given_back_while_the_quarter_still_counts_it(tmp_path: Path) -> None:
    rule = plan(SALES.replace("month", "quarter"), "clawback: {share: 50%}").replace("MODE", "reverse")
    book = Ledger(tmp_path, rule)
    june = replace(D, signed=day("2026-06-10"))
    gone = replace(june, cancelled=day("2026-07-05"))
    live(book, ("2026-06", june), ("2026-07", gone), ("2026-08", june), ("2026-09", None))
    assert paid_in(book) == {"2026-06": 100, "2026-07": -50, "2026-09": 50}
    live(book, ("2026-10", replace(june, cancelled=day("2026-10-05"))), ("2026-11", None), ("2026-12", june))
    assert total(book.entries()) == 100


def test_a_clawback_beside_pay_to_date_takes_back_once(tmp_path: Path) -> None:
    book = Ledger(tmp_path, plan(TO_DATE, "clawback: {share: 100%}").replace("MODE", "reverse"))
    live(book, ("2026-07", D), ("2026-08", CANCELLED))
    assert paid_in(book) == {"2026-07": 100, "2026-08": -100}
    live(book, ("2026-09", D), ("2026-10", CANCELLED), ("2026-11", D), ("2026-12", None))
    assert total(book.entries()) == 100


# --- held


@pytest.mark.parametrize("rule", ["clawback: {share: 100%}", "clawback: {share: 50%}"])
def test_a_held_deal_that_counts_again_is_released_again(tmp_path: Path, rule: str) -> None:
    component = f"{SALES}, release: {{by: months, count: 4}}"
    book = Ledger(tmp_path, plan(component, rule).replace("MODE", "reverse"))
    live(book, ("2026-07", D), ("2026-08", CANCELLED), ("2026-09", D))
    live(book, ("2026-10", None), ("2026-11", None), ("2026-12", None))
    assert total(book.entries()) == 100
    assert paid_in(book)["2026-10"] == 25


def test_what_was_held_together_is_taken_back_as_it_was_paid(tmp_path: Path) -> None:
    parts = "release: {by: instalments, parts: [{share: 50%, after: 0}, {share: 50%, after: 2}]}"
    book = Ledger(tmp_path, plan(f"{SALES}, {parts}").replace("MODE", "reverse"))
    book.know(Deal("E", "zhang", 1000, day("2026-07-12")))
    live(book, ("2026-07", D), ("2026-08", CANCELLED), ("2026-09", None), ("2026-10", None))
    assert paid_in(book) == {"2026-07": 100, "2026-08": -50, "2026-09": 50}
    held = [r for r in book.entries() if r["kind"] == "hold"]
    assert [(r["in"], r["deal_id"], r["amount"]) for r in held] == [
        ("2026-07", "", "-200.00"), ("2026-08", "D", "100.00")]  # fmt: skip


# --- weeks


def test_a_week_looks_at_the_facts_of_the_month_it_is_paid_with(tmp_path: Path) -> None:
    book = Ledger(tmp_path, plan(SALES.replace("month", "week")).replace("MODE", "reverse"))
    live(book, ("2026-07", replace(D, cancelled=day("2026-07-20"))))  # after its week
    assert book.entries() == []
    live(book, ("2026-08", D))
    week = payout(book.root, "2026-W31")  # the first one of August
    assert [row["amount"] for row in week.tables[0].rows] == [100]
    assert str(week.as_of) == "2026-08-31"
    assert explain(book.root, "zhang", "2026-W31").tables[0].rows[-1]["amount"] == 100
    assert paid_in(book) == {"2026-08": 100}


def test_a_week_of_a_month_that_runs_says_so(tmp_path: Path) -> None:
    book = Ledger(tmp_path, plan(SALES.replace("month", "week")).replace("MODE", "reverse"))
    book.know(D, Deal("E", "li", 0, day("2026-07-20")))
    notes = [note.template for note in payout(book.root, "2026-W28").notes]
    assert any("{week} is paid with {period}, which has not ended" in text for text in notes)


# --- to date


def test_what_was_paid_to_date_to_somebody_who_left_is_given_back(tmp_path: Path) -> None:
    book = Ledger(tmp_path, plan(TO_DATE).replace("MODE", "reverse"))
    left = ORG.replace("name: 小张, role: rep", "name: 小张, role: rep, left: 2026-07-31")
    book.write("ledger/org.yaml", left)
    live(book, ("2026-07", D), ("2026-08", replace(D, amount=600)), ("2026-09", CANCELLED), ("2026-10", None))
    assert paid_in(book) == {"2026-07": 100, "2026-08": -40, "2026-09": -60}


def test_somebody_who_comes_back_goes_on_to_date(tmp_path: Path) -> None:
    book = Ledger(tmp_path, plan(TO_DATE).replace("MODE", "reverse"))
    at = "{from: 2024-03-01, region: east}"
    away = (
        "{from: 2024-03-01, to: 2026-07-31, region: east}, {from: 2026-08-01, to: 2026-08-31, role: other,"
        " region: east}, {from: 2026-09-01, region: east}"
    )
    book.write("ledger/org.yaml", ORG.replace(at, away, 1))
    book.know(Deal("E", "zhang", 500, day("2026-07-12")))
    live(book, ("2026-07", D), ("2026-08", CANCELLED), ("2026-09", None))
    assert paid_in(book) == {"2026-07": 150, "2026-08": -100}
    worth = {}
    for row in [*book.parts(), *(r for r in book.entries() if r["deal_id"])]:
        worth[row["deal_id"]] = worth.get(row["deal_id"], Decimal(0)) + Decimal(row["amount"])
    assert {deal: amount for deal, amount in worth.items() if amount} == {"E": 50}
    book.know(D)
    draft(book.root, "2026-09")
    assert total(book.entries()) == 150


def versions(book: Ledger, first: str, second: str, *, same_file: bool = False) -> None:
    """Two versions of a plan: the first one's file goes, or it ends in July."""
    ends = first if same_file else first.replace("for:", "valid: {to: 2026-07-31}\nfor:")
    book.write("policies/plans/rep.yaml", ends.replace("plan: rep", "plan: v1"))
    if not same_file:
        begins = second.replace("for:", "valid: {from: 2026-08-01}\nfor:").replace("plan: rep", "plan: v2")
        book.write("policies/plans/v2.yaml", begins)


@pytest.mark.parametrize("mode", ["reverse", "replay"])
@pytest.mark.parametrize("first", [TO_DATE, SALES, f"{SALES}, per: deal"])
@pytest.mark.parametrize("file", ["kept", "replaced"])
def test_the_next_version_of_a_plan_goes_on_to_date(tmp_path: Path, mode: str, first: str, file: str) -> None:
    old, new = (plan(one).replace("MODE", mode) for one in (first, TO_DATE.replace("10%", "20%")))
    book = Ledger(tmp_path, old)
    versions(book, old, new, same_file=file == "replaced")
    book.know(D)
    book.settle("2026-07")
    if file == "replaced":
        book.write("policies/plans/rep.yaml", new.replace("plan: rep", "plan: v2"))
    live(book, ("2026-08", None))
    assert paid_in(book) == {"2026-07": 100, "2026-08": 100}  # 20 % to date, of which 10 % were paid
    live(book, ("2026-09", replace(D, cancelled=day("2026-09-05"))), ("2026-10", None))
    assert total(book.entries()) == 0
    net: dict[str, Decimal] = {}
    for row in [*book.parts(), *(r for r in book.entries() if r["deal_id"])]:
        net[row["deal_id"]] = net.get(row["deal_id"], Decimal(0)) + Decimal(row["amount"])
    if mode == "reverse":
        assert not any(net.values())


def test_a_month_that_is_not_settled_goes_on_to_date_too(tmp_path: Path) -> None:
    old, new = (plan(TO_DATE).replace("MODE", "reverse") for _ in range(2))
    book = Ledger(tmp_path, old)
    versions(book, old, new)
    book.know(D, Deal("end", "li", 0, day("2026-08-31")))
    assert payout(book.root, "2026-08").tables[0].rows == ()


MANAGED = """\
regions: [{id: east, name: 华东}]
products: [{id: A, name: A产品线}]
people:
  - {id: li, name: 小李, role: rep, hired: 2024-03-01, assignments: [{from: 2024-03-01, region: east}]}
  - {id: zhang, name: 小张, role: other, hired: 2024-03-01,
     assignments: [{from: 2024-03-01, region: east, manager: li}]}
"""


def test_a_manager_s_clawback_gives_back_what_names_no_deal(tmp_path: Path) -> None:
    rule = plan(f"{SALES}, scope: reports", "clawback: {share: 50%}").replace("MODE", "reverse")
    book = Ledger(tmp_path, rule)
    book.write("ledger/org.yaml", MANAGED)
    live(book, ("2026-07", D), ("2026-08", CANCELLED), ("2026-09", D), ("2026-10", CANCELLED))
    assert paid_in(book) == {"2026-07": 100, "2026-08": -100, "2026-09": 100, "2026-10": -100}


RELEASES = {
    "{by: months, count: 4}": 25,  # the first part is paid at once
    "{by: receipts}": 0,
    "{by: instalments, parts: [{share: 50%, after: 1}, {share: 50%, after: 3}]}": 0,
}


@pytest.mark.parametrize("mode", ["reverse", "replay"])
@pytest.mark.parametrize("share", [50, 100])
@pytest.mark.parametrize(("release", "before"), RELEASES.items())
def test_nothing_more_is_released_for_a_cancelled_deal(
    tmp_path: Path, release: str, before: int, share: int, mode: str
) -> None:
    rule = plan(f"{SALES}, release: {release}", f"clawback: {{share: {share}%}}").replace("MODE", mode)
    book = Ledger(tmp_path, rule)
    book.write("ledger/collections.csv", "receipt_id,deal_id,received_on,amount\nR,D,2026-08-20,1000\n")
    live(book, ("2026-07", D), ("2026-08", CANCELLED), ("2026-09", None))
    assert total(book.entries()) == Decimal(before * (100 - share)) / 100
    live(book, ("2026-10", D), ("2026-11", None), ("2026-12", None), ("2027-01", None))
    assert total(book.entries()) == 100


# --- a clawback beside versions, names and losses


SEPTEMBER = replace(D, signed=day("2026-09-10"))
OCTOBER = replace(SEPTEMBER, cancelled=day("2026-10-03"))
CLAW = "clawback: {share: 100%}"


def succeeded(book: Ledger, rule: str, last: str, first: str) -> None:
    """The plan ends on a day, and another version of it begins on the next."""
    book.write("policies/plans/rep.yaml", rule.replace("for:", f"valid: {{to: {last}}}\nfor:"))
    begins = rule.replace("for:", f"valid: {{from: {first}}}\nfor:").replace("plan: rep", "plan: v2")
    book.write("policies/plans/v2.yaml", begins)


def test_the_next_version_s_true_up_is_not_clawed_back_once_more(tmp_path: Path) -> None:
    rule = plan(f"{SALES}, to_date: year", CLAW).replace("MODE", "reverse")
    book = Ledger(tmp_path, rule)
    succeeded(book, rule, "2026-09-30", "2026-10-01")
    live(book, ("2026-09", SEPTEMBER), ("2026-10", OCTOBER), ("2026-11", None), ("2026-12", None))
    assert paid_in(book) == {"2026-09": 100, "2026-10": -100}


@pytest.mark.parametrize("back", ["2026-11", "2026-12"])
def test_what_the_version_before_clawed_back_is_given_back_once(tmp_path: Path, back: str) -> None:
    rule = plan(TO_DATE, CLAW).replace("MODE", "reverse")
    book = Ledger(tmp_path, rule)
    succeeded(book, rule, "2026-09-30", "2026-10-01")
    live(book, ("2026-09", SEPTEMBER), ("2026-10", OCTOBER))
    for month in ("2026-11", "2026-12", "2027-01"):
        live(book, (month, SEPTEMBER if month >= back else OCTOBER))
    assert paid_in(book) == {"2026-09": 100, "2026-10": -100, back: 100}


def test_a_held_deal_paid_to_date_that_counts_again_is_released(tmp_path: Path) -> None:
    rule = plan(f"{TO_DATE}, release: {{by: months, count: 2}}", CLAW).replace("MODE", "reverse")
    book = Ledger(tmp_path, rule)
    live(book, ("2026-07", D), ("2026-08", CANCELLED))
    assert total(book.entries()) == 0
    live(book, ("2026-09", D), ("2026-10", None), ("2026-11", None))
    assert total(book.entries()) == 100


@pytest.mark.parametrize("component", [SALES, TO_DATE])
def test_a_component_that_was_renamed_gives_back_by_the_rules_of_then(tmp_path: Path, component: str) -> None:
    book = Ledger(tmp_path, plan(component, CLAW).replace("MODE", "reverse"))
    book.know(D)
    book.settle("2026-07")
    book.write("policies/plans/rep.yaml", plan(component, CLAW, name="other").replace("MODE", "reverse"))
    live(book, ("2026-08", CANCELLED), ("2026-09", None))
    assert paid_in(book) == {"2026-07": 100, "2026-08": -100}


@dataclass(frozen=True)
class Margin:
    """A deal of July with costs, and its day of cancellation."""

    id: str
    amount: int
    cost: int
    gone: str = ""

    def row(self) -> str:
        status = "cancelled" if self.gone else "won"
        days = "2026-07-10,2026-07-10,2026-07-10"
        return f"{self.id},c,east,A,zhang,{self.amount},{status},{days},{self.gone},{self.cost}\n"


def margins(book: Ledger, *months: tuple[str, tuple[Margin, ...]]) -> None:
    """Settle months with the deals as they are known then."""
    for month, deals in months:
        last = f"{month}-{LAST.get(month, 31)}"
        end = f"end,c,east,A,li,0,won,{last},{last},{last},,0\n"
        known = HEADER.replace("\n", ",cost\n")
        book.write("ledger/deals.csv", known + "".join(deal.row() for deal in deals) + end)
        draft(book.root, month)


LOSS, GAIN = Margin("D", 500, 600), Margin("A", 1000, 0)
PROFIT = SALES.replace("sales_amount", "gross_profit")


def test_what_a_loss_gives_back_is_not_clawed_back(tmp_path: Path) -> None:
    book = Ledger(tmp_path, plan(PROFIT, CLAW).replace("MODE", "reverse"))
    margins(book, ("2026-07", (LOSS,)), ("2026-08", (replace(LOSS, gone="2026-08-05"),)))
    assert [row["amount"] for row in book.entries()] == ["-10.00", "10.00"]


HELD = "release: {by: months, count: 2}"


@pytest.mark.parametrize("cost", [600, 1500, 3500])  # less, as much, and more than the other deal brings
@pytest.mark.parametrize(
    ("component", "rule"),
    [
        (PROFIT, CLAW),
        (PROFIT, "clawback: {share: 50%}"),
        (f"{PROFIT}, to_date: quarter", CLAW),
        (f"{PROFIT}, {HELD}", CLAW),
        (f"{PROFIT}, release: {{by: receipts}}", "valid: {from: 2026-01-01}"),
    ],
)
def test_a_loss_beside_other_deals_gives_back_what_it_took(
    tmp_path: Path, component: str, rule: str, cost: int
) -> None:
    book = Ledger(tmp_path, plan(component, rule).replace("MODE", "reverse"))
    receipts = "A,2026-07-20,1000\nS,D,2026-07-20,500\n"
    book.write("ledger/collections.csv", f"receipt_id,deal_id,received_on,amount\nR,{receipts}")
    loss = replace(LOSS, cost=cost)
    took = Decimal(500 - cost) / 10
    margins(book, ("2026-07", (GAIN, loss)), ("2026-08", (GAIN, loss)))
    assert total(book.entries()) == 100 + took
    gone = replace(loss, gone="2026-09-05")
    margins(book, *((month, (GAIN, gone)) for month in ("2026-09", "2026-10", "2026-11")))
    assert total(book.entries()) == 100
    margins(book, *((month, (GAIN, loss)) for month in ("2026-12", "2027-01", "2027-02")))
    assert total(book.entries()) == 100 + took


def test_a_held_deal_that_has_only_lowered_what_was_paid_gives_that_back(tmp_path: Path) -> None:
    """Its loss is released already, what made up for it is not when it is cancelled."""
    book = Ledger(tmp_path, plan(f"{PROFIT}, {HELD}", CLAW).replace("MODE", "reverse"))
    worth = [Margin("D", 19000, 5700), Margin("D", 0, 5700), Margin("D", 10000, 5700)]
    gone = replace(worth[-1], gone="2026-10-20")
    margins(
        book, *((month, (one,)) for month, one in zip(("2026-07", "2026-08", "2026-09"), worth, strict=True))
    )
    assert total(book.entries()) == -70  # half of -570, and of 1,000
    margins(book, *((month, (gone,)) for month in ("2026-10", "2026-11", "2026-12")))
    assert total(book.entries()) == 0


def test_a_deal_beside_a_loss_is_clawed_back_by_what_it_brought_itself(tmp_path: Path) -> None:
    book = Ledger(tmp_path, plan(PROFIT, CLAW).replace("MODE", "reverse"))
    margins(book, ("2026-07", (GAIN, LOSS)))
    assert [(r["deal_id"], r["amount"]) for r in book.entries()] == [("A", "100.00"), ("D", "-10.00")]
    gain, loss = replace(GAIN, gone="2026-08-05"), replace(LOSS, gone="2026-09-05")
    margins(book, ("2026-08", (gain, LOSS)))
    assert total(book.entries()) == -10
    margins(book, ("2026-09", (gain, loss)), ("2026-10", (gain, loss)))
    assert total(book.entries()) == 0
