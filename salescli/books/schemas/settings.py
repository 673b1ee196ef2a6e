"""`salescli.yaml`."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from salescli.books.fields import count_between, matching, one_of, read_tolerance
from salescli.books.typed import Model, Money, Text, scalar
from salescli.model.book import Amounts, DayOff, Names, Shown

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
    matching(rf"{_DAY}( {_TIME})?|none", "a day of the week", '"Fri 17:00"'),
    {"type": "string", "pattern": f"^({_DAY}( {_TIME})?|none)$", "examples": ["Fri 17:00"]},
)
Weekday = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(
    matching(rf"([1-9]|[12]\d|3[01]|last)( {_TIME})?|none", "a day of the month", "5, or last"),
    {"type": ["string", "integer"], "pattern": rf"^(([1-9]|[12]\d|3[01]|last)( {_TIME})?|none)$"},
)
MonthDay = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(
    matching(r"\d{1,2}", "a number of days", "0 for the same day"),
    {"type": "integer", "minimum": 0, "maximum": 99},
)
Days = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(
    matching(r"\d{1,2}|none", "a number of days", "0 for the same day, or none"),
    {"type": ["integer", "string"], "pattern": r"^(\d{1,2}|none)$"},
)
DaysOrNone = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(count_between(0, 3650), {"type": "integer", "minimum": 0, "maximum": 3650})
LongDays = Annotated[int, _V1, _V2]
_V1, _V2 = scalar(
    read_tolerance, {"type": ["number", "string"], "pattern": r"^\d+(\.\d+)?( ?%)?$", "minimum": 0}
)
Tolerance = Annotated[Decimal | Fraction, _V1, _V2]

_V1, _V2 = scalar(one_of("working", "calendar"), {"enum": ["working", "calendar"]})
WindowWord = Annotated[Literal["working", "calendar"], _V1, _V2]
_V1, _V2 = scalar(one_of("next", "previous", "stay"), {"enum": ["next", "previous", "stay"]})
DayOffWord = Annotated[DayOff, _V1, _V2]
_V1, _V2 = scalar(one_of("full", "initial", "masked", "id"), {"enum": ["full", "initial", "masked", "id"]})
NamesWord = Annotated[Names, _V1, _V2]
_V1, _V2 = scalar(one_of("none", "bands", "exact"), {"enum": ["none", "bands", "exact"]})
AmountsWord = Annotated[Amounts, _V1, _V2]
_V1, _V2 = scalar(one_of("hidden", "shown"), {"enum": ["hidden", "shown"]})
ShownWord = Annotated[Shown, _V1, _V2]


class Participants(Model):
    """Who takes part in reviews: people (id, name or alias) and roles."""

    weekly: list[Text] = Field(default_factory=list)
    monthly: list[Text] = Field(default_factory=list)
    quarterly: list[Text] = Field(default_factory=list)


class Cadence(Model):
    """When what is due: facts, reports of people, reviews of managers. `none`: never."""

    activities: DaysOrNone | None = Field(
        default=None, description="days until an activity must be written down"
    )
    collections: DaysOrNone | None = Field(default=None, description="days until receipts must be brought in")
    weekly_report: Weekday | None = Field(default=None, description="day and time a weekly report is due")
    monthly_report: MonthDay | None = Field(default=None, description="day of the month, or last")
    weekly_review: Weekday | None = None
    monthly_review: MonthDay | None = Field(default=None, description="day of the following month")
    quarterly_review: MonthDay | None = Field(
        default=None, description="day of the next quarter's first month"
    )
    day_off: DayOffWord = Field(default="next", description="where a review on a day off goes")
    participants: Participants | None = Field(default=None, description="who takes part in reviews")


class PublicRules(Model):
    """What a public list shows; the defaults show the least."""

    names: NamesWord = Field(default="masked", description="full, initial, masked or id")
    amounts: AmountsWord = Field(default="none", description="none, bands or exact")
    bands: list[Money] = Field(default_factory=list, description="lower bounds of bands, rising, above 0")
    ranks: ShownWord = Field(default="hidden", description="places of rankings and recognitions")
    regions: ShownWord = Field(default="hidden", description="each one's region")


class SettlementRules(Model):
    """How long a month's result is open before it is closed and paid."""

    publish_within: Days = Field(default="3", description="working days after the month's last day")
    window: Days = Field(default="3", description="days open for objections, after the day of publishing")
    window_days: WindowWord = Field(default="working", description="working days or calendar days")
    appeal: Days = Field(
        default="30", description="calendar days after closing in which objections are heard"
    )
    close_within: Days = Field(default="1", description="working days after the window to close in")
    pay_within: Days = Field(default="5", description="working days after closing to pay in")
    public: PublicRules | None = Field(default=None, description="what the public list shows")


class ReconcileRules(Model):
    """What `reconcile` finds all right."""

    within: LongDays = Field(default=90, description="days after signing to be paid in full")
    tolerance: Tolerance = Field(
        default=Decimal(0),
        description="the largest difference that is none: an amount, or 0.5% of the deal's",
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
    reconcile: ReconcileRules | None = None
    engine: Text = Field(default="duckdb", description="what computes measures")
