"""On which day a review is held (SPEC R1): the book's cadence, moved off a day off as its policy says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from salescli.model.book import DayOff
from salescli.model.period import Period

WorkingDays = Callable[[date, date], frozenset[date]]
"""First and last day → the working days between, both included; an unknown year is an error."""

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
REVIEWS = {"week": ("weekly_review", "Mon"), "month": ("monthly_review", "5"),
           "quarter": ("quarterly_review", "10")}  # fmt: skip
"""Kind of period → the key of `cadence:` that names its review's day, and the day without one."""

LONGEST_REST = 21


def named_day(text: str, period: Period) -> date:
    """The day a cadence names for a period's review, before it is moved.

    Args:
        text: `Mon` or `5` or `last`, a time of day may follow.
        period: What is reviewed: a week (the named weekday after it) or a longer one (the named day of the
            month after it; `31` is the last day of a shorter month).
    """
    word = text.split()[0]
    if word in WEEKDAYS:
        first = period.end + timedelta(days=1)
        return first + timedelta(days=(WEEKDAYS.index(word) - first.weekday()) % 7)
    month = Period.month_of(period.end + timedelta(days=1))
    last = month.end.day
    return month.start.replace(day=last if word == "last" else min(int(word), last))


def moved(day: date, working: WorkingDays, rule: DayOff) -> date:
    """A day, or, where it is a day off, the next or previous working one.

    Where three weeks hold no working day at all, it stays.
    """
    if rule == "stay":
        return day
    step = timedelta(days=1 if rule == "next" else -1)
    at = day
    for _ in range(LONGEST_REST + 1):  # day by day: a year not known yet stops only who needs it
        if at in working(at, at):
            return at
        at += step
    return day
