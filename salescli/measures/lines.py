"""Credit lines of deals as columns: what rules that pay deal by deal reckon with, a million at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from salescli.measures.base import Base
from salescli.measures.late_steps import any_of
from salescli.measures.load import enum_words
from salescli.measures.only import OF_DEALS, clipped, line_condition
from salescli.measures.schema import CREDIT_KINDS, OPTIONAL, WHOLE_SHARE
from salescli.measures.settled import same_condition
from salescli.measures.source import name
from salescli.model.fact import Only
from salescli.model.settlement import APART_COLUMNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

Lines = Mapping[str, "NDArray[Any]"]

# What falls to a person, of a deal that is theirs alone and of a share; or is the deal's on each line.
_NUMBERS = {
    "amount": ("d.amount", "c.amount"),
    "cost": ("coalesce(d.cost, 0)", "c.cost"),
    "margin": ("d.margin", "c.margin"),
    "quantity": ("coalesce(d.quantity, 0)", "c.quantity"),
    "deal_amount": ("d.amount", "d.amount"),
    "deal_quantity": ("coalesce(d.quantity, 0)", "coalesce(d.quantity, 0)"),
    "discount": ("coalesce(d.discount, -1)", "coalesce(d.discount, -1)"),
    "term_months": ("coalesce(d.term_months, -1)", "coalesce(d.term_months, -1)"),
    "share": (str(WHOLE_SHARE), "c.share"),
}
_STATED_IN = {column: column for column in OPTIONAL} | {"deal_quantity": "quantity"}
_NOTHING = {"quantity": "0", "deal_quantity": "0"} | dict.fromkeys(("discount", "term_months"), "-1")
_CODED = ("person", "kind", "region", "product")
_ALWAYS = ("day", "deal_id", "person", "kind")
LINE_COLUMNS = (*_NUMBERS, "region", "product", *OF_DEALS)

_SQL = """
SELECT {always}{chosen}
FROM (
    SELECT m.day, d.deal_id, d.owner AS person, CAST('owner' AS credit_kind) AS kind{owned}
    FROM recognised AS m JOIN known_deals AS d ON d.deal = m.deal ANTI JOIN shared AS s ON s.deal = m.deal
    WHERE {where}
    UNION ALL
    SELECT m.day, d.deal_id, c.person, c.kind{shared}
    FROM recognised AS m JOIN known_deals AS d ON d.deal = m.deal JOIN credited AS c ON c.deal = m.deal
    WHERE {where}{late}
) AS lines
ORDER BY day, deal_id, person, kind
"""

# Of a deal that was settled as another one for those who ask, the whole line.
_LATE = """
    UNION ALL
    SELECT c.day, d.deal_id, c.person, c.kind{shared}
    FROM again AS c JOIN known_deals AS d ON d.deal = c.deal LEFT JOIN turned AS o ON o.deal = c.deal
    WHERE {where} AND (NOT ({same}) OR {any})"""


def lines(base: Base, start: date, end: date, columns: Sequence[str], only: Only | None) -> Lines:
    """See `Facts.lines`."""
    for column in columns:
        if column not in LINE_COLUMNS:
            raise ValueError(column)
    asked = [column for column in dict.fromkeys(columns) if column not in _ALWAYS]
    start, end = clipped(only, start, end)
    owned, shared = ("".join(f", {_cell(base, c, of)} AS {name(c)}" for c in asked) for of in (0, 1))
    between = f"day BETWEEN DATE '{start.isoformat()}' AND DATE '{end.isoformat()}'"
    where = f"{between} AND {line_condition(only, base.lacking)}"
    sql = _SQL.format(
        late=_late(base, asked, only, where) if base.late else "",
        always=", ".join(map(_fetched, _ALWAYS)),
        chosen="".join(f", {_fetched(column)}" for column in asked),
        owned=owned,
        shared=shared,
        where=f"m.{where}",
    )
    return _in_words(base, base.con.execute(sql).fetchnumpy())


def _late(base: Base, asked: Sequence[str], only: Only | None, where: str) -> str:
    same = same_condition(only, [column for column in asked if column in APART_COLUMNS], base.lacking)
    cells = {column: _cell(base, column, 1) for column in asked}
    left = (
        f"CASE WHEN {same} THEN {cell} ELSE {cell}_whole END" if cell.startswith("c.") else cell
        for cell in cells.values()
    )
    shared = "".join(f", {cell} AS {name(column)}" for column, cell in zip(cells, left, strict=True))
    return _LATE.format(shared=shared, where=f"c.{where}", same=same, any=any_of("c.{}"))


def _cell(base: Base, column: str, of: int) -> str:
    """SQL of a column of an owner's line (`of` 0) or of a share's (1)."""
    if _STATED_IN.get(column) in base.lacking:
        return _NOTHING.get(column, "''")
    if column in _NUMBERS:
        return _NUMBERS[column][of]
    return f"d.{name(column)}"


def _fetched(column: str) -> str:
    """How a column leaves the database: words of the organisation as codes, which are a tenth of the work."""
    if column in _CODED:
        return f"enum_code({column}) AS {column}"
    if column in _NUMBERS:
        return f"CAST({column} AS BIGINT) AS {column}"
    return f"coalesce({column}, '') AS {column}" if column in OF_DEALS else column


def _in_words(base: Base, fetched: Mapping[str, Any]) -> Lines:
    """Codes as the words they stand for, days as days."""
    import numpy

    org = base.book.org
    words = {"person": org.people, "region": org.regions, "product": org.products, "kind": CREDIT_KINDS}
    found = {}
    for column, values in fetched.items():
        if column in words:
            values = numpy.array(enum_words(words[column]), dtype=object)[values]
        elif column == "day":
            values = values.astype("datetime64[D]")
        found[column] = numpy.asarray(values)
    return found
