"""The mapping of an import: read, checked against what the book and the export have, made into rules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from salescli.books.intake import Sheet
from salescli.books.schemas.mapping import Mapping as MapFile
from salescli.books.schemas.mapping import Source
from salescli.books.typed import Typed, load_typed
from salescli.calc.clean.convert import Rules, Take
from salescli.calc.clean.dates import is_form
from salescli.findings import BookBroken, Finding, Misuse, did_you_mean, finding, has_errors
from salescli.i18n import several
from salescli.workflows.soundness import tidy


def read_mapping(root: Path, kind: str, given: Path) -> MapFile:
    """The mapping file of an import.

    Args:
        root: The book; findings name the file relative to it if it lies there.
        kind: The facts asked for.
        given: The file's path as typed.

    Raises:
        Misuse: if there is no such file.
        BookBroken: with what is wrong in it.
    """
    path = given if given.is_absolute() else Path.cwd() / given
    if not path.is_file():
        raise Misuse(
            "there is no mapping {path}", hint="docs/import.md shows how to write one", path=str(given)
        )
    found: list[Finding] = []
    base = root if path.resolve().is_relative_to(root.resolve()) else path.parent
    typed = load_typed(path, MapFile, base, found)
    if typed is not None:
        found += _mapping_findings(kind, typed)
    if typed is None or has_errors(found):
        raise BookBroken(tidy(base, found))
    return typed.value


def _mapping_findings(kind: str, typed: Typed[MapFile]) -> list[Finding]:
    """Columns of ours that there are, forms of dates that can be read, and the kind it is for."""
    from salescli.measures.schema import COLUMNS

    known = [column.name for column in COLUMNS[kind]]
    value = typed.value
    found = []
    parts: dict[str, Mapping[str, object]] = {
        "columns": value.columns,
        "constants": value.constants,
        "defaults": value.defaults,
        "values": value.values,
    }
    for part, names in parts.items():
        for name in names:
            if name not in known:
                near = did_you_mean(name, known)
                found.append(
                    finding(
                        "I001",
                        typed.key(part, name),
                        "{kind} have no column `{name}`",
                        hint="did you mean `{near}`?" if near else "there are: {known}",
                        kind=kind,
                        name=name,
                        near=near,
                        known=several(known),
                    )
                )
    if value.kind is not None and value.kind != kind:
        found.append(
            finding(
                "I002",
                typed.at("kind"),
                "this mapping is for {theirs}, not {ours}",
                hint="run salescli import {theirs}, or use another mapping",
                theirs=value.kind,
                ours=kind,
            )
        )
    for index, form in enumerate(value.dates):
        if not is_form(form):
            found.append(
                finding(
                    "I003",
                    typed.at("dates", index),
                    "{form} names no year, month and day",
                    hint="for example yyyy-mm-dd, m/d/yyyy, yyyy年m月d日, %d.%m.%Y or excel",
                    form=form,
                )
            )
    return found


def rules_of(value: MapFile) -> Rules:
    """What a mapping says, ready to be used."""
    return Rules(
        columns={ours: _take(entry) for ours, entry in value.columns.items()},
        constants=value.constants,
        defaults=value.defaults,
        values=value.values,
        region_of_owner=value.region == "owner",
        dates=tuple(value.dates),
        decimal=value.decimal,
        shares=value.shares,
    )


def _take(entry: str | list[str] | Source) -> Take:
    if isinstance(entry, Source):
        since = entry.since
        return Take(
            (since,) if isinstance(since, str) else tuple(since),
            {column: tuple(accepted) for column, accepted in entry.when.items()},
        )
    return Take((entry,) if isinstance(entry, str) else tuple(entry))


def header_of(export: Path, value: MapFile, sheet: Sheet) -> dict[str, int]:
    """Their columns by name; every one the mapping names must be there, and only once."""
    header = {name: index for index, name in reversed(list(enumerate(sheet.header)))}
    named = [name for entry in value.columns.values() for name in _take(entry).theirs] + list(value.skip)
    for name in named:
        if name not in header:
            near = did_you_mean(name, [h for h in header if h])
            raise Misuse(
                "{path} has no column {name}",
                hint="did you mean {near}?" if near else "it has: {known}",
                path=export.name,
                name=name,
                near=near,
                known=several(h for h in sheet.header if h),
            )
        if sheet.header.count(name) > 1:
            raise Misuse("{path} has the column {name} twice", hint="rename one of them in the export",
                         path=export.name, name=name)  # fmt: skip
    return header
