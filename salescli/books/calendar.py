"""Working days of a country, from libraries that know them or from files of the book. Never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
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


def calendar_days(calendar: str, root: Path) -> Callable[[date, date], frozenset[date]]:
    """`working_days` of a book for many questions: each year is looked up once, and only if asked for."""
    years: dict[int, frozenset[date]] = {}

    def between(start: date, end: date) -> frozenset[date]:
        for year in range(start.year, end.year + 1):
            if year not in years:
                years[year] = working_days(calendar, root, date(year, 1, 1), date(year, 12, 31))
        if start == end:
            return years[start.year] & {start}
        days = (day for year in range(start.year, end.year + 1) for day in years[year])
        return frozenset(day for day in days if start <= day <= end)

    return between


def calendar_path(calendar: str, root: Path, year: int) -> Path:
    """Where the book states the working days of a year, or would."""
    return root / CALENDARS / f"{calendar}-{year:04}.yaml"


def library_days(calendar: str, year: int) -> frozenset[date] | None:
    """The working days of a year that a library knows; None if none does."""
    return _from_library(calendar, year)


def holiday_name(calendar: str, day: date, *, chinese: bool = False) -> str:
    """What a library calls a holiday, or a day worked for one; empty if it knows none."""
    country, _, subdivision = calendar.partition("-")
    if calendar == "CN":
        from chinese_calendar import Holiday, get_holiday_detail

        try:
            name = get_holiday_detail(day)[1]
        except NotImplementedError:
            return ""
        known = {one.value: one for one in Holiday}
        return "" if name is None else str(known[name].chinese if chinese else name)
    import holidays

    try:
        free = holidays.country_holidays(country, subdiv=subdivision or None, years=day.year)
    except NotImplementedError:
        return ""
    return str(free.get(day) or "")


def calendar_yaml(calendar: str, year: int, working: Iterable[date], source: str) -> bytes:
    """The file of a year: weekdays off and weekends worked, in order."""
    import yaml

    days = set(working)
    usual = _weekdays(year)
    data: dict[str, object] = {"country": calendar, "year": year}
    if source:
        data["source"] = source
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10**6)
    for word, listed in (("holidays", usual - days), ("workdays", days - usual)):
        lines = "".join(f"  - {day.isoformat()}  # {day:%a}\n" for day in sorted(listed))
        text += f"{word}:\n{lines}" if lines else f"{word}: []\n"
    return text.encode()


def _year(calendar: str, root: Path, year: int, found: list[Finding]) -> frozenset[date]:
    path = calendar_path(calendar, root, year)
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
            hint="salescli calendar add {year} writes {path}: `country`, `year`, `holidays`, `workdays`",
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
