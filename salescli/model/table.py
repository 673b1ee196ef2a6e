"""Results as tables: what every workflow returns and every renderer shows.

A table is columns with a kind and rows of exact values; how a kind looks is the renderer's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from salescli.findings import Finding, Span
from salescli.i18n import Several, filled
from salescli.model.metric import Light

Kind = Literal[
    "text",  # as it is (ids, names, notes): data, never markup
    "word",  # a word of ours, translated when shown
    "money",
    "count",
    "number",  # money, count or rate by the type of the value and the row's `unit`
    "exact",  # as `number`, to the last digit: for pay, where a rounded figure would explain nothing
    "rate",  # Fraction of a rule, shown with the digits it has
    "ratio",  # Fraction, shown as a percentage
    "points",  # difference of two ratios, shown in percentage points
    "light",  # Light
    "bar",  # Bar
    "spark",  # tuple of numbers
    "date",
    "place",  # Span
    "delta",  # money or count with its sign
]


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar: how far, and the tick of where one should be today; both 1 for 100 %."""

    done: Fraction | None
    tick: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence for people with `{named}` places (English template, translated where shown)."""

    template: str
    params: Mapping[str, object] = field(default_factory=dict)

    def english(self) -> str:
        """For machines: the same in every language."""
        return filled(self.template, {key: _in_english(value) for key, value in self.params.items()})


def _in_english(value: object) -> object:
    if isinstance(value, Line):
        return value.english()
    return value.in_english() if isinstance(value, Several) else value


Value = None | str | Line | int | Decimal | Fraction | date | Light | Bar | Span | tuple[Decimal | int, ...]
Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        key: Key of a row, and the key in JSON and CSV: the same in both languages.
        title: English heading, translated where it is shown to people.
        kind: How values are shown.
        people: Shown in tables for people (`table`, `md`).
        machine: Shown in `json`, `csv`, `plain`.
        spare: Dropped on a narrow terminal, highest first; 0 is never dropped.
    """

    key: str
    title: str
    kind: Kind = "text"
    people: bool = True
    machine: bool = True
    spare: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under columns.

    Attributes:
        name: Key of this table in JSON beyond the first (`rows`).
        title: Heading for people (English, translated), may be empty.
        rows: Exact values by column key; `_depth` (int) indents the first column of a tree, `_unit`
            (`money`, `count`, `rate`) says how `number` and `delta` values read, `_strong` marks a total,
            `_machine` rows are left out for people.
        section: Key of a column; for people each of its values gets a table of its own, under its name.
        people, machine: Who it is for; a tree for people and its rows for machines are two tables.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    title: str = ""
    section: str = ""
    people: bool = True
    machine: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a command has to say.

    Attributes:
        command: Its name, for JSON.
        header: First lines for people: which period, as of which date, from which files, how fresh.
        tables: The first one is the command's `rows`.
        findings: Shown on stderr; in JSON also under `findings`.
        notes: Remarks after the tables, for people, on stderr: what to do next.
        exit_code: 0 fine, 1 findings (errors), else as in COMMANDS.
        extra: Further keys of the JSON object.
    """

    command: str
    tables: tuple[Table, ...] = ()
    header: tuple[Line, ...] = ()
    period: str | None = None
    as_of: date | None = None
    currency: str | None = None
    findings: tuple[Finding, ...] = ()
    notes: tuple[Line, ...] = ()
    exit_code: int = 0
    extra: Mapping[str, object] = field(default_factory=dict)
    document: str | None = None
