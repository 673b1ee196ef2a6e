"""A sum shared among those who qualify, to the cent (SPEC I6; docs/plans/pool.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from salescli.calc.pay.condition import gate_steps, passes
from salescli.calc.pay.coverage import Member
from salescli.calc.pay.scores import Node, Score, Scores, value_of
from salescli.calc.pay.shape import Outcome, Reads, Terms, entry_of, measures
from salescli.calc.pay.steps import told, value_steps
from salescli.calc.pay.trace import Trace
from salescli.findings import Finding
from salescli.i18n import N_
from salescli.model.entry import Step
from salescli.model.exact import apportion, from_minor, rate_text, round_ratio
from salescli.model.expression import Expr, measures_of
from salescli.model.plan import Pool


@dataclass(frozen=True, slots=True)
class PoolPay:
    """A compiled `Pool`: the fund of each scope is worked out and rounded once, then cut by weight."""

    terms: Terms
    component: Pool
    reads: Reads

    def pay(self, scores: Scores, members: Sequence[Member], found: list[Finding]) -> list[Outcome]:
        """Each member's part; see `Shape`."""
        groups: dict[str, list[Member]] = {}
        for member in members:
            groups.setdefault(self._scope(member), []).append(member)
        parts: dict[str, tuple[int, Fraction | None]] = {}
        funds: dict[str, int] = {}
        for scope, group in groups.items():
            funds[scope] = self.fund(scores, scope, group)
            parts.update(self._parts(scores, group, funds[scope]))
        return [
            self._outcome(scores, m, groups[self._scope(m)], funds[self._scope(m)], *parts[m.person])
            for m in members
        ]

    def _scope(self, member: Member) -> str:
        return member.region if self.component.scope == "region" else ""

    def node(self, scores: Scores, scope: str, group: Sequence[Member]) -> Node:
        """What the fund is measured on: the region, the team, or everybody the plan covers together."""
        if self.component.scope == "region":
            return scores.regions.get(scope, {})
        if self.component.scope == "team":
            return scores.team
        return _sum(self.component.fund, [scores.people.get(m.person, {}) for m in group])

    def fund(self, scores: Scores, scope: str, group: Sequence[Member]) -> int:
        """The sum to share in smallest units; nothing for a fund below zero or without value."""
        value = value_of(self.node(scores, scope, group), self.component.fund) or Fraction(0)
        above, below = max(value, Fraction(0)).as_integer_ratio()
        return round_ratio(above * 10**self.terms.digits, below, self.component.rounding)

    def _parts(
        self, scores: Scores, group: Sequence[Member], fund: int
    ) -> Mapping[str, tuple[int, Fraction | None]]:
        """Person → their part and weight; None for those who do not qualify."""
        rule = self.component
        weights: dict[str, Fraction] = {}
        for member in sorted(group, key=lambda m: m.person):
            node: Node = scores.people.get(member.person, {})
            if passes(rule.when, node):
                weights[member.person] = self._weight(node, member.person)
        shared: dict[str, int] = dict.fromkeys(weights, 0)
        if rule.weights:
            rest = max(1 - sum(weights.values()), Fraction(0))
            cut = apportion(fund, [*weights.values(), rest])
            shared = dict(zip(weights, cut, strict=False))
        elif any(weights.values()):
            shared = dict(zip(weights, apportion(fund, list(weights.values())), strict=True))
        return {m.person: (shared.get(m.person, 0), weights.get(m.person)) for m in group}

    def _weight(self, node: Node, person: str) -> Fraction:
        rule = self.component
        if rule.weights:
            return rule.weights.get(person, Fraction(0))
        if rule.share_by is None:
            return Fraction(1)
        return max(value_of(node, rule.share_by) or Fraction(0), Fraction(0))

    def _outcome(
        self,
        scores: Scores,
        member: Member,
        group: Sequence[Member],
        fund: int,
        units: int,
        weight: Fraction | None,
    ) -> Outcome:
        rule, period = self.component, scores.period.text
        trace = Trace(self._steps, scores, member, group, fund, units, weight)
        entries = ()
        if units:
            cause = f"pool of region {member.region}" if rule.scope == "region" else "pool"
            entry = entry_of(
                self.terms, rule, period, member.person, "award", units, steps=trace, cause=cause
            )
            entries = (entry,)  # type: ignore[assignment]
        return Outcome(period, member.person, self.terms.plan, rule.name, trace, entries)

    def _steps(
        self,
        scores: Scores,
        member: Member,
        group: Sequence[Member],
        fund: int,
        units: int,
        weight: Fraction | None,
    ) -> tuple[Step, ...]:
        rule, digits = self.component, self.terms.digits
        node = self.node(scores, self._scope(member), group)
        steps = [*value_steps(self.terms, node, rule.fund, rule.place)]
        steps.append(
            Step(step="fund", text=N_("the sum to share"), amount=from_minor(fund, digits), place=rule.place)
        )
        own: Node = scores.people.get(member.person, {})
        if rule.when is not None:
            steps += gate_steps(self.terms, rule.when, own, rule.place)
        if weight is None:
            text = N_("does not qualify: no part")
            return (*steps, Step(step="pay", text=text, amount=from_minor(0, digits), place=rule.place))
        return (*steps, *self._shared(scores, own, group, units, weight))

    def _shared(
        self, scores: Scores, own: Node, group: Sequence[Member], units: int, weight: Fraction
    ) -> Iterator[Step]:
        rule, digits = self.component, self.terms.digits
        nodes = [scores.people.get(m.person, {}) for m in group]
        count = sum(passes(rule.when, node) for node in nodes)
        text = N_("an equal part for each of {count} who qualify")
        params: dict[str, object] = {"count": count}
        if rule.weights:
            text, params = N_("a fixed share of {share}"), {"share": rate_text(weight)}
        elif rule.share_by is not None:
            yield from value_steps(self.terms, own, rule.share_by, rule.place)
            whole = sum(
                (
                    self._weight(node, m.person)
                    for m, node in zip(group, nodes, strict=True)
                    if passes(rule.when, node)
                ),
                Fraction(0),
            )
            text = N_("{weight} of {whole}, all {count} who qualify together")
            params |= {
                "weight": told(self.terms, rule.share_by, weight),
                "whole": told(self.terms, rule.share_by, whole),
            }
        yield Step(step="pay", text=text, params=params, amount=from_minor(units, digits), place=rule.place)


def _sum(expr: Expr, nodes: Sequence[Node]) -> Node:
    """One node for several: sums of actuals and of targets."""
    summed: dict[str, Score] = {}
    for measure in measures_of(expr):
        scores = [node[measure.key] for node in nodes if measure.key in node]
        if measure.scope != "own":
            summed[measure.key] = scores[0] if scores else Score(None)
            continue
        actuals = [score.pay for score in scores if score.pay is not None]
        targets = [score.target for score in scores if score.target is not None]
        places = tuple(dict.fromkeys(place for score in scores for place in score.places))
        target = sum(targets, Fraction(0)) if targets else None
        summed[measure.key] = Score(sum(actuals, Fraction(0)), target, places)
    return summed


def compile_pool(terms: Terms, component: Pool) -> PoolPay:
    """A pool ready to pay."""
    fund, own = measures(component.fund), measures(component.share_by, component.when)
    if component.scope == "plan":
        return PoolPay(terms, component, Reads(people=fund | own))
    if component.scope == "region":
        return PoolPay(terms, component, Reads(people=own, regions=fund))
    return PoolPay(terms, component, Reads(people=own, team=fund))
