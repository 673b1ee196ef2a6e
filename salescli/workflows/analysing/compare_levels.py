"""What people see of `compare --by`: who carries the total, what the mix does, who is better (SPEC A3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from salescli.calc.attain import attainment
from salescli.calc.standing import FEW, Cases, Lift, Named, contributor, interval, named
from salescli.calc.track.tree import Node
from salescli.i18n import N_, gettext, joined
from salescli.model.metric import Light
from salescli.model.table import Column, Line, Row, Table
from salescli.render import numbers
from salescli.render.words import line_text
from salescli.workflows.analysing.against import change_title
from salescli.workflows.analysing.compare_rows import to_target
from salescli.workflows.analysing.comparison import TEAM, Comparison, change_text
from salescli.workflows.tracking.track_view import SALES, View, shown_value

_NAME = Column("name", "", machine=False)
_CHANGES = "changes"
"""Where a column stands for each period compared with."""
_MONEY = (
    Column("actual", "Sales", "number"),
    Column("base", "Before", "number", spare=4),
    Column("share", "Share", "ratio"),
)
_MOVED = (
    Column("change", "Change", "delta", spare=1),
    Column(_CHANGES, "", machine=False),
    Column("change_ratio", "change_ratio", "ratio", people=False),
    Column("share_of_change", "Of the change", "ratio", spare=3),
)
_GOAL = (Column("target", "Target", "number", spare=2), Column("gap", "Gap", "delta"))
_ATTAINMENT = Column("attainment", "Attainment", "ratio")
_LIGHT = Column("light", "Light", "light", spare=5)
_REACHED = (*_GOAL, _ATTAINMENT, _LIGHT)
REGIONS = (
    _NAME,
    Column("region", "region", people=False),
    *_MONEY,
    *_MOVED,
    *_REACHED,
    Column("collection_rate", "Collected", "ratio"),
    Column("standing", "standing", people=False),
    Column("standing_text", "Standing", machine=False),
)
PRODUCTS = (
    _NAME,
    Column("product", "product", people=False),
    *_MONEY,
    Column("base_share", "Share before", "ratio", spare=2),
    Column("mix_change", "Mix", "points"),
    *_MOVED,
    Column("gross_margin", "Gross margin", "ratio"),
    Column("margin_change", "Margin change", "points", spare=1),
    *_REACHED,
)
PEOPLE = (
    _NAME,
    Column("region", "region", people=False),
    Column("person", "person", people=False),
    Column("actual", "Sales", "number"),
    Column(_CHANGES, "", machine=False),
    *_GOAL,
    replace(_ATTAINMENT, spare=4),
    _LIGHT,
    Column("win_text", "Win rate", machine=False),
    Column("win_rate", "win_rate", "ratio", people=False),
    Column("decided", "decided", "count", people=False),
    Column("win_low", "win_low", "ratio", people=False),
    Column("win_high", "win_high", "ratio", people=False),
    Column("order_text", "Order value", machine=False),
    Column("average_order_value", "average_order_value", "number", people=False),
    Column("deals_won", "deals_won", "count", people=False),
    Column("lead_text", "Lead conversion", machine=False),
    Column("lead_conversion", "lead_conversion", "ratio", people=False),
    Column("leads", "leads", "count", people=False),
    Column("lead_low", "lead_low", "ratio", people=False),
    Column("lead_high", "lead_high", "ratio", people=False),
    Column("win_standing", "win_standing", people=False),
    Column("lead_standing", "lead_standing", people=False),
    Column("standing_text", "Standing", machine=False),
)
_SMALL_NUMBERS = N_(
    "the number of cases stands behind each figure; named are only those with {few} or more, where the"
    " team's rate is outside the 95% interval of their own"
    " ({compared:rate|rates} compared: 5% of them would be by chance)"
)
_TOO_SMALL = N_(
    "nobody is named best or worst: it takes {few} deals decided or {few} leads, and nobody has so many;"
    " a longer --period has more"
)
_LIFT: dict[Lift, str] = {"high": N_("high contributor"), "lift": N_("to lift")}
_RATES = {
    "win": (N_("win rate"), "won", "decided"),
    "lead": (N_("lead conversion"), "lead_converted", "lead"),
}
_NAMED: dict[Named, str] = {
    "best": N_("benchmark practice: {what}"),
    "worst": N_("needs coaching: {what}"),
}


def level_table(
    view: View, comparison: Comparison, level: str, nodes: Sequence[Node], *, gap: bool = False
) -> Table:
    """The table of a level, the team first, beside every period compared with that has figures.

    Contributions are against the first of these.

    Args:
        gap: Show people the target and the gap to it too.
    """
    team, *parts = nodes
    if level == "person":
        rows = tuple(_people(view, comparison, [team, *parts]))
        return Table(name="people", columns=_columns(PEOPLE, comparison, gap=gap), rows=rows)
    key = next(iter(with_sales(comparison)), next(iter(comparison.then), None))
    rows = tuple(_part(view, comparison, node, len(parts), key, level) for node in (team, *parts))
    columns = _columns(REGIONS if level == "region" else PRODUCTS, comparison, gap=gap)
    return Table(name="regions" if level == "region" else "products", columns=columns, rows=rows)


def _columns(columns: Sequence[Column], comparison: Comparison, *, gap: bool) -> tuple[Column, ...]:
    """With a change for each period compared with, under headings that name it."""
    usable = [one for one in comparison.against if one.key in with_sales(comparison)]
    found: list[Column] = []
    for column in columns:
        if column.key == _CHANGES:
            found += [
                replace(column, key=f"change_{one.key}", title=change_title(one.key, comparison.period))
                for one in usable
            ]
        elif column.key == "base" and usable:
            found.append(replace(column, title=usable[0].period.text))
        else:
            shown = column.people and (gap or column not in _GOAL)
            asked = gap and column.key == "attainment"
            found.append(replace(column, people=shown, spare=0 if asked else column.spare))
    return tuple(found)


def with_sales(comparison: Comparison) -> tuple[str, ...]:
    """The periods compared with in which anything was sold: no change is defined against the others."""
    return tuple(key for key in comparison.then if comparison.base(SALES, key))


def level_remarks(level: str, table: Table) -> Iterator[Line]:
    """How to read a level's table."""
    if level == "person":
        standings = [row[f"{rate}_standing"] for row in table.rows[1:] for rate in _RATES]
        compared = sum(standing in ("", "best", "worst") for standing in standings)
        params: dict[str, object] = {"few": FEW, "compared": compared}
        yield Line(template=_SMALL_NUMBERS if compared else _TOO_SMALL, params=params)


