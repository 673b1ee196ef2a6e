"""`explain` of a settled month: what was settled, entry by entry and deal by deal (SPEC I8, S4).

What was settled cannot be reckoned again once its files have changed, but it was kept: `entries.csv` has
base, rate, cause and rule, and `parts.csv` what earnings that name no deal owe to each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from salescli.books.settlements import read_rows, settlement_path
from salescli.findings import Span
from salescli.i18n import N_, Word
from salescli.model.entry import Step
from salescli.model.exact import from_minor, parse_rate
from salescli.model.period import Period
from salescli.model.settlement import ENTRIES, PARTS, STATE_WORDS
from salescli.model.table import Row
from salescli.workflows.explaining.entry_causes import because
from salescli.workflows.explaining.explain_rows import Told, row_of
from salescli.workflows.paying.reckoned import Reckoned
from salescli.workflows.session import Session
from salescli.workflows.settling.parts import Parts
from salescli.workflows.settling.was_settled import Otherwise

Key = tuple[str, str, str, str]
"""Period, plan, component, deal."""


def settled_rows(
    session: Session, one: Otherwise, person: str, reckoned: Sequence[Reckoned]
) -> Iterator[Row]:
    """Everything settled for a person with a month, what of it each deal stands for, and their sum."""
    parts = _parts(session, one, person)
    today = _today(session, one, reckoned, person)
    told: set[Key] = set()
    for line, cells in one.lines:
        about = Told(cells["period"], person, cells["component"])
        yield _row(about, _entry(cells, Span(one.file, line)))
        at = (cells["period"], cells["plan"], cells["component"])
        if cells["deal_id"]:
            told.add((*at, cells["deal_id"]))
        elif cells["kind"] == "earning":
            for key, (part, place) in parts.items():
                if key[:3] == at:
                    told.add(key)
                    now = today.get(key, from_minor(0, session.digits)) if today else part
                    yield _row(about, _part(key[3], part, now, place))
    for key, amount in sorted(today.items()):
        if key not in told and amount:
            yield _row(Told(key[0], person, key[2]), _new(*key[2:], amount))
    total = Step(
        step="settled_total",
        text=N_("settled with {period} ({state})"),
        params={"period": one.month.text, "state": Word(STATE_WORDS[one.known.state])},
        amount=one.whole(),
    )
    yield {**_row(Told(one.month.text, person, None), total), "_strong": 1}


def _row(told: Told, step: Step) -> Row:
    return row_of(told, step, {})


def _entry(cells: Mapping[str, str], place: Span) -> Step:
    """An entry as it was settled, with the rule it was paid by."""
    return Step(
        step="settled",
        text=_ENTRY[bool(cells["deal_id"]), bool(cells["cause"])],
        params={
            "component": cells["component"],
            "period": cells["period"],
            "kind": Word(cells["kind"]),
            "deal": cells["deal_id"],
            "cause": because(cells["cause"]),
            "rule": cells["rule"],
        },
        base=Decimal(cells["base"]) if cells["base"] else None,
        rate=parse_rate(cells["rate"]) if cells["rate"] else None,
        amount=Decimal(cells["amount"]),
        place=place,
    )


_ENTRY = {
    (False, False): N_("{component} {period}: {kind}; rule {rule}"),
    (False, True): N_("{component} {period}: {kind}, {cause}; rule {rule}"),
    (True, False): N_("{component} {period}: {kind} for {deal}; rule {rule}"),
    (True, True): N_("{component} {period}: {kind} for {deal}, {cause}; rule {rule}"),
}


def _part(deal: str, part: Decimal, today: Decimal, place: Span) -> Step:
    """What of an earning was owed to a deal, and what is today."""
    text = N_("of it for {deal}") if part == today else N_("of it for {deal}; today it is {today}")
    params: dict[str, object] = {"deal": deal, "today": format(today, "f")}
    return Step(step="settled_part", text=text, params=params, amount=part, place=place)


def _new(component: str, deal: str, today: Decimal) -> Step:
    return Step(
        step="settled_part",
        text=N_("{component}: nothing was settled for {deal}; today it is {today}"),
        params={"component": component, "deal": deal, "today": format(today, "f")},
    )


def _parts(session: Session, one: Otherwise, person: str) -> Mapping[Key, tuple[Decimal, Span]]:
    """What was owed to each deal, with its place."""
    path = settlement_path(Path(), one.month.text).parent / PARTS
    return {
        (cells["period"], cells["plan"], cells["component"], cells["deal_id"]): (
            Decimal(cells["amount"]),
            Span(path.as_posix(), line),
        )
        for line, cells in enumerate(read_rows(session.book.root / path), start=2)
        if cells["person"] == person
    }


def _today(
    session: Session, one: Otherwise, reckoned: Sequence[Reckoned], person: str
) -> Mapping[Key, Decimal]:
    """What today's reckoning owes to each deal, of components that differ and that parts are kept of."""
    kept = {plan.id for plan in session.book.plans if plan.closed_periods == "reverse"}
    other = {(key.plan, key.component) for key in one.differing if key.plan in kept}
    found: dict[Key, Decimal] = {}
    for made in reckoned:
        if Period.month_of(made.period.end, made.period.fiscal) != one.month:
            continue
        parts = Parts(session, made)
        for outcome in made.outcomes:
            if outcome.person != person or (outcome.plan, outcome.component) not in other:
                continue
            at = (outcome.period, outcome.plan, outcome.component)
            for credit, part in parts.of(outcome):
                found[*at, credit.deal_id] = part
            for entry in outcome.entries:
                if entry.deal_id and entry.kind == "earning":
                    found[*at, entry.deal_id] = entry.amount
    return found


def settled_of_deal(session: Session, deal: str) -> Iterator[Row]:
    """Everything that settlements paid and took back for a deal, month by month: entries that name it, and
    its part of those that name none."""
    for month in session.settled_months:
        folder = settlement_path(Path(), month.text).parent
        if not session.facts.settled_pay([session.book.root / folder], [deal]):
            continue
        state = Word(STATE_WORDS[session.settled.known(month).state])
        for name in (ENTRIES, PARTS):
            for line, cells in enumerate(read_rows(session.book.root / folder / name), start=2):
                if cells["deal_id"] == deal:
                    place = Span((folder / name).as_posix(), line)
                    yield _of_deal(month.text, state, cells, place)


def _of_deal(month: str, state: Word, cells: Mapping[str, str], place: Span) -> Row:
    """An entry that names the deal, or, without a kind, its part of one."""
    cause, period, component = cells.get("cause", ""), cells["period"], cells["component"]
    params: dict[str, object] = {
        "month": month,
        "state": state,
        "component": component,
        "period": period,
        "kind": Word(cells.get("kind", "")),
        "cause": because(cause),
    }
    text = _OF_DEAL[bool(cause)] if "kind" in cells else _ITS_PART
    step = Step(step="settled", text=text, params=params, amount=Decimal(cells["amount"]), place=place)
    return row_of(Told(period, cells["person"], component), step, {})


_ITS_PART = N_("settled with {month} ({state}): {component} {period}, its part")
_OF_DEAL = {
    False: N_("settled with {month} ({state}): {component} {period}, {kind}"),
    True: N_("settled with {month} ({state}): {component} {period}, {kind}, {cause}"),
}
