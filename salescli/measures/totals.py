"""Totals of base metrics over any closed range of days, by any of the dimensions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Literal

from salescli.measures.base import Base
from salescli.measures.cells import DAY, MONTH, Asked, base_metrics, cells_sql
from salescli.measures.only import among, clipped, deal_condition
from salescli.measures.source import name
from salescli.model.fact import Only

Totals = dict[tuple[str, ...], dict[str, int]]
CreditsFor = Literal["attainment", "pay"]


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
# Each sale once; or, of a person, what counts for the one and not only for the other.
_ONCE = "kind IN ('owner', 'split')"
_COUNTS_FOR: dict[CreditsFor, str] = {"attainment": "kind <> 'pay'", "pay": "kind <> 'attainment'"}


def totals(
    base: Base,
    by: tuple[str, ...],
    start: date,
    end: date,
    ids: Mapping[str, str | None],
    only: Only | None,
    credits: CreditsFor,
) -> Totals:
    """See `Facts.totals`; `ids` restricts region, product and person where not None."""
    metrics = list(base_metrics(base.book.policy))
    start, end = clipped(only, start, end)
    if start > end:
        return {} if by else {(): dict.fromkeys(metrics, 0)}
    of_people = "person" in by or ids.get("person") is not None
    conditions = [_COUNTS_FOR[credits] if of_people else _ONCE]
    conditions += [f"{_SQL[dimension]} = ${dimension}" for dimension, word in ids.items() if word is not None]
    if only is not None:
        conditions += [among(word, getattr(only, word)) for word in ("region", "product")]
    source, more = _source(base, by, start, end, only)
    where = " AND ".join(part for part in (*conditions, *more) if part)
    keys = [_SQL[dimension] for dimension in by]
    sums = [f"CAST(sum({name(metric)}) AS HUGEINT)" for metric in metrics]
    group = f" GROUP BY {', '.join(keys)}" if keys else ""
    params = {key: word for key, word in ids.items() if word is not None}
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


def _source(
    base: Base, by: tuple[str, ...], start: date, end: date, only: Only | None
) -> tuple[str, list[str]]:
    """Month cells where the range is whole months and nobody asks for weeks, else the days themselves.

    Cells of chosen deals are kept as a table where they are by month, however long the range.
    """
    between = f"BETWEEN DATE '{start.isoformat()}' AND DATE '{end.isoformat()}'"
    monthly = start.day == 1 and (end + timedelta(days=1)).day == 1 and "week" not in by
    deals = deal_condition(only, base.lacking)
    if monthly and not deals:
        return "FROM cells", [f"bucket {between}"]
    asked = Asked(MONTH if monthly else DAY, "{day} " + between, deals, base.lacking, base.late)
    sql = cells_sql(base.book.policy, asked)
    if not monthly and (end - start).days > _KEPT_DAYS:
        return sql, []
    return f"FROM {base.keep(sql)}", []
