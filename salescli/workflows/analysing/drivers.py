"""`drivers`: what moved a metric, in parts that sum to the change (SPEC A2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

from salescli.calc.drivers.contributions import Part, largest
from salescli.calc.drivers.fitting import fitted
from salescli.findings import Misuse, did_you_mean
from salescli.i18n import N_, several
from salescli.model.exact import round_to
from salescli.model.metric import Unit
from salescli.model.table import Column, Line, Report, Row, Table, Value
from salescli.workflows.analysing.against import MOM
from salescli.workflows.analysing.analysis_table import amount, shown
from salescli.workflows.analysing.compare import against_lines
from salescli.workflows.analysing.comparison import Comparison, change_text
from salescli.workflows.analysing.drivers_deals import deal_tables
from salescli.workflows.analysing.moves import CELLS, contributions, decomposable, named
from salescli.workflows.session import Session, open_session
from salescli.workflows.tracking.track_view import SALES, shown_value

if TYPE_CHECKING:
    from salescli.measures.facts import By

DIMENSIONS = ("region", "product", "person", "customer", "customer_kind", "category", "item", "source")
_OPTIONAL = DIMENSIONS[4:]
_TOP = 10
_RATE_PLACES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What `drivers` is asked.

    Attributes:
        by: Dimensions with commas between; None for region, product, person.
        word: `mom`, `yoy`, or a period as typed.
        top: How many parts get a line of their own.
    """

    period: str | None = None
    as_of: str | None = None
    metric: str | None = None
    by: str | None = None
    word: str = MOM
    top: int = _TOP


def drivers(root: Path, query: Query) -> Report:
    """Which cells moved a metric; for amounts of deals also price, volume, mix, and customers.

    Raises:
        Misuse: for what the book does not have, or a metric that has no parts.
        BookBroken: if the book has errors.
    """
    with open_session(root) as session:
        period = session.period(query.period)
        as_of = session.as_of(period, query.as_of)
        metric = session.metric(query.metric) if query.metric else SALES
        by = _dimensions(session, query.by)
        comparison = Comparison(session, period, as_of, [query.word], as_far=query.as_of is not None)
        if not decomposable(comparison, metric):
            raise Misuse(
                "{metric} is a ratio of ratios, which has no parts",
                hint="ask for what it is made of",
                metric=metric,
            )
        table = _parts_table(comparison, metric, query.word, by, query.top)
        return Report(
            command="drivers",
            period=period.text,
            as_of=as_of,
            currency=session.book.settings.currency,
            header=(
                *session.header(period, as_of),
                _moved(comparison, metric, query.word),
                *against_lines(comparison),
            ),
            tables=(table, *deal_tables(comparison, metric, query.word, query.top)),
            notes=_next(period.text, metric, by),
            extra={"metric": metric, "with": query.word, "base_period": comparison.against[0].period.text},
        )


def _dimensions(session: Session, text: str | None) -> tuple[By, ...]:
    if text is None:
        return CELLS
    words = tuple(dict.fromkeys(word.strip() for word in text.split(",")))
    stated = session.facts.stated()
    for word in words:
        if word not in DIMENSIONS:
            near = did_you_mean(word, DIMENSIONS) or several(DIMENSIONS)
            raise Misuse("there is no dimension {word}", hint="there is: {near}", word=word, near=near)
        if word in _OPTIONAL and word not in stated:
            raise Misuse("no deal of this book states its {word}", hint="leave it out of --by", word=word)
    return cast("tuple[By, ...]", words)


def _moved(comparison: Comparison, metric: str, key: str) -> Line:
    """Metric, then, now, change: the line above the parts."""
    definition = comparison.session.book.policy.metrics[metric]
    unit, found = definition.unit, comparison.change(metric, key)
    params: dict[str, object] = {
        "metric": Line(template=definition.name),
        "change": change_text(found, unit),
        "actual": shown(unit, comparison.actual(metric)),
    }
    if found.difference is None:
        return Line(template=N_("{metric}: {actual}"), params=params)
    params["base"] = shown(unit, comparison.base(metric, key))
    params["moved"] = amount(unit, found.difference)
    if unit == "rate":
        return Line(template=N_("{metric}: from {base} to {actual}, {moved}"), params=params)
    return Line(template=N_("{metric}: from {base} to {actual}, {moved} ({change})"), params=params)


