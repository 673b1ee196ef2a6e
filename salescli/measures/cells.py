"""SQL of the cells: every base metric of the policy per day or month, person, region, product (SPEC K4).

One relation per source and moment is read once for all metrics of it. Columns of the result: `bucket`,
`person`, `region`, `product`, `kind` (of credit), columns of the deal that were asked for, then one per base
metric, named by its id.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from salescli.measures.moments import moment, suffix
from salescli.measures.only import deal_condition
from salescli.measures.settled import apart_of_deal, same_condition
from salescli.measures.source import literal, name
from salescli.model.fact import Only
from salescli.model.metric import Base, Policy
from salescli.model.settlement import APART_COLUMNS

MONTH = "CAST(date_trunc('month', {day}) AS DATE)"
DAY = "{day}"

_DIMENSIONS = "bucket, person, region, product, kind"
_OWNER = "CAST('owner' AS credit_kind) AS kind"


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the facts goes into cells.

    Attributes:
        bucket: `MONTH`, or `DAY` for other groupings.
        days: SQL condition on `{day}` that the days counted must fulfil; empty for all.
        only: Which deals count; None for all, facts without a deal included.
        lacking: Columns of deals that no file has; what is summed of them is zero.
        late: Beside settled months, the moments of deals whose late ones count as well (`settled.py`).
        by: Columns of deals to tell apart besides the usual dimensions.
        metrics: Base metrics wanted; None for all.
        seen: Before the names of what depends on the day looked from (`past.py`).
    """

    bucket: str = MONTH
    days: str = ""
    only: Only | None = None
    lacking: frozenset[str] = frozenset()
    late: frozenset[str] = frozenset()
    by: tuple[str, ...] = ()
    metrics: Collection[str] | None = None
    seen: str = ""

    @property
    def deals(self) -> str:
        """SQL condition on the deal `d` of a fact, for what cells cannot tell; empty for all."""
        return deal_condition(self.only, self.lacking)

    @property
    def chooses(self) -> bool:
        """Whether cells of all deals do not tell: beside settled months a deal may have had other words."""
        return bool(self.deals) or bool(self.late and self.only is not None and self.only.of_node)

    @property
    def dimensions(self) -> str:
        """What cells are told apart by."""
        return ", ".join([_DIMENSIONS, *map(name, self.by)])

    @property
    def of_deal(self) -> str:
        """The columns of the deal `d` asked for, as a tail of a SELECT list."""
        stated = ((column, f"d.{name(column)}") for column in self.by)
        return "".join(
            f", {'NULL' if column in self.lacking else cell} AS {name(column)}" for column, cell in stated
        )

    def wanted(self, policy: Policy) -> dict[str, Base]:
        """The base metrics wanted, by id."""
        known = base_metrics(policy)
        return {key: known[key] for key in known if self.metrics is None or key in self.metrics}

    def on(self, day: str) -> str:
        """The bucket of a day."""
        return self.bucket.format(day=day)

    def where(self, day: str) -> str:
        """The tail of a WHERE: the condition on the day and on the deal."""
        parts = ([self.days.format(day=day)] if self.days else []) + ([self.deals] if self.deals else [])
        return "".join(f" AND {part}" for part in parts)


def base_metrics(policy: Policy) -> dict[str, Base]:
    """The metrics that are summed or counted from facts, by id."""
    return {metric.id: metric.base for metric in policy.metrics.values() if metric.base is not None}


def cells_sql(policy: Policy, asked: Asked) -> str:
    """A SELECT of all cells."""
    selects = [_grouped(part, asked) for _, part in _parts(policy, asked)]
    return _together(policy, asked, [(f"({sql})", values) for sql, (_, values) in selects])


