"""What is open between deals and receipts, in words: reasons, remedies and sums (SPEC K5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from salescli.findings import Span
from salescli.i18n import N_
from salescli.model.exact import plain
from salescli.model.reconcile import KINDS, QUIET, Balance, Item, Terms
from salescli.model.table import Column, Line, Row
from salescli.workflows.bringing_in.reconcile_finance import NO_DEAL, Export
from salescli.workflows.session import Session

ITEMS = (
    Column("what", "What", "word", machine=False),
    Column("check", "check", people=False),
    Column("kind", "kind", people=False),
    Column("deal_id", "Deal"),
    Column("receipt_id", "Receipt", spare=3),
    Column("customer", "Customer", spare=6),
    Column("person_name", "Person", machine=False, spare=5),
    Column("person", "person", people=False),
    Column("region", "region", people=False),
    Column("product", "product", people=False),
    Column("since", "since", people=False),
    Column("days", "days", "count", people=False),
    Column("amount", "Amount", "money", spare=2),
    Column("received", "Received", "money", spare=4),
    Column("difference", "Difference", "money"),
    Column("reason", "Why"),
    Column("remedy", "remedy", people=False),
    Column("at", "Where", spare=1),
    Column("receipts_short", "Receipts at", machine=False, spare=7),
    Column("receipts_at", "receipts_at", people=False),
)
SUMS = (
    Column("what", "", "word", machine=False),
    Column("check", "check", people=False),
    Column("kind", "kind", people=False),
    Column("count", "Number", "count"),
    Column("sum", "Sum", "money"),
    Column("remedy", "What to do", machine=False),
)

NAMES = {
    "no_deal": N_("no deal"),
    "duplicate": N_("duplicate"),
    "over": N_("over-collected"),
    "not_won": N_("not won"),
    "missing": N_("missing"),
    "short": N_("short"),
    "customer": N_("other customer"),
    "only_book": N_("only in the book"),
    "only_finance": N_("only at finance"),
    "different": N_("other amount"),
    "other_deal": N_("other deal"),
    "other_day": N_("other day"),
    "not_due": N_("not due yet"),
    "tolerated": N_("within the tolerance"),
}
REMEDIES = {
    "no_deal": N_("correct the receipt's deal_id, or add the deal"),
    "duplicate": N_("ask finance whether the money came twice; if not, remove the copy"),
    "over": N_("check the deal's amount; give back what was paid too much, as a negative receipt"),
    "not_won": N_("correct the deal's status, or give the money back, as a negative receipt"),
    "missing": N_("ask finance for the receipt; if there is none, the owner asks the customer"),
    "short": N_("the owner asks the customer for the rest; or correct the deal's amount"),
    "customer": N_("ask finance who paid; correct the receipt's deal_id, or map the payer's name"),
    "only_book": N_("ask finance for it; if it never came, remove it from the book"),
    "only_finance": N_("import finance's export"),
    "different": N_("find out which amount the bank has, and correct the other"),
    "other_deal": N_("find out which deal it is for, and correct the other"),
    "other_day": N_("find out which day the bank has, and correct the other"),
    "not_due": "",
    "tolerated": "",
}


def item_rows(session: Session, balance: Balance, terms: Terms, export: Export | None) -> Iterator[Row]:
    """A row for everything open."""
    people = session.book.org.people
    near = _Near(session)
    for item in balance.items:
        places = [export.at(span) if export else span for span in item.receipts]
        person = people.get(item.person)
        yield {
            "what": NAMES[item.kind],
            "check": item.check,
            "kind": item.kind,
            "deal_id": None if item.deal_id == NO_DEAL else item.deal_id or None,
            "receipt_id": item.receipt_id or None,
            "customer": item.customer or None,
            "person_name": person.name if person else None,
            "person": item.person or None,
            "region": item.region or None,
            "product": item.product or None,
            "since": item.since,
            "days": (terms.as_of - item.since).days if item.since else None,
            "amount": item.amount,
            "received": item.received,
            "difference": item.difference,
            "reason": _reason(item, terms, places, near),
            "remedy": Line(template=REMEDIES[item.kind]),
            "at": item.place,
            "receipts_short": _short(places),
            "receipts_at": " ".join(map(str, places)) or None,
        }


def _short(places: list[Span]) -> str | None:
    """The newest receipt's place, and how many there are before it."""
    if not places:
        return None
    more = f" (+{len(places) - 1})" if len(places) > 1 else ""
    return f"{places[-1]}{more}"


