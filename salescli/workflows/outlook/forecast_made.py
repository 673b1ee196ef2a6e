"""How a forecast is made: the methods a metric allows, and what comes of them for every node (SPEC A7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from salescli.calc.track.tree import Node
from salescli.model.metric import Base, Metric
from salescli.workflows.outlook.history import Outset
from salescli.workflows.tracking.track_view import View

if TYPE_CHECKING:
    from salescli.calc.forecast.combine import Forecast
    from salescli.calc.forecast.look import Looks
    from salescli.calc.forecast.methods import Method, Own

_NEVER_LESS = ("deals", "activities", "customers")


class Made(Outset):
    """Forecasts of every node of one level."""

    def __init__(self, view: View, metric: Metric, base: Base, by: str | None) -> None:
        """See `Outset`; `by` is one of the levels of `forecast`."""
        from salescli.calc.forecast.look import Looks, begin_of

        super().__init__(view, metric, base)
        self.level = {None: "region", "team": None}.get(by, by)
        self.series = self.history.series(self.level)
        looks = Looks(self.working, view.period, view.as_of)
        self.now = looks.now
        first = int(self.series.first[-1])
        begins = begin_of(date.fromordinal(first)) if first < date.max.toordinal() else view.period.start
        self.past = looks.past(begins)
        self.over = view.as_of >= view.period.end
        self.methods = self._methods(base, looks, begins)
        self.found = self._forecast(base)

    def _methods(self, base: Base, looks: Looks, begins: date) -> Sequence[Method]:
        from salescli.calc.forecast.methods import Recent, RunRate, Seasonal
        from salescli.calc.forecast.pipeline import Pipeline

        own = self._own_days()
        methods: list[Method] = [RunRate(self.series, self.now, own), Recent(self.series, self.now, own)]
        courses = self.view.session.facts.courses(base, self.level)
        if courses is not None:
            methods.append(Pipeline(self.series, courses, looks, begins, sized=base.column == "amount"))
        methods.append(Seasonal(self.series, looks, begins))
        return methods

    def _forecast(self, base: Base) -> Forecast:
        from salescli.calc.forecast.combine import forecast

        falls = base.source not in _NEVER_LESS or base.column == "margin"
        return forecast(self.series, self.past, self.now, self.methods, falls=falls)

    def _own_days(self) -> Own | None:
        """The working days of people who come or go within the period."""
        import numpy

        from salescli.calc.forecast.methods import Own

        if self.level != "person":
            return None
        own = Own(*(numpy.full(self.series.size, numpy.nan) for _ in range(2)))
        for person in self.view.session.book.org.people.values():
            days = [day for day in self.days if person.employed(day)]
            if len(days) < len(self.days):
                at = self.history.words("person")[person.id]
                own.gone[at] = sum(day <= self.view.as_of for day in days)
                own.left[at] = len(days) - own.gone[at]
        return own

    def leaves(self, node: Node) -> date | None:
        """The day on which a person leaves within the period."""
        left = node.person.left if node.person else None
        return left if left is not None and left < self.view.period.end else None

    def ended(self, node: Node) -> bool:
        """Whether no working day is left to somebody who leaves."""
        leaves = self.leaves(node)
        return leaves is not None and not any(self.view.as_of < day <= leaves for day in self.days)

    def at(self, node: Node) -> int:
        """Where a node's figures are."""
        level, place = self.history.place(node)
        return place if level == self.level else -1
