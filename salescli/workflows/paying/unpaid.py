"""Sales and cash that no plan pays, so that nothing stays unseen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from salescli.calc.attain import base_metrics
from salescli.calc.pay.coverage import covers
from salescli.i18n import N_
from salescli.model.entry import REVERSED
from salescli.model.exact import to_minor
from salescli.model.expression import measures_of
from salescli.model.metric import Policy
from salescli.model.period import Period
from salescli.model.plan import Earning, Plan
from salescli.model.table import Line
from salescli.workflows.paying.reckoned import Reckoned
from salescli.workflows.session import Session
from salescli.workflows.settling.beside import beside, credit_files, settled_before

SALES, CASH = "sales_amount", "collected_amount"
"""The metrics that credits of deals, and receipts, add up to."""


class Unpaid(NamedTuple):
    """What is credited to somebody in a month and no plan covers, in smallest units."""

    period: Period
    person: str
    sales: int
    cash: int


def unpaid(session: Session, reckoned: Sequence[Reckoned]) -> list[Unpaid]:
    """Everybody's sales, and where any plan pays on receipts their cash, that no plan covers.

    These are people without a plan, and people who left before their deals counted or their customers paid,
    or before it was known. Deals of theirs that were paid, taken back and given again are none of these.
    """
    plans = session.book.plans
    asked = [SALES, *([CASH] if pays_on_cash(session.book.policy, plans) else [])]
    reverse = any(plan.closed_periods == "reverse" for plan in plans)
    found = []
    for one in reckoned:
        if one.period.kind != "month":
            continue
        with session.facts.beside(beside(session, one.period) if reverse else None):
            session.facts.run(one.as_of)
            sums = session.facts.totals(("person",), one.period.start, one.period.end, metrics=asked)
            paid = {who for who, at in one.members.items() if any(covers(plan, at) for plan in plans)}
            again = _given_again(session, one, {who for (who,) in sums} - paid)
        for (person,), totals in sorted(sums.items()):
            sales, cash = totals.get(SALES, 0) - again.get(person, 0), totals.get(CASH, 0)
            if (sales or cash) and person not in paid:
                found.append(Unpaid(one.period, person, sales, cash))
    return found


def _given_again(session: Session, one: Reckoned, people: Collection[str]) -> Mapping[str, int]:
    """What is credited to these people of deals that they were paid for, as far as that is given again: up to
    the most that was ever settled of each; of the last run, in smallest units."""
    named = {
        (entry.person, entry.deal_id)
        for entry in one.entries()
        if entry.person in people and entry.deal_id and entry.amount > 0 and entry.cause.startswith(REVERSED)
    }
    if not named:
        return {}
    files = credit_files(session, settled_before(session, one.period))
    now: dict[tuple[str, str], int] = defaultdict(int)
    most: dict[tuple[str, str], int] = defaultdict(int)
    deals = {deal for _, deal in named}
    for _, deal, person, _, amount, *_ in session.facts.grown(files, deals, "recognised"):
        now[person, deal] += amount
        most[person, deal] = max(most[person, deal], now[person, deal])
    again: dict[str, int] = defaultdict(int)
    for person in sorted({person for person, _ in named}):
        for line in session.facts.credits(person, one.period.start, one.period.end):
            key = (person, line.deal_id)
            if key in named and line.turned is None and line.kind != "pay":
                again[person] += min(to_minor(line.amount, session.digits), most[key] - now[key])
    return again


def pays_on_cash(policy: Policy, plans: Sequence[Plan]) -> bool:
    """Whether any component pays on what is added up from receipts."""
    metrics = {
        base
        for plan in plans
        for component in plan.components
        if isinstance(component, Earning)
        for measure in measures_of(component.pays_on)
        if measure.of not in ("personal", "earned")
        for base in base_metrics(policy, measure.metric)
    }
    return any(at.source == "collections" for name in metrics if (at := policy.metrics[name].base))


def unpaid_note(found: Sequence[Unpaid], period: Period, told: bool) -> Line | None:
    """How many people it is, and of what; None if nobody.

    Args:
        told: Whether they are listed right there.
    """
    if not found:
        return None
    text = _TEXTS[told, any(one.cash for one in found)]
    return Line(template=text, params={"count": len({one.person for one in found}), "period": period.text})


_TEXTS = {
    (True, False): N_("people with sales that no plan pays: {count}; give their role a plan, or leave it so"),
    (True, True): N_(
        "people with sales or receipts that no plan pays: {count}; give their role a plan, or leave it so"
    ),
    (False, False): N_("people with sales that no plan pays: {count}; see salescli payout --period {period}"),
    (False, True): N_(
        "people with sales or receipts that no plan pays: {count}; see salescli payout --period {period}"
    ),
}
