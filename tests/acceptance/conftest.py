"""The real program in a real process on a copy of the sample book."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from program import PARTS, PROGRAM, ROOT, Done, Run


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy of the sample book."""
    book = tmp_path / "book"
    book.mkdir()
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, book / name)
        else:
            shutil.copy(source, book / name)
    return book


@pytest.fixture
def run() -> Run:
    """Run `salescli WORDS…` in a folder."""

    def call(folder: Path, *words: str, **env: str) -> Done:
        keep = {k: v for k, v in os.environ.items() if k not in ("SALESCLI_DIR", "NO_COLOR", "COLUMNS")}
        done = subprocess.run(
            [str(PROGRAM), *words],
            cwd=folder,
            env=keep | {"LANG": "C.UTF-8"} | env,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=120,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call
