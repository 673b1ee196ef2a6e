"""How a target is cut: known parts, whole sums (T007–T011, T018, T102, T111)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from salescli.calc.checks.words import unknown_id, unknown_metric
from salescli.findings import Finding, Span, finding
from salescli.i18n import N_, several
from salescli.model.book import Book
from salescli.model.exact import minor_digits, plain, rate_text
from salescli.model.org import Person
from salescli.model.period import Period
from salescli.model.target import Cut, TargetFile

_REGION = N_("there is no region `{word}`")
_PRODUCT = N_("there is no product line `{word}`")
_PERSON = N_("there is no person `{word}`")


def check_cuts(file: TargetFile, book: Book) -> Iterator[Finding]:
    """Every cut of a targets file."""
    org = book.org
    if file.months is not None:
        yield from _months(file, file.months)
    for cut, known, template in ((file.region, org.regions, _REGION), (file.product, org.products, _PRODUCT)):
        if cut is not None:
            yield from _ids(cut, known, template)
            yield from _shares(cut, Fraction(0))
            yield from _amounts(cut, file, book, {m: Fraction(v) for m, v in file.total.items()}, Fraction(0))
    if file.region is not None and file.product is not None and file.matrix is None:
        yield finding(
            "T011",
            file.product.place,
            N_("the total is cut by region and by product line, but nothing says how the two meet"),
            hint=N_("write `matrix: proportional`, or `matrix: {{fit: history}}`"),
        )
    for region, cut in file.person.items():
        yield from _people(region, cut, file, book)


def _months(file: TargetFile, cut: Cut) -> Iterator[Finding]:
    own = [month.text for month in file.period.months()]
    for text, place in cut.places.items():
        if text not in own:
            yield finding(
                "T010",
                place,
                N_("{month} is not a month of {period}"),
                hint=N_("its months are: {months}"),
                month=text,
                period=file.period.text,
                months=several(own, none="–"),
            )
    missing = [month for month in own if cut.places and month not in cut.places]
    if missing:
        yield finding(
            "T010",
            cut.place,
            N_("{months} of {period} get no part"),
            hint=N_("name every month, with 0% where nothing is meant"),
            months=several(missing),
            period=file.period.text,
        )
    yield from _shares(cut, Fraction(0))


def _ids(cut: Cut, known: Mapping[str, object], template: str) -> Iterator[Finding]:
    parts = [
        *cut.shares,
        *cut.capacity,
        *cut.ability,
        *(who for part in cut.amounts.values() for who in part),
    ]
    for word in dict.fromkeys(parts):
        if word not in known:
            yield unknown_id("T007", cut.places.get(word, cut.place), template, word, known)


def _shares(cut: Cut, over: Fraction) -> Iterator[Finding]:
    if cut.by != "shares" or not cut.shares:
        return
    total = sum(cut.shares.values(), Fraction(0))
    if total < 1 or total > 1 + over:
        yield finding(
            "T008",
            cut.place,
            N_("the shares sum to {sum}, not 100%"),
            hint=N_("{difference} is missing") if total < 1 else N_("{difference} is too much"),
            sum=rate_text(total),
            difference=rate_text(abs(1 - total)),
        )


def _amounts(
    cut: Cut, file: TargetFile, book: Book, whole: Mapping[str, Fraction], over: Fraction
) -> Iterator[Finding]:
    """Fixed amounts are of the file's additive metrics, and no more than what they are parts of."""
    for metric, parts in cut.amounts.items():
        place = cut.places.get(metric, cut.place)
        known = book.policy.metrics.get(metric)
        if known is None:
            yield unknown_metric(metric, place, book.policy)
        elif known.base is None:
            yield finding(
                "T018",
                place,
                N_("`{metric}` is a rate, which every part inherits"),
                hint=N_("remove it here"),
                metric=metric,
            )
        elif metric not in file.total:
            yield unknown_id("T005", place, N_("`{word}` has no total"), metric, file.total)
        elif broken := list(_broken(cut, metric, file, book)):
            yield from broken
        elif metric in whole:
            given = sum(map(Fraction, parts.values()), Fraction(0))
            # A share of the total may be rounded up to the next unit.
            if given > whole[metric] * (1 + over) + Fraction(file.unit.get(metric, 1)):
                yield _over(metric, given, whole[metric], place)


