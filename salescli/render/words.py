"""From exact values to words for people, in the language in use."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from salescli.findings import Span
from salescli.i18n import N_, Several, Word, filled, gettext, mark
from salescli.model.metric import Light
from salescli.model.table import Bar, Column, Line, Report, Row, Table, Value
from salescli.render import numbers
from salescli.render.safe import clean

# A mark, a word and a colour: never colour alone (SPEC K7). The marks exist in GBK too.
LIGHTS = {
    Light.RED: ("■", N_("red"), "red"),
    Light.YELLOW: ("▲", N_("yellow"), "yellow"),
    Light.GREEN: ("●", N_("green"), "green"),
}
_SPARKS = "▁▂▃▄▅▆▇"


def line_text(line: Line) -> str:
    """A sentence with its values filled in; values are data and cleaned."""
    return filled(gettext(line.template), {key: _param(value) for key, value in line.params.items()})


def _param(value: object) -> object:
    if isinstance(value, Line):
        return line_text(value)
    if isinstance(value, Word):
        return gettext(value)
    if isinstance(value, str | Several):
        return clean(str(value))
    if isinstance(value, Fraction):
        return numbers.percent(value)
    return value


def cell_text(column: Column, row: Row, currency: str) -> str:
    """A cell for people; empty for what is not there."""
    value = row.get(column.key)
    if value is None:
        return ""
    if isinstance(value, Light):
        mark, word, _ = LIGHTS[value]
        return f"{mark} {gettext(word)}"
    if isinstance(value, Bar):
        return bar_text(value)
    if isinstance(value, Line):
        return line_text(value)
    if isinstance(value, tuple):
        return spark_text(value)
    if isinstance(value, Span | date):
        return clean(str(value))
    if isinstance(value, str):
        return gettext(value) if column.kind == "word" else clean(value)
    return _number(column, row, value, currency)


def _number(column: Column, row: Row, value: int | Decimal | Fraction, currency: str) -> str:
    kind = column.kind
    if kind == "exact":
        unit = row.get("_unit")
        if unit == "rate":
            return numbers.rate(value)
        return numbers.count(value) if unit == "count" else numbers.money_full(value, currency)
    if kind in ("number", "delta"):
        sign = kind == "delta"
        unit = row.get("_unit")
        if unit == "rate":
            return numbers.points(value) if sign else numbers.percent(value)
        return numbers.count(value, sign) if unit == "count" else numbers.money_short(value, sign)
    if kind == "ratio":
        return numbers.percent(value)
    if kind == "rate":
        return numbers.rate(value)
    if kind == "points":
        return numbers.points(value)
    if kind == "money":
        return numbers.money_full(value, currency)
    return numbers.count(value)


def bar_text(bar: Bar, cells: int = 10) -> str:
    """`━━━━━│··` : done, the tick of where one should be today, the rest."""
    done = min(max(bar.done or Fraction(0), Fraction(0)), Fraction(1))
    filled = int(done * cells)
    body = ["━"] * filled + ["·"] * (cells - filled)
    if bar.tick is not None:
        body[min(int(min(max(bar.tick, Fraction(0)), Fraction(1)) * cells), cells - 1)] = "│"
    return "".join(body)


def spark_text(values: tuple[Decimal | int, ...]) -> str:
    """One small block a value, from the least (zero at most) to the greatest."""
    top = max(values, default=0)
    if top <= 0:
        return _SPARKS[0] * len(values)
    steps = len(_SPARKS) - 1
    return "".join(_SPARKS[int(Fraction(max(v, 0)) / Fraction(top) * steps)] for v in values)


def sections(table: Table) -> list[Table]:
    """A table as people see it: without rows for machines, one table per value of its section."""
    rows = tuple(row for row in table.rows if not row.get("_machine"))
    if not table.section:
        return [replace(table, rows=rows)]
    column = next(c for c in table.columns if c.key == table.section)
    columns = tuple(c for c in table.columns if c is not column)
    values = dict.fromkeys(str(row.get(column.key)) for row in rows)
    return [
        replace(
            table,
            title=value,
            columns=columns,
            rows=tuple(row for row in rows if str(row.get(column.key)) == value),
        )
        for value in values
    ]


def shown_tables(report: Report) -> list[Table]:
    """Every table people see: the first always, others if they have rows."""
    tables = [table for table in report.tables if table.people]
    return [
        part
        for index, table in enumerate(tables)
        if table.rows or index == 0
        for part in sections(table)
        if part.rows or index == 0
    ]


def machine_tables(report: Report) -> list[Table]:
    """Every table machines get; the first is the command's `rows`."""
    return [table for table in report.tables if table.machine]


def people_columns(table: Table) -> list[Column]:
    """Columns for people, without those that are empty in every row."""
    return [c for c in table.columns if c.people and any(row.get(c.key) is not None for row in table.rows)]


def heading(table: Table) -> str:
    """The table's title in the language in use."""
    return gettext(table.title)


def separator() -> str:
    """Between items of a list."""
    return mark(", ")


def machine(value: Value) -> str | None:
    """A value for machines: plain decimals, ISO dates, no words of a language; None stays None."""
    from salescli.model.exact import plain

    if value is None:
        return None
    if isinstance(value, Light):
        return value.value
    if isinstance(value, Bar):
        return None if value.done is None else plain(value.done)
    if isinstance(value, Line):
        return value.english()
    if isinstance(value, tuple):
        return " ".join(plain(v) for v in value)
    if isinstance(value, int | Decimal | Fraction):
        return plain(value)
    return value if isinstance(value, str) else str(value)


def machine_columns(table: Table) -> list[Column]:
    """Columns for machines."""
    return [c for c in table.columns if c.machine]
