"""Ways to say where a period will end: by the pace so far, by the periods before it, by the same days of
earlier years (SPEC A7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np

from salescli.calc.forecast.look import Look, Looks, begin_of
from salescli.calc.forecast.series import NEVER, Real, Series, Whole
from salescli.i18n import N_
from salescli.model.period import Period

LEAST_GROWTH = 3
"""Months before the period that growth against the year before is taken from, at least; at most a year."""
LATEST = 12
"""Periods that a recent level is taken from, at most."""
_YEAR = 12


@dataclass(frozen=True, slots=True)
class Own:
    """Working days of nodes whose days are not the period's, gone by and left; NaN for all other nodes."""

    gone: Real
    left: Real


class Method(Protocol):
    """A way to estimate.

    Attributes:
        key: For machines.
        name: For people (English, translated where shown).
    """

    key: str
    name: str

    def estimate(self, look: Look, earlier: Sequence[Look]) -> Real:
        """The figure at the period's end by node, in whole units as floats; NaN where there is none.

        Args:
            look: The period and the day: facts dated later do not exist.
            earlier: Looks at the periods before it, oldest first, which are over on that day.
        """

    def lacks(self, look: Look, earlier: Sequence[Look]) -> str:
        """Why there is no estimate for anybody (English); empty where there is one."""

    def doubt(self, look: Look) -> float:
        """How many times a usual squared error is expected of it, before it has ever been tried."""


@dataclass
class RunRate:
    """So far, times all working days over those gone by.

    Attributes:
        now: The period asked for.
        own: The days in it of each node whose days are not the period's.
    """

    series: Series
    now: Look
    own: Own | None = None
    key: str = "run_rate"
    name: str = N_("Run rate")

    def estimate(self, look: Look, earlier: Sequence[Look]) -> Real:
        """See `Method`."""
        if not look.gone:
            return np.full(self.series.size, np.nan)
        so_far = self.series.total(look.start, look.day, look.day).astype(np.float64)
        factor = np.full(self.series.size, (look.gone + look.left) / look.gone)
        if self.own is not None and look == self.now:
            mine = self.own.gone > 0
            own = (self.own.gone + self.own.left) / np.where(mine, self.own.gone, 1)
            factor = np.where(mine, own, factor)
        estimate: Real = so_far * factor
        return estimate

    def lacks(self, look: Look, earlier: Sequence[Look]) -> str:
        """See `Method`."""
        return "" if look.gone else N_("no working day has gone by yet")

    def doubt(self, look: Look) -> float:
        """The fewer days a pace is taken from, the less is known of it."""
        return (look.gone + look.left) / max(look.gone, 1)


@dataclass
class Recent:
    """So far, and what up to twelve periods before brought in from where as many working days were left.

    The mean of them; nobody has a level from periods that began before they did.

    Attributes:
        now, own: As in `RunRate`.
    """

    series: Series
    now: Look
    own: Own | None = None
    key: str = "recent"
    name: str = N_("Recent level")

    def __post_init__(self) -> None:
        self._begins = np.array([_whole_from(int(day)) for day in self.series.first], np.int64)

    def estimate(self, look: Look, earlier: Sequence[Look]) -> Real:
        """See `Method`."""
        found = np.zeros(self.series.size)
        count = np.zeros(self.series.size)
        for one in earlier[-LATEST:]:
            there = self._begins <= one.start
            found += np.where(there, self._rest(one, look.day), 0)
            count += there
        rest: Real = np.where(count > 0, found / np.maximum(count, 1), np.nan)
        if self.own is not None and look == self.now and look.left:
            rest = np.where(np.isnan(self.own.left), rest, rest * self.own.left / look.left)
        so_far: Real = self.series.total(look.start, look.day, look.day).astype(np.float64)
        return so_far + rest

    def _rest(self, one: Look, seen: int) -> Whole:
        """What came in an earlier period after its day, as it is known on another."""
        after = self.series.total(one.day + 1, one.end, seen)
        return after if one.day >= one.start else self.series.total(one.start, one.end, seen)

    def lacks(self, look: Look, earlier: Sequence[Look]) -> str:
        """See `Method`."""
        return "" if earlier else N_("no whole period before it to learn from")

    def doubt(self, look: Look) -> float:
        """See `Method`."""
        return 1.0


def _whole_from(first: int) -> int:
    """From when a node whose first figure is of that day has whole months."""
    return NEVER if first >= NEVER else begin_of(date.fromordinal(first)).toordinal()


@dataclass
class Seasonal:
    """So far, and what still came on the same days of earlier years, times growth since.

    Growth is that of the months before the period, up to twelve, against the same months of that year.
    """

    series: Series
    looks: Looks
    begins: date
    key: str = "seasonal"
    name: str = N_("Seasonal")

    def estimate(self, look: Look, earlier: Sequence[Look]) -> Real:
        """See `Method`."""
        rests = []
        years = 1
        while (then := self.looks.year_before(look, years, self.begins)) is not None:
            growth = self._growth(look, then, years)
            if growth is None:
                break
            rests.append(self._rest(then) * growth)
            years += 1
        if not rests:
            return np.full(self.series.size, np.nan)
        so_far = self.series.total(look.start, look.day, look.day)
        mean: Real = sum(rests, np.zeros(self.series.size)) / len(rests)
        return so_far + mean

    def _rest(self, then: Look) -> Real:
        """What came after the day."""
        whole = self.series.total(then.start, then.end, then.end)
        return (whole - self.series.total(then.start, then.day, then.day)).astype(np.float64)

    def _growth(self, look: Look, then: Look, years: int) -> Real | None:
        first = Period.month_of(then.period.start)
        back = 0
        while back < _YEAR and first.shift(-back - 1).start >= self.begins:
            back += 1
        if back < LEAST_GROWTH:
            return None
        base = self._months(first, back, look)
        recent = self._months(first.shift(_YEAR * years), back, look)
        known = (base > 0) & (self.series.first < first.shift(-back + 1).start.toordinal())
        return np.where(known, recent / np.where(known, base, 1), np.nan)

    def _months(self, month: Period, back: int, look: Look) -> Real:
        """The sum of so many months before one."""
        start, end = month.shift(-back).start.toordinal(), month.start.toordinal() - 1
        return self.series.total(start, end, look.day).astype(np.float64)

    def lacks(self, look: Look, earlier: Sequence[Look]) -> str:
        """See `Method`."""
        then = self.looks.year_before(look, 1, self.begins)
        if then is None:
            return N_("history does not reach the same period a year before")
        if self._growth(look, then, 1) is None:
            return N_("history does not reach three months before the same period a year before")
        return ""

    def doubt(self, look: Look) -> float:
        """See `Method`."""
        return 1.0
