"""Starting salescli in processes of its own, and looking at what they leave."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOCK = ".salescli.lock"


@dataclass(frozen=True)
class Ran:
    """How a process ended; a negative code is the signal that killed it."""

    code: int
    out: str
    err: str
    steps: int


class Runner:
    """Starts processes; see zygote.py."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self, **ask: Any) -> list[Ran]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(ask) + "\n")
        self.process.stdin.flush()
        return [Ran(**one) for one in json.loads(self.process.stdout.readline())]

    def __call__(self, *args: str, **ask: Any) -> Ran:
        return self.ask(args=args, **ask)[0]

    def together(self, lines: list[tuple[str, ...]], **ask: Any) -> list[Ran]:
        return self.ask(together=lines, **ask)


def start() -> subprocess.Popen[str]:
    env = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
    env.pop("SALESCLI_DIR", None)
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", str(Path(__file__).parent / "zygote.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=env,
        cwd="/",
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def whole(folder: Path) -> dict[str, bytes | None]:
    """Everything in a folder, folders too (None), the lock file aside: nothing may be left over."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
        if path.name != LOCK
    }


def copy(book: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(book, to)
    return to
