"""`signals`: patterns in what people do that are worth a question, never a verdict (SPEC A6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from salescli.i18n import N_
from salescli.model.exact import from_minor, plain, rate_text
from salescli.model.guardrails import SignalLimits
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.render.numbers import percent
from salescli.workflows.analysing.signals_cases import Looked
from salescli.workflows.analysing.signals_find import SIGNALS, Comparison, comparisons
from salescli.workflows.paying.payout import name_of
from salescli.workflows.plans.health import KINDS, quarter_of
from salescli.workflows.session import open_session

if TYPE_CHECKING:
    from salescli.measures.behaviour import NamedDeal

NAMES = {
    "held_back": N_("Deals at the beginning of a month"),
    "past_tier": N_("Just past a tier"),
    "cancelled": N_("Cancelled deals"),
    "uncollected": N_("Deals without cash"),
    "late_discounts": N_("Discounts at the end of a month"),
    "activity_without_results": N_("Activity without results"),
    "results_without_activity": N_("Results without activity"),
}
_QUESTIONS = {
    "held_back": N_("Were deals held for the new month?"),
    "past_tier": N_("Were deals moved to reach a tier?"),
    "cancelled": N_("Was more promised than can be kept?"),
    "uncollected": N_("Will these customers pay?"),
    "late_discounts": N_("Was the price cut to close before the month ended?"),
    "activity_without_results": N_("What keeps activity from becoming deals?"),
    "results_without_activity": N_("Is all activity written down, and where do these deals come from?"),
}
_FACTS = {
    "held_back": N_(
        "{count} of {of:deal|deals} counted in the first {first:day|days} of a month;"
        " others {others}, before {before}"
    ),
    "past_tier": N_(
        "{count} of {of:time|times} attainment landed less than {width} above a tier, and"
        " {short:time|times} as near"
        " below one; others {others}"
    ),
    "cancelled": N_(
        "{count} of {of:deal|deals} of the last {months:month|months} were cancelled in this period;"
        " others {others}"
    ),
    "uncollected": N_(
        "{count} of {of:deal|deals}, {after:day|days} or more after signing, have brought in less"
        " than {below};"
        " others {others}"
    ),
    "late_discounts": N_(
        "{count} of {of:deal|deals} of a month's last {last:day|days} gave {deep} or more; others"
        " {others}, before"
        " {before}"
    ),
    "activity_without_results": N_(
        "{count:deal|deals} with {of:activity|activities}; at the others' rate it would be {expected}"
    ),
    "results_without_activity": N_(
        "{count:deal|deals} with {of:activity|activities}; at the others' rate it would be {expected}"
    ),
}

_ROWS = (
    Column("signal", "", people=False),
    Column("signal_name", N_("Signal"), "word", machine=False),
    Column("person", "", people=False),
    Column("name", N_("Person"), machine=False),
    Column("question", N_("Question"), machine=False),
    Column("count", "", "count", people=False),
    Column("of", "", "count", people=False),
    Column("share", "", "ratio", people=False),
    Column("others_share", "", "ratio", people=False),
    Column("before_count", "", "count", people=False),
    Column("before_of", "", "count", people=False),
    Column("just_short", "", "count", people=False),
    Column("p_value", "", people=False),
    Column("p_adjusted", "", people=False),
    Column("chance", N_("By chance"), machine=False, spare=1),
    Column("chance_adjusted", N_("Allowing for all"), machine=False),
    Column("raised", "", "word", people=False),
    Column("raised_name", N_("Raised"), "word", machine=False),
)
_DEALS = (
    Column("signal", "", people=False),
    Column("signal_name", N_("Signal"), "word", machine=False),
    Column("person", "", people=False),
    Column("name", N_("Person"), machine=False),
    Column("deal_id", N_("Deal")),
    Column("customer", N_("Customer"), spare=2),
    Column("signed_on", N_("Signed"), "date", spare=1),
    Column("counted_on", N_("Counts on"), "date"),
    Column("cancelled_on", N_("Cancelled"), "date"),
    Column("amount", N_("Amount"), "money"),
    Column("received", N_("Collected"), "money", spare=1),
    Column("place", N_("Where"), "place"),
)
_MADE = (
    Column("signal", "", people=False),
    Column("signal_name", N_("Signal"), "word", machine=False),
    Column("compared", N_("People compared"), "count"),
    Column("raised", N_("Raised"), "count"),
    Column("why", N_("Not looked at, because"), machine=False),
)
_SHOWN = 5
"""Deals behind a signal that people are shown; machines get all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What `signals` is asked. Words are as typed; `every` also tells what was compared and not raised."""

    period: str | None = None
    person: str | None = None
    every: bool = False


def signals(root: Path, asked: Asked) -> Report:
    """Who differs from the others by more than chance, in what, and the deals behind it.

    Everybody is compared whoever is asked for, so that the same comparisons are allowed for.

    Raises:
        BookBroken: if the book has errors.
        Misuse: for a period without facts, or somebody unknown.
    """
    with open_session(root) as session:
        period = quarter_of(session) if asked.period is None else session.period(asked.period, KINDS)
        as_of = session.as_of(period)
        who = None if asked.person is None else session.person(asked.person)
        at = Looked(session, period, as_of)
        made = comparisons(at)
        mine = [one for one in made if who in (None, one.person)]
        shown = [one for one in mine if one.raised or asked.every or who is not None]
        shown.sort(key=lambda one: (not one.raised, one.adjusted, SIGNALS.index(one.signal), one.person))
        return Report(
            command="signals",
            period=period.text,
            as_of=as_of,
            currency=session.book.settings.currency,
            header=session.header(period, as_of),
            tables=(
                Table(name="rows", columns=_ROWS, rows=tuple(_row(at, one) for one in shown)),
                Table(
                    name="deals",
                    columns=_DEALS,
                    rows=tuple(_deal_rows(at, [one for one in mine if one.raised])),
                    title=N_("Deals behind it"),
                ),
                Table(name="comparisons", columns=_MADE, rows=tuple(_made(at, made)), title=N_("Compared")),
            ),
            findings=tuple(session.found),
            notes=tuple(_notes(at, made, shown)),
            extra={"comparisons_made": len(made)},
        )


def _row(at: Looked, one: Comparison) -> Row:
    return {
        "signal": one.signal,
        "signal_name": NAMES[one.signal],
        "person": one.person,
        "name": name_of(at.session, one.person),
        "question": _question(at, one),
        "count": one.count,
        "of": one.of,
        "share": Fraction(one.count, one.of) if one.of else None,
        "others_share": _others(one),
        "before_count": one.before_count,
        "before_of": one.before_of,
        "just_short": one.short,
        "p_value": _decimal(one.p_value),
        "p_adjusted": _decimal(one.adjusted),
        "chance": chance(one.p_value),
        "chance_adjusted": chance(one.adjusted),
        "raised": "yes" if one.raised else "no",
        "raised_name": N_("yes") if one.raised else N_("no"),
    }


def _others(one: Comparison) -> Fraction | None:
    return Fraction(one.others_count, one.others_of) if one.others_of else None


def _question(at: Looked, one: Comparison) -> Line:
    """The figures in words, after the question where one is raised."""
    limits, others = at.limits, _others(one)
    expected = Fraction(0) if others is None else others * one.of
    before = "–" if not one.before_of else f"{one.before_count}/{one.before_of}"
    params: dict[str, object] = {
        "count": one.count,
        "of": one.of,
        "others": "–" if others is None else percent(others),
        "before": before,
        "months": limits.look_back,
        "short": one.short or 0,
        "expected": plain(expected, 1),
        **_limits(limits),
    }
    facts = Line(template=_FACTS[one.signal], params=params)
    if not one.raised:
        return facts
    return Line(
        template="{question} {facts}",
        params={"question": Line(template=_QUESTIONS[one.signal]), "facts": facts},
    )


def _limits(limits: SignalLimits) -> dict[str, object]:
    return {
        "first": limits.first_days,
        "last": limits.last_days,
        "width": rate_text(limits.past_tier),
        "below": rate_text(limits.uncollected_below),
        "after": limits.uncollected_after,
        "deep": rate_text(limits.deep_discount),
    }


def chance(p_value: float) -> str:
    """A probability for people: to two significant digits, `<0.0001` below that."""
    return "<0.0001" if p_value < 0.0001 else plain(_decimal(p_value))


def _decimal(p_value: float) -> Decimal:
    """A probability to two significant digits, so that no machine's last bit shows; a trillionth at least."""
    return Decimal(f"{max(p_value, 1e-12):.2g}")


