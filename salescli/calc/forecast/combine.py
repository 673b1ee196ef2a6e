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
LEAST_TESTED = 3
"""Past periods that an estimate's weight is taken from, at least."""
LEAST_ERRORS = 5
"""Past errors that an interval is taken from, at least."""
_LATEST = 12


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
    values, weights = _mixed(tried, figures)
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


def _mixed(tried: Real, figures: Real) -> tuple[Real, Real]:
    """The estimates of each period (the last is the one asked for) put together, and the last one's weights.

    The same estimates go into every period, so that the errors of the past are those of what is shown now:
    a period in which one of them is missing is left out.
    """
    used = _used(tried, figures)
    gap = np.where(np.expand_dims(used, 1), tried[:, :-1] - figures, 0.0)
    whole: NDArray[np.bool_] = np.logical_not(np.isnan(gap).any(axis=0))
    square = np.where(whole, gap, 0.0) ** 2
    values = []
    weights = np.zeros(used.shape)
    for index in range(tried.shape[1]):
        weights = _weights(used, square[:, :index].sum(axis=1), whole[:index].sum(axis=0))
        terms = np.where(used, tried[:, index] * weights, 0.0)
        values.append(np.where(used.any(axis=0), terms.sum(axis=0), np.nan))
    return np.array(values), np.where(np.isnan(tried[:, -1]), np.nan, weights)


def _used(tried: Real, figures: Real) -> NDArray[np.bool_]:
    """Method × node: which estimates are there and were tried often enough; all there are, where none was."""
    there: NDArray[np.bool_] = np.logical_not(np.isnan(tried[:, -1]))
    count = (~np.isnan(tried[:, :-1] - figures)).sum(axis=1)
    tested = there & (count >= LEAST_ERRORS)
    chosen: NDArray[np.bool_] = np.where(tested.any(axis=0), tested, there)
    return chosen


def _weights(used: NDArray[np.bool_], square: Real, count: NDArray[np.int64]) -> Real:
    """The inverse of the mean squared errors of so many periods; all the same where these are too few."""
    exact = used & (square == 0)
    raw = np.where(used, 1.0 / np.where(square > 0, square, 1.0), 0.0)
    raw = np.where(exact.any(axis=0), exact.astype(np.float64), raw)
    raw = np.where(count >= LEAST_TESTED, raw, used.astype(np.float64))
    total = raw.sum(axis=0)
    weights: Real = raw / np.where(total > 0, total, 1.0)
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
