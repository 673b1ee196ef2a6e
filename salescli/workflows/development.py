"""Who goes first to promotion panels and outside training where no plan says so (SPEC I5)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from salescli.calc.track.tree import Node
from salescli.i18n import N_, gettext
from salescli.model.metric import Light, Unit
from salescli.model.period import Period
from salescli.model.table import Line
from salescli.workflows.session import Session
from salescli.workflows.tracking.track_view import SALES, View

DEVELOPMENT = "development"
TOP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Somebody's place."""

    person: str
    rank: int
    value: Fraction
    unit: Unit
    period: Period


@dataclass(frozen=True, slots=True)
class Best:
    """The first ten, equal ones together, and what they were placed by."""

    people: tuple[Ranked, ...]
    measure: Line


def ranked_by_attainment(session: Session, period: Period) -> Best:
    """The best ten by attainment of sales, nobody in the red; by sales where nobody has a target.

    Leaves the facts measured as of the day looked from.
    """
    view = View(session, period, session.as_of(period))
    name = gettext(view.policy.metrics[SALES].name)
    values: dict[str, Fraction] = {}
    sold: dict[str, Fraction] = {}
    targets = False
    for _, person in view.people():
        node = Node(name=person.name, person=person)
        actual, goal = view.actual(SALES, node), view.goal(SALES, node)
        if actual is not None and actual > 0:
            sold[person.id] = actual
        if goal is not None and goal.value and actual is not None:
            targets = True
            reached = actual / Fraction(goal.value)
            if view.policy.lights_of(SALES).light(reached) is not Light.RED:
                values[person.id] = reached
    if targets:
        least = view.policy.lights_of(SALES).red_below
        text = N_("attainment of {metric}, from {least} on")
        return Best(
            _places(values, "rate", period), Line(template=text, params={"metric": name, "least": least})
        )
    return Best(_places(sold, "money", period), Line(template="{metric}", params={"metric": name}))


def _places(values: dict[str, Fraction], unit: Unit, period: Period) -> tuple[Ranked, ...]:
    ordered = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))
    places: list[Ranked] = []
    for value, group in groupby(ordered, key=lambda pair: pair[1]):
        rank = len(places) + 1
        if rank > TOP:
            break
        places += [
            Ranked(person=person, rank=rank, value=value, unit=unit, period=period) for person, _ in group
        ]
    return tuple(places)
