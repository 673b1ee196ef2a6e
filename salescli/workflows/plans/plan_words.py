"""A plan in sentences: what each component pays, for whom, and what limits it (SPEC I7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from salescli.calc.pay.earning import single_figure
from salescli.findings import Span
from salescli.i18n import N_, Word, joined, several
from salescli.model.exact import plain, rate_text
from salescli.model.expression import ANY, Expr, only_text, unit_of
from salescli.model.metric import Policy, Unit
from salescli.model.plan import (
    AnyComponent,
    Band,
    Component,
    Draw,
    Earning,
    FactorTable,
    Flat,
    Goal,
    Milestones,
    Plan,
    Pool,
    Ranking,
    RateTable,
    Recognition,
    Rule,
    Scorecard,
    Spiff,
    TeamAward,
    Tier,
    Tiers,
)
from salescli.model.table import Line


class Told(NamedTuple):
    """A sentence and the line of the plan file it stands for."""

    line: Line
    place: Span


def _line(template: str, **params: object) -> Line:
    return Line(template=template, params=params)


def plan_lines(plan: Plan, policy: Policy) -> Iterator[Told]:
    """Whom it covers, when, why, and what holds for all its components."""
    at = plan.places.get("for", plan.place)
    for words, text in (
        (plan.roles, N_("for the roles {words}")),
        (plan.regions, N_("in the regions {words}")),
        (plan.people, N_("for {words}")),
    ):
        if words:
            yield Told(_line(text, words=several(words)), at)
    valid = plan.places.get("valid", plan.place)
    if plan.valid_from or plan.valid_to:
        yield Told(
            _line(
                N_("valid from {since} to {until}"),
                since=plan.valid_from.isoformat() if plan.valid_from else "…",
                until=plan.valid_to.isoformat() if plan.valid_to else "…",
            ),
            valid,
        )
    if plan.why:
        yield Told(_line(N_("why: {why}"), why=plan.why), plan.place)
    if plan.ramp is not None:
        parts = several(rate_text(part) for part in plan.ramp.months)
        text = N_("newcomers' targets count {parts} in their first months, then in full")
        yield Told(_line(text, parts=parts), plan.ramp.place)
    if plan.prorate_targets:
        yield Told(_line(N_("targets count in proportion to the days covered")), plan.place)
    if plan.clawback is not None:
        rule = plan.clawback
        text = N_("cancelled deals: {share} of what was paid is taken back")
        if rule.within is not None:
            text = N_("cancelled deals: {share} of what was paid is taken back, within {within:month|months}")
        if rule.pro_rata_months is not None:
            text = N_(
                "cancelled deals: {share} of what was paid is taken back, for the months not kept of {months}"
            )
        params = {"share": rate_text(rule.share), "within": rule.within, "months": rule.pro_rata_months}
        yield Told(_line(text, **params), rule.place)
    yield from _closed_periods(plan, policy)


def _closed_periods(plan: Plan, policy: Policy) -> Iterator[Told]:
    """What becomes of settled months, and which components `reverse` cannot take back (SPEC S4)."""
    at = plan.places.get("closed_periods", plan.place)
    if plan.closed_periods == "replay":
        text = N_("settled months are reckoned again with what is known later; the difference is paid")
        yield Told(_line(text), at)
        return
    text = N_("what a deal that is gone later was paid is taken back; late deals count in the open month")
    yield Told(_line(text), at)
    kept = [part.name for part in plan.components if _is_kept(part, policy)]
    if kept:
        yield Told(_line(N_("what deals that are gone brought to {kept} is kept"), kept=several(kept)), at)


def _is_kept(component: AnyComponent, policy: Policy) -> bool:
    if isinstance(component, Draw | Recognition):
        return False
    if not isinstance(component, Earning) or isinstance(component, Milestones):
        return True
    figure = single_figure(component.pays_on)
    base = None if figure is None else policy.metrics[figure.metric].base
    return figure is None or base is None or figure.scope in ("region", "team")


def component_lines(component: AnyComponent, units: Mapping[str, Unit]) -> Iterator[Told]:
    """Everything a component says, in the order in which it is reckoned."""
    at = component.place
    if component.when is not None:
        yield Told(_line(N_("only if {condition}"), condition=str(component.when)), at)
    if isinstance(component, Tiers):
        yield from _tiers(component, units)
    elif isinstance(component, Flat):
        text = N_("pays {each} of {on}") if component.rate is not None else N_("pays {each} for each of {on}")
        each = rate_text(component.rate) if component.rate is not None else plain(component.pays or 0)
        yield Told(_line(text, each=each, on=component.pays_on), at)
    elif isinstance(component, Scorecard):
        yield from _scorecard(component, units)
    elif isinstance(component, Milestones):
        yield from _milestones(component)
    elif isinstance(component, Spiff):
        yield from _spiff(component)
    elif isinstance(component, RateTable):
        yield from _rate_table(component)
    elif isinstance(component, Ranking):
        yield from _ranking(component)
    elif isinstance(component, TeamAward):
        text = N_("pays {amount} to every member of the region")
        if component.scope == "team":
            text = N_("pays {amount} to every member of the team")
        yield Told(_line(text, amount=plain(component.per_head)), at)
    elif isinstance(component, Pool):
        yield from _pool(component)
    elif isinstance(component, Recognition):
        text = N_("recognises the first {top} by {by}: {award}")
        yield Told(_line(text, top=component.top, by=component.rank_by, award=component.award), at)
    elif isinstance(component, Draw):
        yield from _draw(component)
    if isinstance(component, Earning):
        yield from _limits(component, units)
    yield from _common(component)


_MODES = {
    "whole": N_("{by} reaches a tier; the tier reached pays on all of {on}"),
    "marginal": N_("{by} fills tiers; each pays on its own slice of {on}"),
    "interpolated": N_("{by} runs through tiers; between them it is linear, on {on}"),
}


def _tiers(component: Tiers, units: Mapping[str, Unit]) -> Iterator[Told]:
    yield Told(_line(_MODES[component.mode], by=component.measured_by, on=component.pays_on), component.place)
    for tier in component.tiers:
        yield Told(_tier(tier, component.measured_by, units), tier.place)


def _tier(tier: Tier, by: Expr, units: Mapping[str, Unit]) -> Line:
    start = rate_text(tier.start) if unit_of(by, units) == "rate" else plain(tier.start)
    text = N_("from {start}: {rate}") if tier.pay is None else N_("at {start}: {pay}")
    if tier.bonus:
        text = N_("from {start}: {rate}, and {bonus} for reaching it")
    if tier.retroactive:
        text = N_("from {start}: {rate}, on everything below too")
    limits = [
        word.format(plain(value))
        for word, value in (("≥ {}", tier.at_least), ("≤ {}", tier.at_most))
        if value is not None
    ]
    extra = f" ({', '.join(limits)})" if limits else ""
    when = f" [{tier.when!s}]" if tier.when is not None else ""
    return _line(
        text,
        start=start,
        rate=rate_text(tier.rate) + extra + when,
        bonus=plain(tier.bonus),
        pay=plain(tier.pay or 0),
    )


def _table(table: FactorTable, by: Expr, units: Mapping[str, Unit]) -> str:
    rate = unit_of(by, units) == "rate"
    steps = (f"{rate_text(s.start) if rate else plain(s.start)} → {rate_text(s.factor)}" for s in table.steps)
    told = joined(steps)
    return f"{told} …" if table.mode == "interpolated" else told


def _scorecard(component: Scorecard, units: Mapping[str, Unit]) -> Iterator[Told]:
    yield Told(_line(N_("pays {on} times the score of its goals"), on=component.pays_on), component.place)
    for goal in component.goals:
        yield Told(_goal(goal, units), goal.place)
    if component.overall is not None:
        table = several(f"{rate_text(s.start)} → {rate_text(s.factor)}" for s in component.overall.steps)
        yield Told(_line(N_("the score is worth: {table}"), table=table), component.place)


def _goal(goal: Goal, units: Mapping[str, Unit]) -> Line:
    text = N_("{name}: {weight}, by {by}")
    if goal.table is not None:
        text = N_("{name}: {weight}, by {by} ({table})")
    table = "" if goal.table is None else _table(goal.table, goal.measured_by, units)
    return _line(text, name=goal.name, weight=rate_text(goal.weight), by=goal.measured_by, table=table)


def _milestones(component: Milestones) -> Iterator[Told]:
    text = N_("pays every milestone reached") if component.pays == "all" else N_("pays the highest reached")
    yield Told(_line(text), component.place)
    for milestone in component.milestones:
        params = {
            "name": milestone.name,
            "when": str(milestone.when),
            "pays": plain(milestone.pays),
        }
        yield Told(_line(N_("{name}: {pays} if {when}"), **params), milestone.place)


def _spiff(component: Spiff) -> Iterator[Told]:
    text = N_("pays {pays} for each of {on}")
    if component.from_count > 1:
        text = N_("pays {pays} for each of {on}, from {first} on")
        if component.beyond:
            text = N_("pays {pays} for each of {on} beyond the first {before}")
    params = {
        "pays": plain(component.pays),
        "on": component.pays_on,
        "first": component.from_count,
        "before": component.from_count - 1,
    }
    yield Told(_line(text, **params), component.place)
    if component.at_most is not None:
        yield Told(_line(N_("at most {count} are paid"), count=component.at_most), component.place)


def _rate_table(component: RateTable) -> Iterator[Told]:
    text = N_("each deal pays by the first rule that fits, on its {on}")
    if component.choose == "most_specific":
        text = N_("each deal pays by the most specific rule that fits, on its {on}")
    yield Told(_line(text, on=component.pays_on), component.place)
    for rule in component.rules:
        pays = rate_text(rule.rate) if rule.rate is not None else plain(rule.pays or 0)
        yield Told(_line(N_("{what}: {pays}"), what=_rule(rule) or "*", pays=pays), rule.place)
    if component.unmatched == "skip":
        yield Told(_line(N_("deals that no rule fits are left unpaid, and listed")), component.place)


def _rule(rule: Rule) -> str:
    words = [f"{key} {'|'.join(accepted)}" for key, accepted in rule.words.items()]
    return joined([*words, *(f"{key} {_band(key, band)}" for key, band in rule.bands.items())])


def _band(key: str, band: Band) -> str:
    tell = plain if key == "amount" else rate_text
    start = "" if band.start is None else tell(band.start)
    stop = "" if band.stop is None else tell(band.stop)
    return f"{start}–{stop}"


_TIES = {
    "split": N_("equal ones split the prizes of their ranks"),
    "same": N_("equal ones get the same prize"),
    "tiebreak": N_("equal ones are told apart by {by}, then by id"),
}


def _ranking(component: Ranking) -> Iterator[Told]:
    prizes = several(plain(award) for award in component.awards)
    text = N_("the first by {by} get {prizes}")
    if component.scope == "region":
        text = N_("in each region the first by {by} get {prizes}")
    yield Told(_line(text, by=component.rank_by, prizes=prizes), component.place)
    by = several(map(str, component.tiebreak))
    yield Told(_line(_TIES[component.ties], by=by), component.place)
    if component.minimum is not None:
        minimum = str(component.minimum)
        yield Told(_line(N_("ranked only if {condition}"), condition=minimum), component.place)


def _pool(component: Pool) -> Iterator[Told]:
    yield Told(
        _line(N_("shares {fund} of the {scope}"), fund=component.fund, scope=Word(component.scope)),
        component.place,
    )
    text, params = N_("in equal parts"), dict[str, object](by=str(component.share_by or ""))
    if component.share_by is not None:
        text = N_("in proportion to {by}")
    if component.weights:
        text = N_("by fixed shares: {by}")
        params = {"by": several(f"{p} {rate_text(w)}" for p, w in component.weights.items())}
    yield Told(_line(text, **params), component.place)


def _draw(component: Draw) -> Iterator[Told]:
    text = N_("fills up to {amount} what was earned")
    if component.kind == "advance":
        text = N_("pays {amount} ahead of what is earned")
    yield Told(_line(text, amount=component.amount), component.place)
    text = N_("paid back out of later earnings") if component.recoverable else N_("never paid back")
    yield Told(_line(text), component.place)
    if component.maximum is not None:
        yield Told(
            _line(N_("never more than {amount} owed"), amount=plain(component.maximum)), component.place
        )
    if component.forgive_after is not None:
        text = N_("forgiven after {count:period|periods}")
        yield Told(_line(text, count=component.forgive_after), component.place)


_ON_RELEASE = {
    "receipts": N_("held, and paid as the cash comes in"),
    "instalments": N_("held, and paid in parts: {parts}"),
    "events": N_("held, and paid as things happen: {parts}"),
    "months": N_("held, and paid month by month: {parts}"),
}


def _limits(component: Earning, units: Mapping[str, Unit]) -> Iterator[Told]:
    if component.only != ANY:
        yield Told(_line(N_("only deals with {only}"), only=only_text(component.only)), component.place)
    if component.per == "deal":
        yield Told(_line(N_("each deal by itself")), component.place)
    for multiplier in component.multipliers:
        table = _table(multiplier.table, multiplier.measured_by, units)
        text = N_("times a factor by {by}: {table}")
        yield Told(_line(text, by=multiplier.measured_by, table=table), multiplier.place)
    if component.floor is not None:
        yield Told(_line(N_("at least {amount}"), amount=component.floor.amount), component.floor.place)
    if component.cap is not None:
        text = N_("at most {amount}")
        if component.cap.over == "carried":
            text = N_("at most {amount}; the rest is paid when later periods leave room")
        yield Told(_line(text, amount=component.cap.amount), component.cap.place)
    if component.to_date is not None:
        text = N_("reckoned from the start of the {kind}, less what was settled in it")
        yield Told(_line(text, kind=Word(component.to_date)), component.place)
    if component.release is not None:
        release = component.release
        parts = ", ".join(f"{rate_text(p.share)} {p.event or f'+{p.after}'}" for p in release.parts) or str(
            release.count or "term_months"
        )
        yield Told(_line(_ON_RELEASE[release.by], parts=parts), release.place)


def _common(component: Component) -> Iterator[Told]:
    if component.prorate:
        yield Told(_line(N_("fixed sums in proportion to the days covered")), component.place)
    if component.rounding != "half_up":
        yield Told(_line(N_("rounded {how}"), how=Word(component.rounding)), component.place)
