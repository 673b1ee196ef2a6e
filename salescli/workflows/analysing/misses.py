"""What missed its target, and what stands beside it: process metrics and notes (SPEC A4, A5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

from salescli.calc.diagnose import Against, cases_of, missed, process_metrics, weaknesses
from salescli.calc.targets import Goal
from salescli.calc.track.tree import Node, Wanted, home, tree
from salescli.findings import Span
from salescli.i18n import N_
from salescli.model.exact import plain, rate_text
from salescli.model.metric import Light
from salescli.model.note import TEAM, Diagnosis, Evidence, Note, Notes
from salescli.model.period import Period
from salescli.workflows.session import Session
from salescli.workflows.tracking.track import targeted
from salescli.workflows.tracking.track_view import View
from salescli.workflows.tracking.weekly import shortfalls

MOST_PLACES = 3
KINDS = {
    "feedback": N_("feedback"),
    "customer": N_("customer"),
    "circumstance": N_("circumstance"),
    "lesson": N_("lesson"),
    "practice": N_("practice"),
    "other": N_("other"),
    "report": N_("weekly report"),
}
"""Kind of note → its word; `report` is the reason for a shortfall in a weekly report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A target somebody missed.

    Attributes:
        due: What is due of the target by the day looked from, in a running period; None at its end.
        light: Of the actual against the target, or in a running period against what is due.
        weak: Process metrics below the team's.
    """

    metric: str
    node: Node
    actual: Fraction
    goal: Goal
    due: Fraction | None
    light: Light
    weak: tuple[Against, ...] = ()

    @property
    def about(self) -> str:
        """Id of whom it is about, as of a diagnosis."""
        return self.node.person_id or self.node.product or self.node.region or TEAM

    @property
    def diagnosis_id(self) -> str:
        """Metric and whom, as a diagnosis of a period calls them."""
        return f"{self.about}.{self.metric}"


def misses(view: View, person: str | None = None) -> tuple[Miss, ...]:
    """Everything that missed its target, in the order of `status`: by metric, then team, regions, people,
    product lines."""
    nodes = list(_nodes(view, person))
    heads = _heads(view)
    found: list[Miss] = []
    for metric in targeted(view):
        of_metric = [miss for node in nodes if (miss := _miss(view, metric, node)) is not None]
        found += [_explained(view, miss, heads) for miss in of_metric]
    return tuple(found)


def _nodes(view: View, person: str | None) -> Iterator[Node]:
    org, people = view.session.book.org, view.people()
    yield from tree(org, people, view.as_of, Wanted(person=person))
    if person is None:
        lines = tree(org, people, view.as_of, Wanted(by="product"))
        yield from (node for node in lines if node.product is not None)


def _miss(view: View, metric: str, node: Node) -> Miss | None:
    goal = view.goal(metric, node)
    if goal is None:
        return None
    actual = view.actual(metric, node)
    due = view.due(metric, node, goal) if view.as_of < view.period.end else None
    wanted = Fraction(goal.value) if due is None else due
    if due is not None and view.policy.metrics[metric].unit == "count":
        wanted = Fraction(floor(due))  # a third of a customer is not missing yet
    light = missed(actual, wanted, view.policy.lights_of(metric))
    if light is None or actual is None:
        return None
    return Miss(metric=metric, node=node, actual=actual, goal=goal, due=due, light=light)


def _explained(view: View, miss: Miss, heads: Mapping[str | None, Fraction]) -> Miss:
    return miss if _is_whole(miss.node) else replace(miss, weak=weaknesses(_against(view, miss, heads)))


def places(spans: Iterable[Span]) -> tuple[str, ...]:
    """The first places that name a line."""
    return tuple(str(span) for span in spans if span.line)[:MOST_PLACES]


def _is_whole(node: Node) -> bool:
    return node.person is None and node.region is None and node.product is None


def _heads(view: View) -> dict[str | None, Fraction]:
    """Heads by person, by region and (None) of all: who was here half of the days is half a head."""
    heads: dict[str | None, Fraction] = {None: Fraction(0)}
    start, end = view.period.start, view.as_of
    days = (end - start).days + 1
    for region, person in view.people():
        first, last = max(person.hired, start), min(person.left or end, end)
        share = Fraction(max((last - first).days + 1, 0), days)
        for whose in {None, person.id, region}:
            heads[whose] = heads.get(whose, Fraction(0)) + share
    return heads


def _against(view: View, miss: Miss, heads: Mapping[str | None, Fraction]) -> Iterator[Against]:
    """Every process metric of somebody beside the team's; counts beside the average of as many heads.

    A product line has no heads, and a price of its own: only its rates say anything.
    """
    node, whole = miss.node, Node(name="")
    per_head = heads.get(node.person_id or node.region, Fraction(0))
    for metric in process_metrics(view.policy, miss.metric):
        own, team = view.actual(metric, node), view.actual(metric, whole)
        if own is None or not team or (node.product and view.policy.metrics[metric].unit != "rate"):
            continue
        if view.policy.metrics[metric].ratio is not None:
            cases = cases_of(view.policy, metric, view.base(node))
            yield Against(metric=metric, own=own, team=team, cases=cases, ratio=True)
        elif per_head and heads[None]:
            yield Against(metric=metric, own=own, team=team / heads[None] * per_head)


def evidence_of(view: View, found: Sequence[Miss]) -> dict[tuple[str, str], tuple[Evidence, ...]]:
    """(About, metric missed) → its process metrics as a diagnosis holds them, with places in files.

    Reads the files of facts a second time, for the people among them.
    """
    asked: dict[str, set[str]] = {}
    for miss in found:
        if miss.node.person_id is not None:
            for one in miss.weak:
                asked.setdefault(_counted(view, one.metric), set()).add(miss.node.person_id)
    facts, period = view.session.facts, view.period
    spans = {}
    for metric, people in sorted(asked.items()):
        base = view.policy.metrics[metric].base
        if base is not None:
            spans[metric] = facts.first_places(base, sorted(people), period.start, period.end, MOST_PLACES)
    return {
        (miss.about, miss.metric): tuple(
            _as_evidence(view, one, spans.get(_counted(view, one.metric), {}).get(miss.about, ()))
            for one in miss.weak
        )
        for miss in found
    }


def _counted(view: View, metric: str) -> str:
    """The base metric whose facts are the cases of a process metric."""
    ratio = view.policy.metrics[metric].ratio
    return metric if ratio is None else _counted(view, ratio[1])


def _as_evidence(view: View, one: Against, spans: Iterable[Span]) -> Evidence:
    unit, digits = view.policy.metrics[one.metric].unit, view.session.digits
    own, team = (_stored(unit, value, digits) for value in (one.own, one.team))
    return Evidence(metric=one.metric, actual=own, team=team, cases=one.cases, at=places(spans))


def _stored(unit: str, value: Fraction, digits: int) -> Decimal | Fraction:
    """A figure as the book keeps it: rates to a hundredth of a per cent, all else to two places or digits."""
    if unit == "rate":
        return Fraction(Decimal(rate_text(value, 2).removesuffix("%"))) / 100
    return Decimal(plain(value, max(digits, 2)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Something said about somebody, that stands beside their figures (SPEC A5)."""

    on: date
    about: str
    kind: str
    text: str
    by: str
    place: str


