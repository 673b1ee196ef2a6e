"""`policies/metrics.yaml`: the closed-deal rule, metrics, lights."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from salescli.books.fields import Unreadable, matching, one_of
from salescli.books.typed import Flag, Id, Model, Rate, Share, Text, scalar
from salescli.i18n import N_
from salescli.model.metric import FxRule

SUMS = (
    "deals.amount",
    "deals.cost",
    "deals.margin",
    "deals.quantity",
    "collections.amount",
    "activities.count",
)
COUNTS = ("deals", "customers", "collections", "activities")
MOMENTS = ("recognised", "signed", "opened", "closed", "won", "lost", "cancelled", "received", "done")

_V1, _V2 = scalar(one_of(*SUMS), {"enum": list(SUMS)})
SumOf = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(one_of(*COUNTS), {"enum": list(COUNTS)})
CountOf = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(one_of(*MOMENTS), {"enum": list(MOMENTS)})
MomentWord = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(one_of("money", "count", "rate"), {"enum": ["money", "count", "rate"]})
UnitWord = Annotated[str, _V1, _V2]
_FX = ("booking_date", "period_average", "plan_rate")
_V1, _V2 = scalar(one_of(*_FX), {"enum": list(_FX)})
FxWord = Annotated[FxRule, _V1, _V2]
_V1, _V2 = scalar(
    matching(r"[A-Za-z_][A-Za-z0-9_]{0,63}", "the name of a metric", "sales_amount"),
    {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
)
MetricId = Annotated[str, _V1, _V2]


def _values(value: object) -> object:
    """One accepted value may stand without brackets."""
    if isinstance(value, str):
        return [value]
    if value is None:
        raise Unreadable("Y106", N_("nothing stands here"), N_("write the accepted value, or a list of them"))
    return value


Values = Annotated[
    list[Text],
    BeforeValidator(_values),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": ["string", "number"]},
                {"type": "array", "items": {"type": ["string", "number"]}},
            ]
        }
    ),
]


class ClosedDealRule(Model):
    """When a deal counts: on the first day on which all of this is true."""

    signed: Flag = Field(default=True, description="the contract must be signed")
    collected_at_least: Share | None = Field(
        default=None, description="share of the amount received, e.g. 30%"
    )


class MetricEntry(Model):
    """A metric: exactly one of sum, count and ratio."""

    name: Text | None = Field(default=None, description="for people; the id if left out")
    unit: UnitWord | None = Field(default=None, description="money, count or rate")
    sum: SumOf | None = Field(default=None, description="what is added up")
    count: CountOf | None = Field(default=None, description="what is counted")
    ratio: list[MetricId] | None = Field(default=None, description="[numerator, denominator]")
    of: MomentWord | None = Field(default=None, description="the moment that dates a row")
    where: dict[Id, Values] = Field(default={}, description="column: accepted value or values")


class LightEntry(Model):
    """Thresholds of a traffic light; both bounds themselves are yellow."""

    red_below: Rate
    green_above: Rate


class MetricsFile(Model):
    """What counts as a closed deal, which metrics there are, and their lights."""

    closed_deal: ClosedDealRule | None = None
    metrics: dict[MetricId, MetricEntry] = Field(default={})
    fx: FxWord | None = Field(
        default=None, description="whose rate in ledger/fx.csv converts amounts in other currencies"
    )
    lights: dict[MetricId, LightEntry] = Field(default={}, description="by metric; default for all others")
