"""The analysis table: each metric, its target, MoM, YoY and what drove it (SPEC A2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from salescli.calc.attain import attainment
from salescli.calc.drivers.contributions import Part, largest
from salescli.calc.track.tree import Node
from salescli.i18n import N_, gettext
from salescli.model.exact import plain
from salescli.model.metric import Unit
from salescli.model.period import Period
from salescli.model.table import Column, Line, Row
from salescli.render import numbers
from salescli.render.words import line_text, separator
from salescli.workflows.analysing.against import MOM, YOY, change_title
from salescli.workflows.analysing.comparison import TEAM, Comparison, change_text
from salescli.workflows.analysing.moves import CELLS, contributions, decomposable, named
from salescli.workflows.session import Session
from salescli.workflows.tracking.track_view import View, shown_value

COLUMNS = (
    Column("metric_name", "Metric", "word", machine=False),
    Column("metric", "metric", people=False),
    Column("target", "Team target", "number"),
    Column("actual", "Actual", "number"),
    Column("attainment", "Attainment", "ratio"),
    Column("light", "Light", "light"),
    Column("mom", "MoM", machine=False),
    Column("mom_ratio", "mom_ratio", "ratio", people=False),
    Column("mom_change", "mom_change", "delta", people=False),
    Column("yoy", "YoY", machine=False),
    Column("yoy_ratio", "yoy_ratio", "ratio", people=False),
    Column("yoy_change", "yoy_change", "delta", people=False),
    Column("drivers", "Main drivers", machine=False),
    Column("drivers_with", "drivers_with", people=False),
    Column("driver_cells", "driver_cells", people=False),
)
_SHOWN = 3


def columns(period: Period) -> tuple[Column, ...]:
    """`COLUMNS` with headings for the kind of period: `QoQ` of a quarter."""
    title = change_title(MOM, period)
    return tuple(replace(column, title=title) if column.key == "mom" else column for column in COLUMNS)


def analysis_rows(session: Session, period: Period, as_of: date) -> tuple[Row, ...]:
    """A row of `COLUMNS` for each metric the book has facts for and a review compares, or a target names.

    Main drivers are the region × product line × person cells that contributed most to the change against the
    period before, or against the year before where only that can be compared. Leaves the facts measured as of
    the day looked from.
    """
    view = View(session, period, as_of)
    return rows_of(view, Comparison(session, period, as_of))


def rows_of(view: View, comparison: Comparison) -> tuple[Row, ...]:
    """The rows, from a view and a comparison (with `mom` and `yoy`) made before."""
    compared = comparison.compared()
    known = view.policy.metrics
    more = [metric for metric in known if metric not in compared and view.targeted(metric)]
    return tuple(_row(view, comparison, metric) for metric in (*compared, *more))


def _row(view: View, comparison: Comparison, metric: str) -> Row:
    unit = view.policy.metrics[metric].unit
    mom, yoy = comparison.change(metric, MOM), comparison.change(metric, YOY)
    key = YOY if mom.ratio is None and yoy.ratio is not None else MOM
    moved = yoy if key == YOY else mom
    parts = contributions(comparison, metric, key) if decomposable(comparison, metric) else []
    first, others = largest(parts, _SHOWN)
    return {
        **standing(view, metric, TEAM),
        "mom": change_text(mom, unit),
        "mom_ratio": mom.ratio,
        "mom_change": comparison.shown(unit, mom.difference),
        "yoy": change_text(yoy, unit),
        "yoy_ratio": yoy.ratio,
        "yoy_change": comparison.shown(unit, yoy.difference),
        "drivers": _words(view, unit, key, moved.difference, first, others),
        "drivers_with": key if first else None,
        "driver_cells": " ".join(f"{'/'.join(p.key)}={plain(p.contribution)}" for p in first) or None,
        "_unit": unit,
    }


def standing(view: View, metric: str, node: Node) -> Row:
    """A metric of a node beside its target: the first columns of `COLUMNS`, up to `light`."""
    definition = view.policy.metrics[metric]
    actual, goal = view.actual(metric, node), view.goal(metric, node)
    target = Fraction(goal.value) if goal else None
    reached = attainment(actual, target)
    return {
        "metric_name": definition.name,
        "metric": metric,
        "target": shown_value(definition.unit, target, view.session.digits),
        "actual": shown_value(definition.unit, actual, view.session.digits),
        "attainment": reached,
        "light": None if reached is None else view.policy.lights_of(metric).light(reached),
    }


def _words(
    view: View, unit: Unit, key: str, moved: Fraction | None, first: Sequence[Part], others: Part | None
) -> str:
    """`+72,000 East · A · Zhang, −45,000 South · B · Li, +3,000 others (7)`; why there are none."""
    if moved is None:
        return gettext(N_("nothing to compare with"))
    if not first:
        return gettext(N_("no change") if not moved else N_("a ratio of ratios has no parts"))
    text = separator().join(_each(view, unit, first, others))
    if key == MOM:
        return text
    return line_text(Line(template=N_("against last year: {drivers}"), params={"drivers": text}))


def _each(view: View, unit: Unit, first: Sequence[Part], others: Part | None) -> Iterator[str]:
    for part in first:
        yield f"{amount(unit, part.contribution)} {named(view.session.book.org, CELLS, part.key)}"
    if others is not None and others.contribution:
        params = {"count": others.count}
        yield f"{amount(unit, others.contribution)} " + line_text(
            Line(template=N_("others ({count})"), params=params)
        )


def shown(unit: Unit, value: Fraction | None) -> str:
    """A figure as people read it; a dash where there is none."""
    if value is None:
        return "–"
    if unit == "rate":
        return numbers.percent(value)
    return numbers.count(value) if unit == "count" else numbers.money_short(value)


def amount(unit: Unit, value: Fraction) -> str:
    """A contribution with its sign: points of a rate, else money or a count."""
    if unit == "rate":
        return numbers.points(value)
    return numbers.count(value, sign=True) if unit == "count" else numbers.money_short(value, sign=True)
