"""Everything wrong in the fact files of a book (SPEC G1): found as columns, named by file, line and cell."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from salescli.findings import Finding, finding
from salescli.measures.base import Base
from salescli.measures.place import Located, locate
from salescli.measures.rows import Judge
from salescli.measures.schema import WHOLE_SHARE
from salescli.measures.source import text_sql

_TABLES = {
    "deals": "deals",
    "collections": "receipts",
    "credits": "credits",
    "activities": "activities",
    "fx": "fx",
}


def check(base: Base) -> list[Finding]:
    """All findings of the fact files, by place."""
    sources = base.load()
    judge = Judge(base.book.org, base.rules)
    found = list(sources.found)
    suspects = _suspects(base, judge)
    for kind, where in suspects.items():
        for row in locate(base, kind, where):
            found.extend(_findings(judge, kind, row))
    return sorted(found, key=Finding.sort_key)


def _findings(judge: Judge, kind: str, row: Located) -> Iterator[Finding]:
    for wrong in judge.row(kind, row.cells):
        span, source = row.span(wrong.column)
        yield finding(
            wrong.code,
            span,
            wrong.template,
            hint=wrong.hint,
            source=source,
            severity=wrong.severity,
            **wrong.params,
        )


def _suspects(base: Base, judge: Judge) -> dict[str, str]:
    """For each kind with something wrong an SQL condition that holds for the rows to look at."""
    conditions: dict[str, list[str]] = {kind: [] for kind in _TABLES}
    for kind, table in _TABLES.items():
        if _any(base, f"SELECT 1 FROM {table} WHERE bad LIMIT 1"):
            conditions[kind].append("bad")
    conditions["deals"] += _deals_twice(base, judge) + _owners_away(base)
    conditions["collections"] += _receipts_twice(base, judge)
    if "deals" not in base.load().incomplete:
        for kind, table in (
            ("collections", "receipts"),
            ("credits", "credits"),
            ("activities", "activities"),
        ):
            conditions[kind] += _astray(base, judge, kind, table)
    conditions["credits"] += _double(base, judge) + _sums(base, judge) + _credited_away(base, judge)
    if _any(
        base, f"SELECT 1 FROM activities JOIN people AS p USING (person) WHERE {_AWAY.format('day')} LIMIT 1"
    ):
        conditions["activities"].append(_away_text("date_", "person_"))
    conditions["fx"] += _rates_twice(base, judge)
    return {kind: " OR ".join(f"({part})" for part in parts) for kind, parts in conditions.items() if parts}


_AWAY = "({0} < p.hired OR {0} > p.last)"
_DEAL_DAY = "coalesce(signed_on, opened_on)"


def _any(base: Base, sql: str) -> bool:
    return bool(base.rows(sql))


def _away_text(day: str, person: str) -> str:
    return f"EXISTS (SELECT 1 FROM people AS p WHERE p.person = {person} AND {_AWAY.format(day)})"


def _keep(base: Base, table: str, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query, also kept as a table that conditions look into."""
    base.con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {sql}")
    return base.rows(f"FROM {table}")


def _deals_twice(base: Base, judge: Judge) -> list[str]:
    if not base.deals_twice:
        return []
    rows = _keep(
        base,
        "deals_twice",
        "SELECT deal_id FROM deals WHERE deal_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1",
    )
    judge.twice.update(("deal_id", row[0]) for row in rows)
    return ["deal_id IN (FROM deals_twice)"]


def _owners_away(base: Base) -> list[str]:
    sql = f"SELECT 1 FROM deals JOIN people AS p ON p.person = owner WHERE {_AWAY.format(_DEAL_DAY)} LIMIT 1"
    return [_away_text("coalesce(signed_on_, opened_on_)", "owner_")] if _any(base, sql) else []


