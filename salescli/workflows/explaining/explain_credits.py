"""`explain PERSON`: every fact a person is credited with in a month, with its line (SPEC I8).

Deals that count always; those of another day (`of: signed`, `opened` …), receipts, new customers and
activities where a component that may pay the person looks at them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from salescli.calc.attain import base_metrics
from salescli.calc.pay.coverage import covers
from salescli.calc.pay.registry import compile_plan
from salescli.i18n import N_, Word
from salescli.model.entry import Step
from salescli.model.exact import rate_text
from salescli.model.expression import Measure
from salescli.model.fact import CreditLine, FactLine, Look
from salescli.model.metric import Moment
from salescli.model.table import Row
from salescli.workflows.explaining.explain_rows import Told, row_of
from salescli.workflows.paying.reckoned import Reckoned
from salescli.workflows.session import Session
from salescli.workflows.settling.beside import beside_of
from salescli.workflows.settling.paid_on import PaidOn, paid_on

if TYPE_CHECKING:
    from salescli.measures.settled import Settled


def credit_rows(session: Session, one: Reckoned, person: str) -> Iterator[Row]:
    """The rule of a closed deal, and every fact credited: what of it, its day, its line."""
    told = Told(one.period.text, person, None)
    yield row_of(told, _rule(session), {})
    start, end = one.period.start, one.period.end
    looks = _looks(session, one, person)
    moments: dict[Moment, list[Look] | None] = {"recognised": None}
    for look in looks:
        if look[0].source == "deals" and look[0].of != "recognised" and look[0].column is not None:
            moments[look[0].of] = [*(moments.get(look[0].of) or ()), look]
    with session.facts.beside(_beside(session, one, person)):
        session.facts.run(one.as_of)
        lines = {of: session.facts.credits(person, start, end, of, chosen) for of, chosen in moments.items()}
        others = session.facts.fact_lines(person, start, end, looks)
    paid = [paid_on(one.shapes.get(key), session.book.policy) for key in _components(one, person)]
    for of, found in lines.items():
        yield from (row_of(told, step, {}) for step in _deals(found, of, [p for p in paid if p.of == of]))
    listed = {("deal", of, line.deal_id) for of, found in lines.items() for line in found}
    for other in others:
        if (other.of, other.moment, other.deal_id) not in listed:
            yield row_of(told, _other(other), {})


def _looks(session: Session, one: Reckoned, person: str) -> list[Look]:
    """The sums and counts of a person's own facts that components of their plans look at."""
    member, policy = one.members.get(person), session.book.policy
    plans = [plan for plan in session.book.plans if member is not None and covers(plan, member)]
    shapes = [shape for plan in plans for shape in compile_plan(plan, policy).shapes]
    read: set[Measure] = set().union(*(shape.reads.people for shape in shapes))
    found: list[Look] = []
    for measure in sorted(read, key=str):
        if measure.scope == "own" and measure.is_figure and measure.of != "target":
            for metric in base_metrics(policy, measure.metric):
                base = policy.metrics[metric].base
                if base is not None and (base, measure.only) not in found:
                    found.append((base, measure.only))
    return found


def _rule(session: Session) -> Step:
    rule = session.book.policy.closed_deal
    text = N_("a deal counts on the day it is signed and {share} of it is collected")
    if not rule.signed:
        text = N_("a deal counts on the day {share} of it is collected")
    elif not rule.collected_at_least:
        text = N_("a deal counts on the day it is signed")
    return Step(
        step="closed_deal",
        text=text,
        params={"share": rate_text(rule.collected_at_least)},
        place=rule.place,
    )


def _deals(lines: Sequence[CreditLine], of: Moment, paid: Sequence[PaidOn]) -> Iterator[Step]:
    """Each line of a deal; one that only counts anew, where a component is paid on what is new of it."""
    for line in lines:
        if line.turned is None:
            yield _credit(line, of, _CREDITED[line.kind] if line.own_day is None else _LATE[line.before], "")
        elif turned := next((anew for look in paid if (anew := look.anew(line.turned))), ""):
            yield _credit(line, of, _ANEW, turned)


