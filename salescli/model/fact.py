"""Facts as `explain` tells them: who is credited with what of a deal, and why on that day (SPEC K3, I8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from salescli.findings import Span
from salescli.model.metric import Base, Moment

CreditKind = Literal["owner", "split", "overlay", "attainment", "pay"]
GoneWhy = Literal["cancelled", "lost", "missing", "uncounted", "less", "turned", "returned"]
Standing = Literal["recognised", "not_signed", "not_collected", "not_closed", "lost", "cancelled"]


@dataclass(frozen=True, slots=True)
class Turned:
    """The words of a deal (`APART_COLUMNS`) when it was settled, and now."""

    was: Mapping[str, str]
    now: Mapping[str, str]


Before = Literal["", "otherwise", "taken_back", "of_others"]
"""What earlier settlements knew of a credit that counts late: nothing; other figures, of which the rest
counts now; it was settled, and taken back since; the deal was settled, but as somebody else's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLine:
    """What one person is credited with of one deal.

    Attributes:
        kind: `owner` (a deal nobody shares: 100 %), `split` (shares sum to 100 %); on top of these `overlay`
            (counts for attainment and pay), `attainment` (not for pay), `pay` (not for attainment).
        day: The day the deal counts; None while it does not.
        own_day: The day it would have counted, where that was settled before it was known; else None.
        before: With an `own_day`: what was settled of it then.
        turned: Where it only counts anew for what tells the deal from the one that was settled.
        deal_amount: Amount of the whole deal, in the book's currency.
        share: 1 for 100 %.
        amount: The person's part, exact to the smallest unit; the splits of a deal sum to its amount.
        place: The row of the share; the deal's own row where nobody shares it.
        deal_place: The deal's row.
    """

    deal_id: str
    customer: str
    person: str
    region: str
    product: str
    kind: CreditKind
    day: date | None
    deal_amount: Decimal
    share: Fraction
    amount: Decimal
    own_day: date | None = None
    before: Before = ""
    turned: Turned | None = None
    place: Span = field(compare=False, default=Span(""))
    deal_place: Span = field(compare=False, default=Span(""))

    def sort_key(self) -> tuple[date, str, str, str]:
        """By day, deal, person, kind."""
        return (self.day or date.max, self.deal_id, self.person, self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Cash received for a deal; `collected` sums the deal's receipts up to and including that day."""

    receipt_id: str
    day: date
    amount: Decimal
    collected: Decimal
    place: Span = field(compare=False, default=Span(""))


FactOf = Literal["deal", "customer", "receipt", "activity"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLine:
    """What one person is credited with by a fact that is no credit line of a deal.

    Attributes:
        of: A deal that is counted as its owner's; a new customer by a deal; a receipt; an activity.
        id: Of the receipt, or the kind of the activity; else empty.
        moment: Of a deal, by which it counts.
        day: The day it counts.
        late: Whether it is of days that were settled before, and came, changed or went since: summed up.
        deal_id, customer: Empty where the fact names none.
        whole: Of a deal or receipt the amount, in the book's currency.
        part: Of a receipt the person's part; of activities their count; else 1.
        place: The row; None where it is summed up of several.
    """

    of: FactOf
    id: str = ""
    moment: Moment = "recognised"
    day: date
    late: bool = False
    deal_id: str
    customer: str
    whole: Decimal | None = None
    part: Decimal = Decimal(1)
    place: Span | None = field(compare=False, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DealStory:
    """A deal, its receipts, when it counts or why it does not, and who is credited.

    Attributes:
        needed: How much must have been received for the deal to count (rounded up to the smallest unit).
        standing: `recognised`, or what is missing as of the day asked for.
        recognised_on: The day it counts; None while it does not.
        receipts: Up to the day asked for, by day, then id.
        credits: By person; there even while the deal does not count (with `day` None).
    """

    deal_id: str
    customer: str
    region: str
    product: str
    owner: str
    status: str
    amount: Decimal
    needed: Decimal
    standing: Standing
    recognised_on: date | None
    opened_on: date | None = None
    signed_on: date | None = None
    closed_on: date | None = None
    cancelled_on: date | None = None
    receipts: tuple[Receipt, ...] = ()
    credits: tuple[CreditLine, ...] = ()
    place: Span = field(compare=False, default=Span(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Only:
    """Which deals count: those that match every field stated (an empty one does not restrict).

    Attributes:
        since, until: Days on which a deal counts, both included; they narrow the period asked for.
    """

    product: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    customer: tuple[str, ...] = ()
    customer_kind: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    item: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    @property
    def of_node(self) -> bool:
        """Whether it restricts what figures are told apart by anyway."""
        return bool(self.product or self.region)

    def has(self, words: Mapping[str, str]) -> bool:
        """Whether a deal with these words counts, whatever its day."""
        chosen = ((column, getattr(self, column)) for column in ONLY_COLUMNS)
        return all(words.get(column, "") in stated for column, stated in chosen if stated)


Look = tuple[Base, Only]
"""A sum or count of facts that somebody looks at, and of which deals."""

ONLY_COLUMNS = ("product", "region", "customer", "customer_kind", "category", "item", "source")
"""Columns of a deal that `Only` looks at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DealCash:
    """What has been received for a deal before a range of days and up to its end, in the book's currency.

    Attributes:
        amount: Of the whole deal.
        before: The sum of its receipts before the first day.
        after: The sum of its receipts up to and including the last day.
        places: The rows of the receipts of the range, by file and line, where they were asked for.
    """

    deal_id: str
    amount: Decimal
    before: Decimal
    after: Decimal
    places: tuple[Span, ...] = field(compare=False, default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """A deal that was given up.

    Attributes:
        term_months: What the contract ran for; None where the deal does not state it.
        place: The deal's row, where it was asked for.
    """

    deal_id: str
    cancelled_on: date
    signed_on: date | None
    term_months: int | None
    place: Span = field(compare=False, default=Span(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A deal of which settled months credited somebody with more than is left now.

    Attributes:
        of: The moment that was credited; see `Base.of`.
        before, lost: What was credited and is paid on, and what is gone of it, by what is paid on: `amount`,
            `cost`, `margin`, `quantity`, `count` (the deal itself) or `customer` (a new one by it).
        day: The day on which it counted.
        turned: Where the deal has other words now than it was settled by.
        cancelled_on: Where the deal was cancelled.
        standing: What became of the deal: cancelled, lost, no longer in the book, not counting any more, or
            less of it is this person's.
    """

    of: str
    deal_id: str
    person: str
    before: Mapping[str, int]
    lost: Mapping[str, int]
    day: date | None = None
    turned: Turned | None = None
    cancelled_on: date | None = None
    standing: GoneWhy

    def part(self, column: str) -> Fraction:
        """How much of what was paid on a column is gone, from 0 to 1."""
        before, lost = self.before.get(column, 0), self.lost.get(column, 0)
        if not before:
            return Fraction(int(self.standing != "less"))
        return min(max(Fraction(lost, before), Fraction(0)), Fraction(1))
