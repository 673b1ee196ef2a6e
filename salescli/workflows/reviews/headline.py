"""The first sentences of a review, made from its figures and true for every input (SPEC R1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from salescli.calc.compare import Change
from salescli.i18n import N_
from salescli.model.exact import round_to
from salescli.model.metric import Light, Unit
from salescli.model.table import Line
from salescli.render import numbers
from salescli.render.words import separator

_MOST_PLACES = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Sales against a target.

    Attributes:
        target: None where there is none.
        due: What of it was due by the day looked from; None where that is not known.
    """

    actual: Fraction
    target: Fraction | None = None
    due: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Sales against another period.

    Attributes:
        base: What they were then; None where the facts do not reach it.
        name: What that period is called, in English: `last month`.
        upto: The day up to which it is looked at, where that is not its last.
        drivers: What moved them most, in words, with its contribution.
    """

    change: Change
    base: Fraction | None
    name: str
    upto: date | None = None
    drivers: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """A further metric with a target, of the whole team."""

    name: str
    unit: Unit
    actual: Fraction | None
    target: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """All that the first sentences rest on.

    Attributes:
        upto: The day of the newest fact, if the period reviewed was not over then.
        as_of: The day looked from, if the period of the targets was still running then.
        week: What a week sold, where the rest is about the month it stands in; else None.
        month: That month, `2026-08`; else empty.
        moved: The week, or the period, against others.
        rate, rate_target: What share of sales was collected; None where nothing was sold.
        receipts: Whether the book has any.
        lights: How many people with a target have which light.
        on_pace, behind: While the period runs: how many have reached what is due, how many not.
        others: Further metrics with a target.
    """

    upto: date | None = None
    as_of: date | None = None
    week: Fraction | None = None
    month: str = ""
    reached: Reached
    moved: Sequence[Moved] = ()
    rate: Fraction | None = None
    rate_target: Fraction | None = None
    receipts: bool = True
    lights: Mapping[Light, int] = field(default_factory=dict)
    on_pace: int = 0
    behind: int = 0
    others: Sequence[Other] = ()


def sentences(at: Headline) -> Iterator[Line]:
    """What was reached, what moved, what was collected, who is where; of a week first, then of its month."""
    if at.upto is not None:
        template = N_("The newest facts are of {day}: the figures run up to that day.")
        yield Line(template=template, params={"day": at.upto.isoformat()})
    if at.week is not None:
        params = {"actual": numbers.money_short(at.week)}
        yield Line(template=N_("Sales of the week are {actual}."), params=params)
        yield from moves(at.moved)
        for line in (*reached(at.reached, at.as_of), *_rest(at)):
            template = N_("{month} so far: {said}") if at.as_of else "{month}: {said}"
            yield Line(template=template, params={"month": at.month, "said": line})
        return
    yield from reached(at.reached, at.as_of)
    yield from moves(at.moved)
    yield from _rest(at)


def _rest(at: Headline) -> Iterator[Line]:
    yield _collected(at)
    yield from map(_other, at.others)
    people = _people(at) if at.as_of is None else _people_on_pace(at)
    if people is not None:
        yield people


def reached(at: Reached, as_of: date | None) -> Iterator[Line]:
    """Sales against the target, and while the period runs against what is due."""
    params: dict[str, object] = {"actual": numbers.money_short(at.actual)}
    if at.target is None:
        yield Line(template=N_("Sales are {actual}; there is no target."), params=params)
        return
    if not at.target:
        yield Line(template=N_("Sales are {actual}; the target is zero."), params=params)
        return
    gap = at.actual - at.target
    params |= {
        "target": numbers.money_short(at.target),
        "attainment": attained(at.actual / at.target),
        "gap": money(abs(gap)),
    }
    if gap == 0:
        yield Line(template=N_("Sales are {actual}: exactly the target."), params=params)
    elif gap > 0:
        template = N_("Sales are {actual} of {target}: {attainment}, {gap} above the target.")
        yield Line(template=template, params=params)
    else:
        template = N_("Sales are {actual} of {target}: {attainment}, {gap} short.")
        yield Line(template=template, params=params)
    if as_of is not None and at.due is not None:
        yield _due(at.actual - at.due, at.due, as_of)


def _due(ahead: Fraction, due: Fraction, as_of: date) -> Line:
    params = {
        "due": numbers.money_short(due),
        "day": as_of.isoformat(),
        "gap": money(abs(ahead)),
    }
    if ahead == 0:
        return Line(template=N_("By {day}, {due} were due: exactly that was sold."), params=params)
    if ahead > 0:
        return Line(template=N_("By {day}, {due} were due: sales are {gap} ahead."), params=params)
    return Line(template=N_("By {day}, {due} were due: sales are {gap} behind."), params=params)


def moves(some: Sequence[Moved]) -> Iterator[Line]:
    """How sales moved, and right after it what moved them."""
    for one in some:
        yield movement(one)
        if one.drivers:
            params = {"drivers": separator().join(one.drivers)}
            yield Line(template=N_("What moved them most: {drivers}."), params=params)


def movement(at: Moved) -> Line:
    """Grew, fell, unchanged, or why there is nothing to say."""
    found, base = at.change, Line(template=at.name)
    if at.upto is not None:
        base = Line(template=N_("{base} up to {day}"), params={"base": base, "day": at.upto.isoformat()})
    params: dict[str, object] = {"base": base}
    if found.difference is None or (found.ratio is None and not found.like):
        params["why"] = found.because or Line(template=N_("no figure"))
        return Line(template=N_("There is no comparison with {base}: {why}."), params=params)
    if found.difference == 0:
        return Line(template=N_("Sales are the same as {base}."), params=params)
    params["difference"] = money(found.difference, sign=True)
    if found.ratio is None:
        if at.base is not None and at.base < 0:
            params["figure"] = money(at.base)
            template = N_("Sales {base} were {figure}, below zero: there is no percentage.")
            return Line(template=template, params=params)
        return Line(template=N_("There were no sales {base}."), params=params)
    params["ratio"] = attained(abs(found.ratio))
    if not round_to(found.ratio, 3):
        return Line(template=N_("Sales are almost the same as {base} ({difference})."), params=params)
    if found.ratio > 0:
        return Line(template=N_("Sales grew by {ratio} ({difference}) against {base}."), params=params)
    return Line(template=N_("Sales fell by {ratio} ({difference}) against {base}."), params=params)


def _collected(at: Headline) -> Line:
    if not at.receipts:
        return Line(template=N_("There is no collection rate: the book has no receipts."))
    if at.rate is None:
        return Line(template=N_("There is no collection rate: nothing was sold."))
    if at.rate_target is None:
        return Line(template=N_("The collection rate is {actual}."), params={"actual": at.rate})
    params = {"actual": at.rate, "target": at.rate_target}
    return Line(template=N_("The collection rate is {actual}; the target is {target}."), params=params)


def _other(at: Other) -> Line:
    params: dict[str, object] = {"name": at.name, "target": amount(at.unit, at.target)}
    if at.actual is None:
        return Line(template=N_("{name}: there is no figure; the target is {target}."), params=params)
    params["actual"] = amount(at.unit, at.actual)
    if not at.target:
        return Line(template=N_("{name}: {actual}; the target is zero."), params=params)
    params["attainment"] = at.actual / at.target
    return Line(template=N_("{name}: {actual} of {target}, {attainment}."), params=params)


def money(value: Fraction, sign: bool = False) -> str:
    """Money in short, but to the cent where it would look like nothing."""
    short = numbers.money_short(value, sign)
    return numbers.grouped(round_to(value, 2), sign) if value and short == numbers.money_short(0) else short


def attained(ratio: Fraction) -> str:
    """A percentage that says 100 % only where it is: 99.997% keeps the digits it needs."""
    places = 1
    while ratio != 1 and places < _MOST_PLACES and round_to(ratio, places + 2) == 1:
        places += 1
    return numbers.percent(ratio, places)


def amount(unit: Unit, value: Fraction) -> str:
    """A figure in its unit, for a sentence."""
    if unit == "rate":
        return numbers.percent(value)
    return numbers.count(value) if unit == "count" else numbers.money_short(value)


def _people(at: Headline) -> Line | None:
    count = sum(at.lights.values())
    if not count:
        return None
    if count == 1:
        light = next(light for light, number in at.lights.items() if number)
        words = {Light.RED: N_("red"), Light.YELLOW: N_("yellow"), Light.GREEN: N_("green")}
        template = N_("The one person with a target is {light}.")
        return Line(template=template, params={"light": Line(template=words[light])})
    params: dict[str, object] = {"count": count}
    params |= {light.value: at.lights.get(light, 0) for light in Light}
    template = N_("Of {count:person|people} with a target: {green} green, {yellow} yellow, {red} red.")
    return Line(template=template, params=params)


def _people_on_pace(at: Headline) -> Line | None:
    count = at.on_pace + at.behind
    if not count:
        return None
    if count == 1:
        reached = N_("The one person with a target has reached what is due.")
        behind = N_("The one person with a target is behind what is due.")
        return Line(template=reached if at.on_pace else behind)
    params = {"count": count, "on_pace": at.on_pace, "behind": at.behind}
    template = N_(
        "Of {count:person|people} with a target: {on_pace} have reached what is due, {behind} not yet."
    )
    return Line(template=template, params=params)
