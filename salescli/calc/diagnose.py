"""What missed its target, and which process metrics lie below the team's (SPEC A4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from salescli.calc.attain import base_metrics
from salescli.model.metric import Light, Lights, Metric, Policy

FEW_CASES = 10
"""Below so many cases a rate says little: it is told with that warning, after the others."""

FEW_EACH = 5
"""Where the team has fewer of something per head, such as deals, one more or less is no weakness."""

NOTABLE = Fraction(9, 10)
"""What is nearer to the team's than this share of it is not told."""

MOST = 5
_DEALS_WON = "deals_won"


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """A process metric of somebody against the team's.

    Attributes:
        own, team: A ratio of theirs and of the whole team; of a count, theirs and the team's average for as
            many people and days.
        cases: What a rate divides by, such as the leads of a conversion; None for counts.
        ratio: Whether it is one, and no count.
    """

    metric: str
    own: Fraction
    team: Fraction
    cases: int | None = None
    ratio: bool = False

    @property
    def few(self) -> bool:
        """Whether there are too few cases to tell a weakness from chance."""
        return self.cases is not None and self.cases < FEW_CASES


def missed(actual: Fraction | None, wanted: Fraction | None, lights: Lights) -> Light | None:
    """Red or yellow if an actual missed what is wanted by now; None if it did not, or nobody can tell.

    Args:
        wanted: The target, or in a running period what is due of it by the day looked from.
    """
    if actual is None or not wanted or actual >= wanted:
        return None
    light = lights.light(actual / wanted)
    return None if light is Light.GREEN else light


def process_metrics(policy: Policy, metric: str) -> tuple[str, ...]:
    """Which metrics may explain why one was missed: rates over counts of cases first, then counts per head.

    For sales: conversion, win rate, order value, deals, activities; for a rate of cases: activities. Nothing
    explains cash and margins here: what is not collected is told deal by deal.
    """
    wanted = policy.metrics[metric]
    mine = base_metrics(policy, metric)
    if any(_source(policy, part) == "collections" for part in mine):
        return ()
    if wanted.ratio is not None and not _over_counts(policy, wanted):
        return ()
    rates = (
        []
        if wanted.ratio is not None
        else [key for key, one in policy.metrics.items() if key != metric and _explains(policy, one, metric)]
    )
    upper = {base for key in rates for base in base_metrics(policy, (policy.metrics[key].ratio or (key,))[0])}
    counts = [
        key
        for key, one in policy.metrics.items()
        if one.base is not None and one.base.source == "activities" and key not in (*mine, *upper)
    ]
    if wanted.unit == "money" and _DEALS_WON in policy.metrics:
        counts.insert(0, _DEALS_WON)
    return (*rates, *counts)


def _source(policy: Policy, metric: str) -> str:
    base = policy.metrics[metric].base
    return base.source if base is not None else ""


def _over_counts(policy: Policy, metric: Metric) -> bool:
    """A rate of cases: what it divides by are counts, and it is no amount itself."""
    return (
        metric.ratio is not None and metric.unit == "rate" and policy.metrics[metric.ratio[1]].unit == "count"
    )


def _explains(policy: Policy, one: Metric, metric: str) -> bool:
    if one.ratio is None:
        return False
    if metric in base_metrics(policy, one.ratio[1]):
        return False
    if _over_counts(policy, one):
        return not set(base_metrics(policy, one.id)) & set(base_metrics(policy, metric))
    return metric in base_metrics(policy, one.ratio[0]) and policy.metrics[one.ratio[1]].unit == "count"


def cases_of(policy: Policy, metric: str, totals: Mapping[str, int]) -> int | None:
    """How many cases are behind a ratio: the count it divides by; None for what divides by no count."""
    ratio = policy.metrics[metric].ratio
    if ratio is None or policy.metrics[ratio[1]].ratio is not None:
        return None
    return totals.get(ratio[1], 0) if policy.metrics[ratio[1]].unit == "count" else None


def weaknesses(found: Iterable[Against], most: int = MOST) -> tuple[Against, ...]:
    """Those notably below the team's, the furthest below first, those of few cases last; at most so many."""
    below = [one for one in found if one.own <= one.team * NOTABLE and (one.ratio or one.team >= FEW_EACH)]
    return tuple(sorted(below, key=lambda one: (one.few, one.own / one.team, one.metric))[:most])
