"""The book's receipts against those of a finance export, receipt by receipt (SPEC K5).

Receipts are paired by id; those left by deal, day and amount; those left by deal and amount. Of each step the
first of one side goes with the first of the other, so that a pair is one, whatever is there twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from salescli.findings import Span
from salescli.measures.base import Base
from salescli.measures.load import judged_sql
from salescli.measures.place import locate
from salescli.measures.reconcile import Held
from salescli.measures.rows import Judge
from salescli.measures.source import FactFile, open_sources, text_sql
from salescli.model.exact import from_minor, to_minor
from salescli.model.reconcile import Balance, Item, Kind, Terms, Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class FinanceFile:
    """An export, converted to a CSV of receipts as books have it.

    Attributes:
        start, end: The days it covers, both included.
    """

    path: Path
    start: date
    end: date


_PAIRS = """
INSERT INTO pairs
WITH b AS (
    SELECT n, {keys}, row_number() OVER (PARTITION BY {keys} ORDER BY {order}) AS k
    FROM book_side ANTI JOIN (SELECT b AS n FROM pairs) USING (n)
), f AS (
    SELECT n, {keys}, row_number() OVER (PARTITION BY {keys} ORDER BY {order}) AS k
    FROM finance_side ANTI JOIN (SELECT f AS n FROM pairs) USING (n)
)
SELECT b.n, f.n FROM b JOIN f USING ({keys}, k)
"""
_STEPS = (
    ("receipt_id", "deal_id, day, amount, n"),
    ("deal_id, day, amount", "receipt_id, n"),
    ("deal_id, amount", "day, receipt_id, n"),
)
# A pair belongs to the days looked at if either side does.
_HELD = """
CREATE OR REPLACE TEMP TABLE held_receipts AS
SELECT
    b.n AS b, f.n AS f, b.receipt_id AS book_id, f.receipt_id AS finance_id, b.deal_id AS book_deal,
    f.deal_id AS finance_deal, b.day AS book_day, f.day AS finance_day, b.amount AS book_amount,
    f.amount AS finance_amount
FROM book_side AS b
FULL JOIN pairs AS p ON p.b = b.n
FULL JOIN finance_side AS f ON f.n = p.f
WHERE b.day BETWEEN {days} OR f.day BETWEEN {days}
"""
_JUDGED = """
CREATE OR REPLACE TEMP TABLE judged_receipts AS
SELECT
    *,
    coalesce(book_amount, 0) - coalesce(finance_amount, 0) AS difference,
    CASE
        WHEN f IS NULL THEN 'only_book'
        WHEN b IS NULL THEN 'only_finance'
        WHEN book_deal <> finance_deal THEN 'other_deal'
        WHEN book_amount <> finance_amount AND NOT ({tolerated}) THEN 'different'
        WHEN book_day <> finance_day THEN 'other_day'
        WHEN book_amount <> finance_amount THEN 'tolerated'
    END AS kind
FROM held_receipts
"""


def held_with_finance(
    base: Base, terms: Terms, finance: FinanceFile
) -> tuple[Held, Balance, Sequence[Unread]]:
    """What deals are held against, with finance's receipts for the days of its export; and the receipts."""
    files = _open(base, finance)
    rejected = _unread(base, files)
    _sides(base, files)
    base.rows("CREATE OR REPLACE TEMP TABLE pairs (b BIGINT, f BIGINT)")
    for keys, order in _STEPS:
        base.rows(_PAIRS.format(keys=keys, order=order))
    last = min(finance.end, terms.as_of)
    days = f"DATE '{finance.start.isoformat()}' AND DATE '{last.isoformat()}'"
    base.rows(_HELD.format(days=days))
    base.rows(_JUDGED.format(tolerated=_tolerated(base, terms)))
    return _held(base, files), _balance(base, files), rejected


def _open(base: Base, finance: FinanceFile) -> list[FactFile]:
    base.load()
    return open_sources(finance.path.parent, {"collections": (finance.path,)}, base.con).files["collections"]


def _unread(base: Base, files: Sequence[FactFile]) -> list[Unread]:
    """Rows that no book would take, but for those whose deal nobody knows."""
    judge = Judge(base.book.org, base.rules)
    return [
        Unread(
            row=row.number,
            column=wrong.column,
            value=row.cells[wrong.column] or "",
            template=wrong.template,
            params=wrong.params,
        )
        for row in locate(base, "collections", "bad", files)
        for wrong in judge.row("collections", row.cells)
    ]


def _sides(base: Base, files: Sequence[FactFile]) -> None:
    columns = "receipt_id, deal_id, received_on_ AS day, amount_ AS amount, hash(receipt_id) AS key"
    for side, of_side in (("book_side", base.load().files["collections"]), ("finance_side", files)):
        text = text_sql(of_side, base.digits) if of_side else ""
        rows = f"({judged_sql('collections', text, base.rules)})" if of_side else "(SELECT 1 WHERE false)"
        chosen = columns if of_side else _NO_COLUMNS
        sound = " WHERE NOT bad" if of_side else ""
        base.rows(
            f"CREATE OR REPLACE TEMP TABLE {side} AS SELECT row_number() OVER () AS n, {chosen}"
            f" FROM {rows} AS r{sound}"
        )


_NO_COLUMNS = (
    "CAST(NULL AS VARCHAR) AS receipt_id, CAST(NULL AS VARCHAR) AS deal_id, CAST(NULL AS DATE) AS day,"
    " CAST(NULL AS BIGINT) AS amount, CAST(NULL AS UBIGINT) AS key"
)


