"""`review weekly|monthly|quarterly`: a period's figures as a document from the book's template (SPEC R1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from salescli.findings import Misuse
from salescli.i18n import N_, Word
from salescli.model.period import Period
from salescli.model.table import Line, Report, Row, Table
from salescli.render.words import separator
from salescli.workflows.actions import COLUMNS as ACTIONS
from salescli.workflows.analysing.analysis_table import COLUMNS, columns
from salescli.workflows.meeting import meeting, meeting_day, participants
from salescli.workflows.plans.health import HEALTH
from salescli.workflows.reviews import tables
from salescli.workflows.reviews.headline import sentences
from salescli.workflows.reviews.incentive import HEALTH_SHOWN, PAY, Incentive, incentive
from salescli.workflows.reviews.kinds import REVIEWS, Name, ReviewKind
from salescli.workflows.reviews.memory import WATCH, Memory, memory
from salescli.workflows.reviews.next_period import upcoming
from salescli.workflows.reviews.problems import Problem, no_problem, problems
from salescli.workflows.reviews.seen import Seen, analysis, driver_lines, headline_of, seen
from salescli.workflows.session import PERIOD_WORDS, Session, open_session
from salescli.workflows.templates import document
from salescli.workflows.tracking.track import TRACKING, remarks


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """Everything a review says, in the order in which it is read from the facts."""

    at: Seen
    people_of_week: tuple[Row, ...]
    months: tuple[Row, ...]
    analysis: tuple[Row, ...]
    headline: Sequence[Line]
    drivers: Sequence[Line]
    memory: Memory
    problems: Sequence[Problem]
    next_period: Sequence[Line]
    pay: Incentive


def review(root: Path, name: Name, period_text: str | None) -> Report:
    """The review of a week, month or quarter.

    Args:
        period_text: The newest one with facts by default.

    Raises:
        Misuse: for another kind of period, or one the facts do not reach.
        BookBroken: if the book or the template has errors.
    """
    kind = REVIEWS[name]
    with open_session(root) as session:
        period = _period(session, kind, period_text)
        fill = document(session.book.root, kind.name)
        parts = _parts(session, kind, period)
        view = parts.at.view
        return Report(
            command="review",
            period=period.text,
            as_of=parts.at.as_of,
            currency=session.book.settings.currency,
            tables=_tables(parts),
            findings=(*view.warnings, *parts.memory.found, *parts.pay.found),
            notes=remarks(view),
            document=fill(_values(parts)),
        )


def _period(session: Session, kind: ReviewKind, text: str | None) -> Period:
    if text is None:
        newest = session.period(None)
        last = session.as_of(newest)
        return Period.around(last, kind.period, newest.fiscal)
    try:
        period = session.period(text)
    except Misuse as wrong:
        raise Misuse(
            wrong.template, hint=N_("write {example}"), **wrong.params, example=kind.example
        ) from None
    if period.kind != kind.period:
        raise Misuse(
            N_("{text} is a {kind}, which does not work here"),
            hint=N_("a {name} review is of one such as {example}"),
            text=text,
            kind=Word(PERIOD_WORDS[period.kind]),
            name=kind.name,
            example=Period.around(period.end, kind.period, period.fiscal).text,
        )
    return period


def _parts(session: Session, kind: ReviewKind, period: Period) -> _Parts:
    """Read in an order in which the facts are measured seldom: pay of one month after the other, then the
    period as its last day saw it, which is the last of these days."""
    session.as_of(period)  # whether the facts reach it
    pay = incentive(session, period)
    at = seen(session, kind, period)
    written = memory(at)
    return _Parts(
        at=at,
        memory=written,
        people_of_week=tables.people_of_week(at),
        months=tables.months(at),
        analysis=analysis(at),
        headline=list(sentences(headline_of(at))),
        drivers=list(driver_lines(at)),
        problems=list(problems(at, written.notes)),
        next_period=list(upcoming(at)),
        pay=pay,
    )


def _tables(parts: _Parts) -> tuple[Table, ...]:
    """For machines: whole, however many people there are."""
    at = parts.at
    written = parts.memory
    return (
        Table(name="rows", columns=TRACKING, rows=at.people),
        Table(name="analysis", columns=COLUMNS, rows=parts.analysis),
        Table(name="actions", columns=ACTIONS, rows=(*written.carried, *written.new, *written.done)),
        Table(name="watch", columns=WATCH, rows=written.watch),
        Table(name="pay", columns=PAY, rows=parts.pay.rows),
        Table(name="health", columns=HEALTH, rows=parts.pay.health),
        *(
            [Table(name="week", columns=tables.PEOPLE, rows=parts.people_of_week)]
            if parts.people_of_week
            else []
        ),
        *([Table(name="months", columns=tables.MONTHS, rows=parts.months)] if parts.months else []),
    )


def _values(parts: _Parts) -> Mapping[str, object]:
    """What a template may use: `REVIEW` of reviews/variables.py, docs/templates.md."""
    at = parts.at
    book, period, currency = at.session.book, at.period, at.session.book.settings.currency
    status = tables.status_columns(at.running)
    people, note = tables.few_people(at)
    company = book.settings.company
    title = {"company": company or book.root.name, "period": period.text}
    return {
        "title": Line(template=at.kind.title, params=title),
        "company": company,
        "period": period.text,
        "as_of": at.as_of.isoformat(),
        "running": at.running,
        "meeting": meeting(book, period),
        "participants": participants(book, period, meeting_day(book, period)[0]),
        "separator": separator(),
        "headline": parts.headline,
        "people_table": tables.markdown(tables.PEOPLE, parts.people_of_week, currency),
        "to_date": at.view.period.text,
        "tracking_table": tables.markdown(tables.tracking_columns(at.running), people, currency),
        "tracking_note": note or "",
        "region_table": tables.markdown(status, at.rows((at.team, *at.regions)), currency),
        "product_table": tables.markdown(status, at.rows(at.products), currency),
        "months_table": tables.markdown(tables.MONTHS, parts.months, currency),
        "analysis_table": tables.markdown(columns(period), parts.analysis, currency),
        "drivers": parts.drivers,
        "comparison_notes": [line for one in at.comparison.against for line in one.remarks],
        "problems": [_problem(one) for one in parts.problems],
        "no_problem": no_problem(at),
        **_written(parts, currency),
        "pay_table": tables.markdown(PAY, parts.pay.rows, currency),
        "pay_note": parts.pay.note or "",
        "honours": parts.pay.honours,
        "health_table": tables.markdown(HEALTH_SHOWN, parts.pay.health, currency),
        "next_period": parts.next_period,
    }


def _written(parts: _Parts, currency: str) -> Mapping[str, object]:
    """What people wrote down."""
    written = parts.memory
    return {
        "shortfalls": written.shortfalls,
        "voices": written.voices,
        "lessons": written.lessons,
        "watch_table": tables.markdown(WATCH, written.watch, currency),
        "carried_table": tables.markdown(ACTIONS, written.carried, currency),
        "new_table": tables.markdown(ACTIONS, written.new, currency),
        "done_table": tables.markdown(ACTIONS, written.done, currency),
        "actions": [
            _action(row, when)
            for when, rows in (("carried", written.carried), ("new", written.new), ("done", written.done))
            for row in rows
        ],
    }


def _action(row: Row, when: str) -> Mapping[str, object]:
    return {
        "id": row["id"],
        "what": row["text"],
        "owner": row["owner_name"],
        "due": row["due"],
        "state": Line(template=str(row["state_name"])),
        "when": when,
        "late": row["state"] == "overdue",
    }


def _problem(one: Problem) -> Mapping[str, object]:
    text = one.text
    if one.hint is not None and not one.evidence:
        text = Line(template=N_("{problem}; {evidence}"), params={"problem": text, "evidence": one.hint})
    return {
        "text": text,
        "evidence": one.evidence,
        "whys": one.whys,
        "root_cause": one.root_cause,
        "action": one.action,
    }
