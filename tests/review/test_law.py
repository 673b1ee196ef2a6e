"""Reviews of random small books say what adding up the deals by hand says (SPEC R1)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from track_books import MONTH, Seller, make_book, salescli

_BOOK = count()
DAYS = st.dates(date(2026, 7, 1), date(2026, 8, 31))
AMOUNTS = st.integers(1, 10**8).map(lambda cents: f"{Decimal(cents) / 100:.2f}")
DEALS = st.lists(st.tuples(DAYS.map(date.isoformat), AMOUNTS), max_size=4).map(tuple)


@st.composite
def sellers(draw: st.DrawFn) -> list[Seller]:
    regions, products = ("east", "south", "north"), ("A", "B", "C")
    return [
        Seller(
            f"p{i}",
            f"P{i}",
            draw(st.sampled_from(regions)),
            draw(st.sampled_from(products)),
            draw(st.none() | st.sampled_from(["0", "1000"]) | AMOUNTS),
            draw(DEALS),
        )
        for i in range(draw(st.integers(1, 4)))
    ]


def number(text: str) -> Fraction:
    return Fraction(text.replace(",", "").replace("−", "-").replace("+", ""))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=sellers(), team=st.none() | st.just("0") | AMOUNTS)
def test_headline_and_problems_of_random_books(
    people: list[Seller], team: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The month is held over by a deal of its last day, so that lights hold against whole targets."""
    people = [*people, Seller("last", "Last", "east", "A", None, (("2026-08-31", "1.00"),))]
    more = "" if team is None else f"{MONTH},sales_amount,,,,target,{team}\n"
    root = make_book(tmp_path / str(next(_BOOK)), people, more=more)
    done = salescli(capsys, root, "review", "monthly", MONTH, "--lang", "en")
    assert done.code == 0, done.err
    sold = {
        month: {
            one.id: sum((Fraction(a) for d, a in one.deals if d.startswith(month)), Fraction(0))
            for one in people
        }
        for month in ("2026-07", MONTH)
    }
    now, before = (sum(sold[month].values(), Fraction(0)) for month in (MONTH, "2026-07"))
    head = done.out.split("\n\n")[2]
    _reached(head, now, None if team is None else Fraction(team))
    _moved(head, now, before, min(d for one in people for d, _ in one.deals))
    targets = {one.id: Fraction(one.target) for one in people if one.target and Fraction(one.target)}
    red = {
        one.name: targets[one.id] - sold[MONTH][one.id]
        for one in people
        if one.id in targets and sold[MONTH][one.id] / targets[one.id] < Fraction(8, 10)
    }
    listed = re.findall(r"^- (P\d|Last): Sales at .* of the target, (\S+) short", done.out, re.MULTILINE)
    assert {name for name, _ in listed} == set(red)
    for name, gap in listed:
        assert abs(number(gap) - red[name]) <= Fraction(1, 2)
    if targets:
        lights = re.search(r"(?:person with a target is (\w+)|: (\d+) green, \d+ yellow, (\d+) red)\.", head)
        assert lights
        assert len(red) == (int(lights[3]) if lights[3] else lights[1] == "red")


def _reached(head: str, now: Fraction, target: Fraction | None) -> None:
    first = head.split("\n")[0]
    if target is None:
        assert first.endswith("; there is no target.")
    elif not target:
        assert first.endswith("; the target is zero.")
    elif now == target:
        assert first.endswith("exactly the target.")
    else:
        said = re.fullmatch(
            r"- Sales are (\S+) of (\S+): ([\d.,]+)%, (\S+) (short|above the target)\.", first
        )
        assert said, first
        assert abs(number(said[1]) - now) <= Fraction(1, 2)
        assert abs(number(said[3]) - now / target * 100) <= Fraction(1, 20)
        assert (said[5] == "short") == (now < target)
        assert abs(number(said[4]) - abs(now - target)) <= Fraction(1, 2)


def _moved(head: str, now: Fraction, before: Fraction, first: str) -> None:
    line = next(line for line in head.split("\n") if "last month" in line)
    if first >= MONTH:
        assert line == f"- There is no comparison with last month: no facts before {first}."
    elif not before:
        assert line == "- There were no sales last month."
    elif now == before:
        assert line == "- Sales are the same as last month."
    elif "almost" in line:
        assert abs(now - before) / before < Fraction(1, 1000)
    else:
        said = re.fullmatch(r"- Sales (grew|fell) by ([\d.,]+)% \((\S+)\) against last month\.", line)
        assert said, line
        assert (said[1] == "grew") == (now > before)
        assert abs(number(said[2]) - abs(now - before) / before * 100) <= Fraction(1, 20)
        assert abs(number(said[3]) - (now - before)) <= Fraction(1, 2)
