"""`ledger/notes/*.yaml` and `ledger/reports/*.yaml`: what stands beside the figures."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from salescli.books.fields import matching, one_of, read_moment, read_words
from salescli.books.schemas.metrics import MetricId
from salescli.books.typed import (
    Count,
    Id,
    IsoDate,
    LongText,
    Model,
    Money,
    PeriodText,
    Quantity,
    Text,
    scalar,
)
from salescli.model.note import NOTE_KINDS, NoteKind

_V1, _V2 = scalar(one_of(*NOTE_KINDS), {"enum": list(NOTE_KINDS)})
KindWord = Annotated[NoteKind, _V1, _V2]
_V1, _V2 = scalar(
    matching(r".{1,200}:[1-9]\d{0,8}", "a place in a file", "ledger/activities/2026-08.csv:12"),
    {"type": "string", "pattern": r"^.+:[1-9]\d*$"},
)
PlaceText = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(
    matching(r"\d{4}-W\d\d", "a week", "2026-W33"), {"type": "string", "pattern": r"^\d{4}-W[0-5]\d$"}
)
WeekText = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(
    read_moment, {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"}
)
Moment = Annotated[datetime, _V1, _V2]
_V1, _V2 = scalar(read_words, {"type": ["string", "number"]})
Words = Annotated[str, _V1, _V2]


class NoteEntry(Model):
    """Something that no figure says."""

    on: IsoDate = Field(alias="date")
    kind: KindWord
    text: Words
    person: Id | None = Field(default=None, description="whom it is about")
    region: Id | None = None
    product: Id | None = None
    deal: Text | None = None
    customer: Text | None = None
    by: Text | None = Field(default=None, description="who wrote it down")


class EvidenceEntry(Model):
    """A process metric against the team's, or something in words."""

    text: LongText | None = None
    metric: MetricId | None = None
    actual: Quantity | None = None
    team: Quantity | None = Field(default=None, description="the same of the whole team")
    cases: Count | None = Field(default=None, description="how many cases are behind `actual`")
    at: list[PlaceText] = Field(default=[], description="places in files, path:line")


class DiagnosisEntry(Model):
    """Why a target was missed."""

    period: PeriodText
    metric: MetricId
    person: Id | None = None
    region: Id | None = None
    product: Id | None = None
    target: Quantity | None = None
    actual: Quantity | None = None
    at: list[PlaceText] = Field(default=[], description="where the target stands, path:line")
    evidence: list[EvidenceEntry] = Field(default=[])
    why_1: LongText | None = None
    why_2: LongText | None = None
    why_3: LongText | None = None
    why_4: LongText | None = None
    why_5: LongText | None = None
    root_cause: LongText | None = None
    action: LongText | None = None
    owner: Id | None = Field(default=None, description="who answers for the action")
    due: IsoDate | None = None
    done: IsoDate | None = None
    note: LongText | None = Field(default=None, description="what came of the action")


class ActionEntry(Model):
    """Something to be done, decided in a review."""

    id: Id
    text: Words
    owner: Id
    due: IsoDate
    decided: PeriodText = Field(description="the period in whose review it was decided")
    done: IsoDate | None = None
    note: LongText | None = Field(default=None, description="what came of it")


class WatchEntry(Model):
    """A metric under watch."""

    metric: MetricId
    since: PeriodText = Field(description="first period")
    until: PeriodText | None = Field(default=None, description="last period")
    target: Quantity | None = Field(default=None, description="for metrics that do not add up")
    why: LongText | None = None


class NotesFile(Model):
    """Notes, diagnoses, actions of reviews, metrics under watch; any of them in any file."""

    notes: list[NoteEntry] | None = None
    diagnoses: list[DiagnosisEntry] | None = None
    actions: list[ActionEntry] | None = None
    watch: list[WatchEntry] | None = None


class ReportEntry(Model):
    """What one person reports of a week."""

    person: Id
    filed_at: Moment = Field(description="date and time, 2026-08-14 16:40")
    sales: Money
    deals: Count
    reason: LongText | None = Field(default=None, description="why it is less than it should be")


class ReportsFile(Model):
    """The weekly reports of a week."""

    week: WeekText
    reports: list[ReportEntry]
