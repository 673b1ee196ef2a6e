"""Conditions: exact comparisons, three answers."""

from __future__ import annotations

from fractions import Fraction

import pytest

from salescli.calc.pay.condition import gate_steps, holds, passes
from salescli.calc.pay.shape import Terms
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


def test_each_comparison_is_one_step_with_its_value() -> None:
    terms = Terms(plan="p", currency="CNY", units={"lead": "count", "win_rate": "rate"})
    condition = parse_condition("lead > 7 or win_rate >= 50% or attainment(sales_amount) >= 100%")
    steps = list(gate_steps(terms, condition, NODE, Span("p.yaml", 3), ("sales_amount",)))
    assert [(s.params["condition"], s.base, s.rate, s.unit) for s in steps] == [
        ("lead > 7", 7, None, "count"),
        ("win_rate >= 50%", None, None, "rate"),
        ("attainment(sales_amount) >= 100%", None, Fraction(11, 10), "rate"),
    ]
    assert "cannot be said" in steps[1].text
    rest = list(gate_steps(terms, condition, NODE, Span("p.yaml", 3)))
    assert (rest[0].step, rest[0].base, str(rest[0].place)) == ("target", 100, "ledger/targets/Q3.csv:12")
    assert rest[1:] == steps
