"""What `diagnose` shows of each miss: its figures, its evidence, what was said about it (SPEC A4, A5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from salescli.calc.attain import attainment
from salescli.calc.diagnose import Against
from salescli.i18n import N_, gettext
from salescli.model.metric import Light
from salescli.model.note import Diagnosis, Evidence
from salescli.model.table import Column, Line, Row, Table
from salescli.render.words import cell_text
from salescli.workflows.analysing.behind import Behind
from salescli.workflows.analysing.misses import KINDS, Miss, Voice
from salescli.workflows.tracking.track_view import View, shown_value

MISSED = (
    Column("name", "", machine=False),
    Column("metric_name", "Metric", machine=False),
    Column("metric", "metric", people=False),
    Column("region", "region", people=False),
    Column("product", "product", people=False),
    Column("person", "person", people=False),
    Column("target", "Target", "number"),
    Column("expected_to_date", "Due to date", "number", spare=1),
    Column("actual", "Actual", "number"),
    Column("attainment", "Attainment", "ratio"),
    Column("gap", "Gap", "delta", spare=3),
    Column("light", "Light", "light"),
    Column("pace", "Pace", "ratio"),
    Column("behind", "behind", people=False),
    Column("behind_name", "Behind", machine=False),
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
_BEHIND = {Light.RED: ("far", "■", N_("far behind")), Light.YELLOW: ("somewhat", "▲", N_("behind"))}
"""How far something is behind what is due of its target while the period runs: for machines, a mark, a word.

