"""Tracking: `status` and the monthly `table` (SPEC K7, K8, K10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from salescli.calc.attain import attainment, metric_value
from salescli.calc.targets import Goal, TargetIndex
from salescli.calc.track.pace import Stretch, expected
from salescli.i18n import N_
from salescli.model.exact import from_minor, round_to
from salescli.model.org import Person
from salescli.model.period import Period
from salescli.model.table import Bar, Column, Line, Report, Row, Table, Value
from salescli.workflows.session import Session, open_session

if TYPE_CHECKING:
    from salescli.measures.facts import By

_WEEKS = 8
_FIRST = "sales_amount"

STATUS = (
    Column("metric_name", "Metric", machine=False),
    Column("name", "", machine=False),
    Column("metric", "metric", people=False),
    Column("region", "region", people=False),
    Column("product", "product", people=False),
    Column("person", "person", people=False),
    Column("target", "Target", "number"),
    Column("actual", "Actual", "number"),
    Column("bar", "Progress", "bar", machine=False, spare=2),
    Column("attainment", "Attainment", "ratio"),
    Column("gap", "Gap", "delta"),
    Column("light", "Light", "light"),
    Column("expected_to_date", "Due today", "number", spare=4),
    Column("pace", "Pace", "ratio", spare=3),
    Column("weeks", "8 weeks", "spark", spare=5),
    Column("collection_rate", "Collected", "ratio", spare=1),
    Column("note", "Note", spare=6),
)
TRACKING = (
    Column("region_name", "Region", machine=False),
    Column("product_name", "Product", machine=False),
    Column("person_name", "Person", machine=False),
    Column("region", "region", people=False),
    Column("product", "product", people=False),
    Column("person", "person", people=False),
    Column("target", "Target", "number"),
    Column("actual", "Actual", "number"),
    Column("attainment", "Attainment", "ratio"),
    Column("gap", "Gap", "delta"),
    Column("light", "Light", "light"),
    Column("note", "Note", spare=1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What `status` is asked. Words are ids, names or aliases as typed; None does not restrict."""

    period: str | None = None
    as_of: str | None = None
    region: str | None = None
    product: str | None = None
    person: str | None = None
    by: str | None = None
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A line of the tree: whose figures, and what to call it. None means "all"."""

    name: str | Line
    depth: int = 0
    region: str | None = None
    product: str | None = None
    person: Person | None = None

    @property
    def person_id(self) -> str | None:
        """The person's id, if it is one."""
        return self.person.id if self.person else None


def status(root: Path, query: Query) -> Report:
    """How far team, regions and people are from their targets, in any period, from any day (SPEC K8)."""
    with open_session(root) as session:
        period = session.period(query.period)
        as_of = session.as_of(period, query.as_of)
        view = View(session, period, as_of)
        nodes = list(_nodes(session, query, view))
        metrics = _metrics(session, query, view)
        rows = [view.row(metric, node) for metric in metrics for node in nodes]
        if not query.metrics:
            rows = [_for_machines_only(row, metrics[0]) for row in rows]
        return Report(
            command="status",
            period=period.text,
            as_of=as_of,
            currency=session.book.settings.currency,
            header=session.header(period, as_of),
            tables=(Table(name="rows", columns=STATUS, rows=tuple(rows), section="metric_name"),),
            notes=(*_warnings(session), *_next_steps(nodes, period)),
        )


def tracking_rows(session: Session, period: Period, as_of: date) -> tuple[Row, ...]:
    """A row per person for the monthly table: region, product line, target, actual, attainment, gap, note."""
    view = View(session, period, as_of)
    return tuple(view.tracking_row(node) for node in _people(session, view, None))


def table(root: Path, period_text: str | None) -> Report:
    """The monthly tracking table (SPEC K10)."""
    with open_session(root) as session:
        period = session.period(period_text)
        as_of = session.as_of(period)
        rows = tracking_rows(session, period, as_of)
        return Report(
            command="table",
            period=period.text,
            as_of=as_of,
            currency=session.book.settings.currency,
            header=session.header(period, as_of),
            tables=(Table(name="rows", columns=TRACKING, rows=rows),),
            notes=_warnings(session),
        )