def cell_steps(policy: Policy, lacking: frozenset[str], late: frozenset[str]) -> list[tuple[str, str]]:
    """Name and SQL of the steps that build `cells` by month: a table for each part, and all of them as one.

    One part after the other needs a fraction of the memory of all at once.
    """
    steps, tables = [], []
    asked = Asked(lacking=lacking, late=late)
    for number, (label, part) in enumerate(_parts(policy, asked), 1):
        table = f"cells_{number}"
        sql, (_, values) = _grouped(part, asked)
        steps.append((f"70_{table}_{label}", f"CREATE OR REPLACE TEMP TABLE {table} AS\n{sql}"))
        tables.append((table, values))
    steps.append(("80_cells", f"CREATE OR REPLACE TEMP VIEW cells AS\n{_together(policy, asked, tables)}"))
    return steps


Part = tuple[str, Mapping[str, str]]


def _parts(policy: Policy, asked: Asked) -> list[tuple[str, Part]]:
    """A label and a part for each relation that is read."""
    groups: dict[tuple[str, str], dict[str, Base]] = {}
    for key, base in asked.wanted(policy).items():
        if base.source != "deals" or base.column not in asked.lacking:
            groups.setdefault((base.source, base.of), {})[key] = base
    return [
        (f"{source}_{of}", part)
        for (source, of), members in groups.items()
        for part in _SOURCES[source](of, members, asked)
    ]


def _grouped(part: Part, asked: Asked) -> tuple[str, Part]:
    """A part as a SELECT of its own metrics."""
    relation, values = part
    chosen = ", ".join(f"{value} AS {column}" for column, value in values.items())
    sql = f"SELECT {asked.dimensions}, {chosen}\nFROM (\n{relation}\n) AS facts\nGROUP BY {asked.dimensions}"
    return sql, part


def _together(policy: Policy, asked: Asked, relations: list[tuple[str, Mapping[str, str]]]) -> str:
    """All parts with all columns, zero where a part knows nothing of a metric."""
    columns = [name(key) for key in asked.wanted(policy)]
    selects = []
    for relation, values in relations:
        chosen = ", ".join(c if c in values else f"CAST(0 AS HUGEINT) AS {c}" for c in columns)
        selects.append(f"SELECT {asked.dimensions}, {chosen}\nFROM {relation} AS part")
    return "\nUNION ALL\n".join(selects)


def _deals(of: str, members: dict[str, Base], asked: Asked) -> list[Part]:
    sums = {k: b for k, b in members.items() if b.column is not None}
    late = of in asked.late
    relation, day, condition = moment(of, asked.seen, late=late)
    lines = [
        f"SELECT {asked.on(day)} AS bucket, d.owner AS person, d.region, d.product,"
        f" {_OWNER}{asked.of_deal}, s.deal IS NULL AS whole{_columns(members)}",
        f"FROM {relation} LEFT JOIN shared AS s ON s.deal = d.deal",
        f"WHERE {condition}{asked.where(day)}",
    ]
    owned = {
        k: _count(b) if b.column is None else _sum(b, "whole") if k in sums else _sum(b)
        for k, b in members.items()
    }
    parts: list[Part] = [("\n".join(lines), _named(owned))]
    if sums:
        dimensions = f"SELECT {asked.on(day)} AS bucket, c.person, d.region, d.product, c.kind{asked.of_deal}"
        shared = f"{dimensions}{_columns(sums, 'c')}\nFROM {relation} JOIN credited AS c ON c.deal = d.deal"
        shared += f"\nWHERE {condition}{asked.where(day)}"
        summed = _named({k: _sum(b) for k, b in sums.items()})
        parts.append((shared, summed))
        if late:
            columns = _columns(sums, "c") + _settled_columns(sums, asked)
            again = _late("again", "c", asked, columns, suffix(of))
            parts.append((again, _named({k: _sum_left(b) for k, b in sums.items()})))
    counts = {k: b for k, b in members.items() if b.column is None}
    if counts and late:
        columns = _columns(counts) + _settled_columns(counts, asked)
        counted = _late("again_count", "c", asked, columns, suffix(of))
        parts.append((counted, _named({k: _count_left(b) for k, b in counts.items()})))
    return parts


