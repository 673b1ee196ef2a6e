"""The text of a settlement's files: the same entries give the same bytes."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from typing import Any

from salescli.model.entry import Entry
from salescli.model.exact import from_minor, plain, rate_text
from salescli.model.known import KnownRow
from salescli.model.settlement import (
    CREDIT_COLUMNS,
    ENTRY_COLUMNS,
    KINDS,
    KNOWN_COLUMNS,
    PART_COLUMNS,
    Event,
    Payout,
    Settlement,
)


def entries_csv(entries: Iterable[Entry]) -> bytes:
    """`entries.csv`: one row per thing paid for, sorted by person, period, plan, component, kind, deal."""
    rows = [
        (
            entry.entry_id,
            entry.period,
            entry.person,
            entry.plan,
            entry.component,
            entry.kind,
            entry.deal_id,
            "" if entry.base is None else plain(entry.base),
            "" if entry.rate is None else rate_text(entry.rate, 30),
            plain(entry.amount),
            entry.currency,
            entry.cause,
            str(entry.rule),
        )
        for entry in sorted(entries, key=Entry.sort_key)
    ]
    return _csv(ENTRY_COLUMNS, rows)


def payouts_csv(payouts: Iterable[Payout], currency: str) -> bytes:
    """`payouts.csv`: one row per person, by id."""
    rows = [
        (
            payout.person,
            *(plain(payout.sums[kind]) for kind in KINDS),
            plain(payout.brought),
            plain(payout.carried),
            plain(payout.payable),
            currency,
        )
        for payout in payouts
    ]
    return _csv(("person", *KINDS, "brought", "carried", "payable", "currency"), rows)


def credits_csv(rows: Iterable[tuple[Any, ...]], digits: int) -> bytes:
    """`credits.csv`: what was known when the month was settled and no earlier settlement knew."""
    return _csv(CREDIT_COLUMNS, (_credit(row, digits) for row in rows))


def _credit(row: tuple[Any, ...], digits: int) -> tuple[object, ...]:
    *key, amount, cost, quantity = row
    of = key[0]
    shown = from_minor(amount, digits) if of == "cash" or of.endswith("deal") else amount
    return (*key, shown, from_minor(cost, digits) if cost else 0, quantity)


def parts_csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    """`parts.csv`: what earnings that name no deal owe to each deal."""
    return _csv(PART_COLUMNS, rows)


def known_csv(rows: Iterable[KnownRow]) -> bytes:
    """`known.csv`: every row known when the month was settled that no earlier settlement knew so."""
    return _csv(KNOWN_COLUMNS, ((row.of, row.id, row.row) for row in rows))


def _csv(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def manifest_yaml(settlement: Settlement) -> bytes:
    """`settlement.yaml`, in a fixed order of keys, files by path; its last line seals all above it."""
    events = [_event(event) for event in settlement.events]
    lasting = _lasting(settlement)
    text = _HEAD + _yaml(
        {"period": settlement.period, "state": settlement.state, "events": events, **lasting}
    )
    return f"{text}seal: {_sha256(text)}\n".encode()


def _event(event: Event) -> dict[str, str]:
    stated = {key: getattr(event, key) for key in ("actor", "objection", "sha256", "commit")}
    return {
        "event": event.event,
        "date": event.on.isoformat(),
        **{key: value for key, value in stated.items() if value},
    }


def sha256_of_manifest(settlement: Settlement) -> str:
    """The hash of the manifest's file."""
    return hashlib.sha256(manifest_yaml(settlement)).hexdigest()


def lasting_hash(settlement: Settlement) -> str:
    """What the next settlement names this one by: all but its state and steps, which go on changing."""
    return _sha256(_yaml({"period": settlement.period, **_lasting(settlement)}))


_HEAD = "# Written by salescli; a change by hand is found by its hashes.\n"


def _lasting(settlement: Settlement) -> dict[str, object]:
    previous = settlement.previous
    return {
        "currency": settlement.currency,
        "as_of": settlement.as_of.isoformat(),
        "tool": settlement.tool,
        **({} if previous is None else {"previous": {"file": previous[0], "sha256": previous[1]}}),
        "inputs": _sorted(settlement.inputs),
        "rules": _sorted(settlement.rules),
        "outputs": _sorted(settlement.outputs),
    }


def _yaml(data: Mapping[str, object]) -> str:
    import yaml

    return str(yaml.safe_dump(dict(data), sort_keys=False, allow_unicode=True, width=10**6))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _sorted(hashes: Mapping[str, str]) -> dict[str, str]:
    return {path: hashes[path] for path in sorted(hashes)}
