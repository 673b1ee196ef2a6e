"""Each rule against the naive one, and the laws of pay (SPEC I2–I4, X1)."""

from __future__ import annotations

import os
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from pay.sample import POLICY, member, paid, pay, pay_sales, plan_of, ranking, score, team, tiers

from salescli.calc.pay.attribute import attribute
from salescli.calc.pay.registry import compile_component
from salescli.calc.pay.shape import ByDeal
from salescli.model.plan import Tiers

from . import naive

settings.register_profile("pay", max_examples=int(os.environ.get("ORACLE_RUNS", "200")), deadline=None)
settings.load_profile("pay")

money = st.integers(0, 10**9).map(lambda units: Decimal(units) / 100)
rates = st.integers(0, 2000).map(lambda n: f"{Decimal(n) / 100}%")
bonuses = st.integers(0, 500000).map(lambda n: str(Decimal(n) / 100))


@st.composite
def tables(draw: st.DrawFn, percent: bool) -> list[tuple[str, str, str]]:
    top = 20000 if percent else 10**7
    starts = sorted(draw(st.sets(st.integers(1, top), max_size=5)))
    mark = "%" if percent else ""
    return [(f"{Decimal(n) / 100}{mark}", draw(rates), draw(bonuses)) for n in [0, *starts]]


def plain_table(rows: list[tuple[str, str, str]]) -> list[dict[str, Decimal]]:
    def number(text: str) -> Decimal:
        return Decimal(text.rstrip("%")) / (100 if text.endswith("%") else 1)

    return [{"from": number(a), "rate": number(r), "bonus": Decimal(b)} for a, r, b in rows]


def near(data: st.DataObject, rows: list[tuple[str, str, str]], target: Decimal) -> Decimal:
    """Any amount, or one at a tier's bound or a cent beside it."""
    bounds = [(row["from"] * target).quantize(Decimal("0.01")) for row in plain_table(rows)]
    at = st.sampled_from(bounds).flatmap(
        lambda b: st.sampled_from([b, b + naive.CENT, max(b - naive.CENT, b * 0)])
    )
    return data.draw(st.one_of(money, at), label="sales")


@given(tables(percent=True), st.integers(1, 10**8).map(lambda n: Decimal(n) / 100), st.data())
def test_whole_tiers_by_attainment(
    rows: list[tuple[str, str, str]], target: Decimal, data: st.DataObject
) -> None:
    sales = near(data, rows, target)
    expected = naive.whole_tiers(sales, sales, target, plain_table(rows))
    assert paid(pay_sales(tiers(*rows), str(sales), str(target))) == expected


@given(tables(percent=True), st.integers(1, 10**8).map(lambda n: Decimal(n) / 100), st.data())
def test_marginal_tiers_by_attainment(
    rows: list[tuple[str, str, str]], target: Decimal, data: st.DataObject
) -> None:
    sales = near(data, rows, target)
    expected = naive.marginal_tiers(sales, target, plain_table(rows))
    outcome = pay_sales(tiers(*rows, mode="marginal"), str(sales), str(target))
    assert paid(outcome) == expected
    slices = [step for step in outcome.steps if step.step == "slice"]
    assert sum((Fraction(step.base or 0) for step in slices), Fraction(0)) == Fraction(sales)
    earning = sum((e.amount for e in outcome.entries if e.kind == "earning"), Decimal(0))
    assert sum((Fraction(step.amount or 0) for step in slices), Fraction(0)) == earning


@given(tables(percent=False), st.sampled_from(["whole", "marginal"]), st.data())
def test_tiers_by_amount(rows: list[tuple[str, str, str]], mode: str, data: st.DataObject) -> None:
    sales = near(data, rows, Decimal(1))
    table = plain_table(rows)
    one = Decimal(1)
    expected = (
        naive.whole_tiers(sales, sales, one, table)
        if mode == "whole"
        else naive.marginal_tiers(sales, one, table)
    )
    rule = tiers(*rows, mode=mode, measured_by="sales_amount")
    assert paid(pay_sales(rule, str(sales))) == expected


