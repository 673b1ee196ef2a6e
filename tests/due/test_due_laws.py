"""When what is due, held against the calendar library for every day of 2024 to 2026."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from chinese_calendar import is_workday

from salescli.books.calendar import calendar_days
from salescli.calc.due import (
    Month,
    activities_due,
    facts_due,
    monthly_reports,
    review_day,
    reviews,
    settlement_due,
    stale,
)
from salescli.findings import BookBroken
from salescli.model.book import Settings, SettlementRules
from salescli.model.due import Due, Moment
from salescli.model.period import Period

WORKING = calendar_days("CN", Path("/nonexistent"))
DAY = timedelta(days=1)


def every_day(last: date = date(2026, 11, 30)) -> Iterator[date]:
    day = date(2024, 1, 20)
    while day <= last:
        yield day
        day += DAY


def next_work(day: date) -> date:
    """The day, or the first worked one after it: counted by hand."""
    while not is_workday(day):
        day += DAY
    return day


def after(day: date, count: int) -> date:
    while count:
        day += DAY
        count -= is_workday(day)
    return day


def named(kind: str, period: Period) -> date:
    first = period.end + DAY
    if kind == "week":
        return first
    return first.replace(day=5 if kind == "month" else 10)


@pytest.mark.parametrize("kind", ["week", "month", "quarter"])
def test_reviews_are_held_on_the_cadences_day_or_the_next_worked_one(kind: str) -> None:
    for day in every_day():
        found = list(reviews(kind, Settings(), Moment(day=day), day + 7 * DAY, WORKING))  # type: ignore[arg-type]
        newest = found[0]
        period = Period.parse(newest.period)
        assert newest.on == next_work(named(kind, period)) <= day
        following = period.shift(1)
        assert named(kind, following) > day or next_work(named(kind, following)) > day
        assert [one.period for one in found[1:]] in ([], [following.text])
        if len(found) > 1:
            assert found[1].on == next_work(named(kind, following))
        else:
            assert named(kind, following) > day + 7 * DAY


def test_reference_days_of_reviews() -> None:
    settings = Settings()
    assert review_day(settings, Period.parse("2026-W32"), WORKING) == date(2026, 8, 10)
    assert review_day(settings, Period.parse("2026-W40"), WORKING) == date(2026, 10, 8)  # after National Day
    assert review_day(settings, Period.parse("2026-09"), WORKING) == date(2026, 10, 8)
    assert review_day(settings, Period.parse("2026-Q3"), WORKING) == date(2026, 10, 10)  # a worked Saturday
    assert review_day(settings, Period.parse("2026-01"), WORKING) == date(2026, 2, 5)
    previous = Settings(day_off="previous")
    assert review_day(previous, Period.parse("2026-09"), WORKING) == date(2026, 9, 30)
    assert review_day(Settings(day_off="stay"), Period.parse("2026-09"), WORKING) == date(2026, 10, 5)


def test_monthly_reports_are_due_on_the_last_day_or_the_next_worked_one() -> None:
    for day in every_day():
        found = list(monthly_reports(Settings(), Moment(day=day), day + 7 * DAY, WORKING))
        month = Period.parse(found[0].period)
        assert found[0].on == next_work(month.end) <= day
        assert next_work(month.shift(1).end) > day


def test_a_day_with_nothing_new_is_late_once_its_time_is_over() -> None:
    for day in every_day():
        for within in (0, 1, 7):
            due = facts_due(day, within, WORKING)
            assert due == after(day, 1) + within * DAY
            assert not stale(day, within, due - DAY, WORKING)
            assert stale(day, within, due, WORKING)
            assert not stale(day, within, day, WORKING)


def test_who_wrote_activities_today_owes_nothing_and_who_did_not_owes_the_first_day_missing() -> None:
    for day in every_day():
        moment = Moment(day=day)
        since = {"a": date(2024, 1, 1), "b": date(2024, 1, 1), "c": day}
        newest = {"a": day, "b": day - 10 * DAY, "c": None}
        found = {one.person: one.on for one in activities_due(newest, since, 0, moment, WORKING)}
        assert "a" not in found
        first = after(day - 10 * DAY, 1)
        assert found.get("b") == (first if first <= day else None)
        assert found.get("c") == (day if is_workday(day) else None)


def test_settlements_are_due_as_their_rules_say_from_every_start() -> None:
    rules = SettlementRules()
    for day in every_day():
        month = Period.month_of(day)
        if month.end > date(2026, 11, 15):
            break
        [draft] = settlement_due(Month(period=month, state=None), rules, WORKING)
        assert (draft.what, draft.on) == ("publish", after(month.end, 3))
        assert draft.command == f"salescli settle draft {month.text}"
        published = Month(period=month, state="published", published=day, objections=(("1", "li"),))
        answer, close = settlement_due(published, rules, WORKING)
        assert (answer.what, answer.person, answer.on) == ("answer", "li", after(day, 3))
        assert (close.what, close.on) == ("close", after(day, 4))
        [pay] = settlement_due(Month(period=month, state="closed", closed=day), rules, WORKING)
        assert (pay.what, pay.on) == ("pay", after(day, 5))
        assert list(settlement_due(Month(period=month, state="paid"), rules, WORKING)) == []


def test_reference_september_published_on_the_ninth_stays_open_through_the_thirteenth() -> None:
    month = Month(period=Period.parse("2026-09"), state="published", published=date(2026, 10, 9))
    [close] = settlement_due(month, SettlementRules(), WORKING)
    assert close.on == date(2026, 10, 14)


def test_a_time_of_day_divides_today_only_where_it_is_known() -> None:
    due = Due(what="weekly_report", on=date(2026, 8, 28), at=time(17))
    day = date(2026, 8, 28)
    assert due.state(Moment(day=day)) == "today"
    assert due.state(Moment(day=day, at=time(17))) == "today"
    assert due.state(Moment(day=day, at=time(17, 1))) == "late"
    assert due.state(Moment(day=day - DAY, at=time(23))) == "coming"
    assert (due.state(Moment(day=day + DAY)), due.days_late(Moment(day=day + DAY))) == ("late", 1)


def test_a_year_not_known_stops_only_what_falls_into_it() -> None:
    moment = Moment(day=date(2026, 12, 28))
    found = list(reviews("quarter", Settings(), moment, date(2027, 1, 4), WORKING))
    assert [one.period for one in found] == ["2026-Q3"]
    taken = reviews("quarter", Settings(), moment, date(2027, 1, 20), WORKING)
    assert next(taken).period == "2026-Q3"
    with pytest.raises(BookBroken) as stopped:
        next(taken)
    assert {one.code for one in stopped.value.found} == {"K001"}
