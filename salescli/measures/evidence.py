"""Where the first facts behind a figure stand in the files: the evidence of a diagnosis (SPEC A4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from salescli.findings import Span
from salescli.measures.base import Base
from salescli.measures.moments import moment
from salescli.measures.only import among
from salescli.measures.place import locate
from salescli.measures.source import literal, name
from salescli.model.metric import Base as Counted

Places = dict[str, tuple[Span, ...]]


def first_places(
    base: Base, counted: Counted, people: Sequence[str], start: date, end: date, most: int
) -> Places:
    """See `Facts.first_places`."""
    base.load()
    if not people or counted.source not in ("deals", "activities"):
        return {}
    between = f"BETWEEN DATE '{start.isoformat()}' AND DATE '{end.isoformat()}'"
    if counted.source == "deals":
        return _deals(base, counted, people, between, most)
    return _activities(base, counted, people, between, most)


def _activities(base: Base, counted: Counted, people: Sequence[str], between: str, most: int) -> Places:
    """The rows of the first days on which they did it."""
    kinds = [among(name(column), words) for column, words in sorted(counted.where.items())]
    where = " AND ".join([among("person", people), f"day {between}", "count > 0"])
    held = " AND ".join(among(f"a.{name(c)}", words) for c, words in sorted(counted.where.items())) or "true"
    base.con.execute(
        "CREATE OR REPLACE TEMP TABLE asked_days AS SELECT DISTINCT CAST(person AS VARCHAR) AS person, day"
        f" FROM activities AS a WHERE {where} AND {held}"
        f" QUALIFY dense_rank() OVER (PARTITION BY person ORDER BY day) <= {most}"
    )
    asked = "(person, date_) IN (SELECT person, day FROM asked_days) AND count_ > 0"
    return _kept(base, "activities", "person", " AND ".join([asked, *kinds]), most)


def _deals(base: Base, counted: Counted, people: Sequence[str], between: str, most: int) -> Places:
    """The first deals they own."""
    relation, day, condition = moment(counted.of)
    held = [among(f"d.{name(column)}", words) for column, words in sorted(counted.where.items())]
    where = " AND ".join([condition, f"{day} {between}", among("d.owner", people), *held])
    rows = base.rows(
        f"SELECT d.deal_id FROM {relation} WHERE {where}"
        f" QUALIFY row_number() OVER (PARTITION BY d.owner ORDER BY {day}, d.deal_id) <= {most}"
    )
    ids = ", ".join(sorted(literal(row[0]) for row in rows))
    return _kept(base, "deals", "owner", f"deal_id IN ({ids})", most) if ids else {}


def _kept(base: Base, kind: str, whose: str, where: str, most: int) -> Places:
    found: dict[str, list[Span]] = {}
    for row in locate(base, kind, where):
        places = found.setdefault(row.cells[whose] or "", [])
        if len(places) < most:
            places.append(row.span()[0])
    return {person: tuple(places) for person, places in sorted(found.items())}
