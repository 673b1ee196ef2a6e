"""`export public`: the list of those paid for a month, as far as the policy lets it be public (SPEC S6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from salescli.books.settlements import read_rows, read_settlement, settlement_path
from salescli.findings import BookBroken, Finding, Refused
from salescli.i18n import N_, gettext, joined
from salescli.model.book import PublicRules
from salescli.model.period import Period
from salescli.model.settlement import ENTRIES, PAYOUTS, Settlement
from salescli.model.table import Column, Line, Report, Row, Table, Value
from salescli.model.template import Markdown
from salescli.render import numbers
from salescli.render.markdown import table_markdown
from salescli.render.mask import shown_name
from salescli.render.words import line_text, separator
from salescli.workflows.paying.payout import name_of
from salescli.workflows.session import Session, open_session
from salescli.workflows.settling.settle_steps import window_of
from salescli.workflows.settling.settlements import intact
from salescli.workflows.templates import document

_RANK = "rank "


@dataclass(frozen=True, slots=True)
class _Paid:
    """Somebody paid: what may be shown of them is chosen later."""

    person: str
    amount: Decimal
    places: tuple[str, ...]


def public(root: Path, period: str) -> Report:
    """Everybody who is paid something for a month, redacted as `settlement: {public: …}` says.

    Raises:
        Refused: if the month is not published, or was changed by hand.
        BookBroken: if the book or the template has errors.
    """
    with open_session(root) as session:
        month = session.period(period, ("month",))
        known = _published(session.book.root, month)
        rules = session.book.settings.settlement.public
        rows = [_row(session, month, rules, known.currency, one) for one in _paid(session.book.root, month)]
        rows.sort(key=_as_shown)  # by nothing that is not shown
        table = Table(name="rows", columns=_columns(rules), rows=tuple(rows))
        values = _values(session, month, known, table)
        return Report(
            command="export",
            tables=(table,),
            period=month.text,
            currency=known.currency,
            document=document(session.book.root, "public")(values),
        )


def _published(root: Path, month: Period) -> Settlement:
    found: list[Finding] = []
    known = read_settlement(root, month.text, found)
    if known is None and found:
        raise BookBroken(found)
    if known is None or known.state == "draft":
        raise Refused(
            N_("{period} is not published: a draft is nobody else's business"),
            hint=N_("publish it first: salescli settle publish {period}"),
            period=month.text,
        )
    intact(root, known)
    return known


def _paid(root: Path, month: Period) -> list[_Paid]:
    folder = settlement_path(root, month.text).parent
    places: dict[str, list[str]] = {}
    for row in read_rows(folder / ENTRIES):
        if row["kind"] == "award" and row["cause"].startswith(_RANK):
            place = f"{row['component']} {row['cause'].removeprefix(_RANK)}"
            places.setdefault(row["person"], []).append(place)
    payable = {row["person"]: Decimal(row["payable"]) for row in read_rows(folder / PAYOUTS)}
    return [
        _Paid(person, amount, tuple(places.get(person, ())))
        for person, amount in payable.items()
        if amount > 0
    ]


def _columns(rules: PublicRules) -> tuple[Column, ...]:
    columns = [Column("name", N_("Id") if rules.names == "id" else N_("Person"))]
    if rules.regions == "shown":
        columns.append(Column("region", N_("Region")))
    if rules.amounts != "none":
        columns.append(Column("amount", N_("Amount"), "money"))
    if rules.ranks == "shown":
        columns.append(Column("places", N_("Places")))
    return tuple(columns)


def _row(session: Session, month: Period, rules: PublicRules, currency: str, paid: _Paid) -> Row:
    """What may be shown, and nothing else: the rest never reaches a renderer or template."""
    row: dict[str, Value] = {
        "name": shown_name(name_of(session, paid.person), paid.person, rules.names),
        "region": None,
        "amount": None,
        "places": None,
    }
    if rules.regions == "shown":
        row["region"] = _region(session, month, paid.person)
    if rules.amounts == "exact":
        row["amount"] = paid.amount
    elif rules.amounts == "bands":
        row["amount"] = _band(paid.amount, rules.bands, currency)
    if rules.ranks == "shown" and paid.places:
        row["places"] = joined(paid.places)
    return row


def _region(session: Session, month: Period, person: str) -> str | None:
    known = session.book.org.people.get(person)
    last = known.last_day(month.start, month.end) if known else None
    at = known.assignment(last) if known and last else None
    region = session.book.org.regions.get(at.region) if at else None
    return region.name if region else None


def _band(amount: Decimal, bands: tuple[Decimal, ...], currency: str) -> Line:
    """The band an amount lies in; bounds belong to the band above them."""
    below = [bound for bound in bands if bound <= amount]
    above = [bound for bound in bands if bound > amount]
    params: dict[str, object] = {}
    if below:
        params["lower"] = numbers.money_full(below[-1], currency)
    if above:
        params["upper"] = numbers.money_full(above[0], currency)
    if not below:
        return Line(template=N_("under {upper}"), params=params)
    if not above:
        return Line(template=N_("{lower} or more"), params=params)
    return Line(template=N_("{lower} to under {upper}"), params=params)


def _as_shown(row: Row) -> tuple[str, ...]:
    """Order by region, name and the rest, as they are shown."""
    amount = row["amount"]
    text = line_text(amount) if isinstance(amount, Line) else f"{amount or 0:030}"
    return (str(row["region"] or ""), str(row["name"]), str(row["places"] or ""), text)


def _values(session: Session, month: Period, known: Settlement, table: Table) -> Mapping[str, object]:
    published = max(event.on for event in known.events if event.event == "published")
    until = window_of(session, published).isoformat() if known.state == "published" else ""
    return {
        "company": session.book.settings.company,
        "period": month.text,
        "separator": separator(),
        "state": gettext(known.state),
        "published": published.isoformat(),
        "until": until,
        "count": len(table.rows),
        "table": Markdown(table_markdown(table, known.currency)),
        "people": [_person(row, known.currency) for row in table.rows],
    }


def _person(row: Row, currency: str) -> dict[str, object]:
    amount, places = row["amount"], row["places"]
    text = numbers.money_full(amount, currency) if isinstance(amount, Decimal) else amount or ""
    return {
        "name": row["name"],
        "region": row["region"] or "",
        "amount": text,
        "places": str(places).split(", ") if places else [],
    }
