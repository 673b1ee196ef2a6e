"""Writing into a book: whole files or nothing, never outside the book."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from salescli.findings import Refused, Stop


def write_atomic(path: Path, data: bytes, root: Path | None = None) -> None:
    """Put `data` at `path`, so that at any moment the old file or the new one is there, whole.

    Args:
        path: Where to; missing folders are made.
        data: The whole content.
        root: The folder it must stay in, symbolic links followed; None does not restrict.

    Raises:
        Refused: if the path leads out of `root`.
        Stop: if the disk is full, the folder cannot be written, and the like; nothing is left behind.
    """
    write_all({path: data}, root)


def write_all(changes: Mapping[Path, bytes], root: Path | None = None) -> None:
    """As `write_atomic` for several files: all are written beside their places before the first is replaced.

    Files are replaced in the order given, so that a manifest goes last.
    """
    for path in changes:
        _stay_inside(path, root)
    staged: list[tuple[Path, Path]] = []
    path = next(iter(changes), Path())
    try:
        for path, data in changes.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            staged.append((_stage(path, data), path))
        for temporary, path in staged:
            os.replace(temporary, path)  # noqa: PTH105
        for folder in sorted({target.parent for target in changes}):
            _sync_folder(folder)
    except OSError as error:
        raise Stop(
            "{path} cannot be written: {why}",
            hint="nothing was left half-written; make room or give the right to write, then run it again",
            path=str(path),
            why=error.strerror or type(error).__name__,
        ) from error
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)


def _stay_inside(path: Path, root: Path | None) -> None:
    if root is None:
        return
    inside = root.resolve()
    if not path.resolve().is_relative_to(inside) or path.is_symlink():
        raise Refused(
            "{path} leads out of the book",
            hint="remove the symbolic link, or name a file inside {root}",
            path=str(path),
            root=str(root),
        )


def _stage(path: Path, data: bytes) -> Path:
    """A finished temporary file beside `path`, with its permissions."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), mode)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _sync_folder(folder: Path) -> None:
    """Make the new names survive a power cut, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
