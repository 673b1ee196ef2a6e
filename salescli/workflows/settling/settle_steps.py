"""`settle publish|close|pay`: the steps of a settlement after its draft (SPEC S1, S2).

Each writes one event into the month's `settlement.yaml`, or refuses in a sentence (exit 4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from salescli.books.calendar import calendar_days
from salescli.books.objections import read_objections
from salescli.books.settlements import (
    read_settlement,
    rule_copy,
    settled_periods,
    settlement_path,
)
from salescli.calc.settle.dates import WorkingDays, open_through, publish_by
from salescli.findings import BookBroken, Finding, Refused, has_errors
from salescli.i18n import N_, Word, several
from salescli.model.period import Period
from salescli.model.settlement import EVENTS, STATE_WORDS, Event, Settlement, State
from salescli.model.table import Column, Line, Report, Table
from salescli.workflows.said import said
from salescli.workflows.session import Session, writing_session
from salescli.workflows.settling.beside import settled_before
from salescli.workflows.settling.chain import stale_drafts
from salescli.workflows.settling.commits import commit_of
from salescli.workflows.settling.settle import not_stale
from salescli.workflows.settling.settlement_files import manifest_yaml
from salescli.workflows.settling.settlements import intact

_NEXT: dict[State, str] = {
    "published": N_(
        "objections: salescli object add {period}; after the window: salescli settle close {period}"
    ),
    "closed": N_("when the money is on its way: salescli settle pay {period}"),
    "paid": N_("the next month: salescli settle draft"),
}
_COMES_FIRST: dict[State, str] = {
    "published": N_("make a draft first: salescli settle draft {period}"),
    "closed": N_("publish it first: salescli settle publish {period}"),
    "paid": N_("close it first: salescli settle close {period}"),
}
_FROM: dict[State, State] = {"published": "draft", "closed": "published", "paid": "closed"}


def publish(root: Path, period: str, on: date, actor: str = "") -> Report:
    """Show a draft to the people paid: from now on it stays as it is.

    Raises:
        Refused: if it is no draft, if anything it rests on has changed since, or if the month is not over.
        BookBroken: if the calendar of the window's days is not known, or the book has errors.
        Busy: if another run writes into the book.
    """
    with writing_session(root) as session:
        month = session.period(period, ("month",))
        return _step(session, month, "published", on, actor, partial(_may_publish, session, month, on))


def close(root: Path, period: str, on: date, actor: str = "") -> Report:
    """Close a published month for ever: its window is over and no objection is open.

    Raises:
        Refused: if that is not so, or an earlier month is not closed yet.
    """
    with writing_session(root) as session:
        month = session.period(period, ("month",))
        return _step(session, month, "closed", on, actor, partial(_may_close, session, month, on))


def pay(root: Path, period: str, on: date, actor: str = "") -> Report:
    """Record that a closed month is paid, once.

    Raises:
        Refused: if it is not closed, or is paid already.
    """
    with writing_session(root) as session:
        month = session.period(period, ("month",))
        return _step(session, month, "paid", on, actor, lambda known: None)  # noqa: ARG005


def _step(
    session: Session, month: Period, to: State, on: date, actor: str, allow: Callable[[Settlement], None]
) -> Report:
    root, actor = session.book.root, said(actor, "--actor")
    known = _in_state(root, month, to)
    before = max(known.events, key=lambda event: event.on)
    if on < before.on:
        raise Refused(
            N_("{period} was {state} on {last}, which is after {on}"),
            hint=N_("give the day with --on"),
            period=month.text,
            state=Word(EVENTS[before.event]),
            last=before.on.isoformat(),
            on=on.isoformat(),
        )
    intact(root, known)
    allow(known)
    commit, without = commit_of(root, known, to)
    step = Event(event=to, on=on, actor=actor, commit=commit)
    made = replace(known, state=to, events=(*known.events, step))
    rules = _copies(root, made) if to == "published" else {}
    session.write({**rules, settlement_path(root, month.text): manifest_yaml(made)})
    return _report(session, month, made, without)


def _copies(root: Path, made: Settlement) -> dict[Path, bytes]:
    """The rules a month is paid by, kept under their hashes so that it can be reckoned again for ever."""
    paths = ((rule_copy(root, digest), root / path) for path, digest in sorted(made.rules.items()))
    return {copy: rule.read_bytes() for copy, rule in paths if not copy.is_file()}


def _in_state(root: Path, month: Period, to: State) -> Settlement:
    found: list[Finding] = []
    known = read_settlement(root, month.text, found)
    if has_errors(found):
        raise BookBroken(found)
    if known is None:
        raise Refused(
            N_("{period} has no settlement"), hint=N_("make a draft first: salescli settle draft {period}"),
            period=month.text,
        )  # fmt: skip
    if known.state != _FROM[to]:
        already = known.state == to
        raise Refused(
            N_("{period} is already {state}") if already else N_("{period} is {state}, not {needed}"),
            hint="" if already or known.state in ("closed", "paid") else _COMES_FIRST[to],
            period=month.text,
            state=Word(STATE_WORDS[known.state]),
            needed=Word(STATE_WORDS[_FROM[to]]),
        )
    return known


def _may_publish(session: Session, month: Period, on: date, known: Settlement) -> None:
    if on <= month.end or known.as_of < month.end:
        raise Refused(
            N_("{period} is not over: its draft looked at facts up to {as_of}"),
            hint=N_("bring in the rest of the month, draft it again, and publish it after {end}"),
            period=month.text,
            as_of=known.as_of.isoformat(),
            end=month.end.isoformat(),
        )
    not_stale(session, month, known)
    for earlier in settled_before(session, month):
        if session.settled.known(earlier).state == "draft":
            raise Refused(
                N_("{earlier} is only a draft: months are published in order"),
                hint=N_("publish it first: salescli settle publish {earlier}"),
                earlier=earlier.text,
            )
    stale = stale_drafts(session.book.root, month)
    if stale:
        raise Refused(
            N_("{later} was drafted before {period} was drafted again, and does not rest on it any more"),
            hint=N_("draft it again first: salescli settle draft {later}"),
            later=stale[0],
            period=month.text,
        )
    window_of(session, on)  # the days must be known


def _may_close(session: Session, month: Period, on: date, known: Settlement) -> None:
    root = session.book.root
    published = known.day("published")
    assert published is not None  # its state says so
    last = window_of(session, published)
    if on <= last:
        raise Refused(
            N_("{period} is open for objections through {last}"),
            hint=N_("close it from the day after on"),
            period=month.text,
            last=last.isoformat(),
        )
    waiting = [objection.id for objection in read_objections(root, month.text) if objection.state == "open"]
    if waiting:
        raise Refused(
            N_("{period} has open objections: {ids}"),
            hint=N_("answer them: salescli object answer {period} {first}"),
            period=month.text,
            ids=several(waiting),
            first=waiting[0],
        )
    for earlier in settled_periods(root):
        found: list[Finding] = []
        before = read_settlement(root, earlier.text, found) if earlier.start < month.start else None
        if before is not None and before.state not in ("closed", "paid"):
            raise Refused(
                N_("{earlier} is only {state}: months are closed in order"),
                hint=N_("close it first: salescli settle close {earlier}"),
                earlier=earlier.text,
                state=Word(STATE_WORDS[before.state]),
            )


def calendar_of(session: Session) -> WorkingDays:
    """The working days of the book's calendar."""
    book = session.book
    return calendar_days(book.settings.calendar, book.root)


