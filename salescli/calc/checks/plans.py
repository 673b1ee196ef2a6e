"""Plans by themselves and against people (P004–P014, P018; SPEC I7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from salescli.calc.checks.words import unknown_id
from salescli.calc.pay.earning import single_figure
from salescli.calc.pay.order import in_order_of_need
from salescli.calc.pay.registry import compile_component, deal_columns
from salescli.calc.pay.shape import Reads
from salescli.findings import Finding, Span, finding
from salescli.i18n import N_, several
from salescli.model.book import Book
from salescli.model.exact import plain, rate_text
from salescli.model.expression import Measure, metric_of, unit_of
from salescli.model.metric import Policy, Unit
from salescli.model.org import Org
from salescli.model.plan import (
    AnyComponent,
    Earning,
    Flat,
    Milestones,
    Plan,
    Ranking,
    RateTable,
    TeamAward,
    Tiers,
)


def check_plans(book: Book) -> Iterator[Finding]:
    """Every plan of the book."""
    roles = {p.role for p in book.org.people.values()}
    roles |= {a.role for p in book.org.people.values() for a in p.assignments if a.role}
    first: dict[str, Plan] = {}
    units = {key: metric.unit for key, metric in book.policy.metrics.items()}
    columns = deal_columns(book.policy)
    for plan in book.plans:
        known = first.setdefault(plan.id, plan)
        if known is not plan:
            yield finding(
                "P004",
                plan.place,
                N_("the plan `{plan}` is there twice, first in {first}"),
                hint=N_("give one of the two another id"),
                plan=plan.id,
                first=str(known.place),
            )
        yield from _covers(plan, book.org, roles)
        yield from _valid(plan)
        yield from _circle(plan, book.policy)
        for component in plan.components:
            if isinstance(component, Earning):
                yield from _rate_of_ratio(component, book.policy)
                yield from _by_deal(component, columns)
            if isinstance(component, Tiers):
                yield from _tiers(component, units)
            elif isinstance(component, Ranking) and not component.awards:
                yield finding(
                    "P008",
                    component.place,
                    N_("`{component}` has no prizes"),
                    hint=N_("write `awards: [5000, 3000, 1000]`"),
                    component=component.name,
                )
            elif isinstance(component, TeamAward) and component.when is None:
                yield finding(
                    "P018",
                    component.place,
                    N_("`{component}` is paid always, because it has no `when`"),
                    hint=N_("write `when: attainment(sales_amount) >= 110%`"),
                    severity="warning",
                    component=component.name,
                )


def _covers(plan: Plan, org: Org, roles: set[str]) -> Iterator[Finding]:
    for role in plan.roles:
        if role not in roles:
            yield unknown_id(
                "P012", _place(plan, "role", role), N_("nobody has the role `{word}`"), role, roles
            )
    for region in plan.regions:
        if region not in org.regions:
            place = _place(plan, "region", region)
            yield unknown_id("P013", place, N_("there is no region `{word}`"), region, org.regions)
    for person in plan.people:
        if person not in org.people:
            place = _place(plan, "person", person)
            yield unknown_id("P013", place, N_("there is no person `{word}`"), person, org.people)


def _place(plan: Plan, key: str, word: str) -> Span:
    return plan.places.get(f"{key}/{word}", plan.place)


def _valid(plan: Plan) -> Iterator[Finding]:
    if plan.valid_from and plan.valid_to and plan.valid_from > plan.valid_to:
        yield finding(
            "P011",
            plan.places.get("valid", plan.place),
            N_("valid from {since} to {until} is never"),
            hint=N_("let it end on or after the day it begins"),
            since=plan.valid_from.isoformat(),
            until=plan.valid_to.isoformat(),
        )


def _rate_of_ratio(component: Earning, policy: Policy) -> Iterator[Finding]:
    """Rates apply to sums and counts; a ratio by itself cannot be paid on."""
    metric = metric_of(component.pays_on)
    paid = None if metric is None else policy.metrics.get(metric)
    if paid is not None and paid.base is None and not isinstance(component, Milestones):
        yield finding(
            "P010",
            component.place,
            N_("`{component}` pays on `{metric}`, which is a ratio"),
            hint=N_("pay on a sum such as sales_amount, and measure by the ratio"),
            component=component.name,
            metric=metric,
        )


def _tiers(component: Tiers, units: Mapping[str, Unit]) -> Iterator[Finding]:
    rate = unit_of(component.measured_by, units) == "rate"

    def told(value: Fraction) -> str:
        return rate_text(value) if rate else plain(value)

    first = component.tiers[0]
    if first.start != 0:
        yield finding(
            "P005",
            first.place,
            N_("the first tier begins at {start}, so nothing is said below it"),
            hint=N_("put `{{from: {zero}, rate: 0%}}` before it"),
            start=told(first.start),
            zero="0%" if rate else "0",
        )
    for lower, upper in pairwise(component.tiers):
        if upper.start <= lower.start:
            same = upper.start == lower.start
            yield finding(
                "P006",
                upper.place,
                N_("two tiers begin at {start}")
                if same
                else N_("the tier from {start} stands below the one from {lower}"),
                hint=N_("keep one of the two") if same else N_("write tiers from the lowest bound up"),
                start=told(upper.start),
                lower=told(lower.start),
            )
        elif upper.rate < lower.rate and not component.may_fall:
            yield finding(
                "P007",
                upper.place,
                N_("the rate falls from {before} to {after} at {start}"),
                hint=N_("write a rate of {before} or more; if it is meant, `may_fall: true`"),
                severity="warning",
                before=rate_text(lower.rate),
                after=rate_text(upper.rate),
                start=told(upper.start),
            )


def _by_deal(component: Earning, columns: Mapping[str, str]) -> Iterator[Finding]:
    """What is rated, held or taken back deal by deal must rest on a column of deals (P028)."""
    on = component.pays_on
    release = component.release
    wants = component.per == "deal" or (release is not None and release.by_deal)
    figure = single_figure(on)
    own = figure is not None and figure.scope == "own" and figure.metric in columns
    if component.per == "deal":
        deals = ("own", "reports", "all_reports")
        own = isinstance(on, Measure) and on.of == "actual" and on.scope in deals and on.metric in columns
    if wants and not own:
        yield finding(
            "P028",
            component.place,
            N_("`{component}` goes deal by deal, but {what} is no figure of single deals"),
            hint=N_("pay on one of: {known}"),
            component=component.name,
            what=str(on),
            known=several(columns),
        )
    if component.per == "deal" and (component.to_date or not isinstance(component, Flat | Tiers | RateTable)):
        yield finding(
            "P021",
            component.place,
            N_("`per: deal` works with flat rates, tiers and rate tables of a single period"),
            hint=N_("leave `per: deal` out, or `to_date`"),
            component=component.name,
        )
    if release is not None and component.cap is not None and component.cap.over == "carried":
        yield finding(
            "P021",
            release.place,
            N_("`{component}` both carries what exceeds its cap and releases what it holds"),
            hint=N_("write `over: lost`, or leave `release` out"),
            component=component.name,
        )


def _circle(plan: Plan, policy: Policy) -> Iterator[Finding]:
    """Components that rest on each other's earnings (P027)."""
    parts = [_Part(c, compile_component(plan, c, policy).reads) for c in plan.components]
    for part in in_order_of_need(parts)[1]:
        yield finding(
            "P027",
            part.component.place,
            N_("`{component}` rests on what others earn that rest on it"),
            hint=N_("let one of them stand by itself"),
            component=part.component.name,
        )


@dataclass(frozen=True, slots=True)
class _Part:
    component: AnyComponent
    by_node: Reads

    @property
    def name(self) -> str:
        return self.component.name

    @property
    def reads(self) -> frozenset[Measure]:
        return frozenset().union(*self.by_node)
