"""Which commits hold what settlements rest on: the one a step names, and those of the past (SPEC S5)."""

from __future__ import annotations

import re
from pathlib import Path

from salescli.books.git import Entry, Repository, in_repository, open_repository
from salescli.books.settlements import settlement_path
from salescli.findings import Misuse
from salescli.i18n import N_
from salescli.model.settlement import FOLDER, MANIFEST, Settlement, State
from salescli.model.table import Line
from salescli.workflows.settling.settlement_files import sha256_of_manifest


def commit_of(root: Path, known: Settlement, to: State) -> tuple[str, Line | None]:
    """The commit checked out, if it holds everything a step rests on; else an empty text and why not.

    A publication rests on inputs, rules and results, later steps on the results alone. Outside of a
    repository there is nothing to say.
    """
    if not in_repository(root):
        return "", None
    try:
        with open_repository(root) as repository:
            lacking = _lacking(repository, known, to)
            if lacking is None:
                return repository.head, None
    except Misuse as stopped:
        return "", Line(
            template=N_("no commit is recorded: {why}"),
            params={"why": Line(template=stopped.template, params=stopped.params)},
        )
    return "", Line(
        template=N_("no commit is recorded: the last one does not hold {path} as it is here"),
        params={"path": lacking},
    )


def _lacking(repository: Repository, known: Settlement, to: State) -> str | None:
    """The first file that the commit checked out does not hold as it was recorded."""
    wanted = dict(known.outputs)
    if to == "published":
        wanted |= {**known.inputs, **known.rules}
    wanted[settlement_path(Path(), known.period).as_posix()] = sha256_of_manifest(known)
    return next(
        (path for path in sorted(wanted) if not held(repository, repository.head, path, wanted[path])), None
    )


def held(repository: Repository, commit: str, path: str, digest: str) -> bool:
    """Whether a commit has a file of this content at a path."""
    entry = repository.find(commit, path)
    return entry is not None and entry.kind == "file" and repository.blob(entry).sha256 == digest


_STATE = re.compile(rb"^state: (\w+)$", re.MULTILINE)
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class Kept:
    """What the history of a repository has of settlements and files, looked up once."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._settled: dict[str, list[tuple[str, Entry]]] | None = None
        self._of_file: dict[str, list[tuple[str, str | None]]] = {}

    def months(self) -> dict[str, list[tuple[str, Entry]]]:
        """Month → commits in which it is settled and its folder is another than before, oldest first."""
        if self._settled is None:
            self._settled = {}
            seen: set[tuple[str, str]] = set()
            for commit in self._repository.history(FOLDER):
                top = self._repository.find(commit, FOLDER)
                if top is None or top.kind != "tree":
                    continue
                for name, folder in self._repository.names(top).items():
                    new = _MONTH.fullmatch(name) and folder.kind == "tree" and (name, folder.oid) not in seen
                    if new and self._is_settled(folder):
                        self._settled.setdefault(name, []).append((commit, folder))
                    seen.add((name, folder.oid))
        return self._settled

    def _is_settled(self, folder: Entry) -> bool:
        """Whether a commit's manifest says that the month is published or further."""
        entry = self._repository.names(folder).get(MANIFEST)
        if entry is None or entry.kind != "file":
            return False
        state = _STATE.search(self._repository.content(entry))
        return state is not None and state.group(1) != b"draft"

    def versions(self, path: str) -> list[tuple[str, str | None]]:
        """Commits that changed a file, oldest first, each with the hash it has there; None without it."""
        if path not in self._of_file:
            versions: list[tuple[str, str | None]] = []
            for commit in self._repository.history(path):
                entry = self._repository.find(commit, path)
                is_file = entry is not None and entry.kind == "file"
                versions.append((commit, self._repository.blob(entry).sha256 if entry and is_file else None))
            self._of_file[path] = versions
        return self._of_file[path]
