"""Laws of pay over random books and scales (SPEC I2, I6): sums, order, monotony, splitting, slices."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pay.sample import paid, pay_sales, tiers

from salescli.calc.pay.payouts import payouts
from salescli.findings import Finding, has_errors
from salescli.model.entry import Entry
from salescli.workflows.paying.reckon import reckon
from salescli.workflows.session import open_session

from .random_books import random_book, write

SEEDS = range(700_000, 700_006)


def entries_of(root: Path, period: str = "2026-Q1") -> list[Entry]:
    found: list[Finding] = []
    with open_session(root) as session:
        reckoned = reckon(session, session.period(period), found)
    assert not has_errors(found), [(f.code, f.message) for f in found]
    return [entry for one in reckoned for entry in one.entries()]


def told(entries: Sequence[Entry]) -> list[tuple[object, ...]]:
    return sorted((e.period, e.person, e.plan, e.component, e.kind, e.deal_id, e.amount) for e in entries)


@pytest.mark.parametrize("seed", SEEDS)
def test_entries_of_a_month_sum_to_what_is_payable_and_what_is_carried(seed: int, tmp_path: Path) -> None:
    random_book(tmp_path, random.Random(seed), 10)
    for month in ("2026-01", "2026-02", "2026-03"):
        entries = entries_of(tmp_path, month)
        assert entries
        for row in payouts(entries, 2):
            own = sum((e.amount for e in entries if e.person == row.person), Decimal(0))
            assert row.payable + row.carried == own
            assert row.payable >= 0 >= row.carried
            assert row.payable == 0 or row.carried == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_rows_and_the_cut_into_files_change_nothing(seed: int, tmp_path: Path) -> None:
    root, other = tmp_path / "one", tmp_path / "other"
    random_book(root, random.Random(seed), 10)
    random_book(other, random.Random(seed), 10)
    chance = random.Random(seed + 1)
    for kind in ("deals", "collections", "credits"):
        files = sorted((other / "ledger" / kind).glob("*.csv"))
        head = files[0].read_text(encoding="utf-8").splitlines()[0]
        rows = [line for f in files for line in f.read_text(encoding="utf-8").splitlines()[1:]]
        chance.shuffle(rows)
        for file in files:
            file.unlink()
        third = len(rows) // 3
        for name, part in (("z", rows[:third]), ("m", rows[third : third * 2]), ("a", rows[third * 2 :])):
            write(other / f"ledger/{kind}/{name}.csv", "\n".join([head, *part]) + "\n")
    for plan in (other / "policies/plans").glob("*.yaml"):
        plan.rename(plan.with_name(f"x{9 - int(plan.stem[4:])}.yaml"))
    assert told(entries_of(root)) == told(entries_of(other))


ORG = """\
regions: [{id: east}]
products: [{id: A}]
people:
  - {id: ann, role: rep, hired: 2025-01-01, assignments: [{from: 2025-01-01, region: east}]}
  - {id: bob, role: rep, hired: 2025-01-01, assignments: [{from: 2025-01-01, region: east}]}
"""
PERIOD_SHAPES = """\
plan: p
for: {role: [rep]}
components:
  whole: {shape: tiers, period: month, pays_on: sales_amount, mode: whole,
          measured_by: attainment(sales_amount),
          tiers: [{from: 0%, rate: 1%}, {from: 100%, rate: 2%, bonus: 50}]}
  marginal: {shape: tiers, period: quarter, pays_on: sales_amount, mode: marginal,
             tiers: [{from: 0, rate: 1.01%}, {from: 777.77, rate: 3.3%}, {from: 2000, rate: 5%}]}
  linear: {shape: tiers, period: month, pays_on: sales_amount, mode: interpolated,
           tiers: [{from: 0, rate: 0%}, {from: 3000, rate: 7%}]}
  flat: {shape: flat, period: month, pays_on: sales_amount, rate: 3.333%, cap: {amount: 60, over: carried},
         multipliers: [{measured_by: attainment(sales_amount), mode: whole,
                        tiers: [{from: 0%, factor: 90%}, {from: 80%, factor: 110%}]}]}
  card: {shape: scorecard, period: month, pays_on: 1000,
         goals: [{name: s, weight: 100%, measured_by: attainment(sales_amount), cap: 150%}]}
  year: {shape: tiers, period: month, to_date: year, pays_on: sales_amount, mode: whole,
         tiers: [{from: 0, rate: 1%}, {from: 1500, rate: 2%}]}
  first: {shape: ranking, period: quarter, rank_by: sales_amount, awards: [100.01, 50], ties: split}
  pool: {shape: pool, period: month, scope: plan, fund: 1% * team.sales_amount, share_by: sales_amount}
  draw: {shape: draw, period: month, kind: floor, recoverable: true, amount: 80}
