"""What open deals will still bring in: by how deals of their age, size and stage went before (SPEC A7).

A deal is open, then agreed (signed), then it counts. For either stage the share that got on by each age, and
the share that was lost or cancelled, are Aalen–Johansen cumulative incidences: deals that are still under way
count for as long as they have been watched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from salescli.calc.forecast.look import Look, Looks
from salescli.calc.forecast.series import NEVER, Real, Series, Whole, summed
from salescli.i18n import N_

LEAST_DECIDED = 30
"""Deals decided in the past that a conversion is taken from, at least."""
LEAST_IN_CLASS = 150
"""Decided deals with an amount that three classes of size are made from, at least."""
LEAST_NEW = 3
_MOST_NEW = 12
_STATED = 0.9
_YEAR = 365
_NONE = 1e-9


@dataclass(frozen=True, slots=True)
class Incidence:
    """By age in days: the share that got on by it, and the share that dropped out.

    Attributes:
        decided: How many deals either befell.
    """

    on: Real
    out: Real
    decided: int

    def at(self, ages: Whole) -> tuple[Real, Real]:
        """Both shares at these ages; past the last age known nothing more happens."""
        index = np.clip(ages, 0, len(self.on) - 1)
        return np.where(ages < 0, 0.0, self.on[index]), np.where(ages < 0, 0.0, self.out[index])

    def left(self, ages: Whole) -> Real:
        """The share still there after these ages."""
        on, out = self.at(ages)
        return 1.0 - on - out


def incidence(since: NDArray[Any], on: NDArray[Any], out: NDArray[Any], seen: int) -> Incidence | None:
    """How deals that came in on `since` went until the day `seen`; None if none had come in."""
    from statsmodels.duration.survfunc import CumIncidenceRight

    there = since <= seen
    since, on, out = since[there], on[there], out[there]
    if not len(since):
        return None
    got_on, dropped = (on <= out) & (on <= seen), (out < on) & (out <= seen)
    age = np.minimum(np.minimum(on, out), seen) - since
    status = np.where(got_on, 1, np.where(dropped, 2, 0))
    counts = np.bincount(age * 3 + status)
    keys = np.flatnonzero(counts)
    curve = CumIncidenceRight(keys // 3, keys % 3, freq_weights=counts[keys])
    ages = np.arange(int(age.max()) + 1)
    steps = np.searchsorted(curve.times, ages, side="right") - 1
    shares = [np.where(steps < 0, 0.0, found[np.maximum(steps, 0)]) for found in curve.cinc]
    shares += [np.zeros(len(ages))] * (2 - len(shares))
    return Incidence(shares[0], shares[1], int(got_on.sum() + dropped.sum()))


class Pipeline:
    """So far, what deals under way will bring in by the end, and what later ones have brought in before."""

    key = "pipeline"
    name = N_("Pipeline")

    def __init__(
        self, series: Series, courses: Mapping[str, NDArray[Any]], looks: Looks, begins: date, *, sized: bool
    ) -> None:
        """Deals as `Facts.courses` gives them.

        Args:
            begins: The first day of the history.
            sized: Values are amounts: they tell sizes apart, and zero means that none is stated.
        """
        self.series = series
        self._sized, self._looks, self._begins = sized, looks, begins
        self._node, self._product = courses["node"], courses["product"].astype(np.int64)
        self._value, self._curve = courses["value"].astype(np.int64), courses["curve"]
        self._opened, self._agreed = courses["opened"], courses["agreed"]
        self._event, self._gone = courses["event"], courses["gone"]
        self._entered = np.minimum(self._opened, self._agreed)
        self._known: dict[int, tuple[Real, Whole, str]] = {}
        self._later: dict[tuple[int, int], Whole] = {}

    def estimate(self, look: Look, earlier: Sequence[Look]) -> Real:
        """See `Method`."""
        if self.lacks(look, earlier):
            return np.full(self.series.size, np.nan)
        so_far = self.series.total(look.start, look.day, look.day)
        return so_far + self.expected(look) + self.new(look)

    def lacks(self, look: Look, earlier: Sequence[Look]) -> str:
        """See `Method`."""
        if not len(self._node):
            return N_("the book has no deals that are under way for a while")
        if len(self._spans(look)) < LEAST_NEW:
            return N_("fewer than three earlier months to learn from")
        return self._look(look)[2]

    def doubt(self, look: Look) -> float:
        """See `Method`."""
        return 1.0

    def expected(self, look: Look) -> Real:
        """What deals under way on the day will bring in by the period's end."""
        return self._look(look)[0]

    def under_way(self, look: Look) -> Whole:
        """The amounts of deals under way on the day, those without one at the mean of their product line."""
        return self._look(look)[1]

    def new(self, look: Look) -> Real:
        """What deals that came in later brought in within as many working days before, on average."""
        spans = self._spans(look)
        found = [self._came_later(day, end).astype(np.float64) for day, end in spans]
        mean: Real = sum(found, np.zeros(self.series.size)) / len(spans)
        return mean

    def _spans(self, look: Look) -> list[tuple[int, int]]:
        return self._looks.spans(look, self._begins, _MOST_NEW)

    def _came_later(self, day: int, end: int) -> Whole:
        if (day, end) not in self._later:
            there = (self._event > day) & (self._event <= end) & (self._entered > day) & (self._gone > end)
            self._later[day, end] = summed(self._node[there], self._value[there], self.series.size)
        return self._later[day, end]

    def _look(self, look: Look) -> tuple[Real, Whole, str]:
        if look.day not in self._known:
            self._known[look.day] = self._weighed(look.day, look.end - look.day)
        return self._known[look.day]

    def _weighed(self, day: int, rest: int) -> tuple[Real, Whole, str]:
        """Expected and open amounts by node, and why they are not known."""
        waits = (self._gone > day) & (self._event > day)
        agreed = np.flatnonzero(waits & (self._agreed <= day))
        opened = np.flatnonzero(waits & (self._opened <= day) & (self._agreed > day))
        cash = self._incidence(self._agreed, self._event, np.ones(len(self._node), bool), day)
        if len(agreed) + len(opened) and (cash is None or cash.decided < LEAST_DECIDED):
            return self._nothing()
        values = self._values(np.concatenate((agreed, opened)), day)
        chance = np.zeros(len(values))
        if cash is not None:
            chance[: len(agreed)] = _within(cash, day - self._agreed[agreed], rest)
            open_chance = self._open_chance(opened, cash, day, rest)
            if open_chance is None:
                return self._nothing()
            chance[len(agreed) :] = open_chance
        node = self._node[np.concatenate((agreed, opened))]
        expected = summed(node, np.rint(chance * values).astype(np.int64), self.series.size)
        return expected.astype(np.float64), summed(node, values, self.series.size), ""

    def _nothing(self) -> tuple[Real, Whole, str]:
        size = self.series.size
        return np.full(size, np.nan), np.zeros(size, np.int64), N_("fewer than 30 deals decided so far")

    def _open_chance(self, opened: NDArray[Any], cash: Incidence, day: int, rest: int) -> Real | None:
        """The chance of each deal not yet agreed to count in the days left; None if too few are decided."""
        found = np.zeros(len(opened))
        for all_of, mine in self._classes(opened, day):
            if not mine.any():
                continue
            signing = self._incidence(self._opened, self._agreed, all_of, day)
            if signing is None or signing.decided < LEAST_DECIDED:
                return None
            found[mine] = _through(signing, cash, day - self._opened[opened[mine]], rest)
        return found

    def _classes(self, opened: NDArray[Any], day: int) -> list[tuple[NDArray[Any], NDArray[Any]]]:
        """Classes of size: which of all deals are in it, and which of the open ones.

        One for all where too few deals with an amount are decided, or most lost ones have none: an amount
        would then tell how the deal went.
        """
        everything = [(np.ones(len(self._node), bool), np.ones(len(opened), bool))]
        if not self._sized:
            return everything
        decided = self._curve & (self._opened <= day) & (np.minimum(self._agreed, self._gone) <= day)
        lost = decided & (self._gone < self._agreed)
        stated = self._value > 0
        if (decided & stated).sum() < LEAST_IN_CLASS or not lost.any():
            return everything
        if stated[lost].mean() < _STATED:
            return everything
        bounds = np.quantile(self._value[decided & stated], [1 / 3, 2 / 3])
        size = np.where(stated, np.searchsorted(bounds, self._value), 1)
        return [(size == one, size[opened] == one) for one in range(3)]

    def _incidence(
        self, since: NDArray[Any], on: NDArray[Any], of: NDArray[Any], day: int
    ) -> Incidence | None:
        rows = self._curve & of & (since < NEVER)
        return incidence(since[rows], on[rows], self._gone[rows], day)

    def _values(self, rows: NDArray[Any], day: int) -> Whole:
        """Amounts; where none is stated, the mean of a year's closed deals of the product line."""
        values: Whole = self._value[rows]
        if not self._sized:
            return values
        empty = (values == 0) & self._curve[rows]
        if not empty.any():
            return values
        closed = self._curve & (self._event <= day) & (self._event > day - _YEAR) & (self._value > 0)
        size = int(self._product.max()) + 1
        counts = np.bincount(self._product[closed], minlength=size)
        sums = np.zeros(size, np.int64)
        np.add.at(sums, self._product[closed], self._value[closed])
        whole = int(sums.sum()) // max(1, int(counts.sum()))
        means = np.where(counts > 0, sums // np.maximum(counts, 1), whole)
        filled: Whole = np.where(empty, means[self._product[rows]], values)
        return filled


def _within(curve: Incidence, age: NDArray[Any], days: int) -> Real:
    """The chance to get on within so many days, of those still there at an age."""
    left = curve.left(age)
    gained = curve.at(age + days)[0] - curve.at(age)[0]
    return np.where(left > _NONE, gained / np.maximum(left, _NONE), 0.0)


def _through(first: Incidence, second: Incidence, age: NDArray[Any], days: int) -> Real:
    """The chance to get through two stages within so many days, of those still in the first at an age."""
    ages, back = np.unique(age, return_inverse=True)
    found = np.zeros(len(ages))
    for wait in range(1, days + 1):
        step = first.at(ages + wait)[0] - first.at(ages + wait - 1)[0]
        found += step * float(second.at(np.array([days - wait]))[0][0])
    left = first.left(ages)
    share: Real = np.where(left > _NONE, found / np.maximum(left, _NONE), 0.0)[back]
    return share
