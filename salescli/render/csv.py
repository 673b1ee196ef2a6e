"""`-o csv`: RFC 4180 with raw values. A text that a spreadsheet would run as a formula gets an apostrophe."""

from __future__ import annotations

import csv
import io

from salescli.model.table import Report, Value
from salescli.render.words import machine, machine_columns, machine_tables

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render_csv(report: Report) -> str:
    """The first table of a report (CSV has room for one)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    table = machine_tables(report)[0]
    columns = machine_columns(table)
    writer.writerow([column.key for column in columns])
    for row in table.rows:
        writer.writerow([_cell(row.get(column.key)) for column in columns])
    return out.getvalue()


def _cell(value: Value) -> str:
    text = machine(value) or ""
    return "'" + text if isinstance(value, str) and text.startswith(_FORMULA) else text
