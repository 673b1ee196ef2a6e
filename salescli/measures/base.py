"""The loaded facts of a book: an in-memory DuckDB holding the typed tables, loaded once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from salescli.measures.load import (
    Rules,
    create_currencies,
    create_types,
    load_activities,
    load_credits,
    load_deals,
    load_fx,
    load_receipts,
    number_deals,
    use_rates,
)
from salescli.measures.schema import COLUMNS, NUMBERS, OPTIONAL
from salescli.measures.source import FactFile, Sources, mend, open_sources, stumbles, text_sql
from salescli.model.book import Book
from salescli.model.exact import minor_digits

# More threads need more memory; results do not depend on them.
_THREADS = min(4, os.cpu_count() or 1)
_KEPT = 8


class Base:
    """Tables of facts, read from the files on first use.

    Attributes:
        con: The database; tables are described in `load.py`.
        sources: The files; empty of findings about malformed rows until `load`.
        deals_twice: Whether a deal id is there more than once.
        lacking: Columns of `OPTIONAL` that no file of deals has.
        late: The moments of deals that the last run told apart beside settled months (`settled.py`); none
            where it was not beside any.
        kept: SQL of cells → the table that holds them, oldest first; emptied by a run of the steps.
        ledgers: Files of settlements that the table `ledgers` holds, as they were → their numbers there.
        pasts: Earlier days that were looked from → whether they saw other deals than the last run; emptied
            by a run of the steps.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self.digits = minor_digits(book.settings.currency)
        self.rules = Rules(book.settings.currency, self.digits, book.policy.closed_deal.signed)
        self._folder = tempfile.TemporaryDirectory(prefix="salescli-")
        folder = Path(self._folder.name)
        self._copies = folder / "copies"
        self._copies.mkdir()
        self.con = duckdb.connect(
            config={
                "threads": _THREADS,
                "preserve_insertion_order": False,
                "temp_directory": str(folder / "spill"),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        self.sources: Sources | None = None
        self.deals_twice = False
        self.lacking = frozenset(OPTIONAL)
        self.late = frozenset[str]()
        self.kept: dict[str, str] = {}
        self.pasts: dict[date, bool] = {}
        self.ledgers: dict[tuple[Path, int, int], int] = {}
        self._number = 0

    def close(self) -> None:
        """Give back memory and temporary files."""
        self.con.close()
        self._folder.cleanup()

    def load(self) -> Sources:
        """Read all fact files into tables, once."""
        if self.sources is not None:
            return self.sources
        sources = open_sources(self.book.root, self.book.facts, self.con)
        create_types(self.con, self.book.org)
        self.lacking = frozenset(OPTIONAL).difference(*(file.header for file in sources.files["deals"]))
        self._load("fx", sources)
        if self.book.policy.fx is not None:
            fiscal = self.book.settings.fiscal_year_start
            self.rules = replace(self.rules, fx=use_rates(self.con, self.book.policy.fx, fiscal))
        create_currencies(self.con, self.rules)
        self._load("deals", sources)
        self.deals_twice = number_deals(self.con)
        for kind in ("collections", "credits", "activities"):
            self._load(kind, sources)
        self.sources = sources
        return sources

    def _load(self, kind: str, sources: Sources) -> None:
        try:
            self._create(kind, sources.files[kind])
        except duckdb.Error:
            bad = [file for file in sources.files[kind] if not file.parquet and stumbles(file, self.con)]
            if not bad:
                raise
            mended = {file.path: mend(file, self._copies, sources) for file in bad}
            sources.files[kind] = [mended.get(file.path, file) for file in sources.files[kind]]
            self._create(kind, sources.files[kind])

    def _create(self, kind: str, files: list[FactFile]) -> None:
        text = text_sql(files, self.digits) if files else _nothing(kind)
        if kind == "deals":
            load_deals(self.con, text, self.rules, self._extra())
        else:
            _LOADERS[kind](self.con, text, self.rules)

    def _extra(self) -> set[str]:
        """Columns of deals beyond the usual: what files have, and what a declared metric asks for."""
        asked = {
            column
            for metric in self.book.policy.metrics.values()
            if metric.base is not None and metric.base.source in ("deals", "customers", "collections")
            for column in metric.base.where
        }
        words = {"note", *(c for c in OPTIONAL if c not in NUMBERS)}
        return (asked & words) | (set(OPTIONAL) - self.lacking)

    def keep(self, sql: str) -> str:
        """The name of a table that holds a query's rows, as long as few others are asked for after it."""
        if sql not in self.kept:
            while len(self.kept) >= _KEPT:
                self.con.execute(f"DROP TABLE {self.kept.pop(next(iter(self.kept)))}")
            table = f"kept_{self._number}"
            self._number += 1
            self.con.execute(f"CREATE TEMP TABLE {table} AS {sql}")
            self.kept[sql] = table
        return self.kept[sql]

    def ask(self, deals: Iterable[str]) -> None:
        """Make `asked` a table of these deal ids, each once."""
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE asked AS"
            " SELECT DISTINCT CAST(unnest($deals) AS VARCHAR) AS deal_id",
            {"deals": list(deals)},
        )

    def forget(self) -> None:
        """Drop what `keep` holds, and forget how earlier days saw it."""
        self.pasts.clear()
        for table in self.kept.values():
            self.con.execute(f"DROP TABLE {table}")
        self.kept.clear()

    def rows(self, sql: str, params: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.con.execute(sql, params or {}).fetchall()

    @contextmanager
    def in_file_order(self) -> Iterator[None]:
        """Within, rows of a CSV file come in the order of the file."""
        self.con.execute("SET threads = 1; SET preserve_insertion_order = true")
        try:
            yield
        finally:
            self.con.execute(f"SET threads = {_THREADS}; SET preserve_insertion_order = false")


_LOADERS = {
    "fx": load_fx,
    "collections": load_receipts,
    "credits": load_credits,
    "activities": load_activities,
}


def _nothing(kind: str) -> str:
    cells = ", ".join(f'CAST(NULL AS VARCHAR) AS "{c.name}"' for c in COLUMNS[kind])
    return f"SELECT {cells} WHERE false"
