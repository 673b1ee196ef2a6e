"""Laws of pace and lights (SPEC K7, K8)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from salescli.calc.compare import change
from salescli.calc.track.pace import Stretch, elapsed, expected
from salescli.model.metric import Light, Lights

START, END = date(2026, 7, 1), date(2026, 9, 30)
DAYS = st.dates(date(2026, 6, 1), date(2026, 10, 31))
WORKING = st.frozensets(st.dates(START, END))
AMOUNTS = st.fractions(0, 10**6, max_denominator=100)
ORDER = [Light.RED, Light.YELLOW, Light.GREEN]


@given(WORKING, DAYS)
def test_elapsed_is_a_share_that_starts_at_nothing_and_ends_whole(
    working: frozenset[date], day: date
) -> None:
    assert 0 <= elapsed(working, START, END, day) <= 1
    assert elapsed(working, START, END, START - timedelta(days=1)) == 0
    assert elapsed(working, START, END, END) == 1


@given(WORKING, DAYS)
def test_elapsed_moves_on_working_days_only(working: frozenset[date], day: date) -> None:
    before = elapsed(working, START, END, day - timedelta(days=1))
    after = elapsed(working, START, END, day)
    assert after >= before
    if day not in working and working:
        assert after == before


@given(st.lists(AMOUNTS, min_size=1, max_size=3), WORKING, DAYS)
def test_expected_adds_up_and_never_exceeds_the_target(
    targets: list[Fraction], working: frozenset[date], day: date
) -> None:
    months = [(date(2026, m, 1), date(2026, m + 1, 1) - timedelta(days=1)) for m in (7, 8, 9)]
    stretches = [Stretch(t, *month) for t, month in zip(targets, months, strict=False)]
    whole = expected(stretches, working, day)
    assert whole == sum(expected([one], working, day) for one in stretches)
    assert 0 <= whole <= sum(targets)


def test_half_the_working_days_are_half_the_target() -> None:
    working = frozenset(date(2026, 8, day) for day in (3, 4, 5, 6))
    stretch = Stretch(Fraction(800), date(2026, 8, 1), date(2026, 8, 31))
    assert expected([stretch], working, date(2026, 8, 4)) == 400


@given(st.fractions(0, 3), st.fractions(0, 3), st.fractions(0, 1), st.fractions(0, 2))
def test_a_better_attainment_never_has_a_worse_light(
    a: Fraction, b: Fraction, red: Fraction, more: Fraction
) -> None:
    lights = Lights(red_below=red, green_above=red + more)
    low, high = sorted((a, b))
    assert ORDER.index(lights.light(low)) <= ORDER.index(lights.light(high))
    assert lights.light(red) is Light.YELLOW
    assert lights.light(red + more) is Light.YELLOW


@given(st.none() | st.fractions(-100, 100), st.none() | st.fractions(-100, 100))
def test_a_change_is_exact_or_says_why_it_is_not_defined(
    actual: Fraction | None, base: Fraction | None
) -> None:
    found = change(actual, base, "2026-07")
    assert (found.ratio is None) == bool(found.because)
    if found.ratio is not None:
        assert actual is not None
        assert base is not None
        assert base > 0
        assert base * (1 + found.ratio) == actual
    if found.difference is not None:
        assert actual is not None
        assert base is not None
        assert base + found.difference == actual
