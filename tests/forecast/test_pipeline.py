"""Conversion by age, two stages, new deals, classes of size and what no amount is worth, by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest

from salescli.calc.forecast.combine import Forecast, errors, forecast
from salescli.calc.forecast.look import Look, Looks, begin_of
from salescli.calc.forecast.methods import Own, Recent, RunRate
from salescli.calc.forecast.pipeline import Incidence, Pipeline, _through, _within, incidence
from salescli.calc.forecast.series import NEVER, Series
from salescli.model.period import Period

DAY = date(2026, 8, 14)
MONTH = Period.parse("2026-08")


def whole(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def weekdays(start: date, end: date) -> list[int]:
    days = (start + timedelta(days=i) for i in range((end - start).days + 1))
    return [day.toordinal() for day in days if day.weekday() < 5]


def series(*rows: tuple[str, int], until: str = "") -> Series:
    """One node; `until` ends the last row."""
    days = whole(*(date.fromisoformat(day).toordinal() for day, _ in rows))
    ends = np.full(len(rows), NEVER)
    if until:
        ends[-1] = date.fromisoformat(until).toordinal()
    columns = {"node": np.zeros(len(rows), np.int64), "day": days, "since": days, "until": ends}
    return Series({**columns, "value": whole(*(value for _, value in rows))}, 1)


def test_deals_still_under_way_count_as_long_as_they_were_watched() -> None:
    """Two of four got on, after 1 and 3 days; one dropped out after 2; one is watched for 1 day only."""
    curve = incidence(whole(0, 0, 0, 9), whole(1, 3, NEVER, NEVER), whole(NEVER, NEVER, 2, NEVER), 10)
    assert curve is not None
    # By day 1: 1 of 4 at risk; by day 2 half of the rest of 2 drops out; by day 3 the last one gets on.
    assert curve.on.tolist() == pytest.approx([0, 1 / 4, 1 / 4, 1 / 4 + 3 / 8])
    assert curve.out.tolist() == pytest.approx([0, 0, 3 / 8, 3 / 8])
    assert curve.decided == 3


def test_nobody_came_in() -> None:
    assert incidence(whole(5), whole(6), whole(NEVER), 4) is None


def test_the_older_a_deal_the_less_is_left_of_its_chance() -> None:
    curve = Incidence(np.array([0, 0.2, 0.3, 0.3]), np.array([0, 0.0, 0.2, 0.7]), 100)
    assert _within(curve, whole(0), 1)[0] == pytest.approx(0.2)
    assert _within(curve, whole(1), 5)[0] == pytest.approx(0.1 / 0.8)
    assert _within(curve, whole(3, 99), 9).tolist() == [0, 0]


def test_an_open_deal_has_to_be_signed_and_then_paid_within_the_days_left() -> None:
    signing = Incidence(np.array([0, 0.5, 1.0]), np.zeros(3), 100)
    paying = Incidence(np.array([0.1, 0.6]), np.zeros(2), 100)
    # Signed tomorrow (0.5) and paid by the day after (0.6), or signed the day after and paid at once (0.1).
    assert _through(signing, paying, whole(0), 2)[0] == pytest.approx(0.5 * 0.6 + 0.5 * 0.1)
    assert _through(signing, paying, whole(0), 0)[0] == 0


def courses(rows: Sequence[tuple[int, int, int, int, int]]) -> dict[str, np.ndarray]:
    """Rows of value, opened, agreed, event, gone."""
    value, opened, agreed, event, gone = (whole(*column) for column in zip(*rows, strict=True))
    one = np.zeros(len(rows), np.int64)
    return {
        "node": one,
        "product": one,
        "value": value,
        "curve": np.ones(len(rows), bool),
        "opened": opened,
        "agreed": agreed,
        "event": event,
        "gone": gone,
    }


def made(rows: Sequence[tuple[int, int, int, int, int]], *, sized: bool = True) -> tuple[Pipeline, Look]:
    looks = Looks(weekdays(date(2025, 1, 1), MONTH.end), MONTH, DAY)
    sold = [
        (date.fromordinal(e).isoformat(), v)
        for v, _, _, e, _ in sorted(rows, key=lambda r: r[3])
        if e < NEVER
    ]
    return Pipeline(series(*sold), courses(rows), looks, date(2025, 1, 1), sized=sized), looks.now


def past(number: int, *, won: bool, amount: int = 100) -> tuple[int, int, int, int, int]:
    """A deal of last winter that was decided after ten days."""
    start = date(2025, 10, 1).toordinal() + number
    return (
        (amount, start, start + 10, start + 10, NEVER) if won else (amount, start, NEVER, NEVER, start + 10)
    )


def test_open_deals_are_worth_their_amount_times_the_chance() -> None:
    """Half of those decided after ten days were won: one three days old has that chance, one of 20 not."""
    now = DAY.toordinal()
    history = [past(n, won=n % 2 == 0) for n in range(80)]
    pipeline, look = made(
        [*history, (1000, now - 3, NEVER, NEVER, NEVER), (500, now - 20, NEVER, NEVER, NEVER)]
    )
    assert pipeline.expected(look)[-1] == pytest.approx(
        1000 * 40 / 81, abs=1
    )  # the oldest was watched that long too
    assert pipeline.under_way(look)[-1] == 1500


def test_too_few_decided_deals_are_no_history() -> None:
    now = DAY.toordinal()
    pipeline, look = made([*(past(n, won=True) for n in range(20)), (1000, now - 3, NEVER, NEVER, NEVER)])
    assert "fewer than 30" in pipeline.lacks(look, ())
    assert np.isnan(pipeline.estimate(look, ())).all()


def test_a_deal_without_an_amount_is_worth_the_mean_of_those_won_in_a_year() -> None:
    now = DAY.toordinal()
    rows = [*(past(n, won=True, amount=300) for n in range(40)), (0, now - 3, NEVER, NEVER, NEVER)]
    pipeline, look = made(rows)
    assert pipeline.under_way(look)[-1] == 300
    assert made(rows, sized=False)[0].under_way(look)[-1] == 0


def test_large_deals_have_a_chance_of_their_own() -> None:
    """Small and middling ones are always won, large ones never."""
    now = DAY.toordinal()
    history = [past(n, won=size < 2, amount=100 + size * 1000) for n in range(60) for size in range(3)]
    pipeline, look = made(
        [*history, (5000, now - 3, NEVER, NEVER, NEVER), (50, now - 3, NEVER, NEVER, NEVER)]
    )
    assert pipeline.expected(look)[-1] == 50


def test_amounts_that_tell_the_outcome_tell_no_sizes_apart() -> None:
    """Where lost deals have no amount, an amount would be known only of those won."""
    now = DAY.toordinal()
    history = [past(n % 200, won=n % 2 == 0, amount=100 * (n % 2 == 0)) for n in range(400)]
    pipeline, look = made([*history, (100, now - 3, NEVER, NEVER, NEVER)])
    assert pipeline.expected(look)[-1] == pytest.approx(50, abs=1)


def test_what_came_later_in_earlier_months_is_expected_again() -> None:
    """On the last ten working days of each month a deal of 70 comes in and is won at once."""
    rows = [past(n, won=True) for n in range(40)]
    for month in range(1, 8):
        day = date(2026, month, 28).toordinal()
        rows.append((70, day, day, day, NEVER))
    pipeline, look = made(rows)
    spans = pipeline._spans(look)
    assert len(spans) == 12
    assert pipeline.new(look)[-1] == pytest.approx(
        (7 * 70 + sum(pipeline._came_later(*s)[-1] for s in spans[:5])) / 12
    )


# --- looks


def test_other_months_are_seen_with_as_many_working_days_left() -> None:
    looks = Looks(weekdays(date(2025, 1, 1), MONTH.end), MONTH, DAY)
    assert (looks.now.gone, looks.now.left) == (10, 11)
    july = looks.at(Period.parse("2026-07"))
    assert (date.fromordinal(july.day), july.left) == (date(2026, 7, 16), 11)
    found = looks.past(date(2025, 3, 1))
    assert [one.period.text for one in found][:1] == ["2025-03"]
    assert {one.left for one in found} == {11}


def test_a_weekend_is_seen_with_its_weekend() -> None:
    looks = Looks(weekdays(date(2025, 1, 1), MONTH.end), MONTH, date(2026, 8, 16))
    april = looks.at(Period.parse("2026-04"))
    assert (looks.now.left, april.left) == (11, 11)
    assert date.fromordinal(april.day + 1).weekday() < 5


def test_a_shorter_month_is_seen_from_before_it() -> None:
    looks = Looks(weekdays(date(2025, 1, 1), MONTH.end), MONTH, date(2026, 8, 1))
    february = looks.at(Period.parse("2026-02"))
    assert (looks.now.left, february.gone) == (21, 0)
    assert date.fromordinal(february.day) == date(2026, 1, 31)


@pytest.mark.parametrize(("first", "begins"), [("2026-03-05", "2026-03-01"), ("2026-03-20", "2026-04-01")])
def test_a_broken_first_month_is_not_history(first: str, begins: str) -> None:
    assert begin_of(date.fromisoformat(first)).isoformat() == begins


# --- the combination


def monthly(amounts: Sequence[int]) -> Series:
    """Sales on the 10th of each month from January 2025 on."""
    return series(*((f"{2025 + m // 12}-{m % 12 + 1:02}-10", amount) for m, amount in enumerate(amounts)))


def test_a_constant_pace_has_no_error_and_an_interval_of_one_point() -> None:
    days = weekdays(date(2025, 1, 1), MONTH.end)
    rows = [(date.fromordinal(day).isoformat(), 10) for day in days if day <= DAY.toordinal()]
    sold = series(*rows)
    looks = Looks(days, MONTH, DAY)
    made = forecast(sold, looks.past(date(2025, 1, 1)), looks.now, [RunRate(sold, looks.now)], falls=False)
    assert (made.value[-1], made.low[-1], made.high[-1]) == (210, 210, 210)
    assert (made.errors[-1].mape[-1], made.covered[-1], made.checked[-1]) == (0, 14, 14)


def test_without_enough_past_periods_there_is_no_interval() -> None:
    sold = monthly([100] * 20)
    looks = Looks(weekdays(date(2025, 1, 1), MONTH.end), MONTH, DAY)
    for count, there in ((4, False), (5, True)):
        made = forecast(
            sold, looks.past(date(2025, 1, 1))[-count:], looks.now, [RunRate(sold, looks.now)], falls=False
        )
        assert bool(np.isfinite(made.low[-1])) is there
        assert made.checked[-1] == 0


def test_no_estimate_is_below_what_there_is_unless_it_may_fall() -> None:
    sold = monthly([100] * 19 + [1000])
    looks = Looks(weekdays(date(2025, 1, 1), MONTH.end), MONTH, DAY)
    past_looks = looks.past(date(2025, 1, 1))
    safe = forecast(sold, past_looks, looks.now, [RunRate(sold, looks.now)], falls=False)
    loose = forecast(sold, past_looks, looks.now, [RunRate(sold, looks.now)], falls=True)
    assert safe.low[-1] >= 1000
    assert loose.low[-1] <= safe.low[-1]


def test_the_error_of_months_without_sales_is_left_out() -> None:
    found = errors(np.array([[110.0], [5.0]]), np.array([[100.0], [0.0]]))
    assert (found.mape[0], found.periods[0]) == (pytest.approx(0.1), 1)


def test_a_cancelled_deal_counts_on_the_days_on_which_it_did() -> None:
    sold = series(("2026-07-01", 100), ("2026-07-02", 50), until="2026-07-20")
    first, seen, later = (date(2026, 7, day).toordinal() for day in (1, 19, 20))
    assert sold.total(first, seen, seen)[-1] == 150
    assert sold.total(first, seen, later)[-1] == 100


# --- the recent level, and weights


def test_the_recent_level_is_what_still_came_from_where_as_many_days_were_left() -> None:
    """Each month 100 on the 3rd and 10, 20, 30 … on the 25th; with 11 days left only these are to come."""
    rows = [
        row
        for month in range(1, 8)
        for row in ((f"2026-{month:02}-03", 100), (f"2026-{month:02}-25", 10 * month))
    ]
    sold = series(*rows, ("2026-08-03", 70))
    looks = Looks(weekdays(date(2025, 1, 1), MONTH.end), MONTH, DAY)
    past_looks = looks.past(date(2026, 1, 1))
    recent = Recent(sold, looks.now)
    assert recent.estimate(looks.now, past_looks)[-1] == 70 + (10 + 20 + 30 + 40 + 50 + 60 + 70) / 7
    assert recent.estimate(looks.now, past_looks[-1:])[-1] == 70 + 70
    assert np.isnan(recent.estimate(looks.now, ())[-1])
    assert "no whole period" in recent.lacks(looks.now, ())


def test_nobody_has_a_level_from_before_they_came_and_none_of_days_after_they_leave() -> None:
    sold = series(("2026-06-02", 0), ("2026-06-29", 30), ("2026-07-29", 50))
    looks = Looks(weekdays(date(2025, 1, 1), MONTH.end), MONTH, DAY)
    past_looks = looks.past(date(2026, 1, 1))
    assert len(past_looks) == 7
    assert Recent(sold, looks.now).estimate(looks.now, past_looks)[-1] == 40
    leaver = Own(np.full(2, 10.0), np.full(2, 5.5))
    assert Recent(sold, looks.now, leaver).estimate(looks.now, past_looks)[-1] == 20


class Says:
    """A method that says what it is told to, period by period."""

    key = name = "says"

    def __init__(self, *said: float, doubt: float = 1.0) -> None:
        self.said, self.doubts = said, doubt

    def estimate(self, look: Look, earlier: Sequence[Look]) -> np.ndarray:
        return np.full(2, self.said[len(earlier)])

    def lacks(self, look: Look, earlier: Sequence[Look]) -> str:
        return ""

    def doubt(self, look: Look) -> float:
        return self.doubts


def told(*methods: Says) -> Forecast:
    """Of a seller who brings in 100 a month; two months are tried."""
    sold = monthly([100] * 20)
    looks = Looks(weekdays(date(2025, 1, 1), MONTH.end), MONTH, DAY)
    return forecast(sold, looks.past(date(2025, 1, 1))[-2:], looks.now, methods, falls=False)


def test_who_missed_twice_as_far_weighs_a_sixteenth() -> None:
    """But for one more try, in which both miss as far as the middle of their mean squared errors, 250."""
    near, far = Says(110, 110, 110), Says(120, 120, 200)
    made = told(near, far)
    first, second = ((2 * error + 250) / 3 for error in (100, 400))
    share = second**2 / (first**2 + second**2)
    assert made.weights[:, -1].tolist() == pytest.approx([share, 1 - share])
    assert made.value[-1] == pytest.approx(110 * share + 200 * (1 - share))


def test_untried_estimates_are_told_apart_by_their_doubt_alone() -> None:
    nan = float("nan")
    made = told(Says(nan, nan, 110, doubt=2), Says(nan, nan, 200))
    assert made.weights[:, -1].tolist() == pytest.approx([1 / 5, 4 / 5])
    assert (made.errors[-1].periods[-1], made.checked[-1]) == (0, 0)


def test_an_estimate_that_was_never_wrong_is_all_there_is() -> None:
    made = told(Says(100, 100, 130), Says(100, 100, 150))
    assert made.weights[:, -1].tolist() == [0.5, 0.5]
    assert told(Says(100, 100, 130), Says(101, 99, 150)).value[-1] < 131


def test_a_past_period_without_most_of_todays_estimate_has_no_error() -> None:
    """The first month had the poor estimate alone."""
    nan = float("nan")
    made = told(Says(300, 300, 300), Says(nan, 100, 110))
    assert made.errors[-1].periods[-1] == 1
    assert made.errors[0].periods[-1] == 2
