"""One period reckoned: every component whose period it is, for everybody its plan covers (SPEC I1–I8).

A component looks at the facts as of the end of its own period and never later, unless another day is given.
Beside settled months, plans that say `closed_periods: reverse` credit only what no settlement has (SPEC S4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from salescli.calc.pay.by_deal import cut_by_deal
from salescli.calc.pay.carry import carried
from salescli.calc.pay.clawback import taken_back
from salescli.calc.pay.coverage import Member, covered, paid_with, standings
from salescli.calc.pay.days import covered_share, ramp_factor
from salescli.calc.pay.draw import AGAINST, DrawPay
from salescli.calc.pay.earning import EarningPay
from salescli.calc.pay.hold import DealNews, held, released
from salescli.calc.pay.order import in_order_of_need
from salescli.calc.pay.past import EARNED, Past
from salescli.calc.pay.per_deal import DealPay
from salescli.calc.pay.scores import DealCredit, Score, Scores
from salescli.calc.pay.shape import Compiled, Outcome, Reads, Shape
from salescli.calc.pay.to_date import pay_to_date
from salescli.findings import Finding, finding
from salescli.i18n import N_
from salescli.model.entry import Entry, Honour
from salescli.model.exact import to_minor
from salescli.model.expression import Measure
from salescli.model.period import Period
from salescli.model.plan import PERIOD_KINDS, Component, Draw, Earning, PeriodKind, Plan
from salescli.workflows.beside import beside, first_settled
from salescli.workflows.measure import deal_credits, fill, managers_of, no_collection
from salescli.workflows.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """All components of one period.

    Attributes:
        as_of: The day whose facts were looked at.
        scores: As the facts and targets have them.
        members: Everybody who was here in the period, by person id.
        outcomes: In the order of plans, components and members; then what rests on earlier pay.
        shapes: (plan, component) → what was run.
        seen: (plan, component) → what it looked at, where that is not `scores` (ramp, to date).
    """

    period: Period
    as_of: date
    scores: Scores
    members: Mapping[str, Member]
    outcomes: tuple[Outcome, ...]
    shapes: Mapping[tuple[str, str], Shape]
    seen: Mapping[tuple[str, str], Scores]

    def entries(self) -> Iterator[Entry]:
        """Everything paid for."""
        for outcome in self.outcomes:
            yield from outcome.entries

    def honours(self) -> Iterator[Honour]:
        """Everything recognised without money."""
        for outcome in self.outcomes:
            yield from outcome.honours

    def covered(self) -> set[str]:
        """Whom any plan covers in the period."""
        return {outcome.person for outcome in self.outcomes}

    def looked_at(self, plan: str, component: str) -> Scores:
        """The scores a component was paid by."""
        return self.seen.get((plan, component), self.scores)


def reckon_month(
    session: Session,
    month: Period,
    plans: Sequence[Compiled],
    past: Past,
    found: list[Finding],
    known_on: date | None = None,
) -> list[Reckoned]:
    """Everything paid with one month; `past` ends before it. There is always something of the month itself
    where earlier months are settled, for what changed in these.

    Args:
        known_on: Look at the facts as of this day instead of each period's own last one.
    """
    made: list[Reckoned] = []
    kinds = kinds_of(plans)
    if "month" not in kinds and (session.settled_months or any(map(rests_on_past, plans))):
        kinds = [*kinds, "month"]
    for kind in kinds:
        for period in (one for one in paid_with(kind, month) if kind != "week" or _reached(session, one)):
            others = [entry for one in made for entry in one.entries()]
            made.append(reckon_period(session, period, plans, past, found, others, known_on))
    return made


def reckon_period(
    session: Session,
    period: Period,
    plans: Sequence[Compiled],
    past: Past,
    found: list[Finding],
    others: Sequence[Entry] = (),
    known_on: date | None = None,
) -> Reckoned:
    """Every component whose period is of this kind, for everybody its plan covers.

    Args:
        past: What was paid before the month with which the period is paid.
        others: What shorter periods pay with the same month.
        known_on: Look at the facts as of this day instead of the period's own last one.
    """
    made: list[Reckoned] = []
    as_of = known_on or session.as_of(period)
    for group in _in_groups(session, plans, found):
        before = [*others, *(entry for one in made for entry in one.entries())]
        at = _Running(session, period, group, past, found, before, as_of)
        with no_collection():
            at.run()
            at.afterwards()
        made.append(at.reckoned())
    return made[0] if len(made) == 1 else _together(made)


def _in_groups(session: Session, plans: Sequence[Compiled], found: list[Finding]) -> list[Sequence[Compiled]]:
    """Plans that look at the same credits; those that others rest on first."""
    reverse = [one for one in plans if one.plan.closed_periods == "reverse"]
    replay = [one for one in plans if one.plan.closed_periods == "replay"]
    if not session.settled_months or not reverse or not replay:
        return [plans]
    for first, second in ((reverse, replay), (replay, reverse)):
        if not _rests_on(first, second):
            return [first, second]
    plan = replay[0].plan
    found.append(
        finding(
            "P027",
            plan.place,
            N_("plans that reverse and plans that replay closed periods rest on what each other earns"),
            hint=N_("give plan {plan} the same `closed_periods` as the others"),
            plan=plan.id,
        )
    )
    return [plans]


def _rests_on(some: Sequence[Compiled], others: Sequence[Compiled]) -> bool:
    names = {shape.component.name for one in others for shape in one.shapes}
    read = {m for one in some for shape in one.shapes for part in shape.reads for m in part}
    return any(measure.of == "earned" and measure.metric in names for measure in read)


def _together(made: Sequence[Reckoned]) -> Reckoned:
    """Groups of plans as one, each component with the scores it looked at."""
    seen = {key: one.looked_at(*key) for one in made for key in one.shapes}
    return replace(
        made[0],
        outcomes=tuple(outcome for one in made for outcome in one.outcomes),
        shapes={key: shape for one in made for key, shape in one.shapes.items()},
        seen=seen,
    )


@dataclass(slots=True)
class _Part:
    """A component to run, in its plan."""

    compiled: Compiled
    shape: Shape
    members: Sequence[Member]

    @property
    def key(self) -> tuple[str, str]:
        return self.compiled.plan.id, self.shape.component.name

    @property
    def name(self) -> str:
        return self.shape.component.name

    @property
    def reads(self) -> frozenset[Measure]:
        return frozenset().union(*self.shape.reads)


Span = tuple[PeriodKind, str]
"""The longer period a component accumulates over, and whose target it is measured by."""


def _span_of(component: Component) -> Span | None:
    if not isinstance(component, Earning) or component.to_date is None:
        return None
    return component.to_date, component.target


class _Running:
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
            _Part(compiled, shape, covered(compiled.plan, self.everybody))
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
        self, parts: Sequence[_Part], longer: Period | None = None, whole_target: bool = False
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

    def _pay(self, part: _Part) -> list[Outcome]:
        component, plan = part.shape.component, part.compiled.plan
        long = _span_of(component)
        scores = self._scores_of(plan, long)
        if scores is not self.scores:
            self.seen[part.key] = scores
        shape = part.shape
        by_deal = isinstance(shape, EarningPay) and cuts_by_deal(plan, shape)
        if long is not None and isinstance(shape, EarningPay):
            now = self._scores_of(plan, None)
            credits = self._credits(shape, long) if by_deal else None
            outcomes = pay_to_date(shape, scores, now, part.members, self.past, self.found, credits)
        else:
            outcomes = shape.pay(scores, part.members, self.found)
            if by_deal and isinstance(shape, EarningPay):
                outcomes = cut_by_deal(shape, scores, outcomes, self._credits(shape, None))
        if isinstance(component, Earning) and component.release is not None:
            terms = shape.terms if isinstance(shape, EarningPay) else shape.whole.terms  # type: ignore[attr-defined]
            news = self._news(component, [e for o in outcomes for e in o.entries])
            outcomes = held(terms, component, outcomes, news)
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

    def _scores_of(self, plan: Plan, long: Span | None) -> Scores:
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

    def _earned(self, part: _Part) -> None:
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

    # --- what rests on earlier pay

    def afterwards(self) -> None:
        """Caps carried, clawbacks and releases of the month, then draws."""
        for part in self.parts:
            component = part.shape.component
            if isinstance(part.shape, EarningPay) and isinstance(component, Earning):
                cap = component.cap
                if cap is not None and cap.over == "carried":
                    scores = self.seen.get(part.key, self.scores)
                    self.later += carried(part.shape, scores, self.outcomes[part.key], self.past)
        if self.period.kind == "month":
            self._clawbacks()
            self._releases()
        for part in self.parts:
            if isinstance(part.shape, DrawPay):
                scores = self._scores_of(part.compiled.plan, None)
                earned = self._against(part.shape.component, part.compiled)
                self.outcomes[part.key] = part.shape.settle(scores, part.members, earned, self.past)

    def _clawbacks(self) -> None:
        for compiled in self.plans:
            rule = compiled.plan.clawback
            if rule is None:
                continue
            terms = next((t for t in map(_terms_of, compiled.shapes) if t is not None), None)
            if terms is None:
                continue
            since = first_settled(self.session, self.period) or self.period.start
            gone = self.session.facts.cancelled(since, self.as_of, places=False)
            components = {s.component.name: s.component for s in compiled.shapes}
            self.later += taken_back(terms, rule, components, self.period, self._so_far(), gone)

    def _releases(self) -> None:
        for compiled in self.plans:
            for shape in compiled.shapes:
                component = shape.component
                if isinstance(component, Earning) and component.release is not None:
                    so_far = self._so_far()
                    entries = [
                        e
                        for person in so_far.people(compiled.plan.id, component.name)
                        for e in so_far.of(compiled.plan.id, component.name, person)
                    ]
                    terms = _terms_of(shape)
                    assert terms is not None
                    news = self._news(component, entries)
                    self.later += released(terms, component, self.period, so_far, news)

    def _so_far(self) -> Past:
        """The past with everything of this month up to here."""
        so_far = self.past.later()
        for outcomes in (*self.outcomes.values(), self.later):
            for outcome in outcomes:
                so_far.add(outcome.entries)
        return so_far

    def _against(self, draw: Component, compiled: Compiled) -> dict[str, int]:
        assert isinstance(draw, Draw)
        plan = compiled.plan
        names = draw.against or tuple(c.name for c in plan.components if not isinstance(c, Draw))
        earned: dict[str, int] = defaultdict(int)
        so_far = self._so_far()
        for (_, name, person), entries in so_far.all_of(plan.id):
            if name in names:
                within = so_far.within(entries, self.period.start, self.period.end)
                earned[person] += so_far.units(within, *AGAINST)
        return earned

    def _news(self, component: Earning, entries: Sequence[Entry]) -> DealNews:
        """What a release asks about the deals of some entries."""
        release, facts = component.release, self.session.facts
        assert release is not None
        deals = sorted({entry.deal_id for entry in entries if entry.deal_id})
        if not release.by_deal or not deals:
            return DealNews()
        end = self.period.end
        if release.by == "receipts":
            received, amounts = facts.cash_of(deals, end), facts.amounts(deals)
            return DealNews(cash={deal: (amounts[deal], received[deal]) for deal in amounts})
        if release.by == "events":
            return DealNews(events=facts.events([part.event for part in release.parts], end))
        return DealNews(terms=facts.terms(deals))

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
        )


def cuts_by_deal(plan: Plan, shape: EarningPay) -> bool:
    """Whether a component's earnings are written deal by deal."""
    release = shape.component.release
    return shape.credited is not None and (
        plan.clawback is not None or (release is not None and release.by_deal)
    )


