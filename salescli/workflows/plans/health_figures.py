"""What policy health looks at: pay, sales and attainment of a period, plan by plan (SPEC I9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from salescli.calc.attain import metric_value
from salescli.calc.pay.scores import value_of
from salescli.calc.pay.shape import Shape
from salescli.findings import Finding
from salescli.model.entry import Entry
from salescli.model.exact import from_minor
from salescli.model.expression import ANY, Measure
from salescli.model.period import Period
from salescli.model.plan import Component, Earning, Plan, Tiers
from salescli.workflows.paying.measure import as_fraction
from salescli.workflows.paying.reckon import Reckoned, reckon, remembering, stop_on_errors
from salescli.workflows.paying.unpaid import SALES
from salescli.workflows.plans.plan_history import tier_of
from salescli.workflows.session import Session

_PROFIT = "gross_profit"
_BACK = 4


@dataclass(frozen=True, slots=True)
class Attained:
    """What somebody reached in one period of a plan's main component, and what they were paid with it."""

    person: str
    period: str
    value: Fraction
    paid: Decimal


@dataclass(frozen=True, slots=True)
class HighTarget:
    """Somebody who missed a target.

    Attributes:
        best: The most they did in one of the periods before; None without any.
    """

    person: str
    target: Fraction
    actual: Fraction
    best: Fraction | None

    @property
    def above_all(self) -> bool:
        """Whether the target was above anything they did before."""
        return self.best is not None and self.target > self.best


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFigures:
    """One plan in a period.

    Attributes:
        people: Whom it covers, by id.
        paid: Person → sum of all entries.
        by_rate: What was paid by a rate; the rest is fixed sums.
        sales, profit: Of these people; profit None where no deal states a cost.
        metric: The metric whose attainment its main component is measured by; None without one.
        attained: By person and period of that component.
        judged: How many people have a target and something before to hold it against.
        missed: Those who missed theirs, over the whole period.
        tiers: Each tiers component with how many ended in each tier, a person in a period once.
    """

    plan: Plan
    people: tuple[str, ...]
    paid: Mapping[str, Decimal]
    by_rate: Decimal
    sales: Fraction
    profit: Fraction | None
    metric: str | None = None
    attained: tuple[Attained, ...] = ()
    judged: int = 0
    missed: tuple[HighTarget, ...] = ()
    tiers: tuple[tuple[Tiers, tuple[int, ...]], ...] = ()

    @property
    def total(self) -> Decimal:
        """All pay of the plan."""
        return sum(self.paid.values(), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything of a period.

    Attributes:
        session: The one given, with facts that remember: for trying out other rules on them.
        sales, profit: Of the team, each sale once.
    """

    session: Session
    period: Period
    plans: tuple[PlanFigures, ...]
    sales: Fraction
    profit: Fraction | None
    by_person: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def paid(self) -> Mapping[str, Decimal]:
        """Person → pay of all plans."""
        sums: dict[str, Decimal] = {}
        for plan in self.plans:
            for person, amount in plan.paid.items():
                sums[person] = sums.get(person, Decimal(0)) + amount
        return sums


def figures(session: Session, period: Period) -> Figures:
    """Reckon a period and look at it from its last day (or the newest fact).

    Raises:
        Misuse: if there are no facts in the period.
        BookBroken: if its pay cannot be reckoned.
    """
    session = remembering(session, period)
    as_of = session.as_of(period)
    found: list[Finding] = []
    reckoned = reckon(session, period, found)
    stop_on_errors(found)
    session.targets(as_of)  # leaves the facts measured as of that day
    totals = session.facts.totals
    whole = totals((), period.start, period.end).get((), {})
    people = {key[0]: base for key, base in totals(("person",), period.start, period.end).items()}
    costed = whole.get(_PROFIT, 0) != whole.get(SALES, 0)
    digits = session.digits
    plans = tuple(
        _plan(session, period, plan, reckoned, people, costed)
        for plan in session.book.plans
        if any(outcome.plan == plan.id for one in reckoned for outcome in one.outcomes)
    )
    return Figures(
        session=session,
        period=period,
        plans=plans,
        sales=Fraction(whole.get(SALES, 0), 10**digits),
        profit=Fraction(whole.get(_PROFIT, 0), 10**digits) if costed else None,
        by_person={person: Fraction(base.get(SALES, 0), 10**digits) for person, base in people.items()},
    )


def _plan(
    session: Session,
    period: Period,
    plan: Plan,
    reckoned: Sequence[Reckoned],
    people: Mapping[str, Mapping[str, int]],
    costed: bool,
) -> PlanFigures:
    members = sorted({o.person for one in reckoned for o in one.outcomes if o.plan == plan.id})
    entries = [entry for one in reckoned for entry in one.entries() if entry.plan == plan.id]
    paid = {person: from_minor(0, session.digits) for person in members}
    for entry in entries:
        paid[entry.person] += entry.amount
    sums = {
        metric: Fraction(sum(people.get(p, {}).get(metric, 0) for p in members), 10**session.digits)
        for metric in (SALES, _PROFIT)
    }
    component, measure = _main(reckoned, plan) or (None, None)
    metric = measure.metric if measure is not None and measure.only == ANY else None
    judged, missed = (0, ()) if metric is None else _targets(session, period, metric, members)
    return PlanFigures(
        plan=plan,
        people=tuple(members),
        paid=paid,
        by_rate=sum((e.amount for e in entries if by_rate(e)), from_minor(0, session.digits)),
        sales=sums[SALES],
        profit=sums[_PROFIT] if costed else None,
        metric=measure.metric if measure else None,
        attained=tuple(_attained(reckoned, plan, component, measure, entries))
        if component and measure
        else (),
        judged=judged,
        missed=missed,
        tiers=tuple(_tiers(reckoned, plan)),
    )


def by_rate(entry: Entry) -> bool:
    """Whether other rates would have paid something else."""
    return entry.kind == "earning" and entry.rate is not None


# --- attainment


def _shapes(reckoned: Sequence[Reckoned], plan: Plan) -> dict[str, Shape]:
    """Component → what was run of it, those by tiers first."""
    shapes = {key[1]: s for one in reckoned for key, s in one.shapes.items() if key[0] == plan.id}
    return dict(sorted(shapes.items(), key=lambda item: not isinstance(item[1].component, Tiers)))


def _main(reckoned: Sequence[Reckoned], plan: Plan) -> tuple[Component, Measure] | None:
    """The component that places people by their own attainment, and of what."""
    for shape in _shapes(reckoned, plan).values():
        if isinstance(shape.component, Earning) and shape.component.per == "period":
            own = (m for m in shape.reads.people if m.of == "attainment" and m.scope == "own")
            for measure in sorted(own, key=lambda m: m.key):
                return shape.component, measure
    return None


def _attained(
    reckoned: Sequence[Reckoned],
    plan: Plan,
    component: Component,
    measure: Measure,
    entries: Sequence[Entry],
) -> Iterator[Attained]:
    paid: dict[tuple[str, str], Decimal] = {}
    for entry in entries:
        key = entry.person, entry.period
        paid[key] = paid.get(key, Decimal(0)) + entry.amount
    for one, members in _runs(reckoned, plan, component):
        scores = one.looked_at(plan.id, component.name)
        for person in members:
            value = value_of(scores.people.get(person, {}), measure)
            if value is not None:
                key = person, one.period.text
                yield Attained(person, one.period.text, value, paid.get(key, Decimal(0)))


def _runs(
    reckoned: Sequence[Reckoned], plan: Plan, component: Component
) -> Iterator[tuple[Reckoned, Sequence[str]]]:
    """Each time a component was run and for whom; what accumulates is looked at when it ends only."""
    runs = [
        (one, sorted({o.person for o in one.outcomes if (o.plan, o.component) == (plan.id, component.name)}))
        for one in reckoned
        if (plan.id, component.name) in one.shapes
    ]
    yield from runs[-1:] if isinstance(component, Earning) and component.to_date else runs


def _tiers(reckoned: Sequence[Reckoned], plan: Plan) -> Iterator[tuple[Tiers, tuple[int, ...]]]:
    for shape in _shapes(reckoned, plan).values():
        component = shape.component
        if not isinstance(component, Tiers) or component.per == "deal":
            continue
        counts = [0] * len(component.tiers)
        for one, members in _runs(reckoned, plan, component):
            scores = one.looked_at(plan.id, component.name)
            for person in members:
                value = value_of(scores.people.get(person, {}), component.measured_by)
                if value is not None:
                    counts[tier_of(component.tiers, value)] += 1
        yield component, tuple(counts)


# --- targets against what people did before


def _targets(
    session: Session, period: Period, metric: str, members: Sequence[str]
) -> tuple[int, tuple[HighTarget, ...]]:
    """How many can be judged, and those who missed their target over the whole period."""
    targets, policy = session.targets(session.as_of(period)), session.book.policy
    now = session.facts.totals(("person",), period.start, period.end)
    best = _best(session, period, metric)
    missed, judged = [], 0
    for person in members:
        goal = targets.find(metric, period, person=person)
        actual = metric_value(policy, metric, now.get((person,), {}), session.digits)
        if goal is None or not goal.value or actual is None:
            continue
        target = as_fraction(goal.value) * session.target_factor
        judged += person in best
        if actual < target:
            missed.append(HighTarget(person, target, actual, best.get(person)))
    return judged, tuple(missed)


def _best(session: Session, period: Period, metric: str) -> dict[str, Fraction]:
    """The most that each person did in one of the four periods before, those with whole periods of facts."""
    span = session.facts.months()
    best: dict[str, Fraction] = {}
    before = period.previous()
    for _ in range(_BACK):
        if span is None or before.start < span[0].replace(day=1):
            break
        for (person,), base in session.facts.totals(("person",), before.start, before.end).items():
            value = metric_value(session.book.policy, metric, base, session.digits)
            if value is not None:
                best[person] = max(best.get(person, value), value)
        before = before.previous()
    return best