def window_of(session: Session, published: date) -> date:
    """The last day for objections to what was published on a day."""
    return open_through(session.book.settings.settlement, calendar_of(session), published)


def _report(session: Session, month: Period, made: Settlement, without: Line | None) -> Report:
    columns = (
        Column("event", N_("Event"), "word"),
        Column("date", N_("Date"), "date"),
        Column("objection", N_("Objection")),
        Column("actor", N_("Who")),
        Column("commit", N_("Commit"), people=False),
    )
    rows = tuple(
        {
            "event": e.event,
            "date": e.on,
            "objection": e.objection or None,
            "actor": e.actor or None,
            "commit": e.commit or None,
        }
        for e in made.events
    )
    return Report(
        command="settle",
        tables=(Table(name="rows", columns=columns, rows=rows),),
        header=session.header(month, made.as_of),
        period=month.text,
        as_of=made.as_of,
        currency=made.currency,
        notes=(*(() if without is None else (without,)), *_notes(session, month, made)),
    )


def _notes(session: Session, month: Period, made: Settlement) -> Iterator[Line]:
    at = made.events[-1].on
    if made.state == "published":
        due = publish_by(session.book.settings.settlement, calendar_of(session), month.end)
        if at > due:
            text = N_("published late: {period} was due on {due}")
            yield Line(template=text, params={"period": month.text, "due": due.isoformat()})
        last = window_of(session, at).isoformat()
        yield Line(template=N_("open for objections through {last}"), params={"last": last})
    yield Line(template=_NEXT[made.state], params={"period": month.text})
