"""`due`: everything the calendar says is late, due today, or coming (SPEC R3, K6, S2)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from salescli.books.calendar import calendar_days
from salescli.calc.cadence import REVIEWS, WorkingDays
from salescli.calc.due import (
    ACTIVITIES,
    MONTHLY_REPORT,
    MOST,
    activities_due,
    facts_due,
    monthly_reports,
    reviews,
    settlement_due,
)
from salescli.calc.weekly import WEEKLY_REPORT, reporters
from salescli.findings import BookBroken, Finding
from salescli.i18n import N_, gettext, several
from salescli.model.due import Due, Moment, What
from salescli.model.note import Notes
from salescli.model.period import Kind, Period
from salescli.model.table import Line, Report
from salescli.workflows.notes import notes_of
from salescli.workflows.session import Session, open_session
from salescli.workflows.settling.due_settlements import months_to_settle
from salescli.workflows.tracking.due_view import shown_for_people, tables
from salescli.workflows.tracking.freshness import stale_kinds
from salescli.workflows.tracking.weekly import keeps_reports, latest_due_week, missing_reports, report_due

REVIEWS_FOLDER = "ledger/reviews"
REPORTS_FOLDER = "ledger/reports"
_PERIODIC: tuple[What, ...] = (
    "weekly_report",
    "monthly_report",
    "weekly_review",
    "monthly_review",
    "quarterly_review",
)
_KINDS: tuple[Kind, ...] = ("week", "month", "quarter")


def due(root: Path, moment: Moment, *, ahead: int, check: bool) -> Report:
    """What is late, due on the day, and due within the days after it.

    Args:
        moment: From when one looks; facts and files dated later do not exist.
        ahead: Days to look ahead.
        check: Exit 1 if anything is late.

    Raises:
        BookBroken: if the book has errors. A year whose working days are not known is a warning (K001), and
            what falls into it is left out.
    """
    with open_session(root) as session:
        collected = _Collected(session, moment, moment.day + timedelta(days=ahead))
        rows = sorted(collected.everything(), key=lambda one: one.sort_key(moment))
        late = sum(one.state(moment) == "late" for one in rows)
        return Report(
            command="due",
            as_of=moment.day,
            currency=session.book.settings.currency,
            header=_header(session, moment),
            tables=tables(session, rows, moment),
            findings=tuple(collected.warnings),
            notes=tuple(_notes(rows, moment)),
            exit_code=1 if check and late else 0,
            extra={"at": f"{moment.at:%H:%M}" if moment.at else None, "late": late},
        )


def _header(session: Session, moment: Moment) -> tuple[Line, ...]:
    newest = {kind: day for kind, day in session.facts.newest().items() if day is not None}
    facts = (f"{gettext(kind)} {day.isoformat()}" for kind, day in sorted(newest.items()))
    params: dict[str, object] = {
        "company": session.book.settings.company or session.book.root.name,
        "day": moment.day.isoformat(),
        "at": f"{moment.at:%H:%M}" if moment.at else "",
        "newest": several(facts, none="–"),
    }
    first = N_("{company} · due on {day} at {at}") if moment.at else N_("{company} · due on {day}")
    return (Line(template=first, params=params), Line(template=N_("newest facts: {newest}"), params=params))


def _notes(rows: list[Due], moment: Moment) -> Iterator[Line]:
    if not rows:
        yield Line(template=N_("nothing is due"))
    elif rows[0].state(moment) == "late":
        yield Line(template=N_("next: {command}"), params={"command": rows[0].command})
    late = {(one.what, one.period) for one in rows if one.state(moment) == "late" and one.what in _PERIODIC}
    if len(late) > len({what for what, _ in late}):
        params: dict[str, object] = {
            "weeks": MOST["week"],
            "months": MOST["month"],
            "quarters": MOST["quarter"],
        }
        template = N_(
            "late reports and reviews are listed from the first one kept on, at most {weeks} weeks, {months}"
            " months and {quarters} quarters back"
        )
        yield Line(template=template, params=params)
    if (shown := shown_for_people(rows)) is not None:
        template = N_("the first {shown} of {count} are shown; all of them: salescli due -o csv")
        yield Line(template=template, params={"shown": shown[0], "count": shown[1]})
    kept = next((one for one in rows if " -O " in one.command), None)
    if kept is not None:
        template = N_(
            "a review counts as held once it is kept, or has actions; a monthly report once it is kept:"
            " -O {path}"
        )
        yield Line(template=template, params={"path": kept.command.rpartition(" ")[2]})


class _Collected:
    """Everything due, gathered source by source; what the calendar does not know becomes a warning."""

    def __init__(self, session: Session, moment: Moment, until: date) -> None:
        self.session = session
        self.book = session.book
        self.moment = moment
        self.until = until
        self.working: WorkingDays = calendar_days(self.book.settings.calendar, self.book.root)
        self.warnings: list[Finding] = []
        self.notes: Notes = notes_of(self.book)

    def everything(self) -> Iterator[Due]:
        """All of it by `until`, in no particular order."""
        sources: list[Callable[[], Iterable[Due]]] = [
            self._activities,
            self._collections,
            self._weekly_reports,
            self._monthly_reports,
            self._actions,
            *(lambda kind=kind: self._reviews(kind) for kind in _KINDS),
            *(
                lambda month=month: settlement_due(month, self.book.settings.settlement, self.working)
                for month in months_to_settle(self.session, self.moment.day)
            ),
        ]
        for source in sources:
            for one in self._known(source):
                if one.on <= self.until:
                    yield one

    def _known(self, source: Callable[[], Iterable[Due]]) -> Iterator[Due]:
        try:
            yield from source()
        except BookBroken as broken:
            if any(one.code != "K001" for one in broken.found):
                raise
            told = [replace(one, severity="warning") for one in broken.found]
            self.warnings += [one for one in told if one not in self.warnings]

    def _asked(self, key: str) -> bool:
        return key not in self.book.settings.not_kept

    def _stated(self, key: str) -> bool:
        return key in self.book.settings.cadence

    def _now(self) -> datetime:
        return datetime.combine(self.moment.day, self.moment.at or time.max)

    # -- Facts ---------------------------------------------------------------------------------------

    def _activities(self) -> Iterator[Due]:
        key, default = ACTIVITIES
        if not self._asked(key):
            return
        newest = self.session.facts.newest_of_people(self.moment.day)
        if not newest:
            return
        first = self.session.facts.first_activity()
        roles = {self.book.org.people[one].role_on(self.moment.day) for one in newest}
        asked = [
            one
            for one in reporters(self.book.org, self.moment.day)
            if one.id in newest or one.role_on(self.moment.day) in roles
        ]
        since = {one.id: max(one.hired, first or one.hired) for one in asked}
        within = int(self.book.settings.cadence.get(key, default))
        known = {one.id: newest.get(one.id) for one in asked}
        for one in activities_due(known, since, within, self.moment, self.working):
            last = known[one.person]
            note = (
                Line(template=N_("newest: {day}"), params={"day": last.isoformat()})
                if last
                else Line(template=N_("none so far"))
            )
            yield replace(one, note=note)

    def _collections(self) -> Iterator[Due]:
        for kind, newest in stale_kinds(self.session, self.moment.day):
            if kind == "collections":
                within = int(self.book.settings.cadence.get(kind, "7"))
                yield Due(
                    what="collections",
                    on=facts_due(newest, within, self.working),
                    command="salescli import collections FILE --map MAP.yaml",
                    note=Line(template=N_("newest: {day}"), params={"day": newest.isoformat()}),
                )

    # -- Reports -------------------------------------------------------------------------------------

    def _weekly_reports(self) -> Iterator[Due]:
        if not self._asked(WEEKLY_REPORT[0]):
            return
        week = latest_due_week(self.book, self._now())
        coming = Period.around(self.moment.day, "week", self.book.settings.fiscal_year_start)
        for back in range(MOST["week"] if week else 0):
            one = week.shift(-back) if week else coming
            due_at, _ = report_due(self.book, one)
            today = self.moment.at is None and due_at is not None and due_at.date() == self.moment.day
            asked = today or self._stated(WEEKLY_REPORT[0])
            if keeps_reports(self.book, one) or (not back and asked):
                yield from self._missing(one)
        for one in (coming, coming.shift(1)):
            due_at, _ = report_due(self.book, one)
            if due_at is not None and due_at > self._now() and due_at.date() <= self.until:
                yield from self._missing(one)

    def _missing(self, week: Period) -> Iterator[Due]:
        """Who has not filed the report of a week; of days to come, everybody together."""
        standing = missing_reports(self.book, week, self._now())
        if not standing.certain:
            self.working(week.start, week.end)  # says which year is not known
        if standing.due_at is None:
            return
        filed = {one.person for one in (*standing.on_time, *standing.late)}
        on, at = standing.due_at.date(), standing.due_at.time()
        people = [one.id for one in standing.expected if one.id not in filed]
        for person in people if on <= self.moment.day else [""] if people else []:
            yield Due(
                what="weekly_report",
                on=on,
                at=None if at.second else at,
                period=week.text,
                person=person,
                command=f"$EDITOR {REPORTS_FOLDER}/{week.text}.yaml",
            )

    def _monthly_reports(self) -> Iterator[Due]:
        key = MONTHLY_REPORT[0]
        if not self._asked(key):
            return
        there = self._kept_in(REPORTS_FOLDER, "month")
        kept = self._stated(key) or bool(there)
        since = min(there, default=None)
        for one in monthly_reports(self.book.settings, self.moment, self.until, self.working, since):
            missing = self.book.period(one.period) not in there
            if missing and self._has_begun(one) and (kept or one.on >= self.moment.day):
                yield self._with_facts(one)

    def _kept_in(self, folder: str, kind: Kind) -> frozenset[Period]:
        """The periods of a kind that have a file `2026-08.md` in a folder of the book."""
        found = set()
        for path in (self.book.root / folder).glob("*.md"):
            with contextlib.suppress(ValueError):
                found.add(self.book.period(path.stem))
        return frozenset(one for one in found if one.kind == kind)

    def _with_facts(self, one: Due) -> Due:
        """A report or review of a period that has none yet begins with importing them."""
        span = self.session.facts.months()
        period = self.book.period(one.period)
        if span is None or span[1] >= period.start or period.end >= self.moment.day:
            return one
        note = Line(template=N_("no facts of {period} yet"), params={"period": one.period})
        return replace(one, command="salescli import deals FILE --map MAP.yaml", note=note)

    def _has_begun(self, one: Due) -> bool:
        """Whether its period is one of the book's: nobody reviews what ended before the first fact."""
        span = self.session.facts.months()
        return span is not None and self.book.period(one.period).end >= span[0]

    # -- Reviews and what they decided -----------------------------------------------------------------

    def _reviews(self, kind: Kind) -> Iterator[Due]:
        key = REVIEWS[kind][0]
        if not self._asked(key):
            return
        decided = {self.book.period(action.decided.text) for action in self.notes.actions}
        held = self._kept_in(REVIEWS_FOLDER, kind) | {one for one in decided if one.kind == kind}
        kept = self._stated(key) or any((self.book.root / REVIEWS_FOLDER).glob("*.md"))
        since = min(held, default=None)
        for one in reviews(kind, self.book.settings, self.moment, self.until, self.working, since):
            missing = self.book.period(one.period) not in held
            if missing and self._has_begun(one) and (kept or one.on >= self.moment.day):
                yield self._with_facts(one)

    def _actions(self) -> Iterator[Due]:
        for action in self.notes.tasks():
            if action.open_on(self.moment.day):
                yield Due(
                    what="action",
                    on=action.due,
                    period=action.decided.text,
                    person=action.owner,
                    command=f"salescli action done {action.id}",
                    note=Line(template="{text}", params={"text": action.text}),
                )
