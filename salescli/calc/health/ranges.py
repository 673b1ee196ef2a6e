"""Which targets and rates would have been healthy on what was sold (SPEC I9)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from salescli.calc.health.spread import share_from
from salescli.model.guardrails import Band

_STEP = Fraction(1, 100)
_LEAST, _MOST = 50, 200


def target_range(attained: Sequence[Fraction], band: Band) -> tuple[Fraction, Fraction] | None:
    """Lowest and highest factor on all targets at which the share that reaches them lies in a band.

    In whole percent from 50 % to 200 %. Where no factor hits the band (few people, many alike), the one
    that comes nearest, twice. None without values.
    """
    if not attained:
        return None
    factors = [_STEP * percent for percent in range(_LEAST, _MOST + 1)]
    shares = {factor: share_from(attained, factor) or Fraction(0) for factor in factors}
    fits = [factor for factor, share in shares.items() if band.least <= share <= band.most]
    if fits:
        return min(fits), max(fits)
    nearest = min(factors, key=lambda factor: (_off(shares[factor], band), abs(factor - 1)))
    return nearest, nearest


def _off(share: Fraction, band: Band) -> Fraction:
    return max(band.least - share, share - band.most)


def rate_factor(by_rate: Fraction, otherwise: Fraction, wanted: Fraction) -> Fraction | None:
    """The factor on all rates at which pay comes to what is wanted.

    Args:
        by_rate: What rates pay now.
        otherwise: What is paid whatever the rates are (bonuses, awards).
        wanted: What all of it should come to.

    Returns:
        None where no factor above zero does it.
    """
    left = wanted - otherwise
    return left / by_rate if by_rate > 0 and left > 0 else None
