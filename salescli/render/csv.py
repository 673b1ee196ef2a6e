"""`-o csv`: RFC 4180 with raw values. A text that a spreadsheet would run as a formula gets an apostrophe."""

from __future__ import annotations

import csv
import io

from salescli.model.table import Report, Value
from salescli.render.words import machine, machine_columns, machine_tables

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render_csv(report: Report) -> str:
    """The first table of a report (CSV has room for one)."""
    table = machine_tables(report)[0]
    columns = machine_columns(table)
    lines = [_line([column.key for column in columns])]
    lines += [_line([_cell(row.get(column.key)) for column in columns]) for row in table.rows]
    return "".join(lines)


def _line(cells: list[str]) -> str:
    """One row. The writer quotes a carriage return only where it ends its lines with one."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().removesuffix("\r\n") + "\n"


def _cell(value: Value) -> str:
    text = machine(value) or ""
    return "'" + text if isinstance(value, str) and text.startswith(_FORMULA) else text
