"""What a review looks at: the period, the figures seen from its last day, and the lights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from salescli.calc.drivers.contributions import Part, largest
from salescli.calc.track.tree import Node
from salescli.i18n import N_, gettext
from salescli.model.metric import Light
from salescli.model.period import Period
from salescli.model.table import Line, Row, Value
from salescli.render import numbers
from salescli.render.words import line_text
from salescli.workflows.analysing.against import MOM, YOY
from salescli.workflows.analysing.analysis_table import amount as contribution
from salescli.workflows.analysing.analysis_table import rows_of
from salescli.workflows.analysing.comparison import Comparison
from salescli.workflows.analysing.moves import CELLS, contributions, named
from salescli.workflows.reviews.headline import Headline, Moved, Other, Reached
from salescli.workflows.reviews.kinds import ReviewKind
from salescli.workflows.session import Session
from salescli.workflows.tracking.track import targeted, tracking_rows
from salescli.workflows.tracking.track_view import SALES, View

RATE = "collection_rate"
_TOLD, _SHOWN = 2, 5


class _View(View):
    """Without the weeks of sparklines, which no document shows and many facts would have to be asked for."""

    def weeks(self, metric: str, node: Node) -> None:
        """None of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Figures as the day looked from saw them; the facts must stay measured as of that day.

    Attributes:
        period: What is reviewed.
        as_of: The day looked from: its last, or that of the newest fact.
        view: Lights and targets: of the period; for a week those of the month it belongs to.
        measured: The metrics the book has facts for.
        people: Rows of the tracking table.
    """

    session: Session
    kind: ReviewKind
    period: Period
    as_of: date
    view: View
    comparison: Comparison
    measured: frozenset[str]
    people: tuple[Row, ...]
    team: Node
    regions: tuple[Node, ...]
    products: tuple[Node, ...]

    @property
    def running(self) -> bool:
        """Whether the view's period was still running on the day looked from."""
        return self.view.as_of < self.view.period.end

    @property
    def metrics(self) -> tuple[str, ...]:
        """Metrics with a target of which the book has facts, sales first and always."""
        return tuple(one for one in targeted(self.view) if one == SALES or one in self.measured)

    def drivers(self, key: str) -> list[Part]:
        """What each region × product line × person contributed to the change of sales, largest first."""
        return [part for part in contributions(self.comparison, SALES, key) if part.contribution]

    def rows(self, nodes: Sequence[Node]) -> list[Row]:
        """A row a node for sales, and for each other metric it has a target for; `name` then says which."""
        found: list[Row] = []
        for metric in self.metrics:
            name = gettext(self.view.policy.metrics[metric].name)
            for node in nodes:
                row = self.view.row(metric, node)
                if metric != SALES and row["target"] is None:
                    continue
                label = node.name if isinstance(node.name, str) else line_text(node.name)
                found.append({**row, "name": label if metric == SALES else f"{label} · {name}"})
        return found


def seen(session: Session, kind: ReviewKind, period: Period) -> Seen:
    """Read the figures of a period. Raises Misuse if the facts do not reach it."""
    as_of = session.as_of(period)
    lit = _month(period, as_of) if period.kind == "week" else period
    view = _View(session, lit, min(as_of, lit.end))
    comparison = Comparison(session, period, as_of, as_far=True)
    book = session.book
    return Seen(
        session=session,
        kind=kind,
        period=period,
        as_of=as_of,
        view=view,
        comparison=comparison,
        measured=comparison.stated,
        people=tracking_rows(view),
        team=Node(name=Line(template=N_("Team"))),
        regions=tuple(Node(name=one.name, region=one.id) for one in book.org.regions.values()),
        products=tuple(Node(name=one.name, product=one.id) for one in book.org.products.values()),
    )


def _month(week: Period, as_of: date) -> Period:
    """The month a week belongs to, as its Thursday does; of facts that end before it, the last they know."""
    return Period.month_of(min(week.start + timedelta(days=3), as_of), week.fiscal)


