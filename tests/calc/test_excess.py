"""More than chance gives: against scipy, by counting all ways, and for what cannot be compared."""

from __future__ import annotations

from itertools import combinations

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact, hypergeom

from salescli.calc.signals.correction import corrected
from salescli.calc.signals.excess import Cases, _drawn, excess
from salescli.calc.signals.ratio import ratios

ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.booleans()), min_size=1, max_size=40)


def cases(rows: list[tuple[int, int, bool]]) -> Cases:
    person, stratum, hit = zip(*rows, strict=True)
    return Cases(numpy.array(person), numpy.array(stratum), numpy.array(hit, dtype=bool))


def test_one_stratum_is_fishers_exact_test() -> None:
    rows = [(0, 0, i < 5) for i in range(7)] + [(1, 0, i < 4) for i in range(33)]
    first, second = excess(cases(rows), 5)
    assert (first.count, first.of, first.others_count, first.others_of) == (5, 7, 4, 33)
    assert first.p_value == pytest.approx(fisher_exact([[5, 2], [4, 29]], "greater").pvalue, rel=1e-9)
    assert second.p_value == pytest.approx(fisher_exact([[4, 29], [5, 2]], "greater").pvalue, rel=1e-9)


def test_two_strata_by_counting_all_ways() -> None:
    first = [(0, 0, True), (0, 0, True), (0, 0, False), (1, 0, True), (1, 0, False), (1, 0, False)]
    second = [(0, 1, True), (0, 1, False), (1, 1, False), (1, 1, False)]
    ways = [
        len(set(a) & {0, 1, 2}) + len(set(b) & {0, 1})
        for a in combinations(range(6), 3)
        for b in combinations(range(4), 1)
    ]
    found = excess(cases(first + second), 1)
    assert found[0].p_value == pytest.approx(sum(way >= 3 for way in ways) / len(ways), rel=1e-9)


def test_what_all_do_in_a_month_raises_nobody() -> None:
    """Everybody's deals of month 0 are hits: having sold more then than others is no excess."""
    rows = [(0, 0, True)] * 20 + [(1, 0, True)] * 5 + [(1, 1, False)] * 20 + [(0, 1, False)] * 5
    assert [one.p_value for one in excess(cases(rows), 1)] == pytest.approx([1.0, 1.0])


def test_nobody_is_compared_with_nobody() -> None:
    assert excess(cases([(0, 0, True)] * 9), 1) == []  # alone
    assert excess(cases([(0, 0, False)] * 9 + [(1, 0, False)] * 9), 1) == []  # nothing happened
    assert excess(cases([(0, 0, True)] * 4 + [(1, 0, False)] * 9), 5)[0].person == 1  # four are too few


@given(ROWS, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_order_is_irrelevant(rows: list[tuple[int, int, bool]], chance: object) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    found = excess(cases(rows), 1)
    assert found == excess(cases(shuffled), 1)
    assert all(0 < one.p_value <= 1 for one in found)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n))))
@settings(deadline=None)
def test_chances_are_scipys(given_: tuple[int, int, int]) -> None:
    whole, hits, drawn = given_
    found = _drawn(whole, hits, numpy.array([drawn]))[0]
    expected = hypergeom.pmf(numpy.arange(len(found)), whole, hits, drawn)
    numpy.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-13)


def test_false_alarms_stay_within_what_is_accepted() -> None:
    """On cases at random a tenth of all p-values at most is below a tenth (the test is exact)."""
    chance = numpy.random.default_rng(7)
    low = total = 0
    for _ in range(60):
        rows = [(p, s, bool(chance.random() < 0.2)) for p in range(12) for s in range(3) for _ in range(6)]
        found = excess(cases(rows), 5)
        low += sum(one.p_value <= 0.1 for one in found)
        total += len(found)
    assert total == 720
    assert low / total <= 0.1


def test_many_comparisons_are_allowed_for() -> None:
    p_values = [0.001, 0.02, 0.03, 0.8]
    assert corrected(p_values, "benjamini_hochberg") == pytest.approx([0.004, 0.04, 0.04, 0.8])
    assert corrected(p_values, "holm") == pytest.approx([0.004, 0.06, 0.06, 0.8])
    assert corrected(p_values, "benjamini_yekutieli")[0] == pytest.approx(0.004 * (1 + 1 / 2 + 1 / 3 + 1 / 4))
    assert corrected([], "holm") == []


def test_results_against_activity() -> None:
    done = {f"p{i}": 100 for i in range(8)} | {"idle": 0, "busy": 600}
    got = {f"p{i}": 10 + i % 3 for i in range(8)} | {"busy": 5, "ghost": 30}
    found = {one.person: one for one in ratios(got, done, 5)}
    assert found["busy"].few is not None
    assert found["busy"].few < 0.001
    assert found["ghost"].many is not None  # deals, and nothing written down
    assert found["ghost"].many < 0.001
    assert all(found[f"p{i}"].few > 0.05 for i in range(8))  # type: ignore[operator]
    assert "idle" not in found
    assert ratios({"a": 5}, {"a": 3, "b": 4}, 1) == []  # two people are no team
