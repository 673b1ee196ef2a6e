"""Entries summed up per person: what is payable now (never below zero, SPEC I6) and what is carried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from salescli.model.entry import Entry
from salescli.model.exact import from_minor, to_minor
from salescli.model.settlement import KINDS, Payout


def payouts(
    entries: Iterable[Entry], digits: int, brought: Mapping[str, Decimal] | None = None
) -> tuple[Payout, ...]:
    """One row per person who has entries, or something brought from before, by id.

    `payable + carried` is what was brought plus the sum of the person's entries.

    Args:
        brought: What the settlement before carried, by person; 0 or less.
    """
    units: dict[str, dict[str, int]] = {}
    before = {person: to_minor(amount, digits) for person, amount in (brought or {}).items() if amount}
    for person in before:
        units[person] = dict.fromkeys(KINDS, 0)
    for entry in entries:
        sums = units.setdefault(entry.person, dict.fromkeys(KINDS, 0))
        sums[entry.kind] += to_minor(entry.amount, digits)
    return tuple(_payout(person, units[person], before.get(person, 0), digits) for person in sorted(units))


def _payout(person: str, sums: dict[str, int], before: int, digits: int) -> Payout:
    whole = before + sum(sums.values())
    return Payout(
        person=person,
        sums={kind: from_minor(amount, digits) for kind, amount in sums.items()},
        brought=from_minor(before, digits),
        carried=from_minor(min(whole, 0), digits),
        payable=from_minor(max(whole, 0), digits),
    )
