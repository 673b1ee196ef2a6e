"""`statement`: what one person is paid for a settled month, why, and how to object (SPEC S6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from salescli.books.fields import ID
from salescli.books.objections import read_objections
from salescli.books.settlements import read_rows, read_settlement, settled_periods, settlement_path
from salescli.books.write import write_all
from salescli.findings import BookBroken, Finding, Misuse, Refused
from salescli.i18n import N_, several
from salescli.model.exact import parse_rate
from salescli.model.period import Period
from salescli.model.settlement import ENTRIES, PAYOUTS, Settlement
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.render.markdown import render_markdown
from salescli.workflows.explaining.entry_causes import because
from salescli.workflows.explaining.explain import COLUMNS as REASONS
from salescli.workflows.explaining.explain import part_of, reckoned_rows
from salescli.workflows.explaining.explain_rows import exact_money
from salescli.workflows.paying.payout import name_of
from salescli.workflows.paying.reckon import Reckoned, reckon, stop_on_errors
from salescli.workflows.session import Session, open_session
from salescli.workflows.settling.objection_list import COLUMNS as OBJECTIONS
from salescli.workflows.settling.objection_list import objection_rows
from salescli.workflows.settling.objections import heard_through
from salescli.workflows.settling.settle import changed_since, inputs_of
from salescli.workflows.settling.settle_steps import window_of
from salescli.workflows.settling.settlements import intact

_ENTRIES = (
    Column("period", N_("Period")),
    Column("component", N_("Component")),
    Column("kind", N_("Kind"), "word"),
    Column("deal_id", N_("Deal")),
    Column("base", N_("Base"), "exact"),
    Column("rate", N_("Rate"), "rate"),
    Column("amount", N_("Amount"), "money"),
    Column("cause", N_("Because of")),
    Column("rule", N_("Rule")),
    Column("entry_id", N_("Entry")),
)
_CELLS = ("period", "component", "deal_id", "rule", "entry_id")
_BALANCE = (Column("what", N_("What")), Column("amount", N_("Amount"), "money"))
_WORDS = {
    "brought": N_("brought from the month before"),
    "entries": N_("entries of this month"),
    "carried": N_("carried on to the next month"),
    "payable": N_("Payable"),
}


@dataclass(frozen=True, slots=True)
class _Month:
    """A settled month, read once for everybody's statement; `reckoned` is None where it cannot be told."""

    session: Session
    month: Period
    known: Settlement
    entries: dict[str, list[dict[str, str]]]
    payouts: dict[str, dict[str, str]]
    changed: tuple[str, ...]
    reckoned: Sequence[Reckoned] | None


def statement(root: Path, word: str, period: str | None = None) -> Report:
    """One person's statement, from what was settled; reasons are told while its files are unchanged.

    Raises:
        Misuse: if nobody is called so, nothing is settled for them, or the month is not settled.
        Refused: if the settlement was changed by hand.
    """
    with open_session(root) as session:
        person = session.person(word)
        at = _month(session, period)
        if person not in at.payouts:
            raise Misuse(
                N_("{period} settles nothing for {person}"),
                hint=N_("it is settled for: {known}"),
                period=at.month.text,
                person=person,
                known=several(at.payouts, 12),
            )
        return _statement(at, person)


def statements(root: Path, folder: Path, period: str | None = None) -> Report:
    """Everybody's statement as `<person>.md` in a folder, all or none."""
    with open_session(root) as session:
        at = _month(session, period)
        odd = next((person for person in at.payouts if not ID.fullmatch(person)), None)
        if odd is not None:
            raise Refused(
                N_("{period} settles pay for {person}, which is no id of a person"),
                hint=N_("restore its files as salescli wrote them"),
                period=at.month.text,
                person=odd,
            )
        texts = {folder / f"{person}.md": _text(at, person) for person in at.payouts}
        write_all(texts)
        rows = tuple(
            {"person": person, "name": name_of(session, person), "file": f"{person}.md"}
            for person in at.payouts
        )
        columns = (Column("person", N_("Id")), Column("name", N_("Person")), Column("file", N_("File")))
        note = Line(template=N_("{count:statement|statements} in {folder}"),
                    params={"count": len(rows), "folder": str(folder)})  # fmt: skip
        table = Table(name="rows", columns=columns, rows=rows)
        return Report(command="statement", tables=(table,), period=at.month.text, notes=(note,))


def _text(at: _Month, person: str) -> bytes:
    return (_statement(at, person).document or "").encode()


