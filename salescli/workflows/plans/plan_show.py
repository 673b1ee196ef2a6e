"""`plan show`: a plan as people read it, what it pays, what it costs, and what history says (SPEC I7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from salescli.calc.pay.coverage import Member, covered, standings
from salescli.calc.pay.curve import CURVE, LEVELS, paid_at
from salescli.calc.pay.draw import DrawPay
from salescli.calc.pay.examples import pay_example
from salescli.calc.pay.registry import compile_plan
from salescli.calc.pay.scores import Scores
from salescli.calc.pay.shape import Reads, Shape
from salescli.findings import Finding, Misuse, did_you_mean
from salescli.i18n import N_, gettext, joined, several
from salescli.model.book import Book
from salescli.model.exact import plain, rate_text, round_to
from salescli.model.expression import Measure
from salescli.model.period import Period
from salescli.model.plan import PeriodKind, Plan
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.workflows.paying.measure import fill
from salescli.workflows.plans.plan_history import reached
from salescli.workflows.plans.plan_words import component_lines, plan_lines
from salescli.workflows.session import Session, open_session

_RULES = (
    Column("part", "", machine=False),
    Column("component", N_("Component"), people=False),
    Column("text", N_("What")),
    Column("place", N_("Where"), "place"),
)
_EXAMPLES = (
    Column("given", N_("Given")),
    Column("component", N_("Component")),
    Column("expected", N_("Expected"), "exact"),
    Column("paid", N_("Paid"), "exact"),
    Column("place", N_("Where"), "place"),
)
_CURVE = (
    Column("part", "", machine=False),
    Column("period", N_("Period"), people=False),
    Column("components", N_("Components"), people=False),
    Column("attainment", N_("Attainment"), "rate"),
    Column("sales", N_("Sales"), "money"),
    Column("amount", N_("Amount"), "money"),
    Column("per_person", N_("Each"), "money"),
    Column("of_sales", N_("Of sales"), "ratio"),
    Column("step", N_("More than before"), "delta"),
)
_REACHED = (
    Column("component", N_("Component")),
    Column("tier", N_("Tier")),
    Column("count", N_("Times"), "count"),
    Column("share", N_("Share"), "ratio"),
    Column("place", N_("Where"), "place"),
)


def plan_show(root: Path, name: str | None, curve: bool = False) -> Report:
    """A plan in sentences, its examples, its cost by attainment, and the tiers reached in the past.

    Args:
        name: Id of the plan; may be left out where the book has only one.
        curve: The cost at every tenth of attainment up to 200 %, not at 80, 100, 120 and 150 % only.

    Raises:
        BookBroken: if the book has errors.
        Misuse: if there is no such plan.
    """
    with open_session(root) as session:
        plan = find_plan(session.book, name)
        tables = [
            Table(name="rows", columns=_RULES, rows=tuple(_rules(session, plan)), section="part"),
            *_cost_tables(session, plan, CURVE if curve else LEVELS),
            *_reached_tables(session, plan),
        ]
        if plan.examples:
            rows = tuple(_examples(session, plan))
            tables.append(Table(name="examples", columns=_EXAMPLES, rows=rows, title=N_("Examples")))
        params = {"plan": plan.id, "company": session.book.settings.company or session.book.root.name}
        note = N_("what a change would do to pay: salescli simulate --set {plan}:COMPONENT.KEY=VALUE")
        return Report(
            command="plan show",
            header=(Line(template=N_("{company} · plan {plan}"), params=params),),
            tables=tuple(tables),
            currency=session.book.settings.currency,
            notes=(Line(template=note, params=params),),
        )


def find_plan(book: Book, name: str | None) -> Plan:
    """A plan by its id, or the only one.

    Raises:
        Misuse: if there is none, or several and none is named.
    """
    known = {plan.id: plan for plan in book.plans}
    if name is None and len(known) == 1:
        return next(iter(known.values()))
    if name in known:
        return known[name]
    listed = several(known, none="-")
    if name is None:
        raise Misuse("which plan?", hint="the book has: {listed}", listed=listed)
    near = did_you_mean(name, known)
    if near:
        raise Misuse("there is no plan {name}", hint="did you mean {near}?", name=name, near=near)
    raise Misuse("there is no plan {name}", hint="the book has: {listed}", name=name, listed=listed)


def _rules(session: Session, plan: Plan) -> Iterator[Row]:
    units = {key: metric.unit for key, metric in session.book.policy.metrics.items()}
    for told in plan_lines(plan, session.book.policy):
        yield {"part": plan.id, "component": None, "text": told.line, "place": told.place}
    for component in plan.components:
        part = f"{component.name} · {gettext(component.period)}"
        for told in component_lines(component, units):
            yield {"part": part, "component": component.name, "text": told.line, "place": told.place}


def _examples(session: Session, plan: Plan) -> Iterator[Row]:
    components = {component.name: component for component in plan.components}
    for example in plan.examples:
        given = ", ".join(f"{key}: {_number(value)}" for key, value in example.given.items())
        for name, expected in example.expect.items():
            outcome = pay_example(plan, components[name], example.given, session.book.policy)
            paid = None
            if not isinstance(outcome, Finding):
                paid = sum((e.amount for e in outcome.entries), Decimal(0))
            yield {
                "given": given,
                "component": name,
                "expected": expected,
                "paid": paid,
                "place": example.place,
                "_unit": "money",
            }


def _number(value: Decimal | Fraction) -> str:
    return rate_text(value) if isinstance(value, Fraction) else plain(value)


# --- cost


def _cost_tables(session: Session, plan: Plan, levels: Sequence[Fraction]) -> list[Table]:
    """Cost by attainment, of the newest period of each kind in which the plan covers people with targets."""
    rows: list[Row] = []
    shapes = [s for s in compile_plan(plan, session.book.policy).shapes if not isinstance(s, DrawPay)]
    kinds: dict[PeriodKind, list[Shape]] = {}
    for shape in shapes:
        kinds.setdefault(shape.component.period, []).append(shape)
    for kind, parts in kinds.items():
        found = newest_scores(session, plan, kind, parts)
        if found is not None:
            scores, members = found
            names = [shape.component.name for shape in parts]
            costs = cost_rows(parts, scores, members, levels, session.digits)
            rows += [
                {**row, "part": f"{joined(names)} · {scores.period.text}", "components": ", ".join(names)}
                for row in costs
            ]
    if not rows:
        return []
    title = N_("Cost if every target is reached at")
    return [Table(name="cost", columns=_CURVE, rows=tuple(rows), title=title, section="part")]


def newest_scores(
    session: Session, plan: Plan, kind: PeriodKind, shapes: Sequence[Shape]
) -> tuple[Scores, Sequence[Member]] | None:
    """Scores and people of the newest period of a kind in which the plan covers somebody with a target."""
    span = session.facts.months()
    if span is None:
        return None
    first, last = span
    period = Period.around(last, kind, session.book.settings.fiscal_year_start)
    reads = Reads(
        people=frozenset().union(*(shape.reads.people for shape in shapes)) | {_SALES},
        regions=frozenset().union(*(shape.reads.regions for shape in shapes)),
        team=frozenset().union(*(shape.reads.team for shape in shapes)),
    )
    while period.end >= first:
        members = covered(plan, standings(session.book.org, period))
        if members:
            scores = fill(session, period, min(period.end, last), members, reads)
            if any(s.target for node in scores.people.values() for s in node.values()):
                return scores, members
        period = period.previous()
    return None


_SALES = Measure("sales_amount")


def cost_rows(
    shapes: Sequence[Shape],
    scores: Scores,
    members: Sequence[Member],
    levels: Sequence[Fraction],
    digits: int,
) -> Iterator[Row]:
    """What everybody together is paid if everything with a target reaches a level of it."""
    targets = [scores.people[m.person][_SALES.key].target or Fraction(0) for m in members]
    before: Fraction | None = None
    for level in levels:
        amount = sum(paid_at(shapes, scores, members, level).values(), Fraction(0))
        sales = level * sum(targets, Fraction(0))
        yield {
            "period": scores.period.text,
            "attainment": level,
            "sales": round_to(sales, digits),
            "amount": round_to(amount, digits),
            "per_person": round_to(amount / len(members), digits),
            "of_sales": amount / sales if sales else None,
            "step": None if before is None else round_to(amount - before, digits),
            "_unit": "money",
        }
        before = amount


def _reached_tables(session: Session, plan: Plan) -> list[Table]:
    rows: list[Row] = []
    title = N_("Reached in the past")
    for past in reached(session, plan):
        if not past.total:
            continue
        for tier, count in zip(past.component.tiers, past.counts, strict=True):
            rows.append(
                {
                    "component": past.component.name,
                    "tier": past.told(tier.start),
                    "count": count,
                    "share": Fraction(count, past.total),
                    "place": tier.place,
                }
            )
    return [Table(name="reached", columns=_REACHED, rows=tuple(rows), title=title)] if rows else []
