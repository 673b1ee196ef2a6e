"""A period's targets against metrics, people and themselves (T005–T018, T101)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from salescli.calc.checks.cuts import check_cuts
from salescli.calc.checks.words import unknown_id, unknown_metric, wrong_unit
from salescli.findings import Finding, Span, did_you_mean, finding
from salescli.i18n import N_
from salescli.model.book import Book, Targets
from salescli.model.exact import minor_digits, plain, rate_text, round_to
from salescli.model.target import TargetFile, TargetRow


def check_targets(targets: Targets, book: Book) -> Iterator[Finding]:
    """Everything about one period's targets that needs more than the file's form."""
    if targets.file is not None:
        yield from _check_file(targets.file, book)
        yield from check_cuts(targets.file, book)
    if targets.rows is not None:
        yield from _check_rows(targets, targets.rows, book)


def _check_file(file: TargetFile, book: Book) -> Iterator[Finding]:
    for metric, value in file.total.items():
        yield from _check_value(metric, value, file.places[metric], book)
    yield from _check_units(file)
    if file.levels.get("target", 1) != 1:
        yield finding(
            "T014",
            file.places.get("/levels/target", file.place),
            N_("the level `target` is {rate}"),
            hint=N_("write `target: 100%`; give other levels other names"),
            rate=rate_text(file.levels["target"]),
        )
    if file.owner and file.owner not in book.org.people:
        near = did_you_mean(file.owner, book.org.people)
        yield finding(
            "T015",
            file.places.get("/owner", file.place),
            N_("the owner `{owner}` is not among the people"),
            hint=N_("did you mean {near}?") if near else N_("name who answers for the target"),
            severity="warning",
            owner=file.owner,
            near=near,
        )


def _check_units(file: TargetFile) -> Iterator[Finding]:
    """Units are for metrics of the file, and totals are whole numbers of them."""
    for metric, unit in file.unit.items():
        place = file.places.get(f"/unit/{metric}", file.place)
        if metric not in file.total:
            yield unknown_id("T005", place, N_("`{word}` has no total"), metric, file.total)
        elif isinstance(file.total[metric], Fraction):
            yield _rate_is_whole(metric, place)
        elif unit <= 0:
            yield finding(
                "T101",
                place,
                N_("a unit of {unit} makes no parts"),
                hint=N_("write 1 or more"),
                unit=plain(unit),
            )
        elif Fraction(file.total[metric]) % Fraction(unit):
            yield finding(
                "T101",
                file.places[metric],
                N_("{total} is not a multiple of {unit}, the unit of `{metric}`"),
                hint=N_("change the total or the unit; parts could not sum to the whole"),
                total=plain(file.total[metric]),
                unit=plain(unit),
                metric=metric,
            )


def _rate_is_whole(metric: str, place: Span) -> Finding:
    return finding(
        "T018",
        place,
        N_("`{metric}` is a rate, which every part inherits"),
        hint=N_("remove it here"),
        metric=metric,
    )


def _check_value(metric: str, value: Decimal | Fraction, place: Span, book: Book) -> Iterator[Finding]:
    """The metric is known and the value is in its unit."""
    known = book.policy.metrics.get(metric)
    if known is None:
        yield unknown_metric(metric, place, book.policy)
        return
    wrong = wrong_unit("T006", known, value, place)
    if wrong is not None:
        yield wrong
        return
    params: dict[str, object] = {"metric": metric}
    if value < 0:
        template, hint = N_("a target of {value} is below zero"), N_("write 0 or more")
        params["value"] = plain(value)
    elif known.base is not None and _too_fine(value, known.unit, book.settings.currency):
        template, hint = N_("{value} is finer than `{metric}` can be"), N_("write {better}")
        digits = 0 if known.unit == "count" else minor_digits(book.settings.currency)
        params |= {"value": plain(value), "better": plain(round_to(value, digits))}
    else:
        return
    yield finding("T006", place, template, hint=hint, **params)  # type: ignore[arg-type]


def _too_fine(value: Decimal | Fraction, unit: str, currency: str) -> bool:
    digits = 0 if unit == "count" else minor_digits(currency)
    return unit != "rate" and (Fraction(value) * 10**digits).denominator != 1


def _check_rows(targets: Targets, rows: Iterable[TargetRow], book: Book) -> Iterator[Finding]:
    """Stored rows name what the book has, and lie within the file's period."""
    inside = {targets.period.text, *(month.text for month in targets.period.months())}
    kinds: tuple[tuple[str, str, Mapping[str, object]], ...] = (
        ("region", N_("there is no region `{word}`"), book.org.regions),
        ("product", N_("there is no product line `{word}`"), book.org.products),
        ("person", N_("there is no person `{word}`"), book.org.people),
    )
    for row in rows:
        yield from _check_value(row.metric, row.target, row.place, book)
        if targets.file is not None and row.period not in inside:
            yield finding(
                "T013",
                row.place,
                N_("{period} is not part of {whole}"),
                hint=N_("write the rows again: salescli split {path} --write"),
                period=row.period,
                whole=targets.period.text,
                path=targets.path,
            )
        for kind, template, known in kinds:
            word = getattr(row, kind)
            if word is not None and word not in known:
                yield unknown_id("T007", row.place, template, word, known)
