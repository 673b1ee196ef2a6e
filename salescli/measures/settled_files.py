"""Files that settlements wrote: what they paid, and for which periods (SPEC S4, S5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from salescli.measures.base import Base
from salescli.measures.source import literal
from salescli.model.entry import REVERSED
from salescli.model.settlement import ENTRIES, ENTRY_COLUMNS, PART_COLUMNS, PARTS


def settled_pay(base: Base, folders: Sequence[Path], deals: Iterable[str]) -> list[tuple[Any, ...]]:
    """What these settlements paid for these deals: entries that name them, and parts of those that do not.

    Returns:
        (period, plan, component, person, kind, deal, amount as written, rule, cause, name of the folder),
        parts as `earning`.
    """
    base.ask(deals)
    entries = text_of([folder / ENTRIES for folder in folders], ENTRY_COLUMNS, named=True)
    parts = text_of([path for folder in folders if (path := folder / PARTS).is_file()], PART_COLUMNS)
    return base.rows(
        f"""
WITH entries AS (FROM {entries}),
parts AS (FROM {parts}),
rules AS (
    SELECT period, plan, component, person, min(rule) AS rule FROM entries WHERE kind = 'earning' GROUP BY ALL
)
SELECT period, plan, component, person, kind, deal_id, amount, coalesce(rule, ''), coalesce(cause, ''),
    parse_filename(parse_dirpath(filename))
FROM entries WHERE deal_id IN (FROM asked)
UNION ALL
SELECT p.period, p.plan, p.component, p.person, 'earning', p.deal_id, p.amount, coalesce(r.rule, ''), '', ''
FROM parts AS p
LEFT JOIN rules AS r
    ON r.period = p.period AND r.plan = p.plan AND r.component = p.component AND r.person = p.person
WHERE p.deal_id IN (FROM asked)
ORDER BY ALL
"""
    )


def taken_back_from(base: Base, folders: Sequence[Path]) -> set[str]:
    """Whom these settlements have taken something back from of what was paid before."""
    entries = text_of([folder / ENTRIES for folder in folders], ENTRY_COLUMNS)
    where = f"kind = 'clawback' OR starts_with(cause, {literal(REVERSED)})"
    return {person for (person,) in base.rows(f"SELECT DISTINCT person FROM {entries} WHERE {where}")}


def settled_people(base: Base, folders: Sequence[Path]) -> list[tuple[str, str]]:
    """Whom these settlements paid for which periods; what was held, released or clawed back aside."""
    entries = text_of([folder / ENTRIES for folder in folders], ENTRY_COLUMNS)
    where = "kind NOT IN ('hold', 'release', 'clawback')"
    return base.rows(f"SELECT DISTINCT person, period FROM {entries} WHERE {where} ORDER BY ALL")


def settled_periods(base: Base, folders: Sequence[Path]) -> list[str]:
    """The periods that these settlements have entries of."""
    entries = text_of([folder / ENTRIES for folder in folders], ENTRY_COLUMNS)
    return [period for (period,) in base.rows(f"SELECT DISTINCT period FROM {entries} ORDER BY period")]


def text_of(files: Sequence[Path], columns: Sequence[str], *, named: bool = False) -> str:
    """A relation of CSV files that settlements wrote, every cell as text; without rows for no files.

    Args:
        named: With a column `filename` that says from which one.
    """
    if not files:
        columns = (*columns, *(["filename"] if named else []))
        return f"(SELECT {', '.join(f'CAST(NULL AS VARCHAR) AS {column}' for column in columns)} WHERE false)"
    listed = ", ".join(literal(str(path)) for path in files)
    cells = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    return (
        f"read_csv([{listed}], columns = {{{cells}}}, auto_detect = false, header = true, delim = ',',"
        f" filename = {str(named).lower()},"
        " quote = '\"', escape = '\"', nullstr = '')"
    )
