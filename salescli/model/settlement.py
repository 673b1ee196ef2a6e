"""A month's settlement: its steps, what it rests on, and what each person gets (SPEC S1, S5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from salescli.i18n import N_
from salescli.model.entry import EntryKind

State = Literal["draft", "published", "closed", "paid"]
STATES: tuple[State, ...] = ("draft", "published", "closed", "paid")

STATE_WORDS = {
    "draft": N_("draft"),
    "published": N_("published"),
    "closed": N_("closed"),
    "paid": N_("paid"),
}
EVENTS = {
    "drafted": N_("drafted"),
    "published": N_("published"),
    "objected": N_("objected"),
    "answered": N_("answered"),
    "closed": N_("closed"),
    "paid": N_("paid"),
    "exported": N_("exported"),
}
"""Steps, and the words people read for them."""
REACHES: Mapping[str, State] = {"published": "published", "closed": "closed", "paid": "paid"}
"""The state that a step brings about; the others leave the state as it is."""

KINDS: tuple[EntryKind, ...] = (
    "earning",
    "bonus",
    "award",
    "adjustment",
    "clawback",
    "draw",
    "recovery",
    "hold",
    "release",
)
"""Kinds of entries, in the order of the columns of `payouts.csv`."""

OBJECTION = "objection"
"""The plan of what accepted objections pay; it is nobody's to reverse or to reckon again."""
FOLDER = "ledger/settlements"
MANIFEST = "settlement.yaml"
ENTRIES = "entries.csv"
PAYOUTS = "payouts.csv"
CREDITS = "credits.csv"
PARTS = "parts.csv"
WRITTEN = (ENTRIES, PAYOUTS, PARTS, CREDITS)
"""What every settlement writes beside its manifest."""
KNOWN = "known.csv"
"""What a settlement with plans that replay writes besides: every row known that no earlier one knew so."""
RULES = "rules"
"""Beside the months: every version of a rule that a published month was paid by, named by its hash."""

ENTRY_COLUMNS = (
    "entry_id", "period", "person", "plan", "component", "kind", "deal_id", "base", "rate", "amount",
    "currency", "cause", "rule",
)  # fmt: skip
PART_COLUMNS = ("period", "person", "plan", "component", "deal_id", "amount")
"""Of `parts.csv`: what an earning that names no deal owes to each deal."""
APART_COLUMNS = (
    "region", "product", "owner", "customer", "status", "currency", "customer_kind", "category", "item",
    "source", "discount", "term_months",
)  # fmt: skip
"""Columns of a deal by which rules tell deals apart: what one was counted or rated by."""
CREDIT_COLUMNS = ("of", "day", "deal_id", "person", "kind", *APART_COLUMNS, "amount", "cost", "quantity")
"""Of `credits.csv`: `of` is `deal`, `cash`, or what has its count as its amount: `activity`, `count` (whose
deal it is, where its lines do not tell) or `customer` (by which deal a customer is a new one)."""

KNOWN_COLUMNS = ("of", "id", "row")
"""Of `known.csv`: a kind of row, its id, its cells (none for a row that is there no more)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A step in the life of a settlement.

    Attributes:
        event: A key of `EVENTS`.
        on: Its date; a draft's is the newest fact it looked at, so that drafting again gives the same bytes.
        actor: Who did it; empty where nobody said.
        objection: The number of the objection made or answered; empty for other steps.
        sha256: Of that objection's file after the step.
        commit: The commit of the book that held all the step rests on; empty where there is none.
    """

    event: str
    on: date
    actor: str = ""
    objection: str = ""
    sha256: str = ""
    commit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """`settlement.yaml`. Hashes are SHA-256 of whole files, by path relative to the book's root.

    Attributes:
        as_of: The day whose facts were looked at.
        tool: Name and version of what made it.
        previous: Path and hash of the settlement before; None for the first.
        inputs: Settings, people, targets and every fact file read.
        rules: Everything under `policies/`.
        outputs: The other files of this settlement.
    """

    period: str
    state: State
    currency: str
    as_of: date
    tool: str
    events: tuple[Event, ...] = ()
    previous: tuple[str, str] | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)

    def objections(self) -> dict[str, str]:
        """Number of each objection recorded → the hash of its file as it was last written."""
        return {event.objection: event.sha256 for event in self.events if event.objection}

    def day(self, step: str) -> date | None:
        """The day of a step; None if it was not taken."""
        return next((event.on for event in reversed(self.events) if event.event == step), None)

    def upto(self, count: int) -> Settlement:
        """As it was after its first `count` steps."""
        events = self.events[:count]
        states = [REACHES[event.event] for event in events if event.event in REACHES]
        return replace(self, events=events, state=states[-1] if states else "draft")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """One person's month: a row of `payouts.csv`.

    Attributes:
        sums: Kind of entry → sum; every kind is there.
        brought: What the settlement before left over (0 or less).
        carried: What is left over for later months (0 or less).
        payable: What is paid now (0 or more); with `carried` it makes `brought` and the sum of all entries.
    """

    person: str
    sums: Mapping[str, Decimal]
    brought: Decimal = Decimal(0)
    carried: Decimal
    payable: Decimal
