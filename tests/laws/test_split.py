"""Laws of splitting: parts sum to the whole on every random tree, in every direction (SPEC T3–T8).

Each hypothesis example is a whole target file with its org; trees (one per metric and level) are counted,
and the suite fails if it saw fewer than 20,000.
"""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from salescli.calc.split import Split, resolve
from salescli.calc.split.matrix import fitted, proportional, rounded
from salescli.findings import has_errors
from salescli.model.exact import apportion
from salescli.model.metric import ClosedDeal, Lights, Policy, built_in_metrics
from salescli.model.org import Assignment, Named, Org, Person
from salescli.model.period import Period
from salescli.model.target import Cut, Matrix, TargetFile

POLICY = Policy(closed_deal=ClosedDeal(), metrics=built_in_metrics(), lights={"default": Lights()})
LEVELS = {"target": Fraction(1), "stretch": Fraction(11, 10), "challenge": Fraction(5, 4)}
TREES = {"seen": 0}


class Past:
    """Invented history: fixed numbers by key, zeros among them."""

    def __init__(
        self, chance: random.Random, regions: list[str], products: list[str], people: list[str]
    ) -> None:
        self.known: dict[str, list[str]] = {"region": regions, "product": products, "person": people}
        self.size = {key: chance.choice([0, 1, 7, 10**9, chance.randint(0, 10**7)]) for key in self.keys()}

    def keys(self) -> list[str]:
        return [one for ids in self.known.values() for one in ids]

    def sales(self, period: Period, by: tuple[str, ...]) -> Mapping[tuple[str, ...], int]:
        if by == ("month",):
            return {(month.text,): index * 13 % 7 for index, month in enumerate(period.months())}
        axes = [self.known[axis] for axis in by]
        return {key: sum(self.size[one] for one in key) for key in itertools.product(*axes)}


def make(seed: int) -> tuple[TargetFile, Org, Past]:
    """A random target file with everything SPEC T asks for."""
    chance = random.Random(seed)
    period = Period.parse(chance.choice(["2026-Q3", "2026-Q1", "2026-08", "2026-H2", "2026", "2026-W33"]))
    regions = [f"r{i}" for i in range(chance.randint(1, 4))]
    products = [f"p{i}" for i in range(chance.randint(1, 4))]
    people = {f"s{i}": person(chance, f"s{i}", regions, period) for i in range(chance.randint(1, 7))}
    org = Org(
        regions={r: Named(id=r, name=r) for r in regions},
        products={p: Named(id=p, name=p) for p in products},
        people=people,
    )
    unit = chance.choice([Decimal("0.01"), Decimal(1), Decimal(1000)])
    total = unit * chance.choice([0, 1, 2, 3, 7, 100, chance.randint(0, 10**6), 10**9 + 7])
    count = Decimal(chance.randint(0, 40))
    by_region = cut(chance, regions, total) if chance.random() < 0.8 else None
    scopes = regions if by_region else [""]
    file = TargetFile(
        period=period,
        total={"sales_amount": total, "new_customers": count, "collection_rate": Fraction(9, 10)},
        unit={"sales_amount": unit},
        levels=LEVELS,
        months=months(chance, period),
        region=by_region,
        product=cut(chance, products, total) if chance.random() < 0.7 else None,
        matrix=Matrix(fit=chance.choice(["proportional", "history"])),
        person={
            scope: person_cut(chance, assigned(people, scope, period), total)
            for scope in scopes
            if chance.random() < 0.8 and assigned(people, scope, period)
        },
        over_assignment=Fraction(chance.choice([0, 5, 1000]), 100),
    )
    return file, org, Past(chance, regions, products, list(people))


def assigned(people: Mapping[str, Person], region: str, period: Period) -> list[str]:
    """Who may be named in a region's cut: everybody assigned to it on some day of the period."""
    found = []
    for one in people.values():
        for at in one.assignments:
            start = max(at.since, one.hired, period.start)
            end = min(at.until or period.end, one.left or period.end, period.end)
            if region in ("", at.region) and start <= end and one.id not in found:
                found.append(one.id)
    return found


def person(chance: random.Random, name: str, regions: list[str], period: Period) -> Person:
    hired = period.start - timedelta(days=chance.choice([0, 10, 400, -20]))
    left = period.end - timedelta(days=chance.randint(0, 60)) if chance.random() < 0.2 else None
    left = None if left and left < hired else left
    first = Assignment(since=hired, until=left, region=chance.choice(regions))
    moves = (first,)
    if chance.random() < 0.3:
        day = period.start + timedelta(days=chance.randint(1, max(1, period.days() - 1)))
        if hired < day and (left is None or day <= left):
            there = chance.choice(regions)
            moves = (
                Assignment(since=hired, until=day - timedelta(days=1), region=first.region),
                Assignment(since=day, until=left, region=there),
            )
    return Person(id=name, name=name, role=chance.choice("ab"), hired=hired, left=left, assignments=moves)


