"""`ledger/targets/*.yaml`: a period's target and how it is cut."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag

from salescli.books.fields import Unreadable, count_between, matching, one_of
from salescli.books.repair import TAG
from salescli.books.schemas.metrics import MetricId
from salescli.books.typed import (
    Flag,
    Id,
    LongText,
    Model,
    Money,
    PeriodText,
    Quantity,
    Rate,
    Share,
    Text,
    Weight,
    only,
    scalar,
)
from salescli.i18n import N_

METHODS = ("shares", "amounts", "equal", "capacity", "history", "blend", "file")
BLEND_PARTS = ("history", "capacity", "ability", "equal", "role", "experience")
MONTH_METHODS = ("shares", "even", "history", "capacity")


def _word(*words: str) -> Any:
    read, schema = scalar(one_of(*words), {"enum": list(words)})
    return read, schema


_V1, _V2 = _word(*METHODS)
MethodWord = Annotated[str, _V1, _V2]
_V1, _V2 = _word(*MONTH_METHODS)
MonthMethodWord = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(count_between(1, 120), {"type": "integer", "minimum": 1, "maximum": 120})
Periods = Annotated[int, _V1, _V2]
_V1, _V2 = _word("proportional", "history")
FitWord = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(
    matching(r"[^/\\\x00-\x1f][^\\\x00-\x1f]*\.csv", "the name of a CSV file", "Q3-weights.csv"),
    {"type": "string", "pattern": r"\.csv$"},
)
CsvName = Annotated[str, _V1, _V2]


class _Cut(Model):
    """What every cut may say."""

    by: MethodWord = Field(description="how the whole is cut")
    role_factors: dict[Id, Rate] = Field(default={}, description="role: factor on a person's weight")
    ramp: list[Rate] = Field(default=[], description="factors of a newcomer's first months")
    prorate: Flag = Field(default=True, description="count only the days assigned here")


class _PastCut(_Cut):
    since: PeriodText | None = Field(default=None, alias="from", description="the period to go by")
    last: Periods | None = Field(default=None, description="or: the last so many periods")


class SharesCut(_Cut):
    """By shares that sum to 100 %."""

    by: Annotated[str, *only("shares")] = Field(description="how the whole is cut")

    shares: dict[Id, Share]


class AmountsCut(_Cut):
    """By fixed amounts: one mapping of id to amount for each metric."""

    by: Annotated[str, *only("amounts")] = Field(description="how the whole is cut")

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, dict[Id, Money]] = Field(init=False)


class EqualCut(_Cut):
    """In equal parts."""

    by: Annotated[str, *only("equal")] = Field(description="how the whole is cut")


class CapacityCut(_Cut):
    """In proportion to given weights, such as market capacity."""

    by: Annotated[str, *only("capacity")] = Field(description="how the whole is cut")

    capacity: dict[Id, Weight]


class HistoryCut(_PastCut):
    """In proportion to the past; without `from` and `last`, the same period last year."""

    by: Annotated[str, *only("history")] = Field(description="how the whole is cut")


class BlendCut(_PastCut):
    """By several of these, each with its weight; the weights sum to 100 %."""

    by: Annotated[str, *only("blend")] = Field(description="how the whole is cut")

    history: Share | None = None
    capacity: Share | None = None
    ability: Share | None = None
    equal: Share | None = None
    role: Share | None = None
    experience: Share | None = None
    capacities: dict[Id, Weight] = Field(default={}, description="id: weight, for the part capacity")
    ability_scores: dict[Id, Weight] = Field(default={}, description="person: score, for the part ability")
    experience_factors: list[Rate] = Field(default=[], description="factors of the first months of tenure")


class FileCut(_Cut):
    """In proportion to the weights of a CSV file (columns id, weight) beside this one."""

    by: Annotated[str, *only("file")] = Field(description="how the whole is cut")

    file: CsvName


def _method(value: Any) -> str:
    by = value.get("by") if isinstance(value, dict) else getattr(value, "by", None)
    if isinstance(by, str) and by in METHODS:
        return f"{TAG}{by}"
    return f"{TAG}{'other' if isinstance(value, dict) else 'none'}"


class OtherCut(_Cut):
    """A cut whose method is missing or unknown: only that is said."""

    model_config = ConfigDict(extra="ignore")


Cut = Annotated[
    Annotated[SharesCut, Tag(f"{TAG}shares")]
    | Annotated[AmountsCut, Tag(f"{TAG}amounts")]
    | Annotated[EqualCut, Tag(f"{TAG}equal")]
    | Annotated[CapacityCut, Tag(f"{TAG}capacity")]
    | Annotated[HistoryCut, Tag(f"{TAG}history")]
    | Annotated[BlendCut, Tag(f"{TAG}blend")]
    | Annotated[FileCut, Tag(f"{TAG}file")]
    | Annotated[OtherCut, Tag(f"{TAG}other")]
    | Annotated[OtherCut, Tag(f"{TAG}none")],
    Discriminator(_method),
]


class MonthsCut(_PastCut):
    """How the period is spread over its months."""

    by: MonthMethodWord = Field(description="how the period is spread")
    shares: dict[PeriodText, Share] = Field(default={})
    capacity: dict[PeriodText, Weight] = Field(default={}, description="month: seasonal weight")


class MatrixEntry(Model):
    """How region × product follows from both."""

    fit: FitWord
    since: PeriodText | None = Field(default=None, alias="from")
    last: Periods | None = None


def _matrix(value: object) -> object:
    """`proportional` alone is short for `{fit: proportional}`."""
    return {"fit": value} if isinstance(value, str) else value


def _people(value: object) -> object:
    """A single cut, with `by`, is the cut of the whole team."""
    return {"": value} if isinstance(value, dict) and isinstance(value.get("by"), str) else value


def _region_or_team(value: object) -> str:
    if value == "":
        return ""
    if not isinstance(value, str):
        raise Unreadable("Y115", N_("`{value}` is not an id"), value=value)
    from salescli.books.fields import read_id

    return read_id(value)


_REGION_KEY = scalar(_region_or_team, {"type": "string"})


class CutEntry(Model):
    """The cuts of the total."""

    region: Cut | None = None
    product: Cut | None = None
    matrix: (
        Annotated[MatrixEntry, BeforeValidator(_matrix, json_schema_input_type=FitWord | MatrixEntry)] | None
    ) = None
    person: Annotated[
        dict[Annotated[str, _REGION_KEY[0], _REGION_KEY[1]], Cut],
        BeforeValidator(_people, json_schema_input_type=dict[str, Cut] | Cut),
    ] = Field(default={}, description="region: how its target is cut among its people")


class AchievableEntry(Model):
    """The band in which growth is thought achievable."""

    growth_max: Rate
    since: PeriodText | None = Field(default=None, alias="from", description="the period compared with")


class TargetsFile(Model):
    """A period's target."""

    period: PeriodText
    objective: LongText | None = Field(default=None, description="the company objective it serves")
    owner: Id | None = Field(default=None, description="who answers for it")
    note: Text | None = None
    total: dict[MetricId, Quantity]
    unit: dict[MetricId, Money] = Field(default={}, description="parts are multiples of this")
    levels: dict[Id, Rate] = Field(default={}, description="name: factor on additive metrics")
    months: MonthsCut | None = None
    cut: CutEntry | None = None
    over_assignment: Rate | None = Field(default=None, description="how far people may exceed their region")
    achievable: AchievableEntry | None = None
