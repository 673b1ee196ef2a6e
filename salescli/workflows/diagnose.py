"""`diagnose`: what missed its target, with evidence, notes and a 5-Why to fill in (SPEC A4, A5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from salescli.books.diagnosis_yaml import diagnosis_yaml
from salescli.books.edit import entry_text
from salescli.calc.attain import attainment
from salescli.findings import Finding
from salescli.i18n import N_, gettext, several
from salescli.model.metric import Light
from salescli.model.note import Diagnosis, Evidence, Notes
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.workflows.misses import KINDS, Miss, Voice, diagnosis_of, evidence_of, misses, voices
from salescli.workflows.notes import notes_of
from salescli.workflows.notes_write import diagnoses_path, store_diagnoses
from salescli.workflows.session import open_session, writing_session
from salescli.workflows.track import remarks
from salescli.workflows.track_view import View, shown_value

MISSED = (
    Column("name", "", machine=False),
    Column("metric_name", "Metric", machine=False),
    Column("metric", "metric", people=False),
    Column("region", "region", people=False),
    Column("product", "product", people=False),
    Column("person", "person", people=False),
    Column("target", "Target", "number"),
    Column("expected_to_date", "Due today", "number", spare=1),
    Column("actual", "Actual", "number"),
    Column("attainment", "Attainment", "ratio"),
    Column("gap", "Gap", "delta", spare=3),
    Column("light", "Light", "light"),
    Column("state_name", "Diagnosis", "word", machine=False),
    Column("state", "state", people=False),
    Column("diagnosis", "diagnosis", people=False),
    Column("note", "Note", spare=2),
    Column("place", "In", spare=4),
)
EVIDENCE = (
    Column("name", "", machine=False),
    Column("diagnosis", "diagnosis", people=False),
    Column("metric_name", "Evidence", machine=False),
    Column("metric", "metric", people=False),
    Column("actual", "Theirs", "number"),
    Column("team", "Team", "number"),
    Column("cases", "Cases", "count"),
    Column("note", "Note"),
    Column("text", "text", people=False),
    Column("at", "In", spare=2),
)
VOICES = (
    Column("name", "", machine=False),
    Column("about", "about", people=False),
    Column("date", "Date"),
    Column("kind_name", "Kind", "word", machine=False),
    Column("kind", "kind", people=False),
    Column("text", "What was said"),
    Column("by", "By", spare=2),
    Column("place", "In", spare=1),
)
STATES = {
    "new": N_("none yet"),
    "empty": N_("to fill in"),
    "begun": N_("begun"),
    "decided": N_("action set"),
    "done": N_("done"),
}
"""How far the diagnosis of a miss is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody is asked about one miss.

    Attributes:
        diagnosis: As it is written, or its skeleton.
        title: Who missed what, by how much.
        facts: Evidence and notes.
        person: The id of a person by id, name or alias; raises Misuse.
    """

    diagnosis: Diagnosis
    title: Line
    facts: tuple[Line, ...]
    person: Callable[[str], str]


Ask = Callable[[Question], Diagnosis | None]
"""Asks for what is not filled in of a diagnosis; None leaves it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What `diagnose` is asked.

    Attributes:
        person: Only what this person missed, yellow ones too.
        everything: Diagnose what is yellow too.
        write: Put what is to be diagnosed into `ledger/notes`.
    """

    period: str | None = None
    as_of: str | None = None
    person: str | None = None
    everything: bool = False
    write: bool = False


def diagnose(root: Path, query: Query, ask: Ask | None = None) -> Report:
    """List what missed its target; with `write`, or answers, add 5-Whys to the book.

    Raises:
        Misuse: as `status` does.
        BookBroken: if the book or its notes have errors.
        Refused: if a file of notes cannot be added to.
    """
    with writing_session(root) if query.write else open_session(root) as session:
        period = session.period(query.period)
        as_of = session.as_of(period, query.as_of)
        person = session.person(query.person) if query.person else None
        view = View(session, period, as_of)
        warnings: list[Finding] = list(view.warnings)
        notes = notes_of(session.book, warnings)
        found = misses(view, person)
        chosen = [m for m in found if m.light is Light.RED or person is not None or query.everything]
        detailed = query.write or ask is not None or person is not None
        evidence = evidence_of(view, chosen) if detailed else {}
        work = _Work(view, notes, found, chosen, evidence)
        said = voices(view, notes, found)
        told = work.store(query.write, ask, said)
        text = _skeletons(work) if person is not None and not query.write and ask is None else ()
        return Report(
            command="diagnose",
            period=period.text,
            as_of=as_of,
            currency=session.book.settings.currency,
            header=session.header(period, as_of),
            tables=(
                Table(name="rows", columns=MISSED, rows=tuple(work.rows())),
                Table(
                    name="evidence", columns=EVIDENCE, rows=tuple(work.evidence_rows()), title=N_("Evidence")
                ),
                Table(name="notes", columns=VOICES, rows=tuple(_voice_rows(work, said)), title=N_("Notes")),
                *text,
            ),
            findings=tuple(warnings),
            notes=(*remarks(view), *work.unheard(said), *work.left_out(), *told),
        )


class _Work:
    """What missed, which of it is to be diagnosed, and what is written already."""

    def __init__(
        self,
        view: View,
        notes: Notes,
        found: Sequence[Miss],
        chosen: Sequence[Miss],
        evidence: Mapping[tuple[str, str], tuple[Evidence, ...]],
    ) -> None:
        self.view, self.found, self.chosen, self.evidence = view, found, chosen, evidence
        self.known = {one.id: one for one in notes.diagnoses}

    def id_of(self, miss: Miss) -> str:
        """The id its diagnosis has, or would have."""
        return f"{self.view.period.text}.{miss.diagnosis_id}"

    def new(self) -> list[Diagnosis]:
        """The skeletons that are not in the book yet."""
        return [self._skeleton(miss) for miss in self.chosen if self.id_of(miss) not in self.known]

    def _skeleton(self, miss: Miss) -> Diagnosis:
        return diagnosis_of(miss, self.view, self.evidence.get((miss.about, miss.metric), ()))

    def store(self, write: bool, ask: Ask | None, said: Sequence[Voice]) -> tuple[Line, ...]:
        """Write what is to be written, and say what was or would be."""
        new = self.new()
        path = diagnoses_path(self.view.period)
        if ask is not None:
            new = self._answered(ask, said)
        elif not write:
            return self._would(new, path)
        if not new:
            return (Line(template=N_("nothing was written: there is nothing new to diagnose")),)
        added, filled = store_diagnoses(self.view.session.book, new)
        self.known |= {one.id: one for one in new if one.id in added or one.id in filled}
        lines = []
        if added:
            params: dict[str, object] = {"count": len(added), "path": path}
            lines.append(Line(template=N_("diagnoses added to {path}: {count}"), params=params))
        if filled:
            lines.append(Line(template=N_("diagnoses filled in: {count}"), params={"count": len(filled)}))
        if not added and not filled:
            lines.append(Line(template=N_("nothing was written: there is nothing new to diagnose")))
        elif ask is None:
            lines.append(Line(template=N_("next: fill in why_1 to why_5, root_cause, action, owner and due")))
        else:
            lines.append(Line(template=N_("next: salescli action list")))
        return tuple(lines)

    def _would(self, new: Sequence[Diagnosis], path: str) -> tuple[Line, ...]:
        if not new:
            return ()
        params: dict[str, object] = {"count": len(new), "path": path}
        return (Line(template=N_("--write would add diagnoses to {path}: {count}"), params=params),)

    def left_out(self) -> tuple[Line, ...]:
        """What is not diagnosed, and how it would be."""
        if not self.found:
            return (Line(template=N_("nothing missed its target")),)
        others = len(self.found) - len(self.chosen)
        if not others:
            return ()
        template = N_("yellow, so not diagnosed without --all: {count}")
        return (Line(template=template, params={"count": others}),)

    def _answered(self, ask: Ask, said: Sequence[Voice]) -> list[Diagnosis]:
        """Everything asked and answered, in the order shown; what has its action is not asked again."""
        answered: list[Diagnosis] = []
        rows = {str(row["diagnosis"]): row for row in self.rows()}
        for miss in self.chosen:
            known = self.known.get(self.id_of(miss))
            if known is not None and known.task() is not None:
                continue
            answer = ask(
                Question(
                    diagnosis=known or self._skeleton(miss),
                    title=_title(rows[self.id_of(miss)], self.view.period.text),
                    facts=tuple(self._lines(miss, said)),
                    person=self.view.session.person,
                )
            )
            if answer is not None:
                answered.append(answer)
        return answered

    def _lines(self, miss: Miss, said: Sequence[Voice]) -> list[Line]:
        """Evidence and notes as sentences, for who is asked."""
        lines = [self._sentence(row) for row in self.evidence_rows() if row["diagnosis"] == self.id_of(miss)]
        for voice in said:
            if voice.about == miss.about:
                params: dict[str, object] = {
                    "date": voice.on.isoformat(),
                    "kind": Line(template=KINDS[voice.kind]),
                    "text": voice.text,
                }
                lines.append(Line(template=N_("{date}, {kind}: {text}"), params=params))
        return lines

    def _sentence(self, row: Row) -> Line:
        from salescli.render.words import cell_text

        cells = {c.key: cell_text(c, row, self.view.session.book.settings.currency) for c in EVIDENCE}
        if row["metric"] is None:
            return Line(template="{text}", params={"text": cells["metric_name"]})
        params: dict[str, object] = {**cells}
        if row["cases"] is None:
            return Line(template=N_("{metric_name} {actual}, {team} at the team's average"), params=params)
        return Line(template=N_("{metric_name} {actual}, the team {team} ({cases} cases)"), params=params)

    def rows(self) -> list[Row]:
        """A row for everything that missed."""
        return [self._row(miss) for miss in self.found]

    def _row(self, miss: Miss) -> Row:
        view, digits = self.view, self.view.session.digits
        metric = view.policy.metrics[miss.metric]
        target = Fraction(miss.goal.value)
        known = self.known.get(self.id_of(miss))
        return {
            "name": miss.node.name,
            "metric_name": gettext(metric.name),
            "metric": miss.metric,
            "region": miss.node.region,
            "product": miss.node.product,
            "person": miss.node.person_id,
            "target": shown_value(metric.unit, target, digits),
            "expected_to_date": shown_value(metric.unit, miss.due, digits),
            "actual": shown_value(metric.unit, miss.actual, digits),
            "attainment": attainment(miss.actual, target),
            "gap": shown_value(metric.unit, miss.actual - target, digits),
            "light": miss.light,
            "state": state_of(known),
            "state_name": STATES[state_of(known)],
            "diagnosis": self.id_of(miss),
            "note": view.note(miss.metric, target, miss.actual, miss.node),
            "place": str(known.place) if known is not None and known.place.path else None,
            "_unit": metric.unit,
            "_strong": miss.node.depth == 0 and miss.node.person is None,
        }

    def evidence_rows(self) -> list[Row]:
        """A row for each process metric below the team's, and for who is furthest behind."""
        rows: list[Row] = []
        for miss in self.found:
            placed = self.evidence.get((miss.about, miss.metric))
            at = {one.metric: one.at for one in placed or ()}
            for one in miss.weak:
                metric = self.view.policy.metrics[one.metric]
                said = (
                    N_("few cases")
                    if one.few
                    else ""
                    if one.ratio
                    else N_("the team's average for as many people and days")
                )
                rows.append(
                    {
                        **self._who(miss),
                        "metric_name": gettext(metric.name),
                        "metric": one.metric,
                        "actual": shown_value(metric.unit, one.own, self.view.session.digits),
                        "team": shown_value(metric.unit, one.team, self.view.session.digits),
                        "cases": one.cases,
                        "note": Line(template=said) if said else None,
                        "at": ", ".join(at.get(one.metric, ())) or None,
                        "_unit": metric.unit,
                    }
                )
            words = [one for one in placed if one.text] if placed is not None else miss.below
            rows += [
                {**self._who(miss), "metric_name": e.text, "metric": None, "text": e.text, "cases": None,
                 "at": ", ".join(e.at) or None}
                for e in words
            ]  # fmt: skip
        return rows

    def _who(self, miss: Miss) -> dict[str, Line | str]:
        name = gettext(self.view.policy.metrics[miss.metric].name)
        who = miss.node.name if isinstance(miss.node.name, str) else gettext(miss.node.name.template)
        return {"name": f"{who} · {name}", "diagnosis": self.id_of(miss)}

    def unheard(self, said: Sequence[Voice]) -> tuple[Line, ...]:
        """Who is judged by figures alone so far (SPEC A5)."""
        heard = {voice.about for voice in said}
        people = {m.about: m.node.name for m in self.chosen if m.node.person is not None}
        silent = [str(name) for one, name in people.items() if one not in heard]
        if not silent:
            return ()
        names = several(silent, _SHOWN)
        template = N_("no note and no report says anything about {names}: ask before judging by figures")
        return (Line(template=template, params={"names": names}),)


