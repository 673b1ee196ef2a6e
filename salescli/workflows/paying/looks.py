"""What the components of one period look at: scores, to date and as each plan has them, and credits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from salescli.calc.pay.coverage import Member, covered, standings
from salescli.calc.pay.days import covered_share, ramp_factor
from salescli.calc.pay.earning import EarningPay
from salescli.calc.pay.past import Past
from salescli.calc.pay.reach import reaches_back
from salescli.calc.pay.scores import DealCredit, Score, Scores
from salescli.calc.pay.shape import Compiled, Reads, Shape
from salescli.model.expression import Measure
from salescli.model.period import Period
from salescli.model.plan import Component, Earning, PeriodKind, Plan
from salescli.workflows.paying.measure import deal_credits, fill
from salescli.workflows.session import Session
from salescli.workflows.settling.beside import beside


@dataclass(slots=True)
class Part:
    """A component to run, in its plan."""

    compiled: Compiled
    shape: Shape
    members: Sequence[Member]

    @property
    def key(self) -> tuple[str, str]:
        """Plan and component."""
        return self.compiled.plan.id, self.shape.component.name

    @property
    def name(self) -> str:
        """Of the component."""
        return self.shape.component.name

    @property
    def reads(self) -> frozenset[Measure]:
        """All that it reads, of whomever."""
        return frozenset().union(*self.shape.reads)


Span = tuple[PeriodKind, str]
"""The longer period a component accumulates over, and whose target it is measured by."""


def span_of(component: Component) -> Span | None:
    """What a component accumulates over; None if it pays for its own period alone."""
    if not isinstance(component, Earning) or component.to_date is None:
        return None
    return component.to_date, component.target


class Looks:
    """What one period looks at.

    Attributes:
        everybody: Who was here in it.
        parts: Its components, each with whom its plan covers.
        scores: As the facts and targets have them.
    """

    def __init__(
        self, session: Session, period: Period, plans: Sequence[Compiled], past: Past, as_of: date
    ) -> None:
        self._session, self._period, self._past, self._as_of = session, period, past, as_of
        self._plans = [one.plan for one in plans]
        self._reverses = any(plan.closed_periods == "reverse" for plan in self._plans)
        self.everybody = standings(session.book.org, period)
        self.parts = [
            Part(compiled, shape, covered(compiled.plan, self.everybody))
            for compiled in plans
            for shape in compiled.shapes
            if shape.component.period == period.kind
        ]
        self.scores = self._fill(self.parts)
        self._long: dict[tuple[Span, date], Scores] = {}
        self._of_plans: dict[tuple[str, Span | None, date], Scores] = {}

    def all(self) -> Iterator[Scores]:
        """Everything looked at so far."""
        yield self.scores
        yield from self._long.values()
        yield from self._of_plans.values()

    def of(self, part: Part) -> Scores:
        """What a component looks at: with its plan's own targets and days covered; to date, of everybody
        from the first day on that it pays them for."""
        long = span_of(part.shape.component)
        return self.now(part.compiled.plan) if long is None else self._to_date(part, long)

    def now(self, plan: Plan) -> Scores:
        """What a plan looks at of this period alone."""
        return self._of_plan(plan, None)

    def credits(
        self, shape: EarningPay, longer: Period | None = None, start: date | None = None
    ) -> dict[str, list[DealCredit]]:
        """The credits behind a component of this period, by person; to date from a day on."""
        measure = shape.credited
        column = "" if measure is None else shape.terms.columns.get(measure.metric, "")
        if measure is None or not column:
            return {}
        with self._beside(longer, start):
            self._session.facts.run(self._as_of)
            return deal_credits(self._session, measure, column, start or self._period.start, self._period.end)

    def credits_to_date(self, shape: EarningPay, scores: Scores) -> dict[str, Sequence[DealCredit]]:
        """The credits behind scores to date: everybody's from their first day on."""
        long = span_of(shape.component)
        assert long is not None
        longer = self._around(long)
        starts = {longer.start, *scores.begins.values()}
        return {
            person: credits
            for start in sorted(starts)
            for person, credits in self.credits(shape, longer, start).items()
            if scores.first(person) == start
        }

    def _of_plan(self, plan: Plan, long: Span | None, start: date | None = None) -> Scores:
        """With the plan's own targets and days covered.

        Args:
            start: Of those who are not paid to date from the first day of the longer period on.
        """
        start = start or (self._period if long is None else self._around(long)).start
        adapts = plan.ramp is not None or plan.prorate_targets or any(c.prorate for c in plan.components)
        if not adapts:
            return self._since(long, start)
        key = (plan.id, long, start)
        if key not in self._of_plans:
            self._of_plans[key] = self._adapted(plan, self._since(long, start), long)
        return self._of_plans[key]

    def _to_date(self, part: Part, long: Span) -> Scores:
        """What a component to date looks at: of everybody, from the first day on that it pays them for."""
        plan, longer = part.compiled.plan, self._around(long)
        scores = self._of_plan(plan, long)
        begins = {
            member.person: start
            for member in part.members
            if (start := self._reaches_back(part, member, longer)) != longer.start
        }
        own = {person: self._of_plan(plan, long, start).people[person] for person, start in begins.items()}
        return replace(scores, people={**scores.people, **own}, begins=begins) if begins else scores

    def _reaches_back(self, part: Part, member: Member, longer: Period) -> date:
        person = self._session.book.org.people[member.person]
        return reaches_back(*part.key, person, self._period, longer, self._plans, self._past)

    def _around(self, long: Span) -> Period:
        return Period.around(self._period.end, long[0], self._period.fiscal)

    def _since(self, long: Span | None, start: date) -> Scores:
        if long is None:
            return self.scores
        key = (long, start)
        if key not in self._long:
            parts = [part for part in self.parts if span_of(part.shape.component) == long]
            self._long[key] = self._fill(parts, self._around(long), start, long[1] == "whole")
        return self._long[key]

    def _adapted(self, plan: Plan, scores: Scores, long: Span | None) -> Scores:
        since, end = scores.since or self._period.start, self._period.end
        whole = since if long is None else self._around(long).start
        people = self._session.book.org.people
        days: dict[str, Fraction] = {}
        nodes = dict(scores.people)
        for member in covered(plan, self.everybody):
            person = people[member.person]
            share = covered_share(plan, person, whole, end)
            if share != 1:
                days[member.person] = share
            start = whole if long is not None and long[1] == "whole" else since
            factor = Fraction(1) if plan.ramp is None else ramp_factor(plan.ramp, person.hired, start, end)
            if plan.prorate_targets:
                factor *= share if start == whole else covered_share(plan, person, start, end)
            if factor != 1:
                nodes[member.person] = {k: _part_of(s, factor) for k, s in nodes[member.person].items()}
        return replace(scores, people=nodes, days=days)

    def _fill(
        self,
        parts: Sequence[Part],
        longer: Period | None = None,
        start: date | None = None,
        whole_target: bool = False,
    ) -> Scores:
        reads = [part.shape.reads for part in parts]
        together = Reads(
            people=frozenset().union(*(read.people for read in reads)),
            regions=frozenset().union(*(read.regions for read in reads)),
            team=frozenset().union(*(read.team for read in reads)),
        )
        with self._beside(longer, start):
            return fill(
                self._session,
                self._period,
                self._as_of,
                self.everybody,
                together,
                longer,
                start=start,
                whole_target=whole_target,
            )

    def _beside(self, longer: Period | None, start: date | None) -> AbstractContextManager[None]:
        """Within, the facts leave out what is settled, where that is how these plans see them."""
        settled = None
        if self._reverses:
            settled = beside(self._session, longer or self._period, self._period.end, start)
        return self._session.facts.beside(settled)


def _part_of(score: Score, factor: Fraction) -> Score:
    if score.target is None:
        return score
    return score._replace(target=score.target * factor, part=factor)
