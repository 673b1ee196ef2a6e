"""`ledger/settlements/<month>/objections/*.yaml`: read, and written as text."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from salescli.books.fields import MAX_ID, Unreadable, matching, one_of, read_id, shown
from salescli.books.settlements import settlement_path
from salescli.books.typed import Amount, Id, IsoDate, LongText, Model, PeriodText, load_typed, scalar
from salescli.findings import BookBroken, Finding, Span, finding
from salescli.i18n import N_
from salescli.model.exact import plain
from salescli.model.objection import FOLDER, Objection

_NAME = N_("name the file by a number, as salescli object add does: 3.yaml")
_STATES = ("open", "accepted", "rejected")
_V1, _V2 = scalar(one_of(*_STATES), {"enum": list(_STATES)})
ObjectionWord = Annotated[Literal["open", "accepted", "rejected"], _V1, _V2]


_V1, _V2 = scalar(
    matching(r"[0-9a-f]{16}", "an entry", "the 16 digits 0-9 a-f of its entry_id"),
    {"type": "string", "pattern": "^[0-9a-f]{16}$"},
)
EntryId = Annotated[str, _V1, _V2]


class ObjectionFile(Model):
    """What somebody objects to, and its answer."""

    period: PeriodText
    person: Id
    on: IsoDate = Field(alias="date")
    reason: LongText
    component: Id | None = None
    deal_id: LongText | None = None
    entry_id: EntryId | None = Field(default=None, description="the row of entries.csv it is about")
    state: ObjectionWord
    answer: LongText | None = None
    answered_on: IsoDate | None = None
    actor: LongText | None = None
    amount: Amount | None = Field(default=None, description="added to the next open month, if accepted")
    adjustment: EntryId | None = Field(default=None, description="the entry that pays the amount")


def objections_folder(root: Path, period: str) -> Path:
    """Where a month's objections are."""
    return settlement_path(root, period).parent / FOLDER


def read_objections(root: Path, period: str) -> tuple[Objection, ...]:
    """The objections to a month, by number.

    Raises:
        BookBroken: if a file is none.
    """
    found: list[Finding] = []
    read = objections_found(root, period, found)
    if found:
        raise BookBroken(found)
    return read


def objections_found(root: Path, period: str, found: list[Finding]) -> tuple[Objection, ...]:
    """As `read_objections`; what is wrong goes to `found`."""
    folder = objections_folder(root, period)
    read: list[Objection] = []
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        typed = load_typed(path, ObjectionFile, root, found)
        try:
            read_id(path.stem)
        except Unreadable as wrong:
            span = Span(path.relative_to(root).as_posix())
            found.append(
                finding(wrong.code, span, wrong.template, hint=_NAME, value=shown(path.stem), most=MAX_ID)
            )
            continue
        if typed is None:
            continue
        file = typed.value
        read.append(
            Objection(
                period=period,
                id=path.stem,
                person=file.person,
                reason=file.reason,
                on=file.on,
                component=file.component or "",
                deal_id=file.deal_id or "",
                entry_id=file.entry_id or "",
                state=file.state,
                answer=file.answer or "",
                answered_on=file.answered_on,
                actor=file.actor or "",
                amount=file.amount or Decimal(0),
                adjustment=file.adjustment or "",
                place=typed.at("person"),
            )
        )
    return tuple(sorted(read, key=lambda objection: (len(objection.id), objection.id)))


def objection_yaml(objection: Objection) -> bytes:
    """The file's text, in a fixed order of keys."""
    import yaml

    data: dict[str, object] = {
        "period": objection.period,
        "person": objection.person,
        "date": objection.on.isoformat(),
        "reason": objection.reason,
        "component": objection.component,
        "deal_id": objection.deal_id,
        "entry_id": objection.entry_id,
        "state": objection.state,
        "answer": objection.answer,
        "answered_on": objection.answered_on.isoformat() if objection.answered_on else "",
        "actor": objection.actor,
        "amount": plain(objection.amount) if objection.amount else "",
        "adjustment": objection.adjustment,
    }
    stated = {key: value for key, value in data.items() if value != ""}
    return yaml.safe_dump(stated, sort_keys=False, allow_unicode=True, width=10**6).encode()
