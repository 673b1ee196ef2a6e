"""What each part of a whole contributed to its change; contributions sum to the change exactly (SPEC A2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

from salescli.calc.drivers.order import largest_first

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the whole, or several of them as one.

    Attributes:
        key: Ids of what it is; empty for several as one.
        count: How many parts it stands for.
        actual, base: Its own figures; of a ratio None where it has none, and for several as one.
        contribution: What of the change of the whole is due to it.
        ratio: Whether the whole is a ratio.
        rate: Of a ratio that is split: the share due to its own ratio moving, at the mean of its two weights.
        mix: Of a ratio that is split: the share due to its weight moving, or to its coming or going.
    """

    key: Key
    count: int = 1
    actual: Fraction | None = None
    base: Fraction | None = None
    contribution: Fraction
    ratio: bool = False
    rate: Fraction | None = None
    mix: Fraction | None = None


def of_sum(actual: Mapping[Key, Fraction], base: Mapping[Key, Fraction]) -> list[Part]:
    """The parts of a sum: each contributes its own change. Largest first, parts with nothing left out."""
    zero = Fraction(0)
    found = [
        Part(
            key=key,
            actual=actual.get(key, zero),
            base=base.get(key, zero),
            contribution=actual.get(key, zero) - base.get(key, zero),
        )
        for key in {*actual, *base}
        if actual.get(key) or base.get(key)
    ]
    return _sorted(found)


Pair = tuple[Fraction, Fraction]
"""Numerator and denominator of a part of a ratio."""


def of_ratio(actual: Mapping[Key, Pair], base: Mapping[Key, Pair], *, split: bool) -> list[Part]:
    """The parts of a ratio of two sums: rate and mix against the middle of the two ratios.

    With N and D the sums of all numerators n and denominators d, R = N/D then (0) and now (1), and
    M = (R0 + R1)/2, a part contributes (n1 − M·d1)/D1 − (n0 − M·d0)/D0. Over all parts that is
    (R1 − M) − (R0 − M), the change. A part with a denominator both times has weights w = d/D and ratios
    r = n/d; its contribution is then exactly

        rate: (w0 + w1)/2 · (r1 − r0)      mix: (w1 − w0) · ((r0 + r1)/2 − M)

    One without a denominator then or now came or went: all of it is mix.

    Args:
        split: Say rate and mix, which takes some time for many parts.

    Returns:
        Largest contribution first; nothing where the whole has no ratio then or now.
    """
    (upper1, lower1), (upper0, lower0) = _total(actual), _total(base)
    if not lower1 or not lower0:
        return []
    middle = (upper1 / lower1 + upper0 / lower0) / 2
    factors = (1 / lower1, -middle / lower1, -1 / lower0, middle / lower0)
    none = (Fraction(0), Fraction(0))
    found = []
    for key in {*actual, *base}:
        four = (*actual.get(key, none), *base.get(key, none))
        if any(four):
            part = _of_four(key, four, factors)
            found.append(_split(part, four, (lower1, lower0)) if split else part)
    return _sorted(found)


Four = tuple[Fraction, Fraction, Fraction, Fraction]
"""Numerator and denominator now, numerator and denominator then."""


def _of_four(key: Key, four: Four, factors: Four) -> Part:
    """A part whose contribution is the sum of four products."""
    n1, d1, n0, d0 = four
    return Part(
        key=key,
        actual=n1 / d1 if d1 else None,
        base=n0 / d0 if d0 else None,
        contribution=_product(factors, four),
        ratio=True,
    )


def _split(part: Part, four: Four, lower: Pair) -> Part:
    """The same part with its rate and mix, in a whole with these denominators now and then."""
    rate = Fraction(0)
    if part.actual is not None and part.base is not None:
        rate = (four[1] / lower[0] + four[3] / lower[1]) / 2 * (part.actual - part.base)
    return replace(part, rate=rate, mix=part.contribution - rate)


def _product(factors: Four, values: Four) -> Fraction:
    """The sum of products, in whole numbers over one denominator: much quicker than fraction by fraction."""
    above = lcm(*(factor.denominator for factor in factors))
    below = lcm(*(value.denominator for value in values))
    total = sum(
        factor.numerator * (above // factor.denominator) * value.numerator * (below // value.denominator)
        for factor, value in zip(factors, values, strict=True)
    )
    return Fraction(total, above * below)


def _total(pairs: Mapping[Key, Pair]) -> Pair:
    return _sum(n for n, _ in pairs.values()), _sum(d for _, d in pairs.values())


def _sorted(parts: Sequence[Part]) -> list[Part]:
    known = {part.key: part for part in parts}
    return [known[key] for key in largest_first((part.key, part.contribution) for part in parts)]


def largest(parts: Sequence[Part], top: int) -> tuple[list[Part], Part | None]:
    """The first `top` parts that moved anything, and all others as one; None where there are none."""
    moved = [part for part in parts if part.contribution]
    shown = moved[:top]
    rest = [*moved[top:], *(part for part in parts if not part.contribution)]
    return shown, together(rest) if rest else None


def together(parts: Sequence[Part]) -> Part:
    """Several parts as one: figures of sums are added up, ratios are not."""
    ratio = any(part.ratio for part in parts)
    contribution = _sum([part.contribution for part in parts])
    rate = _sum([part.rate for part in parts]) if all(part.rate is not None for part in parts) else None
    return Part(
        key=(),
        count=len(parts),
        actual=None if ratio else _sum([part.actual for part in parts]),
        base=None if ratio else _sum([part.base for part in parts]),
        contribution=contribution,
        ratio=ratio,
        rate=rate,
        mix=None if rate is None else contribution - rate,
    )


def _sum(values: Iterable[Fraction | None]) -> Fraction:
    """Over one common denominator, which takes a tenth of the time of adding fraction to fraction."""
    known = [value for value in values if value is not None]
    below = lcm(*(value.denominator for value in known))
    return Fraction(sum(value.numerator * (below // value.denominator) for value in known), below)
