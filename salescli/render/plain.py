"""`-o plain`: tab-separated raw values, a heading line, one table after another with a blank line between.

Keys, ids and states are the same in every language; sentences are read by people and are in theirs.
"""

from __future__ import annotations

from salescli.i18n import gettext
from salescli.model.table import Column, Line, Report, Table, Value
from salescli.render.safe import clean
from salescli.render.words import line_text, machine, machine_columns, machine_tables


def render_plain(report: Report) -> str:
    """Every table of a report."""
    tables = machine_tables(report)
    return "\n".join(_table(table) for table in tables if table.rows or table is tables[0])


def _table(table: Table) -> str:
    columns = machine_columns(table)
    lines = ["\t".join(column.key for column in columns)]
    for row in table.rows:
        lines.append("\t".join(clean(_cell(column, row.get(column.key)) or "") for column in columns))
    return "\n".join(lines) + "\n"


def _cell(column: Column, value: Value) -> str | None:
    if isinstance(value, Line):
        return line_text(value)
    if column.kind == "word" and isinstance(value, str) and " " in value:  # a sentence, no state
        return gettext(value)
    return machine(value)
