"""`honours`: who is recognised without money, as a table and as documents (SPEC I5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from salescli.books.templates import own_templates
from salescli.books.write import write_all
from salescli.findings import Finding
from salescli.i18n import N_, gettext
from salescli.model.entry import Honour
from salescli.model.expression import Expr, Measure
from salescli.model.period import Period
from salescli.model.plan import PERIOD_KINDS, Plan, Recognition
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.model.template import SUFFIX, Markdown
from salescli.render import numbers
from salescli.render.markdown import table_markdown
from salescli.render.words import line_text, separator
from salescli.workflows.development import DEVELOPMENT, TOP, Ranked, ranked_by_attainment
from salescli.workflows.paying.payout import name_of
from salescli.workflows.paying.reckon import reckon, stop_on_errors
from salescli.workflows.paying.reckoned import Reckoned
from salescli.workflows.session import Session, open_session
from salescli.workflows.template_kinds import TEMPLATES
from salescli.workflows.templates import document

WALL = "wall"
CERTIFICATE = "certificate"

_COLUMNS = (
    Column("period", N_("Period")),
    Column("title", N_("Award"), machine=False),
    Column("award", "award", people=False),
    Column("rank", N_("Rank"), "count"),
    Column("person", N_("Id"), people=False),
    Column("name", N_("Person")),
    Column("region", "region", people=False),
    Column("region_name", N_("Region"), machine=False),
    Column("plan", N_("Plan"), people=False),
    Column("component", N_("Component"), people=False),
    Column("by", N_("By"), machine=False),
    Column("measure", "measure", people=False),
    Column("value", N_("Value"), "number"),
    Column("rule", N_("Rule"), "place", people=False),
)
_LIST = tuple(
    column
    for column in _COLUMNS
    if column.key in ("rank", "person", "name", "region", "region_name", "value")
)
_FILES = (Column("file", N_("File")), Column("person", N_("Id")), Column("name", N_("Person")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Honours:
    """All that is recognised in a period.

    Attributes:
        rows: A row of `_COLUMNS` each, newest period first; the list for development is not among them.
        development: The rows of that list, by place.
        measure: What its places were given by.
        top: How many places it has.
        stated: Whether a plan states it.
    """

    session: Session
    period: Period
    rows: tuple[Row, ...]
    development: tuple[Row, ...]
    measure: Line
    top: int
    stated: bool


def honours(root: Path, period: str | None = None, folder: Path | None = None) -> Report:
    """Everybody recognised in a period, and who goes first to promotion panels and training.

    Args:
        folder: Write certificates, the wall of fame and the list for development there, all or none.

    Raises:
        BookBroken: if the book, what pay needs, or a template has errors.
        Misuse: for a period without facts.
    """
    with open_session(root) as session:
        at = session.period(period, PERIOD_KINDS)
        found = _honours(session, at)
        if folder is None:
            return _report(found, _tables(found), _notes(found))
        files = list(_documents(found, root))
        write_all({folder / name: text.encode() for name, _, text in files})
        rows = tuple(
            {"file": name, "person": row.get("person"), "name": row.get("name")} for name, row, _ in files
        )
        params = {"count": len(rows), "folder": str(folder)}
        note = Line(template=N_("{count:document|documents} in {folder}"), params=params)
        return _report(found, (Table(name="rows", columns=_FILES, rows=rows),), (note,))


def _report(found: Honours, tables: tuple[Table, ...], notes: tuple[Line, ...]) -> Report:
    session, period = found.session, found.period
    as_of = session.paid_as_of(period)
    return Report(
        command="honours",
        tables=tables,
        header=session.header(period, as_of),
        period=period.text,
        as_of=as_of,
        currency=session.book.settings.currency,
        notes=notes,
    )


def _tables(found: Honours) -> tuple[Table, ...]:
    return (
        Table(name="rows", columns=_COLUMNS, rows=found.rows, title=N_("Recognition without money")),
        Table(name="development", columns=_LIST, rows=found.development, title=N_("First for development")),
    )


def _notes(found: Honours) -> tuple[Line, ...]:
    lines = []
    if not found.rows:
        text = N_("no plan recognises anybody in {period}; docs/honours.md says how one does")
        lines.append(Line(template=text, params={"period": found.period.text}))
    if found.development and not found.stated:
        text = N_("first for development: the best {top} by {measure}, as no plan states who is")
        lines.append(Line(template=text, params={"top": found.top, "measure": found.measure}))
    text = N_("as documents: salescli honours --period {period} --write-to FOLDER")
    return (*lines, Line(template=text, params={"period": found.period.text}))


def _honours(session: Session, period: Period) -> Honours:
    best = ranked_by_attainment(session, period)  # before pay is reckoned, which measures the facts anew
    found: list[Finding] = []
    reckoned = reckon(session, period, found)
    stop_on_errors(found)
    by_award: dict[bool, list[Honour]] = {True: [], False: []}
    for honour in _newest_first(session, reckoned):
        by_award[honour.award == DEVELOPMENT].append(honour)
    stated = _components(session, DEVELOPMENT)
    development: Sequence[Row]
    if stated:
        chosen = [h for h in by_award[True] if h.period == by_award[True][0].period]
        development, measure = [_row(session, h) for h in chosen], measure_words(session, stated[0].rank_by)
        top = max(component.top for component in stated)
    else:
        development, measure, top = [_best_row(session, one) for one in best.people], best.measure, TOP
    return Honours(
        session=session,
        period=period,
        rows=tuple(_row(session, one) for one in by_award[False]),
        development=tuple(development),
        measure=measure,
        top=top,
        stated=bool(stated),
    )


def _newest_first(session: Session, reckoned: Sequence[Reckoned]) -> list[Honour]:
    """Newest period first, longer ones before their parts, then by award, place and person."""
    found = [honour for one in reckoned for honour in one.honours()]
    found.sort(key=lambda one: (one.award, one.component, one.rank, one.person))
    return sorted(found, key=lambda one: session.book.period(one.period), reverse=True)


def _components(session: Session, award: str) -> list[Recognition]:
    return [
        component
        for plan in session.book.plans
        for component in plan.components
        if isinstance(component, Recognition) and component.award == award
    ]


def _component(session: Session, honour: Honour) -> tuple[Plan, Recognition]:
    plan = next(plan for plan in session.book.plans if plan.id == honour.plan)
    component = next(c for c in plan.components if c.name == honour.component)
    assert isinstance(component, Recognition)
    return plan, component


def _row(session: Session, honour: Honour) -> Row:
    _, component = _component(session, honour)
    return {
        "period": honour.period,
        "title": title_of(component),
        "award": honour.award,
        "rank": honour.rank,
        **_who(session, honour.person, honour.period),
        "plan": honour.plan,
        "component": honour.component,
        "by": measure_words(session, component.rank_by),
        "measure": str(component.rank_by),
        "value": honour.value,
        "rule": honour.rule,
        "_unit": honour.unit,
    }


def _best_row(session: Session, one: Ranked) -> Row:
    who = _who(session, one.person, one.period.text)
    return {"rank": one.rank, **who, "value": one.value, "_unit": one.unit}


def _who(session: Session, person: str, period: str) -> dict[str, str | None]:
    """Id, name and region, as of the period's last day they were here."""
    known = session.book.org.people[person]
    whole = session.book.period(period)
    last = known.last_day(whole.start, whole.end)
    at = known.assignment(last) if last else None
    region = session.book.org.regions.get(at.region) if at else None
    return {
        "person": person,
        "name": name_of(session, person),
        "region": region.id if region else None,
        "region_name": region.name if region else None,
    }


