"""What plans with a clawback paid for settled deals that are cancelled, and for those that are not any more
(SPEC I6, S4).

While a deal is cancelled, the clawback says what becomes of what was paid for it. Once it is not any more,
what the clawback took is given back; and where the deal counts anew, what was paid for it before is set
against that, so that it ends at what it is worth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from decimal import Decimal
from fractions import Fraction

from salescli.calc.pay.clawback import first_paid, ruled
from salescli.calc.pay.past import EARNED, Past
from salescli.calc.settle.reverse import Left, Paid, kind_of
from salescli.model.plan import Plan

_Key = tuple[str, ...]


class Clawed:
    """What was paid for deals by plans with a clawback.

    Args:
        plans: As they are now; settled months go by what these were then.
        cancelled: Deals that are cancelled.
        returned: Deals of which settled months credit nothing any more, though they are not cancelled.
        paid: All that was paid for deals, and taken back of it.
    """

    def __init__(
        self,
        plans: Mapping[str, Plan],
        past: Past,
        cancelled: Set[str],
        returned: Set[str],
        paid: Sequence[Paid],
    ) -> None:
        self._cancelled, self._returned = cancelled, returned
        self._in_parts = {(one.period, *_of(one)) for one in paid if one.part}
        self._nets: dict[_Key, Decimal] = defaultdict(Decimal)
        self._earned: dict[_Key, Decimal] = defaultdict(Decimal)
        self._paid: dict[_Key, Decimal] = defaultdict(Decimal)
        for one in paid:
            if not one.back:
                self._nets[*_of(one), kind_of(one.kind)] += one.amount
                self._paid[_of(one)] += one.amount if one.kind != "clawback" else 0
                if one.kind in EARNED:
                    self._earned[_of(one)] += one.amount
        groups: dict[_Key, list[Paid]] = defaultdict(list)
        for one in paid:
            if (one.period, *_of(one)) not in self._in_parts:
                groups[_of(one)].append(one)
        self._claws = {key for key, group in groups.items() if _is_clawed(plans, past, group)}

    def sees(self, paid: Paid) -> bool:
        """Whether something is for the clawback to say: it takes back entries of its plan's components that
        name a deal. There is nothing to take of a deal that lowered what was earned, or paid so far."""
        if _of(paid) not in self._claws or (paid.period, *_of(paid)) in self._in_parts:
            return False
        if self._earned[_of(paid)] < 0 or self._paid[_of(paid)] < 0:
            return False
        return paid.deal_id in self._cancelled | self._returned or paid.kind == "clawback"

    def left(self, paid: Paid) -> Left | None:
        """How much of it is to be given back; None where the clawback's word holds, or nothing is left."""
        if paid.deal_id in self._cancelled or not self._nets[*_of(paid), kind_of(paid.kind)]:
            return None
        return Left(Fraction(1), None, returned=True)


def _is_clawed(plans: Mapping[str, Plan], past: Past, group: Sequence[Paid]) -> bool:
    """Whether what was paid for a deal goes by a clawback: that of the plan as it was first paid by it."""
    first, one = first_paid(past, group), group[0]
    if first is None:
        return False
    return None not in ruled(past.plan_of(one.plan, first, plans.get(one.plan)), one.component)


def _of(paid: Paid) -> _Key:
    return paid.plan, paid.component, paid.person, paid.deal_id
