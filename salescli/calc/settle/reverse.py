"""`closed_periods: reverse`: a deal that is gone gives back what was paid for it (SPEC S4).

Each entry that named the deal, and the deal's part of each that did not, is taken back at its own amount.
What the deal brought about besides (a tier, a bonus, a rank) stays as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from salescli.calc.pay.shape import Outcome
from salescli.findings import Span
from salescli.i18n import N_
from salescli.model.entry import Entry, EntryKind, Step
from salescli.model.exact import from_minor, rate_text, round_ratio, to_minor
from salescli.model.fact import Gone, GoneWhy
from salescli.model.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What a settlement paid for a deal: an entry that names it, or its part of one that does not."""

    period: str
    plan: str
    component: str
    person: str
    kind: EntryKind
    deal_id: str
    amount: Decimal
    rule: Span


_BACK: Mapping[EntryKind, EntryKind] = {"hold": "hold", "release": "release"}
"""What is held or released is taken back as such, so that nothing is released later; all else adjusts."""

_TEXTS: Mapping[GoneWhy, str] = {
    "cancelled": N_(
        "{deal} was cancelled on {day}: {part} of the {paid} paid for it in {period} is reversed"
    ),
    "lost": N_("{deal} is lost: {part} of the {paid} paid for it in {period} is reversed"),
    "missing": N_(
        "{deal} is not in the book any more: {part} of the {paid} paid for it in {period} is reversed"
    ),
    "uncounted": N_(
        "{deal} does not count any more: {part} of the {paid} paid for it in {period} is reversed"
    ),
    "less": N_(
        "{deal} is worth less to {person} now: {part} of the {paid} paid for it in {period} is reversed"
    ),
}
_CAUSES: Mapping[GoneWhy, str] = {
    "cancelled": "cancelled {day}",
    "lost": "lost",
    "missing": "not in the book any more",
    "uncounted": "does not count any more",
    "less": "{part} less",
}


def reversed_pay(
    month: Period,
    paid: Iterable[Paid],
    gone: Mapping[tuple[str, str], Gone],
    places: Mapping[str, Span],
    currency: str,
    digits: int,
) -> Iterator[Outcome]:
    """One outcome for each period, plan, component and person that gives something back with a month.

    Args:
        paid: Everything settled for the deals, earlier reversals included, so that nothing is reversed twice.
        gone: (deal, person) → what became of it.
        places: Deal → its row in the book.
    """
    groups: dict[tuple[str, ...], list[Paid]] = defaultdict(list)
    for one in paid:
        if (one.deal_id, one.person) in gone:
            kind = _BACK.get(one.kind, "adjustment")
            groups[one.period, one.plan, one.component, one.person, one.deal_id, kind].append(one)
    made: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for key, group in sorted(groups.items()):
        entry = _entry(month, group, key[-1], gone[key[4], key[3]], places, currency, digits)  # type: ignore[arg-type]
        if entry is not None:
            made[key[:4]].append(entry)
    for (period, plan, component, person), entries in made.items():
        steps = [step for entry in entries for step in entry.steps]
        yield Outcome(period, person, plan, component, steps, tuple(entries))


def _entry(
    month: Period,
    group: list[Paid],
    kind: EntryKind,
    gone: Gone,
    places: Mapping[str, Span],
    currency: str,
    digits: int,
) -> Entry | None:
    first = group[0]
    paid = sum(to_minor(one.amount, digits) for one in group)
    part = min(max(gone.part, Fraction(0)), Fraction(1))
    units = -round_ratio(paid * part.numerator, part.denominator)
    if not units:
        return None
    said = {
        "deal": first.deal_id,
        "person": first.person,
        "day": "" if gone.cancelled_on is None else gone.cancelled_on.isoformat(),
        "part": rate_text(part, 2),
        "paid": format(from_minor(paid, digits), "f"),
        "period": first.period,
    }
    amount = from_minor(units, digits)
    step = Step(
        step="reversal",
        text=_TEXTS[gone.standing],
        params=dict(said),
        rate=part,
        amount=amount,
        place=places.get(first.deal_id, first.rule),
    )
    return Entry(
        period=first.period,
        person=first.person,
        plan=first.plan,
        component=first.component,
        kind=kind,
        amount=amount,
        currency=currency,
        deal_id=first.deal_id,
        cause=f"reversed: {_CAUSES[gone.standing].format(**said)}",
        rule=first.rule,
        settled_with=month.text,
        steps=(step,),
    )
