"""What happened to deals after they were sold: cash, cancellations, events. As of the last run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from salescli.findings import Span
from salescli.measures.base import Base
from salescli.measures.place import locate
from salescli.measures.source import literal
from salescli.model.exact import from_minor
from salescli.model.fact import Cancelled, DealCash


def cash(base: Base, start: date, end: date, places: bool) -> list[DealCash]:
    """See `Facts.cash`."""
    base.load()
    first, last = _day(start), _day(end)
    rows = base.rows(
        "SELECT d.deal_id, d.amount, r.before, r.after FROM ("
        f"SELECT deal, coalesce(sum(amount) FILTER (day < {first}), 0) AS before, sum(amount) AS after"
        f" FROM receipts WHERE day <= {last} GROUP BY deal HAVING max(day) >= {first}"
        ") AS r JOIN deals AS d ON d.rowid = r.deal ORDER BY d.deal_id"
    )
    at: dict[str, list[Span]] = {}
    if places and rows:
        for row in locate(base, "collections", f"received_on_ BETWEEN {first} AND {last}"):
            at.setdefault(row.cells["deal_id"] or "", []).append(row.span()[0])
    return [
        DealCash(
            deal_id=deal,
            amount=from_minor(int(amount), base.digits),
            before=from_minor(int(before), base.digits),
            after=from_minor(int(after), base.digits),
            places=tuple(at.get(deal, ())),
        )
        for deal, amount, before, after in rows
    ]


def cash_of(base: Base, deals: Iterable[str], upto: date) -> dict[str, Decimal]:
    """See `Facts.cash_of`."""
    return _money(
        base,
        deals,
        "SELECT d.deal_id, coalesce(sum(r.amount), 0)"
        " FROM asked AS a JOIN deals AS d ON d.deal_id = a.deal_id"
        f" LEFT JOIN receipts AS r ON r.deal = d.rowid AND r.day <= {_day(upto)} GROUP BY 1 ORDER BY 1",
    )


def amounts(base: Base, deals: Iterable[str]) -> dict[str, Decimal]:
    """See `Facts.amounts`."""
    sql = "SELECT d.deal_id, d.amount FROM asked AS a JOIN deals AS d ON d.deal_id = a.deal_id ORDER BY 1"
    return _money(base, deals, sql)


def _money(base: Base, deals: Iterable[str], sql: str) -> dict[str, Decimal]:
    """Rows of deal and smallest units, of the deals that the SQL calls `asked`."""
    base.load()
    base.ask(deals)
    return {deal: from_minor(int(units), base.digits) for deal, units in base.rows(sql)}


def terms(base: Base, deals: Iterable[str]) -> dict[str, int]:
    """See `Facts.terms`."""
    base.load()
    if "term_months" in base.lacking:
        return {}
    base.ask(deals)
    sql = "SELECT d.deal_id, d.term_months FROM asked AS a JOIN deals AS d ON d.deal_id = a.deal_id"
    return {
        deal: int(months) for deal, months in base.rows(f"{sql} WHERE d.term_months IS NOT NULL ORDER BY 1")
    }


def cancelled(base: Base, start: date, end: date, places: bool) -> list[Cancelled]:
    """See `Facts.cancelled`."""
    base.load()
    between = f"BETWEEN {_day(start)} AND {_day(end)}"
    term = "NULL" if "term_months" in base.lacking else "term_months"
    rows = base.rows(
        f"SELECT deal_id, cancelled_on, signed_on, {term} FROM deals"
        f" WHERE status = 'cancelled' AND cancelled_on {between} ORDER BY cancelled_on, deal_id"
    )
    at: dict[str | None, Span] = {}
    if places and rows:
        found = locate(base, "deals", f"cancelled_on_ {between}")
        at = {row.cells["deal_id"]: row.span()[0] for row in found}
    return [
        Cancelled(
            deal_id=deal,
            cancelled_on=day,
            signed_on=signed,
            term_months=months,
            place=at.get(deal, Span("")),
        )
        for deal, day, signed, months in rows
    ]


def events(base: Base, kinds: Sequence[str], upto: date) -> dict[tuple[str, str], date]:
    """See `Facts.events`."""
    base.load()
    words = ", ".join(literal(kind) for kind in sorted(set(kinds)))
    if not words:
        return {}
    rows = base.rows(
        "SELECT d.deal_id, a.kind, min(a.day) FROM activities AS a JOIN deals AS d ON d.rowid = a.deal"
        f" WHERE a.kind IN ({words}) AND a.count > 0 AND a.day <= {_day(upto)} GROUP BY ALL ORDER BY ALL"
    )
    return {(deal, kind): day for deal, kind, day in rows}


def _day(day: date) -> str:
    return f"DATE '{day.isoformat()}'"