_SHOWN = 8


def _title(row: Row, period: str) -> Line:
    params = {
        "name": row["name"],
        "metric": row["metric_name"],
        "attainment": row["attainment"],
        "period": period,
    }
    return Line(template=N_("{name}: {metric} at {attainment} of the target in {period}"), params=params)


def state_of(known: Diagnosis | None) -> str:
    """A key of `STATES`."""
    if known is None:
        return "new"
    if known.done is not None:
        return "done"
    if known.task() is not None:
        return "decided"
    return "begun" if known.begun else "empty"


def _voice_rows(work: _Work, said: Sequence[Voice]) -> list[Row]:
    names = {miss.about: miss.node.name for miss in work.found}
    return [
        {
            "name": names[voice.about],
            "about": voice.about,
            "date": voice.on.isoformat(),
            "kind_name": KINDS[voice.kind],
            "kind": voice.kind,
            "text": voice.text,
            "by": voice.by or None,
            "place": voice.place,
        }
        for voice in said
    ]


def _skeletons(work: _Work) -> tuple[Table, ...]:
    """What `--write` would add, as it would stand in the file."""
    text = "".join(entry_text(diagnosis_yaml(one), 0) for one in work.new())
    lines = text.split("\n")[:-1]
    title = N_("What --write would add")
    rows = tuple({"text": line} for line in lines)
    column = Column("text", "")
    return (Table(name="text", columns=(column,), rows=rows, title=title, machine=False),) if rows else ()
