"""`-o json`: one object, keys the same in both languages, numbers as strings of plain decimals."""

from __future__ import annotations

import json

from salescli.findings import Finding
from salescli.model.table import Report, Table
from salescli.render.words import machine, machine_columns, machine_tables


def render_json(report: Report) -> str:
    """`{"schema_version": 1, "command": …, "rows": […], "findings": […]}`; other tables by name."""
    tables = machine_tables(report)
    result: dict[str, object] = {
        "schema_version": 1,
        "command": report.command,
        "period": report.period,
        "as_of": report.as_of.isoformat() if report.as_of else None,
        "currency": report.currency,
        "rows": rows(tables[0]) if tables else [],
    }
    for table in tables[1:]:
        result[table.name] = rows(table)
    result.update(report.extra)
    if report.document is not None:
        result["document"] = report.document
    result["findings"] = [finding_row(f) for f in report.findings]
    return json.dumps(result, ensure_ascii=False, indent=2) + "\n"


def rows(table: Table) -> list[dict[str, object]]:
    """Rows of a table as JSON objects."""
    return [{c.key: _value(row.get(c.key)) for c in machine_columns(table)} for row in table.rows]


def _value(value: object) -> object:
    if isinstance(value, tuple):
        return [machine(v) for v in value]
    if isinstance(value, bool):
        return value
    return machine(value)  # type: ignore[arg-type]


def finding_row(finding: Finding) -> dict[str, object]:
    """A finding as a JSON object (COMMANDS: the row of `validate`)."""
    return {
        "path": finding.span.path,
        "line": finding.span.line or None,
        "column": finding.span.column or None,
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "hint": finding.hint or None,
    }
