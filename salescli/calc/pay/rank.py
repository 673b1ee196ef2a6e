"""Placing people by a measure, exactly; what ranking and recognition share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from salescli.calc.pay.condition import passes
from salescli.calc.pay.coverage import Member
from salescli.calc.pay.scores import Node, Scores, value_of
from salescli.model.condition import Condition
from salescli.model.expression import Expr


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's place in a ranking.

    Attributes:
        rank: From 1; equal ones share a rank and the next rank is skipped (1, 2, 2, 4).
        tied: How many share it.
        field: The region ranked within, or empty for everybody together.
    """

    member: Member
    value: Fraction
    rank: int
    tied: int
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How to rank.

    Attributes:
        conditions: All must hold for a person to be ranked.
        by_region: Rank within each region instead of everybody together.
        tiebreak: Measures that part equal values, highest first, then person id; None leaves ties.
    """

    by: Expr
    conditions: tuple[Condition | None, ...] = ()
    by_region: bool = False
    tiebreak: tuple[Expr, ...] | None = None


def ranked(rules: Rules, scores: Scores, members: Sequence[Member]) -> list[Place]:
    """Everybody who can be ranked, by field, rank and person id.

    Not ranked: who has no value, one of 0 or less (nobody is rewarded for nothing), or misses a condition.
    """
    places: list[Place] = []
    for field, group in _fields(rules, members):
        places += _ranked(rules, scores, field, group)
    return places


def _fields(rules: Rules, members: Iterable[Member]) -> Iterator[tuple[str, list[Member]]]:
    if not rules.by_region:
        yield "", sorted(members, key=lambda m: m.person)
        return
    ordered = sorted(members, key=lambda m: (m.region, m.person))
    for region, group in groupby(ordered, key=lambda m: m.region):
        yield region, list(group)


def _ranked(rules: Rules, scores: Scores, field: str, members: list[Member]) -> list[Place]:
    able: list[tuple[Fraction, Member]] = []
    for member in members:
        node: Node = scores.people.get(member.person, {})
        value = value_of(node, rules.by)
        if value is not None and value > 0 and all(passes(c, node) for c in rules.conditions):
            able.append((value, member))
    able.sort(key=lambda pair: _highest_first(pair[0]))  # stable: equal ones stay in the order of their ids
    if rules.tiebreak is not None:
        return _strict(able, rules.tiebreak, scores, field)
    places: list[Place] = []
    for _, group in groupby(able, key=lambda pair: pair[0]):
        same = list(group)
        rank = len(places) + 1
        places += [Place(member, value, rank, len(same), field) for value, member in same]
    return places


def _strict(
    able: list[tuple[Fraction, Member]], tiebreak: tuple[Expr, ...], scores: Scores, field: str
) -> list[Place]:
    def key(pair: tuple[Fraction, Member]) -> tuple[object, ...]:
        node = scores.people[pair[1].person]
        return (
            _highest_first(pair[0]),
            *(_last_if_none(value_of(node, m)) for m in tiebreak),
            pair[1].person,
        )

    able = sorted(able, key=key)
    return [Place(member, value, rank, 1, field) for rank, (value, member) in enumerate(able, 1)]


def _last_if_none(value: Fraction | None) -> tuple[bool, Fraction]:
    return (value is None, -(value or Fraction(0)))


def _highest_first(value: Fraction) -> tuple[int, Fraction]:
    """Sorts as `-value` does, mostly by comparing whole numbers, which is many times quicker."""
    return (-((value.numerator << 64) // value.denominator), -value)
