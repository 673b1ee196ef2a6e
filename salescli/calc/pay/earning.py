"""What every component does that pays each person an amount of their own (docs/semantics.md, "Earning").

A scale (`Scale`, one per shape) says what is worth how much, exactly; here stand the gate, multipliers,
floor, cap, and the one rounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any, Literal, NamedTuple, Protocol

from salescli.calc.pay.attribute import rests_on
from salescli.calc.pay.condition import passes
from salescli.calc.pay.coverage import Member
from salescli.calc.pay.earning_trace import earning_steps, nothing_steps
from salescli.calc.pay.factor import factor_of
from salescli.calc.pay.scores import NOTHING, Node, Scores, value_of
from salescli.calc.pay.shape import Outcome, Reads, Terms, entry_of, measures
from salescli.calc.pay.trace import Trace
from salescli.findings import Finding, Span, finding
from salescli.i18n import N_
from salescli.model.entry import Entry, Step
from salescli.model.exact import round_ratio, round_to
from salescli.model.expression import Arith, Expr, Measure, Number, measures_of
from salescli.model.plan import Earning, Flat, Scorecard, Tiers

ZERO = Fraction(0)

Ratio = tuple[int, int]
"""Numerator and denominator, the latter above 0; not reduced, since reducing costs more than it saves."""


class Worth(NamedTuple):
    """What a scale gives for a base.

    Attributes:
        amount: In currency units, exact.
        bonus: Fixed money on top.
        cause: What brought it about, in short.
        rule: The line of the rule.
        rate: The rate, where there is exactly one.
    """

    amount: Ratio
    bonus: Decimal | Fraction
    cause: str
    rule: Span
    rate: Fraction | None = None


class Scale(Protocol):
    """What one shape says: from a base and a node to an exact amount. Compiled once per component."""

    def reads(self) -> frozenset[Measure]:
        """What it looks at besides the base."""

    def measured(self) -> tuple[Expr, ...]:
        """What must have a value for it to say anything."""

    def placed(self, node: Node) -> Any:
        """What places somebody; None if there is nothing to go by."""

    def worth(self, base: Fraction, node: Node, placed: Any) -> Worth:
        """What a base is worth to somebody so placed."""

    def so_far(self, base: Fraction, part: Fraction, node: Node, placed: Any) -> Fraction:
        """How much of the exact amount the first `part` (of 1) of the base brings."""

    def before(self, base: Fraction, node: Node, placed: Any) -> Iterator[Step]:
        """What was measured: stands before the gate."""

    def steps(self, base: Fraction, node: Node, placed: Any) -> Iterator[Step]:
        """From the base to the exact amount: stands after a gate that is met."""

    def bonuses(self, node: Node, placed: Any) -> Iterator[Step]:
        """Each fixed sum on top."""

    def after(self, node: Node, placed: Any) -> Iterator[Step]:
        """What comes next: stands at the end, whether paid or not."""


class Amounts(NamedTuple):
    """What somebody is entitled to, in smallest units.

    Attributes:
        earning, bonus: Before a carried cap.
        over: What exceeds a carried cap.
    """

    earning: int
    bonus: int
    over: int
    worth: Worth


@dataclass(frozen=True, slots=True)
class EarningPay:
    """A compiled component that pays each person an amount of their own.

    Attributes:
        plain: Nothing but gate, scale and rounding.
        minor: Smallest units of one of the currency.
        fixed: `floor` and `cap` where they are the same for everybody, in smallest units.
    """

    terms: Terms
    component: Earning
    scale: Scale
    reads: Reads
    plain: bool
    minor: int
    base_digits: int
    key: str | None
    fixed: Mapping[str, int]

    def pay(self, scores: Scores, members: Sequence[Member], found: list[Finding]) -> list[Outcome]:
        """What each member earns; see `Shape`."""
        period, people, days = scores.period.text, scores.people, scores.days
        nothing: Node = {}
        return [
            self._pay(period, m.person, people.get(m.person, nothing), days.get(m.person), found)
            for m in members
        ]

    def _pay(
        self, period: str, person: str, node: Node, days: Fraction | None, found: list[Finding]
    ) -> Outcome:
        base = self.base(node)
        placed = None if base is None else self.scale.placed(node)
        if base is None or placed is None:
            self.missing(period, person, node, base, found)
            return self._outcome(period, person, Trace(nothing_steps, self, node))
        trace = Trace(earning_steps, self, node, base, placed, days)
        if not passes(self.component.when, node):
            return self._outcome(period, person, trace)
        came = self.amounts(base, node, placed, days)
        entries = []
        worth, make = came.worth, partial(entry_of, self.terms, self.component, period, person)
        if came.earning:
            entries.append(
                make(
                    "earning",
                    came.earning,
                    steps=trace,
                    cause=worth.cause,
                    rule=worth.rule,
                    base=round_to(base, self.base_digits),
                    rate=self.rate(worth, node),
                )
            )
        if came.bonus:
            entries.append(make("bonus", came.bonus, steps=trace, cause=worth.cause, rule=worth.rule))
        if came.over:
            entries.append(make("hold", -came.over, steps=trace, cause="over the cap", rule=worth.rule))
        return self._outcome(period, person, trace, *entries)

    def entitled(self, node: Node, days: Fraction | None) -> Amounts | None:
        """What somebody with these scores is entitled to in all; None if nothing can be said."""
        base = self.base(node)
        placed = None if base is None else self.scale.placed(node)
        if base is None or placed is None or not passes(self.component.when, node):
            return None
        return self.amounts(base, node, placed, days)

    def _outcome(self, period: str, person: str, trace: Trace, *entries: Entry) -> Outcome:
        return Outcome(period, person, self.terms.plan, self.component.name, trace, entries)

    def base(self, node: Node) -> Fraction | None:
        """What rates apply to; None if it has no value. A sum of facts that is absent is 0."""
        if self.key is not None:
            return node.get(self.key, NOTHING).pay or ZERO
        met = self.component.on_zero_target == "attained"
        return value_of(node, self.component.pays_on, pay=True, met=met)

    def amounts(self, base: Fraction, node: Node, placed: Any, days: Fraction | None) -> Amounts:
        """Scale, multipliers, floor, cap and the one rounding."""
        worth = self.scale.worth(base, node, placed)
        if self.plain:
            above, below = worth.amount
            units = round_ratio(above * self.minor, below, self.component.rounding)
            bonus = worth.bonus and self.units(worth.bonus)
            return Amounts(units, int(bonus), 0, worth)
        above, below = worth.amount
        for multiplier in self.component.multipliers:
            top, bottom = factor_of(multiplier, node).as_integer_ratio()
            above, below = above * top, below * bottom
        units = round_ratio(above * self.minor, below, self.component.rounding)
        earning, extra, over = self.limited(units, self.bonus(worth, days), node, days)
        return Amounts(earning, extra, over, worth)

    def bonus(self, worth: Worth, days: Fraction | None) -> int:
        """Fixed money in smallest units, in proportion to the days covered where the component says so."""
        if not worth.bonus:
            return 0
        prorates = self.component.prorate and days is not None
        return self.units(Fraction(worth.bonus) * days if prorates and days is not None else worth.bonus)

    def rate(self, worth: Worth, node: Node) -> Fraction | None:
        """The one rate of an amount, factors included; None where there is none, or it is paid in slices."""
        if worth.rate is None or not self.component.multipliers:
            return worth.rate
        return worth.rate * self.factor(node)

    def factor(self, node: Node) -> Fraction:
        """All multipliers together."""
        factor = Fraction(1)
        for multiplier in self.component.multipliers:
            factor *= factor_of(multiplier, node)
        return factor

    def limited(self, earning: int, bonus: int, node: Node, days: Fraction | None) -> tuple[int, int, int]:
        """Earning, bonus and excess after floor and cap: a floor helps who earned something; a cap cuts the
        earning first, or (`carried`) leaves it and holds the excess.

        All in smallest units: limits are whole ones, so that it is the same to round before or after.
        """
        floor, cap = self.limit("floor", node, days), self.limit("cap", node, days)
        if floor is not None and 0 < earning + bonus < floor:
            earning = floor - bonus
        over = 0 if cap is None else max(earning + bonus - cap, 0)
        limit = self.component.cap
        if limit is not None and limit.over == "carried":
            return earning, bonus, over
        cut = min(over, max(earning, 0))
        return earning - cut, bonus - (over - cut), 0

    def limit(self, which: Literal["floor", "cap"], node: Node, days: Fraction | None) -> int | None:
        """A floor or cap of the period in smallest units; None where there is none, or it has no value."""
        limit = self.component.floor if which == "floor" else self.component.cap
        if limit is None or limit.per != "period":
            return None
        prorates = self.component.prorate and days is not None
        if type(limit.amount) is Number and not prorates:
            return self.fixed[which]
        value = value_of(node, limit.amount)
        if value is None:
            return None
        return self.units(max(value * days if prorates and days is not None else value, ZERO))

    def units(self, amount: Fraction | Decimal) -> int:
        """Money in smallest units, rounded as the component says."""
        above, below = amount.as_integer_ratio()
        return round_ratio(above * self.minor, below, self.component.rounding)

    def missing(
        self, period: str, person: str, node: Node, base: Fraction | None, found: list[Finding]
    ) -> None:
        """Errors where something that must be stated is not: a number of the person, a target."""
        rule = self.component
        asked = [rule.pays_on, *self.scale.measured()]
        needed = dict.fromkeys(measure for expr in asked for measure in measures_of(expr))
        for measure in needed:
            score = node.get(measure.key, NOTHING)
            if measure.of == "personal" and score.actual is None:
                found.append(_no_number(self.terms, rule, measure, period, person))
            elif measure.of in ("attainment", "target") and rule.on_zero_target == "error":
                counts = score.actual or (base if measure.of == "attainment" else None)
                if counts and not score.target and score.part is None:
                    found.append(_no_target(self.terms, rule, measure, period, person))

    @property
    def credited(self) -> Measure | None:
        """The measure it pays on, if that is added up from a person's own deals."""
        paid_on = self.paid_on
        return paid_on if paid_on is not None and paid_on.scope == "own" else None

    @property
    def paid_on(self) -> Measure | None:
        """The one measure it pays on, whoever's deals that adds up."""
        return single_figure(self.component.pays_on)

    def weights(self, node: Node, credits: Sequence[Fraction]) -> list[Fraction] | None:
        """What each credit adds to the exact earning when they come in one after the other.

        Most scales are proportional to the credits; `marginal` fills the lower slices with the earlier ones.
        """
        placed = self.scale.placed(node)
        total = sum(credits, ZERO)
        if placed is None or total <= 0:
            return None
        reached, sums = ZERO, [ZERO]
        for credit in credits:
            reached += credit
            sums.append(self.scale.so_far(total, reached / total, node, placed))
        return [after - before for before, after in pairwise(sums)]

    def parts(self, node: Node, credits: Sequence[Fraction], earned: int) -> list[int] | None:
        """What of an earning rests on each credit, in smallest units, with its sign; None if on none.

        Args:
            earned: In smallest units; may be 0 where credits make up for each other.
        """
        placed = self.scale.placed(node)
        if placed is None or not credits or not passes(self.component.when, node):
            return None
        worth = self.weights(node, credits)
        if worth is None:
            if not self._in_proportion:
                return None
            factor = self.factor(node)
            worth = [self.scale.so_far(Fraction(1), credit, node, placed) * factor for credit in credits]
        return rests_on(earned, worth, self.minor)

    @property
    def _in_proportion(self) -> bool:
        """Whether each credit brings the same part of itself, whatever the others do."""
        rule = self.component
        return isinstance(rule, Flat | Scorecard) or (isinstance(rule, Tiers) and rule.mode == "whole")


