"""Plans by themselves and against people (P004–P014, P018; SPEC I7)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from salescli.calc.checks.words import unknown_id
from salescli.findings import Finding, Span, finding
from salescli.i18n import N_
from salescli.model.book import Book
from salescli.model.exact import plain, rate_text
from salescli.model.metric import Policy
from salescli.model.org import Org
from salescli.model.plan import Plan, Ranking, TeamAward, Tier, Tiers


def check_plans(book: Book) -> Iterator[Finding]:
    """Every plan of the book."""
    roles = {p.role for p in book.org.people.values()}
    roles |= {a.role for p in book.org.people.values() for a in p.assignments if a.role}
    first: dict[str, Plan] = {}
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
        for component in plan.components:
            if isinstance(component, Tiers):
                yield from _tiers(component, book.policy)
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


def _tiers(component: Tiers, policy: Policy) -> Iterator[Finding]:
    paid = policy.metrics.get(component.pays_on)
    if paid is not None and paid.base is None:
        yield finding(
            "P010",
            component.place,
            N_("`{component}` pays on `{metric}`, which is a ratio"),
            hint=N_("pay on a sum such as sales_amount, and measure by the ratio"),
            component=component.name,
            metric=component.pays_on,
        )
    first = component.tiers[0]
    if first.start != 0:
        yield finding(
            "P005",
            first.place,
            N_("the first tier begins at {start}, so nothing is said below it"),
            hint=N_("put `{{from: {zero}, rate: 0%}}` before it"),
            start=_bound(first, component),
            zero="0%" if _is_rate(component) else "0",
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
                start=_bound(upper, component),
                lower=_bound(lower, component),
            )
        elif upper.rate < lower.rate:
            yield finding(
                "P007",
                upper.place,
                N_("the rate falls from {before} to {after} at {start}"),
                hint=N_("write a rate of {before} or more, unless that is meant"),
                severity="warning",
                before=rate_text(lower.rate),
                after=rate_text(upper.rate),
                start=_bound(upper, component),
            )


def _is_rate(component: Tiers) -> bool:
    return component.measured_by.of == "attainment"


def _bound(tier: Tier, component: Tiers) -> str:
    """A tier's lower bound as the file writes it."""
    return rate_text(tier.start) if _is_rate(component) else plain(Fraction(tier.start))