def analysis(at: Seen) -> tuple[Row, ...]:
    """The analysis table of the period: of a week without the targets of its month."""
    whole = at.view.period == at.period
    rows = rows_of(at.view if whole else _View(at.session, at.period, at.as_of), at.comparison)
    return tuple(row for row in rows if row["metric"] in at.measured)


def headline_of(at: Seen) -> Headline:
    """All that the first sentences rest on."""
    view = at.view
    team, rate = view.row(SALES, at.team), view.row(RATE, at.team)
    week = at.period.kind == "week"
    lights = {light: sum(row["light"] is light for row in at.people) for light in Light}
    due = [
        exact(row["actual"]) >= exact(row["expected_to_date"])
        for row in at.people
        if row["expected_to_date"] is not None and row["target"]
    ]
    others = [_other(view, metric, at.team) for metric in at.metrics if metric not in (SALES, RATE)]
    return Headline(
        upto=at.as_of if at.as_of < at.period.end else None,
        as_of=view.as_of if at.running else None,
        week=at.comparison.actual(SALES) if week else None,
        month=view.period.text if week else "",
        reached=Reached(
            actual=exact(team["actual"]),
            target=exact_or_none(team["target"]),
            due=exact_or_none(team["expected_to_date"]),
        ),
        moved=[_moved(at, key) for key in at.kind.bases],
        rate=exact_or_none(rate["actual"]),
        rate_target=exact_or_none(rate["target"]),
        receipts=view.receipts,
        lights=lights,
        on_pace=sum(due),
        behind=len(due) - sum(due),
        others=others,
    )


def _moved(at: Seen, key: str) -> Moved:
    """Sales against another period; what moved them against the one before, else against the year before."""
    comparison = at.comparison
    other = next(one for one in comparison.against if one.key == key)
    change = comparison.change(SALES, key)
    told = key == MOM or comparison.change(SALES, MOM).difference is None
    return Moved(
        change=change,
        base=comparison.base(SALES, key),
        name=at.kind.bases[key],
        upto=other.end if other.end < other.period.end else None,
        drivers=[_driver(at, part) for part in at.drivers(key)[:_TOLD]] if told else (),
    )


def _driver(at: Seen, part: Part) -> str:
    name = named(at.session.book.org, CELLS, part.key)
    return f"{name} {contribution('money', part.contribution)}"


def driver_lines(at: Seen) -> Iterator[Line]:
    """The parts that moved sales most, from what to what, and all others as one."""
    key = MOM if at.comparison.change(SALES, MOM).difference is not None else YOY
    shown, others = largest(at.drivers(key), _SHOWN)
    for part in shown:
        params: dict[str, object] = {
            "name": named(at.session.book.org, CELLS, part.key),
            "base": numbers.money_short(part.base or Fraction(0)),
            "actual": numbers.money_short(part.actual or Fraction(0)),
            "contribution": contribution("money", part.contribution),
        }
        yield Line(template=N_("{name}: {contribution} (from {base} to {actual})"), params=params)
    if shown and others is not None and others.contribution:
        params = {"count": others.count, "contribution": contribution("money", others.contribution)}
        yield Line(template=N_("others ({count}): {contribution}"), params=params)


def _other(view: View, metric: str, team: Node) -> Other:
    row, definition = view.row(metric, team), view.policy.metrics[metric]
    return Other(
        name=gettext(definition.name),
        unit=definition.unit,
        actual=exact_or_none(row["actual"]),
        target=exact(row["target"]),
    )


def exact(value: Value) -> Fraction:
    """A figure of a row; nothing is zero."""
    return exact_or_none(value) or Fraction(0)


def exact_or_none(value: Value) -> Fraction | None:
    """A figure of a row, if it is one."""
    from decimal import Decimal

    return Fraction(value) if isinstance(value, int | Decimal | Fraction) else None
