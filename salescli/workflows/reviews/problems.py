"""What is short: everything red, by how much, with evidence and what was found out about it (SPEC A4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from salescli.calc.track.tree import Node
from salescli.i18n import N_, gettext
from salescli.model.metric import Light
from salescli.model.note import Diagnosis, Notes
from salescli.model.table import Line, Row
from salescli.render import numbers
from salescli.workflows.reviews.headline import amount, attained, money
from salescli.workflows.reviews.memory import Key, decided, diagnoses, evidence_lines, person_name, thing_name
from salescli.workflows.reviews.seen import Seen, exact
from salescli.workflows.track_view import SALES

MOST = 12
"""So many of a kind are told one by one; the rest together."""

_EVIDENCE = "lead_conversion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something short.

    Attributes:
        text: The sentence.
        key: Metric, region, product line, person: what a diagnosis of it is about; None for several.
        hint: What the figures alone say about it; None where they say nothing.
        evidence, whys, root_cause, action: From its diagnosis, if there is one.
    """

    text: Line
    key: Key | None = None
    hint: Line | None = None
    evidence: Sequence[Line] = ()
    whys: Sequence[str] = ()
    root_cause: str = ""
    action: str | Line = ""


def problems(at: Seen, notes: Notes) -> Iterator[Problem]:
    """Teams, regions, product lines, then people, each with its diagnosis; then what else was diagnosed."""
    known = diagnoses(at, notes)
    for one in _short(at):
        diagnosis = known.pop(one.key, None) if one.key else None
        yield one if diagnosis is None else _diagnosed(at, one, diagnosis)
    for diagnosis in known.values():
        yield _diagnosed(at, Problem(text=_as_written(at, diagnosis)), diagnosis)


def _diagnosed(at: Seen, one: Problem, diagnosis: Diagnosis) -> Problem:
    return replace(
        one,
        evidence=evidence_lines(at, diagnosis),
        whys=diagnosis.whys,
        root_cause=diagnosis.root_cause,
        action=decided(at.session.book, diagnosis),
    )


def _as_written(at: Seen, one: Diagnosis) -> Line:
    """What a diagnosis is about, with the figures it was written with."""
    org, metric = at.session.book.org, at.view.policy.metrics[one.metric]
    name: object = person_name(at.session.book, one.person) if one.person else None
    name = name or thing_name(org.regions, one.region) or thing_name(org.products, one.product)
    name = name or Line(template=N_("Team"))
    params: dict[str, object] = {"name": name, "metric": gettext(metric.name), "period": one.period.text}
    if one.actual is None or one.target is None:
        return Line(template=N_("{name}: {metric} in {period}"), params=params)
    params |= {
        "actual": amount(metric.unit, Fraction(one.actual)),
        "target": amount(metric.unit, Fraction(one.target)),
    }
    return Line(template=N_("{name}: {metric} {actual} of {target} in {period}"), params=params)


def _short(at: Seen) -> Iterator[Problem]:
    """Everything short; those furthest short one by one where there are many, the rest together."""
    groups = [row for row in at.rows((at.team, *at.regions, *at.products)) if _is_short(at, row)]
    people = [row for row in at.people if _is_short(at, row)]
    for rows, rest in ((groups, _REST), (people, _REST_OF_PEOPLE)):
        told, left = _first(rows, _gap if rows is people else _attained)
        yield from (_problem(at, row) for row in told)
        if left:
            yield Problem(text=_together(at, left, rest))


_REST = N_("{count} more teams, regions or product lines are short")
_REST_OF_PEOPLE = N_("{count} more people are short, together by {gap}")


def _is_short(at: Seen, row: Row) -> bool:
    """Red; while the period runs only what is also behind what is due (rates are due every day)."""
    if row["light"] is not Light.RED:
        return False
    return not _is_due(at, row) or _behind(row) > 0


def _due(row: Row) -> Fraction:
    """What was due by the day looked from; whole pieces of what is counted."""
    due = exact(row["expected_to_date"])
    return Fraction(due.__floor__()) if row["_unit"] == "count" else due


def _behind(row: Row) -> Fraction:
    return _due(row) - exact(row["actual"])


def _first(rows: list[Row], by: Callable[[Row], Fraction]) -> tuple[list[Row], list[Row]]:
    """The lowest ones, which are told one by one in their order, and the others."""
    if len(rows) <= MOST:
        return rows, []
    worst = set(sorted(range(len(rows)), key=lambda i: (by(rows[i]), i))[:MOST])
    return [rows[i] for i in sorted(worst)], [row for i, row in enumerate(rows) if i not in worst]


def _gap(row: Row) -> Fraction:
    """For people, whose rows are all of sales."""
    return exact(row["gap"])


def _attained(row: Row) -> Fraction:
    """For rows of several metrics, whose gaps do not compare."""
    return exact(row["attainment"])


def _together(at: Seen, rows: Sequence[Row], template: str) -> Line:
    gaps = (_behind(row) if _is_due(at, row) else -exact(row["gap"]) for row in rows)
    return Line(template=template, params={"count": len(rows), "gap": money(sum(gaps, Fraction(0)))})


def _is_due(at: Seen, row: Row) -> bool:
    """Whether it is held against what is due by the day looked from instead of the target."""
    return at.running and row["expected_to_date"] is not None


def _problem(at: Seen, row: Row) -> Problem:
    label = row.get("person_name") or row["whose"]
    params: dict[str, object] = {"name": label, "metric": gettext(str(row["metric_name"]))}
    if _is_due(at, row):
        due, actual = _due(row), exact(row["actual"])
        params |= {"attainment": attained(actual / due), "gap": _amount(row, due - actual)}
        params["day"] = at.as_of.isoformat()
        template = N_("{name}: {metric} at {attainment} of what was due by {day}, {gap} behind")
    else:
        params |= {
            "attainment": attained(exact(row["attainment"])),
            "gap": _amount(row, -exact(row["gap"])),
        }
        template = N_("{name}: {metric} at {attainment} of the target, {gap} short")
    key = tuple(_id(row[part]) for part in ("region", "product", "person"))
    region, product, person = key
    return Problem(
        text=Line(template=template, params=params),
        hint=_evidence(at, row),
        key=(str(row["metric"]), None if person else region, None if person else product, person),
    )


def _id(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _amount(row: Row, gap: Fraction) -> str:
    if row["_unit"] == "rate":
        return numbers.points(gap).lstrip("+")
    return numbers.count(gap) if row["_unit"] == "count" else money(gap)


def _evidence(at: Seen, row: Row) -> Line | None:
    """A person's lead conversion below the team's, if both are defined."""
    person = row["person"]
    if not isinstance(person, str) or row["metric"] != SALES:
        return None
    own = at.view.actual(_EVIDENCE, Node(name="", person=at.session.book.org.people[person]))
    team = at.view.actual(_EVIDENCE, Node(name=""))
    if own is None or team is None or own >= team:
        return None
    params = {"own": own, "team": team}
    return Line(template=N_("lead conversion {own} against {team} of the team"), params=params)


def no_problem(at: Seen) -> Line:
    """What is said where nothing is short."""
    rows = (*at.rows((at.team, *at.regions, *at.products)), *at.people)
    if all(row["light"] is None for row in rows):
        return Line(template=N_("There are no targets, so nothing has a light."))
    if at.running and any(row["light"] is Light.RED for row in rows):
        return Line(template=N_("What is red has reached what is due so far: nothing is behind."))
    return Line(template=N_("Nothing is red."))
