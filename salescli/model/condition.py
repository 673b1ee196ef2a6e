"""The tiny safe grammar of gates and measures: `attainment(sales_amount) >= 80% and new_customers >= 3`.

    condition = and_part {"or" and_part}          and_part = not_part {"and" not_part}
    not_part  = ["not"] (comparison | "(" condition ")")
    comparison = measure (">=" | ">" | "<=" | "<" | "=" | "!=") measure_or_number
    measure   = metric | attainment(metric) | target(metric)      number = 12, 12.5 or 80%

Never `eval`: text is parsed here into records, and `calc` works them out on exact numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Comparison = Literal[">=", ">", "<=", "<", "=", "!="]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number about a person, region or team in a period: a metric, its target, or its attainment."""

    metric: str
    of: Literal["actual", "target", "attainment"] = "actual"

    def __str__(self) -> str:
        return self.metric if self.of == "actual" else f"{self.of}({self.metric})"


@dataclass(frozen=True, slots=True)
class Compare:
    """`left op right`."""

    left: Measure
    op: Comparison
    right: Measure | Fraction
    text: str


@dataclass(frozen=True, slots=True)
class Join:
    """`and` / `or` of several, `not` of one."""

    how: Literal["and", "or", "not"]
    parts: tuple[Condition, ...]


Condition = Compare | Join


class ConditionError(ValueError):
    """What is wrong, and at which character (from 0) of the text."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?%?)|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<op>>=|<=|!=|==|>|<|=)|(?P<mark>[()])"
    r"|(?P<end>$)|(?P<bad>.))",
    re.ASCII,
)
_MAX_DEPTH = 20


def parse_condition(text: str) -> Condition:
    """Read a condition.

    Raises:
        ConditionError: with the message and the offset of what is not understood.
    """
    parser = _Parser(text)
    condition = parser.either(0)
    parser.expect_end()
    return condition


def parse_measure(text: str) -> Measure:
    """Read a measure: `sales_amount`, `attainment(sales_amount)`, `target(sales_amount)`.

    Raises:
        ConditionError: as `parse_condition` does.
    """
    parser = _Parser(text)
    measure = parser.measure()
    parser.expect_end()
    return measure


def measures_in(condition: Condition) -> Iterator[Measure]:
    """Every measure a condition reads, left to right."""
    if isinstance(condition, Join):
        for part in condition.parts:
            yield from measures_in(part)
        return
    yield condition.left
    if isinstance(condition.right, Measure):
        yield condition.right


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.next()

    def next(self) -> None:
        found = _TOKEN.match(self.text, self.at)
        assert found is not None
        self.kind = found.lastgroup or "end"
        self.value = found.group(self.kind)
        self.begin = found.start(self.kind)
        self.at = found.end()

    def fail(self, wanted: str) -> ConditionError:
        got = f"`{self.value}`" if self.value else "the end"
        return ConditionError(f"{wanted} expected, not {got}", self.begin)

    def expect_end(self) -> None:
        if self.kind != "end":
            raise self.fail("the end")

    def either(self, depth: int) -> Condition:
        return self._join("or", self.both, depth)

    def both(self, depth: int) -> Condition:
        return self._join("and", self.negated, depth)

    def _join(self, how: Literal["and", "or"], part: Callable[[int], Condition], depth: int) -> Condition:
        if depth > _MAX_DEPTH:
            raise ConditionError("nested too deeply", self.begin)
        parts = [part(depth)]
        while self.kind == "word" and self.value == how:
            self.next()
            parts.append(part(depth))
        return parts[0] if len(parts) == 1 else Join(how, tuple(parts))

    def negated(self, depth: int) -> Condition:
        if self.kind == "word" and self.value == "not":
            self.next()
            return Join("not", (self.atom(depth + 1),))
        return self.atom(depth)

    def atom(self, depth: int) -> Condition:
        if self.kind == "mark" and self.value == "(":
            self.next()
            inner = self.either(depth + 1)
            if self.value != ")":
                raise self.fail("`)`")
            self.next()
            return inner
        return self.compare()

    def compare(self) -> Condition:
        begin = self.begin
        left = self.measure()
        if self.kind != "op":
            raise self.fail("a comparison such as `>=`")
        op = "=" if self.value == "==" else self.value
        self.next()
        right: Measure | Fraction
        if self.kind == "number":
            percent = self.value.endswith("%")
            right = Fraction(self.value.rstrip("%")) / (100 if percent else 1)
            end = self.at
            self.next()
        else:
            right = self.measure()
            end = self.begin
        return Compare(left, op, right, self.text[begin:end].strip())  # type: ignore[arg-type]

    def measure(self) -> Measure:
        if self.kind != "word" or self.value in ("and", "or", "not"):
            raise self.fail("a metric")
        word = self.value
        self.next()
        if not (self.kind == "mark" and self.value == "("):
            return Measure(word)
        if word not in ("attainment", "target"):
            raise ConditionError(
                f"`{word}(…)` is not known; there are attainment(…) and target(…)", self.begin
            )
        self.next()
        if self.kind != "word":
            raise self.fail("a metric")
        metric = self.value
        self.next()
        if self.value != ")":
            raise self.fail("`)`")
        self.next()
        return Measure(metric, word)  # type: ignore[arg-type]
