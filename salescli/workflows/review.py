"""`review monthly`: a month's figures as a Markdown document from the book's template (SPEC R1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from salescli.calc.track.tree import Node
from salescli.findings import BookBroken, Misuse
from salescli.i18n import N_, gettext
from salescli.model.period import Period
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.render.markdown import escape, table_markdown
from salescli.render.template import render_template
from salescli.render.words import line_text, separator
from salescli.workflows.comparison import CHANGES, Comparison
from salescli.workflows.review_pay import PAY, incentive_result
from salescli.workflows.review_words import headline, no_problem, problems, upcoming
from salescli.workflows.session import Session, open_session
from salescli.workflows.track import STATUS, TRACKING, remarks, targeted, tracking_rows
from salescli.workflows.track_view import SALES, View

TEMPLATE = "report_templates/monthly.md.j2"
_OPEN_MONTH = ("expected_to_date", "pace")
_MOST_DAYS_OFF = 21


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
        "meeting": _text(_meeting(session, period)),
        "participants": [escape(name) for name in _leaders(session, view.as_of)],
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


def _leaders(session: Session, as_of: date) -> list[str]:
    """Names of those others report to on the day, by id."""
    people = session.book.org.people
    found = {p.manager_on(as_of) for p in people.values() if p.employed(as_of)}
    return [people[one].name for one in sorted(one for one in found if one) if one in people]


def _meeting(session: Session, period: Period) -> Line:
    """The day of the next month that the book's cadence names, the 5th by default; on a day off the next
    working day (SPEC R1)."""
    from salescli.books.calendar import working_days

    book = session.book
    text = book.settings.cadence.get("monthly_review", "5")
    number = int(text) if text.isdecimal() and 1 <= int(text) <= 28 else 5
    day = period.shift(1).start.replace(day=number)
    try:
        days = working_days(book.settings.calendar, book.root, day, day + timedelta(days=_MOST_DAYS_OFF))
    except BookBroken as broken:
        if any(one.code != "K001" for one in broken.found):
            raise
        template = N_("{day} (whether that is a working day is not known yet)")
        return Line(template=template, params={"day": day.isoformat()})
    return Line(template="{day}", params={"day": min(days, default=day).isoformat()})
