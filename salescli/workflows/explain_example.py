"""`explain PERSON --as-example`: a person's figures as an example to paste into a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from salescli.calc.pay.earning import EarningPay
from salescli.calc.pay.past import EARNED
from salescli.calc.pay.scores import Node
from salescli.model.exact import plain, rate_text
from salescli.model.expression import Measure
from salescli.model.metric import Policy
from salescli.workflows.reckon import Reckoned
from salescli.workflows.session import Session


def as_example(session: Session, reckoned: Sequence[Reckoned], person: str) -> str:
    """YAML lines: what was given and what came out, one example per period and plan."""
    lines = ["examples:"]
    for one in reckoned:
        for plan in dict.fromkeys(outcome.plan for outcome in one.outcomes if outcome.person == person):
            expect: dict[str, Decimal] = {}
            read: set[Measure] = set()
            node: Node = {}
            for outcome in one.outcomes:
                shape = one.shapes.get((outcome.plan, outcome.component))
                if outcome.plan == plan and outcome.person == person and isinstance(shape, EarningPay):
                    read |= shape.reads.people
                    node = {**node, **one.looked_at(plan, outcome.component).people[person]}
                    earned = (e.amount for e in outcome.entries if e.kind in EARNED)
                    expect[outcome.component] = sum(earned, expect.get(outcome.component, Decimal(0)))
            if expect:
                lines += _example(session.book.policy, node, read, expect)
    return "\n".join(lines) + "\n"


def _example(policy: Policy, node: Node, read: set[Measure], expect: Mapping[str, Decimal]) -> list[str]:
    given: dict[str, str] = {}
    figures = {m.key: m for m in sorted(read, key=lambda m: m.key) if m.is_figure}
    for key, measure in figures.items():
        score, rate = node[key], policy.metrics[measure.metric].unit == "rate"
        if score.target is not None:
            name = "target" if len(figures) == 1 else f"target_{key}"
            given[name] = rate_text(score.target) if rate else plain(score.target)
        value = score.pay
        if value is not None:
            given[key] = rate_text(value) if rate else plain(value)
    for measure in sorted(read, key=lambda m: m.key):
        known = node.get(measure.key)
        if not measure.is_figure and known is not None and known.actual is not None:
            given[measure.key] = plain(known.actual)
    told = ", ".join(f"{_key(name)}: {value}" for name, value in given.items())
    paid = ", ".join(f"{name}: {plain(amount)}" for name, amount in expect.items())
    return [f"  - given: {{{told}}}", f"    expect: {{{paid}}}"]


def _key(name: str) -> str:
    """A key as YAML takes it inside braces."""
    return name if name.replace("_", "").replace(".", "").isalnum() else f'"{name}"'
