"""Pay rules as data (`policies/plans/*.yaml`): one record per plan, one per component shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from salescli.findings import Span
from salescli.model.choices import (
    Choose,
    ClawedRate,
    ClosedPeriods,
    DrawKind,
    OnZero,
    Over,
    Per,
    PoolScope,
    RankScope,
    Reached,
    ReleaseBy,
    TableMode,
    TargetOf,
    TeamScope,
    TierMode,
    Ties,
    ToDate,
    Unmatched,
)
from salescli.model.condition import Condition
from salescli.model.exact import Rounding
from salescli.model.expression import ANY, Expr, Scope
from salescli.model.fact import Only

PeriodKind = Literal["week", "month", "quarter", "half", "year"]
PERIOD_KINDS: tuple[PeriodKind, ...] = ("week", "month", "quarter", "half", "year")
"""Shortest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One step of a pay scale, valid from `start` (inclusive) up to the next tier's (exclusive).

    Attributes:
        start: In the unit of what measures: a ratio for attainment (1 is 100 %), else an amount or count.
        rate: Money paid per unit of money credited (1/50 pays 2.00 on 100.00).
        bonus: Fixed money on reaching the tier, in the plan's currency; 0 if none.
        pay: `interpolated` only: the money paid exactly at `start`, instead of a rate.
        at_least, at_most: `marginal` only: limits of the money of this tier's slice; None does not limit.
        retroactive: `marginal` only: once reached, everything below is paid at this rate too.
        when: Reached only if this holds as well.
        stop: Where the file says it ends (`to`); only checked.
    """

    start: Fraction
    rate: Fraction
    bonus: Decimal = Decimal(0)
    pay: Decimal | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    retroactive: bool = False
    when: Condition | None = None
    stop: Fraction | None = None
    place: Span = field(compare=False, default=Span(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorStep:
    """A point of a table of factors: from `start` (inclusive) the measure is worth `factor` (1 is 100 %)."""

    start: Fraction
    factor: Fraction
    place: Span = field(compare=False, default=Span(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorTable:
    """From a measure to a factor: the step reached (`whole`), or linear between steps (`interpolated`).

    Below the first step the factor is the first one's, beyond the last it is the last one's.
    """

    mode: TableMode
    steps: tuple[FactorStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiplier:
    """A factor on what is earned, by a table of another measure.

    Attributes:
        when: Applies only if this holds; None is always.
        missing: The factor where the measure has no value.
    """

    measured_by: Expr
    table: FactorTable
    when: Condition | None = None
    missing: Fraction = Fraction(1)
    place: Span = field(compare=False, default=Span(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A cap or a floor in money.

    Attributes:
        amount: In the plan's currency; may rest on measures.
        per: On each deal, or on the component's sum of the period.
        over: What becomes of the excess over a cap: `lost`, or `carried` to the following periods.
    """

    amount: Expr
    per: Per = "period"
    over: Over = "lost"
    place: Span = field(compare=False, default=Span(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A share of what is held, released `after` that many months, or on an `event` (an activity's kind)."""

    share: Fraction
    after: int = 0
    event: str = ""
    place: Span = field(compare=False, default=Span(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Earned now, paid later: what is held and when it is let go.

    Attributes:
        by: `receipts`: in proportion to the cash received for the deal; `instalments`: `parts` by month;
            `events`: `parts` by activities of the deal; `months`: `count` equal monthly parts.
        count: Months; None takes each deal's `term_months`.
        longer_than: `months` only: a term that is not longer is paid at once.
    """

    by: ReleaseBy
    parts: tuple[Part, ...] = ()
    count: int | None = None
    longer_than: int = 0
    place: Span = field(compare=False, default=Span(""))

    @property
    def by_deal(self) -> bool:
        """Whether each deal's money is let go on its own."""
        return self.by in ("receipts", "events") or (self.by == "months" and self.count is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """What every component of a plan has.

    Attributes:
        name: Its key in the plan file.
        period: The period it is reckoned over; it is paid with that period's last month.
        when: Gate: pays nothing unless true; None is always.
        prorate: Fixed sums are taken times the days covered over the days of the period.
        may_fall: More credit may pay less, and that is meant.
        accept: Codes of warnings about this component that are meant so.
    """

    name: str
    period: PeriodKind
    when: Condition | None = None
    rounding: Rounding = "half_up"
    prorate: bool = False
    may_fall: bool = False
    accept: tuple[str, ...] = ()
    place: Span = field(compare=False, default=Span(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Earning(Component):
    """What every shape has that pays each person an amount of their own.

    Attributes:
        pays_on: What rates apply to, scope and filter already applied to its measures.
        scope, only: As stated, for those who show the plan.
        to_date: Measured and paid from the start of that longer period, less what it has paid already.
        target: With `to_date`: the target of the days so far, or of the whole longer period.
        per: On the period's sum, or on each deal alone.
        multipliers: Factors on the exact amount, all multiplied.
        floor, cap: Limits of the amount; the floor helps only who earned something.
        release: When what is earned is paid; None at once.
        on_zero_target: What an attainment without a target (or of zero) means: `error`, `skip` (pays
            nothing and says so), `attained` (counts as 100 %).
    """

    pays_on: Expr
    scope: Scope = "own"
    only: Only = ANY
    to_date: ToDate | None = None
    target: TargetOf = "so_far"
    per: Per = "period"
    multipliers: tuple[Multiplier, ...] = ()
    floor: Limit | None = None
    cap: Limit | None = None
    release: Release | None = None
    on_zero_target: OnZero = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat(Earning):
    """One rate on everything (`rate`), or a sum of money per unit (`pays`); one of the two."""

    rate: Fraction | None = None
    pays: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiers(Earning):
    """Commission by tiers (SPEC I2).

    Attributes:
        measured_by: What places one in a tier.
        mode: `whole`: the tier reached pays on everything; `marginal`: each tier pays on its own slice;
            `interpolated`: rate or pay run linearly from one tier's start to the next.
    """

    measured_by: Expr
    mode: TierMode
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One line of a scorecard: its level is the measure, through `table` if there is one, within limits."""

    name: str
    weight: Fraction
    measured_by: Expr
    table: FactorTable | None = None
    floor: Fraction | None = None
    cap: Fraction | None = None
    place: Span = field(compare=False, default=Span(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard(Earning):
    """Weighted goals: pays `pays_on` times the score, rounded once; `overall` makes a factor of the score."""

    goals: tuple[Goal, ...]
    overall: FactorTable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """A fixed sum for reaching something."""

    name: str
    when: Condition
    pays: Decimal
    place: Span = field(compare=False, default=Span(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones(Earning):
    """Fixed sums for what is reached: all of them, or the highest only."""

    milestones: tuple[Milestone, ...]
    pays: Reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Spiff(Earning):
    """A sum per unit sold, for a while and for some things: `pays` for each unit that `pays_on` counts.

    Attributes:
        from_count: Below it nothing is paid.
        beyond: Only units from `from_count` on are paid, not those before.
        at_most: Units paid at most.
    """

    pays: Decimal
    from_count: int = 1
    beyond: bool = False
    at_most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """From `start` (included) to `stop` (excluded); None is open."""

    start: Fraction | None = None
    stop: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A row of a rate table: what a deal must be, and what it pays: a rate or a fixed sum.

    Attributes:
        words: Dimension → accepted values.
        bands: `margin`, `discount` (ratios), `amount` (money) → range.
    """

    words: Mapping[str, tuple[str, ...]]
    bands: Mapping[str, Band]
    rate: Fraction | None = None
    pays: Decimal | None = None
    place: Span = field(compare=False, default=Span(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTable(Earning):
    """A rate for each deal by what it is.

    Attributes:
        choose: The first row that matches, or the most specific one (`by` says which dimension counts more).
        unmatched: What a deal is that no row matches: an error, or unpaid and listed.
    """

    rules: tuple[Rule, ...]
    choose: Choose
    by: tuple[str, ...] = ()
    unmatched: Unmatched = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool(Component):
    """A sum shared among those who qualify (`when`).

    Attributes:
        scope: Who shares: everybody the plan covers, or those of each region, or the team.
        fund: The sum to share, measured on the scope.
        share_by: The weight of each; None is equal shares.
        weights: Fixed shares of the fund by person instead.
    """

    scope: PoolScope
    fund: Expr
    share_by: Expr | None = None
    weights: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw(Component):
    """Money paid ahead of, or up to, what is earned; a guarantee is one that is never paid back.

    Attributes:
        amount: Per period.
        kind: `floor` fills up what was earned; `advance` is paid whatever is earned and taken off it.
        recoverable: Paid back out of later earnings.
        against: Components it is set against; empty is all others of the plan with the same period.
        since, until: Paid for periods that end, and begin, within.
        maximum: Most that may be owed; None does not limit.
        forgive_after: Periods after which what is still owed of a draw is forgiven; None is never.
    """

    amount: Expr
    kind: DrawKind = "floor"
    recoverable: bool = True
    against: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    maximum: Decimal | None = None
    forgive_after: int | None = None


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

    rank_by: Expr
    awards: tuple[Decimal, ...]
    ties: Ties
    tiebreak: tuple[Expr, ...] = ()
    minimum: Condition | None = None
    scope: RankScope = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamAward(Component):
    """A fixed sum for every member of a scope that meets `when` (SPEC I4).

    Members are the people the plan covers who belong to the scope on the period's last day.
    """

    scope: TeamScope
    per_head: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition(Component):
    """An award without money: the first `top` people by `rank_by` (SPEC I5).

    Attributes:
        award: Names the template; `wall` and `development` are lists (docs/honours.md).
        title: What it is called for people; empty if the plan does not say.
    """

    award: str
    rank_by: Expr
    top: int
    title: str = ""
    minimum: Condition | None = None
    scope: RankScope = "plan"


AnyComponent = (
    Flat
    | Tiers
    | Scorecard
    | Milestones
    | Spiff
    | RateTable
    | Ranking
    | TeamAward
    | Pool
    | Recognition
    | Draw
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clawback:
    """What is taken back when a deal that was paid is cancelled later.

    Attributes:
        within: Months from the deal's period on in which it can be; None is always.
        share: Part of what was paid.
        pro_rata_months: Only the part for the months not kept of so many; None is all.
        rate: Take back what was `paid`, or what the `original` rate gives without minimums.
    """

    within: int | None = None
    share: Fraction = Fraction(1)
    pro_rata_months: int | None = None
    rate: ClawedRate = "paid"
    place: Span = field(compare=False, default=Span(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp:
    """Lower targets for newcomers: a factor for each month since hiring, then 100 %.

    Attributes:
        full_month_if_hired_by: Hired by that day of the month, the month is the first; hired later, the
            next month is, and the month of hiring has no target.
    """

    months: tuple[Fraction, ...]
    full_month_if_hired_by: int = 31
    place: Span = field(compare=False, default=Span(""))


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
    closed_periods: ClosedPeriods = "reverse"
    clawback: Clawback | None = None
    ramp: Ramp | None = None
    prorate_targets: bool = False
    components: tuple[AnyComponent, ...] = ()
    examples: tuple[Example, ...] = ()
    place: Span = field(compare=False, default=Span(""))
    places: Mapping[str, Span] = field(compare=False, default_factory=dict)
