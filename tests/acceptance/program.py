"""The real program, and what a folder holds before and after it ran."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("salescli.yaml", "ledger", "policies", "report_templates")
PROGRAM = Path(sys.executable).parent / "salescli"


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


Run = Callable[..., Done]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its bytes (the lock file aside)."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".salescli.lock"
    }
