"""Notes, diagnoses, actions, watches and weekly reports against the rest of the book (SPEC A4, K6, R2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from salescli.calc.checks.words import unknown_id, wrong_unit
from salescli.findings import Finding, Span, finding
from salescli.i18n import N_
from salescli.model.book import Book
from salescli.model.exact import minor_digits, plain, rate_text
from salescli.model.note import Action, Diagnosis, Evidence, Filed, Note, Notes, Watch, WeeklyReports
from salescli.model.org import Person
from salescli.model.period import Period

_HERE = {
    "person": N_("there is no person `{word}`"),
    "region": N_("there is no region `{word}`"),
    "product": N_("there is no product line `{word}`"),
}


def check_watch(book: Book) -> Iterator[Finding]:
    """Metrics under watch: what the book has, once at a time, with a target that needs no sharing out."""
    latest: dict[str, Watch] = {}
    for watch in book.watch:
        yield from _metric(book, watch.metric, _at(watch, "metric"))
        yield from _target_of(book, watch)
        if watch.until is not None and watch.until.end < watch.since.start:
            yield finding(
                "N004",
                _at(watch, "until"),
                N_("the watch ends with {until}, before it begins with {since}"),
                hint=N_("let `until` be after `since`"),
                until=watch.until.text,
                since=watch.since.text,
            )
        before = latest.get(watch.metric)
        if before is not None and (before.until is None or before.until.end >= watch.since.start):
            yield _twice(
                watch.place, N_("{word} is under watch twice at the same time"), watch.metric, before
            )
        latest[watch.metric] = watch


def check_notes(notes: Notes, book: Book) -> Iterator[Finding]:
    """Everybody and everything that notes, diagnoses and actions name, and what is there twice."""
    for note in notes.notes:
        yield from _known(book, note)
    for diagnosis in notes.diagnoses:
        yield from _known(book, diagnosis)
        yield from _diagnosis(book, diagnosis)
    for action in notes.actions:
        yield from _person(book, action.owner, _at(action, "owner"))
        yield from _when_done(action)
    yield from _ids(notes)


def check_reports(reports: WeeklyReports, book: Book) -> Iterator[Finding]:
    """Weekly reports of people who are here in the week, each once, filed after it has begun."""
    week, digits = reports.week, minor_digits(book.settings.currency)
    seen: dict[str, Span] = {}
    for one in reports.filed:
        yield from _person(book, one.person, _at(one, "person"))
        if one.person in seen:
            template = N_("{word} has a second report here; the first is at {first}")
            yield _again(one.place, template, one.person, seen[one.person])
        seen.setdefault(one.person, one.place)
        person = book.org.people.get(one.person)
        if person is not None and not _here(person, week):
            yield finding(
                "N009",
                _at(one, "person"),
                N_("{person} is not here in {week}"),
                hint=N_("see their assignments in ledger/org.yaml, or move the report to its week"),
                person=one.person,
                week=week.text,
            )
        if one.filed_at.date() < week.start:
            yield finding(
                "N009",
                _at(one, "filed_at"),
                N_("the report was filed on {day}, before {week} began"),
                hint=N_("write when it was filed, or move it to its week"),
                day=one.filed_at.date().isoformat(),
                week=week.text,
            )
        if (Fraction(one.sales) * 10**digits).denominator != 1:
            yield finding(
                "N007",
                _at(one, "sales"),
                N_("{value} has more decimal places than {currency}"),
                hint=N_("write at most {digits} decimal places"),
                value=plain(one.sales),
                currency=book.settings.currency,
                digits=digits,
            )


def _at(one: Note | Diagnosis | Evidence | Action | Watch | Filed, key: str) -> Span:
    """Where the value of a key stands, or the whole entry."""
    return one.places.get(key, one.place)


def _here(person: Person, week: Period) -> bool:
    return person.hired <= week.end and (person.left is None or person.left >= week.start)


def _known(book: Book, one: Note | Diagnosis) -> Iterator[Finding]:
    kinds: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("person", book.org.people),
        ("region", book.org.regions),
        ("product", book.org.products),
    )
    for kind, known in kinds:
        word = getattr(one, kind)
        if word is not None and word not in known:
            yield unknown_id("N001", _at(one, kind), _HERE[kind], word, known)


def _person(book: Book, word: str, place: Span) -> Iterator[Finding]:
    if word not in book.org.people:
        yield unknown_id("N001", place, _HERE["person"], word, book.org.people)


def _metric(book: Book, metric: str, place: Span) -> Iterator[Finding]:
    if metric not in book.policy.metrics:
        yield unknown_id("N001", place, N_("there is no metric `{word}`"), metric, book.policy.metrics)


def _diagnosis(book: Book, one: Diagnosis) -> Iterator[Finding]:
    yield from _metric(book, one.metric, _at(one, "metric"))
    for key in ("target", "actual"):
        yield from _unit(book, one.metric, getattr(one, key), _at(one, key))
    for evidence in one.evidence:
        if evidence.metric is None:
            continue
        yield from _metric(book, evidence.metric, _at(evidence, "metric"))
        for key in ("actual", "team"):
            yield from _unit(book, evidence.metric, getattr(evidence, key), _at(evidence, key))
    if one.owner:
        yield from _person(book, one.owner, _at(one, "owner"))
    task = one.task()
    if task is not None:
        yield from _when_done(task)


def _unit(book: Book, metric: str, value: Decimal | Fraction | None, place: Span) -> Iterator[Finding]:
    known = book.policy.metrics.get(metric)
    if known is None or value is None:
        return
    wrong = wrong_unit("N007", known, value, place)
    if wrong is not None:
        yield wrong


def _target_of(book: Book, watch: Watch) -> Iterator[Finding]:
    known = book.policy.metrics.get(watch.metric)
    if known is None or watch.target is None:
        return
    if known.ratio is None:
        yield finding(
            "N008",
            _at(watch, "target"),
            N_("`{metric}` adds up over people and regions, so its target has to be cut"),
            hint=N_("leave `target` out, and put it into ledger/targets"),
            metric=watch.metric,
        )
        return
    yield from _unit(book, watch.metric, watch.target, _at(watch, "target"))
    if watch.target <= 0:
        yield finding(
            "N007",
            _at(watch, "target"),
            N_("a target of {value} can neither be reached nor missed"),
            hint=N_("write one above 0, or leave `target` out"),
            value=rate_text(watch.target) if isinstance(watch.target, Fraction) else plain(watch.target),
        )


def _when_done(action: Action) -> Iterator[Finding]:
    """Done, or due, before it was decided: a typing error in one of the two."""
    for word, day in (("done", action.done), ("due", action.due)):
        if day is not None and day < action.decided.start:
            yield finding(
                "N009",
                _at(action, word),
                N_("`{word}` is {day}, but it was decided in the review of {period}"),
                hint=N_("correct one of the two"),
                word=word,
                day=day.isoformat(),
                period=action.decided.text,
            )


def _ids(notes: Notes) -> Iterator[Finding]:
    """Ids of actions and diagnoses over all files."""
    places: list[tuple[str, Span, str]] = [
        (d.id, d.place, N_("{word} is diagnosed a second time here; first at {first}"))
        for d in notes.diagnoses
    ]
    places += [
        (a.id, a.place, N_("there is a second action {word} here; the first is at {first}"))
        for a in notes.actions
    ]
    seen: dict[str, Span] = {}
    for word, place, template in sorted(places, key=lambda one: (one[0], one[1])):
        if word in seen:
            yield _again(place, template, word, seen[word])
        seen.setdefault(word, place)


def _again(place: Span, template: str, word: str, first: Span) -> Finding:
    return finding("N002", place, template, hint=N_("keep one of the two"), word=word, first=str(first))


def _twice(place: Span, template: str, word: str, before: Watch) -> Finding:
    hint = N_("let the one of {first} end before, with `until`")
    return finding("N002", place, template, hint=hint, word=word, first=str(before.place))
