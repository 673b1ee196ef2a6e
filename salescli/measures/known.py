"""Every row of facts as the day looked from knows it, and what is otherwise than settlements knew (SPEC S4).

A row dated later is not known; of a deal, neither is what becomes of it later: one that is cancelled next
month is not cancelled yet. So the same facts give the same rows, whatever is dated later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from salescli.findings import Span
from salescli.measures.base import Base
from salescli.measures.credit_rows import now_sql
from salescli.measures.place import locate
from salescli.measures.schema import COLUMNS
from salescli.measures.settled import read_ledger
from salescli.measures.settled_files import text_of
from salescli.measures.source import literal, name, text_sql
from salescli.model.known import Cells, KnownRow, RowOf, cells_of
from salescli.model.settlement import KNOWN_COLUMNS

_KINDS: dict[RowOf, str] = {
    "deal": "deals",
    "receipt": "collections",
    "share": "credits",
    "activity": "activities",
    "rate": "fx",
}
_DEAL_DAYS = ("opened_on", "signed_on", "closed_on", "cancelled_on")
_ACTIVITY = ("date", "person", "kind", "region", "product", "customer", "deal_id")
_IDS: dict[RowOf, str] = {
    "deal": "deal_id",
    "receipt": "receipt_id",
    "share": "deal_id || '/' || person || '/' || coalesce(kind, 'split')",
    "activity": "concat_ws('/', " + ", ".join(f"coalesce({c}, '')" for c in map(name, _ACTIVITY)) + ")",
    "rate": "currency || '/' || \"date\"",
}


def changed_rows(
    base: Base, files: Sequence[Path], more: Iterable[KnownRow], as_of: date
) -> list[tuple[RowOf, str, str, str]]:
    """Rows that are others than these `known.csv` files hold, all together, by kind and id, with their cells
    as they were and as they are; empty for no row.

    Args:
        files: In the order of their settlements, whose names sort like that; the newest says what was known.
        more: Rows that are no facts: people, targets.
    """
    base.load()
    base.con.execute("CREATE OR REPLACE TEMP TABLE more (of VARCHAR, id VARCHAR, row VARCHAR)")
    rows = [(row.of, row.id, row.row) for row in more]
    if rows:
        base.con.execute(
            "INSERT INTO more SELECT unnest($of), unnest($id), unnest($row)",
            dict(zip(("of", "id", "row"), map(list, zip(*rows, strict=True)), strict=True)),
        )
    then = text_of(files, KNOWN_COLUMNS, named=True)
    sql = f"""
