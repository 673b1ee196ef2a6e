"""`review monthly`: a month's figures as a Markdown document from the book's template (SPEC R1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

from salescli.calc.attain import metric_value
from salescli.calc.compare import Change, change
from salescli.calc.track.tree import Node
from salescli.findings import Misuse
from salescli.i18n import N_, gettext
from salescli.model.metric import Unit
from salescli.model.period import Period
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.render import numbers
from salescli.render.markdown import escape, table_markdown
from salescli.render.template import render_template
from salescli.render.words import line_text, separator
from salescli.workflows.meeting import meeting, meeting_day, participants
from salescli.workflows.review_pay import PAY, incentive_result
from salescli.workflows.review_words import headline, no_problem, problems, upcoming
from salescli.workflows.session import Session, open_session
from salescli.workflows.track import STATUS, TRACKING, remarks, targeted, tracking_rows
from salescli.workflows.track_view import SALES, View, shown_value

COMPARED = (
    SALES,
    "collected_amount",
    "collection_rate",
    "deals_won",
    "new_customers",
    "average_order_value",
    "win_rate",
    "lead_conversion",
    "gross_margin",
)
TEMPLATE = "report_templates/monthly.md.j2"
CHANGES = (
    Column("metric_name", "Metric", "word", machine=False),
    Column("metric", "metric", people=False),
    Column("actual", "Actual", "number"),
    Column("before", "Last month", "number"),
    Column("mom", "MoM", machine=False),
    Column("mom_ratio", "mom_ratio", "ratio", people=False),
    Column("year_before", "Last year", "number"),
    Column("yoy", "YoY", machine=False),
    Column("yoy_ratio", "yoy_ratio", "ratio", people=False),
)
_OF_RECEIPTS = ("collected_amount", "collection_rate")
_OPEN_MONTH = ("expected_to_date", "pace")


def monthly(root: Path, period_text: str | None) -> Report:
    """The review of a month, ready for a pull request.

    Raises:
        Misuse: for anything but a month with facts, or a broken template.
        BookBroken: if the book has errors, or its pay cannot be reckoned.
    """
    with open_session(root) as session:
        period = session.period(period_text, ("month",))
        as_of = session.as_of(period)
        source = _template(root)
        comparison = Comparison(session, period, as_of)
        view = View(session, period, as_of)
        people = tracking_rows(view)
        values = _values(view, people, comparison)
        tables = (
            Table(name="rows", columns=TRACKING, rows=people),
            Table(name="changes", columns=CHANGES, rows=comparison.rows),
        )
        return Report(
            command="review",
            period=period.text,
            as_of=as_of,
            currency=session.book.settings.currency,
            tables=tables,
            findings=tuple(view.warnings),
            notes=remarks(view),
            document=render_template(source, TEMPLATE, values),
        )


def _template(root: Path) -> str:
    """The book's own template, else the one that comes with salescli."""
    own = root / TEMPLATE
    if not own.exists():
        from salescli.books.sample import sample_folder

        own = sample_folder() / TEMPLATE
    try:
        return own.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Misuse("{path} is not UTF-8", hint="save it as UTF-8", path=TEMPLATE) from None


def _values(view: View, people: Sequence[Row], comparison: Comparison) -> dict[str, object]:
    """What a template may use (docs/reviews.md); every text is escaped for Markdown."""
    session, period = view.session, view.period
    book, currency = session.book, session.book.settings.currency
    team = Node(name=Line(template=N_("Team")))
    regions = [Node(name=one.name, region=one.id) for one in book.org.regions.values()]
    products = [Node(name=one.name, product=one.id) for one in book.org.products.values()]
    whole = view.row(SALES, team)
    lit = [view.row(metric, node) for metric in targeted(view) for node in (team, *regions, *products)]
    lit += people
    open_month = view.as_of < period.end
    title = Line(
        template=N_("{company}: monthly review {period}"),
        params={"company": book.settings.company or book.root.name, "period": period.text},
    )
    sentences = headline(view, whole, view.row("collection_rate", team), comparison.of(SALES))
    # Read before pay is reckoned, which may measure the facts anew.
    lines = {
        "headline": list(sentences),
        "problems": list(problems(view, lit)),
        "next_period": list(upcoming(view)),
    }
    tables = {
        "tracking_table": _markdown(TRACKING, people, currency),
        "region_table": _markdown(_status(open_month), _rows(view, [team, *regions]), currency),
        "product_table": _markdown(_status(open_month), _rows(view, products), currency),
        "change_table": _markdown(CHANGES, comparison.rows, currency),
    }
    pay, lines["honours"] = incentive_result(session, period)
    return {
        "title": _text(title),
        "company": escape(book.settings.company),
        "period": period.text,
        "as_of": view.as_of.isoformat(),
        "meeting": _text(meeting(book, period)),
        "participants": [
            escape(name) if isinstance(name, str) else _text(name)
            for name in participants(book, period, meeting_day(book, period)[0])
        ],
        "separator": separator(),
        "no_problem": _text(no_problem(lit)),
        "pay_table": _markdown(PAY, pay, currency),
        **tables,
        **{key: [_text(line) for line in some] for key, some in lines.items()},
    }


