"""Components that rate each deal alone, a million at a time (docs/semantics.md, "Per deal").

Every deal earns `base × rate + fixed`, in columns of whole numbers with one denominator,
rounded once per deal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from math import lcm
from typing import TYPE_CHECKING, Any, Protocol

from salescli.calc.pay.condition import gate_steps, passes
from salescli.calc.pay.coverage import Member
from salescli.calc.pay.earning import ZERO, EarningPay
from salescli.calc.pay.scores import Node, Scores, value_of
from salescli.calc.pay.shape import Outcome, Reads, entry_of
from salescli.calc.pay.trace import Trace
from salescli.findings import Finding, Span
from salescli.i18n import N_
from salescli.model.entry import Entry, Step
from salescli.model.exact import Rounding, from_minor, plain, rate_text, round_ratio
from salescli.model.expression import Measure
from salescli.model.plan import Component, Limit

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SAFE = 2**62


@dataclass(frozen=True, slots=True)
class Way:
    """One way to pay a deal: `base × rate + fixed`, in currency units.

    Attributes:
        rate: Told where it stands alone.
        cause, rule: As in an entry.
    """

    rate: Fraction
    fixed: Fraction
    cause: str
    rule: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Deals:
    """Deals of covered people with what they are credited with, one row per person and deal.

    Attributes:
        person: Index into `members`.
        base: Smallest units of money, or counts.
        columns: The other columns asked for, of the same length.
    """

    members: Sequence[Member]
    person: NDArray[Any]
    deal_id: NDArray[Any]
    base: NDArray[Any]
    columns: Mapping[str, NDArray[Any]]

    def __len__(self) -> int:
        return len(self.base)


class Rater(Protocol):
    """What one shape says about single deals."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns it looks at besides the base."""

    def ways(self, deals: Deals, scores: Scores, found: list[Finding]) -> tuple[Sequence[Way], NDArray[Any]]:
        """Ways to pay, and for each deal the index of its own; -1 pays nothing."""


