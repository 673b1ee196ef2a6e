"""What `case.yaml` of a worked example says, and holding a command's output against it.

    id, source, status, says, note     where the example comes from, how far it holds, in our own words
    published      the result as published
    elsewhere      published figures that no row below holds, by their path, and where they are seen instead
    checks:
      - run        a command line, or several whose rows are put together
        over       a folder of files laid over the book first
        from       the table of the output: `rows` unless stated
        where      only rows with these values (one, or a list of accepted ones)
        rows       exactly these, each told by the columns it states
        sums       the same, with amounts of rows that are equal in the other columns added up; 0 is no row
        refused    exactly these errors, by place and code; nothing is paid

Every value is text until it is compared: numbers as numbers (`1.5%` is 0.015), all else as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

Row = Mapping[str, Any]
Value = Decimal | str
SUMMED = ("amount", "target")
_ERROR = re.compile(r"^(\S+:\d+):\d+: error\[([A-Z]\d+)\]", re.MULTILINE)


def read_texts(path: Path) -> list[Any]:
    """Every document of a YAML file, all values as texts."""
    return list(yaml.load_all(path.read_text(encoding="utf-8"), yaml.BaseLoader))


def value(text: object) -> Value:
    """A text as what it means: a number, a share, or the text itself; nothing is the empty text."""
    word = "" if text is None else str(text)
    if re.fullmatch(r"-?\d+(\.\d+)?%", word):
        return Decimal(word[:-1]) / 100
    if re.fullmatch(r"-?\d+(\.\d+)?", word):
        return Decimal(word)
    return word


def sorted_rows(rows: Sequence[Row]) -> list[Row]:
    """In an order of their own: what is compared is which rows there are."""
    return sorted(rows, key=lambda row: sorted((key, str(cell)) for key, cell in row.items()))


def chosen(rows: Sequence[Row], where: Row) -> list[Row]:
    """The rows with all these values."""

    def fits(row: Row, key: str, wanted: object) -> bool:
        accepted = wanted if isinstance(wanted, list) else [wanted]
        return value(row[key]) in [value(one) for one in accepted]

    return [row for row in rows if all(fits(row, key, wanted) for key, wanted in where.items())]


def told(rows: Sequence[Row], columns: Sequence[str]) -> list[Row]:
    """The rows by these columns alone, as values."""
    return [{key: value(row[key]) for key in columns} for row in rows]


def added_up(rows: Sequence[Row]) -> list[Row]:
    """Rows equal but for their amounts as one; without those that come to nothing."""
    sums: dict[tuple[tuple[str, Any], ...], dict[str, Decimal]] = {}
    for row in rows:
        key = tuple((name, cell) for name, cell in row.items() if name not in SUMMED)
        found = sums.setdefault(key, {})
        for name in row.keys() & set(SUMMED):
            found[name] = found.get(name, Decimal(0)) + row[name]
    return [{**dict(key), **found} for key, found in sums.items() if any(found.values())]


def columns_of(rows: Sequence[Row]) -> list[str]:
    """The columns that the rows of a check state, the same in each."""
    columns = list(rows[0]) if rows else []
    assert all(list(row) == columns for row in rows), "rows of one check state the same columns"
    return columns


def errors_in(printed: str) -> list[Row]:
    """The errors of a refused command, by place and code."""
    return [{"place": place, "code": code} for place, code in _ERROR.findall(printed)]


def hold(check: Row, run: Callable[[str], tuple[int, Any, str]]) -> None:
    """Compare one check with what the program says.

    Args:
        run: Command line → exit code, output as read from JSON (None if it is none), all that was printed.
    """
    lines = check["run"] if isinstance(check["run"], list) else [check["run"]]
    ran = [run(line) for line in lines]
    if "refused" in check:
        assert [code for code, _, _ in ran] == [1] * len(lines), ran
        found = [error for _, _, printed in ran for error in errors_in(printed)]
        assert sorted_rows(found) == sorted_rows(check["refused"]), ran
        return
    assert [code for code, _, _ in ran] == [0] * len(lines), "".join(printed for _, _, printed in ran)
    table = check.get("from", "rows")
    rows = chosen([row for _, output, _ in ran for row in output[table]], check.get("where", {}))
    wanted = check["sums"] if "sums" in check else check["rows"]
    columns = columns_of(wanted)
    expected, found = told(wanted, columns), told(rows, columns)
    if "sums" in check:
        expected, found = added_up(expected), added_up(found)
    assert sorted_rows(found) == sorted_rows(expected), f"{check['run']}\n{found}\nis not\n{expected}"


def leaves(given: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every single value inside, with the path that leads to it: `per_deal.T1`, `payouts.0`."""
    inner = (
        given.items() if isinstance(given, dict) else enumerate(given) if isinstance(given, list) else None
    )
    if inner is None:
        yield path, given
        return
    for key, part in inner:
        yield from leaves(part, f"{path}.{key}" if path else str(key))


def shown(case: Row) -> set[Value]:
    """Every value that a check of the case holds."""
    parts = (check.get(key, []) for check in case["checks"] for key in ("rows", "sums"))
    return {value(text) for part in parts for _, text in leaves(part)}


def not_shown(case: Row) -> list[str]:
    """Paths of published figures that neither a check holds nor `elsewhere` accounts for."""
    held = shown(case)
    return [
        path
        for path, text in leaves(case["published"])
        if value(text) not in held
        and not any(path == known or path.startswith(known + ".") for known in case.get("elsewhere", {}))
    ]