def _terms_of(shape: Shape):  # type: ignore[no-untyped-def]
    if isinstance(shape, DealPay):
        return shape.whole.terms
    return getattr(shape, "terms", None)


def _part_of(score: Score, factor: Fraction) -> Score:
    if score.target is None:
        return score
    return score._replace(target=score.target * factor, part=factor)


def rests_on_past(compiled: Compiled) -> bool:
    """Whether what a plan pays depends on what it paid before."""
    return (
        compiled.plan.clawback is not None
        or any(_looks_back(shape.component) for shape in compiled.shapes)
        or any(
            m.of == "earned" and s.component.period not in ("week", "month")
            for s in compiled.shapes
            for m in frozenset().union(*s.reads)
        )
    )


def _looks_back(component: Component) -> bool:
    if isinstance(component, Draw):
        return True
    return isinstance(component, Earning) and (
        component.to_date is not None
        or component.release is not None
        or (component.cap is not None and component.cap.over == "carried")
    )


def _reached(session: Session, period: Period) -> bool:
    """Whether the facts reach a period."""
    span = session.facts.months()
    return span is not None and period.start <= span[1] and period.end >= span[0]


def kinds_of(plans: Sequence[Compiled]) -> list[PeriodKind]:
    """The kinds of periods that components of these plans have, shortest first."""
    used = {shape.component.period for compiled in plans for shape in compiled.shapes}
    return [kind for kind in PERIOD_KINDS if kind in used]
