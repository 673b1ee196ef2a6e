"""Where a book begins: the folder with `salescli.yaml`, found by walking up."""

from __future__ import annotations

from pathlib import Path

from salescli.findings import Misuse

MARK = "salescli.yaml"


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
