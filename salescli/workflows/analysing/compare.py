"""`compare`: every metric and level against other periods and the target (SPEC A1, A3)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from salescli.calc.track.tree import Node
from salescli.i18n import N_
from salescli.model.table import Line, Report, Table
from salescli.workflows.analysing.against import MOM, TARGET, YOY, maybe_open, usual
from salescli.workflows.analysing.compare_levels import level_remarks, level_table, with_sales
from salescli.workflows.analysing.compare_rows import (
    ROWS,
    has_figures,
    long_rows,
    nodes_of,
    people_of,
    wide_columns,
    wide_row,
)
from salescli.workflows.analysing.comparison import Comparison
from salescli.workflows.analysing.moves import decomposable
from salescli.workflows.session import open_session
from salescli.workflows.tracking.track import remarks
from salescli.workflows.tracking.track_view import SALES, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What `compare` is asked. None, or nothing, does not restrict.

    Attributes:
        words: What to compare with: `mom`, `yoy`, `target`, or periods as typed.
        by: `region`, `product` or `person`.
    """

    period: str | None = None
    as_of: str | None = None
    words: tuple[str, ...] = ()
    by: str | None = None
    metrics: tuple[str, ...] = ()


def compare(root: Path, query: Query) -> Report:
    """Every metric of team, regions, product lines and people beside the period and the year before.

    Raises:
        Misuse: for what the book does not have: a period, day or metric.
        BookBroken: if the book has errors.
    """
    with open_session(root) as session:
        period = session.period(query.period)
        as_of = session.as_of(period, query.as_of)
        asked = tuple(dict.fromkeys(session.metric(word) for word in query.metrics))
        words = tuple(dict.fromkeys(query.words)) or usual(period)
        others = [word for word in words if word != TARGET]
        comparison = Comparison(session, period, as_of, others, as_far=query.as_of is not None, target=True)
        view = View(session, period, as_of)
        nodes = nodes_of(view, people_of(view, comparison), query.by)
        every = [node for level in nodes.values() for node in level]
        metrics = asked or tuple(view.policy.metrics)
        rows = tuple(long_rows(view, comparison, metrics, every, words))
        shown, notes = _shown(view, comparison, nodes, query, asked, TARGET in words)
        return Report(
            command="compare",
            period=period.text,
            as_of=as_of,
            currency=session.book.settings.currency,
            header=(
                *session.header(period, as_of),
                *against_lines(comparison, with_sales(comparison) if query.by and not asked else None),
                *(_against_targets(view) if TARGET in words else ()),
            ),
            tables=(Table(name="rows", columns=ROWS, rows=rows, people=False), *shown),
            findings=tuple(view.warnings),
            notes=(*remarks(view), *notes),
        )


def against_lines(comparison: Comparison, shown: Collection[str] | None = None) -> Iterator[Line]:
    """What is compared with, and what to know about it.

    Args:
        shown: The periods that a table of sales shows, as nothing was sold in the others; None for any table.
    """
    names = {MOM: N_("the period before"), YOY: N_("the year before")}
    for one in comparison.against:
        params: dict[str, object] = {"period": one.period.text, "name": Line(template=names.get(one.key, ""))}
        unsold = shown is not None and one.key not in shown
        if one.because is not None or unsold:
            params["because"] = one.because or Line(template=N_("nothing was sold then"))
            yield Line(template=N_("nothing to compare with in {period}: {because}"), params=params)
        elif one.key in names:
            yield Line(template=N_("against {period}, {name}"), params=params)
        else:
            yield Line(template=N_("against {period}"), params=params)
        yield from one.remarks
    if not comparison.as_far and maybe_open(comparison.session, comparison.period, comparison.as_of):
        params = {"period": comparison.period.text, "day": comparison.as_of.isoformat()}
        template = N_(
            "the newest facts are of {day}: if {period} is not over, --as-of {day} compares as many"
            " working days"
        )
        yield Line(template=template, params=params)
    first = first_facts(comparison)
    if first:
        yield Line(
            template=N_("every customer of {period} counts as new: the facts begin there"),
            params={"period": first},
        )


def first_facts(comparison: Comparison) -> str | None:
    """The other period in which the book's facts begin, if one is."""
    span = comparison.session.facts.months()
    for one in comparison.against:
        if span and span[0] in one.period and comparison.base("new_customers", one.key):
            return one.period.text
    return None


def _against_targets(view: View) -> Iterator[Line]:
    """That the targets are compared with; where the period has none, `remarks` says so."""
    if any(view.targeted(metric) for metric in view.policy.metrics):
        yield Line(template=N_("against the targets of {period}"), params={"period": view.period.text})


def _shown(
    view: View,
    comparison: Comparison,
    nodes: dict[str, list[Node]],
    query: Query,
    asked: Sequence[str],
    gap: bool,
) -> tuple[list[Table], list[Line]]:
    """Tables for people, and what to do next."""
    (team,), by = nodes["team"], query.by
    if by is None:
        metrics = asked or [m for m in comparison.every() if has_figures(view, comparison, m, team)]
        rows = tuple(wide_row(view, comparison, metric, team) for metric in metrics)
        columns = wide_columns(comparison, first="metric_name", gap=gap)
        table = Table(name="team", columns=columns, rows=rows, machine=False)
        return [table], [*_apart(metrics), _next(query, view, asked)]
    if asked:
        rows = tuple(
            wide_row(view, comparison, metric, node)
            for metric in asked
            for node in (team, *nodes[by])
            if node is team or has_figures(view, comparison, metric, node)
        )
        columns = wide_columns(comparison, first="name", gap=gap)
        table = Table(name="levels", columns=columns, rows=rows, section="metric_name", machine=False)
        return [table], list(_why(query, view, comparison, asked[0]))
    table = level_table(view, comparison, by, [team, *nodes[by]], gap=gap)
    return [table], [*level_remarks(by, table), *_why(query, view, comparison, SALES)]


def _apart(metrics: Sequence[str]) -> Iterator[Line]:
    """What tells two counts of deals apart that are shown beside each other."""
    if {"deals_won", "won"} <= set(metrics):
        yield Line(
            template=N_(
                "deals won count on the day they meet the rule of a closed deal; won and decided by close"
                " date, of which the win rate is, on the day they are closed"
            )
        )


def _next(query: Query, view: View, asked: Sequence[str]) -> Line:
    """The same by region, and against the same."""
    words = [f"--with {word}" for word in query.words] + [f"--metric {metric}" for metric in asked]
    params: dict[str, object] = {"options": " ".join(["--by region", *words]), "period": view.period.text}
    return Line(template=N_("next: salescli compare --period {period} {options}"), params=params)


def _why(query: Query, view: View, comparison: Comparison, metric: str) -> Iterator[Line]:
    """What moved it: of the first other period with figures; of a metric that has no parts nothing does."""
    known = with_sales(comparison) if metric == SALES else comparison.then
    key = next(iter(known), None)
    if key is None or not decomposable(comparison, metric):
        return
    options = [] if metric == SALES else [f"--metric {metric}"]
    options += [f"--by {query.by}"] + ([] if key == MOM else [f"--with {key}"])
    params: dict[str, object] = {"options": " ".join(options), "period": view.period.text}
    yield Line(template=N_("next: salescli drivers --period {period} {options}"), params=params)
