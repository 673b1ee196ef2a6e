"""Opening a book for work: read, check, and answer the questions every command asks first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from salescli.books import load_book
from salescli.books.settlements import settled_periods
from salescli.books.steady import Look, hold
from salescli.calc.targets import TargetIndex, conflict_findings
from salescli.findings import BookBroken, Finding, Misuse, did_you_mean, has_errors
from salescli.i18n import N_, Word, gettext, several
from salescli.model.book import Book
from salescli.model.exact import minor_digits
from salescli.model.period import Period
from salescli.model.table import Line
from salescli.model.target import TargetRow
from salescli.workflows.settling.settlements import Settlements

if TYPE_CHECKING:
    from salescli.measures import Facts

_KINDS = {"regions": N_("region"), "products": N_("product line"), "people": N_("person")}
_KEPT = 4
"""Indexes of targets that are kept, so that going through many months needs no more memory than one."""
PERIOD_WORDS = {
    "week": N_("week"),
    "month": N_("month"),
    "quarter": N_("quarter"),
    "half": N_("half-year"),
    "year": N_("year"),
}


@dataclass
class Session:
    """A sound book with its facts open.

    Attributes:
        found: Warnings; errors never get this far.
        target_factor: Every target times this, for trying out other ones.
        seen: The book's files as they were before they were read, where the session may write.
        as_if_open: Look at months as if none were settled, for trying out other rules on past ones.
    """

    book: Book
    facts: Facts
    found: list[Finding]
    target_factor: Fraction = Fraction(1)
    seen: Look | None = None
    as_if_open: bool = False
    _targets: dict[date, TargetIndex] = field(default_factory=dict)
    _settled: Settlements | None = field(default=None, init=False)

    @property
    def settled(self) -> Settlements:
        """The settlements of the book, each looked at once in this session."""
        if self._settled is None:
            self._settled = Settlements(self.book.root)
        return self._settled

    @cached_property
    def settled_months(self) -> tuple[Period, ...]:
        """Months that have a settlement in any state, first to last."""
        if self.as_if_open:
            return ()
        return tuple(self.book.period(month.text) for month in settled_periods(self.book.root))

    @property
    def digits(self) -> int:
        """Decimal places of the book's currency."""
        return minor_digits(self.book.settings.currency)

    def period(self, text: str | None, kinds: tuple[str, ...] = ()) -> Period:
        """The period asked for, or the newest month with facts.

        Raises:
            Misuse: if it is not a period, not one of `kinds`, or there are no facts at all to choose from.
        """
        if text is None:
            span = self._span()
            return Period.month_of(span[1], self.book.settings.fiscal_year_start)
        return period_of(text, kinds, self.book.settings.fiscal_year_start)

    def as_of(self, period: Period, text: str | None = None) -> date:
        """The day to look from: the one asked for, else the period's last day or the newest fact, if earlier.

        Raises:
            Misuse: if it is not a date, or the period has no facts yet.
        """
        if text is not None:
            day = day_of(text)
            if day < period.start:
                raise Misuse(
                    "{period} begins on {start}, after {day}",
                    hint="give a later --as-of",
                    period=period.text,
                    start=period.start.isoformat(),
                    day=day.isoformat(),
                )
            return min(day, period.end)
        first, last = self._span()
        if period.start > last or period.end < first:
            raise Misuse(
                "there are no facts in {period}",
                hint="the book has facts from {first} to {last}",
                period=period.text,
                first=first.isoformat(),
                last=last.isoformat(),
            )
        return min(period.end, last)

    def paid_as_of(self, period: Period) -> date:
        """The day whose facts a period is paid by: the last one of the month it is paid with, the one in
        which it ends, or the newest fact, if earlier.

        Raises:
            Misuse: if the period has no facts yet.
        """
        self.as_of(period)
        return min(Period.month_of(period.end, period.fiscal).end, self._span()[1])

    @staticmethod
    def day(text: str) -> date:
        """A day as it is written. Raises Misuse if it is none."""
        return day_of(text)

    def _span(self) -> tuple[date, date]:
        span = self.facts.months()
        if span is None:
            raise Misuse(
                "this book has no facts yet", hint="import some: salescli import deals FILE --map MAP.yaml"
            )
        return span

    def write(self, changes: Mapping[Path, bytes]) -> None:
        """Put files into the book, all or none, if it still is what the session has read.

        Raises:
            Busy: if a file was changed meanwhile, by an editor or git say: nothing is written.
            Stop: if it cannot be written.
        """
        assert self.seen is not None, "a session of writing_session"
        self.seen.write(changes)

    def targets(self, as_of: date) -> TargetIndex:
        """Every target of the book: stored rows where there are some, else resolved from the YAML; and
        those of metrics under watch.

        Leaves the facts measured as of that day.

        Raises:
            BookBroken: if a split has errors, or two files give the same thing a target.
        """
        stored = all(targets.rows is not None for targets in self.book.targets)
        key = date.min if stored else as_of  # stored rows are the same whenever they are looked at
        if key not in self._targets:
            while len(self._targets) >= _KEPT:
                del self._targets[next(iter(self._targets))]
            rows: list[TargetRow] = []
            found: list[Finding] = []
            for targets in self.book.targets:
                if targets.rows is not None:
                    rows.extend(targets.rows)
                    continue
                from salescli.workflows.split import resolve_for

                with self.facts.beside(None):
                    split = resolve_for(self.book, self.facts, targets)
                rows.extend(split.rows)
                found.extend(split.findings)
            index = TargetIndex(rows, self.book.settings.fiscal_year_start, self.book.watch)
            found.extend(conflict_findings(index))
            if has_errors(found):
                raise BookBroken(found)
            self._targets[key] = index
        self.facts.run(as_of)
        return self._targets[key]

    def header(self, period: Period, as_of: date) -> tuple[Line, ...]:
        """First lines of any table: which period, as of when, from which files, how fresh."""
        newest = {kind: day for kind, day in self.facts.newest().items() if day is not None}
        count = sum(len(paths) for paths in self.book.facts.values())
        params: dict[str, object] = {
            "company": self.book.settings.company or self.book.root.name,
            "period": period.text,
            "as_of": as_of.isoformat(),
            "files": count,
            "newest": several(f"{gettext(kind)} {day.isoformat()}" for kind, day in sorted(newest.items())),
        }
        return (
            Line(template=N_("{company} · {period} · as of {as_of}"), params=params),
            Line(template=N_("facts from {files:file|files}, newest: {newest}"), params=params),
        )

    def region(self, word: str) -> str:
        """The id of a region by id, name or alias. Raises Misuse with a did-you-mean."""
        return self._find("regions", word)

    def product(self, word: str) -> str:
        """The id of a product line by id, name or alias. Raises Misuse with a did-you-mean."""
        return self._find("products", word)

    def person(self, word: str) -> str:
        """The id of a person by id, name or alias. Raises Misuse with a did-you-mean."""
        return self._find("people", word)

    def metric(self, word: str) -> str:
        """The id of a metric by id or name. Raises Misuse with a did-you-mean."""
        known = self.book.policy.metrics
        names = {metric.name.casefold(): key for key, metric in known.items()}
        found = word if word in known else names.get(word.casefold())
        if found is None:
            near = did_you_mean(word, known) or several(known)
            raise Misuse("there is no metric {word}", hint="the book has: {near}", word=word, near=near)
        return found

    def _find(self, kind: str, word: str) -> str:
        known = self.book.org.find(kind, word)
        if known is not None:
            return known
        near = did_you_mean(word.casefold(), self.book.org.words(kind))
        if near:
            raise Misuse(
                "there is no {kind} {word}",
                hint="did you mean {near}?",
                kind=Word(_KINDS[kind]),
                word=word,
                near=near,
            )
        ids = several(getattr(self.book.org, kind), 12)
        raise Misuse(
            "there is no {kind} {word}",
            hint="the book has: {ids}",
            kind=Word(_KINDS[kind]),
            word=word,
            ids=ids,
        )


