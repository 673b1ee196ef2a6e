"""The columns of each kind of fact, and what a cell of each type must look like (FORMATS: Facts).

Every rule of a cell stands here once for Python (`CELL`) and once for SQL (`load.py`); a test holds the two
together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

CellType = Literal[
    "id",  # printable text, at most ID_LENGTH characters
    "text",  # printable text
    "note",  # text that may have several lines
    "region",
    "product",
    "person",
    "status",
    "split",  # kind of a share
    "amount",  # zero or more
    "signed",  # amount that may be negative
    "date",
    "share",
    "count",
    "currency",
    "code",  # of another currency than the book's
    "rate",  # above zero
]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a fact file; `required` cells must not be empty."""

    name: str
    type: CellType
    required: bool = False


def _columns(*specs: str) -> tuple[Column, ...]:
    parts = [spec.split(":") for spec in specs]
    return tuple(Column(name.rstrip("*"), kind, name.endswith("*")) for name, kind in parts)  # type: ignore[arg-type]


COLUMNS: dict[str, tuple[Column, ...]] = {
    "deals": _columns(
        *"deal_id*:id customer*:text region*:region product*:product owner*:person amount*:amount".split(),
        *"status*:status opened_on:date signed_on:date closed_on:date cancelled_on:date cost:amount".split(),
        *"customer_kind:text category:text item:text quantity:count discount:share".split(),
        *"term_months:count currency:currency source:text note:note".split(),
    ),
    "collections": _columns(
        *"receipt_id*:id deal_id*:id received_on*:date amount*:signed currency:currency".split(),
        *"customer:text note:note".split(),
    ),
    "credits": _columns(*"deal_id*:id person*:person share*:share kind:split".split()),
    "activities": _columns(
        *"date*:date person*:person kind*:text count*:count region:region product:product".split(),
        *"customer:text deal_id:id".split(),
    ),
    "fx": _columns(*"date*:date currency*:code rate*:rate".split()),
}

STATUSES = ("open", "won", "lost", "cancelled")
SPLITS = ("split", "overlay", "attainment", "pay")
CREDIT_KINDS = ("owner", *SPLITS)  # a deal nobody shares is its owner's
# Columns of deals that are only held where a file has them.
OPTIONAL = ("category", "customer_kind", "discount", "item", "quantity", "source", "term_months")
NUMBERS = ("discount", "quantity", "term_months")  # those of them that are no text
ID_LENGTH = 100
SHARE_UNIT = 1_000_000  # parts of one per cent
WHOLE_SHARE = 100 * SHARE_UNIT

# Characters nobody sees: C0 and C1 controls, soft hyphen, zero-width, bidi, line separators, tags.
_LINES = "\t\n\r"
_HIDDEN = (
    (0x00, 0x1F),
    (0x7F, 0x9F),
    (0xAD, 0xAD),
    (0x61C, 0x61C),
    (0x180E, 0x180E),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE007F),
)
_BLANK = ((0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x202F, 0x202F), (0x205F, 0x205F))
_BLANKS = (*_BLANK, (0x3000, 0x3000))


def _without(ranges: Iterable[tuple[int, int]], characters: str) -> list[tuple[int, int]]:
    """The ranges less some characters."""
    out = list(ranges)
    for code in map(ord, characters):
        out = [
            piece
            for low, high in out
            for piece in ([(low, code - 1), (code + 1, high)] if low <= code <= high else [(low, high)])
            if piece[0] <= piece[1]
        ]
    return out


def _class(ranges: Iterable[tuple[int, int]], form: str) -> str:
    return "[" + "".join(f"{form.format(low)}-{form.format(high)}" for low, high in ranges) + "]"


def _sql(ranges: Iterable[tuple[int, int]]) -> str:
    return _class(ranges, "\\x{{{:x}}}")


HIDDEN = re.compile(_class(_HIDDEN, "\\U{:08x}"))
HIDDEN_IN_NOTE = re.compile(_class(_without(_HIDDEN, _LINES), "\\U{:08x}"))
EDGE = re.compile("^{0}|{0}\\Z".format(_class(_BLANKS, "\\U{:08x}")))

# The same for RE2, which DuckDB uses; they go into SQL literals and hold no quote.
SQL_UNCLEAN = f"{_sql(_HIDDEN)}|^{_sql(_BLANKS)}|{_sql(_BLANKS)}$"
SQL_UNCLEAN_NOTE = f"{_sql(_without(_HIDDEN, _LINES))}|^{_sql(_BLANKS)}|{_sql(_BLANKS)}$"

SHARE_FORM = r"[0-9]{1,3}(\.[0-9]{1,6})?%"
CODE_FORM = "[A-Z]{3}"
RATE_FORM = r"[0-9]{1,9}(\.[0-9]{1,9})?"
COUNT_FORM = r"[0-9]{1,9}"


def whole_digits(digits: int) -> int:
    """Most digits before the point of an amount: 15, or fewer where that does not fit 18-digit arithmetic."""
    return min(15, 18 - 2 * digits)


def amount_form(digits: int, *, signed: bool) -> str:
    """An amount with at most `digits` decimal places, as a regular expression for both engines."""
    fraction = rf"(\.[0-9]{{1,{digits}}})?" if digits else ""
    return ("-?" if signed else "") + rf"[0-9]{{1,{whole_digits(digits)}}}" + fraction


def columns_of(kind: str) -> dict[str, Column]:
    """The columns of a kind of fact, by name."""
    return {column.name: column for column in COLUMNS[kind]}
