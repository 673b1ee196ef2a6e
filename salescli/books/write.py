"""Writing: whole files or nothing, never out of a book, never over what is none of ours."""

from __future__ import annotations

import contextlib
import os
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from salescli.books.lock import book_lock
from salescli.books.pending import fill, is_temporary_of, link_in, open_new, put, sync_folder, temporary_of
from salescli.books.root import MARK
from salescli.findings import Refused, Stop, reason
from salescli.i18n import N_, Word

_ODD = ("Cc", "Cf", "Cs")  # control and format characters, bytes that are no text
_KEPT = ("ledger/reviews", "ledger/reports")
"""Where a book keeps results: Markdown written by `-O`, which nothing is reckoned from."""
_OWN = ("ledger", "policies", "report_templates", ".git", ".schemas")


def write_atomic(path: Path, data: bytes, root: Path | None = None) -> None:
    """As `write_all` for one file."""
    write_all({path: data}, root)


def write_all(changes: Mapping[Path, bytes], root: Path | None = None) -> None:
    """Write files, so that at any moment each of them is the old or the new one, whole.

    Missing folders are made. In a book, all of them are the old ones or all are the new ones for every run
    that follows, also after a kill, a full disk or a power cut (`books/pending.py`), and the book's lock is
    taken. Outside of one, a kill may leave some of several files old; the next run writes them again.

    Args:
        changes: Path → whole content.
        root: The book they must stay in, without going through any symbolic link; None for a place outside.

    Raises:
        Refused: if a path leads out of `root`, or through a link, or is not a plain file.
        Stop: if the disk is full, the folder cannot be written, and the like; nothing is left behind.
        Busy: if another run writes into the book.
    """
    if root is None:
        for path in changes:
            check_output(path)
        with _explained(changes):
            _put_outside(changes)
        return
    top = root.resolve()
    placed = {_placed(path, root, top): data for path, data in changes.items()}
    with _explained(changes), book_lock(top):
        put(top, placed)


@contextmanager
def _explained(changes: Mapping[Path, bytes]) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Stop(
            "{path} cannot be written: {why}",
            hint="nothing was left half-written; make room or give the right to write, then run it again",
            path=str(_meant(error, changes)),
            why=reason(error),
        ) from error


def _meant(error: OSError, changes: Mapping[Path, bytes]) -> Path:
    """The file that was to be written when it failed, as nearly as the system says."""
    named = Path(error.filename) if isinstance(error.filename, str) else Path()
    for path in changes:
        if is_temporary_of(named.name, path) or named.name == path.name:
            return path
    return next(iter(changes), named)


def _placed(path: Path, root: Path, top: Path) -> Path:
    """Where a path of a book is, below its resolved root."""
    whole = Path(os.path.normpath(path if path.is_absolute() else Path.cwd() / path))
    for base in (top, Path(os.path.normpath(Path.cwd() / root))):
        if whole.is_relative_to(base) and whole != base:
            placed = top / whole.relative_to(base)
            break
    else:
        raise _leads_out(path, root)
    if link_in(placed, top) is not None:
        raise _leads_out(path, root)
    _writable(placed)
    return placed


def _leads_out(path: Path, root: Path) -> Refused:
    return Refused(
        "{path} leads out of the book",
        hint="remove the symbolic link, or name a file inside {root}",
        path=str(path),
        root=str(root),
    )


def _writable(path: Path) -> None:
    """Refuse what could not be replaced later, when the other files are replaced already."""
    if not os.path.lexists(path):
        return
    if not stat.S_ISREG(path.lstat().st_mode):
        raise Refused(
            N_("{path} is not a plain file"),
            hint=N_("give another name, or remove it"),
            path=str(path),
        )
    if not os.access(path, os.W_OK):
        raise Stop(
            "{path} cannot be written: {why}",
            hint=N_("it is write-protected; give the right to write, then run it again"),
            path=str(path),
            why=Word(os.strerror(13)),
        )


def check_output(path: Path) -> None:
    """Refuse a place outside that a result cannot go to, before any work is done for it.

    Raises:
        Refused: if it is a link, a folder or a device, has control characters in its name, or is one of
            the files a book is made of; reviews and monthly reports kept in it are none.
        Stop: if it is write-protected.
    """
    if any(unicodedata.category(character) in _ODD for character in str(path)):
        raise Refused(
            N_("{path} has characters in it that no file of ours gets"), hint=N_("give another name"),
            path=str(path),
        )  # fmt: skip
    if path.is_symlink():
        raise Refused(
            N_("{path} is a symbolic link"), hint=N_("name the file it leads to"), path=str(path)
        )  # fmt: skip
    _writable(path)
    whole = Path(os.path.abspath(path))  # noqa: PTH100
    place = whole.parent.resolve() / whole.name
    for root in place.parents:
        below = place.relative_to(root)
        first = below.parts[0]
        if below.parent.as_posix() in _KEPT and below.suffix == ".md":
            continue
        if (root / MARK).is_file() and (first in (*_OWN, MARK) or first.startswith(".salescli.")):
            raise Refused(
                N_("{path} is a place of the book {root} itself"),
                hint=N_("results go elsewhere; files of the book are written by the commands for them"),
                path=str(path),
                root=str(root),
            )


def _put_outside(changes: Mapping[Path, bytes]) -> None:
    with contextlib.ExitStack() as last:
        staged: list[tuple[Path, Path]] = []
        for path, data in changes.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            _sweep(path)
            temporary, handle = _claim(path)
            last.callback(os.close, handle)
            last.callback(temporary.unlink, missing_ok=True)
            fill(handle, path, data)
            staged.append((temporary, path))
        for temporary, path in staged:
            os.replace(temporary, path)  # noqa: PTH105
    for folder in sorted({path.parent for path in changes}):
        sync_folder(folder)


def _claim(path: Path) -> tuple[Path, int]:
    """A new temporary file for `path`, locked for as long as its run lives."""
    while True:
        temporary = temporary_of(path)
        handle = open_new(temporary)
        _is_free(handle, wait=True)
        if os.fstat(handle).st_nlink or os.name != "posix":
            return temporary, handle
        os.close(handle)  # another run took it for one left behind, before it was locked


def _sweep(path: Path) -> None:
    """Remove temporary files of `path` that killed runs left; those of living runs are locked."""
    for left in sorted(path.parent.iterdir()):
        if not is_temporary_of(left.name, path) or left.is_symlink():
            continue
        with contextlib.suppress(OSError):
            handle = os.open(left, os.O_RDWR | getattr(os, "O_NONBLOCK", 0))
            try:
                if _is_free(handle):
                    left.unlink()
            finally:
                os.close(handle)


def _is_free(handle: int, *, wait: bool = False) -> bool:
    """Lock an open file; False if another process has it, or where files cannot be locked so."""
    try:
        import fcntl
    except ImportError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True
