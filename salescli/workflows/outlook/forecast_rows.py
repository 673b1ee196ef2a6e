"""The rows of `forecast`: what is expected and how it is made, for people and machines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from salescli.calc.attain import attainment
from salescli.calc.track.tree import Node
from salescli.i18n import N_
from salescli.model.table import Column, Line, Row
from salescli.workflows.outlook.forecast_made import Made

if TYPE_CHECKING:
    from salescli.calc.forecast.methods import Method

FORECAST = (
    Column("name", "", machine=False),
    Column("metric", "metric", people=False),
    Column("region", "region", people=False),
    Column("product", "product", people=False),
    Column("person", "person", people=False),
    Column("goal", "Target", "number", machine=False, spare=3),
    Column("target", "target", people=False),
    Column("actual", "So far", "number"),
    Column("forecast", "Forecast", "number"),
    Column("low", "Low", "number"),
    Column("high", "High", "number"),
    Column("attainment", "Attainment", "ratio"),
    Column("light", "Light", "light", spare=1),
    Column("outlook", "Outlook", "word", spare=4),
    Column("mape", "Error", "ratio"),
    Column("periods", "periods", "count", people=False),
    Column("held", "Held", machine=False),
    Column("covered", "covered", "count", people=False),
    Column("checked", "checked", "count", people=False),
    Column("note", "Note", spare=5),
)
METHODS = (
    Column("method_name", "Method", "word", machine=False),
    Column("metric", "metric", people=False),
    Column("region", "region", people=False),
    Column("product", "product", people=False),
    Column("person", "person", people=False),
    Column("method", "method", people=False),
    Column("estimate", "Estimate", "number"),
    Column("attainment", "Attainment", "ratio"),
    Column("weight", "Weight", "ratio"),
    Column("mape", "Error", "ratio"),
    Column("periods", "Periods", "count"),
    Column("why", "Because", "word"),
)


class Rows:
    """Rows of every node of one level."""

    def __init__(self, made: Made) -> None:
        self.made, self.view, self.metric = made, made.view, made.metric

    def exact(self, value: float) -> Fraction | None:
        """THE place where an estimate is rounded: money to whole units of the currency, counts to a tenth."""
        if value != value:
            return None
        if self.metric.unit == "money":
            return Fraction(round(value / 10**self.view.session.digits))
        return Fraction(round(value * 10), 10)

    def row(self, node: Node) -> Row:
        """A row of `FORECAST`."""
        made, shown = self.made, self.made.shown
        at, found = made.at(node), made.found
        actual, target = self.view.actual(self.metric.id, node), self._target(node)
        leaves = made.leaves(node)
        known = made.over or made.ended(node)
        value = actual if known else self.exact(found.value[at])
        low, high = (self.exact(side[at]) for side in (found.low, found.high))
        if known or leaves is not None:
            low = high = None
        reached = attainment(value, target)
        errors = found.errors[-1]
        return {
            "name": node.name,
            **self._of(node),
            "goal": Line(template=N_("no target")) if target is None else shown(target),
            "target": shown(target),
            "actual": shown(actual),
            "forecast": shown(value),
            "low": shown(low),
            "high": shown(high),
            "attainment": reached,
            "light": None if reached is None else self.view.policy.lights_of(self.metric.id).light(reached),
            "outlook": _outlook(target, actual, low, high, made.over),
            "mape": None if made.over else _share(errors.mape[at]),
            "periods": 0 if made.over else int(errors.periods[at]),
            "held": self._held(at),
            "covered": None if made.over else int(found.covered[at]),
            "checked": None if made.over else int(found.checked[at]),
            "note": self._note(target, value, low, leaves),
            "_depth": node.depth,
            "_unit": self.metric.unit,
            "_strong": node.depth == 0 and node.person is None,
        }

    def _of(self, node: Node) -> Row:
        """What a row is of, for machines."""
        return {
            "metric": self.metric.id,
            "region": node.region,
            "product": node.product,
            "person": node.person_id,
        }

    def _target(self, node: Node) -> Fraction | None:
        goal = self.view.goal(self.metric.id, node)
        return Fraction(goal.value) if goal else None

    def _held(self, at: int) -> Line | None:
        checked = int(self.made.found.checked[at])
        if self.made.over or not checked:
            return None
        params: dict[str, object] = {"covered": int(self.made.found.covered[at]), "checked": checked}
        return Line(template=N_("{covered} of {checked}"), params=params)

    def _note(
        self, target: Fraction | None, value: Fraction | None, low: Fraction | None, leaves: date | None
    ) -> Line | None:
        if self.made.over:
            return Line(template=N_("the period is over"))
        if leaves is not None:
            template = N_("left on {day}") if leaves <= self.view.as_of else N_("leaves on {day}")
            return Line(template=template, params={"day": leaves.isoformat()})
        if target is not None and not target:
            return Line(template=N_("the target is zero"))
        if value is None:
            return Line(template=N_("nothing to estimate from"))
        if low is None:
            return Line(template=N_("too short a history for an interval"))
        return None

    def method_rows(self, node: Node) -> Iterator[Row]:
        """Rows of `METHODS`; people see those of the whole."""
        if self.made.over:
            return
        at = self.made.at(node)
        for index, method in enumerate(self.made.methods):
            value = self.exact(self.made.found.estimates[index, at])
            errors = self.made.found.errors[index]
            yield {
                "method_name": method.name,
                **self._of(node),
                "method": method.key,
                "estimate": self.made.shown(value),
                "attainment": attainment(value, self._target(node)),
                "weight": _share(self.made.found.weights[index, at]),
                "mape": _share(errors.mape[at]),
                "periods": int(errors.periods[at]),
                "why": self._why(method, value, node),
                "_unit": self.metric.unit,
                "_machine": node.depth > 0 or node.person is not None,
            }

    def _why(self, method: Method, value: Fraction | None, node: Node) -> str | None:
        """Why there is no estimate."""
        if value is not None:
            return None
        return method.lacks(self.made.now, self.made.past) or N_("too short a history of their own")


def _outlook(
    target: Fraction | None, actual: Fraction | None, low: Fraction | None, high: Fraction | None, over: bool
) -> str | None:
    """Where the target lies against the interval."""
    if not target or actual is None:
        return None
    if actual >= target:
        return N_("reached")
    if over:
        return N_("missed")
    if low is None or high is None:
        return None
    return (
        N_("likely reached") if low >= target else N_("likely missed") if high < target else N_("undecided")
    )


def _share(value: float) -> Fraction | None:
    """A share to a tenth of a per cent; None for none."""
    return None if value != value else Fraction(round(value * 1000), 1000)
