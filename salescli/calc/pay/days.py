"""Days covered by a plan, and the ramp of newcomers (docs/semantics.md, "Proration and ramp")."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from salescli.model.org import Person
from salescli.model.period import Period
from salescli.model.plan import Plan, Ramp


def covered_share(plan: Plan, person: Person, start: date, end: date) -> Fraction:
    """Share of the calendar days from `start` to `end` on which a plan covers somebody."""
    days = 0
    for at in person.assignments:
        since = max(d for d in (start, at.since, person.hired, plan.valid_from) if d is not None)
        until = min(d for d in (end, at.until, person.left, plan.valid_to) if d is not None)
        fits = (
            (not plan.roles or (at.role or person.role) in plan.roles)
            and (not plan.regions or at.region in plan.regions)
            and (not plan.people or person.id in plan.people)
        )
        if fits and since <= until:
            days += (until - since).days + 1
    return Fraction(days, (end - start).days + 1)


def ramp_factor(ramp: Ramp, hired: date, start: date, end: date) -> Fraction:
    """The part of the stated target that counts from `start` to `end`: the mean over their months."""
    months = _months(start, end)
    first = hired.year * 12 + hired.month + (hired.day > ramp.full_month_if_hired_by)
    total = Fraction(0)
    for month in months:
        at = month - first
        total += Fraction(0) if at < 0 else ramp.months[at] if at < len(ramp.months) else Fraction(1)
    return total / len(months)


def _months(start: date, end: date) -> range:
    return range(start.year * 12 + start.month, end.year * 12 + end.month + 1)


def months_between(earlier: Period, later: Period) -> int:
    """Whole months from the end of one period to the end of another."""
    first, last = earlier.end, later.end
    return (last.year - first.year) * 12 + last.month - first.month
