"""Tracking: `status` and the monthly `table` (SPEC K7, K8, K10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from salescli.calc.track.tree import Node, Wanted, tree
from salescli.i18n import N_, gettext, several
from salescli.model.exact import rate_text
from salescli.model.metric import Light
from salescli.model.period import Period
from salescli.model.table import Column, Line, Report, Row, Table, Value
from salescli.render.words import separator
from salescli.workflows.session import open_session
from salescli.workflows.tracking.freshness import stale_note
from salescli.workflows.tracking.track_view import SALES, View
from salescli.workflows.tracking.weekly import missing_note

STATUS = (
    Column("metric_name", "Metric", machine=False),
    Column("name", "", machine=False),
    Column("metric", "metric", people=False),
    Column("region", "region", people=False),
    Column("product", "product", people=False),
    Column("person", "person", people=False),
    Column("goal", "Target", "number", machine=False),
    Column("target", "target", people=False),
    Column("actual", "Actual", "number"),
    Column("bar", "Progress", "bar", machine=False, spare=1),
    Column("attainment", "Attainment", "ratio"),
    Column("gap", "Gap", "delta"),
    Column("light", "Light", "light"),
    Column("expected_to_date", "Due to date", "number", spare=6),
    Column("pace", "Pace", "ratio", spare=5),
    Column("weeks", "8 weeks", "spark", spare=2),
    Column("collection_rate", "Collected", "ratio", spare=3),
    Column("note", "Note", spare=4),
)
TRACKING = (
    Column("region_name", "Region", machine=False),
    Column("product_name", "Product", machine=False),
    Column("person_name", "Person", machine=False),
    Column("region", "region", people=False),
    Column("product", "product", people=False),
    Column("person", "person", people=False),
    Column("goal", "Target", "number", machine=False),
    Column("target", "target", people=False),
    Column("actual", "Actual", "number"),
    Column("attainment", "Attainment", "ratio"),
    Column("gap", "Gap", "delta"),
    Column("light", "Light", "light"),
    Column("note", "Note", spare=1),
)


_FEW = 4
_RANK: tuple[Value, ...] = (Light.RED, Light.YELLOW, Light.GREEN, None)


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


def status(root: Path, query: Query) -> Report:
    """How far team, regions and people are from their targets, in any period, from any day (SPEC K8).

    Raises:
        Misuse: for what the book does not have: a period, day, region, product line, person or metric.
        BookBroken: if the book has errors.
    """
    with open_session(root) as session:
        period = session.period(query.period)
        as_of = session.as_of(period, query.as_of)
        wanted = Wanted(
            region=session.region(query.region) if query.region else None,
            product=session.product(query.product) if query.product else None,
            person=session.person(query.person) if query.person else None,
            by=query.by,
        )
        asked = tuple(dict.fromkeys(session.metric(word) for word in query.metrics))
        view = View(session, period, as_of)
        nodes = list(tree(session.book.org, view.people(), as_of, wanted))
        metrics = asked or shown_metrics(view)
        rows = [view.row(metric, node) for metric in metrics for node in nodes]
        if not asked and wanted.person is None and wanted.by != "person":
            rows = [_for_machines_only(row, metrics[0]) for row in rows]
        return Report(
            command="status",
            period=period.text,
            as_of=as_of,
            currency=session.book.settings.currency,
            header=session.header(period, as_of),
            tables=(Table(name="rows", columns=STATUS, rows=tuple(rows), section="metric_name"),),
            findings=tuple(view.warnings),
            notes=(*remarks(view), *watch_notes(view), *_next_steps(rows, view)),
        )


def table(root: Path, period_text: str | None) -> Report:
    """The monthly tracking table (SPEC K10). Raises as `status` does."""
    with open_session(root) as session:
        period = session.period(period_text)
        as_of = session.as_of(period)
        view = View(session, period, as_of)
        return Report(
            command="table",
            period=period.text,
            as_of=as_of,
            currency=session.book.settings.currency,
            header=session.header(period, as_of),
            tables=(Table(name="rows", columns=TRACKING, rows=tracking_rows(view)),),
            notes=remarks(view),
        )


def tracking_rows(view: View) -> tuple[Row, ...]:
    """A row per person for the monthly table: region, product line, target, actual, attainment, gap, note."""
    return tuple(
        _tracking_row(view, Node(name=person.name, region=region, person=person))
        for region, person in view.people()
    )


def _tracking_row(view: View, node: Node) -> Row:
    org = view.session.book.org
    person = node.person
    assert person is not None
    last = person.last_day(view.period.start, view.as_of) or person.last_day(date.min, view.as_of)
    at = person.assignment(last) if last else None
    products = at.products if at else ()
    return {
        **view.row(SALES, node),
        "product": products[0] if len(products) == 1 else None,
        "product_name": separator().join(org.products[p].name for p in products) or Line(template=N_("all")),
        "region_name": org.regions[node.region].name if node.region else None,
        "person_name": person.name,
        "_strong": False,
    }


def targeted(view: View) -> tuple[str, ...]:
    """Metrics that have a target in the period, sales first and always."""
    known = view.session.book.policy.metrics
    return (SALES, *(metric for metric in known if metric != SALES and view.targeted(metric)))


def shown_metrics(view: View) -> tuple[str, ...]:
    """What `status` shows: metrics with a target, and those under watch, with one or without."""
    return tuple(dict.fromkeys((*targeted(view), *(watch.metric for watch in view.watched()))))


def watch_notes(view: View) -> Iterator[Line]:
    """Which metrics are under watch, since when and why."""
    for watch in view.watched():
        params: dict[str, object] = {
            "metric": gettext(view.policy.metrics[watch.metric].name),
            "since": watch.since.text,
            "why": watch.why,
        }
        template = N_("under watch since {since}: {metric}")
        yield Line(
            template=N_("under watch since {since}: {metric} – {why}") if watch.why else template,
            params=params,
        )


def remarks(view: View) -> tuple[Line, ...]:
    """What to know beside the table: missing reports, warnings, and where targets are if not here."""
    missing = missing_note(view.session.book, view.as_of)
    fresh = stale_note(view.session, view.as_of)
    lines = [one for one in (missing, fresh) if one is not None]
    if count := len(view.session.found):
        lines.append(
            Line(template=N_("warnings: {count}; salescli validate shows them"), params={"count": count})
        )
    least = view.policy.closed_deal.collected_at_least
    if least and not view.receipts and view.session.facts.newest()["deals"] is not None:
        template = N_("no deal counts: {share} of it must be collected, and the book has no receipts")
        lines.append(Line(template=template, params={"share": rate_text(least)}))
    if not view.targets.rows:
        lines.append(Line(template=N_("this book has no targets yet; write ledger/targets/Q3.yaml")))
    elif not view.targeted(SALES):
        params = {"period": view.period.text, "others": several(_nearest(view))}
        template = N_("{period} has no targets of its own; there are some for {others}")
        lines.append(Line(template=template, params=params))
    return tuple(lines)


def _nearest(view: View) -> list[str]:
    """A few periods with targets: those that overlap the one looked at, else the last ones."""
    fiscal = view.session.book.settings.fiscal_year_start
    known = sorted({Period.parse(row.period, fiscal) for row in view.targets.rows})
    near = [one for one in known if one.start <= view.period.end and view.period.start <= one.end]
    return [one.text for one in (near or known)[-_FEW:]]


def _for_machines_only(row: Row, first: str) -> Row:
    """People see everybody under the first metric, and team and regions under the others."""
    return {**row, "_machine": row["metric"] != first and row["person"] is not None}


def _next_steps(rows: Sequence[Row], view: View) -> tuple[Line, ...]:
    """Ask why of the person furthest behind; where nobody is, see how the pay of the one furthest ahead comes
    about.

    Behind is the worst light first, then the largest gap; while the period runs, the largest gap to what is
    due.
    """
    people = [row for row in rows if row["person"] is not None and row["metric"] == rows[0]["metric"]]
    if not people or view.period.kind == "week":
        return ()
    running = view.as_of < view.period.end
    ranked = []
    for row in people:
        actual, wanted = (
            _number(row[key]) for key in ("actual", "expected_to_date" if running else "target")
        )
        if actual is not None and wanted:
            light = 0 if running else _RANK.index(row["light"])
            ranked.append((light, actual - wanted, str(row["person"])))
    worst = min(ranked, default=None)
    if worst is not None and worst[1] < 0:
        template, person = N_("next: salescli diagnose --period {period} --person {person}"), worst[2]
    else:
        ahead = min(ranked, key=lambda one: (-one[1], one[2]), default=None)
        person = str(people[0]["person"]) if ahead is None else ahead[2]
        template = N_("next: salescli explain {person} --period {period}")
    params: dict[str, object] = {"person": person, "period": view.period.text}
    return (Line(template=template, params=params),)


def _number(value: Value) -> Fraction | None:
    return Fraction(value) if isinstance(value, int | Decimal | Fraction) else None
