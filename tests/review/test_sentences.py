"""Sentences of a review are true for every input (SPEC R1, A1)."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli import i18n
from salescli.calc.compare import change
from salescli.render.words import line_text
from salescli.workflows.comparison import change_text
from salescli.workflows.review_words import movement

FIGURES = st.none() | st.fractions(0, 10**7, max_denominator=100)


@given(FIGURES, FIGURES)
def test_movement_says_what_the_figures_say(actual: Fraction | None, base: Fraction | None) -> None:
    i18n.use("en")
    said = line_text(movement(change(actual, base), "last month"))
    if actual is None or base is None:
        assert said == "There is no figure for last month to compare with."
    elif actual == base:
        assert said == "Sales are the same as last month."
    elif base == 0:
        assert said == "There were no sales last month."
    else:
        word = "grew" if actual > base else "fell"
        ratio = re.fullmatch(rf"Sales {word} by ([\d,]+\.\d)% against last month\.", said)
        assert ratio, said
        percent = Fraction(ratio.group(1).replace(",", ""))
        assert abs(percent - abs(actual - base) / base * 100) <= Fraction(1, 20)


@pytest.mark.parametrize(
    ("actual", "base", "unit", "text"),
    [
        (Fraction(1100000), Fraction(1200000), "money", "−8.3%"),  # A1
        (Fraction(5), Fraction(5), "count", "0.0%"),
        (Fraction(9, 10), Fraction(4, 5), "rate", "+10.0 pts"),
        (Fraction(5), Fraction(0), "count", "the other figure is zero"),
        (Fraction(5), None, "money", "no figure to compare with"),
        (None, Fraction(5), "rate", "no figure now"),
    ],
)
def test_change_text(actual: Fraction | None, base: Fraction | None, unit: str, text: str) -> None:
    i18n.use("en")
    assert change_text(change(actual, base), unit) == text  # type: ignore[arg-type]
