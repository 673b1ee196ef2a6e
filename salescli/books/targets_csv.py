"""Resolved target rows as CSV: `period,metric,region,product,person,level,target`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from salescli.books.csvrows import Row, Table, read_table
from salescli.books.fields import read_id, read_period, read_quantity
from salescli.findings import Finding
from salescli.model.exact import plain
from salescli.model.target import TargetRow

COLUMNS = ("period", "metric", "region", "product", "person", "level", "target")


def format_target_rows(rows: Iterable[TargetRow]) -> str:
    """The CSV text of rows: sorted, `\\n` line ends, empty cells for "all", rates with a percent sign."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(sorted((*row.sort_key(), _value(row.target)) for row in rows))
    return out.getvalue()


def _value(target: Decimal | Fraction) -> str:
    """A rate is written so that it reads back exactly; fractions without an end to 10 places."""
    return plain(target * 100, 10) + "%" if isinstance(target, Fraction) else plain(target)


def read_target_rows(path: Path, root: Path, found: list[Finding]) -> tuple[TargetRow, ...] | None:
    """The rows of a resolved file, each with its line; None with findings if it is not one."""
    read = read_table(path, root, found, COLUMNS)
    if read is None:
        return None
    table, rows = read
    return tuple(row for row in (_row(table, cells) for cells in rows) if row is not None)


def _row(table: Table, row: Row) -> TargetRow | None:
    period = table.read(row, "period", read_period)
    metric = table.read(row, "metric", read_id)
    level = table.read(row, "level", read_id)
    target = table.read(row, "target", read_quantity)
    region, product, person = (table.read_if(row, c, read_id) for c in ("region", "product", "person"))
    if period is None or metric is None or level is None or target is None:
        return None
    return TargetRow(
        period=period,
        metric=metric,
        region=region,
        product=product,
        person=person,
        level=level,
        target=target,
        place=table.span(row),
    )
