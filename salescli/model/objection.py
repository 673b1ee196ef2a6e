"""What somebody objects to in a published month, and its answer (SPEC S3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from salescli.findings import Span

ObjectionState = Literal["open", "accepted", "rejected"]
FOLDER = "objections"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """`objections/<id>.yaml` of a settlement.

    Attributes:
        id: Its number within the month.
        about: A component, a deal, or nothing in particular.
        on: The day it was made.
        answered_on: The day of the answer; None while open.
        amount: What an accepted one adds to (or, negative, takes from) the next open month.
        late: Made after the window: it is answered, but the month is not held open for it.
    """

    period: str
    id: str
    person: str
    reason: str
    on: date
    component: str = ""
    deal_id: str = ""
    state: ObjectionState = "open"
    answer: str = ""
    answered_on: date | None = None
    actor: str = ""
    amount: Decimal = Decimal(0)
    place: Span = field(compare=False, default=Span(""))

    @property
    def name(self) -> str:
        """How entries refer to it."""
        return f"objection {self.period}/{self.id}"
