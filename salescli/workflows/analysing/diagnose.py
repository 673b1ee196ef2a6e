"""`diagnose`: what missed its target, with evidence, notes and a 5-Why to fill in (SPEC A4, A5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from salescli.books.diagnosis_yaml import diagnosis_yaml
from salescli.books.edit import entry_text
from salescli.findings import Finding
from salescli.i18n import N_, several
from salescli.model.metric import Light
from salescli.model.note import Diagnosis
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.workflows.analysing.behind import Behinds
from salescli.workflows.analysing.diagnose_rows import Missed
from salescli.workflows.analysing.misses import Miss, Voice, diagnosis_of, evidence_of, misses, voices
from salescli.workflows.notes import notes_of
from salescli.workflows.notes_write import diagnoses_path, store_diagnoses
from salescli.workflows.session import open_session, writing_session
from salescli.workflows.tracking.track import remarks
from salescli.workflows.tracking.track_view import View


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
        known = {one.id: one for one in notes.diagnoses}
        behinds = Behinds(view, found)
        people = sum(miss.node.person is not None for miss in chosen)
        asked = {miss.diagnosis_id for miss in chosen} if detailed or people <= _FEW else set()
        behind = {
            f"{period.text}.{miss.diagnosis_id}": behinds.of(miss, deals=miss.diagnosis_id in asked)
            for miss in found
        }
        work = _Work(Missed(view, found, chosen, known, evidence, behind))
        said = voices(view, notes, found)
        told = work.store(query.write, ask, said)
        text = _skeletons(work) if person is not None and not query.write and ask is None else ()
        return Report(
            command="diagnose",
            period=period.text,
            as_of=as_of,
            currency=session.book.settings.currency,
            header=session.header(period, as_of),
            tables=(*work.missed.tables(said), *text),
            findings=tuple(warnings),
            notes=(*remarks(view), *work.unheard(said), *work.left_out(), *told),
        )


class _Work:
    """What missed, which of it is to be diagnosed, and what is written already."""

    def __init__(self, missed: Missed) -> None:
        self.missed, self.view, self.known = missed, missed.view, missed.known

    def new(self) -> list[Diagnosis]:
        """The skeletons that are not in the book yet."""
        missed = self.missed
        return [self._skeleton(miss) for miss in missed.chosen if missed.id_of(miss) not in self.known]

    def _skeleton(self, miss: Miss) -> Diagnosis:
        missed, digits = self.missed, self.view.session.digits
        evidence = missed.evidence.get((miss.about, miss.metric), ())
        behind = [one.evidence(digits) for one in missed.behind[missed.id_of(miss)]]
        return diagnosis_of(miss, self.view, (*evidence, *behind))

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
        """What is not diagnosed, and how it would be; where there is no target `remarks` says so."""
        if not self.missed.found:
            targeted = any(self.view.targeted(metric) for metric in self.view.policy.metrics)
            return (Line(template=N_("nothing missed its target")),) if targeted else ()
        others = len(self.missed.left_out())
        if not others:
            return ()
        template = N_("yellow, so left out and not diagnosed: {count}; with --all they are")
        if self.missed.running:
            template = N_("not far behind, so left out and not diagnosed: {count}; with --all they are")
        return (Line(template=template, params={"count": others}),)

    def _answered(self, ask: Ask, said: Sequence[Voice]) -> list[Diagnosis]:
        """Everything asked and answered, in the order shown; what has its action is not asked again."""
        answered: list[Diagnosis] = []
        rows = {str(row["diagnosis"]): row for row in self.missed.rows()}
        for miss in self.missed.chosen:
            known = self.known.get(self.missed.id_of(miss))
            if known is not None and known.task() is not None:
                continue
            answer = ask(
                Question(
                    diagnosis=known or self._skeleton(miss),
                    title=_title(rows[self.missed.id_of(miss)], self.view.period.text),
                    facts=tuple(self.missed.sentences(miss, said)),
                    person=self.view.session.person,
                )
            )
            if answer is not None:
                answered.append(answer)
        return answered

    def unheard(self, said: Sequence[Voice]) -> tuple[Line, ...]:
        """Who is judged by figures alone so far (SPEC A5)."""
        heard = {voice.about for voice in said}
        people = {m.about: m.node.name for m in self.missed.chosen if m.node.person is not None}
        silent = [str(name) for one, name in people.items() if one not in heard]
        if not silent:
            return ()
        names = several(silent, _SHOWN)
        template = N_("no note and no report says anything about {names}: ask before judging by figures")
        return (Line(template=template, params={"names": names}),)


_SHOWN = 8
_FEW = 20
"""So many misses of people have their deals looked up also where nobody asks for details."""


def _title(row: Row, period: str) -> Line:
    params = {
        "name": row["name"],
        "metric": row["metric_name"],
        "attainment": row["attainment"],
        "period": period,
    }
    return Line(template=N_("{name}: {metric} at {attainment} of the target in {period}"), params=params)


def _skeletons(work: _Work) -> tuple[Table, ...]:
    """What `--write` would add, as it would stand in the file."""
    text = "".join(entry_text(diagnosis_yaml(one), 0) for one in work.new())
    lines = text.split("\n")[:-1]
    title = N_("What --write would add")
    rows = tuple({"text": line} for line in lines)
    column = Column("text", "")
    return (Table(name="text", columns=(column,), rows=rows, title=title, machine=False),) if rows else ()
