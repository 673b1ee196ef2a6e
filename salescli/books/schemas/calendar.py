"""`ledger/calendars/CN-2027.yaml`: working days of a year that no library knows yet."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from salescli.books.fields import count_between
from salescli.books.schemas.settings import Country
from salescli.books.typed import IsoDate, Model, Text, scalar

_V1, _V2 = scalar(count_between(1900, 2200), {"type": "integer", "minimum": 1900, "maximum": 2200})
Year = Annotated[int, _V1, _V2]


class CalendarFile(Model):
    """Monday to Friday are working days but for these."""

    country: Country
    year: Year
    holidays: list[IsoDate] = Field(default=[], description="weekdays off")
    workdays: list[IsoDate] = Field(default=[], description="Saturdays and Sundays worked (shifted weekends)")
    source: Text | None = Field(default=None, description="where it was announced")
