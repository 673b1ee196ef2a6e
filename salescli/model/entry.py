"""What is paid and why: entries, their steps, recognitions without money."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from salescli.findings import Span
from salescli.model.metric import Unit

REVERSED = "reversed: "
"""How the cause of what is taken back begins."""
EntryKind = Literal[
    "earning", "bonus", "award", "adjustment", "clawback", "draw", "recovery", "hold", "release"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the reason for an amount (SPEC I8).

    Attributes:
        step: What this line is: `credit`, `target`, `attainment`, `gate`, `tier`, `slice`, `rank`, `members`,
            `bonus`, `pay`, `rounding` …
        text: A sentence fragment for people, English, with `{named}` places (translated where shown).
        params: Values for the places.
        base: What the line works on; money or a count (`unit`). Ratios stand in `rate`.
        rate: Exact ratio applied or found.
        amount: Money that results.
        place: The line of a file it rests on.
    """

    step: str
    text: str = ""
    params: dict[str, object] = field(default_factory=dict)
    base: Decimal | Fraction | None = None
    rate: Fraction | None = None
    amount: Decimal | Fraction | None = None
    place: Span | None = None
    unit: Unit = "money"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing paid for: a row of `entries.csv`.

    Attributes:
        period: The period it is reckoned over (`2026-08`, `2026-Q3`); paid with its last month.
        base: What the rate applies to; None for fixed sums.
        cause: What brought it about, in short (`tier 120%`, `rank 1`).
        rule: File and line of the rule.
        settled_with: The month with which a change to an already settled period is settled; else empty.
        steps: Why; not stored, written out only when asked.
    """

    period: str
    person: str
    plan: str
    component: str
    kind: EntryKind
    amount: Decimal
    currency: str
    deal_id: str = ""
    base: Decimal | None = None
    rate: Fraction | None = None
    cause: str = ""
    rule: Span = Span("")
    settled_with: str = ""
    steps: Sequence[Step] = field(compare=False, default=())

    @property
    def entry_id(self) -> str:
        """Derived from what it pays for, so that the same thing can never be paid twice."""
        parts = (self.period, self.person, self.plan, self.component, self.kind, self.deal_id)
        what = "\x1f".join((*parts, self.settled_with) if self.settled_with else parts)
        return hashlib.sha256(what.encode()).hexdigest()[:16]

    def sort_key(self) -> tuple[str, ...]:
        """Person, period, plan, component, kind, deal."""
        return (self.person, self.period, self.plan, self.component, self.kind, self.deal_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Honour:
    """Recognition without money (SPEC I5).

    Attributes:
        value: What the rank rests on, in `unit`.
    """

    period: str
    person: str
    plan: str
    component: str
    award: str
    rank: int
    value: Fraction
    unit: Unit = "rate"
    rule: Span = Span("")
    steps: Sequence[Step] = field(compare=False, default=())
