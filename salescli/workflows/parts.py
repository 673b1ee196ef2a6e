"""What an earning that names no deal owes to each deal (docs/semantics.md, "Attribution")."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from salescli.calc.pay.attribute import attribute
from salescli.calc.pay.by_deal import merged
from salescli.calc.pay.registry import deal_columns
from salescli.calc.pay.scores import DealCredit
from salescli.calc.pay.shape import ByDeal, Outcome
from salescli.model.entry import Entry
from salescli.workflows.beside import beside_of
from salescli.workflows.measure import deal_credits
from salescli.workflows.reckon_period import Reckoned
from salescli.workflows.session import Session

Part = tuple[DealCredit, Decimal]
"""A credit and what of an entry rests on it."""


class Parts:
    """The parts of one period's entries; credits are looked up once a component."""

    def __init__(self, session: Session, one: Reckoned) -> None:
        self._session, self._one = session, one
        self._credits: dict[tuple[str, str], dict[str, list[DealCredit]]] = {}

    def of(self, outcome: Outcome, entry: Entry) -> list[Part]:
        """The deals an entry rests on, with their parts; none if it names one, or does not rest on deals."""
        one = self._one
        shape = one.shapes.get((outcome.plan, outcome.component))
        if entry.deal_id or not isinstance(shape, ByDeal):
            return []
        credits = merged(self._of_component(outcome, shape).get(outcome.person, ()))
        if not credits:
            return []
        node = one.looked_at(outcome.plan, outcome.component).people.get(outcome.person, {})
        weights = shape.weights(node, [credit.value for credit in credits])
        if weights is None:
            return []
        return list(self._cut(entry, credits, weights))

    def _cut(self, entry: Entry, credits: Sequence[DealCredit], weights: Sequence[object]) -> Iterator[Part]:
        """Of what is earned to date, an earning rests on this period's credits, a true-up on earlier ones."""
        start = self._one.period.start
        early = entry.kind == "adjustment"
        pairs = [(c, w) for c, w in zip(credits, weights, strict=True) if (c.day < start) is early]
        parts = attribute(entry.amount, self._session.digits, [w for _, w in pairs])  # type: ignore[misc]
        yield from ((credit, part) for (credit, _), part in zip(pairs, parts, strict=True))

    def _of_component(self, outcome: Outcome, shape: ByDeal) -> dict[str, list[DealCredit]]:
        key = (outcome.plan, outcome.component)
        if key not in self._credits:
            self._credits[key] = self._look_up(outcome, shape)
        return self._credits[key]

    def _look_up(self, outcome: Outcome, shape: ByDeal) -> dict[str, list[DealCredit]]:
        session, one = self._session, self._one
        measure = shape.credited
        column = "" if measure is None else deal_columns(session.book.policy).get(measure.metric, "")
        if measure is None or not column:
            return {}
        start = one.looked_at(outcome.plan, outcome.component).since or one.period.start
        with session.facts.beside(beside_of(session, one.period, outcome.plan, start)):
            session.facts.run(one.as_of)
            return deal_credits(session, measure, column, start, one.period.end)


def part_rows(session: Session, reckoned: Iterable[Reckoned]) -> Iterator[tuple[str, ...]]:
    """The rows of a settlement's `parts.csv`, for plans that reverse; sorted."""
    reverse = {plan.id for plan in session.book.plans if plan.closed_periods == "reverse"}
    rows = []
    for one in reckoned:
        parts = Parts(session, one)
        for outcome in one.outcomes:
            for entry in outcome.entries if outcome.plan in reverse else ():
                if entry.kind in ("earning", "adjustment") and not entry.settled_with:
                    key = (entry.period, entry.person, entry.plan, entry.component)
                    rows += [
                        (*key, credit.deal_id, format(part, "f"))
                        for credit, part in parts.of(outcome, entry)
                        if part
                    ]
    yield from sorted(rows)
