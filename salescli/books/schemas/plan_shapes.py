"""The components of plan files, a model for each shape."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag

from salescli.books.repair import TAG
from salescli.books.schemas.metrics import Values
from salescli.books.schemas.plan_words import (
    SHAPES,
    ChooseWord,
    ConditionText,
    DrawWord,
    FieldWord,
    ModeWord,
    Months,
    MonthsOrTerm,
    OverWord,
    PaysWord,
    PeriodWord,
    PerWord,
    Places,
    PoolWord,
    ReleaseWord,
    RoundingWord,
    ScopeWord,
    ShapeWord,
    TableModeWord,
    TargetWord,
    TeamWord,
    TiesWord,
    ToDateWord,
    UnmatchedWord,
    Value,
    WeightValue,
    ZeroWord,
)
from salescli.books.typed import Count, Flag, Id, IsoDate, Model, Money, Quantity, Rate, Share, Text, only


class Component(Model):
    """What every shape may say."""

    shape: ShapeWord
    period: PeriodWord = Field(description="the period it is reckoned over")
    when: ConditionText | None = Field(default=None, description="pays nothing unless this is true")
    rounding: RoundingWord = "half_up"
    prorate: Flag = Field(default=False, description="fixed sums by days covered")
    note: Text | None = None
    accept: list[Text] = Field(default=[], description="codes of warnings that are meant so")


class OnlyEntry(Model):
    """Which deals count; all that is stated must match."""

    product: Values = Field(default=[])
    region: Values = Field(default=[])
    customer: Values = Field(default=[])
    customer_kind: Values = Field(default=[])
    category: Values = Field(default=[])
    item: Values = Field(default=[])
    source: Values = Field(default=[])
    since: IsoDate | None = Field(default=None, alias="from", description="first day, included")
    until: IsoDate | None = Field(default=None, alias="to", description="last day, included")


class FactorEntry(Model):
    """From here on (included) the measure is worth this factor."""

    start: Quantity = Field(alias="from")
    factor: Rate


class TableEntry(Model):
    """From a measure to a factor."""

    mode: TableModeWord = Field(description="whole: the step reached; interpolated: linear between steps")
    tiers: list[FactorEntry] = Field(min_length=1)


class MultiplierEntry(TableEntry):
    """A factor on what is earned, by a table of another measure."""

    measured_by: Value
    when: ConditionText | None = None
    missing: Rate | None = Field(default=None, description="the factor where there is no value; 100%")


class FloorEntry(Model):
    """The least that is paid to somebody who earned anything."""

    amount: Value
    per: PerWord | None = None


class CapEntry(Model):
    """The most that is paid."""

    amount: Value
    over: OverWord = Field(default="lost", description="what becomes of the excess")
    per: PerWord | None = None


class PartEntry(Model):
    """A share of what is held."""

    share: Share
    after: Months | None = Field(default=None, description="months after the period it was earned in")
    event: Id | None = Field(default=None, description="kind of an activity of the deal")


class ReleaseEntry(Model):
    """When what is earned is paid."""

    by: ReleaseWord
    parts: list[PartEntry] = Field(default=[])
    count: MonthsOrTerm | None = Field(default=None, description="equal monthly parts, or term_months")
    longer_than: Months | None = Field(default=None, description="a term not longer is paid at once")


class EarningEntry(Component):
    """What every shape may say that pays each person an amount of their own."""

    scope: ScopeWord = Field(default="own", description="whose figures it is about")
    only: OnlyEntry | None = Field(default=None, description="which deals count")
    to_date: ToDateWord | None = Field(default=None, description="accumulated, less what was paid before")
    target: TargetWord = Field(
        default="so_far", description="with to_date: the target of the days so far, or of the whole"
    )
    per: PerWord = Field(default="period", description="deal: each deal on its own")
    multipliers: list[MultiplierEntry] = Field(default=[])
    floor: FloorEntry | None = None
    cap: CapEntry | None = None
    release: ReleaseEntry | None = None
    on_zero_target: ZeroWord = "error"
    may_fall: Flag = Field(default=False, description="more credit may pay less, and that is meant")


class FlatEntry(EarningEntry):
    """One rate on everything, or a sum per unit."""

    shape: Annotated[str, *only("flat")]
    pays_on: Value
    rate: Rate | None = None
    pays: Money | None = Field(default=None, description="money per unit of what it pays on")


class TierEntry(Model):
    """A step of the scale, from its lower bound (included) to the next one's (excluded)."""

    start: Quantity = Field(
        alias="from", description="lower bound: a rate if attainment measures, else a number"
    )
    stop: Quantity | None = Field(default=None, alias="to", description="may be left out: the next `from`")
    rate: Rate | None = Field(default=None, description="paid per unit of what it pays on, e.g. 1.5%")
    bonus: Money | None = Field(default=None, description="paid once on reaching the tier")
    pay: Money | None = Field(default=None, description="interpolated: the money paid exactly here")
    at_least: Money | None = Field(default=None, description="marginal: least money of this slice")
    at_most: Money | None = Field(default=None, description="marginal: most money of this slice")
    retroactive: Flag = Field(default=False, description="marginal: pays everything below at its rate too")
    when: ConditionText | None = Field(default=None, description="reached only if this is true as well")


