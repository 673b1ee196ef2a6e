"""A component of a plan file being read: what all shapes have, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from salescli.books.schemas.plan_shapes import (
    CapEntry,
    Component,
    EarningEntry,
    FactorEntry,
    FloorEntry,
    MultiplierEntry,
    OnlyEntry,
    ReleaseEntry,
    TableEntry,
)
from salescli.books.schemas.plans import PlanFile
from salescli.books.typed import Typed
from salescli.findings import Finding
from salescli.i18n import N_
from salescli.model.choices import Per
from salescli.model.exact import plain, rate_text
from salescli.model.expression import ANY, Expr, Measure, unit_of, within
from salescli.model.fact import Only
from salescli.model.metric import Policy
from salescli.model.plan import (
    FactorStep,
    FactorTable,
    Limit,
    Multiplier,
    Part,
    Release,
)

Loc = tuple[str | int, ...]
DIMENSIONS = ("item", "product", "category", "customer", "customer_kind", "region", "source")
BANDS = ("margin", "discount", "amount")
RATIO, NOTHING = Measure("score", "attainment"), Measure("sales_amount")
"""What a bound in ratios, or in money, is held against."""


class Reader:
    """One component being read: where it stands, and what is wrong with it."""

    def __init__(self, typed: Typed[PlanFile], name: str, policy: Policy, found: list[Finding]) -> None:
        self.typed = typed
        self.name = name
        self.loc: Loc = ("components", name)
        self.units = {key: metric.unit for key, metric in policy.metrics.items()}
        self.found = found

    def wrong(self, code: str, loc: Sequence[str | int], template: str, hint: str, **params: Any) -> None:
        """A finding at a place inside the component."""
        self.found.append(self.typed.finding(code, (*self.loc, *loc), template, hint, **params))

    def common(self, entry: Component) -> dict[str, Any]:
        """What every shape has."""
        return {
            "name": self.name,
            "period": entry.period,
            "when": entry.when,
            "rounding": entry.rounding,
            "prorate": entry.prorate,
            "accept": tuple(entry.accept),
            "place": self.typed.key(*self.loc),
        }

    def earning(self, entry: EarningEntry, pays_on: Expr) -> dict[str, Any]:
        """What every shape has that pays each person an amount of their own."""
        scope, only = entry.scope, read_only(entry.only)
        return {
            **self.common(entry),
            "may_fall": entry.may_fall,
            "pays_on": within(pays_on, scope, only),
            "scope": scope,
            "only": only,
            "to_date": entry.to_date,
            "target": entry.target,
            "per": entry.per,
            "multipliers": tuple(
                self.multiplier(given, ("multipliers", index))
                for index, given in enumerate(entry.multipliers)
            ),
            "floor": self.limit(entry.floor, "floor", entry.per),
            "cap": self.limit(entry.cap, "cap", entry.per),
            "release": self.release(entry.release),
            "on_zero_target": entry.on_zero_target,
        }

    def limit(self, entry: FloorEntry | CapEntry | None, key: str, per: Per) -> Limit | None:
        """A floor or a cap; of each deal where the component is paid by deal, unless it says otherwise."""
        if entry is None:
            return None
        over = entry.over if isinstance(entry, CapEntry) else "lost"
        return Limit(
            amount=entry.amount,
            per=entry.per or per,
            over=over,
            place=self.typed.key(*self.loc, key),
        )

    def multiplier(self, entry: MultiplierEntry, loc: Loc) -> Multiplier:
        """A factor by another measure."""
        return Multiplier(
            measured_by=entry.measured_by,
            table=self.table(entry, loc, entry.measured_by),
            when=entry.when,
            missing=Fraction(1) if entry.missing is None else entry.missing,
            place=self.typed.at(*self.loc, *loc),
        )

    def table(self, entry: TableEntry, loc: Loc, measure: Expr) -> FactorTable:
        """A table of factors, in the order of the file."""
        steps = [self._step(given, (*loc, "tiers", i), measure) for i, given in enumerate(entry.tiers)]
        self.rising((*loc, "tiers"), [step.start for step in steps], measure)
        return FactorTable(mode=entry.mode, steps=tuple(steps))

    def _step(self, entry: FactorEntry, loc: Loc, measure: Expr) -> FactorStep:
        self.unit((*loc, "from"), entry.start, measure)
        return FactorStep(
            start=Fraction(entry.start), factor=entry.factor, place=self.typed.at(*self.loc, *loc)
        )

    def rising(self, loc: Loc, starts: Sequence[Fraction], measure: Expr) -> None:
        """Bounds stand in order, each once (P006)."""
        rate = unit_of(measure, self.units) == "rate"
        for index in range(1, len(starts)):
            if starts[index] <= starts[index - 1]:
                text = rate_text(starts[index]) if rate else plain(starts[index])
                same = starts[index] == starts[index - 1]
                self.wrong(
                    "P006",
                    (*loc, index),
                    N_("two tiers begin at {start}") if same else N_("the tier from {start} is out of order"),
                    N_("keep one of the two") if same else N_("write tiers from the lowest bound up"),
                    start=text,
                )

    def release(self, entry: ReleaseEntry | None) -> Release | None:
        """When what is earned is paid (P025 where parts do not sum up or are missing)."""
        if entry is None:
            return None
        parts = tuple(
            Part(
                share=part.share,
                after=part.after or 0,
                event=part.event or "",
                place=self.typed.at(*self.loc, "release", "parts", index),
            )
            for index, part in enumerate(entry.parts)
        )
        wanted = {"instalments": "after", "events": "event"}.get(entry.by)
        if wanted is not None:
            total = sum((part.share for part in parts), Fraction(0))
            if total != 1:
                self.wrong(
                    "P025",
                    ("release", "parts"),
                    N_("the parts sum to {total}, not to 100%"),
                    N_("write `parts: [{{share: 50%, {word}: …}}, {{share: 50%, {word}: …}}]`"),
                    total=rate_text(total),
                    word=wanted,
                )
            for index, part in enumerate(entry.parts):
                if wanted == "event" and part.event is None:
                    self.wrong(
                        "P025",
                        ("release", "parts", index),
                        N_("this part does not say on which event it is paid"),
                        N_("write `event:` with the kind of an activity, such as setup_paid"),
                    )
        elif parts:
            self.wrong(
                "P025",
                ("release", "parts"),
                N_("`parts` belong to `by: instalments` or `by: events`"),
                N_("leave them out, or write `by: instalments`"),
            )
        if entry.by == "months" and "count" not in entry.model_fields_set:
            self.wrong(
                "P025",
                ("release",),
                N_("nothing says over how many months it is paid"),
                N_("write `count: 12`, or `count: term_months`"),
            )
        return Release(
            by=entry.by,
            parts=parts,
            count=entry.count,
            longer_than=entry.longer_than or 0,
            place=self.typed.key(*self.loc, "release"),
        )

    def unit(self, loc: Loc, start: Decimal | Fraction, measure: Expr) -> None:
        """A tier begins at a rate where a rate places one in it, else at a number (P002)."""
        unit = unit_of(measure, self.units)
        if unit == "rate" and not isinstance(start, Fraction):
            percent = plain(start) if start == 0 or start >= 3 else plain(Fraction(start) * 100)
            self.wrong(
                "P002",
                loc,
                N_("`{value}` is a bare number, but {measure} is a rate"),
                N_("write {percent}%"),
                value=plain(start),
                measure=str(measure),
                percent=percent,
            )
        elif unit != "rate" and isinstance(start, Fraction) and self._known(measure):
            self.wrong(
                "P002",
                loc,
                N_("`{value}` is a rate, but {measure} is not"),
                N_("write plain digits, or measure by attainment({metric})"),
                value=rate_text(start),
                measure=str(measure),
                metric=measure.metric if isinstance(measure, Measure) else "…",
            )

    def _known(self, measure: Expr) -> bool:
        return not isinstance(measure, Measure) or not measure.is_figure or measure.metric in self.units


def read_only(entry: OnlyEntry | None) -> Only:
    """Which deals count."""
    if entry is None:
        return ANY
    return Only(
        product=tuple(entry.product),
        region=tuple(entry.region),
        customer=tuple(entry.customer),
        customer_kind=tuple(entry.customer_kind),
        category=tuple(entry.category),
        item=tuple(entry.item),
        source=tuple(entry.source),
        since=entry.since,
        until=entry.until,
    )
