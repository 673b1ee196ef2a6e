"""`forecast`: where a period will end, how sure that is, and how wrong it was before (SPEC A7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from salescli.calc.track.tree import Node, Wanted, tree
from salescli.i18n import N_
from salescli.model.table import Line, Report, Table
from salescli.workflows.outlook.forecast_made import Made
from salescli.workflows.outlook.forecast_rows import FORECAST, METHODS, Rows
from salescli.workflows.outlook.history import summed_metric
from salescli.workflows.session import open_session
from salescli.workflows.tracking.track import remarks
from salescli.workflows.tracking.track_view import SALES, View

LEVELS = ("team", "region", "product", "person")


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
        made = Made(view, metric, base, query.by)
        shown = Rows(made)
        nodes = _nodes(view, query.by)
        rows = [shown.row(node) for node in nodes]
        methods = [row for node in nodes for row in shown.method_rows(node)]
        return Report(
            command="forecast",
            period=period.text,
            as_of=as_of,
            currency=session.book.settings.currency,
            header=(*session.header(period, as_of), _header(made)),
            tables=(
                Table(name="rows", columns=FORECAST, rows=tuple(rows), title=metric.name),
                Table(name="methods", columns=METHODS, rows=tuple(methods), title=N_("How it is made")),
            ),
            notes=(*remarks(view), *_notes(made, sum(row["low"] is None for row in rows))),
        )


def _nodes(view: View, by: str | None) -> list[Node]:
    level = None if by == "team" else by or "region"
    nodes = list(tree(view.session.book.org, view.people(), view.as_of, Wanted(by=level or "region")))
    return nodes[:1] if level is None else nodes


def _header(made: Made) -> Line:
    """How far the period has gone, and what the error is measured on."""
    params: dict[str, object] = {
        "gone": made.now.gone,
        "all": made.now.gone + made.now.left,
        "left": made.now.left,
        "periods": len(made.past),
    }
    template = N_(
        "{gone} of {all:working day|working days} gone, {left} left; tried on"
        " {periods:earlier period|earlier periods}"
    )
    return Line(template=template, params=params)


def _notes(made: Made, without: int) -> Iterator[Line]:
    """How to read it, what was left out, and what to look at next; `without` rows have no interval."""
    if made.over:
        template = N_("{period} is over: this is its figure; look from an earlier day with --as-of")
        yield Line(template=template, params={"period": made.view.period.text})
        return
    if undated := made.view.session.facts.undated_open():
        template = N_("left out, as the day of opening is not stated: {count:open deal|open deals}")
        yield Line(template=template, params={"count": undated})
    if without:
        template = N_("no interval for {count}: fewer than 5 earlier periods to take it from")
        yield Line(template=template, params={"count": without})
    yield Line(template=N_("Low to High is to hold the figure 4 times out of 5; Held: how often it did"))
    params: dict[str, object] = {"period": made.view.period.text}
    if made.view.targeted(made.metric.id):
        yield Line(template=N_("next: salescli sprint --period {period}"), params=params)
