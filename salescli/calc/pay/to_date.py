"""Entitled to date minus already settled (SPEC I6; docs/semantics.md, "To date").

What falls to this period's credits is an `earning`; what earlier credits are worth now, less what was settled
for them, is an `adjustment` (true-up).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial

from salescli.calc.pay.by_deal import borne, merged
from salescli.calc.pay.coverage import Member
from salescli.calc.pay.earning import Amounts, EarningPay
from salescli.calc.pay.earning_trace import earning_steps, nothing_steps
from salescli.calc.pay.past import Past
from salescli.calc.pay.scores import DealCredit, Node, Scores
from salescli.calc.pay.shape import Outcome, entry_of
from salescli.calc.pay.trace import Trace
from salescli.findings import Finding
from salescli.i18n import N_
from salescli.model.entry import Entry, EntryKind, Step
from salescli.model.exact import from_minor, round_to, to_minor

EARLIER, NOW = "\x00earlier", "\x00now"


def pay_to_date(
    shape: EarningPay,
    long: Scores,
    now: Scores,
    members: Sequence[Member],
    past: Past,
    found: list[Finding],
    credits: Mapping[str, Sequence[DealCredit]] | None = None,
) -> list[Outcome]:
    """One outcome per member.

    Args:
        long: Scores from the first day of the longer period to the end of this one.
        now: Scores of this period alone.
        credits: The credits behind `long` where entries are wanted by deal; None is not.
    """
    outcomes = shape.pay(long, members, found)
    return [
        _true_up(
            shape, long, now, outcome, past, None if credits is None else credits.get(outcome.person, ())
        )
        for outcome in outcomes
    ]


def _true_up(
    shape: EarningPay,
    long: Scores,
    now: Scores,
    outcome: Outcome,
    past: Past,
    credits: Sequence[DealCredit] | None,
) -> Outcome:
    person, digits = outcome.person, shape.terms.digits
    since = long.first(person)
    node = long.people.get(person, {})
    came = shape.entitled(node, long.days.get(person))
    earned = past.to_date(shape.terms.plan, shape.component.name, person)
    settled = list(past.within(earned, since, long.period.end))
    by_deal = credits is not None
    if credits is None:
        credits = _two(shape, node, now.people.get(person, {}), now.period.start, since)
    parts = _parts(shape, node, came, merged(credits), by_deal)
    before: dict[str, int] = defaultdict(int)
    for entry in settled:
        if entry.kind in ("earning", "adjustment"):
            before[(entry.deal_id if by_deal else "") or EARLIER] += to_minor(entry.amount, digits)
    recent = {c.deal_id for c in credits if c.day >= now.period.start}
    entries = [*_entries(shape, outcome, came, parts, before, recent, credits)]
    bonus = (0 if came is None else came.bonus) - past.units(settled, "bonus")
    paid = [*((kind, past.units(entries, kind)) for kind in _PARTS), ("bonus", bonus)]
    owed = sum(before.values()) + past.units(settled, "bonus")
    steps = Trace(_steps, shape, node, long, person, came, owed, paid)
    make = partial(entry_of, shape.terms, shape.component, outcome.period, person, steps=steps)
    if bonus:
        entries.append(make("bonus", bonus, cause="to date" if came is None else came.worth.cause))
    return outcome._replace(entries=tuple(e if e.steps else _told(e, steps) for e in entries), steps=steps)


def _told(entry: Entry, steps: Sequence[Step]) -> Entry:
    from dataclasses import replace

    return replace(entry, steps=steps)


def _two(shape: EarningPay, long: Node, now: Node, start: date, since: date) -> list[DealCredit]:
    """All earlier credits as one and this period's as another, where single deals are of no interest."""
    whole, recent = shape.base(long) or Fraction(0), shape.base(now) or Fraction(0)
    return [DealCredit(EARLIER, since, whole - recent), DealCredit(NOW, start, recent)]


def _parts(
    shape: EarningPay, node: Node, came: Amounts | None, credits: Sequence[DealCredit], by_deal: bool
) -> dict[str, int]:
    """What each credit is worth to date, in smallest units; the parts sum to the entitlement."""
    if came is None:
        return {credit.deal_id: 0 for credit in credits}
    parts = borne(shape, node, credits, came.earning, with_losses=by_deal)
    if parts is None:
        return {credit.deal_id: 0 for credit in credits} | {NOW: came.earning}
    return dict(zip((credit.deal_id for credit in credits), parts, strict=True))


def _entries(
    shape: EarningPay,
    outcome: Outcome,
    came: Amounts | None,
    parts: Mapping[str, int],
    before: Mapping[str, int],
    recent: set[str],
    credits: Sequence[DealCredit],
) -> list[Entry]:
    make = partial(entry_of, shape.terms, shape.component, outcome.period, outcome.person, steps=())
    values = {credit.deal_id: credit.value for credit in credits}
    entries = []
    adjusted = 0
    for deal in sorted(parts.keys() | before.keys()):
        units = parts.get(deal, 0) - before.get(deal, 0)
        name = "" if deal in (EARLIER, NOW) else deal
        if not units:
            continue
        if deal == NOW or (deal in recent and deal not in before):
            assert came is not None
            base = round_to(values.get(deal, Fraction(0)), shape.base_digits)
            entries.append(make("earning", units, cause=came.worth.cause, deal_id=name, base=base))
        elif name:
            entries.append(make("adjustment", units, cause="true-up", deal_id=name))
        else:
            adjusted += units
    if adjusted:
        entries.append(make("adjustment", adjusted, cause="true-up"))
    return entries


def _steps(
    shape: EarningPay,
    node: Node,
    long: Scores,
    person: str,
    came: Amounts | None,
    settled: int,
    paid: Sequence[tuple[EntryKind, int]],
) -> tuple[Step, ...]:
    rule, digits = shape.component, shape.terms.digits
    span: dict[str, object] = {
        "start": long.first(person).isoformat(),
        "end": long.period.end.isoformat(),
    }
    steps = [Step(step="to_date", text=_TOGETHER[person in long.begins], params=span, place=rule.place)]
    base = shape.base(node)
    placed = None if base is None else shape.scale.placed(node)
    if base is None or placed is None:
        steps += nothing_steps(shape, node)
    else:
        steps += earning_steps(shape, node, base, placed, long.days.get(person))
    entitled = 0 if came is None else came.earning + came.bonus
    steps.append(
        Step(
            step="entitled",
            text=N_("entitled to date"),
            amount=from_minor(entitled, digits),
            place=rule.place,
        )
    )
    steps.append(
        Step(
            step="settled",
            text=N_("settled before, from {start} on"),
            params=span,
            amount=from_minor(-settled, digits),
        )
    )
    steps.append(
        Step(
            step="pay",
            text=N_("entitled to date less settled before"),
            amount=from_minor(entitled - settled, digits),
            place=rule.place,
        )
    )
    for kind, units in paid:
        if units:
            amount = from_minor(units, digits)
            steps.append(Step(step=kind, text=_PAID[kind], amount=amount, place=rule.place))
    return tuple(steps)


_TOGETHER = {
    False: N_("from {start} to {end}, together"),
    True: N_("from {start} to {end}, together; what was before is not this plan's to pay"),
}
"""Of somebody paid from the longer period's first day on, or from later on."""

_PARTS: tuple[EntryKind, ...] = ("earning", "adjustment")
_PAID: Mapping[EntryKind, str] = {
    "earning": N_("of it for what was credited in this period"),
    "adjustment": N_("of it the true-up of what was credited before"),
    "bonus": N_("of it bonuses"),
}
