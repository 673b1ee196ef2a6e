"""`review monthly`: a month's figures as a Markdown document from the book's template (SPEC R1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from salescli.calc.attain import metric_value
from salescli.calc.compare import Change, change
from salescli.findings import Finding, Misuse
from salescli.i18n import N_, gettext
from salescli.model.metric import Light
from salescli.model.period import Period
from salescli.model.table import Column, Line, Report, Row, Table, Value
from salescli.render import numbers
from salescli.render.markdown import escape, table_markdown
from salescli.render.template import render_template
from salescli.render.words import line_text, separator
from salescli.workflows.reckon import reckon, stop_on_errors
from salescli.workflows.session import Session, open_session
from salescli.workflows.track import STATUS, TRACKING, Node, View, tracking_rows

_COMPARED = (
    "sales_amount",
    "collected_amount",
    "collection_rate",
    "deals_won",
    "new_customers",
    "average_order_value",
    "win_rate",
    "lead_conversion",
    "gross_margin",
)
_SALES = "sales_amount"
_TEMPLATE = "report_templates/monthly.md.j2"
_CHANGES = (
    Column("metric", "Metric", "word"),
    Column("actual", "Actual", "number"),
    Column("before", "Last month", "number"),
    Column("mom", "MoM", "text"),
    Column("year_before", "Last year", "number"),
    Column("yoy", "YoY", "text"),
)
_PAY = (
    Column("plan", "Plan"),
    Column("component", "Component"),
    Column("people", "People", "count"),
    Column("amount", "Amount", "money"),
)


def monthly(root: Path, period_text: str | None) -> Report:
    """The review of a month, ready for a pull request.

    Raises:
        Misuse: for anything but a month with facts, or a broken template.
        BookBroken: if the book has errors.
    """
    with open_session(root) as session:
        period = session.period(period_text, ("month",))
        as_of = session.as_of(period)
        values = _values(session, period, as_of)
        source, name = _template(root)
        return Report(
            command="review",
            period=period.text,
            as_of=as_of,
            currency=session.book.settings.currency,
            tables=(
                Table(name="rows", columns=TRACKING, rows=tracking_rows(session, period, as_of)),
                Table(name="changes", columns=_CHANGES, rows=_change_rows(session, period, as_of)),
            ),
            document=render_template(source, name, values),
        )


def _template(root: Path) -> tuple[str, str]:
    """The book's own template, else the one that comes with salescli."""
    own = root / _TEMPLATE
    if own.exists():
        try:
            return own.read_text(encoding="utf-8"), _TEMPLATE
        except UnicodeDecodeError:
            raise Misuse("{path} is not UTF-8", hint="save it as UTF-8", path=_TEMPLATE) from None
    from salescli.books.sample import sample_folder

    return (sample_folder() / _TEMPLATE).read_text(encoding="utf-8"), _TEMPLATE


def _values(session: Session, period: Period, as_of: date) -> dict[str, object]:
    """What a template may use; every text is escaped for Markdown."""
    book = session.book
    changes = _change_rows(session, period, as_of)
    pay, honours = _pay(session, period)
    view = View(session, period, as_of)
    team = view.row(_SALES, Node(name=Line(template=N_("Team"))))
    regions = [view.row(_SALES, Node(name=r.name, region=r.id)) for r in book.org.regions.values()]
    products = [view.row(_SALES, Node(name=p.name, product=p.id)) for p in book.org.products.values()]
    people = tracking_rows(session, period, as_of)
    title = Line(
        template=N_("{company}: monthly review {period}"),
        params={"company": book.settings.company or book.root.name, "period": period.text},
    )
    return {
        "title": escape(line_text(title)),
        "company": escape(book.settings.company),
        "period": period.text,
        "as_of": as_of.isoformat(),
        "meeting": _meeting(session, period).isoformat(),
        "participants": [escape(name) for name in _leaders(session, as_of)],
        "separator": separator(),
        "headline": [escape(line_text(line)) for line in _headline(session, team, changes)],
        "tracking_table": _markdown(session, TRACKING, people),
        "region_table": _markdown(session, STATUS, [team, *regions]),
        "product_table": _markdown(session, STATUS, products),
        "change_table": _markdown(session, _CHANGES, changes),
        "problems": [escape(line_text(line)) for line in _problems(view, regions, people)],
        "pay_table": _markdown(session, _PAY, pay),
        "honours": [escape(line_text(line)) for line in honours],
        "next_period": [escape(line_text(line)) for line in _next(session, period, as_of)],
    }


