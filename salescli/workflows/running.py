"""One run of plans over a period: components in the order of need (`later_pay.py` says what comes after)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from salescli.calc.pay.by_deal import cut_by_deal
from salescli.calc.pay.coverage import Member, covered, standings
from salescli.calc.pay.days import covered_share, ramp_factor
from salescli.calc.pay.draw import DrawPay
from salescli.calc.pay.earning import EarningPay
from salescli.calc.pay.hold import held
from salescli.calc.pay.order import in_order_of_need
from salescli.calc.pay.past import EARNED, Past
from salescli.calc.pay.registry import terms_of
from salescli.calc.pay.scores import DealCredit, Score, Scores
from salescli.calc.pay.shape import Compiled, Outcome, Reads, Shape
from salescli.calc.pay.to_date import pay_to_date
from salescli.findings import Finding, finding
from salescli.i18n import N_
from salescli.model.entry import Entry
from salescli.model.exact import to_minor
from salescli.model.expression import Measure
from salescli.model.period import Period
from salescli.model.plan import Component, Earning, PeriodKind, Plan
from salescli.workflows.deal_news import deal_news
from salescli.workflows.measure import deal_credits, fill, managers_of
from salescli.workflows.reckoned import Reckoned
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


def _span_of(component: Component) -> Span | None:
    if not isinstance(component, Earning) or component.to_date is None:
        return None
    return component.to_date, component.target


class Running:
    """One period being reckoned."""

    def __init__(
        self,
        session: Session,
        period: Period,
        plans: Sequence[Compiled],
        past: Past,
        found: list[Finding],
        others: Sequence[Entry],
        as_of: date,
    ) -> None:
        self.session, self.period, self.found = session, period, found
        self.past = past.later()
        self.past.add(others)
        self.plans = plans
        self.as_of = as_of
        self.reverses = any(one.plan.closed_periods == "reverse" for one in plans)
        self.everybody = standings(session.book.org, period)
        self.parts = [
            Part(compiled, shape, covered(compiled.plan, self.everybody))
            for compiled in plans
            for shape in compiled.shapes
            if shape.component.period == period.kind
        ]
        self.scores = self._fill(self.parts)
        self.seen: dict[tuple[str, str], Scores] = {}
        self.long: dict[Span, Scores] = {}
        self.plan_scores: dict[tuple[str, Span | None], Scores] = {}
        self.outcomes: dict[tuple[str, str], list[Outcome]] = {}
        self.later: list[Outcome] = []

    def _fill(
        self, parts: Sequence[Part], longer: Period | None = None, whole_target: bool = False
    ) -> Scores:
        reads = [part.shape.reads for part in parts]
        together = Reads(
            people=frozenset().union(*(read.people for read in reads)),
            regions=frozenset().union(*(read.regions for read in reads)),
            team=frozenset().union(*(read.team for read in reads)),
        )
        with self._beside(longer):
            return fill(
                self.session,
                self.period,
                self.as_of,
                self.everybody,
                together,
                longer,
                whole_target=whole_target,
            )

    def _beside(self, longer: Period | None) -> AbstractContextManager[None]:
        """Within, the facts leave out what is settled, where that is how these plans see them."""
        settled = beside(self.session, longer or self.period, self.period.end) if self.reverses else None
        return self.session.facts.beside(settled)

    # --- components

    def run(self) -> None:
        """Every component, those that rest on what others earned after these; draws last."""
        draws = [part for part in self.parts if isinstance(part.shape, DrawPay)]
        ordered, circle = in_order_of_need([part for part in self.parts if part not in draws])
        for part in circle:
            self.found.append(
                finding(
                    "P027",
                    part.shape.component.place,
                    N_("`{component}` rests on what others earn that rest on it"),
                    hint=N_("let one of them stand by itself"),
                    component=part.name,
                )
            )
        for part in ordered:
            self._earned(part)
            self.outcomes[part.key] = self._pay(part)

    def _pay(self, part: Part) -> list[Outcome]:
        component, plan = part.shape.component, part.compiled.plan
        long = _span_of(component)
        scores = self.scores_of(plan, long)
        if scores is not self.scores:
            self.seen[part.key] = scores
        shape = part.shape
        by_deal = isinstance(shape, EarningPay) and cuts_by_deal(plan, shape)
        if long is not None and isinstance(shape, EarningPay):
            now = self.scores_of(plan, None)
            credits = self._credits(shape, long) if by_deal else None
            outcomes = pay_to_date(shape, scores, now, part.members, self.past, self.found, credits)
        else:
            outcomes = shape.pay(scores, part.members, self.found)
            if by_deal and isinstance(shape, EarningPay):
                outcomes = cut_by_deal(shape, scores, outcomes, self._credits(shape, None))
        if isinstance(component, Earning) and component.release is not None:
            entries = [e for o in outcomes for e in o.entries]
            news = deal_news(self.session, component, entries, self.period.end)
            outcomes = held(terms_of(shape), component, outcomes, news)
        return outcomes

    def _credits(self, shape: EarningPay, long: Span | None) -> dict[str, list[DealCredit]]:
        measure = shape.credited
        column = "" if measure is None else shape.terms.columns.get(measure.metric, "")
        if measure is None or not column:
            return {}
        longer = None if long is None else Period.around(self.period.end, long[0], self.period.fiscal)
        start = self.period.start if longer is None else longer.start
        with self._beside(longer):
            self.session.facts.run(self.as_of)
            return deal_credits(self.session, measure, column, start, self.period.end)

    def scores_of(self, plan: Plan, long: Span | None) -> Scores:
        """What a plan's components look at: to date, and with the plan's own targets and days covered."""
        adapts = plan.ramp is not None or plan.prorate_targets or any(c.prorate for c in plan.components)
        if not adapts:
            return self._since(long)
        key = (plan.id, long)
        if key not in self.plan_scores:
            self.plan_scores[key] = self._adapted(plan, self._since(long))
        return self.plan_scores[key]

    def _since(self, long: Span | None) -> Scores:
        if long is None:
            return self.scores
        if long not in self.long:
            kind, target = long
            whole = Period.around(self.period.end, kind, self.period.fiscal)
            parts = [part for part in self.parts if _span_of(part.shape.component) == long]
            self.long[long] = self._fill(parts, whole, target == "whole")
        return self.long[long]

    def _adapted(self, plan: Plan, scores: Scores) -> Scores:
        since, end = scores.since or self.period.start, self.period.end
        people = self.session.book.org.people
        days: dict[str, Fraction] = {}
        nodes = dict(scores.people)
        for member in covered(plan, self.everybody):
            person = people[member.person]
            share = covered_share(plan, person, since, end)
            if share != 1:
                days[member.person] = share
            factor = Fraction(1) if plan.ramp is None else ramp_factor(plan.ramp, person.hired, since, end)
            if plan.prorate_targets:
                factor *= share
            if factor != 1:
                nodes[member.person] = {k: _part_of(s, factor) for k, s in nodes[member.person].items()}
        return replace(scores, people=nodes, days=days)

    def _earned(self, part: Part) -> None:
        """Put what other components earned into the nodes of those that read it."""
        for measure in sorted(part.reads, key=lambda m: m.key):
            if measure.of != "earned":
                continue
            sums: dict[str, int] = defaultdict(int)
            for entry in self._entries_of(measure.metric):
                sums[entry.person] += to_minor(entry.amount, self.session.digits)
            minor = 10**self.session.digits
            for scores in (self.scores, *self.long.values(), *self.plan_scores.values()):
                for member in self.everybody:
                    units = sum(sums[who] for who in self._whose(measure, member, sums))
                    node = scores.people[member.person]
                    assert isinstance(node, dict)
                    node[measure.key] = Score(Fraction(units, minor))

    def _entries_of(self, component: str) -> Iterator[Entry]:
        for key, outcomes in self.outcomes.items():
            if key[1] == component:
                for outcome in outcomes:
                    yield from (e for e in outcome.entries if e.kind in EARNED)
        for key3 in sorted(self.past.keys()):
            if key3[1] == component:
                within = self.past.within(self.past.of(*key3), self.period.start, self.period.end)
                yield from (e for e in within if e.kind in EARNED)

    def _whose(self, measure: Measure, member: Member, sums: Mapping[str, int]) -> list[str]:
        people = self.session.book.org.people
        if measure.scope == "own":
            return [member.person] if member.person in sums else []
        if measure.scope == "team":
            return sorted(sums)
        if measure.scope == "region":
            return [m.person for m in self.everybody if m.region == member.region and m.person in sums]
        above = measure.scope == "all_reports"
        last = {m.person: m.last for m in self.everybody}
        return [
            person
            for person in sorted(sums)
            if person in last and member.person in managers_of(people, person, last[person], above)
        ]

    def reckoned(self) -> Reckoned:
        """The result."""
        return Reckoned(
            period=self.period,
            as_of=self.as_of,
            scores=self.scores,
            members={member.person: member for member in self.everybody},
            outcomes=tuple(o for part in self.parts for o in self.outcomes.get(part.key, ()))
            + tuple(self.later),
            shapes={part.key: part.shape for part in self.parts},
            seen=self.seen,
            older=self.past.older,
        )


def cuts_by_deal(plan: Plan, shape: EarningPay) -> bool:
    """Whether a component's earnings are written deal by deal."""
    release = shape.component.release
    return shape.credited is not None and (
        plan.clawback is not None or (release is not None and release.by_deal)
    )


def _part_of(score: Score, factor: Fraction) -> Score:
    if score.target is None:
        return score
    return score._replace(target=score.target * factor, part=factor)
