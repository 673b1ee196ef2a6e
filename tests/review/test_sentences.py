"""Sentences of a review are true for every input: parsed again, they say what the figures say (SPEC A1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli import i18n
from salescli.calc.compare import Change, change
from salescli.model.metric import Light, Unit
from salescli.model.table import Line
from salescli.render.words import line_text
from salescli.workflows.analysing.comparison import change_text
from salescli.workflows.reviews.headline import Headline, Moved, Other, Reached, sentences

MONEY = st.one_of(
    st.integers(-(10**9), 10**9).map(lambda cents: Fraction(cents, 100)),
    st.sampled_from([Fraction(0), Fraction(1, 100), Fraction(10**6), Fraction(10**8) - Fraction(1, 100)]),
)
AMOUNTS = MONEY.map(abs)
RATES = st.fractions(0, 3, max_denominator=1000)
COUNTS = st.integers(0, 99).map(Fraction)
OTHERS = st.lists(
    st.one_of(
        st.builds(
            Other,
            name=st.just("New customers"),
            unit=st.just("count"),
            actual=st.none() | COUNTS,
            target=COUNTS,
        ),
        st.builds(
            Other, name=st.just("Win rate"), unit=st.just("rate"), actual=st.none() | RATES, target=RATES
        ),
    ),
    max_size=2,
)


@st.composite
def moves(draw: st.DrawFn, actual: Fraction) -> list[Moved]:
    found = []
    for name in ("last month", "the same month last year"):
        base = draw(st.none() | MONEY | st.just(actual))
        because = Line(template="no facts before 2026-07-01")
        told = Change(None, None, because) if base is None else change(actual, base, "2026-07")
        upto = draw(st.none() | st.just(date(2026, 7, 20)))
        found.append(Moved(change=told, base=base, name=name, upto=upto))
    return found


@st.composite
def headlines(draw: st.DrawFn) -> Headline:
    week = draw(st.none() | MONEY)
    actual = draw(MONEY)
    target = draw(st.none() | AMOUNTS | st.just(abs(actual)))
    return Headline(
        upto=draw(st.none() | st.just(date(2026, 8, 15))),
        as_of=draw(st.none() | st.just(date(2026, 8, 14))),
        week=week,
        month="" if week is None else "2026-08",
        reached=Reached(actual=actual, target=target, due=draw(st.none() | AMOUNTS) if target else None),
        moved=draw(moves(actual if week is None else week)),
        rate=draw(st.none() | RATES),
        rate_target=draw(st.none() | RATES),
        receipts=draw(st.booleans()),
        lights=draw(st.dictionaries(st.sampled_from(Light), st.integers(0, 3))),
        on_pace=draw(st.integers(0, 3)),
        behind=draw(st.integers(0, 3)),
        others=draw(OTHERS),
    )


def number(text: str) -> Fraction:
    return Fraction(text.replace(",", "").replace("−", "-").replace("+", ""))


def near(text: str, exact: Fraction) -> bool:
    """A figure as printed is the exact one, rounded to the digits it shows."""
    digits = len(text.partition(".")[2])
    return abs(number(text) - exact) * 10**digits <= Fraction(1, 2)


def said(at: Headline) -> Iterator[str]:
    i18n.use("en")
    for line in sentences(at):
        text = line_text(line)
        head = f"{at.month} so far: " if at.as_of else f"{at.month}: "
        yield text.removeprefix(head) if at.month else text


def holds(at: Headline, text: str) -> bool:
    """Whether a sentence is one of those there are, and true. Written anew from the figures alone."""
    n, p = r"(−?[\d,]+(?:\.\d+)?)", r"(−?[\d,]+\.\d+)%"
    reached, actual = at.reached, at.reached.actual
    if text == "The newest facts are of 2026-08-15: the figures run up to that day.":
        return at.upto == date(2026, 8, 15)
    if m := re.fullmatch(rf"Sales of the week are {n}\.", text):
        return at.week is not None and near(m[1], at.week)
    if m := re.fullmatch(rf"Sales are {n}; there is no target\.", text):
        return reached.target is None and near(m[1], actual)
    if m := re.fullmatch(rf"Sales are {n}; the target is zero\.", text):
        return reached.target == 0 and near(m[1], actual)
    if m := re.fullmatch(rf"Sales are {n}: exactly the target\.", text):
        return reached.target == actual and near(m[1], actual)
    if m := re.fullmatch(rf"Sales are {n} of {n}: {p}, {n} (short|above the target)\.", text):
        assert reached.target
        gap = actual - reached.target
        word = "short" if gap < 0 else "above the target"
        true = near(m[1], actual) and near(m[2], reached.target) and near(m[3], actual / reached.target * 100)
        return gap != 0 and true and near(m[4], abs(gap)) and number(m[4]) > 0 and m[5] == word
    if m := re.fullmatch(rf"By 2026-08-14, {n} were due: sales are {n} (ahead|behind)\.", text):
        assert reached.due is not None
        ahead = actual - reached.due
        true = ahead != 0 and m[3] == ("ahead" if ahead > 0 else "behind")
        return true and near(m[1], reached.due) and near(m[2], abs(ahead)) and number(m[2]) > 0
    if m := re.fullmatch(rf"By 2026-08-14, {n} were due: exactly that was sold\.", text):
        return reached.due == actual and near(m[1], actual)
    return _moved(at, text) or _collected(at, text) or _others(at, text) or _people(at, text)


def _moved(at: Headline, text: str) -> bool:
    own = at.reached.actual if at.week is None else at.week
    for one in at.moved:
        name = one.name + (" up to 2026-07-20" if one.upto else "")
        if one.base is None:
            if text == f"There is no comparison with {name}: no facts before 2026-07-01.":
                return True
            continue
        moved = own - one.base
        if text == f"Sales are the same as {name}.":
            return moved == 0
        if text == f"There were no sales {name}.":
            return one.base == 0 and moved != 0
        if m := re.fullmatch(rf"Sales {name} were (−[\d,.]+), below zero: there is no percentage\.", text):
            return one.base < 0 and near(m[1], one.base)
        if m := re.fullmatch(rf"Sales are almost the same as {name} \(([+−][\d,.]+)\)\.", text):
            return 0 < abs(moved / one.base) < Fraction(1, 1000) and near(m[1], moved)
        form = rf"Sales (grew|fell) by ([\d,]+\.\d+)% \(([+−][\d,.]+)\) against {name}\."
        if m := re.fullmatch(form, text):
            true = m[1] == ("grew" if moved > 0 else "fell") and number(m[2]) > 0 and one.base > 0
            return true and near(m[2], abs(moved) / one.base * 100) and near(m[3], moved)
    return False


def _collected(at: Headline, text: str) -> bool:
    if text == "There is no collection rate: the book has no receipts.":
        return not at.receipts
    if text == "There is no collection rate: nothing was sold.":
        return at.receipts and at.rate is None
    m = re.fullmatch(r"The collection rate is ([\d,]+\.\d)%(?:; the target is ([\d,]+\.\d)%)?\.", text)
    if not m or at.rate is None or not at.receipts:
        return False
    target = at.rate_target is None if m[2] is None else near(m[2], (at.rate_target or 0) * 100)
    return near(m[1], at.rate * 100) and target


def _others(at: Headline, text: str) -> bool:
    for one in at.others:
        factor = 100 if one.unit == "rate" else 1
        sign = "%" if one.unit == "rate" else ""
        f = rf"([\d,]+(?:\.\d)?){sign}"
        if m := re.fullmatch(rf"{one.name}: there is no figure; the target is {f}\.", text):
            true = one.actual is None and near(m[1], one.target * factor)
        elif m := re.fullmatch(rf"{one.name}: {f}; the target is zero\.", text):
            true = one.actual is not None and one.target == 0 and near(m[1], one.actual * factor)
        elif m := re.fullmatch(rf"{one.name}: {f} of {f}, ([\d,]+\.\d)%\.", text):
            true = one.actual is not None and one.target != 0
            true = true and near(m[1], one.actual * factor) and near(m[2], one.target * factor)
            true = true and near(m[3], one.actual / one.target * 100)
        else:
            continue
        if true:
            return True
    return False


def _people(at: Headline, text: str) -> bool:
    lights = {light: at.lights.get(light, 0) for light in Light}
    if m := re.fullmatch(r"The one person with a target is (red|yellow|green)\.", text):
        return {k.value: v for k, v in lights.items() if v} == {m[1]: 1}
    form = r"Of (\d+) people with a target: (\d+) green, (\d+) yellow, (\d+) red\."
    if m := re.fullmatch(form, text):
        counts = [lights[Light.GREEN], lights[Light.YELLOW], lights[Light.RED]]
        return [int(x) for x in m.groups()] == [sum(counts), *counts] and sum(counts) > 1
    if m := re.fullmatch(r"The one person with a target (has reached|is behind) what is due\.", text):
        return (at.on_pace, at.behind) == ((1, 0) if m[1] == "has reached" else (0, 1))
    form = r"Of (\d+) people with a target: (\d+) have reached what is due, (\d+) not yet\."
    m = re.fullmatch(form, text)
    return bool(m) and [int(x) for x in m.groups()] == [at.on_pace + at.behind, at.on_pace, at.behind]  # type: ignore[union-attr]


@given(headlines())
def test_every_sentence_is_true(at: Headline) -> None:
    found = list(said(at))
    for text in found:
        assert holds(at, text), (text, at)
    assert sum(text.startswith(("Sales are", "Sales of the week")) for text in found) >= 1


@given(headlines())
def test_the_same_in_chinese_without_a_word_of_english(at: Headline) -> None:
    i18n.use("zh_CN")
    try:
        for line in sentences(at):
            text = re.sub(r"New customers|Win rate|no facts before", "", line_text(line))
            assert not re.search(r"[A-Za-z]{2}", text), text
    finally:
        i18n.use("en")


@pytest.mark.parametrize(
    ("actual", "base", "text"),
    [
        (1100000, 1200000, "Sales fell by 8.3% (−100,000) against last month."),  # ▸ A1
        (1200000, 1100000, "Sales grew by 9.1% (+100,000) against last month."),
        (0, 5, "Sales fell by 100.0% (−5) against last month."),
        (5, 0, "There were no sales last month."),
        (0, 0, "Sales are the same as last month."),
        (5, -5, "Sales last month were −5, below zero: there is no percentage."),
        (-5, 5, "Sales fell by 200.0% (−10) against last month."),
        (1000001, 1000000, "Sales are almost the same as last month (+1)."),
    ],
)
def test_movement(actual: int, base: int, text: str) -> None:
    moved = Moved(
        change=change(Fraction(actual), Fraction(base), "2026-07"), base=Fraction(base), name="last month"
    )
    assert text in list(said(Headline(reached=Reached(actual=Fraction(actual)), moved=[moved])))


@pytest.mark.parametrize(
    ("actual", "target", "text"),
    [
        ("1420000", "1500000", "Sales are 1,420,000 of 1,500,000: 94.7%, 80,000 short."),  # ▸ A1
        ("1499999.99", "1500000", "Sales are 1,500,000 of 1,500,000: 99.999999%, 0.01 short."),
        ("1500000.01", "1500000", "Sales are 1,500,000 of 1,500,000: 100.000001%, 0.01 above the target."),
        ("1500000", "1500000", "Sales are 1,500,000: exactly the target."),
        ("0", "1500000", "Sales are 0 of 1,500,000: 0.0%, 1,500,000 short."),
    ],
)
def test_what_is_rounded_never_reads_as_reached(actual: str, target: str, text: str) -> None:
    at = Headline(reached=Reached(actual=Fraction(actual), target=Fraction(target)))
    assert next(said(at)) == text


@pytest.mark.parametrize(
    ("actual", "base", "unit", "text"),
    [
        (Fraction(1100000), Fraction(1200000), "money", "−8.3%"),  # A1
        (Fraction(5), Fraction(5), "count", "0.0%"),
        (Fraction(9, 10), Fraction(4, 5), "rate", "+10.0 pts"),
        (Fraction(5), Fraction(0), "count", "zero in 2026-07"),
        (Fraction(5), Fraction(-1), "money", "below zero in 2026-07"),
        (Fraction(5), None, "money", "no figure in 2026-07"),
        (None, Fraction(5), "rate", "no figure now"),
    ],
)
def test_change_text(actual: Fraction | None, base: Fraction | None, unit: Unit, text: str) -> None:
    i18n.use("en")
    assert change_text(change(actual, base, "2026-07"), unit) == text
