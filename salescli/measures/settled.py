"""What settled months have credited, and what came or went since (SPEC S4; docs/settlement.md).

Each settlement keeps `credits.csv`: the credit lines known when it was made that no earlier settlement knew,
and with a minus sign what earlier ones knew and is not so any more. Their sum is what the last one knew.

| table | rows |
|---|---|
| settled | deal_id, person, kind, day, amount, cost, quantity: the sum per line of a deal |
| counted_before, new_before | deal_id, person: who had a deal, or a new customer by it, counted |
| lines_now | the lines of settled deals as they are, with the day and the share |
| turned | settled deals that rules may tell from what they were, with the words they were settled by |
| moved, counted_moved, new_moved | these before and now, side by side, where they may differ |
| again, again_count, again_new | what settled deals have grown by, or who else has them now |
| gone | lines of settled deals that have shrunk or are no more, of those that are paid on |
| again_cash, again_done | receipts and activities of settled days that came, changed or went since |
| stubs | deals of which receipts were settled, as they were: turned ones, and those not in the book now |

What is called again counts on the period's first day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from salescli.measures.base import Base
from salescli.measures.late_steps import LINE_COLUMNS, NEW_NOW, STEPS
from salescli.measures.only import line_condition
from salescli.measures.schema import WHOLE_SHARE
from salescli.measures.source import literal
from salescli.model.fact import Only, Turned
from salescli.model.settlement import (
    APART_COLUMNS,
    CREDIT_COLUMNS,
    ENTRIES,
    ENTRY_COLUMNS,
    PART_COLUMNS,
    PARTS,
)

_KEY = ("of", "day", "deal_id", "person", "kind", *APART_COLUMNS)
_NUMBERS = ("amount", "cost", "quantity")


@dataclass(frozen=True, slots=True)
class Settled:
    """What a period is not to credit once more.

    Attributes:
        files: `credits.csv` of the settlements that paid earlier periods of the kind, in order.
        since, until: First day of the first period of the kind that was settled and last day of the last
            settled month: what counts on a day between and is not in the files is late.
        start, end: Of the period. What is late counts on its first day.
    """

    files: tuple[Path, ...]
    since: date
    until: date
    start: date
    end: date


def settled_steps(base: Base, at: Settled) -> list[tuple[str, str]]:
    """Name and SQL of the steps between credits and cells that leave only what is not settled yet."""
    read_ledger(base, at.files, at.since)
    quantity = "0" if "quantity" in base.lacking else "quantity"
    days = {"since": _day(at.since), "until": _day(at.until), "start": _day(at.start), "end": _day(at.end)}
    now = apart_of_deal(base.lacking)
    parts = {
        "owned": _of_owner(quantity),
        "new_now": NEW_NOW.format(day="m.own_day", end=days["end"]),
        "apart": ", ".join(APART_COLUMNS),
        "of_row": ", ".join(f"l.{column}" for column in APART_COLUMNS),
        "differ": " OR ".join(f"l.{column} <> {cell}" for column, cell in now.items()),
        "same": " AND ".join(f"b.{column} = l.{column}" for column in APART_COLUMNS),
    }
    return [(name, sql.format(**parts, **days).strip()) for name, sql in STEPS]


def apart_of_deal(lacking: Collection[str]) -> dict[str, str]:
    """The columns by which rules tell deals apart → SQL of their text in deal `d`, empty where not stated."""
    return {
        column: "''" if column in lacking else f"coalesce(CAST(d.{column} AS VARCHAR), '')"
        for column in APART_COLUMNS
    }


def same_condition(only: Only | None, columns: Iterable[str], lacking: Collection[str]) -> str:
    """A condition that a deal was settled as the one it is now, for somebody who asks for deals.

    Of a line of deal `d`, with `turned` as `o`: it was of `only` too, and had the same words in `columns`.
    """
    now = apart_of_deal(lacking)
    equal = "".join(f" AND o.{column} = {now[column]}" for column in columns)
    return f"(o.deal IS NULL OR ({line_condition(only, (), 'o')}{equal}))"


def read_ledger(base: Base, files: Sequence[Path], since: date | None = None) -> None:
    """Make `ledger` the rows of these `credits.csv` files, all together; from a day on."""
    minor = f"CAST(CAST({{0}} AS DECIMAL(30, {base.digits})) * {10**base.digits} AS BIGINT)"
    units = {
        "amount": f"CASE WHEN of IN ('deal', 'cash') THEN {minor.format('amount')}"
        " ELSE CAST(amount AS BIGINT) END"
    }
    units |= {"cost": minor.format("cost"), "quantity": "CAST(quantity AS BIGINT)"}
    numbers = ", ".join(f"{sql} AS {column}" for column, sql in units.items())
    texts = ", ".join(f"coalesce({column}, '') AS {column}" for column in _KEY if column not in ("of", "day"))
    source = text_of(files, CREDIT_COLUMNS)
    base.con.execute(
        f"CREATE OR REPLACE TEMP TABLE ledger AS SELECT of, CAST(day AS DATE) AS day, {texts}, {numbers}"
        f" FROM {source}" + ("" if since is None else f" WHERE CAST(day AS DATE) >= {_day(since)}")
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


GONE_COLUMNS = (*LINE_COLUMNS, "count", "customer")
"""What deals are paid on; see `Gone`."""


def gone_lines(base: Base) -> list[tuple[Any, ...]]:
    """What has gone of settled deals, by deal and person: deal, person, day, before and lost of each of
    `GONE_COLUMNS`, cancelled on, status, whether withdrawn, whether it counts, and `turned_words`."""
    pairs = [(f"{column}_before", f"{column}_lost") for column in LINE_COLUMNS]
    pairs += [("c.deal_id IS NOT NULL", "g.counted"), ("b.deal_id IS NOT NULL", "g.new")]
    numbers = ", ".join(f"CAST(coalesce({cell}, 0) AS BIGINT)" for pair in pairs for cell in pair)
    return base.rows(
        f"SELECT g.deal_id, g.person, g.day, {numbers}, d.cancelled_on,"
        f" CAST(d.status AS VARCHAR), d.withdrawn, m.deal IS NOT NULL, {turned_words(base)}"
        " FROM gone AS g LEFT JOIN known_deals AS d ON d.deal_id = g.deal_id"
        " LEFT JOIN recognised AS m ON m.deal = d.deal"
        " LEFT JOIN turned AS o ON o.deal = d.deal"
        " LEFT JOIN counted_before AS c ON c.deal_id = g.deal_id AND c.person = g.person"
        " LEFT JOIN new_before AS b ON b.deal_id = g.deal_id AND b.person = g.person"
        " ORDER BY g.deal_id, g.person"
    )


def settled_to_nothing(base: Base, start: date) -> list[str]:
    """See `Facts.settled_to_nothing`; `start` is that of what the last run was beside."""
    rows = base.rows(
        "SELECT DISTINCT l.deal_id FROM ledger AS l LEFT JOIN known_deals AS d ON d.deal_id = l.deal_id"
        f" WHERE l.of IN ('deal', 'count') AND l.day < {_day(start)} AND NOT coalesce(d.withdrawn, false)"
        " AND l.deal_id NOT IN (SELECT deal_id FROM settled_deals) ORDER BY l.deal_id"
    )
    return [deal for (deal,) in rows]


def turned_words(base: Base) -> str:
    """A tail of a SELECT list: the words that deal `d` was settled by, of `turned` as `o`, and those of now;
    nothing where these are the same."""
    now = apart_of_deal(base.lacking)
    cells = [*(f"o.{column}" for column in now), *now.values()]
    return ", ".join(f"CASE WHEN o.deal IS NOT NULL THEN {cell} END" for cell in cells)


def turned_of(words: Sequence[str | None]) -> Turned | None:
    """What `turned_words` are of a row."""
    width = len(APART_COLUMNS)
    was, now = (
        {c: w for c, w in zip(APART_COLUMNS, side, strict=True) if w is not None}
        for side in (words[:width], words[width:])
    )
    return Turned(was, now) if was else None


def settled_pay(base: Base, folders: Sequence[Path], deals: Iterable[str]) -> list[tuple[Any, ...]]:
    """What these settlements paid for these deals: entries that name them, and parts of those that do not.

    Returns:
        (period, plan, component, person, kind, deal, amount as written, rule, cause, name of the folder),
        parts as `earning`.
    """
    base.ask(deals)
    entries = text_of([folder / ENTRIES for folder in folders], ENTRY_COLUMNS, named=True)
    parts = text_of([path for folder in folders if (path := folder / PARTS).is_file()], PART_COLUMNS)
    return base.rows(
        f"""
