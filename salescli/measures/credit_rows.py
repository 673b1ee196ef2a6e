"""The rows of a settlement's `credits.csv`: what is known now and no earlier settlement knew (SPEC S4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from salescli.measures.base import Base
from salescli.measures.late_steps import NEW_NOW
from salescli.measures.moments import RECOGNISED, dated_sql
from salescli.measures.settled import (
    FROM,
    KEY,
    apart_of_deal,
    day_sql,
    lines_of,
    moments_settled,
    read_ledger,
    rows_of,
)
from salescli.model.settlement import APART_COLUMNS


def new_credits(
    base: Base, files: Sequence[Path], since: date, end: date, moments: Collection[str] = ()
) -> list[tuple[Any, ...]]:
    """The rows of a `credits.csv` to be, money in smallest units: what is known now from `since` to `end`,
    less what these files hold.

    Of the last run, which must not have been beside settled months.

    Args:
        moments: Moments of deals to be known besides the day they count, from now on.
    """
    read_ledger(base, files)
    moments = sorted({*moments, *moments_settled(base)})
    now = apart_of_deal(base.lacking)
    said = {
        "now": now_sql(base, since, end, moments),
        "apart": ", ".join(
            f"CASE WHEN r.words IS NULL THEN {cell} ELSE r.words[{number}] END AS {column}"
            for number, (column, cell) in enumerate(now.items(), 1)
        ),
        "key": ", ".join(KEY),
    }
    return base.rows(_NEW.format(**said))


# Most rows have the words of their deal as it is now, which are looked up in the end, for few rows only.
_NEW = """
WITH both_sides AS (
{now}
    UNION ALL
    SELECT of, day, deal_id, person, kind, words, -amount, -cost, -quantity FROM ledger
),
rest AS (
    SELECT of, day, deal_id, person, kind, words, CAST(sum(amount) AS BIGINT) AS amount,
        CAST(sum(cost) AS BIGINT) AS cost, CAST(sum(quantity) AS BIGINT) AS quantity
    FROM both_sides GROUP BY of, day, deal_id, person, kind, words
    HAVING sum(amount) <> 0 OR sum(cost) <> 0 OR sum(quantity) <> 0
)
SELECT r.of, r.day, r.deal_id, r.person, r.kind, {apart}, r.amount, r.cost, r.quantity
FROM rest AS r LEFT JOIN known_deals AS d ON d.deal_id = r.deal_id AND r.words IS NULL
ORDER BY {key}
"""


def now_sql(base: Base, since: date, end: date, moments: Collection[str] = ()) -> str:
    """A SELECT of all credits from `since` to `end` as they are now, of the last run, with the columns of
    `credits.csv`; money in smallest units. Customers stay new by the deals that `ledger` says.

    In place of the columns that tell deals apart there are `words`: NULL for those of the deal as it is.
    """
    quantity = "0" if "quantity" in base.lacking else "quantity"
    base.con.execute(
        "CREATE OR REPLACE TEMP TABLE new_before AS SELECT deal_id, person FROM ledger"
        " WHERE of = 'customer' GROUP BY deal_id, person HAVING sum(amount) > 0"
    )
    nothing = "d.amount = 0 AND coalesce(d.cost, 0) = 0"
    nothing += "" if quantity == "0" else " AND coalesce(d.quantity, 0) = 0"
    of_activity = {c: f"coalesce(CAST(a.{c} AS VARCHAR), '')" for c in ("region", "product", "customer")}
    said = {
        "since": day_sql(since),
        "end": day_sql(end),
        "of_activity": ", ".join(of_activity.get(column, "''") for column in APART_COLUMNS),
        "blank": ", ".join("''" for _ in APART_COLUMNS),
        "new": NEW_NOW.format(day="m.day", end=day_sql(end)),
        "nothing": nothing,
        "from": FROM,
    }
    selects = [_OTHERS.format(**said)]
    for of in (RECOGNISED, *moments):
        days = RECOGNISED if of == RECOGNISED else f"({dated_sql(of)})"
        deal, count = rows_of(of)
        lines = {"deal": deal, "count": count, "owned": lines_of(quantity, days), "days": days, "moment": of}
        selects += [_LINES.format(**lines, **said)]
        selects += [_MARK.format(**lines, **said)] if of != RECOGNISED else []
    return "UNION ALL".join(selects)


# What a settlement knows of a moment of deals, and from which day on it knows that of all moments but one.
_LINES = """
SELECT '{deal}' AS of, n.day, n.deal_id, n.person, n.kind, CAST(NULL AS VARCHAR[]) AS words,
    n.amount, n.cost, n.quantity
FROM ({owned}
) AS n WHERE n.day BETWEEN {since} AND {end}
UNION ALL
SELECT '{count}', m.day, d.deal_id, CAST(d.owner AS VARCHAR), '', NULL, 1, 0, 0
FROM {days} AS m JOIN known_deals AS d ON d.deal = m.deal LEFT JOIN shared AS s ON s.deal = m.deal
WHERE m.day BETWEEN {since} AND {end} AND (s.deal IS NOT NULL OR ({nothing}))
"""
_MARK = """
SELECT '{from}', {since}, '', '', '{moment}', [{blank}], 1, 0, 0
"""
_OTHERS = """
SELECT 'customer' AS of, n.day, n.deal_id, n.person, '' AS kind, CAST(NULL AS VARCHAR[]) AS words,
    1 AS amount, 0 AS cost, 0 AS quantity
FROM ({new}
) AS n WHERE n.day BETWEEN {since} AND {end}
UNION ALL
SELECT 'cash', r.day, d.deal_id, CAST(d.owner AS VARCHAR), 'split', NULL, r.amount, 0, 0
FROM receipts AS r CROSS JOIN question AS q JOIN live_deals AS d ON d.deal = r.deal
ANTI JOIN shared AS s ON s.deal = r.deal
WHERE r.day <= q.as_of AND r.day BETWEEN {since} AND {end}
UNION ALL
SELECT 'cash', r.day, d.deal_id, CAST(r.person AS VARCHAR), CAST(r.kind AS VARCHAR), NULL, r.amount, 0, 0
FROM received AS r JOIN live_deals AS d ON d.deal = r.deal
WHERE r.day BETWEEN {since} AND {end}
UNION ALL
SELECT 'activity', a.day, coalesce(d.deal_id, ''), CAST(a.person AS VARCHAR), a.kind, [{of_activity}],
    a.count, 0, 0
FROM activities AS a CROSS JOIN question AS q LEFT JOIN known_deals AS d ON d.deal = a.deal
WHERE a.day <= q.as_of AND a.day BETWEEN {since} AND {end}
"""
