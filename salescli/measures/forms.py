"""What is wrong with the form of a single cell, and what to write instead. Pure functions over its text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from salescli.findings import character_name, did_you_mean
from salescli.i18n import N_, several
from salescli.measures.load import Rules
from salescli.measures.schema import (
    CODE_FORM,
    COUNT_FORM,
    EDGE,
    HIDDEN,
    HIDDEN_IN_NOTE,
    ID_LENGTH,
    RATE_FORM,
    SHARE_FORM,
    SPLITS,
    STATUSES,
    Column,
    amount_form,
    whole_digits,
)
from salescli.model.exact import parse_rate


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something wrong with a cell: code, English template and hint with `{named}` places."""

    column: str
    code: str
    template: str
    hint: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    severity: Literal["error", "warning"] = "error"


def unclean(column: Column, text: str) -> Wrong | None:
    """An invisible character, or a blank at an edge; None if there is neither."""
    if text.isprintable() and text[0] != " " and text[-1] != " ":  # the usual case, ten times as fast
        return None
    hidden = (HIDDEN_IN_NOTE if column.type == "note" else HIDDEN).search(text)
    if hidden:
        return Wrong(
            column.name,
            "C008",
            N_("{column} has an invisible character {char} after {count:other|others}"),
            N_("remove it"),
            {
                "column": column.name,
                "char": character_name(hidden.group(), "control character"),
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


def form(column: Column, text: str, rules: Rules) -> Iterator[Wrong]:
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
        yield Wrong(column.name, "F005", N_("{column} {text!r} is not one from 0% to 100%"), hint, params)
    elif kind == "count" and not re.fullmatch(COUNT_FORM, text):
        yield Wrong(
            column.name, "F006", N_("{column} {text!r} is not a whole number"), N_("write 3, say"), params
        )
    elif kind == "currency" and text not in (rules.currency, *(rules.fx or ())):
        yield _currency(column, text, rules)
    elif kind == "code" and (text == rules.currency or not re.fullmatch(CODE_FORM, text)):
        yield Wrong(
            column.name,
            "F019",
            N_("{text!r} is not another currency"),
            N_("write a code such as USD; the book is in {book}"),
            params | {"book": rules.currency},
        )
    elif kind == "rate" and not (re.fullmatch(RATE_FORM, text) and Decimal(text) > 0):
        yield Wrong(
            column.name,
            "F019",
            N_("{text!r} is not an exchange rate"),
            N_(
                "write how much of {book} one unit is worth, such as 7.1234, with at most nine decimal places"
            ),
            params | {"book": rules.currency},
        )


def _currency(column: Column, text: str, rules: Rules) -> Wrong:
    params: dict[str, object] = {"text": text, "book": rules.currency}
    if rules.fx is None:
        hint = N_(
            "convert it and leave the cell empty, or let fx: booking_date in policies/metrics.yaml convert it"
        )
    else:
        params["near"] = did_you_mean(text, {rules.currency, *rules.fx})
        hint = N_("did you mean {near}?") if params["near"] else N_("add its rate to ledger/fx.csv")
    return Wrong(column.name, "F012", N_("the amount is in {text}, the book in {book}"), hint, params)


def _word(column: Column, text: str, words: tuple[str, ...]) -> Wrong:
    near = did_you_mean(text.lower(), words)
    return Wrong(
        column.name,
        "F004",
        N_("{column} {text!r} is none of {words}"),
        N_("did you mean {near}?") if near else N_("write one of {words}"),
        {"column": column.name, "text": text, "words": several(words), "near": near},
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
