"""The text of a settlement's files: the same entries give the same bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from salescli.model.entry import Entry
from salescli.model.exact import plain, rate_text
from salescli.model.settlement import KINDS, Payout, Settlement

_ENTRY = (
    "entry_id",
    "period",
    "person",
    "plan",
    "component",
    "kind",
    "deal_id",
    "base",
    "rate",
    "amount",
    "currency",
    "cause",
    "rule",
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
    return _csv(_ENTRY, rows)


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


def _csv(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def manifest_yaml(settlement: Settlement) -> bytes:
    """`settlement.yaml`, in a fixed order of keys, files by path."""
    import yaml

    previous = settlement.previous
    data: dict[str, object] = {
        "period": settlement.period,
        "state": settlement.state,
        "currency": settlement.currency,
        "as_of": settlement.as_of.isoformat(),
        "tool": settlement.tool,
        "events": [
            {"event": e.event, "date": e.on.isoformat(), **({"actor": e.actor} if e.actor else {})}
            for e in settlement.events
        ],
        "previous": None if previous is None else {"file": previous[0], "sha256": previous[1]},
        "inputs": _sorted(settlement.inputs),
        "rules": _sorted(settlement.rules),
        "outputs": _sorted(settlement.outputs),
    }
    if previous is None:
        del data["previous"]
    head = "# Written by salescli; a change by hand is found by its hashes.\n"
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10**6)
    return (head + text).encode()


def _sorted(hashes: Mapping[str, str]) -> dict[str, str]:
    return {path: hashes[path] for path in sorted(hashes)}
