"""`ledger/settlements/*/settlement.yaml`: written by salescli, read again for its state and its hashes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from salescli.books.fields import matching, one_of
from salescli.books.schemas.settings import Currency
from salescli.books.typed import Id, IsoDate, Model, PeriodText, Text, scalar
from salescli.model.settlement import EVENTS, STATES

_V1, _V2 = scalar(one_of(*STATES), {"enum": list(STATES)})
StateWord = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(
    matching(r"[0-9a-f]{64}", "a SHA-256", "64 digits 0-9 a-f"),
    {"type": "string", "pattern": "^[0-9a-f]{64}$"},
)
Hash = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(
    matching(r"[0-9a-f]{40}|[0-9a-f]{64}", "a commit", "its 40 (or 64) digits 0-9 a-f"),
    {"type": "string", "pattern": "^([0-9a-f]{40}|[0-9a-f]{64})$"},
)
Commit = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(one_of(*EVENTS), {"enum": list(EVENTS)})
EventWord = Annotated[str, _V1, _V2]


class EventEntry(Model):
    """A step, its date, and who took it."""

    event: EventWord
    on: IsoDate = Field(alias="date")
    actor: Text | None = None
    objection: Id | None = Field(default=None, description="number of the objection made or answered")
    sha256: Hash | None = Field(default=None, description="of the objection's file after the step")
    commit: Commit | None = Field(default=None, description="the commit that held what the step rests on")


class PreviousEntry(Model):
    """The settlement before."""

    file: Text
    sha256: Hash


class SettlementFile(Model):
    """A month's settlement: its state, its events, and the hashes of all it rests on."""

    period: PeriodText
    state: StateWord
    currency: Currency
    as_of: IsoDate
    tool: Text
    previous: PreviousEntry | None = None
    events: list[EventEntry]
    inputs: dict[Text, Hash]
    rules: dict[Text, Hash]
    outputs: dict[Text, Hash]
    seal: Hash | None = Field(default=None, description="hash of all lines above it")