class TiersEntry(EarningEntry):
    """Commission by tiers."""

    shape: Annotated[str, *only("tiers")]
    pays_on: Value = Field(description="the amount that rates apply to")
    measured_by: Value | None = Field(default=None, description="what places one in a tier")
    mode: ModeWord = Field(
        description="whole: the tier reached pays on everything; marginal: each on its slice"
    )
    tiers: list[TierEntry] = Field(min_length=1)


class GoalEntry(Model):
    """One line of a scorecard."""

    name: Text
    weight: Share
    measured_by: Value
    scale: TableEntry | None = None
    floor: Rate | None = None
    cap: Rate | None = None


class ScorecardEntry(EarningEntry):
    """Weighted goals, rounded once at the end."""

    shape: Annotated[str, *only("scorecard")]
    pays_on: Value = Field(description="what a score of 100 % pays")
    goals: list[GoalEntry] = Field(min_length=1)
    overall: TableEntry | None = Field(default=None, description="from the score to a factor")


class MilestoneEntry(Model):
    """A fixed sum for reaching something."""

    when: ConditionText
    pays: Money
    name: Text | None = None


class MilestonesEntry(EarningEntry):
    """Fixed sums for what is reached."""

    shape: Annotated[str, *only("milestones")]
    milestones: list[MilestoneEntry] = Field(min_length=1)
    pays: PaysWord = "all"


class SpiffEntry(EarningEntry):
    """A sum per unit sold."""

    shape: Annotated[str, *only("spiff")]
    count: Value = Field(description="what is counted, e.g. deals_won")
    pays: Money = Field(description="money per unit")
    from_count: Count | None = Field(default=None, description="nothing below; then every unit counts")
    beyond: Flag = Field(default=False, description="only units from from_count on are paid")
    at_most: Count | None = Field(default=None, description="units paid at most")


class BandEntry(Model):
    """From (included) to (excluded)."""

    start: Quantity | None = Field(default=None, alias="from")
    stop: Quantity | None = Field(default=None, alias="to")


class RuleEntry(Model):
    """A row of a rate table."""

    product: Values = Field(default=[])
    region: Values = Field(default=[])
    customer: Values = Field(default=[])
    customer_kind: Values = Field(default=[])
    category: Values = Field(default=[])
    item: Values = Field(default=[])
    source: Values = Field(default=[])
    margin: BandEntry | None = None
    discount: BandEntry | None = None
    amount: BandEntry | None = None
    rate: Rate | None = None
    pays: Money | None = None


class RateTableEntry(EarningEntry):
    """A rate for each deal by what it is."""

    shape: Annotated[str, *only("rate_table")]
    pays_on: Value
    rules: list[RuleEntry] = Field(min_length=1)
    choose: ChooseWord
    by: list[Id] = Field(default=[], description="most_specific: dimensions, the weightiest first")
    unmatched: UnmatchedWord = "error"


class TiesEntry(Model):
    """A tie decided by further measures."""

    tiebreak: list[Value] = Field(min_length=1)


def _ties(value: object) -> object:
    """`split` and `same` are words; `tiebreak` names the measures that decide."""
    if isinstance(value, dict):
        return value
    return {"word": value}


class TiesWordEntry(Model):
    """A tie decided by a rule."""

    word: TiesWord


