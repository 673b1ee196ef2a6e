"""The steps of ranking and recognition: why somebody is ranked or not, and the whole list they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from salescli.calc.pay.condition import gate_steps
from salescli.calc.pay.coverage import Member
from salescli.calc.pay.rank import Place, Rules
from salescli.calc.pay.scores import NOTHING, Node, Scores, value_of
from salescli.calc.pay.shape import Terms
from salescli.calc.pay.steps import target_step
from salescli.findings import Span
from salescli.i18n import N_
from salescli.model.entry import Step
from salescli.model.expression import measures_of


def standing_steps(terms: Terms, rules: Rules, place: Span, scores: Scores, member: Member) -> Iterator[Step]:
    """Somebody's own value, the target behind it, and the conditions they must meet."""
    node: Node = scores.people.get(member.person, {})
    value = value_of(node, rules.by)
    aimed = [m for m in measures_of(rules.by) if m.of in ("attainment", "target")]
    for measure in aimed:
        yield target_step(terms, measure, node.get(measure.key, NOTHING))
    if value is None:
        text = N_("{by} has no value or no target: not ranked")
    else:
        text = N_("{by}") if value > 0 else N_("{by} is not above zero: not ranked")
    yield terms.step("measure", text, rules.by, value, place, by=str(rules.by))
    for condition in rules.conditions:
        if condition is not None:
            yield from gate_steps(terms, condition, node, place, [m.key for m in aimed])


def list_steps(
    terms: Terms, rules: Rules, place: Span, places: Sequence[Place], first: int, person: str
) -> Iterator[Step]:
    """The list as far as it matters, one step (`rank`) each: ranks up to one beyond `first`, and `person`."""
    for at in places:
        if at.rank <= first + 1 or at.member.person == person:
            told = N_("{rank}. {person}")
            yield terms.step("rank", told, rules.by, at.value, place, rank=at.rank, person=at.member.person)
