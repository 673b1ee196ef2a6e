"""`policies/plans/*.yaml` as `Plan` records. What needs people or metrics is checked in `calc.checks`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from salescli.books.plan_metrics import check_metrics
from salescli.books.read_shapes import read_component
from salescli.books.schemas.plans import PlanFile
from salescli.books.typed import Typed, load_typed
from salescli.findings import Finding, Span
from salescli.model.book import Settings
from salescli.model.metric import Policy
from salescli.model.plan import Clawback, Example, Plan, Ramp

PLANS = "policies/plans"


def read_plans(
    files: Sequence[Path], root: Path, settings: Settings, policy: Policy, found: list[Finding]
) -> tuple[Plan, ...]:
    """Every plan file that is one, by the plan's id."""
    plans: list[Plan] = []
    for path in files:
        typed = load_typed(path, PlanFile, root, found)
        if typed is not None:
            plans.append(read_plan(typed, settings, policy, found))
    return tuple(sorted(plans, key=lambda plan: (plan.id, plan.place)))


def read_plan(typed: Typed[PlanFile], settings: Settings, policy: Policy, found: list[Finding]) -> Plan:
    """A plan from its file."""
    file = typed.value
    check_metrics(typed, policy, found)
    components = [read_component(typed, name, policy, found) for name in file.components]
    return Plan(
        id=file.plan,
        roles=tuple(file.covers.role),
        regions=tuple(file.covers.region),
        people=tuple(file.covers.person),
        valid_from=file.valid.since if file.valid else None,
        valid_to=file.valid.until if file.valid else None,
        why=file.why or "",
        currency=file.currency or settings.currency,
        closed_periods=file.closed_periods,
        clawback=_clawback(typed),
        ramp=_ramp(typed),
        prorate_targets=file.prorate_targets,
        components=tuple(components),
        examples=tuple(_example(typed, index) for index in range(len(file.examples))),
        place=typed.at("plan"),
        places=_places(typed),
    )


def _clawback(typed: Typed[PlanFile]) -> Clawback | None:
    entry = typed.value.clawback
    if entry is None:
        return None
    return Clawback(
        within=entry.within,
        share=Fraction(1) if entry.share is None else entry.share,
        pro_rata_months=entry.pro_rata_months,
        rate=entry.rate,
        place=typed.key("clawback"),
    )


def _ramp(typed: Typed[PlanFile]) -> Ramp | None:
    entry = typed.value.ramp
    if entry is None:
        return None
    return Ramp(
        months=tuple(entry.months),
        full_month_if_hired_by=entry.full_month_if_hired_by or 31,
        place=typed.key("ramp"),
    )


def _places(typed: Typed[PlanFile]) -> dict[str, Span]:
    covers = typed.value.covers
    words = {"role": covers.role, "region": covers.region, "person": covers.person}
    places = {
        f"{key}/{word}": typed.at("for", key, index)
        for key, given in words.items()
        for index, word in enumerate(given)
    }
    return places | {key: typed.key(key) for key in ("for", "closed_periods")} | {"valid": typed.at("valid")}


def _example(typed: Typed[PlanFile], index: int) -> Example:
    entry = typed.value.examples[index]
    return Example(given=entry.given, expect=entry.expect, place=typed.at("examples", index))
