"""Several files put in place as one: begun, then certain, then done, whenever a run is killed (SPEC X2).

`put` goes in three steps, and a note at the root of the book says which one was reached:

1. `.salescli.staged` lists what will be written; then the new contents are written beside their places,
   under names nothing reads. A run that ends here has changed nothing: `recover` takes it all away again.
2. That note is renamed to `.salescli.pending`, in one step. From here on the change is certain.
3. Every content takes its place, and the note goes. A run that ends here is finished by `recover`.

Everything is on the disk before the next step begins, so that a power cut is no different from a kill.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from salescli.findings import Refused, Stop, reason
from salescli.i18n import N_

STAGED = ".salescli.staged"
PENDING = ".salescli.pending"
_MOST = 16 * 1024 * 1024
_TEMPORARY = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{12}\.tmp", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is put in place: where each file is staged and goes to, and folders made for them, outer first."""

    files: tuple[tuple[Path, Path], ...]
    folders: tuple[Path, ...]


def put(root: Path, changes: Mapping[Path, bytes]) -> None:
    """Write files of a book, all or none. The caller holds the book's lock and has checked the paths.

    Raises:
        OSError: if it cannot be; then nothing was changed, and nothing is left.
        Stop: if what is certain already could not be finished; the next run does.
    """
    root = root.resolve()
    plan = Plan(
        tuple((temporary_of(path), path) for path in changes),
        tuple(dict.fromkeys(new for path in changes for new in _missing(path.parent))),
    )
    try:
        _note(root, plan)
        for folder in plan.folders:
            folder.mkdir()
        for (temporary, path), data in zip(plan.files, changes.values(), strict=True):
            _create(temporary, path, data)
        for folder in sorted({path.parent for path in (*changes, *plan.folders)}):
            sync_folder(folder)
        os.replace(root / STAGED, root / PENDING)  # noqa: PTH105
        sync_folder(root)
    finally:
        recover(root)


def recover(root: Path) -> None:
    """Finish what is certain, and take back what was only begun. The caller holds the book's lock.

    Raises:
        Refused: if a note is none of ours.
        Stop: if a file cannot be put in place.
    """
    pending, staged = root / PENDING, root / STAGED
    if os.path.lexists(pending):
        _finish(root, _read(root, pending), pending)
    if os.path.lexists(staged):
        with contextlib.suppress(Refused):  # killed while it was noted down: nothing was staged yet
            _take_back(_read(root, staged))
        staged.unlink()
        sync_folder(root)


def is_pending(root: Path) -> bool:
    """Whether a change is certain, but not in place yet: what is there is neither the old nor the new."""
    return os.path.lexists(root / PENDING)


def is_begun(root: Path) -> bool:
    """Whether a run is writing, or was killed at it."""
    return os.path.lexists(root / STAGED) or is_pending(root)


def _finish(root: Path, plan: Plan, note: Path) -> None:
    for temporary, path in plan.files:
        try:
            if os.path.lexists(temporary):
                os.replace(temporary, path)  # noqa: PTH105
        except OSError as error:
            raise Stop(
                N_("{path} cannot be put in place: {why}"),
                hint=N_("mend that; the next run of any command then finishes what was begun"),
                path=path.relative_to(root).as_posix(),
                why=reason(error),
            ) from error
    for folder in sorted({path.parent for _, path in plan.files}):
        sync_folder(folder)
    note.unlink()
    sync_folder(root)


def _take_back(plan: Plan) -> None:
    for temporary, _ in plan.files:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            temporary.unlink()
    for folder in reversed(plan.folders):
        with contextlib.suppress(OSError):  # not made yet, or somebody put something into it
            folder.rmdir()


def _note(root: Path, plan: Plan) -> None:
    def name(path: Path) -> str:
        return path.relative_to(root).as_posix()

    data = {
        "files": [[name(temporary), name(path)] for temporary, path in plan.files],
        "folders": [name(folder) for folder in plan.folders],
    }
    _create(root / STAGED, root / STAGED, json.dumps(data).encode())
    sync_folder(root)


def _read(root: Path, note: Path) -> Plan:
    """A note's plan; a book may come from anybody, so it is held to what a plan of ours can be."""
    try:
        handle = os.open(note, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            data = json.loads(file.read(_MOST))
        files = tuple((_inside(root, one), _inside(root, other)) for one, other in data["files"])
        folders = tuple(_inside(root, one) for one in data["folders"])
        for temporary, path in files:
            told = _TEMPORARY.fullmatch(temporary.name)
            if temporary.parent != path.parent or told is None or told["name"] != path.name:
                raise ValueError(temporary)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise Refused(
            N_("{path} is not what salescli wrote"), hint=N_("remove it, if nobody knows it"), path=note.name
        ) from error
    return Plan(files, folders)


def _inside(root: Path, name: object) -> Path:
    """The place a note names, reached through no link and not out of the book."""
    if not isinstance(name, str) or PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise ValueError(name)
    path = root / name
    if link_in(path.parent, root) is not None:
        raise ValueError(name)
    return path


def link_in(path: Path, root: Path) -> Path | None:
    """The first symbolic link on the way from `root` down to `path`, `path` included."""
    at = root
    for part in path.relative_to(root).parts:
        at = at / part
        if at.is_symlink():
            return at
    return None


def _missing(folder: Path) -> list[Path]:
    """The folders to make for `folder` to be there, outer first."""
    missing: list[Path] = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    return missing[::-1]


def temporary_of(path: Path) -> Path:
    """Where a new content of `path` is written first: beside it, under a name that nothing reads."""
    return path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")


def is_temporary_of(name: str, path: Path) -> bool:
    """Whether a file's name is one that `temporary_of` gives."""
    told = _TEMPORARY.fullmatch(name)
    return told is not None and told["name"] == path.name


def open_new(path: Path) -> int:
    """A new file, never one that is there, open for writing."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o666)


def fill(handle: int, path: Path, data: bytes) -> None:
    """Write what will be at `path` into an open file, down to the disk, with the permissions it has there."""
    with os.fdopen(handle, "wb", closefd=False) as file:
        file.write(data)
        file.flush()
        if path.exists() and hasattr(os, "fchmod"):
            os.fchmod(handle, stat.S_IMODE(path.stat().st_mode))  # whatever the umask
        os.fsync(handle)


def _create(temporary: Path, path: Path, data: bytes) -> None:
    handle = open_new(temporary)
    try:
        fill(handle, path, data)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make new names survive a power cut, where the system can."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
