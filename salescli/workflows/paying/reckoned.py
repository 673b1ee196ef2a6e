"""What reckoning a period comes to, with what it looked at (SPEC I1–I8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date

from salescli.calc.pay.coverage import Member
from salescli.calc.pay.scores import Scores
from salescli.calc.pay.shape import Outcome, Shape
from salescli.model.entry import Entry, Honour
from salescli.model.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """All components of one period.

    Attributes:
        as_of: The day whose facts were looked at.
        scores: As the facts and targets have them.
        members: Everybody who was here in the period, by person id.
        outcomes: In the order of plans, components and members; then what rests on earlier pay.
        shapes: (plan, component) → what was run.
        seen: (plan, component) → what it looked at, where that is not `scores` (ramp, to date).
        older: Plan → those it has taken over from.
    """

    period: Period
    as_of: date
    scores: Scores
    members: Mapping[str, Member]
    outcomes: tuple[Outcome, ...]
    shapes: Mapping[tuple[str, str], Shape]
    seen: Mapping[tuple[str, str], Scores]
    older: Mapping[str, Set[str]] = field(default_factory=dict)

    def entries(self) -> Iterator[Entry]:
        """Everything paid for."""
        for outcome in self.outcomes:
            yield from outcome.entries

    def honours(self) -> Iterator[Honour]:
        """Everything recognised without money."""
        for outcome in self.outcomes:
            yield from outcome.honours

    def looked_at(self, plan: str, component: str) -> Scores:
        """The scores a component was paid by."""
        return self.seen.get((plan, component), self.scores)


def together(made: Sequence[Reckoned]) -> Reckoned:
    """Groups of plans as one, each component with the scores it looked at."""
    seen = {key: one.looked_at(*key) for one in made for key in one.shapes}
    return replace(
        made[0],
        outcomes=tuple(outcome for one in made for outcome in one.outcomes),
        shapes={key: shape for one in made for key, shape in one.shapes.items()},
        seen=seen,
    )
