"""Settlements that are there, read once a run; refused where they are not as they were written (SPEC S5)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from salescli.books.objections import objections_folder, read_objections
from salescli.books.settlements import read_rows, read_settlement, settled_periods, settlement_path, sha256_of
from salescli.findings import BookBroken, Finding, Refused
from salescli.i18n import N_
from salescli.model.objection import Objection
from salescli.model.period import Period
from salescli.model.settlement import ENTRIES, PAYOUTS, Settlement
from salescli.workflows.settling.settlement_files import lasting_hash, manifest_yaml

Hash = Callable[[str], str]
"""A path relative to the book's root → its SHA-256."""


def as_written(root: Path, known: Settlement) -> None:
    """Refuse where somebody wrote into a manifest by hand, its state for example."""
    path = settlement_path(root, known.period)
    if path.read_bytes() != manifest_yaml(known):
        raise Refused(
            N_("{path} was changed by hand"),
            hint=N_("restore it; if the month was only drafted, its folder may be deleted and drafted again"),
            path=path.relative_to(root).as_posix(),
        )


def intact(root: Path, known: Settlement, sha256: Hash | None = None) -> None:
    """Refuse where a file of the settlement, or an objection to it, is not the one that was written."""
    as_written(root, known)
    look = sha256 or (lambda name: sha256_of(root / name))
    for path, digest in sorted(known.outputs.items()):
        if not (root / path).is_file() or look(path) != digest:
            raise Refused(
                N_("{path} is not what salescli wrote"),
                hint=N_("restore it, or while it is a draft make it again: salescli settle draft {period}"),
                path=path,
                period=known.period,
            )
    folder = objections_folder(Path(), known.period)
    for number, digest in known.objections().items():
        path = (folder / f"{number}.yaml").as_posix()
        if not (root / path).is_file() or look(path) != digest:
            raise Refused(
                N_("{path} is not what salescli wrote"),
                hint=N_("restore it; objections are answered with salescli object answer"),
                path=path,
            )


class Settlements:
    """The settlements of a book as a run finds them: each file is hashed, each month checked once.

    Attributes:
        root: Folder of the book.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._hashes: dict[str, str] = {}
        self._whole: dict[str, Settlement] = {}
        self._objections: dict[str, tuple[Objection, ...]] = {}
        self._causes: dict[str, frozenset[str]] = {}
        self._lasting: dict[str, str] = {}

    def sha256(self, path: str) -> str:
        """The hash of a file of the book, looked at once."""
        if path not in self._hashes:
            self._hashes[path] = sha256_of(self.root / path)
        return self._hashes[path]

    def before(self, month: Period) -> tuple[Period, ...]:
        """Months settled before one, each of them as it was written.

        Raises:
            BookBroken: if a manifest is none.
            Refused: if one of them is not as it was written.
        """
        earlier = tuple(period for period in settled_periods(self.root) if period.start < month.start)
        for period in earlier:
            self.known(period)
        return earlier

    def known(self, month: Period) -> Settlement:
        """A settled month, as it was written.

        Raises:
            BookBroken, Refused: if it is not.
        """
        if month.text not in self._whole:
            found: list[Finding] = []
            known = read_settlement(self.root, month.text, found)
            if known is None:
                raise BookBroken(found)
            intact(self.root, known, self.sha256)
            self._whole[month.text] = known
        return self._whole[month.text]

    def lasting(self, month: Period) -> str:
        """The hash by which the next settlement names a month."""
        if month.text not in self._lasting:
            self._lasting[month.text] = lasting_hash(self.known(month))
        return self._lasting[month.text]

    def objections(self, month: Period) -> tuple[Objection, ...]:
        """The objections to a settled month."""
        if month.text not in self._objections:
            self._objections[month.text] = read_objections(self.root, month.text)
        return self._objections[month.text]

    def causes(self, month: Period) -> frozenset[str]:
        """Which objections a settled month pays for, by name."""
        if month.text not in self._causes:
            rows = read_rows(settlement_path(self.root, month.text).parent / ENTRIES)
            self._causes[month.text] = frozenset(
                row["cause"] for row in rows if row["cause"].startswith("objection ")
            )
        return self._causes[month.text]

    def brought(self, month: Period) -> dict[str, Decimal]:
        """What the settlement before a month carried, by person."""
        earlier = self.before(month)
        if not earlier:
            return {}
        rows = read_rows(settlement_path(self.root, earlier[-1].text).parent / PAYOUTS)
        return {row["person"]: Decimal(row["carried"]) for row in rows if Decimal(row["carried"])}