def weight(chance: random.Random) -> Fraction:
    return Fraction(
        chance.choice([0, 1, 1, 2, 3, 10**12, chance.randint(0, 100)]), chance.choice([1, 3, 7, 10**9])
    )


def cut(chance: random.Random, ids: list[str], total: Decimal) -> Cut:
    by = chance.choice(["shares", "equal", "capacity", "history", "amounts"])
    if by == "shares":
        parts = apportion(1000, [chance.randint(0, 9) + (i == 0) for i in range(len(ids))])
        return Cut(by="shares", shares={one: Fraction(p, 1000) for one, p in zip(ids, parts, strict=True)})
    if by == "amounts":
        part = (total / (len(ids) * chance.choice([1, 1, 2]))).quantize(Decimal(1))
        return Cut(by="amounts", amounts={"sales_amount": dict.fromkeys(ids, part)})
    if by == "capacity":
        return Cut(by="capacity", capacity={one: weight(chance) for one in ids})
    return Cut(by=by)  # type: ignore[arg-type]


def person_cut(chance: random.Random, ids: list[str], total: Decimal) -> Cut:
    common = {
        "ramp": tuple(Fraction(n, 4) for n in range(1, chance.randint(1, 4))),
        "prorate": chance.random() < 0.7,
        "role_factors": {"a": Fraction(chance.choice([1, 2, 3]), 2)} if chance.random() < 0.3 else {},
    }
    if chance.random() < 0.3:
        half = Fraction(1, 2)
        scores = {one: Fraction(chance.randint(0, 5)) for one in ids}
        return Cut(by="blend", blend={"history": half, "ability": half}, ability=scores, **common)  # type: ignore[arg-type]
    chosen = cut(chance, ids, total)
    return Cut(by=chosen.by, shares=chosen.shares, amounts=chosen.amounts, capacity=chosen.capacity, **common)  # type: ignore[arg-type]


def months(chance: random.Random, period: Period) -> Cut | None:
    names = [month.text for month in period.months()]
    if chance.random() < 0.2 or not names:
        return None
    if chance.random() < 0.4:
        parts = apportion(100, [chance.randint(0, 5) + (i == 0) for i in range(len(names))])
        return Cut(by="shares", shares={m: Fraction(p, 100) for m, p in zip(names, parts, strict=True)})
    return Cut(by=chance.choice(["equal", "history"]))


Key = tuple[str, str, str | None, str | None, str | None, str]


def check(file: TargetFile, result: Split) -> None:
    """Every sum there is."""
    value: dict[Key, Decimal] = {}
    for row in result.rows:
        key = (row.metric, row.level, row.region, row.product, row.person, row.period)
        assert key not in value
        value[key] = Decimal(str(row.target)) if not isinstance(row.target, Fraction) else Decimal(0)
    gap: dict[tuple[str, str, str | None, str, str], Decimal] = defaultdict(Decimal)
    for one in result.gaps:
        gap[one.metric, one.level, one.region, one.among, one.period] = one.amount
    for metric, level in itertools.product(("sales_amount", "new_customers"), LEVELS):
        TREES["seen"] += not has_errors(result.findings)
        check_tree(file, metric, level, value, gap)


def check_tree(
    file: TargetFile,
    metric: str,
    level: str,
    value: Mapping[Key, Decimal],
    gap: Mapping[tuple[str, str, str | None, str, str], Decimal],
) -> None:
    nodes = {k[2:5]: None for k in value if k[:2] == (metric, level)}
    periods = list(dict.fromkeys(k[5] for k in value if k[:2] == (metric, level)))
    whole = file.period.text
    inner = [text for text in periods if text != whole]

    def at(node: tuple[str | None, str | None, str | None], text: str) -> Decimal:
        return value[(metric, level, *node, text)]

    unit = file.unit.get(metric, Decimal(1))
    for node, text in itertools.product(nodes, periods):
        assert at(node, text) % unit == 0
    for node in nodes:
        if inner:
            assert sum(at(node, text) for text in inner) == at(node, whole)
    for text in periods:
        team = at((None, None, None), text)
        regions = [n for n in nodes if n[0] and not n[1] and not n[2]]
        products = [n for n in nodes if n[1] and not n[0]]
        cells = [n for n in nodes if n[0] and n[1]]
        if regions:
            assert sum(at(n, text) for n in regions) + gap[metric, level, None, "region", text] == team
        if products:
            assert sum(at(n, text) for n in products) + gap[metric, level, None, "product", text] == team
        no_gaps = not any(g[0] == metric and g[2] is None and gap[g] for g in list(gap))
        if cells and no_gaps:
            for region in regions:
                assert sum(at(n, text) for n in cells if n[0] == region[0]) == at(region, text)
            for product in products:
                assert sum(at(n, text) for n in cells if n[1] == product[1]) == at(product, text)
        for scope in file.person:
            parent = (scope or None, None, None)
            if parent in nodes:
                people = [n for n in nodes if n[2] and n[0] == (scope or None)]
                missing = gap[metric, level, scope or None, "person", text]
                assert sum(at(n, text) for n in people) + missing == at(parent, text)


