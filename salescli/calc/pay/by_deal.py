"""What a period earned, cut by deal: for what is released or taken back deal by deal.

The total comes first and is never changed by this (docs/semantics.md, "Attribution").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from salescli.calc.pay.attribute import attribute
from salescli.calc.pay.earning import EarningPay
from salescli.calc.pay.scores import DealCredit, Scores
from salescli.calc.pay.shape import Outcome
from salescli.model.entry import Entry
from salescli.model.exact import round_to


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
        entries: list[Entry] = []
        for entry in outcome.entries:
            if entry.kind == "earning" and not entry.deal_id:
                node = scores.people.get(outcome.person, {})
                entries += _cut(shape, entry, node, merged(credits.get(outcome.person, ())))
            else:
                entries.append(entry)
        cut.append(outcome._replace(entries=tuple(entries)))
    return cut


def _cut(shape: EarningPay, entry: Entry, node: object, credits: Sequence[DealCredit]) -> list[Entry]:
    weights = shape.weights(node, [credit.value for credit in credits])  # type: ignore[arg-type]
    if not weights or not any(weight > 0 for weight in weights):
        return [entry]
    parts = attribute(entry.amount, shape.terms.digits, weights)
    whole = total(credits)
    scale = Fraction(entry.base or 0) / whole if whole else Fraction(1)
    return [
        replace(
            entry,
            amount=part,
            deal_id=credit.deal_id,
            base=round_to(credit.value * scale, shape.base_digits),
        )
        for credit, part in zip(credits, parts, strict=True)
        if part
    ]


def total(credits: Sequence[DealCredit]) -> Fraction:
    """Their sum."""
    return sum((credit.value for credit in credits), Fraction(0))