WITH is_now AS (SELECT * FROM more UNION ALL {_now_sql(base, as_of)}),
was AS (
    SELECT of, id, row FROM {then}
    QUALIFY row_number() OVER (PARTITION BY of, id ORDER BY filename DESC) = 1
)
SELECT coalesce(n.of, t.of), coalesce(n.id, t.id), coalesce(t.row, ''), coalesce(n.row, '')
FROM is_now AS n FULL JOIN was AS t ON t.of = n.of AND t.id = n.id
WHERE t.row IS DISTINCT FROM n.row ORDER BY 1, 2
"""
    return [(of, id, before, after) for of, id, before, after in base.rows(sql)]


def deal_cells(base: Base, deals: Iterable[str], as_of: date) -> dict[str, Cells]:
    """These deals as they are now, by id."""
    base.load()
    base.ask(deals)
    sql = _row_sql(base, "deal", as_of, "deal_id IN (FROM asked)")
    return {id: cells_of(row) for _, id, row in base.rows(sql)}


def lines_then_and_now(
    base: Base, files: Sequence[Path], deals: Iterable[str], since: date, end: date
) -> list[tuple[Any, ...]]:
    """Credit lines of deals by these `credits.csv` files, and as they are now, of the last run.

    Returns:
        (`then` or `now`, `deal` or `cash`, day, deal, person, amount, cost, quantity), sums by these.
    """
    read_ledger(base, files)
    base.ask(deals)
    chosen = "of, day, deal_id, person, amount, cost, quantity"
    sums = ", ".join(f"CAST(sum({c}) AS BIGINT)" for c in ("amount", "cost", "quantity"))
    return base.rows(
        f"SELECT side, of, day, deal_id, person, {sums} FROM ("
        f"SELECT 'now' AS side, {chosen} FROM ({now_sql(base, since, end)}) AS n"
        f" UNION ALL SELECT 'then', {chosen} FROM ledger) AS both_sides"
        " WHERE of IN ('deal', 'cash') AND deal_id IN (FROM asked)"
        " GROUP BY side, of, day, deal_id, person ORDER BY ALL"
    )


def row_places(base: Base, of: RowOf, ids: Collection[str]) -> dict[str, Span]:
    """Where rows of facts stand today, the first of several; ids that no row has are left out."""
    base.load()
    base.ask(ids)
    found: dict[str, Span] = {}
    for row in locate(base, _KINDS[of], f"{_IDS[of]} IN (FROM asked)"):
        found.setdefault(_id_of(of, row.cells), row.span()[0])
    return found


def _id_of(of: RowOf, cells: Any) -> str:
    if of == "share":
        return f"{cells['deal_id']}/{cells['person']}/{cells['kind'] or 'split'}"
    if of == "activity":
        return "/".join(cells[column] or "" for column in _ACTIVITY)
    if of == "rate":
        return f"{cells['currency']}/{cells['date']}"
    return cells[f"{of}_id"] or ""


# --- rows as texts


def _now_sql(base: Base, as_of: date) -> str:
    return "\nUNION ALL ".join(_row_sql(base, of, as_of) for of in _KINDS)


def _row_sql(base: Base, of: RowOf, as_of: date, where: str = "true") -> str:
    """Kind, id and text of every known row of a kind."""
    day = literal(as_of.isoformat())
    text = _text(base, _KINDS[of])
    if of == "deal":
        text = _as_known(text, day)
        known = f"coalesce({', '.join(_DEAL_DAYS)}) IS NOT NULL"
    elif of == "share":
        deals = _as_known(_text(base, "deals"), day)
        held = f"SELECT deal_id FROM ({deals}) AS d WHERE coalesce({', '.join(_DEAL_DAYS)}) IS NOT NULL"
        known = f"deal_id IN ({held})"
    else:
        known = f"{'received_on' if of == 'receipt' else name('date')} <= {day}"
    if of == "activity":  # rows without an id of their own: as often as there are such
        chosen = ", ".join(map(name, _ACTIVITY))
        text = (
            f"SELECT {chosen}, CAST(sum(CAST(count AS BIGINT)) AS VARCHAR) AS count"
            f" FROM ({text}) AS stated GROUP BY {chosen}"
        )
    words = [c.name for c in COLUMNS[_KINDS[of]] if c.name not in ("note", f"{of}_id")]
    cells = [_cell(word, number=word in ("amount", "cost", "share", "rate", "discount")) for word in words]
    row = f"concat_ws('; ', {', '.join(cells)})"
    return f"SELECT '{of}' AS of, {_IDS[of]} AS id, {row} AS row FROM ({text}) AS t WHERE {known} AND {where}"


def _text(base: Base, kind: str) -> str:
    files = base.load().files[kind]
    if files:
        return text_sql(files, base.digits)
    return (
        f"SELECT {', '.join(f'CAST(NULL AS VARCHAR) AS {name(c.name)}' for c in COLUMNS[kind])} WHERE false"
    )


def _as_known(text: str, day: str) -> str:
    """Deals without what is dated later than the day."""
    dates = ", ".join(f"CASE WHEN {c} <= {day} THEN {c} END AS {c}" for c in _DEAL_DAYS)
    status = (
        f"CASE WHEN status IN ('won', 'cancelled') AND coalesce(closed_on, signed_on) > {day} THEN 'open'"
        f" WHEN status = 'cancelled' AND cancelled_on > {day} THEN 'won' ELSE status END AS status"
    )
    return f"SELECT * REPLACE ({dates}, {status}) FROM ({text}) AS stated"


def _cell(column: str, number: bool = False) -> str:
    cell = name(column)
    if number:  # 1.50 and 1.5 are the same
        bare = f"rtrim({cell}, '%')"
        tail = f"CASE WHEN ends_with({cell}, '%') THEN '%' ELSE '' END"
        cell = (
            f"CASE WHEN contains({cell}, '.') THEN rtrim(rtrim({bare}, '0'), '.') || {tail} ELSE {cell} END"
        )
    return f"'{column}=' || replace(replace({cell}, '%', '%25'), ';', '%3B')"
