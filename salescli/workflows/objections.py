"""`object add|answer|list`: what people say against a published month (SPEC S3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from salescli.books.objections import objection_yaml, objections_folder, read_objections
from salescli.books.settlements import read_settlement
from salescli.findings import BookBroken, Finding, Misuse, Refused, did_you_mean
from salescli.i18n import N_
from salescli.model.exact import from_minor, to_minor
from salescli.model.objection import Objection
from salescli.model.period import Period
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.workflows.said import said
from salescli.workflows.session import Session, open_session, writing_session

COLUMNS = (
    Column("id", N_("No.")),
    Column("person", N_("Person")),
    Column("about", N_("About")),
    Column("reason", N_("Reason")),
    Column("date", N_("Date")),
    Column("state", N_("State")),
    Column("answer", N_("Answer")),
    Column("amount", N_("Adjustment"), "money"),
)


def add(
    root: Path, period: str, who: str, reason: str, on: date, component: str = "", deal: str = ""
) -> Report:
    """Write down an objection to a published, closed or paid month.

    Raises:
        Refused: if the month is not published yet.
        Misuse: if the person is not known, or no reason is given.
    """
    with writing_session(root) as session:
        month = session.period(period, ("month",))
        _published(session, month)
        reason, deal = said(reason, "--reason"), said(deal, "--deal")
        if not reason:
            raise Misuse(N_("an objection needs a reason"), hint=N_("write --reason"))
        person = session.person(who)
        _known_component(session, component)
        known = read_objections(session.book.root, month.text)
        number = 1 + max((int(o.id) for o in known if o.id.isdigit()), default=0)
        made = Objection(
            period=month.text,
            id=str(number),
            person=person,
            reason=reason,
            on=on,
            component=component,
            deal_id=deal,
        )
        _write(session, made)
        answer = N_("answer it: salescli object answer {period} {id} --accept --amount 120 --text …")
        note = Line(template=answer, params={"period": month.text, "id": made.id})
        return _report(session, month, (made,), (note,))


def answer(
    root: Path, period: str, number: str, accept: bool, text: str, on: date, amount: Decimal, actor: str = ""
) -> Report:
    """Answer an open objection; what is accepted with an amount becomes an adjustment of the next draft.

    Raises:
        Misuse: if there is no such objection, or an amount is given for a rejected one.
        Refused: if it is answered already.
    """
    with writing_session(root) as session:
        month = session.period(period, ("month",))
        if amount and not accept:
            raise Misuse(N_("a rejected objection changes no pay"), hint=N_("leave --amount out"))
        text, actor = said(text, "--text"), said(actor, "--actor")
        if not text:
            raise Misuse(N_("an answer needs its reason"), hint=N_("write --text"))
        if amount != round(amount, session.digits):
            raise Misuse(
                N_("{amount} has more decimal places than {currency}"),
                amount=str(amount),
                currency=session.book.settings.currency,
            )
        known = {o.id: o for o in read_objections(session.book.root, month.text)}
        if number not in known:
            near = did_you_mean(number, known)
            raise Misuse(
                N_("{period} has no objection {id}"),
                hint=N_("did you mean {near}?") if near else N_("salescli object list {period}"),
                period=month.text,
                id=number,
                near=near,
            )
        if known[number].state != "open":
            raise Refused(
                N_("objection {id} of {period} is already {state}"),
                hint=N_("a new objection can be added"),
                id=number,
                period=month.text,
                state=known[number].state,
            )
        made = replace(
            known[number],
            state="accepted" if accept else "rejected",
            answer=text,
            answered_on=on,
            amount=from_minor(to_minor(amount, session.digits), session.digits),
            actor=actor,
        )
        _write(session, made)
        notes: tuple[Line, ...] = ()
        if amount:
            told = N_("it is paid with the next month that is drafted, as an adjustment")
            notes = (Line(template=told),)
        return _report(session, month, (made,), notes)


def listed(root: Path, period: str) -> Report:
    """The objections to a month."""
    with open_session(root) as session:
        month = session.period(period, ("month",))
        return _report(session, month, read_objections(session.book.root, month.text), ())


def _known_component(session: Session, component: str) -> None:
    known = {c.name for plan in session.book.plans for c in plan.components}
    if component and component not in known:
        near = did_you_mean(component, known)
        raise Misuse(
            N_("no plan has a component {component}"),
            hint=N_("did you mean {near}?") if near else N_("the plans have: {known}"),
            component=component,
            near=near,
            known=", ".join(sorted(known)),
        )


def _published(session: Session, month: Period) -> None:
    found: list[Finding] = []
    known = read_settlement(session.book.root, month.text, found)
    if found and known is None:
        raise BookBroken(found)
    if known is None or known.state == "draft":
        raise Refused(
            N_("{period} is not published: there is nothing to object to yet"),
            hint=N_("publish it first: salescli settle publish {period}"),
            period=month.text,
        )


def _write(session: Session, objection: Objection) -> None:
    path = objections_folder(session.book.root, objection.period) / f"{objection.id}.yaml"
    session.write({path: objection_yaml(objection)})


def _report(
    session: Session, month: Period, objections: Sequence[Objection], notes: tuple[Line, ...]
) -> Report:
    rows = tuple(map(objection_row, objections))
    return Report(
        command="object",
        tables=(Table(name="rows", columns=COLUMNS, rows=rows),),
        header=(
            Line(
                template="{company} · {period}",
                params={"company": session.book.settings.company, "period": month.text},
            ),
        ),
        period=month.text,
        currency=session.book.settings.currency,
        notes=notes,
    )


def objection_row(o: Objection) -> Row:
    """An objection as a row under `COLUMNS`."""
    return {
        "id": o.id,
        "person": o.person,
        "about": o.deal_id or o.component or None,
        "reason": o.reason,
        "date": o.on.isoformat(),
        "state": o.state,
        "answer": o.answer or None,
        "amount": o.amount if o.amount else None,
    }
