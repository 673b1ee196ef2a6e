"""What settled months have credited, and what came or went since (SPEC S4; docs/settlement.md).

Each settlement keeps `credits.csv`: the credit lines known when it was made that no earlier settlement knew,
and with a minus sign what earlier ones knew and is not so any more. Their sum is what the last one knew.

| table | rows |
|---|---|
| settled | deal_id, person, kind, amount, cost, quantity: the sum per line of a deal |
| lines_now | the same of the facts as they are, with the day and the share |
| again | what settled deals have grown by, or who else has them now; counts on the period's first day |
| gone | lines of settled deals that have shrunk or are no more, of those that are paid on |
| again_cash, again_done | receipts and activities of settled days that came, changed or went since |
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from salescli.measures.base import Base
from salescli.measures.schema import WHOLE_SHARE
from salescli.measures.source import literal
from salescli.model.settlement import CREDIT_COLUMNS, ENTRIES, ENTRY_COLUMNS, PART_COLUMNS, PARTS

_KEY = ("of", "day", "deal_id", "person", "kind", "region", "product")
_NUMBERS = ("amount", "cost", "quantity")


@dataclass(frozen=True, slots=True)
class Settled:
    """What a period is not to credit once more.

    Attributes:
        files: `credits.csv` of the settlements that paid earlier periods of the kind, in order.
        since, until: First day of the first settled month and last day of the last one: what counts on a day
            between and is not in the files is late.
        start, end: Of the period. What is late counts on its first day.
    """

    files: tuple[Path, ...]
    since: date
    until: date
    start: date
    end: date


def settled_steps(base: Base, at: Settled) -> list[tuple[str, str]]:
    """Name and SQL of the steps between credits and cells that leave only what is not settled yet."""
    read_ledger(base, at.files)
    quantity = "0" if "quantity" in base.lacking else "quantity"
    days = {"since": _day(at.since), "until": _day(at.until), "start": _day(at.start), "end": _day(at.end)}
    return [
        (name, sql.format(owned=_of_owner(quantity), quantity=quantity, **days).strip())
        for name, sql in _STEPS
    ]


def read_ledger(base: Base, files: Sequence[Path]) -> None:
    """Make `ledger` the rows of these `credits.csv` files, all together."""
    minor = f"CAST(CAST({{0}} AS DECIMAL(30, {base.digits})) * {10**base.digits} AS BIGINT)"
    units = {
        "amount": f"CASE of WHEN 'activity' THEN CAST(amount AS BIGINT) ELSE {minor.format('amount')} END"
    }
    units |= {"cost": minor.format("cost"), "quantity": "CAST(quantity AS BIGINT)"}
    numbers = ", ".join(f"{sql} AS {column}" for column, sql in units.items())
    texts = ", ".join(f"coalesce({column}, '') AS {column}" for column in _KEY if column not in ("of", "day"))
    source = text_of(files, CREDIT_COLUMNS)
    base.con.execute(
        f"CREATE OR REPLACE TEMP TABLE ledger AS SELECT of, CAST(day AS DATE) AS day, {texts}, {numbers}"
        f" FROM {source}"
    )


def _day(day: date) -> str:
    return f"DATE '{day.isoformat()}'"


def _of_owner(quantity: str) -> str:
    """Lines of deals as they are: an owner's and everybody's shares. What nobody shares is its owner's."""
    part = "0" if quantity == "0" else "coalesce(d.quantity, 0)"
    return f"""
    SELECT m.deal, d.deal_id, m.day, CAST(d.owner AS VARCHAR) AS person, 'split' AS kind,
        {WHOLE_SHARE} AS share, d.amount, coalesce(d.cost, 0) AS cost, {part} AS quantity
    FROM recognised AS m JOIN known_deals AS d ON d.deal = m.deal ANTI JOIN shared AS s ON s.deal = m.deal
    UNION ALL
    SELECT m.deal, d.deal_id, m.day, CAST(c.person AS VARCHAR), CAST(c.kind AS VARCHAR), c.share,
        c.amount, c.cost, {"0" if quantity == "0" else "c.quantity"}
    FROM recognised AS m JOIN known_deals AS d ON d.deal = m.deal JOIN credited AS c ON c.deal = m.deal"""


