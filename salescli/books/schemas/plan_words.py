"""The single values of plan files: measures, conditions and the words of each choice."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Any, get_args

from salescli.books.fields import Unreadable, count_between, one_of
from salescli.books.typed import scalar
from salescli.i18n import N_
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
from salescli.model.condition import Condition, ConditionError, parse_condition, parse_value
from salescli.model.exact import Rounding
from salescli.model.expression import Expr, Measure, Number, Scope
from salescli.model.plan import PeriodKind

SHAPES = (
    "flat",
    "tiers",
    "scorecard",
    "milestones",
    "spiff",
    "rate_table",
    "ranking",
    "team",
    "pool",
    "recognition",
    "draw",
    "guarantee",
)


def _read_value(text: str) -> Expr:
    try:
        return parse_value(text)
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
        error.message,
        N_("write it like `{example}`"),
        error.offset,
        example=example,
        **error.params,
    )


def word(*words: str) -> Any:
    """Annotations of a field that takes one of these words."""
    return scalar(one_of(*words), {"enum": list(words)})


def words_of(choice: Any) -> Any:
    """The same for the words of a `Literal`."""
    return word(*get_args(choice))


_TEXT = {"type": ["string", "number"]}
_V1, _V2 = scalar(_read_value, {**_TEXT, "examples": ["attainment(sales_amount)", "10% * team.sales_amount"]})
Value = Annotated[Expr, _V1, _V2]
"""A measure, a number, or a sum or product of such."""


def _read_figure(text: str) -> str:
    if _NAME.fullmatch(text):
        return text
    prefix = "target_" if text.startswith("target_") else ""
    read = _read_value(text.removeprefix("target_"))
    if not isinstance(read, Measure) or read.of in ("target", "attainment"):
        raise Unreadable(
            "Y117",
            N_("`{value}` is not a figure"),
            N_("write `sales_amount`, `team.sales_amount`, `personal(salary)`, or `target_sales_amount`"),
            value=text,
        )
    return prefix + read.key


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_V1, _V2 = scalar(_read_figure, {"type": "string", "examples": ["sales_amount", "personal(salary)"]})
FigureKey = Annotated[str, _V1, _V2]
"""A metric, a figure of a scope or filter, a number of the person; `target_` before it is its target."""


def _read_weight(text: str) -> Expr:
    return Number(Fraction(1)) if text == "equal" else _read_value(text)


_V1, _V2 = scalar(_read_weight, {**_TEXT, "examples": ["equal", "sales_amount"]})
WeightValue = Annotated[Expr, _V1, _V2]
"""A measure to share by, or `equal`."""
_V1, _V2 = scalar(_read_condition, {"type": "string", "examples": ["attainment(sales_amount) >= 80%"]})
ConditionText = Annotated[Condition, _V1, _V2]
_V1, _V2 = words_of(PeriodKind)
PeriodWord = Annotated[PeriodKind, _V1, _V2]
_V1, _V2 = words_of(ToDate)
ToDateWord = Annotated[ToDate, _V1, _V2]
_V1, _V2 = words_of(TargetOf)
TargetWord = Annotated[TargetOf, _V1, _V2]
_V1, _V2 = words_of(Rounding)
RoundingWord = Annotated[Rounding, _V1, _V2]
_V1, _V2 = word(*SHAPES)
ShapeWord = Annotated[str, _V1, _V2]
_V1, _V2 = words_of(TierMode)
ModeWord = Annotated[TierMode, _V1, _V2]
_V1, _V2 = words_of(TableMode)
TableModeWord = Annotated[TableMode, _V1, _V2]
_V1, _V2 = words_of(OnZero)
ZeroWord = Annotated[OnZero, _V1, _V2]
_V1, _V2 = words_of(Ties)
TiesWord = Annotated[Ties, _V1, _V2]
_V1, _V2 = words_of(RankScope)
FieldWord = Annotated[RankScope, _V1, _V2]
_V1, _V2 = words_of(TeamScope)
TeamWord = Annotated[TeamScope, _V1, _V2]
_V1, _V2 = words_of(PoolScope)
PoolWord = Annotated[PoolScope, _V1, _V2]
_V1, _V2 = words_of(ClosedPeriods)
ClosedWord = Annotated[ClosedPeriods, _V1, _V2]
_V1, _V2 = words_of(Scope)
ScopeWord = Annotated[Scope, _V1, _V2]
_V1, _V2 = words_of(Per)
PerWord = Annotated[Per, _V1, _V2]
_V1, _V2 = words_of(Over)
OverWord = Annotated[Over, _V1, _V2]
_V1, _V2 = words_of(ReleaseBy)
ReleaseWord = Annotated[ReleaseBy, _V1, _V2]
_V1, _V2 = words_of(Reached)
PaysWord = Annotated[Reached, _V1, _V2]
_V1, _V2 = words_of(Choose)
ChooseWord = Annotated[Choose, _V1, _V2]
_V1, _V2 = words_of(Unmatched)
UnmatchedWord = Annotated[Unmatched, _V1, _V2]
_V1, _V2 = words_of(DrawKind)
DrawWord = Annotated[DrawKind, _V1, _V2]
_V1, _V2 = words_of(ClawedRate)
OriginalWord = Annotated[ClawedRate, _V1, _V2]
_V1, _V2 = scalar(count_between(1, 1000), {"type": "integer", "minimum": 1, "maximum": 1000})
Places = Annotated[int, _V1, _V2]
_V1, _V2 = scalar(count_between(0, 600), {"type": "integer", "minimum": 0, "maximum": 600})
Months = Annotated[int, _V1, _V2]
_V1, _V2 = scalar(count_between(1, 31), {"type": "integer", "minimum": 1, "maximum": 31})
MonthDayNumber = Annotated[int, _V1, _V2]


def _months_or_term(text: str) -> int | None:
    return None if text == "term_months" else count_between(1, 600)(text)


_V1, _V2 = scalar(_months_or_term, {"anyOf": [{"type": "integer", "minimum": 1}, {"const": "term_months"}]})
MonthsOrTerm = Annotated[int | None, _V1, _V2]
