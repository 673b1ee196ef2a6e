"""What rests on earlier pay: caps carried, clawbacks and releases of a month, then draws (SPEC I6)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from salescli.calc.pay.carry import carried
from salescli.calc.pay.clawback import claws, taken_back
from salescli.calc.pay.draw import AGAINST, DrawPay
from salescli.calc.pay.earning import EarningPay
from salescli.calc.pay.hold import released
from salescli.calc.pay.past import Past
from salescli.calc.pay.registry import terms_of
from salescli.calc.pay.shape import Compiled
from salescli.model.plan import Component, Draw, Earning, Plan
from salescli.workflows.paying.deal_news import deal_news
from salescli.workflows.paying.running import Running
from salescli.workflows.settling.beside import first_settled


def afterwards(at: Running) -> None:
    """Add to a run what rests on earlier pay; draws last."""
    for part in at.parts:
        component = part.shape.component
        if isinstance(part.shape, EarningPay) and isinstance(component, Earning):
            cap = component.cap
            if cap is not None and cap.over == "carried":
                scores = at.seen.get(part.key, at.looks.scores)
                at.later += carried(part.shape, scores, at.outcomes[part.key], at.past)
    if at.period.kind == "month":
        _clawbacks(at)
        _releases(at)
    for part in at.parts:
        if isinstance(part.shape, DrawPay):
            scores = at.looks.now(part.compiled.plan)
            earned = _against(at, part.shape.component, part.compiled)
            at.outcomes[part.key] = part.shape.settle(scores, part.members, earned, at.past)


def _clawbacks(at: Running) -> None:
    known = (one.plan for one in at.plans)
    plans = [plan for plan in (*known, *_dropped(at)) if claws(plan, at.past)]
    if plans:
        since = at.period.start if first_settled(at.session, at.period) is None else date.min
        gone = at.session.facts.cancelled(since, min(at.as_of, at.period.end), places=False)
        for plan in plans:
            at.later += taken_back(plan, at.period, _so_far(at), gone)


def _dropped(at: Running) -> list[Plan]:
    """Plans that are not in the book any more, but once a month: not where a settled one is replayed, and of
    plans that reverse and plans that replay, which are run apart, with those like them."""
    if at.period.text in at.past.then:
        return []
    plans = at.session.book.plans
    modes = {one.closed_periods for one in plans}
    ours = {one.plan.closed_periods for one in at.plans}
    dropped = at.past.dropped({one.id for one in plans})
    return [plan for plan in dropped if len(modes) < 2 or plan.closed_periods in ours]


def _releases(at: Running) -> None:
    for compiled in at.plans:
        cancelled: set[str] = set()
        if claws(compiled.plan, at.past):
            known = at.session.facts.cancelled(date.min, at.as_of, places=False)
            cancelled = {deal.deal_id for deal in known}
        for shape in compiled.shapes:
            component = shape.component
            if isinstance(component, Earning) and component.release is not None:
                so_far = _so_far(at)
                entries = [
                    e
                    for person in so_far.people(compiled.plan.id, component.name)
                    for e in so_far.of(compiled.plan.id, component.name, person)
                ]
                news = deal_news(at.session, component, entries, at.period.end)
                at.later += released(terms_of(shape), component, at.period, so_far, news, cancelled)


def _so_far(at: Running) -> Past:
    """The past with everything of this month up to here."""
    so_far = at.past.later()
    for outcomes in (*at.outcomes.values(), at.later):
        for outcome in outcomes:
            so_far.add(outcome.entries)
    return so_far


def _against(at: Running, draw: Component, compiled: Compiled) -> dict[str, int]:
    assert isinstance(draw, Draw)
    plan = compiled.plan
    names = draw.against or tuple(c.name for c in plan.components if not isinstance(c, Draw))
    earned: dict[str, int] = defaultdict(int)
    so_far = _so_far(at)
    for (_, name, person), entries in so_far.all_of(plan.id):
        if name in names:
            within = so_far.within(entries, at.period.start, at.period.end)
            earned[person] += so_far.units(within, *AGAINST)
    return earned