def title_of(component: Recognition) -> str | Line:
    """What a recognition is called: the plan's title, else a word for `star`, else its name."""
    if component.title:
        return component.title
    return Line(template=N_("Sales Star")) if component.name == "star" else component.name


def measure_words(session: Session, expr: Expr) -> Line:
    """What places are given by, in words where it is a metric or its attainment."""
    known = session.book.policy.metrics
    if isinstance(expr, Measure) and expr.key == expr.metric in known:
        name = gettext(known[expr.metric].name)
        if expr.of == "attainment":
            return Line(template=N_("attainment of {metric}"), params={"metric": name})
        if expr.of == "actual":
            return Line(template="{metric}", params={"metric": name})
    return Line(template="{measure}", params={"measure": str(expr)})


# --- documents

_File = tuple[str, Row, str]


def _documents(found: Honours, root: Path) -> Iterator[_File]:
    """File name, whose it is, and its text: certificates, the wall, the list."""
    yield from _certificates(found, root)
    text = found.period.text
    yield f"{text}-wall.md", {}, document(root, WALL)({**_head(found), "months": _months(found)})
    values = {
        **_head(found),
        "top": found.top,
        "measure": found.measure,
        "table": Markdown(_table(found, _LIST, found.development)),
        "people": [_said(found, row, ("rank", "name", "person")) for row in found.development],
    }
    yield f"{text}-development.md", {}, document(root, DEVELOPMENT)(values)


