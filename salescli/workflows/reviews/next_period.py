"""What the next period asks for: its targets, and in a running month what is left of this one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from salescli.books.calendar import working_days
from salescli.findings import BookBroken
from salescli.i18n import N_, gettext
from salescli.model.period import Period
from salescli.model.table import Line
from salescli.workflows.reviews.headline import amount, money
from salescli.workflows.reviews.seen import Seen, exact
from salescli.workflows.session import Session
from salescli.workflows.tracking.track_view import SALES


def upcoming(at: Seen) -> Iterator[Line]:
    """Sentences: what is left of a running period, and the targets of the one after it."""
    if at.running:
        yield from _left(at)
        if at.period.kind == "week":
            return
    yield from _targets(at, at.view.period.shift(1))


def _targets(at: Seen, period: Period) -> Iterator[Line]:
    if at.view.targets.find(SALES, period) is None:
        params: dict[str, object] = {"period": period.text}
        yield Line(template=N_("No sales target is written for {period} yet."), params=params)
    for metric, definition in at.view.policy.metrics.items():
        goal = at.view.targets.find(metric, period)
        if goal is None:
            continue
        params = {
            "period": period.text,
            "metric": gettext(definition.name),
            "target": amount(definition.unit, Fraction(goal.value)),
        }
        yield Line(template=N_("{period}: {metric} {target}"), params=params)


def _left(at: Seen) -> Iterator[Line]:
    """Sales still to be made, and how much that is a working day."""
    row, period = at.view.row(SALES, at.team), at.view.period
    if not row["target"]:
        return
    gap = exact(row["target"]) - exact(row["actual"])
    params: dict[str, object] = {"period": period.text, "gap": money(gap)}
    if gap <= 0:
        yield Line(template=N_("The target of {period} is reached already."), params=params)
        return
    days = _days_left(at.session, at.view.as_of, period.end)
    if days is None:
        template = N_("{gap} are left to reach the target of {period}.")
    elif days == 0:
        template = N_("{gap} are left to reach the target of {period}, and no working day.")
    elif days == 1:
        template = N_("{gap} are left to reach the target of {period}, on one working day.")
    else:
        params |= {"days": days, "each": money(gap / days)}
        template = N_(
            "{gap} are left to reach the target of {period}:"
            " {each} on each of {days:working day|working days}."
        )
    yield Line(template=template, params=params)


def _days_left(session: Session, as_of: date, end: date) -> int | None:
    """Working days after a day, up to another; None where they are not known."""
    book = session.book
    try:
        return len(working_days(book.settings.calendar, book.root, as_of + timedelta(days=1), end))
    except BookBroken as broken:
        if any(one.code != "K001" for one in broken.found):
            raise
        return None
