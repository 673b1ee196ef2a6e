"""Working days of a country, from libraries that know them or from files of the book. Never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from salescli.findings import BookBroken, Finding, Span, finding, has_errors

CALENDARS = "ledger/calendars"


def working_days(calendar: str, root: Path, start: date, end: date) -> frozenset[date]:
    """The working days from `start` to `end`, both included.

    Args:
        calendar: Country, `CN` or with a subdivision `DE-BY`.
        root: The book; `ledger/calendars/CN-2027.yaml` there rules over the library.
        start, end: A closed range.

    Raises:
        BookBroken: with finding K001 if a year is unknown, or what is wrong with the year's file.
    """
    found: list[Finding] = []
    days: set[date] = set()
    for year in range(start.year, end.year + 1):
        days |= _year(calendar, root, year, found)
    if has_errors(found):
        raise BookBroken(found)
    return frozenset(day for day in days if start <= day <= end)


def _year(calendar: str, root: Path, year: int, found: list[Finding]) -> frozenset[date]:
    path = root / CALENDARS / f"{calendar}-{year:04}.yaml"
    if path.exists():
        return _from_file(path, root, calendar, year, found)
    known = _from_library(calendar, year)
    if known is not None:
        return known
    found.append(
        finding(
            "K001",
            Span(path.relative_to(root).as_posix()),
            "the working days of {year} in {country} are not known",
            hint="write {path} with `country`, `year`, `holidays` and `workdays`",
            year=year,
            country=calendar,
            path=path.relative_to(root).as_posix(),
        )
    )
    return frozenset()


def _weekdays(year: int) -> set[date]:
    first = date(year, 1, 1)
    days = (first + timedelta(days=i) for i in range((date(year, 12, 31) - first).days + 1))
    return {day for day in days if day.weekday() < 5}


@lru_cache(maxsize=64)
def _from_library(calendar: str, year: int) -> frozenset[date] | None:
    """The working days a library knows, or None."""
    if not re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", calendar):
        return None
    return _china(year) if calendar == "CN" else _other(calendar, year)


def _china(year: int) -> frozenset[date] | None:
    from chinese_calendar import is_workday

    first = date(year, 1, 1)
    try:
        days = (first + timedelta(days=i) for i in range((date(year, 12, 31) - first).days + 1))
        return frozenset(day for day in days if is_workday(day))
    except NotImplementedError:
        return None


def _other(calendar: str, year: int) -> frozenset[date] | None:
    import holidays

    country, _, subdivision = calendar.partition("-")
    try:
        free = holidays.country_holidays(country, subdiv=subdivision or None, years=year)
    except NotImplementedError:
        return None
    if not free.start_year <= year <= free.end_year:
        return None
    first = date(year, 1, 1)
    days = (first + timedelta(days=i) for i in range((date(year, 12, 31) - first).days + 1))
    return frozenset(day for day in days if free.is_working_day(day))


def _from_file(path: Path, root: Path, calendar: str, year: int, found: list[Finding]) -> frozenset[date]:
    from salescli.books.schemas.calendar import CalendarFile
    from salescli.books.typed import load_typed

    typed = load_typed(path, CalendarFile, root, found)
    if typed is None:
        return frozenset()
    file = typed.value
    wanted: Mapping[str, object] = {"country": calendar, "year": year}
    for key, value in wanted.items():
        if getattr(file, key) != value:
            found.append(
                typed.finding(
                    "K002",
                    (key,),
                    "the file's name says {value}",
                    "write `{word}: {value}`, or rename the file",
                    word=key,
                    value=value,
                )
            )
    for word in ("holidays", "workdays"):
        for index, day in enumerate(getattr(file, word)):
            if day.year != year:
                template = "{day} is not in {year}"
                found.append(
                    typed.finding(
                        "K002", (word, index), template, "move it to that year's file", day=day, year=year
                    )
                )
    return frozenset((_weekdays(year) - set(file.holidays)) | set(file.workdays))
