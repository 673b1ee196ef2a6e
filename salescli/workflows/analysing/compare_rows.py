"""Rows of `compare`: every metric of every level against other periods, long and side by side (SPEC A1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from salescli.calc.attain import attainment
from salescli.calc.compare import Change, change
from salescli.calc.track.tree import Node, Placed, placed
from salescli.i18n import N_
from salescli.model.table import Column, Line, Row
from salescli.workflows.analysing.against import change_title
from salescli.workflows.analysing.comparison import Comparison, change_text
from salescli.workflows.tracking.track_view import View, shown_value

ROWS = (
    Column("metric", "metric"),
    Column("region", "region"),
    Column("product", "product"),
    Column("person", "person"),
    Column("with", "with"),
    Column("actual", "actual", "number"),
    Column("base", "base", "number"),
    Column("change", "change", "delta"),
    Column("change_ratio", "change_ratio", "ratio"),
    Column("target", "target", "number"),
    Column("attainment", "attainment", "ratio"),
    Column("base_period", "base_period"),
    Column("base_until", "base_until", "date"),
    Column("because", "because"),
)
LEVELS = ("region", "product", "person")


def nodes_of(view: View, people: Sequence[Placed], by: str | None) -> dict[str, list[Node]]:
    """The team, and below it the nodes of each level asked for (all without one), by level."""
    org = view.session.book.org
    found = {
        "region": [Node(name=one.name, depth=1, region=one.id) for one in org.regions.values()],
        "product": [Node(name=one.name, depth=1, product=one.id) for one in org.products.values()],
        "person": [Node(name=one.name, depth=1, region=region, person=one) for region, one in people],
    }
    levels = LEVELS if by is None else (by,)
    team = Node(name=Line(template=N_("Team")))
    return {"team": [team], **{level: found[level] for level in levels}}


def people_of(view: View, comparison: Comparison) -> list[Placed]:
    """Everybody whom `status` shows, and who had figures in a period compared with."""
    shown = {person.id for _, person in view.people()}
    for then in comparison.then.values():
        shown |= {one for (one,), totals in then.totals(("person",)).items() if any(totals.values())}
    return placed(view.session.book.org, view.as_of, lambda person: person.id in shown)


def long_rows(
    view: View, comparison: Comparison, metrics: Sequence[str], nodes: Sequence[Node], words: Sequence[str]
) -> Iterator[Row]:
    """A row of `ROWS` for each metric, node and other period."""
    for metric in metrics:
        for node in nodes:
            for word in words:
                yield _long_row(view, comparison, metric, node, word)


def _long_row(view: View, comparison: Comparison, metric: str, node: Node, word: str) -> Row:
    unit, digits = view.policy.metrics[metric].unit, view.session.digits
    actual, goal = view.actual(metric, node), view.goal(metric, node)
    target = Fraction(goal.value) if goal else None
    one = next((one for one in comparison.against if one.key == word), None)
    base = target if one is None else comparison.base(metric, word, node)
    found = (
        to_target(actual, target, view.period.text) if one is None else comparison.change(metric, word, node)
    )
    return {
        "metric": metric,
        "region": node.region,
        "product": node.product,
        "person": node.person_id,
        "with": word,
        "actual": shown_value(unit, actual, digits),
        "base": shown_value(unit, base, digits),
        "change": shown_value(unit, found.difference, digits),
        "change_ratio": found.ratio,
        "target": shown_value(unit, target, digits),
        "attainment": attainment(actual, target),
        "base_period": view.period.text if one is None else one.period.text,
        "base_until": None if one is None else one.end,
        "because": found.because,
        "_unit": unit,
    }


NO_TARGET = Line(template=N_("no target"))
ZERO_TARGET = Line(template=N_("the target is zero"))


def to_target(actual: Fraction | None, target: Fraction | None, period: str) -> Change:
    """How far an actual is from its target of a period."""
    if target is None:
        return Change(None, None, NO_TARGET)
    found = change(actual, target, period)
    return Change(found.difference, None, ZERO_TARGET) if not target and actual is not None else found


def wide_columns(comparison: Comparison, *, first: str, gap: bool) -> tuple[Column, ...]:
    """A metric beside all others: `first` is the key of the heading column; `gap` that to the target."""
    columns = [
        Column("metric_name", "Metric", "word"),
        Column("name", ""),
        Column("actual", "Actual", "number"),
    ]
    for index, one in enumerate(one for one in comparison.against if one.because is None):
        title = change_title(one.key, comparison.period)
        columns.append(Column(f"base_{one.key}", one.period.text, "number", spare=4 + index))
        columns.append(Column(f"change_{one.key}", title))
    columns.append(Column("target", "Target", "number", spare=1))
    if gap:
        columns.append(Column("gap", "Gap", "delta"))
    columns += [Column("attainment", "Attainment", "ratio"), Column("light", "Light", "light", spare=3)]
    return tuple(column for column in columns if column.key != ("name" if first == "metric_name" else ""))


def wide_row(view: View, comparison: Comparison, metric: str, node: Node) -> Row:
    """A row of `wide_columns`."""
    definition = view.policy.metrics[metric]
    unit, digits = definition.unit, view.session.digits
    actual, goal = view.actual(metric, node), view.goal(metric, node)
    target = Fraction(goal.value) if goal else None
    reached = attainment(actual, target)
    row: dict[str, object] = {
        "metric_name": definition.name,
        "name": node.name,
        "actual": shown_value(unit, actual, digits),
        "target": shown_value(unit, target, digits),
        "gap": shown_value(unit, to_target(actual, target, view.period.text).difference, digits),
        "attainment": reached,
        "light": None if reached is None else view.policy.lights_of(metric).light(reached),
        "_depth": node.depth,
        "_strong": node.depth == 0,
        "_unit": unit,
    }
    for one in comparison.against:
        if one.because is None:
            row[f"base_{one.key}"] = shown_value(unit, comparison.base(metric, one.key, node), digits)
            row[f"change_{one.key}"] = change_text(comparison.change(metric, one.key, node), unit)
    return row  # type: ignore[return-value]


def has_figures(view: View, comparison: Comparison, metric: str, node: Node) -> bool:
    """Whether there is anything to say about a metric of a node."""
    values = [view.actual(metric, node), *(comparison.base(metric, key, node) for key in comparison.then)]
    return any(values) or view.goal(metric, node) is not None
