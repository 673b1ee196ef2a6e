"""`ramp`: newcomers against the ramp of their targets (SPEC K9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from salescli.calc.attain import attainment
from salescli.calc.pay.coverage import covers, standing
from salescli.calc.pay.days import ramp_factor
from salescli.calc.split.weights import ramp_share
from salescli.calc.track.tree import Node, home
from salescli.findings import Span
from salescli.i18n import N_
from salescli.model.org import Person
from salescli.model.period import Period
from salescli.model.table import Column, Line, Report, Row, Table, Value
from salescli.render.words import separator
from salescli.workflows.session import Session, open_session
from salescli.workflows.tracking.track import remarks
from salescli.workflows.tracking.track_view import SALES, View, shown_value

RAMP = (
    Column("name", "", machine=False),
    Column("region", "region", people=False),
    Column("person", "person", people=False),
    Column("hired", "Hired", "date"),
    Column("months", "Month", "count"),
    Column("factor", "Ramp", "ratio"),
    Column("full", "Stated target", "number", spare=4),
    Column("goal", "Ramped target", "number", machine=False),
    Column("target", "target", people=False),
    Column("actual", "Actual", "number"),
    Column("attainment", "Attainment", "ratio"),
    Column("light", "Light", "light"),
    Column("expected_to_date", "Due to date", "number", spare=6),
    Column("pace", "Pace", "ratio", spare=5),
    Column("weeks", "8 weeks", "spark", spare=2),
    Column("place", "Ramp stated in", "place", spare=3),
)
_NEW = 6
"""Months since hiring within which somebody without a ramp is named."""


@dataclass(frozen=True, slots=True)
class Ramped:
    """A person within their ramp.

    Attributes:
        factor: The part of a full target that their ramp asks in the period.
        in_target: The targets hold it already (the file cuts by it); else a plan multiplies them by it.
    """

    person: Person
    factor: Fraction
    in_target: bool
    place: Span


def ramp(root: Path, period_text: str | None, as_of_text: str | None) -> Report:
    """Everybody whose plan or targets ask less of them as they are new, against that.

    Raises:
        Misuse: for a period or day that does not fit.
        BookBroken: if the book has errors.
    """
    with open_session(root) as session:
        period = session.period(period_text)
        as_of = session.as_of(period, as_of_text)
        view = View(session, period, as_of)
        here = [
            person
            for person in session.book.org.people.values()
            if person.last_day(period.start, as_of) is not None
        ]
        found = [one for person in here if (one := ramped(session, person, period)) is not None]
        found.sort(key=lambda one: (one.person.hired, one.person.id), reverse=True)
        return Report(
            command="ramp",
            period=period.text,
            as_of=as_of,
            currency=session.book.settings.currency,
            header=session.header(period, as_of),
            tables=(Table(name="rows", columns=RAMP, rows=tuple(_row(view, one) for one in found)),),
            findings=tuple(view.warnings),
            notes=(*remarks(view), *_notes(view, here, found)),
        )


def ramped(session: Session, person: Person, period: Period) -> Ramped | None:
    """A person's ramp in a period, of their plan, else of the file of their targets; None without."""
    member = standing(person, period)
    if member is None:
        return None
    for plan in session.book.plans:
        if plan.ramp is not None and covers(plan, member):
            factor = ramp_factor(plan.ramp, person.hired, period.start, period.end)
            if factor < 1:
                return Ramped(person, factor, False, plan.ramp.place)
    for targets in session.book.targets:
        file = targets.file
        if file is None or file.period.end < period.start or file.period.start > period.end:
            continue
        for region in (member.region, ""):
            cut = file.person.get(region)
            curve = (cut.ramp or cut.experience) if cut is not None else ()
            factor = ramp_share(person, region, period, curve)
            if cut is not None and factor < 1:
                return Ramped(person, factor, True, cut.place)
    return None


def _row(view: View, one: Ramped) -> Row:
    """A row of `RAMP`."""
    person, digits = one.person, view.session.digits
    node = Node(name=person.name, region=home(person, view.as_of), person=person)
    unit = view.policy.metrics[SALES].unit
    goal, actual = view.goal(SALES, node), view.actual(SALES, node)
    full = None if goal is None else Fraction(goal.value)
    part = Fraction(1) if one.in_target else one.factor
    target = None if full is None else full * part
    due = view.due(SALES, node, goal) if goal is not None else None
    due = None if due is None else due * part
    reached = attainment(actual, target)
    row: dict[str, Value | bool] = {
        "name": node.name,
        "region": node.region,
        "person": person.id,
        "hired": person.hired,
        "months": _month(person.hired, view.as_of),
        "factor": one.factor,
        "full": shown_value(unit, full, digits),
        "goal": Line(template=N_("no target")) if target is None else shown_value(unit, target, digits),
        "target": shown_value(unit, target, digits),
        "actual": shown_value(unit, actual, digits),
        "attainment": reached,
        "light": None if reached is None else view.policy.lights_of(SALES).light(reached),
        "expected_to_date": shown_value(unit, due, digits),
        "pace": actual / due if actual is not None and due else None,
        "weeks": view.weeks(SALES, node),
        "place": one.place,
        "_unit": unit,
    }
    return row


def _month(hired: date, day: date) -> int:
    """Which month since hiring a day lies in, the first being 1."""
    return (day.year - hired.year) * 12 + day.month - hired.month - (day.day < hired.day) + 1


def _notes(view: View, here: Sequence[Person], found: Sequence[Ramped]) -> Iterator[Line]:
    if not found:
        template = N_("nobody is within a ramp in {period}")
        yield Line(template=template, params={"period": view.period.text})
    if any(one.in_target for one in found):
        yield Line(template=N_("a ramp stated in a file of targets is in its targets already"))
    known = {one.person.id for one in found}
    new = [p.name for p in here if p.id not in known and _month(p.hired, view.as_of) <= _NEW]
    if new:
        template = N_("hired in the last six months and without a ramp now: {names}")
        yield Line(template=template, params={"names": separator().join(new)})
    if found:
        params: dict[str, object] = {"person": found[0].person.id, "period": view.period.text}
        yield Line(template=N_("next: salescli status --person {person} --period {period}"), params=params)