def _tolerated(base: Base, terms: Terms) -> str:
    """Whether two amounts of a receipt differ within the tolerance."""
    apart = "abs(CAST(book_amount - finance_amount AS HUGEINT))"
    if isinstance(terms.tolerance, Fraction):
        share = terms.tolerance
        whole = "abs(CAST(book_amount AS HUGEINT))"
        return f"{apart} * {share.denominator} <= {whole} * {share.numerator}"
    return f"{apart} <= {to_minor(terms.tolerance, base.digits)}"


def _held(base: Base, files: Sequence[FactFile]) -> Held:
    """Finance's receipts where they were looked at, the book's everywhere else."""
    base.rows(
        "CREATE OR REPLACE TEMP TABLE held AS SELECT m.deal, s.day, s.amount, s.key FROM ("
        " SELECT * FROM finance_side SEMI JOIN (SELECT f AS n FROM held_receipts) USING (n)"
        " UNION ALL SELECT * FROM book_side ANTI JOIN (SELECT b AS n FROM held_receipts WHERE b IS NOT NULL)"
        " USING (n)) AS s LEFT JOIN deal_numbers AS m ON m.deal_id = s.deal_id"
    )
    keys = "SELECT {id}, {deal}, {day} FROM held_receipts WHERE {id} IS NOT NULL"
    book = keys.format(id="book_id", deal="book_deal", day="book_day")
    ours = keys.format(id="finance_id", deal="finance_deal", day="finance_day")
    return Held(
        "held",
        (
            (files, f"(receipt_id, deal_id, received_on_) IN ({ours})"),
            (base.load().files["collections"], f"(receipt_id, deal_id, received_on_) NOT IN ({book})"),
        ),
    )


def _balance(base: Base, files: Sequence[FactFile]) -> Balance:
    [(left, right)] = base.rows("SELECT sum(book_amount), sum(finance_amount) FROM judged_receipts")
    rows = base.rows(
        "SELECT kind, count(*), sum(difference) FROM judged_receipts WHERE kind IS NOT NULL GROUP BY kind"
    )
    items = tuple(sorted(_items(base, files), key=Item.sort_key))
    return Balance(
        check="receipts",
        left=from_minor(int(left or 0), base.digits),
        right=from_minor(int(right or 0), base.digits),
        parts={kind: (int(count), from_minor(int(sum_), base.digits)) for kind, count, sum_ in rows},
        items=items,
    )


_OPEN = """
SELECT
    j.kind, j.difference, coalesce(j.book_deal, j.finance_deal), coalesce(j.book_id, j.finance_id),
    j.book_amount, j.finance_amount, coalesce(j.book_day, j.finance_day), j.finance_deal, j.finance_day,
    j.book_id, j.book_deal, j.book_day, j.finance_id,
    d.customer, CAST(d.owner AS VARCHAR), CAST(d.region AS VARCHAR), CAST(d.product AS VARCHAR),
    CAST(d.status AS VARCHAR)
FROM judged_receipts AS j LEFT JOIN deals AS d ON d.deal_id = coalesce(j.book_deal, j.finance_deal)
WHERE j.kind <> 'tolerated'
ORDER BY ALL
"""


def _items(base: Base, files: Sequence[FactFile]) -> Iterator[Item]:
    rows = base.rows(_OPEN)
    if not rows:
        return
    places = {
        "book": _places(base, base.load().files["collections"], "book"),
        "finance": _places(base, files, "finance"),
    }
    for row in rows:
        yield _item(base, row, places)


def _places(base: Base, files: Sequence[FactFile], side: str) -> dict[tuple[Any, ...], list[Span]]:
    """Where the receipts asked about stand, by id, deal and day; several that say the same one by one."""
    asked = f"SELECT {side}_id, {side}_deal, {side}_day FROM judged_receipts WHERE kind <> 'tolerated'"
    found: dict[tuple[Any, ...], list[Span]] = {}
    where = f"(receipt_id, deal_id, received_on_) IN ({asked})"
    for row in locate(base, "collections", where, files) if files else ():
        key = (row.cells["receipt_id"], row.cells["deal_id"], row.cells["received_on"])
        found.setdefault(key, []).append(row.span()[0])
    return found


def _item(base: Base, row: tuple[Any, ...], places: dict[str, dict[tuple[Any, ...], list[Span]]]) -> Item:
    kind: Kind = row[0]
    _, units, deal, receipt, book, finance, day, other_deal, other_day, *rest = row
    book_id, book_deal, book_day, finance_id, customer, person, region, product, status = rest
    ours = _take(places["book"], book_id, book_deal, book_day)
    theirs = _take(places["finance"], finance_id, other_deal, other_day)
    return Item(
        check="receipts",
        kind=kind,
        difference=from_minor(int(units), base.digits),
        deal_id=deal,
        receipt_id=receipt,
        customer=customer or "",
        person=person or "",
        region=region or "",
        product=product or "",
        status=status or "",
        amount=_money(base, book),
        received=_money(base, finance),
        since=day,
        other=other_deal or "",
        other_day=other_day,
        place=ours,
        receipts=(theirs,) if theirs is not None else (),
    )


def _take(
    places: dict[tuple[Any, ...], list[Span]], receipt: str, deal: str, day: date | None
) -> Span | None:
    found = places.get((receipt, deal, day.isoformat() if day else None), [])
    return found.pop(0) if len(found) > 1 else found[0] if found else None


def _money(base: Base, units: int | None) -> Decimal | None:
    return None if units is None else from_minor(int(units), base.digits)
