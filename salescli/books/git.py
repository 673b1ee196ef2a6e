"""The git repository a book is in: commits, trees and blobs, read by one `git cat-file --batch`.

Paths are never given to git as text: files are found by walking the trees of a commit, so that quotes, line
ends or a leading `-` in a name mean nothing. What git hands out is hashed again and held against its name,
and neither replacements nor grafts nor the environment of a hook change what is seen.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import IO

from salescli.books.git_run import ask, run, start
from salescli.books.git_tags import Tag, signature_of
from salescli.findings import Misuse, Tampered
from salescli.i18n import N_

_CHUNK = 1 << 20
_POINTER = b"version https://git-lfs.github.com/spec/v1\n"
_POINTER_MOST = 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder in a tree: `tree`, `file`, `link` (symbolic) or `module`, and its object's id."""

    kind: str
    oid: str


@dataclass(frozen=True, slots=True)
class Blob:
    """What a file in a commit is: SHA-256 of its content; for a Git LFS pointer, of what it points to."""

    sha256: str
    pointer: bool = False


_KINDS = {b"40000": "tree", b"120000": "link", b"160000": "module"}


def in_repository(root: Path) -> bool:
    """Whether a book lies in a git repository, by looking for `.git` in its folder and those above."""
    return any((folder / ".git").exists() for folder in (root, *root.parents))


