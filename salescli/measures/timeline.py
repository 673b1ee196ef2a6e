"""What counted when: a metric by days, as each day saw it, and the courses of deals. For forecasts (SPEC A7).

A look back from many days would need as many runs of the steps. Here every figure carries the days from and
until which it counted, so that any day's view of the past is a comparison of numbers. (`past.py` sees from
one earlier day, by any dimensions.)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from salescli.measures.base import Base
from salescli.measures.load import enum_words
from salescli.measures.source import literal, name
from salescli.model.metric import Base as Counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

Columns = Mapping[str, "NDArray[Any]"]
LEVELS = ("region", "product", "person")
NEVER = 10_000_000
"""A day that does not come; days are those of `date.toordinal`."""

_DECIDED = "coalesce(d.closed_on, d.signed_on)"
_UNTIL = "CASE WHEN d.withdrawn THEN d.cancelled_on END"
# Relation of deals as `d`, day, until when, condition. Cancelled deals are there as long as they counted.
_MOMENTS = {
    "recognised": ("agreed_deals AS d JOIN counted AS m ON m.deal = d.deal", "m.day", _UNTIL, "true"),
    "signed": ("agreed_deals AS d", "d.signed_on", _UNTIL, "true"),
    "won": ("agreed_deals AS d", _DECIDED, _UNTIL, "d.status IN ('won', 'cancelled')"),
    "closed": ("known_deals AS d", _DECIDED, _UNTIL, "d.status IN ('won', 'lost', 'cancelled')"),
    "opened": ("known_deals AS d", "d.opened_on", "NULL", "true"),
    "lost": ("known_deals AS d", _DECIDED, "NULL", "d.status = 'lost'"),
    "cancelled": ("known_deals AS d", "d.cancelled_on", "NULL", "d.withdrawn"),
}
PIPELINE = ("recognised", "signed", "won")


def timeline(base: Base, metric: Counted, by: str | None, start: date) -> Columns:
    """See `Facts.timeline`."""
    if metric.source == "deals" and metric.column in base.lacking:
        return _fetched(
            base, "SELECT 0 AS node, NULL AS day, NULL AS since, NULL AS until, 0 AS value", "false"
        )
    parts = _SOURCES[metric.source](metric, by)
    rows = "\nUNION ALL\n".join(parts)
    return _fetched(
        base,
        f"SELECT node, day, since, until, value FROM ({rows}) AS facts, question AS q",
        f"day >= DATE '{start.isoformat()}' AND since <= q.as_of",
    )


def _fetched(base: Base, rows: str, condition: str) -> Columns:
    """Rows summed by node and days, by day."""
    sql = (
        f"SELECT node, {_number('day')} AS day, {_number('since')} AS since, {_number('until')} AS until,"
        f" CAST(sum(value) AS BIGINT) AS value\nFROM ({rows}\nWHERE {condition}) AS dated\n"
        "GROUP BY ALL ORDER BY day, node, since, until"
    )
    return _plain(base.con.execute(sql).fetchnumpy())


def _number(day: str) -> str:
    """SQL of a day as its ordinal number."""
    return f"CAST(coalesce(CAST({day} AS DATE) - DATE '1970-01-01' + 719163, {NEVER}) AS INTEGER)"


def _plain(found: Mapping[str, Any]) -> Columns:
    import numpy

    return {key: numpy.asarray(values) for key, values in found.items()}


def _node(by: str | None, column: str = "") -> str:
    """SQL of the code of a node; -1 for none, and where nobody asks."""
    if by is None:
        return "-1"
    return f"CAST(coalesce(enum_code(CAST({column or f'd.{by}'} AS {by}_id)), -1) AS INTEGER)"


def _value(metric: Counted, of: str) -> str:
    return "1" if metric.column is None else f"coalesce({of}.{name(metric.column)}, 0)"


def _where(metric: Counted, of: str) -> str:
    """The tail of a WHERE: what the metric asks of columns."""
    return "".join(
        f" AND CAST({of}.{name(column)} AS VARCHAR) IN ({', '.join(map(literal, words))})"
        for column, words in sorted(metric.where.items())
    )


def _deals(metric: Counted, by: str | None) -> list[str]:
    relation, day, until, condition = _MOMENTS[metric.of]
    where = condition + _where(metric, "d")
    dated = f"{day} AS day, {day} AS since, {until} AS until"
    if by != "person" or metric.column is None:
        node = _node(by, "d.owner" if by == "person" else "")
        return [
            f"SELECT {node} AS node, {dated}, {_value(metric, 'd')} AS value FROM {relation} WHERE {where}"
        ]
    return [
        f"SELECT {_node(by, 'd.owner')} AS node, {dated}, {_value(metric, 'd')} AS value"
        f" FROM {relation} ANTI JOIN shared AS s ON s.deal = d.deal WHERE {where}",
        f"SELECT {_node(by, 'c.person')} AS node, {dated}, {_value(metric, 'c')} AS value"
        f" FROM {relation} JOIN credited AS c ON c.deal = d.deal WHERE {where} AND c.kind <> 'pay'",
    ]


def _collections(metric: Counted, by: str | None) -> list[str]:
    dated = f"r.day AS day, r.day AS since, {_UNTIL} AS until"
    relation = "receipts AS r JOIN agreed_deals AS d ON d.deal = r.deal"
    where = "true" + _where(metric, "d")
    if by != "person" or metric.column is None:
        node = _node(by, "d.owner" if by == "person" else "")
        return [
            f"SELECT {node} AS node, {dated}, {_value(metric, 'r')} AS value FROM {relation} WHERE {where}"
        ]
    return [
        f"SELECT {_node(by, 'd.owner')} AS node, {dated}, {_value(metric, 'r')} AS value"
        f" FROM {relation} ANTI JOIN shared AS s ON s.deal = d.deal WHERE {where}",
        f"SELECT {_node(by, 'r.person')} AS node, {dated}, {_value(metric, 'r')} AS value"
        f" FROM received AS r JOIN agreed_deals AS d ON d.deal = r.deal WHERE {where} AND r.kind <> 'pay'",
    ]


def _activities(metric: Counted, by: str | None) -> list[str]:
    return [
        f"SELECT {_node(by, f'a.{by}')} AS node, a.day AS day, a.day AS since, NULL AS until,"
        f" {_value(metric, 'a')} AS value FROM activities AS a WHERE true{_where(metric, 'a')}"
    ]


def _customers(metric: Counted, by: str | None) -> list[str]:
    """A customer's first deal, which is another one once the first is cancelled.

    It counts from the day on which all before it are cancelled until it is itself.
    """
    relation, day, until, condition = _MOMENTS[metric.of]
    dated = (
        f"SELECT d.customer, d.deal_id, d.deal, {day} AS day, {until} AS until FROM {relation}, question AS q"
        f" WHERE {condition} AND {day} <= q.as_of"
    )
    firsts = (
        "SELECT deal, day, until, max(coalesce(until, DATE '9999-12-31')) OVER (PARTITION BY customer"
        " ORDER BY day, deal_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS free"
        f" FROM ({dated}) AS dated"
    )
    node = _node(by, "d.owner" if by == "person" else "")
    return [
        f"SELECT {node} AS node, f.day AS day, greatest(f.day, coalesce(f.free, f.day)) AS since,"
        f" f.until AS until, 1 AS value FROM ({firsts}) AS f JOIN known_deals AS d ON d.deal = f.deal"
        f" WHERE (f.until IS NULL OR f.until > greatest(f.day, coalesce(f.free, f.day))){_where(metric, 'd')}"
    ]


_SOURCES = {
    "deals": _deals,
    "collections": _collections,
    "activities": _activities,
    "customers": _customers,
}


def courses(base: Base, metric: Counted, by: str | None) -> Columns | None:
    """See `Facts.courses`."""
    if metric.source != "deals" or metric.of not in PIPELINE or metric.column in base.lacking:
        return None
    relation, day, _, condition = _MOMENTS[metric.of]
    event = day if metric.of == "recognised" else f"CASE WHEN {condition} AND {day} <= q.as_of THEN {day} END"
    relation = relation.replace("JOIN counted", "LEFT JOIN counted")
    gone = f"coalesce({_UNTIL}, CASE WHEN d.status = 'lost' AND d.closed_on <= q.as_of THEN d.closed_on END)"
    undated = "d.status = 'lost' AND d.closed_on IS NULL"
    agreed = "d.agreed_on" if metric.of == "recognised" else event
    live = _course(relation, agreed, event, gone, metric)
    lost = (
        _course("known_deals AS d", "NULL", "NULL", gone, metric)
        + f" AND d.status = 'lost' AND NOT ({undated})"
    )
    rows = f"{live}\nUNION ALL\n{lost}"
    own = _node(by, "d.owner" if by == "person" else "")
    columns = f"enum_code(CAST(d.product AS product_id)) AS product, {_days()}"
    parts = [f"SELECT {own} AS node, value, true AS curve, {columns} FROM ({rows}) AS d"]
    if by == "person" and metric.column is not None:
        parts = [
            f"SELECT CAST(CASE WHEN s.deal IS NULL THEN {own} ELSE -1 END AS INTEGER) AS node, value,"
            f" true AS curve, {columns} FROM ({rows}) AS d LEFT JOIN shared AS s ON s.deal = d.deal",
            f"SELECT {_node(by, 'c.person')} AS node, {_value(metric, 'c')} AS value, false AS curve,"
            f" {columns} FROM ({rows}) AS d JOIN credited AS c ON c.deal = d.deal AND c.kind <> 'pay'",
        ]
    return _plain(base.con.execute("\nUNION ALL\n".join(parts)).fetchnumpy())


def _days() -> str:
    return ", ".join(f"{_number('d.' + day)} AS {day}" for day in ("opened", "agreed", "event", "gone"))


def _course(relation: str, agreed: str, event: str, gone: str, metric: Counted) -> str:
    opened = "CASE WHEN d.opened_on <= q.as_of THEN d.opened_on END"
    return (
        f"SELECT d.deal, d.owner, d.region, d.product, {opened} AS opened, {agreed} AS agreed,"
        f" {event} AS event, {gone} AS gone, CAST({_value(metric, 'd')} AS BIGINT) AS value"
        f" FROM {relation} CROSS JOIN question AS q"
        f" WHERE ({opened} IS NOT NULL OR {agreed} IS NOT NULL){_where(metric, 'd')}"
    )


def undated_open(base: Base) -> int:
    """See `Facts.undated_open`."""
    base.load()
    sql = "SELECT count(*) FROM deals WHERE status = 'open' AND opened_on IS NULL"
    return int(base.rows(sql)[0][0])


def node_words(base: Base, by: str) -> Collection[str]:
    """The ids behind the codes of nodes."""
    org = base.book.org
    return enum_words({"region": org.regions, "product": org.products, "person": org.people}[by])
