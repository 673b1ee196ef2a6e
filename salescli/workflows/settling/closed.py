"""What changed in settled months: the past a month rests on, and what is adjusted with it (SPEC S4).

Plans that `reverse` rest on what was settled; what is gone of it is taken back, what came late counts now.
Plans that `replay` rest on what settled months come to by today's facts and the rules valid then; where that
is not what was settled, the difference is paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date

from salescli.books.settlements import read_entries
from salescli.calc.attain import base_metrics
from salescli.calc.pay.clawback import claws
from salescli.calc.pay.coverage import follows, paid_with, shares_roles
from salescli.calc.pay.past import Past
from salescli.calc.pay.registry import compile_plan
from salescli.calc.pay.shape import Compiled, Outcome
from salescli.calc.settle.replay import differences
from salescli.findings import Finding, Refused
from salescli.i18n import N_
from salescli.model.entry import Entry
from salescli.model.period import Period
from salescli.model.plan import Plan
from salescli.workflows.paying.reckon_period import reckon_month, rests_on_past
from salescli.workflows.paying.reckoned import Reckoned
from salescli.workflows.session import Session
from salescli.workflows.settling.beside import credit_files, paid_for, settled_before
from salescli.workflows.settling.causes import Causes
from salescli.workflows.settling.reversals import reversals
from salescli.workflows.settling.rules_then import Ruled, rules_of


@dataclass(slots=True)
class Closed:
    """What a month rests on.

    Attributes:
        past: What was paid before it, by plans that look back.
        again: What plans that replay come to in settled months, as is known now.
        settled: What was settled for these plans.
        ruled: (Month, plan) → the plan as a settled month was paid by it.
        replayed: Those of them that replay.
        adjusted: What is adjusted with the month.
    """

    past: Past
    again: list[Entry] = field(default_factory=list)
    settled: list[Entry] = field(default_factory=list)
    ruled: dict[tuple[str, str], Ruled] = field(default_factory=dict)
    replayed: dict[tuple[str, str], Ruled] = field(default_factory=dict)
    adjusted: list[Outcome] = field(default_factory=list)

    def replays(self, of: Entry, fiscal: int) -> bool:
        """Whether the month an entry is about is reckoned again for its plan."""
        return (_month_of(of, fiscal), of.plan) in self.replayed


def _month_of(entry: Entry, fiscal: int) -> str:
    """The month that an entry's period is paid with."""
    return Period.month_of(Period.parse(entry.period, fiscal).end, fiscal).text


def closed_before(session: Session, plans: Sequence[Compiled], month: Period, found: list[Finding]) -> Closed:
    """What a month rests on, and what is adjusted with it.

    Raises:
        Refused: if rules that a settled month was paid by are gone.
    """
    at = Closed(Past(session.digits, month.fiscal))
    for new in plans:
        at.past.older[new.plan.id] |= {one.plan.id for one in plans if follows(new.plan, one.plan)}
    known_on = session.as_of(month) if settled_before(session, month) else month.end
    with ExitStack() as stack:
        months = _months_before(session, plans, month)
        rules = {one: rules_of(session, one, stack) for one in months if one in session.settled_months}
        at.past.then |= {one.text: [each.plan for each in then] for one, (_, then) in rules.items()}
        for one in months:
            if one in rules:
                _settled_month(session, one, rules[one], plans, at, known_on, found)
            else:
                names = _looked_at(plans, at.past)
                looking = [plan for plan in plans if plan.plan.id in names]
                for made in reckon_month(session, one, looking, at.past, []):
                    at.past.add(made.entries())
    at.adjusted += reversals(session, plans, month, at.ruled, at.past)
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
    rules: tuple[Session, tuple[Compiled, ...]],
    plans: Sequence[Compiled],
    at: Closed,
    known_on: date,
    found: list[Finding],
) -> None:
    """Add a settled month to what later ones rest on.

    Args:
        rules: See `rules_of`.
    """
    then, ruled = rules
    replay = [one for one in ruled if one.plan.closed_periods == "replay"]
    at.ruled |= {(month.text, one.plan.id): Ruled(one, then.book.policy) for one in ruled}
    at.replayed |= {key: at.ruled[key] for key in ((month.text, one.plan.id) for one in replay)}
    _same_mode(month, ruled, plans)
    for new, old in _taken_over(ruled, plans):
        at.past.older[new.id].add(old.id)
    looking = _looked_at(plans, at.past)
    made = list(_again(then, month, replay, at.past, known_on, found))
    for one in made:
        entries = list(one.entries())
        at.again += entries
        at.past.add(entry for entry in entries if entry.plan in looking)
    stored = read_entries(session.book.root, month.text) if looking or at.replayed else []
    at.settled += (entry for entry in stored if at.replays(entry, month.fiscal))
    kept = [entry for entry in stored if not at.replays(entry, month.fiscal)]
    at.past.add(entry for entry in kept if entry.plan in looking)
    for entry in kept:
        key = (_month_of(entry, month.fiscal), entry.person)
        at.past.payers.setdefault(key, set()).add(entry.plan)


