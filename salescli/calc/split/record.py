"""What a split needs and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from salescli.findings import Finding
from salescli.model.period import Period
from salescli.model.target import TargetRow


class History(Protocol):
    """Past sales, as whole numbers."""

    def sales(self, period: Period, by: tuple[str, ...]) -> Mapping[tuple[str, ...], int]:
        """Credited sales of a past period by `region`, `product`, `person` or `month`, in that order."""
        ...


class NoHistory:
    """For a split that asks nothing of the past, and for a book without any."""

    def sales(self, period: Period, by: tuple[str, ...]) -> Mapping[tuple[str, ...], int]:
        """Nothing."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What of a whole is not given to its parts, or given more than once over (SPEC T5).

    Attributes:
        region: Whose people; None for the team's regions, product lines or people.
        among: `region`, `product` or `person`: the parts.
        amount: Positive: unallocated. Negative: over-assigned.
    """

    period: str
    metric: str
    level: str
    region: str | None
    among: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A target file resolved.

    Attributes:
        rows: Sorted as the CSV is.
        gaps: Of the period and of its months, where not zero.
    """

    rows: tuple[TargetRow, ...]
    gaps: tuple[Gap, ...]
    findings: tuple[Finding, ...]
