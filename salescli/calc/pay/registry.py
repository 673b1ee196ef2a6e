"""Which module compiles which component. A new shape is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from salescli.calc.pay.deal_rates import compile_deals
from salescli.calc.pay.draw import compile_draw
from salescli.calc.pay.flat import compile_flat
from salescli.calc.pay.milestones import compile_milestones
from salescli.calc.pay.per_deal import DealPay
from salescli.calc.pay.pool import compile_pool
from salescli.calc.pay.ranking import compile_ranking
from salescli.calc.pay.rate_table import compile_rate_table
from salescli.calc.pay.recognition import compile_recognition
from salescli.calc.pay.scorecard import compile_scorecard
from salescli.calc.pay.shape import Compiled, Shape, Terms
from salescli.calc.pay.spiff import compile_spiff
from salescli.calc.pay.team import compile_team
from salescli.calc.pay.tiers import compile_tiers
from salescli.model.metric import Policy
from salescli.model.plan import (
    AnyComponent,
    Draw,
    Flat,
    Milestones,
    Plan,
    Pool,
    Ranking,
    RateTable,
    Recognition,
    Scorecard,
    Spiff,
    TeamAward,
    Tiers,
)

SHAPES: dict[type, Callable[[Terms, Any], Shape]] = {
    Flat: compile_flat,
    Tiers: compile_tiers,
    RateTable: compile_rate_table,
    Scorecard: compile_scorecard,
    Milestones: compile_milestones,
    Spiff: compile_spiff,
    Ranking: compile_ranking,
    TeamAward: compile_team,
    Pool: compile_pool,
    Draw: compile_draw,
    Recognition: compile_recognition,
}


def compile_component(plan: Plan, component: AnyComponent, policy: Policy) -> Shape:
    """A component ready to pay.

    Raises:
        KeyError: if no shape is registered for its type (our bug).
    """
    terms = Terms(
        plan=plan.id,
        currency=plan.currency,
        units={key: metric.unit for key, metric in policy.metrics.items()},
        columns=deal_columns(policy),
    )
    if isinstance(component, Flat | Tiers) and component.per == "deal":
        return compile_deals(terms, component)
    return SHAPES[type(component)](terms, component)


def deal_columns(policy: Policy) -> dict[str, str]:
    """Metrics that sum a column of deals on the day these count → that column of credit lines."""
    found = {}
    for key, metric in policy.metrics.items():
        base = metric.base
        if base and base.source == "deals" and base.of == "recognised" and base.column and not base.where:
            found[key] = base.column
    return found


def compile_plan(plan: Plan, policy: Policy) -> Compiled:
    """A plan ready to pay: its components in the order of the file."""
    return Compiled(plan, tuple(compile_component(plan, part, policy) for part in plan.components))


def terms_of(shape: Shape) -> Terms:
    """The terms of a shape that pays each person an amount of their own."""
    terms = shape.whole.terms if isinstance(shape, DealPay) else getattr(shape, "terms", None)
    assert isinstance(terms, Terms)
    return terms
