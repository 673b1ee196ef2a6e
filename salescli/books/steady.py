"""A book that stands still while it is read: not half replaced, and not changed on the way (SPEC X2)."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from salescli.books.lock import book_lock
from salescli.books.pending import is_begun, is_pending
from salescli.books.root import MARK
from salescli.books.write import write_all
from salescli.findings import Busy, Stop
from salescli.i18n import N_, several

_PARTS = ("ledger", "policies", "report_templates")
_PATIENCE = 10.0
_SHOWN = 3
Mark = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Look:
    """A book's files as they were when reading began: path → which file, how long, when written."""

    root: Path
    files: Mapping[str, Mark]

    def changed(self) -> list[str]:
        """Files that are others now, gone or new, and all of them while a change is being put in place."""
        if is_pending(self.root):
            return sorted(self.files)
        then, now = self.files, _files(self.root)
        return sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))

    def require(self) -> None:
        """Refuse to go on with what was read from a book that has changed meanwhile.

        Raises:
            Busy: naming the first such files.
        """
        changed = self.changed()
        if changed:
            raise Busy(
                N_("the book was changed while it was read: {paths}"),
                hint=N_("run this again"),
                paths=several(changed, _SHOWN),
            )

    def write(self, changes: Mapping[Path, bytes]) -> None:
        """Put files into the book, all or none, if it still is what was read.

        Raises:
            Busy: if a file was changed meanwhile, by an editor or git say: nothing is written.
            Stop: if it cannot be written.
        """
        self.require()
        write_all(changes, self.root)


@contextmanager
def hold(root: Path, wanted: bool = True) -> Iterator[Look | None]:
    """Hold a book from before it is read until it is written; what a writer rests on is read within.

    Args:
        wanted: False if nothing will be written: then it is neither locked nor looked at.

    Raises:
        Busy: if another run writes into the book.
    """
    if not wanted:
        yield None
        return
    with book_lock(root):
        yield look(root)


def look(root: Path) -> Look:
    """Begin to read a book.

    What a killed run left is finished or taken back first; a change that is being put in place just now is
    waited for. Takes about a millisecond for a hundred files.

    Raises:
        Busy: if a change is not in place after ten seconds.
        Stop: if what a killed run left cannot be finished.
    """
    root = root.resolve()
    _settle_down(root)
    return Look(root, _files(root))


def _settle_down(root: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while is_begun(root):
        try:
            with book_lock(root, wait=False):
                return
        except Busy:
            if not is_pending(root):
                return  # a living run is preparing its files; what is there stands
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        except Stop:
            if is_pending(root):
                raise
            return  # a book that may only be read


def _files(root: Path) -> dict[str, Mark]:
    found = {}
    for path in _walk(root):
        with contextlib.suppress(OSError):
            at = path.stat()
            found[path.relative_to(root).as_posix()] = (at.st_ino, at.st_size, at.st_mtime_ns, at.st_ctime_ns)
    return found


def _walk(root: Path) -> Iterator[Path]:
    yield root / MARK
    for part in _PARTS:
        for folder, folders, names in os.walk(root / part):
            folders[:] = [name for name in folders if not name.startswith(".")]
            yield from (Path(folder, name) for name in names if not name.startswith("."))