@contextmanager
def open_repository(root: Path) -> Iterator[Repository]:
    """The repository of the book at `root`, with a checked-out commit.

    Raises:
        Misuse: if there is none, no commit yet, or git cannot be asked.
    """
    if not in_repository(root):
        raise Misuse(
            N_("{root} is not in a git repository"),
            hint=N_("run `git init` there and commit the book"),
            root=str(root),
        )
    prefix = ask(root, "rev-parse", "--show-prefix").removesuffix(b"\n")
    done = run(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    if done.returncode:
        raise Misuse(N_("the git repository has no commit yet"), hint=N_("commit the book first"))
    shallow = ask(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
    process = start(root, "cat-file", "--batch")
    try:
        yield Repository(root, prefix, done.stdout.decode().strip(), shallow, process)
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.stdout.close()
        process.wait()


class Repository:
    """Commits and what they hold.

    Attributes:
        root: The book's folder.
        head: The id of the commit that is checked out.
        shallow: Whether older commits are left out of this clone.
    """

    def __init__(
        self, root: Path, prefix: bytes, head: str, shallow: bool, process: subprocess.Popen[bytes]
    ) -> None:
        self.root, self.head, self.shallow = root, head, shallow
        self._prefix = tuple(part for part in prefix.split(b"/") if part)
        self._process = process
        self._blobs: dict[str, Blob] = {}
        self._tree = lru_cache(maxsize=512)(self._read_tree)

    # --- commits

    def commit(self, name: str) -> str | None:
        """The id of the commit a name or id stands for; None if it is not here."""
        found = self._object(f"{name}^{{commit}}")
        return None if found is None else found[0]

    def day(self, commit: str) -> date:
        """The day a commit was made, where it was made."""
        found = self._object(commit)
        assert found is not None
        for line in found[2].split(b"\n\n", 1)[0].split(b"\n"):
            if line.startswith(b"committer "):
                seconds, zone = line.rsplit(b" ", 2)[1:]
                sign = -1 if zone.startswith(b"-") else 1
                shift = timedelta(hours=int(zone[-4:-2]), minutes=int(zone[-2:])) * sign
                return datetime.fromtimestamp(int(seconds), timezone(shift)).date()
        return datetime.fromtimestamp(0, UTC).date()

    def is_ancestor(self, commit: str) -> bool:
        """Whether a commit is in the history of the one checked out."""
        return run(self.root, "merge-base", "--is-ancestor", commit, self.head).returncode == 0

    def history(self, path: str) -> list[str]:
        """The commits that changed a file or folder of the book, on whatever branch, oldest first."""
        words = ("rev-list", "--full-history", "--topo-order", "--reverse", self.head, "--", path)
        return ask(self.root, *words).decode().split()

    # --- what they hold

    def find(self, commit: str, path: str) -> Entry | None:
        """What a commit has at a path of the book; None if nothing."""
        found = self._object(f"{commit}^{{tree}}")
        if found is None:
            return None
        at = Entry("tree", found[0])
        for part in (*self._prefix, *(os.fsencode(part) for part in path.split("/"))):
            if at.kind != "tree":
                return None
            inside = self._tree(at.oid).get(part)
            if inside is None:
                return None
            at = inside
        return at

    def names(self, tree: Entry) -> Mapping[str, Entry]:
        """What is in a folder."""
        return {os.fsdecode(name): entry for name, entry in self._tree(tree.oid).items()}

    def blob(self, entry: Entry) -> Blob:
        """The hash of a file's content; of a symbolic link's, of where it leads."""
        if entry.oid not in self._blobs:
            self._blobs[entry.oid] = self._read_blob(entry.oid)
        return self._blobs[entry.oid]

    def content(self, entry: Entry) -> bytes:
        """The whole content of a small file."""
        found = self._object(entry.oid)
        if found is None:
            raise _lacking(entry.oid)
        return found[2]

    # --- objects

    def _read_tree(self, oid: str) -> dict[bytes, Entry]:
        found = self._object(oid)
        if found is None:
            raise _lacking(oid)
        data, length, entries, at = found[2], len(oid) // 2, {}, 0
        while at < len(data):
            space, end = data.index(b" ", at), data.index(b"\0", at)
            kind = _KINDS.get(data[at:space], "file")
            entries[data[space + 1 : end]] = Entry(kind, data[end + 1 : end + 1 + length].hex())
            at = end + 1 + length
        return entries

    def _read_blob(self, oid: str) -> Blob:
        found = self._header(oid)
        if found is None:
            raise _lacking(oid)
        _, kind, size = found
        whole, own = hashlib.sha256(), _named(kind, size, oid)
        head = b""
        for chunk in self._chunks(size):
            whole.update(chunk)
            own.update(chunk)
            if size <= _POINTER_MOST:
                head += chunk
        _hold(own.hexdigest(), oid)
        pointed = _pointed_to(head)
        return Blob(whole.hexdigest()) if pointed is None else Blob(pointed, pointer=True)

    def _object(self, name: str) -> tuple[str, str, bytes] | None:
        found = self._header(name)
        if found is None:
            return None
        oid, kind, size = found
        data = b"".join(self._chunks(size))
        own = _named(kind, size, oid)
        own.update(data)
        _hold(own.hexdigest(), oid)
        return oid, kind, data

    def _header(self, name: str) -> tuple[str, str, int] | None:
        """Ask for an object; its content is what comes next."""
        assert "\n" not in name
        stdin, stdout = _pipes(self._process)
        stdin.write(name.encode() + b"\n")
        stdin.flush()
        words = stdout.readline().decode("utf-8", "replace").rstrip("\n").rsplit(" ", 2)
        if len(words) < 3 or not words[2].isdigit():
            return None
        return words[0], words[1], int(words[2])

    def _chunks(self, size: int) -> Iterator[bytes]:
        _, stdout = _pipes(self._process)
        while size:
            chunk = stdout.read(min(size, _CHUNK))
            if not chunk:
                raise Misuse(N_("git ended while it was read"), hint=N_("run `git fsck` on the repository"))
            size -= len(chunk)
            yield chunk
        stdout.read(1)

    # --- tags

    def tag(self, name: str) -> Tag | None:
        """What is known of a tag; None if there is none."""
        found = self._object(f"refs/tags/{name}")
        if found is None:
            return None
        commit = self.commit(f"refs/tags/{name}")
        signed = found[1] == "tag" and b"\n-----BEGIN " in found[2]
        if not signed:
            return Tag(name, commit, "unsigned")
        done = run(self.root, "verify-tag", "--raw", name)
        return Tag(name, commit, *signature_of(done))


def _pointed_to(head: bytes) -> str | None:
    """The SHA-256 a Git LFS pointer states; None if it is none."""
    if head.startswith(_POINTER):
        for line in head.split(b"\n"):
            if line.startswith(b"oid sha256:"):
                return line.removeprefix(b"oid sha256:").decode("ascii", "replace")
    return None


def _named(kind: str, size: int, oid: str):  # type: ignore[no-untyped-def]
    """A hash begun as git names an object."""
    begun = hashlib.sha256() if len(oid) == 64 else hashlib.sha1(usedforsecurity=False)
    begun.update(f"{kind} {size}\0".encode())
    return begun


def _hold(own: str, oid: str) -> None:
    if own != oid:
        raise Tampered(
            N_("git's object {oid} is not what its name says"),
            hint=N_("run `git fsck`, and fetch the repository anew"),
            oid=oid,
        )


def _lacking(oid: str) -> Misuse:
    return Misuse(
        N_("this clone lacks git's object {oid}"),
        hint=N_("it was cloned in part; run `git fetch --refetch --no-filter`, or clone it whole"),
        oid=oid,
    )


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout
