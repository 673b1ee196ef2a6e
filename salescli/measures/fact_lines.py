"""Facts that somebody is credited with besides lines of deals (SPEC I8): deals as they are counted, receipts,
new customers, activities. What `cells.py` adds up stands here row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from salescli.findings import Span
from salescli.measures.base import Base
from salescli.measures.moments import RECOGNISED, moment, suffix
from salescli.measures.only import among, deal_condition, looked_at, on_days
from salescli.measures.place import locate
from salescli.measures.settled import apart_of_deal, same_condition
from salescli.measures.source import literal, name
from salescli.measures.story import deal_places
from salescli.model.exact import from_minor
from salescli.model.fact import FactLine, Look
from salescli.model.metric import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Whose facts, of which days, and for what."""

    base: Base
    person: str
    start: date
    end: date
    looks: Collection[Look]

    @property
    def between(self) -> str:
        return f"BETWEEN DATE '{self.start.isoformat()}' AND DATE '{self.end.isoformat()}'"

    def rows(self, day: str, whose: str) -> str:
        """The tail of a WHERE over deal `d`: the person's, on these days, that are looked at."""
        looked = looked_at(self.looks, self.base.lacking, day)
        return f"{whose} = {literal(self.person)} AND {day} {self.between} AND {looked}"

    def counting(self) -> _Asked:
        """Only for what counts rows: who owns a deal counts it, however it is shared."""
        return replace(self, looks=[look for look in self.looks if look[0].column is None])

    def adding(self) -> _Asked:
        """Only for what adds up amounts."""
        return replace(self, looks=[look for look in self.looks if look[0].column is not None])

    def again(self, table: str, of: Moment) -> str:
        """The tail of a SELECT over what is counted late, which was not counted for some look before."""
        new = " OR ".join(
            f"({looked_at([look], self.base.lacking, 'a.day')} AND NOT {self._before(look)})"
            for look in self.looks
        )
        return (
            f"{table}{suffix(of)} AS a JOIN known_deals AS d ON d.deal = a.deal"
            f" LEFT JOIN turned{suffix(of)} AS o ON o.deal = a.deal"
            f" WHERE {_PERSON.format('a')} = {literal(self.person)} AND a.day {self.between} AND ({new})"
        )

    def _before(self, look: Look) -> str:
        """A condition that a deal was counted for it before, as `cells.py` has it."""
        now, (base, only) = apart_of_deal(self.base.lacking), look
        was = [f"({same_condition(only, (), self.base.lacking)})"]
        for column, words in sorted(base.where.items()):
            cell = f"coalesce(o.{column}, {now[column]})" if column in now else f"d.{name(column)}"
            was.append(among(cell, words) or "false")
        return f"(a.before AND {' AND '.join(was)})"


def fact_lines(base: Base, person: str, start: date, end: date, looks: Collection[Look]) -> list[FactLine]:
    """See `Facts.fact_lines`."""
    found: list[FactLine] = []
    for source, read in _SOURCES.items():
        chosen = [look for look in looks if look[0].source == source]
        if chosen:
            found += read(_Asked(base=base, person=person, start=start, end=end, looks=chosen))
    return found


def _deals(asked: _Asked) -> list[FactLine]:
    """Deals that are counted as the person's own, however they are shared, by each moment."""
    found: dict[Moment, list[Look]] = {}
    for look in asked.counting().looks:
        found.setdefault(look[0].of, []).append(look)
    return [line for of, looks in found.items() for line in _owned(replace(asked, looks=looks), of)]


def _owned(asked: _Asked, of: Moment) -> list[FactLine]:
    late = of in asked.base.late
    relation, day, condition = moment(of, late=late)
    sql = f"SELECT d.deal_id, d.customer, {day} AS day, d.amount FROM {relation}"
    sql += f" WHERE {condition} AND {asked.rows(day, _OWNER)}"
    if late:
        sql += f" UNION SELECT d.deal_id, d.customer, a.day, d.amount FROM {asked.again('again_count', of)}"
    rows = asked.base.rows(f"{sql} ORDER BY day, deal_id")
    places = deal_places(asked.base, [row[0] for row in rows]) if rows else {}
    return [
        FactLine(
            of="deal",
            moment=of,
            day=day,
            deal_id=deal,
            customer=customer,
            whole=from_minor(int(amount), asked.base.digits),
            place=places[deal],
        )
        for deal, customer, day, amount in rows
    ]


