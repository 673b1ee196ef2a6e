"""Facts that remember their answers: for reckoning the same periods again under other rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from salescli.model.fact import Only

if TYPE_CHECKING:
    from salescli.measures.facts import Facts
    from salescli.measures.lines import Lines
    from salescli.measures.settled import Settled


class _Remembered:
    """Stands in for `Facts`: totals and lines are asked for once a day looked from, and the facts are only
    measured anew when something is asked that is not known yet. Totals of a day before that of the last
    measuring are seen from there (`past.py`)."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._as_of: date | None = None
        self._beside = facts.looking_beside
        self._answers: dict[tuple[Any, ...], Any] = {}
        self._span = facts.months()
        self._newest = facts.newest()

    def run(self, as_of: date) -> None:
        """See `Facts.run`."""
        self._as_of = as_of

    @contextmanager
    def beside(self, settled: Settled | None) -> Iterator[None]:
        """See `Facts.beside`."""
        before, self._beside = self._beside, settled
        try:
            yield
        finally:
            self._beside = before

    @property
    def looking_beside(self) -> Settled | None:
        """See `Facts.looking_beside`."""
        return self._beside

    def months(self) -> tuple[date, date] | None:
        """See `Facts.months`."""
        return self._span

    def newest(self) -> dict[str, date | None]:
        """See `Facts.newest`."""
        return dict(self._newest)

    def pays_apart(self) -> bool:
        """See `Facts.pays_apart`."""
        return self._facts.pays_apart()

    def totals(self, by: tuple[str, ...], start: date, end: date, **given: Any) -> Any:
        """See `Facts.totals`."""
        day = self._as_of
        key = ("totals", day, self._beside, by, start, end, *sorted(given.items(), key=lambda item: item[0]))
        if key not in self._answers:
            seen = {"seen": day} if self._seen_from_later(day) and "seen" not in given else {}
            facts: Any = self._facts if seen else self._now()
            self._answers[key] = facts.totals(by, start, end, **given, **seen)
        return self._answers[key]

    def lines(
        self, start: date, end: date, columns: Sequence[str] = ("amount",), *, only: Only | None = None
    ) -> Lines:
        """See `Facts.lines`."""
        key = ("lines", self._as_of, self._beside, start, end, tuple(columns), only)
        if key not in self._answers:
            self._answers[key] = self._now().lines(start, end, columns, only=only)
        lines: Lines = self._answers[key]
        return lines

    def _seen_from_later(self, day: date | None) -> bool:
        """Whether the last measuring is of a later day, and neither is beside settled months."""
        last, beside = self._facts.measured
        return day is not None and last is not None and day < last and self._beside is beside is None

    def _now(self) -> Facts:
        if self._as_of is not None:
            with self._facts.beside(self._beside):
                self._facts.run(self._as_of)
        return self._facts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._now(), name)


def remembered(facts: Facts) -> Facts:
    """The same facts with a memory, those that have one as they are; whoever gets an answer leaves it so."""
    if isinstance(facts, _Remembered):
        return facts
    return cast("Facts", _Remembered(facts))
