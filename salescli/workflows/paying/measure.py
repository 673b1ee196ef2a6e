"""Filling scores: what components read, of people, their reports, regions and the team (SPEC I1, I6)."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from salescli.calc.attain import metric_value
from salescli.calc.pay.coverage import Member
from salescli.calc.pay.scores import DealCredit, Node, Score, Scores
from salescli.calc.pay.shape import Reads
from salescli.calc.targets import Goal, TargetIndex
from salescli.model.exact import from_minor
from salescli.model.expression import ANY, Measure
from salescli.model.fact import Only
from salescli.model.org import Org, Person
from salescli.model.period import Period
from salescli.workflows.session import Session

if TYPE_CHECKING:
    from salescli.measures.facts import By
    from salescli.measures.lines import Lines
    from salescli.measures.settled import Settled

Totals = Mapping[tuple[str, ...], Mapping[str, int]]
MUST_SUM = ("reports", "all_reports")


def fill(
    session: Session,
    period: Period,
    as_of: date,
    members: Sequence[Member],
    reads: Reads,
    longer: Period | None = None,
    *,
    start: date | None = None,
    whole_target: bool = False,
) -> Scores:
    """Actuals and targets of all that components read; measures the facts as of the day.

    Args:
        longer: Look from its first day to the end of the period.
        start: With `longer`: look from this day of it instead.
        whole_target: With `longer`: be measured by its whole target, not by that of the days looked at.
    """
    with no_collection():
        since = None if longer is None else start or longer.start
        settled = session.facts.looking_beside
        at = _Filling(session, period, as_of, members, longer, since or period.start, whole_target)
        return Scores(
            period=period,
            since=since,
            people=at.people(reads.people),
            regions={m.region: at.region(reads.regions, m.region) for m in members},
            team={measure.key: at.whole(measure) for measure in reads.team},
            lines=partial(_lines, session, as_of, settled, since or period.start, period.end),
            above=lambda person, day, above: managers_of(session.book.org.people, person, day, above),
        )


def _lines(
    session: Session,
    as_of: date,
    settled: Settled | None,
    start: date,
    end: date,
    only: Only,
    columns: Sequence[str],
) -> Lines:
    """Credit lines as they were when scores were filled, whatever was asked of the facts since."""
    with session.facts.beside(settled):
        session.facts.run(as_of)
        return session.facts.lines(start, end, columns, only=only)


class _Filling:
    """One filling: totals are asked for once per dimension and filter."""

    def __init__(
        self,
        session: Session,
        period: Period,
        as_of: date,
        members: Sequence[Member],
        longer: Period | None,
        start: date,
        whole_target: bool,
    ) -> None:
        self.session, self.period, self.members = session, period, members
        self.longer, self.whole_target = longer, whole_target
        self.start = start
        self.policy, self.digits = session.book.policy, session.digits
        self.targets: TargetIndex = session.targets(as_of)
        self.months = () if longer is None else _months(start, period)
        self._totals: dict[tuple[tuple[By, ...], Only, bool], Totals] = {}
        self._apart: bool | None = None

    # --- nodes

    def people(self, reads: Collection[Measure]) -> dict[str, Node]:
        """Everybody's node."""
        nodes: dict[str, dict[str, Score]] = {member.person: {} for member in self.members}
        by_key = {measure.key: measure for measure in sorted(reads, key=lambda m: (m.key, m.of))}
        for measure in by_key.values():
            if measure.of == "earned":
                continue
            if measure.of == "personal":
                self._personal(measure, nodes)
            elif measure.scope == "own":
                self._own(measure, nodes)
            elif measure.scope in MUST_SUM:
                self._reports(measure, nodes)
            else:
                self._shared(measure, nodes)
        return dict(nodes)

    def _own(self, measure: Measure, nodes: Mapping[str, dict[str, Score]]) -> None:
        totals = self.totals(("person",), measure.only)
        paid = self.totals(("person",), measure.only, pay=True) if self.apart else None
        key, metric = measure.key, measure.metric
        for person, node in nodes.items():
            mine = (person,)
            actual = self.value(metric, totals.get(mine, {}))
            pay = None if paid is None else self.value(metric, paid.get(mine, {}))
            goal = self.goal(metric, measure.only, person=person)
            node[key] = self.score(actual, goal, pay if pay != actual else None)

    def _shared(self, measure: Measure, nodes: Mapping[str, dict[str, Score]]) -> None:
        """The region's or the team's figure in everybody's node."""
        known: dict[str, Score] = {}
        for member in self.members:
            where = member.region if measure.scope == "region" else ""
            if where not in known:
                known[where] = self.of_region(measure, where) if where else self.whole(measure)
            nodes[member.person][measure.key] = known[where]

    def _personal(self, measure: Measure, nodes: Mapping[str, dict[str, Score]]) -> None:
        for member in self.members:
            person = self.session.book.org.people[member.person]
            value = person.pay_on(measure.metric, member.last)
            actual = None if value is None else as_fraction(value)
            nodes[member.person][measure.key] = Score(actual, places=(person.place,))

    def _reports(self, measure: Measure, nodes: Mapping[str, dict[str, Score]]) -> None:
        """Sums over those who report to somebody, on the days on which they do."""
        people, above = self.session.book.org.people, measure.scope == "all_reports"
        sums = self._summed(measure, above)
        paid = self._summed(measure, above, pay=True) if self.apart else None
        goals: dict[str, list[Goal]] = defaultdict(list)
        for person, who in sorted(people.items()):
            last = who.last_day(self.start, self.period.end)
            goal = None if last is None else self.goal(measure.metric, measure.only, person=person)
            if goal is not None and last is not None:
                for manager in managers_of(people, person, last, above):
                    goals[manager].append(goal)
        for person, node in nodes.items():
            actual = self.value(measure.metric, sums.get(person, {}))
            pay = None if paid is None else self.value(measure.metric, paid.get(person, {}))
            goal = self.targets.together(list(goals.get(person, ())))
            node[measure.key] = self.score(actual, goal, pay if pay != actual else None)

    def _summed(self, measure: Measure, above: bool, pay: bool = False) -> Mapping[str, Mapping[str, int]]:
        """Manager → base metrics of those who report to them, on the days on which they do."""
        people = self.session.book.org.people
        sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for since, until in _spans(self.session.book.org, self.start, self.period.end):
            totals = self.totals(("person",), measure.only, since, until, pay)
            for (person,), base in totals.items():
                for manager in managers_of(people, person, since, above):
                    for name, units in base.items():
                        sums[manager][name] += units
        return sums

    def region(self, reads: Iterable[Measure], region: str) -> Node:
        """A region's node; the team's figures are in it too."""
        return {m.key: self.whole(m) if m.scope == "team" else self.of_region(m, region) for m in reads}

    def of_region(self, measure: Measure, region: str) -> Score:
        """One figure of a region."""
        mine = self.totals(("region",), measure.only).get((region,), {})
        goal = self.goal(measure.metric, measure.only, region=region)
        return self.score(self.value(measure.metric, mine), goal)

    def whole(self, measure: Measure) -> Score:
        """One figure of the team."""
        mine = self.totals((), measure.only).get((), {})
        return self.score(self.value(measure.metric, mine), self.goal(measure.metric, measure.only))

    # --- numbers

    @property
    def apart(self) -> bool:
        """Whether credits for pay differ from those for attainment."""
        if self._apart is None:
            self._apart = self.session.facts.pays_apart()
        return self._apart

    def totals(
        self,
        by: tuple[By, ...],
        only: Only,
        since: date | None = None,
        until: date | None = None,
        pay: bool = False,
    ) -> Totals:
        """Base metrics by key, from the first day looked at to the last, unless others are given."""
        facts = self.session.facts
        start, end = since or self.start, until or self.period.end
        chosen = None if only == ANY else only
        if since is not None and (start, end) != (self.start, self.period.end):
            return facts.totals(by, start, end, only=chosen, credits="pay" if pay else "attainment")
        key = (by, only, pay)
        if key not in self._totals:
            self._totals[key] = facts.totals(
                by, start, end, only=chosen, credits="pay" if pay else "attainment"
            )
        return self._totals[key]

    def value(self, metric: str, base: Mapping[str, int]) -> Fraction | None:
        """A metric from base totals."""
        return metric_value(self.policy, metric, base, self.digits)

    def score(self, actual: Fraction | None, goal: Goal | None, paid: Fraction | None = None) -> Score:
        """A figure with its target."""
        if goal is None:
            return Score(actual, None, (), paid)
        target = as_fraction(goal.value)
        if self.session.target_factor != 1:
            target *= self.session.target_factor
        return Score(actual, target, goal.places, paid)

    def goal(
        self,
        metric: str,
        only: Only = ANY,
        *,
        region: str | None = None,
        person: str | None = None,
    ) -> Goal | None:
        """A target over all days looked at; of the one product or region that a filter names."""
        product = only.product[0] if len(only.product) == 1 else None
        region = only.region[0] if len(only.region) == 1 and region is None else region
        find = partial(self.targets.find, metric, region=region, product=product, person=person)
        if self.longer is None:
            return find(self.period)
        if self.whole_target or (self.start, self.period.end) == (self.longer.start, self.longer.end):
            goal = find(self.longer)
            if goal is not None or self.whole_target:
                return goal
        return self.targets.together([find(month) for month in self.months]) or find(self.longer)