def test_parts_sum_to_the_whole_on_20000_random_trees() -> None:
    TREES["seen"] = 0
    sums_hold()
    assert TREES["seen"] >= 20_000


@settings(max_examples=350, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(st.integers(0, 10**9))
def sums_hold(seed: int) -> None:
    for offset in range(12):
        file, org, past = make(seed * 1000 + offset)
        result = resolve(file, org, POLICY, past, 2)
        check(file, result)
        if offset == 0:
            shuffled = Org(
                regions=org.regions, products=org.products, people=dict(reversed(list(org.people.items())))
            )
            assert resolve(file, shuffled, POLICY, past, 2) == result


MARGINS = st.lists(st.integers(0, 9), min_size=1, max_size=4)


@settings(max_examples=500, deadline=None)
@given(MARGINS, MARGINS)
def test_a_rounded_matrix_holds_both_margins_and_stays_within_one(
    rows: list[int], weights: list[int]
) -> None:
    columns = apportion(sum(rows), [w or 1 for w in weights])
    ideal = proportional(rows, columns)
    found = rounded(ideal, rows, columns)
    assert found is not None
    assert [sum(line) for line in found] == rows
    assert [sum(column) for column in zip(*found, strict=True)] == columns
    for line, wanted in zip(found, ideal, strict=True):
        for cell, exact in zip(line, wanted, strict=True):
            assert abs(cell - exact) < 1


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3), min_size=2, max_size=4),
    st.integers(0, 999),
)
@example([[22, 0, 1], [0, 8, 20]], 0)
def test_fitting_keeps_zeros_and_reaches_margins_that_can_be_reached(
    weights: list[list[int]], seed: int
) -> None:
    chance = random.Random(seed)
    hidden = [[w * chance.randint(1, 9) for w in line] for line in weights]
    rows = [sum(line) for line in hidden]
    columns = [sum(column) for column in zip(*hidden, strict=True)]
    found = fitted([[Fraction(w) for w in line] for line in weights], rows, columns)
    assert found is not None, "the hidden matrix shows that the margins can be reached"
    whole = rounded(found, rows, columns)
    assert whole is not None
    assert [sum(line) for line in whole] == rows
    assert [sum(column) for column in zip(*whole, strict=True)] == columns
    for line, zeros in zip(whole, weights, strict=True):
        assert all(cell == 0 for cell, weight_ in zip(line, zeros, strict=True) if weight_ == 0)


def test_margins_that_zeros_forbid_are_not_fitted() -> None:
    weights = [[Fraction(1), Fraction(0)], [Fraction(0), Fraction(1)]]
    assert fitted(weights, [3, 1], [1, 3]) is None
    assert fitted([[Fraction(0)]], [1], [1]) is None


@pytest.mark.parametrize(("given_out", "allowed", "wrong"), [(90, 0, False), (105, 0, True), (105, 5, False)])
def test_t5_over_assignment_must_be_stated(given_out: int, allowed: int, wrong: bool) -> None:
    hired = date(2024, 1, 1)
    at = Assignment(since=hired, until=None, region="r")
    one = Person(id="s", name="s", role="a", hired=hired, assignments=(at,))
    org = Org(regions={"r": Named(id="r", name="r")}, products={}, people={"s": one})
    file = TargetFile(
        period=Period.parse("2026-Q3"),
        total={"sales_amount": Decimal(100)},
        region=Cut(by="equal"),
        person={"r": Cut(by="amounts", amounts={"sales_amount": {"s": Decimal(given_out)}})},
        over_assignment=Fraction(allowed, 100),
    )
    result = resolve(file, org, POLICY, Past(random.Random(1), ["r"], [], ["s"]), 2)
    assert has_errors(result.findings) is wrong
    assert [f.code for f in result.findings] == (["T102"] if wrong else [])
    (shown,) = result.gaps
    assert shown.amount == 100 - given_out
