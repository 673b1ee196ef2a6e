"""`explain DEAL`: when it counted and why, who is credited, and what of each person's pay rests on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from salescli.calc.pay.shape import ByDeal, Outcome
from salescli.findings import Finding
from salescli.i18n import N_, Word, gettext
from salescli.model.entry import Entry, Step
from salescli.model.exact import from_minor, rate_text
from salescli.model.fact import CreditLine, DealStory
from salescli.model.period import Period
from salescli.model.table import Row
from salescli.workflows.explaining.entry_causes import because
from salescli.workflows.explaining.explain_rows import Told, names_of, row_of
from salescli.workflows.paying.reckon import Reckoned, compiled_plans, reckon
from salescli.workflows.paying.reckon_period import kinds_of
from salescli.workflows.session import Session
from salescli.workflows.settling.parts import Parts


@dataclass(frozen=True, slots=True)
class DealTold:
    """Rows about a deal, and the period they are told for."""

    period: Period
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]


def explain_deal(session: Session, deal_id: str, period: Period | None) -> DealTold | None:
    """All about a deal as of the end of `period`, or of the newest fact; None if there is no such deal."""
    at = period or session.period(None)
    session.facts.run(session.as_of(at))
    story = session.facts.deal(deal_id)
    if story is None:
        return None
    names = names_of(session)
    nobody = Told(None, None, None)
    rows = [row_of(nobody, step, names) for step in (*_life(story), _standing(session, story))]
    rows += [row_of(Told(None, line.person, None), _share(line), names) for line in story.credits]
    found: list[Finding] = []
    if story.recognised_on is not None:
        rows += _rests(session, story, found)
        at = Period.month_of(story.recognised_on, session.book.settings.fiscal_year_start)
    return DealTold(at, tuple(rows), tuple(found))


def _life(story: DealStory) -> Iterator[Step]:
    """Amount, dates, receipts."""
    yield Step(
        step="deal",
        text=N_("{deal} of {customer}, owner {person}, status {status}"),
        params={
            "deal": story.deal_id,
            "customer": story.customer,
            "person": story.owner,
            "status": Word(N_("undecided") if story.status == "open" else story.status),
        },
        base=story.amount,
        place=story.place,
    )
    if story.signed_on is not None:
        yield Step(
            step="signed",
            text=N_("signed on {day}"),
            params={"day": story.signed_on.isoformat()},
            place=story.place,
        )
    for receipt in story.receipts:
        yield Step(
            step="receipt",
            text=N_("{receipt} received on {day}; {collected} so far"),
            params={
                "receipt": receipt.receipt_id,
                "day": receipt.day.isoformat(),
                "collected": format(receipt.collected, "f"),
            },
            base=receipt.amount,
            rate=Fraction(receipt.collected) / Fraction(story.amount) if story.amount else None,
            place=receipt.place,
        )


_STANDING = {
    "recognised": N_("counts from {day}, the first day on which {rule}"),
    "not_signed": N_("does not count yet: it is not signed; {rule} is asked for"),
    "not_collected": N_("does not count yet: {missing} of {needed} is still to be collected"),
    "not_closed": N_("does not count yet: it is not closed"),
    "lost": N_("does not count: it was lost"),
    "cancelled": N_("does not count: it was cancelled on {cancelled}"),
}
_RULES = {
    (True, True): N_("it is signed and {share} is collected"),
    (True, False): N_("it is signed"),
    (False, True): N_("{share} is collected"),
    (False, False): N_("it is closed"),
}


def _standing(session: Session, story: DealStory) -> Step:
    rule = session.book.policy.closed_deal
    collected = story.receipts[-1].collected if story.receipts else Decimal(0)
    said = gettext(_RULES[rule.signed, bool(rule.collected_at_least)])
    return Step(
        step="closed_deal",
        text=_STANDING[story.standing],
        params={
            "day": "" if story.recognised_on is None else story.recognised_on.isoformat(),
            "rule": said.format(share=rate_text(rule.collected_at_least)),
            "missing": format(max(story.needed - collected, Decimal(0)), "f"),
            "needed": format(story.needed, "f"),
            "cancelled": "" if story.cancelled_on is None else story.cancelled_on.isoformat(),
        },
        base=story.needed if rule.collected_at_least else None,
        place=rule.place,
    )


_KINDS = {
    "owner": N_("credited to its owner alone"),
    "split": N_("credited by share"),
    "overlay": N_("credited on top"),
    "attainment": N_("credited on top, for attainment only"),
    "pay": N_("credited on top, for pay only"),
}


def _share(line: CreditLine) -> Step:
    return Step(
        step="credit",
        text=_KINDS[line.kind],
        base=line.deal_amount,
        rate=line.share,
        amount=line.amount,
        place=line.place,
    )


def _rests(session: Session, story: DealStory, found: list[Finding]) -> Iterator[Row]:
    """What of each credited person's pay rests on the deal, for every component that pays by deals."""
    assert story.recognised_on is not None
    plans = compiled_plans(session, [])
    people = {line.person for line in story.credits}
    kinds = kinds_of(plans)
    if not kinds:
        return
    longest = Period.around(story.recognised_on, kinds[-1], session.book.settings.fiscal_year_start)
    errors: list[Finding] = []
    reckoned = reckon(session, longest, errors)
    found += [f for f in errors if f.params.get("person") in people or "person" not in f.params]
    for one in reckoned:
        session.facts.run(one.as_of)
        for outcome in one.outcomes:
            if outcome.person in people:
                yield from _outcome_rows(session, one, outcome, story)


def _outcome_rows(session: Session, one: Reckoned, outcome: Outcome, story: DealStory) -> Iterator[Row]:
    told = Told(one.period.text, outcome.person, outcome.component)
    own = [entry for entry in outcome.entries if entry.deal_id == story.deal_id]
    for entry in own:
        yield row_of(told, _entry_step(entry), {})
    shape = one.shapes.get((outcome.plan, outcome.component))
    day = story.recognised_on
    if own or day is None or day not in one.period or not isinstance(shape, ByDeal):
        return
    earning = next((e for e in outcome.entries if e.kind == "earning" and not e.deal_id), None)
    if earning is None:
        if shape.credited is None or any(entry.deal_id for entry in outcome.entries):
            return
        text = N_("nothing is earned in {period}; salescli explain {id} says why")
        params: dict[str, object] = {"period": one.period.text, "id": outcome.person}
        nothing = from_minor(0, session.digits)
        yield row_of(told, Step(step="pay", text=text, params=params, amount=nothing), {})
        return
    for credit, part in Parts(session, one).of(outcome):
        if credit.deal_id == story.deal_id:
            text = N_("its part of the {total} earned in {period} ({cause})")
            params = {
                "total": format(earning.amount, "f"),
                "period": one.period.text,
                "cause": because(earning.cause),
            }
            yield row_of(
                told,
                Step(
                    step="pay", text=text, params=params, base=credit.value, amount=part, place=earning.rule
                ),
                {},
            )


def _entry_step(entry: Entry) -> Step:
    return Step(
        step="pay",
        text=N_("{kind} in {period} ({cause})"),
        params={"kind": gettext(entry.kind), "period": entry.period, "cause": because(entry.cause)},
        base=entry.base,
        rate=entry.rate,
        amount=entry.amount,
        place=entry.rule,
    )
