"""What changed in a settled period, in short: the cause of a difference (SPEC S4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from salescli.books.settlements import read_settlement, sha256_of
from salescli.model.period import Period
from salescli.workflows.beside import credit_files, settled_before
from salescli.workflows.session import Session

_SHOWN = 3


class Causes:
    """What came, went or changed since the settlement before a month, told by period and person.

    Looked up on the first question, since mostly there is none.
    """

    def __init__(self, session: Session, month: Period) -> None:
        self._session = session
        self._month = month
        self._before = settled_before(session, month)

    def of(self, period: str, person: str) -> str:
        """The person's own facts of the period; else anybody's; else the files that changed."""
        span = Period.parse(period, self._month.fiscal)
        rows = [row for row in self._rows if span.start <= row[0] <= span.end]
        own = [what for day, who, what, sign in _told(rows) if who == person]
        told = own or [what for _, _, what, _ in _told(rows)] or self._files
        if not told:
            return "an earlier period changed"
        shown = list(dict.fromkeys(told))
        more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
        return ", ".join(shown[:_SHOWN]) + more

    @cached_property
    def _rows(self) -> list[tuple[date, str, str, int]]:
        """Day, person, what it is, and whether it came (1) or went (−1)."""
        session, since = self._session, self._before[0].start
        with session.facts.beside(None):
            session.facts.run(session.as_of(self._month))
            rows = session.facts.new_credits(credit_files(session, self._before), since, self._month.end)
        found = []
        for of, day, deal, person, kind, _, _, amount, cost, quantity in rows:
            if day < self._month.start and of not in ("count", "customer"):
                what = {"deal": deal, "cash": f"cash of {deal}"}.get(of, kind)
                found.append((day, person, what, 1 if (amount or cost or quantity) > 0 else -1))
        return found

    @cached_property
    def _files(self) -> list[str]:
        """Settings, people and targets that are others than those the settlement before rested on."""
        root = self._session.book.root
        known = read_settlement(root, self._before[-1].text, [])
        then = {} if known is None else known.inputs
        sources = [path for path in self._session.book.sources if not path.startswith("policies/")]
        return [f"{path} changed" for path in sources if then.get(path) != sha256_of(root / path)]


def _told(rows: Iterable[tuple[date, str, str, int]]) -> list[tuple[date, str, str, int]]:
    """Each thing of each person once: new, gone, or changed where it both came and went."""
    signs: dict[tuple[str, str], set[int]] = defaultdict(set)
    first: dict[tuple[str, str], date] = {}
    for day, person, what, sign in rows:
        signs[person, what].add(sign)
        first.setdefault((person, what), day)
    return [
        (first[key], key[0], f"{key[1]} {'changed' if len(some) > 1 else 'new' if 1 in some else 'gone'}", 0)
        for key, some in signs.items()
    ]
