"""Small plans and people to pay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from salescli.calc.pay.coverage import Member
from salescli.calc.pay.registry import compile_component
from salescli.calc.pay.scores import Score, Scores
from salescli.calc.pay.shape import Outcome
from salescli.findings import Finding, Span
from salescli.model.condition import parse_condition, parse_value
from salescli.model.exact import parse_rate
from salescli.model.metric import ClosedDeal, Lights, Policy, built_in_metrics
from salescli.model.period import Period
from salescli.model.plan import AnyComponent, Plan, Ranking, TeamAward, Tier, Tiers

POLICY = Policy(closed_deal=ClosedDeal(), metrics=built_in_metrics(), lights={"default": Lights()})
AUGUST = Period.parse("2026-08")
PLAN_FILE = "policies/plans/account-manager.yaml"


def number(text: str) -> Fraction:
    return parse_rate(text) if text.endswith("%") else Fraction(text)


def tiers(
    *rows: tuple[str, str] | tuple[str, str, str],
    mode: str = "whole",
    measured_by: str = "attainment(sales_amount)",
    **more: object,
) -> Tiers:
    """Tiers from (from, rate[, bonus]) texts."""
    table = tuple(
        Tier(
            start=number(row[0]),
            rate=number(row[1]),
            bonus=Decimal(row[2]) if len(row) > 2 else Decimal(0),
            place=Span(PLAN_FILE, 10 + at),
        )
        for at, row in enumerate(rows)
    )
    stated: dict[str, object] = {"pays_on": "sales_amount", "name": "commission", "period": "month", **more}
    stated["pays_on"] = parse_value(str(stated["pays_on"]))
    return Tiers(
        measured_by=parse_value(measured_by),
        mode=mode,  # type: ignore[arg-type]
        tiers=table,
        place=Span(PLAN_FILE, 7),
        **stated,  # type: ignore[arg-type]
    )


I2 = tiers(("0%", "0%"), ("80%", "1.5%"), ("100%", "2%", "1000"), ("120%", "3%", "3000"))


def ranking(**stated: object) -> Ranking:
    more: dict[str, object] = {
        "name": "top3",
        "period": "quarter",
        "rank_by": parse_value("sales_amount"),
        "awards": (Decimal(5000), Decimal(3000), Decimal(1000)),
        "ties": "split",
        "place": Span(PLAN_FILE, 20),
        **stated,
    }
    return Ranking(**more)  # type: ignore[arg-type]


def team(when: str = "attainment(sales_amount) >= 110%", per_head: str = "500") -> TeamAward:
    return TeamAward(
        name="team",
        period="month",
        when=parse_condition(when),
        scope="region",
        per_head=Decimal(per_head),
        place=Span(PLAN_FILE, 30),
    )


def plan_of(*components: AnyComponent, **stated: object) -> Plan:
    more: dict[str, object] = {"id": "account-manager-2026", **stated}
    return Plan(components=components, place=Span(PLAN_FILE, 1), **more)  # type: ignore[arg-type]


def score(actual: str | None, target: str | None = None) -> Score:
    return Score(
        None if actual is None else Fraction(actual),
        None if target is None else Fraction(target),
        () if target is None else (Span("ledger/targets/Q3.csv", 12),),
    )


def member(person: str, region: str = "east", last: date = AUGUST.end) -> Member:
    return Member(person, region, "account_manager", last)


def pay(
    component: AnyComponent,
    people: dict[str, dict[str, Score]],
    *,
    regions: dict[str, dict[str, Score]] | None = None,
    members: Sequence[Member] | None = None,
    found: list[Finding] | None = None,
    currency: str = "CNY",
) -> dict[str, Outcome]:
    """Outcomes by person; raises if there are findings nobody asked for."""
    shape = compile_component(plan_of(component, currency=currency), component, POLICY)
    scores = Scores(period=AUGUST, people=people, regions=regions or {})
    errors: list[Finding] = [] if found is None else found
    outcomes = shape.pay(scores, members or [member(p) for p in sorted(people)], errors)
    if found is None:
        assert errors == []
    return {outcome.person: outcome for outcome in outcomes}


def paid(outcome: Outcome) -> Decimal:
    return sum((entry.amount for entry in outcome.entries), Decimal(0))


def pay_sales(component: Tiers, sales: str, target: str | None = None, **more: object) -> Outcome:
    """One person with these sales and this target."""
    people = {"zhang": {"sales_amount": score(sales, target)}}
    return pay(component, people, **more)["zhang"]  # type: ignore[arg-type]
