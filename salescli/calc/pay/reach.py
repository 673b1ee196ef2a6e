"""How far back a component to date reaches for somebody (docs/semantics.md, "To date"; SPEC I1, I6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from salescli.calc.pay.coverage import Member, covers, standing
from salescli.calc.pay.past import Past
from salescli.model.org import Person
from salescli.model.period import Period
from salescli.model.plan import Plan


def reaches_back(
    plan: str,
    component: str,
    person: Person,
    period: Period,
    longer: Period,
    plans: Iterable[Plan],
    past: Past,
) -> date:
    """The first day that somebody is paid for to date with a period: that of the longer period, or of the
    first one since a period of theirs for which the component did not pay them, because they had another
    role or region or its plan was not valid yet.

    Args:
        period: Of the component's kind, in which its plan covers the person.
        plans: Those that months pay by which are not settled.
    """
    known = tuple(plans)
    same = {plan, *past.older.get(plan, ())}
    while period.start > longer.start:
        before = period.previous()
        at = standing(person, before)
        if at is not None and not _paid(same, component, before, at, known, past):
            return period.start
        period = before
    return longer.start


def _paid(
    same: set[str], component: str, period: Period, at: Member, plans: Iterable[Plan], past: Past
) -> bool:
    """Whether a component of that name, in one of these plans, was for somebody in a period.

    A settled one whose roles were corrected since stays with the plan that has paid it.
    """
    month = Period.month_of(period.end, period.fiscal).text
    then = tuple(past.then.get(month, plans))
    covering = [one for one in then if covers(one, at)]
    paid = past.payers.get((month, at.person), set()) & {one.id for one in then}
    if paid and not paid & {*same, *(one.id for one in covering)}:
        return False
    return any(one.id in same and component in (c.name for c in one.components) for one in covering)