@dataclass(frozen=True, slots=True)
class DealPay:
    """A compiled component that pays deal by deal; `whole` is the same with its gate, multipliers and limits.

    Attributes:
        column: What is paid on, of a credit line.
        unit: Smallest units of `column` in one of its measure.
    """

    whole: EarningPay
    rater: Rater
    column: str
    unit: int

    @property
    def component(self) -> Component:
        """As the plan states it."""
        return self.whole.component

    @property
    def reads(self) -> Reads:
        """What it needs to know."""
        return self.whole.reads

    def pay(self, scores: Scores, members: Sequence[Member], found: list[Finding]) -> list[Outcome]:
        """One outcome per member, with an entry for each deal that pays; see `Shape`."""
        deals = self._deals(scores, members)
        if not len(deals):
            return [self._nothing(scores, member) for member in members]
        ways, chosen = self.rater.ways(deals, scores, found)
        units = self._units(deals, scores, ways, chosen)
        return self._outcomes(deals, scores, ways, chosen, units)

    def _deals(self, scores: Scores, members: Sequence[Member]) -> Deals:
        """Credit lines of the members that count for pay, several of one deal and person together."""
        import numpy

        on = self.whole.component.pays_on
        assert isinstance(on, Measure)
        lines = scores.lines(on.only, tuple(dict.fromkeys((self.column, *self.rater.columns))))
        index = {member.person: at for at, member in enumerate(members)}
        if not lines or not len(lines["person"]):
            empty = numpy.zeros(0, dtype="int64")
            return Deals(members=members, person=empty, deal_id=empty, base=empty, columns={})
        if on.scope in ("reports", "all_reports"):
            person, keep = _of_managers(lines, index, scores, on.scope == "all_reports")
        else:
            person = numpy.fromiter(
                (index.get(p, -1) for p in lines["person"]), "int64", len(lines["person"])
            )
            keep = numpy.flatnonzero((person >= 0) & (lines["kind"] != "attainment"))
            person = person[keep]
        deal_id, base = lines["deal_id"][keep], lines[self.column][keep]
        columns = {name: lines[name][keep] for name in self.rater.columns}
        if len(keep):
            first = numpy.ones(len(keep), dtype=bool)
            first[1:] = (person[1:] != person[:-1]) | (deal_id[1:] != deal_id[:-1])
            starts = numpy.flatnonzero(first)
            base = numpy.add.reduceat(base, starts)
            columns = {name: _merged(name, values, starts) for name, values in columns.items()}
            person, deal_id = person[starts], deal_id[starts]
        return Deals(members=members, person=person, deal_id=deal_id, base=base, columns=columns)

    def _units(self, deals: Deals, scores: Scores, ways: Sequence[Way], chosen: NDArray[Any]) -> NDArray[Any]:
        """What each deal pays, in smallest units, after factors, floor and cap of each deal."""
        import numpy

        rule, minor = self.whole.component, self.whole.minor
        factors = [ZERO] * len(deals.members)
        present = set(deals.person.tolist())
        for at, member in enumerate(deals.members):
            node: Node = scores.people.get(member.person, {})
            if at in present and passes(rule.when, node):
                factors[at] = self.whole.factor(node)
        # base × rate × factor + fixed × factor, all over one denominator
        rates = [way.rate * Fraction(minor, self.unit) for way in ways] or [ZERO]
        fixed = [way.fixed * minor for way in ways] or [ZERO]
        over = lcm(*(r.denominator for r in rates), *(f.denominator for f in fixed))
        rate_n, fixed_n = [int(r * over) for r in rates], [int(f * over) for f in fixed]
        factor_over = lcm(*(f.denominator for f in factors))
        factor_n = [int(f * factor_over) for f in factors]
        largest = max(map(abs, (int(deals.base.max(initial=0)), int(deals.base.min(initial=0)))))
        top = (largest * max(map(abs, rate_n)) + max(map(abs, fixed_n))) * max(map(abs, factor_n), default=1)
        kind = "int64" if 2 * top < _SAFE and 2 * over * factor_over < _SAFE else object
        at = numpy.maximum(chosen, 0)
        exact = deals.base.astype(kind) * numpy.array(rate_n, dtype=kind)[at]
        exact = (exact + numpy.array(fixed_n, dtype=kind)[at]) * numpy.array(factor_n, dtype=kind)[
            deals.person
        ]
        units = _rounded(exact, over * factor_over, rule.rounding)
        units[chosen < 0] = 0
        return self._limited(deals, scores, units)

    def _limited(self, deals: Deals, scores: Scores, units: NDArray[Any]) -> NDArray[Any]:
        import numpy

        rule = self.whole.component
        floor, cap = (self._limit(limit, deals, scores) for limit in (rule.floor, rule.cap))
        if floor is not None:
            at = floor[deals.person]
            units = numpy.where((units > 0) & (at >= 0), numpy.maximum(units, at), units)
        if cap is not None:
            at = cap[deals.person]
            units = numpy.where(at >= 0, numpy.minimum(units, at), units)
        return units

    def _limit(self, limit: Limit | None, deals: Deals, scores: Scores) -> NDArray[Any] | None:
        """A floor or cap of each deal, by member in smallest units; -1 is none."""
        import numpy

        if limit is None or limit.per != "deal":
            return None
        values = [value_of(scores.people.get(m.person, {}), limit.amount) for m in deals.members]
        return numpy.array([-1 if v is None else self.whole.units(max(v, ZERO)) for v in values])

    def _outcomes(
        self,
        deals: Deals,
        scores: Scores,
        ways: Sequence[Way],
        chosen: NDArray[Any],
        units: NDArray[Any],
    ) -> list[Outcome]:
        import numpy

        order = numpy.argsort(deals.person, kind="stable")
        bounds = numpy.searchsorted(deals.person[order], numpy.arange(len(deals.members) + 1))
        rows = list(
            zip(
                deals.deal_id[order].tolist(),
                deals.base[order].tolist(),
                chosen[order].tolist(),
                units[order].tolist(),
                strict=True,
            )
        )
        return [
            self._outcome(scores, member, ways, rows[bounds[at] : bounds[at + 1]])
            for at, member in enumerate(deals.members)
        ]

    def _nothing(self, scores: Scores, member: Member) -> Outcome:
        return self._outcome(scores, member, (), [])

    def _outcome(
        self, scores: Scores, member: Member, ways: Sequence[Way], rows: list[tuple[str, int, int, int]]
    ) -> Outcome:
        shape, period = self.whole, scores.period.text
        node: Node = scores.people.get(member.person, {})
        rows, over = self._within_cap(node, scores.days.get(member.person), rows)
        trace = Trace(self._steps, node, ways, rows, over)
        make = partial(entry_of, shape.terms, shape.component, period, member.person, "earning")
        factor = shape.factor(node)
        digits = shape.base_digits
        entries: list[Entry] = []
        for deal_id, base, way, units in rows:
            if units:
                paid = ways[way]
                entries.append(
                    make(
                        units,
                        steps=trace,
                        cause=paid.cause,
                        rule=paid.rule,
                        deal_id=deal_id,
                        base=from_minor(base, digits),
                        rate=None if paid.fixed else paid.rate * factor,
                    )
                )
        if over:
            hold = entry_of(
                shape.terms,
                shape.component,
                period,
                member.person,
                "hold",
                -over,
                steps=trace,
                cause="over the cap",
            )
            entries.append(hold)
        return Outcome(period, member.person, shape.terms.plan, shape.component.name, trace, tuple(entries))

    def _within_cap(
        self, node: Node, days: Fraction | None, rows: list[tuple[str, int, int, int]]
    ) -> tuple[list[tuple[str, int, int, int]], int]:
        """Rows cut by a cap of the period, the last deals first; and what is held if it is carried."""
        rule = self.whole.component
        cap = self.whole.limit("cap", node, days)
        if cap is None or rule.cap is None:
            return rows, 0
        most, total = cap, sum(units for *_, units in rows)
        if total <= most:
            return rows, 0
        if rule.cap.over == "carried":
            return rows, total - most
        cut, left = [], most
        for deal_id, base, way, units in rows:
            part = units if units < 0 else min(units, left)
            left -= part
            cut.append((deal_id, base, way, part))
        return cut, 0

    def _steps(
        self, node: Node, ways: Sequence[Way], rows: list[tuple[str, int, int, int]], over: int
    ) -> tuple[Step, ...]:
        shape, rule = self.whole, self.whole.component
        steps: list[Step] = []
        if rule.when is not None:
            steps += gate_steps(shape.terms, rule.when, node, rule.place)
        if not passes(rule.when, node):
            text = N_("the gate is not met: nothing is paid")
            return (*steps, Step(step="pay", text=text, amount=Decimal(0), place=rule.place))
        steps += shape.scale.before(ZERO, node, shape.scale.placed(node)) if not rows else ()
        factor = shape.factor(node)
        if factor != 1:
            each = N_("each deal × {factor}")
            told: dict[str, object] = {"factor": rate_text(factor)}
            steps.append(Step(step="factor", text=each, params=told, rate=factor, place=rule.place))
        steps += [self._deal_step(ways, *row) for row in rows]
        total = sum(units for *_, units in rows)
        text = N_("all deals together, each rounded by itself") if rows else N_("no deals: nothing is paid")
        steps.append(
            Step(step="pay", text=text, amount=from_minor(total, shape.terms.digits), place=rule.place)
        )
        if over:
            text = N_("over the cap: held and paid later, as the cap allows")
            amount = from_minor(-over, shape.terms.digits)
            steps.append(Step(step="cap", text=text, amount=amount, place=rule.place))
        return tuple(steps)

    def _deal_step(self, ways: Sequence[Way], deal_id: str, base: int, way: int, units: int) -> Step:
        shape = self.whole
        amount = from_minor(base, shape.base_digits)
        if way < 0:
            text = N_("{deal}: no rule matches, nothing is paid")
            return Step(
                step="deal", text=text, params={"deal": deal_id}, base=amount, place=shape.component.place
            )
        paid = ways[way]
        text = N_("{deal}: {base} × {rate}")
        if paid.fixed:
            text = N_("{deal}: {base} × {rate} + {fixed}") if paid.rate else N_("{deal}: {fixed}")
        return Step(
            step="deal",
            text=text,
            params={
                "deal": deal_id,
                "base": plain(amount),
                "rate": rate_text(paid.rate)
                if shape.terms.unit(shape.component.pays_on) == "money"
                else plain(paid.rate),
                "fixed": plain(paid.fixed),
            },
            base=amount,
            rate=paid.rate if not paid.fixed else None,
            amount=from_minor(units, shape.terms.digits),
            place=paid.rule,
            unit=shape.terms.unit(shape.component.pays_on),
        )


