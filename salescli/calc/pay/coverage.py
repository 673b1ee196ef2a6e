"""Who is paid by which plan (SPEC I1).

A plan covers a person for a component's period by where they stand on their last day employed and assigned
within it: that day's role and region must be among the plan's, and that day within the plan's validity. So
a leaver is paid what they earned up to leaving, and after a transfer the new plan pays for the period.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from salescli.model.org import Org, Person
from salescli.model.period import Period
from salescli.model.plan import PeriodKind, Plan


@dataclass(frozen=True, slots=True)
class Member:
    """A person covered in a period.

    Attributes:
        last: Their last day employed and assigned within the period.
        region: Where they were on that day.
        role: What they were on that day.
    """

    person: str
    region: str
    role: str
    last: date


def standing(person: Person, period: Period) -> Member | None:
    """Where a person stands in a period; None if they were not here or not assigned."""
    last = person.last_day(period.start, period.end)
    at = person.assignment(last) if last is not None else None
    if last is None or at is None:
        return None
    return Member(person.id, at.region, at.role or person.role, last)


def standings(org: Org, period: Period) -> tuple[Member, ...]:
    """Everybody who was here in a period, by id."""
    found = (standing(org.people[key], period) for key in sorted(org.people))
    return tuple(member for member in found if member is not None)


def covers(plan: Plan, member: Member) -> bool:
    """Whether a plan covers somebody who stands so."""
    return (
        (not plan.roles or member.role in plan.roles)
        and (not plan.regions or member.region in plan.regions)
        and (not plan.people or member.person in plan.people)
        and (plan.valid_from is None or plan.valid_from <= member.last)
        and (plan.valid_to is None or member.last <= plan.valid_to)
    )


def follows(new: Plan, old: Plan) -> bool:
    """Whether a plan takes over from another one: it begins when that has ended, for some of its roles."""
    ended = old.valid_to is not None and (new.valid_from or old.valid_to) > old.valid_to
    return ended and shares_roles(new, old)


def shares_roles(one: Plan, other: Plan) -> bool:
    """Whether two plans are for some role both."""
    return not one.roles or not other.roles or bool(set(one.roles) & set(other.roles))


def covered(plan: Plan, members: Iterable[Member]) -> tuple[Member, ...]:
    """Those of `members` whom a plan covers, in their order."""
    return tuple(member for member in members if covers(plan, member))


def paid_with(kind: PeriodKind, month: Period) -> tuple[Period, ...]:
    """The periods of that kind which are paid with this month: those that end in it."""
    period = Period.around(month.end, kind, month.fiscal)
    if kind != "week":
        return (period,) if period.end == month.end else ()
    weeks = [period.shift(-back) for back in range(5, -1, -1)]
    return tuple(week for week in weeks if month.start <= week.end <= month.end)