def _part(view: View, comparison: Comparison, node: Node, among: int, key: str | None, level: str) -> Row:
    """A region or product line: how much of the total and of its change it is."""
    actual, total = _sum(view.actual(SALES, node)), _sum(view.actual(SALES, TEAM))
    base, before = (None, None) if key is None else (comparison.base(SALES, key, n) for n in (node, TEAM))
    moved = None if base is None else actual - base
    whole = None if before is None else total - before
    found = None if key is None else comparison.change(SALES, key, node)
    share = actual / total if total else None
    reached = _reached(view, comparison, node)
    row: dict[str, object] = {
        "name": node.name,
        level: node.region if level == "region" else node.product,
        "actual": shown_value("money", actual, view.session.digits),
        "base": shown_value("money", base, view.session.digits),
        "share": share,
        "change": shown_value("money", moved, view.session.digits),
        "change_ratio": None if found is None else found.ratio,
        "share_of_change": moved / whole if moved is not None and whole else None,
        **reached,
        "_unit": "money",
        "_depth": node.depth,
        "_strong": node.depth == 0,
    }
    if level == "region":
        row |= _region(view, comparison, node, among, key, share, reached["light"])
    else:
        row |= _product(view, comparison, node, key, share)
    return row  # type: ignore[return-value]


def _reached(view: View, comparison: Comparison, node: Node) -> dict[str, object]:
    """How sales moved against each period compared with, and how far they are from the target."""
    actual, goal = view.actual(SALES, node), view.goal(SALES, node)
    target = Fraction(goal.value) if goal else None
    reached, digits = attainment(actual, target), view.session.digits
    return {
        **{
            f"change_{key}": change_text(comparison.change(SALES, key, node), "money")
            for key in comparison.then
        },
        "target": shown_value("money", target, digits),
        "gap": shown_value("money", to_target(actual, target, view.period.text).difference, digits),
        "attainment": reached,
        "light": None if reached is None else view.policy.lights_of(SALES).light(reached),
    }


