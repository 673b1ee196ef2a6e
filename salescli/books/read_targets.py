"""`ledger/targets/*.yaml` and the resolved rows beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from salescli.books.csvrows import read_table
from salescli.books.fields import read_id, read_weight
from salescli.books.proposals import SUFFIX as PROPOSALS
from salescli.books.schemas import targets as schema
from salescli.books.targets_csv import read_target_rows
from salescli.books.typed import Typed, load_typed
from salescli.findings import Finding, Span
from salescli.i18n import N_, several
from salescli.model.book import Targets
from salescli.model.org import Org
from salescli.model.period import Period
from salescli.model.target import Cut, Matrix, TargetFile, TargetRow

TARGETS = "ledger/targets"
Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A targets file being turned into records."""

    typed: Typed[schema.TargetsFile]
    root: Path
    fiscal: int
    org: Org
    period: Period
    found: list[Finding]

    def period_at(self, text: str | None) -> Period | None:
        return None if text is None else Period.parse(text, self.fiscal)

    def say(
        self, loc: Loc, template: str, hint: str = "", *, code: str, key: bool = False, **params: Any
    ) -> None:
        self.found.append(self.typed.finding(code, loc, template, hint, key=key, **params))


def read_targets(
    yaml_files: Sequence[Path],
    csv_files: Sequence[Path],
    root: Path,
    fiscal: int,
    org: Org,
    found: list[Finding],
) -> tuple[tuple[Targets, ...], tuple[Path, ...]]:
    """Every period's targets, and the weight files they name.

    Args:
        yaml_files, csv_files: Files of `ledger/targets`; a CSV that a YAML file names as weights is not rows.
        fiscal: First month of the fiscal year.
        org: For weights of one region's people.
    """
    files: dict[Path, TargetFile] = {}
    weights: set[Path] = set()
    failed: set[Path] = set()
    for path in yaml_files:
        typed = load_typed(path, schema.TargetsFile, root, found)
        if typed is None:
            failed.add(path)
            continue
        weights.update(_weight_files(typed, path, root))
        files[path] = read_target_file(typed, root, fiscal, org, found)
    targets: list[Targets] = []
    rows_of = {
        path: read_target_rows(path, root, found)
        for path in csv_files
        if not path.name.endswith(PROPOSALS)
        and path.resolve() not in weights
        and not (failed and path.name.endswith("-weights.csv"))
    }
    for path, file in files.items():
        rows = rows_of.pop(path.with_suffix(".csv"), None)
        name = path.relative_to(root).as_posix()
        targets.append(Targets(period=file.period, file=file, rows=rows, path=name))
    for path, rows in rows_of.items():
        if rows:
            name = path.relative_to(root).as_posix()
            targets.append(Targets(period=_span_of(path, rows, fiscal), file=None, rows=rows, path=name))
    ordered = tuple(sorted(targets, key=lambda t: (t.period.start, t.period.end, t.path)))
    return ordered, tuple(sorted(weights))


def _span_of(path: Path, rows: Sequence[TargetRow], fiscal: int) -> Period:
    """What period rows without a YAML file are for: the file's name if it is one, else their longest."""
    try:
        return Period.parse(path.stem, fiscal)
    except ValueError:
        periods = [Period.parse(text, fiscal) for text in sorted({row.period for row in rows})]
        return max(periods, key=lambda p: (p.days(), -p.start.toordinal()))


def _cuts(file: schema.TargetsFile) -> list[tuple[Loc, Any]]:
    if file.cut is None:
        return []
    cuts: list[tuple[Loc, Any]] = [
        (("cut", "region"), file.cut.region),
        (("cut", "product"), file.cut.product),
    ]
    cuts += [(_person_loc(region), cut) for region, cut in file.cut.person.items()]
    return [(loc, cut) for loc, cut in cuts if cut is not None]


def _person_loc(region: str) -> Loc:
    return ("cut", "person", region) if region else ("cut", "person")


def _weight_files(typed: Typed[schema.TargetsFile], path: Path, root: Path) -> set[Path]:
    named = {
        (path.parent / cut.file).resolve() for _, cut in _cuts(typed.value) if isinstance(cut, schema.FileCut)
    }
    return {file for file in named if file.is_relative_to(root.resolve())}


