"""Periods of the trade: month, quarter, half, year, ISO week. Closed at both ends."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache, total_ordering
from typing import Literal

Kind = Literal["month", "quarter", "half", "year", "week"]

_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_FORMS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("month", re.compile(r"(\d{4})-(\d{2})", re.ASCII)),
    ("quarter", re.compile(r"(\d{4})-Q([1-4])", re.ASCII)),
    ("half", re.compile(r"(\d{4})-H([12])", re.ASCII)),
    ("year", re.compile(r"(\d{4})", re.ASCII)),
    ("week", re.compile(r"(\d{4})-W(\d{2})", re.ASCII)),
)


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """A span of days with a name, `start` to `end`, both included.

    In order of their last days, shorter ones first: the months of a quarter, then the quarter they close.

    Attributes:
        text: How books write it: `2026-08`, `2026-Q3`, `2026-H2`, `2026`, `2026-W33`.
        fiscal: First month of the fiscal year; quarters, halves and years count from it, and a fiscal
            year bears the number of the calendar year it starts in.
    """

    start: date
    end: date
    kind: Kind = field(compare=False)
    text: str
    fiscal: int = field(default=1, compare=False)

    def __str__(self) -> str:
        return self.text

    def __lt__(self, other: Period) -> bool:
        return self._place() < other._place()

    def _place(self) -> tuple[date, int, str]:
        return self.end, -self.start.toordinal(), self.text

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @staticmethod
    @lru_cache(maxsize=4096)  # thousands of rows name the same few periods
    def parse(text: str, fiscal: int = 1) -> Period:
        """Read a period.

        Raises:
            ValueError: if it is none of the five forms, or a month or week that does not exist.
        """
        for kind, form in _FORMS:
            if found := form.fullmatch(text):
                numbers = [int(g) for g in found.groups()]
                if kind == "week":
                    start = date.fromisocalendar(numbers[0], numbers[1], 1)
                    return Period(start, start + timedelta(days=6), kind, text, fiscal)
                first = numbers[1] if len(numbers) > 1 else 1
                if kind == "month":
                    if not 1 <= first <= 12:
                        raise ValueError(text)
                    return _of_months(kind, numbers[0], first, 1, fiscal)
                count = _MONTHS[kind]
                return _of_months(kind, numbers[0], fiscal + (first - 1) * count, count, fiscal)
        raise ValueError(text)

    @staticmethod
    def month_of(day: date, fiscal: int = 1) -> Period:
        """The calendar month a day lies in."""
        return _of_months("month", day.year, day.month, 1, fiscal)

    @staticmethod
    def around(day: date, kind: Kind, fiscal: int = 1) -> Period:
        """The period of that kind which contains the day."""
        if kind == "week":
            year, week, _ = day.isocalendar()
            return Period.parse(f"{year:04}-W{week:02}", fiscal)
        if kind == "month":
            return Period.month_of(day, fiscal)
        since = (day.year * 12 + day.month - 1) - (fiscal - 1)
        count = _MONTHS[kind]
        since -= (since % 12) % count
        return _of_months(kind, since // 12, fiscal + since % 12, count, fiscal)

    def months(self) -> tuple[Period, ...]:
        """The calendar months in it, first to last (a week has none)."""
        if self.kind == "week":
            return ()
        return tuple(
            _of_months("month", self.start.year, self.start.month + i, 1, self.fiscal)
            for i in range(_MONTHS[self.kind])
        )

    def shift(self, steps: int) -> Period:
        """The period of the same kind `steps` later (earlier if negative)."""
        if self.kind == "week":
            return Period.around(self.start + timedelta(days=7 * steps), "week", self.fiscal)
        month = self.start.year * 12 + self.start.month - 1 + steps * _MONTHS[self.kind]
        return Period.around(date(month // 12, month % 12 + 1, 1), self.kind, self.fiscal)

    def previous(self) -> Period:
        """The period before, for month on month."""
        return self.shift(-1)

    def year_before(self) -> Period:
        """The same period a year earlier, for year on year."""
        if self.kind == "week":
            return self.shift(-52)
        return self.shift(-12 // _MONTHS[self.kind])

    def days(self) -> int:
        """Number of calendar days."""
        return (self.end - self.start).days + 1


def _of_months(kind: Kind, year: int, first: int, count: int, fiscal: int) -> Period:
    """`count` months from month `first` (1 is January of `year`; may run past 12)."""
    label_year, label_month = year, first
    if kind == "month" and first > 12:
        label_year, label_month = year + (first - 1) // 12, (first - 1) % 12 + 1
    begin = year * 12 + first - 1
    start = date(begin // 12, begin % 12 + 1, 1)
    after = begin + count
    end = date(after // 12, after % 12 + 1, 1) - timedelta(days=1)
    index = (first - fiscal) // count + 1
    text = {
        "month": f"{label_year:04}-{label_month:02}",
        "quarter": f"{year:04}-Q{index}",
        "half": f"{year:04}-H{index}",
        "year": f"{year:04}",
    }[kind]
    return Period(start, end, kind, text, fiscal)