The light is that of the whole target, as in `status`: at the beginning of a month that of everybody is red.
"""


class Missed:
    """The misses of a period, as rows.

    Args:
        chosen: The misses that are diagnosed; people see these, and those with a diagnosis.
        known: Diagnoses of the book, by id; grows as some are written.
        evidence: Process metrics with places in files, of those looked up in detail.
        behind: What is behind each miss, by the id of its diagnosis.
    """

    def __init__(
        self,
        view: View,
        found: Sequence[Miss],
        chosen: Sequence[Miss],
        known: dict[str, Diagnosis],
        evidence: Mapping[tuple[str, str], tuple[Evidence, ...]],
        behind: Mapping[str, tuple[Behind, ...]],
    ) -> None:
        self.view, self.found, self.chosen, self.known = view, found, chosen, known
        self.evidence, self.behind = evidence, behind

    @property
    def running(self) -> bool:
        """Whether the period is not over."""
        return self.view.as_of < self.view.period.end

    def id_of(self, miss: Miss) -> str:
        """The id its diagnosis has, or would have."""
        return f"{self.view.period.text}.{miss.diagnosis_id}"

    def left_out(self) -> frozenset[str]:
        """The ids of those that people do not see unless they ask."""
        chosen = set(map(self.id_of, self.chosen))
        return frozenset(set(map(self.id_of, self.found)) - chosen - set(self.known))

    def tables(self, said: Sequence[Voice]) -> tuple[Table, ...]:
        """What missed, the evidence, what was said."""
        columns = tuple(replace(c, people=not self.running) if c.key == "light" else c for c in MISSED)
        return (
            Table(name="rows", columns=columns, rows=tuple(self.rows())),
            Table(name="evidence", columns=EVIDENCE, rows=tuple(self.evidence_rows()), title=N_("Evidence")),
            Table(name="notes", columns=VOICES, rows=tuple(self._voice_rows(said)), title=N_("Notes")),
        )

    def rows(self) -> list[Row]:
        """A row for everything that missed."""
        hidden = self.left_out()
        return [{**self._row(miss), "_machine": self.id_of(miss) in hidden} for miss in self.found]

    def _row(self, miss: Miss) -> Row:
        view, digits = self.view, self.view.session.digits
        metric = view.policy.metrics[miss.metric]
        target = Fraction(miss.goal.value)
        known = self.known.get(self.id_of(miss))
        reached = attainment(miss.actual, target)
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
            "attainment": reached,
            "gap": shown_value(metric.unit, miss.actual - target, digits),
            "light": None if reached is None else view.policy.lights_of(miss.metric).light(reached),
            **self._pace(miss),
            "state": state_of(known),
            "state_name": STATES[state_of(known)],
            "diagnosis": self.id_of(miss),
            "note": view.note(miss.metric, target, miss.actual, miss.node),
            "place": str(known.place) if known is not None and known.place.path else None,
            "_unit": metric.unit,
            "_strong": miss.node.depth == 0 and miss.node.person is None,
        }

    def _pace(self, miss: Miss) -> Row:
        if not self.running:
            return {}
        word, mark, text = _BEHIND[miss.light]
        params: dict[str, object] = {"mark": mark, "text": Line(template=text)}
        return {
            "pace": miss.actual / miss.due if miss.due else None,
            "behind": word,
            "behind_name": Line(template="{mark} {text}", params=params),
        }

    def evidence_rows(self) -> list[Row]:
        """A row for each process metric below the team's, and for what is furthest behind."""
        hidden = self.left_out()
        return [
            {**row, **self._who(miss), "_machine": self.id_of(miss) in hidden}
            for miss in self.found
            for row in (*self._weak_rows(miss), *self._behind_rows(miss))
        ]

    def _weak_rows(self, miss: Miss) -> list[Row]:
        at = {one.metric: one.at for one in self.evidence.get((miss.about, miss.metric), ())}
        return [self._weak_row(one, at.get(one.metric, ())) for one in miss.weak]

    def _weak_row(self, one: Against, at: Sequence[str]) -> Row:
        metric, digits = self.view.policy.metrics[one.metric], self.view.session.digits
        said = N_("few cases") if one.few else None
        if not one.ratio:
            said = N_("the team's average for as many people and days")
        return {
            "metric_name": gettext(metric.name),
            "metric": one.metric,
            "actual": shown_value(metric.unit, one.own, digits),
            "team": shown_value(metric.unit, one.team, digits),
            "cases": one.cases,
            "note": Line(template=said) if said else None,
            "at": ", ".join(at) or None,
            "_unit": metric.unit,
        }

    def _behind_rows(self, miss: Miss) -> list[Row]:
        digits = self.view.session.digits
        rows: list[Row] = []
        for one in self.behind[self.id_of(miss)]:
            column, row = Column("of", "", "number"), {"_unit": one.unit}
            shown = {**row, "of": shown_value(one.unit, one.beside, digits)}
            rows.append(
                {
                    "metric_name": one.name,
                    "actual": shown_value(one.unit, one.actual, digits),
                    "note": one.note(cell_text(column, shown, "")),
                    "text": one.evidence(digits).text,
                    "at": ", ".join(one.at) or None,
                    "_unit": one.unit,
                }
            )
        return rows

    def _who(self, miss: Miss) -> dict[str, Line | str]:
        name = gettext(self.view.policy.metrics[miss.metric].name)
        who = miss.node.name if isinstance(miss.node.name, str) else gettext(miss.node.name.template)
        return {"name": f"{who} · {name}", "diagnosis": self.id_of(miss)}

    def sentences(self, miss: Miss, said: Sequence[Voice]) -> list[Line]:
        """Evidence and notes as sentences, for who is asked."""
        lines = [_sentence(row) for row in self.evidence_rows() if row["diagnosis"] == self.id_of(miss)]
        for voice in said:
            if voice.about == miss.about:
                params: dict[str, object] = {
                    "date": voice.on.isoformat(),
                    "kind": Line(template=KINDS[voice.kind]),
                    "text": voice.text,
                }
                lines.append(Line(template=N_("{date}, {kind}: {text}"), params=params))
        return lines

    def _voice_rows(self, said: Sequence[Voice]) -> list[Row]:
        names = {miss.about: miss.node.name for miss in self.found}
        hidden = self.left_out()
        seen = {miss.about for miss in self.found if self.id_of(miss) not in hidden}
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
                "_machine": voice.about not in seen,
            }
            for voice in said
        ]


def _sentence(row: Row) -> Line:
    params: dict[str, object] = {c.key: cell_text(c, row, "") for c in EVIDENCE}
    if row.get("metric") is None:
        return Line(template=N_("{metric_name} {actual} ({note})"), params=params)
    if row["cases"] is None:
        return Line(template=N_("{metric_name} {actual}, {team} at the team's average"), params=params)
    return Line(template=N_("{metric_name} {actual}, the team {team} ({cases:case|cases})"), params=params)


def state_of(known: Diagnosis | None) -> str:
    """A key of `STATES`."""
    if known is None:
        return "new"
    if known.done is not None:
        return "done"
    if known.task() is not None:
        return "decided"
    return "begun" if known.begun else "empty"
