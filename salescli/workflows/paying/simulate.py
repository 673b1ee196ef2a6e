"""`simulate`: other plans, rates, tiers or targets on past periods (SPEC I10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

from salescli.books.change import parse_change
from salescli.calc.pay.curve import CURVE, paid_at
from salescli.calc.pay.draw import DrawPay
from salescli.calc.pay.registry import compile_plan
from salescli.findings import Finding, Misuse
from salescli.i18n import N_, gettext, joined, several
from salescli.model.entry import Entry
from salescli.model.exact import from_minor, plain, rate_text, round_to
from salescli.model.period import Period
from salescli.model.plan import Plan
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.workflows.paying.payout import name_of
from salescli.workflows.paying.reckon import reckon, stop_on_errors
from salescli.workflows.paying.variant import replaced, same_rules, varied
from salescli.workflows.plans.plan_show import newest_scores
from salescli.workflows.session import Session, open_session

_MAX_CELLS = 400

_COSTS = (
    Column("period", N_("Period")),
    Column("component", N_("Component")),
    Column("before", N_("Before"), "money"),
    Column("after", N_("After"), "money"),
    Column("change", N_("Change"), "money"),
    Column("percent", N_("Change in %"), "ratio"),
)
_PEOPLE = (
    Column("person", N_("Id"), people=False),
    Column("name", N_("Person")),
    Column("before", N_("Before"), "money"),
    Column("after", N_("After"), "money"),
    Column("change", N_("Change"), "money"),
)
_CURVE = (
    Column("attainment", N_("Attainment"), "rate"),
    Column("before", N_("Before"), "money"),
    Column("after", N_("After"), "money"),
    Column("change", N_("Change"), "money"),
)
_SPARKS = (
    Column("plan", N_("Plan")),
    Column("curve", N_("Pay at 0 – 200 % of target"), "spark"),
)
_GRID = (
    Column("first", N_("First")),
    Column("second", N_("Second")),
    Column("after", N_("Cost"), "money"),
    Column("change", N_("Change"), "money"),
    Column("gain", N_("Gain"), "count"),
    Column("lose", N_("Lose"), "count"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is to be tried.

    Attributes:
        plans: Plan files that take the place of those of the book.
        changes: `[PLAN:]PATH=VALUE`.
        targets: Every target times this; 1 leaves them.
        grid: Up to two `[PLAN:]PATH=A,B,C` or `PATH=A..B/STEP`, tried in all combinations.
    """

    plans: Sequence[Path] = ()
    changes: Sequence[str] = ()
    targets: str | None = None
    grid: Sequence[str] = ()


def simulate(root: Path, periods: Sequence[str], trial: Trial) -> Report:
    """Pay of past periods as it is and as it would be: cost, who gains and loses, the payout curve.

    Args:
        periods: Months or longer; the newest complete one by default. `2026-01..2026-06` is a span.

    Raises:
        BookBroken: if the book or what is tried has errors.
        Misuse: if nothing is tried, or a change leads nowhere.
    """
    if not (trial.plans or trial.changes or trial.targets or trial.grid):
        raise Misuse(
            "nothing to try",
            hint="give --plan FILE, --set commission.tiers[2].rate=2.5%, --targets 110% or --grid",
        )
    with open_session(root) as opened:
        session = replace(opened, as_if_open=True)
        spans = _periods(session, periods)
        variant = varied(session, trial.plans, [parse_change(text) for text in trial.changes], trial.targets)
        before = _pay(session, spans)
        after = _pay(variant, spans)
        tables = [_costs(session, spans, before, after), _people(session, before, after)]
        tables += _curves(session, variant)
        if trial.grid:
            tables.append(_grid(session, variant, spans, trial, before))
        return Report(
            command="simulate",
            header=_header(session, spans, trial),
            tables=tuple(tables),
            period=spans[0].text if len(spans) == 1 else None,
            currency=session.book.settings.currency,
            findings=tuple(variant.found),
            notes=tuple(_notes(before, after)),
        )


def _periods(session: Session, texts: Sequence[str]) -> list[Period]:
    if not texts:
        period = session.period(None)
        newest = session.facts.months()
        assert newest is not None
        return [period if period.end <= newest[1] else period.previous()]
    spans: list[Period] = []
    kinds = ("month", "quarter", "half", "year")
    for text in texts:
        first, dots, last = text.partition("..")
        period = session.period(first, kinds)
        end = session.period(last, kinds) if dots else period
        if end.kind != period.kind or end.start < period.start:
            raise Misuse("{text} is no span", hint="write 2026-01..2026-06", text=text)
        while period.start <= end.start:
            spans.append(period)
            period = period.shift(1)
    return sorted(set(spans))


