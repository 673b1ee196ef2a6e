"""Until when a month is published, and open for objections (SPEC S2; docs/settlement.md)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from salescli.model.book import SettlementRules

WorkingDays = Callable[[date, date], frozenset[date]]
"""First and last day → the working days between, both included; an unknown year is an error."""


def working_day_after(working: WorkingDays, day: date, count: int) -> date:
    """The `count`-th working day after a day; the day itself for 0.

    Asks for no day after the one returned, so that a year not known yet stops only who needs it.
    """
    left, at = count, day
    while left:
        at += timedelta(days=1)
        left -= at in working(at, at)
    return at


def publish_by(rules: SettlementRules, working: WorkingDays, data_closed: date) -> date:
    """The last day on which a month is published in time; its data close with its last day."""
    return working_day_after(working, data_closed, rules.publish_within)


def open_through(rules: SettlementRules, working: WorkingDays, published: date) -> date:
    """The last day on which an objection is in time. The day of publishing does not count."""
    if rules.window_days == "calendar":
        return published + timedelta(days=rules.window)
    return working_day_after(working, published, rules.window)
