"""`sprint`: days left to a period's end or a launch, the pace it takes, who can make it (SPEC K9)."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from salescli.calc.track.sprint import Chance, Paces, best_sum, chance, paces
from salescli.calc.track.tree import Node, Wanted, tree
from salescli.findings import Misuse
from salescli.i18n import N_
from salescli.model.exact import from_minor
from salescli.model.metric import Base, Metric
from salescli.model.period import Period
from salescli.model.table import Column, Line, Report, Row, Table, Value
from salescli.render.words import line_text, separator
from salescli.workflows.outlook.history import Outset, summed_metric
from salescli.workflows.session import Session, open_session
from salescli.workflows.tracking.track import remarks
from salescli.workflows.tracking.track_view import SALES, View

SPRINT = (
    Column("name", "", machine=False),
    Column("metric", "metric", people=False),
    Column("region", "region", people=False),
    Column("product", "product", people=False),
    Column("person", "person", people=False),
    Column("goal", "Target", "number", machine=False, spare=3),
    Column("target", "target", people=False),
    Column("actual", "Actual", "number", spare=4),
    Column("gap", "Gap", "delta"),
    Column("days_left", "Days left", "count", spare=5),
    Column("needed", "Needed a day", "number"),
    Column("so_far", "So far a day", "number"),
    Column("best", "Best a day", "number", spare=2),
    Column("verdict", "verdict", people=False),
    Column("outlook", "Outlook", machine=False),
    Column("reason", "reason", people=False),
)
_MARKS = {"reached": "●", "on_course": "●", "possible": "▲", "out_of_reach": "■", "missed": "■"}
"""Before the words of an outlook. No light: a light is of the attainment, here as in `status`."""
_BACK = 500
"""Working days before the day looked from that the best pace is sought in: two years."""
_TWICE = 2
"""A best pace over some days is only one where history is so many times as long."""
_COUNTED = (
    ("reached", N_("{count} reached")),
    ("on_course", N_("{count} on course")),
    ("possible", N_("{count} can still make it")),
    ("out_of_reach", N_("{count} out of reach")),
    ("missed", N_("{count} missed")),
    ("unknown", N_("{count} with nothing to compare with")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What `sprint` is asked. Words as typed; None is the default.

    Attributes:
        to: The last day that counts; the period's by default.
    """

    period: str | None = None
    as_of: str | None = None
    to: str | None = None
    region: str | None = None
    metric: str | None = None


def sprint(root: Path, query: Query) -> Report:
    """Gap, days left, pace needed and paces so far, for the team, its regions and their people.

    Raises:
        Misuse: for what the book does not have, or a day that does not fit the period.
        BookBroken: if the book has errors, or the working days of the period are not known.
    """
    with open_session(root) as session:
        metric, base = summed_metric(session, query.metric or SALES)
        period, last = _stretch(session, query, metric)
        as_of = min(session.as_of(period, query.as_of), last)
        view = View(session, period, as_of)
        run = _Run(view, metric, base, last)
        region = session.region(query.region) if query.region else None
        nodes = list(tree(session.book.org, view.people(), as_of, Wanted(region=region)))
        rows = [run.row(node) for node in nodes]
        return Report(
            command="sprint",
            period=period.text,
            as_of=as_of,
            currency=session.book.settings.currency,
            header=(*session.header(period, as_of), run.header(), *_count(rows)),
            tables=(Table(name="rows", columns=SPRINT, rows=tuple(rows), title=metric.name),),
            notes=(*remarks(view), *_notes(rows, period, over=as_of >= last)),
            extra={"to": last.isoformat()},
        )


def _stretch(session: Session, query: Query, metric: Metric) -> tuple[Period, date]:
    """The period and the last day that counts.

    Without a period: the quarter that ends on the day, or that the newest facts are in, if it has targets;
    else the month.
    """
    last = None if query.to is None else session.day(query.to)
    period = session.period(query.period) if query.period is not None else _default(session, last, metric)
    if last is not None and last not in period:
        raise Misuse(
            N_("{day} is not in {period}"),
            hint=N_("give a day from {start} to {end}, or another --period"),
            day=last.isoformat(),
            period=period.text,
            start=period.start.isoformat(),
            end=period.end.isoformat(),
        )
    return period, last or period.end


def _default(session: Session, last: date | None, metric: Metric) -> Period:
    newest = session.period(None)
    month = newest if last is None else Period.month_of(last, newest.fiscal)
    quarter = Period.around(month.start, "quarter", month.fiscal)
    if last not in (None, quarter.end):
        return month
    return quarter if View(session, quarter, quarter.end).targeted(metric.id) else month


