"""How fresh facts are against the book's cadence: said before anyone trusts a light (SPEC K6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from salescli.books.calendar import calendar_days
from salescli.calc.due import ACTIVITIES, COLLECTIONS, stale
from salescli.findings import BookBroken
from salescli.i18n import N_, gettext
from salescli.model.table import Line
from salescli.render.words import separator
from salescli.workflows.session import Session


def stale_kinds(session: Session, as_of: date) -> Iterator[tuple[str, date]]:
    """Kinds of facts that should be newer than they are at the end of a day, each with its newest day.

    A kind of which the book has none is not kept, and so never late; nor is any where the calendar does not
    know the days (K001 is told where they decide about something).
    """
    settings, newest = session.book.settings, session.facts.newest()
    working = calendar_days(settings.calendar, session.book.root)
    for key, default in (ACTIVITIES, COLLECTIONS):
        last = newest[key]
        if last is None or key in settings.not_kept:
            continue
        try:
            if stale(last, int(settings.cadence.get(key, default)), as_of, working):
                yield key, last
        except BookBroken as broken:
            if any(one.code != "K001" for one in broken.found):
                raise


def stale_note(session: Session, as_of: date) -> Line | None:
    """What is stale, as a remark beside figures; None if nothing is."""
    kinds = list(stale_kinds(session, as_of))
    if not kinds:
        return None
    told = separator().join(f"{gettext(kind)} {day.isoformat()}" for kind, day in kinds)
    return Line(template=N_("not up to date: {kinds}; see salescli due"), params={"kinds": told})
