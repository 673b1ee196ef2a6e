"""What counts as a closed deal, which metrics there are, and their lights (`policies/metrics.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import Literal

from salescli.findings import Span

Unit = Literal["money", "count", "rate"]
Moment = Literal["recognised", "signed", "opened", "closed", "won", "lost", "cancelled", "received", "done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDeal:
    """The one definition of a closed (recognised) deal, for everybody (SPEC K3).

    A deal counts on the first day on which everything asked for is true: signed (`signed_on`), and
    receipts of at least `collected_at_least` of its amount.

    Attributes:
        signed: The contract must be signed.
        collected_at_least: Share of the amount that must have been received; 0 asks for nothing.
    """

    signed: bool = True
    collected_at_least: Fraction = Fraction(0)
    place: Span = field(compare=False, default=Span("policies/metrics.yaml"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A metric that is summed or counted from facts, monthly cells adding up to any larger one.

    Attributes:
        source: `deals`, `collections`, `activities` or `customers` (customers are only counted).
        column: What is summed: `amount`, `cost`, `margin` (amount less cost), `quantity`, `count`; None
            counts rows.
        of: The moment that dates a row: `recognised` deals on the day they count, `opened` on
            `opened_on`, `signed` on `signed_on`, `won`/`lost`/`closed` (decided either way) on
            `closed_on` (or `signed_on`), `cancelled` on `cancelled_on`, `received` receipts,
            `done` activities.
        where: Column → accepted values, all of which must hold (e.g. `{"kind": ("lead",)}`).
    """

    source: Literal["deals", "collections", "activities", "customers"]
    column: str | None
    of: Moment
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A number everybody may be measured by.

    Attributes:
        base: For sums and counts; None for a ratio.
        ratio: Names of numerator and denominator; None for a base metric.
    """

    id: str
    name: str
    unit: Unit
    base: Base | None = None
    ratio: tuple[str, str] | None = None
    place: Span = field(compare=False, default=Span("policies/metrics.yaml"))


class Light(Enum):
    """Traffic light of an attainment (SPEC K7)."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lights:
    """Thresholds: below `red_below` red, above `green_above` green, both bounds themselves yellow."""

    red_below: Fraction = Fraction(4, 5)
    green_above: Fraction = Fraction(1)
    place: Span = field(compare=False, default=Span("policies/metrics.yaml"))

    def light(self, attainment: Fraction) -> Light:
        """The light of an attainment: exactly 80 % and exactly 100 % are yellow."""
        if attainment < self.red_below:
            return Light.RED
        return Light.GREEN if attainment > self.green_above else Light.YELLOW


FxRule = Literal["booking_date", "period_average", "plan_rate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`policies/metrics.yaml`, with the built-in metrics filled in.

    Attributes:
        metrics: By id, built-in ones first, then in the file's order.
        lights: By metric id; `default` always exists.
        fx: How amounts in other currencies are converted: by the rate of the day a deal was signed (else
            opened) or a receipt received, the average of that day's month, or the rate in force when its
            fiscal year began; None where they are refused.
    """

    closed_deal: ClosedDeal
    metrics: Mapping[str, Metric]
    lights: Mapping[str, Lights]
    fx: FxRule | None = None

    def lights_of(self, metric: str) -> Lights:
        """The thresholds of a metric."""
        return self.lights.get(metric, self.lights["default"])


def _base(source: str, column: str | None, of: str, unit: Unit, name: str, **where: str) -> Metric:
    base = Base(source=source, column=column, of=of, where={k: (v,) for k, v in where.items()})  # type: ignore[arg-type]
    return Metric(id="", name=name, unit=unit, base=base)


def _ratio(numerator: str, denominator: str, unit: Unit, name: str) -> Metric:
    return Metric(id="", name=name, unit=unit, ratio=(numerator, denominator))


_BUILT_IN: dict[str, Metric] = {
    "sales_amount": _base("deals", "amount", "recognised", "money", "Sales"),
    "collected_amount": _base("collections", "amount", "received", "money", "Collected"),
    "collection_rate": _ratio("collected_amount", "sales_amount", "rate", "Collection rate"),
    "deals_won": _base("deals", None, "recognised", "count", "Deals won"),
    "units": _base("deals", "quantity", "recognised", "count", "Units"),
    "new_customers": _base("customers", None, "recognised", "count", "New customers"),
    "average_order_value": _ratio("sales_amount", "deals_won", "money", "Average order value"),
    "won": _base("deals", None, "won", "count", "Won by close date"),
    "decided": _base("deals", None, "closed", "count", "Decided by close date"),
    "win_rate": _ratio("won", "decided", "rate", "Win rate"),
    "lead": _base("activities", "count", "done", "count", "Leads", kind="lead"),
    "lead_converted": _base("activities", "count", "done", "count", "Leads converted", kind="lead_converted"),
    "lead_conversion": _ratio("lead_converted", "lead", "rate", "Lead conversion"),
    "follow_up": _base("activities", "count", "done", "count", "Follow-ups", kind="follow_up"),
    "gross_profit": _base("deals", "margin", "recognised", "money", "Gross profit"),
    "gross_margin": _ratio("gross_profit", "sales_amount", "rate", "Gross margin"),
}


def built_in_metrics() -> dict[str, Metric]:
    """The metrics every book has without declaring them (SPEC K4), by id."""
    return {
        key: Metric(id=key, name=m.name, unit=m.unit, base=m.base, ratio=m.ratio)
        for key, m in _BUILT_IN.items()
    }
