"""`-o md`: tables for a pull request, by tabulate; text from books is escaped."""

from __future__ import annotations

import re

from salescli.i18n import gettext
from salescli.model.table import Report, Table
from salescli.render.safe import clean
from salescli.render.words import cell_text, heading, line_text, people_columns, shown_tables

# An underscore between letters or digits (`sales_amount`) marks nothing; at the edge of a word it would.
_MARKUP = re.compile(r"([\\`*{}\[\]<>#|~&!]|(?<![^\W_])_|_(?![^\W_]))")
# What would begin a list, a rule or a heading where a text begins a line.
_BLOCK = re.compile(r"^(\s*)(?:(\d{1,9})([.)])(?=\s|$)|([-+])(?=\s|$|-)|(=)(?=[=\s]*$))")
# So many blanks would make it code at the beginning of a line, and break the line at its end.
_BLANKS = re.compile(r"^ {2,}| {2,}$")
_RIGHT = ("money", "count", "number", "exact", "ratio", "rate", "points", "delta")


def render_markdown(report: Report) -> str:
    """Header lines, then every table that has rows."""
    parts = [escape(line_text(line)) for line in report.header]
    parts = ["  \n".join(parts)] if parts else []
    for table in shown_tables(report):
        if table.title:
            parts.append(f"### {escape(heading(table))}")
        parts.append(table_markdown(table, report.currency or ""))
    return "\n\n".join(parts) + "\n"


def table_markdown(table: Table, currency: str) -> str:
    """One table in GitHub's form."""
    from tabulate import tabulate

    columns = people_columns(table) or [c for c in table.columns if c.people]
    if not table.rows:
        return gettext("(nothing)")
    body = [
        ["  " * _depth(row) * (i == 0) + escape(cell_text(c, row, currency)) for i, c in enumerate(columns)]
        for row in table.rows
    ]
    body = [
        [cell.replace("  ", "&emsp;") if i == 0 else cell for i, cell in enumerate(line)] for line in body
    ]
    return tabulate(
        body,
        headers=[escape(gettext(c.title)) for c in columns],
        tablefmt="github",
        disable_numparse=True,
        colalign=["right" if c.kind in _RIGHT else "left" for c in columns],
    )


def _depth(row: object) -> int:
    depth = row.get("_depth") if hasattr(row, "get") else 0
    return depth if isinstance(depth, int) else 0


def escape(text: str) -> str:
    """Text as Markdown shows it literally, on one line, wherever in a line it is put."""
    literal = _BLANKS.sub(" ", _MARKUP.sub(r"\\\1", clean(text)))
    return _BLOCK.sub(r"\1\2\\\3\4\5", literal)
