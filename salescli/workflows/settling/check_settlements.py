"""What is wrong in settled months and the objections to them (finding codes S), for `validate`."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from salescli.books.calendar import working_days
from salescli.books.csvrows import Row
from salescli.books.fields import one_of, read_amount
from salescli.books.read_settled import Rows, SettledFiles, read_settled, settled_folders
from salescli.books.settlements import settlement_path
from salescli.calc.settle.dates import open_through
from salescli.findings import BookBroken, Finding, Span, finding
from salescli.i18n import N_
from salescli.model.book import Book
from salescli.model.entry import Entry
from salescli.model.period import Period
from salescli.model.settlement import KINDS, OBJECTION, REACHES
from salescli.workflows.settling.check_objections import check_objections

if TYPE_CHECKING:
    from salescli.measures import Facts

_AGAIN = N_("restore the file, or while the month is a draft make it again: salescli settle draft {month}")


def check_settlements(book: Book, facts: Facts | None, found: list[Finding]) -> None:
    """Check every settled month, first to last.

    Args:
        facts: To ask for deals that objections name; None leaves that out.
    """
    months = settled_folders(book.root, found)
    found.extend(_gaps(months))
    seen: dict[str, Span] = {}
    carried: Mapping[str, Decimal] = {}
    before: Period | None = None
    for month in months:
        files = read_settled(book.root, month, found)
        found.extend(_manifest(book, files, before))
        if files.entries is not None:
            sums = _entries(book, files.entries, month, seen)
            if files.payouts is not None:
                carried = _payouts(book, files.payouts, month, sums, carried)
        check_objections(book, facts, files, found)
        before = month


def _gaps(months: list[Period]) -> Iterator[Finding]:
    for one, other in itertools.pairwise(months):
        if one.shift(1) != other:
            yield finding(
                "S004",
                Span(settlement_path(Path(), other.text).parent.as_posix()),
                N_("{month} is settled, but not {gap}, the month after {before}"),
                hint=N_("draft it, if anybody is paid for it: salescli settle draft {gap}"),
                severity="warning",
                month=other.text,
                gap=one.shift(1).text,
                before=one.text,
            )


def _manifest(book: Book, files: SettledFiles, before: Period | None) -> Iterator[Finding]:
    typed, month = files.manifest, files.month
    if typed is None:
        return
    restore = N_("restore the file; it is written by salescli settle alone")
    if typed.value.period != month.text:
        yield typed.finding(
            "S002",
            ("period",),
            N_("this is {period}, in the folder of {month}"),
            restore,
            period=typed.value.period,
            month=month.text,
        )
    steps = [event.event for event in typed.value.events]
    reached = [REACHES[step] for step in steps if step in REACHES]
    state = reached[-1] if reached else "draft"
    if steps[:1] != ["drafted"] or reached != list(REACHES.values())[: len(reached)]:
        yield typed.finding("S002", ("events",), N_("its steps are not in their order"), restore)
    elif typed.value.state != state:
        yield typed.finding("S002", ("state",), N_("its steps lead to `{state}`"), restore, state=state)
    yield from _previous(files, before)
    for event in typed.value.events:
        if event.event == "published":
            try:
                open_through(book.settings.settlement, partial(_working, book), event.on)
            except BookBroken as broken:
                yield from broken.found


def _working(book: Book, start: date, end: date) -> frozenset[date]:
    return working_days(book.settings.calendar, book.root, start, end)


def _previous(files: SettledFiles, before: Period | None) -> Iterator[Finding]:
    typed = files.manifest
    assert typed is not None
    wanted = None if before is None else settlement_path(Path(), before.text).as_posix()
    named = None if typed.value.previous is None else typed.value.previous.file
    if named == wanted:
        return
    if wanted is None:
        text, hint = N_("it names {named}, which is not there"), N_("restore that month")
    elif named is None:
        text, hint = (
            N_("it names no settlement before it, but {wanted} is there"),
            N_("draft it again, or remove what was settled after it"),
        )
    else:
        text, hint = N_("it names {named}, but before it comes {wanted}"), N_("restore the months between")
    yield typed.finding("S003", ("previous", "file"), text, hint, named=named or "", wanted=wanted or "")


def _entries(
    book: Book, entries: Rows, month: Period, seen: dict[str, Span]
) -> dict[str, dict[str, Decimal]]:
    """Sums by person and kind; what is wrong in the rows goes to the table's findings."""
    table = entries.table
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(KINDS, Decimal(0)))
    known_kind = one_of(*KINDS)
    for row in entries.rows:
        cells = row.cells
        kind, amount = table.read(row, "kind", known_kind), table.read(row, "amount", read_amount)
        person = cells["person"]
        if person not in book.org.people:
            table.say(
                "S005",
                row,
                "person",
                N_("there is no person {person}"),
                _AGAIN,
                person=person,
                month=month.text,
            )
        if kind is None or amount is None:
            continue
        sums[person][kind] += amount
        own = Entry(
            period=cells["period"],
            person=person,
            plan=cells["plan"],
            component=cells["component"],
            kind=kind,  # type: ignore[arg-type]
            amount=amount,
            currency=cells["currency"],
            deal_id=cells["deal_id"],
            settled_with=_settled_with(book, cells, month),
        ).entry_id
        if own != cells["entry_id"]:
            table.say(
                "S006",
                row,
                "entry_id",
                N_("what this row pays for has the id {id}"),
                _AGAIN,
                id=own,
                month=month.text,
            )
        written = cells["entry_id"]
        if written in seen:
            table.say(
                "S007",
                row,
                "entry_id",
                N_("the same is paid for in {place}"),
                _AGAIN,
                place=str(seen[written]),
                month=month.text,
            )
        seen.setdefault(written, Span(table.path, row.line))
    return sums


