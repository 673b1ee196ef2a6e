"""Recognition without money: who comes first (SPEC I5; semantics in docs/semantics.md, "Recognition")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from salescli.calc.pay.coverage import Member
from salescli.calc.pay.rank import Place, Rules, ranked
from salescli.calc.pay.rank_trace import list_steps, standing_steps
from salescli.calc.pay.scores import Scores
from salescli.calc.pay.shape import Outcome, Reads, Terms, measures
from salescli.calc.pay.trace import Trace
from salescli.findings import Finding
from salescli.i18n import N_
from salescli.model.entry import Honour, Step
from salescli.model.plan import Recognition


@dataclass(frozen=True, slots=True)
class RecognitionList:
    """A compiled `Recognition` component: everybody whose rank is within `top`, equal ones together."""

    terms: Terms
    component: Recognition
    rules: Rules
    reads: Reads

    def pay(self, scores: Scores, members: Sequence[Member], found: list[Finding]) -> list[Outcome]:
        """Honours, no money; see `Shape`."""
        places = ranked(self.rules, scores, members)
        by_person = {at.member.person: at for at in places}
        return [self._outcome(scores, member, places, by_person.get(member.person)) for member in members]

    def _outcome(self, scores: Scores, member: Member, places: list[Place], at: Place | None) -> Outcome:
        rule, period = self.component, scores.period.text
        trace = Trace(self._steps, scores, member, places, at)
        honours: tuple[Honour, ...] = ()
        if at is not None and at.rank <= rule.top:
            honour = Honour(
                period=period,
                person=member.person,
                plan=self.terms.plan,
                component=rule.name,
                award=rule.award,
                rank=at.rank,
                value=at.value,
                unit=self.terms.unit(rule.rank_by),
                rule=rule.place,
                steps=trace,
            )
            honours = (honour,)
        return Outcome(period, member.person, self.terms.plan, rule.name, trace, (), honours)

    def _steps(
        self, scores: Scores, member: Member, places: list[Place], at: Place | None
    ) -> tuple[Step, ...]:
        rule = self.component
        steps = [*standing_steps(self.terms, self.rules, rule.place, scores, member)]
        field = member.region if self.rules.by_region else ""
        there = [at for at in places if at.field == field]
        steps += list_steps(self.terms, self.rules, rule.place, there, rule.top, member.person)
        text = N_("{award}: the first {top} are recognised")
        if at is None or at.rank > rule.top:
            text = N_("{award}: not among the first {top}")
        return (
            *steps,
            Step(step="honour", text=text, params={"award": rule.award, "top": rule.top}, place=rule.place),
        )


def compile_recognition(terms: Terms, component: Recognition) -> RecognitionList:
    """The rules of placing."""
    rules = Rules(
        by=component.rank_by,
        conditions=(component.when, component.minimum),
        by_region=component.scope == "region",
    )
    reads = measures(component.rank_by, component.when, component.minimum)
    return RecognitionList(terms, component, rules, Reads(people=reads))
