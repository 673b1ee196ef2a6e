"""What a settlement knew, row by row, and what became of a row since (SPEC S4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

RowOf = Literal["deal", "receipt", "share", "activity", "rate", "person", "target"]
Cells = Mapping[str, str]
"""Column → text, as the file states it; empty cells are left out."""

_ESCAPES = (("%", "%25"), (";", "%3B"))


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row of `known.csv`.

    Attributes:
        of: What it is a row of.
        id: By which it is told from others of its kind: `A`; `A/li/split`; `USD/2026-07-01`.
        row: Its cells (`cells_text`); empty if it is there no more.
    """

    of: RowOf
    id: str
    row: str


@dataclass(frozen=True, slots=True)
class Change:
    """A row that is another one than the last settlement knew.

    Attributes:
        before: What it knew; None if there was no such row, or it was dated later.
        after: What is known now; None if there is no such row any more.
    """

    of: RowOf
    id: str
    before: Cells | None
    after: Cells | None

    @property
    def either(self) -> Cells:
        """As it is now; as it was, if it is gone."""
        return self.after if self.after is not None else self.before or {}

    @property
    def sides(self) -> tuple[Cells, ...]:
        """As it was and as it is, where there is such."""
        return tuple(side for side in (self.before, self.after) if side is not None)

    def changed(self) -> tuple[str, ...]:
        """Columns whose cells differ, in the order of the row; all of them where it came or went."""
        before, after = self.before or {}, self.after or {}
        return tuple(key for key in {**before, **after} if before.get(key) != after.get(key))

    @property
    def deal(self) -> str:
        """The deal it is about; empty for none."""
        if self.of == "deal":
            return self.id
        return self.either.get("deal_id", "") if self.of in ("receipt", "share", "activity") else ""


def cells_text(cells: Iterable[tuple[str, str]]) -> str:
    """Cells as one text: `amount=10000; owner=zhang`."""
    return "; ".join(f"{key}={_escaped(value)}" for key, value in cells if value)


def _escaped(value: str) -> str:
    for plain, escape in _ESCAPES:
        value = value.replace(plain, escape)
    return value


def cells_of(text: str) -> dict[str, str]:
    """The cells of such a text."""
    cells = {}
    for part in text.split("; ") if text else ():
        key, _, value = part.partition("=")
        for plain, escape in reversed(_ESCAPES):
            value = value.replace(escape, plain)
        cells[key] = value
    return cells


def change_of(of: RowOf, id: str, before: str | None, after: str | None) -> Change:
    """A change told by two such texts; None or empty is no row."""
    return Change(of, id, cells_of(before) if before else None, cells_of(after) if after else None)
