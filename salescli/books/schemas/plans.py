"""`policies/plans/*.yaml`: who is paid what."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag

from salescli.books.fields import Unreadable, count_between, one_of
from salescli.books.repair import TAG
from salescli.books.schemas.metrics import MetricId
from salescli.books.schemas.settings import Currency
from salescli.books.typed import (
    Amount,
    Id,
    IsoDate,
    LongText,
    Model,
    Money,
    Quantity,
    Rate,
    Text,
    only,
    scalar,
)
from salescli.i18n import N_
from salescli.model.condition import Condition, ConditionError, Measure, parse_condition, parse_measure

SHAPES = ("tiers", "ranking", "team", "recognition")


def _read_measure(text: str) -> Measure:
    try:
        return parse_measure(text)
    except ConditionError as error:
        raise _unclear(error, "attainment(sales_amount)") from None


def _read_condition(text: str) -> Condition:
    try:
        return parse_condition(text)
    except ConditionError as error:
        raise _unclear(error, "attainment(sales_amount) >= 80%") from None


def _unclear(error: ConditionError, example: str) -> Unreadable:
    return Unreadable(
        "P001",
        N_("{problem}"),
        N_("write it like `{example}`"),
        error.offset,
        problem=error.message,
        example=example,
    )


def _word(*words: str) -> Any:
    return scalar(one_of(*words), {"enum": list(words)})


_TEXT = {"type": "string"}
_V1, _V2 = scalar(_read_measure, {**_TEXT, "examples": ["attainment(sales_amount)"]})
MeasureText = Annotated[Measure, _V1, _V2]
_V1, _V2 = scalar(_read_condition, {**_TEXT, "examples": ["attainment(sales_amount) >= 80%"]})
ConditionText = Annotated[Condition, _V1, _V2]
_V1, _V2 = _word("month", "quarter", "half", "year")
PeriodWord = Annotated[str, _V1, _V2]
_V1, _V2 = _word("half_up", "half_even", "down", "up")
RoundingWord = Annotated[str, _V1, _V2]
_V1, _V2 = _word(*SHAPES)
ShapeWord = Annotated[str, _V1, _V2]
_V1, _V2 = _word("whole", "marginal")
ModeWord = Annotated[str, _V1, _V2]
_V1, _V2 = _word("error", "skip", "attained")
ZeroWord = Annotated[str, _V1, _V2]
_V1, _V2 = _word("split", "same", "tiebreak")
TiesWord = Annotated[str, _V1, _V2]
_V1, _V2 = _word("plan", "region")
ScopeWord = Annotated[str, _V1, _V2]
_V1, _V2 = _word("region", "team")
TeamWord = Annotated[str, _V1, _V2]
_V1, _V2 = _word("reverse", "replay")
ClosedWord = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(count_between(1, 1000), {"type": "integer", "minimum": 1, "maximum": 1000})
Places = Annotated[int, _V1, _V2]


class Component(Model):
    """What every shape may say."""

    shape: ShapeWord
    period: PeriodWord = Field(description="the period it is reckoned over")
    when: ConditionText | None = Field(default=None, description="pays nothing unless this is true")
    rounding: RoundingWord = "half_up"
    note: Text | None = None


class TierEntry(Model):
    """A step of the scale, from its lower bound (included) to the next one's (excluded)."""

    start: Quantity = Field(
        alias="from", description="lower bound: a rate if attainment measures, else a number"
    )
    rate: Rate = Field(description="paid per unit of what it pays on, e.g. 1.5%")
    bonus: Money | None = Field(default=None, description="paid once on reaching the tier")


class TiersEntry(Component):
    """Commission by tiers."""

    shape: Annotated[str, *only("tiers")]

    pays_on: MetricId = Field(description="the amount that rates apply to")
    measured_by: MeasureText = Field(description="what places one in a tier")
    mode: ModeWord = Field(
        description="whole: the tier reached pays on everything; marginal: each on its slice"
    )
    tiers: list[TierEntry] = Field(min_length=1)
    on_zero_target: ZeroWord = "error"


class TiesEntry(Model):
    """A tie decided by further measures."""

    tiebreak: list[MeasureText] = Field(min_length=1)


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

    rank_by: MeasureText
    awards: list[Money] = Field(description="prize of rank 1, 2, 3 …")
    ties: Ties = Field(description="split | same | {tiebreak: [measure, …]}")
    tiebreak: list[MeasureText] = Field(default=[], description="measures that decide, with `ties: tiebreak`")
    minimum: ConditionText | None = Field(default=None, description="who does not meet it is not ranked")
    scope: ScopeWord = "plan"


class TeamEntry(Component):
    """A fixed sum for every member of a region or of the team."""

    shape: Annotated[str, *only("team")]

    scope: TeamWord
    per_head: Money


class RecognitionEntry(Component):
    """An award without money."""

    shape: Annotated[str, *only("recognition")]

    award: Id = Field(description="name of its template")
    rank_by: MeasureText
    top: Places
    minimum: ConditionText | None = None
    scope: ScopeWord = "plan"


class OtherEntry(Model):
    """A component whose shape is missing or unknown: only that is said."""

    model_config = ConfigDict(extra="ignore")
    shape: ShapeWord


def _shape(value: Any) -> str:
    shape = value.get("shape") if isinstance(value, dict) else getattr(value, "shape", None)
    return f"{TAG}{shape}" if isinstance(shape, str) and shape in SHAPES else f"{TAG}other"


ComponentEntry = Annotated[
    Annotated[TiersEntry, Tag(f"{TAG}tiers")]
    | Annotated[RankingEntry, Tag(f"{TAG}ranking")]
    | Annotated[TeamEntry, Tag(f"{TAG}team")]
    | Annotated[RecognitionEntry, Tag(f"{TAG}recognition")]
    | Annotated[OtherEntry, Tag(f"{TAG}other")],
    Discriminator(_shape),
]


class ForEntry(Model):
    """Whom a plan covers; all given must match."""

    role: list[Id] = Field(default=[])
    region: list[Id] = Field(default=[])
    person: list[Id] = Field(default=[])


class ValidEntry(Model):
    """From when to when, both included; open where left out."""

    since: IsoDate | None = Field(default=None, alias="from")
    until: IsoDate | None = Field(default=None, alias="to")


class ExampleEntry(Model):
    """A worked example, run by `validate`."""

    given: dict[MetricId, Quantity] = Field(description="metric: value; target, or target_<metric>")
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
    components: dict[Id, ComponentEntry]
    examples: list[ExampleEntry] = Field(default=[])
