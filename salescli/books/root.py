"""Where a book begins: the folder with `salescli.yaml`, found by walking up."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from salescli.findings import Misuse

MARK = "salescli.yaml"
_MONTHS = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))\.csv")


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` that holds `salescli.yaml`, as an absolute path.

    Raises:
        Misuse: if there is none.
    """
    folder = start.absolute()
    if not folder.is_dir():
        raise Misuse(
            "there is no folder {folder}", hint="give the folder of a book: -C DIR", folder=str(start)
        )
    folder = folder.resolve()
    for place in (folder, *folder.parents):
        if (place / MARK).is_file():
            return place
    raise Misuse(
        "there is no {mark} in {folder} or above it, so this is no book",
        hint="go into a book, name one with -C DIR, or make one: salescli init mybook --example",
        mark=MARK,
        folder=str(start),
    )


def newest_month(root: Path) -> date | None:
    """The first day of the newest month that a file of deals or receipts is named after; None without one.

    Opens no file: enough to see that a clock is behind its book.
    """
    names = (
        path.name for kind in ("deals", "collections") for path in (root / "ledger" / kind).glob("*.csv")
    )
    months = [found.group(1) for name in names if (found := _MONTHS.fullmatch(name))]
    return date.fromisoformat(f"{max(months)}-01") if months else None