def _deal_rows(at: Looked, raised: Sequence[Comparison]) -> Iterator[Row]:
    """The deals behind what is raised, newest first; people see the first few of each."""
    numbers = {position: int(at.days.deal[position]) for one in raised for position in one.deals}
    known = at.session.facts.named_deals(numbers.values())
    for one in raised:
        rows = [_deal_row(at, one, position, known[numbers[position]]) for position in one.deals]
        rows.sort(key=lambda row: (str(row["counted_on"] or row["signed_on"]), str(row["deal_id"])))
        for index, row in enumerate(reversed(rows)):
            yield {**row, "_machine": index >= _SHOWN}


def _deal_row(at: Looked, one: Comparison, position: int, deal: NamedDeal) -> Row:
    days, digits = at.days, at.session.digits
    return {
        "signal": one.signal,
        "signal_name": NAMES[one.signal],
        "person": one.person,
        "name": name_of(at.session, one.person),
        "deal_id": deal.deal_id,
        "customer": deal.customer,
        "signed_on": days.signed[position].item(),
        "counted_on": days.counted[position].item(),
        "cancelled_on": days.cancelled[position].item(),
        "amount": from_minor(int(days.amount[position]), digits),
        "received": from_minor(int(days.received[position]), digits),
        "place": deal.place,
    }


