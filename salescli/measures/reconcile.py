"""Deals held against what has been received for them, deal by deal (SPEC K5).

What is compared are the sums of columns; only deals with something open are looked up in their files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from salescli.findings import Span
from salescli.measures.base import Base
from salescli.measures.forms import parse_date
from salescli.measures.payers import Payers, strange_payers
from salescli.measures.place import Located, locate
from salescli.measures.source import FactFile, text_sql
from salescli.measures.story import money_of
from salescli.model.exact import from_minor, to_minor
from salescli.model.reconcile import Balance, Item, Kind, Terms


@dataclass(frozen=True, slots=True)
class Held:
    """What deals are held against.

    Attributes:
        receipts: A relation with `deal` (NULL where there is none), `day`, `amount`, `key` (of the id).
        parts: Files of receipts, and an SQL condition on those of their rows that are in the relation.
    """

    receipts: str
    parts: tuple[tuple[Sequence[FactFile], str], ...]


def held_of_book(base: Base) -> Held:
    """All receipts of the book."""
    return Held("receipts", ((base.load().files["collections"], "true"),))


# What is expected of a deal is its amount once it is won and signed, and nothing while it is not.
_DEALS = """
CREATE OR REPLACE TEMP TABLE reconciled AS
WITH received AS (
    SELECT deal, sum(amount) AS received, count(*) AS receipts
    FROM {receipts} AS r CROSS JOIN question AS q
    WHERE deal IS NOT NULL AND day <= q.as_of GROUP BY deal
), twice AS (
    SELECT
        deal,
        sum(greatest(amount, 0) * (copies - 1)) AS paid_twice,
        sum(least(amount, 0) * (copies - 1)) AS refunded_twice
    FROM same_receipts GROUP BY deal
), sums AS (
    SELECT
        d.deal,
        l.agreed_on,
        CASE WHEN l.agreed_on IS NULL THEN 0 ELSE d.amount END AS expected,
        coalesce(r.received, 0) AS received,
        coalesce(r.receipts, 0) AS receipts,
        coalesce(t.paid_twice, 0) AS paid_twice,
        coalesce(t.refunded_twice, 0) AS refunded_twice
    FROM known_deals AS d
    LEFT JOIN live_deals AS l ON l.deal = d.deal
    LEFT JOIN received AS r ON r.deal = d.deal
    LEFT JOIN twice AS t ON t.deal = d.deal
), differing AS (
    SELECT
        *,
        CASE
            WHEN expected < received THEN -least(paid_twice, received - expected)
            ELSE least(-refunded_twice, expected - received)
        END AS repeated
    FROM sums
)
SELECT
    deal, agreed_on, expected, received, receipts, repeated,
    expected - received - repeated AS rest,
    CASE
        WHEN expected - received - repeated = 0 THEN NULL
        WHEN {tolerated} THEN 'tolerated'
        WHEN agreed_on IS NULL THEN 'not_won'
        WHEN expected < received + repeated THEN 'over'
        WHEN agreed_on + {within} >= q.as_of THEN 'not_due'
        WHEN received + repeated = 0 THEN 'missing'
        ELSE 'short'
    END AS kind
FROM differing CROSS JOIN question AS q
WHERE expected <> 0 OR received <> 0 OR receipts <> 0
"""
_SAME = """
CREATE OR REPLACE TEMP TABLE same_receipts AS
SELECT deal, day, amount, count(*) AS copies
FROM {receipts} AS r CROSS JOIN question AS q
WHERE deal IS NOT NULL AND day <= q.as_of AND amount <> 0 GROUP BY ALL HAVING count(*) > 1
"""
_OPEN = """
SELECT
    d.deal_id, d.customer, CAST(d.owner AS VARCHAR), CAST(d.region AS VARCHAR), CAST(d.product AS VARCHAR),
    CAST(d.status AS VARCHAR), r.agreed_on, d.amount, r.received, r.rest, r.repeated, r.kind
FROM reconciled AS r JOIN deals AS d ON d.rowid = r.deal
WHERE r.kind NOT IN ('tolerated', 'not_due') OR d.rowid IN (SELECT deal FROM same_receipts)
    OR d.deal_id IN (SELECT deal_id FROM strange_payers)
