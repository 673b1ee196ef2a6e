"""How values are spread: laws that hold for any, and figures reckoned by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.calc.health.ranges import rate_factor, target_range
from salescli.calc.health.spread import gini, in_bands, of_top_tenth, share_from, spread
from salescli.model.guardrails import Band, Limit
from salescli.model.metric import Light

VALUES = st.lists(st.fractions(min_value=0, max_value=5, max_denominator=1000), min_size=1, max_size=40)


def f(*percents: int) -> list[Fraction]:
    return [Fraction(percent, 100) for percent in percents]


def test_figures_by_hand() -> None:
    values = f(40, 80, 100, 100, 150)
    points = spread(values)
    assert points is not None
    assert [points.lowest, points.lower, points.median, points.upper, points.highest] == f(
        40, 80, 100, 100, 150
    )
    assert in_bands(values) == [1, 0, 1, 2, 0, 1]
    assert share_from(values, Fraction(1)) == Fraction(3, 5)
    # One of four has all: (2·4 − 5) · 1 / (4 · 1) = 3/4.
    assert gini(f(0, 0, 0, 100)) == Fraction(3, 4)
    assert gini(f(30, 30, 30)) == 0
    # A tenth of 13 people is 1.3 of them: 50 + 0.3 · 20 of 100.
    assert of_top_tenth(f(50, 20, *[3] * 10, 0)) == Fraction(56, 100)
    # The same people's part of something else.
    assert of_top_tenth(f(10, 90), order=f(2, 1)) == Fraction(2, 100)


@pytest.mark.parametrize("nothing", [[], f(0, 0), f(-5)])
def test_nothing_has_no_distribution(nothing: list[Fraction]) -> None:
    assert gini(nothing) is None
    assert of_top_tenth(nothing) is None


def test_no_values() -> None:
    assert spread([]) is None
    assert share_from([], Fraction(1)) is None
    assert target_range([], Band(Fraction(1, 2), Fraction(4, 5))) is None


@given(VALUES)
def test_order_is_irrelevant_and_points_are_ordered(values: list[Fraction]) -> None:
    points = spread(values)
    assert points == spread(values[::-1])
    assert points is not None
    assert min(values) == points.lowest <= points.lower <= points.median <= points.upper <= points.highest
    assert sum(in_bands(values)) == len(values)
    uneven, top = gini(values), of_top_tenth(values)
    assert gini(values[::-1]) == uneven
    if uneven is not None and top is not None:
        assert 0 <= uneven < 1
        assert Fraction(1, 10) <= top <= 1


@given(VALUES)
def test_suggested_targets_are_reached_by_the_wanted_share(values: list[Fraction]) -> None:
    band = Band(Fraction(1, 2), Fraction(4, 5))
    found = target_range(values, band)
    assert found is not None
    low, high = found
    assert Fraction(1, 2) <= low <= high <= 2
    if low < high:
        for factor in found:
            share = share_from(values, factor)
            assert share is not None
            assert band.least <= share <= band.most


def test_suggested_targets_by_hand() -> None:
    # 80 % reach 0.70 of today's target, 60 % reach 0.90, 40 % 1.00.
    values = f(50, 70, 90, 100, 120)
    assert target_range(values, Band(Fraction(1, 2), Fraction(4, 5))) == (
        Fraction(51, 100),
        Fraction(90, 100),
    )


def test_rates_for_a_wanted_cost() -> None:
    assert rate_factor(Fraction(80), Fraction(20), Fraction(60)) == Fraction(1, 2)
    assert rate_factor(Fraction(80), Fraction(60), Fraction(60)) is None  # bonuses alone cost as much
    assert rate_factor(Fraction(0), Fraction(20), Fraction(60)) is None


def test_bounds_belong_to_the_better_light() -> None:
    limit = Limit(Fraction(6, 100), Fraction(10, 100))
    lights = [limit.light(Fraction(n, 100)) for n in (6, 7, 10, 11)]
    assert lights == [Light.GREEN, Light.YELLOW, Light.YELLOW, Light.RED]
    band = Band(Fraction(50, 100), Fraction(80, 100))
    lights = [band.light(Fraction(n, 100)) for n in (29, 30, 49, 50, 80, 81, 100)]
    assert lights == [
        *(Light.RED, Light.YELLOW, Light.YELLOW, Light.GREEN, Light.GREEN, Light.YELLOW, Light.YELLOW)
    ]