def _sum(value: Fraction | None) -> Fraction:
    return value or Fraction(0)


def _region(
    view: View,
    comparison: Comparison,
    node: Node,
    among: int,
    key: str | None,
    share: Fraction | None,
    light: object,
) -> dict[str, object]:
    standing: Lift = ""
    if node.region is not None:
        team = None if key is None else comparison.change(SALES, key).ratio
        fell = _fell(view, comparison, node, key)
        standing = contributor(share, among, None if light is None else light is Light.RED, fell, team)
    return {
        "collection_rate": view.actual("collection_rate", node) if view.receipts else None,
        "standing": standing or None,
        "standing_text": gettext(_LIFT[standing]) if standing else None,
    }


def _fell(view: View, comparison: Comparison, node: Node, key: str | None) -> Fraction | None:
    """The change ratio of a region's sales, if there are deals enough then and now to tell."""
    if key is None:
        return None
    deals = _sum(view.actual("deals_won", node)) + _sum(comparison.base("deals_won", key, node))
    return comparison.change(SALES, key, node).ratio if deals >= FEW else None


def _product(
    view: View, comparison: Comparison, node: Node, key: str | None, share: Fraction | None
) -> dict[str, object]:
    base_share = margin_change = None
    margin = view.actual("gross_margin", node) if "gross_margin" in comparison.stated else None
    if key is not None:
        base, before = (comparison.base(SALES, key, one) for one in (node, TEAM))
        base_share = base / before if base is not None and before else None
        if margin is not None:
            margin_change = comparison.change("gross_margin", key, node).difference
    mixed = share is not None and base_share is not None and node.product is not None
    return {
        "base_share": base_share,
        "mix_change": share - base_share if mixed and share is not None and base_share is not None else None,
        "gross_margin": margin,
        "margin_change": margin_change,
    }


def _people(view: View, comparison: Comparison, nodes: Sequence[Node]) -> Iterator[Row]:
    """The team, then everybody with a case, a target, or sales to compare with: rates beside the numbers
    behind them."""
    team = nodes[0]
    for node in nodes:
        base = view.base(node)
        cases = any(base.get(word) for word in (SALES, "deals_won", "decided", "lead"))
        goal = view.goal(SALES, node)
        before = any(comparison.base(SALES, key, node) for key in comparison.then)
        if node is team or cases or before or (goal is not None and goal.value):
            yield _person(view, comparison, node, team)


def _person(view: View, comparison: Comparison, node: Node, team: Node) -> Row:
    base = view.base(node)
    order, deals = view.actual("average_order_value", node), base.get("deals_won", 0)
    row: dict[str, object] = {
        "name": node.name,
        "region": node.region,
        "person": node.person_id,
        "actual": shown_value("money", view.actual(SALES, node), view.session.digits),
        **_reached(view, comparison, node),
        "order_text": None if order is None else f"{numbers.money_short(order)} ({deals})",
        "average_order_value": shown_value("money", order, view.session.digits),
        "deals_won": deals,
        "_unit": "money",
        "_depth": node.depth,
        "_strong": node is team,
    }
    said = []
    for rate, (what, hits, cases) in _RATES.items():
        of = Cases(base.get(hits, 0), base.get(cases, 0))
        standing: Named = "" if node is team else named(of, view.actual(_METRIC[rate], team))
        row |= _rate(rate, of, standing)
        if standing in _NAMED:
            params: dict[str, object] = {"what": Line(template=what)}
            said.append(line_text(Line(template=_NAMED[standing], params=params)))
    few = node is not team and all(row[f"{rate}_standing"] in ("few", None) for rate in _RATES)
    row["standing_text"] = joined(said, "; ") or (gettext(N_("too few cases to tell")) if few else None)
    return row  # type: ignore[return-value]


_METRIC = {"win": "win_rate", "lead": "lead_conversion"}


def _rate(rate: str, of: Cases, standing: Named) -> dict[str, object]:
    low, high = interval(of) or (None, None)
    value = of.rate
    return {
        f"{rate}_text": None if value is None else f"{numbers.percent(value)} ({of.cases})",
        _METRIC[rate]: value,
        "decided" if rate == "win" else "leads": of.cases,
        f"{rate}_low": low,
        f"{rate}_high": high,
        f"{rate}_standing": standing if of.cases else None,
    }
