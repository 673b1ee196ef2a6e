"""The tree of one metric at one level, in whole steps of its unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from salescli.calc.split.matrix import fitted, proportional, rounded
from salescli.calc.split.weights import (
    Past,
    Weights,
    candidates,
    node_weights,
    person_weights,
    presence,
)
from salescli.findings import finding
from salescli.model.exact import apportion
from salescli.model.org import Org, Person
from salescli.model.period import Period
from salescli.model.target import Cut, TargetFile

# What of a margin belongs to no part has a line of its own, which is never shown.
_REST = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Whose target; None means "all"."""

    region: str | None = None
    product: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Values:
    """Steps of the whole period and of each of its months (none if the file does not spread)."""

    whole: int
    months: tuple[int, ...] = ()

    def plus(self, other: Values) -> Values:
        """Both added up."""
        return Values(
            self.whole + other.whole, tuple(a + b for a, b in zip(self.months, other.months, strict=True))
        )

    def minus(self, other: Values) -> Values:
        """The difference."""
        return Values(
            self.whole - other.whole, tuple(a - b for a, b in zip(self.months, other.months, strict=True))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Every node's values, and the gaps by (region or None, what it is cut among)."""

    period: Period
    months: tuple[Period, ...]
    values: Mapping[Node, Values]
    gaps: Mapping[tuple[str | None, str], Values] = field(default_factory=dict)


class Cutter:
    """Cuts wholes by the weights of one file; weights are reckoned once, for every metric and level."""

    def __init__(self, file: TargetFile, org: Org, past: Past) -> None:
        self.file = file
        self.org = org
        self.past = past
        months = file.period.months() if file.months is not None else ()
        self.months = months if len(months) > 1 else ()
        self.month_weights = self._month_weights()
        self._weights: dict[str, Weights] = {}
        self._people: dict[str, list[Person]] = {}

    # -- the whole tree ------------------------------------------------------------------------------

    def tree(
        self, metric: str, whole: int, factor: Fraction, step: Decimal, base: Tree | None = None
    ) -> Tree:
        """Cut `whole` steps of a metric; fixed amounts are scaled by the level's `factor`.

        `base` is the tree at 100 %: amounts that use up their whole there use it up at every level.
        """
        amounts = _Amounts(metric, factor, step, base)
        team = Values(whole, tuple(apportion(whole, self.month_weights)) if self.months else ())
        values = {Node(): team}
        gaps: dict[tuple[str | None, str], Values] = {}
        regions = self._parts(self.file.region, "region", list(self.org.regions), team, amounts)
        by_region = self._months_of(regions, team)
        values |= {Node(region=r): v for r, v in by_region.items() if r != _REST}
        self._products(by_region, team, amounts, values)
        for region, cut in self.file.person.items():
            parent = by_region.get(region) if region else team
            if parent is not None:
                self._persons(cut, region, parent, amounts, values, gaps)
        for among in ("region", "product"):
            parts = [v for n, v in values.items() if _is_part(n, among)]
            if parts:
                gaps[None, among] = team.minus(self._sum(parts))
        gaps = {key: v for key, v in gaps.items() if v.whole or any(v.months)}
        return Tree(period=self.file.period, months=self.months, values=values, gaps=gaps)

    def _parts(
        self,
        cut: Cut | None,
        among: str,
        ids: list[str],
        team: Values,
        amounts: _Amounts,
    ) -> dict[str, int]:
        """Steps of each part, and of the rest (`_REST`) where fixed amounts leave one."""
        if cut is None:
            return {}
        named = [one for one in ids if one in _mentioned(cut)] if _mentioned(cut) else ids
        if cut.by == "amounts" and amounts.metric in cut.amounts:
            parts = dict(zip(named, amounts.steps(cut, named, Node(), team.whole), strict=True))
        else:
            weights = self._node_weights(cut, named, among)
            if not any(weights.values()):
                return {}
            parts = dict(zip(named, apportion(team.whole, [weights[one] for one in named]), strict=True))
        rest = team.whole - sum(parts.values())
        return parts | ({_REST: rest} if rest > 0 else {})

    def _sum(self, values: Sequence[Values]) -> Values:
        """All added up."""
        total = Values(0, (0,) * len(self.months))
        for value in values:
            total = total.plus(value)
        return total

    def _months_of(self, parts: Mapping[str, int], team: Values) -> dict[str, Values]:
        """Months of parts: rows sum to the parts, columns to the team's months (to their share if over)."""
        return dict(zip(parts, self._spread(list(parts.values()), team), strict=True))

    def _spread(self, rows: Sequence[int], parent: Values) -> list[Values]:
        """Spread rows over the months in the parent's proportions, both margins exact."""
        if not self.months:
            return [Values(row) for row in rows]
        columns = list(parent.months)
        if sum(rows) != parent.whole:
            columns = apportion(sum(rows), self._proportions(parent))
        found = rounded(proportional(rows, columns), rows, columns)
        assert found is not None, "a proportional matrix has its margins"
        return [Values(row, tuple(line)) for row, line in zip(rows, found, strict=True)]

    def _proportions(self, parent: Values) -> list[Fraction]:
        return [Fraction(m) for m in parent.months] if any(parent.months) else self.month_weights

    # -- product lines and cells ---------------------------------------------------------------------

    def _products(
        self,
        by_region: Mapping[str, Values],
        team: Values,
        amounts: _Amounts,
        values: dict[Node, Values],
    ) -> None:
        """Product lines; where there are regions too, the cells of both, months adding up both ways."""
        products = self._parts(self.file.product, "product", list(self.org.products), team, amounts)
        if not products:
            return
        if not by_region:
            spread = self._months_of(products, team)
            values |= {Node(product=p): v for p, v in spread.items() if p != _REST}
            return
        regions = dict(by_region)
        _level(regions, products, self.month_weights)
        ideal = self._ideal(regions, products)
        rows, columns = [v.whole for v in regions.values()], list(products.values())
        cells = rounded(ideal, rows, columns)
        if cells is None:
            cells = rounded(proportional(rows, columns), rows, columns)
        assert cells is not None, "a proportional matrix has its margins"
        totals: dict[str, Values] = {p: Values(0, (0,) * len(self.months)) for p in products}
        for (region, parent), line in zip(regions.items(), cells, strict=True):
            for product, cell in zip(products, self._spread(line, parent), strict=True):
                totals[product] = totals[product].plus(cell)
                if region != _REST and product != _REST:
                    values[Node(region=region, product=product)] = cell
        values |= {Node(product=p): v for p, v in totals.items() if p != _REST}

    def _ideal(self, regions: Mapping[str, Values], products: Mapping[str, int]) -> list[list[Fraction]]:
        """Cells before rounding: proportional, or past sales fitted to both margins (SPEC T3)."""
        rows, columns = [v.whole for v in regions.values()], list(products.values())
        matrix = self.file.matrix
        if matrix is None or matrix.fit == "proportional":
            return proportional(rows, columns)
        known: dict[tuple[str, ...], int] = {}
        for period in self.past.periods(matrix.history_from, matrix.history_last):
            for key, amount in self.past.history.sales(period, ("region", "product")).items():
                known[key] = known.get(key, 0) + max(0, amount)
        weights = [
            [Fraction(1) if _REST in (r, p) else Fraction(known.get((r, p), 0)) for p in products]
            for r in regions
        ]
        found = fitted(weights, rows, columns)
        if found is None:
            self.past.found.append(
                finding(
                    "T112",
                    matrix.place,
                    "sales in {past} cannot be fitted to both cuts: a region or product line with a target "
                    "sold nothing there",
                    hint="use `matrix: proportional`, or name another past",
                    past=self.past.say(matrix.history_from, matrix.history_last),
                )
            )
        return found or proportional(rows, columns)

    # -- people --------------------------------------------------------------------------------------

    def _persons(
        self,
        cut: Cut,
        region: str,
        parent: Values,
        amounts: _Amounts,
        values: dict[Node, Values],
        gaps: dict[tuple[str | None, str], Values],
    ) -> None:
        people = self._candidates(cut, region)
        if cut.by == "amounts" and amounts.metric in cut.amounts:
            node = Node(region=region or None)
            parts = amounts.steps(cut, [p.id for p in people], node, parent.whole)
        else:
            weights = self._person_weights(cut, region, people)
            mass = sum(weights.values(), Fraction(0))
            if not mass:
                parts = [0] * len(people)
            else:
                over = mass if cut.by == "shares" and mass > 1 else Fraction(1)
                parts = apportion(_nearest(parent.whole * over), [weights[p.id] for p in people])
        given = self._person_months(cut, region, people, parts, parent)
        for person, value in zip(people, given, strict=True):
            values[Node(region=region or None, person=person.id)] = value
        gaps[region or None, "person"] = parent.minus(self._sum(given))

    def _person_months(
        self, cut: Cut, region: str, people: Sequence[Person], parts: Sequence[int], parent: Values
    ) -> list[Values]:
        """Months of people: their own sum exactly; together they hold the parent's months where presence
        allows it."""
        if not self.months:
            return [Values(part) for part in parts]
        columns = list(parent.months)
        if sum(parts) != parent.whole:
            columns = apportion(sum(parts), self._proportions(parent))
        weights = [self._presence(cut, region, person, columns) for person in people]
        if all(line == weights[0] for line in weights):
            ideal: list[list[Fraction]] | None = proportional(parts, columns)
        else:
            ideal = fitted(weights, parts, columns)
        cells = rounded(ideal, parts, columns) if ideal is not None else None
        if cells is None:
            cells = [
                apportion(part, line if any(line) else self.month_weights)
                for part, line in zip(parts, weights, strict=True)
            ]
        return [Values(part, tuple(line)) for part, line in zip(parts, cells, strict=True)]

    def _presence(self, cut: Cut, region: str, person: Person, columns: Sequence[int]) -> list[Fraction]:
        """A person's weight in each month: the month's size times presence and ramp in it (SPEC T8)."""
        return [
            Fraction(max(0, size)) * presence(person, region, month, cut)
            for size, month in zip(columns, self.months, strict=True)
        ]

    # -- weights, once -------------------------------------------------------------------------------

    def _month_weights(self) -> list[Fraction]:
        cut = self.file.months
        if cut is None or not self.months:
            return []
        ids = [month.text for month in self.months]
        if cut.by != "history":
            weights = node_weights(cut, ids, "month", self.past)
            return [weights[one] for one in ids] if any(weights.values()) else [Fraction(1)] * len(ids)
        sizes = [Fraction(0)] * len(ids)
        for period in self.past.periods(cut.history_from, cut.history_last):
            known = self.past.history.sales(period, ("month",))
            for at, month in self._pairs(period):
                sizes[at] += max(0, known.get((month.text,), 0))
        if any(sizes):
            return sizes
        node_weights(cut, ids, "month", self.past)
        return [Fraction(1)] * len(ids)

    def _pairs(self, past: Period) -> list[tuple[int, Period]]:
        """Which month of the period each month of a past stands for: the same one of the calendar in a
        longer past, else the one in the same place."""
        before = past.months()
        if len(before) <= len(self.months):
            return list(enumerate(before))
        own = {month.start.month: at for at, month in enumerate(self.months)}
        return [(own[m.start.month], m) for m in before if m.start.month in own]

    def _node_weights(self, cut: Cut, ids: Sequence[str], among: str) -> Weights:
        if among not in self._weights:
            if cut.by == "amounts":
                first = next(iter(cut.amounts.values()), {})
                self._weights[among] = {one: Fraction(first.get(one, 0)) for one in ids}
            else:
                self._weights[among] = node_weights(cut, ids, among, self.past)
        return self._weights[among]

    def _candidates(self, cut: Cut, region: str) -> list[Person]:
        if region not in self._people:
            self._people[region] = candidates(cut, region, self.org, self.file.period, self.past.found)
        return self._people[region]

    def _person_weights(self, cut: Cut, region: str, people: Sequence[Person]) -> Weights:
        key = f"/person/{region}"
        if key not in self._weights:
            if cut.by == "amounts":
                first = next(iter(cut.amounts.values()), {})
                self._weights[key] = {p.id: Fraction(first.get(p.id, 0)) for p in people}
            else:
                self._weights[key] = person_weights(cut, people, region, self.past)
        return self._weights[key]


def _is_part(node: Node, among: str) -> bool:
    """Whether a node is one of the team's regions, or one of its product lines."""
    if node.person is not None:
        return False
    return (node.region is None, node.product is None) == (
        (False, True) if among == "region" else (True, False)
    )


@dataclass(frozen=True, slots=True)
class _Amounts:
    """Fixed amounts of one metric at one level, in steps."""

    metric: str
    factor: Fraction
    step: Decimal
    base: Tree | None

    def steps(self, cut: Cut, ids: Sequence[str], parent: Node, whole: int) -> list[int]:
        """The amounts of parts in whole steps: as they stand, or scaled to the level.

        Scaled amounts are rounded together, so that the parts of a parent that is given out exactly at
        100 % sum to its `whole` at every level, and no level gives out too much alone (SPEC T5, T7).
        """
        exact = [Fraction(cut.amounts[self.metric].get(one, Decimal(0))) / Fraction(self.step) for one in ids]
        if self.base is None or not any(exact):
            return [_nearest(one) for one in exact]
        given, there = sum(map(_nearest, exact)), self.base.values[parent].whole
        total = _nearest(sum(exact, Fraction(0)) * self.factor)
        if given <= there:
            total = min(total, whole)
        if given >= there:
            total = max(total, whole)
        return apportion(total, exact)


def _nearest(steps: Fraction) -> int:
    """To the nearest whole step, half up."""
    return int((steps + Fraction(1, 2)) // 1)


def _mentioned(cut: Cut) -> set[str]:
    words: set[str] = {*cut.shares, *cut.capacity}
    for amounts in cut.amounts.values():
        words |= set(amounts)
    return words


def _level(regions: dict[str, Values], products: dict[str, int], months: Sequence[Fraction]) -> None:
    """Make both margins the same sum: what one has more of goes to the other's rest."""
    rows, columns = sum(v.whole for v in regions.values()), sum(products.values())
    if rows > columns:
        products[_REST] = products.get(_REST, 0) + rows - columns
    elif columns > rows:
        rest = regions.get(_REST, Values(0, (0,) * len(months)))
        extra = columns - rows
        spread = tuple(apportion(extra, months)) if months else ()
        regions[_REST] = rest.plus(Values(extra, spread))
