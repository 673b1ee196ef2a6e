"""What a review says about pay: sums by plan and component, and recognitions; never what a person gets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from salescli.findings import BookBroken, Finding, has_errors
from salescli.i18n import N_
from salescli.model.entry import Entry
from salescli.model.period import Period
from salescli.model.table import Column, Line, Row
from salescli.workflows.honours import honour_lines
from salescli.workflows.paying.reckon import reckon, remembering
from salescli.workflows.plans.health import HEALTH, health_rows
from salescli.workflows.session import Session

_LEFT_OUT = ("healthy",)
PAY = (
    Column("plan", "Plan"),
    Column("component", "Component"),
    Column("people", "People", "count"),
    Column("amount", "Amount", "money"),
)
HEALTH_SHOWN = tuple(
    replace(column, title=N_("Plan")) if column.key == "plan_name" else column
    for column in HEALTH
    if column.key not in _LEFT_OUT
)
"""Policy health as a review shows it: in one table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incentive:
    """The incentive result of a period.

    Attributes:
        rows: Of `PAY` with their total; none where nothing is paid.
        note: Why there are no sums; None where there are.
        honours: Who is recognised.
        health: Of `HEALTH`: whether a quarter's plans did what they are for.
        found: Why pay cannot be reckoned, as warnings: a review is written all the same.
    """

    rows: tuple[Row, ...] = ()
    note: Line | None = None
    honours: tuple[Line, ...] = ()
    health: tuple[Row, ...] = ()
    found: tuple[Finding, ...] = ()


def incentive(session: Session, period: Period) -> Incentive:
    """What is paid with a period, who is recognised, and of a quarter the health of its plans.

    Leaves the facts measured as of some day.
    """
    if not session.book.plans:
        return Incentive(note=Line(template=N_("There are no plans, so nothing is paid.")))
    if period.kind == "week" and not _pays_weekly(session):
        return Incentive(note=_nothing(period))
    found: list[Finding] = []
    session = remembering(session, period)  # health asks what pay has asked
    try:
        reckoned = reckon(session, period, found, session.as_of(period))  # nothing dated later changes it
    except BookBroken as broken:
        found, reckoned = broken.found, []
    if has_errors(found):
        first = next(one for one in found if one.severity == "error")
        template = N_("Pay cannot be reckoned: {why} ({place}). salescli payout --period {period} says more.")
        params = {"why": first.message, "place": str(first.span), "period": period.text}
        warnings = tuple(replace(one, severity="warning") for one in found)
        return Incentive(note=Line(template=template, params=params), found=warnings)
    rows = _rows([entry for one in reckoned for entry in one.entries()])
    lines = honour_lines(session, period, [honour for one in reckoned for honour in one.honours()])
    health = health_rows(session, period) if period.kind == "quarter" else ()
    return Incentive(rows=rows, note=None if rows else _nothing(period), honours=tuple(lines), health=health)


def _pays_weekly(session: Session) -> bool:
    return any(one.period == "week" for plan in session.book.plans for one in plan.components)


def _nothing(period: Period) -> Line:
    if period.kind == "week":
        return Line(template=N_("Nothing is paid by the week; the review of the month shows its pay."))
    return Line(template=N_("Nothing is paid for {period}."), params={"period": period.text})


def _rows(entries: list[Entry]) -> tuple[Row, ...]:
    sums: dict[tuple[str, str], tuple[set[str], Decimal]] = {}
    for entry in entries:
        people, amount = sums.setdefault((entry.plan, entry.component), (set(), entry.amount * 0))
        people.add(entry.person)
        sums[entry.plan, entry.component] = (people, amount + entry.amount)
    rows: list[Row] = [
        {"plan": plan, "component": component, "people": len(people), "amount": amount}
        for (plan, component), (people, amount) in sorted(sums.items())
    ]
    if rows:
        everybody = {entry.person for entry in entries}
        total = sum((entry.amount for entry in entries), entries[0].amount * 0)
        all_of_it = Line(template=N_("All"))
        rows.append({"plan": all_of_it, "component": None, "people": len(everybody), "amount": total})
    return tuple(rows)
