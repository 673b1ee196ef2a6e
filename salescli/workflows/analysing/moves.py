"""What moved a metric: the contributions of its cells, with names (SPEC A2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from salescli.calc.attain import base_metrics, metric_value
from salescli.calc.drivers.contributions import Key, Part, of_ratio, of_sum
from salescli.i18n import N_, gettext
from salescli.model.org import Named, Org, Person
from salescli.workflows.analysing.comparison import Comparison
from salescli.workflows.analysing.figures import Figures

if TYPE_CHECKING:
    from salescli.measures.facts import By

CELLS: tuple[By, ...] = ("region", "product", "person")
_NONE = {
    "region": N_("no region"),
    "product": N_("no product line"),
    "person": N_("nobody"),
    "customer": N_("no customer"),
}


def decomposable(comparison: Comparison, metric: str) -> bool:
    """Whether a metric is a sum, or a ratio of two sums; of ratios of ratios nobody contributes a part."""
    known = comparison.session.book.policy.metrics
    ratio = known[metric].ratio
    return ratio is None or all(known[part].ratio is None for part in ratio)


def contributions(
    comparison: Comparison, metric: str, key: str, by: Sequence[By] = CELLS, *, split: bool = False
) -> list[Part]:
    """The contribution of each cell to the change of the team's metric against `key`, largest first.

    They sum to the change exactly: each sale is in one cell, and credit on top in none. Empty where there is
    nothing to compare with, or a ratio has no figure then or now. `split` as in `of_ratio`.
    """
    then = comparison.then.get(key)
    if then is None:
        return []
    now, ratio = comparison.now, comparison.session.book.policy.metrics[metric].ratio
    if ratio is None:
        return of_sum(_sums(now, metric, by), _sums(then, metric, by))
    upper, lower = ratio
    return of_ratio(_pairs(now, upper, lower, by), _pairs(then, upper, lower, by), split=split)


def _sums(figures: Figures, metric: str, by: Sequence[By]) -> dict[Key, Fraction]:
    cells = figures.totals(tuple(by), credits="once", metrics=_wanted(figures, by, metric))
    return {key: _value(figures, metric, totals) for key, totals in cells.items()}


def _pairs(
    figures: Figures, upper: str, lower: str, by: Sequence[By]
) -> dict[Key, tuple[Fraction, Fraction]]:
    cells = figures.totals(tuple(by), credits="once", metrics=_wanted(figures, by, upper, lower))
    return {
        key: (_value(figures, upper, totals), _value(figures, lower, totals)) for key, totals in cells.items()
    }


def _wanted(figures: Figures, by: Sequence[By], *metrics: str) -> tuple[str, ...] | None:
    """Only what is needed where cells are many; all base metrics at once where several ask for the same."""
    if tuple(by) == CELLS:
        return None
    return tuple(dict.fromkeys(base for metric in metrics for base in base_metrics(figures.policy, metric)))


def _value(figures: Figures, metric: str, totals: dict[str, int]) -> Fraction:
    return metric_value(figures.policy, metric, totals, figures.session.digits) or Fraction(0)


def named(org: Org, by: Sequence[By], key: Key) -> str:
    """A cell in words: `East · A · Zhang`."""
    return " · ".join(_name(org, dimension, one) for dimension, one in zip(by, key, strict=True))


def _name(org: Org, dimension: By, one: str) -> str:
    if not one:
        return gettext(_NONE.get(dimension, N_("not stated")))
    tables: dict[str, Mapping[str, Named] | Mapping[str, Person]] = {
        "region": org.regions,
        "product": org.products,
        "person": org.people,
    }
    return tables[dimension][one].name if dimension in tables else one
