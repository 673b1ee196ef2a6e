"""Against which settlements plans that `reverse` tell what has gone, and which of them sees to what was paid.

What is late for a component and what is gone for it are told against the same settlements: those before its
period, or, where it pays to date, before the first day that it pays somebody for (SPEC S4). What comes back
to somebody whom no plan pays any more counts nowhere, so that what was paid them is seen to as one from then
on: taken back as it goes, given again as it comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from salescli.calc.pay.coverage import covers, paid_with, standing
from salescli.calc.pay.past import Past
from salescli.calc.pay.reach import reaches_back
from salescli.calc.pay.shape import Compiled
from salescli.calc.settle.reverse import Paid
from salescli.model.choices import LONGER, ToDate
from salescli.model.period import Period
from salescli.model.plan import PERIOD_KINDS, Component, Earning, PeriodKind, Plan
from salescli.workflows.session import Session
from salescli.workflows.settling.beside import paid_for, settled_before
from salescli.workflows.settling.paid_on import PaidOn, paid_on
from salescli.workflows.settling.unpaid_people import UnpaidPeople


@dataclass(frozen=True, slots=True)
class Window:
    """A period against whose past components take back.

    Attributes:
        to_date: Whether it is the longer period that components pay to date in.
        start: Its first day; to date, the first one that the component of those who have it pays them for.
        gone: Whether it is for those whom no plan pays any more, from the first period on that none does;
            `period` is that one.
    """

    period: Period
    to_date: bool
    start: date
    gone: bool = False

    @property
    def first(self) -> date:
        """The first day of the first month that is settled in it."""
        week = self.period.kind == "week"
        return Period.month_of(self.period.end, self.period.fiscal).start if week else self.start


class Windows:
    """The windows of a month."""

    def __init__(self, session: Session, plans: Sequence[Compiled], month: Period, past: Past) -> None:
        self._session, self._month, self._past = session, month, past
        self._plans = {one.plan.id: one.plan for one in plans}
        self._on = {
            (one.plan.id, shape.component.name): paid_on(shape, session.book.policy)
            for one in plans
            for shape in one.shapes
        }
        self._before = settled_before(session, month)
        self._unpaid = UnpaidPeople(session, self._plans.values(), month, past)
        self._to_date: dict[tuple[str, ...], ToDate | None] = {}
        self._reached: dict[tuple[str, ToDate], Mapping[tuple[str, str], date]] = {}

    def all(self) -> Iterator[Window]:
        """To date with each month; else of each kind of period when the next such period is paid, which is
        also when what comes back counts again. Those for whom no plan pays any more are `of_unpaid`."""
        for kind in LONGER:
            if any(isinstance(c, Earning) and c.to_date == kind for c in self._components()):
                period = self._around(kind)
                yield from (Window(period, True, start) for start in sorted(self._starts(period, kind)))
        for own in self._kinds():
            # Of the weeks paid with a month, the first one is where what is late counts.
            for period in paid_with(own, self._month)[:1]:
                yield Window(period, False, period.start)

    def of_unpaid(self, people: Iterable[str]) -> Iterator[Window]:
        """For those of the people whom no plan pays any more."""
        known = tuple(people)
        for kind in self._kinds():
            begun = {self._unpaid.since(who, kind) for who in known}
            for since in sorted((one for one in begun if one is not None), key=lambda one: one.start):
                yield Window(since, False, since.start, gone=True)

    def sees(self, window: Window, paid: Paid, on: PaidOn) -> bool:
        """Whether a window sees to what was paid: of its kind, and not of a period still running.

        Args:
            on: What it was paid on. What is paid for others' deals counts for whom they report to now.
        """
        period = Period.parse(paid.period, self._month.fiscal)
        component = self._component(paid)
        longer = component.to_date if isinstance(component, Earning) else None
        longer = longer or self._to_date_only(paid.person, on)
        later = component is not None and paid.kind in ("clawback", "release")  # by the month, of any period
        kind = component.period if component is not None and later else period.kind
        since = self._unpaid.since(paid.person, kind) if on.scope == "own" else None
        if since is not None or window.gone:
            return window.gone and window.period == since
        start = None if longer is None else self._start(paid, period, longer)
        if window.to_date:
            before = period.start < window.start or paid.kind == "clawback"
            return longer == window.period.kind and before and start == window.start
        return kind == window.period.kind and start is None

    def _start(self, paid: Paid, began: Period, longer: ToDate) -> date | None:
        """From which day on somebody is paid to date by what goes on with what was paid: where another role
        does, by that. None where nothing does, or something that reckons the time anew."""
        within = self._around(longer)
        if began.start < within.start:
            return within.start
        reached = self._reach(paid.person, longer)
        own = reached.get((paid.plan, paid.component))
        if own is not None and own <= began.start:
            return within.start
        later = [own] if own is not None else [day for day in reached.values() if day > began.start]
        return min(later, default=None)

    def _to_date_only(self, who: str, on: PaidOn) -> ToDate | None:
        """The longer period that all that pays somebody on the same thing now pays to date in: what comes
        back within it counts nowhere else."""
        key = (who, on.of, on.column, on.scope)
        if key not in self._to_date:
            found = {
                c.to_date
                for plan, c in self._paying(who)
                if isinstance(c, Earning) and self._on[plan.id, c.name].like(on)
            }
            self._to_date[key] = next(iter(found)) if len(found) == 1 else None
        return self._to_date[key]

    def _paying(self, who: str) -> Iterator[tuple[Plan, Component]]:
        """What pays somebody now."""
        person = self._session.book.org.people.get(who)
        at = None if person is None else standing(person, self._month)
        for plan in self._plans.values():
            if at is not None and covers(plan, at):
                yield from ((plan, component) for component in plan.components)

    def _starts(self, period: Period, longer: ToDate) -> set[date]:
        """The days from which on people are paid to date, beside months of the period that are settled."""
        begun = any(one.start >= period.start for one in self._before)
        people = self._session.book.org.people if begun else ()
        return {period.start}.union(*(self._reach(person, longer).values() for person in people))

    def _reach(self, who: str, longer: ToDate) -> Mapping[tuple[str, str], date]:
        """Plan and component of what pays somebody to date now → from which day on."""
        key = (who, longer)
        if key not in self._reached:
            people, within = self._session.book.org.people, self._around(longer)
            known = tuple(self._plans.values())
            self._reached[key] = {
                (plan.id, c.name): reaches_back(
                    plan.id, c.name, people[who], self._now(c), within, known, self._past
                )
                for plan, c in self._paying(who)
                if isinstance(c, Earning) and c.to_date == longer
            }
        return self._reached[key]

    def _around(self, kind: ToDate) -> Period:
        return Period.around(self._month.end, kind, self._month.fiscal)

    def _now(self, component: Component) -> Period:
        """The running period of a component; its weeks are told apart by the months they are paid with."""
        kind = "month" if component.period == "week" else component.period
        return Period.around(self._month.end, kind, self._month.fiscal)

    def _kinds(self) -> list[PeriodKind]:
        """The kinds of periods that components are paid by, or were."""
        kinds = {period.kind for period in paid_for(self._session, self._before)}
        kinds |= {component.period for component in self._components()}
        return [kind for kind in PERIOD_KINDS if kind in kinds]

    def _components(self) -> Iterator[Component]:
        return (component for plan in self._plans.values() for component in plan.components)

    def _component(self, paid: Paid) -> Component | None:
        plan = self._plans.get(paid.plan)
        return next((c for c in plan.components if c.name == paid.component), None) if plan else None
