"""Amounts in other currencies, converted once by a rate of `ledger/fx.csv` that the policy chooses (SPEC I6).

Which rate: that of the day they were booked, the average of that day's month, or the plan rate, which is the
one in force on the first day of the fiscal year.

An amount is whole units of its own currency's smallest unit, a rate whole billionths; the product is rounded
half-up to the book's smallest unit. Python and SQL do the same; a test holds the two together.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from salescli.measures.schema import whole_digits
from salescli.measures.source import literal
from salescli.model.exact import minor_digits, round_ratio, to_minor
from salescli.model.metric import FxRule
from salescli.model.period import Period

if TYPE_CHECKING:
    from salescli.measures.load import Rules

RATE_DIGITS = 9
# The day whose rate converts a row's amounts.
BOOKED = {"deals": "coalesce(signed_on_, opened_on_)", "collections": "received_on_"}


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of one currency: each is valid from its day until the next."""

    days: tuple[date, ...]
    rates: tuple[int, ...]
    written: date | None = None

    @property
    def first(self) -> date:
        """The first day of the currency in ledger/fx.csv."""
        return self.written or self.days[0]

    def on(self, day: date) -> int | None:
        """The rate of a day in billionths; None before the first."""
        at = bisect_right(self.days, day)
        return self.rates[at - 1] if at else None


def chosen(rates: Rates, by: FxRule, fiscal: int) -> Rates:
    """The rates to convert by, each valid from its day on.

    Args:
        by: `period_average` weighs the rates of a month by calendar days, of the first month from the first
            rate on, and rounds half-up to a billionth; `plan_rate` takes the one in force on the first day of
            the fiscal year, so that nothing can be converted before the first such day.
        fiscal: First month of the fiscal year.
    """
    if by == "booking_date":
        return rates
    kind: Literal["month", "year"] = "month" if by == "period_average" else "year"
    period = Period.around(rates.days[0], kind, fiscal)
    found: list[tuple[date, int]] = []
    while True:
        if kind == "month":
            found.append((max(period.start, rates.days[0]), _average(rates, period)))
        elif (rate := rates.on(period.start)) is not None:
            found.append((period.start, rate))
        if period.start > rates.days[-1] or period.end.year == date.max.year:
            break
        period = period.shift(1)
    return Rates(tuple(day for day, _ in found), tuple(rate for _, rate in found), rates.days[0])


def _average(rates: Rates, month: Period) -> int:
    days = (month.start + timedelta(days=n) for n in range(month.days()))
    known = [rate for day in days if (rate := rates.on(day)) is not None]
    return round_ratio(sum(known), len(known))


def foreign(rules: Rules, currency: str | None) -> str | None:
    """The currency, if it is another than the book's and can be converted."""
    return currency if currency is not None and rules.fx is not None and currency in rules.fx else None


def rules_in(rules: Rules, currency: str | None) -> Rules:
    """The rules for amounts in a currency: its decimal places instead of the book's."""
    other = foreign(rules, currency)
    return rules if other is None else replace(rules, currency=other, digits=minor_digits(other))


def most(digits: int) -> int:
    """The first number of smallest units that is too large for an amount."""
    return int(10 ** (whole_digits(digits) + digits))


def in_book(rules: Rules, amount: str, currency: str | None, day: date | None) -> int | None:
    """An amount as written, in smallest units of the book.

    Args:
        amount: Of the form of its currency.

    Returns:
        None where the currency has no rate on the day, or the result is too large.
    """
    other = foreign(rules, currency)
    if other is None or rules.fx is None:
        return to_minor(Decimal(amount), rules.digits)
    rate = rules.fx[other].on(day) if day is not None else None
    if rate is None:
        return None
    digits = minor_digits(other)
    units = to_minor(Decimal(amount), digits) * rate * int(10**rules.digits)
    converted = round_ratio(units, int(10 ** (RATE_DIGITS + digits)))
    return converted if abs(converted) < most(rules.digits) else None


def converted_sql(kind: str, typed: str, rules: Rules) -> str:
    """Typed rows with the amounts of other currencies converted; NULL where they cannot be."""
    fx = rules.fx
    if not fx or kind not in BOOKED:
        return typed
    last = max(rates.days[-1] for rates in fx.values())
    latest = f"DATE '{last.isoformat()}'"
    booked = f"CASE WHEN {BOOKED[kind]} > {latest} THEN {latest} ELSE {BOOKED[kind]} END"
    columns = ("amount_", "cost_") if kind == "deals" else ("amount_",)
    replaced = ", ".join(f"{_product(column, fx, rules.digits)} AS {column}" for column in columns)
    return (
        f"SELECT typed.* REPLACE ({replaced})\nFROM ({typed}) AS typed\n"
        f"LEFT JOIN daily_rates AS rates ON rates.currency = typed.currency AND rates.day = {booked}"
    )


# A rate for each day up to the last that a rate begins on. Rows are matched by equality, which they can be
# one by one; by "the last rate before", all of them would have to be held and sorted, wide as they are.
DAILY_RATES = """
CREATE OR REPLACE TABLE daily_rates AS
SELECT currency, rate, CAST(unnest(generate_series(since, until, INTERVAL 1 DAY)) AS DATE) AS day
FROM (
    SELECT currency, rate, since, coalesce(
        lead(since) OVER (PARTITION BY currency ORDER BY since) - 1,
        max(since) OVER ()
    ) AS until
    FROM chosen_rates
) AS spans
"""


def _product(column: str, fx: Mapping[str, Rates], digits: int) -> str:
    """Half-up in whole numbers: at most 16 digits times 18 digits times 2000, which HUGEINT holds."""
    upper = f"2 * abs(CAST({column} AS HUGEINT)) * rates.rate * {10**digits}"
    lower = f"({_by_currency(fx, 10**RATE_DIGITS)})"
    whole = f"({upper} + {lower}) // (2 * {lower})"
    fitting = f"CASE WHEN {whole} < {most(digits)} THEN CAST({whole} AS BIGINT) * sign({column}) END"
    known = ", ".join(literal(currency) for currency in sorted(fx))
    return f"CASE WHEN typed.currency IN ({known}) THEN {fitting} ELSE {column} END"


def _by_currency(fx: Mapping[str, Rates], factor: int) -> str:
    parts = " ".join(
        f"WHEN {literal(currency)} THEN {factor * 10 ** minor_digits(currency)}" for currency in sorted(fx)
    )
    return f"CAST(CASE typed.currency {parts} END AS HUGEINT)"