WITH entries AS (FROM {entries}),
parts AS (FROM {parts}),
rules AS (
    SELECT period, plan, component, person, min(rule) AS rule FROM entries WHERE kind = 'earning' GROUP BY ALL
)
SELECT period, plan, component, person, kind, deal_id, amount, coalesce(rule, ''), coalesce(cause, ''),
    parse_filename(parse_dirpath(filename))
FROM entries WHERE deal_id IN (FROM asked)
UNION ALL
SELECT p.period, p.plan, p.component, p.person, 'earning', p.deal_id, p.amount, coalesce(r.rule, ''), '', ''
FROM parts AS p
LEFT JOIN rules AS r
    ON r.period = p.period AND r.plan = p.plan AND r.component = p.component AND r.person = p.person
WHERE p.deal_id IN (FROM asked)
ORDER BY ALL
"""
    )


def settled_periods(base: Base, folders: Sequence[Path]) -> list[str]:
    """The periods that these settlements have entries of."""
    entries = text_of([folder / ENTRIES for folder in folders], ENTRY_COLUMNS)
    return [period for (period,) in base.rows(f"SELECT DISTINCT period FROM {entries} ORDER BY period")]


def text_of(files: Sequence[Path], columns: Sequence[str], *, named: bool = False) -> str:
    """A relation of CSV files that settlements wrote, every cell as text; without rows for no files.

    Args:
        named: With a column `filename` that says from which one.
    """
    if not files:
        columns = (*columns, *(["filename"] if named else []))
        return f"(SELECT {', '.join(f'CAST(NULL AS VARCHAR) AS {column}' for column in columns)} WHERE false)"
    listed = ", ".join(literal(str(path)) for path in files)
    cells = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    return (
        f"read_csv([{listed}], columns = {{{cells}}}, auto_detect = false, header = true, delim = ',',"
        f" filename = {str(named).lower()},"
        " quote = '\"', escape = '\"', nullstr = '')"
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
    `credits.csv`; money in smallest units. Customers stay new by the deals that `ledger` says."""
    quantity = "0" if "quantity" in base.lacking else "quantity"
    base.con.execute(
        "CREATE OR REPLACE TEMP TABLE new_before AS SELECT deal_id, person FROM ledger"
        " WHERE of = 'customer' GROUP BY deal_id, person HAVING sum(amount) > 0"
    )
    days = {"since": _day(since), "end": _day(end)}
    nothing = "d.amount = 0 AND coalesce(d.cost, 0) = 0"
    nothing += "" if quantity == "0" else " AND coalesce(d.quantity, 0) = 0"
    now = apart_of_deal(base.lacking)
    of_activity = {c: f"coalesce(CAST(a.{c} AS VARCHAR), '')" for c in ("region", "product", "customer")}
    apart = {
        "apart": ", ".join(f"{cell} AS {column}" for column, cell in now.items()),
        "of_activity": ", ".join(of_activity.get(column, "''") for column in APART_COLUMNS),
    }
    new = NEW_NOW.format(day="m.day", end=days["end"])
    return _NOW.format(owned=_of_owner(quantity), new=new, nothing=nothing, **apart, **days)


