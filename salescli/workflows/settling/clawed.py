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

from salescli.calc.pay.clawback import claw_of
from salescli.calc.pay.past import Past
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
        for one in paid:
            if not one.back:
                self._nets[*_of(one), kind_of(one.kind)] += one.amount
        groups: dict[_Key, list[Paid]] = defaultdict(list)
        for one in paid:
            if (one.period, *_of(one)) not in self._in_parts:
                groups[_of(one)].append(one)
        self._claws = {
            key
            for key, group in groups.items()
            if claw_of(past, key[0], key[1], plans.get(key[0]), group) is not None
        }

    def sees(self, paid: Paid) -> bool:
        """Whether something is for the clawback to say: it takes back entries of its plan's components that
        name a deal. There is nothing to take of a deal that lowered what was earned, or paid so far."""
        if _of(paid) not in self._claws or (paid.period, *_of(paid)) in self._in_parts:
            return False
        earned, held, released = (self._nets[*_of(paid), kind] for kind in ("adjustment", "hold", "release"))
        if earned < 0 or earned + held + released < 0:
            return False
        return paid.deal_id in self._cancelled | self._returned or paid.kind == "clawback"

    def left(self, paid: Paid) -> Left | None:
        """How much of it is to be given back; None where the clawback's word holds, or nothing is left."""
        if paid.deal_id in self._cancelled or not self._nets[*_of(paid), kind_of(paid.kind)]:
            return None
        return Left(Fraction(1), None, returned=True)


def _of(paid: Paid) -> _Key:
    return paid.plan, paid.component, paid.person, paid.deal_id
