"""What a review says about pay: sums by plan and component, and recognitions; never what a person gets."""

from __future__ import annotations

from decimal import Decimal

from salescli.findings import Finding
from salescli.i18n import N_, gettext
from salescli.model.period import Period
from salescli.model.table import Column, Line, Row
from salescli.workflows.reckon import reckon, stop_on_errors
from salescli.workflows.session import Session

PAY = (
    Column("plan", "Plan"),
    Column("component", "Component"),
    Column("people", "People", "count"),
    Column("amount", "Amount", "money"),
)


def incentive_result(session: Session, period: Period) -> tuple[tuple[Row, ...], list[Line]]:
    """Rows of `PAY` with their total, none where nothing is paid; and who is recognised for what.

    Raises:
        BookBroken: if pay cannot be reckoned.
    """
    found: list[Finding] = []
    reckoned = reckon(session, period, found)
    stop_on_errors(found)
    sums: dict[tuple[str, str], tuple[set[str], Decimal]] = {}
    for entry in (entry for one in reckoned for entry in one.entries()):
        people, amount = sums.get((entry.plan, entry.component), (set(), Decimal(0)))
        sums[entry.plan, entry.component] = ({*people, entry.person}, amount + entry.amount)
    rows: list[Row] = [
        {"plan": plan, "component": component, "people": len(people), "amount": amount}
        for (plan, component), (people, amount) in sorted(sums.items())
    ]
    if rows:
        everybody = {person for people, _ in sums.values() for person in people}
        total = sum((amount for _, amount in sums.values()), Decimal(0))
        rows.append(
            {"plan": gettext(N_("All")), "component": None, "people": len(everybody), "amount": total}
        )
    names = session.book.org.people
    honours = [
        Line(
            template=N_("{award}: {name} (rank {rank})"),
            params={"award": h.award, "name": names[h.person].name, "rank": h.rank},
        )
        for one in reckoned
        for h in one.honours()
    ]
    return tuple(rows), honours
