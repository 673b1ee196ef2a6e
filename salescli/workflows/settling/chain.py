"""The chain of settlements: each names the one before by its hash, and a draft may be older than that one."""

from __future__ import annotations

from pathlib import Path

from salescli.books.settlements import read_settlement, settled_periods, settlement_path
from salescli.findings import Finding
from salescli.model.period import Period
from salescli.model.settlement import Settlement
from salescli.workflows.settling.settlement_files import lasting_hash


def stale_drafts(root: Path, month: Period) -> tuple[str, ...]:
    """Later drafts that do not rest on the settlements before them as they are: all from the first one on
    whose one before was drafted again, since what they carry on comes from there.

    Manifests that are none are left to `validate` and `verify`.
    """
    stale: list[str] = []
    before: Settlement | None = None
    for at in settled_periods(root):
        known = manifest(root, at.text)
        if known is None:
            return tuple(stale)
        if at.start > month.start and known.state == "draft" and (stale or not rests_on(known, before)):
            stale.append(at.text)
        before = known
    return tuple(stale)


def rests_on(known: Settlement, before: Settlement | None) -> bool:
    """Whether a settlement was made when the one before it was as it is."""
    return known.previous == (None if before is None else named(before))


def named(known: Settlement) -> tuple[str, str]:
    """Path and hash by which the next settlement names one."""
    return settlement_path(Path(), known.period).as_posix(), lasting_hash(known)


def manifest(root: Path, period: str) -> Settlement | None:
    """A settlement's manifest; None if it is none."""
    found: list[Finding] = []
    known = read_settlement(root, period, found)
    return None if found else known
