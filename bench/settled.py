"""The life of a settlement at size: 24 months of 100,000 deals for 2,000 people, closed and verified."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

from bench.books import MONTHS, NEWEST, make, months

PEOPLE = 2_000
A_MONTH = 100_000
Measure = Callable[..., "object"]


def make_settled(folder: Path, program: str, a_month: int = A_MONTH, people: int = PEOPLE) -> Path:
    """A book whose every month but the newest is closed and whose newest is published, made once."""
    root = make(folder, a_month * MONTHS, people)
    done = root / "settled"
    if done.exists():
        return root
    shutil.rmtree(root / "ledger/settlements", ignore_errors=True)
    for month in months():
        name, day = f"{month:%Y-%m}", _after(month)
        run(root, program, "settle", "draft", name)
        run(root, program, "settle", "publish", name, "--on", f"{day}")
        if name != NEWEST:
            closed = day + timedelta(days=20)
            run(root, program, "settle", "close", name, "--on", f"{closed}", "--confirm", name)
    done.touch()
    return root


def _after(month: date) -> date:
    """The third of the month after."""
    return (month + timedelta(days=32)).replace(day=3)


def run(root: Path, program: str, *words: str) -> None:
    """A step; it must succeed."""
    subprocess.run([program, *words, "-q", "-o", "json"], cwd=root, stdout=subprocess.DEVNULL, check=True)


def steps() -> dict[str, Sequence[str]]:
    """What is measured on a settled book; each leaves it as it was, once `restore` has run."""
    return {
        "payout": ["payout", "--period", NEWEST],
        "settle draft": ["settle", "draft", NEWEST],
        "settle close": ["settle", "close", NEWEST, "--on", "2026-10-20", "--confirm", NEWEST],
        "verify, 1 month": ["verify", NEWEST],
        f"verify, {MONTHS} months": ["verify"],
    }


def keep(root: Path) -> bytes:
    """The newest month's manifest, to be put back."""
    return (root / "ledger/settlements" / NEWEST / "settlement.yaml").read_bytes()


def restore(root: Path, manifest: bytes, step: str) -> None:
    """Make a step possible again: a draft begins from nothing, a close from the published month."""
    folder = root / "ledger/settlements" / NEWEST
    if step == "settle draft":
        shutil.rmtree(folder)
    elif os.path.isdir(folder):  # noqa: PTH112
        (folder / "settlement.yaml").write_bytes(manifest)
