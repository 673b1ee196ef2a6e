"""What people wrote down, as a review tells it: diagnoses, actions, lessons, voices, watches (SPEC A4–R2).

Seen from the day of the meeting: what is done or filed later is not known yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from salescli.calc.attain import base_metrics, metric_value
from salescli.findings import Finding
from salescli.i18n import N_, gettext
from salescli.model.book import Book
from salescli.model.note import Action, Diagnosis, Note, NoteKind, Notes
from salescli.model.org import Named
from salescli.model.period import Period
from salescli.model.table import Column, Line, Row
from salescli.render.words import separator
from salescli.workflows.actions import action_rows
from salescli.workflows.analysing.misses import KINDS
from salescli.workflows.meeting import meeting_day
from salescli.workflows.notes import notes_of
from salescli.workflows.reviews.headline import amount
from salescli.workflows.reviews.seen import Seen
from salescli.workflows.tracking.track_view import shown_value
from salescli.workflows.tracking.weekly import end_of, keeps_reports, missing_reports, shortfalls

WATCH = (
    Column("metric_name", N_("Metric"), "word", machine=False),
    Column("metric", "metric", people=False),
    Column("goal", N_("Target"), "number", machine=False),
    Column("target", "target", people=False),
    Column("actual", N_("Actual"), "number"),
    Column("before", N_("Before"), "number"),
    Column("attainment", N_("Attainment"), "ratio"),
    Column("light", N_("Light"), "light"),
    Column("since", N_("Since")),
    Column("why", N_("Why")),
)
_LESSONS: tuple[NoteKind, ...] = ("lesson", "practice")
_MOST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Everything written down that a review tells.

    Attributes:
        day: The day of the meeting.
        carried, new, done: Actions decided before and not done; decided for the period; done since it began
            though decided before. Rows of `actions.COLUMNS`.
        watch: Rows of `WATCH`.
        found: What is odd in the files, as warnings.
    """

    day: date
    notes: Notes
    carried: tuple[Row, ...]
    new: tuple[Row, ...]
    done: tuple[Row, ...]
    watch: tuple[Row, ...]
    lessons: tuple[Line, ...]
    voices: tuple[Line, ...]
    shortfalls: tuple[Line, ...]
    found: tuple[Finding, ...]


def memory(at: Seen) -> Memory:
    """Read notes and reports, and the figures of metrics under watch.

    Raises:
        BookBroken: if a file of notes or reports is wrong.
    """
    book, found = at.session.book, list[Finding]()
    notes = notes_of(book, found)
    day = meeting_day(book, at.period)[0]
    written = [note for note in notes.notes if note.on in at.period]
    tasks: dict[str, list[Action]] = {"carried": [], "new": [], "done": []}
    for task in notes.tasks():
        tasks.setdefault(_when(task, at.period, day), []).append(task)
    return Memory(
        day=day,
        notes=notes,
        carried=tuple(action_rows(book, tasks["carried"], day)),
        new=tuple(action_rows(book, tasks["new"], day)),
        done=tuple(action_rows(book, tasks["done"], day)),
        watch=tuple(_watched(at)),
        lessons=_few([_lesson(book, note) for note in written if note.kind in _LESSONS]),
        voices=_few([_voice(book, note) for note in written if note.kind not in _LESSONS]),
        shortfalls=_few(list(_reasons(at, day))),
        found=tuple(found),
    )


# --- actions


def _when(task: Action, period: Period, day: date) -> str:
    """Which part of a review an action belongs to; empty for none."""
    if task.decided.start >= period.start and task.decided.end <= period.end:
        return "new"
    if task.decided.end >= period.end:  # decided in a later review, or in that of a longer period
        return ""
    if task.open_on(day):
        return "carried"
    return "done" if task.done is not None and period.start <= task.done else ""


def person_name(book: Book, person: str) -> str:
    """What people call them; the id of somebody the book does not know."""
    known = book.org.people.get(person)
    return known.name if known else person


def thing_name(things: Mapping[str, Named], one: str | None) -> str | None:
    """The name of a region or product line; the id of one the book does not know."""
    return one if one is None or one not in things else things[one].name


# --- notes and reports


