"""A command prints only what it read from a book that stood still meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

WRITES = "salescli.writes"
_SEEN = "salescli.seen"
_TRIES = 5


def writes(context: click.Context, options: Mapping[str, Any]) -> bool:
    """Whether a run writes into the book: then it reads under the book's lock, and nobody else changes it."""
    return WRITES in context.meta and bool(options.get("write", True))


def steadily(context: click.Context, root: Path, read: Callable[[], Any]) -> Any:
    """Run a command that reads; once more, if the book was changed under its eyes and nothing is printed yet.

    Raises:
        Busy: if the book changed each time.
    """
    from salescli.books.steady import look

    for left in reversed(range(_TRIES)):
        seen = context.meta[_SEEN] = look(root)
        try:
            return read()
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except Exception:
            if not left or not seen.changed():
                raise
    raise AssertionError("the last try returns or raises")


def stood_still() -> None:
    """Let a result go out only if the book it was read from is the same still.

    Raises:
        Busy: if it is not; `steadily` then reads it again.
    """
    context = click.get_current_context(silent=True)
    seen = None if context is None else context.meta.get(_SEEN)
    if seen is not None:
        seen.require()
