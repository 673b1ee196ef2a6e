"""Who can still make a target in the days left (SPEC K9): the pace needed against paces so far and before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from salescli.i18n import N_
from salescli.model.exact import round_to
from salescli.model.table import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Paces:
    """Figures a working day; None where there is nothing to divide by.

    Attributes:
        left: Working days left.
        gap: What is missing; zero or less where the target is reached.
        needed: What must come a day to reach the target.
        so_far: What has come a day.
        best: The most that came a day over as many working days in a row before; None where history is
            shorter.
    """

    left: int
    gap: Fraction
    needed: Fraction | None
    so_far: Fraction | None
    best: Fraction | None


@dataclass(frozen=True, slots=True)
class Chance:
    """What the paces say, and why.

    Attributes:
        verdict: For machines: `reached`, `missed`, `on_course`, `possible`, `out_of_reach`, `unknown`.
        reason: For people.
    """

    verdict: str
    reason: Line


def paces(gap: Fraction, actual: Fraction, gone: int, left: int, best_sum: Fraction | None) -> Paces:
    """The paces of somebody with so many working days behind and before them.

    Args:
        best_sum: The most that came over `left` working days in a row.
    """
    return Paces(
        left=left,
        gap=gap,
        needed=gap / left if left and gap > 0 else None,
        so_far=actual / gone if gone else None,
        best=best_sum / left if left and best_sum is not None else None,
    )


def chance(seen: Paces) -> Chance:
    """Whether the target can still be made."""
    if seen.gap <= 0:
        return Chance("reached", Line(template=N_("reached")))
    if seen.needed is None:
        return Chance("missed", Line(template=N_("missed: no working day left")))
    if seen.so_far is not None and seen.so_far > 0:
        return _by_pace(seen.needed / seen.so_far, seen.so_far, seen)
    if seen.best is None or seen.best <= 0:
        return Chance("unknown", Line(template=N_("nothing so far, and nothing before to compare with")))
    times = seen.needed / seen.best
    params: dict[str, object] = {"times": _times(times)}
    if times <= 1:
        template = N_("can make it: nothing so far, needs {times}× the best pace before")
        return Chance("possible", Line(template=template, params=params))
    template = N_("out of reach: nothing so far, needs {times}× the best pace before")
    return Chance("out_of_reach", Line(template=template, params=params))


def _by_pace(times: Fraction, so_far: Fraction, seen: Paces) -> Chance:
    params: dict[str, object] = {"times": _times(times)}
    if times <= 1:
        template = N_("on course: needs {times}× the pace so far")
        return Chance("on_course", Line(template=template, params=params))
    if seen.best is None:
        template = N_("needs {times}× the pace so far; no longer history to compare with")
        return Chance("unknown", Line(template=template, params=params))
    params["best"] = _times(seen.best / so_far)
    if seen.needed is not None and seen.needed <= seen.best:
        template = N_("can make it: needs {times}× the pace so far, did {best}× before")
        return Chance("possible", Line(template=template, params=params))
    template = N_("out of reach: needs {times}× the pace so far, did {best}× at best")
    return Chance("out_of_reach", Line(template=template, params=params))


def _times(value: Fraction) -> str:
    """A multiple with one decimal, or two where it would read as one or as nothing."""
    shown = round_to(value, 1)
    return f"{round_to(value, 2) if (value > 1 and shown == 1) or not shown else shown:f}"


def best_sum(days: Sequence[int], length: int) -> int | None:
    """The most that fell on so many days in a row; None where there are fewer days, or none are asked for."""
    if not 0 < length <= len(days):
        return None
    total = best = sum(days[:length])
    for first, last in zip(days, days[length:], strict=False):
        total += last - first
        best = max(best, total)
    return best
