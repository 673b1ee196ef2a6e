"""Pay rules as data (`policies/plans/*.yaml`): one record per plan, one per component shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from salescli.findings import Span
from salescli.model.condition import Condition, Measure
from salescli.model.exact import Rounding

PeriodKind = Literal["month", "quarter", "half", "year"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One step of a pay scale, valid from `start` (inclusive) up to the next tier's (exclusive).

    Attributes:
        start: In the unit of what measures: a ratio for attainment (1 is 100 %), else an amount or count.
        rate: Money paid per unit of money credited (1/50 pays 2.00 on 100.00).
        bonus: Fixed money on reaching the tier, in the plan's currency; 0 if none.
    """

    start: Fraction
    rate: Fraction
    bonus: Decimal = Decimal(0)
    place: Span = field(compare=False, default=Span(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """What every component of a plan has.

    Attributes:
        name: Its key in the plan file.
        period: The period it is reckoned over; it is paid with that period's last month.
        when: Gate: pays nothing unless true; None is always.
        round_digits: Decimal places of an entry; the currency's by default.
    """

    name: str
    period: PeriodKind
    when: Condition | None = None
    rounding: Rounding = "half_up"
    place: Span = field(compare=False, default=Span(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiers(Component):
    """Commission by tiers (SPEC I2).

    Attributes:
        pays_on: Metric that rates apply to.
        measured_by: What places one in a tier.
        mode: `whole`: the tier reached pays on everything; `marginal`: each tier pays on its own slice.
        on_zero_target: What an attainment without a target (or of zero) means: `error`, `skip` (pays
            nothing and says so), `attained` (counts as 100 %).
    """

    pays_on: str
    measured_by: Measure
    mode: Literal["whole", "marginal"]
    tiers: tuple[Tier, ...]
    on_zero_target: Literal["error", "skip", "attained"] = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking(Component):
    """Prizes for the first ones (SPEC I3).

    Attributes:
        awards: Prize of rank 1, 2, 3 …
        ties: `split` the prizes of the tied ranks, the `same` (higher) prize for each, or `tiebreak`.
        tiebreak: Measures that decide a tie, then person id if still tied; empty unless ties is `tiebreak`.
        minimum: Who does not meet it is not ranked.
        scope: `plan` ranks everybody the plan covers together, `region` within each region.
    """

    rank_by: Measure
    awards: tuple[Decimal, ...]
    ties: Literal["split", "same", "tiebreak"]
    tiebreak: tuple[Measure, ...] = ()
    minimum: Condition | None = None
    scope: Literal["plan", "region"] = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamAward(Component):
    """A fixed sum for every member of a scope that meets `when` (SPEC I4).

    Members are the people the plan covers who belong to the scope on the period's last day.
    """

    scope: Literal["region", "team"]
    per_head: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition(Component):
    """An award without money: the first `top` people by `rank_by` (SPEC I5). `award` names the template."""

    award: str
    rank_by: Measure
    top: int
    minimum: Condition | None = None
    scope: Literal["plan", "region"] = "plan"


AnyComponent = Tiers | Ranking | TeamAward | Recognition


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A worked example in a plan file, run by `validate`.

    Attributes:
        given: metric → value (`sales_amount: 960000`); `target` is the target of each metric a component
            is measured by, or `target_<metric>` of that one.
        expect: component → amount paid in total.
    """

    given: Mapping[str, Decimal | Fraction]
    expect: Mapping[str, Decimal]
    place: Span = field(compare=False, default=Span(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who is paid what, from when to when, and why.

    Attributes:
        roles, regions, people: Whom it covers; an empty tuple does not restrict. All given must match.
        valid_from, valid_to: Both included; None is open.
        reasons: Why it is as it is (`why`).
        closed_periods: What a later change to a closed month does.
        places: Where single words stand: `role/<role>`, `region/<id>`, `person/<id>`, `valid`.
    """

    id: str
    roles: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    why: str = ""
    currency: str = "CNY"
    closed_periods: Literal["reverse", "replay"] = "reverse"
    components: tuple[AnyComponent, ...] = ()
    examples: tuple[Example, ...] = ()
    place: Span = field(compare=False, default=Span(""))
    places: Mapping[str, Span] = field(compare=False, default_factory=dict)
