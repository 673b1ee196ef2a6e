"""The figures of a period beside those of the period before and the year before (SPEC A1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from salescli.calc.attain import metric_value
from salescli.calc.compare import Change, change
from salescli.i18n import gettext
from salescli.model.metric import Unit
from salescli.model.period import Period
from salescli.model.table import Column, Row
from salescli.render import numbers
from salescli.workflows.session import Session
from salescli.workflows.track_view import SALES, shown_value

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
_OF_RECEIPTS = ("collected_amount", "collection_rate")


class Comparison:
    """Metrics of the team: now, the month before, the year before, each as its own last day saw it (SPEC A1).

    Those of receipts are left out where the book has none. Leaves the facts measured as of the day looked
    from.
    """

    def __init__(self, session: Session, period: Period, as_of: date) -> None:
        bases = {"before": period.previous(), "year_before": period.year_before()}
        self._figures = {key: _team(session, base, base.end) for key, base in bases.items()}
        self._now = _team(session, period, as_of)
        self._known = session.book.policy.metrics
        self._digits = session.digits
        receipts = session.facts.newest()["collections"] is not None
        compared = [metric for metric in COMPARED if receipts or metric not in _OF_RECEIPTS]
        self.rows: tuple[Row, ...] = tuple(self._row(metric) for metric in compared)

    def _row(self, metric: str) -> Row:
        name, unit = self._known[metric].name, self._known[metric].unit
        mom, yoy = self.of(metric).values()
        figures = {"actual": self._now, **self._figures}
        shown = {key: shown_value(unit, some[metric], self._digits) for key, some in figures.items()}
        return {
            "metric_name": name,
            "metric": metric,
            **shown,
            "mom": change_text(mom, unit),
            "mom_ratio": mom.ratio,
            "yoy": change_text(yoy, unit),
            "yoy_ratio": yoy.ratio,
            "_unit": unit,
        }

    def now(self, metric: str) -> Fraction | None:
        """A metric of the period itself."""
        return self._now[metric]

    def base(self, key: str, metric: str) -> Fraction | None:
        """A metric of the period compared with, `before` or `year_before`."""
        return self._figures[key][metric]

    def of(self, metric: str) -> dict[str, Change]:
        """The changes of a metric against `before` and `year_before`."""
        return {key: change(self._now[metric], some[metric]) for key, some in self._figures.items()}


def _team(session: Session, period: Period, as_of: date) -> Mapping[str, Fraction | None]:
    """The team's metrics in a period; all None if the facts do not reach it."""
    span = session.facts.months()
    if span is None or period.end < span[0] or period.start > span[1]:
        return dict.fromkeys(COMPARED)
    session.facts.run(as_of)
    totals = session.facts.totals((), period.start, period.end).get((), {})
    policy = session.book.policy
    return {metric: metric_value(policy, metric, totals, session.digits) for metric in COMPARED}


def change_text(found: Change, unit: Unit) -> str:
    """`−8.3%`, points for rates, or why there is no comparison."""
    if unit == "rate" and found.difference is not None:
        return numbers.points(found.difference)
    if found.ratio is None:
        return gettext(found.because)
    return numbers.percent(found.ratio, sign=True)
