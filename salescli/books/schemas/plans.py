"""`policies/plans/*.yaml`: who is paid what."""

from __future__ import annotations

from pydantic import Field

from salescli.books.schemas.plan_shapes import ComponentEntry
from salescli.books.schemas.plan_words import ClosedWord, FigureKey, MonthDayNumber, Months, OriginalWord
from salescli.books.schemas.settings import Currency
from salescli.books.typed import Amount, Flag, Id, IsoDate, LongText, Model, Quantity, Rate, Share


class ForEntry(Model):
    """Whom a plan covers; all given must match."""

    role: list[Id] = Field(default=[])
    region: list[Id] = Field(default=[])
    person: list[Id] = Field(default=[])


class ValidEntry(Model):
    """From when to when, both included; open where left out."""

    since: IsoDate | None = Field(default=None, alias="from")
    until: IsoDate | None = Field(default=None, alias="to")


class ClawbackEntry(Model):
    """What is taken back when a deal that was paid is cancelled later."""

    within: Months | None = Field(default=None, description="months from the deal's period on; always")
    share: Share | None = Field(default=None, description="part of what was paid; 100%")
    pro_rata_months: Months | None = Field(default=None, description="only for months not kept of so many")
    rate: OriginalWord = Field(default="paid", description="what was paid, or the rate without minimums")


class RampEntry(Model):
    """Lower targets for newcomers."""

    months: list[Rate] = Field(min_length=1, description="factor of the target by month; then 100%")
    full_month_if_hired_by: MonthDayNumber | None = Field(
        default=None, description="hired later in the month, the next month is the first"
    )


class ExampleEntry(Model):
    """A worked example, run by `validate`."""

    given: dict[FigureKey, Quantity] = Field(description="metric: value; target, or target_<metric>")
    expect: dict[Id, Amount] = Field(description="component: amount paid")


class PlanFile(Model):
    """A pay plan."""

    plan: Id
    covers: ForEntry = Field(alias="for")
    valid: ValidEntry | None = None
    why: LongText | None = Field(default=None, description="the reason, and who decided it")
    currency: Currency | None = Field(default=None, description="the book's if left out")
    closed_periods: ClosedWord = Field(
        default="reverse", description="what a late change to a closed month does"
    )
    clawback: ClawbackEntry | None = Field(default=None, description="when a paid deal is cancelled")
    ramp: RampEntry | None = Field(default=None, description="lower targets for newcomers")
    prorate_targets: Flag = Field(default=False, description="targets by the days covered")
    components: dict[Id, ComponentEntry]
    examples: list[ExampleEntry] = Field(default=[])
