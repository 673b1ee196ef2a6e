"""Worked examples inside plans: a single imaginary person, paid by the plan's own rules (SPEC I7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from salescli.calc.pay.coverage import Member
from salescli.calc.pay.registry import compile_component
from salescli.calc.pay.scores import Score, Scores
from salescli.calc.pay.shape import Outcome
from salescli.findings import Finding, did_you_mean, finding
from salescli.i18n import N_, filled, gettext, joined, several
from salescli.model.expression import Measure
from salescli.model.metric import Policy
from salescli.model.period import Period
from salescli.model.plan import AnyComponent, Example, Plan

_SOMEBODY = "example"
_SOME_PERIOD = Period.month_of(date(2000, 1, 1))


def run_examples(plan: Plan, policy: Policy) -> list[Finding]:
    """Pay every example of a plan and compare (P103).

    `given` states metrics, `target` the target of every metric given, `target_<metric>` that of one. Ranking
    and team awards are paid only where `expect` names them: then this person is alone in plan and region.
    """
    found: list[Finding] = []
    for example in plan.examples:
        found += _run(plan, example, policy)
    return found


def _run(plan: Plan, example: Example, policy: Policy) -> Iterator[Finding]:
    components = {component.name: component for component in plan.components}
    for name, expected in example.expect.items():
        if name not in components:
            yield _unknown(plan, example, name, components)
            continue
        outcome = pay_example(plan, components[name], example.given, policy)
        if isinstance(outcome, Finding):
            yield outcome
            continue
        paid = sum((entry.amount for entry in outcome.entries), Decimal(0))
        if paid != expected:
            yield finding(
                "P103",
                example.place,
                N_("{component} of plan {plan}: expected {expected}, computed {paid} ({steps})"),
                hint=N_("correct the example or the rule"),
                component=name,
                plan=plan.id,
                expected=format(expected, "f"),
                paid=format(paid, "f"),
                steps=_told(outcome),
            )


def pay_example(
    plan: Plan, component: AnyComponent, given: Mapping[str, Decimal | Fraction], policy: Policy
) -> Outcome | Finding:
    """What a component pays an imaginary person with these metrics and targets; a finding if it cannot."""
    shape = compile_component(plan, component, policy)
    read = frozenset().union(*shape.reads)
    node = example_node(given, policy, read)
    for measure in read:
        if measure.of == "earned" and measure.key not in given:
            node[measure.key] = Score(_earned(plan, measure.metric, given, policy))
    region = Member(_SOMEBODY, "region", "", _SOME_PERIOD.end)
    scores = Scores(period=_SOME_PERIOD, people={_SOMEBODY: node}, regions={"region": node}, team=node)
    found: list[Finding] = []
    outcome = shape.pay(scores, (region,), found)[0]
    return found[0] if found else outcome


def _earned(plan: Plan, name: str, given: Mapping[str, Decimal | Fraction], policy: Policy) -> Fraction:
    """What another component of the plan pays in the same example."""
    others = tuple(component for component in plan.components if component.name != name)
    found = [component for component in plan.components if component.name == name]
    if not found:
        return Fraction(0)
    outcome = pay_example(replace(plan, components=others), found[0], given, policy)
    entries = () if isinstance(outcome, Finding) else outcome.entries
    return sum((Fraction(entry.amount) for entry in entries), Fraction(0))


def example_node(
    given: Mapping[str, Decimal | Fraction], policy: Policy, read: frozenset[Measure]
) -> dict[str, Score]:
    """Scores of the measures read: given ones as they are, ratios worked out from their parts, others 0.

    A measure is given under its key (`team.sales_amount`, `sales_amount[product=A]`) or else under its
    metric; a number of the person under its name.
    """
    node: dict[str, Score] = {}
    for measure in sorted(read, key=lambda m: m.key):
        if measure.of in ("personal", "earned"):
            stated = given.get(measure.key, given.get(measure.metric))
            node[measure.key] = Score(None if stated is None else Fraction(stated))
            continue
        goal = given.get(f"target_{measure.key}", given.get(f"target_{measure.metric}", given.get("target")))
        target = None if goal is None else Fraction(goal)
        actual = (
            Fraction(given[measure.key]) if measure.key in given else _value(given, policy, measure.metric)
        )
        node[measure.key] = Score(actual, target)
    return node


def _value(given: Mapping[str, Decimal | Fraction], policy: Policy, metric: str) -> Fraction | None:
    if metric in given:
        return Fraction(given[metric])
    definition = policy.metrics.get(metric)
    if definition is None or definition.ratio is None:
        return Fraction(0)
    upper, lower = (_value(given, policy, part) for part in definition.ratio)
    return upper / lower if upper is not None and lower else None


def _unknown(plan: Plan, example: Example, name: str, known: Mapping[str, AnyComponent]) -> Finding:
    near = did_you_mean(name, known)
    return finding(
        "P103",
        example.place,
        N_("the example expects something of `{component}`, which plan {plan} does not have"),
        hint=N_("did you mean `{near}`?") if near else N_("the plan has: {known}"),
        component=name,
        plan=plan.id,
        near=near,
        known=several(known),
    )


def _told(outcome: Outcome) -> str:
    """The steps in one line, for the message."""
    return joined((filled(gettext(step.text), step.params) for step in outcome.steps), "; ")
