"""A target file to rows: team, regions, product lines, cells, people, months and levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from salescli.calc.split.record import Gap, History, Split
from salescli.calc.split.tree import Cutter, Node, Tree
from salescli.calc.split.weights import Past
from salescli.findings import Finding, Span, finding
from salescli.model.exact import plain, rate_text
from salescli.model.metric import Policy
from salescli.model.org import Org
from salescli.model.period import Period
from salescli.model.target import Cut, TargetFile, TargetRow

_BASE = "target"


def needs_history(file: TargetFile) -> bool:
    """Whether a split of this file asks anything of the past."""
    cuts = [file.months, file.region, file.product, *file.person.values()]
    asks = any(c is not None and (c.by == "history" or "history" in c.blend) for c in cuts)
    return asks or (file.matrix is not None and file.matrix.fit == "history") or file.growth_max is not None


def resolve(file: TargetFile, org: Org, policy: Policy, history: History, digits: int) -> Split:
    """Cut every target of a file (SPEC T1–T8).

    Args:
        file: As written.
        org: Who works where, when.
        policy: Which metrics are money, counts or rates.
        history: Past sales, asked only where a cut looks at them.
        digits: Decimal places of the book's currency.

    Returns:
        Rows for the file's period and each of its months; for every additive metric, level and period the
        parts of a whole sum to it, but for the gaps. Findings are all of the file's, errors among them.
    """
    past = Past(history=history, period=file.period)
    rows: list[TargetRow] = []
    gaps: list[Gap] = []
    cutter: Cutter | None = None
    for metric, total in file.total.items():
        if metric not in policy.metrics:
            continue
        if isinstance(total, Fraction) or policy.metrics[metric].unit == "rate":
            continue
        step = _step(file, policy, metric, digits)
        if _fits(file, metric, total, step, past.found):
            cutter = cutter or Cutter(file, org, past)
            base: Tree | None = None
            for level, factor in sorted(file.levels.items(), key=lambda item: item[0] != _BASE):
                tree = cutter.tree(metric, _units(Fraction(total) * factor, step), factor, step, base)
                base = base or tree
                rows.extend(_tree_rows(file, tree, metric, level, step))
                gaps.extend(_tree_gaps(tree, metric, level, step))
                if level == _BASE:
                    past.found.extend(_over(file, tree, metric, step))
    nodes = _nodes(rows) or [Node()]
    for metric, total in file.total.items():
        if isinstance(total, Fraction):
            rows.extend(_rate_rows(file, metric, total, nodes))
    past.found.extend(_growth(file, history, digits))
    ordered = sorted(rows, key=TargetRow.sort_key)
    return Split(rows=tuple(ordered), gaps=tuple(gaps), findings=_once(past.found))


def _once(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Each finding once: every metric and level meets the same ones."""
    kept = {finding.sort_key(): finding for finding in found}
    return tuple(kept[key] for key in sorted(kept))


def _step(file: TargetFile, policy: Policy, metric: str, digits: int) -> Decimal:
    """The step parts are multiples of: as stated, else the smallest unit of money, else one."""
    default = Decimal(1).scaleb(-digits) if policy.metrics[metric].unit == "money" else Decimal(1)
    return file.unit.get(metric, default)