def _same_mode(month: Period, then: Sequence[Compiled], now: Sequence[Compiled]) -> None:
    """Refuse another way with closed periods than the one a settled month was paid by: what is late of it
    would be paid twice, or by nobody.

    Raises:
        Refused: naming both plans.
    """
    same = ((new.plan, old.plan) for new in now for old in then if new.plan.id == old.plan.id)
    for new, old in (*same, *_taken_over(then, now)):
        if old.closed_periods != new.closed_periods:
            raise Refused(
                N_("plan {new} says `closed_periods: {mode}`, but {period} was paid by {old}: {other}"),
                hint=N_("write `closed_periods: {other}`: what is late of settled months follows it"),
                new=new.id,
                mode=new.closed_periods,
                period=month.text,
                old=old.id,
                other=old.closed_periods,
            )


def _taken_over(then: Sequence[Compiled], now: Sequence[Compiled]) -> Iterator[tuple[Plan, Plan]]:
    """Plans, each with one of a settled month that it has taken over from: one that had ended when it began,
    or that is no more, where it was not there yet."""
    was, there = {one.plan.id for one in then}, {one.plan.id for one in now}
    for old in (one.plan for one in then):
        for new in (one.plan for one in now):
            renamed = old.id not in there and new.id not in was and shares_roles(new, old)
            if renamed or follows(new, old):
                yield new, old


def _looked_at(plans: Sequence[Compiled], past: Past) -> set[str]:
    """Plans whose earlier pay is looked at."""
    looking = {one.plan.id for one in plans if rests_on_past(one) or claws(one.plan, past)}
    looking |= {plan.id for plan in past.dropped({one.plan.id for one in plans}) if claws(plan, past)}
    return looking.union(*(past.older[plan] for plan in looking))


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


def credit_rows(session: Session, month: Period) -> list[tuple[object, ...]]:
    """The rows of a month's `credits.csv`: what is known now and no earlier settlement knew."""
    before = settled_before(session, month)
    kinds = {component.period for plan in session.book.plans for component in plan.components}
    periods = [*before[:1], month, *paid_for(session, before)]
    periods += [period for kind in sorted(kinds) for period in paid_with(kind, month)]
    since = min(period.start for period in periods)
    with session.facts.beside(None):
        session.facts.run(session.as_of(month))
        files = credit_files(session, before)
        return session.facts.new_credits(files, since, month.end, _moments(session))


def _moments(session: Session) -> set[str]:
    """The moments of deals that plans which reverse are paid by, besides the day deals count."""
    policy = session.book.policy
    plans = [plan for plan in session.book.plans if plan.closed_periods == "reverse"]
    shapes = [shape for plan in plans for shape in compile_plan(plan, policy).shapes]
    read = {measure.metric for shape in shapes for reads in shape.reads for measure in reads}
    bases = [
        policy.metrics[key].base
        for name in read & policy.metrics.keys()
        for key in base_metrics(policy, name)
    ]
    return {base.of for base in bases if base and base.source == "deals" and base.of != "recognised"}
