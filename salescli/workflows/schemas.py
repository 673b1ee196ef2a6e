"""JSON Schemas of a book's YAML files, for editors that complete and check while one types."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

from salescli.findings import Misuse, did_you_mean
from salescli.i18n import N_, several
from salescli.model.table import Line, Report

FOLDER = ".schemas"
KINDS: dict[str, tuple[str, str, str]] = {
    "settings": ("salescli.books.schemas.settings", "SettingsFile", "salescli.yaml"),
    "org": ("salescli.books.schemas.org", "OrgFile", "ledger/org.yaml"),
    "targets": ("salescli.books.schemas.targets", "TargetsFile", "ledger/targets/*.yaml"),
    "metrics": ("salescli.books.schemas.metrics", "MetricsFile", "policies/metrics.yaml"),
    "plan": ("salescli.books.schemas.plans", "PlanFile", "policies/plans/*.yaml"),
    "guardrails": ("salescli.books.schemas.guardrails", "GuardrailsFile", "policies/guardrails.yaml"),
    "notes": ("salescli.books.schemas.notes", "NotesFile", "ledger/notes/*.yaml"),
    "reports": ("salescli.books.schemas.notes", "ReportsFile", "ledger/reports/*.yaml"),
    "mapping": ("salescli.books.schemas.mapping", "Mapping", "*.map.yaml"),
    "calendar": ("salescli.books.schemas.calendar", "CalendarFile", "ledger/calendars/*.yaml"),
}


def schema(kind: str | None = None, root: Path | None = None) -> Report:
    """One schema, or all by kind; with `root`, written into `.schemas/` of that book.

    Raises:
        Misuse: if there is no such kind.
    """
    if kind is not None and kind not in KINDS:
        near = did_you_mean(kind, KINDS)
        hint = "did you mean {near}?" if near else "there are: {kinds}"
        raise Misuse("there is no schema {kind}", hint=hint, kind=kind, near=near, kinds=several(KINDS))
    kinds = [kind] if kind else list(KINDS)
    schemas = {name: schema_of(name) for name in kinds}
    if root is None:
        shown: Any = schemas[kind] if kind else schemas
        return Report(command="schema", document=_text(shown), extra={"schemas": schemas})
    from salescli.books.write import write_all

    write_all({root / FOLDER / f"{name}.json": _text(s).encode() for name, s in schemas.items()}, root)
    lines = [
        Line(
            template=N_("wrote {path} for {files}"),
            params={"path": f"{FOLDER}/{name}.json", "files": KINDS[name][2]},
        )
        for name in kinds
    ]
    return Report(command="schema", document="", notes=tuple(lines))


def _text(schema: Any) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a kind of file."""
    module, name, files = KINDS[kind]
    model = getattr(importlib.import_module(module), name)
    generated: dict[str, Any] = _without_others(model.model_json_schema(by_alias=True))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"salescli {kind}",
        **{key: value for key, value in generated.items() if key != "title"},
        "description": f"{files}: {generated.get('description', '').splitlines()[0]}",
    }


def _without_others(node: Any) -> Any:
    """Leaves out models that only serve to say that a shape or method is unknown."""
    if isinstance(node, list):
        return [_without_others(item) for item in node if not _is_other(item)]
    if isinstance(node, dict):
        return {key: _without_others(value) for key, value in node.items() if not key.startswith("Other")}
    return node


def _is_other(item: Any) -> bool:
    return isinstance(item, dict) and str(item.get("$ref", "")).startswith("#/$defs/Other")
