"""From which day a period is looked at: the same number of working days before its end (SPEC A7)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date

from salescli.model.period import Period

PAST = 24
"""Most periods of the past that an estimate is tried on."""
_FULL_FROM = 7
"""A history that begins by that day of a month has that month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A period seen from a day; days are ordinals.

    Attributes:
        day: The day looked from: facts dated later do not exist.
        gone, left: Working days of the period up to and with that day, and after it.
    """

    period: Period
    day: int
    gone: int
    left: int

    @property
    def start(self) -> int:
        """The period's first day."""
        return self.period.start.toordinal()

    @property
    def end(self) -> int:
        """The period's last day."""
        return self.period.end.toordinal()


class Looks:
    """Looks at any period from where as many working days are left as from one day of one period.

    A weekend looked from is a weekend in the others too, as far as they have one there.
    """

    def __init__(self, working: list[int], period: Period, day: date) -> None:
        """Working days as ordinals, in order, of all the years there are."""
        self._working = working
        at = bisect_left(working, day.toordinal())
        self._open = working[at : at + 1] == [day.toordinal()]
        self.now = self._seen(period, day.toordinal())

    def _seen(self, period: Period, day: int) -> Look:
        first = bisect_left(self._working, period.start.toordinal())
        last = bisect_right(self._working, period.end.toordinal())
        at = min(max(bisect_right(self._working, day), first), last)
        return Look(period=period, day=day, gone=at - first, left=last - at)

    def at(self, period: Period) -> Look:
        """The look at another period; from the day before it, if it has fewer working days than are left."""
        first = bisect_left(self._working, period.start.toordinal())
        days = self._working[first : bisect_right(self._working, period.end.toordinal())]
        gone = len(days) - self.now.left
        if gone <= 0:
            return self._seen(period, period.start.toordinal() - 1)
        day = days[gone - 1] if self._open or gone == len(days) else days[gone] - 1
        return self._seen(period, day)

    def past(self, begins: date) -> list[Look]:
        """Looks at the periods of the same kind before, oldest first, as far as a history that begins then
        reaches."""
        found = []
        for back in range(1, PAST + 1):
            period = self.now.period.shift(-back)
            if period.start < begins or not self._known(period):
                break
            found.append(self.at(period))
        return found[::-1]

    def spans(self, look: Look, begins: date, most: int) -> list[tuple[int, int]]:
        """Days looked from and last days of earlier spans with as many working days between, oldest first.

        They end with months (with weeks, where the period is one) and are over on the day of the look.
        """
        found: list[tuple[int, int]] = []
        week = look.period.kind == "week"
        unit = look.period if week else Period.month_of(look.period.end)
        while len(found) < most:
            unit = unit.previous()
            end = bisect_right(self._working, unit.end.toordinal())
            first = end - self.now.left - 1
            if first < 0 or self._working[first] < begins.toordinal():
                break
            day = self._working[first] if self._open or not self.now.left else self._working[first + 1] - 1
            if unit.end.toordinal() <= look.day:
                found.append((day, unit.end.toordinal()))
        return found[::-1]

    def year_before(self, look: Look, years: int, begins: date) -> Look | None:
        """The look at the same period so many years earlier; None where the history does not reach."""
        period = look.period
        for _ in range(years):
            period = period.year_before()
        return self.at(period) if period.start >= begins and self._known(period) else None

    def _known(self, period: Period) -> bool:
        return bool(self._working) and period.start.toordinal() >= self._working[0] - _FULL_FROM


def begin_of(first: date) -> date:
    """The first day of the first whole month of a history, given its first day."""
    month = Period.month_of(first)
    return month.start if first.day <= _FULL_FROM else month.shift(1).start
