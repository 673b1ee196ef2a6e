"""Prizes for the first ones (SPEC I3; semantics in docs/semantics.md, "Ranking")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from salescli.calc.pay.coverage import Member
from salescli.calc.pay.rank import Place, Rules, ranked
from salescli.calc.pay.rank_trace import list_steps, standing_steps
from salescli.calc.pay.scores import Scores
from salescli.calc.pay.shape import Outcome, Reads, Terms, measures
from salescli.calc.pay.trace import Trace
from salescli.findings import Finding
from salescli.i18n import N_
from salescli.model.entry import Entry, Step
from salescli.model.exact import apportion, from_minor, round_to, to_minor
from salescli.model.plan import Ranking

Won = tuple[Place, int]


@dataclass(frozen=True, slots=True)
class RankingPay:
    """A compiled `Ranking` component; `awards` in the currency's smallest units."""

    terms: Terms
    component: Ranking
    rules: Rules
    awards: tuple[int, ...]
    reads: Reads

    def pay(self, scores: Scores, members: Sequence[Member], found: list[Finding]) -> list[Outcome]:
        """Prizes of the members; see `Shape`."""
        places = ranked(self.rules, scores, members)
        won: dict[str, Won] = {}
        for _, group in groupby(places, key=lambda at: (at.field, at.rank)):
            won.update(self._prizes(list(group)))
        return [self._outcome(scores, member, places, won.get(member.person)) for member in members]

    def _prizes(self, tied: list[Place]) -> dict[str, Won]:
        """What those who share a rank get: the prizes of the ranks they cover, cut evenly to the cent, or
        (`same`) the rank's own prize each."""
        first = tied[0].rank - 1
        if self.component.ties == "same":
            each = self.awards[first] if first < len(self.awards) else 0
            return {at.member.person: (at, each) for at in tied}
        pot = sum(self.awards[first : first + len(tied)])
        parts = apportion(pot, [1] * len(tied))
        return {at.member.person: (at, part) for at, part in zip(tied, parts, strict=True)}

    def _outcome(self, scores: Scores, member: Member, places: list[Place], won: Won | None) -> Outcome:
        trace = Trace(self._steps, scores, member, places, won)
        entries: tuple[Entry, ...] = ()
        if won is not None and won[1]:
            entries = (self._entry(scores.period.text, member.person, won, trace),)
        return Outcome(
            scores.period.text, member.person, self.terms.plan, self.component.name, trace, entries
        )

    def _entry(self, period: str, person: str, won: Won, trace: Trace) -> Entry:
        place, units = won
        return Entry(
            period=period,
            person=person,
            plan=self.terms.plan,
            component=self.component.name,
            kind="award",
            amount=from_minor(units, self.terms.digits),
            currency=self.terms.currency,
            cause=" ".join(("rank", f"{place.rank}{'=' if place.tied > 1 else ''}", place.field)).strip(),
            rule=self.component.place,
            steps=trace,
        )

    def _steps(
        self, scores: Scores, member: Member, places: list[Place], won: Won | None
    ) -> tuple[Step, ...]:
        rule = self.component
        steps = [*standing_steps(self.terms, self.rules, rule.place, scores, member)]
        field = member.region if self.rules.by_region else ""
        there = [at for at in places if at.field == field]
        steps += list_steps(self.terms, self.rules, rule.place, there, len(self.awards), member.person)
        if won is None:
            return (*steps, Step(step="pay", text=N_("not ranked: no prize"), place=rule.place))
        place, units = won
        text = N_("prize of rank {rank}") if place.tied == 1 else _TIED[rule.ties]
        if not units:
            text = N_("rank {rank}: no prize")
        prize = Step(
            step="pay",
            text=text,
            params={"rank": place.rank, "tied": place.tied, "last": place.rank + place.tied - 1},
            amount=from_minor(units, self.terms.digits),
            place=rule.place,
        )
        return (*steps, prize)


_TIED = {
    "split": N_(
        "{tied} share rank {rank}: the prizes of ranks {rank} to {last} are split evenly, to the cent"
    ),
    "same": N_("{tied} share rank {rank}: the prize of rank {rank} for each"),
    "tiebreak": N_("prize of rank {rank}"),
}


def compile_ranking(terms: Terms, component: Ranking) -> RankingPay:
    """Awards in smallest units, and the rules of placing."""
    rules = Rules(
        by=component.rank_by,
        conditions=(component.when, component.minimum),
        by_region=component.scope == "region",
        tiebreak=component.tiebreak if component.ties == "tiebreak" else None,
    )
    awards = tuple(
        to_minor(round_to(a, terms.digits, component.rounding), terms.digits) for a in component.awards
    )
    reads = measures(component.rank_by, component.when, component.minimum, *component.tiebreak)
    return RankingPay(terms, component, rules, awards, Reads(people=reads))
