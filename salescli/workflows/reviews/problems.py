"""What is short: everything red, by how much, with evidence and what was found out about it (SPEC A4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from salescli.calc.diagnose import Against
from salescli.i18n import N_, gettext, joined
from salescli.model.metric import Light
from salescli.model.note import Diagnosis, Notes
from salescli.model.table import Line
from salescli.render import numbers
from salescli.render.words import line_text
from salescli.workflows.analysing.misses import Miss, misses
from salescli.workflows.reviews.headline import amount, attained, money
from salescli.workflows.reviews.memory import (
    Key,
    decided,
    diagnoses,
    evidence_lines,
    person_name,
    thing_name,
)
from salescli.workflows.reviews.seen import Seen
from salescli.workflows.tracking.track_view import SALES

MOST = 12
"""So many of a kind are told one by one; the rest together."""

_HINTS = 2


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
    """Everything red; those furthest short one by one where there are many, the rest together."""
    missed = (_in_wholes(at, miss) for miss in misses(at.view) if miss.metric in at.metrics)
    red = [miss for miss in missed if miss is not None and miss.light is Light.RED]
    groups = sorted((m for m in red if m.node.person is None), key=lambda m: m.node.product is not None)
    people = sorted((m for m in red if m.node.person is not None), key=lambda m: m.metric != SALES)
    told, left = _first(groups, _reached)
    yield from (_problem(at, miss) for miss in told)
    if left:
        yield _more(at, _GROUPS, left)
    selling = [miss for miss in people if miss.metric == SALES]
    told, left = _first(selling, lambda miss: -_gap(miss))
    yield from (_problem(at, miss) for miss in told)
    if left:
        yield _more(at, _SELLING, left, gap=money(sum(map(_gap, left), Fraction(0))))
    told, left = _first(people[len(selling) :], _reached)
    yield from (_problem(at, miss) for miss in told)
    if left:
        yield _more(at, _FIGURES, left)


def _more(at: Seen, templates: Mapping[bool, str], left: Sequence[Miss], **said: object) -> Problem:
    """How many more there are: red, or while the period runs behind what was due."""
    params = {"count": len(left), "day": at.view.as_of.isoformat(), **said}
    return Problem(text=Line(template=templates[at.running], params=params))


_GROUPS = {
    False: N_("more of teams, regions and product lines that are red: {count}"),
    True: N_("more of teams, regions and product lines that are far behind what was due by {day}: {count}"),
}
_SELLING = {
    False: N_("more people red in sales: {count}, together {gap} short"),
    True: N_("more people far behind in sales: {count}, together {gap} behind what was due by {day}"),
}
_FIGURES = {
    False: N_("more figures of people that are red: {count}"),
    True: N_("more figures of people that are far behind what was due by {day}: {count}"),
}


def _first(rows: list[Miss], by: Callable[[Miss], Fraction]) -> tuple[list[Miss], list[Miss]]:
    """The lowest ones, which are told one by one in their order, and the others."""
    if len(rows) <= MOST:
        return rows, []
    worst = set(sorted(range(len(rows)), key=lambda i: (by(rows[i]), i))[:MOST])
    return [rows[i] for i in sorted(worst)], [row for i, row in enumerate(rows) if i not in worst]


def _wanted(miss: Miss) -> Fraction:
    """What it is held against: the target, or while the period runs what of it is due."""
    return Fraction(miss.goal.value) if miss.due is None else miss.due


def _gap(miss: Miss) -> Fraction:
    return _wanted(miss) - miss.actual


def _reached(miss: Miss) -> Fraction:
    return miss.actual / _wanted(miss)


def _in_wholes(at: Seen, miss: Miss) -> Miss | None:
    """While the period runs, counts are due in whole pieces; None where no whole one is missing."""
    if miss.due is None or at.view.policy.metrics[miss.metric].unit != "count":
        return miss
    due = Fraction(miss.due.__floor__())
    return replace(miss, due=due) if due > miss.actual else None


def _problem(at: Seen, miss: Miss) -> Problem:
    metric = at.view.policy.metrics[miss.metric]
    node = miss.node
    gap = _gap(miss)
    params: dict[str, object] = {
        "name": node.name,
        "metric": gettext(metric.name),
        "attainment": attained(_reached(miss)),
        "gap": numbers.points(gap).lstrip("+") if metric.unit == "rate" else _amount(metric.unit, gap),
        "day": at.view.as_of.isoformat(),
    }
    template = N_("{name}: {metric} at {attainment} of the target, {gap} short")
    if miss.due is not None:
        template = N_("{name}: {metric} at {attainment} of what was due by {day}, {gap} behind")
    person = node.person_id
    key = (miss.metric, None if person else node.region, None if person else node.product, person)
    return Problem(text=Line(template=template, params=params), key=key, hint=_hint(at, miss.weak))


def _amount(unit: str, value: Fraction) -> str:
    return numbers.count(value) if unit == "count" else money(value)


def _hint(at: Seen, weak: Sequence[Against]) -> Line | None:
    """The process metrics furthest below the team's, with the number of cases behind a rate; not of few."""
    parts = []
    for one in [one for one in weak if not one.few][:_HINTS]:
        metric = at.view.policy.metrics[one.metric]
        params: dict[str, object] = {
            "metric": gettext(metric.name),
            "own": amount(metric.unit, one.own),
            "team": amount(metric.unit, one.team),
            "cases": one.cases,
        }
        template = N_("{metric} {own} against {team} of the team")
        if one.cases is not None:
            template = N_("{metric} {own} against {team} of the team (cases: {cases})")
        elif not one.ratio:
            template = N_("{metric} {own} against {team} at the team's average")
        parts.append(line_text(Line(template=template, params=params)))
    return Line(template="{text}", params={"text": joined(parts, "; ")}) if parts else None


def no_problem(at: Seen) -> Line:
    """What is said where nothing is short."""
    rows = (*at.rows((at.team, *at.regions, *at.products)), *at.people)
    if all(row["light"] is None for row in rows):
        return Line(template=N_("There are no targets, so nothing has a light."))
    if at.running and any(row["light"] is Light.RED for row in rows):
        return Line(template=N_("Nothing is far behind what was due so far."))
    return Line(template=N_("Nothing is red."))
