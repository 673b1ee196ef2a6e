"""`policies/guardrails.yaml` as `Guardrails`; the defaults where it is missing or says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from salescli.books.schemas.guardrails import BandEntry, GuardrailsFile, HealthEntry, LimitEntry
from salescli.books.typed import Model, Typed, load_typed
from salescli.findings import Finding, did_you_mean
from salescli.i18n import N_, several
from salescli.model.guardrails import Band, Guardrails, HealthLimits, Limit, SignalLimits
from salescli.model.plan import Plan

GUARDRAILS = "policies/guardrails.yaml"


def read_guardrails(root: Path, plans: Sequence[Plan], found: list[Finding]) -> Guardrails:
    """The limits of a book; the defaults where the file is missing or wrong (then `found` says so)."""
    if not (root / GUARDRAILS).exists():
        return Guardrails()
    typed = load_typed(root / GUARDRAILS, GuardrailsFile, root, found)
    if typed is None:
        return Guardrails()
    file = typed.value
    health, signals = HealthLimits(), SignalLimits()
    if file.health is not None:
        stated = _stated(file.health)
        stated.pop("budget", None)
        _check_bounds(typed, file.health, found)
        health = HealthLimits(**stated, budgets=_budgets(typed, plans, found))
    if file.signals is not None:
        signals = SignalLimits(**_stated(file.signals))
    return Guardrails(health=health, signals=signals)


def _stated(entry: Model) -> dict[str, Any]:
    """The fields that the file states, by name, as the records have them."""
    values = {name: getattr(entry, name) for name in type(entry).model_fields}
    return {name: _value(value) for name, value in values.items() if value is not None}


def _value(value: object) -> object:
    if isinstance(value, LimitEntry):
        return Limit(value.yellow_above, value.red_above)
    return Band(value.least, value.most) if isinstance(value, BandEntry) else value


def _check_bounds(typed: Typed[GuardrailsFile], entry: HealthEntry, found: list[Finding]) -> None:
    """Yellow begins before red, and a band from below."""
    for name in type(entry).model_fields:
        value = getattr(entry, name)
        if isinstance(value, LimitEntry) and value.yellow_above > value.red_above:
            found.append(
                typed.finding(
                    "M008",
                    ("health", name, "yellow_above"),
                    N_("yellow begins above where red begins"),
                    N_("let yellow_above be at most red_above"),
                )
            )
        if isinstance(value, BandEntry) and value.least > value.most:
            found.append(
                typed.finding(
                    "M008",
                    ("health", name, "from"),
                    N_("what is healthy ends before it begins"),
                    N_("let `from` be at most `to`"),
                )
            )


def _budgets(
    typed: Typed[GuardrailsFile], plans: Sequence[Plan], found: list[Finding]
) -> dict[tuple[str, str], Decimal]:
    """(period, plan) → money; each of a plan that exists, and once (M009)."""
    entry = typed.value.health
    known = [plan.id for plan in plans]
    budgets: dict[tuple[str, str], Decimal] = {}
    for index, budget in enumerate(entry.budget if entry else []):
        loc = ("health", "budget", index)
        plan = budget.plan or ""
        if plan and plan not in known:
            near = did_you_mean(plan, known)
            hint = N_("did you mean {near}?") if near else N_("the book has: {known}")
            found.append(
                typed.finding(
                    "M009",
                    (*loc, "plan"),
                    N_("there is no plan {plan}"),
                    hint,
                    plan=plan,
                    near=near,
                    known=several(known, none="-"),
                )
            )
        elif (budget.period, plan) in budgets:
            found.append(
                typed.finding(
                    "M009",
                    (*loc, "period"),
                    N_("{period} has a budget already"),
                    N_("keep one of the two, or name a plan with `plan:`"),
                    period=budget.period,
                )
            )
        else:
            budgets[budget.period, plan] = budget.amount
    return budgets
