"""What became of deals, deal by deal, as columns: what signals look at (SPEC A6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from salescli.findings import Span
from salescli.measures.base import Base
from salescli.measures.load import enum_words
from salescli.measures.place import locate
from salescli.measures.source import literal

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Whose signature is not asked for, a deal is as good as signed on the day it was decided.
_SIGNED = "coalesce(d.signed_on, CASE WHEN d.status IN ('won', 'cancelled') THEN d.closed_on END)"
_SQL = """
SELECT d.deal, enum_code(d.owner) AS person, enum_code(d.region) AS region, hash(d.customer) AS customer,
    d.signed, m.day AS counted, CASE WHEN d.withdrawn THEN d.cancelled_on END AS cancelled,
    d.amount, coalesce(r.received, 0) AS received, {discount} AS discount
FROM (SELECT *, {signed} AS signed FROM known_deals AS d) AS d
LEFT JOIN recognised AS m ON m.deal = d.deal
LEFT JOIN (
    SELECT deal, CAST(sum(amount) AS BIGINT) AS received FROM receipts WHERE day <= {as_of} GROUP BY deal
) AS r ON r.deal = d.deal
WHERE (d.signed BETWEEN {start} AND {end} AND d.signed <= {as_of}) OR m.day BETWEEN {start} AND {end}
ORDER BY d.deal_id
"""


@dataclass(frozen=True, slots=True)
class DealDays:
    """Deals signed or counted in a range of days, arrays of one length, by deal id.

    Attributes:
        deal: Number of the deal, for `named`; good for this run only.
        person, region: Positions in `people` and `regions`.
        customer: The same number for the same customer.
        signed, counted, cancelled: Days as `datetime64[D]`; not a time where it has not happened.
        amount, received: Smallest units; received up to the day looked from.
        discount: Millionths of 1 %; below 0 where none is stated.
    """

    people: list[str]
    regions: list[str]
    deal: NDArray[Any]
    person: NDArray[Any]
    region: NDArray[Any]
    customer: NDArray[Any]
    signed: NDArray[Any]
    counted: NDArray[Any]
    cancelled: NDArray[Any]
    amount: NDArray[Any]
    received: NDArray[Any]
    discount: NDArray[Any]


def deal_days(base: Base, start: date, end: date, as_of: date) -> DealDays:
    """See `Facts.deal_days`."""
    import numpy

    sql = _SQL.format(
        discount="CAST(-1 AS BIGINT)" if "discount" in base.lacking else "coalesce(d.discount, -1)",
        signed=_SIGNED,
        start=_day(start),
        end=_day(end),
        as_of=_day(as_of),
    )
    found = base.con.execute(sql).fetchnumpy()
    columns = {name: numpy.asarray(_filled(name, values)) for name, values in found.items()}
    org = base.book.org
    return DealDays(people=enum_words(org.people), regions=enum_words(org.regions), **columns)


_DAYS = ("signed", "counted", "cancelled")


def _filled(name: str, values: Any) -> Any:
    """Days without a value as not a time."""
    import numpy

    if name not in _DAYS:
        return values
    if isinstance(values, numpy.ma.MaskedArray):
        values = values.filled(numpy.datetime64("NaT"))
    return values.astype("datetime64[D]")


@dataclass(frozen=True, slots=True)
class NamedDeal:
    """A deal by its id, with its customer and row."""

    deal_id: str
    customer: str
    place: Span


def named(base: Base, deals: Iterable[int]) -> dict[int, NamedDeal]:
    """See `Facts.named_deals`."""
    numbers = sorted(set(deals))
    if not numbers:
        return {}
    chosen = ", ".join(map(str, numbers))
    rows = base.rows(f"SELECT rowid, deal_id, customer FROM deals WHERE rowid IN ({chosen})")
    base.ask(deal_id for _, deal_id, _ in rows)
    at = {row.cells["deal_id"]: row.span()[0] for row in locate(base, "deals", "deal_id IN (FROM asked)")}
    return {int(number): NamedDeal(name, customer, at.get(name, Span(""))) for number, name, customer in rows}


def activity(base: Base, start: date, end: date, but: Iterable[str]) -> Mapping[str, int]:
    """See `Facts.activity`."""
    base.load()
    words = ", ".join(literal(kind) for kind in sorted(set(but)))
    rows = base.rows(
        "SELECT CAST(person AS VARCHAR), CAST(sum(count) AS BIGINT) FROM activities"
        f" WHERE day BETWEEN {_day(start)} AND {_day(end)} AND kind NOT IN ({words}) GROUP BY 1 ORDER BY 1"
    )
    return {person: int(count) for person, count in rows if person and count}


def _day(day: date) -> str:
    return f"DATE '{day.isoformat()}'"