def _settled_with(book: Book, cells: Mapping[str, str], month: Period) -> str:
    """The month, where it changes a period settled before; what objections pay is told by their number."""
    if cells["plan"] == OBJECTION:
        return ""
    try:
        return month.text if book.period(cells["period"]).end < month.start else ""
    except ValueError:
        return ""


def _payouts(
    book: Book,
    payouts: Rows,
    month: Period,
    sums: Mapping[str, Mapping[str, Decimal]],
    brought: Mapping[str, Decimal],
) -> Mapping[str, Decimal]:
    """What is carried on, by person; rows that do not sum go to the table's findings."""
    table = payouts.table
    left = set(sums) | {person for person, amount in brought.items() if amount}
    carried: dict[str, Decimal] = {}
    for row in payouts.rows:
        person = row.cells["person"]
        if person not in book.org.people:
            table.say(
                "S005",
                row,
                "person",
                N_("there is no person {person}"),
                _AGAIN,
                person=person,
                month=month.text,
            )
        read = {key: table.read(row, key, read_amount) for key in (*KINDS, "brought", "carried", "payable")}
        amounts = {key: amount for key, amount in read.items() if amount is not None}
        left.discard(person)
        if len(amounts) == len(read):
            carried[person] = amounts["carried"]
            _sums(payouts, row, month, amounts, sums.get(person, {}), brought.get(person, Decimal(0)))
    for person in sorted(left):
        table.say(
            "S008",
            Row(1, {}),
            None,
            N_("there is no row for {person}"),
            _AGAIN,
            person=person,
            month=month.text,
        )
    return carried


def _sums(
    payouts: Rows,
    row: Row,
    month: Period,
    amounts: Mapping[str, Decimal],
    sums: Mapping[str, Decimal],
    brought: Decimal,
) -> None:
    whole = brought + sum(sums.values(), Decimal(0))
    zero = Decimal(0)
    own: dict[str, Decimal] = {kind: sums.get(kind, zero) for kind in KINDS}
    wanted = {
        **own,
        "brought": brought,
        "carried": min(whole, zero),
        "payable": max(whole, zero),
    }
    for key, amount in wanted.items():
        if amounts[key] != amount:
            payouts.table.say(
                "S008",
                row,
                key,
                N_("{column} is {is_now}, but comes to {amount}"),
                _AGAIN,
                column=key,
                is_now=f"{amounts[key]:f}",
                amount=f"{amount:f}",
                month=month.text,
            )
            return
