"""Totals of base metrics over any closed range of days, by any of the dimensions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from salescli.measures.base import Base
from salescli.measures.cells import DAY, MONTH, Asked, cells_sql
from salescli.measures.only import OF_DEALS, among, clipped
from salescli.measures.past import seen_on
from salescli.measures.source import name
from salescli.model.fact import Only
from salescli.model.metric import Base as Counted

Totals = dict[tuple[str, ...], dict[str, int]]
CreditsFor = Literal["attainment", "pay", "once"]


def _month(day: date) -> str:
    return f"{day.year:04}-{day.month:02}"


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


_SQL = {
    "month": "CAST(date_trunc('month', bucket) AS DATE)",
    "week": "CAST(date_trunc('week', bucket) AS DATE)",
    "region": "CAST(region AS VARCHAR)",
    "product": "CAST(product AS VARCHAR)",
    "person": "CAST(person AS VARCHAR)",
    **{column: f"coalesce(CAST({name(column)} AS VARCHAR), '')" for column in OF_DEALS},
}
# Days of a short range are kept as a table, since the next question is mostly about the same days.
_KEPT_DAYS = 62
_LABEL: dict[str, Callable[[date], str]] = {"month": _month, "week": _week}
# Each sale once; or, of a person, what counts for the one and not only for the other.
_ONCE = "kind IN ('owner', 'split')"
_COUNTS_FOR: dict[CreditsFor, str] = {
    "attainment": "kind <> 'pay'",
    "pay": "kind <> 'attainment'",
    "once": _ONCE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What totals are of; see `Facts.totals`.

    Attributes:
        ids: Restricts region, product and person where not None.
    """

    ids: Mapping[str, str | None]
    only: Only | None = None
    credits: CreditsFor = "attainment"
    seen: date | None = None
    metrics: Collection[str] | None = None


def totals(base: Base, by: tuple[str, ...], start: date, end: date, asking: Asking) -> Totals:
    """See `Facts.totals`."""
    ids, only = asking.ids, asking.only
    wanted = Asked(metrics=asking.metrics).wanted(base.book.policy)
    metrics = list(wanted)
    start, end = clipped(only, start, end)
    end = end if asking.seen is None else min(end, asking.seen)
    if start > end or not _states(base, wanted):
        return {} if by else {(): dict.fromkeys(metrics, 0)}
    of_people = "person" in by or ids.get("person") is not None
    conditions = [_COUNTS_FOR[asking.credits] if of_people else _ONCE]
    conditions += [f"{_SQL[dimension]} = ${dimension}" for dimension, word in ids.items() if word is not None]
    if only is not None:
        conditions += [among(word, getattr(only, word)) for word in ("region", "product")]
    source, more = _source(base, by, start, end, asking)
    where = " AND ".join(part for part in (*conditions, *more) if part)
    keys = [_SQL[dimension] for dimension in by]
    sums = [f"CAST(sum({name(metric)}) AS HUGEINT)" for metric in metrics]
    group = f" GROUP BY {', '.join(keys)}" if keys else ""
    params = {key: word for key, word in ids.items() if word is not None}
    rows = base.rows(f"SELECT {', '.join(keys + sums)} FROM ({source}) AS c WHERE {where}{group}", params)
    return _by_key(by, metrics, rows)


def by_deal(
    base: Base, metric: str, start: date, end: date, only: Only | None
) -> list[tuple[str, str, date, int]]:
    """See `Facts.by_deal`."""
    start, end = clipped(only, start, end)
    asked = Asked(
        bucket=DAY,
        days=f"{{day}} BETWEEN DATE '{start.isoformat()}' AND DATE '{end.isoformat()}'",
        only=only,
        lacking=base.lacking,
        late=base.late,
        by=("deal_id",),
        metrics=(metric,),
    )
    if start > end or not _states(base, asked.wanted(base.book.policy)):
        return []
    conditions = [_COUNTS_FOR["pay"], "deal_id IS NOT NULL"]
    if only is not None:
        conditions += [among(word, getattr(only, word)) for word in ("region", "product")]
    where = " AND ".join(part for part in conditions if part)
    keys = "CAST(person AS VARCHAR), deal_id, CAST(bucket AS DATE)"
    value = f"CAST(sum({name(metric)}) AS BIGINT)"
    return base.rows(
        f"SELECT {keys}, {value} FROM ({cells_sql(base.book.policy, asked)}) AS c WHERE {where}"
        f" GROUP BY ALL HAVING {value} <> 0 ORDER BY 3, 2, 1"
    )


def _states(base: Base, wanted: Mapping[str, Counted]) -> bool:
    """Whether any of these metrics has something to add up."""
    return any(b.source != "deals" or b.column not in base.lacking for b in wanted.values())


def _by_key(by: tuple[str, ...], metrics: list[str], rows: list[tuple[Any, ...]]) -> Totals:
    width = len(by)
    result: Totals = {}
    for row in rows:
        key = tuple(
            _LABEL[dimension](value) if dimension in _LABEL else value
            for dimension, value in zip(by, row[:width], strict=True)
        )
        result[key] = {m: int(v or 0) for m, v in zip(metrics, row[width:], strict=True)}
    return dict(sorted(result.items()))


def _source(base: Base, by: tuple[str, ...], start: date, end: date, asking: Asking) -> tuple[str, list[str]]:
    """Month cells where the range is whole months and nobody asks for weeks, else the days themselves.

    Cells of chosen deals are kept as a table where they are by month, however long the range.
    """
    between = f"BETWEEN DATE '{start.isoformat()}' AND DATE '{end.isoformat()}'"
    monthly = start.day == 1 and (end + timedelta(days=1)).day == 1 and "week" not in by
    columns = tuple(column for column in by if column in OF_DEALS)
    seen = seen_on(base, asking.seen)
    asked = Asked(
        bucket=MONTH if monthly else DAY,
        days="{day} " + between,
        only=asking.only,
        lacking=base.lacking,
        late=base.late,
        by=columns,
        metrics=asking.metrics,
        seen=seen,
    )
    if monthly and not asked.chooses and not columns and not seen:
        return "FROM cells", [f"bucket {between}"]
    sql = cells_sql(base.book.policy, asked)
    if not monthly and (end - start).days > _KEPT_DAYS:
        return sql, []
    return f"FROM {base.keep(sql)}", []