def _markdown(session: Session, columns: tuple[Column, ...], rows: Sequence[Row]) -> str:
    shown = tuple(c for c in columns if c.kind not in ("bar", "spark") and c.key != "metric_name")
    table = Table(name="rows", columns=shown, rows=tuple(rows))
    return table_markdown(table, session.book.settings.currency)


# -- Comparison --------------------------------------------------------------------------------------


def _change_rows(session: Session, period: Period, as_of: date) -> tuple[Row, ...]:
    """Every compared metric of the team: now, the month before, the year before (SPEC A1)."""
    now = _team(session, period, as_of)
    before = _team(session, period.previous(), None)
    year = _team(session, period.year_before(), None)
    session.facts.run(as_of)
    rows = []
    for metric in _COMPARED:
        unit = session.book.policy.metrics[metric].unit
        actual = now[metric] if now else None
        bases = [known[metric] if known else None for known in (before, year)]
        changes = [change(actual, base) for base in bases]
        row: dict[str, Value] = {
            "metric": session.book.policy.metrics[metric].name,
            "actual": actual,
            "before": bases[0],
            "mom": change_text(changes[0], unit),
            "year_before": bases[1],
            "yoy": change_text(changes[1], unit),
            "_unit": unit,
        }
        rows.append(row)
    return tuple(rows)


def _team(session: Session, period: Period, as_of: date | None) -> Mapping[str, Fraction | None] | None:
    """The team's metrics in a period as of its last day; None if the facts do not reach it."""
    span = session.facts.months()
    if span is None or period.end < span[0] or period.start > span[1]:
        return None
    session.facts.run(as_of or period.end)
    totals = session.facts.totals((), period.start, period.end).get((), {})
    policy = session.book.policy
    return {metric: metric_value(policy, metric, totals, session.digits) for metric in _COMPARED}


def change_text(found: Change, unit: str) -> str:
    """`−8.3%`, points for rates, or why there is no comparison."""
    if unit == "rate" and found.difference is not None:
        return numbers.points(found.difference)
    if found.ratio is None:
        return gettext(found.because)
    return numbers.percent(found.ratio, sign=True)


# -- Sentences ---------------------------------------------------------------------------------------


def _headline(session: Session, team: Row, changes: Sequence[Row]) -> Iterator[Line]:
    sales = next(row for row in changes if row["metric"] == session.book.policy.metrics[_SALES].name)
    actual, target = _number(team["actual"]), team["target"]
    params: dict[str, object] = {"actual": numbers.money_short(actual)}
    if isinstance(target, Decimal) and target:
        params |= {
            "target": numbers.money_short(target),
            "attainment": numbers.percent(actual / Fraction(target)),
        }
        yield Line(template=N_("Sales are {actual} of {target}: {attainment}."), params=params)
    else:
        yield Line(template=N_("Sales are {actual}; there is no target."), params=params)
    for base, name in (("before", N_("last month")), ("year_before", N_("last year"))):
        yield _movement(actual, sales[base], name)


def _movement(actual: Fraction, base: Value, name: str) -> Line:
    """Grew, fell, unchanged, or why there is nothing to say: true for every input."""
    than: dict[str, object] = {"base": Line(template=name)}
    if base is None:
        return Line(template=N_("There is no figure of {base} to compare with."), params=than)
    found = change(actual, _number(base))
    if found.difference == 0:
        return Line(template=N_("Sales are the same as {base}."), params=than)
    if found.ratio is None:
        return Line(template=N_("There were no sales {base}."), params=than)
    than["ratio"] = numbers.percent(abs(found.ratio))
    if found.ratio > 0:
        return Line(template=N_("Sales grew by {ratio} against {base}."), params=than)
    return Line(template=N_("Sales fell by {ratio} against {base}."), params=than)