def single_figure(expr: Expr) -> Measure | None:
    """The figure that an expression is a fixed multiple of; None if it is anything else."""
    if isinstance(expr, Measure):
        return expr if expr.of == "actual" else None
    if not isinstance(expr, Arith) or expr.op in ("min", "max"):
        return None
    figures = [single_figure(part) for part in expr.parts]
    if expr.op in ("+", "-"):
        return figures[0] if None not in figures and len(set(figures)) == 1 else None
    numbers = [isinstance(part, Number) for part in expr.parts]
    if expr.op == "/":
        return figures[0] if numbers[1] else None
    return next((f for f in figures if f is not None), None) if any(numbers) else None


def _fixed(terms: Terms, component: Earning) -> dict[str, int]:
    found = {}
    for which, limit in (("floor", component.floor), ("cap", component.cap)):
        if limit is not None and isinstance(limit.amount, Number):
            above, below = max(limit.amount.value, ZERO).as_integer_ratio()
            found[which] = round_ratio(above * 10**terms.digits, below, component.rounding)
    return found


def _no_target(terms: Terms, rule: Earning, measure: Measure, period: str, person: str) -> Finding:
    return finding(
        "P101",
        rule.place,
        N_("{person} has no target for {metric} in {period}; {component} of plan {plan} is measured by it"),
        hint=N_("give {person} a target there, or write `on_zero_target: skip` or `attained` in the plan"),
        person=person,
        metric=measure.key,
        period=period,
        component=rule.name,
        plan=terms.plan,
    )