class _Near:
    """Deals whose ids are like unknown ones, for the first few."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, str | None] = {}

    def to(self, deal: str) -> str | None:
        if deal == NO_DEAL:
            return None
        if deal not in self._known:
            few = len(self._known) < 20
            self._known[deal] = self._session.facts.near_deal(deal) if few else None
        return self._known[deal]


def _reason(item: Item, terms: Terms, places: list[Span], near: _Near) -> Line:
    params: dict[str, object] = {
        "deal": item.deal_id,
        "customer": item.customer,
        "receipt": item.receipt_id,
        "other": item.other,
        "since": item.since.isoformat() if item.since else "",
        "days": (terms.as_of - item.since).days if item.since else "",
        "within": terms.within,
        "rest": plain(abs(item.difference)),
        "book": "" if item.amount is None else plain(item.amount),
        "finance": "" if item.received is None else plain(item.received),
        "day": item.other_day.isoformat() if item.other_day else "",
        "place": str(places[-1]) if places else "",
    }
    return Line(template=_template(item, params, near), params=params)


def _template(item: Item, params: dict[str, object], near: _Near) -> str:
    if item.kind == "no_deal":
        if item.deal_id == NO_DEAL:
            return N_("the receipt names no deal")
        params["near"] = near.to(item.deal_id)
        return (
            N_("there is no deal {deal}; did you mean {near}?")
            if params["near"]
            else N_("there is no deal {deal}")
        )
    if item.kind == "duplicate":
        if item.other == item.receipt_id:
            return N_("another receipt has the same id, at {place}")
        return N_("same deal, day and amount as {other}, at {place}")
    if item.kind == "not_won":
        return (
            {
                "open": N_("money came in, but the deal is not signed"),
                "lost": N_("money came in, but the deal is lost"),
                "cancelled": N_("the deal is cancelled, but not all money was given back"),
            }.get(item.status, N_("money came in before the deal was signed"))
            if item.difference < 0
            else N_("more was given back than was received")
        )
    return _TEMPLATES[item.kind]


_TEMPLATES = {
    "over": N_("more received than the deal's amount"),
    "missing": N_("nothing received in {days:day|days}"),
    "short": N_("part received in {days:day|days}"),
    "customer": N_("paid by {other}, the deal's customer is {customer}"),
    "only_book": N_("finance has no such receipt"),
    "only_finance": N_("the book has no such receipt"),
    "different": N_("the book has {book}, finance {finance}"),
    "other_deal": N_("the book has it for deal {deal}, finance for {other}"),
    "other_day": N_("the book has it on {since}, finance on {day}"),
}


def sum_rows(balances: Iterable[Balance]) -> Iterator[Row]:
    """The two sums of each check, their difference, and what it is made of."""
    for balance in balances:
        left, right = {
            "deals": (N_("deals won and signed"), N_("received")),
            "receipts": (N_("receipts of the book"), N_("receipts of finance")),
        }[balance.check]
        heads: tuple[tuple[str, str, Decimal], ...] = (
            ("left", left, balance.left),
            ("right", right, balance.right),
            ("difference", N_("difference"), balance.left - balance.right),
        )
        for kind, name, value in heads:
            yield {
                "what": name,
                "check": balance.check,
                "kind": kind,
                "sum": value,
                "_strong": kind == "difference",
            }
        for kind in (*KINDS, *QUIET):
            if kind in balance.parts:
                count, value = balance.parts[kind]
                yield {
                    "what": NAMES[kind],
                    "check": balance.check,
                    "kind": kind,
                    "count": count,
                    "sum": value,
                    "remedy": Line(template=REMEDIES[kind]) if REMEDIES[kind] else None,
                    "_depth": 1,
                }