def _pay(session: Session, spans: Sequence[Period]) -> dict[str, list[Entry]]:
    """Period → what is paid in it."""
    paid = {}
    for period in spans:
        found: list[Finding] = []
        reckoned = reckon(session, period, found)
        stop_on_errors(found)
        paid[period.text] = [entry for one in reckoned for entry in one.entries()]
    return paid


Paid = Mapping[str, Sequence[Entry]]


def _sums(paid: Paid, *keys: str) -> dict[tuple[str, ...], Decimal]:
    sums: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for period, entries in paid.items():
        for entry in entries:
            told = {"period": period, "component": entry.component, "person": entry.person}
            sums[tuple(told[key] for key in keys)] += entry.amount
    return sums


def _total(paid: Paid, digits: int) -> Decimal:
    return sum((e.amount for entries in paid.values() for e in entries), from_minor(0, digits))


def _compared(before: Decimal, after: Decimal) -> dict[str, Decimal | Fraction | None]:
    percent = Fraction(after - before) / Fraction(before) if before else None
    return {"before": before, "after": after, "change": after - before, "percent": percent}


def _costs(session: Session, spans: Sequence[Period], before: Paid, after: Paid) -> Table:
    zero = from_minor(0, session.digits)
    old, new = _sums(before, "period", "component"), _sums(after, "period", "component")
    rows: list[Row] = []
    for period in spans:
        for key in sorted(key for key in old.keys() | new.keys() if key[0] == period.text):
            compared = _compared(old.get(key, zero), new.get(key, zero))
            rows.append({"period": key[0], "component": key[1], "_unit": "money", **compared})
    whole = _compared(_total(before, session.digits), _total(after, session.digits))
    rows.append({"period": gettext(N_("All")), "component": None, "_unit": "money", "_strong": 1, **whole})
    return Table(name="rows", columns=_COSTS, rows=tuple(rows), title=N_("Cost"))


def _people(session: Session, before: Paid, after: Paid) -> Table:
    """Whose pay changes, the largest gain first."""
    zero = from_minor(0, session.digits)
    old, new = _sums(before, "person"), _sums(after, "person")
    rows: list[Row] = []
    for (person,) in sorted(old.keys() | new.keys()):
        compared = _compared(old.get((person,), zero), new.get((person,), zero))
        if compared["change"]:
            rows.append({"person": person, "name": name_of(session, person), "_unit": "money", **compared})
    rows.sort(key=lambda row: (-Decimal(str(row["change"])), str(row["person"])))
    return Table(name="people", columns=_PEOPLE, rows=tuple(rows), title=N_("Who gains and loses"))


def _curves(session: Session, variant: Session) -> list[Table]:
    """What plans that differ pay everybody at each tenth of attainment, before and after."""
    known = {plan.id: plan for plan in session.book.plans}
    rows: list[Row] = []
    sparks: list[Row] = []
    for plan in variant.book.plans:
        old = known.get(plan.id) or next(iter(replaced(session.book.plans, plan)), None)
        if old is None or same_rules(old, plan):
            continue
        first, then = _curve(session, old), _curve(variant, plan)
        if first is None or then is None:
            continue
        for level, was, now in zip(CURVE, first, then, strict=True):
            before, after = (round_to(amount, session.digits) for amount in (was, now))
            change = after - before
            rows.append({"attainment": level, "before": before, "after": after, "change": change})
        for name, amounts in ((gettext(N_("before")), first), (gettext(N_("after")), then)):
            points = tuple(round_to(amount, session.digits) for amount in amounts)
            sparks.append({"plan": f"{plan.id} {name}", "curve": points})
    if not rows:
        return []
    title = N_("Monthly pay of everybody if all reach the same part of their targets")
    return [
        Table(name="curve", columns=_CURVE, rows=tuple(rows), title=title),
        Table(name="sparks", columns=_SPARKS, rows=tuple(sparks), machine=False),
    ]


def _curve(session: Session, plan: Plan) -> list[Fraction] | None:
    shapes = [
        shape
        for shape in compile_plan(plan, session.book.policy).shapes
        if shape.component.period == "month" and not isinstance(shape, DrawPay)
    ]
    found = newest_scores(session, plan, "month", shapes) if shapes else None
    if found is None:
        return None
    scores, members = found
    return [sum(paid_at(shapes, scores, members, level).values(), Fraction(0)) for level in CURVE]