def _no_number(terms: Terms, rule: Earning, measure: Measure, period: str, person: str) -> Finding:
    return finding(
        "P104",
        rule.place,
        N_("{person} has no {name} in {period}; {component} of plan {plan} rests on it"),
        hint=N_("write `pay: {{{name}: 10000}}` for {person} in ledger/org.yaml"),
        person=person,
        name=measure.metric,
        period=period,
        component=rule.name,
        plan=terms.plan,
    )


def compile_earning(terms: Terms, component: Earning, scale: Scale) -> EarningPay:
    """A component with its scale, and everything it reads."""
    limits = [limit.amount for limit in (component.floor, component.cap) if limit is not None]
    by = [(multiplier.measured_by, multiplier.when) for multiplier in component.multipliers]
    read = measures(component.pays_on, component.when, *limits, *(part for pair in by for part in pair))
    on = component.pays_on
    plainly = isinstance(on, Measure) and on.of == "actual"
    return EarningPay(
        terms=terms,
        component=component,
        scale=scale,
        reads=Reads(people=read | scale.reads()),
        plain=not (component.multipliers or component.floor or component.cap or component.prorate),
        minor=10**terms.digits,
        base_digits=0 if plainly and terms.unit(on) == "count" else terms.digits,
        key=on.key if plainly and isinstance(on, Measure) else None,
        fixed=_fixed(terms, component),
    )
