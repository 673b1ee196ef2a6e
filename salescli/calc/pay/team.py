"""A fixed sum for every member of a region (or the team) that meets its gate (SPEC I4; docs/semantics.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from salescli.calc.pay.condition import gate_steps, passes
from salescli.calc.pay.coverage import Member
from salescli.calc.pay.scores import NOTHING, Node, Scores
from salescli.calc.pay.shape import Outcome, Reads, Terms, measures
from salescli.calc.pay.steps import actual_step, attainment_step, target_step
from salescli.calc.pay.trace import Trace
from salescli.findings import Finding
from salescli.i18n import N_
from salescli.model.condition import measures_in
from salescli.model.entry import Entry, Step
from salescli.model.exact import round_to
from salescli.model.expression import Measure
from salescli.model.plan import TeamAward


@dataclass(frozen=True, slots=True)
class TeamPay:
    """A compiled `TeamAward` component; `measures` are those its gate reads, each once."""

    terms: Terms
    component: TeamAward
    measures: tuple[Measure, ...]
    amount: Decimal
    reads: Reads

    def pay(self, scores: Scores, members: Sequence[Member], found: list[Finding]) -> list[Outcome]:
        """The sum for each member who belongs to the scope on the period's last day; see `Shape`."""
        met: dict[str, bool] = {}
        outcomes = []
        for member in members:
            scope = self._scope(member)
            if scope not in met:
                met[scope] = passes(self.component.when, self._node(scores, scope))
            pays = met[scope] and member.last == scores.period.end
            outcomes.append(self._outcome(scores, member, scope, pays))
        return outcomes

    def _scope(self, member: Member) -> str:
        return member.region if self.component.scope == "region" else ""

    def _node(self, scores: Scores, scope: str) -> Node:
        return scores.regions.get(scope, {}) if self.component.scope == "region" else scores.team

    def _outcome(self, scores: Scores, member: Member, scope: str, pays: bool) -> Outcome:
        rule, period = self.component, scores.period.text
        trace = Trace(self._steps, scores, member, scope, pays)
        entries: tuple[Entry, ...] = ()
        if pays and self.amount:
            entry = Entry(
                period=period,
                person=member.person,
                plan=self.terms.plan,
                component=rule.name,
                kind="award",
                amount=self.amount,
                currency=self.terms.currency,
                cause=f"region {scope}" if scope else "team",
                rule=rule.place,
                steps=trace,
            )
            entries = (entry,)
        return Outcome(period, member.person, self.terms.plan, rule.name, trace, entries)

    def _steps(self, scores: Scores, member: Member, scope: str, pays: bool) -> tuple[Step, ...]:
        rule, node = self.component, self._node(scores, scope)
        steps: list[Step] = []
        told = N_("{metric} of region {region}") if scope else N_("{metric} of the team")
        for measure in self.measures:
            score = node.get(measure.key, NOTHING)
            steps.append(actual_step(self.terms, "credit", told, measure, score.actual, region=scope))
            if measure.of != "actual":
                steps.append(target_step(self.terms, measure, score))
            if measure.of == "attainment":
                steps.append(attainment_step(self.terms, measure, score))
        if rule.when is not None:
            steps += gate_steps(self.terms, rule.when, node, rule.place, [m.key for m in self.measures])
        steps.append(self._last_step(member, scores.period.end, pays))
        return tuple(steps)

    def _last_step(self, member: Member, end: date, pays: bool) -> Step:
        text = N_("per head, for every member on {end}")
        if not pays:
            text = N_("the gate is not met: nothing is paid")
            if member.last != end:
                text = N_("not a member on {end}: nothing is paid")
        return Step(
            step="pay",
            text=text,
            params={"end": end.isoformat()},
            amount=self.amount if pays else Decimal(0),
            place=self.component.place,
        )


def compile_team(terms: Terms, component: TeamAward) -> TeamPay:
    """The amount per head, and what the gate reads."""
    asked = tuple(dict.fromkeys(measures_in(component.when))) if component.when else ()
    read = measures(component.when)
    reads = Reads(regions=read) if component.scope == "region" else Reads(team=read)
    amount = round_to(component.per_head, terms.digits, component.rounding)
    return TeamPay(terms, component, asked, amount, reads)
