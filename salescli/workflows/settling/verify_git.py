"""`verify --git`: settlements held against the commits of the book's repository (SPEC S5).

A month that was ever committed as published, closed or paid must be the same in every commit from then on,
and as it is here. So who rewrites a settled month, with all hashes made to fit, is found by git's history; a
file of facts that changed later is told apart from that, with the commit that changed it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from salescli.books.git import Entry, Repository, open_repository
from salescli.books.settlements import settlement_path
from salescli.findings import Misuse
from salescli.i18n import N_, Word
from salescli.model.objection import FOLDER as OBJECTIONS
from salescli.model.period import Period
from salescli.model.settlement import EVENTS, FOLDER, MANIFEST, Settlement
from salescli.model.table import Line
from salescli.workflows.settling.commits import Kept, held
from salescli.workflows.settling.settlement_files import sha256_of_manifest
from salescli.workflows.settling.verify_said import DIFFERS, KEPT, UNKEPT, Seen

_SHORT = 12


@contextmanager
def open_history(root: Path, wanted: bool) -> Iterator[History | None]:
    """The history of the book at `root`, if it is wanted.

    Raises:
        Misuse: if there is no repository, or its older commits are left out of this clone.
    """
    if not wanted:
        yield None
        return
    with open_repository(root) as repository:
        if repository.shallow:
            raise Misuse(
                N_("this clone leaves older commits out, so that nothing can be held against them"),
                hint=N_("run `git fetch --unshallow`; in CI, fetch the whole history (fetch-depth: 0)"),
            )
        yield History(repository)


class History:
    """What the commits say about settled months."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._kept = Kept(repository)

    # --- one month

    def of(self, month: Period, known: Settlement) -> Iterator[Seen]:
        """What differs from a commit, or that nothing does."""
        wrong = [
            *self._recorded(month, known),
            *self._rewritten(month, known),
            *self._tagged(month, known),
        ]
        yield from wrong
        if wrong or known.state == "draft":
            return
        last = self._repository.find(self._repository.head, _manifest(month.text))
        now = last is not None and last.kind == "file" and self._repository.blob(last).sha256
        if now != sha256_of_manifest(known):
            yield Seen(month.text, known.state, UNKEPT, _manifest(month.text))
        else:
            yield Seen(month.text, known.state, KEPT, "", self._where(month, known))

    def of_broken(self, month: Period) -> Iterator[Seen]:
        """For a manifest that cannot be read: the commit that has it as it was settled."""
        settled = self._kept.months().get(month.text, [])
        for commit, _ in settled[-1:]:
            what = Line(template=N_("{commit} holds it as it was settled"), params=self._named(commit))
            yield Seen(month.text, "", DIFFERS, _manifest(month.text), what)

    def gone(self, there: Collection[str]) -> Iterator[Seen]:
        """Months that were settled in some commit, and are not here."""
        for month, settled in sorted(self._kept.months().items()):
            if month not in there:
                what = Line(
                    template=N_("gone, but {commit} holds it as settled"), params=self._named(settled[-1][0])
                )
                yield Seen(month, "", DIFFERS, _manifest(month), what)

    def changed_by(self, path: str, digest: str, there: bool) -> Line:
        """Which commit changed a file that a month rests on."""
        versions = self._kept.versions(path)
        hashes = [sha256 for _, sha256 in versions]
        if digest not in hashes:
            return Line(template=N_("no commit holds it as it was settled"))
        after = len(hashes) - hashes[::-1].index(digest)
        if after == len(versions):
            text = N_("other content, not committed") if there else N_("gone, not committed")
            return Line(template=text)
        text = N_("changed by {commit}") if there else N_("removed by {commit}")
        return Line(template=text, params=self._named(versions[after][0]))

    # --- what the steps name

    def _recorded(self, month: Period, known: Settlement) -> Iterator[Seen]:
        """The commits that steps name: there, in this history, and holding what the steps rest on."""
        for number, event in enumerate(known.events, 1):
            if not event.commit:
                continue
            at = {"commit": event.commit[:_SHORT], "step": Word(EVENTS[event.event])}
            why = self._out_of_reach(event.commit)
            if why is not None:
                what = Line(template=why, params=at)
                yield Seen(month.text, known.state, DIFFERS, _manifest(month.text), what)
                continue
            wanted = dict(known.outputs)
            if event.event == "published":
                wanted |= {**known.inputs, **known.rules}
            path = self._first_other(event.commit, wanted) or self._other_manifest(
                event.commit, month, known, number
            )
            if path:
                yield Seen(month.text, known.state, DIFFERS, path, self._other(event.commit, path, wanted))

    def _out_of_reach(self, commit: str) -> str | None:
        if self._repository.commit(commit) is None:
            return N_("commit {commit} of its step “{step}” is not in this repository")
        if not self._repository.is_ancestor(commit):
            return N_("commit {commit} of its step “{step}” is not in the history of what is checked out")
        return None

    def _first_other(self, commit: str, wanted: dict[str, str]) -> str | None:
        return next((p for p in sorted(wanted) if not held(self._repository, commit, p, wanted[p])), None)

    def _other_manifest(self, commit: str, month: Period, known: Settlement, upto: int) -> str | None:
        """The manifest's path, if the commit has another one than this month had in its first steps."""
        path = _manifest(month.text)
        entry = self._repository.find(commit, path)
        own = _forms(known, upto)
        return None if entry is not None and self._is(entry, own) else path

    def _is(self, entry: Entry, hashes: Collection[str]) -> bool:
        return entry.kind == "file" and self._repository.blob(entry).sha256 in hashes

    def _other(self, commit: str, path: str, wanted: dict[str, str]) -> Line:
        """How a commit's file differs from what was recorded."""
        entry = self._repository.find(commit, path)
        named = self._named(commit)
        if entry is None:
            return Line(template=N_("{commit} does not hold it"), params=named)
        if entry.kind == "link":
            return Line(template=N_("{commit} holds a symbolic link"), params=named)
        if entry.kind == "file" and self._repository.blob(entry).pointer:
            return Line(template=N_("{commit} holds a Git LFS pointer to other content"), params=named)
        if entry.kind == "file" and path in wanted and self._only_ends(entry, wanted[path]):
            return Line(template=N_("{commit} holds it with other line ends"), params=named)
        return Line(template=N_("{commit} holds other content"), params=named)

    def _only_ends(self, entry: Entry, digest: str) -> bool:
        data = self._repository.content(entry).replace(b"\r\n", b"\n")
        return digest in (_sha256(data), _sha256(data.replace(b"\n", b"\r\n")))

    # --- what every commit has

    def _rewritten(self, month: Period, known: Settlement) -> Iterator[Seen]:
        """Files of which a commit has the month as settled, but with other content; the first commit each."""
        said: set[str] = set()
        for commit, folder in self._kept.months().get(month.text, []):
            for name, entry, hashes in self._settled_files(folder, month, known):
                if entry is None or name in said or self._is(entry, hashes):
                    continue
                said.add(name)
                what = Line(
                    template=N_("{commit} has it as settled, with other content"), params=self._named(commit)
                )
                yield Seen(month.text, known.state, DIFFERS, f"{FOLDER}/{month.text}/{name}", what)

    def _settled_files(
        self, folder: Entry, month: Period, known: Settlement
    ) -> Iterator[tuple[str, Entry | None, Collection[str]]]:
        """Name, what a commit has under it, and what it may have been in the month's life so far."""
        inside = self._repository.names(folder)
        for path, digest in known.outputs.items():
            if path == f"{FOLDER}/{month.text}/{Path(path).name}":
                yield Path(path).name, inside.get(Path(path).name), (digest,)
        objections = inside.get(OBJECTIONS)
        if objections is not None and objections.kind == "tree":
            files = self._repository.names(objections)
            for number in known.objections():
                hashes = [event.sha256 for event in known.events if event.objection == number]
                yield f"{OBJECTIONS}/{number}.yaml", files.get(f"{number}.yaml"), hashes
        yield MANIFEST, inside.get(MANIFEST), _forms(known, len(known.events))

    # --- tags

    def _tagged(self, month: Period, known: Settlement) -> Iterator[Seen]:
        """A tag of the month leads to a commit with its files; its signature, if it has one, holds."""
        tag = self._repository.tag(_tag(month))
        if tag is None:
            return
        params: dict[str, object] = {"tag": tag.name}
        if tag.commit is None or not self._repository.is_ancestor(tag.commit):
            what = Line(template=N_("tag {tag} leads to no commit of this history"), params=params)
            yield Seen(month.text, known.state, DIFFERS, "", what)
            return
        path = self._first_other(tag.commit, dict(known.outputs)) or self._other_manifest(
            tag.commit, month, known, len(known.events)
        )
        if path:
            what = Line(template=N_("tag {tag} holds other content"), params=params)
            yield Seen(month.text, known.state, DIFFERS, path, what)
        if tag.signature == "bad":
            what = Line(template=N_("the signature of tag {tag} is bad"), params=params)
            yield Seen(month.text, known.state, DIFFERS, "", what)

    def _where(self, month: Period, known: Settlement) -> Line:
        """Where a month is kept: the commit its last step names, or the first that has it, and its tag."""
        named = [event.commit for event in known.events if event.commit]
        settled = self._kept.months().get(month.text, [])
        commit = named[-1] if named else settled[0][0]
        tag = self._repository.tag(_tag(month))
        text = N_("in {commit}") if named else N_("in {commit}; its steps name no commit")
        if tag is None:
            return Line(template=text, params=self._named(commit))
        return Line(
            template=N_("{where}; {tag}"),
            params={
                "where": Line(template=text, params=self._named(commit)),
                "tag": Line(template=_SIGNED[tag.signature], params={"tag": tag.name, "who": tag.signer}),
            },
        )

    def _named(self, commit: str) -> dict[str, object]:
        day = self._repository.day(commit).isoformat()
        return {"commit": f"{commit[:_SHORT]} ({day})"}


_SIGNED = {
    "unsigned": N_("tag {tag}, not signed"),
    "good": N_("tag {tag}, signed by {who}"),
    "unchecked": N_("tag {tag}, signed, but its key is not here"),
    "bad": N_("the signature of tag {tag} is bad"),
}


def _tag(month: Period) -> str:
    return f"settlement/{month.text}"


def _manifest(month: str) -> str:
    return settlement_path(Path(), month).as_posix()


def _forms(known: Settlement, upto: int) -> frozenset[str]:
    """Hashes of the manifest as it was after each of its first steps."""
    return frozenset(sha256_of_manifest(known.upto(count)) for count in range(1, upto + 1))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
