"""`policies/plans/*.yaml` as `Plan` records. What needs people or metrics is checked in `calc.checks`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from salescli.books.schemas.plans import (
    Component,
    PlanFile,
    RankingEntry,
    RecognitionEntry,
    TeamEntry,
    TiersEntry,
    TiesEntry,
    TiesWordEntry,
)
from salescli.books.typed import Typed, load_typed
from salescli.findings import Finding
from salescli.i18n import N_
from salescli.model.book import Settings
from salescli.model.condition import Measure
from salescli.model.exact import plain, rate_text
from salescli.model.metric import Policy
from salescli.model.plan import AnyComponent, Example, Plan, Ranking, Recognition, TeamAward, Tier, Tiers

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
    components = [_component(typed, name, policy, found) for name in file.components]
    return Plan(
        id=file.plan,
        roles=tuple(file.covers.role),
        regions=tuple(file.covers.region),
        people=tuple(file.covers.person),
        valid_from=file.valid.since if file.valid else None,
        valid_to=file.valid.until if file.valid else None,
        why=file.why or "",
        currency=file.currency or settings.currency,
        closed_periods=file.closed_periods,  # type: ignore[arg-type]
        components=tuple(c for c in components if c is not None),
        examples=tuple(_example(typed, index) for index in range(len(file.examples))),
        place=typed.at("plan"),
    )


def _example(typed: Typed[PlanFile], index: int) -> Example:
    entry = typed.value.examples[index]
    return Example(given=entry.given, expect=entry.expect, place=typed.at("examples", index))


def _component(
    typed: Typed[PlanFile], name: str, policy: Policy, found: list[Finding]
) -> AnyComponent | None:
    entry = typed.value.components[name]
    if isinstance(entry, TiersEntry):
        return _tiers(typed, name, entry, policy, found)
    if isinstance(entry, RankingEntry):
        return _ranking(typed, name, entry, found)
    if isinstance(entry, TeamEntry):
        return TeamAward(scope=entry.scope, per_head=entry.per_head, **_common(typed, name, entry))  # type: ignore[arg-type]
    assert isinstance(entry, RecognitionEntry)
    return Recognition(
        award=entry.award,
        rank_by=entry.rank_by,
        top=entry.top,
        minimum=entry.minimum,
        scope=entry.scope,  # type: ignore[arg-type]
        **_common(typed, name, entry),
    )


def _common(typed: Typed[PlanFile], name: str, entry: Component) -> dict[str, Any]:
    """What every shape has."""
    return {
        "name": name,
        "period": entry.period,
        "when": entry.when,
        "rounding": entry.rounding,
        "place": typed.key("components", name),
    }


def _tiers(
    typed: Typed[PlanFile], name: str, entry: TiersEntry, policy: Policy, found: list[Finding]
) -> Tiers:
    tiers: list[Tier] = []
    for index, tier in enumerate(entry.tiers):
        loc = ("components", name, "tiers", index)
        _check_unit(typed, (*loc, "from"), tier.start, entry.measured_by, policy, found)
        bonus = tier.bonus or Decimal(0)
        tiers.append(Tier(start=Fraction(tier.start), rate=tier.rate, bonus=bonus, place=typed.at(*loc)))
    return Tiers(
        pays_on=entry.pays_on,
        measured_by=entry.measured_by,
        mode=entry.mode,  # type: ignore[arg-type]
        tiers=tuple(tiers),
        on_zero_target=entry.on_zero_target,  # type: ignore[arg-type]
        **_common(typed, name, entry),
    )


def _check_unit(
    typed: Typed[PlanFile],
    loc: tuple[str | int, ...],
    start: Decimal | Fraction,
    measure: Measure,
    policy: Policy,
    found: list[Finding],
) -> None:
    """A tier begins at a rate where an attainment or a rate places one in it, else at a number."""
    metric = policy.metrics.get(measure.metric)
    wants_rate = measure.of == "attainment" or (metric is not None and metric.unit == "rate")
    if wants_rate and not isinstance(start, Fraction):
        percent = plain(start) if start == 0 or start >= 3 else plain(Fraction(start) * 100)
        found.append(
            typed.finding(
                "P002",
                loc,
                N_("`{value}` is a bare number, but {measure} is a rate"),
                N_("write {percent}%"),
                value=plain(start),
                measure=str(measure),
                percent=percent,
            )
        )
    elif metric is not None and not wants_rate and isinstance(start, Fraction):
        found.append(
            typed.finding(
                "P002",
                loc,
                N_("`{value}` is a rate, but {measure} is not"),
                N_("write plain digits, or measure by attainment({metric})"),
                value=rate_text(start),
                measure=str(measure),
                metric=measure.metric,
            )
        )


def _ranking(typed: Typed[PlanFile], name: str, entry: RankingEntry, found: list[Finding]) -> Ranking:
    by_measures = isinstance(entry.ties, TiesEntry)
    tiebreak = tuple(entry.ties.tiebreak) if isinstance(entry.ties, TiesEntry) else tuple(entry.tiebreak)
    word = entry.ties.word if isinstance(entry.ties, TiesWordEntry) else "tiebreak"
    if word == "tiebreak" and not tiebreak:
        found.append(
            typed.finding(
                "P003",
                ("components", name, "ties"),
                N_("nothing says what decides a tie"),
                N_("write `ties: {{tiebreak: [collection_rate]}}`"),
            )
        )
    if entry.tiebreak and (by_measures or word != "tiebreak"):
        found.append(
            typed.finding(
                "P003",
                ("components", name, "tiebreak"),
                N_("`tiebreak` and `ties` say different things"),
                N_("keep `ties: {{tiebreak: […]}}` alone"),
                key=True,
            )
        )
    return Ranking(
        rank_by=entry.rank_by,
        awards=tuple(entry.awards),
        ties=word,  # type: ignore[arg-type]
        tiebreak=tiebreak,
        minimum=entry.minimum,
        scope=entry.scope,  # type: ignore[arg-type]
        **_common(typed, name, entry),
    )
