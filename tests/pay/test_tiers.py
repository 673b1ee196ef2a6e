"""Tiers: I2's reference figures, boundaries, marginal slices, what happens without a target, rounding."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from salescli.findings import Finding
from salescli.model.condition import parse_condition

from .sample import I2, paid, pay, pay_sales, score, tiers


def test_i2_zhang_at_120_percent_is_paid_31800() -> None:
    outcome = pay_sales(I2, "960000", "800000")
    earning, bonus = outcome.entries
    assert (earning.kind, str(earning.amount), earning.base, earning.rate) == (
        "earning",
        "28800.00",
        Decimal(960000),
        Fraction(3, 100),
    )
    assert (bonus.kind, str(bonus.amount), bonus.base, bonus.rate) == ("bonus", "3000.00", None, None)
    assert paid(outcome) == Decimal("31800.00")
    assert earning.cause == "tier 120%"
    assert str(earning.rule) == "policies/plans/account-manager.yaml:13"


@pytest.mark.parametrize(
    ("sales", "expected"),
    [
        ("639920", "0"),  # 79.99 %
        ("639999.99", "0"),
        ("640000", "9600.00"),  # exactly 80 %: 1.5 %
        ("799920", "11998.80"),  # 99.99 %
        ("799999.99", "12000.00"),  # 11,999.99985
        ("800000", "17000.00"),  # exactly 100 %: 2 % and 1,000
        ("959920", "20198.40"),  # 119.99 %
        ("959999.99", "20200.00"),
        ("960000", "31800.00"),  # exactly 120 %: 3 % and 3,000
        ("1600000", "51000.00"),
        ("0", "0"),
    ],
)
def test_i2_tiers_are_closed_below_and_open_above(sales: str, expected: str) -> None:
    assert paid(pay_sales(I2, sales, "800000")) == Decimal(expected)


def test_no_entry_for_nothing_but_a_reason() -> None:
    outcome = pay_sales(I2, "600000", "800000")
    assert outcome.entries == ()
    steps = {step.step: step for step in outcome.steps}
    assert steps["attainment"].rate == Fraction(3, 4)
    assert steps["next"].base == 40000


def test_every_step_of_an_amount_has_its_number_and_its_place() -> None:
    outcome = pay_sales(I2, "840000", "800000")
    steps = {step.step: step for step in outcome.steps}
    assert list(steps) == ["credit", "target", "attainment", "tier", "pay", "rounding", "bonus", "next"]
    assert steps["credit"].base == 840000
    assert str(steps["target"].place) == "ledger/targets/Q3.csv:12"
    assert steps["attainment"].rate == Fraction(105, 100)
    assert (steps["tier"].rate, str(steps["tier"].place)) == (
        Fraction(2, 100),
        "policies/plans/account-manager.yaml:12",
    )
    assert steps["pay"].amount == 16800
    assert steps["bonus"].amount == 1000
    assert (steps["next"].base, steps["next"].rate) == (120000, Fraction(3, 100))
    assert outcome.entries[0].steps is outcome.steps


MARGINAL = tiers(("0%", "1%"), ("100%", "2%", "1000"), ("120%", "3%", "3000"), mode="marginal")


@pytest.mark.parametrize(
    ("sales", "expected"),
    [
        ("500000", "5000"),
        ("800000", "9000"),  # 8,000 and the bonus of the tier that 100 % belongs to
        ("799999.99", "8000.00"),
        ("900000", "11000"),  # 8,000 + 2,000 + 1,000
        ("1000000", "16400"),  # 8,000 + 160,000 × 2 % + 40,000 × 3 % + 1,000 + 3,000
        ("0", "0"),
    ],
)
def test_marginal_pays_each_slice_at_its_own_rate_and_every_bonus_reached(sales: str, expected: str) -> None:
    outcome = pay_sales(MARGINAL, sales, "800000")
    assert paid(outcome) == Decimal(expected)


def test_marginal_slices_sum_to_the_entry_and_no_blended_rate_is_stored() -> None:
    rule = tiers(
        ("0", "1.33%"), ("100", "1.77%"), ("200.5", "2.1%"), measured_by="sales_amount", mode="marginal"
    )
    outcome = pay_sales(rule, "333.37")
    slices = [step for step in outcome.steps if step.step == "slice"]
    assert [step.base for step in slices] == [100, Fraction("100.5"), Fraction("132.87")]
    assert sum(step.amount for step in slices if step.amount is not None) == outcome.entries[0].amount
    assert outcome.entries[0].amount == Decimal("5.90")  # 1.33 + 1.77885 + 2.79027 = 5.89912
    assert outcome.entries[0].rate is None


def test_an_empty_slice_never_triggers_anything() -> None:
    rule = tiers(("0", "0%", "25"), ("500", "10%"), measured_by="sales_amount", mode="marginal")
    assert paid(pay_sales(rule, "0")) == 0
    assert paid(pay_sales(rule, "120")) == 25
    assert paid(pay_sales(rule, "500")) == 25
    assert [s.base for s in pay_sales(rule, "500").steps if s.step == "slice"] == [500]


def test_measured_by_another_metric_cuts_the_credit_in_proportion() -> None:
    rule = tiers(("0%", "1%"), ("100%", "3%"), mode="marginal", pays_on="collected_amount")
    node = {"collected_amount": score("500"), "sales_amount": score("2000", "1000")}
    outcome = pay(rule, {"li": node})["li"]
    assert paid(outcome) == Decimal("10.00")  # half of 500 at 1 %, half at 3 %


def test_counts_measure_too() -> None:
    rule = tiers(("0", "1%"), ("3", "2%"), measured_by="new_customers")
    for customers, expected in (("2", "10.00"), ("3", "20.00")):
        node = {"sales_amount": score("1000"), "new_customers": score(customers)}
        assert paid(pay(rule, {"li": node})["li"]) == Decimal(expected)


@pytest.mark.parametrize("target", [None, "0"])
def test_no_target_is_an_error_naming_person_and_period(target: str | None) -> None:
    found: list[Finding] = []
    outcome = pay_sales(I2, "1000", target, found=found)
    assert outcome.entries == ()
    assert [f.code for f in found] == ["P101"]
    assert "zhang has no target for sales_amount in 2026-08" in found[0].message
    assert "on_zero_target: skip" in found[0].hint
    assert [s.step for s in outcome.steps][-1] == "skip"


def test_no_target_and_nothing_sold_is_nothing_to_decide() -> None:
    assert pay_sales(I2, "0").entries == ()


def test_no_target_can_be_skipped_or_count_as_attained() -> None:
    table = (("0%", "0%"), ("100%", "2%", "1000"), ("120%", "3%", "3000"))
    skipped = pay_sales(tiers(*table, on_zero_target="skip"), "50000")
    assert skipped.entries == ()
    assert "skipped, as the plan says" in skipped.steps[-1].text
    assert paid(pay_sales(tiers(*table, on_zero_target="attained"), "50000")) == 2000
    marginal = tiers(("0%", "1%"), ("50%", "3%"), mode="marginal", on_zero_target="attained")
    assert paid(pay_sales(marginal, "50000")) == 1000


def test_a_gate_that_is_not_met_pays_nothing_and_says_so() -> None:
    rule = tiers(("0%", "2%"), when=parse_condition("collection_rate >= 90%"))
    node = {"sales_amount": score("1000", "1000"), "collection_rate": score("9/10")}
    assert paid(pay(rule, {"li": node})["li"]) == 20
    node["collection_rate"] = score("89/100")
    outcome = pay(rule, {"li": node})["li"]
    assert outcome.entries == ()
    gate = next(step for step in outcome.steps if step.step == "gate")
    assert (gate.base, gate.rate) == (None, Fraction(89, 100))
    assert "no" in gate.text
    node["collection_rate"] = score(None)
    assert pay(rule, {"li": node})["li"].entries == ()


@pytest.mark.parametrize(
    ("rounding", "sales", "expected"),
    [
        ("half_up", "0.50", "0.01"),
        ("half_even", "0.50", "0.00"),
        ("half_even", "1.50", "0.02"),
        ("down", "0.99", "0.00"),
        ("up", "0.01", "0.01"),
        ("half_up", "-0.50", "-0.01"),
    ],
)
def test_one_rounding_as_the_plan_says(rounding: str, sales: str, expected: str) -> None:
    rule = tiers(("0", "1%"), measured_by="sales_amount", rounding=rounding)
    assert paid(pay_sales(rule, sales)) == Decimal(expected)


def test_currencies_without_cents_round_to_the_whole() -> None:
    outcome = pay_sales(tiers(("0%", "1.5%")), "1001", "1000", currency="JPY")
    assert str(outcome.entries[0].amount) == "15"


def test_entry_ids_differ_by_what_is_paid_for() -> None:
    ids = {entry.entry_id for entry in pay_sales(I2, "960000", "800000").entries}
    assert len(ids) == 2