def _credit(line: CreditLine, of: Moment, text: str, turned: str) -> Step:
    day = line.own_day or line.day
    return Step(
        step="deal",
        text=text,
        params={
            "deal": line.deal_id,
            "customer": line.customer,
            "happened": Word(_HAPPENED[of]),
            "day": "" if day is None else day.isoformat(),
            "turned": turned,
        },
        base=line.deal_amount,
        rate=line.share,
        amount=line.amount,
        place=line.place,
    )


def _other(line: FactLine) -> Step:
    """A fact that is no share of a deal: money under base and amount, a number of times under base."""
    money = line.of in ("deal", "receipt")
    return Step(
        step=_STEPS[line.of],
        text=_SUMMED_UP[line.of] if line.late else _OTHERS[line.of, bool(line.deal_id or line.customer)],
        params={
            "id": line.id,
            "deal": line.deal_id,
            "customer": line.customer,
            "about": " ".join(word for word in (line.deal_id, line.customer) if word),
            "happened": Word(_HAPPENED[line.moment]),
            "day": line.day.isoformat(),
        },
        base=line.whole if money else line.part,
        amount=line.part if line.of == "receipt" else None,
        place=line.place,
        unit="money" if money else "count",
    )


def _components(one: Reckoned, person: str) -> list[tuple[str, str]]:
    """Plan and component of everything that pays a person."""
    return sorted({(outcome.plan, outcome.component) for outcome in one.outcomes if outcome.person == person})


def _beside(session: Session, one: Reckoned, person: str) -> Settled | None:
    """What was settled before, where a plan of the person credits only the rest."""
    plans = {outcome.plan for outcome in one.outcomes if outcome.person == person}
    found = (beside_of(session, one.period, plan) for plan in sorted(plans))
    return next((settled for settled in found if settled is not None), None)


_HAPPENED: dict[Moment, str] = {
    "recognised": N_("counted"),
    "signed": N_("signed"),
    "opened": N_("opened"),
    "closed": N_("won or lost"),
    "won": N_("won"),
    "lost": N_("lost"),
    "cancelled": N_("cancelled"),
}
_LATE = {
    "": N_("{deal} {customer}, of {day}, which was settled without it: counted now"),
    "otherwise": N_("{deal} {customer}, of {day}, settled with other figures: the rest is counted now"),
    "taken_back": N_("{deal} {customer}, of {day}, settled, taken back since and valid again: counted now"),
    "of_others": N_("{deal} {customer}, of {day}, settled as somebody else's: counted now"),
}
_ANEW = N_("{deal} {customer}, of {day}, settled as another one ({turned}): counted now for what pays it so")
_CREDITED = {
    "owner": N_("{deal} {customer}, {happened} on {day}"),
    "split": N_("{deal} {customer}, shared, {happened} on {day}"),
    "overlay": N_("{deal} {customer}, credit on top, {happened} on {day}"),
    "attainment": N_("{deal} {customer}, credit on top for attainment only, {happened} on {day}"),
    "pay": N_("{deal} {customer}, credit on top for pay only, {happened} on {day}"),
}
_STEPS = {"deal": "deal", "customer": "new_customer", "receipt": "receipt", "activity": "activity"}
_OTHERS = {
    ("deal", True): N_("{deal} {customer}, {happened} on {day}, as its owner"),
    ("customer", True): N_("{customer} is a new customer by {deal} on {day}"),
    ("receipt", True): N_("{id} of {day} for {deal} {customer}"),
    ("activity", True): N_("{id} of {day}: {about}"),
    ("activity", False): N_("{id} of {day}"),
}
_SUMMED_UP = {
    "receipt": N_(
        "{deal} {customer}, receipts of settled days, what came, changed or went since: counted now"
    ),
    "activity": N_("{id} of settled days, what came, changed or went since: counted now"),
}
