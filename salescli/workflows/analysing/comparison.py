"""Metrics of the team or of anybody: now, the period before, the year before (SPEC A1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from salescli.calc.attain import base_metrics
from salescli.calc.compare import Change, change, unlike
from salescli.calc.track.tree import Node
from salescli.model.metric import Unit
from salescli.model.period import Period
from salescli.model.table import Column, Row, Value
from salescli.render import numbers
from salescli.render.words import line_text
from salescli.workflows.analysing.against import MOM, YOY, Against, against
from salescli.workflows.analysing.figures import Figures
from salescli.workflows.analysing.scope import scope_change
from salescli.workflows.session import Session
from salescli.workflows.tracking.track_view import SALES, shown_value

COMPARED = (
    SALES,
    "collected_amount",
    "collection_rate",
    "deals_won",
    "new_customers",
    "average_order_value",
    "win_rate",
    "lead_conversion",
    "gross_margin",
)
CHANGES = (
    Column("metric_name", "Metric", "word", machine=False),
    Column("metric", "metric", people=False),
    Column("actual", "Actual", "number"),
    Column("before", "Last month", "number"),
    Column("mom", "MoM", machine=False),
    Column("mom_ratio", "mom_ratio", "ratio", people=False),
    Column("year_before", "Last year", "number"),
    Column("yoy", "YoY", machine=False),
    Column("yoy_ratio", "yoy_ratio", "ratio", people=False),
)
TEAM = Node(name="")


class Comparison:
    """Figures of a period beside those of others, each as its own last day saw it.

    Args:
        as_far: Compare only as many working days as have gone by up to the day looked from (`against`).
        target: Whether the targets could have been asked for too (`against`).

    Attributes:
        against: What it is compared with, in the order asked for.
        now: The period's own figures.
        then: Those of each other period, by key; none where nothing can be compared.
        stated: The metrics the book has facts for.
    """

    def __init__(
        self,
        session: Session,
        period: Period,
        as_of: date,
        words: Sequence[str] = (MOM, YOY),
        *,
        as_far: bool = False,
        target: bool = False,
    ) -> None:
        self.session = session
        self.period = period
        self.as_of = as_of
        self.as_far = as_far
        self.against: tuple[Against, ...] = tuple(
            against(session, period, as_of, word, as_far=as_far, target=target)
            for word in dict.fromkeys(words)
        )
        self.now = Figures(session, period.start, period.end, as_of)
        self.then = {
            one.key: Figures(session, one.start, one.end, one.end, measured=as_of)
            for one in self.against
            if one.because is None
        }
        self._known = session.book.policy.metrics
        self.stated: frozenset[str] = stated_metrics(session)

    def actual(self, metric: str, node: Node = TEAM) -> Fraction | None:
        """A metric now; None for a ratio over nothing."""
        return self.now.actual(metric, node)

    def base(self, metric: str, key: str, node: Node = TEAM) -> Fraction | None:
        """A metric then; None also where nothing can be compared."""
        then = self.then.get(key)
        return then.actual(metric, node) if then else None

    def change(self, metric: str, key: str, node: Node = TEAM) -> Change:
        """How a metric differs from then; where people or places are not alike, why instead of a ratio."""
        one = next(one for one in self.against if one.key == key)
        if one.because is not None:
            return Change(None, None, one.because)
        found = change(self.actual(metric, node), self.base(metric, key, node), one.period.text)
        scope = scope_change(self.session.book.org, node, one, (self.period.start, self.as_of))
        if scope is None or found.difference is None:
            return found
        adds_up = self._known[metric].ratio is None
        empty = not self.base(metric, key, node)
        return unlike(found, scope.line) if scope.matters(adds_up=adds_up, empty=empty) else found

    def of(self, metric: str) -> dict[str, Change]:
        """The team's changes of a metric, by key."""
        return {one.key: self.change(metric, one.key) for one in self.against}

    def compared(self) -> tuple[str, ...]:
        """The metrics a review compares, without those of which the book states nothing."""
        return tuple(metric for metric in COMPARED if metric in self.stated)

    def every(self) -> tuple[str, ...]:
        """Every metric of the policy the book has facts for: those of a review first."""
        return tuple(metric for metric in dict.fromkeys((*COMPARED, *self._known)) if metric in self.stated)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Rows of `CHANGES`; needs `mom` and `yoy`."""
        return tuple(self._row(metric) for metric in self.compared())

    def _row(self, metric: str) -> Row:
        name, unit = self._known[metric].name, self._known[metric].unit
        mom, yoy = self.change(metric, MOM), self.change(metric, YOY)
        return {
            "metric_name": name,
            "metric": metric,
            "actual": self.shown(unit, self.actual(metric)),
            "before": self.shown(unit, self.base(metric, MOM)),
            "mom": change_text(mom, unit),
            "mom_ratio": mom.ratio,
            "year_before": self.shown(unit, self.base(metric, YOY)),
            "yoy": change_text(yoy, unit),
            "yoy_ratio": yoy.ratio,
            "_unit": unit,
        }

    def shown(self, unit: Unit, value: Fraction | None) -> Value:
        """A figure as tables hold it."""
        return shown_value(unit, value, self.session.digits)


def stated_metrics(session: Session) -> frozenset[str]:
    """The metrics the book has facts for: without receipts nothing is collected, without costs there is no
    margin, without quantities there are no units."""
    policy = session.book.policy
    stated = session.facts.stated()
    kinds = {kind for kind, day in session.facts.newest().items() if day is not None}

    def known(metric: str) -> bool:
        base = policy.metrics[metric].base
        if base is None:
            return all(known(part) for part in base_metrics(policy, metric))
        if base.source in ("collections", "activities"):
            return base.source in kinds
        column = "cost" if base.column == "margin" else base.column
        return column in (None, "amount", "count") or column in stated

    return frozenset(metric for metric in policy.metrics if known(metric))


def change_text(found: Change, unit: Unit) -> str:
    """`−8.3%`, points for rates, or why there is no comparison."""
    if unit == "rate" and found.difference is not None and found.like:
        return numbers.points(found.difference)
    if found.ratio is None:
        return line_text(found.because) if found.because else ""
    return numbers.percent(found.ratio, sign=True)
