"""One run of plans over a period: components in the order of need (`later_pay.py` says what comes after)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from salescli.calc.pay.by_deal import cut_by_deal
from salescli.calc.pay.clawback import claws
from salescli.calc.pay.coverage import Member
from salescli.calc.pay.draw import DrawPay
from salescli.calc.pay.earning import EarningPay
from salescli.calc.pay.hold import held
from salescli.calc.pay.order import in_order_of_need
from salescli.calc.pay.past import EARNED, Past
from salescli.calc.pay.registry import terms_of
from salescli.calc.pay.scores import Score, Scores
from salescli.calc.pay.shape import Compiled, Outcome
from salescli.calc.pay.to_date import pay_to_date
from salescli.findings import Finding, finding
from salescli.i18n import N_
from salescli.model.entry import Entry
from salescli.model.exact import to_minor
from salescli.model.expression import Measure
from salescli.model.period import Period
from salescli.model.plan import Earning, Plan
from salescli.workflows.paying.deal_news import deal_news
from salescli.workflows.paying.looks import Looks, Part, span_of
from salescli.workflows.paying.measure import managers_of
from salescli.workflows.paying.reckoned import Reckoned
from salescli.workflows.session import Session


class Running:
    """One period being reckoned."""

    def __init__(
        self,
        session: Session,
        period: Period,
        plans: Sequence[Compiled],
        past: Past,
        found: list[Finding],
        others: Sequence[Entry],
        as_of: date,
    ) -> None:
        self.session, self.period, self.found = session, period, found
        self.past = past.later()
        self.past.add(others)
        self.plans = plans
        self.as_of = as_of
        self.looks = Looks(session, period, plans, self.past, as_of)
        self.parts = self.looks.parts
        self.seen: dict[tuple[str, str], Scores] = {}
        self.outcomes: dict[tuple[str, str], list[Outcome]] = {}
        self.later: list[Outcome] = []

    # --- components

    def run(self) -> None:
        """Every component, those that rest on what others earned after these; draws last."""
        draws = [part for part in self.parts if isinstance(part.shape, DrawPay)]
        ordered, circle = in_order_of_need([part for part in self.parts if part not in draws])
        for part in circle:
            self.found.append(
                finding(
                    "P027",
                    part.shape.component.place,
                    N_("`{component}` rests on what others earn that rest on it"),
                    hint=N_("let one of them stand by itself"),
                    component=part.name,
                )
            )
        for part in ordered:
            scores = self.looks.of(part)
            self._earned(part)
            self.outcomes[part.key] = self._pay(part, scores)

    def _pay(self, part: Part, scores: Scores) -> list[Outcome]:
        component, plan = part.shape.component, part.compiled.plan
        if scores is not self.looks.scores:
            self.seen[part.key] = scores
        shape = part.shape
        by_deal = isinstance(shape, EarningPay) and cuts_by_deal(plan, shape, self.past)
        if span_of(component) is not None and isinstance(shape, EarningPay):
            now = self.looks.now(plan)
            credits = self.looks.credits_to_date(shape, scores) if by_deal else None
            outcomes = pay_to_date(shape, scores, now, part.members, self.past, self.found, credits)
        else:
            outcomes = shape.pay(scores, part.members, self.found)
            if by_deal and isinstance(shape, EarningPay):
                outcomes = cut_by_deal(shape, scores, outcomes, self.looks.credits(shape))
        if isinstance(component, Earning) and component.release is not None:
            entries = [e for o in outcomes for e in o.entries]
            news = deal_news(self.session, component, entries, self.period.end)
            outcomes = held(terms_of(shape), component, outcomes, news)
        return outcomes

    def _earned(self, part: Part) -> None:
        """Put what others earned into the nodes of those that read it: in this period, or to date."""
        for measure in sorted(part.reads, key=lambda m: m.key):
            if measure.of != "earned":
                continue
            minor = 10**self.session.digits
            looks = list(self.looks.all())
            begins = {scores.since or self.period.start for scores in looks}
            by_start = {start: self._sums(measure.metric, start) for start in sorted(begins)}
            for scores in looks:
                sums = by_start[scores.since or self.period.start]
                for member in self.looks.everybody:
                    units = sum(sums[who] for who in self._whose(measure, member, sums))
                    node = scores.people[member.person]
                    assert isinstance(node, dict)
                    node[measure.key] = Score(Fraction(units, minor))

    def _sums(self, component: str, since: date) -> Mapping[str, int]:
        """What everybody earned by a component from a day on, in smallest units."""
        sums: dict[str, int] = defaultdict(int)
        for entry in self._entries_of(component, since):
            sums[entry.person] += to_minor(entry.amount, self.session.digits)
        return sums

    def _entries_of(self, component: str, since: date) -> Iterator[Entry]:
        for key, outcomes in self.outcomes.items():
            if key[1] == component:
                for outcome in outcomes:
                    yield from (e for e in outcome.entries if e.kind in EARNED)
        for key3 in sorted(self.past.keys()):
            if key3[1] == component:
                within = self.past.within(self.past.of(*key3), since, self.period.end)
                yield from (e for e in within if e.kind in EARNED)

    def _whose(self, measure: Measure, member: Member, sums: Mapping[str, int]) -> list[str]:
        people = self.session.book.org.people
        if measure.scope == "own":
            return [member.person] if member.person in sums else []
        if measure.scope == "team":
            return sorted(sums)
        if measure.scope == "region":
            return [m.person for m in self.looks.everybody if m.region == member.region and m.person in sums]
        above = measure.scope == "all_reports"
        last = {m.person: m.last for m in self.looks.everybody}
        return [
            person
            for person in sorted(sums)
            if person in last and member.person in managers_of(people, person, last[person], above)
        ]

    def reckoned(self) -> Reckoned:
        """The result."""
        return Reckoned(
            period=self.period,
            as_of=self.as_of,
            scores=self.looks.scores,
            members={member.person: member for member in self.looks.everybody},
            outcomes=tuple(o for part in self.parts for o in self.outcomes.get(part.key, ()))
            + tuple(self.later),
            shapes={part.key: part.shape for part in self.parts},
            seen=self.seen,
            older=self.past.older,
        )


def cuts_by_deal(plan: Plan, shape: EarningPay, past: Past) -> bool:
    """Whether a component's earnings are written deal by deal."""
    release = shape.component.release
    measure = shape.credited
    return (
        measure is not None
        and measure.metric in shape.terms.columns
        and (claws(plan, past) or (release is not None and release.by_deal))
    )
