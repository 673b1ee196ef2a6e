"""`calendar show|add|next-workday`: the working days that due dates rest on (SPEC S2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from salescli.books import load_book
from salescli.books.calendar import (
    calendar_days,
    calendar_path,
    calendar_yaml,
    holiday_name,
    library_days,
    working_days,
)
from salescli.books.steady import Look, hold
from salescli.calc.settle.dates import working_day_after
from salescli.findings import BookBroken, Finding, Misuse, has_errors
from salescli.i18n import N_, language
from salescli.model.book import Book
from salescli.model.period import Period
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.render.words import separator
from salescli.workflows.said import said
from salescli.workflows.soundness import tidy

_WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
MONTHS = (
    Column("month", "Month"),
    Column("working", "Working days", "count"),
    Column("holidays", "Weekdays off"),
    Column("workdays", "Weekends worked"),
)
DAYS = (
    Column("date", "Date", "date"),
    Column("weekday", "Weekday", "word"),
    Column("day", "Day", "word"),
    Column("name", "Name"),
)
NEXT = (
    Column("date", "Date", "date"),
    Column("weekday", "Weekday", "word"),
    Column("after", "After", "date"),
    Column("count", "Working days", "count"),
)
CHANGES = (
    Column("date", "Date", "date"),
    Column("weekday", "Weekday", "word"),
    Column("before", "Before", "word"),
    Column("day", "Now", "word"),
)
_WORKING, _OFF = N_("working"), N_("off")
_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.\.(\d{4}-\d{2}-\d{2}))?", re.ASCII)


def show(root: Path, text: str) -> Report:
    """The working days of a year by month, or of a month by day.

    Raises:
        Misuse: if it is neither.
        BookBroken: if the year is not known (K001), or its file is wrong.
    """
    book = _book(root)
    try:
        period = Period.parse(text)
    except ValueError:
        period = None
    if period is None or period.kind not in ("year", "month"):
        raise Misuse(N_("{text} is no year and no month"), hint=N_("write 2026 or 2026-10"), text=text)
    working = working_days(book.settings.calendar, book.root, period.start, period.end)
    if period.kind == "month":
        rows = tuple(_day_row(book, day, working) for day in _days(period.start, period.end))
        table = Table(name="rows", columns=DAYS, rows=rows)
    else:
        table = Table(name="rows", columns=MONTHS, rows=tuple(_month_rows(period, working)))
    return Report(
        command="calendar",
        period=period.text,
        header=(_header(book, period),),
        tables=(table,),
        extra={"country": book.settings.calendar, "working_days": len(working)},
    )


def next_workday(root: Path, text: str, count: int) -> Report:
    """The working day a number of working days after a day.

    Raises:
        Misuse: if it is no day.
        BookBroken: if a year on the way is not known (K001).
    """
    book = _book(root)
    day = _date(text)
    found = working_day_after(calendar_days(book.settings.calendar, book.root), day, count)
    row: Row = {"date": found, "weekday": _WEEKDAYS[found.weekday()], "after": day, "count": count}
    return Report(command="calendar", tables=(Table(name="rows", columns=NEXT, rows=(row,)),))


def add(
    root: Path, year: int, days: Sequence[str], workdays: Sequence[str], source: str, *, write: bool
) -> Report:
    """State days off and weekends worked of a year in the book, on top of what is known of it.

    Args:
        days, workdays: Days or ranges of days, as typed; weekends within days off stay what they are.
        write: Otherwise nothing is written.

    Raises:
        Misuse: for days of other years, days that are both, weekdays among those worked for others.
        Busy: if another run writes into the book.
    """
    with hold(root, write) as seen:
        return _add(_book(root), year, days, workdays, said(source, "--source"), seen)


def _add(
    book: Book, year: int, days: Sequence[str], workdays: Sequence[str], source: str, seen: Look | None
) -> Report:
    country = book.settings.calendar
    before, after = _before_and_after(book, year, days, workdays)
    path = calendar_path(country, book.root, year)
    data = calendar_yaml(country, year, after, source or _source(path, book.root))
    new = not path.is_file()
    changed = new or path.read_bytes() != data
    if seen is not None and changed:
        seen.write({path: data})
    shown = path.relative_to(book.root).as_posix()
    notes = [Line(template=_said(seen is not None, changed), params={"path": shown})]
    if new and library_days(country, year) is not None:
        known = N_("a library knows {year}; the file holds its days with these changes, and rules over it")
        notes.append(Line(template=known, params={"year": year}))
    elif new:
        whole = N_("{year} counts as known from then on: give every day off and every weekend worked")
        notes.append(Line(template=whole, params={"year": year}))
    rows = tuple(_change_row(day, before, after) for day in sorted(before ^ after))
    return Report(
        command="calendar",
        period=f"{year:04}",
        header=(
            Line(
                template=N_("{path}: {count:working day|working days}"),
                params={"path": shown, "count": len(after)},
            ),
        ),
        tables=(Table(name="rows", columns=CHANGES, rows=rows),),
        notes=tuple(notes),
        extra={"path": shown, "content": data.decode(), "working_days": len(after)},
    )


def _before_and_after(
    book: Book, year: int, days: Sequence[str], workdays: Sequence[str]
) -> tuple[frozenset[date], frozenset[date]]:
    """The working days as they are known, and with these days off and worked."""
    off, worked = _listed(days, year, "--days"), _listed(workdays, year, "--workdays")
    if not off and not worked:
        raise Misuse(
            N_("no day is given"), hint=N_("write --days 2027-02-05..2027-02-12 --workdays 2027-01-31")
        )
    if both := sorted(off & worked):
        raise Misuse(N_("{day} is both off and worked"), hint=N_("keep one"), day=both[0].isoformat())
    if usual := sorted(day for day in worked if day.weekday() < 5):
        raise Misuse(
            N_("{day} is a weekday, which is worked anyway"),
            hint=N_("--workdays are Saturdays and Sundays worked for other days"),
            day=usual[0].isoformat(),
        )
    before = _known(book, year)
    return before, (before - off) | worked


def _said(write: bool, changed: bool) -> str:
    if not changed:
        return N_("nothing to write: {path} says so already")
    return N_("wrote {path}") if write else N_("nothing written yet; --write puts it into {path}")


def _book(root: Path) -> Book:
    found: list[Finding] = []
    book = load_book(root, found)
    if book is None or has_errors(found):
        raise BookBroken(tidy(root, found))
    return book


def _known(book: Book, year: int) -> frozenset[date]:
    """The working days of a year as they are known; Monday to Friday if nothing is."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    if calendar_path(book.settings.calendar, book.root, year).exists():
        return working_days(book.settings.calendar, book.root, first, last)
    known = library_days(book.settings.calendar, year)
    return frozenset(day for day in _days(first, last) if day.weekday() < 5) if known is None else known


