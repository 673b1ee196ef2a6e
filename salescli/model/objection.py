"""What somebody objects to in a published month, and its answer (SPEC S3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from salescli.findings import Span
from salescli.i18n import N_

ObjectionState = Literal["open", "accepted", "rejected"]
OBJECTION_WORDS = {"open": N_("open"), "accepted": N_("accepted"), "rejected": N_("rejected")}
FOLDER = "objections"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """`objections/<id>.yaml` of a settlement.

    Attributes:
        id: Its number within the month.
        on: The day it was made.
        component, deal_id, entry_id: What it is about; all empty where it is nothing in particular.
        answered_on: The day of the answer; None while open.
        amount: What an accepted one adds to (or, negative, takes from) the next open month.
        adjustment: The id of the entry that pays that amount; empty without one.
    """

    period: str
    id: str
    person: str
    reason: str
    on: date
    component: str = ""
    deal_id: str = ""
    entry_id: str = ""
    state: ObjectionState = "open"
    answer: str = ""
    answered_on: date | None = None
    actor: str = ""
    amount: Decimal = Decimal(0)
    adjustment: str = ""
    place: Span = field(compare=False, default=Span(""))

    @property
    def name(self) -> str:
        """How entries refer to it."""
        return f"objection {self.period}/{self.id}"

    @property
    def about(self) -> str:
        """What it is about, in one word; may be empty."""
        return self.entry_id or self.deal_id or self.component
