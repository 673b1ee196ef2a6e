"""Facts that remember their answers: for reckoning the same periods again under other rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from salescli.model.fact import Only

if TYPE_CHECKING:
    from salescli.measures.facts import Facts
    from salescli.measures.lines import Lines


class _Remembered:
    """Stands in for `Facts`: totals and lines are asked for once a day looked from, and the facts are only
    measured anew when something is asked that is not known yet."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._as_of: date | None = None
        self._answers: dict[tuple[Any, ...], Any] = {}
        self._span = facts.months()
        self._newest = facts.newest()

    def run(self, as_of: date) -> None:
        """See `Facts.run`."""
        self._as_of = as_of

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
        key = ("totals", self._as_of, by, start, end, *sorted(given.items(), key=lambda item: item[0]))
        if key not in self._answers:
            self._answers[key] = self._now().totals(cast(Any, by), start, end, **given)
        return self._answers[key]

    def lines(
        self, start: date, end: date, columns: Sequence[str] = ("amount",), *, only: Only | None = None
    ) -> Lines:
        """See `Facts.lines`."""
        key = ("lines", self._as_of, start, end, tuple(columns), only)
        if key not in self._answers:
            self._answers[key] = self._now().lines(start, end, columns, only=only)
        lines: Lines = self._answers[key]
        return lines

    def _now(self) -> Facts:
        if self._as_of is not None:
            self._facts.run(self._as_of)
        return self._facts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._now(), name)


def remembered(facts: Facts) -> Facts:
    """The same facts with a memory; whoever gets an answer leaves it as it is."""
    return cast("Facts", _Remembered(facts))
