"""What plans measure: a metric of somebody in a period, and sums, shares and limits of such (SPEC I6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from salescli.model.exact import plain, rate_text
from salescli.model.fact import ONLY_COLUMNS, Only
from salescli.model.metric import Unit

Of = Literal["actual", "target", "attainment", "personal", "earned"]
Scope = Literal["own", "team", "region", "reports", "all_reports"]
SCOPES: tuple[Scope, ...] = ("own", "team", "region", "reports", "all_reports")
Operator = Literal["+", "-", "*", "/", "min", "max"]

ANY = Only()
"""No restriction."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number about a person, their region, their reports or the team in a period.

    Attributes:
        metric: Id of a metric; the name of a number (`personal`), of a component (`earned`).
        of: The metric itself, its target, its attainment; a number stated for the person in the org files;
            what a component came to.
        scope: Whose; `own` is the node looked at.
        only: Which deals count.
        key: Under which a node holds its score: the same for a metric, its target and its attainment.
    """

    metric: str
    of: Of = "actual"
    scope: Scope = "own"
    only: Only = ANY
    key: str = field(init=False, compare=False, default="")

    def __post_init__(self) -> None:
        word = f"{self.of}({self.metric})" if self.of in ("personal", "earned") else self.metric
        object.__setattr__(self, "key", self._prefixed(word))

    def _prefixed(self, word: str) -> str:
        prefix = "" if self.scope == "own" else f"{self.scope}."
        return prefix + word if self.only == ANY else f"{prefix}{word}[{only_text(self.only)}]"

    def __str__(self) -> str:
        return f"{self.of}({self.key})" if self.of in ("target", "attainment") else self.key

    @property
    def is_figure(self) -> bool:
        """Whether it is added up from facts and targets (not `personal`, not `earned`)."""
        return self.of in ("actual", "target", "attainment")

    def within(self, scope: Scope, only: Only) -> Measure:
        """The same for another scope and filter, where it states none itself."""
        if not self.is_figure:
            return self if self.of == "personal" or self.scope != "own" else replace(self, scope=scope)
        return Measure(
            self.metric,
            self.of,
            scope if self.scope == "own" else self.scope,
            only if self.only == ANY else self.only,
        )


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written; `percent` if it carried the sign."""

    value: Fraction
    percent: bool = False

    def __str__(self) -> str:
        return rate_text(self.value) if self.percent else plain(self.value)


@dataclass(frozen=True, slots=True)
class Arith:
    """Several joined by one operator, from the left; `text` is as written."""

    op: Operator
    parts: tuple[Expr, ...]
    text: str = field(compare=False, default="")

    def __str__(self) -> str:
        if self.text:
            return self.text
        if self.op in ("min", "max"):
            return f"{self.op}({', '.join(map(str, self.parts))})"
        return f" {self.op} ".join(f"({p})" if isinstance(p, Arith) else str(p) for p in self.parts)


Expr = Measure | Number | Arith


def measures_of(expr: Expr) -> Iterator[Measure]:
    """Every measure of an expression, left to right."""
    if isinstance(expr, Measure):
        yield expr
    elif isinstance(expr, Arith):
        for part in expr.parts:
            yield from measures_of(part)


def within(expr: Expr, scope: Scope, only: Only) -> Expr:
    """An expression whose measures are those of a scope and filter where they state none themselves."""
    if isinstance(expr, Measure):
        return expr.within(scope, only)
    if isinstance(expr, Arith):
        text = expr.text if (scope, only) == ("own", ANY) else ""
        return Arith(expr.op, tuple(within(part, scope, only) for part in expr.parts), text)
    return expr


def metric_of(expr: Expr) -> str | None:
    """The metric where an expression is nothing but one metric's figure, else None."""
    return expr.metric if isinstance(expr, Measure) and expr.of == "actual" else None


def only_text(only: Only) -> str:
    """A filter as plans write it: `product=A|B, region=east`."""
    parts = [f"{key}={'|'.join(getattr(only, key))}" for key in ONLY_COLUMNS if getattr(only, key)]
    if only.since is not None:
        parts.append(f"from={only.since.isoformat()}")
    if only.until is not None:
        parts.append(f"to={only.until.isoformat()}")
    return ", ".join(parts)


def unit_of(expr: Expr, units: Mapping[str, Unit]) -> Unit:
    """What an expression counts in: attainments are rates, rates of money are money, money over money a rate.

    Args:
        units: Metric id → its unit; an unknown one counts as money.
    """
    if isinstance(expr, Number):
        return "rate" if expr.percent else "count"
    if isinstance(expr, Measure):
        if expr.of == "attainment":
            return "rate"
        return units.get(expr.metric, "money") if expr.is_figure else "money"
    kinds = [unit_of(part, units) for part in expr.parts]
    if expr.op == "/":
        upper, lower = kinds
        return "rate" if upper == lower else upper
    if "money" in kinds:
        return "money"
    if expr.op == "*":
        return "rate" if set(kinds) == {"rate"} else "count"
    return kinds[0]


def is_number(expr: Expr) -> bool:
    """Whether it is the same for everybody."""
    return not any(True for _ in measures_of(expr))
