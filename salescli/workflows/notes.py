"""Notes and weekly reports of a book, read and checked, for whoever needs them (SPEC A4, A5, K6, R2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salescli.books.read_notes import read_notes, read_reports
from salescli.calc.checks.notes import check_notes, check_reports
from salescli.findings import BookBroken, Finding, finding, has_errors
from salescli.i18n import N_
from salescli.model.book import Book
from salescli.model.note import Notes, WeeklyReports
from salescli.model.period import Period
from salescli.workflows.soundness import tidy

if TYPE_CHECKING:
    from salescli.measures import Facts


def notes_of(book: Book, warnings: list[Finding] | None = None) -> Notes:
    """Everything in `ledger/notes`; empty where there is nothing.

    Args:
        book: As read.
        warnings: Gets what is odd but not wrong, such as an action without owner.

    Raises:
        BookBroken: with everything wrong in these files.
    """
    found: list[Finding] = []
    notes = read_notes(book.notes, book.root, book.settings.fiscal_year_start, found)
    found.extend(check_notes(notes, book))
    _stop(book, found)
    if warnings is not None:
        warnings.extend(tidy(book.root, found))
    return notes


def reports_of(book: Book, week: Period) -> WeeklyReports:
    """The weekly reports of a week; empty where there is no file of it.

    Raises:
        BookBroken: with everything wrong in the file.
    """
    path = book.reports.get(week.text)
    if path is None:
        return WeeklyReports(week=week)
    found: list[Finding] = []
    reports = read_reports(path, book.root, book.settings.fiscal_year_start, found)
    if reports is not None:
        found.extend(check_reports(reports, book))
    _stop(book, found)
    return reports or WeeklyReports(week=week)


def check_all(book: Book, found: list[Finding]) -> Notes:
    """What is wrong in any notes or reports of the book, for `validate`; gives the notes."""
    fiscal = book.settings.fiscal_year_start
    told: list[Finding] = []
    notes = read_notes(book.notes, book.root, fiscal, told)
    told.extend(check_notes(notes, book))
    for path in book.reports.values():
        reports = read_reports(path, book.root, fiscal, told)
        if reports is not None:
            told.extend(check_reports(reports, book))
    found.extend(told)
    return notes


def check_deals(notes: Notes, facts: Facts, found: list[Finding]) -> None:
    """Deals that notes name and no file has, as warnings: they may not be imported yet."""
    named = sorted({note.deal for note in notes.notes if note.deal})
    known = facts.amounts(named) if named else {}
    for note in notes.notes:
        if note.deal and note.deal not in known:
            near = facts.near_deal(note.deal)
            found.append(
                finding(
                    "N010",
                    note.places.get("deal", note.place),
                    N_("there is no deal `{deal}`"),
                    hint=N_("did you mean {near}?") if near else N_("correct the id, or import the deal"),
                    severity="warning",
                    deal=note.deal,
                    near=near or "",
                )
            )


def _stop(book: Book, found: list[Finding]) -> None:
    if has_errors(found):
        raise BookBroken(tidy(book.root, found))
