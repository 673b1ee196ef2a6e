"""What is due: for whom, when, and whether it is late (SPEC R3, K6, S2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

from salescli.model.table import Line

What = Literal[
    "activities",
    "collections",
    "weekly_report",
    "monthly_report",
    "weekly_review",
    "monthly_review",
    "quarterly_review",
    "publish",
    "answer",
    "close",
    "pay",
    "action",
]
State = Literal["late", "today", "coming"]
STATES: tuple[State, ...] = ("late", "today", "coming")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """From when one looks: a day, and a time of it; without one it is not known what of today is over."""

    day: date
    at: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing that is due.

    Attributes:
        on: The last day on which it is in time.
        at: The time of that day; None is its end.
        period: What it is about: a week, month or quarter; empty for none.
        person: Who owes it; empty for whoever keeps the book.
        command: What to do next.
        note: What is known of it.
    """

    what: What
    on: date
    at: time | None = None
    period: str = ""
    person: str = ""
    command: str = ""
    note: Line | None = field(default=None, compare=False)

    def state(self, moment: Moment) -> State:
        """`late` once its day and time are over, `today` on its day, `coming` before."""
        if self.on != moment.day:
            return "late" if self.on < moment.day else "coming"
        over = self.at is not None and moment.at is not None and moment.at > self.at
        return "late" if over else "today"

    def days_late(self, moment: Moment) -> int:
        """Calendar days since its day; 0 on it, and before."""
        return max((moment.day - self.on).days, 0)

    def sort_key(self, moment: Moment) -> tuple[int, date, time, str, str, str, str]:
        """Late ones first, the longest first; then by day."""
        order = STATES.index(self.state(moment))
        return (order, self.on, self.at or time.max, self.what, self.period, self.person, self.command)