_STEPS = (
    (
        "51_settled",
        """
CREATE OR REPLACE TEMP TABLE settled AS
SELECT deal_id, person, kind, sum(amount) AS amount, sum(cost) AS cost, sum(quantity) AS quantity
FROM ledger WHERE of = 'deal' AND day < {start}
GROUP BY deal_id, person, kind
HAVING sum(amount) <> 0 OR sum(cost) <> 0 OR sum(quantity) <> 0
""",
    ),
    (
        "52_lines_now",
        """
CREATE OR REPLACE TEMP TABLE lines_now AS
SELECT * FROM ({owned}
) AS n WHERE n.day <= {end} AND (n.day >= {since} OR n.deal_id IN (SELECT deal_id FROM settled))
""",
    ),
    (
        "53_moved",
        """
CREATE OR REPLACE TEMP TABLE moved AS
SELECT coalesce(n.deal_id, s.deal_id) AS deal_id, n.deal, coalesce(n.person, s.person) AS person,
    coalesce(n.kind, s.kind) AS kind, CASE WHEN s.deal_id IS NULL THEN n.share ELSE 0 END AS share,
    coalesce(s.amount, 0) AS before, coalesce(s.cost, 0) AS cost_before, coalesce(n.amount, 0) AS kept,
    coalesce(n.amount, 0) - coalesce(s.amount, 0) AS amount,
    coalesce(n.cost, 0) - coalesce(s.cost, 0) AS cost,
    coalesce(n.quantity, 0) - coalesce(s.quantity, 0) AS quantity
FROM settled AS s
FULL JOIN lines_now AS n ON n.deal_id = s.deal_id AND n.person = s.person AND n.kind = s.kind
WHERE coalesce(n.deal_id, s.deal_id) IN (SELECT deal_id FROM settled)
""",
    ),
    (
        "54_again",
        """
CREATE OR REPLACE TEMP TABLE again AS
SELECT deal, {start} AS day, TRY_CAST(person AS person_id) AS person, CAST(kind AS credit_kind) AS kind,
    share, amount, cost, amount - cost AS margin, quantity
FROM moved
WHERE deal IS NOT NULL AND TRY_CAST(person AS person_id) IS NOT NULL AND amount >= 0
    AND (amount <> 0 OR cost <> 0 OR quantity <> 0)
UNION ALL
SELECT deal, {start}, TRY_CAST(person AS person_id), CAST(kind AS credit_kind), 0, 0, rest, -rest, 0
FROM (
    SELECT *, cost - CAST(CAST(cost_before AS HUGEINT) * amount // before AS BIGINT) AS rest
    FROM moved
    WHERE deal IS NOT NULL AND TRY_CAST(person AS person_id) IS NOT NULL AND amount < 0 AND before > 0
) AS shrunk
WHERE rest <> 0
""",
    ),
    (
        "55_gone",
        """
CREATE OR REPLACE TEMP TABLE gone AS
SELECT m.deal_id, m.person, m.kind, m.before, m.kept, p.before AS paid_on
FROM moved AS m
JOIN (
    SELECT deal_id, person, sum(before) AS before
    FROM moved WHERE kind <> 'attainment' GROUP BY deal_id, person
) AS p ON p.deal_id = m.deal_id AND p.person = m.person
WHERE m.amount < 0 AND m.kind <> 'attainment'
""",
    ),
    (
        "56_again_cash",
        """
CREATE OR REPLACE TEMP TABLE again_cash AS
SELECT deal, {start} AS day, TRY_CAST(person AS person_id) AS person, CAST(kind AS credit_kind) AS kind,
    amount
FROM (
    SELECT deal, person, kind, sum(amount) AS amount FROM (
        SELECT r.deal, CAST(d.owner AS VARCHAR) AS person, 'split' AS kind, r.amount
        FROM receipts AS r CROSS JOIN question AS q JOIN live_deals AS d ON d.deal = r.deal
        ANTI JOIN shared AS s ON s.deal = r.deal
        WHERE r.day <= q.as_of AND r.day BETWEEN {since} AND least({until}, {start} - 1)
        UNION ALL
        SELECT r.deal, CAST(r.person AS VARCHAR), CAST(r.kind AS VARCHAR), r.amount
        FROM received AS r JOIN live_deals AS d ON d.deal = r.deal
        WHERE r.day BETWEEN {since} AND least({until}, {start} - 1)
        UNION ALL
        SELECT d.deal, l.person, l.kind, -l.amount
        FROM ledger AS l JOIN known_deals AS d ON d.deal_id = l.deal_id
        WHERE l.of = 'cash' AND l.day < {start}
    ) AS both_sides GROUP BY deal, person, kind
) AS late WHERE amount <> 0 AND TRY_CAST(person AS person_id) IS NOT NULL
""",
    ),
    (
        "57_again_done",
        """
CREATE OR REPLACE TEMP TABLE again_done AS
SELECT deal, {start} AS day, TRY_CAST(person AS person_id) AS person, kind, region, product, count
FROM (
    SELECT deal, person, kind, region, product, sum(count) AS count FROM (
        SELECT a.deal, CAST(a.person AS VARCHAR) AS person, a.kind, a.region, a.product, a.count
        FROM activities AS a CROSS JOIN question AS q
        WHERE a.day <= q.as_of AND a.day BETWEEN {since} AND least({until}, {start} - 1)
        UNION ALL
        SELECT d.deal, l.person, l.kind, TRY_CAST(l.region AS region_id), TRY_CAST(l.product AS product_id),
            -l.amount
        FROM ledger AS l LEFT JOIN known_deals AS d ON d.deal_id = l.deal_id
        WHERE l.of = 'activity' AND l.day < {start}
    ) AS both_sides GROUP BY deal, person, kind, region, product
) AS late WHERE count <> 0 AND TRY_CAST(person AS person_id) IS NOT NULL
""",
    ),
    (
        "58_recognised",
        """
CREATE OR REPLACE TEMP TABLE recognised AS
SELECT m.deal, m.day AS own_day,
    CASE
        WHEN s.deal_id IS NOT NULL THEN least(m.day, {start} - 1)
        WHEN m.day BETWEEN {since} AND {until} THEN greatest(m.day, {start})
        ELSE m.day
    END AS day
FROM recognised AS m
JOIN known_deals AS d ON d.deal = m.deal
LEFT JOIN (SELECT DISTINCT deal_id FROM settled) AS s ON s.deal_id = d.deal_id
""",
    ),
)


