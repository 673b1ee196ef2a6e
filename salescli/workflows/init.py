"""A new book: the sample, or a small empty one with comments."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from salescli.books.lock import LOCK, book_lock
from salescli.books.pending import is_begun
from salescli.books.write import write_all
from salescli.findings import Misuse
from salescli.i18n import N_
from salescli.model.table import Line, Report

BOOK = ("salescli.yaml", "ledger", "policies", "report_templates")


def init(folder: Path, *, example: bool = False) -> Report:
    """Make a book in `folder`, which is made if need be.

    Raises:
        Misuse: if it is not a folder, or there is anything in it.
        Stop: if it cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise Misuse("{folder} is not a folder", hint="give another name", folder=str(folder))
    if is_begun(folder):  # a run that made a book here was killed
        with book_lock(folder):
            pass
    if folder.is_dir() and any(path.name != LOCK for path in folder.iterdir()):
        raise Misuse(
            "{folder} is not empty",
            hint="give the name of a new folder: salescli init mybook",
            folder=str(folder),
        )
    content = _sample() if example else _empty()
    # The mark of a book goes last: a folder without it is no book yet.
    ordered = sorted(content, key=lambda name: (name == BOOK[0], name))
    folder.mkdir(parents=True, exist_ok=True)
    write_all({folder / name: content[name] for name in ordered}, folder)
    params = {"count": len(content), "folder": str(folder)}
    first = Line(template=N_("made {folder} with {count:file|files}"), params=params)
    next_commands = ("validate", "split Q3.yaml", "status") if example else ("validate", "schema --write")
    enter = [] if folder.resolve() == Path.cwd() else [Line(template="  cd {folder}", params=params)]
    lines = [Line(template=f"  salescli {command}") for command in next_commands]
    return Report(
        command="init",
        notes=(first, Line(template=N_("next:")), *enter, *lines),
        extra={"folder": str(folder), "files": len(content)},
    )


def _sample() -> dict[str, bytes]:
    """Every file of the sample book: packaged beside the code, or at the root of a source checkout."""
    package = files("salescli")
    packaged = package / "sample"
    if packaged.is_dir():
        return {name: data for top in BOOK for name, data in _read(packaged / top, top).items()}
    root = Path(str(package)).parent
    if not all((root / top).exists() for top in BOOK):
        raise Misuse(
            "this installation has no sample book", hint="install salescli again, or leave --example out"
        )
    return {name: data for top in BOOK for name, data in _read(root / top, top).items()}


def _read(place: Traversable, name: str) -> dict[str, bytes]:
    if place.is_file():
        return {name: place.read_bytes()}
    return {
        path: data
        for child in place.iterdir()
        if not child.name.startswith(".")
        for path, data in _read(child, f"{name}/{child.name}").items()
    }


def _empty() -> dict[str, bytes]:
    """The files of `salescli/starter`."""
    starter = files("salescli") / "starter"
    return {name: data for child in starter.iterdir() for name, data in _read(child, child.name).items()}
