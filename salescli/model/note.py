"""What stands beside the figures: notes, diagnoses, actions, metrics under watch, weekly reports.

`ledger/notes/*.yaml` and `ledger/reports/2026-W33.yaml` (SPEC A4, A5, K6, R2). Of each entry `place` is where
it begins, `places` where the value of each key stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from salescli.findings import Span
from salescli.model.period import Period

NoteKind = Literal["feedback", "customer", "circumstance", "lesson", "practice", "other"]
NOTE_KINDS: tuple[NoteKind, ...] = ("feedback", "customer", "circumstance", "lesson", "practice", "other")
TEAM = "team"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something that no figure says (SPEC A5).

    Attributes:
        on: The day it was heard or seen.
        kind: `feedback` (of or to somebody), `customer` (a customer's voice), `circumstance` (of a person or
            a market), `lesson` (learnt), `practice` (worth copying), `other`.
        person, region, product, deal, customer: Whom or what it is about; all None is the team.
        by: Who wrote it down.
    """

    on: date
    kind: NoteKind
    text: str
    person: str | None = None
    region: str | None = None
    product: str | None = None
    deal: str | None = None
    customer: str | None = None
    by: str | None = None
    place: Span = field(compare=False, default=Span(""))
    places: Mapping[str, Span] = field(compare=False, default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a diagnosis rests on: a process metric against the team's, or something in words.

    Attributes:
        text: Words; empty where `metric` speaks.
        metric: A metric, whose value for whom the diagnosis is about is `actual`, for the team `team`.
        cases: The number of cases behind `actual`, such as the leads behind a conversion.
        at: Places in files, `ledger/activities/2026-08.csv:12`.
    """

    text: str = ""
    metric: str | None = None
    actual: Decimal | Fraction | None = None
    team: Decimal | Fraction | None = None
    cases: int | None = None
    at: tuple[str, ...] = ()
    place: Span = field(compare=False, default=Span(""))
    places: Mapping[str, Span] = field(compare=False, default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something to be done, which comes back until it is (SPEC R2).

    Attributes:
        id: What `action done` calls it.
        text: What is to be done.
        owner: Id of a person.
        decided: The period in whose review it was decided: week, month, quarter.
        done: The day it was done; None while it is not.
        note: What came of it.
        diagnosis: Whether it is the action of a diagnosis, whose id is then `id`.
    """

    id: str
    text: str
    owner: str
    due: date
    decided: Period
    done: date | None = None
    note: str = ""
    diagnosis: bool = False
    place: Span = field(compare=False, default=Span(""))
    places: Mapping[str, Span] = field(compare=False, default_factory=dict)

    def known_on(self, day: date) -> bool:
        """Whether it can have been decided by that day: not before its period began."""
        return self.decided.start <= day

    def open_on(self, day: date) -> bool:
        """Whether it was still to be done at the end of that day."""
        return self.known_on(day) and (self.done is None or self.done > day)

    def overdue_on(self, day: date) -> bool:
        """Whether it should have been done before that day and was not."""
        return self.open_on(day) and self.due < day


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Why a target was missed: from why to why to root cause to action (SPEC A4).

    Attributes:
        person, region, product: Whom it is about, at most one of them; all None is the team.
        target, actual: As they were when it was written; rates as `Fraction`.
        at: Where the target stands, `ledger/targets/Q3.csv:12`.
        whys: The answers to why 1 to at most 5, as far as they are filled in.
        action, owner, due: What is decided; `owner` is the id of a person, empty until filled in.
        done, note: When the action was done, and what came of it.
    """

    period: Period
    metric: str
    person: str | None = None
    region: str | None = None
    product: str | None = None
    target: Decimal | Fraction | None = None
    actual: Decimal | Fraction | None = None
    at: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    whys: tuple[str, ...] = ()
    root_cause: str = ""
    action: str = ""
    owner: str = ""
    due: date | None = None
    done: date | None = None
    note: str = ""
    place: Span = field(compare=False, default=Span(""))
    places: Mapping[str, Span] = field(compare=False, default_factory=dict)

    @property
    def about(self) -> str:
        """Id of whom it is about; `team` for the team."""
        return self.person or self.region or self.product or TEAM

    @property
    def id(self) -> str:
        """What its action is called: `2026-08.li.sales_amount`."""
        return f"{self.period.text}.{self.about}.{self.metric}"

    @property
    def begun(self) -> bool:
        """Whether anybody has written an answer yet."""
        return bool(self.whys or self.root_cause or self.action)

    def task(self) -> Action | None:
        """Its action, once it has an owner and a due date."""
        if not self.action or not self.owner or self.due is None:
            return None
        return Action(
            id=self.id,
            text=self.action,
            owner=self.owner,
            due=self.due,
            decided=self.period,
            done=self.done,
            note=self.note,
            diagnosis=True,
            place=self.place,
            places=self.places,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A metric that a review has put under watch (SPEC R2): it appears in `status` and can be scored.

    Attributes:
        since: The first period of the watch; periods that begin before it are not watched.
        until: The last one; None while it goes on.
        target: What every level and person is held to where no targets file says otherwise; only for
            metrics that do not add up (rates and other ratios).
    """

    metric: str
    since: Period
    until: Period | None = None
    target: Decimal | Fraction | None = None
    why: str = ""
    place: Span = field(compare=False, default=Span(""))
    places: Mapping[str, Span] = field(compare=False, default_factory=dict)

    def covers(self, period: Period) -> bool:
        """Whether a period is watched."""
        return self.since.start <= period.start and (self.until is None or period.end <= self.until.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """All files of `ledger/notes`, each list by date or period, then by place."""

    notes: tuple[Note, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    actions: tuple[Action, ...] = ()
    watch: tuple[Watch, ...] = ()

    def tasks(self) -> Iterator[Action]:
        """Every action, those of diagnoses with them, by due date, then id."""
        of_diagnoses = (d.task() for d in self.diagnoses)
        yield from sorted(
            (*self.actions, *(t for t in of_diagnoses if t is not None)), key=lambda a: (a.due, a.id)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One person's weekly report (SPEC K6).

    Attributes:
        filed_at: Wall-clock time of the book; a report filed later than a moment does not exist at it.
        sales, deals: What they say they sold, in the book's currency.
        reason: Why it was less than it should be; empty where nothing is said.
    """

    person: str
    filed_at: datetime
    sales: Decimal
    deals: int
    reason: str = ""
    place: Span = field(compare=False, default=Span(""))
    places: Mapping[str, Span] = field(compare=False, default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyReports:
    """`ledger/reports/2026-W33.yaml`: the reports of a week, by person."""

    week: Period
    filed: tuple[Filed, ...] = ()
