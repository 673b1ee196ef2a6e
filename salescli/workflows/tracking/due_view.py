"""What is due as tables: for machines a row each, for people one for all who owe the same (SPEC R3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from salescli.i18n import N_
from salescli.model.due import Due, Moment, State, What
from salescli.model.table import Column, Line, Row, Table
from salescli.render.words import separator
from salescli.workflows.session import Session

ROWS = (
    Column("what", "what"),
    Column("period", "period"),
    Column("person", "person"),
    Column("due_on", "due_on", "date"),
    Column("due_at", "due_at"),
    Column("state", "state"),
    Column("days_late", "days_late", "count"),
    Column("note", "note"),
    Column("command", "command"),
)
PEOPLE = (
    Column("state_name", "State"),
    Column("what_name", "What", "word"),
    Column("period", "Period"),
    Column("who", "For"),
    Column("due", "Due"),
    Column("note", "Note", spare=2),
    Column("command", "Next", spare=1),
)
NAMES: dict[What, str] = {
    "activities": N_("activities"),
    "collections": N_("collections"),
    "weekly_report": N_("weekly report"),
    "monthly_report": N_("monthly report"),
    "weekly_review": N_("weekly review"),
    "monthly_review": N_("monthly review"),
    "quarterly_review": N_("quarterly review"),
    "publish": N_("publish settlement"),
    "answer": N_("answer objection"),
    "close": N_("close settlement"),
    "pay": N_("pay settlement"),
    "action": N_("action"),
}
STATES: dict[State, str] = {"late": N_("late"), "today": N_("today"), "coming": N_("coming")}
_DAYS_LATE = N_("{days:day|days} late")
_NAMED = 2
_FOR_PEOPLE = 60


def tables(session: Session, rows: Sequence[Due], moment: Moment) -> tuple[Table, ...]:
    """A table for machines, and one for people."""
    grouped = tuple(_grouped(session, rows, moment))
    return (
        Table(name="rows", columns=ROWS, rows=tuple(_row(one, moment) for one in rows), people=False),
        Table(name="people", columns=PEOPLE, rows=grouped[:_FOR_PEOPLE], machine=False),
    )


def _row(one: Due, moment: Moment) -> Row:
    return {
        "what": one.what,
        "period": one.period or None,
        "person": one.person or None,
        "due_on": one.on,
        "due_at": f"{one.at:%H:%M}" if one.at else None,
        "state": one.state(moment),
        "days_late": one.days_late(moment),
        "note": one.note,
        "command": one.command or None,
    }


def shown_for_people(rows: Sequence[Due]) -> tuple[int, int] | None:
    """How many rows people see of how many; None if they see all."""
    count = len(_groups(rows))
    return (_FOR_PEOPLE, count) if count > _FOR_PEOPLE else None


def _groups(rows: Sequence[Due]) -> list[list[Due]]:
    """All who owe the same at the same time together; actions and objections each have their own."""
    groups: dict[tuple[object, ...], list[Due]] = {}
    for one in rows:
        own = one.command if one.what in ("action", "answer") else ""
        groups.setdefault((one.what, one.period, one.on, one.at, own), []).append(one)
    return list(groups.values())


def _grouped(session: Session, rows: Sequence[Due], moment: Moment) -> Iterator[Row]:
    """One row for each group."""
    for group in _groups(rows):
        first = group[0]
        state = first.state(moment)
        days = first.days_late(moment)
        yield {
            "state_name": Line(template=_DAYS_LATE if days > 1 else STATES[state], params={"days": days}),
            "what_name": NAMES[first.what],
            "period": first.period or None,
            "who": _who(session, group),
            "due": f"{first.on.isoformat()} {first.at:%H:%M}" if first.at else first.on.isoformat(),
            "note": first.note,
            "command": _command(first),
            "_strong": state == "late",
        }


def _command(one: Due) -> str | None:
    """What to do next, without what only machines and the remarks need."""
    command = one.command.removeprefix("$EDITOR ")
    return command.partition(" -O ")[0].partition(" FILE")[0].partition(" --accept")[0] or None


def _who(session: Session, group: Sequence[Due]) -> Line | str | None:
    people = session.book.org.people
    names = [people[one.person].name if one.person in people else one.person for one in group if one.person]
    if not names:
        return None
    if len(names) <= _NAMED + 1:
        return separator().join(names)
    params: dict[str, object] = {
        "names": separator().join(names[:_NAMED]),
        "count": len(names) - _NAMED,
    }
    return Line(template=N_("{names} and {count:other|others}"), params=params)
