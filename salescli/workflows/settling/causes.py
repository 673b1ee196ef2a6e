"""Why a replayed month comes to something else: the rows that changed since, and where they stand (SPEC S4).

What settlements knew is in their `known.csv`; what a change reaches, in their credits and the facts as they
are; whether a component looks at it, its plan says as it was when the month was paid (`calc/settle/reach`).
git is not asked: the same files give the same bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from salescli import __version__
from salescli.books.settlements import read_settlement, sha256_of
from salescli.calc.settle.lens import Lens, lens_of
from salescli.calc.settle.reach import Bite, Looks, Mark, Number, Reached, Seat
from salescli.calc.settle.replay import Key
from salescli.findings import Span
from salescli.i18n import N_
from salescli.model.known import Cells, Change
from salescli.model.period import Period
from salescli.model.table import Line
from salescli.workflows.paying.measure import managers_of
from salescli.workflows.session import Session
from salescli.workflows.settling.beside import credit_files, settled_before
from salescli.workflows.settling.cause_words import SHOWN, shown, words_of
from salescli.workflows.settling.known import changes_since, known_files, target_id
from salescli.workflows.settling.rules_then import Ruled

_TOLD_BY_ROW = ("ledger/org.yaml", "ledger/people.csv", "ledger/assignments.csv", "ledger/targets/")
_NUMBERS: tuple[Number, ...] = ("amount", "cost", "quantity")


class Causes:
    """What came, went or changed since the settlement before a month.

    Looked up on the first question, since mostly there is none.
    """

    def __init__(self, session: Session, month: Period, ruled: Mapping[tuple[str, str], Ruled]) -> None:
        """`ruled`: settled month and plan → its rules then."""
        self._session, self._month, self._ruled = session, month, ruled
        self._before = settled_before(session, month)
        self._looks: dict[tuple[str, str, str], tuple[Lens, Looks] | None] = {}
        self._reports: dict[tuple[date, bool], dict[str, frozenset[str]]] = {}

    def of(self, key: Key) -> Line:
        """The rows that a person's component of a period looks at, own ones first, or what else there is."""
        text, plan, component, person = key
        period = Period.parse(text, self._month.fiscal)
        at = self._looked_at(text, plan, component)
        rules = self._rules_of(Period.month_of(period.end, self._month.fiscal))
        rows = [] if at is None else self._rows_of(at[1], self._seat(person, period))
        if not rules and not rows:
            others = self._otherwise(None if at is None else at[0])
            return shown(others[:SHOWN], len(others))
        lines = [*rules, *(self._line(how, change) for how, change in rows[:SHOWN])]
        return shown(lines[:SHOWN], len(rules) + len(rows))

    def _looked_at(self, text: str, plan: str, component: str) -> tuple[Lens, Looks] | None:
        """What a component looks at, by the rules of then; None if these have no such component."""
        key = (text, plan, component)
        if key not in self._looks:
            self._looks[key] = self._looking(*key)
        return self._looks[key]

    def _looking(self, text: str, plan: str, component: str) -> tuple[Lens, Looks] | None:
        period = Period.parse(text, self._month.fiscal)
        ruled = self._ruled.get((Period.month_of(period.end, self._month.fiscal).text, plan))
        if ruled is None or component not in {s.component.name for s in ruled.compiled.shapes}:
            return None
        lens = lens_of(ruled.compiled, component, period, ruled.policy, self._before[0].start)
        return lens, Looks(self._reached, lens)

    def _rows_of(self, looks: Looks, seat: Seat) -> list[tuple[Bite, Change]]:
        found = [(how, self._changes[number]) for number, how in looks.of(seat).items()]
        others_share = (
            (how, change.of == "share" and change.either["person"] != seat.person) for how, change in found
        )
        return [one for _, one in sorted(zip(others_share, found, strict=True), key=lambda pair: pair[0])]

    def _line(self, how: Bite, change: Change) -> Line:
        line = words_of(change, self._place(change))
        if not how.earlier:
            return line
        return Line(template=N_("in an earlier period: {what}"), params={"what": line})

    def _seat(self, person: str, period: Period) -> Seat:
        who = self._session.book.org.people.get(person)
        stays = () if who is None else who.assignments
        regions = {
            a.region for a in stays if a.since <= period.end and (a.until or period.end) >= period.start
        }
        before = self._people_before.get(person, {})
        regions |= {value.split(" ")[0] for key, value in before.items() if key.startswith("from ")}
        return Seat(
            person=person,
            regions=frozenset(regions),
            reports=self._below(period.end, False).get(person, frozenset()),
            all_reports=self._below(period.end, True).get(person, frozenset()),
        )

    @cached_property
    def _people_before(self) -> dict[str, Cells]:
        return {c.id: c.before for c in self._changes if c.of == "person" and c.before is not None}

    def _below(self, day: date, above: bool) -> dict[str, frozenset[str]]:
        """Manager → who reports to them, or has them anywhere above, on a day."""
        if (day, above) in self._reports:
            return self._reports[day, above]
        people = self._session.book.org.people
        found: dict[str, set[str]] = defaultdict(set)
        for person in people:
            for manager in managers_of(people, person, day, above):
                found[manager].add(person)
        self._reports[day, above] = {manager: frozenset(below) for manager, below in found.items()}
        return self._reports[day, above]

    # --- what changed, and whom it reaches

    @cached_property
    def _changes(self) -> list[Change]:
        """Nothing, where no settlement says what it knew."""
        if not known_files(self._session, self._before):
            return []
        return changes_since(self._session, self._month)

    @cached_property
    def _reached(self) -> list[Reached]:
        changes, facts = self._changes, self._session.facts
        since, end = self._before[0].start, self._month.end
        files = credit_files(self._session, self._before)
        with facts.beside(None):
            facts.run(self._session.as_of(self._month))
            deals = {change.deal for change in changes} - {""}
            if any(change.of == "rate" for change in changes):
                deals |= {str(row[2]) for row in facts.new_credits(files, since, end)}
            lines = _by_deal(facts.lines_then_and_now(files, deals, since, end))
            now = facts.deal_cells(deals)
        rows = {change.id: change for change in changes if change.of == "deal"}
        sides = {deal: _sides(rows.get(deal), now.get(deal)) for deal in deals}
        found = []
        for change in changes:
            about = [change.deal] if change.deal else self._converted(change, sides)
            found.append(
                Reached(
                    change=change,
                    deals=tuple(cells for deal in about for cells in sides.get(deal, ())),
                    differ=frozenset(m for deal in about for m in lines[deal].differ),
                    lines=frozenset(m for deal in about for m in lines[deal].all),
                )
            )
        return found

    def _converted(self, change: Change, sides: Mapping[str, tuple[Cells, ...]]) -> list[str]:
        """Deals whose amounts a changed rate converts: booked from its day on, until the next rate's."""
        if change.of != "rate":
            return []
        code, since = change.either["currency"], change.either["date"]
        later = [day for day in self._rate_days(code) if day > since]
        until = min(later, default="9999")
        by_day = self._session.book.policy.fx == "booking_date"
        return [
            deal
            for deal, cells in sides.items()
            if any(
                at.get("currency") == code and (not by_day or since <= _booked(at) < until) for at in cells
            )
        ]

    def _rate_days(self, code: str) -> set[str]:
        days = {day.isoformat() for day in self._session.facts.rate_days(code)}
        return days | {
            c.either["date"] for c in self._changes if c.of == "rate" and c.either["currency"] == code
        }

    # --- where it stands

    def _place(self, change: Change) -> Span | None:
        if change.after is None:
            return None
        if change.of == "person":
            return self._session.book.org.people[change.id].place
        if change.of == "target":
            return self._target_places.get(change.id)
        return self._fact_places.get((change.of, change.id))

    @cached_property
    def _target_places(self) -> dict[str, Span]:
        rows = self._session.targets(self._session.as_of(self._month)).rows
        return {target_id(row): row.place for row in rows}

    @cached_property
    def _fact_places(self) -> dict[tuple[str, str], Span]:
        """Of every changed row at once: each kind of file is read once for it."""
        kinds: dict[Any, list[str]] = defaultdict(list)
        for change in self._changes:
            if change.after is not None and change.of not in ("person", "target"):
                kinds[change.of].append(change.id)
        return {
            (of, id): place
            for of, ids in kinds.items()
            for id, place in self._session.facts.row_places(of, ids).items()
        }

    # --- what else there may be

    def _rules_of(self, month: Period) -> list[Line]:
        """Rules that are others now, of a month that is only a draft and is reckoned by those of today."""
        root = self._session.book.root
        known = self._session.settled.known(month)
        if known.state != "draft":
            return []
        now = {path: sha256_of(root / path) for path in self._session.book.sources if _is_rule(path)}
        changed = sorted(path for path in {**known.rules, **now} if known.rules.get(path) != now.get(path))
        return [_changed(path) for path in changed]

    def _otherwise(self, lens: Lens | None) -> list[Line]:
        """Where no row is told: files that have no rows, the tool, an earlier period, in this order."""
        root = self._session.book.root
        known = read_settlement(root, self._before[-1].text, [])
        then = {} if known is None else known.inputs
        sources = [path for path in self._session.book.sources if not _is_rule(path)]
        if self._changes or known_files(self._session, self._before):
            sources = [path for path in sources if not path.startswith(_TOLD_BY_ROW)]
        files = [path for path in sources if then.get(path) != sha256_of(root / path)]
        if files:
            return [_changed(path) for path in files]
        tool = f"salescli {__version__}"
        if known is not None and known.tool != tool:
            text = N_("reckoned by {now}, settled by {then}")
            return [Line(template=text, params={"now": tool, "then": known.tool})]
        if lens is None or lens.back is not None:
            return [Line(template=N_("an earlier period changed"))]
        return [Line(template=N_("what it is compared with changed"))]


