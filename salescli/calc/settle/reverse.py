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
from typing import NamedTuple

from salescli.calc.pay.shape import Outcome
from salescli.findings import Span
from salescli.i18n import N_, Word
from salescli.model.entry import REVERSED, Entry, EntryKind, Step
from salescli.model.exact import from_minor, rate_text, round_ratio, to_minor
from salescli.model.fact import Gone, GoneWhy
from salescli.model.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What a settlement paid for a deal: an entry that names it, or its part of one that does not.

    Attributes:
        back: Whether it was taken back, or given again, within the period that is looked at now.
        part: Whether it is a part of an entry that names no deal.
    """

    period: str
    plan: str
    component: str
    person: str
    kind: EntryKind
    deal_id: str
    amount: Decimal
    rule: Span
    back: bool = False
    part: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """How much of what was paid for a deal is to be given back.

    Attributes:
        part: From 0 to 1.
        gone: What became of the deal; None where it counts again as it did.
        turned: By what it is another deal for the component now, as in `product A → B`; empty if it is not.
        returned: Whether the deal is not cancelled any more, so that what a clawback took is given back.
    """

    part: Fraction
    gone: Gone | None
    turned: str = ""
    returned: bool = False

    @property
    def why(self) -> GoneWhy | None:
        """What became of the deal, for the component."""
        if self.returned:
            return "returned"
        if self.gone is None:
            return None
        return "turned" if self.turned else self.gone.standing


_BACK: Mapping[EntryKind, EntryKind] = {"hold": "hold", "release": "release", "clawback": "clawback"}
"""What is held, released or clawed back is taken back as such, so that nothing of it is released or clawed
back later; all else adjusts."""


def kind_of(kind: EntryKind) -> EntryKind:
    """As what it is taken back."""
    return _BACK.get(kind, "adjustment")


_DONE: Mapping[EntryKind, str] = {
    "hold": N_("held of it"),
    "release": N_("released for it"),
    "clawback": N_("clawed back for it"),
}
"""What was done with the amount that is taken back; all else was `_PAID`."""
_PAID = N_("paid for it")
_AGAIN = N_("{deal} counts again: of {paid} {done} in {period} nothing is reversed any more")
_MORE = N_("{deal} is worth more again: of the {paid} {done} in {period} {part} is reversed now")
_TEXTS: Mapping[GoneWhy, str] = {
    "cancelled": N_("{deal} was cancelled on {day}: {part} of the {paid} {done} in {period} is reversed"),
    "lost": N_("{deal} is lost: {part} of the {paid} {done} in {period} is reversed"),
    "missing": N_("{deal} is not in the book any more: {part} of the {paid} {done} in {period} is reversed"),
    "uncounted": N_("{deal} does not count any more: {part} of the {paid} {done} in {period} is reversed"),
    "less": N_("{deal} is worth less to {person} now: {part} of the {paid} {done} in {period} is reversed"),
    "turned": N_(
        "{deal} is not what it was paid as ({turned}): {part} of the {paid} {done} in {period} is reversed"
    ),
    "returned": N_(
        "{deal} is not cancelled any more: the {paid} {done} in {period} is set against what it counts"
        " for now"
    ),
}
_GIVEN_BACK = N_("{deal} is not cancelled any more: the {paid} taken back in {period} is given back")
_CAUSES: Mapping[GoneWhy, str] = {
    "cancelled": "cancelled {day}",
    "lost": "lost",
    "missing": "not in the book any more",
    "uncounted": "does not count any more",
    "less": "{part} less",
    "turned": "not what it was: {turned}",
    "returned": "not cancelled any more",
}


class _Key(NamedTuple):
    """What is given back together."""

    period: str
    plan: str
    component: str
    person: str
    deal: str
    kind: EntryKind


def reversed_pay(
    month: Period,
    paid: Iterable[tuple[Paid, Left]],
    places: Mapping[str, Span],
    currency: str,
    digits: int,
) -> Iterator[Outcome]:
    """One outcome for each period, plan, component and person that gives something back with a month.

    Args:
        paid: Everything settled for the deals, earlier reversals included, so that nothing is reversed twice;
            with how much of it is to be given back.
        places: Deal → its row in the book.
    """
    groups: dict[_Key, list[Paid]] = defaultdict(list)
    lefts: dict[_Key, Left] = {}
    for one, left in paid:
        kind = kind_of(one.kind)
        key = _Key(one.period, one.plan, one.component, one.person, one.deal_id, kind)
        groups[key].append(one)
        lefts[key] = left
    made: dict[tuple[str, str, str, str], list[Entry]] = defaultdict(list)
    for key, group in sorted(groups.items()):
        entry = _entry(month, group, key.kind, lefts[key], places, currency, digits)
        if entry is not None:
            made[key.period, key.plan, key.component, key.person].append(entry)
    for (period, plan, component, person), entries in made.items():
        steps = [step for entry in entries for step in entry.steps]
        yield Outcome(period, person, plan, component, steps, tuple(entries))


def _text(kind: EntryKind, why: GoneWhy | None, *, more: bool) -> str:
    if why is None:
        return _AGAIN
    if more and why != "returned":
        return _MORE
    return _GIVEN_BACK if kind == "clawback" and why == "returned" else _TEXTS[why]


def _entry(
    month: Period,
    group: list[Paid],
    kind: EntryKind,
    left: Left,
    places: Mapping[str, Span],
    currency: str,
    digits: int,
) -> Entry | None:
    """What is to be given back of a group in all, less what was given back within the period."""
    first, gone, why = group[0], left.gone, left.why
    paid = sum(to_minor(one.amount, digits) for one in group if not one.back)
    units = -round_ratio(paid * left.part.numerator, left.part.denominator)
    units -= sum(to_minor(one.amount, digits) for one in group if one.back)
    if not units:
        return None
    day = None if gone is None else gone.cancelled_on
    said = {
        "deal": first.deal_id,
        "person": first.person,
        "day": "" if day is None else day.isoformat(),
        "part": rate_text(left.part, 2),
        "paid": format(from_minor(-paid if kind in ("hold", "clawback") else paid, digits), "f"),
        "done": Word(_DONE.get(kind, _PAID)),
        "period": first.period,
        "turned": left.turned,
    }
    amount = from_minor(units, digits)
    step = Step(
        step="reversal",
        text=_text(kind, why, more=units * paid > 0),
        params=dict(said),
        rate=left.part,
        amount=amount,
        place=places.get(first.deal_id, first.rule),
    )
    cause = "counts again" if why is None else _CAUSES[why].format(**said)
    return Entry(
        period=first.period,
        person=first.person,
        plan=first.plan,
        component=first.component,
        kind=kind,
        amount=amount,
        currency=currency,
        deal_id=first.deal_id,
        cause=f"{REVERSED}{cause}",
        rule=first.rule,
        settled_with=month.text,
        steps=(step,),
    )
