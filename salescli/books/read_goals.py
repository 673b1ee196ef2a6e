"""Components that pay for goals: scorecards, milestones, spiffs."""

from __future__ import annotations

from fractions import Fraction

from salescli.books.schemas.plan_shapes import (
    GoalEntry,
    MilestonesEntry,
    ScorecardEntry,
    SpiffEntry,
)
from salescli.books.shape_reader import NOTHING, RATIO, Loc, Reader, read_only
from salescli.i18n import N_
from salescli.model.exact import rate_text
from salescli.model.expression import unit_of, within
from salescli.model.plan import (
    Goal,
    Milestone,
    Milestones,
    Scorecard,
    Spiff,
)


def read_scorecard(at: Reader, entry: ScorecardEntry) -> Scorecard:
    """Weighted goals."""
    total = sum((goal.weight for goal in entry.goals), Fraction(0))
    if total != 1:
        at.wrong(
            "P024",
            ("goals",),
            N_("the weights sum to {total}, not to 100%"),
            N_("change them so that they do"),
            total=rate_text(total),
        )
    pays_on = entry.pays_on
    return Scorecard(
        goals=tuple(_goal(at, entry, goal, ("goals", i)) for i, goal in enumerate(entry.goals)),
        overall=None if entry.overall is None else at.table(entry.overall, ("overall",), RATIO),
        **at.earning(entry, pays_on),
    )


def _goal(at: Reader, card: ScorecardEntry, entry: GoalEntry, loc: Loc) -> Goal:
    measure = entry.measured_by
    if entry.scale is None and unit_of(measure, at.units) != "rate":
        at.wrong(
            "P024",
            (*loc, "measured_by"),
            N_("{measure} is not a rate, so that it is no level to be weighted"),
            N_("write attainment({measure}), or add a `scale:` from it to factors"),
            measure=str(measure),
        )
    return Goal(
        name=entry.name,
        weight=entry.weight,
        measured_by=within(measure, card.scope, read_only(card.only)),
        table=None if entry.scale is None else at.table(entry.scale, (*loc, "scale"), measure),
        floor=entry.floor,
        cap=entry.cap,
        place=at.typed.at(*at.loc, *loc),
    )


def read_milestones(at: Reader, entry: MilestonesEntry) -> Milestones:
    """Sums for what is reached."""
    return Milestones(
        milestones=tuple(
            Milestone(
                name=given.name or str(index + 1),
                when=given.when,
                pays=given.pays,
                place=at.typed.at(*at.loc, "milestones", index),
            )
            for index, given in enumerate(entry.milestones)
        ),
        pays=entry.pays,
        **at.earning(entry, NOTHING),
    )


def read_spiff(at: Reader, entry: SpiffEntry) -> Spiff:
    """A sum per unit sold."""
    return Spiff(
        pays=entry.pays,
        from_count=max(entry.from_count or 1, 1),
        beyond=entry.beyond,
        at_most=entry.at_most,
        **at.earning(entry, entry.count),
    )