class View:
    """Figures of one period seen from one day, read from the facts a few times and then looked up."""

    def __init__(self, session: Session, period: Period, as_of: date) -> None:
        self.session = session
        self.period = period
        self.as_of = as_of
        self.policy = session.book.policy
        self.targets: TargetIndex = session.targets(as_of)
        self._totals: dict[tuple[object, ...], dict[tuple[str, ...], dict[str, int]]] = {}
        self._working: frozenset[date] | None = None

    def totals(self, by: tuple[str, ...], **only: str | None) -> dict[tuple[str, ...], dict[str, int]]:
        """Base totals of the period; asked of the facts once."""
        key = (by, *sorted(only.items()))
        if key not in self._totals:
            facts = self.session.facts
            self._totals[key] = facts.totals(by, self.period.start, self.period.end, **only)  # type: ignore[arg-type]
        return self._totals[key]

    def base(self, node: Node) -> Mapping[str, int]:
        """Base totals of a node."""
        if node.person is not None:
            return self.totals(("person",), product=node.product).get((node.person.id,), {})
        if node.region is not None:
            return self.totals(("region",), product=node.product).get((node.region,), {})
        if node.product is not None:
            return self.totals(("product",)).get((node.product,), {})
        return self.totals(()).get((), {})

    def actual(self, metric: str, node: Node) -> Fraction | None:
        """The exact value of a metric for a node; None for a ratio over nothing."""
        return metric_value(self.policy, metric, self.base(node), self.session.digits)

    def goal(self, metric: str, node: Node, period: Period | None = None) -> Goal | None:
        """The target of a node in the period, or in a part of it."""
        region = None if node.person else node.region
        return self.targets.find(
            metric, period or self.period, region=region, product=node.product, person=node.person_id
        )

    def due(self, metric: str, node: Node, goal: Goal) -> Fraction | None:
        """What the node should have reached by the day looked from; None for rates."""
        if self.policy.metrics[metric].unit == "rate" or self.policy.metrics[metric].ratio:
            return None
        parts = [(month, self.goal(metric, node, month)) for month in self.period.months()]
        stretches = [Stretch(Fraction(g.value), m.start, m.end) for m, g in parts if g is not None]
        if not stretches or sum(s.target for s in stretches) != Fraction(goal.value):
            stretches = [Stretch(Fraction(goal.value), self.period.start, self.period.end)]
        return expected(stretches, self._days_of(node), self.as_of)

    def _days_of(self, node: Node) -> frozenset[date]:
        """Working days of the period; of a person only those they were employed on."""
        if self._working is None:
            from salescli.books.calendar import working_days

            book = self.session.book
            calendar = book.settings.calendar
            self._working = working_days(calendar, book.root, self.period.start, self.period.end)
        person = node.person
        if person is None or (person.hired <= self.period.start and person.left is None):
            return self._working
        return frozenset(day for day in self._working if person.employed(day))

    def weeks(self, metric: str, node: Node) -> tuple[Decimal | int, ...] | None:
        """The last eight weeks up to the day looked from, oldest first; None for ratios."""
        definition = self.policy.metrics[metric]
        if definition.ratio:
            return None
        monday = self.as_of - timedelta(days=self.as_of.weekday())
        starts = [monday - timedelta(weeks=back) for back in reversed(range(_WEEKS))]
        key = ("weeks", node.person is not None, node.region is not None, node.product)
        if key not in self._totals:
            level: tuple[By, ...] = ("person",) if node.person else ("region",) if node.region else ()
            by: tuple[By, ...] = ("week", *level)
            self._totals[key] = self.session.facts.totals(by, starts[0], self.as_of, product=node.product)
        tail = (node.person.id,) if node.person else (node.region,) if node.region else ()
        found = [self._totals[key].get((_week(day), *tail), {}).get(metric, 0) for day in starts]
        return tuple(found)

    def row(self, metric: str, node: Node) -> Row:
        """A row of `status`."""
        definition = self.policy.metrics[metric]
        actual = self.actual(metric, node)
        goal = self.goal(metric, node)
        reached = attainment(actual, goal.value) if goal else None
        due = self.due(metric, node, goal) if goal else None
        light = self.policy.lights_of(metric).light(reached) if reached is not None else None
        row: dict[str, Value | bool] = {
            "metric_name": definition.name,
            "name": node.name,
            "metric": metric,
            "region": node.region,
            "product": node.product,
            "person": node.person_id,
            "target": goal.value if goal else None,
            "actual": self._shown(definition.unit, actual),
            "bar": Bar(
                reached, due / Fraction(goal.value) if due is not None and goal and goal.value else None
            )
            if goal
            else None,
            "attainment": reached,
            "gap": self._shown(definition.unit, actual - Fraction(goal.value))
            if goal and actual is not None
            else None,
            "light": light,
            "expected_to_date": self._shown(definition.unit, due),
            "pace": actual / due if actual is not None and due else None,
            "weeks": self.weeks(metric, node),
            "collection_rate": self.actual("collection_rate", node) if metric == _FIRST else None,
            "note": self.note(goal, actual, node),
            "_depth": node.depth,
            "_unit": definition.unit,
            "_strong": node.depth == 0,
        }
        return row

    def tracking_row(self, node: Node) -> Row:
        """A row of `table`."""
        org = self.session.book.org
        person = node.person
        assert person is not None
        row = dict(self.row(_FIRST, node))
        last = person.last_day(self.period.start, self.as_of)
        at = person.assignment(last) if last else None
        products = at.products if at else ()
        row["product"] = products[0] if len(products) == 1 else None
        row["product_name"] = "、".join(org.products[p].name for p in products) or N_("all")
        row["region_name"] = org.regions[node.region].name if node.region else None
        row["person_name"] = person.name
        return row

    def note(self, goal: Goal | None, actual: Fraction | None, node: Node) -> Line | None:
        """The one fact a reader should know beside the figures."""
        person = node.person
        if goal is None:
            return Line(template=N_("no target"))
        if not goal.value:
            return Line(template=N_("the target is zero"))
        if actual is None:
            return Line(template=N_("nothing to divide by yet"))
        if person and person.left and person.left in self.period:
            return Line(template=N_("left on {day}"), params={"day": person.left.isoformat()})
        if person and person.hired in self.period and person.hired != self.period.start:
            return Line(template=N_("joined on {day}"), params={"day": person.hired.isoformat()})
        moved = [a.since for a in person.assignments if a.since in self.period] if person else []
        if person and moved and moved[-1] not in (person.hired, self.period.start):
            return Line(template=N_("moved on {day}"), params={"day": moved[-1].isoformat()})
        return None

    def _shown(self, unit: str, value: Fraction | None) -> Value:
        """Money to its smallest unit, counts whole where they are, rates exact."""
        if value is None or unit == "rate":
            return value
        if unit == "count":
            return int(value) if value.denominator == 1 else value
        units = value * 10**self.session.digits
        if units.denominator == 1:
            return from_minor(int(units), self.session.digits)
        return round_to(value, self.session.digits)


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year:04}-W{week:02}"


