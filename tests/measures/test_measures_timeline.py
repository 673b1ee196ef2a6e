"""Laws of the timeline: from any earlier day it says what running the steps on that day says (SPEC A7)."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measures_book import book, policy, write
from measures_ledgers import days, ledgers, store

from salescli.calc.forecast.series import Series
from salescli.measures import Facts, open_facts
from salescli.model.metric import Base, Metric, Policy

FIRST = date(2026, 1, 1)
LEVELS = (None, "region", "product", "person")


def declared() -> dict[str, Metric]:
    """A metric of each moment and source beyond the built-in ones."""
    moments = {"signed": "amount", "closed": None, "opened": "amount", "lost": None, "cancelled": "amount"}
    found = {
        f"all_{of}": Base(source="deals", column=column, of=of)  # type: ignore[arg-type]
        for of, column in moments.items()
    }
    found["receipts"] = Base(source="collections", column=None, of="received")
    found["of_a"] = Base(source="deals", column="amount", of="recognised", where={"customer": ("a",)})
    return {key: Metric(id=key, name=key, unit="count", base=base) for key, base in found.items()}


def rules(collected: str, signed: bool) -> Policy:
    return policy(collected, signed=signed, metrics=declared())


def by_timeline(facts: Facts, metric: Base, level: str | None, start: date, seen: date) -> dict[str, int]:
    words = facts.node_words(level) if level else []
    series = Series(facts.timeline(metric, level, FIRST), len(words))
    found = series.total(start.toordinal(), seen.toordinal(), seen.toordinal())
    return {w: int(v) for w, v in zip([*words, "*"], found, strict=True) if v and (level is None or w != "*")}


def by_steps(facts: Facts, metric: str, level: str | None, start: date, seen: date) -> dict[str, int]:
    by = (level,) if level else ()
    totals = facts.totals(by, start, seen)  # type: ignore[arg-type]
    return {(key[0] if key else "*"): v[metric] for key, v in totals.items() if v[metric] and key != ("",)}


@settings(max_examples=60, deadline=None)
@given(
    ledger=ledgers(),
    as_of=days,
    back=st.integers(0, 90),
    length=st.integers(0, 80),
    collected=st.sampled_from(["30", "0"]),
    signed=st.booleans(),
)
def test_any_day_before_sees_what_the_steps_see_from_it(
    ledger: dict[str, list[str]], as_of: date, back: int, length: int, collected: str, signed: bool
) -> None:
    seen = as_of - timedelta(days=back)
    start = max(FIRST, seen - timedelta(days=length))
    with tempfile.TemporaryDirectory() as folder:
        root = store(Path(folder), ledger)
        chosen = rules(collected, signed)
        with open_facts(book(root, chosen)) as facts:
            facts.run(as_of)
            bases = {key: m.base for key, m in chosen.metrics.items() if m.base is not None}
            got = {
                (key, level): by_timeline(facts, base, level, start, seen)
                for key, base in bases.items()
                for level in LEVELS
            }
            facts.run(seen)
            for (key, level), found in got.items():
                assert found == by_steps(facts, key, level, start, seen), (key, level)


def test_the_first_customer_is_another_deal_once_the_first_is_cancelled(tmp_path: Path) -> None:
    write(
        tmp_path,
        deals="""
        D1,a,east,A,li,100,cancelled,,2026-07-01,2026-07-01,2026-07-20,
        D2,a,south,B,wu,100,won,,2026-07-10,2026-07-10,,
        """,
    )
    chosen = policy("0")
    base = chosen.metrics["new_customers"].base
    assert base is not None
    with open_facts(book(tmp_path, chosen)) as facts:
        facts.run(date(2026, 7, 31))
        seen = [by_timeline(facts, base, "person", FIRST, date(2026, 7, day)) for day in (5, 15, 25)]
    assert seen == [{"li": 1}, {"li": 1}, {"wu": 1}]


def test_the_course_of_a_deal_stops_at_the_day_looked_from(tmp_path: Path) -> None:
    write(
        tmp_path,
        deals="""
        D1,a,east,A,li,100,won,2026-06-01,2026-06-20,2026-06-20,,
        D2,b,east,A,li,200,won,2026-06-01,2026-07-20,2026-07-20,,
        D3,c,east,A,li,300,lost,2026-06-01,,2026-06-25,,
        D4,d,east,A,li,400,lost,2026-06-01,,2026-07-25,,
        D5,e,east,A,li,500,cancelled,2026-06-01,2026-06-10,2026-06-10,2026-06-30,
        D6,f,east,A,li,600,open,2026-07-05,,,,
        """,
        collections="R1,D1,2026-06-28,30\nR2,D2,2026-07-30,200",
    )
    chosen = policy("30")
    base = chosen.metrics["sales_amount"].base
    assert base is not None
    with open_facts(book(tmp_path, chosen)) as facts:
        facts.run(date(2026, 7, 1))
        found = facts.courses(base, "person")
    assert found is not None
    never = 10_000_000
    told = {
        int(value): tuple(
            "" if day == never else date.fromordinal(int(day)).isoformat()[5:]
            for day in (found[key][i] for key in ("opened", "agreed", "event", "gone"))
        )
        for i, value in enumerate(found["value"])
    }
    assert told == {
        10000: ("06-01", "06-20", "06-28", ""),
        20000: ("06-01", "", "", ""),
        30000: ("06-01", "", "", "06-25"),
        40000: ("06-01", "", "", ""),
        50000: ("06-01", "06-10", "", "06-30"),
    }
    assert found["curve"].all()


def test_shares_have_courses_of_their_own_beside_that_of_the_deal(tmp_path: Path) -> None:
    write(
        tmp_path,
        deals="D1,a,east,A,li,100,open,2026-06-01,,,,\nD2,a,east,A,li,50,open,2026-06-01,,,,",
        credits="D1,li,60%,split\nD1,wu,40%,split\nD1,zhang,10%,overlay",
    )
    base = policy().metrics["sales_amount"].base
    assert base is not None
    with open_facts(book(tmp_path)) as facts:
        facts.run(date(2026, 7, 1))
        found, words = facts.courses(base, "person"), facts.node_words("person")
    assert found is not None
    rows = sorted(zip(found["node"].tolist(), found["value"].tolist(), found["curve"].tolist(), strict=True))
    named = [(words[node] if node >= 0 else "", value, curve) for node, value, curve in rows]
    assert named == [
        ("", 10000, True),
        ("li", 5000, True),
        ("li", 6000, False),
        ("wu", 4000, False),
        ("zhang", 1000, False),
    ]


@pytest.mark.parametrize("metric", ["collected_amount", "new_customers", "lead"])
def test_only_deals_have_a_course(tmp_path: Path, metric: str) -> None:
    write(tmp_path, deals="D1,a,east,A,li,100,open,2026-06-01,,,,")
    base = policy().metrics[metric].base
    assert base is not None
    with open_facts(book(tmp_path)) as facts:
        facts.run(date(2026, 7, 1))
        assert facts.courses(base, None) is None
        assert np.array_equal(facts.timeline(base, None, FIRST)["value"], [])
