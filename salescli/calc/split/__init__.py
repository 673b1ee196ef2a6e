"""Cutting targets (SPEC T3–T8): parts always sum to the whole, in both directions where two cuts cross."""

from salescli.calc.split.record import Gap, History, NoHistory, Split
from salescli.calc.split.resolve import needs_history, resolve

__all__ = ["Gap", "History", "NoHistory", "Split", "needs_history", "resolve"]