def _of_managers(
    lines: Mapping[str, NDArray[Any]], index: Mapping[str, int], scores: Scores, above: bool
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Lines of those who report to members on the day: member and line, by day, deal and member."""
    import numpy

    pairs: list[tuple[int, int]] = []
    rows = zip(lines["person"].tolist(), lines["kind"].tolist(), lines["day"].tolist(), strict=True)
    for at, (person, kind, day) in enumerate(rows):
        if kind != "attainment":
            pairs += [(at, index[m]) for m in scores.above(person, day, above) if m in index]
    deals = lines["deal_id"].tolist()
    pairs.sort(key=lambda pair: (lines["day"][pair[0]], deals[pair[0]], pair[1], pair[0]))
    return (
        numpy.array([member for _, member in pairs], dtype="int64"),
        numpy.array([at for at, _ in pairs], dtype="int64"),
    )


_SUMMED = ("amount", "cost", "margin", "quantity", "share")


def _merged(name: str, values: NDArray[Any], starts: NDArray[Any]) -> NDArray[Any]:
    """A column with the lines of one person and deal together: own parts summed, the deal's words kept."""
    import numpy

    return numpy.add.reduceat(values, starts) if name in _SUMMED else values[starts]


def _rounded(exact: NDArray[Any], over: int, rounding: Rounding) -> NDArray[Any]:
    """`round_ratio` for a column."""
    import numpy

    if exact.dtype == object or rounding != "half_up":
        return numpy.array([round_ratio(int(n), over, rounding) for n in exact.tolist()], dtype=object)
    whole = (2 * numpy.abs(exact) + over) // (2 * over)
    return numpy.asarray(numpy.sign(exact) * whole)