def _text(line: Line) -> str:
    return escape(line_text(line))


def _status(open_month: bool) -> tuple[Column, ...]:
    """Columns of lights in a review: what is due today matters only while the month runs."""
    return tuple(
        c
        for c in STATUS
        if c.kind not in ("bar", "spark")
        and c.key not in ("metric_name", "note")
        and (open_month or c.key not in _OPEN_MONTH)
    )


def _rows(view: View, nodes: Sequence[Node]) -> list[Row]:
    """A row a node for each targeted metric; its name says which metric where it is not sales."""
    found: list[Row] = []
    for metric in targeted(view):
        name = gettext(view.policy.metrics[metric].name)
        for node in nodes:
            row = view.row(metric, node)
            label = node.name if isinstance(node.name, str) else line_text(node.name)
            found.append({**row, "name": label if metric == SALES else f"{label} · {name}"})
    return found


def _markdown(columns: tuple[Column, ...], rows: Sequence[Row], currency: str) -> str:
    return table_markdown(Table(name="rows", columns=columns, rows=tuple(rows)), currency)


class Comparison:
    """Metrics of the team: now, the month before, the year before, each as its own last day saw it (SPEC A1).

    Those of receipts are left out where the book has none. Leaves the facts measured as of the day looked
    from.
    """

    def __init__(self, session: Session, period: Period, as_of: date) -> None:
        bases = {"before": period.previous(), "year_before": period.year_before()}
        self._figures = {key: _team(session, base, base.end) for key, base in bases.items()}
        self._now = _team(session, period, as_of)
        self._known = session.book.policy.metrics
        self._digits = session.digits
        receipts = session.facts.newest()["collections"] is not None
        compared = [metric for metric in COMPARED if receipts or metric not in _OF_RECEIPTS]
        self.rows: tuple[Row, ...] = tuple(self._row(metric) for metric in compared)

    def _row(self, metric: str) -> Row:
        name, unit = self._known[metric].name, self._known[metric].unit
        mom, yoy = self.of(metric).values()
        figures = {"actual": self._now, **self._figures}
        shown = {key: shown_value(unit, some[metric], self._digits) for key, some in figures.items()}
        return {
            "metric_name": name,
            "metric": metric,
            **shown,
            "mom": change_text(mom, unit),
            "mom_ratio": mom.ratio,
            "yoy": change_text(yoy, unit),
            "yoy_ratio": yoy.ratio,
            "_unit": unit,
        }

    def of(self, metric: str) -> dict[str, Change]:
        """The changes of a metric against `before` and `year_before`."""
        return {key: change(self._now[metric], some[metric]) for key, some in self._figures.items()}


def _team(session: Session, period: Period, as_of: date) -> Mapping[str, Fraction | None]:
    """The team's metrics in a period; all None if the facts do not reach it."""
    span = session.facts.months()
    if span is None or period.end < span[0] or period.start > span[1]:
        return dict.fromkeys(COMPARED)
    session.facts.run(as_of)
    totals = session.facts.totals((), period.start, period.end).get((), {})
    policy = session.book.policy
    return {metric: metric_value(policy, metric, totals, session.digits) for metric in COMPARED}


def change_text(found: Change, unit: Unit) -> str:
    """`−8.3%`, points for rates, or why there is no comparison."""
    if unit == "rate" and found.difference is not None:
        return numbers.points(found.difference)
    if found.ratio is None:
        return gettext(found.because)
    return numbers.percent(found.ratio, sign=True)
