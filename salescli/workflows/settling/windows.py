"""Against which settlements plans that `reverse` tell what has gone, and which of them sees to what was paid.

What is late for a component and what is gone for it are told against the same settlements: those before its
period, or, where it pays to date, before the first day that it pays somebody for (SPEC S4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from salescli.calc.pay.coverage import covers, paid_with, standing
from salescli.calc.pay.past import Past
from salescli.calc.pay.reach import reaches_back
from salescli.calc.settle.reverse import Paid
from salescli.model.choices import LONGER, ToDate
from salescli.model.period import Period
from salescli.model.plan import PERIOD_KINDS, Component, Earning, Plan
from salescli.workflows.session import Session
from salescli.workflows.settling.beside import paid_for, settled_before


@dataclass(frozen=True, slots=True)
class Window:
    """A period against whose past components take back.

    Attributes:
        to_date: Whether it is the longer period that components pay to date in.
        start: Its first day; to date, the first one that the component of those who have it pays them for.
    """

    period: Period
    to_date: bool
    start: date


class Windows:
    """The windows of a month."""

    def __init__(self, session: Session, plans: Mapping[str, Plan], month: Period, past: Past) -> None:
        self._session, self._plans, self._month, self._past = session, plans, month, past
        self._before = settled_before(session, month)
        self._reached: dict[tuple[str, ToDate], Mapping[tuple[str, str], date]] = {}

    def all(self) -> Iterator[Window]:
        """To date with each month; else of each kind of period when the next such period is paid, which is
        also when what comes back counts again."""
        components = [c for plan in self._plans.values() for c in plan.components if isinstance(c, Earning)]
        for kind in LONGER:
            if any(c.to_date == kind for c in components):
                period = self._around(kind)
                yield from (Window(period, True, start) for start in sorted(self._starts(period, kind)))
        kinds = {period.kind for period in paid_for(self._session, self._before)}
        kinds |= {c.period for c in components}
        for own in PERIOD_KINDS:
            if own in kinds:
                # Of the weeks paid with a month, the first one is where what is late counts.
                for period in paid_with(own, self._month)[:1]:
                    yield Window(period, False, period.start)

    def sees(self, window: Window, paid: Paid) -> bool:
        """Whether a window sees to what was paid: of its kind, and not of a period still running."""
        period = Period.parse(paid.period, self._month.fiscal)
        component = self._component(paid)
        longer = component.to_date if isinstance(component, Earning) else None
        start = None if longer is None else self._start(paid, period, longer)
        if window.to_date:
            before = period.start < window.start or paid.kind == "clawback"
            return longer == window.period.kind and before and start == window.start
        later = component is not None and paid.kind in ("clawback", "release")  # by the month, of any period
        kind = component.period if component is not None and later else period.kind
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

    def _starts(self, period: Period, longer: ToDate) -> set[date]:
        """The days from which on people are paid to date, beside months of the period that are settled."""
        begun = any(one.start >= period.start for one in self._before)
        people = self._session.book.org.people if begun else ()
        return {period.start}.union(*(self._reach(person, longer).values() for person in people))

    def _reach(self, who: str, longer: ToDate) -> Mapping[tuple[str, str], date]:
        """Plan and component of what pays somebody to date now → from which day on."""
        key = (who, longer)
        if key not in self._reached:
            person = self._session.book.org.people.get(who)
            at = None if person is None else standing(person, self._month)
            known, within = tuple(self._plans.values()), self._around(longer)
            self._reached[key] = {
                (plan.id, c.name): reaches_back(
                    plan.id, c.name, person, self._now(c), within, known, self._past
                )
                for plan in known
                if person is not None and at is not None and covers(plan, at)
                for c in plan.components
                if isinstance(c, Earning) and c.to_date == longer
            }
        return self._reached[key]

    def _around(self, kind: ToDate) -> Period:
        return Period.around(self._month.end, kind, self._month.fiscal)

    def _now(self, component: Component) -> Period:
        """The running period of a component; its weeks are told apart by the months they are paid with."""
        kind = "month" if component.period == "week" else component.period
        return Period.around(self._month.end, kind, self._month.fiscal)

    def _component(self, paid: Paid) -> Component | None:
        plan = self._plans.get(paid.plan)
        return next((c for c in plan.components if c.name == paid.component), None) if plan else None
