"""The words of each choice that plan files leave; their schemas take them from here."""

from __future__ import annotations

from typing import Literal

Choose = Literal["first_match", "most_specific"]
ClawedRate = Literal["paid", "original"]
ClosedPeriods = Literal["reverse", "replay"]
DrawKind = Literal["floor", "advance"]
OnZero = Literal["error", "skip", "attained"]
Over = Literal["lost", "carried"]
Per = Literal["period", "deal"]
PoolScope = Literal["plan", "region", "team"]
RankScope = Literal["plan", "region"]
Reached = Literal["all", "highest"]
ReleaseBy = Literal["receipts", "instalments", "events", "months"]
TableMode = Literal["whole", "interpolated"]
TargetOf = Literal["so_far", "whole"]
TeamScope = Literal["region", "team"]
TierMode = Literal["whole", "marginal", "interpolated"]
Ties = Literal["split", "same", "tiebreak"]
ToDate = Literal["quarter", "half", "year"]
LONGER: tuple[ToDate, ...] = ("quarter", "half", "year")
"""Longer than a month, shortest first."""
Unmatched = Literal["error", "skip"]
