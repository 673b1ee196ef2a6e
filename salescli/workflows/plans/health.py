"""`health`: whether pay plans do what they are for, at a cost that is wanted (SPEC I9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path

from salescli.calc.health.spread import BOUNDS, in_bands, spread
from salescli.i18n import N_, gettext
from salescli.model.exact import rate_text
from salescli.model.period import Period
from salescli.model.table import Bar, Column, Line, Report, Row, Table
from salescli.render.numbers import percent
from salescli.workflows.paying.payout import name_of
from salescli.workflows.plans.health_checks import checks
from salescli.workflows.plans.health_figures import Figures, figures
from salescli.workflows.plans.health_ranges import Range, ranges
from salescli.workflows.plans.plan_history import told
from salescli.workflows.session import Session, open_session
from salescli.workflows.tracking.track_view import shown_value

KINDS = ("month", "quarter", "half", "year")

HEALTH = (
    Column("plan_name", "", machine=False),
    Column("plan", "", people=False),
    Column("period", "", people=False),
    Column("check", "", people=False),
    Column("check_name", N_("Check"), "word", machine=False),
    Column("value", N_("Found"), "ratio"),
    Column("healthy", N_("Healthy"), machine=False, spare=2),
    Column("healthy_from", "", people=False),
    Column("healthy_to", "", people=False),
    Column("red_above", "", people=False),
    Column("light", N_("Light"), "light"),
    Column("people", N_("People"), "count", people=False),
    Column("line", N_("What"), machine=False),
)
"""Columns of `health_rows`."""
_SPREAD = (
    Column("plan", N_("Plan")),
    Column("metric_name", N_("Metric"), machine=False),
    Column("metric", N_("Metric"), people=False),
    Column("people", N_("People"), "count"),
    Column("times", N_("Times"), "count"),
    Column("lowest", N_("Lowest"), "ratio"),
    Column("lower", N_("Lower quarter"), "ratio", spare=1),
    Column("median", N_("Middle"), "ratio"),
    Column("upper", N_("Upper quarter"), "ratio", spare=1),
    Column("highest", N_("Highest"), "ratio"),
)
_BANDS = (
    Column("plan", N_("Plan")),
    Column("band", N_("Attainment"), machine=False),
    Column("from", "", people=False),
    Column("to", "", people=False),
    Column("count", N_("Times"), "count"),
    Column("share", N_("Share"), "ratio"),
    Column("bar", "", "bar", machine=False, spare=1),
)
_TIERS = (
    Column("plan", N_("Plan")),
    Column("component", N_("Component")),
    Column("tier", N_("Tier")),
    Column("count", N_("Times"), "count"),
    Column("share", N_("Share"), "ratio"),
    Column("bar", "", "bar", machine=False, spare=1),
    Column("place", N_("Where"), "place", spare=2),
)
_MISSED = (
    Column("plan", N_("Plan"), people=False),
    Column("person", N_("Id"), people=False),
    Column("name", N_("Person")),
    Column("target", N_("Target"), "number"),
    Column("actual", N_("Actual"), "number"),
    Column("attainment", N_("Attainment"), "ratio"),
    Column("best", N_("Best before"), "number"),
    Column("over_best", N_("Target against best"), "ratio"),
)
_RANGES = (
    Column("plan", N_("Plan")),
    Column("what", N_("What"), "word"),
    Column("from", N_("From"), "rate"),
    Column("to", N_("To"), "rate"),
    Column("cost_now", N_("Pay now"), "money"),
    Column("cost_from", N_("Pay at the first"), "money"),
    Column("cost_to", N_("Pay at the second"), "money"),
    Column("of_sales_from", "", "ratio", people=False),
    Column("of_sales_to", "", "ratio", people=False),
    Column("reached_from", "", "ratio", people=False),
    Column("reached_to", "", "ratio", people=False),
    Column("line", N_("That is"), machine=False, spare=1),
    Column("try_from", "", people=False),
    Column("try_to", "", people=False),
)
RANGE_WORDS = (N_("targets"), N_("rates"))
"""What a range is of: the words themselves are in the rows and translated when shown."""


def health(root: Path, period_text: str | None) -> Report:
    """How a period's plans did: checks with lights, attainments, tiers, high targets, suggested ranges.

    Args:
        period_text: A month, quarter, half or year; the newest quarter with facts by default.

    Raises:
        BookBroken: if the book has errors, or its pay cannot be reckoned.
        Misuse: for a period without facts.
    """
    with open_session(root) as session:
        period = quarter_of(session) if period_text is None else session.period(period_text, KINDS)
        as_of = session.as_of(period)
        found = figures(session, period)
        suggested = tuple(ranges(found))
        return Report(
            command="health",
            period=period.text,
            as_of=as_of,
            currency=session.book.settings.currency,
            header=session.header(period, as_of),
            tables=tuple(_tables(session, found, suggested)),
            findings=tuple(session.found),
            notes=tuple(_notes(found, as_of, suggested)),
        )


def health_rows(session: Session, period: Period) -> tuple[Row, ...]:
    """The checks of a period as rows of `HEALTH`: all plans together first, then plan by plan.

    Reckons the period's pay; measures the facts anew. None where nothing is paid.

    Raises:
        Misuse: if there are no facts in the period.
        BookBroken: if its pay cannot be reckoned.
    """
    return _rows(figures(session, period))


def quarter_of(session: Session) -> Period:
    """The newest quarter with facts."""
    return Period.around(session.period(None).start, "quarter", session.book.settings.fiscal_year_start)


def _rows(found: Figures) -> tuple[Row, ...]:
    return tuple(check.row(found.period) for check in checks(found))


def _tables(session: Session, found: Figures, suggested: Sequence[Range]) -> Iterator[Table]:
    yield Table(name="rows", columns=HEALTH, rows=_rows(found), section="plan_name")
    yield Table(name="spread", columns=_SPREAD, rows=tuple(_spread(found)), title=N_("Attainment"))
    yield Table(
        name="bands", columns=_BANDS, rows=tuple(_bands(found)), title=N_("How attainments are spread")
    )
    yield Table(name="tiers", columns=_TIERS, rows=tuple(_tiers(found)), title=N_("Tiers reached"))
    yield Table(
        name="missed",
        columns=_MISSED,
        rows=tuple(_missed(session, found)),
        title=N_("Missed a target above all they had done before"),
    )
    title = N_("Suggested ranges: all targets, or the plan's rates, times this; on what was sold")
    yield Table(name="ranges", columns=_RANGES, rows=tuple(map(_range_row, suggested)), title=title)


def _range_row(one: Range) -> Row:
    return {
        "plan": one.plan,
        "what": one.what,
        "from": one.low.factor,
        "to": one.high.factor,
        "cost_now": one.now,
        "cost_from": one.low.cost,
        "cost_to": one.high.cost,
        "of_sales_from": one.low.of_sales,
        "of_sales_to": one.high.of_sales,
        "reached_from": one.low.reached,
        "reached_to": one.high.reached,
        "line": _range_line(one),
        "try_from": one.low.command,
        "try_to": one.high.command,
    }


def _spread(found: Figures) -> Iterator[Row]:
    """A row a plan; quarters only where there are enough people for them."""
    few = found.session.book.guardrails.health.few
    names = found.session.book.policy.metrics
    for plan in found.plans:
        points = spread([one.value for one in plan.attained])
        if points is None:
            continue
        people = len({one.person for one in plan.attained})
        enough = people >= few
        yield {
            "plan": plan.plan.id,
            "metric": plan.metric,
            "metric_name": gettext(names[plan.metric].name) if plan.metric else None,
            "people": people,
            "times": len(plan.attained),
            "lowest": points.lowest,
            "lower": points.lower if enough else None,
            "median": points.median,
            "upper": points.upper if enough else None,
            "highest": points.highest,
        }


def _bands(found: Figures) -> Iterator[Row]:
    for plan in found.plans:
        counts = in_bands([one.value for one in plan.attained])
        for index, count in enumerate(counts if plan.attained else ()):
            first = BOUNDS[index]
            last = BOUNDS[index + 1] if index + 1 < len(BOUNDS) else None
            share = Fraction(count, len(plan.attained))
            template = N_("{first} and more") if last is None else N_("{first} – below {last}")
            params = {"first": rate_text(first), "last": "" if last is None else rate_text(last)}
            yield {
                "plan": plan.plan.id,
                "band": Line(template=template, params=params),
                "from": first,
                "to": last,
                "count": count,
                "share": share,
                "bar": Bar(share),
            }


def _tiers(found: Figures) -> Iterator[Row]:
    for plan in found.plans:
        for component, counts in plan.tiers:
            for tier, count in zip(component.tiers, counts, strict=True):
                share = Fraction(count, sum(counts)) if sum(counts) else None
                yield {
                    "plan": plan.plan.id,
                    "component": component.name,
                    "tier": told(component, tier.start),
                    "count": count,
                    "share": share,
                    "bar": Bar(share),
                    "place": tier.place,
                }


def _missed(session: Session, found: Figures) -> Iterator[Row]:
    for plan in found.plans:
        unit = session.book.policy.metrics[plan.metric].unit if plan.metric else "money"
        for one in plan.missed:
            if one.above_all and one.best is not None:
                yield {
                    "plan": plan.plan.id,
                    "person": one.person,
                    "name": name_of(session, one.person),
                    "target": shown_value(unit, one.target, session.digits),
                    "actual": shown_value(unit, one.actual, session.digits),
                    "attainment": one.actual / one.target,
                    "best": shown_value(unit, one.best, session.digits),
                    "over_best": one.target / one.best if one.best else None,
                    "_unit": unit,
                }


def _range_line(one: Range) -> Line | None:
    """What the two ends mean: who reaches the target, or what pay is of sales."""
    ends = (
        (one.low.reached, one.high.reached)
        if one.what == "targets"
        else (one.low.of_sales, one.high.of_sales)
    )
    first, second = ends
    if first is None or second is None:
        return None
    template = N_("{first} – {second} reach them")
    if one.what == "rates":
        template = N_("{first} – {second} of sales")
    params = {"first": percent(min(first, second)), "second": percent(max(first, second))}
    return Line(template=template, params=params)


def _notes(found: Figures, as_of: date, suggested: Sequence[Range]) -> Iterator[Line]:
    if not found.plans:
        yield Line(template=N_("no plan pays anybody in {period}"), params={"period": found.period.text})
    if as_of < found.period.end:
        params: dict[str, object] = {"period": found.period.text, "as_of": as_of.isoformat()}
        template = N_("{period} has not ended in the facts, which reach to {as_of}: figures will change")
        yield Line(template=template, params=params)
    if suggested:
        template = N_(
            "suggested ranges pay the same sales under other rules; people would sell differently under them"
        )
        yield Line(template=template)
        yield Line(
            template=N_("try one: salescli simulate {words}"), params={"words": suggested[0].low.command}
        )
    yield Line(template=N_("limits are in policies/guardrails.yaml; the defaults are in docs/health.md"))
