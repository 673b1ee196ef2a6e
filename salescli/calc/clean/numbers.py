"""Amounts, counts and shares of exports: `$1,054.00`, `１２，０００`, `1.2万`, `60%` (SPEC K2)."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from salescli.i18n import N_

_MONEY_WORDS = re.compile(r"(?:US\$|HK\$|NT\$|[$€£¥₩]|RMB|CNY|USD|EUR|GBP|JPY|HKD|元|人民币)", re.IGNORECASE)
_TIMES = {"万": 4, "萬": 4, "亿": 8, "億": 8}
_PLAIN = re.compile(r"\d+(?:\.\d+)?|\.\d+", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)


class Unclear(ValueError):
    """Why a cell cannot be read (English template without values; the cell is shown beside it)."""


def read_number(text: str, decimal: str = ".") -> Decimal:
    """An exact number.

    Args:
        text: A cell: full-width digits, currency signs, thousands separators, blanks, `万` and `亿`, a
            minus in front or brackets around.
        decimal: `.` or `,`: which of the two separates decimals; the other groups thousands.

    Raises:
        Unclear: if it is not a number, or may be read in two ways.
    """
    work = unicodedata.normalize("NFKC", text).replace("−", "-").replace("–", "-")
    work = "".join(work.split()).replace("'", "").replace("’", "")
    negative = work.startswith("(") and work.endswith(")")
    work = _MONEY_WORDS.sub("", work[1:-1] if negative else work)
    if work.startswith(("-", "+")):
        negative = negative != (work[0] == "-")
        work = work[1:]
    power = 0
    while work and work[-1] in _TIMES:
        power += _TIMES[work[-1]]
        work = work[:-1]
    value = _digits(work, decimal).scaleb(power)
    return -value if negative else value


def _digits(work: str, decimal: str) -> Decimal:
    if decimal == ",":
        work = work.translate(str.maketrans(",.", ".,"))
    if _PLAIN.fullmatch(work) or _GROUPED.fullmatch(work):
        return Decimal(work.replace(",", ""))
    if "," in work and re.fullmatch(r"[\d,.]+", work, re.ASCII):
        raise Unclear(N_("may be read in two ways; state `decimal:` in the mapping"))
    raise Unclear(N_("is not a number"))


def read_share(text: str) -> Decimal:
    """A share in percent: `60%`, `60 %`; a bare number is ambiguous.

    Raises:
        Unclear: without a percent sign, or if it is not a number.
    """
    work = unicodedata.normalize("NFKC", text).strip()
    if not work.endswith("%"):
        raise Unclear(
            N_("is no share; write 60%, or state `shares: percent` or `shares: ratio` in the mapping")
        )
    return read_number(work[:-1])


def plain(value: Decimal) -> str:
    """As books write it: no exponent, no needless zeros after the point beyond the cents written."""
    text = format(value.normalize(), "f")
    if "." in text and len(text.rpartition(".")[2]) == 1:
        text += "0"
    return "0" if text in ("-0", "") else text
