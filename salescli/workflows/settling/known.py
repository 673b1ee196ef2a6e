"""`known.csv`: what a settlement with plans that replay knew, so that the next one can say what changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from salescli.books.settlements import settlement_path
from salescli.model.exact import plain, rate_text
from salescli.model.known import Change, KnownRow, RowOf, cells_text, change_of
from salescli.model.org import Assignment, Person
from salescli.model.period import Period
from salescli.model.settlement import KNOWN
from salescli.model.target import TargetRow
from salescli.workflows.session import Session
from salescli.workflows.settling.beside import settled_before


def changes_since(session: Session, month: Period) -> list[Change]:
    """Every row that is another one, as the month looks at the facts, than earlier settlements knew, but for
    new rows dated later than these. Leaves the facts run for the month."""
    end = settled_before(session, month)[-1].end.isoformat()
    changed = _changed(session, month)
    return [change_of(*row) for row in changed if row[2] or _begins(row) <= end]


_DAY = re.compile(r"(?:_on|date)=(\d{4}-\d\d-\d\d)")


def _begins(row: tuple[RowOf, str, str, str]) -> str:
    """The first day a row of facts states, as text; an empty one for none."""
    return min(_DAY.findall(row[3]), default="")


def known_rows(session: Session, month: Period) -> list[KnownRow]:
    """The rows of a month's `known.csv`."""
    return [KnownRow(of, id, after) for of, id, _, after in _changed(session, month)]


def _changed(session: Session, month: Period) -> list[tuple[RowOf, str, str, str]]:
    rows = [*_people(session), *_targets(session, month)]
    with session.facts.beside(None):
        session.facts.run(session.as_of(month))
        return session.facts.changed_rows(known_files(session, settled_before(session, month)), rows)


def known_files(session: Session, months: Sequence[Period]) -> tuple[Path, ...]:
    """`known.csv` of those of these settlements that have one."""
    root = session.book.root
    paths = {month: settlement_path(Path(), month.text).parent / KNOWN for month in months}
    return tuple(
        root / path
        for month, path in paths.items()
        if path.as_posix() in session.settled.known(month).outputs
    )


# --- rows that are no facts


def _people(session: Session) -> Iterator[KnownRow]:
    for person in session.book.org.people.values():
        yield KnownRow("person", person.id, cells_text(_person(person)))


def _person(person: Person) -> Iterator[tuple[str, str]]:
    """What pay may rest on; a name is only a name."""
    yield "role", person.role
    yield "hired", person.hired.isoformat()
    yield "left", person.left.isoformat() if person.left else ""
    yield "manager", person.manager or ""
    yield from ((key, plain(value)) for key, value in sorted(person.pay.items()))
    for at in person.assignments:
        yield f"from {at.since.isoformat()}", " ".join(_assignment(at, person))


def _assignment(at: Assignment, person: Person) -> Iterator[str]:
    yield at.region
    yield from at.products
    if at.role is not None and at.role != person.role:
        yield at.role
    if at.manager is not None and at.manager != person.manager:
        yield f"manager {at.manager}"
    yield from (f"{key} {plain(value)}" for key, value in sorted(at.pay.items()))


def _targets(session: Session, month: Period) -> Iterator[KnownRow]:
    """Targets of periods that have begun by the month's end, so that later files change nothing."""
    for row in session.targets(session.as_of(month)).rows:
        if session.book.period(row.period).start <= month.end:
            yield KnownRow("target", target_id(row), cells_text(_target(row)))


def target_id(row: TargetRow) -> str:
    """By which a target is told from others."""
    return "/".join(row.sort_key())


def _target(row: TargetRow) -> Iterator[tuple[str, str]]:
    keys = ("period", "metric", "region", "product", "person", "level")
    yield from zip(keys, row.sort_key(), strict=True)
    rate = isinstance(row.target, Fraction)
    yield "target", rate_text(row.target, 30) if rate else plain(Fraction(row.target))  # type: ignore[arg-type]