def _late(table: str, at: str, asked: Asked, columns: str, of: str = "", deals: str = "known_deals") -> str:
    """Rows of a table of what came late, on the day on which it counts (`late_steps.py`).

    Args:
        of: The suffix of the tables of the moment.
    """
    return (
        f"SELECT {asked.on(f'{at}.day')} AS bucket, {at}.person, d.region, d.product,"
        f" {at}.kind{asked.of_deal}{columns}\n"
        f"FROM {table}{of} AS {at} JOIN {deals} AS d ON d.deal = {at}.deal"
        f" LEFT JOIN turned{of} AS o ON o.deal = {at}.deal\n"
        f"WHERE true{asked.where(f'{at}.day')}"
    )


def _columns(members: Mapping[str, Base], amounts: str = "d", words: str = "d") -> str:
    """The columns that sums and conditions of these metrics look at, as a tail of a SELECT list.

    Args:
        amounts, words: The relations whose columns are summed and compared.
    """
    sums = {b.column for b in members.values() if b.column is not None}
    where = {column for b in members.values() for column in b.where}
    chosen = [f"{amounts}.{name(c)} AS {name('sum_' + c)}" for c in sorted(sums)]
    chosen += [f"CAST({words}.{name(c)} AS VARCHAR) AS {name('where_' + c)}" for c in sorted(where)]
    return "".join(", " + c for c in chosen)


def _settled_columns(members: Mapping[str, Base], asked: Asked) -> str:
    """What a late line is besides, as a tail of a SELECT list: the whole of it, or whether it was counted
    `before`; whether the deal was settled as the one it is, and the words it was settled by."""
    sums = sorted({b.column for b in members.values() if b.column is not None})
    chosen = [f"c.{c}_whole AS {name('whole_' + c)}" for c in sums] or ["c.before"]
    columns = [column for column in asked.by if column in APART_COLUMNS]
    chosen.append(f"{same_condition(asked.only, columns, asked.lacking)} AS same")
    now = apart_of_deal(asked.lacking)
    for column in sorted({column for b in members.values() for column in b.where}):
        word = f"coalesce(o.{column}, {now[column]})" if column in now else f"d.{name(column)}"
        chosen.append(f"CAST({word} AS VARCHAR) AS {name('was_' + column)}")
    return "".join(", " + c for c in chosen)


def _sum_left(base: Base) -> str:
    """What is left of lines; all of those that did not count for the metric when they were settled."""
    was = " AND ".join(["same", *_holds(base, "was_")])
    value = f"CASE WHEN {was} THEN {name(f'sum_{base.column}')} ELSE {name(f'whole_{base.column}')} END"
    chosen = f"CASE WHEN {' AND '.join(holds)} THEN {value} END" if (holds := _holds(base)) else value
    return f"coalesce(sum({chosen}), 0)"


def _count_left(base: Base) -> str:
    """The lines that were not counted for the metric before."""
    was = " AND ".join(["before", "same", *_holds(base, "was_")])
    conditions = [*_holds(base), f"NOT ({was})"]
    return f"CAST(count(CASE WHEN {' AND '.join(conditions)} THEN 1 END) AS HUGEINT)"


def _named(values: Mapping[str, str]) -> dict[str, str]:
    return {name(key): value for key, value in values.items()}


def _holds(base: Base, prefix: str = "where_") -> list[str]:
    return [
        f"{name(prefix + column)} IN ({', '.join(literal(word) for word in words)})"
        for column, words in sorted(base.where.items())
    ]


def _count(base: Base) -> str:
    conditions = _holds(base)
    chosen = f"CASE WHEN {' AND '.join(conditions)} THEN 1 END" if conditions else "*"
    return f"CAST(count({chosen}) AS HUGEINT)"


def _sum(base: Base, *more: str) -> str:
    conditions = [*more, *_holds(base)]
    value = name(f"sum_{base.column}")
    chosen = f"CASE WHEN {' AND '.join(conditions)} THEN {value} END" if conditions else value
    return f"coalesce(sum({chosen}), 0)"