def read_target_file(
    typed: Typed[schema.TargetsFile], root: Path, fiscal: int, org: Org, found: list[Finding]
) -> TargetFile:
    """The record of a targets file."""
    file = typed.value
    period = Period.parse(file.period, fiscal)
    r = _Reading(typed, root, fiscal, org, period, found)
    cuts = {loc: _cut(r, loc, cut) for loc, cut in _cuts(file)}
    people = file.cut.person if file.cut else {}
    return TargetFile(
        period=period,
        total=file.total,
        objective=file.objective or "",
        owner=file.owner or "",
        unit=file.unit,
        levels={"target": Fraction(1), **file.levels},
        months=_months(r, file.months),
        region=cuts.get(("cut", "region")),
        product=cuts.get(("cut", "product")),
        matrix=_matrix(r, file.cut.matrix if file.cut else None),
        person={region: cuts[_person_loc(region)] for region in people},
        over_assignment=file.over_assignment or Fraction(0),
        growth_max=file.achievable.growth_max if file.achievable else None,
        growth_history=r.period_at(file.achievable.since) if file.achievable else None,
        place=typed.at("period"),
        places=_file_places(typed),
    )


def _file_places(typed: Typed[schema.TargetsFile]) -> dict[str, Span]:
    """Metric → its total; `/owner`, `/unit/<metric>`, `/levels/<name>`, `/person/<region>` → their places."""
    file = typed.value
    places = {metric: typed.at("total", metric) for metric in file.total}
    places["/owner"] = typed.at("owner")
    places |= {f"/unit/{key}": typed.at("unit", key) for key in file.unit}
    places |= {f"/levels/{key}": typed.at("levels", key) for key in file.levels}
    regions = file.cut.person if file.cut else {}
    return places | {f"/person/{key}": typed.key("cut", "person", *([key] if key else [])) for key in regions}


def _places(typed: Typed[schema.TargetsFile], loc: Loc, keys: Mapping[str, object]) -> dict[str, Span]:
    """Where each part of a cut is named."""
    return {key: typed.key(*loc, key) for key in keys}


def _matrix(r: _Reading, entry: schema.MatrixEntry | None) -> Matrix | None:
    if entry is None:
        return None
    place = r.typed.at("cut", "matrix")
    if entry.fit == "proportional":
        return Matrix(place=place)
    return Matrix(fit="history", history_from=r.period_at(entry.since), history_last=entry.last, place=place)


def _months(r: _Reading, entry: schema.MonthsCut | None) -> Cut | None:
    if entry is None:
        return None
    loc: Loc = ("months",)
    _need(r, loc, entry.by, "shares", entry.shares)
    _need(r, loc, entry.by, "capacity", entry.capacity)
    _one_past(r, loc, entry.since, entry.last)
    weights: Mapping[str, Fraction] = entry.shares or entry.capacity
    word = "shares" if entry.shares else "capacity"
    return Cut(
        by="equal" if entry.by == "even" else entry.by,  # type: ignore[arg-type]
        shares=entry.shares,
        capacity=entry.capacity,
        history_from=r.period_at(entry.since),
        history_last=entry.last,
        place=r.typed.at(*loc),
        places=_places(r.typed, (*loc, word), weights),
    )


def _need(r: _Reading, loc: Loc, method: str, word: str, given: Mapping[str, object]) -> None:
    """The weights of a method are there, and those of others are not."""
    if method == word and not given:
        r.say(
            loc,
            N_("`by: {word}` needs `{word}`"),
            N_("write `{word}: {{…}}` beside it"),
            code="Y101",
            word=word,
        )
    elif given and method != word:
        template = N_("`{word}` means nothing with `by: {method}`")
        r.say(
            (*loc, word),
            template,
            N_("write `by: {word}`, or delete it"),
            code="Y102",
            key=True,
            word=word,
            method=method,
        )


def _one_past(r: _Reading, loc: Loc, since: str | None, last: int | None) -> None:
    if since is not None and last is not None:
        r.say(
            (*loc, "last"),
            N_("`from` and `last` both say which past counts"),
            N_("keep one of the two"),
            code="T001",
            key=True,
        )


def _cut(r: _Reading, loc: Loc, entry: Any) -> Cut:
    """A cut of regions, products or people."""
    typed = r.typed
    common: dict[str, Any] = {
        "by": entry.by,
        "role_factors": entry.role_factors,
        "ramp": tuple(entry.ramp),
        "prorate": entry.prorate,
        "place": typed.at(*loc),
    }
    if isinstance(entry, schema.SharesCut):
        return Cut(shares=entry.shares, places=_places(typed, (*loc, "shares"), entry.shares), **common)
    if isinstance(entry, schema.CapacityCut):
        places = _places(typed, (*loc, "capacity"), entry.capacity)
        return Cut(capacity=entry.capacity, places=places, **common)
    if isinstance(entry, schema.AmountsCut):
        return _amounts(r, loc, entry, common)
    if isinstance(entry, schema.FileCut):
        return _from_file(r, loc, entry, common)
    if isinstance(entry, schema.BlendCut):
        return _blend(r, loc, entry, common)
    if isinstance(entry, schema.HistoryCut):
        _one_past(r, loc, entry.since, entry.last)
        return Cut(history_from=r.period_at(entry.since), history_last=entry.last, **common)
    return Cut(**common)