def gone_lines(base: Base) -> list[tuple[Any, ...]]:
    """What has gone of settled deals: deal, person, what was paid on, what is gone, and how it stands."""
    return base.rows(
        "SELECT g.deal_id, g.person, CAST(any_value(g.paid_on) AS BIGINT),"
        " CAST(sum(g.before - g.kept) AS BIGINT), any_value(d.cancelled_on),"
        " any_value(CAST(d.status AS VARCHAR)), any_value(d.withdrawn), count(m.deal) > 0"
        " FROM gone AS g LEFT JOIN known_deals AS d ON d.deal_id = g.deal_id"
        " LEFT JOIN recognised AS m ON m.deal = d.deal"
        " GROUP BY g.deal_id, g.person ORDER BY g.deal_id, g.person"
    )


def settled_pay(base: Base, folders: Sequence[Path], deals: Iterable[str]) -> list[tuple[Any, ...]]:
    """What these settlements paid for these deals: entries that name them, and parts of those that do not.

    Returns:
        (period, plan, component, person, kind, deal, amount as written, rule), parts as `earning`.
    """
    base.ask(deals)
    entries = text_of([folder / ENTRIES for folder in folders], ENTRY_COLUMNS)
    parts = text_of([path for folder in folders if (path := folder / PARTS).is_file()], PART_COLUMNS)
    return base.rows(
        f"""
WITH entries AS (FROM {entries}),
parts AS (FROM {parts}),
rules AS (
    SELECT period, plan, component, person, min(rule) AS rule FROM entries WHERE kind = 'earning' GROUP BY ALL
)
SELECT period, plan, component, person, kind, deal_id, amount, coalesce(rule, '')
FROM entries WHERE deal_id IN (FROM asked)
UNION ALL
SELECT p.period, p.plan, p.component, p.person, 'earning', p.deal_id, p.amount, coalesce(r.rule, '')
FROM parts AS p
LEFT JOIN rules AS r
    ON r.period = p.period AND r.plan = p.plan AND r.component = p.component AND r.person = p.person
WHERE p.deal_id IN (FROM asked)
ORDER BY ALL
"""
    )


