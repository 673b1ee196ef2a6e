"""The CSV files of facts as rows to change and write back: by month, sorted, nothing else lost."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from salescli.findings import Misuse
from salescli.i18n import Word

KEYS = {
    "deals": ("deal_id",),
    "collections": ("receipt_id",),
    "credits": ("deal_id", "person", "kind"),
    "activities": ("date", "person", "kind", "region", "product", "customer", "deal_id"),
}

Key = tuple[str, ...]
Row = dict[str, str]


@dataclass
class FactFile:
    """One CSV of facts.

    Attributes:
        header: Its columns, with any of the user's own.
        rows: By key.
        changed: Whether anything differs from what is on disk.
    """

    path: Path
    header: list[str]
    rows: dict[Key, Row] = field(default_factory=dict)
    changed: bool = False


@dataclass
class FactFiles:
    """All files of one kind, and where each row is."""

    kind: str
    folder: Path
    columns: tuple[str, ...]
    files: dict[Path, FactFile]
    place: dict[Key, Path]

    def get(self, key: Key) -> Row | None:
        """The row with a key, if there is one."""
        path = self.place.get(key)
        return self.files[path].rows[key] if path else None

    def put(self, key: Key, row: Row, month: str) -> None:
        """Add or replace a row; it moves if its month changed and its file is a month's."""
        home = self.folder / f"{month}.csv"
        old = self.place.get(key)
        path = old if old is not None and not _is_month(old) else home
        if old is not None and old != path:
            self.files[old].rows.pop(key)
            self.files[old].changed = True
        file = self.files.setdefault(path, FactFile(path, []))
        for column in self.columns:
            if row.get(column) and column not in file.header:
                file.header = _in_order(self.columns, [*file.header, column])
        file.rows[key] = row
        file.changed = True
        self.place[key] = path

    def remove(self, key: Key) -> None:
        """Take a row out again."""
        path = self.place.pop(key, None)
        if path is not None:
            self.files[path].rows.pop(key)

    def changes(self) -> dict[Path, bytes]:
        """Path → whole new content, of the files that differ."""
        return {path: text(file).encode() for path, file in sorted(self.files.items()) if file.changed}


def _is_month(path: Path) -> bool:
    return (len(path.stem) == 7 and path.stem[4] == "-") or path.stem == "undated"


def read_fact_files(kind: str, root: Path, paths: Sequence[Path], columns: tuple[str, ...]) -> FactFiles:
    """Every row of a kind.

    Raises:
        Misuse: for Parquet, which is not written, and for CSV that cannot be read.
    """
    folder = root / "ledger" / kind
    files = FactFiles(kind, folder, columns, {}, {})
    for path in paths:
        if path.suffix == ".parquet":
            raise Misuse("{path} is Parquet, which import does not write", hint="keep these facts as CSV",
                         path=path.relative_to(root).as_posix())  # fmt: skip
        files.files[path] = file = FactFile(path, [])
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                reader = csv.DictReader(stream)
                file.header = list(reader.fieldnames or ())
                for row in reader:
                    key = key_of(kind, row)
                    file.rows[key] = {name: value or "" for name, value in row.items() if name is not None}
                    files.place[key] = path
        except (UnicodeDecodeError, csv.Error) as error:
            raise Misuse("{path} cannot be read: {why}", hint="salescli validate says where",
                         path=path.relative_to(root).as_posix(), why=Word(error)) from error  # fmt: skip
    return files


def key_of(kind: str, row: Mapping[str, str | None]) -> Key:
    """What makes a row of a kind itself."""
    values = [row.get(column) or "" for column in KEYS[kind]]
    if kind == "credits" and not values[2]:
        values[2] = "split"
    return tuple(values)


def text(file: FactFile) -> str:
    """A file's content: its heading, then rows by key, least quoting, `\\n`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(file.header)
    for _, row in sorted(file.rows.items()):
        writer.writerow([row.get(column, "") for column in file.header])
    return out.getvalue()


def lines(file: FactFile) -> dict[int, Key]:
    """Line on which each row of `text` begins → its key."""
    found: dict[int, Key] = {}
    line = 1 + _height(file.header)
    for key, row in sorted(file.rows.items()):
        found[line] = key
        line += _height(row.get(column, "") for column in file.header)
    return found


def _height(cells: Iterable[str]) -> int:
    return 1 + sum(cell.count("\n") for cell in cells)


def _in_order(columns: tuple[str, ...], header: Sequence[str]) -> list[str]:
    known = [column for column in columns if column in header]
    return known + [column for column in header if column not in known]
