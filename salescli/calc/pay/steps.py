"""Steps that several shapes tell in the same words."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from salescli.calc.pay.scores import NOTHING, Node, Score, value_of
from salescli.calc.pay.shape import Terms
from salescli.findings import Span
from salescli.i18n import N_, several
from salescli.model.entry import Step
from salescli.model.exact import plain, rate_text
from salescli.model.expression import Expr, Measure, is_number, measures_of


def target_step(terms: Terms, measure: Measure, score: Score) -> Step:
    """A target and the line it rests on, or the first of several with all of them named."""
    text = N_("target for {metric}")
    if not score.target and not score.part:
        text = N_("no target for {metric}")
    elif score.part is not None:
        text = N_("target for {metric}: {part} of the one stated, by ramp or days")
    elif len(score.places) > 1:
        text = N_("target for {metric}, the sum of {places}")
    return Step(
        step="target",
        text=text,
        params={
            "metric": measure.key,
            "places": several(str(place) for place in score.places),
            "part": "" if score.part is None else rate_text(score.part),
        },
        base=score.target,
        place=score.places[0] if score.places else None,
        unit=terms.units.get(measure.metric, "money"),
    )


def actual_step(
    terms: Terms,
    step: str,
    text: str,
    measure: Measure,
    value: Fraction | None,
    place: Span | None = None,
    **params: object,
) -> Step:
    """What a metric came to, under `base`, or `rate` if it is one."""
    unit = terms.units.get(measure.metric, "money")
    base, rate = (None, value) if unit == "rate" else (value, None)
    params = {"metric": measure.key, **params}
    return Step(step=step, text=text, params=params, base=base, rate=rate, place=place, unit=unit)


def attainment_step(terms: Terms, measure: Measure, score: Score) -> Step:
    """Actual over target, exactly."""
    unit = terms.units.get(measure.metric, "money")
    return Step(
        step="attainment",
        text=N_("attainment of {metric}, actual over target"),
        params={"metric": measure.key},
        base=None if unit == "rate" else score.actual,
        rate=score.attainment,
        unit=unit,
    )


def value_steps(
    terms: Terms, node: Node, expr: Expr, place: Span, step: str = "measure", *, pay: bool = False
) -> Iterator[Step]:
    """An expression down to its measures: each with its target and attainment, then what they come to."""
    for measure in dict.fromkeys(measures_of(expr)):
        yield from measure_steps(terms, node, measure, place, pay=pay)
    if not isinstance(expr, Measure) and not is_number(expr):
        value = value_of(node, expr, pay=pay)
        yield terms.step(step, N_("{expression}"), expr, value, place, expression=str(expr))


def measure_steps(
    terms: Terms, node: Node, measure: Measure, place: Span, *, pay: bool = False
) -> Iterator[Step]:
    """One measure: what it came to, and its target and attainment if that is what is asked."""
    score = node.get(measure.key, NOTHING)
    if measure.of == "personal":
        where = score.places[0] if score.places else place
        yield actual_step(
            terms, "measure", N_("{metric}, stated for the person"), measure, score.actual, where
        )
    elif measure.of == "earned":
        yield actual_step(terms, "measure", N_("{metric} in this period"), measure, score.actual, place)
    elif measure.of == "actual":
        value = score.pay if pay else score.actual
        yield actual_step(terms, "credit", N_("{metric} credited"), measure, value)
    else:
        if measure.of == "attainment":
            yield actual_step(terms, "credit", N_("{metric} credited"), measure, score.actual)
        yield target_step(terms, measure, score)
        if measure.of == "attainment" and score.attainment is not None:
            yield attainment_step(terms, measure, score)


def told(terms: Terms, expr: Expr, value: Fraction) -> str:
    """A value as books write it."""
    return rate_text(value) if terms.unit(expr) == "rate" else plain(value)
