"""Which settlements a period stands beside: what they credited is not credited again (SPEC S4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from salescli.books.settlements import settlement_path
from salescli.calc.pay.coverage import paid_with
from salescli.model.choices import ToDate
from salescli.model.period import Period
from salescli.model.settlement import CREDITS
from salescli.workflows.session import Session

if TYPE_CHECKING:
    from salescli.measures.settled import Settled


def beside(
    session: Session, period: Period, end: date | None = None, start: date | None = None
) -> Settled | None:
    """What was settled before the month a period is paid with began; None if nothing was.

    What is late counts once: of the weeks paid with a month, in the first one.

    Args:
        end: The last day looked at, the period's own by default.
        start: The first one, of a component to date that does not reach back to the period's own.
    """
    if not session.settled_months:
        return None
    from salescli.measures.settled import Settled

    end = end or period.end
    first = (
        paid_with("week", Period.month_of(period.end, period.fiscal))[0] if period.kind == "week" else period
    )
    start = start or first.start
    last = Period.month_of(first.previous().end, period.fiscal)
    if start > first.start:
        last = Period.month_of(start, period.fiscal).previous()
    paid = [
        month
        for month in session.settled_months
        if month.start <= last.start and credit_files(session, [month])
    ]
    if not paid:
        return None
    like = (one for one in paid_for(session, paid) if one.kind == period.kind != "month")
    since = min([paid[0].start, *(one.start for one in like)])
    return Settled(credit_files(session, paid), since, paid[-1].end, start, end)


def paid_for(session: Session, months: Sequence[Period]) -> list[Period]:
    """The periods that these settlements have entries of: weeks and quarters may have begun before the first
    settled month."""
    fiscal = session.book.settings.fiscal_year_start
    texts = session.facts.settled_periods(settled_folders(session, months))
    return [Period.parse(text, fiscal) for text in texts]


def settled_folders(session: Session, months: Sequence[Period]) -> list[Path]:
    """Where these settlements are."""
    return [settlement_path(session.book.root, month.text).parent for month in months]


def beside_of(
    session: Session, period: Period, plan: str, longer: ToDate | None = None, start: date | None = None
) -> Settled | None:
    """What a plan's component stands beside: of a period, or to date from `start` of the longer one on."""
    known = next((one for one in session.book.plans if one.id == plan), None)
    if known is None or known.closed_periods != "reverse":
        return None
    if longer is None:
        return beside(session, period)
    return beside(session, Period.around(period.end, longer, period.fiscal), period.end, start)


def credit_files(session: Session, months: list[Period] | tuple[Period, ...]) -> tuple[Path, ...]:
    """`credits.csv` of these settlements."""
    root = session.book.root
    paths = (settlement_path(root, month.text).parent / CREDITS for month in months)
    return tuple(path for path in paths if path.is_file())


def settled_before(session: Session, month: Period) -> tuple[Period, ...]:
    """The settled months before a month, first to last."""
    return tuple(one for one in session.settled_months if one.start < month.start)


def first_settled(session: Session, period: Period) -> date | None:
    """The first day of the first month that was settled before a period; None if none was."""
    before = settled_before(session, period)
    return before[0].start if before else None
