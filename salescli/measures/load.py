"""Fact files as compact typed tables, each row read once and judged in the same pass (`bad`).

| table | columns |
|---|---|
| deals | deal_id, customer, region, product, owner, status, currency, amount, cost, days, `OPTIONAL`, bad |
| receipts | deal (rowid of deals), day, amount, key (hash of receipt_id), bad |
| credits | deal, person, share (millionths of 1 %), kind, bad |
| fx | currency, since, rate (billionths), bad |
| activities | day, person, kind, count, region, product, deal, bad |

Money is BIGINT in the currency's smallest unit. Ids of the organisation are ENUMs in the order of the
alphabet; what cannot be understood is NULL and `bad`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from salescli.measures.fx import DAILY_RATES, RATE_DIGITS, Rates, chosen, converted_sql
from salescli.measures.schema import (
    CODE_FORM,
    COLUMNS,
    COUNT_FORM,
    CREDIT_KINDS,
    ID_LENGTH,
    NUMBERS,
    RATE_FORM,
    SHARE_FORM,
    SPLITS,
    SQL_UNCLEAN,
    SQL_UNCLEAN_NOTE,
    STATUSES,
    WHOLE_SHARE,
    Column,
    amount_form,
)
from salescli.measures.source import literal, name
from salescli.model.exact import minor_digits

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from salescli.model.metric import FxRule
    from salescli.model.org import Org


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides about a row besides the row itself.

    Attributes:
        digits: Decimal places of the book's currency.
        signing_counts: Whether a deal must be signed to count, so that a won deal needs `signed_on`.
        fx: Other currencies that are converted, with their rates; None where every amount is the book's.
    """

    currency: str
    digits: int
    signing_counts: bool
    fx: Mapping[str, Rates] | None = None


def create_types(con: DuckDBPyConnection, org: Org) -> None:
    """ENUMs of the ids of the organisation, and a table of when people were employed."""
    for kind, ids in (("region", org.regions), ("product", org.products), ("person", org.people)):
        con.execute(f"CREATE TYPE {kind}_id AS ENUM ({_enum(ids)})")
    con.execute(f"CREATE TYPE status_word AS ENUM ({_enum(STATUSES)})")
    con.execute(f"CREATE TYPE credit_kind AS ENUM ({_enum(CREDIT_KINDS)})")
    people = list(org.people.values())
    con.execute(
        "CREATE TABLE people AS SELECT CAST(unnest($ids) AS person_id) AS person,"
        " CAST(unnest($hired) AS DATE) AS hired, CAST(unnest($left) AS DATE) AS last",
        {
            "ids": [p.id for p in people],
            "hired": [p.hired.isoformat() for p in people],
            "left": [p.left.isoformat() if p.left else None for p in people],
        },
    )
    stays = [(p.id, a) for p in people for a in p.assignments]
    con.execute(
        "CREATE TABLE assignments AS SELECT CAST(unnest($ids) AS person_id) AS person,"
        " CAST(unnest($since) AS DATE) AS since, CAST(unnest($until) AS DATE) AS until,"
        " TRY_CAST(unnest($region) AS region_id) AS region,"
        " TRY_CAST(unnest($product) AS product_id) AS product",
        {
            "ids": [person for person, _ in stays],
            "since": [a.since.isoformat() for _, a in stays],
            "until": [a.until.isoformat() if a.until else None for _, a in stays],
            "region": [a.region for _, a in stays],
            "product": [a.products[0] if len(a.products) == 1 else None for _, a in stays],
        },
    )


def create_currencies(con: DuckDBPyConnection, rules: Rules) -> None:
    """An ENUM of the currencies of the book."""
    con.execute(f"CREATE TYPE currency_word AS ENUM ({_enum((rules.currency, *(rules.fx or ())))})")


def enum_words(ids: Iterable[str]) -> list[str]:
    """The words of an ENUM in the order of its codes: by the alphabet, with the empty text."""
    return sorted({*ids, ""})


def _enum(ids: Iterable[str]) -> str:
    return ", ".join(literal(word) for word in enum_words(ids))


def judged_sql(kind: str, text: str, rules: Rules) -> str:
    """The rows of `text` (see `source.text_sql`) with typed columns `<name>_` and `bad`.

    A cell that is not of its column's form is NULL in its typed column.
    """
    columns = COLUMNS[kind]
    typed = ", ".join(f"{_typed(c, rules)} AS {name(c.name + '_')}" for c in columns)
    rows = converted_sql(kind, f"SELECT *, {typed}\nFROM ({text}) AS t", rules)
    # A deal_id elsewhere is that of a deal, which is looked at there, or it is unknown, which is found apart.
    own = [c for c in columns if kind == "deals" or c.name != "deal_id"]
    missing = ["deal_id IS NULL"] if kind in ("collections", "credits") else []
    wrong = " OR ".join([_wrong(c, rules) for c in own] + missing + _contradictions(kind, rules))
    return f"SELECT *, coalesce({wrong}, false) AS bad\nFROM ({rows}) AS typed"


