"""What of deals a component was paid on, and whether a settled deal is still one of those (SPEC S4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from salescli.calc.pay.earning import single_figure
from salescli.calc.pay.per_deal import DealPay
from salescli.calc.pay.shape import Shape
from salescli.measures.schema import WHOLE_SHARE
from salescli.model.exact import rate_text
from salescli.model.expression import ANY
from salescli.model.fact import Gone, Only, Turned
from salescli.model.metric import Policy
from salescli.model.plan import Earning
from salescli.model.settlement import APART_COLUMNS


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOn:
    """What a component looks at of deals.

    Attributes:
        of: The moment by which it is dated; see `Base.of`.
        column: What is added up: see `Gone`.
        scope: Whose deals: `own`, `reports` or `all_reports`.
        only, where: Which deals.
        rated: Columns by which deals are rated.
    """

    of: str = "recognised"
    column: str = "amount"
    scope: str = "own"
    only: Only = ANY
    where: Mapping[str, tuple[str, ...]]
    rated: tuple[str, ...] = ()

    def part(self, gone: Gone) -> Fraction:
        """How much of what was paid is gone: all of it where the deal is another one for the component."""
        return Fraction(1) if self.turned(gone) else gone.part(self.column)

    def turned(self, gone: Gone) -> str:
        """By what a deal that counts is another one for the component now, as in `product A → B`; empty where
        it is none."""
        at = gone.turned
        if gone.standing != "less" or at is None or (self._has(at.now) and not self._rated_anew(at)):
            return ""
        return self._changes(at)

    def like(self, other: PaidOn) -> bool:
        """Whether both add up the same of deals; which ones is another matter."""
        return (self.of, self.column, self.scope) == (other.of, other.column, other.scope)

    def anew(self, at: Turned) -> str:
        """By what a deal is one for the component now that it was not; empty where it is none."""
        if not self._has(at.now) or (self._has(at.was) and not self._rated_anew(at)):
            return ""
        return self._changes(at)

    def _has(self, words: Mapping[str, str]) -> bool:
        return self.only.has(words) and all(words[c] in of for c, of in self.where.items() if c in words)

    def _rated_anew(self, at: Turned) -> bool:
        return any(at.was[column] != at.now[column] for column in self.rated if column in at.was)

    def _changes(self, at: Turned) -> str:
        looked = {*self.rated, *self.where, *(c for c in APART_COLUMNS if getattr(self.only, c, ()))}
        changed = (c for c in APART_COLUMNS if c in looked and at.was[c] != at.now[c])
        return ", ".join(f"{c} {_word(c, at.was[c])} → {_word(c, at.now[c])}" for c in changed)


def paid_on(shape: Shape | None, policy: Policy) -> PaidOn:
    """What a component is paid on, by the metrics it is paid by; amounts where nothing else is known."""
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
        of=base.of,
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
