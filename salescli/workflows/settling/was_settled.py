"""What a settled month was settled with, where today's reckoning of it is another one (SPEC I8, S4).

A settled month never changes, but the facts and rules it rests on do: what is reckoned of it today is not
what was settled then, and must not be taken for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from salescli.books.settlements import read_rows, settlement_path
from salescli.findings import Refused
from salescli.i18n import N_, Word, several
from salescli.model.choices import LONGER
from salescli.model.entry import Entry
from salescli.model.exact import from_minor
from salescli.model.period import Period
from salescli.model.settlement import ENTRIES, OBJECTION, STATE_WORDS, Settlement
from salescli.model.table import Column, Line, Row, Table
from salescli.render import numbers
from salescli.workflows.paying.reckoned import Reckoned
from salescli.workflows.session import Session


class Component(NamedTuple):
    """Whose pay by which component."""

    person: str
    plan: str
    component: str


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A settled month whose pay comes to something else today.

    Attributes:
        known: Its settlement.
        lines: (line of the file, cells) of its entries that were asked for.
        then, now: Sums of what was settled and of what is reckoned today, where the entries differ; what
            objections paid is left out, since no month reckons it.
        longer: Kinds of periods, other than months, that differ.
    """

    month: Period
    known: Settlement
    lines: tuple[tuple[int, Mapping[str, str]], ...]
    then: Mapping[Component, Decimal]
    now: Mapping[Component, Decimal]
    longer: tuple[str, ...]

    @property
    def file(self) -> str:
        """Its entries."""
        return (settlement_path(Path(), self.month.text).parent / ENTRIES).as_posix()

    @property
    def differing(self) -> list[Component]:
        """Whose pay differs, in order."""
        return sorted(self.then.keys() | self.now.keys())

    def whole(self) -> Decimal:
        """All that was settled of what was asked for."""
        return sum((Decimal(cells["amount"]) for _, cells in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class Compared:
    """Settled months of a period: those that come to something else today, and those that are damaged."""

    otherwise: tuple[Otherwise, ...]
    damaged: tuple[str, ...]


def settled_otherwise(
    session: Session, period: Period, reckoned: Sequence[Reckoned], who: str | None = None
) -> Compared:
    """Settled months of a period whose entries are not those of today's reckoning.

    Reads nothing where nothing is settled, and else only these months' entries.

    Args:
        period: What was reckoned.
        who: Compare only this person's.
    """
    paid: dict[str, list[Entry]] = defaultdict(list)
    for one in reckoned:
        paid[Period.month_of(one.period.end, period.fiscal).text] += (
            e for e in one.entries() if who in (None, e.person)
        )
    found: list[Otherwise] = []
    damaged: list[str] = []
    paid_with = Period.month_of(period.end, period.fiscal)
    asked = (paid_with,) if period.kind == "week" else period.months()
    for month in (at for at in session.settled_months if at in asked):
        try:
            known = session.settled.known(month)
        except Refused:
            damaged.append(month.text)
            continue
        lines = _lines(session, month, who, period.text if period.kind == "week" else "")
        other = _compared(session, month, known, lines, paid[month.text])
        found += [] if other is None else [other]
    return Compared(tuple(found), tuple(damaged))


def _lines(
    session: Session, month: Period, who: str | None, week: str
) -> tuple[tuple[int, Mapping[str, str]], ...]:
    rows = read_rows(settlement_path(session.book.root, month.text).parent / ENTRIES)
    return tuple(
        (line, row)
        for line, row in enumerate(rows, start=2)
        if who in (None, row["person"]) and (not week or row["period"] == week)
    )


def _compared(
    session: Session,
    month: Period,
    known: Settlement,
    lines: Iterable[tuple[int, Mapping[str, str]]],
    paid: Iterable[Entry],
) -> Otherwise | None:
    then: dict[Component, dict[tuple[str, ...], Decimal]] = defaultdict(dict)
    now: dict[Component, dict[tuple[str, ...], Decimal]] = defaultdict(dict)
    for _, row in lines:
        if row["plan"] != OBJECTION:
            key = Component(row["person"], row["plan"], row["component"])
            _add(then[key], (row["period"], row["kind"], row["deal_id"]), Decimal(row["amount"]))
    for entry in paid:
        key = Component(entry.person, entry.plan, entry.component)
        _add(now[key], (entry.period, entry.kind, entry.deal_id), entry.amount)
    others = [key for key in then.keys() | now.keys() if then.get(key, {}) != now.get(key, {})]
    if not others:
        return None
    nothing = from_minor(0, session.digits)
    periods = {
        what[0]
        for key in others
        for what in then.get(key, {}).keys() | now.get(key, {}).keys()
        if then.get(key, {}).get(what) != now.get(key, {}).get(what)
    }
    kinds = {Period.parse(text, month.fiscal).kind for text in periods}
    return Otherwise(
        month=month,
        known=known,
        lines=tuple(lines),
        then={key: sum(then.get(key, {}).values(), nothing) for key in others},
        now={key: sum(now.get(key, {}).values(), nothing) for key in others},
        longer=tuple(kind for kind in LONGER if kind in kinds),
    )


def _add(sums: dict[tuple[str, ...], Decimal], key: tuple[str, ...], amount: Decimal) -> None:
    sums[key] = sums.get(key, Decimal(0)) + amount


def difference_table(names: Mapping[str, str], found: Sequence[Otherwise]) -> Table:
    """Whose pay differs, and by what.

    Args:
        names: Person → what people call them.
    """
    columns = (
        Column("month", N_("Settled with")),
        Column("person", N_("Id"), people=False),
        Column("name", N_("Person"), machine=False),
        Column("plan", N_("Plan"), people=False),
        Column("component", N_("Component")),
        Column("settled", N_("Settled"), "money"),
        Column("today", N_("Today"), "money"),
        Column("difference", N_("Difference"), "money"),
    )
    rows: tuple[Row, ...] = tuple(
        {
            "month": one.month.text,
            **key._asdict(),
            "name": names.get(key.person, key.person),
            "settled": one.then[key],
            "today": one.now[key],
            "difference": one.now[key] - one.then[key],
        }
        for one in found
        for key in one.differing
    )
    return Table(name="settled", columns=columns, rows=rows, title=N_("Settled otherwise"))


def settled_notes(session: Session, settled: Compared, who: str | None = None) -> Iterator[Line]:
    """That what is shown is not what was settled, where that is, and where the difference goes."""
    for month in settled.damaged:
        text = N_("{period} was settled, but its files are not what salescli wrote: salescli verify {period}")
        yield Line(template=text, params={"period": month})
    for one in settled.otherwise:
        params: dict[str, object] = {
            "period": one.month.text,
            "state": Word(STATE_WORDS[one.known.state]),
            "amount": numbers.money_full(one.whole(), session.book.settings.currency),
            "person": who or "PERSON",
            "file": one.file,
        }
        yield Line(
            template=N_(
                "{period} ({state}) was settled with {amount}: what today's facts and rules come to is not"
                " what was settled, which stands in {file} and in"
                " salescli statement {person} --period {period}"
            ),
            params=params,
        )
        yield from _goes_to(session, one)


def _goes_to(session: Session, one: Otherwise) -> Iterator[Line]:
    """The months that the difference is settled with."""
    later = [at for at in session.settled_months if at.start > one.month.start]
    if one.known.state == "draft":
        params: dict[str, object] = {
            "period": one.month.text,
            "months": several(at.text for at in later),
        }
        text = N_("it is drafted again with what changed: salescli settle draft {period}")
        if later:
            text = N_(
                "what changed since is settled with {months}; or draft {period} again, and these after it"
            )
        yield Line(template=text, params=params)
        return
    last = later[-1] if later else one.month
    params = {
        "months": several(at.text for at in later),
        "last": last.text,
        "next": last.shift(1).text,
    }
    yield Line(template=_where(session, later), params=params)
    if one.longer:
        yield Line(
            template=N_("what belongs to a {kind} is settled with the next one"),
            params={"kind": several(Word(_LONGER[kind]) for kind in one.longer)},
        )
    rules = [path for path, digest in one.known.rules.items() if _is_other(session, path, digest)]
    if rules:
        yield Line(
            template=N_("rules that changed since change nothing in what was settled: {paths}"),
            params={"paths": several(sorted(rules), 5)},
        )


_LONGER = {"quarter": N_("quarter"), "half": N_("half-year"), "year": N_("year")}


def _where(session: Session, later: Sequence[Period]) -> str:
    if not later:
        return N_("what came late, changed or went since is settled with {next}")
    try:
        known = session.settled.known(later[-1])
    except Refused:
        return N_("what came late, changed or went since is settled with {months}")
    if not any(_is_other(session, path, digest) for path, digest in known.inputs.items()):
        return N_("what came late, changed or went since was settled with {months}")
    if known.state == "draft":
        return N_(
            "what came late, changed or went since is settled with {months};"
            " {last} is drafted again with the newest of it: salescli settle draft {last}"
        )
    return N_(
        "what came late, changed or went since was settled with {months};"
        " what became known after {last} was settled is settled with {next}"
    )


def _is_other(session: Session, path: str, digest: str) -> bool:
    return not (session.book.root / path).is_file() or session.settled.sha256(path) != digest
