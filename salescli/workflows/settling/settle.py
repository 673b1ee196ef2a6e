"""`settle draft`: a month's entries, payouts and manifest, written whole or not at all (SPEC S1, S5)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from salescli import __version__
from salescli.books.fields import MAX_LINE
from salescli.books.settlements import read_settlement, settlement_path
from salescli.calc.pay.payouts import payouts
from salescli.calc.settle.objected import adjustment
from salescli.findings import BookBroken, Finding, Refused
from salescli.i18n import N_, Word, several
from salescli.model.entry import Entry
from salescli.model.period import Period
from salescli.model.settlement import (
    CREDITS,
    ENTRIES,
    KINDS,
    KNOWN,
    MANIFEST,
    PARTS,
    PAYOUTS,
    STATE_WORDS,
    Event,
    Payout,
    Settlement,
)
from salescli.model.table import Column, Line, Report, Row, Table
from salescli.workflows.paying.payout import name_of
from salescli.workflows.paying.reckon import Reckoned, reckon, stop_on_errors
from salescli.workflows.paying.unpaid import unpaid, unpaid_note
from salescli.workflows.said import said
from salescli.workflows.session import Session, writing_session
from salescli.workflows.settling.beside import settled_before
from salescli.workflows.settling.chain import stale_drafts
from salescli.workflows.settling.closed import credit_rows
from salescli.workflows.settling.known import known_rows
from salescli.workflows.settling.parts import part_rows
from salescli.workflows.settling.settlement_files import (
    credits_csv,
    entries_csv,
    known_csv,
    manifest_yaml,
    parts_csv,
    payouts_csv,
)
from salescli.workflows.settling.settlements import as_written


@dataclass(frozen=True, slots=True)
class Draft:
    """A settlement made, not yet written: file name → content, manifest last."""

    payouts: tuple[Payout, ...]
    entries: tuple[Entry, ...]
    files: Mapping[str, bytes]


def draft(root: Path, period: str, actor: str = "") -> Report:
    """Settle a month as a draft, replacing an earlier draft. Drafting again changes no byte.

    Args:
        period: A month; what is paid with it (a quarter's components with its last month) is in.
        actor: Who drafts it, for the record; nobody is named unless given.

    Raises:
        BookBroken: if the book has errors; nothing is written.
        Misuse: if it is not a month, or has no facts.
        Refused: if the month is already published, closed or paid.
        Busy: if another run writes into the book.
    """
    actor = said(actor, "--actor")
    with writing_session(root) as session:
        month = session.period(period, ("month",))
        found: list[Finding] = list(session.found)
        _still_open(session.book.root, month)
        _in_order(session, month)
        reckoned = reckon(session, month, found)
        stop_on_errors(found)
        unseen = unpaid_note(unpaid(session, reckoned), month, told=False)
        made = _make(session, month, reckoned, actor)
        folder = settlement_path(session.book.root, month.text).parent
        changed = _write(session, folder, made)
        return _report(session, month, made, found, unseen, changed)


def entries_of(session: Session, month: Period, reckoned: Sequence[Reckoned]) -> tuple[Entry, ...]:
    """All that is settled with a month: what it pays, and accepted objections to earlier ones."""
    paid = (e for one in reckoned for e in one.entries())
    return tuple(sorted((*paid, *_accepted(session, month)), key=Entry.sort_key))


def payouts_of(session: Session, month: Period, entries: Sequence[Entry]) -> tuple[Payout, ...]:
    """A row per person, with what the settlement before carried."""
    return payouts(entries, session.digits, session.settled.brought(month))


def _still_open(root: Path, month: Period) -> None:
    """Refuse what is published, closed or paid."""
    found: list[Finding] = []
    known = read_settlement(root, month.text, found)
    if found and known is None:
        raise BookBroken(found)
    if known is not None and known.state != "draft":
        raise Refused(
            "{period} is already {state}: it is not drafted again",
            hint="what changed since belongs into an adjustment of a month that is still open",
            period=month.text,
            state=Word(STATE_WORDS[known.state]),
        )
    if known is not None:
        as_written(root, known)


def _in_order(session: Session, month: Period) -> None:
    """Refuse a month before one that is published, or after one that is not settled: what came late counts in
    the next month, so there must be one next month."""
    for later in (one for one in session.settled_months if one.start > month.start):
        known = read_settlement(session.book.root, later.text, [])
        if known is not None and known.state != "draft":
            raise Refused(
                N_("{later} is already {state}: months are settled in order"),
                hint=N_("what belongs to {period} counts in the next month that is open"),
                later=later.text,
                state=Word(STATE_WORDS[known.state]),
                period=month.text,
            )
    before = settled_before(session, month)
    if before and before[-1].shift(1) != month:
        raise Refused(
            N_("{missing} has no settlement: months are settled in order"),
            hint=N_("settle it first: salescli settle draft {missing}"),
            missing=before[-1].shift(1).text,
        )


def files_of(
    session: Session, month: Period, reckoned: Sequence[Reckoned]
) -> tuple[tuple[Entry, ...], tuple[Payout, ...], dict[str, bytes]]:
    """A month's entries and payouts, and the files of its settlement but for the manifest, by name."""
    entries = entries_of(session, month, reckoned)
    rows = payouts_of(session, month, entries)
    files = {
        ENTRIES: entries_csv(entries),
        PAYOUTS: payouts_csv(rows, session.book.settings.currency),
        PARTS: parts_csv(part_rows(session, reckoned)),
        CREDITS: credits_csv(credit_rows(session, month), session.digits),
    }
    if any(plan.closed_periods == "replay" for plan in session.book.plans):
        files[KNOWN] = known_csv(known_rows(session, month))
    return entries, rows, files


def _make(session: Session, month: Period, reckoned: Sequence[Reckoned], actor: str) -> Draft:
    entries, rows, files = files_of(session, month, reckoned)
    currency = session.book.settings.currency
    hashes = inputs_of(session, month)
    as_of = session.as_of(month)
    folder = settlement_path(Path(), month.text).parent
    settlement = Settlement(
        period=month.text,
        state="draft",
        currency=currency,
        as_of=as_of,
        tool=f"salescli {__version__}",
        events=(Event(event="drafted", on=as_of, actor=actor),),
        previous=_previous(session, month),
        inputs={path: digest for path, digest in hashes.items() if not path.startswith("policies/")},
        rules={path: digest for path, digest in hashes.items() if path.startswith("policies/")},
        outputs={
            (folder / name).as_posix(): hashlib.sha256(data).hexdigest() for name, data in files.items()
        },
    )
    return Draft(rows, tuple(entries), {**files, MANIFEST: manifest_yaml(settlement)})


def _accepted(session: Session, month: Period) -> list[Entry]:
    """Adjustments of accepted objections to earlier months that no earlier settlement has paid yet."""
    settled = session.settled
    earlier = settled.before(month)
    done = frozenset().union(*(settled.causes(at) for at in earlier))
    return [
        adjustment(objection, session.book.settings.currency)
        for at in earlier
        for objection in settled.objections(at)
        if objection.state == "accepted" and objection.amount and objection.name not in done
    ]


def changed_since(known: Settlement, now: Mapping[str, str]) -> list[str]:
    """The files a settlement rests on that are others now, gone or new."""
    then = {**known.inputs, **known.rules}
    return sorted(path for path in then.keys() | now.keys() if then.get(path) != now.get(path))


def not_stale(session: Session, month: Period, known: Settlement) -> None:
    """Refuse where a file that a settlement rests on, or the settlement before, is not as it was.

    Raises:
        Refused: naming the first such files.
    """
    changed = changed_since(known, inputs_of(session, month))
    before = _previous(session, month)
    if before != known.previous:
        changed.append((before or known.previous or ("", ""))[0])
    if changed:
        raise Refused(
            N_("the draft of {period} is stale: {paths} changed since"),
            hint=N_("draft it again: salescli settle draft {period}"),
            period=known.period,
            paths=several(changed, _SHOWN),
        )


_SHOWN = 5


def inputs_of(session: Session, month: Period) -> dict[str, str]:
    """Path → hash of every file a month rests on: configuration, all facts, objections to earlier months."""
    root = session.book.root
    paths = [*session.book.sources]
    paths += [path.relative_to(root).as_posix() for files in session.book.facts.values() for path in files]
    settled = session.settled
    paths += [o.place.path for at in settled.before(month) for o in settled.objections(at)]
    for path in paths:
        _can_be_recorded(path)
    return {path: settled.sha256(path) for path in sorted(set(paths))}


def _can_be_recorded(path: str) -> None:
    """Refuse a file whose name could not be read back from a manifest."""
    if not path.isprintable() or path != path.strip() or len(path) > MAX_LINE:
        raise Refused(
            N_("the name of {path} cannot be written into a settlement"),
            hint=N_("rename it, without hidden characters and with at most {most} characters"),
            path=ascii(path),
            most=MAX_LINE,
        )


def _previous(session: Session, month: Period) -> tuple[str, str] | None:
    before = session.settled.before(month)
    if not before:
        return None
    return settlement_path(Path(), before[-1].text).as_posix(), session.settled.lasting(before[-1])


def _write(session: Session, folder: Path, made: Draft) -> bool:
    """Put the files in place, all or none; False if they were there already, byte for byte."""
    targets = {folder / name: data for name, data in made.files.items()}
    if all(path.is_file() and path.read_bytes() == data for path, data in targets.items()):
        return False
    session.write(targets)
    return True


def _report(
    session: Session, month: Period, made: Draft, found: Sequence[Finding], unseen: Line | None, changed: bool
) -> Report:
    as_of = session.as_of(month)
    used = [kind for kind in KINDS if any(row.sums[kind] for row in made.payouts)]
    columns = (
        Column("person", N_("Id"), people=False),
        Column("name", N_("Person"), machine=False),
        *(Column(kind, kind, "money", people=kind in used) for kind in KINDS),
        Column("brought", N_("Brought"), "money", people=any(row.brought for row in made.payouts)),
        Column("carried", N_("Carried"), "money"),
        Column("payable", N_("Payable"), "money"),
    )
    rows = tuple(_payout_row(session, row) for row in made.payouts)
    folder = settlement_path(Path(), month.text).parent.as_posix()
    done = N_("drafted: {count:entry|entries} for {people:person|people}, in {folder}")
    if not changed:
        done = N_("nothing changed: {count:entry|entries} for {people:person|people}, in {folder}")
    notes = [Line(template=done, params={"count": len(made.entries), "people": len(rows), "folder": folder})]
    if as_of < month.end:
        notes.append(
            Line(
                template=N_(
                    "{period} has not ended in the facts, which reach to {as_of}: figures will change"
                ),
                params={"period": month.text, "as_of": as_of.isoformat()},
            )
        )
    if unseen is not None:
        notes.append(unseen)
    stale = stale_drafts(session.book.root, month)
    if stale:
        notes.append(
            Line(
                template=N_(
                    "drafted before this one, and not resting on it any more: {months};"
                    " draft them again in that order: salescli settle draft {first}"
                ),
                params={"months": several(stale), "first": stale[0]},
            )
        )
    return Report(
        command="settle",
        tables=(Table(name="rows", columns=columns, rows=rows),),
        header=session.header(month, as_of),
        period=month.text,
        as_of=as_of,
        currency=session.book.settings.currency,
        findings=tuple(found),
        notes=tuple(notes),
    )


def _payout_row(session: Session, row: Payout) -> Row:
    return {
        "person": row.person,
        "name": name_of(session, row.person),
        **row.sums,
        "brought": row.brought,
        "carried": row.carried,
        "payable": row.payable,
    }
