"""What exceeded a cap and is paid when later periods leave room (docs/semantics.md, "Caps and floors")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from salescli.calc.pay.earning import EarningPay
from salescli.calc.pay.past import EARNED, Past
from salescli.calc.pay.scores import Node, Scores
from salescli.calc.pay.shape import Outcome, entry_of
from salescli.i18n import N_
from salescli.model.entry import Step
from salescli.model.exact import from_minor, plain


def carried(shape: EarningPay, scores: Scores, outcomes: Sequence[Outcome], past: Past) -> list[Outcome]:
    """An outcome for everybody to whom something held before is paid now; `past` ends before this period."""
    now: Mapping[str, Outcome] = {outcome.person: outcome for outcome in outcomes}
    found = []
    for person in past.people(shape.terms.plan, shape.component.name):
        outstanding = -past.units(past.of(shape.terms.plan, shape.component.name, person), "hold", "release")
        if outstanding <= 0:
            continue
        node: Node = scores.people.get(person, {})
        cap = shape.limit("cap", node, scores.days.get(person))
        earned = past.units(now[person].entries, *EARNED) if person in now else 0
        units = outstanding if cap is None else min(outstanding, cap - earned)
        if units > 0:
            found.append(_outcome(shape, scores.period.text, person, units, outstanding, cap))
    return found


def _outcome(
    shape: EarningPay, period: str, person: str, units: int, outstanding: int, cap: int | None
) -> Outcome:
    limit, digits = shape.component.cap, shape.terms.digits
    assert limit is not None
    text = N_("of {outstanding} held over the cap, this period leaves room for")
    if cap is None:
        text = N_("{outstanding} was held over the cap, which no longer applies")
    params: dict[str, object] = {"outstanding": plain(from_minor(outstanding, digits))}
    step = Step(step="release", text=text, params=params, amount=from_minor(units, digits), place=limit.place)
    entry = entry_of(
        shape.terms,
        shape.component,
        period,
        person,
        "release",
        units,
        steps=(step,),
        cause="cap",
        rule=limit.place,
    )
    return Outcome(period, person, shape.terms.plan, shape.component.name, (step,), (entry,))
