"""Who is credited with what of a deal, and why on that day, with places in files (SPEC I8)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from salescli.findings import Span
from salescli.measures.base import Base
from salescli.measures.forms import parse_date
from salescli.measures.fx import foreign, in_book
from salescli.measures.late_steps import any_of
from salescli.measures.moments import RECOGNISED, dated, dated_sql, suffix
from salescli.measures.only import looked_at
from salescli.measures.place import Located, locate
from salescli.measures.schema import WHOLE_SHARE
from salescli.measures.settled import rows_of, turned_of, turned_words
from salescli.measures.source import literal
from salescli.model.exact import from_minor, to_minor
from salescli.model.fact import CreditLine, DealStory, Look, Receipt, Standing
from salescli.model.metric import Moment

_LINES = """
SELECT d.deal_id, d.customer, CAST(p.person AS VARCHAR), CAST(d.region AS VARCHAR),
    CAST(d.product AS VARCHAR), p.kind, {day}, d.amount, p.share, p.amount{late_columns}
FROM (
    SELECT deal, person, share, amount, CAST(kind AS VARCHAR) AS kind, CAST(NULL AS DATE) AS day,
        false AS anew
    FROM credited
    UNION ALL
    SELECT k.deal, k.owner, {whole}, k.amount, 'owner', NULL, false FROM known_deals AS k
    LEFT JOIN shared AS s ON s.deal = k.deal WHERE s.deal IS NULL{late}
) AS p
JOIN known_deals AS d ON d.deal = p.deal
LEFT JOIN {dated} AS m ON m.deal = p.deal
{joined}WHERE {condition}
"""
_DAY = "coalesce(p.day, m.day)"
# What is left of settled deals, and of those that turned into others the whole of it.
_LATE = f"""
    UNION ALL
    SELECT deal, person, share, amount, CAST(kind AS VARCHAR), day, false FROM again{{m}}
    WHERE {any_of("{}")}
    UNION ALL
    SELECT deal, person, share_whole, amount_whole, CAST(kind AS VARCHAR), day, true FROM again{{m}}
    WHERE deal IN (SELECT deal FROM turned{{m}})"""
# What earlier settlements knew of a line of a deal.
_BEFORE = """CASE
    WHEN EXISTS (FROM settled{m} AS s WHERE s.deal_id = d.deal_id AND s.person = CAST(p.person AS VARCHAR))
        THEN 'otherwise'
    WHEN EXISTS (FROM ledger AS l WHERE l.of = '{deal}' AND l.deal_id = d.deal_id
        AND l.person = CAST(p.person AS VARCHAR)) THEN 'taken_back'
    WHEN EXISTS (FROM ledger AS l WHERE l.of = '{deal}' AND l.deal_id = d.deal_id) THEN 'of_others'
    ELSE ''
