"""Looking up targets among resolved rows: by period and node, composed from months where need be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from salescli.findings import Finding, Span, finding
from salescli.model.note import Watch
from salescli.model.period import Period
from salescli.model.target import TargetRow


@dataclass(frozen=True, slots=True)
class Goal:
    """A target found.

    Attributes:
        value: Money and counts as `Decimal`, rates as `Fraction`.
        places: The rows it is made of.
        standing: It holds for every period, level and person alike (of a watch), so it never adds up.
    """

    value: Decimal | Fraction
    places: tuple[Span, ...]
    standing: bool = False


_Key = tuple[str, str, str, str | None, str | None]


class TargetIndex:
    """All resolved rows of a book, and the targets of metrics under watch, ready to be asked."""

    def __init__(self, rows: Iterable[TargetRow], fiscal: int = 1, watch: Iterable[Watch] = ()) -> None:
        self.fiscal = fiscal
        self._watch = tuple(one for one in watch if one.target is not None)
        self.rows = tuple(sorted(rows, key=lambda row: (*row.sort_key(), row.place)))
        self._by_key: dict[_Key, dict[str | None, TargetRow]] = {}
        self.conflicts: list[tuple[TargetRow, TargetRow]] = []
        for row in self.rows:
            key = (row.period, row.metric, row.level, row.product, row.person)
            known = self._by_key.setdefault(key, {}).setdefault(row.region, row)
            if known is not row:
                self.conflicts.append((known, row))
        self._stored: dict[str, set[Period]] = {one.metric: set() for one in self._watch}
        for row in self.rows:
            if row.metric in self._stored:
                self._stored[row.metric].add(Period.parse(row.period, fiscal))

    def standing(self, metric: str, period: Period) -> Goal | None:
        """The target of a metric under watch in a period, for every level and person (SPEC R2).

        None where there is no such watch, and where a targets file says anything about the metric in any
        part of the period: the file then rules alone.
        """
        for watch in self._watch:
            if watch.metric != metric or not watch.covers(period):
                continue
            if any(p.start <= period.end and period.start <= p.end for p in self._stored[metric]):
                return None
            assert watch.target is not None
            return Goal(watch.target, (watch.places.get("target", watch.place),), standing=True)
        return None

    def metrics(self) -> tuple[str, ...]:
        """Metrics that have any target, in order of the alphabet."""
        return tuple(sorted({row.metric for row in self.rows}))

    def find(
        self,
        metric: str,
        period: Period,
        *,
        region: str | None = None,
        product: str | None = None,
        person: str | None = None,
        level: str = "target",
    ) -> Goal | None:
        """The target of a node in a period; None if there is none.

        A dimension left out means "all": without `region`, a person's target is the sum over the regions
        they are given one in. A period without rows of its own is composed of its months, else of its
        quarters, if each of them has one; a rate is composed only if all its parts agree. Where no file says
        anything about a metric, its watch may.
        """
        goal = self._resolved(metric, period, region=region, product=product, person=person, level=level)
        return self.standing(metric, period) if goal is None and level == "target" else goal

    def _resolved(
        self,
        metric: str,
        period: Period,
        *,
        region: str | None,
        product: str | None,
        person: str | None,
        level: str,
    ) -> Goal | None:
        rows = self._rows((period.text, metric, level, product, person), region)
        if rows:
            return _sum([Goal(row.target, (row.place,)) for row in rows])
        for parts in _parts(period):
            goals = [
                self._resolved(metric, part, region=region, product=product, person=person, level=level)
                for part in parts
            ]
            known = [goal for goal in goals if goal is not None]
            if known and (len(known) == len(goals) or person is not None):
                return _sum(known)
        return None

    @staticmethod
    def together(goals: list[Goal | None]) -> Goal | None:
        """The target of several periods together: their sum; None if one of them has none."""
        known = [goal for goal in goals if goal is not None]
        return _sum(known) if known and len(known) == len(goals) else None

    def _rows(self, key: _Key, region: str | None) -> list[TargetRow]:
        found = self._by_key.get(key, {})
        if region is None and key[4] is not None and None not in found:
            return list(found.values())
        return [found[region]] if region in found else []


def _parts(period: Period) -> tuple[tuple[Period, ...], ...]:
    """Ways to compose a period: of months, of quarters. Empty for what has no parts."""
    months = period.months()
    if len(months) < 3:
        return ()
    if period.kind == "quarter":
        return (months,)
    quarters = tuple(
        dict.fromkeys(Period.around(month.start, "quarter", period.fiscal) for month in months),
    )
    return (months, quarters)


def _sum(goals: list[Goal]) -> Goal | None:
    places = tuple(dict.fromkeys(place for goal in goals for place in goal.places))
    first = goals[0].value
    if isinstance(first, Fraction) or goals[0].standing:
        return Goal(first, places, goals[0].standing) if all(goal.value == first for goal in goals) else None
    return Goal(sum((Decimal(goal.value) for goal in goals), Decimal(0)), places)  # type: ignore[arg-type]


def conflict_findings(index: TargetIndex) -> list[Finding]:
    """Two targets for the same thing are an error: neither may win silently (T200)."""
    return [
        finding(
            "T200",
            second.place,
            "{metric} of {period} has a second target here; the first is at {first}",
            hint="keep one of the two",
            metric=second.metric,
            period=second.period,
            first=str(first.place),
        )
        for first, second in index.conflicts
    ]