def _typed(column: Column, rules: Rules) -> str:
    cell = name(column.name)
    kind = column.type
    if kind in ("region", "product", "person"):
        return f"TRY_CAST({cell} AS {kind}_id)"
    if kind == "status":
        return f"TRY_CAST({cell} AS status_word)"
    if kind == "split":
        word = f"coalesce({cell}, 'split')"
        return f"CASE WHEN {word} IN {SPLITS} THEN CAST({word} AS credit_kind) END"
    if kind in ("amount", "signed"):
        return _amount(cell, rules, signed=kind == "signed")
    if kind == "share":
        return _units(cell, SHARE_FORM, 6, suffix="%")
    if kind == "count":
        return f"CASE WHEN regexp_full_match({cell}, '{COUNT_FORM}') THEN CAST({cell} AS BIGINT) END"
    if kind == "rate":
        return f"nullif({_units(cell, RATE_FORM, RATE_DIGITS, width=38)}, 0)"
    if kind == "date":
        # The cast also takes 2026-8-1 and 2026/08/01; only what reads the same when written is a date here.
        day = f"TRY_CAST({cell} AS DATE)"
        return f"CASE WHEN CAST({day} AS VARCHAR) = {cell} AND length({cell}) = 10 THEN {day} END"
    return cell


def _amount(cell: str, rules: Rules, *, signed: bool) -> str:
    """An amount in smallest units of its own currency."""
    own = _units(cell, amount_form(rules.digits, signed=signed), rules.digits)
    places: dict[int, list[str]] = {}
    for currency in sorted(rules.fx or ()):
        places.setdefault(minor_digits(currency), []).append(literal(currency))
    places.pop(rules.digits, None)
    others = " ".join(
        f"WHEN currency IN ({', '.join(words)})"
        f" THEN {_units(cell, amount_form(digits, signed=signed), digits)}"
        for digits, words in sorted(places.items())
    )
    return f"CASE {others} ELSE {own} END" if others else own


def _units(cell: str, form: str, digits: int, suffix: str = "", width: int = 18) -> str:
    """Text as a whole number of smallest units.

    The form allows no more decimal places than the DECIMAL has, so the cast never rounds, and no more digits
    than leave room for the factor (`schema.whole_digits`), so it never overflows.
    """
    bare = f"rtrim({cell}, '{suffix}')" if suffix else cell
    exact = f"CAST({bare} AS DECIMAL({width}, {digits}))"
    return f"CASE WHEN regexp_full_match({cell}, '{form}') THEN CAST({exact} * {10**digits} AS BIGINT) END"


def _wrong(column: Column, rules: Rules) -> str:
    cell, typed = name(column.name), name(column.name + "_")
    empty = f"{cell} IS NULL OR " if column.required else ""
    if column.type in ("text", "id"):
        long = f" OR length({cell}) > {ID_LENGTH}" if column.type == "id" else ""
        return f"({empty}regexp_matches({cell}, '{SQL_UNCLEAN}'){long})"
    if column.type == "note":
        return f"({empty}regexp_matches({cell}, '{SQL_UNCLEAN_NOTE}'))"
    if column.type == "currency":
        known = ", ".join(literal(word) for word in sorted({rules.currency, *(rules.fx or ())}))
        return f"({cell} NOT IN ({known}))"
    if column.type == "code":
        return f"({empty}NOT regexp_full_match({cell}, '{CODE_FORM}') OR {cell} = {literal(rules.currency)})"
    if column.type == "share":
        return f"({empty}({cell} IS NOT NULL AND {typed} IS NULL) OR {typed} > {WHOLE_SHARE})"
    return f"({empty}({cell} IS NOT NULL AND {typed} IS NULL))"


def _contradictions(kind: str, rules: Rules) -> list[str]:
    """Rows of deals that cannot be true, or are doubtful; `rows.py` tells which and why."""
    if kind != "deals":
        return []
    dated = "signed_on IS NULL" if rules.signing_counts else "signed_on IS NULL AND closed_on IS NULL"
    return [
        "signed_on_ < opened_on_",
        "closed_on_ < opened_on_",
        "cancelled_on_ < opened_on_",
        "cancelled_on_ < signed_on_",
        f"(status_ = 'won' AND {dated})",
        "((status_ = 'cancelled') = (cancelled_on IS NULL))",
        "(status_ = 'lost' AND signed_on IS NOT NULL)",
        "(status_ = 'open' AND (closed_on IS NOT NULL OR signed_on IS NOT NULL))",
    ]


def load_deals(con: DuckDBPyConnection, text: str, rules: Rules, extra: Iterable[str] = ()) -> None:
    """Create `deals`; `extra` names further columns to hold."""
    more = "".join(
        f", {name(column + '_')} AS {name(column)}" if column in NUMBERS else f", {name(column)}"
        for column in sorted(extra)
    )
    con.execute(
        "CREATE TABLE deals AS SELECT deal_id, customer, region_ AS region, product_ AS product,"
        f" owner_ AS owner, status_ AS status, {_currency(rules)} AS currency, amount_ AS amount,"
        " cost_ AS cost, opened_on_ AS opened_on, signed_on_ AS signed_on, closed_on_ AS closed_on,"
        " cancelled_on_ AS cancelled_on"
        f"{more}, bad FROM ({judged_sql('deals', text, rules)})"
    )


