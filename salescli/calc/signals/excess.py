"""Whether somebody has more of something among their cases than chance would give them of the team's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Cases:
    """One case an entry, arrays of one length: whose, in which stratum, and whether it is a hit.

    Cases are only compared with those of the same stratum (a month, or a month of a region), so that what
    all had in common there raises nobody.
    """

    person: NDArray[Any]
    stratum: NDArray[Any]
    hit: NDArray[Any]


@dataclass(frozen=True, slots=True)
class Excess:
    """One person's cases against the others'.

    Attributes:
        count, of: Their hits and cases.
        others_count, others_of: Those of everybody else in the same strata.
        p_value: How likely so many hits, or more, are if the hits of each stratum fall on its cases at
            random: the exact test of Fisher, over all strata together.
    """

    person: int
    count: int
    of: int
    others_count: int
    others_of: int
    p_value: float


def excess(cases: Cases, least: int) -> list[Excess]:
    """Every person with at least so many cases that others have too; by person.

    People whose strata hold nobody else's case are left out: there is nothing to compare with. Nobody is
    compared where there is no hit at all.
    """
    import numpy

    if not cases.hit.any():
        return []
    people, person = numpy.unique(cases.person, return_inverse=True)
    strata, stratum = numpy.unique(cases.stratum, return_inverse=True)
    shape = (len(people), len(strata))
    cell = person * len(strata) + stratum
    size = shape[0] * shape[1]
    own = numpy.bincount(cell, minlength=size).reshape(shape)
    hits = numpy.bincount(cell[cases.hit.astype(bool)], minlength=size).reshape(shape)
    alone = own == own.sum(axis=0)
    own, hits = own * ~alone, hits * ~alone
    whole, whole_hits = own.sum(axis=0), hits.sum(axis=0)
    found = []
    tails = _tails(own, hits, whole, whole_hits, least)
    for index, p_value in tails.items():
        there = own[index] > 0
        count, of = int(hits[index].sum()), int(own[index].sum())
        found.append(
            Excess(
                person=int(people[index]),
                count=count,
                of=of,
                others_count=int(whole_hits[there].sum()) - count,
                others_of=int(whole[there].sum()) - of,
                p_value=p_value,
            )
        )
    return found


def _tails(
    own: NDArray[Any], hits: NDArray[Any], whole: NDArray[Any], whole_hits: NDArray[Any], least: int
) -> dict[int, float]:
    """Row → chance of as many hits or more, where the row has enough cases."""
    import numpy

    chosen = [i for i in range(len(own)) if own[i].sum() >= least]
    chance: dict[int, NDArray[Any]] = {i: numpy.ones(1) for i in chosen}
    for stratum in range(own.shape[1]):
        there = [i for i in chosen if own[i, stratum]]
        if not there:
            continue
        mine = own[there, stratum]
        table = _drawn(int(whole[stratum]), int(whole_hits[stratum]), mine)
        for row, index in enumerate(there):
            part = table[row, : int(min(mine[row], whole_hits[stratum])) + 1]
            chance[index] = numpy.convolve(chance[index], part)
    reached = hits.sum(axis=1)
    return {i: min(1.0, float(numpy.sum(chance[i][int(reached[i]) :]))) for i in chosen}


def _drawn(whole: int, hits: int, drawn: NDArray[Any]) -> NDArray[Any]:
    """Chances of 0, 1, 2 … hits (columns) when so many (rows) of the whole are drawn: hypergeometric.

    By logarithms of factorials: scipy's own takes minutes where the whole is tens of thousands.
    """
    import numpy
    from scipy.special import gammaln

    def choices(of: Any, some: Any) -> Any:
        return gammaln(of + 1) - gammaln(some + 1) - gammaln(of - some + 1)

    count = drawn[:, None].astype(float)
    value = numpy.arange(min(int(drawn.max()), hits) + 1, dtype=float)[None, :]
    possible = (value <= count) & (count - value <= whole - hits)
    value = numpy.where(possible, value, numpy.maximum(0.0, count - (whole - hits)))
    logs = choices(float(hits), value) + choices(float(whole - hits), count - value)
    chance: NDArray[Any] = numpy.where(possible, numpy.exp(logs - choices(float(whole), count)), 0.0)
    return chance
