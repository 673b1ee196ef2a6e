"""Draws and guarantees (SPEC I6; docs/plans/draw.md): money ahead of, or up to, what is earned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from salescli.calc.pay.condition import gate_steps, passes
from salescli.calc.pay.coverage import Member
from salescli.calc.pay.past import EARNED, Past
from salescli.calc.pay.scores import Node, Scores, value_of
from salescli.calc.pay.shape import Outcome, Reads, Terms, entry_of, measures
from salescli.calc.pay.steps import value_steps
from salescli.findings import Finding
from salescli.i18n import N_
from salescli.model.entry import Entry, EntryKind, Step
from salescli.model.exact import from_minor, round_ratio
from salescli.model.period import Period
from salescli.model.plan import Draw

AGAINST: tuple[EntryKind, ...] = (*EARNED, "clawback", "hold", "release")


@dataclass(frozen=True, slots=True)
class DrawPay:
    """A compiled `Draw`. It runs after all others of its plan; `pay` alone gives what is paid of it when
    nothing at all was earned."""

    terms: Terms
    component: Draw
    reads: Reads

    def pay(self, scores: Scores, members: Sequence[Member], found: list[Finding]) -> list[Outcome]:
        """The draw of members who earned nothing and owe nothing; see `settle` for the rest."""
        past = Past(self.terms.digits, scores.period.fiscal)
        return self.settle(scores, members, {}, past)

    def settle(
        self, scores: Scores, members: Sequence[Member], earned: Mapping[str, int], past: Past
    ) -> list[Outcome]:
        """One outcome per member.

        Args:
            earned: Person → what they were entitled to in the period, clawbacks and holds included, in
                smallest units.
            past: Entries up to the period before.
        """
        return [self._settle(scores, member, earned.get(member.person, 0), past) for member in members]

    def _settle(self, scores: Scores, member: Member, earned: int, past: Past) -> Outcome:
        rule, person, period = self.component, member.person, scores.period
        node: Node = scores.people.get(person, {})
        entries = past.of(self.terms.plan, rule.name, person)
        owed, forgiven = owed_of(rule, entries, past, period) if rule.recoverable else (0, 0)
        amount = self.amount(node, period, scores.days.get(person))
        available = max(earned, 0)
        if rule.kind == "floor":
            draw, recovery = max(amount - available, 0), 0
            if available > amount:
                recovery = min(owed, available - amount)
        else:
            draw, recovery = amount, 0
        if rule.recoverable and rule.maximum is not None:
            draw = min(draw, max(self._units(Fraction(rule.maximum)) - owed, 0))
        if rule.kind == "advance" and rule.recoverable:
            recovery = min(owed + draw, available)
        steps = tuple(self._steps(scores, node, earned, owed, forgiven, draw, recovery))
        make = partial(entry_of, self.terms, rule, period.text, person, steps=steps)
        made: list[Entry] = []
        if draw:
            made.append(make("draw", draw, cause=rule.kind if rule.recoverable else "guarantee"))
        if recovery:
            made.append(make("recovery", -recovery, cause="draw"))
        return Outcome(period.text, person, self.terms.plan, rule.name, steps, tuple(made))

    def amount(self, node: Node, period: Period, days: Fraction | None) -> int:
        """The draw of a period in smallest units; 0 outside its dates, or where its gate is not met."""
        rule = self.component
        if not _runs(rule, period) or not passes(rule.when, node):
            return 0
        value = value_of(node, rule.amount) or Fraction(0)
        return self._units(value * days if rule.prorate and days is not None else value)

    def _units(self, amount: Fraction) -> int:
        above, below = amount.as_integer_ratio()
        return round_ratio(above * 10**self.terms.digits, below, self.component.rounding)

    def _steps(
        self,
        scores: Scores,
        node: Node,
        earned: int,
        owed: int,
        forgiven: int,
        draw: int,
        recovery: int,
    ) -> Iterator[Step]:
        rule, digits = self.component, self.terms.digits
        say = partial(Step, place=rule.place)
        yield from value_steps(self.terms, node, rule.amount, rule.place)
        if rule.when is not None:
            yield from gate_steps(self.terms, rule.when, node, rule.place)
        yield say(
            step="earned",
            text=N_("earned in {period}"),
            params={"period": scores.period.text},
            amount=from_minor(earned, digits),
        )
        if rule.recoverable:
            yield say(step="owed_before", text=N_("owed of earlier draws"), amount=from_minor(owed, digits))
        if forgiven:
            yield say(step="forgiven", text=N_("forgiven by now"), amount=from_minor(forgiven, digits))
        yield say(step="draw", text=_DRAWN[rule.kind, rule.recoverable], amount=from_minor(draw, digits))
        if recovery:
            yield say(
                step="recovery",
                text=N_("paid back out of what was earned"),
                amount=from_minor(-recovery, digits),
            )
        if rule.recoverable:
            left = from_minor(owed + draw - recovery, digits)
            yield say(step="owed", text=N_("owed from now on"), amount=left)


_DRAWN = {
    ("floor", True): N_("draw, up to its amount"),
    ("floor", False): N_("guarantee, up to its amount"),
    ("advance", True): N_("draw, paid ahead"),
    ("advance", False): N_("paid ahead, not to be paid back"),
}


def _runs(rule: Draw, period: Period) -> bool:
    return (rule.since is None or rule.since <= period.end) and (
        rule.until is None or period.start <= rule.until
    )


def owed_of(rule: Draw, entries: Sequence[Entry], past: Past, period: Period) -> tuple[int, int]:
    """What is still owed of earlier draws, and what was forgiven of them, in smallest units.

    Oldest draws are paid back first; what is left of one after `forgive_after` periods is forgiven.
    """
    open_draws: list[list[int]] = []
    forgiven = 0
    last = -1
    by_age: dict[int, list[Entry]] = {}
    for entry in entries:
        by_age.setdefault(_age(past.period(entry), period), []).append(entry)
    for age in sorted(by_age, reverse=True):
        last = age
        draws = past.units(by_age[age], "draw")
        if draws:
            open_draws.append([age, draws])
        forgiven += _forgive(rule, open_draws, last)
        back = -past.units(by_age[age], "recovery")
        for item in open_draws:
            part = min(item[1], back)
            item[1] -= part
            back -= part
    forgiven += _forgive(rule, open_draws, 0)
    return sum(left for _, left in open_draws), forgiven


def _forgive(rule: Draw, open_draws: list[list[int]], now: int) -> int:
    """Strike what is older than allowed `now` periods ago; how much that was."""
    if rule.forgive_after is None:
        return 0
    gone = 0
    for item in open_draws:
        if item[0] - now > rule.forgive_after:
            gone += item[1]
            item[1] = 0
    return gone


def _age(earlier: Period, later: Period) -> int:
    """How many periods of that kind lie between."""
    if later.kind == "week":
        return (later.start - earlier.start).days // 7
    months = (later.end.year - earlier.end.year) * 12 + later.end.month - earlier.end.month
    return months // max(len(later.months()), 1)


def compile_draw(terms: Terms, component: Draw) -> DrawPay:
    """A draw ready to pay."""
    return DrawPay(terms, component, Reads(people=measures(component.amount, component.when)))
