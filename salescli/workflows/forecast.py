"""`forecast`: where a period will end, how sure that is, and how wrong it was before (SPEC A7)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from salescli.calc.attain import attainment
from salescli.calc.track.tree import Node, Wanted, tree
from salescli.i18n import N_
from salescli.model.metric import Base, Metric
from salescli.model.table import Column, Line, Report, Row, Table, Value
from salescli.workflows.history import History, summed_metric, working_back
from salescli.workflows.session import Session, open_session
from salescli.workflows.track import remarks
from salescli.workflows.track_view import SALES, View, shown_value

if TYPE_CHECKING:
    from salescli.calc.forecast.combine import Forecast
    from salescli.calc.forecast.look import Looks
    from salescli.calc.forecast.methods import Method
    from salescli.calc.forecast.series import Real

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
LEVELS = ("team", "region", "product", "person")
_NEVER_LESS = ("deals", "activities", "customers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What `forecast` is asked. Words as typed; None does not restrict.

    Attributes:
        by: One of `LEVELS`; None is the team and its regions.
    """

    period: str | None = None
    as_of: str | None = None
    by: str | None = None
    metric: str | None = None


def forecast(root: Path, query: Query) -> Report:
    """Estimates of a period's end, combined, with an interval and the error of the past beside it.

    Raises:
        Misuse: for what the book does not have, or a metric that does not add up over days.
        BookBroken: if the book has errors, or the working days of the period are not known.
    """
    with open_session(root) as session:
        metric, base = summed_metric(session, query.metric or SALES)
        period = session.period(query.period)
        as_of = session.as_of(period, query.as_of)
        view = View(session, period, as_of)
        made = _Made(view, metric, base, query.by)
        nodes = _nodes(view, query.by)
        rows = [made.row(node) for node in nodes]
        methods = [row for node in nodes for row in made.method_rows(node)]
        return Report(
            command="forecast",
            period=period.text,
            as_of=as_of,
            currency=session.book.settings.currency,
            header=(*session.header(period, as_of), made.header()),
            tables=(
                Table(name="rows", columns=FORECAST, rows=tuple(rows), title=metric.name),
                Table(name="methods", columns=METHODS, rows=tuple(methods), title=N_("How it is made")),
            ),
            notes=(*remarks(view), *made.notes(sum(row["low"] is None for row in rows))),
        )


def _nodes(view: View, by: str | None) -> list[Node]:
    level = None if by == "team" else by or "region"
    nodes = list(tree(view.session.book.org, view.people(), view.as_of, Wanted(by=level or "region")))
    return nodes[:1] if level is None else nodes


