"""How the text of one value is read, by what its field is for.

Each reader takes the text as written and returns an exact value or raises `Unreadable`, in the words of the
trade and with what to write instead. YAML models use them through `typed.py`, CSV readers call them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from salescli.findings import did_you_mean
from salescli.i18n import N_, Word, several
from salescli.model.exact import parse_decimal, parse_rate, plain
from salescli.model.period import Period

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)
YEARS = range(1900, 2201)
MAX_ID, MAX_LINE, MAX_TEXT = 64, 300, 10_000


class Unreadable(ValueError):
    """A value that its field cannot mean.

    Attributes:
        code: Of the finding it becomes.
        template, hint: English with `{named}` places.
        params: Values for the places.
        offset: Which character of the value is meant, from 0.
    """

    def __init__(self, code: str, template: str, hint: str = "", offset: int = 0, **params: object) -> None:
        super().__init__(template)
        self.code = code
        self.template = template
        self.hint = hint
        self.offset = offset
        self.params = params


def shown(text: str) -> str:
    """A value short enough for a message."""
    return text if len(text) <= 60 else text[:57] + "…"


def _guess_number(text: str) -> Fraction | None:
    """What a number in another form probably means (`800,000`, `80万`, `1e5`, `￥８００`), for hints only."""
    words = unicodedata.normalize("NFKC", text).strip().strip("$¥€£").replace(",", "").replace("_", "")
    words = words.replace(" ", "").removesuffix("元").removesuffix("%")
    scale = 1
    for unit, size in (("万", 10**4), ("亿", 10**8), ("k", 10**3), ("K", 10**3), ("m", 10**6), ("M", 10**6)):
        if words.endswith(unit):
            words, scale = words[:-1], size
            break
    if not re.fullmatch(r"[+-]?\d{1,20}(\.\d{1,20})?(e\+?\d{1,2})?", words, re.ASCII | re.IGNORECASE):
        return None
    return Fraction(words) * scale


def read_amount(text: str) -> Decimal:
    """An amount of money or a quantity, which may be negative: plain digits, a decimal point."""
    try:
        if len(text) > 40:
            raise ValueError(text)
        return parse_decimal(text)
    except ValueError:
        pass
    guess = _guess_number(text)
    if text.rstrip().endswith(("%", "％")):
        raise Unreadable(
            "Y110",
            N_("`{value}` is a rate, an amount belongs here"),
            N_("write plain digits"),
            value=shown(text),
        )
    if guess is None:
        raise Unreadable(
            "Y110",
            N_("`{value}` is not an amount"),
            N_("write plain digits, such as 800000 or 800000.50"),
            value=shown(text),
        )
    raise Unreadable(
        "Y110",
        N_("`{value}` is not written as plain digits"),
        N_("write {better}"),
        value=shown(text),
        better=plain(guess),
    )


def read_money(text: str) -> Decimal:
    """An amount of zero or more."""
    value = read_amount(text)
    if value < 0:
        raise Unreadable(
            "Y119", N_("`{value}` is below zero"), N_("write an amount of 0 or more"), value=text
        )
    return value


def read_rate(text: str) -> Fraction:
    """A rate or share with its percent sign, 3/200 for `1.5%`; zero or more."""
    try:
        if len(text) > 40:
            raise ValueError(text)
        value = parse_rate(text)
    except ValueError:
        raise _not_a_rate(text) from None
    if value < 0:
        raise Unreadable("Y119", N_("`{value}` is below zero"), N_("write a rate of 0% or more"), value=text)
    return value


def _not_a_rate(text: str) -> Unreadable:
    guess = _guess_number(text)
    if guess is None:
        return Unreadable(
            "Y111",
            N_("`{value}` is not a rate"),
            N_("write a number with a percent sign, such as 90%"),
            value=shown(text),
        )
    if text.rstrip().endswith(("%", "％")):
        return Unreadable(
            "Y111",
            N_("`{value}` is not written plainly"),
            N_("write {better}%"),
            value=shown(text),
            better=plain(guess),
        )
    low, high = plain(guess * 100), plain(guess)
    template = N_("`{value}` is a bare number where a rate belongs")
    if 1 <= guess < 2:
        return Unreadable(
            "Y111",
            template,
            N_("write {high}% or {low}%, whichever is meant"),
            value=shown(text),
            low=low,
            high=high,
        )
    return Unreadable(
        "Y111", template, N_("write {better}%"), value=shown(text), better=low if guess < 1 else high
    )


def read_share(text: str) -> Fraction:
    """A share of a whole: 0 % to 100 %."""
    value = read_rate(text)
    if value > 1:
        raise Unreadable("Y119", N_("`{value}` is more than the whole"), N_("write at most 100%"), value=text)
    return value


def read_quantity(text: str) -> Decimal | Fraction:
    """A rate if it carries a percent sign (`Fraction`), else an amount or a count (`Decimal`)."""
    return read_rate(text) if text.rstrip().endswith(("%", "％")) else read_amount(text)


def read_tolerance(text: str) -> Decimal | Fraction:
    """An amount, or a rate with its percent sign, of zero or more."""
    return read_rate(text) if text.rstrip().endswith(("%", "％")) else read_money(text)


def read_weight(text: str) -> Fraction:
    """A weight that only counts against others: a number of zero or more, with or without a percent sign."""
    value = read_quantity(text)
    if value < 0:
        raise Unreadable("Y119", N_("`{value}` is below zero"), N_("write a weight of 0 or more"), value=text)
    return Fraction(value)


def count_between(low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers from `low` to `high`, both included."""

    def read_count(text: str) -> int:
        if not re.fullmatch(r"-?\d{1,15}", text, re.ASCII):
            guess = _guess_number(text)
            if guess is None or guess.denominator != 1:
                raise Unreadable(
                    "Y112", N_("`{value}` is not a whole number"), N_("write digits only"), value=shown(text)
                )
            raise Unreadable(
                "Y112",
                N_("`{value}` is not written as plain digits"),
                N_("write {better}"),
                value=shown(text),
                better=int(guess),
            )
        value = int(text)
        if not low <= value <= high:
            raise Unreadable(
                "Y119",
                N_("{value} is out of range"),
                N_("write {low} to {high}"),
                value=value,
                low=low,
                high=high,
            )
        return value

    return read_count


