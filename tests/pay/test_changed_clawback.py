"""closed_periods (S4): a deal goes by the clawback of the rules it was first paid by, whatever becomes of
these rules."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from salescli.workflows.explaining.explain import explain

from .test_closed_periods import ORG, Deal, Ledger, day, total
from .test_counting_again import SALES, TO_DATE, paid_in, plan

D = Deal("D", "zhang", 1000, day("2026-07-10"))
E = Deal("E", "zhang", 2000, day("2026-08-10"))
WHOLE, HALF, NONE = "clawback: {share: 100%}", "clawback: {share: 50%}", "why: no clawback"
HELD = "release: {by: months, count: 3}"


def cancelled(deal: Deal, on: str) -> Deal:
    return replace(deal, cancelled=day(on))


def ruled(*more: str, mode: str = "reverse", component: str = SALES, name: str = "pay") -> str:
    return plan(component, *more, name=name).replace("MODE", mode)


def changed(tmp_path: Path, first: str, second: str) -> Ledger:
    """July is settled by one plan with D, August by another one with E; both have been received."""
    received = "receipt_id,deal_id,received_on,amount\nR,D,2026-07-20,1000\n"
    book = Ledger(tmp_path, first)
    book.write("ledger/collections.csv", received)
    book.know(D)
    book.settle("2026-07")
    book.write("policies/plans/rep.yaml", second)
    book.write("ledger/collections.csv", f"{received}S,E,2026-08-20,2000\n")
    book.know(E)
    book.settle("2026-08")
    return book


@pytest.mark.parametrize("mode", ["reverse", "replay"])
@pytest.mark.parametrize(
    ("first", "second", "back"),
    [
        (WHOLE, HALF, -200),  # 100 of D, half of E's 200
        (HALF, WHOLE, -250),
        ("clawback: {within: 1}", WHOLE, -200),
        (WHOLE, "clawback: {within: 1}", -300),
        (WHOLE, "clawback: {pro_rata_months: 12}", -100 - Decimal(200) * 11 / 12),
    ],
)
def test_each_deal_is_clawed_back_by_the_rules_it_was_paid_by(
    tmp_path: Path, mode: str, first: str, second: str, back: Decimal
) -> None:
    book = changed(tmp_path, ruled(first, mode=mode), ruled(second, mode=mode))
    book.know(cancelled(D, "2026-09-12"), cancelled(E, "2026-09-12"))
    book.settle("2026-09")
    assert paid_in(book) == {"2026-07": 100, "2026-08": 200, "2026-09": round(Decimal(back), 2)}
    book.settle("2026-10")
    assert paid_in(book).get("2026-10") is None


@pytest.mark.parametrize(
    ("first", "second", "kinds"),
    [
        (HALF, NONE, {"D": ("clawback", -50), "E": ("adjustment", -200)}),
        (NONE, HALF, {"D": ("adjustment", -100), "E": ("clawback", -100)}),
    ],
)
@pytest.mark.parametrize("release", [None, "release: {by: receipts}"])  # with it deals have entries anyway
def test_a_clawback_that_came_or_went(
    tmp_path: Path, first: str, second: str, kinds: dict[str, tuple[str, int]], release: str | None
) -> None:
    component = SALES if release is None else f"{SALES}, {release}"
    book = changed(tmp_path, ruled(first, component=component), ruled(second, component=component))
    book.know(cancelled(D, "2026-09-12"), cancelled(E, "2026-09-12"))
    book.settle("2026-09")
    rows = [row for row in book.entries() if row["in"] == "2026-09"]
    back = {
        deal: total(row for row in rows if (row["deal_id"], row["kind"]) == (deal, kind))
        for deal, (kind, _) in kinds.items()
    }
    assert back == {deal: amount for deal, (_, amount) in kinds.items()}
    assert paid_in(book) == {"2026-07": 100, "2026-08": 200, "2026-09": sum(back.values())}
    book.settle("2026-10")
    assert paid_in(book).get("2026-10") is None


def test_a_component_that_was_renamed_is_clawed_back_by_its_plan_of_then(tmp_path: Path) -> None:
    book = changed(tmp_path, ruled(HALF), ruled(HALF, name="other"))
    book.know(cancelled(D, "2026-09-12"), cancelled(E, "2026-09-12"))
    book.settle("2026-09")
    rows = [row for row in book.entries() if row["in"] == "2026-09"]
    assert [(row["component"], row["kind"], row["amount"]) for row in rows] == [
        ("other", "clawback", "-100.00"),
        ("pay", "clawback", "-50.00"),
    ]
    said = [str(row["text"]) for row in explain(book.root, "zhang", "2026-09").tables[0].rows]
    assert any("D was cancelled on 2026-09-12: 50% of the 100.00 paid for it" in text for text in said)


@pytest.mark.parametrize("second", [NONE, HALF])
def test_nothing_held_is_released_for_a_deal_whose_clawback_is_no_more(tmp_path: Path, second: str) -> None:
    component = f"{SALES}, {HELD}"
    book = changed(tmp_path, ruled(WHOLE, component=component), ruled(second, component=component))
    book.know(cancelled(D, "2026-09-12"), cancelled(E, "2026-09-12"))
    book.settle("2026-09")
    book.settle("2026-10")
    book.know(Deal("end-2026-12", "li", 0, day("2026-12-31")))
    of_d = total(row for row in book.entries() if row["deal_id"] == "D")
    assert of_d == 0


@pytest.mark.parametrize("component", [SALES, TO_DATE])
@pytest.mark.parametrize(("first", "second"), [(HALF, NONE), (NONE, HALF), (HALF, WHOLE)])
def test_a_deal_that_counts_again_ends_at_its_worth(
    tmp_path: Path, first: str, second: str, component: str
) -> None:
    book = Ledger(tmp_path, ruled(first, component=component))
    book.know(D)
    book.settle("2026-07")
    book.write("policies/plans/rep.yaml", ruled(second, component=component))
    book.know(cancelled(D, "2026-08-12"))
    book.settle("2026-08")
    book.know(D)
    book.settle("2026-09")
    assert total(row for row in book.entries() if row["person"] == "zhang") == 100
    book.know(cancelled(D, "2026-10-12"))
    book.settle("2026-10")
    # By the month it was first paid for, of which anything is left: to date that is July's; where July's pay
    # named no deal, what is left goes by the rules of what names it.
    rule = second if component == SALES or first == NONE else first
    left = {NONE: 0, HALF: 50, WHOLE: 0}
    assert total(row for row in book.entries() if row["person"] == "zhang") == left[rule]


@pytest.mark.parametrize(("first", "second", "back"), [(HALF, NONE, -250), (NONE, HALF, -200)])
def test_a_clawback_that_came_or_went_where_months_are_replayed(
    tmp_path: Path, first: str, second: str, back: int
) -> None:
    book = changed(tmp_path, ruled(first, mode="replay"), ruled(second, mode="replay"))
    book.know(cancelled(D, "2026-09-12"), cancelled(E, "2026-09-12"))
    book.settle("2026-09")
    book.settle("2026-10")
    assert paid_in(book) == {"2026-07": 100, "2026-08": 200, "2026-09": back}


@pytest.mark.parametrize("mode", ["reverse", "replay"])
@pytest.mark.parametrize(("second", "of_e"), [(WHOLE, -200), (NONE, -200), (HALF, -100)])
def test_a_plan_of_another_name_leaves_deals_to_the_clawback_of_the_first(
    tmp_path: Path, mode: str, second: str, of_e: int
) -> None:
    book = changed(
        tmp_path, ruled(HALF, mode=mode), ruled(second, mode=mode).replace("plan: rep", "plan: new")
    )
    book.know(cancelled(D, "2026-09-12"), cancelled(E, "2026-09-12"))
    book.settle("2026-09")
    book.settle("2026-10")
    assert paid_in(book) == {"2026-07": 100, "2026-08": 200, "2026-09": of_e - 50}


@pytest.mark.parametrize("other", ["", "clawback: {share: 30%}"])
def test_a_plan_that_is_gone_still_claws_back(tmp_path: Path, other: str) -> None:
    book = Ledger(tmp_path, ruled(HALF))
    others = ruled(*([other] if other else [])).replace("plan: rep", "plan: li")
    book.write("policies/plans/li.yaml", others.replace("role: [rep]", "role: [senior]"))
    zhang, li = ORG.split("  - {id: li")
    book.write("ledger/org.yaml", f"{zhang}  - {{id: li{li.replace('role: rep', 'role: senior')}")
    book.know(D)
    book.settle("2026-07")
    (tmp_path / "policies/plans/rep.yaml").unlink()
    book.know(cancelled(D, "2026-08-12"))
    book.settle("2026-08")
    book.settle("2026-09")
    assert paid_in(book) == {"2026-07": 100, "2026-08": -50}
