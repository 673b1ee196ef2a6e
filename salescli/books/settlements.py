"""Settlements kept in a book: which there are, and what they state."""

from __future__ import annotations

import csv
import hashlib
from decimal import Decimal
from pathlib import Path

from salescli.books.schemas.settlement import SettlementFile
from salescli.books.typed import load_typed
from salescli.findings import Finding, Span
from salescli.model.entry import Entry
from salescli.model.exact import parse_rate
from salescli.model.period import Period
from salescli.model.settlement import ENTRIES, FOLDER, MANIFEST, RULES, Event, Settlement


def settlement_path(root: Path, period: str) -> Path:
    """Where the manifest of a period's settlement is or would be."""
    return root / FOLDER / period / MANIFEST


def settled_periods(root: Path) -> tuple[Period, ...]:
    """Months that have a settlement in any state, first to last."""
    folder = root / FOLDER
    if not folder.is_dir():
        return ()
    names = [path.parent.name for path in folder.glob(f"*/{MANIFEST}")]
    return tuple(sorted(period for name in names if (period := _month(name)) is not None))


def _month(name: str) -> Period | None:
    try:
        period = Period.parse(name)
    except ValueError:
        return None
    return period if period.kind == "month" else None


def read_settlement(root: Path, period: str, found: list[Finding]) -> Settlement | None:
    """What a period's manifest states; None if there is none, or it is not one (then with findings)."""
    path = settlement_path(root, period)
    if not path.is_file():
        return None
    typed = load_typed(path, SettlementFile, root, found)
    if typed is None:
        return None
    file = typed.value
    return Settlement(
        period=file.period,
        state=file.state,  # type: ignore[arg-type]
        currency=file.currency,
        as_of=file.as_of,
        tool=file.tool,
        events=tuple(
            Event(
                event=e.event,
                on=e.on,
                actor=e.actor or "",
                objection=e.objection or "",
                sha256=e.sha256 or "",
                commit=e.commit or "",
            )
            for e in file.events
        ),
        previous=None if file.previous is None else (file.previous.file, file.previous.sha256),
        inputs=dict(file.inputs),
        rules=dict(file.rules),
        outputs=dict(file.outputs),
    )


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a settlement's CSV file; none if it is not there."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_entries(root: Path, period: str) -> list[Entry]:
    """The entries of a settlement, as they were written; without steps."""
    return [
        Entry(
            period=row["period"],
            person=row["person"],
            plan=row["plan"],
            component=row["component"],
            kind=row["kind"],  # type: ignore[arg-type]
            amount=Decimal(row["amount"]),
            currency=row["currency"],
            deal_id=row["deal_id"],
            base=Decimal(row["base"]) if row["base"] else None,
            rate=parse_rate(row["rate"]) if row["rate"] else None,
            cause=row["cause"],
            rule=read_place(row["rule"]),
        )
        for row in read_rows(settlement_path(root, period).parent / ENTRIES)
    ]


def read_place(text: str) -> Span:
    """`path:line` as it was written."""
    path, _, line = text.rpartition(":")
    return Span(path, int(line)) if path and line.isdecimal() else Span(text)


def rule_copy(root: Path, digest: str) -> Path:
    """Where the version of a rule that a published month was paid by is kept."""
    return root / FOLDER / RULES / f"{digest}.yaml"


def sha256_of(path: Path) -> str:
    """SHA-256 of a whole file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