def _source(path: Path, root: Path) -> str:
    """Where the days of an existing file were announced."""
    from salescli.books.schemas.calendar import CalendarFile
    from salescli.books.typed import load_typed

    typed = load_typed(path, CalendarFile, root, []) if path.is_file() else None
    return typed.value.source or "" if typed else ""


def _listed(texts: Sequence[str], year: int, option: str) -> frozenset[date]:
    found: set[date] = set()
    for text in (part for one in texts for part in one.replace("，", ",").split(",") if part.strip()):
        form = _RANGE.fullmatch(text.strip())
        if form is None:
            raise Misuse(
                N_("{option} {text} is no day and no range of days"),
                hint=N_("write 2027-01-01, or 2027-02-05..2027-02-12"),
                option=option,
                text=text.strip(),
            )
        first = _date(form[1])
        last = _date(form[2]) if form[2] else first
        if last < first:
            raise Misuse(
                N_("{option} {text} ends before it begins"),
                hint=N_("turn the two days round"),
                option=option,
                text=text.strip(),
            )
        if first.year != year or last.year != year:
            raise Misuse(
                N_("{option} {text} is not in {year}"),
                hint=N_("add each year on its own"),
                option=option,
                text=text.strip(),
                year=year,
            )
        found |= set(_days(first, last))
    return frozenset(found)


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Misuse(N_("{text} is not a date"), hint=N_("write it like 2026-08-31"), text=text) from None
    return day


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _header(book: Book, period: Period) -> Line:
    path = calendar_path(book.settings.calendar, book.root, period.start.year)
    known = path.exists()
    template = N_("{country} {period}: from {path}") if known else N_("{country} {period}: from the library")
    params: dict[str, object] = {
        "country": book.settings.calendar,
        "period": period.text,
        "path": path.relative_to(book.root).as_posix(),
    }
    return Line(template=template, params=params)


def _month_rows(year: Period, working: frozenset[date]) -> Iterable[Row]:
    for month in year.months():
        days = _days(month.start, month.end)
        off = [day for day in days if day.weekday() < 5 and day not in working]
        worked = [day for day in days if day.weekday() >= 5 and day in working]
        yield {
            "month": month.text,
            "working": sum(day in working for day in days),
            "holidays": _numbers(off),
            "workdays": _numbers(worked),
        }


def _numbers(days: Sequence[date]) -> str | None:
    """Days of a month by number, runs as `1–7`."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day.day - 1:
            runs[-1].append(day.day)
        else:
            runs.append([day.day])
    return separator().join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs) or None


def _day_row(book: Book, day: date, working: frozenset[date]) -> Row:
    name = holiday_name(book.settings.calendar, day, chinese=language() == "zh_CN")
    weekend = day.weekday() >= 5
    if day in working:
        word = N_("worked for a holiday") if weekend else _WORKING
    else:
        word = N_("weekend") if weekend else N_("holiday")
    return {"date": day, "weekday": _WEEKDAYS[day.weekday()], "day": word, "name": name or None}


def _change_row(day: date, before: frozenset[date], after: frozenset[date]) -> Row:
    return {
        "date": day,
        "weekday": _WEEKDAYS[day.weekday()],
        "before": _WORKING if day in before else _OFF,
        "day": _WORKING if day in after else _OFF,
    }
