"""Totals of base metrics over any closed range of days, by any of the dimensions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from salescli.measures.base import Base
from salescli.measures.cells import DAY, base_metrics, cells_sql
from salescli.measures.source import name

Totals = dict[tuple[str, ...], dict[str, int]]


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
}
# Days of a short range are kept as a table, since the next question is mostly about the same days.
_KEPT_DAYS = 62
_LABEL: dict[str, Callable[[date], str]] = {"month": _month, "week": _week}


def totals(base: Base, by: tuple[str, ...], start: date, end: date, only: dict[str, str | None]) -> Totals:
    """See `Facts.totals`; `only` restricts region, product and person where not None."""
    metrics = list(base_metrics(base.book.policy))
    keys = [_SQL[dimension] for dimension in by]
    sums = [f"CAST(sum({name(metric)}) AS HUGEINT)" for metric in metrics]
    conditions = [f"{_SQL[dimension]} = ${dimension}" for dimension, word in only.items() if word is not None]
    if "person" not in by and only.get("person") is None:
        conditions.append("NOT overlay")
    source, more = _source(base, by, start, end)
    where = " AND ".join([*conditions, *more]) or "true"
    group = f" GROUP BY {', '.join(keys)}" if keys else ""
    params = {key: word for key, word in only.items() if word is not None}
    rows = base.rows(f"SELECT {', '.join(keys + sums)} FROM ({source}) AS c WHERE {where}{group}", params)
    width = len(by)
    result: Totals = {}
    for row in rows:
        key = tuple(
            _LABEL[dimension](value) if dimension in _LABEL else value
            for dimension, value in zip(by, row[:width], strict=True)
        )
        result[key] = {m: int(v or 0) for m, v in zip(metrics, row[width:], strict=True)}
    return dict(sorted(result.items()))


def _source(base: Base, by: tuple[str, ...], start: date, end: date) -> tuple[str, list[str]]:
    """Month cells where the range is whole months and nobody asks for weeks, else the days themselves."""
    between = f"BETWEEN DATE '{start.isoformat()}' AND DATE '{end.isoformat()}'"
    whole = start.day == 1 and (end + timedelta(days=1)).day == 1
    if whole and "week" not in by:
        return "FROM cells", [f"bucket {between}"]
    daily = cells_sql(base.book.policy, DAY, "{day} " + between)
    if (end - start).days > _KEPT_DAYS:
        return daily, []
    if base.daily != (start, end):
        base.con.execute(f"CREATE OR REPLACE TEMP TABLE daily AS {daily}")
        base.daily = (start, end)
    return "FROM daily", []