def _units(amount: Fraction, step: Decimal) -> int:
    """An amount in steps; a level that is no multiple goes to the nearest, half up."""
    return int((amount / Fraction(step) + Fraction(1, 2)) // 1)


def _fits(file: TargetFile, metric: str, total: Decimal, step: Decimal, found: list[Finding]) -> bool:
    if step <= 0 or (Fraction(total) / Fraction(step)).denominator != 1:
        found.append(
            finding(
                "T101",
                file.places.get(metric, file.place),
                "{metric} of {total} is not a multiple of its unit {step}",
                hint="round the total, or choose a smaller unit under `unit:`",
                metric=metric,
                total=plain(total),
                step=plain(step),
            )
        )
        return False
    return True


def _tree_rows(file: TargetFile, tree: Tree, metric: str, level: str, step: Decimal) -> Iterator[TargetRow]:
    texts = (file.period.text, *(month.text for month in tree.months))
    for node, values in tree.values.items():
        for text, units in zip(texts, (values.whole, *values.months), strict=True):
            yield TargetRow(
                period=text,
                metric=metric,
                region=node.region,
                product=node.product,
                person=node.person,
                level=level,
                target=units * step,
                place=_place(file, node, metric),
            )


def _place(file: TargetFile, node: Node, metric: str) -> Span:
    """The line of the file that decides a node: its entry in the cut, else the cut, else the total."""
    total = file.places.get(metric, file.place)
    if node.person is not None:
        return (
            _cut_place(file.person.get(node.region or "") or file.person.get(""), node.person, metric)
            or total
        )
    if node.region is not None and node.product is not None:
        return file.matrix.place if file.matrix and file.matrix.place.line else total
    if node.region is not None:
        return _cut_place(file.region, node.region, metric) or total
    if node.product is not None:
        return _cut_place(file.product, node.product, metric) or total
    return total


def _cut_place(cut: Cut | None, one: str, metric: str) -> Span | None:
    if cut is None:
        return None
    return cut.places.get(f"{metric}.{one}") or cut.places.get(one) or cut.place


def _tree_gaps(tree: Tree, metric: str, level: str, step: Decimal) -> Iterator[Gap]:
    texts = (tree.period.text, *(month.text for month in tree.months))
    for (region, among), values in tree.gaps.items():
        for text, units in zip(texts, (values.whole, *values.months), strict=True):
            if units:
                yield Gap(
                    period=text, metric=metric, level=level, region=region, among=among, amount=units * step
                )


def _over(file: TargetFile, tree: Tree, metric: str, step: Decimal) -> Iterator[Finding]:
    """More given out than there is, beyond what the file states (SPEC T5): finding T102."""
    for (region, among), values in tree.gaps.items():
        node = Node(region=region)
        whole = tree.values[node].whole if node in tree.values else tree.values[Node()].whole
        allowed = file.over_assignment if among == "person" else Fraction(0)
        if -values.whole > allowed * whole:
            cut = {"region": file.region, "product": file.product}.get(among) or file.person.get(region or "")
            yield finding(
                "T102",
                cut.place if cut else file.place,
                "{metric}: {given} is given out of {whole}, {over} too much ({share} over, {allowed} stated)",
                hint="lower the amounts, raise the whole, or state `over_assignment: {share}`"
                if among == "person"
                else "lower the amounts or raise the total",
                metric=metric,
                given=plain((whole - values.whole) * step),
                whole=plain(whole * step),
                over=plain(-values.whole * step),
                share=rate_text(Fraction(-values.whole, whole), 2) if whole else "100%",
                allowed=rate_text(allowed, 2),
            )


def _nodes(rows: Sequence[TargetRow]) -> list[Node]:
    """Every node that any additive metric was cut to."""
    found = {Node(region=r.region, product=r.product, person=r.person): None for r in rows}
    return list(found)


def _rate_rows(file: TargetFile, metric: str, rate: Fraction, nodes: Sequence[Node]) -> Iterator[TargetRow]:
    """A rate is inherited unchanged by every node in every period (SPEC T2)."""
    months = file.period.months() if file.months else ()
    for text in dict.fromkeys((file.period.text, *(month.text for month in months))):
        for node in nodes:
            yield TargetRow(
                period=text,
                metric=metric,
                region=node.region,
                product=node.product,
                person=node.person,
                level=_BASE,
                target=rate,
                place=file.places.get(metric, file.place),
            )


def _growth(file: TargetFile, history: History, digits: int) -> list[Finding]:
    """Growth of the sales target against the past, where the file limits it (SPEC T9, achievable): T120."""
    total = file.total.get("sales_amount")
    if file.growth_max is None or not isinstance(total, Decimal):
        return []
    base = file.growth_history or file.period.year_before()
    before = Fraction(_sum(history, base), 10**digits)
    if before <= 0:
        return []
    growth = Fraction(total) / before - 1
    if growth <= file.growth_max:
        return []
    return [
        finding(
            "T120",
            file.places.get("sales_amount", file.place),
            "the target is {growth} above {base} ({before}); the file allows {most}",
            hint="lower it, or raise `achievable: {{growth_max: …}}` and say why",
            severity="warning",
            growth=rate_text(growth, 1),
            base=base.text,
            before=plain(before, 2),
            most=rate_text(file.growth_max, 1),
        )
    ]


def _sum(history: History, period: Period) -> int:
    return sum(history.sales(period, ()).values())
