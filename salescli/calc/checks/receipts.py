"""Whether rules ask for receipts of a book that has none (F022)."""

from __future__ import annotations

from collections.abc import Iterator

from salescli.calc.attain import base_metrics
from salescli.calc.pay.registry import compile_plan
from salescli.findings import Finding, Span, finding
from salescli.i18n import N_
from salescli.model.exact import rate_text
from salescli.model.metric import Policy
from salescli.model.plan import Earning, Plan

_HINT = N_("import them: salescli import collections FILE --map MAP.yaml")


def check_receipts(policy: Policy, plans: tuple[Plan, ...]) -> Iterator[Finding]:
    """Every rule that asks for receipts, of a book that has deals and not one receipt."""
    least = policy.closed_deal.collected_at_least
    if least:
        yield _finding(
            policy.closed_deal.place,
            N_("no deal counts: {share} of it must be collected, and the book has no receipts"),
            hint=N_("import them: salescli import collections FILE --map MAP.yaml; or ask for none: 0%"),
            share=rate_text(least),
        )
    for plan in plans:
        yield from _of_plan(policy, plan)


def _of_plan(policy: Policy, plan: Plan) -> Iterator[Finding]:
    for shape in compile_plan(plan, policy).shapes:
        component = shape.component
        read = {one.metric for reads in shape.reads for one in reads if one.is_figure}
        for metric in sorted(read):
            if _of_receipts(policy, metric):
                yield _finding(
                    component.place,
                    N_("{component} of {plan} rests on {metric}, and the book has no receipts"),
                    component=component.name,
                    plan=plan.id,
                    metric=metric,
                )
        release = component.release if isinstance(component, Earning) else None
        if release is not None and release.by == "receipts":
            yield _finding(
                release.place,
                N_("{component} of {plan} is paid as receipts come in, and the book has none"),
                component=component.name,
                plan=plan.id,
            )


def _finding(place: Span, template: str, hint: str = _HINT, **params: str) -> Finding:
    return finding("F022", place, template, hint=hint, severity="warning", source=None, **params)


def _of_receipts(policy: Policy, metric: str) -> bool:
    bases = [policy.metrics[one].base for one in base_metrics(policy, metric)]
    return any(base is not None and base.source == "collections" for base in bases)