def _few(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The newest ones where they are many, and how many are left out."""
    if len(lines) <= _MOST:
        return tuple(lines)
    more = Line(template=N_("{count} earlier ones are in the book"), params={"count": len(lines) - _MOST})
    return (more, *lines[-_MOST:])


def _lesson(book: Book, note: Note) -> Line:
    about = _about(book, note)
    if about is None:
        return Line(template="{text}", params={"text": note.text})
    return Line(template=N_("{about}: {text}"), params={"about": about, "text": note.text})


def _voice(book: Book, note: Note) -> Line:
    """Whom it is about, when it was heard, which kind it is, and the words."""
    params: dict[str, object] = {
        "about": _about(book, note) or Line(template=N_("Team")),
        "day": note.on.isoformat(),
        "kind": Line(template=KINDS[note.kind]),
        "text": note.text,
    }
    return Line(template=N_("{about}, {day}, {kind}: {text}"), params=params)


def _about(book: Book, note: Note) -> str | None:
    """Names of what a note is about; None for the team."""
    org = book.org
    parts = [
        person_name(book, note.person) if note.person else None,
        thing_name(org.regions, note.region),
        thing_name(org.products, note.product),
        note.customer,
        note.deal,
    ]
    return " · ".join(part for part in parts if part) or None


def _reasons(at: Seen, day: date) -> Iterator[Line]:
    """Reasons for shortfalls from weekly reports, and of a week who has not reported."""
    book, period = at.session.book, at.period
    for week, one in shortfalls(book, period, day):
        params: dict[str, object] = {"name": person_name(book, one.person), "reason": one.reason}
        if period.kind == "week":
            yield Line(template=N_("{name}: {reason}"), params=params)
        else:
            template = N_("{name}, {week}: {reason}")
            yield Line(template=template, params={**params, "week": week.text})
    if period.kind != "week" or not keeps_reports(book, period):
        return
    standing = missing_reports(book, period, end_of(day))
    if standing.missing:
        names = [person.name for person in standing.missing]
        params = {"count": len(names), "all": len(standing.expected), "names": separator().join(names[:12])}
        template = N_("{count} of {all} have not reported: {names}")
        if len(names) > 12:
            template = N_("{count} of {all} have not reported, among them {names}")
        yield Line(template=template, params=params)


# --- metrics under watch


def _watched(at: Seen) -> Iterator[Row]:
    """A row for each metric under watch in the period whose lights are shown, of the whole team."""
    view, book = at.view, at.session.book
    for watch in book.watch:
        if not watch.covers(view.period) or watch.metric not in view.policy.metrics:
            continue
        row = view.row(watch.metric, at.team)
        unit = view.policy.metrics[watch.metric].unit
        before = _before(at, watch.metric)
        yield {
            **{key: row[key] for key in ("metric_name", "metric", "goal", "target", "actual", "attainment")},
            "before": shown_value(unit, before, at.session.digits),
            "light": row["light"],
            "since": watch.since.text,
            "why": watch.why or None,
            "_unit": unit,
        }


def _before(at: Seen, metric: str) -> Fraction | None:
    """The team's figure of the period before, as its own last day saw it."""
    session, base, policy = at.session, at.view.period.previous(), at.view.policy
    span = session.facts.months()
    if span is None or base.end < span[0]:
        return None
    totals = session.facts.totals(
        (), base.start, base.end, seen=base.end, metrics=base_metrics(policy, metric)
    )
    return metric_value(policy, metric, totals.get((), {}), session.digits)


# --- diagnoses

Key = tuple[str, str | None, str | None, str | None]
"""Metric, region, product line, person: what something is about."""


def diagnoses(at: Seen, notes: Notes) -> dict[Key, Diagnosis]:
    """What was found out about the period, or else about the newest part of it, by what it is about."""
    found: dict[Key, Diagnosis] = {}
    lit = at.view.period
    end = min(lit.end, at.period.end)  # what was found out about a whole month is not known in its weeks
    inside = [d for d in notes.diagnoses if d.period.start >= lit.start and d.period.end <= end]
    for one in sorted(inside, key=lambda d: (d.period.days(), d.period.end)):
        if one.begun:
            found[one.metric, one.region, one.product, one.person] = one
    return found


def decided(book: Book, one: Diagnosis) -> Line | str:
    """The action of a diagnosis with its owner and due date, as far as they are known."""
    if not one.action:
        return ""
    params: dict[str, object] = {"action": one.action}
    if one.owner and one.due is not None:
        params |= {"owner": person_name(book, one.owner), "due": one.due.isoformat()}
        if one.done is not None:
            params["done"] = one.done.isoformat()
            return Line(template=N_("{action} ({owner}, done on {done})"), params=params)
        return Line(template=N_("{action} ({owner}, due {due})"), params=params)
    return Line(template=N_("{action} (without owner or due date yet)"), params=params)


def evidence_lines(at: Seen, one: Diagnosis) -> list[Line]:
    """What a diagnosis rests on."""
    policy, lines = at.view.policy, []
    for evidence in one.evidence:
        if evidence.text:
            lines.append(Line(template="{text}", params={"text": evidence.text}))
        if evidence.metric is None or evidence.actual is None or evidence.metric not in policy.metrics:
            continue
        definition = policy.metrics[evidence.metric]
        params: dict[str, object] = {
            "metric": gettext(definition.name),
            "own": amount(definition.unit, Fraction(evidence.actual)),
        }
        template = N_("{metric} {own}")
        if evidence.team is not None:
            params["team"] = amount(definition.unit, Fraction(evidence.team))
            template = N_("{metric} {own}, team {team}")
            if definition.ratio is None:
                template = N_("{metric} {own}, {team} at the team's average")
        lines.append(Line(template=template, params=params))
    return lines
