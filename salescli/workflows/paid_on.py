"""What of deals a component was paid on, and whether a settled deal is still one of those (SPEC S4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from salescli.calc.pay.earning import single_figure
from salescli.calc.pay.per_deal import DealPay
from salescli.calc.pay.shape import Compiled
from salescli.measures.schema import WHOLE_SHARE
from salescli.model.exact import rate_text
from salescli.model.expression import ANY
from salescli.model.fact import Gone, Only
from salescli.model.metric import Policy
from salescli.model.plan import Earning
from salescli.model.settlement import APART_COLUMNS


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOn:
    """What a component looks at of deals.

    Attributes:
        column: What is added up: see `Gone`.
        scope: Whose deals: `own`, `reports` or `all_reports`.
        only, where: Which deals.
        rated: Columns by which deals are rated.
    """

    column: str = "amount"
    scope: str = "own"
    only: Only = ANY
    where: Mapping[str, tuple[str, ...]]
    rated: tuple[str, ...] = ()

    def part(self, gone: Gone) -> Fraction:
        """How much of what was paid is gone: all of it where the deal is another one for the component."""
        return Fraction(1) if self.turned(gone) else gone.part(self.column)

    def turned(self, gone: Gone) -> str:
        """By what a deal that counts is another one for the component now; empty where it is none."""
        was, now = gone.was, gone.now
        if gone.standing != "less" or was is None or now is None:
            return ""
        counts = self.only.has(now) and all(now[c] in words for c, words in self.where.items() if c in now)
        changed = [column for column in APART_COLUMNS if was[column] != now[column]]
        if counts and not any(column in self.rated for column in changed):
            return ""
        looked = [c for c in changed if c in self._looks_at()]
        return ", ".join(f"{c} {_word(c, was[c])} → {_word(c, now[c])}" for c in looked or changed)

    def _looks_at(self) -> set[str]:
        return {*self.rated, *self.where, *(c for c in APART_COLUMNS if getattr(self.only, c, ()))}


def paid_on(compiled: Compiled | None, component: str, policy: Policy) -> PaidOn:
    """What a plan's component was paid on, by the rules and metrics it was paid by; amounts if it is none
    of the plan's."""
    shape = next((s for s in compiled.shapes if s.component.name == component), None) if compiled else None
    if shape is None or not isinstance(shape.component, Earning):
        return PaidOn(where={})
    figure = single_figure(shape.component.pays_on)
    if figure is None:
        return PaidOn(where={})
    scope = figure.scope if figure.scope in ("reports", "all_reports") else "own"
    base = policy.metrics[figure.metric].base
    if base is None or base.source not in ("deals", "customers"):
        return PaidOn(scope=scope, where={})
    return PaidOn(
        column="customer" if base.source == "customers" else base.column or "count",
        scope=scope,
        only=figure.only,
        where=base.where,
        rated=tuple(shape.rater.columns) if isinstance(shape, DealPay) else (),
    )


def _word(column: str, word: str) -> str:
    if column == "discount" and word:
        return rate_text(Fraction(int(word), WHOLE_SHARE))
    return word or "–"
