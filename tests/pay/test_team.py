"""Team award: I4's figures, the gate's boundary, who is a member."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from .sample import member, paid, pay, score, team

PEOPLE = {"zhang": {}, "wu": {}, "li": {}}
WHERE = [member("zhang", "east"), member("wu", "east"), member("li", "south")]


@pytest.mark.parametrize(
    ("east", "expected"), [("2200000", 500), ("2199999.99", 0), ("2500000", 500), ("0", 0)]
)
def test_i4_region_at_110_percent_pays_500_to_every_member(east: str, expected: int) -> None:
    regions = {
        "east": {"sales_amount": score(east, "2000000")},
        "south": {"sales_amount": score("1", "1500000")},
    }
    outcomes = pay(team(), PEOPLE, regions=regions, members=WHERE)
    assert {p: paid(o) for p, o in outcomes.items()} == {"zhang": expected, "wu": expected, "li": 0}


def test_who_left_or_moved_before_the_last_day_is_no_member() -> None:
    regions = {"east": {"sales_amount": score("3", "2")}}
    where = [member("zhang", "east"), member("wu", "east", date(2026, 8, 30))]
    outcomes = pay(team(), PEOPLE, regions=regions, members=where)
    assert {p: paid(o) for p, o in outcomes.items()} == {"zhang": 500, "wu": 0}
    assert "not a member on" in outcomes["wu"].steps[-1].text


def test_a_region_without_target_cannot_be_said_to_attain_it() -> None:
    outcomes = pay(team(), PEOPLE, regions={"east": {"sales_amount": score("3")}}, members=WHERE)
    assert all(paid(o) == 0 for o in outcomes.values())
    assert "cannot be said" in next(s.text for s in outcomes["zhang"].steps if s.step == "gate")


def test_steps_show_the_regions_attainment() -> None:
    regions = {"east": {"sales_amount": score("2300000", "2000000")}}
    outcome = pay(team(), PEOPLE, regions=regions, members=WHERE)["zhang"]
    steps = {step.step: step for step in outcome.steps}
    assert steps["attainment"].rate == Fraction(115, 100)
    assert outcome.entries[0].cause == "region east"
    assert str(outcome.entries[0].rule) == "policies/plans/account-manager.yaml:30"
