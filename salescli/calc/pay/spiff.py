"""A sum per unit sold, for a while and for some things (docs/plans/spiff.md)."""

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
from salescli.model.exact import plain
from salescli.model.expression import Expr, Measure
from salescli.model.plan import Spiff


@dataclass(frozen=True, slots=True)
class SpiffScale:
    """Units that are paid, times the sum of each."""

    terms: Terms
    component: Spiff

    def reads(self) -> frozenset[Measure]:
        """Nothing but the count."""
        return frozenset()

    def measured(self) -> tuple[Expr, ...]:
        """Nothing but the count."""
        return ()

    def placed(self, node: Node) -> bool:
        """Everybody is."""
        return True

    def counted(self, base: Fraction) -> Fraction:
        """How many of these units are paid."""
        rule = self.component
        if base < rule.from_count:
            return Fraction(0)
        units = base - (rule.from_count - 1) if rule.beyond else base
        return units if rule.at_most is None else min(units, Fraction(rule.at_most))

    def worth(self, base: Fraction, node: Node, placed: bool) -> Worth:
        """Units × sum."""
        amount = (self.counted(base) * Fraction(self.component.pays)).as_integer_ratio()
        cause = f"{plain(self.counted(base))} × {plain(self.component.pays)}"
        return Worth(amount, Decimal(0), cause, self.component.place)

    def so_far(self, base: Fraction, part: Fraction, node: Node, placed: bool) -> Fraction:
        """In proportion."""
        return self.counted(base) * part * Fraction(self.component.pays)

    def before(self, base: Fraction, node: Node, placed: bool) -> Iterator[Step]:
        """The count."""
        return value_steps(self.terms, node, self.component.pays_on, self.component.place, "credit", pay=True)

    def steps(self, base: Fraction, node: Node, placed: bool) -> Iterator[Step]:
        """Which of the units are paid, and what."""
        rule, units = self.component, self.counted(base)
        if base < rule.from_count:
            text = N_("fewer than {first}: nothing is paid")
        elif units != base:
            text = N_("{units} of {base:unit|units} are paid, {pays} each")
        else:
            text = N_("{units:unit|units}, {pays} each")
        yield Step(
            step="pay",
            text=text,
            params={
                "first": rule.from_count,
                "units": plain(units),
                "base": plain(base),
                "pays": plain(rule.pays),
            },
            base=units,
            amount=units * Fraction(rule.pays),
            place=rule.place,
            unit="count",
        )

    def bonuses(self, node: Node, placed: bool) -> Iterator[Step]:
        """There are none."""
        return iter(())

    def after(self, node: Node, placed: bool) -> Iterator[Step]:
        """Nothing comes next."""
        return iter(())


def compile_spiff(terms: Terms, component: Spiff) -> EarningPay:
    """A SPIFF ready to pay."""
    return compile_earning(terms, component, SpiffScale(terms, component))