def _amounts(r: _Reading, loc: Loc, entry: schema.AmountsCut, common: dict[str, Any]) -> Cut:
    amounts: dict[str, dict[str, Decimal]] = entry.__pydantic_extra__ or {}
    if not amounts:
        r.say(
            loc,
            N_("`by: amounts` names no amounts"),
            N_("write `sales_amount: {{id: amount}}` beside it"),
            code="Y101",
        )
    places = {
        who: r.typed.key(*loc, metric, who)
        for metric, parts in reversed(list(amounts.items()))
        for who in parts
    }
    places |= {
        f"{metric}.{who}": r.typed.key(*loc, metric, who)
        for metric, parts in amounts.items()
        for who in parts
    }
    places |= {metric: r.typed.key(*loc, metric) for metric in amounts if metric not in places}
    return Cut(amounts=amounts, places=places, **common)


def _blend(r: _Reading, loc: Loc, entry: schema.BlendCut, common: dict[str, Any]) -> Cut:
    parts = {word: share for word in schema.BLEND_PARTS if (share := getattr(entry, word)) is not None}
    if sum(parts.values()) != 1:
        from salescli.model.exact import rate_text

        r.say(
            loc,
            N_("the parts of the blend sum to {sum}, not 100%"),
            N_("parts are: {parts}"),
            code="T002",
            sum=rate_text(sum(parts.values(), Fraction(0))),
            parts=several(schema.BLEND_PARTS),
        )
    needs: dict[str, tuple[str, object]] = {
        "capacity": ("capacities", entry.capacities),
        "ability": ("ability_scores", entry.ability_scores),
        "role": ("role_factors", entry.role_factors),
        "experience": ("experience_factors", entry.experience_factors),
    }
    for part, (word, given) in needs.items():
        if part in parts and not given:
            r.say(
                (*loc, part),
                N_("the part `{part}` needs `{word}`"),
                N_("write `{word}` beside it"),
                code="T003",
                key=True,
                part=part,
                word=word,
            )
        elif given and part not in parts and part != "role":
            r.say(
                (*loc, word),
                N_("`{word}` means nothing without a part `{part}`"),
                N_("write `{part}: 40%`, or delete it"),
                code="T003",
                key=True,
                part=part,
                word=word,
            )
    _one_past(r, loc, entry.since, entry.last)
    return Cut(
        blend=parts,
        capacity=entry.capacities,
        ability=entry.ability_scores,
        experience=tuple(entry.experience_factors),
        history_from=r.period_at(entry.since),
        history_last=entry.last,
        places=_places(r.typed, (*loc, "ability_scores"), entry.ability_scores)
        | _places(r.typed, (*loc, "capacities"), entry.capacities),
        **common,
    )


def _from_file(r: _Reading, loc: Loc, entry: schema.FileCut, common: dict[str, Any]) -> Cut:
    path = r.root / Path(r.typed.path).parent / entry.file
    if not path.resolve().is_relative_to(r.root.resolve()):
        r.say(
            (*loc, "file"),
            N_("`{file}` lies outside the book"),
            N_("put it beside this file"),
            code="T004",
            file=entry.file,
        )
        return Cut(**common)
    if not path.is_file():
        r.say(
            (*loc, "file"),
            N_("there is no file `{file}`"),
            N_("it is looked for beside this one"),
            code="T004",
            file=entry.file,
        )
        return Cut(**common)
    read = read_table(path, r.root, r.found, ("id", "weight"))
    weights: dict[str, Fraction] = {}
    places: dict[str, Span] = {}
    if read is not None:
        table, rows = read
        for row in rows:
            key, weight = table.read(row, "id", read_id), table.read(row, "weight", read_weight)
            if key is None or weight is None:
                continue
            if key in weights:
                table.say(
                    "C107",
                    row,
                    "id",
                    "`{id}` is there twice, first in {first}",
                    "remove one",
                    id=key,
                    first=str(places[key]),
                )
            weights[key] = weight
            places[key] = table.span(row, "id")
    region = str(loc[2]) if len(loc) == 3 else ""
    if region:
        weights = {key: weight for key, weight in weights.items() if _belongs(r, key, region)}
    return Cut(capacity=weights, places=places, **common)


def _belongs(r: _Reading, person: str, region: str) -> bool:
    """One file may hold the people of all regions; people nobody knows stay in, to be reported."""
    known = r.org.people.get(person)
    return known is None or any(
        a.region == region and a.since <= r.period.end and (a.until is None or a.until >= r.period.start)
        for a in known.assignments
    )
