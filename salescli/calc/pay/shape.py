"""What every plan shape is to the rest: terms to be compiled with, scores to read, outcomes to return.

A new shape is one module with a class that has the parts of `Shape`, and one line in `registry.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple, Protocol, runtime_checkable

from salescli.calc.pay.coverage import Member
from salescli.calc.pay.scores import Node, Scores
from salescli.findings import Finding, Span
from salescli.model.condition import Condition, Measure, measures_in
from salescli.model.entry import Entry, Honour, Step
from salescli.model.exact import minor_digits, plain, rate_text
from salescli.model.metric import Unit
from salescli.model.plan import AnyComponent, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a component is compiled with.

    Attributes:
        plan: Id of the plan it is part of.
        currency: What it pays in.
        units: Metric id → unit, so that bounds are told as people write them.
    """

    plan: str
    currency: str
    units: Mapping[str, Unit]

    @property
    def digits(self) -> int:
        """Decimal places of an entry."""
        return minor_digits(self.currency)

    def unit(self, measure: Measure) -> Unit:
        """What a measure counts in: an attainment is a rate whatever its metric."""
        return "rate" if measure.of == "attainment" else self.units.get(measure.metric, "money")

    def number(self, measure: Measure, value: Fraction) -> str:
        """A value of a measure as books write it: `120%`, `0.5%`, `10000`."""
        return rate_text(value) if self.unit(measure) == "rate" else plain(value)

    def step(
        self,
        step: str,
        text: str,
        measure: Measure,
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
    """Metrics a component reads, by kind of node."""

    people: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    team: frozenset[str] = frozenset()


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
    def component(self) -> AnyComponent:
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
    def credited(self) -> str:
        """The metric it pays on."""

    def weights(self, node: Node, credits: Sequence[Fraction]) -> list[Fraction] | None:
        """How much of what `earning` comes to rests on each of a person's credits, which are in date, then
        id order; None if nothing can be earned."""


def metrics_of(*parts: Measure | Condition | None) -> frozenset[str]:
    """Every metric that measures and conditions read."""
    found: set[str] = set()
    for part in parts:
        if isinstance(part, Measure):
            found.add(part.metric)
        elif part is not None:
            found.update(measure.metric for measure in measures_in(part))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A plan ready to pay."""

    plan: Plan
    shapes: tuple[Shape, ...] = field(default=())
