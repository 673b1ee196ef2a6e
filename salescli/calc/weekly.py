"""Weekly reports: when they are due, from whom, and which are missing (SPEC K6)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from salescli.model.note import Filed, WeeklyReports
from salescli.model.org import Org, Person
from salescli.model.period import Period

WEEKLY_REPORT = ("weekly_report", "Fri 17:00")
"""The key of `cadence:` in salescli.yaml, and what holds without it."""

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyStanding:
    """Who has reported of a week, as known at a moment.

    Attributes:
        due_at: When the reports are due; None in a week without a working day until then: nobody is asked.
        certain: Whether the calendar knows the week's working days; else `due_at` is the cadence's own day.
        expected: Who is asked for one, by id.
        on_time, late: The reports filed by `due_at`, and after it, up to the moment; by person.
        missing: Who of `expected` has filed none, though it is due; by id.
    """

    week: Period
    due_at: datetime | None
    certain: bool
    expected: tuple[Person, ...] = ()
    on_time: tuple[Filed, ...] = ()
    late: tuple[Filed, ...] = ()
    missing: tuple[Person, ...] = ()

    @property
    def shortfalls(self) -> tuple[Filed, ...]:
        """The reports that give a reason for a shortfall, by person."""
        return tuple(
            sorted((one for one in (*self.on_time, *self.late) if one.reason), key=lambda one: one.person)
        )


def due_moment(week: Period, cadence: str, working: Collection[date] | None) -> datetime | None:
    """When the reports of a week are due.

    A day off moves to the last working day before it in the same week, so that the week's review has them;
    a week without one asks for no reports.

    Args:
        week: A week.
        cadence: `Fri 17:00`; without a time, the end of the day.
        working: The working days of the week; None where they are not known: the day then stays.
    """
    word, _, clock = cadence.partition(" ")
    day = week.start + timedelta(days=_WEEKDAYS.index(word))
    if working is not None:
        days = [one for one in working if week.start <= one <= day]
        if not days:
            return None
        day = max(days)
    return datetime.combine(day, time.fromisoformat(clock) if clock else _END_OF_DAY)


def reporters(org: Org, day: date) -> Iterator[Person]:
    """Who reports weekly: everybody assigned on the day who leads nobody, by id."""
    here = [person for person in org.people.values() if person.employed(day)]
    lead = {person.manager_on(day) for person in here}
    for person in sorted(here, key=lambda one: one.id):
        if person.id not in lead and person.assignment(day) is not None:
            yield person


def weekly_standing(
    org: Org, reports: WeeklyReports, due_at: datetime | None, certain: bool, moment: datetime
) -> WeeklyStanding:
    """Who has reported by a moment; a report filed later does not exist yet."""
    filed = [one for one in reports.filed if one.filed_at <= moment]
    if due_at is None:
        return WeeklyStanding(week=reports.week, due_at=None, certain=certain, on_time=tuple(filed))
    expected = tuple(reporters(org, due_at.date()))
    known = {one.person for one in filed}
    return WeeklyStanding(
        week=reports.week,
        due_at=due_at,
        certain=certain,
        expected=expected,
        on_time=tuple(one for one in filed if one.filed_at <= due_at),
        late=tuple(one for one in filed if one.filed_at > due_at),
        missing=tuple(one for one in expected if one.id not in known) if due_at <= moment else (),
    )
