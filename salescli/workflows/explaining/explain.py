"""`explain PERSON` and `explain DEAL`: every amount down to the line of a file (SPEC I8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from salescli.findings import Finding, Misuse, did_you_mean, has_errors
from salescli.i18n import N_, several
from salescli.model.entry import Step
from salescli.model.exact import from_minor
from salescli.model.period import Period
from salescli.model.plan import PERIOD_KINDS
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.workflows.explaining.explain_credits import credit_rows
from salescli.workflows.explaining.explain_deal import explain_deal
from salescli.workflows.explaining.explain_example import as_example
from salescli.workflows.explaining.explain_rows import Told, exact_money, names_of, row_of
from salescli.workflows.explaining.explain_settled import settled_of_deal, settled_rows
from salescli.workflows.paying.payout import name_of
from salescli.workflows.paying.reckon import Reckoned, reckon
from salescli.workflows.session import Session, open_session
from salescli.workflows.settling.was_settled import settled_notes, settled_otherwise

COLUMNS = (
    Column("part", "", machine=False),
    Column("period", N_("Period"), people=False),
    Column("person", N_("Id"), people=False),
    Column("name", N_("Person"), machine=False),
    Column("component", N_("Component"), people=False),
    Column("step", N_("Step"), "word", people=False),
    Column("text", N_("What")),
    Column("base", N_("Base"), "exact"),
    Column("rate", N_("Rate"), "rate"),
    Column("amount", N_("Amount"), "money"),
    Column("place", N_("Where"), "place"),
)


def explain(root: Path, word: str, period: str | None = None, example: bool = False) -> Report:
    """Why somebody is paid what they are, or what came of a deal.

    Args:
        word: A person (id, name or alias), else the id of a deal.
        period: For a person as in `payout`; a deal is told as of the period's end, or of the newest fact.
        example: Give the person's figures as an example to paste into a plan, instead.

    Raises:
        BookBroken: if the book has errors.
        Misuse: if nobody and nothing is called so, with what may have been meant.
    """
    with open_session(root) as session:
        person = session.book.org.find("people", word)
        if person is not None:
            return _person(session, person, period, example)
        at = None if period is None else session.period(period, PERIOD_KINDS)
        told = explain_deal(session, word, at)
        settled = tuple(settled_of_deal(session, word)) if session.settled_months else ()
        if told is None and settled:
            at = at or session.period(None)
            return _report(session, at, settled, (), (Line(template=_GONE, params={"deal": word}),))
        if told is None:
            raise _nobody(session, word)
        notes = (Line(template=_BESIDE),) if settled else ()
        return _report(session, told.period, (*told.rows, *settled), told.findings, notes)


_BESIDE = N_("what was paid stands under Settled; the rest is what today's facts and rules come to")
_GONE = N_("{deal} is not in the book any more: this is what was settled of it")


def _nobody(session: Session, word: str) -> Misuse:
    near = did_you_mean(word.casefold(), session.book.org.words("people")) or session.facts.near_deal(word)
    if near:
        return Misuse(
            "there is no person and no deal {word}", hint="did you mean {near}?", word=word, near=near
        )
    ids = several(session.book.org.people, 12)
    return Misuse(
        "there is no person and no deal {word}",
        hint="give the id of a deal, or one of: {ids}",
        word=word,
        ids=ids,
    )


def _person(session: Session, person: str, period: str | None, example: bool) -> Report:
    at = session.period(period, PERIOD_KINDS)
    found: list[Finding] = list(session.found)
    reckoned = reckon(session, at, found)
    own = [f for f in found if f.params.get("person", person) == person]
    if example:
        document = as_example(session, reckoned, person)
        return replace(_report(session, at, (), own, (), person), document=document)
    settled = settled_otherwise(session, at, reckoned, person)
    told = [row for one in settled.otherwise for row in settled_rows(session, one, person, reckoned)]
    told += reckoned_rows(session, reckoned, person)
    total = sum(
        (e.amount for one in reckoned for e in one.entries() if e.person == person),
        from_minor(0, session.digits),
    )
    text = N_("by today's facts and rules") if settled.otherwise else ""
    whole = Step(step="total", text=text, amount=total)
    told.append({**row_of(Told(at.text, person, None), whole, {}), "_strong": 1})
    note = Line(
        template=N_("what came of one deal: salescli explain DEAL · an example for the plan: --as-example")
    )
    return _report(session, at, told, own, (*settled_notes(session, settled, person), note), person)


def _whose(session: Session, person: str) -> tuple[Line, ...]:
    return (Line(template="{name} ({person})", params={"name": name_of(session, person), "person": person}),)


def part_of(row: Row) -> str:
    """The heading a row stands under for people: its component and period, else what it is about."""
    if row["step"] == "total":
        return N_("Total")
    if str(row["step"]).startswith("settled"):
        return N_("Settled")
    if row["component"] is None:
        return N_("Credit")
    return f"{row['component']} · {row['period']}"


def _report(
    session: Session,
    period: Period,
    rows: Iterable[Row],
    found: Iterable[Finding],
    notes: tuple[Line, ...],
    of_person: str = "",
) -> Report:
    as_of = session.paid_as_of(period)
    findings = tuple(found)
    named = tuple(
        {
            **exact_money(row, session.digits),
            "name": name_of(session, str(row["person"])) if row["person"] and not of_person else None,
            "part": part_of(row),
        }
        for row in rows
    )
    return Report(
        command="explain",
        tables=(Table(name="rows", columns=COLUMNS, rows=named, section="part"),),
        header=session.header(period, as_of) + (_whose(session, of_person) if of_person else ()),
        period=period.text,
        as_of=as_of,
        currency=session.book.settings.currency,
        findings=findings,
        notes=notes,
        exit_code=1 if has_errors(findings) else 0,
    )


def reckoned_rows(session: Session, reckoned: Sequence[Reckoned], person: str) -> Iterator[Row]:
    """What one person is credited with and paid, period by period, step by step.

    Credits stand with the months; with the shortest periods where no component is paid by the month.
    """
    kinds = {one.period.kind for one in reckoned}
    listing = next((kind for kind in ("month", *PERIOD_KINDS) if kind in kinds), None)
    for one in reckoned:
        if one.period.kind == listing:
            yield from credit_rows(session, one, person)
        yield from _paid_rows(session, one, person)


def _paid_rows(session: Session, one: Reckoned, person: str) -> Iterator[Row]:
    names = names_of(session)
    outcomes = [outcome for outcome in one.outcomes if outcome.person == person]
    if not outcomes and one.period.kind == "month":
        yield row_of(Told(one.period.text, person, None), _not_covered(one, person), names)
    for outcome in outcomes:
        told = Told(outcome.period, person, outcome.component)
        for step in outcome.steps:
            yield row_of(told, step, names)


def _not_covered(one: Reckoned, person: str) -> Step:
    member = one.members.get(person)
    if member is None:
        return Step(
            step="plan",
            text=N_("not employed or not assigned in {period}: no plan pays"),
            params={"period": one.period.text},
        )
    return Step(
        step="plan",
        text=N_("no plan covers role {role} in region {region} on {day}"),
        params={"role": member.role, "region": member.region, "day": member.last.isoformat()},
    )