_NOW = """
SELECT 'deal' AS of, n.day, n.deal_id, n.person, n.kind, {apart}, n.amount, n.cost, n.quantity
FROM ({owned}
) AS n JOIN known_deals AS d ON d.deal = n.deal WHERE n.day BETWEEN {since} AND {end}
UNION ALL
SELECT 'count', m.day, d.deal_id, CAST(d.owner AS VARCHAR), '', {apart}, 1, 0, 0
FROM recognised AS m JOIN known_deals AS d ON d.deal = m.deal LEFT JOIN shared AS s ON s.deal = m.deal
WHERE m.day BETWEEN {since} AND {end} AND (s.deal IS NOT NULL OR ({nothing}))
UNION ALL
SELECT 'customer', n.day, n.deal_id, n.person, '', {apart}, 1, 0, 0
FROM ({new}
) AS n JOIN known_deals AS d ON d.deal = n.deal WHERE n.day BETWEEN {since} AND {end}
UNION ALL
SELECT 'cash', r.day, d.deal_id, CAST(d.owner AS VARCHAR), 'split', {apart}, r.amount, 0, 0
FROM receipts AS r CROSS JOIN question AS q JOIN live_deals AS d ON d.deal = r.deal
ANTI JOIN shared AS s ON s.deal = r.deal
WHERE r.day <= q.as_of AND r.day BETWEEN {since} AND {end}
UNION ALL
SELECT 'cash', r.day, d.deal_id, CAST(r.person AS VARCHAR), CAST(r.kind AS VARCHAR), {apart}, r.amount, 0, 0
FROM received AS r JOIN live_deals AS d ON d.deal = r.deal
WHERE r.day BETWEEN {since} AND {end}
UNION ALL
SELECT 'activity', a.day, coalesce(d.deal_id, ''), CAST(a.person AS VARCHAR), a.kind, {of_activity},
    a.count, 0, 0
FROM activities AS a CROSS JOIN question AS q LEFT JOIN known_deals AS d ON d.deal = a.deal
WHERE a.day <= q.as_of AND a.day BETWEEN {since} AND {end}
"""
