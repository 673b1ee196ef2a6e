"""`policies/metrics.yaml` as a `Policy`, with the built-in metrics filled in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from salescli.books.schemas.metrics import MetricEntry, MetricsFile
from salescli.books.typed import Typed, load_typed
from salescli.findings import Finding, Span, did_you_mean, finding
from salescli.i18n import N_, several
from salescli.model.metric import Base, ClosedDeal, Lights, Metric, Policy, Unit, built_in_metrics

METRICS = "policies/metrics.yaml"

# source → the moments that can date its rows, the usual one first
_MOMENTS = {
    "deals": ("recognised", "signed", "opened", "closed", "won", "lost", "cancelled"),
    "customers": ("recognised",),
    "collections": ("received",),
    "activities": ("done",),
}
_OF_DEALS = (
    *("region", "product", "owner", "customer", "status", "source", "currency"),
    *("customer_kind", "category", "item"),
)
_COLUMNS = {
    "deals": _OF_DEALS,
    "customers": _OF_DEALS,
    "collections": ("currency",),
    "activities": ("kind", "region", "product", "customer", "person"),
}


def read_policy(root: Path, found: list[Finding]) -> Policy:
    """What counts as closed, metrics and lights; the built-in ones where the file is wrong or missing."""
    metrics = built_in_metrics()
    if not (root / METRICS).exists():
        found.append(
            finding(
                "M001",
                Span(METRICS),
                "nothing says when a deal counts; taken: on the day it is signed",
                hint="write `closed_deal: {{signed: true, collected_at_least: 30%}}`",
                severity="warning",
            )
        )
        return Policy(closed_deal=ClosedDeal(), metrics=metrics, lights={"default": Lights()})
    typed = load_typed(root / METRICS, MetricsFile, root, found)
    if typed is None:
        return Policy(closed_deal=ClosedDeal(), metrics=metrics, lights={"default": Lights()})
    for key, entry in typed.value.metrics.items():
        metric = _metric(typed, key, entry, found)
        if metric is not None:
            metrics[key] = metric
    _check_ratios(typed, metrics, found)
    for key, entry in typed.value.metrics.items():
        if entry.unit is None and key in metrics:
            metrics[key] = replace(metrics[key], unit=_unit(key, metrics))
    lights = _lights(typed, metrics, found)
    return Policy(closed_deal=_closed_deal(typed), metrics=metrics, lights=lights, fx=typed.value.fx)


def _closed_deal(typed: Typed[MetricsFile]) -> ClosedDeal:
    rule = typed.value.closed_deal
    place = typed.key("closed_deal")
    if rule is None:
        return ClosedDeal(place=place)
    return ClosedDeal(
        signed=rule.signed,
        collected_at_least=rule.collected_at_least or ClosedDeal().collected_at_least,
        place=place,
    )


def _metric(typed: Typed[MetricsFile], key: str, entry: MetricEntry, found: list[Finding]) -> Metric | None:
    loc = ("metrics", key)
    kinds = [word for word in ("sum", "count", "ratio") if getattr(entry, word) is not None]
    if len(kinds) != 1:
        found.append(
            typed.finding(
                "M002",
                loc,
                N_("`{metric}` needs exactly one of sum, count and ratio"),
                N_("write `{{sum: deals.amount}}`, `{{count: deals}}` or `{{ratio: [upper, lower]}}`"),
                key=True,
                metric=key,
            )
        )
        return None
    name = entry.name or _usual_name(key)
    place = typed.key(*loc)
    if entry.ratio is not None:
        return _ratio(typed, key, entry, found)
    source, _, column = (entry.sum or entry.count or "").partition(".")
    of = entry.of or _MOMENTS[source][0]
    if of not in _MOMENTS[source]:
        found.append(
            typed.finding(
                "M004",
                (*loc, "of"),
                N_("{rows} are never `{of}`"),
                N_("write one of: {moments}"),
                rows=source,
                of=of,
                moments=several(_MOMENTS[source]),
            )
        )
        return None
    unit: Unit = "money" if entry.sum and column not in ("count", "quantity") else "count"
    if entry.unit is not None and entry.unit != unit:
        found.append(
            typed.finding(
                "M005",
                (*loc, "unit"),
                N_("`{metric}` is in {unit}"),
                N_("write {unit}, or leave `unit` out"),
                metric=key,
                unit=unit,
            )
        )
    for word in entry.where:
        if word not in _COLUMNS[source]:
            near = did_you_mean(word, _COLUMNS[source])
            hint = N_("did you mean {near}?") if near else N_("columns that can be asked: {columns}")
            found.append(
                typed.finding(
                    "M003",
                    (*loc, "where", word),
                    N_("{rows} cannot be chosen by `{column}`"),
                    hint,
                    key=True,
                    rows=source,
                    column=word,
                    near=near,
                    columns=several(_COLUMNS[source]),
                )
            )
    where = {word: tuple(values) for word, values in entry.where.items()}
    base = Base(source=source, column=column or None, of=of, where=where)  # type: ignore[arg-type]
    return Metric(id=key, name=name, unit=unit, base=base, place=place)


def _unit(key: str, metrics: dict[str, Metric]) -> Unit:
    """Money for money per piece, a rate for like over like; else the metric's own unit."""
    metric = metrics.get(key)
    ratio = metric.ratio if metric else None
    if metric is None or ratio is None:
        return metric.unit if metric else "rate"
    upper, lower = (_unit(part, metrics) for part in ratio)
    return "money" if upper == "money" and lower == "count" else "rate"


