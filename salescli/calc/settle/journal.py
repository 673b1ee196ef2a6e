"""A closed month as double entry, in the plain-text forms of hledger, Ledger and beancount (SPEC S6)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from salescli.findings import Misuse
from salescli.i18n import N_
from salescli.model.exact import plain
from salescli.model.period import Period

Form = Literal["hledger", "ledger", "beancount"]
_ROOTS = ("Assets", "Liabilities", "Equity", "Income", "Expenses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """An amount that a person earned, or gives back, by a component."""

    person: str
    plan: str
    component: str
    amount: Decimal


def journal_text(
    form: Form,
    month: Period,
    currency: str,
    bookings: Iterable[Booking],
    payable: Mapping[str, Decimal],
    paid: date | None,
    accounts: tuple[str, str, str],
) -> str:
    """Two transactions per person: what is owed at the month's end, and its payment on the day it was paid.

    What a person owes to the company stays on their account of liabilities until later months make it up.

    Args:
        payable: What each person is paid, 0 or more.
        accounts: Of the expense, of what is owed to people, and of the bank; the expense gets plan and
            component as parts of its name, what is owed the person.

    Raises:
        Misuse: if beancount would refuse an account.
    """
    for account in accounts:
        _check(form, account)
    expense, owed, bank = accounts
    sums: dict[str, dict[tuple[str, str], Decimal]] = {}
    for booking in bookings:
        mine = sums.setdefault(booking.person, {})
        key = (booking.plan, booking.component)
        mine[key] = mine.get(key, Decimal(0)) + booking.amount
    keys = sorted({key for mine in sums.values() for key in mine})
    expenses = dict(zip(keys, _names(expense, keys), strict=True))
    people = sorted({*sums, *payable})
    owing = dict(zip(people, _names(owed, [(person,) for person in people]), strict=True))
    parts: list[str] = []
    if form == "beancount":
        opened = sorted({*expenses.values(), *owing.values(), bank})
        parts.append("".join(f"{month.start.isoformat()} open {account}\n" for account in opened))
    for person in people:
        lines = [(expenses[key], amount) for key, amount in sorted(sums.get(person, {}).items()) if amount]
        whole = sum((amount for _, amount in lines), Decimal(0))
        if lines:
            lines += [(owing[person], -whole)] if whole else []
            parts.append(_transaction(form, month.end, f"{month.text} pay of {person}", lines, currency))
    for person in people if paid is not None else ():
        amount = payable.get(person, Decimal(0))
        if amount and paid is not None:
            text = f"{month.text} payment to {person}"
            parts.append(_transaction(form, paid, text, [(owing[person], amount), (bank, -amount)], currency))
    return "\n".join(parts)


def _transaction(
    form: Form, day: date, text: str, lines: Sequence[tuple[str, Decimal]], currency: str
) -> str:
    width = max(len(account) for account, _ in lines)
    head = f'{day.isoformat()} * "{text}"' if form == "beancount" else f"{day.isoformat()} * {text}"
    rows = "".join(f"    {account:<{width}}  {plain(amount):>16} {currency}\n" for account, amount in lines)
    return f"{head}\n{rows}"


def _names(root: str, keys: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """An account for each key, under a root: no two share one, whatever their ids are written with."""
    used: set[str] = set()
    for key in keys:
        name = ":".join((root, *map(_part, key)))
        number, free = 1, name
        while free in used:
            number += 1
            free = f"{name}-{number}"
        used.add(free)
        yield free


def _part(word: str) -> str:
    """An id as a part of an account, as all three accept it: `key_account` becomes `Key-account`."""
    text = re.sub(r"[^A-Za-z0-9-]", "-", word)
    text = text[:1].upper() + text[1:]
    return text if re.match(r"[A-Z0-9]", text) else f"X{text}"


def _check(form: Form, account: str) -> None:
    part = r"[A-Z0-9][A-Za-z0-9-]*"
    sound = re.fullmatch(rf"{part}(:{part})+", account) is not None
    if form == "beancount":
        sound = sound and account.split(":")[0] in _ROOTS
    if not sound:
        raise Misuse(
            N_("{account} is not an account of {form}"),
            hint=N_("write it like Expenses:Commission"),
            account=account,
            form=form,
        )
