"""Which module compiles which component. A new shape is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from salescli.calc.pay.ranking import compile_ranking
from salescli.calc.pay.recognition import compile_recognition
from salescli.calc.pay.shape import Compiled, Shape, Terms
from salescli.calc.pay.team import compile_team
from salescli.calc.pay.tiers import compile_tiers
from salescli.model.metric import Policy
from salescli.model.plan import AnyComponent, Plan, Ranking, Recognition, TeamAward, Tiers

SHAPES: dict[type, Callable[[Terms, Any], Shape]] = {
    Tiers: compile_tiers,
    Ranking: compile_ranking,
    TeamAward: compile_team,
    Recognition: compile_recognition,
}


def compile_component(plan: Plan, component: AnyComponent, policy: Policy) -> Shape:
    """A component ready to pay.

    Raises:
        KeyError: if no shape is registered for its type (our bug).
    """
    units = {key: metric.unit for key, metric in policy.metrics.items()}
    return SHAPES[type(component)](Terms(plan=plan.id, currency=plan.currency, units=units), component)


def compile_plan(plan: Plan, policy: Policy) -> Compiled:
    """A plan ready to pay: its components in the order of the file."""
    return Compiled(plan, tuple(compile_component(plan, part, policy) for part in plan.components))
