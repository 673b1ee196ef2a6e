"""Reckoning pay: run the plans on the scores of each component's period (SPEC I1–I8).

A component looks at the facts as of the end of the month it is paid with and never later, so that a month's
pay stays what it was when later months arrive. What rests on earlier pay (draws, releases, clawbacks, caps
carried, entitlements to date) is reckoned month by month from the first one on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from salescli.calc.pay.past import Past
from salescli.calc.pay.registry import compile_plan
from salescli.calc.pay.shape import Compiled, Outcome
from salescli.findings import BookBroken, Finding, finding, has_errors
from salescli.i18n import N_
from salescli.measures.remembered import remembered
from salescli.model.period import Period
from salescli.workflows.paying.reckon_period import kinds_of, reckon_month, reckon_period
from salescli.workflows.paying.reckoned import Reckoned
from salescli.workflows.session import Session
from salescli.workflows.settling.closed import closed_before

__all__ = ["Reckoned", "compiled_plans", "reckon", "remembering", "stop_on_errors"]


def remembering(session: Session, period: Period) -> Session:
    """The same session, for asking more of a period than its pay, or its pay again: with facts that remember,
    measured as of its day, from where its earlier months are seen too."""
    if not session.settled_months:  # beside these there is no earlier day to see from
        session.facts.run(session.as_of(period))
    return replace(session, facts=remembered(session.facts))


def reckon(
    session: Session, period: Period, found: list[Finding], known_on: date | None = None
) -> list[Reckoned]:
    """What is paid with a period's months: every component whose own period ends with one of them.

    Months without any fact yet are left out, but not the period asked for itself. What forbids paying goes
    to `found`.

    Args:
        known_on: Look at the facts of a week as of this day instead of the last one of its month.

    Raises:
        Misuse: if there are no facts in the period at all.
    """
    session.as_of(period)
    plans = compiled_plans(session, found)
    if has_errors(found):
        return []
    if period.kind == "week":  # is paid with the month in which it ends
        month = Period.month_of(period.end, period.fiscal)
        return [one for one in _months(session, [month], plans, found, known_on) if one.period == period]
    reckoned = _months(session, period.months(), plans, found)
    if period.kind in kinds_of(plans) and period not in [one.period for one in reckoned]:
        past = closed_before(session, plans, Period.month_of(period.start, period.fiscal), found).past
        for one in reckoned:
            past.add(one.entries())
        reckoned.append(reckon_period(session, period, plans, past, found))
    return reckoned


def _months(
    session: Session,
    months: Sequence[Period],
    plans: Sequence[Compiled],
    found: list[Finding],
    known_on: date | None = None,
) -> list[Reckoned]:
    """Everything paid with these months, which follow each other; with what changed in settled ones."""
    reckoned = []
    past: Past | None = None
    for month in months:
        if not _has_facts(session, month):
            continue
        adjusted: list[Outcome] = []
        if past is None or session.settled_months:
            closed = closed_before(session, plans, month, found)
            past, adjusted = closed.past, closed.adjusted
        made = reckon_month(session, month, plans, past, found, known_on)
        for one in made:
            past.add(one.entries())
        reckoned += _with(made, month, adjusted)
    return reckoned


def _with(made: Sequence[Reckoned], month: Period, adjusted: Sequence[Outcome]) -> list[Reckoned]:
    """What is adjusted stands with the month's own."""
    return [
        replace(one, outcomes=(*one.outcomes, *adjusted)) if adjusted and one.period == month else one
        for one in made
    ]


def compiled_plans(session: Session, found: list[Finding]) -> tuple[Compiled, ...]:
    """Every plan of the book, ready to pay; one in another currency is an error (P102)."""
    book = session.book
    for plan in book.plans:
        if plan.currency != book.settings.currency:
            found.append(
                finding(
                    "P102",
                    plan.place,
                    N_("plan {plan} pays in {currency}, but the book's amounts are in {own}"),
                    hint=N_("write `currency: {own}`, or leave it out"),
                    plan=plan.id,
                    currency=plan.currency,
                    own=book.settings.currency,
                )
            )
    return tuple(compile_plan(plan, book.policy) for plan in book.plans)


def _has_facts(session: Session, month: Period) -> bool:
    span = session.facts.months()
    return span is not None and month.start <= span[1] and month.end >= span[0]


def stop_on_errors(found: Sequence[Finding]) -> None:
    """No pay from broken books.

    Raises:
        BookBroken: if any finding is an error.
    """
    if has_errors(found):
        raise BookBroken(found)
