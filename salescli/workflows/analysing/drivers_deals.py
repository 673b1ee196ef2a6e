"""Why an amount of deals changed: price, volume and mix, and which customers (SPEC A2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from salescli.calc.attain import metric_value
from salescli.calc.drivers.contributions import Key, Part, largest
from salescli.calc.drivers.customers import Group, groups
from salescli.calc.drivers.fitting import fitted
from salescli.calc.drivers.price_volume import Effects, Sold, effects
from salescli.i18n import N_
from salescli.model.exact import round_to
from salescli.model.metric import Metric
from salescli.model.table import Column, Line, Row, Table
from salescli.render import numbers
from salescli.render.words import separator
from salescli.workflows.analysing.comparison import Comparison
from salescli.workflows.analysing.figures import Figures
from salescli.workflows.analysing.moves import named
from salescli.workflows.tracking.track_view import shown_value

if TYPE_CHECKING:
    from salescli.measures.facts import By

EFFECTS = (
    Column("name", "", machine=False),
    Column("part", "part", people=False),
    Column("volume", "Volume", "delta"),
    Column("mix", "Mix", "delta"),
    Column("price", "Price", "delta"),
    Column("change", "Change", "delta"),
)
_KINDS = {
    "new": N_("new"),
    "returning": N_("returning"),
    "more": N_("buying more"),
    "same": N_("buying the same"),
    "less": N_("buying less"),
    "lost": N_("lost (not buying now)"),
    "total": N_("All"),
}
_VOLUMES = {"units": N_("Price, volume (units) and mix"), "deals_won": N_("Price, volume (deals) and mix")}


def _customer_columns(comparison: Comparison) -> tuple[Column, ...]:
    return (
        Column("kind_text", "", "word", machine=False),
        Column("kind", "kind", people=False),
        Column("count", "Count", "count"),
        Column("base", comparison.against[0].period.text, "number"),
        Column("actual", comparison.period.text, "number"),
        Column("change", "Change", "delta"),
        Column("largest", "Most of it", machine=False),
    )


def deal_tables(comparison: Comparison, metric: str, key: str, top: int) -> Iterator[Table]:
    """Price, volume and mix of an amount of closed deals, and its customers; nothing for other metrics."""
    definition = comparison.session.book.policy.metrics[metric]
    then = comparison.then.get(key)
    if then is None or not _of_closed_deals(definition):
        return
    if definition.unit == "money" and not (definition.base and definition.base.where):
        yield from _price_volume(comparison, then, metric, top)
    yield _customers(comparison, then, metric)


def _of_closed_deals(metric: Metric) -> bool:
    return metric.base is not None and metric.base.source == "deals" and metric.base.of == "recognised"


def _price_volume(comparison: Comparison, then: Figures, metric: str, top: int) -> Iterator[Table]:
    by: tuple[By, ...] = ("item",) if "item" in comparison.session.facts.stated() else ("product",)
    volume = _volume(comparison, then, metric, by)
    found = effects(_sold(comparison.now, metric, volume, by), _sold(then, metric, volume, by))
    if found:
        rows = tuple(_effect_rows(comparison, found, by, top))
        yield Table(name="price_volume_mix", columns=EFFECTS, rows=rows, title=_VOLUMES[volume])


def _volume(comparison: Comparison, then: Figures, metric: str, by: tuple[By, ...]) -> str:
    """Units where every part that was sold states them, both times; else deals."""
    if "units" not in comparison.stated:
        return "deals_won"
    for figures in (comparison.now, then):
        if any(one.amount and not one.volume for one in _sold(figures, metric, "units", by).values()):
            return "deals_won"
    return "units"


def _sold(figures: Figures, metric: str, volume: str, by: tuple[By, ...]) -> dict[Key, Sold]:
    cells = figures.totals(by, metrics=(metric, "units", "deals_won"))
    policy, digits = figures.policy, figures.session.digits

    def value(one: str, totals: dict[str, int]) -> Fraction:
        return metric_value(policy, one, totals, digits) or Fraction(0)

    return {key: Sold(value(metric, totals), value(volume, totals)) for key, totals in cells.items()}


def _effect_rows(
    comparison: Comparison, found: Sequence[Effects], by: tuple[By, ...], top: int
) -> Iterator[Row]:
    """The largest parts, the others as one, and all; each rounded so that it sums across and down."""
    parts = [Part(key=one.key, contribution=one.change) for one in found]
    shown, others = largest(sorted(parts, key=lambda part: (-abs(part.contribution), part.key)), top)
    known = {one.key: one for one in found}
    lines = [known[part.key] for part in shown]
    if others is not None:
        rest = [one for one in found if one not in lines]
        lines.append(
            Effects(
                key=(),
                volume=sum((one.volume for one in rest), Fraction(0)),
                mix=sum((one.mix for one in rest), Fraction(0)),
                price=sum((one.price for one in rest), Fraction(0)),
            )
        )
    digits = comparison.session.digits
    total = [Decimal(0)] * 3
    for line in lines:
        change = round_to(line.change, digits)
        three = fitted([line.volume, line.mix, line.price], change, digits)
        total = [a + b for a, b in zip(total, three, strict=True)]
        if line.key:
            name: str | Line = named(comparison.session.book.org, by, line.key)
        else:
            assert others is not None
            name = Line(template=N_("others ({count})"), params={"count": others.count})
        yield _effect_row(name, line.key[0] if line.key else "others", three)
    yield {**_effect_row(Line(template=N_("All")), "total", total), "_strong": True}


def _effect_row(name: str | Line, part: str, three: Sequence[Decimal]) -> Row:
    volume, mix, price = three
    return {
        "name": name,
        "part": part,
        "volume": volume,
        "mix": mix,
        "price": price,
        "change": volume + mix + price,
        "_unit": "money",
    }


def _customers(comparison: Comparison, then: Figures, metric: str) -> Table:
    actual, base = (_by_customer(figures, metric) for figures in (comparison.now, then))
    comparison.session.facts.run(comparison.as_of)
    first = comparison.session.facts.buyers(comparison.now.start, comparison.as_of)
    found = groups(actual, base, first, comparison.now.start)
    rows = [_group_row(comparison, metric, group) for group in found]
    if rows:
        whole = Group(
            kind="same",
            actual=sum(actual.values(), Fraction(0)),
            base=sum(base.values(), Fraction(0)),
            count=sum(group.count for group in found),
            largest=(),
        )
        row = _group_row(comparison, metric, whole)
        rows.append({**row, "kind": "total", "kind_text": _KINDS["total"], "_strong": True})
    return Table(
        name="customers", columns=_customer_columns(comparison), rows=tuple(rows), title=N_("Customers")
    )


def _by_customer(figures: Figures, metric: str) -> dict[str, Fraction]:
    cells = figures.totals(("customer",), metrics=(metric,))
    policy, digits = figures.policy, figures.session.digits
    return {
        name: metric_value(policy, metric, totals, digits) or Fraction(0) for (name,), totals in cells.items()
    }


def _group_row(comparison: Comparison, metric: str, group: Group) -> Row:
    unit, digits = comparison.session.book.policy.metrics[metric].unit, comparison.session.digits
    say = numbers.count if unit == "count" else numbers.money_short
    named_ones = [f"{name} {say(moved, True)}" for name, moved in group.largest if moved]
    return {
        "kind_text": _KINDS[group.kind],
        "kind": group.kind,
        "count": group.count,
        "base": shown_value(unit, group.base, digits),
        "actual": shown_value(unit, group.actual, digits),
        "change": shown_value(unit, group.change, digits),
        "largest": separator().join(named_ones) or None,
        "_unit": unit,
    }
