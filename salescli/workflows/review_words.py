"""Sentences of a review, made from its figures and true for every input (SPEC R1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from salescli.calc.compare import Change
from salescli.calc.track.tree import Node
from salescli.i18n import N_, gettext
from salescli.model.metric import Light
from salescli.model.table import Line, Row, Value
from salescli.render import numbers
from salescli.workflows.track_view import SALES, View

_NAME_OF = {"mom": N_("last month"), "yoy": N_("last year")}


def headline(view: View, team: Row, rate: Row, changes: dict[str, Change]) -> Iterator[Line]:
    """How the team did: against its target, the month and the year before, and what it collected.

    Args:
        team, rate: The team's rows of sales and of the collection rate.
        changes: The change of sales against `mom` and `yoy`.
    """
    if view.as_of < view.period.end:
        template = N_("The newest facts are of {day}: the figures run up to that day.")
        yield Line(template=template, params={"day": view.as_of.isoformat()})
    actual, target = _number(team["actual"]), team["target"]
    params: dict[str, object] = {"actual": numbers.money_short(actual)}
    if target is None:
        yield Line(template=N_("Sales are {actual}; there is no target."), params=params)
    elif not target:
        yield Line(template=N_("Sales are {actual}; the target is zero."), params=params)
    else:
        params |= {"target": numbers.money_short(_number(target)), "attainment": team["attainment"]}
        yield Line(template=N_("Sales are {actual} of {target}: {attainment}."), params=params)
    for key, found in changes.items():
        yield movement(found, _NAME_OF[key])
    yield _collected(view, rate)


def movement(found: Change, name: str) -> Line:
    """Grew, fell, unchanged, or why there is nothing to say."""
    than: dict[str, object] = {"base": Line(template=name)}
    if found.difference is None:
        return Line(template=N_("There is no figure for {base} to compare with."), params=than)
    if found.difference == 0:
        return Line(template=N_("Sales are the same as {base}."), params=than)
    if found.ratio is None:
        return Line(template=N_("There were no sales {base}."), params=than)
    than["ratio"] = abs(found.ratio)
    if found.ratio > 0:
        return Line(template=N_("Sales grew by {ratio} against {base}."), params=than)
    return Line(template=N_("Sales fell by {ratio} against {base}."), params=than)


def _collected(view: View, rate: Row) -> Line:
    actual, target = rate["actual"], rate["target"]
    if not view.receipts:
        return Line(template=N_("There is no collection rate: the book has no receipts."))
    if not isinstance(actual, Fraction):
        return Line(template=N_("There is no collection rate: nothing was sold."))
    if not isinstance(target, Fraction):
        return Line(template=N_("The collection rate is {actual}."), params={"actual": actual})
    params = {"actual": actual, "target": target}
    return Line(template=N_("The collection rate is {actual}; the target is {target}."), params=params)


def problems(view: View, rows: Sequence[Row]) -> Iterator[Line]:
    """Every red one, by how much it is short, with a process metric below the team's where there is one."""
    for row in rows:
        if row["light"] is not Light.RED:
            continue
        params: dict[str, object] = {
            "name": row.get("person_name") or row["name"],
            "metric": named(str(row["metric_name"])),
            "attainment": row["attainment"],
            "gap": _gap(row),
        }
        evidence = _evidence(view, row)
        if evidence is None:
            template = N_("{name}: {metric} at {attainment} of the target, {gap} short")
        else:
            params["evidence"] = evidence
            template = N_("{name}: {metric} at {attainment} of the target, {gap} short; {evidence}")
        yield Line(template=template, params=params)


def no_problem(rows: Sequence[Row]) -> Line:
    """What is said where nothing is red."""
    if any(row["light"] is not None for row in rows):
        return Line(template=N_("Nothing is red."))
    return Line(template=N_("There are no targets, so nothing has a light."))


def _gap(row: Row) -> str:
    gap, unit = abs(_number(row["gap"])), row["_unit"]
    if unit == "rate":
        return numbers.points(gap).lstrip("+")
    return numbers.count(gap) if unit == "count" else numbers.money_short(gap)


def _evidence(view: View, row: Row) -> Line | None:
    """Lead conversion below the team's, if both are defined."""
    person = row["person"]
    if not isinstance(person, str) or row["metric"] != SALES:
        return None
    own = view.actual("lead_conversion", Node(name="", person=view.session.book.org.people[person]))
    team = view.actual("lead_conversion", Node(name=""))
    if own is None or team is None or own >= team:
        return None
    params = {"own": own, "team": team}
    return Line(template=N_("lead conversion {own} against {team} of the team"), params=params)


def upcoming(view: View) -> Iterator[Line]:
    """The next month's targets, as far as they are known."""
    period = view.period.shift(1)
    for metric, definition in view.policy.metrics.items():
        goal = view.targets.find(metric, period)
        if goal is None:
            continue
        if definition.unit == "rate":
            text = numbers.percent(goal.value)
        elif definition.unit == "count":
            text = numbers.count(goal.value)
        else:
            text = numbers.money_short(goal.value)
        params = {"period": period.text, "metric": named(definition.name), "target": text}
        yield Line(template=N_("{period}: {metric} {target}"), params=params)


def named(name: str) -> str:
    """A metric's name in the language in use; names from books are data and stay as they are."""
    return gettext(name)


def _number(value: Value | bool) -> Fraction:
    assert isinstance(value, int | Decimal | Fraction)
    return Fraction(value)