def _customers(asked: _Asked) -> list[FactLine]:
    """The deals by which customers are new ones."""
    relation, day, condition = moment(RECOGNISED)
    sql = f"""
        SELECT d.deal_id, d.customer, f.day FROM (
            SELECT customer, day, min(deal_id) AS deal_id FROM (
                SELECT d.customer, d.deal_id, {day} AS day,
                    min({day}) OVER (PARTITION BY d.customer) AS first_day
                FROM {relation} WHERE {condition}
            ) AS dated WHERE day = first_day GROUP BY customer, day
        ) AS f JOIN known_deals AS d ON d.deal_id = f.deal_id WHERE {asked.rows("f.day", _OWNER)}"""
    if asked.base.late:
        sql += f" UNION SELECT d.deal_id, d.customer, a.day FROM {asked.again('again_new', RECOGNISED)}"
    rows = asked.base.rows(f"{sql} ORDER BY day, deal_id")
    places = deal_places(asked.base, [row[0] for row in rows]) if rows else {}
    return [
        FactLine(of="customer", day=day, deal_id=deal, customer=customer, place=places[deal])
        for deal, customer, day in rows
    ]


def _collections(asked: _Asked) -> list[FactLine]:
    """The person's part of receipts; those that are only counted, of deals that are theirs, as a whole."""
    counting, adding = asked.counting(), asked.adding()
    part = adding.rows("r.day", _PERSON.format("r"))
    sql = _PARTS.format(owned=adding.rows("r.day", _OWNER), part=part)
    sql += _COUNTED.format(owned=counting.rows("r.day", _OWNER))
    if asked.base.late:
        sql += _LATE.format(part=part)
    rows = asked.base.rows(f"{sql} ORDER BY day, deal_id, key, part NULLS LAST")
    at = _receipts(asked, {row[2] for row in rows}) if rows else {}
    found: dict[tuple[str, str], FactLine] = {}
    for key, day, deal, customer, whole, part in rows:
        receipt, place = at.get(key, ("", None))
        line = FactLine(
            of="receipt",
            id=receipt,
            day=day,
            late=key is None,
            deal_id=deal,
            customer=customer or "",
            whole=None if whole is None else from_minor(int(whole), asked.base.digits),
            part=from_minor(int(whole if part is None else part), asked.base.digits),
            place=place,
        )
        found.setdefault((receipt, deal), line)
    return sorted(found.values(), key=lambda line: (line.day, line.deal_id, line.id))


_OWNER = "CAST(d.owner AS VARCHAR)"
_PERSON = "CAST({}.person AS VARCHAR)"
_KNOWN = """receipts AS r CROSS JOIN question AS q JOIN live_deals AS d ON d.deal = r.deal
    {join} JOIN shared AS s ON s.deal = r.deal WHERE r.day <= q.as_of"""
_PARTS = f"""
    SELECT r.key, r.day, d.deal_id, d.customer, r.amount AS whole, r.amount AS part
    FROM {_KNOWN.format(join="ANTI")} AND {{owned}}
    UNION ALL
    SELECT r.key, r.day, d.deal_id, d.customer, w.amount, r.amount FROM received AS r
    JOIN live_deals AS d ON d.deal = r.deal JOIN receipts AS w ON w.key = r.key WHERE {{part}}"""
_COUNTED = f"""
    UNION ALL
    SELECT r.key, r.day, d.deal_id, d.customer, r.amount, NULL FROM {_KNOWN.format(join="LEFT")}
    AND {{owned}}"""
_LATE = """
    UNION ALL
    SELECT NULL, r.day, d.deal_id, d.customer, NULL, sum(r.amount) FROM again_cash AS r
    JOIN late_deals AS d ON d.deal = r.deal WHERE {part} GROUP BY r.day, d.deal_id, d.customer"""