@lru_cache(maxsize=4096)
def _date(text: str) -> date | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _beyond(text: str) -> Unreadable:
    template, hint = N_("`{value}` is out of range"), N_("write a year from {low} to {high}")
    return Unreadable("Y119", template, hint, value=text, low=YEARS[0], high=YEARS[-1])


def read_date(text: str) -> date:
    """An ISO date that exists."""
    value = _date(text)
    if value is not None and value.year in YEARS:
        return value
    if value is not None:
        raise _beyond(text)
    if text in ("null", "Null", "NULL", "~", "None"):
        raise Unreadable("Y113", N_("`{value}` is not a date"), N_("leave it empty"), value=text)
    words = unicodedata.normalize("NFKC", text).strip()
    found = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?([T ].*)?", words, re.ASCII)
    better = _date("{:0>4}-{:0>2}-{:0>2}".format(*found.groups()[:3])) if found else None
    if better is not None:
        raise Unreadable(
            "Y113",
            N_("`{value}` is not written as a date is here"),
            N_("write {better}"),
            value=shown(text),
            better=better.isoformat(),
        )
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise Unreadable("Y113", N_("there is no day {value}"), N_("write a day of the calendar"), value=text)
    raise Unreadable("Y113", N_("`{value}` is not a date"), N_("write it as 2026-08-31"), value=shown(text))


