"""`explain PERSON --as-example`: a person's figures as an example to paste into a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from salescli.calc.pay.earning import EarningPay
from salescli.calc.pay.examples import pay_example
from salescli.calc.pay.scores import Node
from salescli.findings import Finding
from salescli.i18n import N_, gettext
from salescli.model.exact import parse_rate, plain, rate_text
from salescli.model.expression import Measure
from salescli.model.metric import Policy
from salescli.model.plan import Plan
from salescli.workflows.paying.reckon import Reckoned
from salescli.workflows.session import Session

_OTHERS = N_(
    "{component} was paid {amount}: it rests on deals one by one, other people or earlier pay,"
    " which an example cannot state"
)
_MORE = N_(
    "{component} was paid {amount}: beyond what an example states, it rests on earlier periods or on shares"
    " of deals"
)


def as_example(session: Session, reckoned: Sequence[Reckoned], person: str) -> str:
    """YAML lines: what was given and what that pays, one example per period and plan.

    An example knows one person and one period. Where a component was paid something else, because it rests on
    more than that, a comment tells what and why.
    """
    lines = ["examples:"]
    for one in reckoned:
        for plan in session.book.plans:
            lines += _of_plan(session.book.policy, plan, one, person)
    return "\n".join(lines) + "\n"


def _of_plan(policy: Policy, plan: Plan, one: Reckoned, person: str) -> list[str]:
    paid: dict[str, Decimal] = {}
    read: set[Measure] = set()
    node: Node = {}
    for outcome in one.outcomes:
        if (outcome.plan, outcome.person) != (plan.id, person):
            continue
        amount = sum((entry.amount for entry in outcome.entries), Decimal(0))
        paid[outcome.component] = paid.get(outcome.component, Decimal(0)) + amount
        shape = one.shapes.get((plan.id, outcome.component))
        if isinstance(shape, EarningPay):
            read |= shape.reads.people
            node = {**node, **one.looked_at(plan.id, outcome.component).people[person]}
    given = _given(policy, node, read)
    stated = {key: parse_rate(text) if text.endswith("%") else Decimal(text) for key, text in given.items()}
    expect: dict[str, Decimal] = {}
    said: list[str] = []
    for component in plan.components:
        if component.name not in paid:
            continue
        alone = isinstance(one.shapes.get((plan.id, component.name)), EarningPay)
        pays = _pays(plan, component.name, stated, policy) if alone else None
        if pays is not None:
            expect[component.name] = pays
        if pays != paid[component.name] and (paid[component.name] or alone):
            why = _OTHERS if pays is None else _MORE
            came = plain(paid[component.name])
            said.append("  # " + gettext(why).format(component=component.name, amount=came))
    return [*said, *_lines(given, expect)] if expect else said


def _pays(plan: Plan, name: str, given: Mapping[str, Decimal | Fraction], policy: Policy) -> Decimal | None:
    """What the plan's own example would pay; None if it could not."""
    component = next(component for component in plan.components if component.name == name)
    outcome = pay_example(plan, component, given, policy)
    if isinstance(outcome, Finding):
        return None
    return sum((entry.amount for entry in outcome.entries), Decimal(0))


def _given(policy: Policy, node: Node, read: set[Measure]) -> dict[str, str]:
    """Each figure and number that was looked at, as an example states it."""
    given: dict[str, str] = {}
    measures = sorted(read, key=lambda measure: measure.key)
    figures = {measure.key: measure for measure in measures if measure.is_figure}
    for key, measure in figures.items():
        score, rate = node[key], policy.metrics[measure.metric].unit == "rate"
        if score.target is not None:
            name = "target" if len(figures) == 1 else f"target_{key}"
            given[name] = rate_text(score.target) if rate else plain(score.target)
        if score.pay is not None:
            given[key] = rate_text(score.pay) if rate else plain(score.pay)
    for measure in measures:
        known = node.get(measure.key)
        if not measure.is_figure and known is not None and known.actual is not None:
            given[measure.key] = plain(known.actual)
    return given


def _lines(given: Mapping[str, str], expect: Mapping[str, Decimal]) -> list[str]:
    told = ", ".join(f"{_key(name)}: {value}" for name, value in given.items())
    pays = ", ".join(f"{name}: {plain(amount)}" for name, amount in expect.items())
    return [f"  - given: {{{told}}}", f"    expect: {{{pays}}}"]


def _key(name: str) -> str:
    """A key as YAML takes it inside braces."""
    return name if name.replace("_", "").replace(".", "").isalnum() else f'"{name}"'
