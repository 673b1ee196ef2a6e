"""`-o plain`: tab-separated raw values, a heading line, one table after another with a blank line between."""

from __future__ import annotations

from salescli.model.table import Report, Table
from salescli.render.safe import clean
from salescli.render.words import machine, machine_columns, machine_tables


def render_plain(report: Report) -> str:
    """Every table of a report."""
    tables = machine_tables(report)
    return "\n".join(_table(table) for table in tables if table.rows or table is tables[0])


def _table(table: Table) -> str:
    columns = machine_columns(table)
    lines = ["\t".join(column.key for column in columns)]
    for row in table.rows:
        lines.append("\t".join(clean(machine(row.get(column.key)) or "") for column in columns))
    return "\n".join(lines) + "\n"
