"""`object list`, and objections as rows of any table: what became of each, and which month pays it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from salescli.books.objections import read_objections
from salescli.books.settlements import settled_periods
from salescli.i18n import N_
from salescli.model.objection import Objection
from salescli.model.period import Period
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.workflows.session import Session, open_session

COLUMNS = (
    Column("id", N_("No.")),
    Column("person", N_("Person")),
    Column("about", N_("About"), spare=1),
    Column("reason", N_("Reason")),
    Column("date", N_("Date"), "date"),
    Column("state", N_("State"), "word"),
    Column("answer", N_("Answer"), spare=2),
    Column("amount", N_("Adjustment"), "money"),
    Column("adjustment", N_("Entry"), spare=4),
    Column("paid_with", N_("Paid with"), spare=3),
)


def listed(root: Path, period: str | None = None, only_open: bool = False) -> Report:
    """The objections to a month, or to every month; `only_open` leaves out those that are answered."""
    with open_session(root) as session:
        month = None if period is None else session.period(period, ("month",))
        months = settled_periods(session.book.root) if month is None else (month,)
        objections = [o for at in months for o in read_objections(session.book.root, at.text)]
        shown = [o for o in objections if o.state == "open" or not only_open]
        waiting = next((o for o in objections if o.state == "open"), None)
        notes: tuple[Line, ...] = ()
        if waiting is not None:
            told = N_("answer it: salescli object answer {period} {id} --accept --amount 120 --text …")
            notes = (Line(template=told, params={"period": waiting.period, "id": waiting.id}),)
        return report_of(session, month, shown, notes)


def report_of(
    session: Session, month: Period | None, objections: Sequence[Objection], notes: tuple[Line, ...]
) -> Report:
    """Objections as a report; the month they are to is a column where there may be several."""
    company = session.book.settings.company or session.book.root.name
    head = N_("{company} · objections") if month is None else N_("{company} · {period}")
    columns = (Column("period", N_("Period"), people=month is None), *COLUMNS)
    return Report(
        command="object",
        tables=(Table(name="rows", columns=columns, rows=objection_rows(session, objections)),),
        header=(
            Line(template=head, params={"company": company, "period": "" if month is None else month.text}),
        ),
        period=None if month is None else month.text,
        currency=session.book.settings.currency,
        notes=notes,
    )


def objection_rows(session: Session, objections: Iterable[Objection]) -> tuple[Row, ...]:
    """Objections as rows under `COLUMNS`, each with the month whose entries pay it."""
    settled = settled_periods(session.book.root)
    return tuple(
        {
            "period": o.period,
            "id": o.id,
            "person": o.person,
            "about": o.about or None,
            "reason": o.reason,
            "date": o.on,
            "state": o.state,
            "answer": o.answer or None,
            "amount": o.amount if o.amount else None,
            "adjustment": o.adjustment or None,
            "paid_with": next((at.text for at in settled if o.name in session.settled.causes(at)), None)
            if o.amount
            else None,
        }
        for o in objections
    )
