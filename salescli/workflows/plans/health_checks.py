"""The checks of policy health: a figure, a limit, a light and a sentence each (SPEC I9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from salescli.calc.health.spread import gini, of_top_tenth, share_from
from salescli.i18n import N_, gettext
from salescli.model.guardrails import Band, HealthLimits, Limit
from salescli.model.metric import Light
from salescli.model.period import Period
from salescli.model.table import Line, Row
from salescli.render.numbers import money_full, percent
from salescli.workflows.plans.health_figures import Figures, PlanFigures

NAMES = {
    "cost_of_sales": N_("Pay against sales"),
    "cost_of_margin": N_("Pay against gross profit"),
    "budget": N_("Pay against budget"),
    "reached": N_("Reached the target"),
    "high_target": N_("High target, missed"),
    "paid_for_nothing": N_("Paid for nothing"),
    "top_share": N_("Pay of the top tenth"),
    "gini": N_("How uneven pay is (Gini)"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One figure held against its limit.

    Attributes:
        value: None where there is nothing to measure; `line` says why.
        light: None where too few people or nothing would make it mean something.
        count: How many people (times periods) it rests on.
    """

    key: str
    plan: str
    value: Fraction | None
    limit: Limit | Band
    light: Light | None
    count: int
    line: Line

    def row(self, period: Period) -> Row:
        """As a row of `health`."""
        limit = self.limit
        low, high = (
            (limit.least, limit.most) if isinstance(limit, Band) else (limit.yellow_above, limit.red_above)
        )
        band = isinstance(limit, Band)
        template = N_("{low} – {high}") if band else N_("≤ {low}, red > {high}")
        return {
            "plan": self.plan or None,
            "plan_name": self.plan or gettext(N_("All plans")),
            "period": period.text,
            "check": self.key,
            "check_name": NAMES[self.key],
            "value": self.value,
            "healthy_from": low if band else None,
            "healthy_to": high if band else low,
            "red_above": None if band else high,
            "healthy": Line(template=template, params={"low": percent(low, 0), "high": percent(high, 0)}),
            "light": self.light,
            "people": self.count,
            "line": self.line,
        }


def checks(figures: Figures) -> Iterator[Check]:
    """Every check that the book has figures for: all plans together first, then plan by plan."""
    at = _Checks(figures)
    yield from at.together()
    for plan in figures.plans:
        yield from at.of_plan(plan)


