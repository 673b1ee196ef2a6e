"""What earnings that name no deal owe to each deal (docs/semantics.md, "Attribution")."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from salescli.books.settlements import read_entries, read_rows, settlement_path
from salescli.calc.pay.by_deal import merged
from salescli.calc.pay.earning import EarningPay
from salescli.calc.pay.scores import DealCredit
from salescli.calc.pay.shape import ByDeal, Outcome
from salescli.model.entry import Entry
from salescli.model.exact import from_minor, to_minor
from salescli.model.expression import Measure
from salescli.model.period import Period
from salescli.model.settlement import PARTS
from salescli.workflows.paying.measure import managers_of
from salescli.workflows.paying.reckoned import Reckoned
from salescli.workflows.session import Session
from salescli.workflows.settling.beside import beside_of, first_settled, settled_before

Part = tuple[DealCredit, Decimal]
"""A credit and what of somebody's earnings rests on it."""

_Key = tuple[str, str, str]
"""Plan, component, person."""


class Parts:
    """The parts of one period's earnings; credits are looked up once a component."""

    def __init__(self, session: Session, one: Reckoned) -> None:
        self._session, self._one = session, one
        self._credits: dict[tuple[str, str, date], Mapping[str, list[DealCredit]]] = {}
        self._before: dict[date, Mapping[_Key, Mapping[str, Decimal]]] = {}

    def of(self, outcome: Outcome) -> list[Part]:
        """The deals that somebody's earnings of a component rest on, as far as no entry names them; none if
        they do not rest on deals."""
        one, digits = self._one, self._session.digits
        shape = one.shapes.get((outcome.plan, outcome.component))
        if not isinstance(shape, ByDeal) or any(map(_names_a_deal, outcome.entries)):
            return []
        credits = merged(self._of_component(outcome, shape).get(outcome.person, ()))
        if isinstance(shape, EarningPay) and shape.component.to_date is not None:
            return self._to_date(outcome, shape, credits, self.starts(outcome))
        node = one.looked_at(outcome.plan, outcome.component).people.get(outcome.person, {})
        earned = sum(to_minor(e.amount, digits) for e in outcome.entries if e.kind == "earning")
        parts = shape.parts(node, [credit.value for credit in credits], earned)
        if parts is None:
            return []
        return [(credit, from_minor(part, digits)) for credit, part in zip(credits, parts, strict=True)]

    def starts(self, outcome: Outcome) -> date:
        """The first day whose credits a component's earnings rest on."""
        return self._one.looked_at(outcome.plan, outcome.component).first(outcome.person)

    def _to_date(
        self, outcome: Outcome, shape: EarningPay, credits: Sequence[DealCredit], since: date
    ) -> list[Part]:
        """What each deal is worth to date less what it was before: nothing now where it is gone.

        Deals of months before the first settlement were never paid by one.
        """
        scores = self._one.looked_at(outcome.plan, outcome.component)
        node, days = scores.people.get(outcome.person, {}), scores.days.get(outcome.person)
        came = shape.entitled(node, days)
        parts = shape.parts(node, [c.value for c in credits], 0 if came is None else came.earning)
        worth = dict(zip((c.deal_id for c in credits), parts or [0] * len(credits), strict=True))
        before = self._worth_before(outcome, since)
        first = first_settled(self._session, self._one.period) or self._one.period.start
        known = {credit.deal_id: credit for credit in credits if credit.day >= first or credit.day == since}
        known |= {deal: DealCredit(deal, since, Fraction(0)) for deal in before.keys() - known.keys()}
        digits, nothing = self._session.digits, Decimal(0)
        less = (
            (known[deal], from_minor(worth.get(deal, 0), digits) - before.get(deal, nothing))
            for deal in sorted(known)
        )
        return [(credit, part) for credit, part in less if part]

    def _worth_before(self, outcome: Outcome, since: date) -> Mapping[str, Decimal]:
        """What settlements from a day on, before this period, say that each deal was worth to somebody."""
        settled, found = self._settled(since), defaultdict[str, Decimal](Decimal)
        for plan in (outcome.plan, *self._one.older.get(outcome.plan, ())):
            for deal, amount in settled.get((plan, outcome.component, outcome.person), {}).items():
                found[deal] += amount
        return found

    def _settled(self, since: date) -> Mapping[_Key, Mapping[str, Decimal]]:
        """The same of every plan, component and person: parts, and entries that name a deal; also what is
        taken back with this month."""
        if since not in self._before:
            found: dict[_Key, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
            root, period = self._session.book.root, self._one.period
            adjusted = [o for o in self._one.outcomes if o.period != period.text]
            entries = [entry for outcome in adjusted for entry in outcome.entries]
            for month in settled_before(self._session, period):
                path = settlement_path(root, month.text).parent / PARTS
                if month.start >= since and path.is_file():
                    for row in read_rows(path):
                        key = (row["plan"], row["component"], row["person"])
                        found[key][row["deal_id"]] += Decimal(row["amount"])
                if month.start >= since:
                    entries += read_entries(root, month.text)
            for entry in (e for e in entries if e.deal_id and e.kind in ("earning", "adjustment")):
                if Period.parse(entry.period, period.fiscal).start >= since:
                    found[entry.plan, entry.component, entry.person][entry.deal_id] += entry.amount
            self._before[since] = found
        return self._before[since]

    def _of_component(self, outcome: Outcome, shape: ByDeal) -> Mapping[str, list[DealCredit]]:
        key = (outcome.plan, outcome.component, self.starts(outcome))
        if key not in self._credits:
            self._credits[key] = self._look_up(outcome, shape, key[2])
        return self._credits[key]

    def _look_up(self, outcome: Outcome, shape: ByDeal, start: date) -> Mapping[str, list[DealCredit]]:
        session, one = self._session, self._one
        measure = shape.paid_on
        if measure is None or not _can_go(session, measure):
            return {}
        longer = shape.component.to_date if isinstance(shape, EarningPay) else None
        with session.facts.beside(beside_of(session, one.period, outcome.plan, longer, start)):
            session.facts.run(one.as_of)
            rows = session.facts.by_deal(measure.metric, start, one.period.end, measure.only)
        unit = 10**session.digits if session.book.policy.metrics[measure.metric].unit == "money" else 1
        found: dict[str, list[DealCredit]] = defaultdict(list)
        for person, deal, day, value in rows:
            for whose in _whose(session, measure, person, day):
                found[whose].append(DealCredit(deal, day, Fraction(value, unit)))
        return found


def _names_a_deal(entry: Entry) -> bool:
    return bool(entry.deal_id)


def _can_go(session: Session, measure: Measure) -> bool:
    """Whether what a measure adds up is given back at its own amount: deals that count, and new customers.

    Receipts and activities that go count with their sign instead (docs/settlement.md).
    """
    base = session.book.policy.metrics[measure.metric].base
    of_deals = base is not None and base.source in ("deals", "customers")
    return of_deals and measure.scope in ("own", "reports", "all_reports")


def _whose(session: Session, measure: Measure, person: str, day: date) -> Sequence[str]:
    if measure.scope == "own":
        return (person,)
    return managers_of(session.book.org.people, person, day, measure.scope == "all_reports")


def part_rows(session: Session, reckoned: Iterable[Reckoned]) -> Iterator[tuple[str, ...]]:
    """The rows of a settlement's `parts.csv`, for plans that reverse; sorted."""
    reverse = {plan.id for plan in session.book.plans if plan.closed_periods == "reverse"}
    rows = []
    for one in reckoned:
        parts = Parts(session, one)
        earned = _earned(one, reverse).items()
        for key, outcome in sorted(earned, key=lambda pair: parts.starts(pair[1])):  # few looks at the facts
            rows += [(*key, credit.deal_id, format(part, "f")) for credit, part in parts.of(outcome) if part]
    yield from sorted(rows)


def _earned(one: Reckoned, plans: set[str]) -> dict[tuple[str, str, str, str], Outcome]:
    """What each person's components of the period came to; what rests on earlier pay stands after that."""
    found: dict[tuple[str, str, str, str], Outcome] = {}
    for outcome in one.outcomes:
        if outcome.plan in plans and outcome.period == one.period.text:
            found.setdefault((outcome.period, outcome.person, outcome.plan, outcome.component), outcome)
    return found
