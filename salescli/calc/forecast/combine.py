"""Estimates put together by how wrong they were before, with an interval and how often it held (SPEC A7).

Everything said of a past period rests on the periods before it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

import numpy as np
from numpy.typing import NDArray

from salescli.calc.forecast.look import Look
from salescli.calc.forecast.methods import Method
from salescli.calc.forecast.series import NEVER, Real, Series
from salescli.model.period import Period

LEVEL = Fraction(4, 5)
"""How often the interval should hold the figure."""
LEAST_ERRORS = 5
"""Past errors that an interval is taken from, at least."""
_LATEST = 12
_SAME = 0.5
"""Share of today's weights that an earlier period's estimates have to bear, for it to be one like today's."""


@dataclass(frozen=True, slots=True)
class Errors:
    """How an estimate did in the past, by node.

    Attributes:
        mape: Mean of |estimate − figure| over the figure; NaN where no period had one above zero.
        periods: How many periods that is.
    """

    mape: Real
    periods: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What comes of it, by node; NaN where there is nothing.

    Attributes:
        estimates, weights: Method × node.
        value, low, high: The combination and its interval.
        errors: Of each method, and last of the combination.
        covered, checked: In how many of how many past periods the interval held the figure.
    """

    estimates: Real
    weights: Real
    value: Real
    low: Real
    high: Real
    errors: tuple[Errors, ...]
    covered: NDArray[np.int64]
    checked: NDArray[np.int64]


def forecast(
    series: Series, past: Sequence[Look], now: Look, methods: Sequence[Method], *, falls: bool
) -> Forecast:
    """Estimate `now`, having tried the same on the past periods (oldest first).

    Args:
        falls: The figure may fall again (refunds, losses); else no estimate is below what there is already.
    """
    looks = [*past, now]
    so_far = np.array([series.total(one.start, one.day, one.day) for one in looks], np.float64)
    tried = np.array(
        [[method.estimate(look, looks[:index]) for index, look in enumerate(looks)] for method in methods]
    )
    tried = tried if falls else np.fmax(tried, np.where(np.isnan(tried), np.nan, so_far))
    figures = np.array([series.total(one.start, one.end, one.end) for one in past], np.float64)
    figures = figures.reshape(len(past), series.size)
    figures[~_there(series, past)] = np.nan
    doubts = np.array([[method.doubt(look) for look in looks] for method in methods])
    values, weights = _mixed(tried, figures, doubts)
    scale = np.array([_scale(figures[:index], values[index]) for index in range(len(looks))])
    misses = np.abs(figures - values[:-1]) / scale[:-1]
    ranges = [_range(misses[:index], values[index], scale[index]) for index in range(len(looks))]
    lows, highs = (np.array([one[side] for one in ranges]) for side in (0, 1))
    lows = lows if falls else np.fmax(lows, np.where(np.isnan(lows), np.nan, so_far))
    judged = ~np.isnan(figures) & ~np.isnan(lows[:-1])
    held = judged & (lows[:-1] <= figures) & (figures <= highs[:-1])
    every = [*(errors(tried[m, :-1], figures) for m in range(len(methods))), errors(values[:-1], figures)]
    return Forecast(
        estimates=tried[:, -1],
        weights=weights,
        value=values[-1],
        low=lows[-1],
        high=highs[-1],
        errors=tuple(every),
        covered=held.sum(axis=0),
        checked=judged.sum(axis=0),
    )


def _there(series: Series, past: Sequence[Look]) -> NDArray[np.bool_]:
    """Period × node: whether the node had begun by then; nobody is judged by months before they came."""
    begun = [
        NEVER if day >= NEVER else Period.month_of(date.fromordinal(day)).start.toordinal()
        for day in series.first.tolist()
    ]
    starts = np.array([look.start for look in past], np.int64).reshape(len(past), 1)
    return starts >= np.array(begun, np.int64)


def errors(tried: Real, figures: Real) -> Errors:
    """How far estimates (period × node) were from the figures."""
    known = ~np.isnan(tried) & (figures > 0)
    share = np.where(known, np.abs(tried - figures) / np.where(known, figures, 1), 0.0)
    count = known.sum(axis=0)
    return Errors(np.where(count > 0, share.sum(axis=0) / np.maximum(count, 1), np.nan), count)


def _mixed(tried: Real, figures: Real, doubts: Real) -> tuple[Real, Real]:
    """The estimates of each period (the last is the one asked for) put together as one would have done then,
    and the last one's weights.

    NaN for a period that lacks most of what is told now: its error says little of this one's.

    Args:
        doubts: Method × period, see `Method.doubt`.
    """
    square = (tried[:, :-1] - figures) ** 2
    values = []
    weights = np.full(tried[:, -1].shape, np.nan)
    for index in range(tried.shape[1]):
        weights = _weights(~np.isnan(tried[:, index]), square[:, :index], doubts[:, index])
        terms = np.where(weights > 0, tried[:, index] * weights, 0.0)
        values.append(np.where((weights > 0).any(axis=0), terms.sum(axis=0), np.nan))
    behind = np.where(np.isnan(tried), 0.0, np.expand_dims(weights, 1)).sum(axis=0)
    mixed = np.where(behind >= _SAME, np.array(values), np.nan)
    return mixed, np.where(np.isnan(tried[:, -1]), np.nan, weights)


def _weights(there: NDArray[np.bool_], square: Real, doubt: Real) -> Real:
    """By the squared inverse of the mean squared error, of one more try in which each errs as it would
    untried: as the middle one does, times its doubt.

    Args:
        there: Method × node: which have an estimate.
        square: Method × period × node: squared errors; NaN where there was no estimate.
        doubt: Of each method.
    """
    known = ~np.isnan(square)
    count, total = known.sum(axis=1), np.where(known, square, 0.0).sum(axis=1)
    doubts = np.expand_dims(doubt, 1)
    usual = np.where(count > 0, total / np.maximum(count, 1) / doubts, np.nan)
    untried = np.nanmedian(np.where((count > 0).any(axis=0), usual, 1.0), axis=0) * doubts
    expected = (total + untried) / (count + 1)
    exact = there & (expected == 0)
    raw = np.where(there, np.where(expected > 0, expected, 1.0) ** -2.0, 0.0)
    raw = np.where(exact.any(axis=0), exact.astype(np.float64), raw)
    sums = raw.sum(axis=0)
    weights: Real = raw / np.where(sums > 0, sums, 1.0)
    return weights


def _scale(figures: Real, value: Real) -> Real:
    """What an error is measured by: the mean of the latest periods, or the estimate where there is none."""
    latest = figures[-_LATEST:]
    known = ~np.isnan(latest)
    count = known.sum(axis=0)
    mean = np.where(known, latest, 0.0).sum(axis=0) / np.maximum(count, 1)
    chosen = np.where(count > 0, mean, value)
    return np.where(chosen > 0, chosen, np.nan)


def _range(misses: Real, value: Real, scale: Real) -> tuple[Real, Real]:
    """The interval: as wide as to have held `LEVEL` of the past figures and one more (split conformal)."""
    known = ~np.isnan(misses)
    count = known.sum(axis=0)
    ordered = np.sort(np.where(known, misses, np.inf), axis=0)
    half = np.full(len(value), np.nan)
    for node in np.flatnonzero(count >= LEAST_ERRORS):
        half[node] = ordered[ceil(LEVEL * (int(count[node]) + 1)) - 1, node]
    return value - half * scale, value + half * scale
