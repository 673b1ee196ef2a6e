"""`-o table`: rich tables for a terminal. Everything from books goes in as `Text`, never as markup."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from salescli.i18n import gettext
from salescli.model.metric import Light
from salescli.model.table import Bar, Column, Report, Row, Table
from salescli.render.fitting import Room, room, total, widths
from salescli.render.safe import folded
from salescli.render.words import LIGHTS, cell_text, heading, line_text, people_columns, shown_tables

_RIGHT = ("money", "count", "number", "exact", "ratio", "rate", "points", "delta")
_ENDLESS = 10_000
_NEVER_WRAP = (*_RIGHT, "light", "bar", "spark", "date")


def terminal_width() -> int:
    """Columns of the terminal; 100 where there is none."""
    if "COLUMNS" in os.environ:
        return max(40, int(os.environ["COLUMNS"]) if os.environ["COLUMNS"].isdigit() else 100)
    return max(40, shutil.get_terminal_size((100, 24)).columns)


def render_terminal(report: Report, width: int = 100, color: bool = False) -> str:
    """Header lines, then each table under its title."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=_ENDLESS,  # tables are fitted here: where even their numbers do not fit, lines are longer
        force_terminal=color,
        no_color=True if not color else None,
        color_system="auto" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    for index, line in enumerate(report.header):
        console.print(Text(line_text(line), style="bold" if index == 0 else "dim"), soft_wrap=True)
    for table in shown_tables(report):
        if table.title:
            console.print(Text("\n" + heading(table), style="bold"), soft_wrap=True)
        if table.rows:
            _print(console, table, report.currency or "", width)
        else:
            console.print(Text(gettext("(nothing)"), style="dim"))
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


def _print(console: Console, table: Table, currency: str, width: int) -> None:
    """A table; wider than the terminal rather than with a number cut."""
    columns, cells = _fitting(table, currency, width)
    sizes = widths([_room(column, cells[column.key], column is columns[0]) for column in columns], width)
    rich = RichTable(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for column, size in zip(columns, sizes, strict=True):
        rich.add_column(
            Text(gettext(column.title)),
            justify="right" if column.kind in _RIGHT else "left",
            width=size,
            overflow="fold",
        )
    for index, row in enumerate(table.rows):
        own = (_folded(cells[column.key][index], size) for column, size in zip(columns, sizes, strict=True))
        rich.add_row(*own, style="bold" if row.get("_strong") else None)
    console.print(rich)


def _folded(cell: Text, size: int) -> Text:
    """A cell in lines of its column; rich knows blanks only, and would cut a date between wide characters."""
    return Text("\n".join(folded(cell.plain, size)), style=cell.style)


def _fitting(table: Table, currency: str, width: int) -> tuple[list[Column], dict[str, list[Text]]]:
    """Columns that fit, and their cells: while too wide, the least needed column goes (highest `spare`)."""
    columns = people_columns(table)
    cells = {c.key: [_cell(c, row, currency, c is columns[0]) for row in table.rows] for c in columns}
    natural = {c.key: _room(c, cells[c.key], first=False).natural for c in columns}
    while total([natural[c.key] for c in columns]) > width:
        spare = max(columns, key=lambda c: c.spare)
        if spare.spare == 0:
            break
        columns = [c for c in columns if c is not spare]
    return columns, {c.key: cells[c.key] for c in columns}


def _room(column: Column, cells: Sequence[Text], first: bool) -> Room:
    fixed = column.kind in _NEVER_WRAP
    return room(gettext(column.title), [text.plain for text in cells], fixed=fixed, first=first)


def _cell(column: Column, row: Row, currency: str, first: bool) -> Text:
    value = row.get(column.key)
    text = cell_text(column, row, currency)
    if isinstance(value, Light):
        return Text(text, style=LIGHTS[value][2])
    if isinstance(value, Bar):
        light = row.get("light")
        return Text(text, style=LIGHTS[light][2] if isinstance(light, Light) else "")
    depth = row.get("_depth")
    indent = "  " * depth if first and isinstance(depth, int) else ""
    return Text(indent + text)