def _broken(cut: Cut, metric: str, file: TargetFile, book: Book) -> Iterator[Finding]:
    """Fixed amounts that are no multiples of the unit, so that they could not stand (SPEC T5)."""
    money = book.policy.metrics[metric].unit == "money"
    smallest = Decimal(1).scaleb(-minor_digits(book.settings.currency)) if money else Decimal(1)
    unit = file.unit.get(metric, smallest)
    for who, amount in cut.amounts[metric].items():
        if unit > 0 and Fraction(amount) % Fraction(unit):
            yield finding(
                "T101",
                cut.places.get(f"{metric}.{who}") or cut.places.get(who, cut.place),
                N_("{total} is not a multiple of {unit}, the unit of `{metric}`"),
                hint=N_("change the total or the unit; parts could not sum to the whole"),
                total=plain(amount),
                unit=plain(unit),
                metric=metric,
            )


def _over(metric: str, total: Fraction, whole: Fraction, place: Span) -> Finding:
    return finding(
        "T102",
        place,
        N_("{sum} of `{metric}` is assigned, {excess} more than the {whole} there is"),
        hint=N_("lower the amounts, or state `over_assignment: {rate}` if it is meant"),
        sum=plain(total, 2),
        excess=plain(total - whole, 2),
        whole=plain(whole, 2),
        metric=metric,
        rate=rate_text(_ceiling_percent(total / whole - 1)) if whole else "100%",
    )


def _ceiling_percent(rate: Fraction) -> Fraction:
    """The next whole percent, for a hint that holds."""
    return Fraction(-(-(rate * 100) // 1), 100)


def _people(region: str, cut: Cut, file: TargetFile, book: Book) -> Iterator[Finding]:
    org = book.org
    if region and region not in org.regions:
        place = file.places.get(f"/person/{region}", cut.place)
        yield unknown_id("T007", place, _REGION, region, org.regions)
        return
    misspelt = file.region is not None and _named(file.region) - org.regions.keys()
    if region and not misspelt and not has_target(file, region):
        yield finding(
            "T110",
            file.places.get(f"/person/{region}", cut.place),
            N_("{region} has no target that its people could share"),
            hint=N_("give it a part under `cut: region`, or take its people out"),
            region=region,
        )
    yield from _ids(cut, org.people, _PERSON)
    yield from _shares(cut, file.over_assignment)
    yield from _amounts(cut, file, book, _whole(region, file), file.over_assignment)
    named = [*cut.shares, *cut.capacity, *(who for part in cut.amounts.values() for who in part)]
    for word in dict.fromkeys(named):
        person = org.people.get(word)
        if person is not None and region and not works_in(person, region, file.period):
            yield finding(
                "T111",
                cut.places.get(word, cut.place),
                N_("`{person}` does not work in {region} in {period}"),
                hint=N_("move the amount to the person's region, or add an assignment"),
                person=word,
                region=region,
                period=file.period.text,
            )


def has_target(file: TargetFile, region: str) -> bool:
    """Whether the file gives a region a part of the total."""
    cut = file.region
    if cut is None:
        return False
    named = _named(cut)
    return not named or region in named


def _named(cut: Cut) -> set[str]:
    return {*cut.shares, *cut.capacity, *(one for parts in cut.amounts.values() for one in parts)}


def works_in(person: Person, region: str, period: Period) -> bool:
    """Whether a person has an assignment to a region on any day of a period."""
    return any(
        a.region == region and a.since <= period.end and (a.until is None or a.until >= period.start)
        for a in person.assignments
    )


def _whole(region: str, file: TargetFile) -> dict[str, Fraction]:
    """What a region's people share, as far as it follows from the file alone."""
    totals = {metric: Fraction(value) for metric, value in file.total.items()}
    if not region:
        return totals
    cut = file.region
    if cut is None:
        return {}
    if cut.by == "shares":
        share = cut.shares.get(region, Fraction(0))
        return {m: v * share for m, v in totals.items()} if share else {}
    if cut.by == "amounts":
        return {m: Fraction(parts[region]) for m, parts in cut.amounts.items() if region in parts}
    return {}