def voices(view: View, notes: Notes, found: Sequence[Miss]) -> tuple[Voice, ...]:
    """Notes of the period, and reasons given in its weekly reports, about those who missed a target."""
    session, period = view.session, view.period
    owners = _owners(session, notes, period, view.as_of)
    told: dict[tuple[str, str], Voice] = {}
    reasons = list(shortfalls(session.book, period, view.as_of))
    for miss in found:
        for note in notes.notes:
            if note.on in period and note.on <= view.as_of and _concerns(note, miss.node, owners):
                told.setdefault((miss.about, str(note.place)), _voice(miss, note))
        for week, filed in reasons:
            if filed.person == miss.node.person_id:
                told.setdefault(
                    (miss.about, str(filed.place)),
                    Voice(
                        on=filed.filed_at.date(),
                        about=miss.about,
                        kind="report",
                        text=filed.reason,
                        by=week.text,
                        place=str(filed.place),
                    ),
                )
    return tuple(told.values())


def _voice(miss: Miss, note: Note) -> Voice:
    return Voice(
        on=note.on,
        about=miss.about,
        kind=note.kind,
        text=note.text,
        by=note.by or "",
        place=str(note.place),
    )


def _owners(session: Session, notes: Notes, period: Period, as_of: date) -> dict[str, str]:
    """Deals that notes of the period name → their owners."""
    deals = {n.deal for n in notes.notes if n.deal and n.on in period and n.on <= as_of}
    stories = {deal: session.facts.deal(deal) for deal in sorted(deals)}
    return {deal: story.owner for deal, story in stories.items() if story is not None}


def _concerns(note: Note, node: Node, owners: Mapping[str, str]) -> bool:
    """Whether a note is about somebody: themselves, a deal of theirs, their region, their product line."""
    if node.person is not None:
        if note.person is not None:
            return note.person == node.person.id
        if note.deal in owners:
            return owners[note.deal or ""] == node.person.id
        lines = {line for at in node.person.assignments for line in at.products}
        region = node.region or home(node.person, note.on)
        return (note.region is not None and note.region == region) or note.product in lines
    if node.product is not None:
        return note.product == node.product
    if node.region is not None:
        return note.region == node.region and note.person is None
    return note.person is None and note.region is None and note.product is None


def diagnosis_of(miss: Miss, view: View, evidence: tuple[Evidence, ...]) -> Diagnosis:
    """The skeleton of a diagnosis, with its figures and evidence filled in."""
    unit, digits = view.policy.metrics[miss.metric].unit, view.session.digits
    node = miss.node
    return Diagnosis(
        period=view.period,
        metric=miss.metric,
        person=node.person_id,
        region=None if node.person else node.region,
        product=None if node.person else node.product,
        target=miss.goal.value,
        actual=_stored(unit, miss.actual, digits),
        at=places(miss.goal.places),
        evidence=evidence,
    )
