"""The steps of ranking and recognition: why somebody is ranked or not, and the whole list they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from salescli.calc.pay.condition import gate_steps
from salescli.calc.pay.coverage import Member
from salescli.calc.pay.rank import Place, Rules
from salescli.calc.pay.scores import NOTHING, Node, Scores, value_of
from salescli.calc.pay.shape import Terms
from salescli.findings import Span
from salescli.i18n import N_
from salescli.model.entry import Step


def standing_steps(terms: Terms, rules: Rules, place: Span, scores: Scores, member: Member) -> Iterator[Step]:
    """Somebody's own value, the target behind it, and the conditions they must meet."""
    node: Node = scores.people.get(member.person, {})
    score = node.get(rules.by.metric, NOTHING)
    value = value_of(node, rules.by)
    if rules.by.of == "attainment" and score.target is not None:
        for span in score.places or (None,):
            yield Step(
                step="target",
                text=N_("target for {metric}"),
                params={"metric": rules.by.metric},
                base=score.target,
                place=span,
            )
    yield Step(
        step="measure",
        text=N_("{measure} is {value}")
        if value is not None
        else N_("{measure} has no value or no target: not ranked"),
        params={
            "measure": str(rules.by),
            "value": "" if value is None else terms.number(rules.by, value),
        },
        base=value,
        place=place,
    )
    if value is not None and value <= 0:
        yield Step(step="measure", text=N_("not above zero: not ranked"), base=value, place=place)
    for condition in rules.conditions:
        if condition is not None:
            yield from gate_steps(condition, node, place)


def list_steps(
    terms: Terms, rules: Rules, place: Span, places: Sequence[Place], first: int, person: str
) -> Iterator[Step]:
    """The list as far as it matters, one step (`rank`) each: ranks up to one beyond `first`, and `person`."""
    for at in places:
        if at.rank <= first + 1 or at.member.person == person:
            yield Step(
                step="rank",
                text=N_("{rank}. {person}: {value}"),
                params={
                    "rank": at.rank,
                    "person": at.member.person,
                    "value": terms.number(rules.by, at.value),
                },
                base=at.value,
                place=place,
            )
