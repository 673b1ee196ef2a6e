"""Every name inside the measures and conditions of a plan, wherever they stand in it."""

from __future__ import annotations

from collections.abc import Iterator

from salescli.books.schemas.plans import PlanFile
from salescli.books.typed import Model, Typed
from salescli.findings import Finding, did_you_mean
from salescli.i18n import N_, several
from salescli.model.condition import Compare, Join, measures_in
from salescli.model.expression import Arith, Measure, measures_of
from salescli.model.metric import Policy

METRICS = "policies/metrics.yaml"

Loc = tuple[str | int, ...]


def check_metrics(typed: Typed[PlanFile], policy: Policy, found: list[Finding]) -> None:
    """Every metric is one of the book's (P009), every component named by `earned(…)` one of the plan's
    (P019), pointed at inside its text."""
    metrics_known = not any(f.span.path == METRICS and f.severity == "error" for f in found)
    for loc, measure in dict.fromkeys(_measures(typed.value, ())):
        if measure.is_figure and metrics_known and measure.metric not in policy.metrics:
            near = did_you_mean(measure.metric, policy.metrics)
            hint = N_("did you mean {near}?") if near else N_("define it in policies/metrics.yaml")
            found.append(
                typed.finding(
                    "P009",
                    loc,
                    N_("there is no metric `{metric}`"),
                    hint,
                    offset=_offset(typed, loc, measure.metric),
                    metric=measure.metric,
                    near=near,
                )
            )
        elif (
            measure.of == "earned" and measure.scope == "own" and measure.metric not in typed.value.components
        ):
            near = did_you_mean(measure.metric, typed.value.components)
            hint = N_("did you mean `{near}`?") if near else N_("the plan has: {known}")
            found.append(
                typed.finding(
                    "P019",
                    loc,
                    N_("the plan has no component `{component}`"),
                    hint,
                    offset=_offset(typed, loc, measure.metric),
                    component=measure.metric,
                    near=near,
                    known=several(typed.value.components),
                )
            )


def _offset(typed: Typed[PlanFile], loc: Loc, word: str) -> int:
    return max(typed.text(*loc).find(word), 0)


def _measures(value: object, loc: Loc) -> Iterator[tuple[Loc, Measure]]:
    """Every measure below a value, with the keys that lead to it."""
    if isinstance(value, Measure | Arith):
        yield from ((loc, measure) for measure in measures_of(value))
    elif isinstance(value, Compare | Join):
        yield from ((loc, measure) for measure in measures_in(value))
    elif isinstance(value, Model):
        for name, field in type(value).model_fields.items():
            yield from _measures(getattr(value, name), (*loc, field.alias or name))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _measures(inner, (*loc, str(key)))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _measures(inner, (*loc, index))
