"""What changed in settled months: the past a month rests on, and what is adjusted with it (SPEC S4).

Plans that `reverse` rest on what was settled; what is gone of it is taken back, what came late counts now.
Plans that `replay` rest on what settled months come to by today's facts and the rules valid then; where that
is not what was settled, the difference is paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from salescli.books.settlements import read_entries, read_place, settlement_path
from salescli.calc.pay.coverage import paid_with
from salescli.calc.pay.past import Past
from salescli.calc.pay.shape import Compiled, Outcome
from salescli.calc.settle.replay import differences
from salescli.calc.settle.reverse import Paid, reversed_pay
from salescli.findings import Finding, Refused
from salescli.i18n import N_
from salescli.model.entry import Entry
from salescli.model.fact import Gone
from salescli.model.period import Period
from salescli.model.plan import Earning, Plan
from salescli.model.settlement import OBJECTION
from salescli.workflows.beside import beside, credit_files, settled_before
from salescli.workflows.causes import Causes, Ruled
from salescli.workflows.reckon_period import Reckoned, reckon_month, rests_on_past
from salescli.workflows.rules_then import rules_of
from salescli.workflows.session import Session


@dataclass(slots=True)
class Closed:
    """What a month rests on.

    Attributes:
        past: What was paid before it, by plans that look back.
        again: What plans that replay come to in settled months, as is known now.
        settled: What was settled for these plans.
        replayed: (Month, plan) of what replays → the plan as the month was paid by it.
        adjusted: What is adjusted with the month.
    """

    past: Past
    again: list[Entry] = field(default_factory=list)
    settled: list[Entry] = field(default_factory=list)
    replayed: dict[tuple[str, str], Ruled] = field(default_factory=dict)
    adjusted: list[Outcome] = field(default_factory=list)

    def replays(self, of: Entry | Paid, fiscal: int) -> bool:
        """Whether the month an entry is about is reckoned again for its plan."""
        month = Period.month_of(Period.parse(of.period, fiscal).end, fiscal)
        return (month.text, of.plan) in self.replayed


def closed_before(session: Session, plans: Sequence[Compiled], month: Period, found: list[Finding]) -> Closed:
    """What a month rests on, and what is adjusted with it.

    Raises:
        Refused: if rules that a settled month was paid by are gone.
    """
    at = Closed(Past(session.digits, month.fiscal))
    known_on = session.as_of(month) if settled_before(session, month) else month.end
    with ExitStack() as stack:
        for one in _months_before(session, plans, month):
            if one in session.settled_months:
                _settled_month(session, one, plans, at, known_on, found, stack)
            else:
                looking = [plan for plan in plans if rests_on_past(plan)]
                for made in reckon_month(session, one, looking, at.past, []):
                    at.past.add(made.entries())
    at.adjusted += _reversals(session, plans, month, at)
    if at.replayed:
        currency, digits = session.book.settings.currency, session.digits
        causes = Causes(session, month, at.replayed)
        at.adjusted += differences(month, at.again, at.settled, causes.of, currency, digits)
    for outcome in at.adjusted:
        at.past.add(entry for entry in outcome.entries if not at.replays(entry, month.fiscal))
    return at


def _settled_month(
    session: Session,
    month: Period,
    plans: Sequence[Compiled],
    at: Closed,
    known_on: date,
    found: list[Finding],
    stack: ExitStack,
) -> None:
    """Add a settled month to what later ones rest on."""
    looking = {one.plan.id for one in plans if rests_on_past(one)}
    then, ruled = rules_of(session, month, stack)
    replay = [one for one in ruled if one.plan.closed_periods == "replay"]
    at.replayed |= {(month.text, one.plan.id): Ruled(one, then.book.policy) for one in replay}
    _same_mode(month, ruled, plans)
    made = list(_again(then, month, replay, at.past, known_on, found))
    for one in made:
        entries = list(one.entries())
        at.again += entries
        at.past.add(entry for entry in entries if entry.plan in looking)
    stored = read_entries(session.book.root, month.text) if looking or at.replayed else []
    at.settled += (entry for entry in stored if at.replays(entry, month.fiscal))
    own = (entry for entry in stored if entry.plan in looking)
    at.past.add(entry for entry in own if not at.replays(entry, month.fiscal))


def _same_mode(month: Period, then: Sequence[Compiled], now: Sequence[Compiled]) -> None:
    """Refuse another way with closed periods than the one a settled month was paid by: what is late of it
    would be paid twice, or by nobody.

    Raises:
        Refused: naming both plans.
    """
    for old in (one.plan for one in then):
        for new in (one.plan for one in now):
            follows = old.valid_to is not None and (new.valid_from or old.valid_to) > old.valid_to
            meets = not old.roles or not new.roles or bool(set(old.roles) & set(new.roles))
            if old.closed_periods != new.closed_periods and (old.id == new.id or (follows and meets)):
                raise Refused(
                    N_("plan {new} says `closed_periods: {mode}`, but {period} was paid by {old}: {other}"),
                    hint=N_("write `closed_periods: {other}`: what is late of settled months follows it"),
                    new=new.id,
                    mode=new.closed_periods,
                    period=month.text,
                    old=old.id,
                    other=old.closed_periods,
                )


def _again(
    session: Session,
    month: Period,
    plans: Sequence[Compiled],
    past: Past,
    known_on: date,
    found: list[Finding],
) -> Iterator[Reckoned]:
    """A settled month as it is known now. Cancellations are for the clawback to see to where there is one."""
    for own, day in ((True, None), (False, known_on)):
        group = [one for one in plans if (one.plan.clawback is not None) is own]
        if group:
            yield from reckon_month(session, month, group, past, found, day)


def _months_before(session: Session, plans: Sequence[Compiled], month: Period) -> list[Period]:
    """Settled months, and those that plans which look back have paid for, oldest first."""
    settled = settled_before(session, month)
    looking = [one for one in plans if rests_on_past(one)]
    span = session.facts.months()
    months = set(settled)
    if looking and span is not None:
        since = max(span[0], min(one.plan.valid_from or span[0] for one in looking))
        one = Period.month_of(since, month.fiscal)
        while one.end < month.start:
            months.add(one)
            one = one.shift(1)
    return sorted(months)


def _reversals(session: Session, plans: Sequence[Compiled], month: Period, at: Closed) -> Iterator[Outcome]:
    """What is taken back of deals that are gone, by plans that reverse: of components of each kind of period
    when the next such period is paid, which is also when what comes back counts again."""
    for kind in ("week", "month", "quarter", "half", "year"):
        for period in paid_with(kind, month):
            yield from _reversed(session, plans, month, period, at)


def _reversed(
    session: Session, plans: Sequence[Compiled], month: Period, period: Period, at: Closed
) -> Iterator[Outcome]:
    """What components of one kind of period take back with one such period."""
    settled = beside(session, period)
    if settled is None:
        return
    with session.facts.beside(settled):
        session.facts.run(session.as_of(month))
        gone = {(one.deal_id, one.person): one for one in session.facts.gone()}
    if not gone:
        return
    deals = sorted({deal for deal, _ in gone})
    folders = [settlement_path(session.book.root, m.text).parent for m in settled_before(session, month)]
    known = {one.plan.id: one.plan for one in plans}
    paid = [
        one
        for one in map(_paid, session.facts.settled_pay(folders, deals))
        if Period.parse(one.period, month.fiscal).kind == period.kind
        and not at.replays(one, month.fiscal)
        and one.plan != OBJECTION
        and _is_reversed(one, known.get(one.plan), gone, month)
    ]
    yield from reversed_pay(
        month, paid, gone, session.facts.places(deals), session.book.settings.currency, session.digits
    )


def _paid(row: tuple[str, ...]) -> Paid:
    period, plan, component, person, kind, deal_id, amount, rule = row
    return Paid(
        period=period,
        plan=plan,
        component=component,
        person=person,
        kind=kind,  # type: ignore[arg-type]
        deal_id=deal_id,
        amount=Decimal(amount),
        rule=read_place(rule),
    )


def _is_reversed(paid: Paid, plan: Plan | None, gone: Mapping[tuple[str, str], Gone], month: Period) -> bool:
    """Not what a clawback sees to, nor what the entitlement to date of a period still running sees to."""
    at = gone.get((paid.deal_id, paid.person))
    if at is None or plan is None:
        return at is not None
    if plan.clawback is not None and at.standing == "cancelled":
        return False
    component = next((c for c in plan.components if c.name == paid.component), None)
    if isinstance(component, Earning) and component.to_date is not None:
        running = Period.around(month.end, component.to_date, month.fiscal)
        return Period.parse(paid.period, month.fiscal).start < running.start
    return True


def credit_rows(session: Session, month: Period) -> list[tuple[object, ...]]:
    """The rows of a month's `credits.csv`: what is known now and no earlier settlement knew."""
    before = settled_before(session, month)
    since = before[0].start if before else month.start
    with session.facts.beside(None):
        session.facts.run(session.as_of(month))
        return session.facts.new_credits(credit_files(session, before), since, month.end)
