"""Steps that several shapes tell in the same words."""

from __future__ import annotations

from salescli.calc.pay.scores import Score
from salescli.calc.pay.shape import Terms
from salescli.i18n import N_
from salescli.model.entry import Step


def target_step(terms: Terms, metric: str, score: Score) -> Step:
    """A target and the line it rests on, or the first of several with all of them named."""
    text = N_("target for {metric}")
    if not score.target:
        text = N_("no target for {metric}")
    elif len(score.places) > 1:
        text = N_("target for {metric}, the sum of {places}")
    return Step(
        step="target",
        text=text,
        params={"metric": metric, "places": ", ".join(str(place) for place in score.places)},
        base=score.target,
        place=score.places[0] if score.places else None,
        unit=terms.units.get(metric, "money"),
    )


def actual_step(terms: Terms, step: str, text: str, metric: str, score: Score, **params: object) -> Step:
    """What a metric came to, under `base`, or `rate` if it is one."""
    unit = terms.units.get(metric, "money")
    base, rate = (None, score.actual) if unit == "rate" else (score.actual, None)
    return Step(step=step, text=text, params={"metric": metric, **params}, base=base, rate=rate, unit=unit)


def attainment_step(terms: Terms, metric: str, score: Score) -> Step:
    """Actual over target, exactly."""
    unit = terms.units.get(metric, "money")
    return Step(
        step="attainment",
        text=N_("attainment of {metric}, actual over target"),
        params={"metric": metric},
        base=None if unit == "rate" else score.actual,
        rate=score.attainment,
        unit=unit,
    )
