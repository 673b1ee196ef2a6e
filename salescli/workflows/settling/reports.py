"""Whose credits a manager was paid for, deal by deal: by what `credits.csv` of each period added (SPEC S4).

Somebody's part of a deal may have come with several settlements, when they had other managers. What it has
lost since, it has lost of each of these alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from salescli.calc.pay.coverage import paid_with
from salescli.model.period import Period
from salescli.model.plan import PeriodKind
from salescli.workflows.session import Session
from salescli.workflows.settling.beside import credit_files

_COLUMNS = ("amount", "cost", "quantity")


class Lot(NamedTuple):
    """What is left of what a settled period added to somebody's part of a deal.

    Attributes:
        day: On which it counted.
    """

    person: str
    day: date
    left: Fraction


class Reports:
    """Everybody's parts of settled deals, by the period in which they were credited.

    Args:
        months: Settled months to look at, in order.
        deals: Of which anything has gone.
    """

    def __init__(self, session: Session, months: Sequence[Period], deals: Iterable[str]) -> None:
        self._session, self._deals = session, tuple(deals)
        self._months = [month for month in months if credit_files(session, [month])]
        self._rows: dict[str, Mapping[str, list[tuple[Period, str, date, Mapping[str, int]]]]] = {}

    def lots(self, deal: str, of: str, column: str, period: Period, kind: PeriodKind) -> list[Lot]:
        """What is left of what a period added to a deal, by person.

        Args:
            of, column: What is paid on; see `Gone`.
            kind: Of the periods that are told apart: of the component's, of weeks those paid with a month; or
                the longer ones that it pays to date.
        """
        span = Period.around(period.end, "month" if kind == "week" else kind, period.fiscal)
        start = paid_with("week", span)[0].start if kind == "week" else span.start
        grown: dict[str, dict[Period, int]] = defaultdict(lambda: defaultdict(int))
        days: dict[str, date] = {}
        for month, person, day, sums in self._of(of).get(deal, ()):
            at = Period.around(month.end, span.kind, month.fiscal)
            grown[person][at] += sums[column]
            if at == span:
                days[person] = min(day, days.get(person, day))
        left = {person: _left(by_span).get(span, Fraction(0)) for person, by_span in grown.items()}
        return [Lot(person, max(days[person], start), part) for person, part in left.items() if part]

    def _of(self, of: str) -> Mapping[str, list[tuple[Period, str, date, Mapping[str, int]]]]:
        if of not in self._rows:
            found: dict[str, list[tuple[Period, str, date, Mapping[str, int]]]] = defaultdict(list)
            files = credit_files(self._session, self._months)
            for at, deal, person, day, *sums in self._session.facts.grown(files, self._deals, of):
                of_line = dict(zip(_COLUMNS, sums, strict=True))
                of_line["margin"] = of_line["amount"] - of_line["cost"]
                found[deal].append((self._months[at], person, day, of_line))
            self._rows[of] = found
        return self._rows[of]


def _left(grown: Mapping[Period, int]) -> Mapping[Period, Fraction]:
    """What is left of what periods added, where later ones took away."""
    left: dict[Period, Fraction] = {}
    total = Fraction(0)
    for period, units in sorted(grown.items(), key=lambda pair: pair[0].start):
        if units > 0:
            left[period] = Fraction(units)
        elif total > 0:
            kept = max(total + units, Fraction(0)) / total
            left = {at: part * kept for at, part in left.items()}
        total += units
    return left
