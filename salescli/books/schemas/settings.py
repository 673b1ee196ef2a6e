"""`salescli.yaml`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from salescli.books.fields import count_between, matching, one_of
from salescli.books.typed import Model, Text, scalar

_DAY = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_TIME = r"([01]\d|2[0-3]):[0-5]\d"

_V1, _V2 = scalar(
    matching(r"[A-Z]{3}", "a currency", "CNY"),
    {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["CNY"]},
)
Currency = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(one_of("en", "zh_CN"), {"enum": ["en", "zh_CN"]})
Locale = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(
    matching(r"[A-Za-z]+([_+-][A-Za-z0-9]+|/[A-Za-z0-9_+-]+)*", "a time zone", "Asia/Shanghai"),
    {"type": "string", "examples": ["Asia/Shanghai"]},
)
Timezone = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(count_between(1, 12), {"type": "integer", "minimum": 1, "maximum": 12})
MonthNumber = Annotated[int, _V1, _V2]
_V1, _V2 = scalar(
    matching(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", "a country", "CN"),
    {"type": "string", "pattern": "^[A-Z]{2}(-[A-Z0-9]{1,3})?$"},
)
Country = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(
    matching(rf"{_DAY}( {_TIME})?", "a day of the week", '"Fri 17:00"'),
    {"type": "string", "pattern": f"^{_DAY}( {_TIME})?$", "examples": ["Fri 17:00"]},
)
Weekday = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(
    matching(rf"([1-9]|[12]\d|3[01]|last)( {_TIME})?", "a day of the month", "5, or last"),
    {"type": ["string", "integer"], "pattern": rf"^([1-9]|[12]\d|3[01]|last)( {_TIME})?$"},
)
MonthDay = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(
    matching(r"\d{1,2}", "a number of days", "0 for the same day"),
    {"type": "integer", "minimum": 0, "maximum": 99},
)
Days = Annotated[str, _V1, _V2]

_V1, _V2 = scalar(one_of("working", "calendar"), {"enum": ["working", "calendar"]})
WindowWord = Annotated[Literal["working", "calendar"], _V1, _V2]


class Cadence(Model):
    """When what is due: reports of people, reviews of managers."""

    activities: Days | None = Field(default=None, description="days until an activity must be written down")
    weekly_report: Weekday | None = Field(default=None, description="day and time a weekly report is due")
    monthly_report: MonthDay | None = Field(default=None, description="day of the month, or last")
    weekly_review: Weekday | None = None
    monthly_review: MonthDay | None = Field(default=None, description="day of the following month")
    quarterly_review: MonthDay | None = Field(default=None, description="day of the quarter's first month")


class SettlementRules(Model):
    """How long a month's result is open before it is closed and paid."""

    publish_within: Days = Field(default="3", description="working days after the month's last day")
    window: Days = Field(default="3", description="days open for objections, after the day of publishing")
    window_days: WindowWord = Field(default="working", description="working days or calendar days")
    appeal: Days = Field(
        default="30", description="calendar days after closing in which objections are heard"
    )


class SettingsFile(Model):
    """The settings of a book; the file marks its root."""

    company: Text | None = Field(default=None, description="name of the company, for headings")
    currency: Currency = Field(default="CNY", description="currency of all amounts without one of their own")
    locale: Locale = Field(default="en", description="language of output; --lang overrides it")
    timezone: Timezone = Field(default="UTC", description="for timestamps found in imports")
    fiscal_year_start: MonthNumber = Field(default=1, description="month in which quarters and years begin")
    calendar: Country = Field(default="CN", description="country whose working days count")
    cadence: Cadence | None = None
    settlement: SettlementRules | None = None
    engine: Text = Field(default="duckdb", description="what computes measures")
