"""Ranking: I3's prizes, ties, minimum, scope, fewer people than prizes; recognition lists of I5."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from salescli.calc.pay.shape import Outcome
from salescli.model.condition import parse_condition, parse_value
from salescli.model.plan import Ranking, Recognition

from .sample import member, paid, pay, ranking, score


def prizes(rule: Ranking, **sales: str) -> dict[str, Decimal]:
    outcomes = pay(rule, {person: {"sales_amount": score(amount, "100")} for person, amount in sales.items()})
    return {person: paid(outcome) for person, outcome in outcomes.items() if outcome.entries}


def test_i3_first_three_get_5000_3000_1000() -> None:
    won = prizes(ranking(), zhang="960", li="700", wang="800", wu="500", sun="100")
    assert won == {"zhang": 5000, "wang": 3000, "li": 1000}


def test_a_prize_names_its_rank_and_shows_the_list() -> None:
    outcomes = pay(ranking(), {p: {"sales_amount": score(s)} for p, s in (("li", "700"), ("wang", "800"))})
    entry = outcomes["li"].entries[0]
    assert (entry.kind, entry.cause, entry.base, entry.rate) == ("award", "rank 2", None, None)
    ranks = [(s.params["rank"], s.params["person"]) for s in outcomes["li"].steps if s.step == "rank"]
    assert ranks == [(1, "wang"), (2, "li")]


def test_ties_split_share_the_prizes_of_their_ranks_to_the_cent() -> None:
    assert prizes(ranking(), a="9", b="9", c="5") == {"a": 4000, "b": 4000, "c": 1000}
    assert prizes(ranking(), a="9", b="5", c="5", d="5") == {
        "a": 5000,
        "b": Decimal("1333.34"),
        "c": Decimal("1333.33"),
        "d": Decimal("1333.33"),
    }


def test_ties_same_give_each_the_prize_of_the_rank_and_skip_the_next() -> None:
    assert prizes(ranking(ties="same"), a="9", b="9", c="5", d="4") == {"a": 5000, "b": 5000, "c": 1000}
    assert prizes(ranking(ties="same"), a="9", b="5", c="5", d="5") == {
        "a": 5000,
        "b": 3000,
        "c": 3000,
        "d": 3000,
    }


def test_ties_are_broken_by_further_measures_then_by_person_id() -> None:
    rule = ranking(ties="tiebreak", tiebreak=(parse_value("collection_rate"),))
    rates = {"d": None, "c": "9/10", "b": "19/20", "a": "9/10"}
    people = {p: {"sales_amount": score("9"), "collection_rate": score(rate)} for p, rate in rates.items()}
    won = {p: paid(o) for p, o in pay(rule, people).items()}
    assert won == {"b": 5000, "a": 3000, "c": 1000, "d": 0}


def test_who_misses_the_minimum_or_sold_nothing_is_not_ranked() -> None:
    rule = ranking(minimum=parse_condition("attainment(sales_amount) >= 80%"))
    assert prizes(rule, a="80", b="79.99", c="120") == {"c": 5000, "a": 3000}
    assert prizes(ranking(), a="80", b="0") == {"a": 5000}
    outcomes = pay(ranking(), {"a": {"sales_amount": score("1")}, "b": {}})
    assert "not ranked" in outcomes["b"].steps[0].text


def test_ranked_within_each_region() -> None:
    people = {p: {"sales_amount": score(s)} for p, s in (("a", "1"), ("b", "2"), ("c", "3"))}
    where = [member("c", "south"), member("a", "east"), member("b", "east")]
    outcomes = pay(ranking(scope="region"), people, members=where)
    assert {p: paid(o) for p, o in outcomes.items()} == {"b": 5000, "a": 3000, "c": 5000}
    assert outcomes["c"].entries[0].cause == "rank 1 south"
    assert [s.params["person"] for s in outcomes["c"].steps if s.step == "rank"] == ["c"]


def test_order_of_members_is_irrelevant() -> None:
    people = {p: {"sales_amount": score("5")} for p in "abcd"}
    one = pay(ranking(), people, members=[member(p) for p in "abcd"])
    other = pay(ranking(), people, members=[member(p) for p in "dbca"])
    assert {p: paid(o) for p, o in one.items()} == {p: paid(o) for p, o in other.items()}


STAR = Recognition(
    name="star", period="month", award="certificate", rank_by=parse_value("attainment(sales_amount)"), top=1
)


def honoured(rule: Recognition, **sales: str) -> dict[str, Outcome]:
    people = {person: {"sales_amount": score(amount, "100")} for person, amount in sales.items()}
    return {p: o for p, o in pay(rule, people).items() if o.honours}


def test_i5_the_star_of_the_month_is_recognised_without_money() -> None:
    won = honoured(STAR, zhang="120", li="75", wang="110")
    assert list(won) == ["zhang"]
    honour = won["zhang"].honours[0]
    assert (honour.award, honour.rank, honour.value) == ("certificate", 1, Fraction(6, 5))
    assert won["zhang"].entries == ()


def test_i5_equal_ones_are_recognised_together() -> None:
    assert sorted(honoured(STAR, a="120", b="120", c="110")) == ["a", "b"]
    top2 = Recognition(name="wall", period="month", award="wall", rank_by=parse_value("sales_amount"), top=2)
    assert sorted(honoured(top2, a="120", b="110", c="110", d="1")) == ["a", "b", "c"]
    assert sorted(honoured(top2, a="120", b="120", c="110")) == ["a", "b"]
