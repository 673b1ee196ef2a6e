"""Whether somebody's results are far from what their activity gives others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_MAD = 1.4826
"""The spread of normal values over the median distance from their median."""
_LEAST_SPREAD = 0.1
"""People differ by a tenth even where the figures happen to agree."""
_FEWEST = 5


@dataclass(frozen=True, slots=True)
class Ratio:
    """One person's results for their activity.

    Attributes:
        results, activity: Theirs; `expected` results at the team's rate.
        few, many: How likely so few results, so many results are by chance; None where not judged.
    """

    person: str
    results: int
    activity: int
    expected: float
    others_results: int
    others_activity: int
    few: float | None
    many: float | None


def ratios(results: Mapping[str, int], activity: Mapping[str, int], least: int) -> list[Ratio]:
    """Everybody with results or activity, by person; nobody where fewer than five have activity.

    Two things must be unlikely, and the likelier one counts: so many results out of the team's at random by
    activity, and so far from the middle as measured by how much people differ anyway.

    Args:
        least: `few` is judged from so many expected results on, `many` from so many results on.
    """
    import numpy
    from scipy.special import bdtr, bdtrc, stdtr

    people = sorted(p for p in results.keys() | activity.keys() if results.get(p) or activity.get(p))
    done = numpy.array([activity.get(p, 0) for p in people], dtype=float)
    got = numpy.array([results.get(p, 0) for p in people], dtype=float)
    if (done > 0).sum() < _FEWEST or not got.sum():
        return []
    share = done / done.sum()
    whole = int(got.sum())
    expected = whole * share
    logs = numpy.log((got + 0.5) / (done + 1.0))
    active = logs[done > 0]
    middle = float(numpy.median(active))
    spread = max(_MAD * float(numpy.median(numpy.abs(active - middle))), _LEAST_SPREAD)
    away = (logs - middle) / spread
    degrees = len(active) - 1
    low = numpy.maximum(bdtr(got, whole, share), stdtr(degrees, away))
    high = numpy.maximum(
        numpy.where(got > 0, bdtrc(numpy.maximum(got - 1, 0), whole, share), 1.0), stdtr(degrees, -away)
    )
    return [
        Ratio(
            person=person,
            results=int(got[i]),
            activity=int(done[i]),
            expected=float(expected[i]),
            others_results=int(got.sum() - got[i]),
            others_activity=int(done.sum() - done[i]),
            few=float(low[i]) if expected[i] >= least else None,
            many=float(high[i]) if got[i] >= least else None,
        )
        for i, person in enumerate(people)
    ]
