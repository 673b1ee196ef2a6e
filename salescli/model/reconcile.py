"""Deals held against money received, and two records of receipts against each other (SPEC K5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from salescli.findings import Span

Check = Literal["deals", "receipts"]
Kind = Literal[
    "missing",  # won and signed, its time is over, nothing received
    "short",  # … less received than its amount
    "over",  # more received than its amount
    "not_won",  # money for a deal that is open, lost or cancelled
    "no_deal",  # a receipt for a deal that is not there
    "duplicate",  # a receipt that is there twice
    "customer",  # paid by another customer than the deal's
    "only_book",  # a receipt of the book that finance does not have
    "only_finance",  # a receipt of finance that the book does not have
    "different",  # the same receipt with another amount
    "other_deal",  # … for another deal
    "other_day",  # … on another day
]
KINDS: tuple[Kind, ...] = (
    "no_deal",
    "duplicate",
    "over",
    "not_won",
    "missing",
    "short",
    "customer",
    "only_book",
    "only_finance",
    "different",
    "other_deal",
    "other_day",
)
"""What is open, in the order it is shown: what may be an error of the books first."""

QUIET = ("tolerated", "not_due")
"""Differences nobody has to look at: within the tolerance, or of deals that still have time to be paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is asked.

    Attributes:
        as_of: Facts dated later do not exist.
        within: Days after signing in which a deal is to be paid in full.
        tolerance: A difference up to this is none: an amount, or (`Fraction`) a share of the deal's amount.
    """

    as_of: date
    within: int
    tolerance: Decimal | Fraction = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One open thing.

    Attributes:
        difference: What it explains of deals less receipts; in the check of receipts, of the book's less
            finance's.
        amount: The deal's amount; of a receipt, as the book has it. None where there is none.
        received: What has been received for the deal; of a receipt, its amount, as finance has it.
        since: The day the deal is won and signed; of a receipt, its day.
        other: The receipt it repeats, the payer, or the deal that finance names.
        other_day: The day that finance names.
        place: The deal's row, or the book's receipt.
        receipts: Rows of the receipts.
    """

    check: Check
    kind: Kind
    difference: Decimal
    deal_id: str = ""
    receipt_id: str = ""
    customer: str = ""
    person: str = ""
    region: str = ""
    product: str = ""
    status: str = ""
    amount: Decimal | None = None
    received: Decimal | None = None
    since: date | None = None
    other: str = ""
    other_day: date | None = None
    place: Span | None = field(compare=False, default=None)
    receipts: tuple[Span, ...] = field(compare=False, default=())

    def sort_key(self) -> tuple[int, Decimal, str, str, str]:
        """By kind, the largest difference first, then ids."""
        return (KINDS.index(self.kind), -abs(self.difference), self.deal_id, self.receipt_id, self.other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Two sums and what makes their difference: `left - right` is the sum of all parts, to the last unit.

    Attributes:
        left: Amounts of deals won and signed; in the check of receipts, of the book's receipts.
        right: What has been received for any deal or none; in the check of receipts, finance's receipts.
        parts: Kind → number of deals or receipts, and the sum of their differences; kinds of `KINDS` and
            `QUIET`, none where there are none.
        items: Everything open, sorted.
    """

    check: Check
    left: Decimal
    right: Decimal
    parts: Mapping[str, tuple[int, Decimal]]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A cell of finance's export that cannot be understood; its row is left out.

    Attributes:
        row: Number of the row, from 1.
        template, params: What is wrong, in words.
    """

    row: int
    column: str
    value: str
    template: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Both checks; the second only where finance's own receipts are there."""

    deals: Balance
    receipts: Balance | None = None
    rejected: tuple[Unread, ...] = ()