def _is_rule(path: str) -> bool:
    return path.startswith("policies/")


def _changed(path: str) -> Line:
    return Line(template=N_("{path} changed"), params={"path": path})


def _booked(deal: Cells) -> str:
    return deal.get("signed_on") or deal.get("opened_on") or ""


def _sides(change: Change | None, now: Cells | None) -> tuple[Cells, ...]:
    """A deal's cells as they were and as they are; the same twice if its row is the same."""
    if change is not None:
        return change.sides
    return () if now is None else (now, now)


@dataclass(slots=True)
class _Lines:
    differ: set[Mark]
    all: set[Mark]


def _by_deal(rows: Iterable[tuple[Any, ...]]) -> dict[str, _Lines]:
    """Credit lines of each deal, and those that are others now than they were."""
    sums: dict[tuple[str, Any, date, str], dict[str, tuple[int, ...]]] = defaultdict(dict)
    for side, of, day, deal, person, *numbers in rows:
        sums[deal, of, day, person][side] = tuple(numbers)
    found: dict[str, _Lines] = defaultdict(lambda: _Lines(set(), set()))
    zero = (0,) * len(_NUMBERS)
    for (deal, of, day, person), sides in sums.items():
        then, now = sides.get("then", zero), sides.get("now", zero)
        differing: set[Number] = {n for n, a, b in zip(_NUMBERS, then, now, strict=True) if a != b}
        if then == zero or now == zero:
            differing |= {"count"} if then != now else set()
        found[deal].all.add(Mark(of, day, person))
        if differing:
            found[deal].differ.add(Mark(of, day, person, frozenset(differing)))
    return found
