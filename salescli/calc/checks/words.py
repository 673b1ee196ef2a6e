"""Findings for words that mean nothing in the book."""

from __future__ import annotations

from collections.abc import Iterable

from salescli.findings import Finding, Span, did_you_mean, finding
from salescli.i18n import N_
from salescli.model.metric import Policy


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
    shown = ", ".join(sorted(words)[:12]) or "–"
    return finding(code, place, template, hint=hint, word=word, near=near, known=shown)
