"""What is wrong with a single row of facts: pure functions over its cells.

SQL (`load.judged_sql`) marks the rows in which something is wrong; here each of them is told what, cell by
cell, with the remedy.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from salescli.findings import did_you_mean
from salescli.i18n import N_
from salescli.measures.load import Rules
from salescli.measures.schema import (
    COLUMNS,
    COUNT_FORM,
    EDGE,
    HIDDEN,
    HIDDEN_IN_NOTE,
    ID_LENGTH,
    SHARE_FORM,
    SPLITS,
    STATUSES,
    Column,
    amount_form,
    whole_digits,
)
from salescli.model.exact import parse_rate, rate_text
from salescli.model.org import Org

Cells = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something wrong with a cell: code, English template and hint with `{named}` places."""

    column: str
    code: str
    template: str
    hint: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    severity: Literal["error", "warning"] = "error"


@dataclass
class Judge:
    """What rows are judged by, and what is known about the book as a whole.

    Attributes:
        twice: Column and id of deals and receipts that are there more than once.
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
        for column in COLUMNS[kind]:
            yield from self._cell(column, cells[column.name])
        yield from _ACROSS[kind](self, cells)

    def _cell(self, column: Column, text: str | None) -> Iterator[Wrong]:
        if text is None:
            if column.required:
                yield Wrong(column.name, "F001", N_("{column} is empty"), params={"column": column.name})
            return
        unclean = _unclean(column, text)
        if unclean:
            yield unclean
            return
        if column.type in ("region", "product", "person"):
            yield from self._reference(column, text)
        else:
            yield from _form(column, text, self.rules)

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


def _unclean(column: Column, text: str) -> Wrong | None:
    if text.isprintable() and text[0] != " " and text[-1] != " ":  # the usual case, ten times as fast
        return None
    hidden = (HIDDEN_IN_NOTE if column.type == "note" else HIDDEN).search(text)
    if hidden:
        code = ord(hidden.group())
        return Wrong(
            column.name,
            "C008",
            N_("{column} has an invisible character {char} after {count} others"),
            N_("remove it"),
            {
                "column": column.name,
                "char": f"U+{code:04X} {unicodedata.name(chr(code), 'control character')}",
                "count": hidden.start(),
            },
        )
    if EDGE.search(text):
        return Wrong(
            column.name,
            "C009",
            N_("{column} begins or ends with a blank"),
            N_("write {word!r}"),
            {"column": column.name, "word": EDGE.sub("", text).strip()},
        )
    return None


def _form(column: Column, text: str, rules: Rules) -> Iterator[Wrong]:
    """What is wrong with the form of a cell that refers to nothing."""
    kind, params = column.type, {"column": column.name, "text": text}
    if kind == "id" and len(text) > ID_LENGTH:
        params |= {"text": text[:20] + "…", "most": str(ID_LENGTH), "length": str(len(text))}
        yield Wrong(
            column.name, "F015", N_("{column} {text} has {length} characters"), N_("at most {most}"), params
        )
    elif kind == "status" and text not in STATUSES:
        yield _word(column, text, STATUSES)
    elif kind == "split" and text not in SPLITS:
        yield _word(column, text, SPLITS)
    elif kind in ("amount", "signed"):
        if not re.fullmatch(amount_form(rules.digits, signed=kind == "signed"), text):
            hint, more = _amount_hint(text, kind == "signed", rules)
            yield Wrong(column.name, "F002", N_("{column} {text!r} is not an amount"), hint, params | more)
    elif kind == "date" and parse_date(text) is None:
        yield _date(column, text)
    elif kind == "share" and parse_share(text) is None:
        hint = (
            N_("write {text}%")
            if re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,6})?", text)
            else N_("write it as 33.33%")
        )
        yield Wrong(column.name, "F005", N_("share {text!r} is not one from 0% to 100%"), hint, params)
    elif kind == "count" and not re.fullmatch(COUNT_FORM, text):
        yield Wrong(
            column.name, "F006", N_("{column} {text!r} is not a whole number"), N_("write 3, say"), params
        )
    elif kind == "currency" and text != rules.currency:
        yield Wrong(
            column.name,
            "F012",
            N_("the amount is in {text}, the book in {book}"),
            N_("convert it and leave the cell empty: several currencies in one book are not read yet"),
            params | {"book": rules.currency},
        )


def _word(column: Column, text: str, words: tuple[str, ...]) -> Wrong:
    near = did_you_mean(text.lower(), words)
    return Wrong(
        column.name,
        "F004",
        N_("{column} {text!r} is none of {words}"),
        N_("did you mean {near}?") if near else N_("write one of {words}"),
        {"column": column.name, "text": text, "words": ", ".join(words), "near": near},
    )


def _amount_hint(text: str, signed: bool, rules: Rules) -> tuple[str, dict[str, object]]:
    """The remedy for a text that is not an amount: the amount itself where it is plain what is meant."""
    meant = unicodedata.normalize("NFKC", text).replace(",", "").replace("_", "").strip()
    meant = meant.lstrip("￥¥$€£").strip()
    if meant.startswith("-") and not signed:
        return N_("an amount here is zero or more: write a return as cancelled_on or as a refund"), {}
    if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]*)?[eE][+-]?[0-9]{1,2}", meant):
        meant = format(Decimal(meant), "f")
    meant = meant.removeprefix("+")
    if re.fullmatch(amount_form(rules.digits, signed=signed), meant):
        return N_("write {meant}"), {"meant": meant}
    places = meant.partition(".")[2]
    if re.fullmatch(r"-?[0-9]+\.[0-9]+", meant) and len(places) > rules.digits:
        return N_("{currency} has {digits} decimal places: write an amount that can be paid"), {
            "currency": rules.currency,
            "digits": rules.digits,
        }
    if re.fullmatch(r"-?[0-9.]+", meant) and len(meant) > whole_digits(rules.digits):
        return N_("at most {most} digits before the point"), {"most": whole_digits(rules.digits)}
    return N_("write a plain decimal such as 800000 or 800000.00"), {}


def _date(column: Column, text: str) -> Wrong:
    hint, params = N_("write it as 2026-08-31"), {"column": column.name, "text": text}
    numbers = re.fullmatch(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?([ T].*)?", text)
    if numbers:
        year, month, day = (int(group) for group in numbers.groups()[:3])
        meant = f"{year:04}-{month:02}-{day:02}"
        if parse_date(meant):
            hint, params = N_("write {meant}"), params | {"meant": meant}
        else:
            hint = N_("there is no such day")
    return Wrong(column.name, "F003", N_("{column} {text!r} is not a date"), hint, params)


def parse_date(text: str | None) -> date | None:
    """A day written `2026-08-31`; None for anything else."""
    if text is None or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_share(text: str) -> Fraction | None:
    """A share from 0 % to 100 % with at most six decimal places; None for anything else."""
    if not re.fullmatch(SHARE_FORM, text):
        return None
    share = parse_rate(text)
    return share if share <= 1 else None


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
    yield from judge.away(cells["owner"], dates["signed_on"] or dates["opened_on"], "owner")


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
    yield from _unknown_deal(judge, cells)


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
}
