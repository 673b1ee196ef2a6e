"""Laws: the SQL steps against a naive second implementation, and order that must not matter."""

from __future__ import annotations

import random
import tempfile
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from measures_book import book, policy
from measures_ledgers import days, ledgers, store
from measures_oracle import METRICS, Oracle, Totals

from salescli.measures import open_facts
from salescli.model.fact import Only

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
SUMMER = (date(2026, 7, 1), date(2026, 8, 31))
QUESTIONS: list[tuple[tuple[str, ...], date, date, dict[str, Any]]] = [
    ((), *YEAR, {}),
    (("person",), *YEAR, {"credits": "pay"}),
    ((), *YEAR, {"credits": "pay", "only": {"product": ("A",)}}),
    (("person",), *SUMMER, {"only": {"product": ("B", "A"), "region": ("NA",)}}),
    (("person", "month"), *SUMMER, {"credits": "pay", "only": {"item": ("x",)}}),
    (("region",), *SUMMER, {"only": {"customer": ("a", "b"), "category": ("y",), "region": ("east",)}}),
    ((), date(2026, 7, 9), date(2026, 8, 2), {"only": {"source": ("x",), "customer_kind": ("x", "y")}}),
    (("person",), date(2026, 6, 9), date(2026, 8, 30), {"only": {"source": ("x", "y")}, "person": "wu"}),
    (("week",), *SUMMER, {"only": {"customer_kind": ("x",)}}),
    (("month", "region", "product", "person"), date(2026, 7, 1), date(2026, 8, 31), {}),
    (("week", "region"), date(2026, 7, 1), date(2026, 8, 31), {}),
    (("person",), date(2026, 7, 10), date(2026, 8, 15), {"region": "east"}),
    (("product", "month"), date(2026, 1, 1), date(2026, 12, 31), {"person": "li"}),
    (("region",), date(2026, 7, 4), date(2026, 7, 31), {"product": "A"}),
]


def answers(root: Path, as_of: date) -> list[Totals]:
    with open_facts(book(root, policy("30"))) as facts:
        found: list[object] = []
        facts.check(found)  # type: ignore[arg-type]
        assert found == []
        facts.run(as_of)
        return [facts.totals(by, a, b, **typed(more)) for by, a, b, more in QUESTIONS]  # type: ignore[arg-type]


def typed(more: dict[str, Any]) -> dict[str, Any]:
    return more | ({"only": Only(**more["only"])} if "only" in more else {})


def without_zeros(totals: Totals) -> Totals:
    return {k: {m: v[m] for m in METRICS} for k, v in totals.items() if any(v.values())}


@settings(max_examples=60, deadline=None)
@given(ledger=ledgers(), as_of=days, seed=st.integers(0, 1000))
def test_cells_are_those_of_the_naive_reckoning_in_any_order_of_rows_and_files(
    ledger: dict[str, list[str]], as_of: date, seed: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = store(Path(folder) / "a", ledger)
        got = answers(root, as_of)
        oracle = Oracle(root, as_of, Fraction(3, 10))
        expected = [oracle.totals(by, a, b, **more) for by, a, b, more in QUESTIONS]
        assert [without_zeros(t) for t in got] == expected
        shuffled = {k: random.Random(seed).sample(v, len(v)) for k, v in ledger.items()}
        other = answers(store(Path(folder) / "b", shuffled, files=3), as_of)
        assert list(map(without_zeros, other)) == list(map(without_zeros, got))


@settings(max_examples=25, deadline=None)
@given(ledger=ledgers())
def test_each_cent_of_a_deal_is_credited_once(ledger: dict[str, list[str]]) -> None:
    as_of = date(2026, 12, 31)
    with tempfile.TemporaryDirectory() as folder:
        root = store(Path(folder), ledger)
        with open_facts(book(root, policy("30"))) as facts:
            facts.run(as_of)
            lines = facts.credits(None, date(2026, 1, 1), as_of)
            sold: dict[str, object] = {}
            for line in lines:
                if line.kind in ("owner", "split"):
                    sold[line.deal_id] = sold.get(line.deal_id, 0) + line.amount  # type: ignore[operator]
            amounts_of = {line.deal_id: line.deal_amount for line in lines}
            assert sold == {deal: amounts_of[deal] for deal in sold}
            oracle = Oracle(root, as_of, Fraction(3, 10))
            assert {line.deal_id: line.day for line in lines} == oracle.recognised


@settings(max_examples=60, deadline=None)
@given(ledger=ledgers(), moments=st.lists(days, min_size=2, max_size=3))
def test_an_earlier_day_is_seen_as_if_run_for_it(ledger: dict[str, list[str]], moments: list[date]) -> None:
    *earlier, latest = sorted(moments)
    with tempfile.TemporaryDirectory() as folder:
        root = store(Path(folder), ledger)
        with open_facts(book(root, policy("30"))) as facts:
            facts.run(latest)
            for day in (*earlier, latest):
                got = [
                    without_zeros(facts.totals(by, a, b, seen=day, **typed(more)))  # type: ignore[arg-type]
                    for by, a, b, more in QUESTIONS
                ]
                oracle = Oracle(root, day, Fraction(3, 10))
                assert got == [oracle.totals(by, a, b, **more) for by, a, b, more in QUESTIONS]


@settings(max_examples=40, deadline=None)
@given(ledger=ledgers(), as_of=days)
def test_cells_of_deals_counted_once_sum_to_the_team(ledger: dict[str, list[str]], as_of: date) -> None:
    cells = ("region", "product", "person", "customer", "item")
    with tempfile.TemporaryDirectory() as folder:
        root = store(Path(folder), ledger)
        with open_facts(book(root, policy("30"))) as facts:
            facts.run(as_of)
            team = facts.totals((), *SUMMER)[()]
            found = facts.totals(cells, *SUMMER, credits="once")  # type: ignore[arg-type]
            assert {m: sum(v[m] for v in found.values()) for m in team} == team
            one = facts.totals(cells, *SUMMER, credits="once", metrics={"sales_amount"})  # type: ignore[arg-type]
            sold = {k: v["sales_amount"] for k, v in found.items() if v["sales_amount"]}
            assert {k: v["sales_amount"] for k, v in one.items() if v["sales_amount"]} == sold
            buyers = facts.buyers(*SUMMER)
            assert {customer for _, _, _, customer, _ in sold} <= set(buyers)
            everything = facts.totals(("month", "customer"), *YEAR, metrics={"deals_won"})
            first = {c: min(m for m, other in everything if other == c) for _, c in everything}
            assert {c: f"{day:%Y-%m}" for c, day in buyers.items()} == {c: first[c] for c in buyers}
