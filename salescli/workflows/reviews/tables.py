"""The tables of a review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from salescli.calc.attain import metric_value
from salescli.i18n import N_, gettext
from salescli.model.table import Column, Line, Row, Table, Value
from salescli.model.template import Markdown
from salescli.render.markdown import table_markdown
from salescli.workflows.analysing.against import MOM
from salescli.workflows.reviews.seen import Seen, exact
from salescli.workflows.tracking.track import STATUS, TRACKING
from salescli.workflows.tracking.track_view import SALES, shown_value

MOST_PEOPLE = 60
_FURTHEST_BELOW, _FURTHEST_ABOVE = 30, 10
_WHILE_RUNNING = ("expected_to_date", "pace")
_NOT_IN_REVIEWS = ("metric_name", "note")

PEOPLE = (
    Column("region_name", N_("Region"), machine=False),
    Column("person_name", N_("Person"), machine=False),
    Column("person", "person", people=False),
    Column("actual", N_("Sales"), "number"),
    Column("before", N_("Week before"), "number"),
    Column("deals_won", N_("Deals won"), "count"),
    Column("lead", N_("Leads"), "count"),
    Column("lead_converted", N_("Leads converted"), "count"),
    Column("follow_up", N_("Follow-ups"), "count"),
)
_COUNTS = ("deals_won", "lead", "lead_converted", "follow_up")
MONTHS = (
    Column("name", N_("Month")),
    Column("goal", N_("Target"), "number", machine=False),
    Column("target", "target", people=False),
    Column("actual", N_("Actual"), "number"),
    Column("attainment", N_("Attainment"), "ratio"),
    Column("gap", N_("Gap"), "delta"),
    Column("light", N_("Light"), "light"),
)


def markdown(columns: tuple[Column, ...], rows: Sequence[Row], currency: str) -> Markdown:
    """A table as Markdown; empty without rows."""
    if not rows:
        return Markdown("")
    return Markdown(table_markdown(Table(name="rows", columns=columns, rows=tuple(rows)), currency))


def status_columns(running: bool) -> tuple[Column, ...]:
    """Columns of lights in a review: what is due today matters only while the period runs."""
    return tuple(
        c
        for c in STATUS
        if c.kind not in ("bar", "spark")
        and c.key not in _NOT_IN_REVIEWS
        and (running or c.key not in _WHILE_RUNNING)
    )


def tracking_columns(running: bool) -> tuple[Column, ...]:
    """The tracking table's, with what is due while the period runs."""
    due = tuple(c for c in STATUS if c.key in _WHILE_RUNNING) if running else ()
    at = next(i for i, c in enumerate(TRACKING) if c.key == "note")
    return (*TRACKING[:at], *due, *TRACKING[at:])


def few_people(at: Seen) -> tuple[tuple[Row, ...], Line | None]:
    """The rows of the tracking table, or where they are many those furthest from their targets."""
    people = at.people
    if len(people) <= MOST_PEOPLE:
        return people, None
    with_gap = [i for i, row in enumerate(people) if row["gap"] is not None]
    order = sorted(with_gap, key=lambda i: (exact(people[i]["gap"]), i))
    chosen = {*order[:_FURTHEST_BELOW], *order[-_FURTHEST_ABOVE:]}
    params = {"shown": len(chosen), "all": len(people), "period": at.view.period.text}
    text = N_(
        "{shown} of {all:person|people} are shown, those furthest below and above their targets. "
        "All: salescli table --period {period}"
    )
    return tuple(people[i] for i in sorted(chosen)), Line(template=text, params=params)


def months(at: Seen) -> tuple[Row, ...]:
    """The team's sales in each month of the period; a month that is not over has no light."""
    if len(at.period.months()) < 2:
        return ()
    view, digits = at.view, at.session.digits
    totals = view.totals(("month",))
    rows: list[Row] = []
    for month in at.period.months():
        actual = metric_value(view.policy, SALES, totals.get((month.text,), {}), digits) or exact(0)
        goal = view.targets.find(SALES, month)
        target = exact(goal.value) if goal else None
        reached = actual / target if target else None
        over = month.end <= at.as_of
        rows.append(
            {
                "name": month.text,
                "goal": Line(template=N_("no target"))
                if target is None
                else shown_value("money", target, digits),
                "target": shown_value("money", target, digits),
                "actual": shown_value("money", actual, digits),
                "attainment": reached,
                "gap": None if target is None else shown_value("money", actual - target, digits),
                "light": view.policy.lights_of(SALES).light(reached)
                if reached is not None and over
                else None,
                "_unit": "money",
            }
        )
    return tuple(rows)


def people_of_week(at: Seen) -> tuple[Row, ...]:
    """What each one did in the week, beside the sales of the week before; the team's sums come last."""
    people = few_people(at)[0]
    if at.period.kind != "week" or not people:
        return ()
    now, then = at.comparison.now, at.comparison.then.get(MOM)
    own, before = now.totals(("person",)), then.totals(("person",)) if then else {}
    rows = [
        _week(at, row, own.get((person,), {}), before.get((person,), {}) if then else None)
        for row in people
        if _listed(at, person := str(row["person"]), own.get((person,), {}))
    ]
    team: Row = {"region_name": gettext(N_("Team")), "person_name": None, "person": None}
    whole = then.totals(()).get((), {}) if then else None
    rows.append({**_week(at, team, now.totals(()).get((), {}), whole), "_strong": 1})
    return tuple(rows)


def _listed(at: Seen, person: str, totals: Mapping[str, int]) -> bool:
    """Whether somebody was here on any day of the week, or left something to show in it."""
    known = at.session.book.org.people.get(person)
    here = known is None or known.last_day(at.period.start, at.period.end) is not None
    return here or any(totals.get(key) for key in (SALES, *_COUNTS))


def _week(at: Seen, who: Row, totals: Mapping[str, int], before: Mapping[str, int] | None) -> Row:
    counts: dict[str, Value] = {key: totals.get(key, 0) for key in _COUNTS if key in at.measured}
    return {
        "region_name": who["region_name"],
        "person_name": who["person_name"],
        "person": who["person"],
        "actual": _money(at, totals),
        "before": None if before is None else _money(at, before),
        **counts,
        "_unit": "money",
    }


def _money(at: Seen, totals: Mapping[str, int]) -> Value:
    policy, digits = at.view.policy, at.session.digits
    return shown_value("money", metric_value(policy, SALES, totals, digits), digits)
