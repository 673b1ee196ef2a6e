"""One writer at a time: a lock on the book."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from salescli.findings import Busy, Stop

LOCK = ".salescli.lock"


@contextmanager
def book_lock(root: Path) -> Iterator[None]:
    """Hold the book at `root` for writing. The file `.salescli.lock` stays; only its lock comes and goes.

    Raises:
        Busy: at once, if another run holds it (exit 5), naming its process.
        Stop: if the lock file cannot be made.
    """
    from filelock import FileLock, Timeout

    path = root / LOCK
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Busy(
            "another run is writing into this book{holder}",
            hint="wait until it has ended, then run this again",
            holder=_holder(path),
        ) from None
    except OSError as error:
        raise Stop(
            "{path} cannot be made: {why}",
            hint="commands that write need the right to write into the book",
            path=str(path),
            why=error.strerror or type(error).__name__,
        ) from error
    try:
        path.write_text(f"{os.getpid()}\n", encoding="ascii")
        yield
    finally:
        lock.release()


def _holder(path: Path) -> str:
    """` (process 123)`, if the lock file says so."""
    try:
        with path.open("rb") as file:
            text = file.read(20).decode("ascii", "replace").strip()
    except OSError:
        return ""
    return f" (process {text})" if text.isdigit() else ""