# --- grid


@dataclass(frozen=True, slots=True)
class _Axis:
    path: str
    values: tuple[str, ...] = field(default=())


def _axis(text: str) -> _Axis:
    """`PATH=A,B,C` or `PATH=A..B/STEP`."""
    path, _, values = text.partition("=")
    parse_change(f"{path}=0")
    first, dots, rest = values.partition("..")
    if not dots:
        return _Axis(path, tuple(word.strip() for word in values.split(",") if word.strip()))
    last, slash, step = rest.partition("/")
    percent = first.strip().endswith("%")
    try:
        start, end, by = (
            Fraction(word.strip().rstrip("%")) for word in (first, last, step if slash else "1")
        )
    except ValueError:
        start, end, by = Fraction(0), Fraction(0), Fraction(0)
    if by <= 0 or end < start:
        raise Misuse("{text} is no range", hint="write PATH=2%..3%/0.5% or PATH=2%,2.5%,3%", text=text)
    words: list[str] = []
    while start <= end and len(words) <= _MAX_CELLS:
        words.append(rate_text(start / 100) if percent else plain(start))
        start += by
    return _Axis(path, tuple(words))


def _grid(session: Session, variant: Session, spans: Sequence[Period], trial: Trial, before: Paid) -> Table:
    """Cost for every combination of two parameters."""
    axes = [_axis(text) for text in trial.grid]
    if len(axes) > 2 or any(not axis.values for axis in axes):
        raise Misuse("a grid has one or two parameters with values", hint="--grid PATH=2%..3%/0.5%")
    if len(axes) == 1:
        axes.append(_Axis(""))
    cells = list(product(axes[0].values, axes[1].values or ("",)))
    if len(cells) > _MAX_CELLS:
        raise Misuse("a grid of {count} cells is too large", hint="give fewer values", count=len(cells))
    rows = tuple(_cell(session, variant, spans, trial, axes, cell, before) for cell in cells)
    columns = tuple(
        replace(column, title=axis.path) if column.key == key else column
        for column in _GRID
        for key, axis in [(("first"), axes[0])]
        if column.key != "second" or axes[1].path
    )
    columns = tuple(replace(c, title=axes[1].path) if c.key == "second" else c for c in columns)
    return Table(name="grid", columns=columns, rows=rows, title=N_("Cost over the grid"))


def _cell(
    session: Session,
    variant: Session,
    spans: Sequence[Period],
    trial: Trial,
    axes: Sequence[_Axis],
    cell: tuple[str, str],
    before: Paid,
) -> Row:
    texts = [f"{axis.path}={value}" for axis, value in zip(axes, cell, strict=True) if axis.path]
    changes = [parse_change(text) for text in (*trial.changes, *texts)]
    tried = varied(session, trial.plans, changes, trial.targets)
    after = _pay(replace(tried, target_factor=variant.target_factor), spans)
    old, new = _sums(before, "person"), _sums(after, "person")
    changed = [new.get(key, Decimal(0)) - old.get(key, Decimal(0)) for key in old.keys() | new.keys()]
    cost, was = _total(after, session.digits), _total(before, session.digits)
    return {
        "first": cell[0],
        "second": cell[1],
        "after": cost,
        "change": cost - was,
        "gain": sum(amount > 0 for amount in changed),
        "lose": sum(amount < 0 for amount in changed),
        "_unit": "money",
    }


def _header(session: Session, spans: Sequence[Period], trial: Trial) -> tuple[Line, ...]:
    tried = [str(path) for path in trial.plans] + list(trial.changes)
    if trial.targets:
        tried.append(f"{gettext(N_('targets'))} × {trial.targets}")
    params = {
        "company": session.book.settings.company or session.book.root.name,
        "periods": spans[0].text if len(spans) == 1 else f"{spans[0].text} … {spans[-1].text}",
        "tried": joined(tried, "; ") or several(trial.grid),
    }
    return (Line(template=N_("{company} · {periods} · if {tried}"), params=params),)


def _notes(before: Paid, after: Paid) -> Iterator[Line]:
    old, new = _sums(before, "person"), _sums(after, "person")
    changes = [new.get(key, Decimal(0)) - old.get(key, Decimal(0)) for key in old.keys() | new.keys()]
    params = {
        "gain": sum(amount > 0 for amount in changes),
        "lose": sum(amount < 0 for amount in changes),
        "same": sum(amount == 0 for amount in changes),
    }
    yield Line(template=N_("{gain} gain, {lose} lose, {same} stay as they are"), params=params)
