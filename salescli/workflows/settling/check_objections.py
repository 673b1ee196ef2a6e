"""What is wrong in the objections to a month: whether what they are about is there, and fits (S009–S011)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from salescli.books.objections import ObjectionFile, objections_folder
from salescli.books.read_settled import SettledFiles
from salescli.books.settlements import sha256_of
from salescli.books.typed import Typed
from salescli.calc.settle.objected import adjustment
from salescli.findings import Finding, did_you_mean
from salescli.i18n import N_, several
from salescli.model.book import Book
from salescli.model.objection import Objection

if TYPE_CHECKING:
    from salescli.measures import Facts

_BY_COMMAND = N_("answer it with salescli object answer; restore what was changed by hand")


def check_objections(book: Book, facts: Facts | None, files: SettledFiles, found: list[Finding]) -> None:
    """Check the objections to one month; what is wrong goes to `found`."""
    for number, typed in files.objections.items():
        found.extend(_about(book, facts, files, typed))
        found.extend(_states(book, files, number, typed))
    found.extend(_steps(book, files))


def _about(
    book: Book, facts: Facts | None, files: SettledFiles, typed: Typed[ObjectionFile]
) -> Iterator[Finding]:
    one = typed.value
    rows = [] if files.entries is None else [row.cells for row in files.entries.rows]
    if one.person not in book.org.people:
        yield typed.finding(
            "S009",
            ("person",),
            N_("there is no person {person}"),
            N_("write the person's id"),
            person=one.person,
        )
    components = {c.name for plan in book.plans for c in plan.components} | {row["component"] for row in rows}
    if one.component is not None and one.component not in components:
        near = did_you_mean(one.component, components)
        yield typed.finding(
            "S009",
            ("component",),
            N_("no plan has a component {component}"),
            N_("did you mean {near}?") if near else N_("the plans have: {known}"),
            component=one.component,
            near=near,
            known=several(sorted(components)),
        )
    own = {row["entry_id"] for row in rows if row["person"] == one.person}
    if one.entry_id is not None and files.entries is not None and one.entry_id not in own:
        yield typed.finding(
            "S009",
            ("entry_id",),
            N_("{month} pays {person} no entry {entry}"),
            N_("entries stand in: salescli statement {person}"),
            month=files.month.text,
            person=one.person,
            entry=one.entry_id,
        )
    if one.deal_id is not None and facts is not None and not facts.amounts([one.deal_id]):
        made = typed.finding(
            "S009",
            ("deal_id",),
            N_("no file has a deal {deal}, which may be what is missing"),
            N_("bring the deal in, or correct the id"),
            deal=one.deal_id,
        )
        yield replace(made, severity="warning")


def _states(book: Book, files: SettledFiles, number: str, typed: Typed[ObjectionFile]) -> Iterator[Finding]:
    one, month = typed.value, files.month.text
    if one.period != month:
        yield typed.finding(
            "S010",
            ("period",),
            N_("this is to {period}, in the folder of {month}"),
            N_("move the file, or write `period: {month}`"),
            period=one.period,
            month=month,
        )
    answered = one.answer is not None and one.answered_on is not None
    if one.state != "open" and not answered:
        yield typed.finding("S010", ("state",), N_("it is answered, but says not how and when"), _BY_COMMAND)
    if one.state == "open" and (one.answer is not None or one.answered_on is not None):
        yield typed.finding("S010", ("state",), N_("it is open, but has an answer"), _BY_COMMAND)
    if one.amount and one.state != "accepted":
        yield typed.finding("S010", ("amount",), N_("only an accepted objection has an amount"), _BY_COMMAND)
    if one.answered_on is not None and one.answered_on < one.on:
        yield typed.finding("S010", ("answered_on",), N_("it is answered before it was made"), _BY_COMMAND)
    if one.period == month and one.state == "accepted":
        entry = (
            adjustment(_as_record(files, number, one), book.settings.currency).entry_id
            if one.amount
            else None
        )
        if one.adjustment != entry:
            yield typed.finding(
                "S010",
                ("adjustment",) if one.adjustment else ("amount",),
                N_("its amount is paid by entry {entry}")
                if entry
                else N_("without an amount no entry pays it"),
                _BY_COMMAND,
                entry=entry or "",
            )


def _as_record(files: SettledFiles, number: str, one: ObjectionFile) -> Objection:
    return Objection(
        period=files.month.text,
        id=number,
        person=one.person,
        reason=one.reason,
        on=one.on,
        deal_id=one.deal_id or "",
        amount=one.amount or Decimal(0),
    )


def _steps(book: Book, files: SettledFiles) -> Iterator[Finding]:
    """Objections and their answers are steps of the settlement, with the hash of their files."""
    manifest = files.manifest
    if manifest is None:
        return
    recorded: dict[str, tuple[int, str]] = {}
    for at, event in enumerate(manifest.value.events):
        if event.objection is not None:
            recorded[event.objection] = at, event.sha256 or ""
    folder = objections_folder(book.root, files.month.text)
    for number, (at, digest) in recorded.items():
        path = folder / f"{number}.yaml"
        if not path.is_file():
            yield manifest.finding(
                "S011", ("events", at, "objection"), N_("{file} is gone"), N_("restore it"),
                file=path.relative_to(book.root).as_posix(),
            )  # fmt: skip
        elif number in files.objections and sha256_of(path) != digest:
            yield files.objections[number].finding(
                "S011", ("state",), N_("this is not what salescli wrote"), _BY_COMMAND
            )
    for number, typed in files.objections.items():
        if number not in recorded:
            yield typed.finding(
                "S011",
                ("period",),
                N_("no step of {month} says that this was made"),
                N_("write objections with salescli object add {month} {person}"),
                month=files.month.text,
                person=typed.value.person,
            )