def _currency(rules: Rules) -> str:
    """The currency of a deal; the book's where none is stated."""
    return f"TRY_CAST(coalesce(currency_, {literal(rules.currency)}) AS currency_word)"


def load_fx(con: DuckDBPyConnection, text: str, rules: Rules) -> None:
    """Create `fx` and the view `rates` of what can be used of it."""
    con.execute(
        "CREATE TABLE fx AS SELECT currency, date_ AS since, rate_ AS rate, bad"
        f" FROM ({judged_sql('fx', text, rules)})"
    )
    con.execute(
        "CREATE VIEW rates AS SELECT currency, since, min(rate) AS rate FROM fx WHERE NOT bad GROUP BY ALL"
    )


def use_rates(con: DuckDBPyConnection, by: FxRule, fiscal: int) -> dict[str, Rates]:
    """Create `daily_rates`; the rates of each currency, by the day from which each holds."""
    found: dict[str, list[tuple[date, int]]] = {}
    for currency, since, rate in con.execute("FROM rates ORDER BY currency, since").fetchall():
        found.setdefault(currency, []).append((since, int(rate)))
    used = {
        currency: chosen(Rates(tuple(day for day, _ in rows), tuple(rate for _, rate in rows)), by, fiscal)
        for currency, rows in found.items()
    }
    con.execute("CREATE TABLE chosen_rates (currency VARCHAR, since DATE, rate BIGINT)")
    rows = [(c, day, rate) for c, r in used.items() for day, rate in zip(r.days, r.rates, strict=True)]
    if rows:
        con.executemany("INSERT INTO chosen_rates VALUES (?, ?, ?)", rows)
    con.execute(DAILY_RATES)
    return used


def load_receipts(con: DuckDBPyConnection, text: str, rules: Rules) -> None:
    """Create `receipts`; needs the view `deal_numbers`."""
    con.execute(
        "CREATE TABLE receipts AS SELECT n.deal, r.received_on_ AS day, r.amount_ AS amount,"
        " CASE WHEN r.receipt_id IS NOT NULL THEN hash(r.receipt_id) END AS key, r.bad"
        f" FROM ({judged_sql('collections', text, rules)}) AS r"
        " LEFT JOIN deal_numbers AS n ON n.deal_id = r.deal_id"
    )


def load_credits(con: DuckDBPyConnection, text: str, rules: Rules) -> None:
    """Create `credits`; needs the view `deal_numbers`."""
    con.execute(
        "CREATE TABLE credits AS SELECT n.deal, c.person_ AS person, c.share_ AS share,"
        f" c.kind_ AS kind, c.bad FROM ({judged_sql('credits', text, rules)}) AS c"
        " LEFT JOIN deal_numbers AS n ON n.deal_id = c.deal_id"
    )


def load_activities(con: DuckDBPyConnection, text: str, rules: Rules) -> None:
    """Create `activities`; needs the view `deal_numbers`, `deals` and `assignments`.

    A region or product that is not stated is the deal's, else where the person was assigned on that day.
    """
    con.execute(
        "CREATE TABLE activities AS SELECT a.date_ AS day, a.person_ AS person, a.kind,"
        " a.count_ AS count,"
        " coalesce(a.region_, d.region,"
        " CASE WHEN coalesce(s.until, a.date_) >= a.date_ THEN s.region END, '') AS region,"
        " coalesce(a.product_, d.product,"
        " CASE WHEN coalesce(s.until, a.date_) >= a.date_ THEN s.product END, '') AS product,"
        " a.customer, n.deal, a.deal_id IS NOT NULL AND n.deal IS NULL AS astray, a.bad"
        f" FROM ({judged_sql('activities', text, rules)}) AS a"
        " LEFT JOIN deal_numbers AS n ON n.deal_id = a.deal_id"
        " LEFT JOIN deals AS d ON d.rowid = n.deal"
        " ASOF LEFT JOIN assignments AS s ON s.person = a.person_ AND s.since <= a.date_"
    )


def number_deals(con: DuckDBPyConnection) -> bool:
    """Create `deal_numbers` (deal_id → rowid of `deals`, one each). True if an id is there more than once."""
    counted = con.execute("SELECT count(deal_id), count(DISTINCT deal_id) FROM deals").fetchone()
    twice = counted is not None and counted[0] != counted[1]
    rows = (
        "SELECT deal_id, CAST(min(rowid) AS INTEGER) AS deal FROM deals GROUP BY deal_id"
        if twice
        else "SELECT deal_id, CAST(rowid AS INTEGER) AS deal FROM deals"
    )
    con.execute(f"CREATE VIEW deal_numbers AS {rows}")
    return twice