def _receipts(asked: _Asked, deals: Collection[str]) -> Mapping[int, tuple[str, Span]]:
    """Key → id and place of the receipts for these deals."""
    base = asked.base
    base.ask(deals)
    where = f"deal_id IN (FROM asked) AND received_on_ {asked.between}"
    at = {row.cells["receipt_id"] or "": row.span()[0] for row in locate(base, "collections", where)}
    keys = base.rows("SELECT id, hash(id) FROM (SELECT unnest($ids) AS id) AS ids", {"ids": sorted(at)})
    return {key: (receipt, at[receipt]) for receipt, key in keys}


def _activities(asked: _Asked) -> list[FactLine]:
    """Activities, each of the rows of its file."""
    base = asked.base
    cells = {column: f"j.{column}" for column in ("kind", "customer", "person")}
    looked = _any(asked, "date_", {**cells, **_PLACED, "deal": "j.deal_id"})
    none = "" if any(look[0].column is None for look in asked.looks) else " AND count_ <> 0"
    where = (
        f"CAST(person_ AS VARCHAR) = {literal(asked.person)} AND date_ {asked.between}"
        f" AND date_ <= (SELECT as_of FROM question) AND {looked}{none}"
    )
    lines = [
        FactLine(
            of="activity",
            id=row.cells["kind"] or "",
            day=date.fromisoformat(row.cells["date"] or ""),
            deal_id=row.cells["deal_id"] or "",
            customer=row.cells["customer"] or "",
            part=Decimal(row.cells["count"] or 0),
            place=row.span()[0],
        )
        for row in locate(base, "activities", where)
    ]
    lines.sort(key=lambda line: (line.day, line.id))
    return lines + (_late_activities(asked) if base.late else [])


# An activity's region and product as `load_activities` finds them, of a row `j` of its file.
_PLACED = {
    column: f"""coalesce(j.{column}_, (SELECT d.{column} FROM deals AS d WHERE d.deal_id = j.deal_id),
        (SELECT s.{column} FROM assignments AS s WHERE s.person = j.person_ AND s.since <= j.date_
            AND coalesce(s.until, j.date_) >= j.date_ LIMIT 1), '')"""
    for column in ("region", "product")
}


def _any(asked: _Asked, day: str, cells: Mapping[str, str]) -> str:
    """A condition that an activity, whose columns are these, counts for any of what is looked at."""
    chosen = []
    for base, only in asked.looks:
        parts = [among(cells[column], words) or "false" for column, words in sorted(base.where.items())]
        parts += [among(cells[column], getattr(only, column)) for column in ("region", "product")]
        if of_deal := deal_condition(only, asked.base.lacking):
            known = f"SELECT d.deal_id FROM known_deals AS d WHERE {of_deal}"
            parts.append(f"{cells['deal']} IN ({known})")
        chosen.append(" AND ".join(part for part in (*parts, *on_days(only, day)) if part) or "true")
    return f"({' OR '.join(chosen)})"


def _late_activities(asked: _Asked) -> list[FactLine]:
    """What came, changed or went of days that were settled before, by kind."""
    cells = {column: f"a.{column}" for column in ("kind", "customer", "person", "region", "product")}
    rows = asked.base.rows(
        "SELECT a.kind, a.day, CAST(sum(a.count) AS BIGINT) FROM again_done AS a"
        " LEFT JOIN known_deals AS d ON d.deal = a.deal"
        f" WHERE CAST(a.person AS VARCHAR) = {literal(asked.person)} AND a.day {asked.between}"
        f" AND {_any(asked, 'a.day', {**cells, 'deal': 'd.deal_id'})}"
        " GROUP BY a.kind, a.day HAVING sum(a.count) <> 0 ORDER BY a.kind, a.day"
    )
    return [
        FactLine(of="activity", id=kind, day=day, late=True, deal_id="", customer="", part=Decimal(count))
        for kind, day, count in rows
    ]


_SOURCES: Mapping[str, Callable[[_Asked], list[FactLine]]] = {
    "deals": _deals,
    "customers": _customers,
    "collections": _collections,
    "activities": _activities,
}
