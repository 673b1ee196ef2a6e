"""`action list|done`: what reviews and diagnoses have decided comes back until it is done (SPEC R2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from salescli.findings import Finding
from salescli.i18n import N_
from salescli.model.book import Book
from salescli.model.note import Action
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.workflows.notes import notes_of
from salescli.workflows.notes_write import finish_action
from salescli.workflows.said import said
from salescli.workflows.session import day_of, open_session, sound_book

COLUMNS = (
    Column("id", N_("Id")),
    Column("text", N_("To do")),
    Column("owner_name", N_("Owner"), machine=False),
    Column("owner", "owner", people=False),
    Column("due", N_("Due")),
    Column("state_name", N_("State"), "word", machine=False),
    Column("state", "state", people=False),
    Column("decided", N_("Decided in"), spare=2),
    Column("done", N_("Done"), spare=1),
    Column("note", N_("What came of it"), spare=3),
    Column("place", "place", people=False),
)
STATES = {"open": N_("to do"), "overdue": N_("overdue"), "done": N_("done"), "later": N_("decided later")}


def listed(root: Path, as_of: str | None = None, everything: bool = False) -> Report:
    """What is to be done as of a day, overdue first; `everything` adds what is done.

    Without a day, the newest one the book knows: of its facts, of decisions, of what was done.

    Raises:
        BookBroken: if the book or its notes have errors.
        Misuse: if the day is none.
    """
    with open_session(root) as session:
        warnings: list[Finding] = []
        tasks = list(notes_of(session.book, warnings).tasks())
        day = day_of(as_of) if as_of else _newest(tasks, session.facts.months())
        shown = [task for task in tasks if everything or task.open_on(day)]
        late = sum(1 for task in tasks if task.overdue_on(day))
        params: dict[str, object] = {
            "company": session.book.settings.company or session.book.root.name,
            "as_of": "–" if day == date.min else day.isoformat(),
            "open": sum(1 for task in tasks if task.open_on(day)),
            "late": late,
        }
        return Report(
            command="action",
            as_of=None if day == date.min else day,
            currency=session.book.settings.currency,
            header=(
                Line(template=N_("{company} · as of {as_of}"), params=params),
                Line(template=N_("open actions: {open}, overdue: {late}"), params=params),
            ),
            tables=(Table(name="rows", columns=COLUMNS, rows=tuple(action_rows(session.book, shown, day))),),
            findings=tuple(warnings),
            notes=_next(tasks, shown),
        )


def done(root: Path, word: str, on: date, note: str) -> Report:
    """Write down that an action is done.

    Raises:
        As `finish_action`.
    """
    book = sound_book(root)
    action = finish_action(book, word, on, said(note, "--note"))
    params: dict[str, object] = {"path": action.place.path}
    return Report(
        command="action",
        as_of=on,
        currency=book.settings.currency,
        tables=(Table(name="rows", columns=COLUMNS, rows=tuple(action_rows(book, [action], on))),),
        notes=(Line(template=N_("written into {path}"), params=params),),
    )


def _newest(tasks: Sequence[Action], facts: tuple[date, date] | None) -> date:
    days = [facts[1]] if facts is not None else []
    days += [day for one in tasks for day in (one.decided.start, one.done) if day is not None]
    return max(days, default=date.min)


def action_rows(book: Book, actions: Sequence[Action], day: date) -> list[Row]:
    """Actions as rows under `COLUMNS`: overdue first, then by due date, done ones last; for reviews too."""
    order = ("overdue", "open", "later", "done")
    ranked = sorted(actions, key=lambda one: (order.index(state_of(one, day)), one.due, one.id))
    return [_row(book, one, day) for one in ranked]


def state_of(action: Action, day: date) -> str:
    """`open`, `overdue`, `done` as of a day; `later` if it had not been decided yet."""
    if action.overdue_on(day):
        return "overdue"
    if action.open_on(day):
        return "open"
    return "done" if action.known_on(day) else "later"


def _row(book: Book, action: Action, day: date) -> Row:
    person = book.org.people.get(action.owner)
    state = state_of(action, day)
    return {
        "id": action.id,
        "text": action.text,
        "owner_name": person.name if person else action.owner,
        "owner": action.owner,
        "due": action.due.isoformat(),
        "state_name": STATES[state],
        "state": state,
        "decided": action.decided.text,
        "done": action.done.isoformat() if action.done and state == "done" else None,
        "note": (action.note or None) if state == "done" else None,
        "place": str(action.place),
    }


def _next(tasks: Sequence[Action], shown: Sequence[Action]) -> tuple[Line, ...]:
    if not tasks:
        return (Line(template=N_("nothing has been decided yet; write actions into ledger/notes")),)
    if not shown:
        return (Line(template=N_("nothing is open; --all shows what is done")),)
    still = next((one for one in shown if one.done is None), None)
    if still is None:
        return ()
    return (Line(template=N_("next: salescli action done {id} --note …"), params={"id": still.id}),)
