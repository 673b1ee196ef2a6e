"""What every plan shape is to the rest: terms to be compiled with, scores to read, outcomes to return.

A new shape is one module with a class that has the parts of `Shape`, and one line in `registry.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, Protocol, runtime_checkable

from salescli.calc.pay.coverage import Member
from salescli.calc.pay.scores import Node, Scores
from salescli.findings import Finding, Span
from salescli.model.condition import Compare, Condition, Join, measures_in
from salescli.model.entry import Entry, EntryKind, Honour, Step
from salescli.model.exact import from_minor, minor_digits, plain, rate_text
from salescli.model.expression import Expr, Measure, measures_of, unit_of
from salescli.model.metric import Unit
from salescli.model.plan import Component, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a component is compiled with.

    Attributes:
        plan: Id of the plan it is part of.
        currency: What it pays in.
        units: Metric id → unit, so that bounds are told as people write them.
        columns: Metric id → column of credit lines, for metrics that sum deals on the day they count.
    """

    plan: str
    currency: str
    units: Mapping[str, Unit]
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def digits(self) -> int:
        """Decimal places of an entry."""
        return minor_digits(self.currency)

    def unit(self, measure: Expr) -> Unit:
        """What a measure counts in: an attainment is a rate whatever its metric."""
        return unit_of(measure, self.units)

    def number(self, measure: Expr, value: Fraction) -> str:
        """A value of a measure as books write it: `120%`, `0.5%`, `10000`."""
        return rate_text(value) if self.unit(measure) == "rate" else plain(value)

    def step(
        self,
        step: str,
        text: str,
        measure: Expr,
        value: Fraction | None,
        place: Span | None,
        **params: object,
    ) -> Step:
        """A step that tells a measure's value: under `rate` if it is one, else under `base`."""
        unit = self.unit(measure)
        ratio = unit == "rate"
        base, rate = (None, value) if ratio else (value, None)
        return Step(step=step, text=text, params=params, base=base, rate=rate, place=place, unit=unit)


class Reads(NamedTuple):
    """Measures a component reads, by kind of node."""

    people: frozenset[Measure] = frozenset()
    regions: frozenset[Measure] = frozenset()
    team: frozenset[Measure] = frozenset()


class Outcome(NamedTuple):
    """What a component comes to for one person: often nothing, always with its reason (SPEC I8)."""

    period: str
    person: str
    plan: str
    component: str
    steps: Sequence[Step]
    entries: tuple[Entry, ...] = ()
    honours: tuple[Honour, ...] = ()


class Shape(Protocol):
    """A compiled component. Pure: the same scores and members give the same outcomes in the same order."""

    @property
    def component(self) -> Component:
        """The component as the plan states it."""

    @property
    def reads(self) -> Reads:
        """What it needs to know."""

    def pay(self, scores: Scores, members: Sequence[Member], found: list[Finding]) -> list[Outcome]:
        """One outcome per member, in their order; what forbids paying at all goes to `found`."""


@runtime_checkable
class ByDeal(Protocol):
    """A shape whose earnings rest on single deals."""

    @property
    def credited(self) -> Measure | None:
        """The measure it pays on, if that is added up from a person's own deals."""

    @property
    def paid_on(self) -> Measure | None:
        """The one measure it pays on, whoever's deals that adds up."""

    def weights(self, node: Node, credits: Sequence[Fraction]) -> list[Fraction] | None:
        """How much of what `earning` comes to rests on each of a person's credits, which are in date, then
        id order; None if nothing can be earned."""

    def parts(self, node: Node, credits: Sequence[Fraction], earned: int) -> list[int] | None:
        """What of an earning rests on each credit, in smallest units and with its sign; None if it rests on
        none."""


def entry_of(
    terms: Terms,
    component: Component,
    period: str,
    person: str,
    kind: EntryKind,
    units: int,
    *,
    steps: Sequence[Step],
    cause: str = "",
    rule: Span | None = None,
    deal_id: str = "",
    base: Decimal | None = None,
    rate: Fraction | None = None,
) -> Entry:
    """An entry of a component; `units` are the currency's smallest, `rule` its own line by default."""
    return Entry(
        period=period,
        person=person,
        plan=terms.plan,
        component=component.name,
        kind=kind,
        amount=from_minor(units, terms.digits),
        currency=terms.currency,
        deal_id=deal_id,
        base=base,
        rate=rate,
        cause=cause,
        rule=component.place if rule is None else rule,
        steps=steps,
    )


def measures(*parts: Expr | Condition | None) -> frozenset[Measure]:
    """Every measure that expressions and conditions read."""
    found: set[Measure] = set()
    for part in parts:
        if isinstance(part, Compare | Join):
            found.update(measures_in(part))
        elif part is not None:
            found.update(measures_of(part))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A plan ready to pay."""

    plan: Plan
    shapes: tuple[Shape, ...] = field(default=())