"""
HEAD = "deal_id,customer,region,product,owner,amount,status,signed_on\n"
SALES = st.lists(
    st.tuples(
        st.sampled_from(("ann", "bob")),
        st.sampled_from(("2026-01-10", "2026-02-10", "2026-03-31")),
        st.integers(2, 300_000),
        st.integers(1, 299_999),
    ),
    min_size=1,
    max_size=8,
)


def small_book(root: Path, rows: Sequence[tuple[str, str, int]]) -> None:
    write(root / "salescli.yaml", "company: X\ncurrency: CNY\nlocale: en\n")
    write(root / "policies/metrics.yaml", "closed_deal: {signed: true}\n")
    write(root / "ledger/org.yaml", ORG)
    write(root / "policies/plans/p.yaml", PERIOD_SHAPES)
    targets = "period,metric,region,product,person,level,target\n" + "".join(
        f"2026-0{month},sales_amount,east,,{who},target,1000\n"
        for month in (1, 2, 3)
        for who in ("ann", "bob")
    )
    write(root / "ledger/targets/Q1.csv", targets)
    deals = "".join(
        f"D{n},c,east,A,{who},{cents // 100}.{cents % 100:02},won,{day}\n"
        for n, (who, day, cents) in enumerate(rows)
    )
    write(root / "ledger/deals.csv", HEAD + deals + "LAST,c,east,A,ann,0.01,won,2026-03-31\n")


@given(SALES)
@settings(max_examples=40, deadline=None)
def test_cutting_deals_in_two_changes_no_pay_of_a_period(sales: list[tuple[str, str, int, int]]) -> None:
    whole = [(who, day, cents) for who, day, cents, _ in sales]
    cut = [(who, day, min(first, cents - 1)) for who, day, cents, first in sales]
    rest = [(who, day, cents - min(first, cents - 1)) for who, day, cents, first in sales]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        small_book(Path(one), whole)
        small_book(Path(other), [*rest, *cut])
        assert told(entries_of(Path(one))) == told(entries_of(Path(other)))


RISING = st.lists(st.integers(0, 400), min_size=1, max_size=5, unique=True).map(sorted)
"""Tenths of a percent, rising."""


@given(
    RISING,
    st.sampled_from(("whole", "marginal", "interpolated")),
    st.integers(1, 10**9),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
)
@settings(max_examples=400, deadline=None)
def test_more_credit_never_pays_less_where_rates_rise(
    rates: list[int], mode: str, target: int, one: int, more: int
) -> None:
    rows = [(f"{at * 37}%", f"{rate / 10:.1f}%") for at, rate in enumerate(rates)]
    rule = tiers(*rows, mode=mode)

    def pay(cents: int) -> Decimal:
        return paid(pay_sales(rule, f"{cents // 100}.{cents % 100:02}", str(target)))

    assert pay(one) <= pay(one + more)


@given(RISING, st.integers(1, 10**9), st.integers(0, 10**10))
@settings(max_examples=400, deadline=None)
def test_slices_sum_to_what_is_paid_on(rates: list[int], target: int, cents: int) -> None:
    rows = [(f"{at * 37}%", f"{rate / 10:.1f}%") for at, rate in enumerate(rates)]
    outcome = pay_sales(tiers(*rows, mode="marginal"), f"{cents // 100}.{cents % 100:02}", str(target))
    slices = [step for step in outcome.steps if step.step == "slice"]
    assert sum((Fraction(s.base or 0) for s in slices), Fraction(0)) == Fraction(cents, 100)
    shown = sum((Decimal(s.amount or 0) for s in slices), Decimal(0))
    assert shown == sum((e.amount for e in outcome.entries), Decimal(0))
