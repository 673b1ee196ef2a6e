"""Price, volume and mix: why an amount changed, part by part and exactly (SPEC A2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from salescli.calc.drivers.contributions import Key


@dataclass(frozen=True, slots=True)
class Sold:
    """What was sold of a part: an amount, and a volume (units, or deals)."""

    amount: Fraction
    volume: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """The change of a part's amount, cut in three that sum to it.

    Attributes:
        volume: As if every part had grown as the total volume did, at its own price then.
        mix: From its share of the volume moving, at its price then; all of a part that came or went, beyond
            `volume`.
        price: From its price moving, on what is sold now.
    """

    key: Key
    volume: Fraction
    mix: Fraction
    price: Fraction

    @property
    def change(self) -> Fraction:
        """Their sum: the change of the amount."""
        return self.volume + self.mix + self.price


_NOTHING = Sold(Fraction(0), Fraction(0))


def effects(actual: Mapping[Key, Sold], base: Mapping[Key, Sold]) -> list[Effects]:
    """Volume, mix and price of each part, by key; empty where nothing was sold then.

    With q volumes, p = amount/volume, Q all volumes, 0 then and 1 now:

        volume: (Q1/Q0 − 1) · amount0      price: q1 · (p1 − p0)      mix: the rest, (q1 − q0·Q1/Q0) · p0

    A part without volume then has no price to compare: all it brings beyond `volume` is mix; so too what a
    part without volume now took away.
    """
    before = sum((one.volume for one in base.values()), Fraction(0))
    if not before:
        return []
    growth = sum((one.volume for one in actual.values()), Fraction(0)) / before - 1
    found = []
    for key in sorted({*actual, *base}):
        now, then = actual.get(key, _NOTHING), base.get(key, _NOTHING)
        if not (now.amount or then.amount or now.volume or then.volume):
            continue
        volume = growth * then.amount
        both = now.volume and then.volume
        price = now.amount - now.volume * then.amount / then.volume if both else Fraction(0)
        mix = now.amount - then.amount - volume - price
        found.append(Effects(key=key, volume=volume, mix=mix, price=price))
    return found
