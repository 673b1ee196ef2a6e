"""Since when no plan pays somebody any more: they left, or are in a role without one (SPEC S4)."""

from __future__ import annotations

from collections.abc import Iterable, Set

from salescli.calc.pay.coverage import covers, paid_with, standing
from salescli.calc.pay.past import Past
from salescli.model.org import Person
from salescli.model.period import Period
from salescli.model.plan import PeriodKind, Plan
from salescli.workflows.session import Session
from salescli.workflows.settling.beside import settled_before, settled_folders


class UnpaidPeople:
    """Who is paid by no plan, as seen with a month.

    Args:
        plans: Those that months pay by which are not settled.
        past: What was paid before the month.
    """

    def __init__(self, session: Session, plans: Iterable[Plan], month: Period, past: Past) -> None:
        self._session, self._plans, self._month, self._past = session, tuple(plans), month, past
        self._since: dict[tuple[str, PeriodKind], Period | None] = {}
        self._paid: Set[tuple[str, str]] | None = None

    def since(self, who: str, kind: PeriodKind) -> Period | None:
        """The first period from which on no plan pays somebody, nor has, before the one that is paid with the
        month; None where any does. Of weeks, those in which what is late counts."""
        if (who, kind) not in self._since:
            person, first = self._session.book.org.people.get(who), None
            period = next(iter(paid_with(kind, self._month)), None)
            while person is not None and period is not None and not self._is_paid(person, period):
                first, period = period, _before(period) if period.start > person.hired else None
            running = first is not None and Period.month_of(first.end, first.fiscal) == self._month
            self._since[who, kind] = None if running else first
        return self._since[who, kind]

    def _is_paid(self, person: Person, period: Period) -> bool:
        """Whether a plan is for somebody in a period, or has paid them for it before that was known
        otherwise."""
        month = Period.month_of(period.end, period.fiscal).text
        if (person.id, month) in self._were_paid():
            return True
        at = standing(person, period)
        return at is not None and any(covers(plan, at) for plan in self._past.then.get(month, self._plans))

    def _were_paid(self) -> Set[tuple[str, str]]:
        """People, each with a month whose periods settlements paid them for."""
        if self._paid is None:
            folders = settled_folders(self._session, settled_before(self._session, self._month))
            known, fiscal = self._session.facts.settled_people(folders), self._month.fiscal
            ends = {text: Period.parse(text, fiscal).end for _, text in known}
            months = {text: Period.month_of(end, fiscal).text for text, end in ends.items()}
            self._paid = {(person, months[text]) for person, text in known}
        return self._paid


def _before(period: Period) -> Period:
    """The period before; of weeks, the first one that is paid with the month before."""
    if period.kind != "week":
        return period.previous()
    return paid_with("week", Period.month_of(period.end, period.fiscal).previous())[0]
