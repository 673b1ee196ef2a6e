"""Reckoning pay: fill the scores of a component's period from facts and targets, and run the plans on them.

A component looks at the facts as of the end of its own period and never later, so that a month's pay stays
what it was when later months arrive.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from salescli.calc.attain import metric_value
from salescli.calc.pay.coverage import Member, covered, paid_with, standings
from salescli.calc.pay.registry import compile_plan
from salescli.calc.pay.scores import Node, Score, Scores
from salescli.calc.pay.shape import Compiled, Outcome, Reads, Shape
from salescli.calc.targets import TargetIndex
from salescli.findings import BookBroken, Finding, finding, has_errors
from salescli.i18n import N_
from salescli.model.entry import Entry, Honour
from salescli.model.period import Period
from salescli.model.plan import PeriodKind
from salescli.workflows.session import Session

SALES = "sales_amount"
"""The metric that credits of deals add up to."""

_KINDS: tuple[PeriodKind, ...] = ("month", "quarter", "half", "year")

Totals = Mapping[tuple[str, ...], Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """All components of one period.

    Attributes:
        as_of: The day whose facts were looked at.
        members: Everybody who was here in the period, by person id.
        outcomes: In the order of plans, components and members.
        shapes: (plan, component) → what was run.
    """

    period: Period
    as_of: date
    scores: Scores
    members: Mapping[str, Member]
    outcomes: tuple[Outcome, ...]
    shapes: Mapping[tuple[str, str], Shape]

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


def reckon(session: Session, period: Period, found: list[Finding]) -> list[Reckoned]:
    """What is paid with a period's months: every component whose own period ends with one of them.

    Months without any fact yet are left out, but not the period asked for itself. What forbids paying goes
    to `found`.

    Raises:
        Misuse: if there are no facts in the period at all.
    """
    session.as_of(period)
    plans = compiled_plans(session, found)
    months = [month for month in period.months() if _has_facts(session, month)]
    paid = [paid_with(kind, month) for month in months for kind in _kinds(plans)]
    periods = [one for one in paid if one is not None]
    if period not in periods and period.kind in _kinds(plans):
        periods.append(period)
    return [reckon_period(session, one, plans, found) for one in periods]


def compiled_plans(session: Session, found: list[Finding]) -> tuple[Compiled, ...]:
    """Every plan of the book, ready to pay; one in another currency is an error (P102)."""
    book = session.book
    for plan in book.plans:
        if plan.currency != book.settings.currency:
            found.append(
                finding(
                    "P102",
                    plan.place,
                    N_("plan {plan} pays in {currency}, but the book's amounts are in {own}"),
                    hint=N_("write `currency: {own}`, or leave it out"),
                    plan=plan.id,
                    currency=plan.currency,
                    own=book.settings.currency,
                )
            )
    return tuple(compile_plan(plan, book.policy) for plan in book.plans)


def reckon_period(
    session: Session, period: Period, plans: Sequence[Compiled], found: list[Finding]
) -> Reckoned:
    """Every component whose period is of this kind, for everybody its plan covers."""
    as_of = session.as_of(period)
    everybody = standings(session.book.org, period)
    running = [
        (compiled, [shape for shape in compiled.shapes if shape.component.period == period.kind])
        for compiled in plans
    ]
    shapes = [shape for _, parts in running for shape in parts]
    scores = fill(session, period, as_of, everybody, _reads(shapes))
    outcomes: list[Outcome] = []
    with _no_collection():
        for compiled, parts in running:
            members = covered(compiled.plan, everybody) if parts else ()
            for shape in parts:
                outcomes += shape.pay(scores, members, found)
    return Reckoned(
        period=period,
        as_of=as_of,
        scores=scores,
        members={member.person: member for member in everybody},
        outcomes=tuple(outcomes),
        shapes={(c.plan.id, s.component.name): s for c, parts in running for s in parts},
    )


def fill(session: Session, period: Period, as_of: date, members: Sequence[Member], reads: Reads) -> Scores:
    """Actuals and targets of all that components read; measures the facts as of the day."""
    targets = session.targets(as_of)
    start, end = period.start, period.end
    people = session.facts.totals(("person",), start, end) if reads.people else {}
    regions = session.facts.totals(("region",), start, end) if reads.regions else {}
    team = session.facts.totals((), start, end) if reads.team else {}
    places = sorted({member.region for member in members})
    with _no_collection():
        return Scores(
            period=period,
            people={
                m.person: _node(session, targets, period, reads.people, people, person=m.person)
                for m in members
            },
            regions={
                region: _node(session, targets, period, reads.regions, regions, region=region)
                for region in places
            },
            team=_node(session, targets, period, reads.team, team),
        )


def _node(
    session: Session,
    targets: TargetIndex,
    period: Period,
    metrics: frozenset[str],
    totals: Totals,
    *,
    region: str | None = None,
    person: str | None = None,
) -> Node:
    key = tuple(part for part in (region, person) if part is not None)
    mine = totals.get(key, {})
    node: dict[str, Score] = {}
    for metric in metrics:
        goal = targets.find(metric, period, region=region, person=person)
        actual = metric_value(session.book.policy, metric, mine, session.digits)
        target, places = (None, ()) if goal is None else (as_fraction(goal.value), goal.places)
        node[metric] = Score(actual, target, places)
    return node


def as_fraction(value: Decimal | Fraction) -> Fraction:
    """The same number as a fraction."""
    return value if isinstance(value, Fraction) else Fraction(*value.as_integer_ratio())


def _reads(shapes: Sequence[Shape]) -> Reads:
    return Reads(
        people=frozenset().union(*(shape.reads.people for shape in shapes)),
        regions=frozenset().union(*(shape.reads.regions for shape in shapes)),
        team=frozenset().union(*(shape.reads.team for shape in shapes)),
    )


def _kinds(plans: Sequence[Compiled]) -> list[PeriodKind]:
    used = {shape.component.period for compiled in plans for shape in compiled.shapes}
    return [kind for kind in _KINDS if kind in used]


def _has_facts(session: Session, month: Period) -> bool:
    span = session.facts.months()
    return span is not None and month.start <= span[1] and month.end >= span[0]


def stop_on_errors(found: Sequence[Finding]) -> None:
    """No pay from broken books.

    Raises:
        BookBroken: if any finding is an error.
    """
    if has_errors(found):
        raise BookBroken(found)


def unpaid(session: Session, reckoned: Sequence[Reckoned]) -> list[tuple[Period, str, int]]:
    """Month, person and sales in smallest units that no plan covers, so that nothing stays unseen.

    These are people without a plan, and people who left before their deals counted.
    """
    found = []
    for one in reckoned:
        if one.period.kind != "month":
            continue
        session.facts.run(one.as_of)
        sales = session.facts.totals(("person",), one.period.start, one.period.end)
        paid = one.covered()
        for (person,), totals in sorted(sales.items()):
            amount = totals.get(SALES, 0)
            if amount and person not in paid:
                found.append((one.period, person, amount))
    return found


@contextmanager
def _no_collection() -> Iterator[None]:
    """Hold the collector of reference cycles: half of the time of paying many would go to it, for none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
