"""What an accepted objection pays: one adjustment, in the next month that is drafted (SPEC S3)."""

from __future__ import annotations

from salescli.model.entry import Entry
from salescli.model.objection import Objection
from salescli.model.settlement import OBJECTION


def adjustment(objection: Objection, currency: str) -> Entry:
    """The entry an objection is paid by, if it is accepted with an amount; its id never changes."""
    return Entry(
        period=objection.period,
        person=objection.person,
        plan=OBJECTION,
        component=f"objection-{objection.id}",
        kind="adjustment",
        amount=objection.amount,
        currency=currency,
        deal_id=objection.deal_id,
        cause=objection.name,
        rule=objection.place,
    )
