"""What a component looks at in a period: measures, people, days and columns (SPEC S4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from salescli.calc.pay.shape import Compiled, Shape
from salescli.model.expression import Measure
from salescli.model.metric import Policy
from salescli.model.period import Period
from salescli.model.plan import (
    Draw,
    Earning,
    Plan,
    Pool,
    Ranking,
    RateTable,
    Recognition,
    Release,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """What a component looks at in a period.

    Attributes:
        start, end: Of the period.
        back: The first day before it that it also rests on; None if on none.
        reads: Every measure, also of the components whose earnings it reads.
        compares: People of the plan are compared with each other, or share something.
        region: They are compared within each region.
        columns: Columns of deals besides those of filters that decide about pay.
        claws: What is cancelled in the period is taken back.
        release: When what is held is paid.
    """

    start: date
    end: date
    back: date | None
    reads: frozenset[Measure]
    compares: bool
    region: bool
    columns: frozenset[str]
    claws: bool
    release: Release | None
    policy: Policy = field(compare=False)

    @property
    def peers(self) -> bool:
        """Whether it matters who else there is: whom people are compared with, who reports to whom."""
        return self.compares or any(m.scope in ("reports", "all_reports") for m in self.reads)


def lens_of(compiled: Compiled, name: str, period: Period, policy: Policy, first: date) -> Lens:
    """What a component looks at.

    Args:
        policy: The one the period was paid by.
        first: The first day of the first settled month.
    """
    plan = compiled.plan
    shapes = {shape.component.name: shape for shape in compiled.shapes}
    shape = shapes[name]
    together = list(_with(shape, shapes, plan))
    component = shape.component
    compared = (Ranking, Pool, Recognition)
    return Lens(
        start=period.start,
        end=period.end,
        back=_back(shape, together, period, first),
        reads=frozenset(m for one in together for m in _reads(one)),
        compares=any(isinstance(one.component, compared) for one in together),
        region=getattr(component, "scope", "") == "region",
        columns=frozenset(c for one in together for c in _columns(one)),
        claws=plan.clawback is not None,
        release=component.release if isinstance(component, Earning) else None,
        policy=policy,
    )


def _with(shape: Shape, shapes: Mapping[str, Shape], plan: Plan) -> Iterator[Shape]:
    """A component and those whose earnings it rests on."""
    waiting, seen = [shape], set[str]()
    while waiting:
        one = waiting.pop()
        if one.component.name in seen:
            continue
        seen.add(one.component.name)
        yield one
        names = {m.metric for m in _reads(one) if m.of == "earned"}
        if isinstance(one.component, Draw):
            names |= set(one.component.against or (c.name for c in plan.components))
        waiting += [shapes[name] for name in sorted(names) if name in shapes]


def _reads(shape: Shape) -> frozenset[Measure]:
    """Every measure, those of regions and of the team as such."""
    people, regions, team = shape.reads
    return frozenset(
        (
            *people,
            *(Measure(m.metric, m.of, "region", m.only) if m.scope == "own" else m for m in regions),
            *(Measure(m.metric, m.of, "team", m.only) for m in team),
        )
    )


def _columns(shape: Shape) -> Iterator[str]:
    component = shape.component
    if isinstance(component, RateTable):
        for rule in component.rules:
            yield from rule.words
            yield from ("amount", "cost", "discount") if rule.bands else ()
    if isinstance(component, Earning) and component.release is not None:
        yield "term_months"


def _back(shape: Shape, together: Iterable[Shape], period: Period, first: date) -> date | None:
    component = shape.component
    days = []
    for one in (each.component for each in together):
        if isinstance(one, Earning) and one.to_date is not None:
            days.append(max(first, Period.around(period.end, one.to_date, period.fiscal).start))
        carries = isinstance(one, Earning) and one.cap is not None and one.cap.over == "carried"
        if isinstance(one, Draw) or carries:
            days.append(first)
    if isinstance(component, Earning) and component.release is not None:
        days.append(first)
    return min((day for day in days if day < period.start), default=None)