ORDER BY d.deal_id
"""


def reconcile(base: Base, terms: Terms, held: Held) -> Balance:
    """Every deal against its receipts, looked at from the day that `engine.ask_day` states."""
    base.rows(_SAME.format(receipts=held.receipts))
    base.rows(
        _DEALS.format(receipts=held.receipts, within=int(terms.within), tolerated=_tolerated(base, terms))
    )
    payers = strange_payers(base, held.parts)
    deals = base.rows(_OPEN)
    found = _Found(base, terms, held, deals)
    items = [*_of_deals(base, deals, found), *_repeated(base, deals, found), *_paid_by(payers, deals, found)]
    items += [*_without_deal(base, terms, held), *_ids_twice(base, terms, held)]
    [(left, right)] = base.rows("SELECT sum(expected), sum(received) FROM reconciled")
    astray = -sum(to_minor(item.difference, base.digits) for item in items if item.kind == "no_deal")
    return Balance(
        check="deals",
        left=from_minor(int(left or 0), base.digits),
        right=from_minor(int(right or 0) + astray, base.digits),
        parts=_parts(base, items),
        items=tuple(sorted(items, key=Item.sort_key)),
    )


def _tolerated(base: Base, terms: Terms) -> str:
    """Whether the rest of a deal is within the tolerance, in whole numbers."""
    rest = "abs(CAST(expected - received - repeated AS HUGEINT))"
    if isinstance(terms.tolerance, Fraction):
        share = terms.tolerance
        return f"{rest} * {share.denominator} <= CAST(expected AS HUGEINT) * {share.numerator}"
    return f"{rest} <= {to_minor(terms.tolerance, base.digits)}"


def _parts(base: Base, items: Sequence[Item]) -> dict[str, tuple[int, Decimal]]:
    """Kind → number and sum; those of deals from the table, so that quiet ones are in too."""
    rows = base.rows("SELECT kind, count(*), sum(rest) FROM reconciled WHERE kind IS NOT NULL GROUP BY kind")
    parts = {kind: (int(count), from_minor(int(rest), base.digits)) for kind, count, rest in rows}
    for kind in ("no_deal", "duplicate", "customer"):
        chosen = [item.difference for item in items if item.kind == kind]
        if chosen:
            parts[kind] = (len(chosen), sum(chosen, Decimal(0)))
    return parts


class _Found:
    """Where the deals asked about and their receipts stand."""

    def __init__(self, base: Base, terms: Terms, held: Held, deals: Sequence[tuple[Any, ...]]) -> None:
        self.deals: dict[str, Span] = {}
        self.receipts: dict[str, list[tuple[str, date, Decimal, Located]]] = {}
        if not deals:
            return
        base.ask(row[0] for row in deals)
        inside = "deal_id IN (FROM asked)"
        self.deals = {row.cells["deal_id"] or "": row.span()[0] for row in locate(base, "deals", inside)}
        for row, day in receipts_at(base, terms, held, inside):
            one = (row.cells["receipt_id"] or "", day, amount_of(base, row, day), row)
            self.receipts.setdefault(row.cells["deal_id"] or "", []).append(one)
        for rows in self.receipts.values():
            rows.sort(key=lambda one: (one[1], one[2], one[0], one[3].span()[0]))

    def places(self, deal: str) -> tuple[Span, ...]:
        """Where the receipts of a deal stand, by day."""
        return tuple(row.span()[0] for *_, row in self.receipts.get(deal, ()))


def receipts_at(base: Base, terms: Terms, held: Held, where: str) -> Iterator[tuple[Located, date]]:
    """The receipts held that fulfil a condition, up to the day asked for, with their day."""
    for files, of_part in held.parts:
        for row in locate(base, "collections", f"({where}) AND ({of_part})", files) if files else ():
            day = parse_date(row.cells["received_on"])
            if day is not None and day <= terms.as_of:
                yield row, day


def amount_of(base: Base, row: Located, day: date) -> Decimal:
    """The amount of a receipt in the book's currency, with all its decimal places."""
    return from_minor(to_minor(money_of(base, row.cells, day), base.digits), base.digits)


def _item(base: Base, row: tuple[Any, ...], found: _Found, kind: Kind, units: int) -> Item:
    deal, customer, owner, region, product, status, agreed, amount, received, *_ = row
    return Item(
        check="deals",
        kind=kind,
        difference=from_minor(units, base.digits),
        deal_id=deal,
        customer=customer,
        person=owner,
        region=region,
        product=product,
        status=status,
        amount=from_minor(int(amount), base.digits),
        received=from_minor(int(received), base.digits),
        since=agreed,
        place=found.deals.get(deal),
        receipts=found.places(deal),
    )


def _of_deals(base: Base, deals: Sequence[tuple[Any, ...]], found: _Found) -> Iterator[Item]:
    for row in deals:
        if row[11] not in (None, "tolerated", "not_due"):
            yield _item(base, row, found, row[11], int(row[9]))