def _made(at: Looked, made: Sequence[Comparison]) -> Iterator[Row]:
    """How many were compared in each respect, or why nobody was."""
    for signal in SIGNALS:
        some = [one for one in made if one.signal == signal]
        yield {
            "signal": signal,
            "signal_name": NAMES[signal],
            "compared": len(some),
            "raised": sum(one.raised for one in some),
            "why": None if some else Line(template=_why(at, signal), params=_why_params(at)),
        }


def _why(at: Looked, signal: str) -> str:
    newest: Mapping[str, object] = at.session.facts.newest()
    if signal == "uncollected" and newest["collections"] is None:
        return N_("the book has no receipts")
    if signal in ("activity_without_results", "results_without_activity") and newest["activities"] is None:
        return N_("the book has no activities")
    if signal == "late_discounts" and not (at.days.discount >= 0).any():
        return N_("no deal states a discount")
    happened = {"held_back": at.held_back, "cancelled": at.cancelled, "uncollected": at.uncollected}
    if signal in happened and not happened[signal]().cases.hit.any():
        if signal == "held_back":
            return N_("nothing of the kind happened in months that are over")
        return N_("nothing of the kind happened")
    if signal == "past_tier":
        return N_("nobody was placed in a tier by attainment {least} times, or nobody landed there")
    return N_("nobody has {least} cases with others beside")


def _why_params(at: Looked) -> dict[str, object]:
    return {"least": at.limits.min_cases}


def _notes(at: Looked, made: Sequence[Comparison], shown: Sequence[Comparison]) -> Iterator[Line]:
    params: dict[str, object] = {
        "count": len(made),
        "accepted": rate_text(at.limits.false_alarms),
        "raised": sum(one.raised for one in shown),
    }
    if not made:
        yield Line(
            template=N_("nobody was compared: the table says what is missing; a longer --period has more"),
        )
        return
    yield Line(
        template=N_(
            "{count:comparison was made and is|comparisons were made and are} allowed for; false"
            " alarms accepted: {accepted}"
        ),
        params=params,
    )
    if params["raised"]:
        yield Line(
            template=N_(
                "these are questions, not verdicts: look at the deals, read the notes, hear the person first"
            )
        )
        first = next(one for one in shown if one.raised)
        yield Line(
            template=N_("next: salescli signals --person {person} --period {period}"),
            params={"person": first.person, "period": at.period.text},
        )
    else:
        yield Line(template=N_("nothing stands out by more than chance; that is no proof that all is well"))
