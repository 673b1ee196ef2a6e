"""What a release asks about deals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from salescli.calc.pay.hold import DealNews
from salescli.model.entry import Entry
from salescli.model.plan import Earning
from salescli.workflows.session import Session


def deal_news(session: Session, component: Earning, entries: Sequence[Entry], end: date) -> DealNews:
    """What a release asks about the deals of some entries."""
    release, facts = component.release, session.facts
    assert release is not None
    deals = sorted({entry.deal_id for entry in entries if entry.deal_id})
    if not release.by_deal or not deals:
        return DealNews()
    if release.by == "receipts":
        received, amounts = facts.cash_of(deals, end), facts.amounts(deals)
        return DealNews(cash={deal: (amounts[deal], received[deal]) for deal in amounts})
    if release.by == "events":
        return DealNews(events=facts.events([part.event for part in release.parts], end))
    return DealNews(terms=facts.terms(deals))
