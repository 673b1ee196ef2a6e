"""Reasons that are written out only when somebody asks: paying 100,000 people needs no sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from salescli.model.entry import Step


class Trace(Sequence[Step]):
    """The steps of an amount, made on first use from the numbers it was reckoned with.

    `build` is called with `args` at most once; it must be pure.
    """

    __slots__ = ("_args", "_build", "_steps")

    def __init__(self, build: Callable[..., tuple[Step, ...]], *args: object) -> None:
        self._build = build
        self._args = args
        self._steps: tuple[Step, ...] | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, first to last."""
        if self._steps is None:
            self._steps = self._build(*self._args)
        return self._steps

    @overload
    def __getitem__(self, index: int) -> Step: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Step]: ...

    def __getitem__(self, index: int | slice) -> Step | Sequence[Step]:
        return self.steps[index]

    def __len__(self) -> int:
        return len(self.steps)