def _month(session: Session, period: str | None) -> _Month:
    root = session.book.root
    settled = settled_periods(root)
    if period is None and not settled:
        raise Misuse(N_("no month is settled yet"), hint=N_("salescli settle draft 2026-08, say"))
    month = settled[-1] if period is None else session.period(period, ("month",))
    found: list[Finding] = []
    known = read_settlement(root, month.text, found)
    if known is None and found:
        raise BookBroken(found)
    if known is None:
        raise Misuse(N_("{period} has no settlement"), period=month.text)
    intact(root, known)
    folder = settlement_path(root, month.text).parent
    entries: dict[str, list[dict[str, str]]] = {}
    for row in read_rows(folder / ENTRIES):
        entries.setdefault(row["person"], []).append(row)
    changed = changed_since(known, inputs_of(session, month))
    reckoned = None
    if not changed:
        reckoned = reckon(session, month, found)
        stop_on_errors(found)
    payouts = {row["person"]: row for row in read_rows(folder / PAYOUTS)}
    return _Month(session, month, known, entries, payouts, tuple(changed), reckoned)


def _statement(at: _Month, person: str) -> Report:
    tables = [
        Table(name="rows", columns=_ENTRIES, rows=tuple(_entries(at, person)), title=N_("Pay")),
        Table(name="balance", columns=_BALANCE, rows=tuple(_balance(at, person)), title=N_("Balance")),
    ]
    own = [o for o in read_objections(at.session.book.root, at.month.text) if o.person == person]
    if own:
        rows = objection_rows(at.session, own)
        tables.append(Table(name="objections", columns=OBJECTIONS, rows=rows, title=N_("Objections")))
    if at.reckoned is not None:
        told = reckoned_rows(at.session, at.reckoned, person)
        reasons = tuple({**exact_money(row, at.session.digits), "part": part_of(row)} for row in told)
        tables.append(
            Table(name="reasons", columns=REASONS, rows=reasons, title=N_("Reasons"), section="part")
        )
    made = Report(
        command="statement",
        header=tuple(_header(at, person)),
        tables=tuple(tables),
        period=at.month.text,
        as_of=at.known.as_of,
        currency=at.known.currency,
    )
    return replace(made, document=render_markdown(made))


def _header(at: _Month, person: str) -> Iterator[Line]:
    company = at.session.book.settings.company or at.session.book.root.name
    yield Line(
        template=N_("{company} · statement of {name} ({person}) · {period}"),
        params={
            "company": company,
            "name": name_of(at.session, person),
            "person": person,
            "period": at.month.text,
        },
    )
    for event in at.known.events:
        if event.event in _EVENTS:
            yield Line(template=_EVENTS[event.event], params={"day": event.on.isoformat()})
    published = [event.on for event in at.known.events if event.event == "published"]
    if at.known.state == "published":
        yield Line(
            template=N_("to object, until {last}: salescli object add {period} {person} --reason …"),
            params={
                "last": window_of(at.session, published[-1]).isoformat(),
                "period": at.month.text,
                "person": person,
            },
        )
    last = heard_through(at.session, at.known)
    if last is not None:
        yield Line(
            template=N_(
                "it is closed; a late objection is heard through {last} and paid with the next month:"
                " salescli object add {period} {person} --reason …"
            ),
            params={"last": last.isoformat(), "period": at.month.text, "person": person},
        )
    if at.changed:
        yield Line(
            template=N_(
                "reasons are left out, since {count:file it rests on has|files it rests on have} changed:"
                " {paths}"
            ),
            params={"count": len(at.changed), "paths": several(at.changed[:5])},
        )


_EVENTS = {
    "drafted": N_("drafted from facts up to {day}"),
    "published": N_("published on {day}"),
    "closed": N_("closed on {day}"),
    "paid": N_("paid on {day}"),
}


def _entries(at: _Month, person: str) -> Iterator[Row]:
    for row in at.entries.get(person, ()):
        yield {
            **{key: row[key] or None for key in _CELLS},
            "cause": because(row["cause"]) or None,
            "kind": row["kind"],
            "base": Decimal(row["base"]) if row["base"] else None,
            "rate": parse_rate(row["rate"]) if row["rate"] else None,
            "amount": Decimal(row["amount"]),
            "_unit": "money",
        }


def _balance(at: _Month, person: str) -> Iterator[Row]:
    payout = {key: Decimal(payout) for key, payout in at.payouts[person].items() if key in _WORDS}
    payout["entries"] = sum(
        (Decimal(row["amount"]) for row in at.entries.get(person, ())), payout["payable"] * 0
    )
    for key, template in _WORDS.items():
        sign = -1 if key == "carried" else 1
        if payout[key] or key in ("entries", "payable"):
            row: Row = {"what": Line(template=template), "amount": sign * payout[key]}
            yield {**row, "_strong": 1} if key == "payable" else row
