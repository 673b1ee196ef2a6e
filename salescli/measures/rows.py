"""What is wrong with a single row of facts: pure functions over its cells.

SQL (`load.judged_sql`) marks the rows in which something is wrong; here each of them is told what, cell by
cell, with the remedy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from salescli.findings import did_you_mean
from salescli.i18n import N_
from salescli.measures.forms import Wrong, form, parse_date, unclean
from salescli.measures.fx import foreign, in_book, rules_in
from salescli.measures.load import Rules
from salescli.measures.schema import (
    COLUMNS,
    EDGE,
    HIDDEN,
    STATUSES,
    Column,
    amount_form,
)
from salescli.model.exact import rate_text
from salescli.model.org import Org

Cells = Mapping[str, str | None]


@dataclass
class Judge:
    """What rows are judged by, and what is known about the book as a whole.

    Attributes:
        twice: Column and id of deals and receipts that are there more than once; currency and day of rates.
        unknown: Deal ids referred to that no deal has.
        double: (deal, person, overlay) of shares given more than once.
        sums: Deal → sum of its split shares, where it is not 100 %.
        days: Deal → its day (signed, else opened), for shares of people away on it.
    """

    org: Org
    rules: Rules
    twice: set[tuple[str, str]] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    double: set[tuple[str, str, str]] = field(default_factory=set)
    sums: dict[str, Fraction] = field(default_factory=dict)
    days: dict[str, date] = field(default_factory=dict)
    _near: dict[tuple[str, str], str] = field(default_factory=dict)

    def row(self, kind: str, cells: Cells) -> Iterator[Wrong]:
        """Everything wrong with a row."""
        own = rules_in(self.rules, cells.get("currency"))
        for column in COLUMNS[kind]:
            money = column.type in ("amount", "signed")
            yield from self._cell(column, cells[column.name], own if money else self.rules)
        yield from _ACROSS[kind](self, cells)

    def _cell(self, column: Column, text: str | None, rules: Rules) -> Iterator[Wrong]:
        if text is None:
            if column.required:
                yield Wrong(column.name, "F001", N_("{column} is empty"), params={"column": column.name})
            return
        wrong = unclean(column, text)
        if wrong:
            yield wrong
            return
        if column.type in ("region", "product", "person"):
            yield from self._reference(column, text)
        else:
            yield from form(column, text, rules)

    def _reference(self, column: Column, text: str) -> Iterator[Wrong]:
        table = {"region": "regions", "product": "products", "person": "people"}[column.type]
        known: Mapping[str, object] = getattr(self.org, table)
        if text in known:
            return
        template = {
            "region": N_("there is no region {word!r}"),
            "product": N_("there is no product line {word!r}"),
            "person": N_("there is no person {word!r}"),
        }[column.type]
        meant = self.org.find(table, text)
        if meant:
            hint = N_("write the id: {near}")
        else:
            meant = self._nearest(table, text, known)
            hint = N_("did you mean {near}?") if meant else N_("correct it, or add it to ledger/org.yaml")
        yield Wrong(
            column.name,
            "F008",
            template,
            hint,
            {"word": text, "near": meant},
        )

    def _nearest(self, table: str, text: str, known: Mapping[str, object]) -> str:
        """The nearest id; looked for only for the first words, since each look compares with every id."""
        key = (table, text)
        if key not in self._near:
            if len(self._near) * len(known) > _COMPARISONS:
                return ""
            self._near[key] = did_you_mean(text, known)
        return self._near[key]

    def away(self, person: str | None, day: date | None, column: str) -> Iterator[Wrong]:
        """A warning if the person was not employed on that day."""
        who = self.org.people.get(person or "")
        if who is not None and day is not None and not who.employed(day):
            until = who.left.isoformat() if who.left else ""
            yield Wrong(
                column,
                "F016",
                N_("{person} was not employed on {day}"),
                N_("employed from {since} to {until}") if until else N_("employed from {since}"),
                {
                    "person": who.id,
                    "day": day.isoformat(),
                    "since": who.hired.isoformat(),
                    "until": until,
                },
                "warning",
            )


_COMPARISONS = 200_000


def _deal(judge: Judge, cells: Cells) -> Iterator[Wrong]:
    deal = cells["deal_id"] or ""
    if ("deal_id", deal) in judge.twice:
        yield _twice("deal_id", deal)
    dates = {key: parse_date(cells[key]) for key in ("opened_on", "signed_on", "closed_on", "cancelled_on")}
    for early, late in (
        ("opened_on", "signed_on"),
        ("opened_on", "closed_on"),
        ("opened_on", "cancelled_on"),
        ("signed_on", "cancelled_on"),
    ):
        before, after = dates[early], dates[late]
        if before and after and after < before:
            yield Wrong(
                late,
                "F010",
                N_("{late} {after} is before {early} {before}"),
                N_("correct one of the two dates"),
                {"late": late, "after": after.isoformat(), "early": early, "before": before.isoformat()},
            )
    yield from _status(judge, cells)
    booked = dates["signed_on"] or dates["opened_on"]
    if booked is None and foreign(judge.rules, cells["currency"]):
        yield Wrong(
            "currency",
            "F021",
            N_("the deal is in {currency}, but neither signed_on nor opened_on is given"),
            N_("write the day; its exchange rate converts the amount"),
            {"currency": cells["currency"]},
        )
    yield from _converted(judge, cells, booked, ("amount", "cost"))
    yield from judge.away(cells["owner"], booked, "owner")


def _status(judge: Judge, cells: Cells) -> Iterator[Wrong]:
    status = cells["status"]
    signed, closed, cancelled = cells["signed_on"], cells["closed_on"], cells["cancelled_on"]
    if status == "won" and not signed and (judge.rules.signing_counts or not closed):
        yield Wrong(
            "signed_on" if judge.rules.signing_counts else "closed_on",
            "F011",
            N_("the deal is won, but signed_on is empty")
            if judge.rules.signing_counts
            else N_("the deal is won, but neither signed_on nor closed_on is given"),
            N_("write the day; without it nobody is paid for the deal"),
        )
    if status == "cancelled" and not cancelled:
        yield Wrong(
            "cancelled_on",
            "F011",
            N_("the deal is cancelled, but cancelled_on is empty"),
            N_("write the day of the cancellation"),
        )
    if cancelled and status in STATUSES and status != "cancelled":
        yield Wrong(
            "cancelled_on",
            "F011",
            N_("the deal is {status}, but cancelled_on is {day}"),
            N_("write status cancelled, or remove the date"),
            {"status": status, "day": cancelled},
        )
    if status == "lost" and signed:
        yield Wrong(
            "signed_on",
            "F011",
            N_("the deal is lost, but signed_on is {day}"),
            N_("write status cancelled if a signed contract was given up, or remove the date"),
            {"day": signed},
        )
    if status == "open" and closed:
        yield Wrong(
            "closed_on",
            "F011",
            N_("the deal is open, but closed_on is {day}"),
            N_("write status won or lost, or remove the date"),
            {"day": closed},
        )
    if status == "open" and signed:
        yield Wrong(
            "status",
            "F017",
            N_("the deal is open, but signed_on is {day}"),
            N_("write status won; it counts as signed on that day"),
            {"day": signed},
            "warning",
        )


def _receipt(judge: Judge, cells: Cells) -> Iterator[Wrong]:
    if ("receipt_id", cells["receipt_id"] or "") in judge.twice:
        yield _twice("receipt_id", cells["receipt_id"] or "")
    yield from _converted(judge, cells, parse_date(cells["received_on"]), ("amount",))
    yield from _unknown_deal(judge, cells)


def _converted(judge: Judge, cells: Cells, day: date | None, columns: tuple[str, ...]) -> Iterator[Wrong]:
    """Whether the amounts of a row in another currency can be converted."""
    currency = foreign(judge.rules, cells["currency"])
    if currency is None or day is None or judge.rules.fx is None:
        return
    rates = judge.rules.fx[currency]
    if rates.on(day) is None:
        yield Wrong(
            "currency",
            "F021",
            N_("there is no exchange rate of {currency} on {day}"),
            N_("the first in ledger/fx.csv is of {first}; add an earlier one"),
            {"currency": currency, "day": day.isoformat(), "first": rates.first.isoformat()},
        )
        return
    own = rules_in(judge.rules, currency)
    for column in columns:
        text = cells[column]
        sound = text and re.fullmatch(amount_form(own.digits, signed=True), text)
        if text and sound and in_book(judge.rules, text, currency, day) is None:
            yield Wrong(
                column,
                "F002",
                N_("{column} {text} {currency} is too large an amount in {book}"),
                N_("correct the amount, or the rate in ledger/fx.csv"),
                {"column": column, "text": text, "currency": currency, "book": judge.rules.currency},
            )


def _rate(judge: Judge, cells: Cells) -> Iterator[Wrong]:
    currency, day = cells["currency"] or "", cells["date"] or ""
    if (currency, day) in judge.twice:
        yield Wrong(
            "currency",
            "F020",
            N_("{currency} has more than one rate from {day} on"),
            N_("keep the one that is right"),
            {"currency": currency, "day": day},
        )


def _credit(judge: Judge, cells: Cells) -> Iterator[Wrong]:
    yield from _unknown_deal(judge, cells)
    deal, person = cells["deal_id"] or "", cells["person"] or ""
    kind = cells["kind"] or "split"
    if (deal, person, kind) in judge.double:
        yield Wrong(
            "person",
            "F013",
            N_("{person} has more than one {kind} share of deal {deal}"),
            N_("put the shares together in one row"),
            {"person": person, "kind": kind, "deal": deal},
        )
    if kind == "split" and deal in judge.sums:
        total = judge.sums[deal]
        yield Wrong(
            "share",
            "F014",
            N_("the shares of deal {deal} sum to {total}, not 100%"),
            N_("{rest} is missing")
            if total < 1
            else N_("{rest} too much; a share on top is of kind overlay"),
            {"deal": deal, "total": rate_text(total, 6), "rest": rate_text(abs(1 - total), 6)},
        )
    yield from judge.away(person, judge.days.get(deal), "person")


def _activity(judge: Judge, cells: Cells) -> Iterator[Wrong]:
    if cells["deal_id"] in judge.unknown:
        yield Wrong(
            "deal_id",
            "F018",
            N_("there is no deal {deal!r}"),
            N_("correct the id, or leave it empty"),
            {"deal": cells["deal_id"]},
            "warning",
        )
    yield from judge.away(cells["person"], parse_date(cells["date"]), "person")


def _unknown_deal(judge: Judge, cells: Cells) -> Iterator[Wrong]:
    deal = cells["deal_id"]
    if deal in judge.unknown and deal is not None and not HIDDEN.search(deal) and not EDGE.search(deal):
        yield Wrong(
            "deal_id",
            "F009",
            N_("there is no deal {deal!r}"),
            N_("add the deal, or correct the id"),
            {"deal": deal},
        )


def _twice(column: str, value: str) -> Wrong:
    return Wrong(
        column,
        "F007",
        N_("{column} {value!r} is there more than once"),
        N_("remove the copy, or give it an id of its own"),
        {"column": column, "value": value},
    )


_ACROSS: dict[str, Callable[[Judge, Cells], Iterator[Wrong]]] = {
    "deals": _deal,
    "collections": _receipt,
    "credits": _credit,
    "activities": _activity,
    "fx": _rate,
}
