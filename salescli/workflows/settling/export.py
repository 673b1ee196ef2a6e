"""`export payroll|journal`: a closed month for the people who pay it out and book it (SPEC S6)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from salescli.books.settlements import read_rows, read_settlement, settlement_path
from salescli.calc.settle.journal import Booking, Form, journal_text
from salescli.findings import BookBroken, Finding, Refused
from salescli.i18n import N_, Word
from salescli.model.period import Period
from salescli.model.settlement import ENTRIES, EVENTS, PAYOUTS, Event, Settlement
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.workflows.said import said
from salescli.workflows.session import Session, open_session, writing_session
from salescli.workflows.settling.settlement_files import manifest_yaml
from salescli.workflows.settling.settlements import intact

EXPORTED = "exported"
_BALANCES = {"brought": 1, "carried": -1}
_COLUMNS = (
    Column("entry_id", N_("Entry")),
    Column("period", N_("Period")),
    Column("person", N_("Id")),
    Column("name", N_("Person")),
    Column("plan", N_("Plan")),
    Column("component", N_("Component")),
    Column("kind", N_("Kind")),
    Column("deal_id", N_("Deal")),
    Column("amount", N_("Amount"), "money"),
    Column("currency", N_("Currency")),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def payroll(root: Path, period: str, on: date, actor: str = "", again: bool = False) -> Report:
    """Every entry of a closed month, once: the settlement remembers that it was given out.

    A person's rows sum to what is payable: what was brought from the month before is a row, and what is
    carried on is taken off in one.

    Args:
        again: Give out the same file once more, where it was lost.

    Raises:
        Refused: if the month is not closed, was changed by hand, or was given out already.
    """
    actor = said(actor, "--actor")
    with writing_session(root) as session:
        month = session.period(period, ("month",))
        book = session.book.root
        known = _closed(book, month)
        given = next((event for event in known.events if event.event == EXPORTED), None)
        if given is not None and not again:
            raise Refused(
                N_("the payroll of {period} was exported on {day} already"),
                hint=N_("the same file once more, where it was lost: --again"),
                period=month.text,
                day=given.on.isoformat(),
            )
        if given is None and again:
            raise Refused(
                N_("the payroll of {period} was not exported yet"),
                hint=N_("leave --again out"),
                period=month.text,
            )
        rows = tuple(_rows(session, book, month))
        if given is None:
            _not_before_closing(known, month, on)
            made = replace(known, events=(*known.events, Event(event=EXPORTED, on=on, actor=actor)))
            session.write({settlement_path(book, month.text): manifest_yaml(made)})
        note = Line(
            template=N_(
                "{count:row|rows}; remembered: the payroll of {period} is not exported a second time"
            ),
            params={"count": len(rows), "period": month.text},
        )
        return Report(
            command="export",
            tables=(Table(name="rows", columns=_COLUMNS, rows=rows),),
            period=month.text,
            currency=known.currency,
            notes=(note,),
            document=_excel_csv(rows),
        )


def _not_before_closing(known: Settlement, month: Period, on: date) -> None:
    closed = next(event for event in known.events if event.event == "closed")
    if on < closed.on:
        raise Refused(
            N_("{period} was {state} on {last}, which is after {on}"),
            hint=N_("give the day with --on"),
            period=month.text,
            state=Word(EVENTS[closed.event]),
            last=closed.on.isoformat(),
            on=on.isoformat(),
        )


def journal(root: Path, period: str, form: Form, accounts: tuple[str, str, str]) -> Report:
    """A closed month as double entry: what is owed at its end, and what was paid, if it was.

    Args:
        accounts: Of the expense, of what is owed to people, and of the bank.

    Raises:
        Refused: if the month is not closed, or was changed by hand.
        Misuse: if an account is not one, in the form asked for.
    """
    with open_session(root) as session:
        month = session.period(period, ("month",))
        book = session.book.root
        known = _closed(book, month)
        folder = settlement_path(book, month.text).parent
        bookings = tuple(
            Booking(
                person=row["person"],
                plan=row["plan"],
                component=row["component"],
                amount=Decimal(row["amount"]),
            )
            for row in read_rows(folder / ENTRIES)
        )
        payable = {row["person"]: Decimal(row["payable"]) for row in read_rows(folder / PAYOUTS)}
        paid = next((event.on for event in known.events if event.event == "paid"), None)
        text = journal_text(form, month, known.currency, bookings, payable, paid, accounts)
        notes: tuple[Line, ...] = ()
        if paid is None:
            told = N_("{period} is not paid yet: its payment is booked when it is exported after that")
            notes = (Line(template=told, params={"period": month.text}),)
        return Report(
            command="export", period=month.text, currency=known.currency, document=text, notes=notes
        )


def _closed(root: Path, month: Period) -> Settlement:
    """A closed or paid month, as it was written."""
    found: list[Finding] = []
    known = read_settlement(root, month.text, found)
    if known is None and found:
        raise BookBroken(found)
    if known is None or known.state not in ("closed", "paid"):
        raise Refused(
            N_("{period} is not closed: only what is closed is given out"),
            hint=N_("close it first: salescli settle close {period}"),
            period=month.text,
        )
    intact(root, known)
    return known


def _rows(session: Session, root: Path, month: Period) -> Iterator[Row]:
    folder = settlement_path(root, month.text).parent
    entries: dict[str, list[dict[str, str]]] = {}
    for row in read_rows(folder / ENTRIES):
        entries.setdefault(row["person"], []).append(row)
    for payout in read_rows(folder / PAYOUTS):
        person = payout["person"]
        known = session.book.org.people.get(person)
        name = person if known is None else known.name
        for row in entries.get(person, ()):
            yield {
                **{key: row[key] for key in ("entry_id", "period", "person", "plan", "component", "kind")},
                "name": name,
                "deal_id": row["deal_id"] or None,
                "amount": Decimal(row["amount"]),
                "currency": row["currency"],
            }
        for kind, sign in _BALANCES.items():
            if Decimal(payout[kind]):
                yield {
                    "entry_id": f"{month.text}/{person}/{kind}",
                    "period": month.text,
                    "person": person,
                    "name": name,
                    "plan": None,
                    "component": None,
                    "kind": kind,
                    "deal_id": None,
                    "amount": sign * Decimal(payout[kind]),
                    "currency": payout["currency"],
                }


def _excel_csv(rows: Sequence[Row]) -> str:
    """CSV with a byte order mark, which Excel needs to read Chinese; no text of it is run as a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.key for column in _COLUMNS])
    for row in rows:
        writer.writerow([_cell(row[column.key]) for column in _COLUMNS])
    return "\ufeff" + text.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = "" if value is None else str(value)
    return "'" + text if text.startswith(_FORMULA) else text