class _Made:
    """Forecasts of every node of one level."""

    def __init__(self, view: View, metric: Metric, base: Base, by: str | None) -> None:
        from salescli.calc.forecast.look import Looks, begin_of

        session = view.session
        self.view, self.metric = view, metric
        self.level = {None: "region", "team": None}.get(by, by)
        self.history = History(session, base, view.period)
        self.series = self.history.series(self.level)
        working = working_back(session, self.history.begins, view.period)
        looks = Looks(working, view.period, view.as_of)
        self.days = [
            date.fromordinal(day) for day in working[bisect_left(working, view.period.start.toordinal()) :]
        ]
        self.now = looks.now
        first = int(self.series.first[-1])
        begins = begin_of(date.fromordinal(first)) if first < date.max.toordinal() else view.period.start
        self.past = looks.past(begins)
        self.over = view.as_of >= view.period.end
        self.methods = self._methods(session, base, looks, begins)
        self.found = self._forecast(base)

    def _methods(self, session: Session, base: Base, looks: Looks, begins: date) -> Sequence[Method]:
        from salescli.calc.forecast.methods import RunRate, Seasonal
        from salescli.calc.forecast.pipeline import Pipeline

        methods: list[Method] = [RunRate(self.series, self.now, self._own_days())]
        courses = session.facts.courses(base, self.level)
        if courses is not None:
            methods.append(Pipeline(self.series, courses, looks, begins, sized=base.column == "amount"))
        methods.append(Seasonal(self.series, looks, begins))
        return methods

    def _forecast(self, base: Base) -> Forecast:
        from salescli.calc.forecast.combine import forecast

        falls = base.source not in _NEVER_LESS or base.column == "margin"
        return forecast(self.series, self.past, self.now, self.methods, falls=falls)

    def _own_days(self) -> Real | None:
        """Of people who came or go within the period: all their working days over those gone by."""
        import numpy

        if self.level != "person":
            return None
        found = numpy.full(self.series.size, numpy.nan)
        for person in self.view.session.book.org.people.values():
            days = [day for day in self.days if person.employed(day)]
            gone = sum(day <= self.view.as_of for day in days)
            if gone and len(days) < len(self.days):
                found[self.history.words("person")[person.id]] = len(days) / gone
        return found

    def _leaves(self, node: Node) -> date | None:
        """The day on which a person leaves within the period."""
        left = node.person.left if node.person else None
        return left if left is not None and left < self.view.period.end else None

    def _ended(self, node: Node) -> bool:
        """Whether no working day is left to somebody who leaves."""
        leaves = self._leaves(node)
        return leaves is not None and not any(self.view.as_of < day <= leaves for day in self.days)

    def at(self, node: Node) -> int:
        """Where a node's figures are."""
        level, place = self.history.place(node)
        return place if level == self.level else -1

    def exact(self, value: float) -> Fraction | None:
        """THE place where an estimate is rounded: money to whole units of the currency, counts to a tenth."""
        if value != value:
            return None
        if self.metric.unit == "money":
            return Fraction(round(value / 10**self.view.session.digits))
        return Fraction(round(value * 10), 10)

    def row(self, node: Node) -> Row:
        """A row of `FORECAST`."""
        at, found, unit = self.at(node), self.found, self.metric.unit
        actual = self.view.actual(self.metric.id, node)
        goal = self.view.goal(self.metric.id, node)
        target = Fraction(goal.value) if goal else None
        leaves = self._leaves(node)
        known = self.over or self._ended(node)
        value = actual if known else self.exact(found.value[at])
        low, high = (self.exact(side[at]) for side in (found.low, found.high))
        if known or leaves is not None:
            low = high = None
        reached = attainment(value, target)
        errors, checked = found.errors[-1], int(found.checked[at])
        row: dict[str, Value | bool] = {
            "name": node.name,
            "metric": self.metric.id,
            "region": node.region,
            "product": node.product,
            "person": node.person_id,
            "goal": Line(template=N_("no target")) if target is None else self.shown(target),
            "target": self.shown(target),
            "actual": self.shown(actual),
            "forecast": self.shown(value),
            "low": self.shown(low),
            "high": self.shown(high),
            "attainment": reached,
            "light": None if reached is None else self.view.policy.lights_of(self.metric.id).light(reached),
            "outlook": _outlook(target, actual, low, high, self.over),
            "mape": None if self.over else _share(errors.mape[at]),
            "periods": 0 if self.over else int(errors.periods[at]),
            "held": self._held(at),
            "covered": None if self.over else int(found.covered[at]),
            "checked": None if self.over else checked,
            "note": self._note(target, value, low, leaves),
            "_depth": node.depth,
            "_unit": unit,
            "_strong": node.depth == 0 and node.person is None,
        }
        return row

    def shown(self, value: Fraction | None) -> Value:
        """A figure as its unit is."""
        return shown_value(self.metric.unit, value, self.view.session.digits)

    def _held(self, at: int) -> Line | None:
        checked = int(self.found.checked[at])
        if self.over or not checked:
            return None
        params: dict[str, object] = {"covered": int(self.found.covered[at]), "checked": checked}
        return Line(template=N_("{covered} of {checked}"), params=params)

    def _note(
        self, target: Fraction | None, value: Fraction | None, low: Fraction | None, leaves: date | None
    ) -> Line | None:
        if self.over:
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
        if self.over:
            return
        at = self.at(node)
        goal = self.view.goal(self.metric.id, node)
        for index, method in enumerate(self.methods):
            value = self.exact(self.found.estimates[index, at])
            errors = self.found.errors[index]
            yield {
                "method_name": method.name,
                "metric": self.metric.id,
                "region": node.region,
                "product": node.product,
                "person": node.person_id,
                "method": method.key,
                "estimate": self.shown(value),
                "attainment": attainment(value, Fraction(goal.value) if goal else None),
                "weight": _share(self.found.weights[index, at]),
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
        return method.lacks(self.now, self.past) or N_("too short a history of their own")

    def header(self) -> Line:
        """How far the period has gone, and what the error is measured on."""
        params: dict[str, object] = {
            "gone": self.now.gone,
            "all": self.now.gone + self.now.left,
            "left": self.now.left,
            "periods": len(self.past),
        }
        template = N_("{gone} of {all} working days gone, {left} left; tried on {periods} earlier periods")
        return Line(template=template, params=params)

    def notes(self, without: int) -> Iterator[Line]:
        """How to read it, what was left out, and what to look at next; `without` rows have no interval."""
        if self.over:
            template = N_("{period} is over: this is its figure; look from an earlier day with --as-of")
            yield Line(template=template, params={"period": self.view.period.text})
            return
        if undated := self.view.session.facts.undated_open():
            template = N_("{count} open deals do not say when they were opened and are left out")
            yield Line(template=template, params={"count": undated})
        if without:
            template = N_("no interval for {count}: fewer than 5 earlier periods to take it from")
            yield Line(template=template, params={"count": without})
        yield Line(template=N_("Low to High is to hold the figure 4 times out of 5; Held: how often it did"))
        params: dict[str, object] = {"period": self.view.period.text}
        if self.view.targeted(self.metric.id):
            yield Line(template=N_("next: salescli sprint --period {period}"), params=params)


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