def _metrics(session: Session, query: Query, view: View) -> list[str]:
    """Metrics asked for, else those with any target in the period, sales first."""
    known = session.book.policy.metrics
    if query.metrics:
        return [session.metric(word) for word in query.metrics]
    names = {view.period.text, *(month.text for month in view.period.months())}
    targeted = {row.metric for row in view.targets.rows if row.period in names or view.period.kind != "month"}
    found = [metric for metric in known if metric in targeted]
    return sorted(found, key=lambda metric: metric != _FIRST) or [_FIRST]


def _nodes(session: Session, query: Query, view: View) -> Iterator[Node]:
    """The tree: team, regions, people; or flat by one dimension; restricted as asked."""
    org = session.book.org
    region = session.region(query.region) if query.region else None
    product = session.product(query.product) if query.product else None
    if query.person:
        person = org.people[session.person(query.person)]
        yield Node(name=person.name, region=_region_of(person, view), product=product, person=person)
        return
    if region is None and query.by != "person":
        yield Node(name=Line(template=N_("Team")), product=product)
    if query.by == "product":
        for line in org.products.values():
            if product in (None, line.id):
                yield Node(name=line.name, depth=1, region=region, product=line.id)
        return
    for node in _regions(session, view, region, product):
        if query.by == "person" and node.person is None:
            continue
        if query.by == "region" and node.person is not None:
            continue
        yield node


def _regions(session: Session, view: View, region: str | None, product: str | None) -> Iterator[Node]:
    for one in session.book.org.regions.values():
        if region in (None, one.id):
            yield Node(name=one.name, depth=0 if region else 1, region=one.id, product=product)
            for node in _people(session, view, one.id):
                yield Node(
                    name=node.name,
                    depth=1 if region else 2,
                    region=one.id,
                    product=product,
                    person=node.person,
                )


def _people(session: Session, view: View, region: str | None) -> Iterator[Node]:
    """People of a region (of all, by region) here in the period, or with figures or a target in it."""
    order = {one: index for index, one in enumerate(session.book.org.regions)}
    placed = [(_region_of(person, view), person) for person in session.book.org.people.values()]
    placed = [(where, person) for where, person in placed if region in (None, where)]
    placed.sort(key=lambda pair: (order.get(pair[0] or "", len(order)), pair[1].id))
    for where, person in placed:
        node = Node(name=person.name, region=where, person=person)
        sells = view.goal(_FIRST, node) is not None or bool(view.base(node).get(_FIRST))
        here = person.last_day(view.period.start, view.as_of) is not None
        if sells or (here and not _leads(session, person)):
            yield node


def _leads(session: Session, person: Person) -> bool:
    """Whether somebody reports to them: managers without targets of their own are not sellers."""
    return any(
        person.id in (p.manager, *(a.manager for a in p.assignments))
        for p in session.book.org.people.values()
    )


def _region_of(person: Person, view: View) -> str | None:
    """Where a person is listed: their assignment on the day looked from, else the last one before it."""
    last = person.last_day(date.min, view.as_of)
    at = person.assignment(last) if last else None
    return at.region if at else (person.assignments[0].region if person.assignments else None)


def _for_machines_only(row: Row, first: str) -> Row:
    """People see everybody under the first metric, and team and regions under the others."""
    return {**row, "_machine": row["metric"] != first and row["person"] is not None}


def _warnings(session: Session) -> tuple[Line, ...]:
    count = len(session.found)
    if not count:
        return ()
    return (Line(template=N_("{count} warnings: salescli validate shows them"), params={"count": count}),)


def _next_steps(nodes: list[Node], period: Period) -> tuple[Line, ...]:
    person = next((node.person_id for node in nodes if node.person_id), None)
    if person is None:
        return ()
    params: dict[str, object] = {"person": person, "period": period.text}
    return (Line(template=N_("next: salescli explain {person} --period {period}"), params=params),)
