"""`policies/guardrails.yaml`: limits of policy health and of signals."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from salescli.books.fields import count_between
from salescli.books.schemas.plan_words import word
from salescli.books.typed import Id, Model, Money, PeriodText, Rate, Share, scalar
from salescli.model.guardrails import Correction, Peers

_V1, _V2 = scalar(count_between(1, 28), {"type": "integer", "minimum": 1, "maximum": 28})
DayCount = Annotated[int, _V1, _V2]
_V1, _V2 = scalar(count_between(1, 120), {"type": "integer", "minimum": 1, "maximum": 120})
MonthCount = Annotated[int, _V1, _V2]
_V1, _V2 = scalar(count_between(1, 3660), {"type": "integer", "minimum": 1, "maximum": 3660})
LongDays = Annotated[int, _V1, _V2]
_V1, _V2 = scalar(count_between(1, 10000), {"type": "integer", "minimum": 1, "maximum": 10000})
Cases = Annotated[int, _V1, _V2]
_V1, _V2 = word("benjamini_hochberg", "benjamini_yekutieli", "holm")
CorrectionWord = Annotated[Correction, _V1, _V2]
_V1, _V2 = word("team", "region")
PeersWord = Annotated[Peers, _V1, _V2]


class LimitEntry(Model):
    """More is worse; the bounds themselves are still green, and still yellow."""

    yellow_above: Rate
    red_above: Rate


class BandEntry(Model):
    """What is healthy, both ends included."""

    least: Share = Field(alias="from")
    most: Share = Field(alias="to")


class BudgetEntry(Model):
    """What pay of a period may come to."""

    period: PeriodText = Field(description="month, quarter, half or year")
    amount: Money
    plan: Id | None = Field(default=None, description="id of a plan; left out: all plans together")


class HealthEntry(Model):
    """Limits of `salescli health`."""

    cost_of_sales: LimitEntry | None = Field(default=None, description="pay over sales")
    cost_of_margin: LimitEntry | None = Field(default=None, description="pay over gross profit")
    budget_used: LimitEntry | None = Field(default=None, description="pay over budget")
    budget: list[BudgetEntry] = Field(default=[], description="what pay may come to, by period")
    reached: BandEntry | None = Field(default=None, description="share of people at target or above")
    high_target: LimitEntry | None = Field(
        default=None, description="share of people who missed a target above anything they did before"
    )
    nothing_below: Rate | None = Field(
        default=None, description="attainment below which pay is paid for nothing"
    )
    paid_for_nothing: LimitEntry | None = Field(default=None, description="share of pay that goes there")
    top_share: LimitEntry | None = Field(default=None, description="share of pay of the top tenth of people")
    gini: LimitEntry | None = Field(default=None, description="Gini coefficient of pay, as a percentage")
    few: Cases | None = Field(default=None, description="fewer people than this are not called good or bad")


class SignalsEntry(Model):
    """Limits of `salescli signals`."""

    false_alarms: Share | None = Field(default=None, description="rate of false alarms that is accepted")
    correction: CorrectionWord | None = None
    times: Rate | None = Field(default=None, description="how many times as often as others matters at all")
    peers: PeersWord | None = Field(default=None, description="who somebody is compared with")
    min_cases: Cases | None = Field(default=None, description="fewer deals than this are not judged")
    look_back: MonthCount | None = Field(default=None, description="months looked at where one tells little")
    first_days: DayCount | None = Field(default=None, description="days that are a month's beginning")
    last_days: DayCount | None = Field(default=None, description="days that are a month's end")
    past_tier: Rate | None = Field(default=None, description="how far above a tier is just past it")
    uncollected_after: LongDays | None = Field(default=None, description="days after signing")
    uncollected_below: Share | None = Field(default=None, description="share that should have come in")
    deep_discount: Share | None = Field(default=None, description="from this discount on")


class GuardrailsFile(Model):
    """Limits beyond which somebody should look. None of them changes what anybody is paid."""

    health: HealthEntry | None = None
    signals: SignalsEntry | None = None
