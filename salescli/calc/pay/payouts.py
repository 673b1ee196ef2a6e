"""Entries summed up per person: what is payable now (never below zero, SPEC I6) and what is carried."""

from __future__ import annotations

from collections.abc import Iterable

from salescli.model.entry import Entry
from salescli.model.exact import from_minor, to_minor
from salescli.model.settlement import KINDS, Payout


def payouts(entries: Iterable[Entry], digits: int) -> tuple[Payout, ...]:
    """One row per person who has entries, by id. `payable + carried` is the sum of the person's entries."""
    units: dict[str, dict[str, int]] = {}
    for entry in entries:
        sums = units.setdefault(entry.person, dict.fromkeys(KINDS, 0))
        sums[entry.kind] += to_minor(entry.amount, digits)
    return tuple(_payout(person, units[person], digits) for person in sorted(units))


def _payout(person: str, sums: dict[str, int], digits: int) -> Payout:
    whole = sum(sums.values())
    return Payout(
        person=person,
        sums={kind: from_minor(amount, digits) for kind, amount in sums.items()},
        carried=from_minor(min(whole, 0), digits),
        payable=from_minor(max(whole, 0), digits),
    )
