"""The tiny safe grammar of gates and measures: `attainment(sales_amount) >= 80% and new_customers >= 3`.

    condition  = and_part {"or" and_part}          and_part = not_part {"and" not_part}
    not_part   = ["not"] (comparison | "(" condition ")")
    comparison = value (">=" | ">" | "<=" | "<" | "=" | "!=") value
    value      = term {("+" | "-") term}           term = factor {("*" | "/") factor}
    factor     = number | measure | "(" value ")" | min(value, …) | max(value, …)
    measure    = figure | attainment(figure) | target(figure) | personal(name) | [scope.]earned(component)
    figure     = [scope.]metric["[" product=A|B, region=east "]"]        number = 12, 12.5 or 80%
    scope      = team | region | reports | all_reports

Never `eval`: text is parsed here into records, and `calc` works them out on exact numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, cast

from salescli.i18n import N_, Word, several
from salescli.model.expression import (
    ANY,
    SCOPES,
    Arith,
    Expr,
    Measure,
    Number,
    Of,
    Operator,
    Scope,
    measures_of,
)
from salescli.model.fact import Only

Comparison = Literal[">=", ">", "<=", "<", "=", "!="]


@dataclass(frozen=True, slots=True)
class Compare:
    """`left op right`."""

    left: Expr
    op: Comparison
    right: Expr
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Join:
    """`and` / `or` of several, `not` of one."""

    how: Literal["and", "or", "not"]
    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        parts = [
            f"({part})" if isinstance(part, Join) and part.how != "not" else str(part) for part in self.parts
        ]
        return f"not {parts[0]}" if self.how == "not" else f" {self.how} ".join(parts)


Condition = Compare | Join


class ConditionError(ValueError):
    """What is wrong, an English text with `{named}` places, and at which character (from 0) of the text."""

    def __init__(self, message: str, offset: int, /, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.params = params


_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?\s?%?)|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<op>>=|<=|!=|==|>|<|=)"
    r"|(?P<mark>[()+\-*/,.])|(?P<filter>\[[^\]]*\])|(?P<end>$)|(?P<bad>.))",
    re.ASCII,
)
_FILTER = re.compile(r"\s*(product|region)\s*=\s*([A-Za-z0-9._-]+(?:\s*\|\s*[A-Za-z0-9._-]+)*)\s*", re.ASCII)
_NAMED = re.compile(r"\(\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*\)", re.ASCII)
_MAX_DEPTH = 20
_MAX_LENGTH = 2000
_FUNCTIONS = ("attainment", "target", "personal", "earned")


def parse_condition(text: str) -> Condition:
    """Read a condition.

    Raises:
        ConditionError: with the message and the offset of what is not understood.
    """
    parser = _Parser(text)
    condition = parser.either(0)
    parser.expect_end()
    return condition


def parse_value(text: str) -> Expr:
    """Read a value: `sales_amount`, `attainment(sales_amount)`, `10% * team.sales_amount`, `2000`.

    Raises:
        ConditionError: as `parse_condition` does.
    """
    parser = _Parser(text)
    value = parser.value(0)
    parser.expect_end()
    return value


def measures_in(condition: Condition) -> Iterator[Measure]:
    """Every measure a condition reads, left to right."""
    if isinstance(condition, Join):
        for part in condition.parts:
            yield from measures_in(part)
        return
    yield from measures_of(condition.left)
    yield from measures_of(condition.right)


class _Parser:
    def __init__(self, text: str) -> None:
        if len(text) > _MAX_LENGTH:
            raise ConditionError(N_("too long"), _MAX_LENGTH)
        self.text = text
        self.at = 0
        self.next()

    def next(self) -> None:
        found = _TOKEN.match(self.text, self.at)
        assert found is not None
        self.kind = found.lastgroup or "end"
        self.got = found.group(self.kind)
        self.begin = found.start(self.kind)
        self.last = self.at
        self.at = found.end()

    def fail(self, wanted: str) -> ConditionError:
        text = N_("{wanted} expected, not `{got}`") if self.got else N_("{wanted} expected, not the end")
        return ConditionError(text, self.begin, wanted=Word(wanted), got=self.got)

    def mark(self, *marks: str) -> bool:
        return self.kind == "mark" and self.got in marks

    def take(self, mark: str) -> None:
        if not self.mark(mark):
            raise self.fail(f"`{mark}`")
        self.next()

    def expect_end(self) -> None:
        if self.kind != "end":
            raise self.fail(N_("the end"))

    def either(self, depth: int) -> Condition:
        return self._join("or", self.both, depth)

    def both(self, depth: int) -> Condition:
        return self._join("and", self.negated, depth)

    def _join(self, how: Literal["and", "or"], part: Callable[[int], Condition], depth: int) -> Condition:
        self._deep(depth)
        parts = [part(depth)]
        while self.kind == "word" and self.got == how:
            self.next()
            parts.append(part(depth))
        return parts[0] if len(parts) == 1 else Join(how, tuple(parts))

    def _deep(self, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise ConditionError(N_("nested too deeply"), self.begin)

    def negated(self, depth: int) -> Condition:
        if self.kind == "word" and self.got == "not":
            self.next()
            return Join("not", (self.atom(depth + 1),))
        return self.atom(depth)

    def atom(self, depth: int) -> Condition:
        if self.mark("(") and self._compares_inside():
            self.next()
            inner = self.either(depth + 1)
            self.take(")")
            return inner
        return self.compare(depth)

    def _compares_inside(self) -> bool:
        """Whether the bracket that opens here holds a comparison, so that it is one of conditions."""
        depth = 0
        for at in range(self.begin, len(self.text)):
            mark = self.text[at]
            depth += (mark == "(") - (mark == ")")
            if mark in "<>=!":
                return True
            if depth == 0:
                return False
        return True

    def compare(self, depth: int) -> Condition:
        begin = self.begin
        left = self.value(depth)
        if self.kind != "op":
            raise self.fail(N_("a comparison such as `>=`"))
        op = "=" if self.got == "==" else self.got
        self.next()
        right = self.value(depth)
        return Compare(left, cast(Comparison, op), right, self.text[begin : self.last].strip())

    def value(self, depth: int) -> Expr:
        return self._chain(("+", "-"), self.term, depth)

    def term(self, depth: int) -> Expr:
        return self._chain(("*", "/"), self.factor, depth)

    def _chain(self, marks: tuple[str, ...], part: Callable[[int], Expr], depth: int) -> Expr:
        self._deep(depth)
        begin = self.begin
        left = part(depth)
        while self.mark(*marks):
            op = cast(Operator, self.got)
            self.next()
            right = part(depth)
            left = Arith(op, (left, right), self.text[begin : self.last].strip())
        return left

    def factor(self, depth: int) -> Expr:
        if self.kind == "number":
            return self.number()
        if self.mark("("):
            self.next()
            inner = self.value(depth + 1)
            self.take(")")
            return inner
        if self.kind == "word" and self.got in ("min", "max") and self.text[self.at : self.at + 1] == "(":
            return self.limit(depth)
        return self.measure()

    def number(self) -> Number:
        percent = self.got.endswith("%")
        value = Fraction(self.got.rstrip("%").strip()) / (100 if percent else 1)
        self.next()
        return Number(value, percent)

    def limit(self, depth: int) -> Expr:
        begin, op = self.begin, cast(Operator, self.got)
        self.next()
        self.take("(")
        parts = [self.value(depth + 1)]
        while self.mark(","):
            self.next()
            parts.append(self.value(depth + 1))
        self.take(")")
        return Arith(op, tuple(parts), self.text[begin : self.last].strip())

    def measure(self) -> Measure:
        scope, word, begin = self.scoped()
        if not self.mark("("):
            return Measure(word, "actual", scope, self.filter())
        if word not in _FUNCTIONS:
            raise ConditionError(
                N_("`{word}(…)` is not known; there are {known}"),
                begin,
                word=word,
                known=several(f"{one}(…)" for one in (*_FUNCTIONS, "min", "max")),
            )
        if scope != "own" and word != "earned":
            raise ConditionError(
                N_("`{scope}.` belongs before the metric: {word}({scope}.…)"), begin, scope=scope, word=word
            )
        if word in ("personal", "earned"):
            return Measure(self.bracketed(), cast(Of, word), scope)
        self.next()
        inner, metric, _ = self.scoped()
        named = Measure(metric, cast(Of, word), inner, self.filter())
        self.take(")")
        return named

    def bracketed(self) -> str:
        """The id in brackets that begin here; it may hold points and hyphens."""
        found = _NAMED.match(self.text, self.begin)
        if found is None:
            raise ConditionError(N_("an id in brackets expected"), self.begin)
        self.at = found.end()
        self.next()
        return found.group(1)

    def scoped(self) -> tuple[Scope, str, int]:
        """`metric` or `team.metric`, and where it begins."""
        begin = self.begin
        word = self.name(N_("a metric"))
        if not self.mark("."):
            return "own", word, begin
        if word not in SCOPES or word == "own":
            raise ConditionError(
                N_("`{word}.` is not known; there are {known}"),
                begin,
                word=word,
                known=several(f"{one}." for one in SCOPES if one != "own"),
            )
        self.next()
        begin = self.begin
        return word, self.name(N_("a metric")), begin

    def name(self, wanted: str) -> str:
        if self.kind != "word" or self.got in ("and", "or", "not"):
            raise self.fail(wanted)
        word = self.got
        self.next()
        return word

    def filter(self) -> Only:
        if self.kind != "filter":
            return ANY
        chosen: dict[str, tuple[str, ...]] = {}
        for part in self.got[1:-1].split(","):
            found = _FILTER.fullmatch(part)
            if found is None or found.group(1) in chosen:
                raise ConditionError(
                    N_("a filter such as `[product=A]` or `[product=A|B, region=east]`"), self.begin
                )
            chosen[found.group(1)] = tuple(word.strip() for word in found.group(2).split("|"))
        self.next()
        return Only(**chosen)  # type: ignore[arg-type]
