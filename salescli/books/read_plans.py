"""`policies/plans/*.yaml` as `Plan` records. What needs people or metrics is checked in `calc.checks`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from salescli.books.read_metrics import METRICS
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
from salescli.findings import Finding, Span, did_you_mean
from salescli.i18n import N_
from salescli.model.book import Settings
from salescli.model.condition import Measure, measures_in
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
    for name in file.components:
        _check_metrics(typed, name, policy, found)
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
        places=_places(typed),
    )


def _places(typed: Typed[PlanFile]) -> dict[str, Span]:
    covers = typed.value.covers
    words = {"role": covers.role, "region": covers.region, "person": covers.person}
    places = {
        f"{key}/{word}": typed.at("for", key, index)
        for key, given in words.items()
        for index, word in enumerate(given)
    }
    return places | {"valid": typed.at("valid"), "for": typed.key("for")}


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


def _check_metrics(typed: Typed[PlanFile], name: str, policy: Policy, found: list[Finding]) -> None:
    """Every metric a component names is one of the book's, pointed at inside its text."""
    if any(f.span.path == METRICS and f.severity == "error" for f in found):
        return
    entry = typed.value.components[name]
    named: list[tuple[tuple[str | int, ...], str]] = []
    for field in ("pays_on", "measured_by", "rank_by", "when", "minimum", "tiebreak"):
        value = getattr(entry, field, None)
        loc: tuple[str | int, ...] = ("components", name, field)
        if isinstance(value, list):
            named += [((*loc, index), measure.metric) for index, measure in enumerate(value)]
        elif isinstance(value, str | Measure):
            named.append((loc, value if isinstance(value, str) else value.metric))
        elif value is not None:
            named += [(loc, measure.metric) for measure in measures_in(value)]
    ties = getattr(entry, "ties", None)
    if isinstance(ties, TiesEntry):
        named += [
            (("components", name, "ties", "tiebreak", index), measure.metric)
            for index, measure in enumerate(ties.tiebreak)
        ]
    for loc, metric in dict.fromkeys(named):
        if metric not in policy.metrics:
            near = did_you_mean(metric, policy.metrics)
            hint = N_("did you mean {near}?") if near else N_("define it in policies/metrics.yaml")
            offset = max(typed.text(*loc).find(metric), 0)
            found.append(
                typed.finding(
                    "P009",
                    loc,
                    N_("there is no metric `{metric}`"),
                    hint,
                    offset=offset,
                    metric=metric,
                    near=near,
                )
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