END"""


def credit_lines(
    base: Base,
    person: str | None,
    start: date,
    end: date,
    of: Moment = RECOGNISED,
    looks: Collection[Look] | None = None,
) -> list[CreditLine]:
    """See `Facts.credits`."""
    between = f"BETWEEN DATE '{start.isoformat()}' AND DATE '{end.isoformat()}'"
    condition = f"{_DAY} {between}"
    if looks is not None:
        condition += f" AND {looked_at(looks, base.lacking, _DAY)}"
    if person is not None:
        condition += f" AND CAST(p.person AS VARCHAR) = {literal(person)}"
    return _placed(base, _lines(base, condition, of))


def _lines(base: Base, condition: str, of: Moment = RECOGNISED) -> list[CreditLine]:
    """Lines of deals at a moment; beside settled months what came late of these as well, as lines of their
    own, where these months know the moment."""
    late, m, deal = of in base.late, suffix(of), rows_of(of)[0]
    sql = _LINES.format(
        whole=WHOLE_SHARE,
        condition=condition,
        day=_DAY,
        dated=dated(of) if late or of == RECOGNISED else f"({dated_sql(of)})",
        late=_LATE.format(m=m) if late else "",
        late_columns=f", m.own_day, {_BEFORE.format(m=m, deal=deal)}, {turned_words(base)}" if late else "",
        joined=f"LEFT JOIN turned{m} AS o ON o.deal = p.deal AND p.anew\n" if late else "",
    )
    rows = base.rows(sql)
    return sorted((_line(base, row) for row in rows), key=CreditLine.sort_key)


def _line(base: Base, row: tuple[Any, ...]) -> CreditLine:
    deal, customer, person, region, product, kind, day, amount, share, part, *late = row
    own_day, before, *words = late or [None, ""]
    return CreditLine(
        deal_id=deal,
        customer=customer,
        person=person,
        region=region,
        product=product,
        kind=kind,
        day=day,
        own_day=None if own_day == day else own_day,
        before=before if own_day not in (None, day) else "",
        turned=turned_of(words) if words else None,
        deal_amount=from_minor(int(amount), base.digits),
        share=Fraction(int(share), WHOLE_SHARE),
        amount=from_minor(int(part), base.digits),
    )


def _placed(base: Base, lines: list[CreditLine]) -> list[CreditLine]:
    """The lines with their places, which are looked up in the files for these deals only."""
    if not lines:
        return []
    deals = deal_places(base, {line.deal_id for line in lines})
    inside = "deal_id IN (FROM asked)"
    shares: Mapping[tuple[str | None, ...], Span] = {}
    if any(line.kind != "owner" for line in lines):
        shares = {_share_key(row): row.span()[0] for row in locate(base, "credits", inside)}
    return [
        replace(
            line,
            deal_place=deals[line.deal_id],
            place=shares.get((line.deal_id, line.person, line.kind), deals[line.deal_id]),
        )
        for line in lines
    ]


def deal_places(base: Base, deals: Iterable[str]) -> dict[str, Span]:
    """See `Facts.places`; leaves the ids in `asked`."""
    base.ask(deals)
    found = locate(base, "deals", "deal_id IN (FROM asked)")
    return {row.cells["deal_id"] or "": row.span()[0] for row in found}


def _share_key(row: Located) -> tuple[str | None, str | None, str]:
    return row.cells["deal_id"], row.cells["person"], row.cells["kind"] or "split"


def deal_story(base: Base, deal_id: str, as_of: date | None) -> DealStory | None:
    """See `Facts.deal`."""
    condition = f"deal_id = {literal(deal_id)}"
    rows = list(locate(base, "deals", condition))
    if not rows or as_of is None:
        return None
    row = rows[0]
    [(needed, lost, withdrawn, agreed, day)] = base.rows(
        "SELECT l.needed, d.status = 'lost', d.withdrawn, l.agreed_on, m.day FROM known_deals AS d"
        " LEFT JOIN live_deals AS l ON l.deal = d.deal LEFT JOIN recognised AS m ON m.deal = d.deal"
        f" WHERE d.{condition} LIMIT 1"
    )
    digits = base.digits
    signed, opened = parse_date(row.cells["signed_on"]), parse_date(row.cells["opened_on"])
    amount = money_of(base, row.cells, signed or opened)
    least = base.book.policy.closed_deal.collected_at_least
    must = (
        -(-to_minor(amount, digits) * least.numerator // least.denominator) if needed is None else int(needed)
    )
    return DealStory(
        deal_id=deal_id,
        customer=row.cells["customer"] or "",
        region=row.cells["region"] or "",
        product=row.cells["product"] or "",
        owner=row.cells["owner"] or "",
        status=row.cells["status"] or "",
        amount=amount,
        needed=from_minor(must, digits),
        standing=_standing(base, lost, withdrawn, agreed, day),
        recognised_on=day,
        opened_on=opened,
        signed_on=signed,
        closed_on=parse_date(row.cells["closed_on"]),
        cancelled_on=parse_date(row.cells["cancelled_on"]),
        receipts=_receipts(base, locate(base, "collections", condition), as_of),
        credits=tuple(_placed(base, _lines(base, f"d.{condition}"))),
        place=row.span()[0],
    )


def _standing(base: Base, lost: bool, withdrawn: bool, agreed: date | None, day: date | None) -> Standing:
    if lost:
        return "lost"
    if withdrawn:
        return "cancelled"
    if day is not None:
        return "recognised"
    closed_deal = base.book.policy.closed_deal
    if closed_deal.signed and agreed is None:
        return "not_signed"
    return "not_collected" if closed_deal.collected_at_least else "not_closed"


def _receipts(base: Base, rows: Iterable[Located], as_of: date) -> tuple[Receipt, ...]:
    """The receipts up to the day, each with the sum of all up to and including its day."""
    dated = [
        (day, row.cells["receipt_id"] or "", money_of(base, row.cells, day), row.span()[0])
        for row in rows
        if (day := parse_date(row.cells["received_on"])) is not None and day <= as_of
    ]
    return tuple(
        Receipt(
            receipt_id=receipt,
            day=day,
            amount=amount,
            collected=sum((a for d, _, a, _ in dated if d <= day), Decimal(0)),
            place=place,
        )
        for day, receipt, amount, place in sorted(dated, key=lambda item: item[:2])
    )


def money_of(base: Base, cells: Mapping[str, str | None], day: date | None) -> Decimal:
    """The amount of a row in the book's currency, as written where that is its own."""
    text, currency = cells["amount"] or "0", cells["currency"]
    if foreign(base.rules, currency) is None:
        return Decimal(text)
    return from_minor(in_book(base.rules, text, currency, day) or 0, base.digits)