class _Checks:
    """The checks of one period."""

    def __init__(self, figures: Figures) -> None:
        self.figures = figures
        self.limits: HealthLimits = figures.session.book.guardrails.health
        self.currency = figures.session.book.settings.currency

    def together(self) -> Iterator[Check]:
        """All plans: cost, budget, concentration."""
        paid = self.figures.paid
        total = sum(paid.values(), Decimal(0))
        if paid:
            yield from self._costs("", total, self.figures.sales, self.figures.profit, len(paid))
            yield from self._budget("", total, len(paid))
            yield from self._concentration("", paid)

    def of_plan(self, plan: PlanFigures) -> Iterator[Check]:
        """Cost and budget, whether targets fit, what is paid for nothing, concentration."""
        name, people = plan.plan.id, len(plan.people)
        if plan.sales:
            yield from self._costs(name, plan.total, plan.sales, plan.profit, people)
        yield from self._budget(name, plan.total, people)
        if plan.attained:
            yield self._reached(plan)
            yield from self._paid_for_nothing(plan)
        if plan.judged:
            yield self._high_target(plan)
        if len(self.figures.plans) > 1 and people >= self.limits.few:
            yield from self._concentration(name, plan.paid)

    # --- cost

    def _costs(
        self, plan: str, total: Decimal, sales: Fraction, profit: Fraction | None, people: int
    ) -> Iterator[Check]:
        against = [("cost_of_sales", self.limits.cost_of_sales, sales, N_("{pay} for sales of {base}"))]
        if profit is not None:
            template = N_("{pay} for a gross profit of {base}")
            against.append(("cost_of_margin", self.limits.cost_of_margin, profit, template))
        for key, limit, base, template in against:
            params: dict[str, object] = {"pay": self._money(total), "base": self._money(base)}
            value = Fraction(total) / base if base > 0 else None
            light = None if value is None else limit.light(value)
            if light is not None and light is not Light.GREEN:
                params["text"] = Line(template=template, params=dict(params))
                template = N_("reward too expensive: {text}")
            line = Line(template=template, params=params)
            yield Check(key=key, plan=plan, value=value, limit=limit, light=light, count=people, line=line)

    def _budget(self, plan: str, total: Decimal, people: int) -> Iterator[Check]:
        budget = budget_of(self.limits, self.figures.period, plan)
        if budget:
            value = Fraction(total) / Fraction(budget)
            template = N_("{pay} of a budget of {base}")
            line = Line(template=template, params={"pay": self._money(total), "base": self._money(budget)})
            limit = self.limits.budget_used
            yield Check(
                key="budget",
                plan=plan,
                value=value,
                limit=limit,
                light=limit.light(value),
                count=people,
                line=line,
            )

    # --- targets

    def _reached(self, plan: PlanFigures) -> Check:
        values = [one.value for one in plan.attained]
        share, band = share_from(values, Fraction(1)), self.limits.reached
        assert share is not None
        params = {"reached": sum(v >= 1 for v in values), "times": len(values), "people": _people(plan)}
        light = band.light(share) if self._enough(plan) else None
        template = N_("{reached} of {times:time|times}, {people:person|people}")
        if light is None:
            template = N_(
                "{reached} of {times:time|times}, {people:person|people}: too few to speak of a pattern"
            )
        elif light is not Light.GREEN and share < band.least:
            template = N_("targets may be too high: {reached} of {times:time|times}, {people:person|people}")
        elif light is not Light.GREEN:
            template = N_("targets may be too low: {reached} of {times:time|times}, {people:person|people}")
        line = Line(template=template, params=params)
        return Check(
            key="reached",
            plan=plan.plan.id,
            value=share,
            limit=band,
            light=light,
            count=len(values),
            line=line,
        )

    def _high_target(self, plan: PlanFigures) -> Check:
        high = sum(one.above_all for one in plan.missed)
        share, limit = Fraction(high, plan.judged), self.limits.high_target
        light = limit.light(share) if plan.judged >= self.limits.few else None
        params = {"high": high, "people": plan.judged}
        template = N_("{high} of {people:person|people} missed a target above all they had done")
        if light is None:
            template = N_(
                "{high} of {people:person|people} missed a target above all they had done; too few"
                " for a light"
            )
        line = Line(template=template, params=params)
        return Check(
            key="high_target",
            plan=plan.plan.id,
            value=share,
            limit=limit,
            light=light,
            count=plan.judged,
            line=line,
        )

    def _paid_for_nothing(self, plan: PlanFigures) -> Iterator[Check]:
        bound, limit = self.limits.nothing_below, self.limits.paid_for_nothing
        below = [one for one in plan.attained if one.value < bound and one.paid > 0]
        paid = sum((one.paid for one in plan.attained if one.paid > 0), Decimal(0))
        if not paid:
            return
        nothing = sum((one.paid for one in below), Decimal(0))
        share = Fraction(nothing) / Fraction(paid)
        params = {
            "pay": self._money(nothing),
            "bound": percent(bound, 0),
            "people": len({one.person for one in below}),
        }
        template = N_("{pay} to {people:person|people} below {bound} of their target")
        if not below:
            template = N_("nothing to people below {bound} of their target")
        line = Line(template=template, params=params)
        yield Check(
            key="paid_for_nothing",
            plan=plan.plan.id,
            value=share,
            limit=limit,
            light=limit.light(share),
            count=len(plan.attained),
            line=line,
        )

    # --- concentration

    def _concentration(self, plan: str, paid: Mapping[str, Decimal]) -> Iterator[Check]:
        people = sorted(paid)
        amounts = [Fraction(paid[person]) for person in people]
        top, uneven = of_top_tenth(amounts), gini(amounts)
        if top is None or uneven is None:
            return
        enough, count = len(people) >= self.limits.few, len(people)
        sold = of_top_tenth([self.figures.by_person.get(p, Fraction(0)) for p in people], amounts)
        params: dict[str, object] = {"people": count, "sold": "–" if sold is None else percent(sold, 0)}
        template = N_("a tenth of {people:person|people}, who made {sold} of the sales")
        few = N_("{people:person is|people are} too few to speak of a pattern")
        for key, limit, value, text in (
            ("top_share", self.limits.top_share, top, template),
            ("gini", self.limits.gini, uneven, N_("0 % all alike, 100 % all to one; {people:person|people}")),
        ):
            line = Line(template=text if enough else few, params=params)
            light = limit.light(value) if enough else None
            yield Check(key=key, plan=plan, value=value, limit=limit, light=light, count=count, line=line)

    # --- helpers

    def _enough(self, plan: PlanFigures) -> bool:
        return _people(plan) >= self.limits.few

    def _money(self, amount: Decimal | Fraction) -> str:
        return money_full(amount, self.currency)


def _people(plan: PlanFigures) -> int:
    return len({one.person for one in plan.attained})


def budget_of(limits: HealthLimits, period: Period, plan: str) -> Decimal | None:
    """The budget of a period, or of its parts together if each has one; never a part of a longer one's."""
    stated = limits.budgets.get((period.text, plan))
    if stated is not None or period.kind in ("week", "month"):
        return stated
    quarters = {Period.around(month.start, "quarter", period.fiscal) for month in period.months()}
    ways: list[Sequence[Period]] = [] if period.kind == "quarter" else [sorted(quarters)]
    for parts in (*ways, period.months()):
        budgets = [budget_of(limits, part, plan) for part in parts]
        known = [budget for budget in budgets if budget is not None]
        if known and len(known) == len(budgets):
            return sum(known, Decimal(0))
    return None
