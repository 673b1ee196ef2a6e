"""One period reckoned: every component whose period it is, for everybody its plan covers (SPEC I1–I8).

A component looks at the facts as of the end of the month it is paid with and never later, unless another
day is given.
Beside settled months, plans that say `closed_periods: reverse` credit only what no settlement has (SPEC S4).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from salescli.calc.pay.coverage import paid_with
from salescli.calc.pay.past import Past
from salescli.calc.pay.shape import Compiled
from salescli.findings import Finding, finding
from salescli.i18n import N_
from salescli.model.entry import Entry
from salescli.model.period import Period
from salescli.model.plan import PERIOD_KINDS, Component, Draw, Earning, PeriodKind
from salescli.workflows.paying.later_pay import afterwards
from salescli.workflows.paying.measure import no_collection
from salescli.workflows.paying.reckoned import Reckoned, together
from salescli.workflows.paying.running import Running
from salescli.workflows.session import Session


def reckon_month(
    session: Session,
    month: Period,
    plans: Sequence[Compiled],
    past: Past,
    found: list[Finding],
    known_on: date | None = None,
) -> list[Reckoned]:
    """Everything paid with one month; `past` ends before it. There is always something of the month itself
    where earlier months are settled, for what changed in these.

    Args:
        known_on: Look at the facts as of this day instead of the month's last one.
    """
    made: list[Reckoned] = []
    kinds = kinds_of(plans)
    if "month" not in kinds and (session.settled_months or any(map(rests_on_past, plans))):
        kinds = [*kinds, "month"]
    for kind in kinds:
        for period in (one for one in paid_with(kind, month) if kind != "week" or _reached(session, one)):
            others = [entry for one in made for entry in one.entries()]
            made.append(reckon_period(session, period, plans, past, found, others, known_on))
    return made


def reckon_period(
    session: Session,
    period: Period,
    plans: Sequence[Compiled],
    past: Past,
    found: list[Finding],
    others: Sequence[Entry] = (),
    known_on: date | None = None,
) -> Reckoned:
    """Every component whose period is of this kind, for everybody its plan covers.

    Args:
        past: What was paid before the month with which the period is paid.
        others: What shorter periods pay with the same month.
        known_on: Look at the facts as of this day instead of the last one of the month it is paid with.
    """
    made: list[Reckoned] = []
    as_of = known_on or session.paid_as_of(period)
    for group in _in_groups(session, plans, found):
        before = [*others, *(entry for one in made for entry in one.entries())]
        at = Running(session, period, group, past, found, before, as_of)
        with no_collection():
            at.run()
            afterwards(at)
        made.append(at.reckoned())
    return made[0] if len(made) == 1 else together(made)


def _in_groups(session: Session, plans: Sequence[Compiled], found: list[Finding]) -> list[Sequence[Compiled]]:
    """Plans that look at the same credits; those that others rest on first."""
    reverse = [one for one in plans if one.plan.closed_periods == "reverse"]
    replay = [one for one in plans if one.plan.closed_periods == "replay"]
    if not session.settled_months or not reverse or not replay:
        return [plans]
    for first, second in ((reverse, replay), (replay, reverse)):
        if not _rests_on(first, second):
            return [first, second]
    plan = replay[0].plan
    found.append(
        finding(
            "P027",
            plan.place,
            N_("plans that reverse and plans that replay closed periods rest on what each other earns"),
            hint=N_("give plan {plan} the same `closed_periods` as the others"),
            plan=plan.id,
        )
    )
    return [plans]


def _rests_on(some: Sequence[Compiled], others: Sequence[Compiled]) -> bool:
    names = {shape.component.name for one in others for shape in one.shapes}
    read = {m for one in some for shape in one.shapes for part in shape.reads for m in part}
    return any(measure.of == "earned" and measure.metric in names for measure in read)


def rests_on_past(compiled: Compiled) -> bool:
    """Whether what a plan pays depends on what it paid before."""
    return (
        compiled.plan.clawback is not None
        or any(_looks_back(shape.component) for shape in compiled.shapes)
        or any(
            m.of == "earned" and s.component.period not in ("week", "month")
            for s in compiled.shapes
            for m in frozenset().union(*s.reads)
        )
    )


def _looks_back(component: Component) -> bool:
    if isinstance(component, Draw):
        return True
    return isinstance(component, Earning) and (
        component.to_date is not None
        or component.release is not None
        or (component.cap is not None and component.cap.over == "carried")
    )


def _reached(session: Session, period: Period) -> bool:
    """Whether the facts reach a period."""
    span = session.facts.months()
    return span is not None and period.start <= span[1] and period.end >= span[0]


def kinds_of(plans: Sequence[Compiled]) -> list[PeriodKind]:
    """The kinds of periods that components of these plans have, shortest first."""
    used = {shape.component.period for compiled in plans for shape in compiled.shapes}
    return [kind for kind in PERIOD_KINDS if kind in used]
