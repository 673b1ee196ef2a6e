"""One rate on everything, or money per unit (docs/plans/flat.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from salescli.calc.pay.earning import EarningPay, Worth, compile_earning
from salescli.calc.pay.scores import Node
from salescli.calc.pay.shape import Terms
from salescli.calc.pay.steps import value_steps
from salescli.i18n import N_
from salescli.model.entry import Step
from salescli.model.exact import plain, rate_text
from salescli.model.expression import Expr, Measure
from salescli.model.plan import Flat


@dataclass(frozen=True, slots=True)
class FlatScale:
    """`worth` is base × `each`; `each` is a rate, or money per unit."""

    terms: Terms
    component: Flat
    each: Fraction
    cause: str

    def reads(self) -> frozenset[Measure]:
        """Nothing but the base."""
        return frozenset()

    def measured(self) -> tuple[Expr, ...]:
        """Nothing but the base."""
        return ()

    def placed(self, node: Node) -> bool:
        """Everybody is."""
        return True

    def worth(self, base: Fraction, node: Node, placed: bool) -> Worth:
        """Base × rate."""
        above, below = base.as_integer_ratio()
        rate, per = self.each.as_integer_ratio()
        return Worth(
            (above * rate, below * per), Decimal(0), self.cause, self.component.place, self.component.rate
        )

    def so_far(self, base: Fraction, part: Fraction, node: Node, placed: bool) -> Fraction:
        """In proportion."""
        return base * part * self.each

    def before(self, base: Fraction, node: Node, placed: bool) -> Iterator[Step]:
        """What it pays on."""
        return value_steps(self.terms, node, self.component.pays_on, self.component.place, "credit", pay=True)

    def steps(self, base: Fraction, node: Node, placed: bool) -> Iterator[Step]:
        """Base × rate."""
        rule = self.component
        yield Step(
            step="pay",
            text=N_("{base} × {rate}"),
            params={"base": plain(base), "rate": _each(rule)},
            base=base,
            rate=rule.rate,
            amount=base * self.each,
            place=rule.place,
            unit=self.terms.unit(rule.pays_on),
        )

    def bonuses(self, node: Node, placed: bool) -> Iterator[Step]:
        """There are none."""
        return iter(())

    def after(self, node: Node, placed: bool) -> Iterator[Step]:
        """Nothing comes next."""
        return iter(())


def _each(rule: Flat) -> str:
    return rate_text(rule.rate) if rule.rate is not None else plain(rule.pays or Decimal(0))


def compile_flat(terms: Terms, component: Flat) -> EarningPay:
    """A flat component ready to pay."""
    each = component.rate if component.rate is not None else Fraction(component.pays or 0)
    word = "rate" if component.rate is not None else "per unit"
    return compile_earning(terms, component, FlatScale(terms, component, each, f"{word} {_each(component)}"))
