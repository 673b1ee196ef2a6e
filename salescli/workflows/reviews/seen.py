"""What a review looks at: the period, the figures seen from its last day, and the lights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from salescli.calc.track.tree import Node
from salescli.i18n import N_, gettext
from salescli.model.metric import Light
from salescli.model.period import Period
from salescli.model.table import Line, Row, Value
from salescli.render.words import line_text
from salescli.workflows.review import Comparison
from salescli.workflows.reviews.headline import Headline, Moved, Other, Reached
from salescli.workflows.reviews.kinds import ReviewKind
from salescli.workflows.session import Session
from salescli.workflows.track import targeted, tracking_rows
from salescli.workflows.track_view import SALES, View

RATE = "collection_rate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Figures read before pay is reckoned, which measures the facts anew.

    Attributes:
        period: What is reviewed.
        view: Lights and targets: of the period, of a week's month for a week.
        people: Rows of the tracking table.
        nodes: Team, regions, product lines.
    """

    session: Session
    kind: ReviewKind
    period: Period
    as_of: date
    view: View
    comparison: Comparison
    people: tuple[Row, ...]
    team: Node
    regions: tuple[Node, ...]
    products: tuple[Node, ...]

    @property
    def running(self) -> bool:
        """Whether the view's period was still running on the day looked from."""
        return self.as_of < self.view.period.end

    @property
    def metrics(self) -> tuple[str, ...]:
        """Metrics with a target, sales first and always."""
        return targeted(self.view)

    def rows(self, nodes: Sequence[Node]) -> list[Row]:
        """A row a node for each metric with a target; `name` says which where it is not sales, `whose` not."""
        found: list[Row] = []
        for metric in self.metrics:
            name = gettext(self.view.policy.metrics[metric].name)
            for node in nodes:
                row = self.view.row(metric, node)
                label = node.name if isinstance(node.name, str) else line_text(node.name)
                shown = label if metric == SALES else f"{label} · {name}"
                found.append({**row, "name": shown, "whose": label})
        return found


def seen(session: Session, kind: ReviewKind, period: Period) -> Seen:
    """Read the figures of a period. Raises Misuse if the facts do not reach it."""
    as_of = session.as_of(period)
    comparison = Comparison(session, period, as_of)
    lit = Period.month_of(as_of, period.fiscal) if period.kind == "week" else period
    view = View(session, lit, as_of)
    book = session.book
    return Seen(
        session=session,
        kind=kind,
        period=period,
        as_of=as_of,
        view=view,
        comparison=comparison,
        people=tracking_rows(view),
        team=Node(name=Line(template=N_("Team"))),
        regions=tuple(Node(name=one.name, region=one.id) for one in book.org.regions.values()),
        products=tuple(Node(name=one.name, product=one.id) for one in book.org.products.values()),
    )


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
        as_of=at.as_of if at.running else None,
        week=at.comparison.now(SALES) if week else None,
        month=view.period.text if week else "",
        reached=Reached(
            actual=exact(team["actual"]),
            target=exact_or_none(team["target"]),
            due=exact_or_none(team["expected_to_date"]),
        ),
        moved=[
            Moved(change=change, base=at.comparison.base(key, SALES), name=at.kind.bases[key])
            for key, change in at.comparison.of(SALES).items()
        ],
        rate=exact_or_none(rate["actual"]),
        rate_target=exact_or_none(rate["target"]),
        receipts=view.receipts,
        lights=lights,
        on_pace=sum(due),
        behind=len(due) - sum(due),
        others=others,
    )


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
