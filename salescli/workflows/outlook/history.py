"""What forecasts and sprints look back on: a metric by days and nodes, and the working days there were."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from salescli.calc.track.tree import Node
from salescli.findings import BookBroken, Misuse
from salescli.i18n import N_
from salescli.model.metric import Base, Metric
from salescli.model.period import Period
from salescli.model.table import Value
from salescli.workflows.session import Session
from salescli.workflows.tracking.track_view import View, shown_value

if TYPE_CHECKING:
    from salescli.calc.forecast.series import Series

YEARS = 8
"""How far back is looked at most."""


def summed_metric(session: Session, word: str) -> tuple[Metric, Base]:
    """A metric that adds up over days.

    Raises:
        Misuse: for one that the book does not have, or that is a ratio.
    """
    metric = session.book.policy.metrics[session.metric(word)]
    if metric.base is None:
        raise Misuse(
            N_("{metric} is a ratio, which does not add up over days"),
            hint=N_("ask for what it is made of: --metric {part}"),
            metric=metric.id,
            part=metric.ratio[0] if metric.ratio else "",
        )
    return metric, metric.base


def working_back(session: Session, since: date, period: Period) -> list[int]:
    """The working days from `since`, or the first year known, to the end of a period; ordinals.

    Raises:
        BookBroken: with K001 if the period's own days are not known.
    """
    from salescli.books.calendar import working_days

    book = session.book
    found = working_days(book.settings.calendar, book.root, period.start, period.end)
    end = period.start - timedelta(days=1)
    while end >= since:
        start = max(since, end.replace(month=1, day=1))
        try:
            found |= working_days(book.settings.calendar, book.root, start, end)
        except BookBroken as broken:
            if any(one.code != "K001" for one in broken.found):
                raise
            break
        end = start - timedelta(days=1)
    return sorted(day.toordinal() for day in found)


class History:
    """A metric of a book by days, for every node of one level and the whole.

    Attributes:
        begins: The first day that is looked back on.
    """

    def __init__(self, session: Session, metric: Base, period: Period) -> None:
        self._session, self._metric = session, metric
        span = session.facts.months()
        first = span[0] if span else period.start
        self.begins = max(first, date(max(1, period.start.year - YEARS), 1, 1))
        self._words: dict[str, Mapping[str, int]] = {}
        self._series: dict[str | None, Series] = {}

    def series(self, level: str | None) -> Series:
        """The metric by `region`, `product` or `person`; None for the whole alone."""
        from salescli.calc.forecast.series import Series

        if level not in self._series:
            columns = self._session.facts.timeline(self._metric, level, self.begins)
            self._series[level] = Series(columns, len(self.words(level)))
        return self._series[level]

    def words(self, level: str | None) -> Mapping[str, int]:
        """Id → place in the figures of a level."""
        if level is None:
            return {}
        if level not in self._words:
            words = self._session.facts.node_words(level)
            self._words[level] = {word: place for place, word in enumerate(words)}
        return self._words[level]

    def place(self, node: Node) -> tuple[str | None, int]:
        """The level and place of a node's figures; the last place is the whole."""
        level = level_of(node)
        if level is None:
            return None, -1
        word = {"person": node.person_id, "region": node.region, "product": node.product}[level]
        return level, self.words(level)[word or ""]


def level_of(node: Node) -> str | None:
    """The dimension a node is one of; None for the whole."""
    if node.person is not None:
        return "person"
    return "region" if node.region is not None else "product" if node.product is not None else None


class Outset:
    """What forecasts and sprints set out from: a metric of a period, its history and the working days.

    Attributes:
        working: All working days that are known, as ordinals, to the period's last.
        days: Those of the period.

    Raises:
        BookBroken: with K001 if the period's own working days are not known.
    """

    def __init__(self, view: View, metric: Metric, base: Base) -> None:
        self.view, self.metric = view, metric
        self.history = History(view.session, base, view.period)
        self.working = working_back(view.session, self.history.begins, view.period)
        start = view.period.start.toordinal()
        self.days = [date.fromordinal(day) for day in self.working if day >= start]

    def shown(self, value: Fraction | None) -> Value:
        """A figure as its unit is."""
        return shown_value(self.metric.unit, value, self.view.session.digits)
