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

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from salescli.measures.base import Base
from salescli.measures.late_steps import (
    DATED,
    FACTS,
    GONE,
    LINE_COLUMNS,
    LINES,
    NEW,
    NEW_BEFORE,
    NEW_NOW,
)
from salescli.measures.moments import RECOGNISED, dated, dated_sql, suffix
from salescli.measures.only import line_condition
from salescli.measures.schema import WHOLE_SHARE
from salescli.measures.settled_files import text_of
from salescli.model.fact import Only, Turned
from salescli.model.settlement import APART_COLUMNS, CREDIT_COLUMNS

Steps = tuple[tuple[str, str], ...]
FROM = "from"
"""Of a row that says from which day on settlements know a moment, besides the one on which deals count."""
KEY = ("of", "day", "deal_id", "person", "kind", *APART_COLUMNS)


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


def settled_steps(base: Base, at: Settled) -> tuple[frozenset[str], list[tuple[str, str]]]:
    """The moments of deals that are told apart; name and SQL of the steps between credits and cells that
    leave only what is not settled yet."""
    read_ledger(base, at.files, at.since)
    days = {"until": day_sql(at.until), "start": day_sql(at.start), "end": day_sql(at.end)}
    common = days | {
        "new_now": NEW_NOW.format(day="m.own_day", end=days["end"]),
        "words": ", ".join(
            f"l.words[{number}] AS {column}" for number, column in enumerate(APART_COLUMNS, 1)
        ),
    }
    moments = {RECOGNISED: at.since} | moments_settled(base)
    said = {
        of: common | _of_moment(base, of) | {"since": day_sql(max(at.since, since))}
        for of, since in moments.items()
    }
    steps = [step for of in said for step in _filled((*_dated(of), *LINES), said[of], of)]
    steps += _filled(NEW_BEFORE, said[RECOGNISED])
    steps += [step for of in said for step in _filled(DATED, said[of], of)]
    steps += _filled(NEW, said[RECOGNISED])
    steps += [step for of in said for step in _filled(GONE, said[of], of)]
    steps += _filled(FACTS, said[RECOGNISED])
    return frozenset(said), [(f"{50 + number}_{name}", sql) for number, (name, sql) in enumerate(steps, 1)]


def moments_settled(base: Base) -> dict[str, date]:
    """The moments besides the day deals count that `ledger` knows → from which day on."""
    rows = base.rows(
        f"SELECT kind, min(day) FROM (SELECT kind, day FROM ledger WHERE of = '{FROM}' GROUP BY kind, day"
        " HAVING sum(amount) > 0) AS known GROUP BY kind ORDER BY kind"
    )
    return dict(rows)


def _dated(of: str) -> Steps:
    if of == RECOGNISED:
        return ()
    return (("dated", f"CREATE OR REPLACE TEMP TABLE {dated(of)} AS {dated_sql(of)}"),)


def _of_moment(base: Base, of: str) -> dict[str, str]:
    """What steps say of a moment: its tables, the rows of `ledger`, its lines and new customers."""
    deal, count = rows_of(of)
    nobody = "(SELECT CAST(NULL AS VARCHAR) AS deal_id, '' AS person, 0 AS deal, false AS before WHERE false)"
    return {
        "m": suffix(of),
        "dated": dated(of),
        "deal": deal,
        "count": count,
        "customer": "customer" if of == RECOGNISED else deal,
        "owned": lines_of("0" if "quantity" in base.lacking else "quantity", dated(of)),
        "new_moved": "new_moved" if of == RECOGNISED else nobody,
    }


def _filled(steps: Steps, said: Mapping[str, str], of: str = RECOGNISED) -> list[tuple[str, str]]:
    return [(f"{name}{suffix(of)}", sql.format(**said).strip()) for name, sql in steps]


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
    """Make `ledger` the rows of these `credits.csv` files, together; from a day on. Each is read once.

    In place of the columns that tell deals apart it has `words`, NULL for those of the deal as it is.
    """
    numbers = _loaded(base, files)
    chosen = f"file IN ({', '.join(map(str, numbers))})" if numbers else "false"
    known = "" if since is None else f" AND (of = '{FROM}' OR day >= {day_sql(since)})"
    base.con.execute(
        f"CREATE OR REPLACE TEMP VIEW ledger AS SELECT * EXCLUDE file FROM ledgers WHERE {chosen}{known}"
    )


def _loaded(base: Base, files: Sequence[Path]) -> list[int]:
    """The numbers of these files in `ledgers`, where each is read once."""
    empty = f"SELECT 0 AS file, * FROM ({_rows_of(base, ())})"
    base.con.execute(f"CREATE TEMP TABLE IF NOT EXISTS ledgers AS {empty}")
    numbers = []
    for path in files:
        state = path.stat()
        key = (path, state.st_size, state.st_mtime_ns)
        if key not in base.ledgers:
            base.ledgers[key] = len(base.ledgers) + 1
            rows = f"SELECT {base.ledgers[key]}, * FROM ({_rows_of(base, [path])})"
            base.con.execute(f"INSERT INTO ledgers {rows}")
        numbers.append(base.ledgers[key])
    return numbers


