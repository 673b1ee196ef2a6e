"""Laws of analysis: parts sum to the change exactly, and no order matters (SPEC A1, A2)."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from salescli.calc.drivers.contributions import largest, of_ratio, of_sum, together
from salescli.calc.drivers.customers import groups
from salescli.calc.drivers.fitting import fitted
from salescli.calc.drivers.order import largest_first
from salescli.calc.drivers.price_volume import Sold, effects
from salescli.calc.standing import FEW, Cases, interval, named
from salescli.model.exact import round_to

KEYS = st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"))
AMOUNTS = st.fractions(0, 10**6, max_denominator=100)
SUMS = st.dictionaries(KEYS, AMOUNTS)
PAIRS = st.dictionaries(KEYS, st.tuples(AMOUNTS, AMOUNTS))
SALES = st.dictionaries(KEYS, st.builds(Sold, AMOUNTS, st.integers(0, 50).map(Fraction)))
SEEDS = st.integers(0, 99)


def shuffled(found: dict, seed: int) -> dict:  # type: ignore[type-arg]
    return dict(random.Random(seed).sample(list(found.items()), len(found)))


@settings(deadline=None)
@given(SUMS, SUMS, st.integers(1, 4), SEEDS)
def test_contributions_of_a_sum_are_its_change(actual: dict, base: dict, top: int, seed: int) -> None:  # type: ignore[type-arg]
    parts = of_sum(actual, base)
    change = sum(actual.values(), Fraction(0)) - sum(base.values(), Fraction(0))
    assert sum((p.contribution for p in parts), Fraction(0)) == change
    first, others = largest(parts, top)
    assert len(first) <= top
    rest = [*first, *([others] if others else [])]
    assert sum((p.contribution for p in rest), Fraction(0)) == change
    assert sum(p.count for p in rest) == len(parts)
    assert parts == of_sum(shuffled(actual, seed), shuffled(base, seed))
    sizes = [abs(p.contribution) for p in parts]
    assert sizes == sorted(sizes, reverse=True)


@settings(deadline=None)
@given(PAIRS, PAIRS, SEEDS)
def test_contributions_of_a_ratio_are_its_change(actual: dict, base: dict, seed: int) -> None:  # type: ignore[type-arg]
    parts = of_ratio(actual, base, split=True)
    (n1, d1), (n0, d0) = (
        tuple(sum((pair[i] for pair in some.values()), Fraction(0)) for i in (0, 1))
        for some in (actual, base)
    )
    if not d1 or not d0:
        assert parts == []
        return
    assert sum((p.contribution for p in parts), Fraction(0)) == n1 / d1 - n0 / d0
    for part in parts:
        assert part.rate is not None
        assert part.mix is not None
        assert part.rate + part.mix == part.contribution
    assert parts == of_ratio(shuffled(actual, seed), shuffled(base, seed), split=True)
    assert together(parts).contribution == n1 / d1 - n0 / d0


@settings(deadline=None)
@given(PAIRS)
def test_a_ratio_whose_parts_keep_their_weights_moves_by_rates_only(base: dict) -> None:  # type: ignore[type-arg]
    assume(any(d for _, d in base.values()))
    actual = {key: (n * 2, d) for key, (n, d) in base.items()}
    assert all(not part.mix for part in of_ratio(actual, base, split=True) if part.base is not None)


@settings(deadline=None)
@given(SALES, SALES)
def test_price_volume_and_mix_are_the_change_of_each_part(actual: dict, base: dict) -> None:  # type: ignore[type-arg]
    found = effects(actual, base)
    if not sum((one.volume for one in base.values()), Fraction(0)):
        assert found == []
        return
    nothing = Sold(Fraction(0), Fraction(0))
    for one in found:
        assert one.change == actual.get(one.key, nothing).amount - base.get(one.key, nothing).amount
    total = sum((one.amount for one in actual.values()), Fraction(0))
    assert sum((one.change for one in found), Fraction(0)) == total - sum(
        (one.amount for one in base.values()), Fraction(0)
    )


@settings(deadline=None)
@given(SALES, st.integers(2, 5))
def test_only_prices_moved_or_only_volumes(base: dict, times: int) -> None:  # type: ignore[type-arg]
    base = {key: one for key, one in base.items() if one.volume}
    dearer = {key: Sold(one.amount * times, one.volume) for key, one in base.items()}
    assert all(not one.volume and not one.mix for one in effects(dearer, base))
    more = {key: Sold(one.amount * times, one.volume * times) for key, one in base.items()}
    assert all(not one.price and not one.mix for one in effects(more, base))


@settings(deadline=None)
@given(
    st.dictionaries(st.text("abc", max_size=2), AMOUNTS), st.dictionaries(st.text("abc", max_size=2), AMOUNTS)
)
def test_kinds_of_customers_are_the_change_and_each_is_in_one(actual: dict, base: dict) -> None:  # type: ignore[type-arg]
    first = {name: date(2026, 8, 3) if len(name) == 1 else date(2025, 1, 1) for name in actual}
    found = groups(actual, base, first, date(2026, 8, 1))
    zero = Fraction(0)
    assert sum((one.change for one in found), zero) == sum(actual.values(), zero) - sum(base.values(), zero)
    known = {name for name in {*actual, *base} if actual.get(name) or base.get(name)}
    assert sum(one.count for one in found) == len(known)
    new = sum(bool(a) and not base.get(name) and len(name) == 1 for name, a in actual.items())
    assert sum(one.count for one in found if one.kind == "new") == new


@settings(deadline=None)
@given(st.lists(st.fractions(-1000, 1000), min_size=1, max_size=8), st.integers(0, 6), st.integers(-2, 2))
def test_fitted_parts_sum_to_their_total_and_are_near(values: list[Fraction], digits: int, off: int) -> None:
    total = round_to(sum(values, Fraction(0)), digits) + Decimal(off).scaleb(-digits)
    found = fitted(values, total, digits)
    assert sum(found) == total
    unit = Fraction(1, 10**digits)
    assert all(abs(Fraction(a) - b) <= unit * 4 for a, b in zip(found, values, strict=True))


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=3), st.fractions()), st.integers(0, 5))
def test_largest_first(amounts: dict[str, Fraction], top: int) -> None:
    expected = sorted(amounts, key=lambda key: (-abs(amounts[key]), key))
    assert largest_first(amounts.items()) == expected
    assert largest_first(amounts.items(), top) == expected[:top]


@settings(deadline=None)
@given(st.integers(0, 300), st.integers(1, 300))
def test_the_interval_is_wilsons(hits: int, cases: int) -> None:
    found = interval(Cases(hits, cases))
    if hits > cases:
        assert found is None
        return
    assert found is not None
    for ours, theirs in zip(found, proportion_confint(hits, cases, method="wilson"), strict=True):
        assert abs(float(ours) - theirs) < 1e-6


@settings(deadline=None)
@given(st.integers(0, 200), st.integers(0, 200), st.fractions(0, 1, max_denominator=200))
def test_named_are_those_whose_interval_leaves_the_team_out(hits: int, cases: int, team: Fraction) -> None:
    of = Cases(hits, cases)
    found, around = named(of, team), interval(of)
    if cases < FEW:
        assert found == ("few" if cases else "")
    elif around is None:
        assert found == ""
    elif found == "best":
        assert team <= around[0]
    elif found == "worst":
        assert team >= around[1]
    else:
        assert around[0] <= team <= around[1]


def test_three_deals_are_not_a_trend() -> None:
    assert named(Cases(0, 3), Fraction(62, 100)) == "few"
    assert named(Cases(9, 9), Fraction(1, 10)) == "few"
    assert named(Cases(9, 58), Fraction(245, 1000)) == ""  # 15.5 % of 58 leads: by chance
    assert named(Cases(45, 300), Fraction(25, 100)) == "worst"
    assert named(Cases(75, 200), Fraction(25, 100)) == "best"
    assert named(Cases(30, 20), Fraction(25, 100)) == ""  # more converted than leads came
    assert named(Cases(0, 20), None) == ""
