"""What is taken back when a deal that was paid is cancelled (SPEC I6; docs/semantics.md, "Clawback")."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, TypeVar

from salescli.calc.pay.days import months_between
from salescli.calc.pay.past import EARNED, Past, Row
from salescli.calc.pay.shape import Outcome, Terms, entry_of
from salescli.i18n import N_
from salescli.model.entry import REVERSED, Entry, EntryKind, Step
from salescli.model.exact import from_minor, plain, rate_text, round_ratio
from salescli.model.fact import Cancelled
from salescli.model.period import Period
from salescli.model.plan import Clawback, Component, Plan

R = TypeVar("R", bound=Row)
PAID: tuple[EntryKind, ...] = (*EARNED, "hold", "release", "clawback")


class Claw(NamedTuple):
    """How what was paid for a deal is clawed back.

    Attributes:
        first: The first period it was paid for, of those of which anything is left.
    """

    first: Period
    rule: Clawback
    component: Component


def claws(plan: Plan, past: Past) -> bool:
    """Whether a plan has a clawback, or had one when a month was settled."""
    then = (one for plans in past.then.values() for one in plans if one.id == plan.id)
    return any(one.clawback is not None for one in (plan, *then))


def claw_of(past: Past, plan: str, component: str, now: Plan | None, group: Sequence[Row]) -> Claw | None:
    """How a deal is clawed back: as the plan said when the deal was first paid by it. None where it did not.

    Args:
        now: The plan as it is now.
        group: What the component paid somebody for the deal.
    """
    first = min(map(past.period, _standing(group)), key=lambda period: period.end, default=None)
    then = None if first is None else past.plan_of(plan, first, now)
    if first is None or then is None or then.clawback is None:
        return None
    own = next((one for one in then.components if one.name == component), None)
    return None if own is None else Claw(first, then.clawback, own)


def taken_back(plan: Plan, month: Period, past: Past, cancelled: Sequence[Cancelled]) -> Iterator[Outcome]:
    """One outcome for each component and person something is taken back from in a month.

    Only what was paid is: never more than the sum of the entries of the deal, never twice. How, says the plan
    as the deal was first paid by it.
    """
    gone = {deal.deal_id: deal for deal in cancelled}
    if not gone:
        return
    terms = Terms(plan=plan.id, currency=plan.currency, units={})
    for (_, name, person), entries in past.all_of(plan.id):
        followed = list(past.followed(plan.id, name, person))
        by_deal: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            if entry.deal_id in gone:
                by_deal[entry.deal_id].append(entry)
        made = []
        for deal_id, every in sorted(by_deal.items()):
            group = _not_only_given_back(every)
            claw = claw_of(past, plan.id, name, plan, group)
            if claw is not None:
                taken = _taken_by_next(past, followed, deal_id)
                back = _entry(terms, claw, month, past, gone[deal_id], group, person, taken)
                made += [] if back is None else [back]
        if made:
            steps = [step for entry in made for step in entry.steps]
            yield Outcome(month.text, person, plan.id, name, steps, tuple(made))


def _entry(
    terms: Terms,
    claw: Claw,
    month: Period,
    past: Past,
    deal: Cancelled,
    group: Sequence[Entry],
    person: str,
    taken: int,
) -> Entry | None:
    first, rule, component = claw
    paid = past.units(group, *PAID) - taken
    if past.units(group, "clawback"):  # taken back, and not given back since
        return None
    if paid <= 0 or (rule.within is not None and months_between(first, month) > rule.within):
        return None
    back = min(paid, _original(terms, _standing(group))) if rule.rate == "original" else paid
    part = rule.share * _remaining(rule, deal, first)
    above, below = part.as_integer_ratio()
    units = min(round_ratio(back * above, below, component.rounding), paid)
    if units <= 0:
        return None
    step = _step(terms, rule, deal, paid, back, part, units)
    return entry_of(
        terms,
        component,
        month.text,
        person,
        "clawback",
        -units,
        steps=(step,),
        cause=f"cancelled {deal.cancelled_on.isoformat()}",
        rule=rule.place,
        deal_id=deal.deal_id,
    )


def _taken_by_next(past: Past, followed: Sequence[Sequence[Entry]], deal: str) -> int:
    """What the next versions of a plan have taken back of a deal that this one paid, to date."""
    paid = (past.units((entry for entry in entries if entry.deal_id == deal), *PAID) for entries in followed)
    return sum(max(-units, 0) for units in paid)


def _not_only_given_back(group: Sequence[Entry]) -> list[Entry]:
    """Without what was given back of a period whose pay did not name the deal: that was never paid for it."""
    paid = {entry.period for entry in group if not entry.cause.startswith(REVERSED)}
    return [entry for entry in group if entry.period in paid]


def _standing(group: Sequence[R]) -> Sequence[R]:
    """What was earned in periods of which anything is left: not what a deal counted for before it was
    cancelled and counted anew."""
    left: dict[str, Decimal] = defaultdict(Decimal)
    for row in group:
        if row.kind in EARNED:
            left[row.period] += row.amount
    return [row for row in group if row.kind in EARNED and left[row.period]] or group


def _original(terms: Terms, group: Sequence[Entry]) -> int:
    """What the rates alone gave, without minimums; what was earned where there is no single rate."""
    total = 0
    for entry in group:
        if entry.kind in EARNED:
            amount = Fraction(entry.amount)
            if entry.rate is not None and entry.base is not None:
                amount = Fraction(entry.base) * entry.rate
            above, below = amount.as_integer_ratio()
            total += round_ratio(above * 10**terms.digits, below)
    return total


def _remaining(rule: Clawback, deal: Cancelled, first: Period) -> Fraction:
    """The part of the term that was not kept."""
    if rule.pro_rata_months is None:
        return Fraction(1)
    kept = _full_months(deal.signed_on or first.start, deal.cancelled_on)
    return max(Fraction(rule.pro_rata_months - kept, rule.pro_rata_months), Fraction(0))


def _full_months(start: date, end: date) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    return max(months - (end.day < start.day), 0)


def _step(
    terms: Terms, rule: Clawback, deal: Cancelled, paid: int, back: int, part: Fraction, units: int
) -> Step:
    text = N_("{deal} was cancelled on {day}: {part} of the {paid} paid for it")
    if back != paid:
        text = N_(
            "{deal} was cancelled on {day}: {part} of {back}, its rate alone, of the {paid} paid for it"
        )
    return Step(
        step="clawback",
        text=text,
        params={
            "deal": deal.deal_id,
            "day": deal.cancelled_on.isoformat(),
            "part": rate_text(part),
            "paid": plain(from_minor(paid, terms.digits)),
            "back": plain(from_minor(back, terms.digits)),
        },
        rate=part,
        amount=from_minor(-units, terms.digits),
        place=rule.place,
    )
