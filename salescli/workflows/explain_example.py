"""`explain PERSON --as-example`: a person's figures as an example to paste into a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from salescli.calc.pay.scores import Node
from salescli.model.exact import plain, rate_text
from salescli.model.metric import Policy
from salescli.model.plan import Tiers
from salescli.workflows.reckon import Reckoned
from salescli.workflows.session import Session


def as_example(session: Session, reckoned: Sequence[Reckoned], person: str) -> str:
    """YAML lines: what was given and what came out, one example per period with commissions."""
    lines = ["examples:"]
    for one in reckoned:
        expect: dict[str, Decimal] = {}
        metrics: set[str] = set()
        for outcome in one.outcomes:
            shape = one.shapes[outcome.plan, outcome.component]
            if outcome.person == person and isinstance(shape.component, Tiers):
                metrics |= shape.reads.people
                expect[outcome.component] = sum((e.amount for e in outcome.entries), Decimal(0))
        if expect:
            lines += _example(session.book.policy, one.scores.people[person], metrics, expect)
    return "\n".join(lines) + "\n"


def _example(policy: Policy, node: Node, metrics: set[str], expect: Mapping[str, Decimal]) -> list[str]:
    given: list[str] = []
    for metric in sorted(metrics):
        score = node[metric]
        unit = policy.metrics[metric].unit
        if score.target is not None:
            key = "target" if len(metrics) == 1 else f"target_{metric}"
            given.append(f"{key}: {rate_text(score.target) if unit == 'rate' else plain(score.target)}")
        if score.actual is not None:
            given.append(f"{metric}: {rate_text(score.actual) if unit == 'rate' else plain(score.actual)}")
    paid = ", ".join(f"{name}: {plain(amount)}" for name, amount in expect.items())
    return [f"  - given: {{{', '.join(given)}}}", f"    expect: {{{paid}}}"]
