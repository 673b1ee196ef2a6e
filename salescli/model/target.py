"""Targets as written (`TargetFile`) and as resolved rows (`TargetRow`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from salescli.findings import Span
from salescli.model.period import Period

Method = Literal["shares", "amounts", "equal", "capacity", "history", "blend", "file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """How a whole is cut into parts; ids are regions, products, people or month texts (SPEC T4).

    Attributes:
        by: The method. `shares`: `shares` sum to 1. `amounts`: fixed, per metric. `equal`. `capacity`:
            proportional to `capacity`. `history`: proportional to the past (see `periods_back`).
            `blend`: the sum over `blend` of part × that part's normalised weights. `file`: weights read
            from `file` into `capacity`.
        shares: id → share.
        amounts: metric → id → amount. A metric without amounts is cut like the first one that has them.
        capacity: id → weight.
        blend: part → its weight, summing to 1; parts are `history`, `capacity`, `ability`, `equal`, `role`,
            `experience`.
        history_from: Period whose sales are the history (`from:`); None where `last` is used.
        history_last: Number of periods before the target's (`last: 4`); None where `from` is used;
            where both are None the same period last year is meant.
        ability: person → score (`ability_scores`).
        role_factors: role → factor, multiplies a person's weight in every method but `amounts`.
        experience: Factor per month of tenure, e.g. (25 %, 50 %, 75 %): month 1, 2, 3; afterwards 1. Used
            by blend part `experience` and, as `ramp`, on every weight.
        ramp: The same, multiplying a person's weight month by month (SPEC T8).
        prorate: Weights count only calendar days assigned here within the period (SPEC T8).
    """

    by: Method
    shares: Mapping[str, Fraction] = field(default_factory=dict)
    amounts: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    capacity: Mapping[str, Fraction] = field(default_factory=dict)
    blend: Mapping[str, Fraction] = field(default_factory=dict)
    history_from: Period | None = None
    history_last: int | None = None
    ability: Mapping[str, Fraction] = field(default_factory=dict)
    role_factors: Mapping[str, Fraction] = field(default_factory=dict)
    experience: tuple[Fraction, ...] = ()
    ramp: tuple[Fraction, ...] = ()
    prorate: bool = True
    place: Span = field(compare=False, default=Span(""))
    places: Mapping[str, Span] = field(compare=False, default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """How region × product cells follow from both margins (SPEC T3): proportional, or fitted to history."""

    fit: Literal["proportional", "history"] = "proportional"
    history_from: Period | None = None
    history_last: int | None = None
    place: Span = field(compare=False, default=Span(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFile:
    """`ledger/targets/Q3.yaml` as a person wrote it.

    Attributes:
        total: metric → target (money and counts as `Decimal`, rates as `Fraction`).
        unit: metric → smallest step of its parts (default: the currency's smallest unit, 1 for counts).
        levels: name → factor on additive metrics; `target` (1) always exists.
        months: None leaves the period whole.
        region, product: None where the file does not cut that way.
        person: region id → cut of that region's target among its people (`""`: cut of the team's).
        over_assignment: How far people's fixed amounts may exceed their region's target, as a share of it.
        growth_max: Growth against history above which split warns; None where the file does not say.
    """

    period: Period
    total: Mapping[str, Decimal | Fraction]
    objective: str = ""
    owner: str = ""
    unit: Mapping[str, Decimal] = field(default_factory=dict)
    levels: Mapping[str, Fraction] = field(default_factory=lambda: {"target": Fraction(1)})
    months: Cut | None = None
    region: Cut | None = None
    product: Cut | None = None
    matrix: Matrix | None = None
    person: Mapping[str, Cut] = field(default_factory=dict)
    over_assignment: Fraction = Fraction(0)
    growth_max: Fraction | None = None
    growth_history: Period | None = None
    place: Span = field(compare=False, default=Span(""))
    places: Mapping[str, Span] = field(compare=False, default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """One resolved target. None in a dimension means "all" (an empty cell in the CSV, null in JSON).

    Attributes:
        period: The file's period or one of its months, as text.
        target: Money and counts as `Decimal`, rates as `Fraction`.
        place: Where it comes from: line of the CSV, or of the YAML if computed.
    """

    period: str
    metric: str
    region: str | None
    product: str | None
    person: str | None
    level: str
    target: Decimal | Fraction
    place: Span = field(compare=False, default=Span(""))

    def sort_key(self) -> tuple[str, ...]:
        """The order of the CSV: by period, metric, then the dimensions and level."""
        return (
            self.period,
            self.metric,
            self.region or "",
            self.product or "",
            self.person or "",
            self.level,
        )
