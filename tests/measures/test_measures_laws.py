"""Laws: the SQL steps against a naive second implementation, and order that must not matter."""

from __future__ import annotations

import random
import tempfile
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from measures_book import HEADERS, book, policy
from measures_oracle import METRICS, Oracle, Totals

from salescli.measures import open_facts
from salescli.model.fact import Only

PEOPLE = ("li", "wu", "zhang")
EXTRA = ",customer_kind,category,item,source,quantity,discount,term_months"
START = date(2026, 6, 20)
ON_TOP = ("overlay", "attainment", "pay")
days = st.integers(0, 60).map(lambda n: START + timedelta(days=n))
amounts = st.one_of(st.integers(0, 12), st.integers(0, 10_000_000))


def money(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


@st.composite
def shares(draw: st.DrawFn) -> list[tuple[str, int]]:
    """People and millionths of one per cent, summing to 100 %."""
    who = draw(st.permutations(PEOPLE))[: draw(st.integers(1, 3))]
    step = draw(st.sampled_from([1, 10_000, 1_000_000, 25_000_000]))
    cuts = sorted(
        draw(st.lists(st.integers(0, 100_000_000 // step), min_size=len(who) - 1, max_size=len(who) - 1))
    )
    edges = [0, *(c * step for c in cuts), 100_000_000]
    return [(p, b - a) for p, a, b in zip(who, edges[:-1], edges[1:], strict=True)]


def percent(parts: int) -> str:
    return f"{parts // 1_000_000}.{parts % 1_000_000:06}%"


@st.composite
def extras(draw: st.DrawFn) -> str:
    """The optional columns of a deal."""
    words = [draw(st.sampled_from(["", "x", "y"])) for _ in range(4)]
    quantity, term = draw(st.sampled_from(["", "0", "7"])), draw(st.sampled_from(["", "12", "36"]))
    return f",{','.join(words)},{quantity},{draw(st.sampled_from(['', '0%', '12.5%']))},{term}"


@st.composite
def ledgers(draw: st.DrawFn) -> dict[str, list[str]]:
    deals, collections, credits, activities = [], [], [], []
    for i in range(draw(st.integers(0, 8))):
        status = draw(st.sampled_from(["won", "won", "won", "open", "lost", "cancelled"]))
        opened = draw(days)
        signed = opened + timedelta(days=draw(st.integers(0, 20)))
        cancelled = signed + timedelta(days=draw(st.integers(0, 40)))
        amount, cost = draw(amounts), draw(st.one_of(st.none(), amounts))
        deals.append(
            f"D{i},{draw(st.sampled_from('abc'))},{draw(st.sampled_from(['east', 'south', 'NA']))},"
            f"{draw(st.sampled_from('AB'))},{draw(st.sampled_from(PEOPLE))},{money(amount)},{status},{opened},"
            f"{signed if status in ('won', 'cancelled') else ''},"
            f"{signed if status == 'lost' or (status == 'won' and draw(st.booleans())) else ''},"
            f"{cancelled if status == 'cancelled' else ''},{'' if cost is None else money(cost)}"
            f"{draw(extras())}"
        )
        for _ in range(draw(st.integers(0, 4))):
            part = draw(st.one_of(st.just(amount * 3 // 10), st.just(amount // 2), amounts.map(lambda a: -a)))
            collections.append(f"R{len(collections)},D{i},{draw(days)},{money(part)}")
        if draw(st.booleans()):
            credits += [
                f"D{i},{p},{percent(s)},{draw(st.sampled_from(['', 'split']))}" for p, s in draw(shares())
            ]
        tops = st.sampled_from([f"D{i},{p},{{}},{k}" for p in PEOPLE for k in ON_TOP])
        for row in draw(st.lists(tops, max_size=3, unique=True)):
            credits.append(row.format(percent(draw(st.integers(0, 100_000_000)))))
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(["lead", "lead_converted", "follow_up", "visit"]))
        count = draw(st.integers(0, 9))
        of = draw(st.sampled_from(["", *(row.partition(",")[0] for row in deals)]))
        activities.append(f"{draw(days)},{draw(st.sampled_from(PEOPLE))},{kind},{count},east,A,,{of}")
    return {"deals": deals, "collections": collections, "credits": credits, "activities": activities}


def store(root: Path, ledger: dict[str, list[str]], files: int = 1) -> Path:
    for kind, lines in ledger.items():
        folder = root / "ledger" / kind
        folder.mkdir(parents=True)
        for n in range(files):
            header = HEADERS[kind] + (EXTRA if kind == "deals" else "")
            text = "\n".join([header, *lines[n::files]]) + "\n"
            (folder / f"{n}.csv").write_text(text, "utf-8")
    return root


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
