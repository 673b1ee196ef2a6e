"""New, lost and returning customers: their amounts sum to the change (SPEC A2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from salescli.calc.drivers.order import largest_first

Kind = Literal["new", "returning", "more", "same", "less", "lost"]
KINDS: tuple[Kind, ...] = ("new", "returning", "more", "same", "less", "lost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Customers of one kind.

    Attributes:
        kind: `new` never bought before; `returning` bought before, but not in the period compared with;
            `more`, `same`, `less` bought both times; `lost` bought then and not now.
        count: How many they are.
        largest: The few whose purchases changed most, each with the change.
    """

    kind: Kind
    count: int
    actual: Fraction
    base: Fraction
    largest: tuple[tuple[str, Fraction], ...]

    @property
    def change(self) -> Fraction:
        """What these customers contributed to the change."""
        return self.actual - self.base


def groups(
    actual: Mapping[str, Fraction],
    base: Mapping[str, Fraction],
    first: Mapping[str, date],
    start: date,
    top: int = 3,
) -> list[Group]:
    """Customers by kind; a kind without customers is left out.

    Args:
        actual, base: What each customer bought now and then.
        first: The day each of now's customers first bought.
        start: The first day of the period looked at.
        top: How many customers of a kind to name.
    """
    members: dict[Kind, list[str]] = {kind: [] for kind in KINDS}
    zero = Fraction(0)
    for name in {*actual, *base}:
        now, then = actual.get(name, zero), base.get(name, zero)
        if now or then:
            members[_kind(now, then, first.get(name), start)].append(name)
    found = []
    for kind, names in members.items():
        if not names:
            continue
        changes = {name: actual.get(name, zero) - base.get(name, zero) for name in names}
        group = Group(
            kind=kind,
            count=len(names),
            actual=sum((actual.get(name, zero) for name in names), zero),
            base=sum((base.get(name, zero) for name in names), zero),
            largest=tuple((name, changes[name]) for name in largest_first(changes.items(), top)),
        )
        found.append(group)
    return found


def _kind(now: Fraction, then: Fraction, first: date | None, start: date) -> Kind:
    if not then:
        return "new" if first is None or first >= start else "returning"
    if not now:
        return "lost"
    return "same" if now == then else "more" if now > then else "less"