def _usual_name(key: str) -> str:
    """The name of the built-in metric that is redefined, else the id."""
    built_in = built_in_metrics().get(key)
    return built_in.name if built_in else key


def _ratio(typed: Typed[MetricsFile], key: str, entry: MetricEntry, found: list[Finding]) -> Metric | None:
    loc = ("metrics", key)
    assert entry.ratio is not None
    if len(entry.ratio) != 2:
        found.append(
            typed.finding(
                "M002",
                (*loc, "ratio"),
                N_("a ratio has two parts, not {count}"),
                N_("write `ratio: [upper, lower]`"),
                count=len(entry.ratio),
            )
        )
        return None
    for word in ("of", "where"):
        if getattr(entry, word):
            found.append(
                typed.finding(
                    "M004",
                    (*loc, word),
                    N_("a ratio has no `{word}`"),
                    N_("put it into the metrics it is made of"),
                    key=True,
                    word=word,
                )
            )
    unit: Unit = entry.unit or "rate"  # type: ignore[assignment]
    return Metric(
        id=key,
        name=entry.name or _usual_name(key),
        unit=unit,
        ratio=(entry.ratio[0], entry.ratio[1]),
        place=typed.key(*loc),
    )


def _check_ratios(typed: Typed[MetricsFile], metrics: dict[str, Metric], found: list[Finding]) -> None:
    """Parts of ratios exist, and none is made of itself; those that fail are taken out of `metrics`."""
    for key, entry in typed.value.metrics.items():
        for index, part in enumerate(entry.ratio or []):
            if part not in metrics and part not in typed.value.metrics:
                found.append(unknown_metric(typed, ("metrics", key, "ratio", index), part, metrics))
                metrics.pop(key, None)
    for key in typed.value.metrics:
        if key in metrics and _is_circular(key, metrics, ()):
            found.append(
                typed.finding(
                    "M006",
                    ("metrics", key),
                    N_("`{metric}` is made of itself"),
                    N_("let ratios end in sums and counts"),
                    key=True,
                    metric=key,
                )
            )
            metrics.pop(key)


def _is_circular(key: str, metrics: dict[str, Metric], above: tuple[str, ...]) -> bool:
    if key in above:
        return True
    metric = metrics.get(key)
    return (
        metric is not None
        and metric.ratio is not None
        and any(_is_circular(part, metrics, (*above, key)) for part in metric.ratio)
    )


def unknown_metric(
    typed: Typed[MetricsFile], loc: tuple[str | int, ...], word: str, known: dict[str, Metric]
) -> Finding:
    """A finding for a metric that is nowhere defined."""
    near = did_you_mean(word, known)
    hint = N_("did you mean {near}?") if near else N_("define it in {file}")
    return typed.finding(
        "M007", loc, N_("there is no metric `{metric}`"), hint, metric=word, near=near, file=METRICS
    )


def _lights(typed: Typed[MetricsFile], metrics: dict[str, Metric], found: list[Finding]) -> dict[str, Lights]:
    lights = {"default": Lights()}
    for key, entry in typed.value.lights.items():
        if key != "default" and key not in metrics and key not in typed.value.metrics:
            found.append(unknown_metric(typed, ("lights", key), key, metrics))
        if entry.red_below > entry.green_above:
            found.append(
                typed.finding(
                    "M008",
                    ("lights", key, "red_below"),
                    N_("red ends above where green begins"),
                    N_("let red_below be at most green_above"),
                )
            )
        lights[key] = Lights(
            red_below=entry.red_below, green_above=entry.green_above, place=typed.key("lights", key)
        )
    return lights
