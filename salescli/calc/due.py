"""When what is due: reviews, reports, facts and settlements on the real calendar (SPEC K6, R1, R3, S2).

Pure: the calendar is asked day by day for the days that decide, so that a year not known yet stops only what
falls into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from salescli.calc.cadence import REVIEWS, WorkingDays, moved, named_day
from salescli.calc.settle.dates import open_through, publish_by, working_day_after
from salescli.model.book import Settings, SettlementRules
from salescli.model.due import Due, Moment, What
from salescli.model.period import Kind, Period
from salescli.model.settlement import State

MONTHLY_REPORT = ("monthly_report", "last")
ACTIVITIES = ("activities", "0")
COLLECTIONS = ("collections", "7")
"""Keys of `cadence:` and what holds without them."""

_REVIEWS: tuple[tuple[Kind, What, str], ...] = (
    ("week", "weekly_review", "weekly"),
    ("month", "monthly_review", "monthly"),
    ("quarter", "quarterly_review", "quarterly"),
)


def clock_of(cadence: str) -> time | None:
    """The time of day of `Fri 17:00`; None for `Fri`."""
    text = cadence.partition(" ")[2]
    return time.fromisoformat(text) if text else None


def review_day(settings: Settings, period: Period, working: WorkingDays) -> date:
    """The day on which a week, month or quarter is reviewed."""
    key, default = REVIEWS[period.kind]
    return moved(named_day(settings.cadence.get(key, default), period), working, settings.day_off)


def reviews(settings: Settings, moment: Moment, working: WorkingDays) -> Iterator[Due]:
    """Of each kind of review the newest one whose day has come, and the next."""
    for kind, what, word in _REVIEWS:
        key, default = REVIEWS[kind]
        if key in settings.not_kept:
            continue
        period = Period.around(moment.day, kind, settings.fiscal_year_start)
        while review_day(settings, period, working) > moment.day:
            period = period.previous()
        for one in (period, period.shift(1)):
            yield Due(
                what=what,
                on=review_day(settings, one, working),
                at=clock_of(settings.cadence.get(key, default)),
                period=one.text,
                command=f"salescli review {word} {one.text} -O ledger/reviews/{one.text}.md",
            )


def monthly_reports(settings: Settings, moment: Moment, working: WorkingDays) -> Iterator[Due]:
    """The newest monthly report whose day has come, and the next: on the month's own day, `last` by default."""
    key, default = MONTHLY_REPORT
    if key in settings.not_kept:
        return
    cadence = settings.cadence.get(key, default)
    month = Period.month_of(moment.day, settings.fiscal_year_start)

    def day(of: Period) -> date:
        word = cadence.split()[0]
        named = of.end if word == "last" else of.start.replace(day=min(int(word), of.end.day))
        return moved(named, working, settings.day_off)

    while day(month) > moment.day:
        month = month.previous()
    for one in (month, month.shift(1)):
        yield Due(
            what="monthly_report",
            on=day(one),
            at=clock_of(cadence),
            period=one.text,
            command=f"salescli table --period {one.text} -O ledger/reports/{one.text}.md",
        )


def facts_due(newest: date, within: int, working: WorkingDays) -> date:
    """The day until which something newer than `newest` must be in the book.

    The first working day after `newest` must be written down within so many calendar days; 0 is the same day.
    """
    return working_day_after(working, newest, 1) + timedelta(days=within)


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
            command = f"salescli status --person {person}"
            yield Due(what="activities", on=due, person=person, command=command)


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
