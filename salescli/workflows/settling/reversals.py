"""What plans that `reverse` take back with a month: of deals that are gone, or less (SPEC S4).

What is late for a component and what is gone for it are told against the same settlements: those before its
period, or, where it pays to date, before the longer one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from salescli.books.settlements import read_entries, read_place, settlement_path
from salescli.calc.pay.coverage import covers, paid_with, standing
from salescli.calc.pay.past import Past
from salescli.calc.pay.reach import reaches_back
from salescli.calc.pay.shape import Compiled, Outcome, Shape
from salescli.calc.settle.reverse import Left, Paid, reversed_pay
from salescli.measures.late_steps import LINE_COLUMNS
from salescli.model.choices import LONGER
from salescli.model.entry import REVERSED
from salescli.model.fact import Gone
from salescli.model.period import Period
from salescli.model.plan import PERIOD_KINDS, Component, Earning, PeriodKind, Plan
from salescli.model.settlement import OBJECTION
from salescli.workflows.paying.measure import managers_of
from salescli.workflows.session import Session
from salescli.workflows.settling.beside import beside, paid_for, settled_before
from salescli.workflows.settling.clawed import Clawed
from salescli.workflows.settling.paid_on import PaidOn, paid_on
from salescli.workflows.settling.reports import Reports
from salescli.workflows.settling.rules_then import Ruled


@dataclass(frozen=True, slots=True)
class _Window:
    """A period against whose past components take back.

    Attributes:
        to_date: Whether it is the longer period that components pay to date in.
    """

    period: Period
    to_date: bool


def reversals(
    session: Session,
    plans: Sequence[Compiled],
    month: Period,
    ruled: Mapping[tuple[str, str], Ruled],
    past: Past,
) -> Iterator[Outcome]:
    """What is taken back with a month: of components of each kind of period when the next such period is
    paid, which is also when what comes back counts again; to date, with each month.

    Args:
        ruled: (Month, plan) → the plan as a settled month was paid by it. What replays is reckoned again
            instead.
        past: What was paid before the month.
    """
    known = {one.plan.id: one.plan for one in plans}
    components = [c for plan in known.values() for c in plan.components if isinstance(c, Earning)]
    longer = {c.to_date for c in components if c.to_date is not None}
    around = [Period.around(month.end, kind, month.fiscal) for kind in LONGER if kind in longer]
    windows = [_Window(period, True) for period in around]
    kinds = _kinds_paid(session, month) | {c.period for c in components}
    # Of the weeks paid with a month, the first one is where what is late counts.
    windows += [
        _Window(period, False)
        for kind in PERIOD_KINDS
        if kind in kinds
        for period in paid_with(kind, month)[:1]
    ]
    for window in windows:
        yield from _Reversing(session, known, month, window, ruled, past).outcomes()


def _kinds_paid(session: Session, month: Period) -> set[str]:
    """The kinds of periods that something was settled for before a month."""
    return {period.kind for period in paid_for(session, settled_before(session, month))}


def _folders(session: Session, month: Period) -> list[Path]:
    root = session.book.root
    return [settlement_path(root, one.text).parent for one in settled_before(session, month)]


class _Reversing:
    """What components of one window take back with a month."""

    def __init__(
        self,
        session: Session,
        plans: Mapping[str, Plan],
        month: Period,
        window: _Window,
        ruled: Mapping[tuple[str, str], Ruled],
        past: Past,
    ) -> None:
        self._session, self._plans, self._month, self._window = session, plans, month, window
        self._ruled, self._past = ruled, past
        self._on: dict[tuple[str, str, str], PaidOn] = {}
        self._reports = Reports(session, (), ())

    def outcomes(self) -> list[Outcome]:
        """One for each period, plan, component and person."""
        session, month = self._session, self._month
        gone, returned = self._gone()
        deals = sorted({one.deal_id for one in gone} | returned | set(self._given_back()))
        if not deals:
            return []
        by_deal: dict[str, list[Gone]] = defaultdict(list)
        for part in gone:
            by_deal[part.deal_id].append(part)
        self._reports = Reports(session, self._before(), by_deal)
        sure = list(self._sure([one for one in self._paid(deals) if self._is_meant(one)], by_deal, returned))
        currency = session.book.settings.currency
        return list(reversed_pay(month, sure, session.facts.places(deals), currency, session.digits))

    def _gone(self) -> tuple[list[Gone], Set[str]]:
        """What has gone of settled deals; those of which nothing is credited, though they are not cancelled.
        Neither where nothing was settled before the window."""
        facts, settled = self._session.facts, beside(self._session, self._window.period, self._month.end)
        if settled is None:
            return [], frozenset()
        with facts.beside(settled):
            facts.run(self._session.as_of(self._month))
            return facts.gone(), frozenset(facts.settled_to_nothing() if self._claws() else ())

    def _claws(self) -> bool:
        return any(plan.clawback is not None for plan in self._plans.values())

    def _sure(
        self, paid: Sequence[Paid], gone: Mapping[str, Sequence[Gone]], returned: Set[str]
    ) -> Iterator[tuple[Paid, Left]]:
        """What was paid for deals, with how much of it is to be given back."""
        cancelled: set[str] = set()
        if self._claws():
            as_of = self._session.as_of(self._month)
            known = self._session.facts.cancelled(date.min, as_of, places=False)
            cancelled = {deal.deal_id for deal in known}
        clawed = Clawed(self._plans, cancelled, returned, paid)
        for one in paid:
            whose = gone.get(one.deal_id, ())
            left = clawed.left(one) if clawed.sees(one) else self._left(one, whose)
            if left is not None:
                yield one, left

    def _within(self) -> list[Period]:
        """The settled months of the window."""
        start = self._window.period.start
        return [one for one in settled_before(self._session, self._month) if one.start >= start]

    def _before(self) -> list[Period]:
        """The settled months before the window; before the month where the window is a week."""
        begins = self._window.period if self._window.period.kind != "week" else self._month
        return [one for one in settled_before(self._session, self._month) if one.start < begins.start]

    def _given_back(self) -> Iterator[str]:
        """Deals of which something was taken back in the window."""
        for month in self._within():
            for entry in read_entries(self._session.book.root, month.text):
                reversed_here = self._window.to_date and entry.cause.startswith(REVERSED)
                if entry.deal_id and (reversed_here or entry.kind == "clawback"):
                    yield entry.deal_id

    def _paid(self, deals: Sequence[str]) -> Iterator[Paid]:
        within = {one.text for one in self._within()}
        for row in self._session.facts.settled_pay(_folders(self._session, self._month), deals):
            one = _paid(row, within)
            if one.plan == OBJECTION:
                continue
            yield one
            if one.part and self._held_together(one):
                yield replace(one, kind="hold", amount=-one.amount)

    def _held_together(self, part: Paid) -> bool:
        """Whether what a deal was paid is part of a sum that was held."""
        shape = self._shape(part)
        release = shape.component.release if shape and isinstance(shape.component, Earning) else None
        return release is not None and not release.by_deal

    def _is_meant(self, paid: Paid) -> bool:
        """Whether this window sees to what was paid: of its kind, and not of a period still running; nor of
        one that is reckoned again."""
        ruled = self._then(paid)
        if ruled is not None and ruled.compiled.plan.closed_periods == "replay":
            return False
        period = Period.parse(paid.period, self._month.fiscal)
        component = self._component(paid)
        longer = component.to_date if isinstance(component, Earning) else None
        later = component is not None and paid.kind in ("clawback", "release")  # by the month, of any period
        if self._window.to_date:
            before = period.start < self._window.period.start or paid.kind == "clawback"
            return longer == self._window.period.kind and before and not self._has_ended(paid, longer)
        kind = component.period if component is not None and later else period.kind
        return kind == self._window.period.kind and (longer is None or self._has_ended(paid, longer))

    def _has_ended(self, paid: Paid, longer: PeriodKind) -> bool:
        """Whether nobody pays somebody to date any more what was paid within the longer period: the plan does
        not cover them, or only does again."""
        month, plan = self._month, self._plans[paid.plan]
        person = self._session.book.org.people.get(paid.person)
        at = None if person is None else standing(person, month)
        within = Period.around(month.end, longer, month.fiscal)
        began = Period.parse(paid.period, month.fiscal)
        if began.start < within.start:
            return False
        if person is None or at is None or not covers(plan, at):
            return True
        now = month if began.kind in ("month", "week") else Period.around(month.end, began.kind, month.fiscal)
        known = self._plans.values()
        return began.start < reaches_back(plan.id, paid.component, person, now, within, known, self._past)

    def _component(self, paid: Paid) -> Component | None:
        plan = self._plans.get(paid.plan)
        return next((c for c in plan.components if c.name == paid.component), None) if plan else None

    def _then(self, paid: Paid) -> Ruled | None:
        """The plan as the month was paid by it."""
        month = Period.month_of(Period.parse(paid.period, self._month.fiscal).end, self._month.fiscal)
        return self._ruled.get((month.text, paid.plan))

    def _paid_on(self, paid: Paid) -> PaidOn:
        key = (paid.period, paid.plan, paid.component)
        if key not in self._on:
            then = self._then(paid)
            policy = self._session.book.policy if then is None else then.policy
            self._on[key] = paid_on(self._shape(paid), policy)
        return self._on[key]

    def _shape(self, paid: Paid) -> Shape | None:
        """The component as the month was paid by it."""
        then = self._then(paid)
        shapes = () if then is None else then.compiled.shapes
        return next((one for one in shapes if one.component.name == paid.component), None)

    def _left(self, paid: Paid, gone: Sequence[Gone]) -> Left:
        """What is to be given back."""
        on = self._paid_on(paid)
        gone = [one for one in gone if one.of == on.of]
        if on.scope != "own" and on.column in LINE_COLUMNS and gone:
            left = self._of_reports(paid, on, gone)
            if left is not None:
                return left
        whose = [one for one in gone if self._is_whose(one, paid, on.scope)]
        if not whose and on.scope != "own":
            whose = gone
        if not whose:
            return Left(Fraction(0), None)
        together = _together(whose, paid.person)
        part = on.part(together)
        return Left(part, whose[0] if part else None, on.turned(together))

    def _of_reports(self, paid: Paid, on: PaidOn, gone: Sequence[Gone]) -> Left | None:
        """What a manager is to give back: of each of their reports' credits its own part; None where nothing
        tells whose credits these were."""
        period = Period.parse(paid.period, self._month.fiscal)
        shape = self._shape(paid)
        longer = shape.component.to_date if shape and isinstance(shape.component, Earning) else None
        people, above = self._session.book.org.people, on.scope == "all_reports"
        mine = [
            lot
            for lot in self._reports.lots(paid.deal_id, on.of, on.column, period, longer or period.kind)
            if paid.person in managers_of(people, lot.person, lot.day, above)
        ]
        whole = sum(lot.left for lot in mine)
        if not whole:
            return None
        by_person = {one.person: one for one in gone}
        touched = [(lot, by_person[lot.person]) for lot in mine if lot.person in by_person]
        part = sum((lot.left * on.part(one) for lot, one in touched), Fraction(0)) / whole
        if not part:
            return Left(Fraction(0), None)
        first = next(one for _, one in touched if on.part(one))
        return Left(part, first, on.turned(first))

    def _is_whose(self, gone: Gone, paid: Paid, scope: str) -> bool:
        if scope == "own":
            return gone.person == paid.person
        day = gone.day or Period.parse(paid.period, self._month.fiscal).end
        people = self._session.book.org.people
        return paid.person in managers_of(people, gone.person, day, scope == "all_reports")


def _together(gone: Sequence[Gone], person: str) -> Gone:
    """What has gone of several people's parts of a deal."""
    if len(gone) == 1:
        return gone[0]
    columns = gone[0].before
    return Gone(
        of=gone[0].of,
        deal_id=gone[0].deal_id,
        person=person,
        before={column: sum(one.before[column] for one in gone) for column in columns},
        lost={column: sum(one.lost[column] for one in gone) for column in columns},
        turned=gone[0].turned,
        cancelled_on=gone[0].cancelled_on,
        standing=gone[0].standing,
    )


def _paid(row: tuple[str, ...], within: set[str]) -> Paid:
    period, plan, component, person, kind, deal_id, amount, rule, cause, folder = row
    return Paid(
        period=period,
        plan=plan,
        component=component,
        person=person,
        kind=kind,  # type: ignore[arg-type]
        deal_id=deal_id,
        amount=Decimal(amount),
        rule=read_place(rule),
        back=cause.startswith(REVERSED) and folder in within,
        part=not folder,
    )