def _collections(_of: str, members: dict[str, Base], asked: Asked) -> list[Part]:
    sums = {k: b for k, b in members.items() if b.column is not None}
    columns = _columns(members, "r")
    owned = (
        f"SELECT {asked.on('r.day')} AS bucket, d.owner AS person, d.region, d.product,"
        f" {_OWNER}{asked.of_deal}, s.deal IS NULL AS whole{columns}\n"
        f"FROM receipts AS r CROSS JOIN {asked.seen}question AS q"
        f" JOIN {asked.seen}live_deals AS d ON d.deal = r.deal"
        " LEFT JOIN shared AS s ON s.deal = r.deal\n"
        f"WHERE r.day <= q.as_of{asked.where('r.day')}"
    )
    values = {k: _sum(b, "whole") if k in sums else _count(b) for k, b in members.items()}
    parts: list[Part] = [(owned, _named(values))]
    if sums:
        cut = (
            f"SELECT {asked.on('r.day')} AS bucket, r.person, d.region, d.product,"
            f" r.kind{asked.of_deal}{columns}\n"
            f"FROM received AS r JOIN {asked.seen}live_deals AS d ON d.deal = r.deal\n"
            f"WHERE true{asked.where('r.day')}"
        )
        summed = _named({k: _sum(b) for k, b in sums.items()})
        parts.append((cut, summed))
        if asked.late:
            parts.append((_late("again_cash", "r", asked, columns, deals="late_deals"), summed))
    return parts


def _activities(_of: str, members: dict[str, Base], asked: Asked) -> list[Part]:
    deals = f" JOIN {asked.seen}known_deals AS d ON d.deal = a.deal" if asked.deals or asked.by else ""
    if not asked.deals and asked.by:
        deals = " LEFT" + deals
    values = _named({k: _count(b) if b.column is None else _sum(b) for k, b in members.items()})
    return [
        (
            f"SELECT {asked.on('a.day')} AS bucket, a.person, a.region, a.product, {_OWNER}{asked.of_deal}"
            f"{_columns(members, 'a', 'a')}\nFROM {table} AS a CROSS JOIN {asked.seen}question AS q{deals}\n"
            f"WHERE a.day <= q.as_of{asked.where('a.day')}",
            values,
        )
        for table in (("activities", "again_done") if asked.late else ("activities",))
    ]


def _customers(of: str, members: dict[str, Base], asked: Asked) -> list[Part]:
    """Customers on the day of their first deal of the moment; of several on that day the first by id.

    A condition on deals asks that first deal, not which of the customer's deals is the first.
    """
    relation, day, condition = moment(of, asked.seen)
    first = (
        f"SELECT {asked.on('day')} AS bucket, d.owner AS person, d.region, d.product,"
        f" {_OWNER}{asked.of_deal}{_columns(members)}\nFROM (\n"
        "SELECT customer, day, min(deal_id) AS deal_id FROM (\n"
        f"SELECT d.customer, d.deal_id, {day} AS day,"
        f" min({day}) OVER (PARTITION BY d.customer) AS first_day\n"
        f"FROM {relation} WHERE {condition}\n"
        ") AS dated WHERE day = first_day GROUP BY customer, day\n"
        f") AS first_deals JOIN {asked.seen}known_deals AS d ON d.deal_id = first_deals.deal_id\n"
        f"WHERE true{asked.where('day')}"
    )
    counts = _named({k: _count(b) for k, b in members.items()})
    parts: list[Part] = [(first, counts)]
    if asked.late:
        again = _late("again_new", "c", asked, _columns(members) + _settled_columns(members, asked))
        parts.append((again, _named({k: _count_left(b) for k, b in members.items()})))
    return parts


_SOURCES = {
    "deals": _deals,
    "collections": _collections,
    "activities": _activities,
    "customers": _customers,
}
