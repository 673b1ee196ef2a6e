"""The figures of a period seen from a day, node by node: what `status`, `table` and reviews show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from salescli.calc.attain import attainment
from salescli.calc.targets import Goal, TargetIndex
from salescli.calc.track.pace import Stretch, expected
from salescli.calc.track.tree import Node, Placed, leaders, placed
from salescli.findings import BookBroken, Finding
from salescli.i18n import N_
from salescli.model.exact import from_minor, rate_text, round_to
from salescli.model.note import Watch
from salescli.model.org import Person
from salescli.model.period import Period
from salescli.model.table import Bar, Line, Row, Value
from salescli.workflows.analysing.figures import Figures
from salescli.workflows.session import Session

if TYPE_CHECKING:
    from salescli.measures.facts import By

SALES = "sales_amount"
WEEKS = 8


class View(Figures):
    """Figures of one period seen from one day, with its targets.

    Attributes:
        receipts: Whether the book has any; without them there is no collection rate to show.
        warnings: Why nothing is due by today, where the working days of a year are not known (K001).
    """

    def __init__(self, session: Session, period: Period, as_of: date) -> None:
        super().__init__(session, period.start, period.end, as_of)
        self.period = period
        self.as_of = as_of
        self.targets: TargetIndex = session.targets(as_of)
        self.warnings: list[Finding] = []
        self.receipts = session.facts.newest()["collections"] is not None
        self._weeks: dict[tuple[object, ...], dict[str | None, dict[str, Counter[str]]]] = {}
        self._targeted: dict[str, bool] = {}
        self._periods: dict[str, set[str]] = {}
        for row in self.targets.rows:
            self._periods.setdefault(row.metric, set()).add(row.period)
        self._working = self._working_days()
        self._worked: dict[tuple[date, date | None], frozenset[date]] = {}

    def goal(self, metric: str, node: Node, period: Period | None = None) -> Goal | None:
        """The target of a node in the period, or in a part of it.

        A half whose second quarter has no targets yet has none either, also for people, whose targets are
        otherwise composed of the months they have one in.
        """
        if period is None and not self.targeted(metric):
            return None
        return self.targets.find(
            metric, period or self.period, region=node.where, product=node.product, person=node.person_id
        )

    def targeted(self, metric: str) -> bool:
        """Whether the period, or each of its months or quarters, has any target for the metric, or its watch
        has one."""
        if metric not in self._targeted:
            texts = self._periods.get(metric, set())
            months = self.period.months()
            quarters = {Period.around(month.start, "quarter", self.period.fiscal) for month in months}
            ways = ({self.period}, set(months), quarters if len(months) > 3 else set())
            stored = any(way and all(one.text in texts for one in way) for way in ways)
            self._targeted[metric] = stored or self.targets.standing(metric, self.period) is not None
        return self._targeted[metric]

    def watched(self) -> tuple[Watch, ...]:
        """The watches that the period is under, by metric (SPEC R2)."""
        return tuple(one for one in self.session.book.watch if one.covers(self.period))

    def due(self, metric: str, node: Node, goal: Goal) -> Fraction | None:
        """What the node should have reached by the day looked from; None for rates and other ratios."""
        definition = self.policy.metrics[metric]
        if definition.unit == "rate" or definition.ratio or self._working is None:
            return None
        parts = [(month, self.goal(metric, node, month)) for month in self.period.months()]
        stretches = [Stretch(Fraction(g.value), m.start, m.end) for m, g in parts if g is not None]
        if not stretches or sum(s.target for s in stretches) != Fraction(goal.value):
            stretches = [Stretch(Fraction(goal.value), self.period.start, self.period.end)]
        return expected(stretches, self._days_of(node.person, self._working), self.as_of)

    def _working_days(self) -> frozenset[date] | None:
        from salescli.books.calendar import working_days

        book = self.session.book
        try:
            return working_days(book.settings.calendar, book.root, self.period.start, self.period.end)
        except BookBroken as broken:
            if any(one.code != "K001" for one in broken.found):
                raise
            self.warnings = [replace(one, severity="warning") for one in broken.found]
            return None

    def _days_of(self, person: Person | None, working: frozenset[date]) -> frozenset[date]:
        """Working days of the period; of a person only those they were employed on."""
        if person is None or (person.hired <= self.period.start and person.left is None):
            return working
        key = (person.hired, person.left)
        if key not in self._worked:
            self._worked[key] = frozenset(day for day in working if person.employed(day))
        return self._worked[key]

    def weeks(self, metric: str, node: Node) -> tuple[Decimal | int, ...] | None:
        """The last eight weeks up to the day looked from, oldest first; None for ratios."""
        definition = self.policy.metrics[metric]
        if definition.ratio:
            return None
        monday = self.as_of - timedelta(days=self.as_of.weekday())
        starts = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
        known = self._weekly(node, starts[0])
        found = [known.get(_week(day), {}).get(metric, 0) for day in starts]
        if definition.unit == "money":
            return tuple(from_minor(value, self.session.digits) for value in found)
        return tuple(found)

    def _weekly(self, node: Node, start: date) -> Mapping[str, Mapping[str, int]]:
        """Week → base totals of a node. One look at the days serves all people, one all regions."""
        level: By = "person" if node.person else "region"
        scan = (level, node.product, node.within)
        if scan not in self._weeks:
            found = self.session.facts.totals(
                ("week", level), start, self.as_of, product=node.product, region=node.within, seen=self.as_of
            )
            whole: dict[str, Counter[str]] = {}
            parts: dict[str | None, dict[str, Counter[str]]] = {None: whole}
            for (week, one), totals in found.items():
                parts.setdefault(one, {})[week] = Counter(totals)
                whole.setdefault(week, Counter()).update(totals)
            self._weeks[scan] = parts
        return self._weeks[scan].get(node.person_id or node.region, {})

    def people(self) -> list[Placed]:
        """Everybody with a target or a figure in the period, and everybody here who does not lead others."""
        lead = leaders(self.session.book.org)

        def shown(person: Person) -> bool:
            node = Node(name=person.name, person=person)
            goal = self.goal(SALES, node)
            if (goal is not None and goal.value) or any(self.base(node).values()):
                return True
            return person.id not in lead and person.last_day(self.period.start, self.as_of) is not None

        return placed(self.session.book.org, self.as_of, shown)

    def row(self, metric: str, node: Node) -> Row:
        """A row of `status`; keys as in its columns."""
        definition = self.policy.metrics[metric]
        unit = definition.unit
        actual = self.actual(metric, node)
        goal = self.goal(metric, node)
        target = Fraction(goal.value) if goal else None
        reached = attainment(actual, target)
        due = self.due(metric, node, goal) if goal else None
        shown = self._shown(unit, target)
        row: dict[str, Value | bool] = {
            "metric_name": definition.name,
            "name": node.name,
            "metric": metric,
            "region": node.region,
            "product": node.product,
            "person": node.person_id,
            "goal": Line(template=N_("no target")) if target is None else shown,
            "target": shown,
            "actual": self._shown(unit, actual),
            "bar": Bar(reached, due / target if due is not None and target else None) if target else None,
            "attainment": reached,
            "gap": None if actual is None or target is None else self._shown(unit, actual - target),
            "light": None if reached is None else self.policy.lights_of(metric).light(reached),
            "expected_to_date": self._shown(unit, due),
            "pace": actual / due if actual is not None and due else None,
            "weeks": self.weeks(metric, node),
            "collection_rate": self.actual("collection_rate", node)
            if metric == SALES and self.receipts
            else None,
            "note": self.note(metric, target, actual, node),
            "_depth": node.depth,
            "_unit": unit,
            "_strong": node.depth == 0 and node.person is None,
        }
        return row

    def note(self, metric: str, target: Fraction | None, actual: Fraction | None, node: Node) -> Line | None:
        """The one fact a reader should know beside the figures."""
        moved = self._moved(node.person) if node.person else None
        if moved is not None:
            return moved
        if target is None:
            return None
        if not target:
            return Line(template=N_("the target is zero"))
        if actual is None:
            return Line(template=N_("nothing to divide by yet"))
        return self._near_bound(metric, actual / target)

    def _near_bound(self, metric: str, reached: Fraction) -> Line | None:
        """Where a rounded percentage looks like a light's bound but is not it: on which side it is."""
        lights = self.policy.lights_of(metric)
        for bound in (lights.red_below, lights.green_above):
            if reached != bound and round_to(reached, 3) == round_to(bound, 3):
                side = N_("just below {bound}") if reached < bound else N_("just above {bound}")
                return Line(template=side, params={"bound": rate_text(bound)})
        return None

    def _moved(self, person: Person) -> Line | None:
        """Who came, went or moved within the period."""
        if person.left and person.left in self.period:
            return Line(template=N_("left on {day}"), params={"day": person.left.isoformat()})
        if person.hired in self.period and person.hired != self.period.start:
            return Line(template=N_("joined on {day}"), params={"day": person.hired.isoformat()})
        moves = [a.since for a in person.assignments if a.since in self.period]
        if moves and moves[-1] not in (person.hired, self.period.start):
            return Line(template=N_("moved on {day}"), params={"day": moves[-1].isoformat()})
        return None

    def _shown(self, unit: str, value: Fraction | None) -> Value:
        return shown_value(unit, value, self.session.digits)


def shown_value(unit: str, value: Fraction | None, digits: int) -> Value:
    """Money to its smallest unit (`digits` decimal places), counts whole where they are, rates exact."""
    if value is None or unit == "rate":
        return value
    if unit == "count":
        return int(value) if value.denominator == 1 else value
    return round_to(value, digits)


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"
