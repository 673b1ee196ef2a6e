"""Beside what missed its target: who in it is furthest behind, what fell, what is not collected (SPEC A4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from salescli.calc.attain import base_metrics
from salescli.calc.track.tree import Node
from salescli.findings import Span
from salescli.i18n import N_
from salescli.model.exact import plain, rate_text
from salescli.model.note import Evidence
from salescli.model.org import Person
from salescli.model.table import Line
from salescli.workflows.analysing.against import MOM, against
from salescli.workflows.analysing.figures import Figures
from salescli.workflows.analysing.misses import Miss, places
from salescli.workflows.tracking.track_view import View

MOST = 3
"""So many are told of each."""
Kind = Literal["target", "before", "deal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """Somebody, or a deal, behind what missed.

    Attributes:
        name: Of the person, or the deal's id.
        kind: What `actual` stands beside: their target, the period before, the deal's amount.
        unit: Of both figures.
        when: The period before; empty for the others.
    """

    name: str
    kind: Kind
    unit: str
    actual: Fraction
    beside: Fraction
    when: str = ""
    at: tuple[str, ...] = ()

    def evidence(self, digits: int) -> Evidence:
        """As a diagnosis keeps it: in figures that read alike in every language."""
        text = f"{self.name} {_figure(self.unit, self.actual, digits)} / "
        text += _figure(self.unit, self.beside, digits) + (f" ({self.when})" if self.when else "")
        return Evidence(text=text, at=self.at)

    def note(self, beside: str) -> Line:
        """What it is beside, for people; `beside` is that figure as they read it."""
        params: dict[str, object] = {"beside": beside, "when": self.when}
        if self.kind == "target":
            return Line(template=N_("target {beside}"), params=params)
        if self.kind == "before":
            return Line(template=N_("{when}: {beside}"), params=params)
        return Line(template=N_("received, of {beside}"), params=params)


def _figure(unit: str, value: Fraction, digits: int) -> str:
    if unit == "rate":
        return rate_text(value, 1)
    return f"{Decimal(plain(value, digits)):,}"


class Behinds:
    """Looks up what is behind misses; reads further figures only where they are needed."""

    def __init__(self, view: View, found: Sequence[Miss]) -> None:
        self.view, self.found = view, found
        self._then: tuple[Figures, str] | None = None
        self._looked = False

    def of(self, miss: Miss, *, deals: bool) -> tuple[Behind, ...]:
        """Of a group its people who missed theirs, else those with the lowest rate, or who fell most; of a
        person, if `deals`, the deals with most still to come, else where no process metric speaks what it was
        before."""
        node = miss.node
        if node.person is not None:
            told = list(self._uncollected(miss)) if deals else []
            return tuple(told if told or miss.weak else self._own_before(miss))
        missed = self._missed(miss) if node.product is None else []
        ratio = self.view.policy.metrics[miss.metric].ratio is not None
        told = missed or list(self._lowest(miss) if ratio else self._fallen(miss))
        return tuple(told[:MOST])

    def _missed(self, miss: Miss) -> list[Behind]:
        """People within a region, or the team, who missed the same target, the furthest behind first."""
        within = [
            one
            for one in self.found
            if one.metric == miss.metric
            and one.node.person is not None
            and miss.node.region in (None, one.node.region)
        ]
        worst = sorted(within, key=lambda one: (one.actual / Fraction(one.goal.value), one.about))
        return [
            self._behind(
                miss, str(one.node.name), "target", one.actual, Fraction(one.goal.value), one.goal.places
            )
            for one in worst
        ]

    def _behind(
        self,
        miss: Miss,
        name: str,
        kind: Kind,
        actual: Fraction,
        beside: Fraction,
        spans: Iterable[Span] = (),
        when: str = "",
    ) -> Behind:
        unit = self.view.policy.metrics[miss.metric].unit
        return Behind(
            name=name, kind=kind, unit=unit, actual=actual, beside=beside, when=when, at=places(spans)
        )

    def _people(self, miss: Miss) -> Iterator[tuple[Person, Node]]:
        """Everybody, each restricted to what they did in a group."""
        node = miss.node
        for person in self.view.session.book.org.people.values():
            yield person, Node(name=person.name, product=node.product, person=person, within=node.region)

    def _lowest(self, miss: Miss) -> Iterator[Behind]:
        """People whose rate, of what they did in it, is below the group's target."""
        target = Fraction(miss.goal.value)
        rates = [(self.view.actual(miss.metric, node), person) for person, node in self._people(miss)]
        known = [(rate, person) for rate, person in rates if rate is not None and rate < target]
        for rate, person in sorted(known, key=lambda pair: (pair[0], pair[1].id)):
            yield self._behind(miss, person.name, "target", rate, target)

    def _fallen(self, miss: Miss) -> Iterator[Behind]:
        """People who did less of it than in the period before, or than in as many working days of it."""
        known = self._before()
        if known is None:
            return
        before, when = known
        moved = []
        for person, node in self._people(miss):
            now = self.view.actual(miss.metric, node) or Fraction(0)
            then = before.actual(miss.metric, node) or Fraction(0)
            if now < then:
                moved.append((now - then, person.id, person.name, now, then))
        for _, _, name, now, then in sorted(moved):
            yield self._behind(miss, name, "before", now, then, when=when)

    def _own_before(self, miss: Miss) -> Iterator[Behind]:
        known = self._before()
        then = known[0].actual(miss.metric, miss.node) if known is not None else None
        if known is not None and then is not None:
            yield self._behind(miss, str(miss.node.name), "before", miss.actual, then, when=known[1])

    def _before(self) -> tuple[Figures, str] | None:
        if not self._looked:
            view, self._looked = self.view, True
            running = view.as_of < view.period.end
            one = against(view.session, view.period, view.as_of, MOM, as_far=running)
            if one.because is None:
                then = Figures(view.session, one.start, one.end, one.end, measured=view.as_of)
                days = f"{one.start.isoformat()} – {one.end.isoformat()}"
                self._then = (then, one.period.text if one.end == one.period.end else days)
        return self._then

    def _uncollected(self, miss: Miss) -> Iterator[Behind]:
        """Of a person who collected too little: the deals of the period with most still to come."""
        view, person = self.view, miss.node.person_id
        bases = [view.policy.metrics[one].base for one in base_metrics(view.policy, miss.metric)]
        if not any(base is not None and base.source == "collections" for base in bases):
            return
        deals = {
            line.deal_id: line for line in view.session.facts.credits(person, view.period.start, view.as_of)
        }
        paid = view.session.facts.cash_of(deals, view.as_of)
        owing = [(line.deal_amount - paid.get(one, Decimal(0)), one) for one, line in deals.items()]
        for rest, one in sorted(owing, key=lambda pair: (-pair[0], pair[1]))[:MOST]:
            if rest > 0:
                line, received = deals[one], Fraction(paid.get(one, Decimal(0)))
                yield Behind(
                    name=one,
                    kind="deal",
                    unit="money",
                    actual=received,
                    beside=Fraction(line.deal_amount),
                    at=places((line.deal_place,)),
                )
