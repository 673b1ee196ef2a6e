"""A rate for each deal by what it is (docs/plans/rate_table.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from salescli.calc.pay.earning import ZERO, Worth, compile_earning
from salescli.calc.pay.per_deal import DealPay, Deals, Way
from salescli.calc.pay.scores import Node, Scores
from salescli.calc.pay.shape import Terms
from salescli.findings import Finding, Span, finding
from salescli.i18n import N_, several
from salescli.model.entry import Step
from salescli.model.expression import Expr, Measure
from salescli.model.plan import Band, RateTable, Rule

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MILLION = 100_000_000  # a discount or share of 1 as credit lines state it: millionths of 1 %
WHOLE = Fraction(1)
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class RateRows:
    """The rules in the order in which they are tried."""

    terms: Terms
    component: RateTable
    rules: tuple[tuple[int, Rule], ...]
    columns: tuple[str, ...]

    def ways(self, deals: Deals, scores: Scores, found: list[Finding]) -> tuple[Sequence[Way], NDArray[Any]]:
        """The first rule that matches each deal; -1 where none does, which is told."""
        import numpy

        chosen = numpy.full(len(deals), -1, dtype="int64")
        for at, (_, rule) in enumerate(self.rules):
            free = chosen < 0
            if not free.any():
                break
            chosen[free & self._matches(rule, deals)] = at
        lacking = deals.deal_id[chosen < 0].tolist()
        if lacking:
            found.append(self._unmatched(scores.period.text, lacking))
        ways = [self._way(index, rule) for index, rule in self.rules]
        if "share" in self.columns:
            self._cut_sums(ways, chosen, deals.columns["share"])
        return ways, chosen

    def _way(self, index: int, rule: Rule, share: Fraction = WHOLE) -> Way:
        cause = f"rule {index + 1}"
        return Way(rule.rate or ZERO, Fraction(rule.pays or 0) * share, cause, rule.place)

    def _cut_sums(self, ways: list[Way], chosen: NDArray[Any], shares: NDArray[Any]) -> None:
        """A fixed sum is paid for the deal: who has a share of it gets that share of the sum."""
        import numpy

        sums = [at for at, (_, rule) in enumerate(self.rules) if rule.pays is not None]
        rows = numpy.flatnonzero(numpy.isin(chosen, sums) & (shares != _MILLION))
        known: dict[tuple[int, int], int] = {}
        for row in rows.tolist():
            key = int(chosen[row]), int(shares[row])
            if key not in known:
                known[key] = len(ways)
                ways.append(self._way(*self.rules[key[0]], Fraction(key[1], _MILLION)))
            chosen[row] = known[key]

    def _matches(self, rule: Rule, deals: Deals) -> NDArray[Any]:
        import numpy

        matches = numpy.ones(len(deals), dtype=bool)
        for word, accepted in rule.words.items():
            column = deals.columns[word]
            wanted = frozenset(accepted)
            matches &= numpy.fromiter((value in wanted for value in column.tolist()), bool, len(column))
        for name, band in rule.bands.items():
            matches &= self._in_band(name, band, deals)
        return matches

    def _in_band(self, name: str, band: Band, deals: Deals) -> NDArray[Any]:
        """Whether each deal lies in a range; one without amount has no margin, for example."""
        import numpy

        if name == "margin":
            above, below = deals.columns["margin"], deals.columns["amount"]
        elif name == "discount":
            above = deals.columns["discount"]
            below = numpy.where(above < 0, 0, _MILLION)
        else:
            above = deals.columns["deal_amount"]
            below = numpy.full(len(deals), 10**self.terms.digits)
        fits = below > 0
        if band.start is not None:
            fits &= _compared(above, below, band.start) >= 0
        if band.stop is not None:
            fits &= _compared(above, below, band.stop) < 0
        return fits

    def _unmatched(self, period: str, deals: Sequence[str]) -> Finding:
        shown = several(deals, _SHOWN)
        skips = self.component.unmatched == "skip"
        return finding(
            "P105",
            self.component.place,
            N_("no rule of {component} of plan {plan} matches {count:deal|deals} of {period}: {deals}"),
            hint=N_("add a rule for them")
            if skips
            else N_("add a rule for them, or write `unmatched: skip` to leave them unpaid"),
            severity="warning" if skips else "error",
            component=self.component.name,
            plan=self.terms.plan,
            count=len(deals),
            period=period,
            deals=shown,
        )

    # What the shell asks of a scale; deals are rated above.

    def reads(self) -> frozenset[Measure]:
        """Nothing but deals."""
        return frozenset()

    def measured(self) -> tuple[Expr, ...]:
        """Nothing but deals."""
        return ()

    def placed(self, node: Node) -> bool:
        """Everybody is."""
        return True

    def worth(self, base: Fraction, node: Node, placed: bool) -> Worth:
        """Nothing by itself."""
        return Worth((0, 1), Decimal(0), "", Span(""))

    def so_far(self, base: Fraction, part: Fraction, node: Node, placed: bool) -> Fraction:
        """Nothing by itself."""
        return ZERO

    def before(self, base: Fraction, node: Node, placed: bool) -> Iterator[Step]:
        """Nothing by itself."""
        return iter(())

    steps = before

    def bonuses(self, node: Node, placed: bool) -> Iterator[Step]:
        """Nothing by itself."""
        return iter(())

    after = bonuses


def _compared(above: NDArray[Any], below: NDArray[Any], bound: Fraction) -> NDArray[Any]:
    """The sign of above ÷ below − bound, exactly."""
    import numpy

    top, bottom = bound.as_integer_ratio()
    largest = max(int(abs(above).max(initial=0)), int(below.max(initial=0)))
    kind = "int64" if largest * max(abs(top), bottom) < 2**62 else object
    difference = above.astype(kind) * bottom - below.astype(kind) * top
    return numpy.where(difference > 0, 1, numpy.where(difference < 0, -1, 0))


_NEEDS = {"margin": ("margin", "amount"), "discount": ("discount",), "amount": ("deal_amount",)}


def compile_rate_table(terms: Terms, component: RateTable) -> DealPay:
    """A rate table ready to pay: `most_specific` tries rules that name earlier dimensions of `by` first."""
    rules = list(enumerate(component.rules))
    if component.choose == "most_specific":
        rules.sort(key=lambda pair: [word not in _named(pair[1]) for word in component.by])
    named = dict.fromkeys(word for _, rule in rules for word in rule.words)
    bands = dict.fromkeys(column for _, rule in rules for band in rule.bands for column in _NEEDS[band])
    share = ("share",) if any(rule.pays is not None for _, rule in rules) else ()
    rows = RateRows(terms, component, tuple(rules), (*named, *bands, *share))
    return deal_pay(terms, component, rows)


def _named(rule: Rule) -> set[str]:
    return {*rule.words, *rule.bands}


def deal_pay(terms: Terms, component: RateTable, rows: RateRows) -> DealPay:
    """With the column it pays on."""
    on = component.pays_on
    column = terms.columns.get(on.metric, "amount") if isinstance(on, Measure) else "amount"
    unit = 1 if column == "quantity" else 10**terms.digits
    return DealPay(compile_earning(terms, component, rows), rows, column, unit)
