"""What a period earned, cut by deal: for what is released or taken back deal by deal.

The total comes first and is never changed by this (docs/semantics.md, "Attribution").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from salescli.calc.pay.attribute import attribute
from salescli.calc.pay.earning import EarningPay
from salescli.calc.pay.scores import DealCredit, Node, Scores
from salescli.calc.pay.shape import Outcome, entry_of
from salescli.model.entry import Entry
from salescli.model.exact import from_minor, round_to, to_minor


def merged(credits: Sequence[DealCredit]) -> list[DealCredit]:
    """One credit per deal, at its first day, in date, then id order."""
    by_deal: dict[str, DealCredit] = {}
    for credit in credits:
        known = by_deal.get(credit.deal_id)
        by_deal[credit.deal_id] = (
            credit if known is None else known._replace(value=known.value + credit.value)
        )
    return list(by_deal.values())


def cut_by_deal(
    shape: EarningPay,
    scores: Scores,
    outcomes: Sequence[Outcome],
    credits: Mapping[str, Sequence[DealCredit]],
) -> list[Outcome]:
    """Outcomes whose earnings are one entry per deal, parts summing exactly."""
    cut = []
    for outcome in outcomes:
        node, of = scores.people.get(outcome.person, {}), merged(credits.get(outcome.person, ()))
        entries: list[Entry] = []
        if not any(entry.kind == "earning" for entry in outcome.entries):
            entries += _to_nothing(shape, outcome, node, scores.days.get(outcome.person), of)
        for entry in outcome.entries:
            named = entry.kind != "earning" or entry.deal_id
            entries += [entry] if named else _cut(shape, entry, node, of) or [entry]
        cut.append(outcome._replace(entries=tuple(entries)))
    return cut


def _to_nothing(
    shape: EarningPay, outcome: Outcome, node: Node, days: Fraction | None, credits: Sequence[DealCredit]
) -> list[Entry]:
    """The entries of deals that make up for each other, so that there is no earning to cut."""
    came = shape.entitled(node, days) if any(credit.value < 0 for credit in credits) else None
    if came is None or came.earning:
        return []
    worth, period = came.worth, outcome.period
    nothing = entry_of(
        shape.terms,
        shape.component,
        period,
        outcome.person,
        "earning",
        0,
        steps=outcome.steps,
        cause=worth.cause,
        rule=worth.rule,
        rate=shape.rate(worth, node),
    )
    return _cut(shape, nothing, node, credits)


def _cut(shape: EarningPay, entry: Entry, node: Node, credits: Sequence[DealCredit]) -> list[Entry]:
    parts = borne(shape, node, credits, to_minor(entry.amount, shape.terms.digits))
    if parts is None:
        return []
    whole = total(credits)
    scale = Fraction(entry.base or 0) / whole if whole else Fraction(1)
    return [
        replace(
            entry,
            amount=from_minor(part, shape.terms.digits),
            deal_id=credit.deal_id,
            base=round_to(credit.value * scale, shape.base_digits),
        )
        for credit, part in zip(credits, parts, strict=True)
        if part
    ]


def borne(
    shape: EarningPay,
    node: Node,
    credits: Sequence[DealCredit],
    earned: int,
    *,
    with_losses: bool = True,
) -> list[int] | None:
    """What of an earning each credit bears, in smallest units.

    Args:
        with_losses: Those below zero bear their own part, with a minus sign; else they bear none.

    Returns:
        Parts that sum to the earning; None where nothing says which credits it rests on.
    """
    values = [credit.value for credit in credits]
    if with_losses and any(value < 0 for value in values):
        return shape.parts(node, values, earned)
    weights = shape.weights(node, values)
    if not weights or not any(weight > 0 for weight in weights):
        return None
    digits = shape.terms.digits
    return [to_minor(part, digits) for part in attribute(from_minor(earned, digits), digits, weights)]


def total(credits: Sequence[DealCredit]) -> Fraction:
    """Their sum."""
    return sum((credit.value for credit in credits), Fraction(0))
