"""`closed_periods: replay`: a closed month reckoned again, and the difference paid (SPEC S4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from salescli.calc.pay.shape import Outcome
from salescli.findings import Span
from salescli.i18n import N_
from salescli.model.entry import Entry, Step
from salescli.model.exact import from_minor, to_minor
from salescli.model.period import Period
from salescli.model.table import Line

Key = tuple[str, str, str, str]
"""Period, plan, component, person."""

Causes = Callable[[Key], Line]
"""Why it is another sum now: the rows that changed."""


def differences(
    month: Period,
    again: Iterable[Entry],
    settled: Iterable[Entry],
    causes: Causes,
    currency: str,
    digits: int,
) -> Iterator[Outcome]:
    """One outcome for each period, plan, component and person whose pay is another one now.

    Args:
        month: The month with which the difference is settled.
        again: What closed periods come to by what is known now and the rules valid then.
        settled: Everything settled for these periods so far, earlier differences included.
    """
    now, rules = _sums(again, digits)
    before, known = _sums(settled, digits)
    for key in sorted(now.keys() | before.keys()):
        units = now.get(key, 0) - before.get(key, 0)
        if units:
            rule = rules.get(key) or known[key]
            sums = from_minor(now.get(key, 0), digits), from_minor(before.get(key, 0), digits)
            yield _outcome(month, key, from_minor(units, digits), sums, rule, causes, currency)


def _sums(entries: Iterable[Entry], digits: int) -> tuple[dict[Key, int], Mapping[Key, Span]]:
    sums: dict[Key, int] = defaultdict(int)
    rules: dict[Key, Span] = {}
    for entry in entries:
        key = (entry.period, entry.plan, entry.component, entry.person)
        sums[key] += to_minor(entry.amount, digits)
        rules.setdefault(key, entry.rule)
    return sums, rules


def _outcome(
    month: Period,
    key: Key,
    amount: Decimal,
    sums: tuple[Decimal, Decimal],
    rule: Span,
    causes: Causes,
    currency: str,
) -> Outcome:
    period, plan, component, person = key
    because = causes(key)
    step = Step(
        step="replay",
        text=N_("{period} reckoned again comes to {now}, settled were {before}: {because}"),
        params={
            "period": period,
            "now": format(sums[0], "f"),
            "before": format(sums[1], "f"),
            "because": because,
        },
        amount=amount,
        place=rule,
    )
    entry = Entry(
        period=period,
        person=person,
        plan=plan,
        component=component,
        kind="adjustment",
        amount=amount,
        currency=currency,
        cause=f"reckoned again: {because.english()}",
        rule=rule,
        settled_with=month.text,
        steps=(step,),
    )
    return Outcome(period, person, plan, component, (step,), (entry,))
