"""When a period's review is held, and who takes part (SPEC R1)."""

from __future__ import annotations

from datetime import date

from salescli.books.calendar import working_days
from salescli.calc.cadence import REVIEWS, moved, named_day
from salescli.findings import BookBroken
from salescli.i18n import N_
from salescli.model.book import Book
from salescli.model.org import Person
from salescli.model.period import Period
from salescli.model.table import Line

NAMES = {"week": "weekly", "month": "monthly", "quarter": "quarterly"}
"""Kind of period → what its review is called, on the command line and in files."""

_MOST_NAMES = 12


def meeting_day(book: Book, period: Period) -> tuple[date, bool]:
    """The day of the review of a week, month or quarter, and whether that is known to be a working day.

    It is not where the calendar does not know the year; the day is then the cadence's own.

    Raises:
        BookBroken: if a calendar file of the book is wrong.
    """
    key, default = REVIEWS[period.kind]
    day = named_day(book.settings.cadence.get(key, default), period)
    calendar = book.settings.calendar
    try:
        found = moved(
            day, lambda first, last: working_days(calendar, book.root, first, last), book.settings.day_off
        )
    except BookBroken as broken:
        if any(one.code != "K001" for one in broken.found):
            raise
        return day, False
    return found, True


def meeting(book: Book, period: Period) -> Line:
    """The day as a review tells it, with the time where the cadence names one."""
    day, known = meeting_day(book, period)
    key, default = REVIEWS[period.kind]
    time = book.settings.cadence.get(key, default).partition(" ")[2]
    text = f"{day.isoformat()} {time}".strip()
    if known:
        return Line(template="{day}", params={"day": text})
    return Line(template=N_("{day} (whether that is a working day is not known yet)"), params={"day": text})


def participants(book: Book, period: Period, day: date) -> list[str | Line]:
    """Names of those who take part, each once, by id: as the cadence names them, else those others report to,
    else everybody; as one number where these are many."""
    people = [person for person in book.org.people.values() if person.employed(day)]
    stated = book.settings.participants.get(NAMES[period.kind], ())
    if stated:
        words = {one.word for one in stated}
        ids = {book.org.find("people", word) for word in words}
        chosen = [p for p in people if p.id in ids or p.role_on(day) in words]
    else:
        lead = {person.manager_on(day) for person in people}
        chosen = [person for person in people if person.id in lead] or people
        if chosen is people and len(people) > _MOST_NAMES:
            return [Line(template=N_("everybody ({count:person|people})"), params={"count": len(people)})]
    return [person.name for person in sorted(chosen, key=_by_id)]


def _by_id(person: Person) -> str:
    return person.id
