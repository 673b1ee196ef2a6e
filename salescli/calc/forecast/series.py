"""A metric by node and day, as any day saw it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
NEVER = 10_000_000
"""A day that does not come."""


class Series:
    """Rows of a metric, each with the days (ordinals) from and until which it counted.

    Figures are arrays by node: as many as there are codes, and the whole last.

    Attributes:
        size: Number of nodes, the whole included.
        first: By node, the first day with a figure; `NEVER` without one.
    """

    def __init__(self, columns: Mapping[str, NDArray[Any]], nodes: int) -> None:
        """Rows by day, as `Facts.timeline` gives them, of so many nodes."""
        self.size = nodes + 1
        self._node, self._day = columns["node"], columns["day"]
        self._since, self._until = columns["since"], columns["until"]
        self._value = columns["value"].astype(np.int64)
        self.first = np.full(self.size, NEVER, np.int64)
        known = self._node >= 0
        np.minimum.at(self.first, self._node[known], self._day[known])
        self.first[-1] = self._day[0] if len(self._day) else NEVER

    def total(self, start: int, end: int, seen: int) -> Whole:
        """What fell on the days from `start` to `end`, as it was known on the day `seen`."""
        low, high = np.searchsorted(self._day, [start, min(end, seen) + 1])
        there = (self._since[low:high] <= seen) & (self._until[low:high] > seen)
        return summed(self._node[low:high][there], self._value[low:high][there], self.size)

    def daily(self, ends: Whole, seen: int) -> Whole:
        """Node × span: what fell on the days after the end before up to and with each of these ends.

        Days before the first end fall to it.
        """
        there = (self._since <= seen) & (self._until > seen) & (self._day <= ends[-1])
        at = np.searchsorted(ends, self._day[there])
        found = np.zeros((self.size, len(ends)), np.int64)
        known = self._node[there] >= 0
        np.add.at(found, (self._node[there][known], at[known]), self._value[there][known])
        np.add.at(found[-1], at, self._value[there])
        return found


def summed(node: NDArray[Any], value: Whole, size: int) -> Whole:
    """Values added up by node, and all of them last. Whole numbers, so that their order is irrelevant."""
    found = np.zeros(size, np.int64)
    known = node >= 0
    np.add.at(found, node[known], value[known])
    found[-1] = value.sum()
    return found