@given(
    st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), st.integers(0, 6).map(Decimal), max_size=9),
    st.lists(st.integers(0, 10**6).map(lambda n: Decimal(n) / 100), min_size=1, max_size=5),
    st.sampled_from(["split", "same"]),
    st.randoms(use_true_random=False),
)
def test_ranking_with_ties(
    values: dict[str, Decimal], awards: list[Decimal], ties: str, random: object
) -> None:
    people = {person: {"sales_amount": score(str(value))} for person, value in values.items()}
    members = [member(person) for person in values]
    random.shuffle(members)  # type: ignore[attr-defined]
    outcomes = pay(ranking(awards=tuple(awards), ties=ties), people, members=members)
    got = {person: paid(o) for person, o in outcomes.items() if o.entries}
    assert got == naive.rank(values, awards, ties)
    if ties == "split" and sum(1 for v in values.values() if v > 0) >= len(awards):
        assert sum(got.values(), Decimal(0)) == sum(awards)


@given(st.integers(0, 300), st.integers(1, 200), st.integers(0, 150))
def test_team_award(actual: int, target: int, percent: int) -> None:
    regions = {"east": {"sales_amount": score(str(actual), str(target))}}
    rule = team(f"attainment(sales_amount) >= {percent}%")
    expected = 500 if actual * 100 >= percent * target else 0
    assert paid(pay(rule, {"li": {}}, regions=regions)["li"]) == expected


@given(tables(percent=False), st.sampled_from(["whole", "marginal"]), money, money)
def test_more_credit_never_pays_less_under_rising_rates(
    rows: list[tuple[str, str, str]], mode: str, first: Decimal, second: Decimal
) -> None:
    rising = sorted(Decimal(r.rstrip("%")) for _, r, _ in rows)
    bonus = sorted(Decimal(b) for _, _, b in rows)
    table = [(a, f"{rate}%", str(b)) for (a, _, _), rate, b in zip(rows, rising, bonus, strict=True)]
    rule = tiers(*table, mode=mode, measured_by="sales_amount")
    low, high = sorted((first, second))
    assert paid(pay_sales(rule, str(low))) <= paid(pay_sales(rule, str(high)))


@given(
    tables(percent=False),
    st.sampled_from(["whole", "marginal"]),
    st.lists(st.integers(0, 10**7), min_size=1, max_size=8),
    st.integers(0, 10**6),
)
def test_what_rests_on_deals_sums_to_the_earning_and_splitting_a_deal_changes_nothing(
    rows: list[tuple[str, str, str]], mode: str, units: list[int], part: int
) -> None:
    rule = tiers(*rows, mode=mode, measured_by="sales_amount")
    credits = [Fraction(n, 100) for n in units]
    outcome = pay_sales(rule, str(sum(credits, Fraction(0))))
    earning = next((e.amount for e in outcome.entries if e.kind == "earning"), Decimal(0))
    whole = _rests(rule, credits, earning)
    assert sum(whole, Decimal(0)) == (earning if any(units) else 0)
    cut = Fraction(min(part, units[0]), 100)
    again = _rests(rule, [cut, credits[0] - cut, *credits[1:]], earning)
    assert sum(again, Decimal(0)) == sum(whole, Decimal(0))
    assert abs(again[0] + again[1] - whole[0]) <= 2 * naive.CENT


def _rests(rule: Tiers, credits: list[Fraction], earning: Decimal) -> list[Decimal]:
    shape = compile_component(plan_of(rule), rule, POLICY)
    assert isinstance(shape, ByDeal)
    node = {"sales_amount": score(str(sum(credits, Fraction(0))))}
    weights = shape.weights(node, credits)
    return [Decimal(0)] * len(credits) if weights is None else attribute(earning, 2, weights)