def _receipts_twice(base: Base, judge: Judge) -> list[str]:
    """Receipts are told apart by a hash of their id; where two hashes are the same, the ids decide."""
    [(all_keys, keys)] = base.rows("SELECT count(key), count(DISTINCT key) FROM receipts")
    if all_keys == keys:
        return []
    _keep(base, "keys_twice", "SELECT key FROM receipts WHERE key IS NOT NULL GROUP BY 1 HAVING count(*) > 1")
    seen: dict[str, int] = {}
    for row in locate(base, "collections", "hash(receipt_id) IN (FROM keys_twice)"):
        receipt = row.cells["receipt_id"]
        if receipt is not None:
            seen[receipt] = seen.get(receipt, 0) + 1
    judge.twice.update(("receipt_id", receipt) for receipt, count in seen.items() if count > 1)
    return ["hash(receipt_id) IN (FROM keys_twice)"]


def _rates_twice(base: Base, judge: Judge) -> list[str]:
    rows = _keep(
        base,
        "rates_twice",
        "SELECT currency, since FROM fx WHERE NOT bad GROUP BY ALL HAVING count(*) > 1",
    )
    judge.twice.update((currency, since.isoformat()) for currency, since in rows)
    return ["(currency, date_) IN (SELECT (currency, since) FROM rates_twice)"] if rows else []


def _astray(base: Base, judge: Judge, kind: str, table: str) -> list[str]:
    """Rows that refer to a deal no file has (ids in malformed rows of deals count as known)."""
    lost = "astray" if kind == "activities" else "deal IS NULL"
    if not _any(base, f"SELECT 1 FROM {table} WHERE {lost} LIMIT 1"):
        return []
    text = text_sql(base.load().files[kind], base.digits)
    rows = _keep(
        base,
        f"unknown_{kind}",
        f"SELECT DISTINCT t.deal_id FROM ({text}) AS t ANTI JOIN deals AS d ON d.deal_id = t.deal_id"
        " WHERE t.deal_id IS NOT NULL",
    )
    judge.unknown.update(row[0] for row in rows if row[0] not in base.load().broken_deals)
    return [f"deal_id IN (FROM unknown_{kind})"] if judge.unknown else []


def _double(base: Base, judge: Judge) -> list[str]:
    rows = _keep(
        base,
        "shares_double",
        "SELECT d.deal_id, CAST(person AS VARCHAR), CAST(kind AS VARCHAR)"
        " FROM credits AS c JOIN deals AS d ON d.rowid = c.deal"
        " WHERE person IS NOT NULL AND kind IS NOT NULL GROUP BY ALL HAVING count(*) > 1",
    )
    judge.double.update((deal, person, kind) for deal, person, kind in rows)
    return ["deal_id IN (SELECT deal_id FROM shares_double)"] if rows else []


def _sums(base: Base, judge: Judge) -> list[str]:
    """Deals whose split shares are all readable and do not sum to 100 %."""
    rows = _keep(
        base,
        "shares_off",
        "SELECT any_value(d.deal_id) AS deal_id, sum(share) AS total FROM credits AS c"
        " JOIN deals AS d ON d.rowid = c.deal WHERE coalesce(kind, 'split') = 'split' GROUP BY c.deal"
        f" HAVING sum(share) <> {WHOLE_SHARE} AND count(share) = count(*) AND count(kind) = count(*)",
    )
    judge.sums.update((deal, Fraction(int(total), WHOLE_SHARE)) for deal, total in rows)
    return ["deal_id IN (SELECT deal_id FROM shares_off)"] if rows else []


def _credited_away(base: Base, judge: Judge) -> list[str]:
    rows = _keep(
        base,
        "credited_away",
        f"SELECT DISTINCT d.deal_id, {_DEAL_DAY} FROM credits AS c JOIN deals AS d ON d.rowid = c.deal"
        f" JOIN people AS p ON p.person = c.person WHERE {_AWAY.format(_DEAL_DAY)}",
    )
    judge.days.update((deal, day) for deal, day in rows)
    return ["deal_id IN (SELECT deal_id FROM credited_away)"] if rows else []