def _ties_kind(value: Any) -> str:
    has_word = "word" in value if isinstance(value, dict) else hasattr(value, "word")
    return f"{TAG}{'word' if has_word else 'by'}"


Ties = Annotated[
    Annotated[TiesWordEntry, Tag(f"{TAG}word")] | Annotated[TiesEntry, Tag(f"{TAG}by")],
    Discriminator(_ties_kind),
    BeforeValidator(_ties, json_schema_input_type=TiesWord | TiesEntry),
]


class RankingEntry(Component):
    """Prizes for the first ones."""

    shape: Annotated[str, *only("ranking")]

    rank_by: Value
    awards: list[Money] = Field(description="prize of rank 1, 2, 3 …")
    ties: Ties = Field(description="split | same | {tiebreak: [measure, …]}")
    tiebreak: list[Value] = Field(default=[], description="measures that decide, with `ties: tiebreak`")
    minimum: ConditionText | None = Field(default=None, description="who does not meet it is not ranked")
    scope: FieldWord = "plan"


class TeamEntry(Component):
    """A fixed sum for every member of a region or of the team."""

    shape: Annotated[str, *only("team")]

    scope: TeamWord
    per_head: Money


class PoolEntry(Component):
    """A sum shared among those who qualify."""

    shape: Annotated[str, *only("pool")]
    scope: PoolWord
    fund: Value = Field(description="the sum to share")
    share_by: WeightValue | None = Field(
        default=None, description="the weight of each; left out: equal shares"
    )
    weights: dict[Id, Share] = Field(default={}, description="fixed shares of the fund by person")


class RecognitionEntry(Component):
    """An award without money."""

    shape: Annotated[str, *only("recognition")]

    award: Id = Field(description="name of its template; or wall, or development")
    title: Text | None = Field(default=None, description="what it is called for people")
    rank_by: Value
    top: Places
    minimum: ConditionText | None = None
    scope: FieldWord = "plan"


class GuaranteeEntry(Component):
    """At least so much, never paid back."""

    shape: Annotated[str, *only("guarantee")]
    amount: Value
    against: list[Id] = Field(default=[], description="components it fills up; left out: all others")
    since: IsoDate | None = Field(default=None, alias="from")
    until: IsoDate | None = Field(default=None, alias="to")


class DrawEntry(GuaranteeEntry):
    """Paid ahead of what is earned, or up to it."""

    shape: Annotated[str, *only("draw")]
    kind: DrawWord = Field(description="floor: fills up what was earned; advance: paid whatever is earned")
    recoverable: Flag = Field(description="paid back out of later earnings")
    maximum: Money | None = Field(default=None, description="most that may be owed")
    forgive_after: Months | None = Field(default=None, description="periods after which it is forgiven")


class OtherEntry(Model):
    """A component whose shape is missing or unknown: only that is said."""

    model_config = ConfigDict(extra="ignore")
    shape: ShapeWord


def _shape(value: Any) -> str:
    shape = value.get("shape") if isinstance(value, dict) else getattr(value, "shape", None)
    return f"{TAG}{shape}" if isinstance(shape, str) and shape in SHAPES else f"{TAG}other"


ComponentEntry = Annotated[
    Annotated[FlatEntry, Tag(f"{TAG}flat")]
    | Annotated[TiersEntry, Tag(f"{TAG}tiers")]
    | Annotated[ScorecardEntry, Tag(f"{TAG}scorecard")]
    | Annotated[MilestonesEntry, Tag(f"{TAG}milestones")]
    | Annotated[SpiffEntry, Tag(f"{TAG}spiff")]
    | Annotated[RateTableEntry, Tag(f"{TAG}rate_table")]
    | Annotated[RankingEntry, Tag(f"{TAG}ranking")]
    | Annotated[TeamEntry, Tag(f"{TAG}team")]
    | Annotated[PoolEntry, Tag(f"{TAG}pool")]
    | Annotated[RecognitionEntry, Tag(f"{TAG}recognition")]
    | Annotated[DrawEntry, Tag(f"{TAG}draw")]
    | Annotated[GuaranteeEntry, Tag(f"{TAG}guarantee")]
    | Annotated[OtherEntry, Tag(f"{TAG}other")],
    Discriminator(_shape),
]
