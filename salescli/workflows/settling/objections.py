"""`object add|answer`: what people say against a published month, and what it comes to (SPEC S3).

Each is a file of its own and a step in the month's `settlement.yaml`, with the hash of the file.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from salescli.books.objections import objection_yaml, objections_folder, read_objections
from salescli.books.settlements import read_rows, read_settlement, settlement_path
from salescli.calc.settle.objected import adjustment
from salescli.findings import BookBroken, Finding, Misuse, Refused, did_you_mean
from salescli.i18n import N_, Word, several
from salescli.model.exact import from_minor, to_minor
from salescli.model.objection import OBJECTION_WORDS, Objection
from salescli.model.period import Period
from salescli.model.settlement import ENTRIES, Event, Settlement
from salescli.model.table import Line, Report
from salescli.workflows.said import said
from salescli.workflows.session import Session, writing_session
from salescli.workflows.settling.objection_list import report_of
from salescli.workflows.settling.settlement_files import manifest_yaml
from salescli.workflows.settling.settlements import intact


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an objection is about: an entry by its id, a deal, a component, or nothing in particular."""

    component: str = ""
    deal: str = ""
    entry: str = ""


NOTHING = About()


def add(root: Path, period: str, who: str, reason: str, on: date, about: About = NOTHING) -> Report:
    """Write down an objection to a published, closed or paid month.

    Raises:
        Refused: if the month is not published yet, or its appeal period is over.
        Misuse: if the person, the entry or the component is not known, or no reason is given.
    """
    with writing_session(root) as session:
        month = session.period(period, ("month",))
        reason, deal = said(reason, "--reason"), said(about.deal, "--deal")
        if not reason:
            raise Misuse(N_("an objection needs a reason"), hint=N_("write --reason"))
        person = session.person(who)
        _known_component(session, about.component)
        known = _published(session, month)
        _heard(session, month, known, on)
        about = _whole(session, month, person, replace(about, deal=deal))
        made = Objection(
            period=month.text,
            id=_next_number(session, month),
            person=person,
            reason=reason,
            on=on,
            component=about.component,
            deal_id=about.deal,
            entry_id=about.entry,
        )
        _write(session, known, made, Event(event="objected", on=on))
        return report_of(session, month, (made,), _added(session, known, made))


def answer(
    root: Path, period: str, number: str, accept: bool, text: str, on: date, amount: Decimal, actor: str = ""
) -> Report:
    """Answer an open objection; what is accepted with an amount becomes an adjustment of the next draft.

    Raises:
        Misuse: if there is no such objection, or an amount is given for a rejected one.
        Refused: if it is answered already, or was made after that day.
    """
    with writing_session(root) as session:
        month = session.period(period, ("month",))
        text, actor = said(text, "--text"), said(actor, "--actor")
        _may_answer(session, accept, text, amount)
        known = _published(session, month)
        made = replace(
            _open_one(session, month, number, on),
            state="accepted" if accept else "rejected",
            answer=text,
            answered_on=on,
            amount=from_minor(to_minor(amount, session.digits), session.digits),
            actor=actor,
        )
        if amount:
            entry = adjustment(made, session.book.settings.currency)
            made = replace(made, adjustment=entry.entry_id)
        _write(session, known, made, Event(event="answered", on=on, actor=actor))
        notes: tuple[Line, ...] = ()
        if amount:
            told = N_("it is paid with the next month that is drafted, as entry {entry}")
            notes = (Line(template=told, params={"entry": made.adjustment}),)
        return report_of(session, month, (made,), notes)


def heard_through(session: Session, known: Settlement) -> date | None:
    """The last day on which a late objection to a closed month is heard; None while it is not closed."""
    closed = known.day("closed")
    return None if closed is None else closed + timedelta(days=session.book.settings.settlement.appeal)


def _heard(session: Session, month: Period, known: Settlement, on: date) -> None:
    published, last = known.day("published"), heard_through(session, known)
    if published is not None and on < published:
        raise Refused(
            N_("{period} was published on {day}: nobody objected to it before"),
            hint=N_("give the day with --on"),
            period=month.text,
            day=published.isoformat(),
        )
    closed = known.day("closed")
    if last is not None and closed is not None and on > last:
        raise Refused(
            N_("{period} was closed on {closed}, and late objections to it were heard through {last}"),
            hint=N_("how long that is stands in salescli.yaml: settlement: {{appeal: {days}}}"),
            period=month.text,
            closed=closed.isoformat(),
            last=last.isoformat(),
            days=session.book.settings.settlement.appeal,
        )


