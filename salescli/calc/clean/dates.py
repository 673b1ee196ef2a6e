"""Dates of exports by stated forms (SPEC K2): `yyyy-mm-dd`, `m/d/yyyy`, `%d.%m.%Y`, `excel` …"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from salescli.calc.clean.numbers import Unclear
from salescli.i18n import N_

# Forms with the year first read in one way only and need not be stated.
PLAIN_FORMS = ("yyyy-m-d", "yyyy/m/d", "yyyy.m.d", "yyyy年m月d日", "yyyymmdd")
_TIME = r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_PARTS = {"yyyy": r"(?P<y>\d{4})", "yy": r"(?P<yy>\d{2})", "mm": r"(?P<m>\d{2})", "m": r"(?P<m>\d{1,2})",
          "dd": r"(?P<d>\d{2})", "d": r"(?P<d>\d{1,2})"}  # fmt: skip
_TOKEN = re.compile(r"yyyy|yy|mm|m|dd|d|.", re.DOTALL)
_DAYS_FIRST = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}", re.ASCII)
_EXCEL_EPOCH = date(1899, 12, 30)


def read_date(text: str, forms: Sequence[str] = ()) -> date:
    """A date in one of the stated forms, else in one that has the year first.

    Raises:
        Unclear: if it is no date, or two stated forms read it differently.
    """
    work = unicodedata.normalize("NFKC", text).strip()
    found = {day for form in forms or PLAIN_FORMS if (day := _read(work, form)) is not None}
    if not found and forms:
        found = {day for form in PLAIN_FORMS if (day := _read(work, form)) is not None}
    if len(found) == 1:
        return found.pop()
    if found:
        raise Unclear(N_("is a different date in two of the stated forms; keep one of them under `dates:`"))
    if not forms and _DAYS_FIRST.match(work):
        raise Unclear(N_("may be read in two ways; state `dates: [m/d/yyyy]` or `dates: [d/m/yyyy]`"))
    raise Unclear(N_("is not a date in any stated form; state it under `dates:`"))


def is_form(form: str) -> bool:
    """Whether a form names a year, a month and a day."""
    if form == "excel":
        return True
    if "%" in form:
        return all(
            any(code in form for code in codes) for codes in (("%Y", "%y"), ("%m", "%b", "%B"), ("%d",))
        )
    tokens = _TOKEN.findall(form)
    return all(any(t in tokens for t in some) for some in (("yyyy", "yy"), ("mm", "m"), ("dd", "d")))


def _read(text: str, form: str) -> date | None:
    try:
        if form == "excel":
            return _excel(text)
        if "%" in form:
            return datetime.strptime(text, form).date()
        found = _pattern(form).fullmatch(text)
        if found is None:
            return None
        parts = found.groupdict()
        year = int(parts["y"]) if parts.get("y") else 2000 + int(parts["yy"])
        return date(year, int(parts["m"]), int(parts["d"]))
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=64)
def _pattern(form: str) -> re.Pattern[str]:
    parts = [
        _PARTS.get(token, re.escape(token)) for token in _TOKEN.findall(unicodedata.normalize("NFKC", form))
    ]
    return re.compile("".join(parts) + _TIME, re.ASCII)


def _excel(text: str) -> date | None:
    """Days since the end of 1899, as spreadsheets store dates; from 1900-03-01 on, where they are right."""
    if not re.fullmatch(r"\d{1,7}(\.\d+)?", text, re.ASCII):
        return None
    days = int(text.partition(".")[0])
    return _EXCEL_EPOCH + timedelta(days=days) if days > 60 else None