def grown(base: Base, files: Sequence[Path], deals: Iterable[str], of: str) -> list[tuple[Any, ...]]:
    """See `Facts.grown`."""
    numbers = _loaded(base, files)
    base.ask(deals)
    at = {number: place for place, number in enumerate(numbers)}
    chosen = f"file IN ({', '.join(map(str, numbers))})" if numbers else "false"
    sums = ", ".join(f"CAST(sum({c}) AS BIGINT)" for c in ("amount", "cost", "quantity"))
    rows = base.rows(
        f"SELECT file, deal_id, person, min(day), {sums} FROM ledgers WHERE {chosen}"
        f" AND of = '{rows_of(of)[0]}' AND kind <> 'attainment' AND deal_id IN (FROM asked)"
        " GROUP BY file, deal_id, person ORDER BY ALL"
    )
    return [(at[file], *rest) for file, *rest in rows]


def _rows_of(base: Base, files: Sequence[Path]) -> str:
    minor = f"CAST(CAST(l.{{0}} AS DECIMAL(30, {base.digits})) * {10**base.digits} AS BIGINT)"
    money = "l.of = 'cash' OR ends_with(l.of, 'deal')"
    now = apart_of_deal(base.lacking)
    words = {column: f"coalesce(l.{column}, '')" for column in now}
    same = " AND ".join(f"{words[column]} = {cell}" for column, cell in now.items())
    return (
        "SELECT l.of, CAST(l.day AS DATE) AS day,"
        " coalesce(l.deal_id, '') AS deal_id, coalesce(l.person, '') AS person, coalesce(l.kind, '') AS kind,"
        f" CASE WHEN l.of = 'activity' OR d.deal_id IS NULL OR NOT ({same})"
        f" THEN [{', '.join(words.values())}] END AS words,"
        f" CASE WHEN {money} THEN {minor.format('amount')} ELSE CAST(l.amount AS BIGINT) END AS amount,"
        f" {minor.format('cost')} AS cost, CAST(l.quantity AS BIGINT) AS quantity"
        f" FROM {text_of(files, CREDIT_COLUMNS)} AS l LEFT JOIN deals AS d ON d.deal_id = l.deal_id"
    )


def rows_of(of: str) -> tuple[str, str]:
    """Which rows of `credits.csv` are lines of deals at a moment, and which say whose deals these are."""
    return ("deal", "count") if of == RECOGNISED else (f"{of} deal", f"{of} count")


def day_sql(day: date) -> str:
    """A day, in SQL."""
    return f"DATE '{day.isoformat()}'"


def lines_of(quantity: str, days: str) -> str:
    """Lines of deals as they are: an owner's and everybody's shares. What nobody shares is its owner's.

    Args:
        days: A relation of deals and their days.
    """
    part = "0" if quantity == "0" else "coalesce(d.quantity, 0)"
    return f"""
    SELECT m.deal, d.deal_id, m.day, CAST(d.owner AS VARCHAR) AS person, 'split' AS kind,
        {WHOLE_SHARE} AS share, d.amount, coalesce(d.cost, 0) AS cost, {part} AS quantity
    FROM {days} AS m JOIN known_deals AS d ON d.deal = m.deal ANTI JOIN shared AS s ON s.deal = m.deal
    UNION ALL
    SELECT m.deal, d.deal_id, m.day, CAST(c.person AS VARCHAR), CAST(c.kind AS VARCHAR), c.share,
        c.amount, c.cost, {"0" if quantity == "0" else "c.quantity"}
    FROM {days} AS m JOIN known_deals AS d ON d.deal = m.deal JOIN credited AS c ON c.deal = m.deal"""


GONE_COLUMNS = (*LINE_COLUMNS, "count", "customer")
"""What deals are paid on; see `Gone`."""


def gone_lines(base: Base) -> list[tuple[Any, ...]]:
    """What has gone of settled deals, by moment, deal and person: moment, deal, person, day, before and lost
    of each of `GONE_COLUMNS`, cancelled on, status, whether withdrawn, whether it counts; `turned_words`."""
    return [(of, *row) for of in sorted(base.late) for row in base.rows(_gone_sql(base, of))]


def _gone_sql(base: Base, of: str) -> str:
    m, is_new = suffix(of), "b.deal_id IS NOT NULL" if of == RECOGNISED else "false"
    pairs = [(f"{column}_before", f"{column}_lost") for column in LINE_COLUMNS]
    pairs += [("c.deal_id IS NOT NULL", "g.counted"), (is_new, "g.new")]
    numbers = ", ".join(f"CAST(coalesce({cell}, 0) AS BIGINT)" for pair in pairs for cell in pair)
    return (
        f"SELECT g.deal_id, g.person, g.day, {numbers}, d.cancelled_on,"
        f" CAST(d.status AS VARCHAR), d.withdrawn, m.deal IS NOT NULL, {turned_words(base)}"
        f" FROM gone{m} AS g LEFT JOIN known_deals AS d ON d.deal_id = g.deal_id"
        f" LEFT JOIN {dated(of)} AS m ON m.deal = d.deal"
        f" LEFT JOIN turned{m} AS o ON o.deal = d.deal"
        f" LEFT JOIN counted_before{m} AS c ON c.deal_id = g.deal_id AND c.person = g.person"
        " LEFT JOIN new_before AS b ON b.deal_id = g.deal_id AND b.person = g.person"
        " ORDER BY g.deal_id, g.person"
    )


def settled_to_nothing(base: Base, start: date) -> list[str]:
    """See `Facts.settled_to_nothing`; `start` is that of what the last run was beside."""
    rows = base.rows(
        "SELECT DISTINCT l.deal_id FROM ledger AS l LEFT JOIN known_deals AS d ON d.deal_id = l.deal_id"
        f" WHERE l.of IN ('deal', 'count') AND l.day < {day_sql(start)} AND NOT coalesce(d.withdrawn, false)"
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
