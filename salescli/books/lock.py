"""One writer at a time: a lock on the book (SPEC X2)."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from salescli.books.pending import recover
from salescli.findings import Busy, Refused, Stop, reason
from salescli.i18n import N_

if TYPE_CHECKING:
    from filelock import BaseFileLock

LOCK = ".salescli.lock"
_MOST = 600


@dataclass(frozen=True, slots=True)
class Holder:
    """Who writes into a book: empty texts where nobody knows.

    Attributes:
        process: Its number.
        command: What was run, `salescli settle close` say.
        who: `user@host`.
        since: When it took the book, `2026-09-03 10:02:11`, by the clock of this machine.
    """

    process: str = ""
    command: str = ""
    who: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class Patience:
    """How a run behaves before a book that another one holds.

    Attributes:
        seconds: How long it waits; 0 not at all, None until the book is free.
        tell: Called with the holder and the seconds waited, about once a second; with None when it is over.
        command: Named to others while this run holds the book.
    """

    seconds: float | None = 0
    tell: Callable[[Holder | None, float], None] | None = None
    command: str = ""


_patience = Patience()
_held: set[Path] = set()


def be_patient(patience: Patience) -> None:
    """How every `book_lock` of this process waits from now on."""
    global _patience
    _patience = patience


@contextmanager
def book_lock(root: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the book at `root` for writing; within, holding it again is no matter.

    `wait=False` does not wait, whatever this run's patience.

    What a killed run left is finished or taken back first. The file `.salescli.lock` stays; only its lock
    comes and goes, with the process at the latest.

    Raises:
        Busy: if another run holds it for longer than this one waits (exit 5), naming its process.
        Stop: if the lock file cannot be made.
    """
    root = root.resolve()
    if root in _held:
        yield
        return
    lock = _acquire(root / LOCK, _patience if wait else Patience())
    _held.add(root)
    try:
        _write(root / LOCK, _sign())
        recover(root)
        yield
    finally:
        _held.discard(root)
        _write(root / LOCK, "")
        lock.release()


def _acquire(path: Path, patience: Patience) -> BaseFileLock:
    from filelock import FileLock

    with contextlib.suppress(OSError):
        if not stat.S_ISREG(path.lstat().st_mode):
            raise Refused(
                N_("{path} is not a plain file"), hint=N_("remove it: salescli makes it anew"), path=LOCK
            )
    lock, began, told = FileLock(path), time.monotonic(), False
    tell = patience.tell or (lambda *_: None)
    try:
        while not _taken(lock, _turn(patience, began)):
            if _turn(patience, began) <= 0:
                raise _busy(holder_of(path))
            tell(holder_of(path), time.monotonic() - began)
            told = True
    finally:
        if told:
            tell(None, time.monotonic() - began)
    return lock


def _turn(patience: Patience, began: float) -> float:
    """Seconds to wait before anything is said: one, or what is left of its patience."""
    if patience.seconds is None:
        return 1
    return max(0, min(1, patience.seconds - (time.monotonic() - began)))


def _taken(lock: BaseFileLock, seconds: float) -> bool:
    from filelock import Timeout

    try:
        lock.acquire(timeout=seconds, poll_interval=0.05)
    except Timeout:
        return False
    except OSError as error:
        raise Stop(
            "{path} cannot be made: {why}",
            hint="commands that write need the right to write into the book",
            path=str(lock.lock_file),
            why=reason(error),
        ) from error
    return True


def _busy(holder: Holder) -> Busy:
    if not holder.process:
        return Busy(N_("another run is writing into this book"), hint=N_(_HINT))
    return Busy(
        N_("another run is writing into this book: {command}, process {process} of {who}, since {since}"),
        hint=N_(_HINT),
        command=holder.command,
        process=holder.process,
        who=holder.who,
        since=holder.since,
    )


_HINT = N_("run this again when it has ended, or let it wait: --wait")


def holder_of(path: Path) -> Holder:
    """Who holds a book, as its lock file says."""
    try:
        with path.open("rb") as file:
            lines = file.read(_MOST).decode("utf-8", "replace").splitlines()
            since = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime)
    except OSError:
        return Holder()
    if len(lines) != 3 or not lines[0].isdigit():
        return Holder()
    process, command, who = lines
    return Holder(process, command, who, since.isoformat(" ", "seconds"))


def _sign() -> str:
    """What others read while this run holds the book."""
    import getpass
    import platform

    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = "?"
    command = _patience.command or Path(sys.argv[0]).name or "python"
    told = (str(os.getpid()), command, f"{user}@{platform.node()}")
    return "".join("".join(c for c in text[:150] if c.isprintable()) + "\n" for text in told)


def _write(path: Path, text: str) -> None:
    """Say it to others; on a full disk they are told less."""
    with contextlib.suppress(OSError):
        path.write_text(text, encoding="utf-8", errors="replace")
