"""Credit lines as columns: every line of every deal that counts, in one order, whatever the order of rows."""

from __future__ import annotations

import random
import tempfile
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measures_book import book, policy, write
from measures_ledgers import days, ledgers, store
from measures_oracle import Oracle, cents

from salescli.measures import open_facts
from salescli.measures.lines import LINE_COLUMNS
from salescli.model.fact import Only

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
JULY = (date(2026, 7, 1), date(2026, 7, 31))


def table(columns: Any) -> list[dict[str, Any]]:
    """Columns as rows of plain values."""
    size = len(columns["day"])
    assert all(len(values) == size for values in columns.values())
    plain = {name: values.tolist() for name, values in columns.items()}
    return [{name: values[i] for name, values in plain.items()} for i in range(size)]


def asked(root: Path, as_of: date, start: date, end: date, only: Only | None = None) -> list[dict[str, Any]]:
    with open_facts(book(root, policy("30"))) as facts:
        facts.run(as_of)
        return table(facts.lines(start, end, LINE_COLUMNS, only=only))


def naive(oracle: Oracle, start: date, end: date) -> list[dict[str, Any]]:
    """The same rows by plain loops."""
    found = []
    for key, day in oracle.recognised.items():
        deal = oracle.deals[key]
        if not start <= day <= end:
            continue
        amount, cost = cents(deal["amount"]), cents(deal["cost"])
        costs = {(p, k): part for p, k, part in oracle.parts_of(deal, cost)}
        quantity = int(deal["quantity"] or 0)
        units = {(p, k): part for p, k, part in oracle.parts_of(deal, quantity)}
        shares = {(p, k): part for p, k, part in oracle.parts_of(deal, 100_000_000)}
        for person, kind, part in oracle.parts_of(deal, amount):
            found.append(
                {
                    "day": day,
                    "deal_id": key,
                    "person": person,
                    "kind": kind,
                    "amount": part,
                    "cost": costs[person, kind],
                    "margin": part - costs[person, kind],
                    "quantity": units[person, kind],
                    "share": shares[person, kind],
                    "deal_amount": amount,
                    "deal_quantity": quantity,
                    "discount": int(Fraction(deal["discount"][:-1]) * 1_000_000) if deal["discount"] else -1,
                    "term_months": int(deal["term_months"] or -1),
                    **{
                        c: deal[c]
                        for c in (
                            *("region", "product", "customer", "customer_kind"),
                            *("category", "item", "source"),
                        )
                    },
                }
            )
    return sorted(found, key=lambda row: (row["day"], row["deal_id"], row["person"], row["kind"]))


@settings(max_examples=60, deadline=None)
@given(ledger=ledgers(), as_of=days, seed=st.integers(0, 1000))
def test_lines_are_those_of_the_naive_reckoning_in_any_order_of_rows(
    ledger: dict[str, list[str]], as_of: date, seed: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = store(Path(folder) / "a", ledger)
        oracle = Oracle(root, as_of, Fraction(3, 10))
        assert asked(root, as_of, *YEAR) == naive(oracle, *YEAR)
        shuffled = {k: random.Random(seed).sample(v, len(v)) for k, v in ledger.items()}
        other = store(Path(folder) / "b", shuffled, files=3)
        assert asked(other, as_of, *JULY) == naive(oracle, *JULY)
        only = Only(region=("east", "NA"), category=("x",), since=date(2026, 7, 4))
        chosen = [
            row
            for row in naive(oracle, *JULY)
            if row["region"] != "south" and row["category"] == "x" and row["day"] >= date(2026, 7, 4)
        ]
        assert asked(root, as_of, *JULY, only) == chosen


@settings(max_examples=40, deadline=None)
@given(ledger=ledgers(), as_of=days)
def test_lines_sum_to_the_totals_of_people(ledger: dict[str, list[str]], as_of: date) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = store(Path(folder), ledger)
        with open_facts(book(root, policy("30"))) as facts:
            facts.run(as_of)
            rows = table(facts.lines(*JULY, ("amount", "margin")))
            for use, other in (("attainment", "pay"), ("pay", "attainment")):
                totals = facts.totals(("person",), *JULY, credits=use)  # type: ignore[arg-type]
                for (person,), values in totals.items():
                    own = [r for r in rows if r["person"] == person and r["kind"] != other]
                    assert values["sales_amount"] == sum(r["amount"] for r in own)
                    assert values["gross_profit"] == sum(r["margin"] for r in own)


def test_lines_come_by_day_then_deal_then_person_then_kind(tmp_path: Path) -> None:
    write(
        tmp_path,
        deals="""
            D2,Acme,east,A,li,10.00,won,,2026-08-06,,,
            D10,Acme,east,A,zhang,10.00,won,,2026-08-06,,,
            D1,Acme,east,A,wu,10.00,won,,2026-08-07,,,
        """,
        credits="D10,wu,10%,pay\nD10,li,10%,pay\nD10,wu,10%,overlay\nD10,wu,10%,attainment",
    )
    with open_facts(book(tmp_path, policy("0"))) as facts:
        facts.run(date(2026, 12, 31))
        found = table(facts.lines(*YEAR))
    assert [(row["deal_id"], row["person"], row["kind"]) for row in found] == [
        ("D10", "li", "pay"),
        ("D10", "wu", "attainment"),
        ("D10", "wu", "overlay"),
        ("D10", "wu", "pay"),
        ("D10", "zhang", "owner"),
        ("D2", "li", "owner"),
        ("D1", "wu", "owner"),
    ]


def test_columns_are_what_is_asked_for_and_typed(tmp_path: Path) -> None:
    deal = "D1,Acme,east,A,zhang,1000.00,won,,2026-08-05,,,"
    write(tmp_path, deals=deal, credits="D1,li,10%,overlay", collections="R1,D1,2026-08-06,1000")
    with open_facts(book(tmp_path)) as facts:
        facts.run(date(2026, 12, 31))
        plain = facts.lines(*YEAR)
        assert sorted(plain) == ["amount", "day", "deal_id", "kind", "person"]
        more = facts.lines(*YEAR, ("source", "term_months", "deal_quantity", "source"))
        assert sorted(more) == ["day", "deal_id", "deal_quantity", "kind", "person", "source", "term_months"]
        nothing = facts.lines(date(2027, 1, 1), date(2027, 1, 31), LINE_COLUMNS)
        with pytest.raises(ValueError, match="note"):
            facts.lines(*YEAR, ("note",))
    assert plain["amount"].dtype == numpy.int64
    assert plain["amount"].tolist() == [10_000, 100_000]
    assert plain["person"].tolist() == ["li", "zhang"]
    assert plain["kind"].tolist() == ["overlay", "owner"]
    assert plain["day"].tolist() == [date(2026, 8, 6)] * 2
    assert str(plain["day"].dtype) == "datetime64[D]"
    assert (more["source"].tolist(), more["term_months"].tolist()) == (["", ""], [-1, -1])
    assert more["deal_quantity"].tolist() == [0, 0]
    assert {len(values) for values in nothing.values()} == {0}
    assert len(nothing) == len(LINE_COLUMNS) + 4
