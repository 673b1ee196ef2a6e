"""In which order components run: one that rests on what another earned runs after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from salescli.model.expression import Measure


class Needing(Protocol):
    """Something that reads measures."""

    @property
    def name(self) -> str:
        """The component's."""

    @property
    def reads(self) -> frozenset[Measure]:
        """Every measure."""


T = TypeVar("T", bound=Needing)


def in_order_of_need(parts: Sequence[T]) -> tuple[list[T], list[T]]:
    """Parts so that each stands behind those it needs, else as given; and those that wait for each other."""
    waiting: list[T] = list(parts)
    done: list[T] = []
    while waiting:
        names = {part.name for part in waiting}
        ready = [part for part in waiting if not needs(part.reads) & names]
        if not ready:
            return done, waiting
        done += ready
        waiting = [part for part in waiting if part not in ready]
    return done, []


def needs(reads: frozenset[Measure]) -> frozenset[str]:
    """Components that measures are about."""
    return frozenset(measure.metric for measure in reads if measure.of == "earned")
