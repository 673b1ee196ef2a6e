"""Who has filed a weekly report, and who has not (SPEC K6).

A moment is wall-clock time of the book; figures "as of" a day are those of its end, see `end_of`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from salescli.books.calendar import working_days
from salescli.calc.weekly import WEEKLY_REPORT, WeeklyStanding, due_moment, weekly_standing
from salescli.findings import BookBroken
from salescli.i18n import N_
from salescli.model.book import Book
from salescli.model.note import Filed
from salescli.model.period import Period
from salescli.model.table import Line
from salescli.workflows.notes import reports_of

_MOST_WEEKS_OFF = 6


def end_of(day: date) -> datetime:
    """The last moment of a day."""
    return datetime.combine(day, time.max)


def missing_reports(book: Book, week: Period, moment: datetime) -> WeeklyStanding:
    """Who has reported of a week by a moment and who has not, though it is due.

    Raises:
        BookBroken: if the file of the week, or a calendar file, is wrong.
    """
    due_at, certain = report_due(book, week)
    return weekly_standing(book.org, reports_of(book, week), due_at, certain, moment)


def report_due(book: Book, week: Period) -> tuple[datetime | None, bool]:
    """When the reports of a week are due (None: in no time of it), and whether the calendar knows the week.

    Raises:
        BookBroken: if a calendar file of the book is wrong.
    """
    key, default = WEEKLY_REPORT
    cadence = book.settings.cadence.get(key, default)
    try:
        working = working_days(book.settings.calendar, book.root, week.start, week.end)
    except BookBroken as broken:
        if any(one.code != "K001" for one in broken.found):
            raise
        return due_moment(week, cadence, None), False
    return due_moment(week, cadence, working), True


def latest_due_week(book: Book, moment: datetime) -> Period | None:
    """The newest week whose reports were due by a moment; None if none was for weeks.

    Raises:
        BookBroken: if a calendar file of the book is wrong.
    """
    week = Period.around(moment.date(), "week", book.settings.fiscal_year_start)
    for _ in range(_MOST_WEEKS_OFF):
        due_at, _ = report_due(book, week)
        if due_at is not None and due_at <= moment:
            return week
        week = week.previous()
    return None


def keeps_reports(book: Book, week: Period) -> bool:
    """Whether the book has weekly reports of that week, or of an earlier one: only then are they missed."""
    return any(text <= week.text for text in book.reports)


def shortfalls(book: Book, period: Period, as_of: date) -> Iterator[tuple[Period, Filed]]:
    """Reasons for shortfalls, by week and person, for reviews: of every week that ends in the period.

    A week reviewed stands for itself. What was filed after `as_of` is not known yet.

    Raises:
        BookBroken: if a file of reports is wrong.
    """
    for text in sorted(book.reports):
        week = Period.parse(text, book.settings.fiscal_year_start)
        if week.end not in period:
            continue
        for one in reports_of(book, week).filed:
            if one.reason and one.filed_at <= end_of(as_of):
                yield week, one


def missing_note(book: Book, as_of: date) -> Line | None:
    """What `status` says before anyone trusts a light: how many reports of the newest week are missing.

    None where none is, and in a book that has kept no reports so far. Reads one file at most.
    """
    moment = end_of(as_of)
    if not book.reports or WEEKLY_REPORT[0] in book.settings.not_kept:
        return None
    try:
        week = latest_due_week(book, moment)
        if week is None or not keeps_reports(book, week):
            return None
        standing = missing_reports(book, week, moment)
    except BookBroken:
        return Line(template=N_("the weekly reports cannot be read: salescli validate says why"))
    if not standing.missing:
        return None
    params = {"count": len(standing.missing), "all": len(standing.expected), "week": week.text}
    template = N_("{count} of {all} weekly reports of {week} are missing: salescli due")
    return Line(template=template, params=params)
