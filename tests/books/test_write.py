"""Writing: the old file or the new one, whole; never outside the book; one writer at a time (SPEC X2)."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from salescli.books.lock import LOCK, Holder, book_lock, holder_of
from salescli.books.write import write_all, write_atomic
from salescli.findings import Busy, Refused, Stop


def names(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.name != LOCK)


def test_written_whole_with_folders_made_and_mode_kept(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b.csv"
    write_atomic(target, b"one", tmp_path)
    target.chmod(0o640)
    write_atomic(target, b"two", tmp_path)
    assert target.read_bytes() == b"two"
    assert target.stat().st_mode & 0o777 == 0o640
    assert names(tmp_path) == ["a", "a/b.csv"]


def test_nothing_leaves_the_book(tmp_path: Path) -> None:
    book, outside = tmp_path / "book", tmp_path / "outside"
    book.mkdir()
    outside.mkdir()
    (outside / "x").write_bytes(b"old")
    (book / "folder").symlink_to(outside)
    (book / "file").symlink_to(outside / "x")
    for path in (book / ".." / "outside" / "x", book / "folder" / "x", book / "file"):
        with pytest.raises(Refused):
            write_atomic(path, b"new", book)
    assert (outside / "x").read_bytes() == b"old"
    assert names(outside) == ["x"]


def test_if_one_file_cannot_be_staged_none_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "b").write_bytes(b"a file where a folder belongs")
    with pytest.raises(Stop) as stop:
        write_all({tmp_path / "a": b"new", tmp_path / "b" / "c": b"new"}, tmp_path)
    assert "cannot be written" in stop.value.message
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a", "b"]


FULL = """
import resource, sys
from pathlib import Path
from salescli.books.write import write_atomic
from salescli.findings import Stop
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_atomic(Path(sys.argv[1]), b"x" * 5000)
except Stop as stop:
    print(stop.message)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs file size limits")
def test_no_room_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(target)], capture_output=True, text=True, check=True, timeout=60
    )
    assert "cannot be written" in done.stdout
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


HOLD = """
import sys, time
from pathlib import Path
from salescli.books.lock import book_lock
with book_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_writer_is_told_who_holds_the_book(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Busy) as busy, book_lock(tmp_path):
            pass
        assert str(other.pid) in busy.value.message
        assert busy.value.exit_code == 5
        other.communicate("")
    with book_lock(tmp_path):
        assert holder_of(tmp_path / LOCK).process == str(os.getpid())
    assert holder_of(tmp_path / LOCK) == Holder()


def test_a_killed_holder_does_not_block_the_next(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        other.kill()
    with book_lock(tmp_path):
        pass
