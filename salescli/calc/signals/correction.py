"""Allowing for how many comparisons were made: looking often enough, something always looks odd."""

from __future__ import annotations

from collections.abc import Sequence

from salescli.model.guardrails import Correction

_METHODS = {"benjamini_hochberg": "fdr_bh", "benjamini_yekutieli": "fdr_by", "holm": "holm"}


def corrected(p_values: Sequence[float], correction: Correction) -> list[float]:
    """Each p-value made larger for all the others looked at with it: raised where that is still small."""
    if not p_values:
        return []
    from statsmodels.stats.multitest import multipletests

    _, adjusted, _, _ = multipletests(list(p_values), method=_METHODS[correction])
    return [float(value) for value in adjusted]