def _whole(session: Session, month: Period, person: str, about: About) -> About:
    """An entry with its component and deal; it must be the person's own."""
    if not about.entry:
        return about
    if about.component or about.deal:
        raise Misuse(
            N_("an entry is of one component and deal already"), hint=N_("give --entry without the others")
        )
    folder = settlement_path(session.book.root, month.text).parent
    own = {row["entry_id"]: row for row in read_rows(folder / ENTRIES) if row["person"] == person}
    if about.entry not in own:
        near = did_you_mean(about.entry, own)
        raise Misuse(
            N_("{period} pays {person} no entry {entry}"),
            hint=N_("did you mean {near}?") if near else N_("entries stand in: salescli statement {person}"),
            period=month.text,
            person=person,
            entry=about.entry,
            near=near,
        )
    row = own[about.entry]
    return replace(about, component=row["component"], deal=row["deal_id"])


def _added(session: Session, known: Settlement, made: Objection) -> tuple[Line, ...]:
    """What comes next, and what may be a slip."""
    notes = []
    if made.deal_id and not made.entry_id and not session.facts.amounts([made.deal_id]):
        near = session.facts.near_deal(made.deal_id)
        told = N_("no file has a deal {deal}, which may be what is missing")
        if near is not None:
            told = N_("no file has a deal {deal}; did you mean {near}?")
        notes.append(Line(template=told, params={"deal": made.deal_id, "near": near or ""}))
    if known.day("closed") is not None:
        told = N_("{period} is closed: what comes of it is paid with the next month that is drafted")
        notes.append(Line(template=told, params={"period": made.period}))
    told = N_("answer it: salescli object answer {period} {id} --accept --amount 120 --text …")
    return (*notes, Line(template=told, params={"period": made.period, "id": made.id}))


def _may_answer(session: Session, accept: bool, text: str, amount: Decimal) -> None:
    if amount and not accept:
        raise Misuse(N_("a rejected objection changes no pay"), hint=N_("leave --amount out"))
    if not text:
        raise Misuse(N_("an answer needs its reason"), hint=N_("write --text"))
    if amount != round(amount, session.digits):
        raise Misuse(
            N_("{amount} has more decimal places than {currency}"),
            amount=str(amount),
            currency=session.book.settings.currency,
        )


def _open_one(session: Session, month: Period, number: str, on: date) -> Objection:
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
    one = known[number]
    if one.state != "open":
        raise Refused(
            N_("objection {id} of {period} is already {state}"),
            hint=N_("a new objection can be added"),
            id=number,
            period=month.text,
            state=Word(OBJECTION_WORDS[one.state]),
        )
    if on < one.on:
        raise Refused(
            N_("objection {id} of {period} was made on {day}, which is after {on}"),
            hint=N_("give the day with --on"),
            id=number,
            period=month.text,
            day=one.on.isoformat(),
            on=on.isoformat(),
        )
    return one


def _known_component(session: Session, component: str) -> None:
    known = {c.name for plan in session.book.plans for c in plan.components}
    if component and component not in known:
        near = did_you_mean(component, known)
        raise Misuse(
            N_("no plan has a component {component}"),
            hint=N_("did you mean {near}?") if near else N_("the plans have: {known}"),
            component=component,
            near=near,
            known=several(sorted(known)),
        )


def _published(session: Session, month: Period) -> Settlement:
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
    intact(session.book.root, known)
    return known


def _next_number(session: Session, month: Period) -> str:
    known = read_objections(session.book.root, month.text)
    return str(1 + max((int(o.id) for o in known if o.id.isdigit()), default=0))


def _write(session: Session, known: Settlement, objection: Objection, event: Event) -> None:
    """The objection's file, and its step in the manifest, which goes last."""
    root, text = session.book.root, objection_yaml(objection)
    step = replace(event, objection=objection.id, sha256=hashlib.sha256(text).hexdigest())
    session.write(
        {
            objections_folder(root, objection.period) / f"{objection.id}.yaml": text,
            settlement_path(root, known.period): manifest_yaml(replace(known, events=(*known.events, step))),
        }
    )
