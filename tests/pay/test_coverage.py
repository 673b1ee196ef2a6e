"""Who is paid by which plan (I1): role, region and date; joiners, leavers, transfers."""

from __future__ import annotations

from datetime import date

import pytest

from salescli.calc.pay.coverage import covered, paid_with, standings
from salescli.model.org import Assignment, Named, Org, Person
from salescli.model.period import Period

from .sample import plan_of

AUGUST = Period.parse("2026-08")
Q3 = Period.parse("2026-Q3")


def person(key: str, *assignments: Assignment, left: date | None = None, role: str = "am") -> Person:
    return Person(id=key, name=key, role=role, hired=date(2026, 1, 5), left=left, assignments=assignments)


def at(since: date, region: str = "east", until: date | None = None, role: str | None = None) -> Assignment:
    return Assignment(since=since, until=until, region=region, role=role)


SINCE = date(2026, 1, 5)
ORG = Org(
    regions={key: Named(id=key, name=key) for key in ("east", "south")},
    products={},
    people={
        p.id: p
        for p in (
            person("stays", at(SINCE)),
            person("left", at(SINCE), left=date(2026, 8, 12)),
            person("moved", at(SINCE, until=date(2026, 8, 9)), at(date(2026, 8, 10), "south", role="lead")),
            person("joins", at(date(2026, 9, 1))),
            person("gone", at(SINCE), left=date(2026, 7, 31)),
        )
    },
)


def who(period: Period, **stated: object) -> list[str]:
    return [m.person for m in covered(plan_of(**stated), standings(ORG, period))]


def test_everybody_here_in_the_period_is_covered_by_a_plan_without_restrictions() -> None:
    assert who(AUGUST) == ["left", "moved", "stays"]
    assert who(Q3) == ["gone", "joins", "left", "moved", "stays"]


def test_role_and_region_are_those_of_the_last_day_in_the_period() -> None:
    assert who(AUGUST, roles=("am",)) == ["left", "stays"]
    assert who(AUGUST, roles=("lead",), regions=("south",)) == ["moved"]
    assert who(Period.parse("2026-07"), roles=("am",), regions=("east",)) == [
        "gone",
        "left",
        "moved",
        "stays",
    ]
    assert who(AUGUST, people=("stays", "joins")) == ["stays"]


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "expected"),
    [
        (date(2026, 8, 31), None, ["moved", "stays"]),
        (None, date(2026, 8, 12), ["left"]),
        (date(2026, 9, 1), None, []),
        (date(2026, 7, 1), date(2026, 12, 31), ["left", "moved", "stays"]),
    ],
)
def test_a_plan_pays_whose_last_day_lies_within_its_validity(
    valid_from: date | None, valid_to: date | None, expected: list[str]
) -> None:
    assert who(AUGUST, valid_from=valid_from, valid_to=valid_to) == expected


def test_a_period_is_paid_with_its_last_month() -> None:
    assert paid_with("month", AUGUST) == (AUGUST,)
    assert paid_with("quarter", AUGUST) == ()
    assert paid_with("quarter", Period.parse("2026-09")) == (Q3,)
    assert paid_with("half", Period.parse("2026-12")) == (Period.parse("2026-H2"),)
    april = Period.parse("2026-03", 4)
    assert paid_with("year", april) == (Period.parse("2025", 4),)


def test_weeks_are_paid_with_the_month_in_which_they_end() -> None:
    assert [week.text for week in paid_with("week", AUGUST)] == [f"2026-W{n}" for n in range(31, 36)]
    assert [week.text for week in paid_with("week", Period.parse("2026-09"))] == [
        f"2026-W{n}" for n in range(36, 40)
    ]
