"""When what is due: reviews, reports, facts and settlements on the real calendar (SPEC K6, R1, R3, S2).

Pure: the calendar is asked day by day for the days that decide, so that a year not known yet stops only what
falls into it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from salescli.calc.cadence import LONGEST_REST, REVIEWS, WorkingDays, moved, named_day
from salescli.calc.settle.dates import open_through, publish_by, working_day_after
from salescli.model.book import DayOff, Settings, SettlementRules
from salescli.model.due import Due, Moment, What
from salescli.model.period import Kind, Period
from salescli.model.settlement import State

MONTHLY_REPORT = ("monthly_report", "last")
ACTIVITIES = ("activities", "0")
COLLECTIONS = ("collections", "7")
"""Keys of `cadence:` and what holds without them."""

REVIEW_WORDS: Mapping[Kind, tuple[What, str]] = {
    "week": ("weekly_review", "weekly"),
    "month": ("monthly_review", "monthly"),
    "quarter": ("quarterly_review", "quarterly"),
}


MOST: Mapping[Kind, int] = {"week": 13, "month": 12, "quarter": 4}
"""So many late reports and reviews of a kind are listed, from the first one kept on."""


def clock_of(cadence: str) -> time | None:
    """The time of day of `Fri 17:00`; None for `Fri`."""
    text = cadence.partition(" ")[2]
    return time.fromisoformat(text) if text else None


def review_day(settings: Settings, period: Period, working: WorkingDays) -> date:
    """The day on which a week, month or quarter is reviewed."""
    return moved(_named(settings, period), working, settings.day_off)


def _named(settings: Settings, period: Period) -> date:
    key, default = REVIEWS[period.kind]
    return named_day(settings.cadence.get(key, default), period)


def reviews(
    kind: Kind,
    settings: Settings,
    moment: Moment,
    until: date,
    working: WorkingDays,
    since: Period | None = None,
) -> Iterator[Due]:
    """Of one kind of review those whose day has come, and the next if its day comes by `until`.

    Args:
        since: The first that was held; of those before it, and where none was, only the newest is due.
    """
    key, default = REVIEWS[kind]
    what, word = REVIEW_WORDS[kind]
    first = Period.around(moment.day, kind, settings.fiscal_year_start)
    for period, day in _last_and_next(
        first, moment.day, until, lambda p: _named(settings, p), working, settings.day_off, since
    ):
        yield Due(
            what=what,
            on=day,
            at=clock_of(settings.cadence.get(key, default)),
            period=period.text,
            command=f"salescli review {word} {period.text} -O ledger/reviews/{period.text}.md",
        )


def monthly_reports(
    settings: Settings, moment: Moment, until: date, working: WorkingDays, since: Period | None = None
) -> Iterator[Due]:
    """Monthly reports whose day (by default their month's last) has come, and the next by `until`.

    Args:
        since: The first that is there; where none is, only the newest is due.
    """
    key, default = MONTHLY_REPORT
    cadence = settings.cadence.get(key, default)
    word = cadence.split()[0]

    def named(of: Period) -> date:
        return of.end if word == "last" else of.start.replace(day=min(int(word), of.end.day))

    first = Period.month_of(moment.day, settings.fiscal_year_start)
    for month, day in _last_and_next(first, moment.day, until, named, working, settings.day_off, since):
        yield Due(
            what="monthly_report",
            on=day,
            at=clock_of(cadence),
            period=month.text,
            command=f"salescli table --period {month.text} -O ledger/reports/{month.text}.md",
        )


def _last_and_next(
    first: Period,
    today: date,
    until: date,
    named: Callable[[Period], date],
    working: WorkingDays,
    rule: DayOff,
    since: Period | None,
) -> Iterator[tuple[Period, date]]:
    """The last period, from `first` backwards, whose day is not after today, with those before it from
    `since` on, at most `MOST`; and the next if it is near.

    A day off only ever moves a day later, unless the rule is `previous`; so days of years to come are not
    asked for before they are near.
    """
    earliest = timedelta(days=LONGEST_REST if rule == "previous" else 0)
    period = first
    while named(period) - earliest > today or moved(named(period), working, rule) > today:
        period = period.previous()
    coming = period.shift(1)
    for _ in range(MOST[period.kind]):
        yield period, moved(named(period), working, rule)
        period = period.previous()
        if since is None or period.start < since.start:
            break
    if named(coming) - earliest <= until:
        yield coming, moved(named(coming), working, rule)


def facts_due(newest: date, within: int, working: WorkingDays) -> date:
    """The day until which something newer than `newest` must be in the book.

    The first working day after `newest` must be written down within so many calendar days; 0 is the same day.
    """
    return working_day_after(working, newest, 1) + timedelta(days=within)


_IMPORT = "salescli import activities FILE --map MAP.yaml"


def activities_due(
    newest: Mapping[str, date | None], since: Mapping[str, date], within: int, moment: Moment,
    working: WorkingDays,
) -> Iterator[Due]:  # fmt: skip
    """Who has not written down a working day's activities in time.

    Args:
        newest: Who is asked → the newest day with activities, None for none ever.
        since: From which day on each is asked.
    """
    for person, last in sorted(newest.items()):
        begin = since[person] - timedelta(days=1)
        known = begin if last is None or last < begin else last
        if known >= moment.day:
            continue
        due = facts_due(known, within, working)
        if due <= moment.day:
            yield Due(what="activities", on=due, person=person, command=_IMPORT)


def stale(newest: date, within: int, as_of: date, working: WorkingDays) -> bool:
    """Whether facts that should have been written down by the end of `as_of` are not there."""
    return newest < as_of and facts_due(newest, within, working) <= as_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """Where a month's settlement stands.

    Attributes:
        state: None without a draft.
        published, closed: The days of these steps.
        objections: Number and person of each that is open.
    """

    period: Period
    state: State | None
    published: date | None = None
    closed: date | None = None
    objections: Sequence[tuple[str, str]] = ()


def settlement_due(month: Month, rules: SettlementRules, working: WorkingDays) -> Iterator[Due]:
    """The next step of a month that is over, and the objections that are open."""
    text = month.period.text
    if month.state in (None, "draft"):
        step = "draft" if month.state is None else "publish"
        command = f"salescli settle {step} {text}"
        yield Due(
            what="publish", on=publish_by(rules, working, month.period.end), period=text, command=command
        )
    elif month.state == "published" and month.published is not None:
        last = open_through(rules, working, month.published)
        for number, person in month.objections:
            command = f"salescli object answer {text} {number} --accept|--reject --text …"
            yield Due(what="answer", on=last, period=text, person=person, command=command)
        within = working_day_after(working, last, rules.close_within)
        yield Due(what="close", on=within, period=text, command=f"salescli settle close {text}")
    elif month.state == "closed" and month.closed is not None:
        within = working_day_after(working, month.closed, rules.pay_within)
        yield Due(what="pay", on=within, period=text, command=f"salescli settle pay {text}")
