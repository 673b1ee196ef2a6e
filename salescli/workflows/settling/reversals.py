"""What plans that `reverse` take back with a month: of deals that are gone, or less (SPEC S4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from salescli.books.settlements import read_entries, read_place
from salescli.calc.pay.clawback import claws
from salescli.calc.pay.past import Past
from salescli.calc.pay.shape import Compiled, Outcome, Shape
from salescli.calc.settle.reverse import Left, Paid, reversed_pay
from salescli.measures.late_steps import LINE_COLUMNS
from salescli.model.entry import REVERSED
from salescli.model.fact import Gone
from salescli.model.period import Period
from salescli.model.plan import Earning, Plan
from salescli.model.settlement import OBJECTION
from salescli.workflows.paying.measure import managers_of
from salescli.workflows.session import Session
from salescli.workflows.settling.beside import beside, settled_before, settled_folders
from salescli.workflows.settling.clawed import Clawed
from salescli.workflows.settling.paid_on import PaidOn, paid_on
from salescli.workflows.settling.reports import Reports
from salescli.workflows.settling.rules_then import Ruled
from salescli.workflows.settling.windows import Window, Windows

if TYPE_CHECKING:
    from salescli.measures.settled import Settled


def reversals(
    session: Session,
    plans: Sequence[Compiled],
    month: Period,
    ruled: Mapping[tuple[str, str], Ruled],
    past: Past,
) -> Iterator[Outcome]:
    """What is taken back with a month (`windows.py`).

    Args:
        ruled: (Month, plan) → the plan as a settled month was paid by it. What replays is reckoned again
            instead.
        past: What was paid before the month.
    """
    known = {one.plan.id: one.plan for one in plans}
    windows = Windows(session, plans, month, past)
    touched = session.facts.taken_back_from(settled_folders(session, settled_before(session, month)))
    for window in windows.all():
        one = _Reversing(session, known, month, window, windows, ruled, past)
        yield from one.outcomes()
        touched |= one.touched
    for window in windows.of_unpaid(touched):
        yield from _Reversing(session, known, month, window, windows, ruled, past).outcomes()


class _Reversing:
    """What components of one window take back with a month.

    Attributes:
        touched: People of whose settled parts of deals anything has gone.
    """

    def __init__(
        self,
        session: Session,
        plans: Mapping[str, Plan],
        month: Period,
        window: Window,
        windows: Windows,
        ruled: Mapping[tuple[str, str], Ruled],
        past: Past,
    ) -> None:
        self._session, self._plans, self._month, self._window = session, plans, month, window
        self._windows, self._ruled, self._past = windows, ruled, past
        self._on: dict[tuple[str, str, str], PaidOn] = {}
        self.touched: set[str] = set()

    def outcomes(self) -> list[Outcome]:
        """One for each period, plan, component and person."""
        session, month = self._session, self._month
        gone, returned = self._gone()
        self.touched.update(one.person for one in gone)
        deals = sorted({one.deal_id for one in gone} | returned | set(self._given_back()))
        if not deals:
            return []
        by_deal: dict[str, list[Gone]] = defaultdict(list)
        for part in gone:
            by_deal[part.deal_id].append(part)
        paid = [one for one in self._paid(deals) if self._is_meant(one)]
        sure = list(self._sure(paid, by_deal, returned))
        currency = session.book.settings.currency
        return list(reversed_pay(month, sure, session.facts.places(deals), currency, session.digits))

    def _beside(self) -> Settled | None:
        window = self._window
        return beside(self._session, window.period, self._month.end, window.start if window.to_date else None)

    def _gone(self) -> tuple[list[Gone], Set[str]]:
        """What has gone of settled deals; those of which nothing is credited, though they are not cancelled.
        Neither where nothing was settled before the window."""
        facts, settled = self._session.facts, self._beside()
        if settled is None:
            return [], frozenset()
        with facts.beside(settled):
            facts.run(self._session.as_of(self._month))
            return facts.gone(), frozenset(facts.settled_to_nothing() if self._claws() else ())

    def _claws(self) -> bool:
        plans = (*self._plans.values(), *self._past.dropped(self._plans.keys()))
        return any(claws(plan, self._past) for plan in plans)

    def _sure(
        self, paid: Sequence[Paid], gone: Mapping[str, Sequence[Gone]], returned: Set[str]
    ) -> Iterator[tuple[Paid, Left]]:
        """What was paid for deals, with how much of it is to be given back."""
        cancelled: set[str] = set()
        if self._claws():
            as_of = self._session.as_of(self._month)
            known = self._session.facts.cancelled(date.min, as_of, places=False)
            cancelled = {deal.deal_id for deal in known}
        clawed = Clawed(self._plans, self._past, cancelled, returned, paid)
        reports = Reports(self._session, self._before(), gone)
        for one in paid:
            whose = gone.get(one.deal_id, ())
            left = clawed.left(one) if clawed.sees(one) else self._left(one, whose, reports)
            if left is not None:
                yield one, left

    def _within(self) -> list[Period]:
        """The settled months of the window."""
        first = self._window.first
        return [one for one in settled_before(self._session, self._month) if one.start >= first]

    def _before(self) -> list[Period]:
        """The settled months before the window."""
        first = self._window.first
        return [one for one in settled_before(self._session, self._month) if one.start < first]

    def _given_back(self) -> Iterator[str]:
        """Deals of which something was taken back in the window."""
        within = self._window.to_date or self._window.gone
        for month in self._within():
            for entry in read_entries(self._session.book.root, month.text):
                reversed_here = within and entry.cause.startswith(REVERSED)
                if entry.deal_id and (reversed_here or entry.kind == "clawback"):
                    yield entry.deal_id

    def _paid(self, deals: Sequence[str]) -> Iterator[Paid]:
        within = {one.text for one in self._within()}
        folders = settled_folders(self._session, settled_before(self._session, self._month))
        for row in self._session.facts.settled_pay(folders, deals):
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
        """Whether this window sees to what was paid; not what is reckoned again."""
        ruled = self._then(paid)
        replays = ruled is not None and ruled.compiled.plan.closed_periods == "replay"
        return not replays and self._windows.sees(self._window, paid, self._paid_on(paid))

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

    def _left(self, paid: Paid, gone: Sequence[Gone], reports: Reports) -> Left:
        """What is to be given back."""
        on = self._paid_on(paid)
        gone = [one for one in gone if one.of == on.of]
        if on.scope != "own" and on.column in LINE_COLUMNS and gone:
            left = self._of_reports(paid, on, gone, reports)
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

    def _of_reports(self, paid: Paid, on: PaidOn, gone: Sequence[Gone], reports: Reports) -> Left | None:
        """What a manager is to give back: of each of their reports' credits its own part; None where nothing
        tells whose credits these were."""
        period = Period.parse(paid.period, self._month.fiscal)
        shape = self._shape(paid)
        longer = shape.component.to_date if shape and isinstance(shape.component, Earning) else None
        people, above = self._session.book.org.people, on.scope == "all_reports"
        mine = [
            lot
            for lot in reports.lots(paid.deal_id, on.of, on.column, period, longer or period.kind)
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
