"""Findings for words that mean nothing in the book."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from salescli.findings import Finding, Span, did_you_mean, finding
from salescli.i18n import N_, several
from salescli.model.exact import plain, rate_text
from salescli.model.metric import Metric, Policy


def unknown_metric(metric: str, place: Span, policy: Policy) -> Finding:
    """T005: neither built in nor defined."""
    template, hint = N_("there is no metric `{word}`"), N_("define it in policies/metrics.yaml")
    return unknown_id("T005", place, template, metric, policy.metrics, hint)


def unknown_id(
    code: str, place: Span, template: str, word: str, known: Iterable[str], otherwise: str = ""
) -> Finding:
    """A finding for a word that is none of `known`, with the nearest one, or some of them, as a hint."""
    words = list(known)
    near = did_you_mean(word, words)
    hint = N_("did you mean {near}?") if near else otherwise or N_("there are: {known}")
    shown = several(sorted(words)[:12], none="–")
    return finding(code, place, template, hint=hint, word=word, near=near, known=shown)


def wrong_unit(code: str, metric: Metric, value: Decimal | Fraction, place: Span) -> Finding | None:
    """A finding for a rate without its percent sign, or with one for what is no rate; None if it fits."""
    if metric.unit == "rate" and not isinstance(value, Fraction):
        return finding(
            code,
            place,
            N_("`{metric}` is a rate, {value} is a bare number"),
            hint=N_("write {percent}%"),
            metric=metric.id,
            value=plain(value),
            percent=plain(value * 100 if value < 2 else value),
        )
    if metric.unit != "rate" and isinstance(value, Fraction):
        return finding(
            code,
            place,
            N_("`{metric}` is no rate, {value} is one"),
            hint=N_("write plain digits"),
            metric=metric.id,
            value=rate_text(value),
        )
    return None
