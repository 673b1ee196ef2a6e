"""A full disk, a limit, a folder without the right to write: refused in a sentence, the old state whole."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import Runner, copy, whole
from safe_books import line

NOBODY = 65534


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a quarter of a megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    options = "size=256k,nr_inodes=200"
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True, text=True
    )
    if made.returncode:
        pytest.skip(f"no small file system can be mounted here: {made.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("step", ["draft", "redraft", "import"])
@pytest.mark.parametrize("free", [0, 2])
def test_a_full_disk_is_refused_and_loses_nothing(
    step: str, free: int, books: dict[str, Path], runner: Runner, small_disk: Path
) -> None:
    for name in ("export.csv", "crm.map.yaml"):
        shutil.copy(books["draft"].parent / name, small_disk)
    book = copy(books[step], small_disk / "book")
    runner("object", "list", "2026-08", "-C", str(book))
    before = whole(book)
    page = os.sysconf("SC_PAGE_SIZE")
    filler = small_disk / "filler"
    space = os.statvfs(small_disk)
    filler.write_bytes(b"x" * max(0, space.f_bavail * space.f_frsize - free * page))
    done = runner(*line(step, book), "--lang", "en")
    if done.code:
        assert done.code == 2, done
        assert len(done.err.splitlines()) == 1
        assert "No space left on device" in done.err
        assert whole(book) == before
    filler.unlink()
    again = runner(*line(step, book))
    assert again.code == 0, again
    assert whole(book) != before


@pytest.mark.parametrize("step", ["draft", "redraft", "close", "import", "answer"])
def test_a_write_that_fails_anywhere_changes_nothing(
    step: str, books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    place = tmp_path / "book"
    for name in ("export.csv", "crm.map.yaml"):
        shutil.copy(books["draft"].parent / name, tmp_path)
    before = whole(copy(books[step], place))
    chance = random.Random(step)
    for torn in (False, True):
        limit = chance.choice((0, 1, 100, 300))
        copy(books[step], place)
        done = runner(*line(step, place), "--lang", "en", limit=limit, torn=torn)
        if torn:
            assert done.code < 0 or done.code == 2, done
            assert runner("object", "list", "2026-08", "-C", str(place)).code == 0
        else:
            assert done.code == 2, done
            assert "File too large" in done.err
            assert "Traceback" not in done.err
        assert whole(place) == before
    assert runner(*line(step, place)).code == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="gives up being root")
@pytest.mark.parametrize("step", ["draft", "import", "payroll"])
def test_a_book_that_may_only_be_read_is_read_and_not_written(
    step: str, books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    for name in ("export.csv", "crm.map.yaml"):
        shutil.copy(books["draft"].parent / name, tmp_path)
    book = copy(books[step], tmp_path / "book")
    before = whole(book)
    (book / ".salescli.lock").unlink(missing_ok=True)
    for path in (book, *book.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.chown(path, NOBODY, NOBODY)
    denied = runner(*line(step, book), "--lang", "en", powerless=True)
    assert denied.code == 2, denied
    assert len(denied.err.splitlines()) == 1
    assert "Permission denied" in denied.err
    assert whole(book) == before
    assert runner("payout", "--period", "2026-08", "-C", str(book), powerless=True).code == 0
    assert not (book / ".salescli.lock").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="gives up being root")
def test_a_folder_or_file_that_may_not_be_written_stops_all_of_the_change(
    books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    book = copy(books["redraft"], tmp_path / "book")
    entries = book / "ledger/settlements/2026-08/entries.csv"
    before = whole(book)
    entries.chmod(0o444)
    denied = runner(*line("redraft", book), "--lang", "en", powerless=True)
    assert (denied.code, "write-protected" in denied.err) == (2, True), denied
    entries.chmod(0o644)
    entries.parent.chmod(0o555)
    denied = runner(*line("redraft", book), "--lang", "en", powerless=True)
    assert (denied.code, "Permission denied" in denied.err) == (2, True), denied
    assert whole(book) == before
    entries.parent.chmod(0o755)
    assert runner(*line("redraft", book), powerless=True).code == 0
