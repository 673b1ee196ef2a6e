"""Figures of some days, as one day saw them: read from the facts a few times and then looked up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from salescli.calc.attain import metric_value
from salescli.calc.track.tree import Node
from salescli.workflows.session import Session

if TYPE_CHECKING:
    from salescli.measures.facts import By
    from salescli.measures.totals import CreditsFor, Totals


class Figures:
    """Base totals and metrics of a closed range of days.

    Attributes:
        start, end: The days.
        seen: The day looked from.
        measured: The day the facts are measured as of, `seen` or a later one, so that several figures share
            one measuring.
    """

    def __init__(
        self, session: Session, start: date, end: date, seen: date, measured: date | None = None
    ) -> None:
        self.session = session
        self.policy = session.book.policy
        self.start = start
        self.end = end
        self.seen = seen
        self.measured = measured or seen
        self._totals: dict[tuple[object, ...], Totals] = {}

    def totals(
        self,
        by: tuple[By, ...],
        *,
        region: str | None = None,
        product: str | None = None,
        credits: CreditsFor = "attainment",
        metrics: Collection[str] | None = None,
    ) -> Totals:
        """Base totals of the days; asked of the facts once."""
        key = (by, region, product, credits, None if metrics is None else tuple(metrics))
        if key not in self._totals:
            self.session.facts.run(self.measured)
            self._totals[key] = self.session.facts.totals(
                by,
                self.start,
                self.end,
                region=region,
                product=product,
                credits=credits,
                seen=self.seen,
                metrics=metrics,
            )
        return self._totals[key]

    def base(self, node: Node) -> Mapping[str, int]:
        """Base totals of a node."""
        if node.person is not None:
            people = self.totals(("person",), product=node.product, region=node.within)
            return people.get((node.person.id,), {})
        if node.region is not None:
            return self.totals(("region",), product=node.product).get((node.region,), {})
        if node.product is not None:
            return self.totals(("product",)).get((node.product,), {})
        return self.totals(()).get((), {})

    def actual(self, metric: str, node: Node) -> Fraction | None:
        """The exact value of a metric for a node; None for a ratio over nothing."""
        return metric_value(self.policy, metric, self.base(node), self.session.digits)