def _months(start: date, period: Period) -> tuple[Period, ...]:
    months = []
    day = start
    while day <= period.end:
        months.append(Period.month_of(day, period.fiscal))
        day = months[-1].end + timedelta(days=1)
    return tuple(months)


def managers_of(people: Mapping[str, Person], person: str, day: date, above: bool) -> list[str]:
    """Somebody's manager on a day, or (`above`) everybody above them."""
    found: list[str] = []
    at = people.get(person)
    while at is not None:
        manager = at.manager_on(day)
        if manager is None or manager in found or manager == person:
            break
        found.append(manager)
        at = people.get(manager) if above else None
    return found


def _spans(org: Org, start: date, end: date) -> list[tuple[date, date]]:
    """Spans of days in which nobody's manager changes."""
    changes = {
        at.since
        for person in org.people.values()
        if any(a.manager for a in person.assignments)
        for at in person.assignments
        if start < at.since <= end
    }
    begins = [start, *sorted(changes)]
    ends = [day - timedelta(days=1) for day in begins[1:]] + [end]
    return list(zip(begins, ends, strict=True))


def deal_credits(
    session: Session, measure: Measure, column: str, start: date, end: date
) -> dict[str, list[DealCredit]]:
    """The credits behind a measure that sums deals, by person, each in date, then id order."""
    lines = session.facts.lines(start, end, (column,), only=measure.only)
    digits = 0 if column == "quantity" else session.digits
    found: dict[str, list[DealCredit]] = defaultdict(list)
    rows = zip(*(lines[name].tolist() for name in ("person", "deal_id", "day", column, "kind")), strict=True)
    for person, deal_id, day, units, kind in rows:
        if kind != "attainment":
            found[person].append(DealCredit(deal_id, day, Fraction(from_minor(units, digits))))
    return found


def as_fraction(value: Decimal | Fraction) -> Fraction:
    """The same number as a fraction."""
    return value if isinstance(value, Fraction) else Fraction(*value.as_integer_ratio())


@contextmanager
def no_collection() -> Iterator[None]:
    """Hold the collector of reference cycles: half of the time of paying many would go to it, for none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