class _Run(Outset):
    """The figures of a stretch of days, node by node."""

    def __init__(self, view: View, metric: Metric, base: Base, last: date) -> None:
        super().__init__(view, metric, base)
        self.last = last
        self.days = [day for day in self.days if day <= last]
        seen = bisect_right(self.working, view.as_of.toordinal())
        self.before = [date.fromordinal(day) for day in self.working[:seen][-_BACK:]]
        self._daily: dict[str | None, Sequence[Sequence[int]]] = {}

    def daily(self, level: str | None) -> Sequence[Sequence[int]]:
        """Node → figures of each working day before, weekends with the working day after them."""
        import numpy

        if level not in self._daily:
            series = self.history.series(level)
            if not self.before:
                return [[]] * series.size
            ends = [day.toordinal() for day in self.before]
            ends[-1] = self.view.as_of.toordinal()
            start = numpy.array([max(0, ends[0] - 1), *ends])
            self._daily[level] = series.daily(start, self.view.as_of.toordinal())[:, 1:].tolist()
        return self._daily[level]

    def row(self, node: Node) -> Row:
        """A row of `SPRINT`."""
        unit = self.metric.unit
        actual = self.view.actual(self.metric.id, node)
        goal = self.view.goal(self.metric.id, node)
        target = None if goal is None else Fraction(goal.value)
        gap = None if actual is None or target is None else target - actual
        seen = None if gap is None or actual is None else self._paces(node, gap, actual)
        found = None if seen is None or not target else chance(seen)
        reason = self._reason(node, target, found)
        row: dict[str, Value | bool] = {
            "name": node.name,
            "metric": self.metric.id,
            "region": node.region,
            "product": node.product,
            "person": node.person_id,
            "goal": Line(template=N_("no target")) if target is None else self.shown(target),
            "target": self.shown(target),
            "actual": self.shown(actual),
            "gap": self.shown(None if gap is None else -gap),
            "days_left": None if seen is None else seen.left,
            "needed": self.shown(None if seen is None else seen.needed),
            "so_far": self.shown(None if seen is None else seen.so_far),
            "best": self.shown(None if seen is None else seen.best),
            "verdict": None if found is None else found.verdict,
            "outlook": _outlook(found, reason),
            "reason": reason,
            "_depth": node.depth,
            "_unit": unit,
            "_strong": node.depth == 0 and node.person is None,
        }
        return row

    def _reason(self, node: Node, target: Fraction | None, found: Chance | None) -> Line | None:
        if target is not None and not target:
            return Line(template=N_("the target is zero"))
        left = node.person.left if node.person else None
        if left is not None and left <= self.view.as_of and found is not None and found.verdict == "missed":
            return Line(template=N_("left on {day}"), params={"day": left.isoformat()})
        return None if found is None else found.reason

    def _paces(self, node: Node, gap: Fraction, actual: Fraction) -> Paces:
        """The node's paces; of a person by the days on which they are employed."""
        days = [day for day in self.days if node.person is None or node.person.employed(day)]
        left = sum(day > self.view.as_of for day in days)
        level, place = self.history.place(node)
        begun = int(self.history.series(level).first[place])
        days_known = self.daily(level)[place][-sum(day.toordinal() >= begun for day in self.before) :]
        best = best_sum(days_known, left) if len(days_known) >= _TWICE * left else None
        return paces(gap, actual, len(days) - left, left, self._figure(best))

    def _figure(self, units: int | None) -> Fraction | None:
        if units is None:
            return None
        digits = self.view.session.digits if self.metric.unit == "money" else 0
        return Fraction(from_minor(units, digits))

    def header(self) -> Line:
        """How many working days are left until when."""
        left = sum(day > self.view.as_of for day in self.days)
        params: dict[str, object] = {"left": left, "all": len(self.days), "to": self.last.isoformat()}
        return Line(template=N_("{left} of {all:working day|working days} left to {to}"), params=params)


def _outlook(found: Chance | None, reason: Line | None) -> Line | None:
    mark = _MARKS.get(found.verdict) if found is not None else None
    if reason is None or mark is None:
        return reason
    return Line(template="{mark} {reason}", params={"mark": mark, "reason": reason})


def _count(rows: Sequence[Row]) -> Iterator[Line]:
    """How many people stand how."""
    counts = Counter(str(row["verdict"]) for row in rows if row["person"] is not None and row["verdict"])
    told = [Line(template=text, params={"count": counts[one]}) for one, text in _COUNTED if counts[one]]
    if told:
        parts = separator().join(map(line_text, told))
        yield Line(template=N_("people: {parts}"), params={"parts": parts})


def _notes(rows: Sequence[Row], period: Period, *, over: bool) -> Iterator[Line]:
    """What to do next: of a sprint that is over, ask why."""
    if not any(row["target"] is not None for row in rows):
        return
    template = N_("next: salescli diagnose --period {period}")
    if not over:
        template = N_("next: salescli forecast --period {period}")
    yield Line(template=template, params={"period": period.text})