def _columns(comparison: Comparison, by: Sequence[By], *, ratio: bool) -> tuple[Column, ...]:
    """Columns of the parts of a sum, or of a ratio."""
    effects = (
        (
            Column("rate_effect", "By its rate", "delta", spare=1),
            Column("mix_effect", "By the mix", "delta", spare=1),
        )
        if ratio
        else ()
    )
    return (
        Column("name", "", machine=False),
        Column("kind", "kind", people=False),
        *(Column(dimension, dimension, people=False) for dimension in by),
        Column("count", "count", "count", people=False),
        Column("base", comparison.against[0].period.text, "number", spare=2),
        Column("actual", comparison.period.text, "number", spare=2),
        Column("change", "Contribution", "delta"),
        *effects,
        Column("share_of_change", "Of the change", "ratio"),
    )


def _parts_table(comparison: Comparison, metric: str, key: str, by: Sequence[By], top: int) -> Table:
    """A line for each of the parts that moved a metric most, one for all others, one for the whole."""
    definition = comparison.session.book.policy.metrics[metric]
    columns = _columns(comparison, by, ratio=definition.ratio is not None)
    parts = contributions(comparison, metric, key, by, split=True)
    if not parts:
        return Table(name="rows", columns=columns, rows=())
    first, others = largest(parts, top)
    lines = [*first, *([others] if others else [])]
    digits = comparison.session.digits if definition.unit == "money" else _RATE_PLACES
    actual, base = comparison.actual(metric), comparison.base(metric, key)
    total = round_to(actual or 0, digits) - round_to(base or 0, digits)
    fits = fitted([part.contribution for part in lines], total, digits)
    effects = [_effects(part, fit, digits) for part, fit in zip(lines, fits, strict=True)]
    rows = [
        _row(comparison, definition.unit, by, part, _share(three, total))
        for part, three in zip(lines, effects, strict=True)
    ]
    whole = Part(key=(), count=len(parts), actual=actual, base=base, contribution=Fraction(total))
    sums = {name: sum((one[name] for one in effects), Decimal(0)) for name in effects[0]}
    row = _row(comparison, definition.unit, by, whole, _share(sums, total))
    rows.append({**row, "name": Line(template=N_("All")), "kind": "total", "_strong": True})
    return Table(name="rows", columns=columns, rows=tuple(rows))


def _effects(part: Part, fit: Decimal, digits: int) -> dict[str, Decimal]:
    """The contribution as it is shown; of a ratio also its two halves, which sum to it."""
    if part.rate is None or part.mix is None:
        return {"change": fit}
    rate, mix = fitted([part.rate, part.mix], fit, digits)
    return {"change": fit, "rate_effect": rate, "mix_effect": mix}


def _share(effects: Mapping[str, Decimal], total: Decimal) -> dict[str, Decimal | Fraction | None]:
    share = Fraction(effects["change"]) / Fraction(total) if total else None
    return {**effects, "share_of_change": share}


def _row(
    comparison: Comparison,
    unit: Unit,
    by: Sequence[By],
    part: Part,
    moved: Mapping[str, Decimal | Fraction | None],
) -> Row:
    digits = comparison.session.digits
    ids = dict(zip(by, part.key, strict=True)) if part.key else dict.fromkeys(by)
    if part.key:
        name: str | Line = named(comparison.session.book.org, by, part.key)
    else:
        name = Line(template=N_("others ({count})"), params={"count": part.count})
    row: dict[str, Value] = {
        "name": name,
        "kind": "part" if part.key else "others",
        **{dimension: one or None for dimension, one in ids.items()},
        "count": part.count,
        "base": shown_value(unit, part.base, digits),
        "actual": shown_value(unit, part.actual, digits),
    }
    for key, value in moved.items():
        row[key] = value if unit == "money" or value is None else Fraction(value)
    return {**row, "_unit": unit}


def _next(period: str, metric: str, by: Sequence[By]) -> tuple[Line, ...]:
    other = "customer" if "customer" not in by else "region,product,person"
    params: dict[str, object] = {"metric": metric, "by": other, "period": period}
    return (
        Line(
            template=N_("next: salescli drivers --period {period} --metric {metric} --by {by}"), params=params
        ),
    )
