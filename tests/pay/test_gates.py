"""Conditions: exact comparisons, three answers."""

from __future__ import annotations

import pytest

from salescli.calc.pay.condition import gate_steps, holds, passes
from salescli.findings import Span
from salescli.model.condition import parse_condition

from .sample import score

NODE = {
    "sales_amount": score("110", "100"),
    "new_customers": score("3", "4"),
    "win_rate": score(None),
    "lead": score("7"),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("attainment(sales_amount) >= 110%", True),
        ("attainment(sales_amount) > 110%", False),
        ("sales_amount = 110 and new_customers != 4", True),
        ("new_customers < target(new_customers)", True),
        ("lead <= new_customers", False),
        ("win_rate >= 50%", None),
        ("not win_rate >= 50%", None),
        ("win_rate >= 50% and lead > 7", False),
        ("win_rate >= 50% and lead = 7", None),
        ("win_rate >= 50% or lead = 7", True),
        ("win_rate >= 50% or lead > 7", None),
        ("attainment(lead) >= 50%", None),
        ("visits >= 1", None),
        ("not (lead > 7 or sales_amount < 1)", True),
    ],
)
def test_conditions_are_worked_out_exactly(text: str, expected: bool | None) -> None:
    condition = parse_condition(text)
    assert holds(condition, NODE) is expected
    assert passes(condition, NODE) is (expected is True)


def test_no_gate_lets_everybody_pass() -> None:
    assert passes(None, {})


def test_each_comparison_is_one_step_with_its_value_and_bound() -> None:
    steps = list(gate_steps(parse_condition("lead > 7 or win_rate >= 50%"), NODE, Span("p.yaml", 3)))
    assert [(s.params["condition"], s.base, s.rate) for s in steps] == [
        ("lead > 7", 7, 7),
        ("win_rate >= 50%", None, parse_condition("lead > 50%").right),  # type: ignore[union-attr]
    ]
    assert "cannot be said" in steps[1].text