def text_of(files: Sequence[Path], columns: Sequence[str], named: bool = False) -> str:
    """A relation of CSV files that settlements wrote, every cell as text; without rows for no files.

    Args:
        named: Also a column `filename`.
    """
    if not files:
        chosen = (*columns, *(("filename",) if named else ()))
        return f"(SELECT {', '.join(f'CAST(NULL AS VARCHAR) AS {column}' for column in chosen)} WHERE false)"
    listed = ", ".join(literal(str(path)) for path in files)
    cells = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    return (
        f"read_csv([{listed}], columns = {{{cells}}}, auto_detect = false, header = true, delim = ',',"
        f" quote = '\"', escape = '\"', nullstr = ''{', filename = true' if named else ''})"
    )


def new_credits(base: Base, files: Sequence[Path], since: date, end: date) -> list[tuple[Any, ...]]:
    """The rows of a `credits.csv` to be, money in smallest units: what is known now from `since` to `end`,
    less what these files hold.

    Of the last run, which must not have been beside settled months.
    """
    read_ledger(base, files)
    key = ", ".join(_KEY)
    sums = ", ".join(f"CAST(sum({c}) AS BIGINT) AS {c}" for c in _NUMBERS)
    sql = now_sql(base, since, end)
    negative = ", ".join(f"-{c}" for c in _NUMBERS)
    return base.rows(
        f"SELECT {key}, {sums} FROM ({sql} UNION ALL SELECT {key}, {negative} FROM ledger) AS both_sides"
        f" GROUP BY {key} HAVING sum(amount) <> 0 OR sum(cost) <> 0 OR sum(quantity) <> 0 ORDER BY {key}"
    )


def now_sql(base: Base, since: date, end: date) -> str:
    """A SELECT of all credits from `since` to `end` as they are now, of the last run, with the columns of
    `credits.csv`; money in smallest units."""
    quantity = "0" if "quantity" in base.lacking else "quantity"
    return _NOW.format(owned=_of_owner(quantity), since=_day(since), end=_day(end))


_NOW = """
SELECT 'deal' AS of, n.day, n.deal_id, n.person, n.kind, '' AS region, '' AS product, n.amount, n.cost,
    n.quantity
FROM ({owned}
) AS n WHERE n.day BETWEEN {since} AND {end}
UNION ALL
SELECT 'cash', r.day, d.deal_id, CAST(d.owner AS VARCHAR), 'split', '', '', r.amount, 0, 0
FROM receipts AS r CROSS JOIN question AS q JOIN live_deals AS d ON d.deal = r.deal
ANTI JOIN shared AS s ON s.deal = r.deal
WHERE r.day <= q.as_of AND r.day BETWEEN {since} AND {end}
UNION ALL
SELECT 'cash', r.day, d.deal_id, CAST(r.person AS VARCHAR), CAST(r.kind AS VARCHAR), '', '', r.amount, 0, 0
FROM received AS r JOIN live_deals AS d ON d.deal = r.deal
WHERE r.day BETWEEN {since} AND {end}
UNION ALL
SELECT 'activity', a.day, coalesce(d.deal_id, ''), CAST(a.person AS VARCHAR), a.kind,
    coalesce(CAST(a.region AS VARCHAR), ''), coalesce(CAST(a.product AS VARCHAR), ''), a.count, 0, 0
FROM activities AS a CROSS JOIN question AS q LEFT JOIN known_deals AS d ON d.deal = a.deal
WHERE a.day <= q.as_of AND a.day BETWEEN {since} AND {end}
"""
