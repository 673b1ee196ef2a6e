"""Writing into `ledger/notes` without touching what people wrote: new diagnoses, answers, actions done.

Everything is read again under the book's lock, changed in memory, read back, and only then written: all files
or none (SPEC A4, R2, X2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from salescli.books.diagnosis_yaml import HEAD, answers_of, diagnosis_yaml
from salescli.books.edit import Loc, append_entries, set_keys
from salescli.books.lock import book_lock
from salescli.books.read_notes import NOTES, notes_in, read_notes
from salescli.books.write import write_all
from salescli.calc.checks.notes import check_notes
from salescli.findings import BookBroken, Finding, Misuse, Refused, Span, did_you_mean, has_errors
from salescli.i18n import N_, several
from salescli.model.book import Book
from salescli.model.note import Action, Diagnosis, Notes
from salescli.model.period import Period
from salescli.workflows.soundness import tidy

LISTS = {"diagnosis": "diagnoses", "action": "actions"}


def diagnoses_path(period: Period) -> str:
    """Where new diagnoses of a period go, relative to the root."""
    return f"{NOTES}/{period.text}-diagnoses.yaml"


def store_diagnoses(book: Book, diagnoses: Sequence[Diagnosis]) -> tuple[list[str], list[str]]:
    """Add diagnoses that the book does not have, and fill empty answers of those it has.

    Returns:
        Ids added, ids filled in. A diagnosis that is there and brings no answers is left as it is.

    Raises:
        Refused: if an answer is there already and is another one, or a file's form leaves no place.
        BookBroken: if the files of notes have errors.
    """
    with book_lock(book.root):
        notes, files = _current(book)
        known = {one.id: one for one in notes.diagnoses}
        changed: dict[str, bytes | None] = {}
        added = [one for one in diagnoses if one.id not in known]
        filled: list[str] = []
        for one in diagnoses:
            answers = _new_answers(known[one.id], one) if one.id in known else {}
            if answers:
                path, loc = _entry(known[one.id].place, notes, "diagnosis")
                data = changed.get(path, files[path])
                assert data is not None
                changed[path] = set_keys(data, path, loc, answers, "metric")
                filled.append(one.id)
        for path in dict.fromkeys(diagnoses_path(one.period) for one in added):
            mine = [diagnosis_yaml(one) for one in added if diagnoses_path(one.period) == path]
            changed[path] = append_entries(changed.get(path, files.get(path)), path, "diagnoses", mine, HEAD)
        _write(book, files, changed, {one.id: _merged(known.get(one.id), one) for one in diagnoses})
        return [one.id for one in added], filled


def finish_action(book: Book, word: str, on: date, note: str) -> Action:
    """Write down that an action, or the action of a diagnosis, is done.

    Raises:
        Misuse: if there is no such action, or it had not been decided by that day.
        Refused: if it is done already, or the file's form leaves no place.
        BookBroken: if the files of notes have errors.
    """
    with book_lock(book.root):
        notes, files = _current(book)
        action = _action(notes, word)
        if action.done is not None:
            raise Refused(
                N_("{id} was done on {day} already"),
                hint=N_("see {place}"),
                id=action.id,
                day=action.done.isoformat(),
                place=str(action.place),
            )
        if not action.known_on(on):
            raise Misuse(
                N_("{id} was decided in the review of {period}, after {day}"),
                hint=N_("give the day it was done: --on DATE"),
                id=action.id,
                period=action.decided.text,
                day=on.isoformat(),
            )
        values = {"done": on.isoformat(), **({"note": note} if note else {})}
        kind = "diagnosis" if action.diagnosis else "action"
        path, loc = _entry(action.place, notes, kind)
        data = set_keys(files[path], path, loc, values, "due")
        done = replace(action, done=on, note=note or action.note)
        _write(book, files, {path: data}, {action.id: done})
        return done


def _action(notes: Notes, word: str) -> Action:
    tasks = {task.id: task for task in notes.tasks()}
    if word in tasks:
        return tasks[word]
    near = did_you_mean(word, tasks)
    raise Misuse(
        N_("there is no action {id}"),
        hint=N_("did you mean {near}?") if near else N_("see salescli action list --all"),
        id=word,
        near=near,
    )


def _current(book: Book) -> tuple[Notes, dict[str, bytes]]:
    """Notes as they are now, with the bytes of their files by path; files may have come since the book was
    opened."""
    folder = book.root / NOTES
    names = folder.iterdir() if folder.is_dir() else ()
    paths = sorted(p for p in names if p.suffix == ".yaml" and not p.name.startswith(".") and p.is_file())
    found: list[Finding] = []
    notes = read_notes(paths, book.root, book.settings.fiscal_year_start, found)
    found.extend(check_notes(notes, book))
    if has_errors(found):
        raise BookBroken(tidy(book.root, found))
    return notes, {path.relative_to(book.root).as_posix(): path.read_bytes() for path in paths}


def _entry(place: Span, notes: Notes, kind: str) -> tuple[str, Loc]:
    """File, and keys down to the entry: which one of its list it is follows from where it begins."""
    entries: Sequence[Diagnosis | Action] = notes.diagnoses if kind == "diagnosis" else notes.actions
    places = sorted(other.place for other in entries if other.place.path == place.path)
    return place.path, (LISTS[kind], places.index(place))


def _new_answers(known: Diagnosis, one: Diagnosis) -> dict[str, str]:
    """What an asked diagnosis says beyond the one that is there, by key."""
    before, now = answers_of(known), answers_of(one)
    return {key: word for key, word in now.items() if word and word != before[key]}


def _merged(known: Diagnosis | None, one: Diagnosis) -> Diagnosis:
    """What must be read back: the diagnosis that is there, with the new answers."""
    if known is None:
        return one
    return replace(
        known,
        whys=one.whys or known.whys,
        root_cause=one.root_cause or known.root_cause,
        action=one.action or known.action,
        owner=one.owner or known.owner,
        due=one.due or known.due,
    )


def _write(
    book: Book,
    files: Mapping[str, bytes],
    changed: Mapping[str, bytes | None],
    wanted: Mapping[str, Diagnosis | Action],
) -> None:
    """Write the files that differ, once what they will hold has been read back and is what was wanted."""
    fiscal = book.settings.fiscal_year_start
    new = {path: data for path, data in changed.items() if data is not None and data != files.get(path)}
    if not new:
        return
    found: list[Finding] = []
    read: dict[str, Diagnosis | Action] = {}
    for path, data in {**files, **new}.items():
        notes = notes_in(data, path, fiscal, found)
        found.extend(check_notes(notes, book))
        read.update({one.id: one for one in notes.diagnoses})
        read.update({one.id: one for one in notes.tasks() if isinstance(wanted.get(one.id), Action)})
    differs = sorted(one for one, record in wanted.items() if read.get(one) != record)
    if has_errors(found) or differs:
        raise Refused(
            N_("nothing was written: {id} would not be read back as it was meant"),
            hint=N_("write it into the file by hand"),
            id=several(differs or sorted(wanted)),
        )
    write_all({book.root / path: data for path, data in new.items()}, book.root)