def read_moment(text: str) -> datetime:
    """A day and a time of it, `2026-08-14 16:40`: wall-clock time, without a zone."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)[ T](([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?)", text, re.ASCII)
    if found is None:
        raise Unreadable(
            "Y113",
            N_("`{value}` is not a date with its time"),
            N_("write it as 2026-08-14 16:40"),
            value=shown(text),
        )
    return datetime.fromisoformat(f"{read_date(found.group(1))} {found.group(2)}")


def read_period(text: str) -> str:
    """A period, kept as its text because what a quarter is depends on the book's fiscal year."""
    try:
        Period.parse(text)
    except (ValueError, OverflowError):
        raise Unreadable(
            "Y114",
            N_("`{value}` is not a period"),
            N_("write 2026-08, 2026-Q3, 2026-H2 or 2026"),
            value=shown(text),
        ) from None
    if int(text[:4]) not in YEARS:
        raise _beyond(text)
    return text


def read_id(text: str) -> str:
    """An id: a short ASCII word."""
    if ID.fullmatch(text) and len(text) <= MAX_ID:
        return text
    if len(text) > MAX_ID:
        raise Unreadable(
            "Y115",
            N_("`{value}` is too long for an id"),
            N_("at most {most} characters"),
            value=shown(text),
            most=MAX_ID,
        )
    raise Unreadable(
        "Y115",
        N_("`{value}` is not an id"),
        N_("write a short word of A-Z, a-z, 0-9, `.`, `_` and `-`; what people read goes into `name`"),
        value=shown(text),
    )


def read_line(text: str) -> str:
    """One line of text for people."""
    if "\n" in text:
        raise Unreadable("Y116", N_("this text has more than one line"), N_("write it on one line"))
    if len(text) > MAX_LINE:
        raise Unreadable(
            "Y116",
            N_("this text has {length} characters"),
            N_("at most {most}"),
            length=len(text),
            most=MAX_LINE,
        )
    if not text.strip():
        raise Unreadable(
            "Y106", N_("nothing but blanks stands here"), N_("write a text, or leave the key out")
        )
    return text.strip()


def read_text(text: str) -> str:
    """Text for people, of any number of lines."""
    if len(text) > MAX_TEXT:
        raise Unreadable(
            "Y116",
            N_("this text has {length} characters"),
            N_("at most {most}"),
            length=len(text),
            most=MAX_TEXT,
        )
    return text.strip()


def read_words(text: str) -> str:
    """Text for people, of any number of lines, that says something."""
    words = read_text(text)
    if not words:
        raise Unreadable(
            "Y106", N_("nothing but blanks stands here"), N_("write a text, or leave the key out")
        )
    return words


def read_flag(text: str) -> bool:
    """`true` or `false`."""
    if text in ("true", "false"):
        return text == "true"
    better = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(text.lower(), text.lower())
    if better in ("true", "false"):
        raise Unreadable(
            "Y118",
            N_("`{value}` is not written as true or false"),
            N_("write {better}"),
            value=shown(text),
            better=better,
        )
    raise Unreadable(
        "Y118", N_("`{value}` is neither true nor false"), N_("write true or false"), value=shown(text)
    )


def one_of(*words: str) -> Callable[[str], str]:
    """A reader of one of `words`."""

    def read_choice(text: str) -> str:
        if text in words:
            return text
        near = did_you_mean(text.lower().replace("-", "_"), words)
        if near:
            raise Unreadable(
                "Y117",
                N_("`{value}` is not known here"),
                N_("did you mean {near}?"),
                value=shown(text),
                near=near,
            )
        raise Unreadable(
            "Y117",
            N_("`{value}` is not known here"),
            N_("write one of: {words}"),
            value=shown(text),
            words=several(words),
        )

    return read_choice


def matching(pattern: str, wanted: str, example: str) -> Callable[[str], str]:
    """A reader of texts that match `pattern`; `wanted` names what they are, `example` is one."""
    form = re.compile(pattern, re.ASCII)

    def read_form(text: str) -> str:
        if form.fullmatch(text):
            return text
        raise Unreadable(
            "Y117",
            N_("`{value}` is not {wanted}"),
            N_("write it as {example}"),
            value=shown(text),
            wanted=Word(wanted),
            example=Word(example),
        )

    return read_form
