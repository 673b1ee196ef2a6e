"""`payout`: what everybody is paid for a period, and what is recognised without money (SPEC I1–I5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from salescli.findings import Finding
from salescli.i18n import N_, gettext
from salescli.model.entry import Entry, Honour
from salescli.model.exact import from_minor
from salescli.model.period import Period
from salescli.model.plan import PERIOD_KINDS
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.workflows.explaining.entry_causes import because
from salescli.workflows.paying.reckon import Reckoned, reckon, stop_on_errors
from salescli.workflows.paying.unpaid import Unpaid, unpaid, unpaid_note
from salescli.workflows.session import Session, open_session
from salescli.workflows.settling.was_settled import difference_table, settled_notes, settled_otherwise

_COLUMNS = (
    Column("period", N_("Period")),
    Column("person", N_("Id"), people=False),
    Column("name", N_("Person"), machine=False),
    Column("region", N_("Region"), people=False),
    Column("plan", N_("Plan"), people=False),
    Column("component", N_("Component")),
    Column("kind", N_("Kind"), "word"),
    Column("base", N_("Base"), "exact"),
    Column("rate", N_("Rate"), "rate"),
    Column("amount", N_("Amount"), "money"),
    Column("cause", N_("Because of")),
    Column("deal_id", N_("Deal"), people=False),
    Column("rule", N_("Rule"), "place", people=False),
)
_TOTALS = (
    Column("person", N_("Id"), people=False),
    Column("name", N_("Person")),
    Column("amount", N_("Total"), "money"),
)
_HONOURS = (
    Column("period", N_("Period")),
    Column("person", N_("Id"), people=False),
    Column("name", N_("Person"), machine=False),
    Column("plan", N_("Plan"), people=False),
    Column("component", N_("Component")),
    Column("award", N_("Award")),
    Column("rank", N_("Rank"), "count"),
    Column("value", N_("Value"), "exact"),
    Column("rule", N_("Rule"), "place", people=False),
)

KIND_WORDS = (
    N_("earning"),
    N_("bonus"),
    N_("award"),
    N_("adjustment"),
    N_("clawback"),
    N_("draw"),
    N_("recovery"),
    N_("hold"),
    N_("release"),
)
"""Kinds of entries as people read them: the words themselves are in the files and translated when shown."""


def payout(root: Path, period: str | None = None, person: str | None = None) -> Report:
    """Entries, totals, honours, and sales that no plan pays.

    Args:
        period: A month, quarter, half or year; a longer one gives its months' pay and its own. The newest
            month with facts by default.
        person: Id, name or alias; everybody by default.

    Raises:
        BookBroken: if the book, or what pay needs, has errors.
        Misuse: for a period without facts, or somebody unknown.
    """
    with open_session(root) as session:
        at = session.period(period, PERIOD_KINDS)
        who = None if person is None else session.person(person)
        found: list[Finding] = list(session.found)
        reckoned = reckon(session, at, found)
        stop_on_errors(found)
        return _report(session, at, who, reckoned, found)


def _report(
    session: Session, period: Period, who: str | None, reckoned: Sequence[Reckoned], found: list[Finding]
) -> Report:
    entries = sorted(
        (e for one in reckoned for e in one.entries() if who in (None, e.person)), key=Entry.sort_key
    )
    honours = [h for one in reckoned for h in one.honours() if who in (None, h.person)]
    left_out = [one for one in unpaid(session, reckoned) if who in (None, one.person)]
    regions = {
        (one.period.text, key): member.region for one in reckoned for key, member in one.members.items()
    }
    tables = [
        Table(
            name="rows",
            columns=_COLUMNS,
            rows=tuple(_entry_row(session, entry, regions) for entry in entries),
            title=N_("Pay"),
        ),
        Table(name="totals", columns=_TOTALS, rows=tuple(_totals(session, entries)), title=N_("Totals")),
    ]
    if honours:
        rows = tuple(_honour_row(session, honour) for honour in honours)
        tables.append(
            Table(name="honours", columns=_HONOURS, rows=rows, title=N_("Recognition without money"))
        )
    if left_out:
        tables.append(_unpaid(session, left_out))
    settled = settled_otherwise(session, period, reckoned, who)
    if settled.otherwise:
        names = {key: person.name for key, person in session.book.org.people.items()}
        tables.append(difference_table(names, settled.otherwise))
    as_of = session.paid_as_of(period)
    return Report(
        command="payout",
        tables=tuple(tables),
        header=session.header(period, as_of),
        period=period.text,
        as_of=as_of,
        currency=session.book.settings.currency,
        findings=tuple(found),
        notes=(*settled_notes(session, settled, who), *_notes(session, period, entries, left_out)),
    )


def name_of(session: Session, person: str) -> str:
    """What people call them."""
    known = session.book.org.people.get(person)
    return known.name if known is not None else person


def _entry_row(session: Session, entry: Entry, regions: dict[tuple[str, str], str]) -> Row:
    return {
        "period": entry.period,
        "person": entry.person,
        "name": name_of(session, entry.person),
        "region": regions.get((entry.period, entry.person)),
        "plan": entry.plan,
        "component": entry.component,
        "kind": entry.kind,
        "base": entry.base,
        "rate": entry.rate,
        "amount": entry.amount,
        "cause": because(entry.cause),
        "deal_id": entry.deal_id or None,
        "rule": entry.rule,
        "_unit": "money",
    }


def _totals(session: Session, entries: Iterable[Entry]) -> Iterable[Row]:
    sums: dict[str, Decimal] = {}
    for entry in entries:
        sums[entry.person] = sums.get(entry.person, from_minor(0, session.digits)) + entry.amount
    for person, amount in sums.items():
        yield {"person": person, "name": name_of(session, person), "amount": amount}
    whole = sum(sums.values(), from_minor(0, session.digits))
    yield {"person": None, "name": gettext(N_("All")), "amount": whole, "_strong": 1}


def _honour_row(session: Session, honour: Honour) -> Row:
    return {
        "period": honour.period,
        "person": honour.person,
        "name": name_of(session, honour.person),
        "plan": honour.plan,
        "component": honour.component,
        "award": honour.award,
        "rank": honour.rank,
        "value": honour.value,
        "rule": honour.rule,
        "_unit": honour.unit,
    }


def _unpaid(session: Session, left_out: Sequence[Unpaid]) -> Table:
    columns = (
        Column("period", N_("Period")),
        Column("person", N_("Id"), people=False),
        Column("name", N_("Person"), machine=False),
        Column("amount", N_("Sales"), "money"),
        Column("received", N_("Collected"), "money", people=any(one.cash for one in left_out)),
    )
    rows: tuple[Row, ...] = tuple(
        {
            "period": one.period.text,
            "person": one.person,
            "name": name_of(session, one.person),
            "amount": from_minor(one.sales, session.digits),
            "received": from_minor(one.cash, session.digits),
        }
        for one in left_out
    )
    return Table(name="unpaid", columns=columns, rows=rows, title=N_("Credited, but no plan pays it"))


def _notes(
    session: Session, period: Period, entries: Sequence[Entry], left_out: Sequence[Unpaid]
) -> Iterable[Line]:
    as_of = session.paid_as_of(period)
    whole = Period.month_of(period.end, period.fiscal) if period.kind == "week" else period
    if as_of < whole.end:
        template = N_("{period} has not ended in the facts, which reach to {as_of}: figures will change")
        if whole != period:
            template = N_(
                "{week} is paid with {period}, which has not ended in the facts, which reach to {as_of}:"
                " figures will change"
            )
        params = {"period": whole.text, "as_of": as_of.isoformat(), "week": period.text}
        yield Line(template=template, params=params)
    unseen = unpaid_note(left_out, period, told=True)
    if unseen is not None:
        yield unseen
    if entries:
        yield Line(
            template=N_("why somebody is paid what they are: salescli explain {person} --period {period}"),
            params={"person": entries[0].person, "period": period.text},
        )