def _certificates(found: Honours, root: Path) -> Iterator[_File]:
    own = own_templates(root)
    fill: dict[str, Callable[[Mapping[str, object]], str]] = {}
    for row in found.rows:
        award = str(row["award"])
        if award == WALL:
            continue
        if award not in fill:
            apart = award + SUFFIX in own and award not in TEMPLATES
            fill[award] = document(root, CERTIFICATE, award if apart else None)
        # One file each: no two plans pay the same person under one name (P016).
        name = f"{row['period']}-{row['component']}-{row['person']}.md"
        keys = ("name", "person", "award", "component", "plan", "rank")
        values = {**_head(found), "period": str(row["period"]), **_said(found, row, keys)}
        yield name, row, fill[award]({**values, "title": row["title"], "measure": row["by"]})


def _months(found: Honours) -> list[dict[str, object]]:
    keys = ("name", "person", "award", "component", "rank")
    periods = dict.fromkeys(str(row["period"]) for row in found.rows)
    return [
        {
            "period": period,
            "people": [
                {**_said(found, row, keys), "title": row["title"]}
                for row in found.rows
                if row["period"] == period
            ],
        }
        for period in periods
    ]


def _head(found: Honours) -> dict[str, object]:
    return {
        "company": found.session.book.settings.company,
        "period": found.period.text,
        "separator": separator(),
        "as_of": found.session.paid_as_of(found.period).isoformat(),
    }


def _said(found: Honours, row: Row, keys: Sequence[str]) -> dict[str, object]:
    """Some cells of a row for a template, with the region and the figure in words."""
    value, unit = row["value"], row["_unit"]
    assert isinstance(value, Fraction)
    if unit == "rate":
        text = numbers.percent(value)
    elif unit == "count":
        text = numbers.count(value)
    else:
        text = numbers.money_full(value, found.session.book.settings.currency)
    return {**{key: row[key] for key in keys}, "region": row["region_name"] or "", "value": text}


def _table(found: Honours, columns: tuple[Column, ...], rows: Sequence[Row]) -> str:
    table = Table(name="rows", columns=columns, rows=tuple(rows))
    return table_markdown(table, found.session.book.settings.currency)


def honour_lines(session: Session, period: Period, honours: Sequence[Honour]) -> list[Line]:
    """A sentence for each recognition, for the review of a period."""
    lines = []
    for one in honours:
        _, component = _component(session, one)
        title = title_of(component)
        params: dict[str, object] = {
            "award": title if isinstance(title, str) else line_text(title),
            "name": name_of(session, one.person),
            "rank": one.rank,
            "period": one.period,
        }
        template = N_("{award}: {name} (rank {rank})")
        if one.period != period.text:
            template = N_("{award} {period}: {name} (rank {rank})")
        lines.append(Line(template=template, params=params))
    return lines
