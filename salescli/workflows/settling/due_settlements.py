"""Months that are to be settled, as they stood on a day (SPEC S1, S2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from salescli.books.objections import read_objections
from salescli.books.settlements import read_settlement, settled_periods
from salescli.calc.due import Month
from salescli.findings import BookBroken, Finding
from salescli.model.period import Period
from salescli.model.settlement import State
from salescli.workflows.session import Session

_STEPS: dict[str, State] = {"drafted": "draft", "published": "published", "closed": "closed", "paid": "paid"}


def months_to_settle(session: Session, day: date) -> Iterator[Month]:
    """Months that were over on a day and not paid yet: those settled so far, and those after them.

    A book that has not settled any month yet begins with the newest one that is over and has facts. None in a
    book without plans.
    """
    span = session.facts.months()
    if not session.book.plans or span is None:
        return
    root, fiscal = session.book.root, session.book.settings.fiscal_year_start
    settled = settled_periods(root)
    last = Period.month_of(min(span[1], day), fiscal)
    if last.end >= day:
        last = last.previous()
    month = settled[0] if settled else last
    while month.start <= last.start:
        known = _standing(session, month, day)
        if known is not None and month.end >= span[0]:
            yield known
        month = month.shift(1)


def _standing(session: Session, month: Period, day: date) -> Month | None:
    """A month as it stood; None once it is paid."""
    found: list[Finding] = []
    kept = read_settlement(session.book.root, month.text, found)
    if found and kept is None:
        raise BookBroken(found)
    events = [one for one in kept.events if one.on <= day and one.event in _STEPS] if kept else []
    state = _STEPS[events[-1].event] if events else None
    if state == "paid":
        return None
    on = {one.event: one.on for one in events}
    objections = read_objections(session.book.root, month.text) if state == "published" else ()
    return Month(
        period=month,
        state=state,
        published=on.get("published"),
        closed=on.get("closed"),
        objections=tuple(
            (one.id, one.person)
            for one in objections
            if one.on <= day and (one.answered_on is None or one.answered_on > day)
        ),
    )