def _repeated(base: Base, deals: Sequence[tuple[Any, ...]], found: _Found) -> Iterator[Item]:
    """Receipts of the same deal, day and amount as another one.

    The first of them by id is taken for the receipt, the others for its copies. A copy explains a difference
    as far as the deal has one of its kind.
    """
    twice = {
        row[0]
        for row in base.rows("SELECT d.deal_id FROM same_receipts AS s JOIN deals AS d ON d.rowid = s.deal")
    }
    for row in deals:
        if row[0] not in twice:
            continue
        left, before = int(row[10]), None
        for one in found.receipts.get(row[0], ()):
            receipt, day, amount, at = one
            if before is not None and (before[1], before[2]) == (day, amount) and amount:
                units = to_minor(amount, base.digits)
                part = max(left, -units) if left < 0 < units else min(left, -units) if units < 0 < left else 0
                left -= part
                yield replace(
                    _item(base, row, found, "duplicate", part),
                    receipt_id=receipt,
                    other=before[0],
                    amount=amount,
                    since=day,
                    receipts=(at.span()[0], before[3].span()[0]),
                )
            else:
                before = one


def _paid_by(payers: Payers, deals: Sequence[tuple[Any, ...]], found: _Found) -> Iterator[Item]:
    """Receipts that name another customer than their deal's."""
    for row in deals:
        for receipt, day, amount, at in found.receipts.get(row[0], ()) if row[0] in payers else ():
            payer = at.cells.get("customer") or ""
            if payer in payers[row[0]]:
                yield Item(
                    check="deals",
                    kind="customer",
                    difference=amount - amount,
                    deal_id=row[0],
                    receipt_id=receipt,
                    customer=row[1],
                    person=row[2],
                    region=row[3],
                    product=row[4],
                    status=row[5],
                    amount=amount,
                    since=day,
                    other=payer,
                    place=found.deals.get(row[0]),
                    receipts=(at.span()[0],),
                )


def _loose(base: Base, terms: Terms, held: Held, where: str, kind: Kind) -> Iterator[Item]:
    """Receipts of no known deal, each alone."""
    for row, day in receipts_at(base, terms, held, where):
        amount = amount_of(base, row, day)
        yield Item(
            check="deals",
            kind=kind,
            difference=-amount,
            deal_id=row.cells["deal_id"] or "",
            receipt_id=row.cells["receipt_id"] or "",
            customer=row.cells["customer"] or "",
            amount=amount,
            since=day,
            receipts=(row.span()[0],),
        )


def _without_deal(base: Base, terms: Terms, held: Held) -> Iterator[Item]:
    if not base.rows(f"SELECT 1 FROM {held.receipts} AS r WHERE deal IS NULL LIMIT 1"):
        return
    texts = " UNION ALL ".join(
        f"SELECT deal_id FROM ({text_sql(files, base.digits)}) AS t" for files, _ in held.parts if files
    )
    base.rows(
        "CREATE OR REPLACE TEMP TABLE no_deals AS SELECT DISTINCT t.deal_id FROM"
        f" ({texts}) AS t ANTI JOIN deals AS d ON d.deal_id = t.deal_id WHERE t.deal_id IS NOT NULL"
    )
    yield from _loose(base, terms, held, "deal_id IN (FROM no_deals)", "no_deal")


def _ids_twice(base: Base, terms: Terms, held: Held) -> Iterator[Item]:
    """Receipts whose id another one has that says something else; the first of each id is none."""
    base.rows(
        f"CREATE OR REPLACE TEMP TABLE ids_twice AS SELECT key FROM {held.receipts} AS r GROUP BY key"
        " HAVING count(*) > 1"
    )
    if not base.rows("FROM ids_twice LIMIT 1"):
        return
    known: dict[str, dict[tuple[object, ...], Span]] = {}
    rows = [
        (row.cells["receipt_id"] or "", row.cells["deal_id"] or "", day, amount_of(base, row, day), row)
        for row, day in receipts_at(base, terms, held, "hash(receipt_id) IN (FROM ids_twice)")
    ]
    for receipt, deal, day, amount, row in sorted(rows, key=lambda one: (*one[:4], one[4].span()[0])):
        seen = known.setdefault(receipt, {})
        if seen and (deal, day, amount) not in seen:
            yield Item(
                check="deals",
                kind="duplicate",
                difference=amount - amount,
                deal_id=deal,
                receipt_id=receipt,
                customer=row.cells["customer"] or "",
                amount=amount,
                since=day,
                other=receipt,
                receipts=(row.span()[0], next(iter(seen.values()))),
            )
        seen.setdefault((deal, day, amount), row.span()[0])