def period_of(text: str, kinds: tuple[str, ...] = (), fiscal: int = 1) -> Period:
    """A period given on the command line.

    Raises:
        Misuse: if it is not a period, or not one of `kinds`.
    """
    try:
        period = Period.parse(text, fiscal)
    except ValueError:
        raise Misuse(
            "{text} is not a period",
            hint="write 2026-08, 2026-Q3, 2026-H2, 2026 or 2026-W33",
            text=text,
        ) from None
    if kinds and period.kind not in kinds:
        raise Misuse(
            "{text} is a {kind}, which does not work here",
            hint="use a month such as {month}",
            text=text,
            kind=Word(PERIOD_WORDS[period.kind]),
            month=Period.month_of(period.end).text,
        )
    return period


def day_of(text: str) -> date:
    """A day given on the command line. Raises Misuse with how to write it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Misuse("{text} is not a date", hint="write it as 2026-08-31", text=text) from None
    if day.isoformat() != text:
        raise Misuse("{text} is not a date", hint="write it as {day}", text=text, day=day.isoformat())
    return day


def sound_book(root: Path) -> Book:
    """A book whose configuration is sound; its facts are not looked at.

    Raises:
        BookBroken: with all findings, if any of them is an error.
    """
    from salescli.workflows.soundness import check_config, tidy

    found: list[Finding] = []
    book = load_book(root, found)
    if book is not None:
        found.extend(check_config(book, found))
    if book is None or has_errors(found):
        raise BookBroken(tidy(root, found))
    return book


@contextmanager
def open_session(
    root: Path, passing: Collection[str] = (), settled: Settlements | None = None
) -> Iterator[Session]:
    """Read and check a whole book, and hold its facts open.

    Args:
        passing: Codes of errors in receipts that do not stop, for who tells them in another way.
        settled: What was seen of the book's settlements already, so that nothing is hashed twice.

    Raises:
        BookBroken: with all findings, if any of them is an error.
    """
    from salescli.measures import open_facts
    from salescli.workflows.soundness import check_config, tidy

    found: list[Finding] = []
    book = load_book(root, found)
    if book is None:
        raise BookBroken(tidy(root, found))
    found.extend(check_config(book, found))
    with open_facts(book) as facts:
        facts.check(found)
        if passing:
            receipts = {path.relative_to(book.root).as_posix() for path in book.facts["collections"]}
            found = [one for one in found if one.code not in passing or one.span.path not in receipts]
        if has_errors(found):
            raise BookBroken(tidy(root, found))
        session = Session(book=book, facts=facts, found=found)
        session._settled = settled
        yield session


@contextmanager
def writing_session(root: Path) -> Iterator[Session]:
    """As `open_session`, holding the book's lock from before it is read until after it is written.

    Raises:
        Busy: if another run writes into the book.
    """
    with hold(root) as seen, open_session(root) as session:
        session.seen = seen
        yield session