def _number(value: Value) -> Fraction:
    assert isinstance(value, int | Decimal | Fraction)
    return Fraction(value)


def _problems(view: View, regions: Sequence[Row], people: Sequence[Row]) -> Iterator[Line]:
    """What is red, by how much, with a process metric that differs from the team's where there is one."""
    for row in [*regions, *people]:
        if row["light"] is not Light.RED:
            continue
        name = row.get("person_name") or row["name"]
        params: dict[str, object] = {
            "name": name,
            "attainment": row["attainment"],
            "gap": numbers.money_short(abs(_number(row["gap"]))),
        }
        evidence = _evidence(view, row)
        if evidence is None:
            yield Line(template=N_("{name}: {attainment} of the target, {gap} short"), params=params)
        else:
            params["evidence"] = evidence
            yield Line(
                template=N_("{name}: {attainment} of the target, {gap} short; {evidence}"), params=params
            )


def _evidence(view: View, row: Row) -> Line | None:
    """Lead conversion below the team's, if both are defined."""
    person = row["person"]
    if not isinstance(person, str):
        return None
    own = view.actual("lead_conversion", Node(name="", person=view.session.book.org.people[person]))
    team = view.actual("lead_conversion", Node(name=""))
    if own is None or team is None or own >= team:
        return None
    return Line(
        template=N_("lead conversion {own} against {team} of the team"), params={"own": own, "team": team}
    )


# -- Pay, people, dates ------------------------------------------------------------------------------


def _pay(session: Session, period: Period) -> tuple[tuple[Row, ...], list[Line]]:
    """Totals by plan and component (never of a person), and recognitions, which are public."""
    found: list[Finding] = []
    reckoned = reckon(session, period, found)
    stop_on_errors(found)
    sums: dict[tuple[str, str], tuple[set[str], Decimal]] = {}
    for entry in (entry for one in reckoned for entry in one.entries()):
        people, amount = sums.get((entry.plan, entry.component), (set(), Decimal(0)))
        sums[entry.plan, entry.component] = ({*people, entry.person}, amount + entry.amount)
    rows: list[Row] = [
        {"plan": plan, "component": component, "people": len(people), "amount": amount}
        for (plan, component), (people, amount) in sorted(sums.items())
    ]
    everybody = {person for people, _ in sums.values() for person in people}
    total = sum((amount for _, amount in sums.values()), Decimal(0))
    rows.append({"plan": gettext(N_("All")), "component": None, "people": len(everybody), "amount": total})
    names = session.book.org.people
    honours = [
        Line(
            template=N_("{award}: {name} (rank {rank})"),
            params={"award": h.award, "name": names[h.person].name, "rank": h.rank},
        )
        for one in reckoned
        for h in one.honours()
    ]
    return tuple(rows), honours


def _leaders(session: Session, as_of: date) -> list[str]:
    """Names of those others report to, by id."""
    people = session.book.org.people
    leaders = {p.manager_on(as_of) for p in people.values() if p.employed(as_of)}
    return [people[one].name for one in sorted(one for one in leaders if one) if one in people]


def _meeting(session: Session, period: Period) -> date:
    """The day of the next month the book's cadence names; the 5th where it does not (SPEC R1)."""
    day = session.book.settings.cadence.get("monthly_review", "5")
    number = int(day) if day.isdigit() and 1 <= int(day) <= 28 else 5
    return period.shift(1).start.replace(day=number)


def _next(session: Session, period: Period, as_of: date) -> Iterator[Line]:
    """The next month's targets, as far as they are known."""
    upcoming = period.shift(1)
    targets = session.targets(as_of)
    for metric in targets.metrics():
        goal = targets.find(metric, upcoming)
        if goal is None:
            continue
        definition = session.book.policy.metrics[metric]
        value = goal.value
        text = numbers.percent(value) if definition.unit == "rate" else numbers.money_short(value)
        yield Line(
            template=N_("{period}: {metric} {target}"),
            params={"period": upcoming.text, "metric": Line(template=definition.name), "target": text},
        )
