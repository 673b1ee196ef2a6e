"""Conditions that can never hold, and expressions that mix units (P032, P034; SPEC I7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from itertools import product
from math import prod

from salescli.findings import Finding, Span, finding
from salescli.i18n import N_, Word
from salescli.model.condition import Compare, Condition, Join
from salescli.model.expression import Arith, Expr, Measure, Number, unit_of
from salescli.model.metric import Policy, Unit
from salescli.model.plan import AnyComponent, Tiers

_MANY = 256


@dataclass(frozen=True, slots=True)
class _Range:
    """Values a measure may still have: from `low` to `high`, each with whether it is included."""

    low: tuple[Fraction, bool] | None = None
    high: tuple[Fraction, bool] | None = None

    def narrowed(self, op: str, bound: Fraction) -> _Range:
        """With one comparison more."""
        low, high = self.low, self.high
        included = op not in (">", "<")
        if op in (">=", ">", "="):
            stricter = low is None or bound > low[0] or (bound == low[0] and not included)
            low = (bound, included) if stricter else low
        if op in ("<=", "<", "="):
            stricter = high is None or bound < high[0] or (bound == high[0] and not included)
            high = (bound, included) if stricter else high
        return _Range(low, high)

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        if self.low is None or self.high is None:
            return False
        return self.low[0] > self.high[0] or (
            self.low[0] == self.high[0] and not (self.low[1] and self.high[1])
        )

    def reaches(self, start: Fraction) -> bool:
        """Whether a value of `start` or more is left."""
        if self.high is None:
            return True
        return self.high[0] > start or (self.high[0] == start and self.high[1])


Ranges = Mapping[str, _Range]


def never_true(component: AnyComponent) -> Iterator[Finding]:
    """Gates, minimums and conditions of parts that no figures can meet; and tiers that a gate shuts off."""
    for condition, place in _conditions(component):
        ways = list(_ways(condition))
        if ways and all(any(r.empty for r in way.values()) for way in ways):
            yield finding(
                "P032",
                place,
                N_("`{condition}` can never be true"),
                hint=N_("the comparisons shut each other out: correct one of the bounds"),
                severity="warning",
                condition=str(condition),
                component=component.name,
            )
        elif isinstance(component, Tiers) and condition is component.when:
            yield from _shut_off(component, ways)


def _shut_off(component: Tiers, ways: list[Ranges]) -> Iterator[Finding]:
    key = str(component.measured_by)
    open_ways = [way for way in ways if not any(r.empty for r in way.values())]
    for tier in component.tiers[1:]:
        if open_ways and not any(way.get(key, _Range()).reaches(tier.start) for way in open_ways):
            yield finding(
                "P032",
                tier.place,
                N_("nobody who meets `{condition}` can reach this tier"),
                hint=N_("correct the gate, or leave the tier out"),
                severity="warning",
                condition=str(component.when),
                component=component.name,
            )
            return


def _ways(condition: Condition) -> Iterator[Ranges]:
    """Each way in which a condition can hold, as ranges of measures; `not` and != leave a measure open."""
    if isinstance(condition, Compare):
        yield _range(condition)
    elif condition.how == "not":
        yield {}
    elif condition.how == "or":
        for part in condition.parts:
            yield from _ways(part)
    else:
        each = [list(_ways(part)) for part in condition.parts]
        if prod(map(len, each)) > _MANY:
            yield {}
            return
        for chosen in product(*each):
            yield _both(chosen)


_FLIPPED = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "=": "="}


def _range(compare: Compare) -> Ranges:
    left, op, right = compare.left, compare.op, compare.right
    if op == "!=":
        return {}
    if isinstance(right, Number) and not isinstance(left, Number):
        return {str(left): _Range().narrowed(op, right.value)}
    if isinstance(left, Number) and not isinstance(right, Number):
        return {str(right): _Range().narrowed(_FLIPPED[op], left.value)}
    return {}


def _both(ways: tuple[Ranges, ...]) -> Ranges:
    joined: dict[str, _Range] = {}
    for way in ways:
        for key, found in way.items():
            known = joined.get(key, _Range())
            for bound, ops in ((found.low, (">=", ">")), (found.high, ("<=", "<"))):
                if bound is not None:
                    known = known.narrowed(ops[0] if bound[1] else ops[1], bound[0])
            joined[key] = known
    return joined


def units_mixed(component: AnyComponent, policy: Policy) -> Iterator[Finding]:
    """Sums and comparisons of unlike things: money with counts, rates with amounts."""
    units = {key: metric.unit for key, metric in policy.metrics.items()}
    for value, place in _parts(component, component.place):
        if isinstance(value, Compare):
            mixed = _unlike([value.left, value.right], units)
            text = value.text
        elif isinstance(value, Arith) and value.op not in ("*", "/"):
            mixed, text = _unlike(list(value.parts), units), str(value)
        else:
            continue
        if mixed:
            yield finding(
                "P034",
                place,
                N_("`{text}` holds {first} against {second}"),
                hint=N_("compare and add like with like: rates carry %, amounts and counts are plain"),
                severity="warning",
                text=text,
                first=Word(mixed[0]),
                second=Word(mixed[1]),
                component=component.name,
            )


_WORDS: dict[Unit, str] = {"money": N_("money"), "count": N_("a count"), "rate": N_("a rate")}


def _unlike(parts: list[Expr], units: Mapping[str, Unit]) -> tuple[str, str] | None:
    """The first two units that do not go together; a plain number goes with money and counts."""
    kinds: list[Unit] = []
    for part in parts:
        if isinstance(part, Number) and not part.percent:
            if part.value == 0:
                continue
            others = [p for p in parts if not isinstance(p, Number)]
            if others and all(unit_of(other, units) != "rate" for other in others):
                continue
        kinds.append(unit_of(part, units))
    first = kinds[0] if kinds else None
    for kind in kinds[1:]:
        if first is not None and kind != first:
            return _WORDS[first], _WORDS[kind]
    return None


def _conditions(component: AnyComponent) -> Iterator[tuple[Condition, Span]]:
    """Outermost conditions anywhere in a component, each with the nearest place."""
    for value, place in _parts(component, component.place, whole=True):
        if isinstance(value, Compare | Join):
            yield value, place


def _parts(value: object, place: Span, *, whole: bool = False) -> Iterator[tuple[object, Span]]:
    """Every record inside a record; `whole` does not look into conditions and expressions."""
    if isinstance(value, tuple):
        for item in value:
            yield from _parts(item, place, whole=whole)
        return
    if not is_dataclass(value) or isinstance(value, Span | type):
        return
    own = getattr(value, "place", None)
    place = own if isinstance(own, Span) and own.path else place
    yield value, place
    if whole and isinstance(value, Compare | Join | Arith | Measure | Number):
        return
    for field in fields(value):
        yield from _parts(getattr(value, field.name), place, whole=whole)
