"""Worked examples inside plans."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from salescli.calc.pay.examples import run_examples
from salescli.findings import Span
from salescli.model.condition import parse_condition
from salescli.model.plan import Example

from .sample import I2, PLAN_FILE, POLICY, plan_of, ranking, team, tiers


def example(given: dict[str, Decimal | Fraction], **expect: str) -> Example:
    return Example(given=given, expect={k: Decimal(v) for k, v in expect.items()}, place=Span(PLAN_FILE, 40))


GIVEN: dict[str, Decimal | Fraction] = {"target": Decimal(800000), "sales_amount": Decimal(960000)}


def test_i2_example_comes_out() -> None:
    assert run_examples(plan_of(I2, examples=(example(GIVEN, commission="31800"),)), POLICY) == []


def test_an_example_that_does_not_come_out_says_what_was_computed_and_how() -> None:
    found = run_examples(plan_of(I2, examples=(example(GIVEN, commission="28800"),)), POLICY)
    assert [(f.code, f.span.line) for f in found] == [("P103", 40)]
    assert "expected 28800, computed 31800.00" in found[0].message
    assert "960000 × 3%" in found[0].message


def test_an_unknown_component_is_named_with_a_suggestion() -> None:
    found = run_examples(plan_of(I2, examples=(example(GIVEN, comission="1"),)), POLICY)
    assert "did you mean `commission`?" in found[0].hint


def test_ranking_and_team_are_paid_only_if_stated() -> None:
    plan = plan_of(I2, ranking(), team(), examples=(example(GIVEN, commission="31800"),))
    assert run_examples(plan, POLICY) == []
    stated = plan_of(I2, ranking(), team(), examples=(example(GIVEN, top3="5000", team="500"),))
    assert run_examples(stated, POLICY) == []


@pytest.mark.parametrize(("collected", "expected"), [("900", "10"), ("899", "0")])
def test_ratios_come_from_their_parts(collected: str, expected: str) -> None:
    rule = tiers(("0", "1%"), measured_by="sales_amount", when=parse_condition("collection_rate >= 90%"))
    given: dict[str, Decimal | Fraction] = {
        "sales_amount": Decimal(1000),
        "collected_amount": Decimal(collected),
    }
    assert run_examples(plan_of(rule, examples=(example(given, commission=expected),)), POLICY) == []


def test_a_target_for_one_metric_goes_before_the_common_one() -> None:
    given = {**GIVEN, "target_sales_amount": Decimal(1200000)}
    assert run_examples(plan_of(I2, examples=(example(given, commission="14400"),)), POLICY) == []


def test_an_example_without_target_is_told_so() -> None:
    found = run_examples(
        plan_of(I2, examples=(example({"sales_amount": Decimal(1)}, commission="0"),)), POLICY
    )
    assert [f.code for f in found] == ["P101"]
