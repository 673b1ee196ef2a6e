"""A settled month read with the places of everything in it, for `validate`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from salescli.books.csvrows import Row, Table, read_table
from salescli.books.objections import ObjectionFile, objections_folder
from salescli.books.schemas.settlement import SettlementFile
from salescli.books.settlements import settlement_path
from salescli.books.typed import Typed, load_typed
from salescli.findings import Finding, Span, finding
from salescli.i18n import N_
from salescli.model.period import Period
from salescli.model.settlement import ENTRIES, ENTRY_COLUMNS, FOLDER, KINDS, MANIFEST, PAYOUTS, RULES

PAYOUT_COLUMNS = ("person", *KINDS, "brought", "carried", "payable", "currency")


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of a settlement."""

    table: Table
    rows: list[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledFiles:
    """What stands in a month's folder; None for what cannot be read."""

    month: Period
    manifest: Typed[SettlementFile] | None
    entries: Rows | None
    payouts: Rows | None
    objections: dict[str, Typed[ObjectionFile]]


def settled_folders(root: Path, found: list[Finding]) -> list[Period]:
    """The months with a settlement, first to last; folders that are none go to `found` (S001)."""
    top = root / FOLDER
    months = []
    for folder in sorted(top.iterdir()) if top.is_dir() else ():
        if folder.name.startswith(".") or folder.name == RULES:
            continue
        place = Span(f"{FOLDER}/{folder.name}")
        month = _month(folder.name)
        if month is None:
            found.append(
                finding(
                    "S001",
                    place,
                    N_("{name} is not a month"),
                    hint=N_("name the folder like 2026-08, or move it elsewhere"),
                    name=folder.name,
                )
            )
        elif not (folder / MANIFEST).is_file():
            found.append(
                finding(
                    "S001",
                    place,
                    N_("{month} has no {file}"),
                    hint=N_("restore it, or remove the folder and draft the month again"),
                    month=month.text,
                    file=MANIFEST,
                )
            )
        else:
            months.append(month)
    return months


def _month(name: str) -> Period | None:
    try:
        period = Period.parse(name)
    except ValueError:
        return None
    return period if period.kind == "month" and period.text == name else None


def read_settled(root: Path, month: Period, found: list[Finding]) -> SettledFiles:
    """Everything in a month's folder; what cannot be read goes to `found`."""
    folder = settlement_path(root, month.text).parent
    objections = objections_folder(root, month.text)
    read = {
        path.stem: load_typed(path, ObjectionFile, root, found)
        for path in (sorted(objections.glob("*.yaml")) if objections.is_dir() else ())
    }
    return SettledFiles(
        month=month,
        manifest=load_typed(folder / MANIFEST, SettlementFile, root, found),
        entries=_rows(folder / ENTRIES, root, found, ENTRY_COLUMNS),
        payouts=_rows(folder / PAYOUTS, root, found, PAYOUT_COLUMNS),
        objections={name: typed for name, typed in read.items() if typed is not None},
    )


def _rows(path: Path, root: Path, found: list[Finding], columns: tuple[str, ...]) -> Rows | None:
    made = read_table(path, root, found, columns)
    return None if made is None else Rows(*made)
