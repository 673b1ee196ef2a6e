"""Splitting a target file: the tree, its rows, what is stored and whether it is up to date (SPEC T10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from salescli.books import load_book
from salescli.books.steady import Look, hold
from salescli.calc.split import NoHistory, Split, needs_history, resolve
from salescli.findings import BookBroken, Finding, Misuse, did_you_mean, has_errors
from salescli.i18n import N_, several
from salescli.model.book import Book, Targets
from salescli.model.exact import minor_digits, rate_text
from salescli.model.metric import Unit
from salescli.model.period import Period
from salescli.model.table import Column, Line, Report, Row, Table, Value
from salescli.model.target import TargetRow
from salescli.workflows.soundness import check_config, tidy

if TYPE_CHECKING:
    from salescli.measures import Facts

ROWS = (
    Column("period", "Period"),
    Column("metric", "Metric"),
    Column("region", "Region"),
    Column("product", "Product"),
    Column("person", "Person"),
    Column("level", "Level"),
    Column("target", "Target", "number"),
)


class FactsHistory:
    """Past sales read from the facts as they were known the day before a period began."""

    def __init__(self, facts: Facts, period: Period) -> None:
        self._facts = facts
        facts.run(period.start - timedelta(days=1))

    def sales(self, period: Period, by: tuple[str, ...]) -> Mapping[tuple[str, ...], int]:
        """Credited sales of a past period, in minor units."""
        totals = self._facts.totals(by, period.start, period.end)  # type: ignore[arg-type]
        return {key: values.get("sales_amount", 0) for key, values in totals.items()}


def resolve_for(book: Book, facts: Facts | None, targets: Targets) -> Split:
    """Resolve one file of a book; the facts are measured anew only if the file looks at the past."""
    assert targets.file is not None
    history = FactsHistory(facts, targets.period) if facts and needs_history(targets.file) else NoHistory()
    return resolve(targets.file, book.org, book.policy, history, minor_digits(book.settings.currency))


def split(root: Path, name: str, write: bool = False, check: bool = False) -> Report:
    """Cut the target of one file and show the tree; store its rows, or check the stored ones.

    Raises:
        Misuse: if there is no such file.
        BookBroken: if the book or the split has errors.
        Busy: if its rows are to be stored and another run writes into the book.
    """
    with hold(root, write) as seen:
        return _split(root, name, check, seen)


def _split(root: Path, name: str, check: bool, seen: Look | None) -> Report:
    found: list[Finding] = []
    book = load_book(root, found)
    if book is not None:
        found.extend(check_config(book, found))
    if book is None or has_errors(found):
        raise BookBroken(tidy(root, found))
    targets = find_targets(book, name)
    result = resolved(book, targets, found)
    found.extend(result.findings)
    if has_errors(found):
        raise BookBroken(tidy(root, found))
    stored = targets.rows
    current = stored is not None and _same(stored, result.rows)
    notes = _notes(targets, result.rows, current, seen is not None)
    if seen is not None and not current:
        _store(seen, targets, result.rows)
    return Report(
        command="split",
        period=targets.period.text,
        currency=book.settings.currency,
        header=_header(book, targets),
        tables=(
            Table(name="rows", columns=ROWS, rows=_machine_rows(book, result.rows), people=False),
            *_trees(book, targets, result),
            _levels(book, targets, result),
        ),
        findings=tuple(tidy(root, [f for f in found if f.span.path == targets.path])),
        notes=notes,
        exit_code=1 if check and not current else 0,
    )


def resolved(book: Book, targets: Targets, found: list[Finding]) -> Split:
    """The split, with facts only where the file looks at the past; broken facts stop it then."""
    if targets.file is not None and not needs_history(targets.file):
        return resolve_for(book, None, targets)
    from salescli.measures import open_facts

    with open_facts(book) as facts:
        facts.check(found)
        if has_errors(found):
            raise BookBroken(tidy(book.root, found))
        return resolve_for(book, facts, targets)


def find_targets(book: Book, name: str) -> Targets:
    """A target file by path (from the working directory or the book), file name or period."""
    known = {t.path: t for t in book.targets if t.file is not None}
    wanted = Path(name)
    for candidate in (Path.cwd() / wanted, book.root / wanted, book.root / "ledger" / "targets" / wanted):
        inside = _inside(book.root, candidate)
        if inside in known:
            return known[inside]
    for path, targets in known.items():
        if name in (Path(path).stem, targets.period.text):
            return targets
    near = did_you_mean(wanted.name, [Path(path).name for path in known])
    listed = several((Path(path).name for path in known), none="-")
    if near:
        raise Misuse("there is no target file {name}", hint="did you mean {near}?", name=name, near=near)
    raise Misuse(
        "there is no target file {name}", hint="ledger/targets has: {listed}", name=name, listed=listed
    )


def _inside(root: Path, path: Path) -> str:
    resolved, base = path.resolve(), root.resolve()
    return resolved.relative_to(base).as_posix() if resolved.is_relative_to(base) else ""


def _same(stored: tuple[TargetRow, ...], rows: tuple[TargetRow, ...]) -> bool:
    return [_plain(row) for row in sorted(stored, key=TargetRow.sort_key)] == [_plain(row) for row in rows]


def _plain(row: TargetRow) -> tuple[object, ...]:
    return (*row.sort_key(), Fraction(row.target))


def _store(seen: Look, targets: Targets, rows: tuple[TargetRow, ...]) -> None:
    from salescli.books.targets_csv import format_target_rows

    seen.write({(seen.root / targets.path).with_suffix(".csv"): format_target_rows(rows).encode()})


def _notes(targets: Targets, rows: tuple[TargetRow, ...], current: bool, write: bool) -> tuple[Line, ...]:
    csv = Path(targets.path).with_suffix(".csv").as_posix()
    params: dict[str, object] = {"csv": csv, "name": Path(targets.path).name, "count": len(rows)}
    if current:
        return (Line(template=N_("{csv} is up to date ({count:row|rows})"), params=params),)
    if write:
        return (Line(template=N_("wrote {csv} ({count:row|rows})"), params=params),)
    stored = targets.rows
    if stored is None:
        lines = [Line(template=N_("{csv} is not there yet"), params=params)]
    else:
        before = {_plain(row)[:-1]: Fraction(row.target) for row in stored}
        after = {_plain(row)[:-1]: Fraction(row.target) for row in rows}
        params |= {
            "new": len(after.keys() - before.keys()),
            "gone": len(before.keys() - after.keys()),
            "changed": sum(before[key] != after[key] for key in before.keys() & after.keys()),
        }
        template = N_("{csv} is out of date: {new:row|rows} new, {changed} changed, {gone} gone")
        lines = [Line(template=template, params=params)]
    lines.append(Line(template=N_("store it: salescli split {name} --write"), params=params))
    return tuple(lines)


def _header(book: Book, targets: Targets) -> tuple[Line, ...]:
    file = targets.file
    assert file is not None
    first: dict[str, object] = {
        "company": book.settings.company or book.root.name,
        "period": targets.period.text,
        "path": targets.path,
    }
    lines = [Line(template=N_("{company} · targets of {period} · {path}"), params=first)]
    rates = {m: t for m, t in file.total.items() if isinstance(t, Fraction)}
    for metric, rate in rates.items():
        name = book.policy.metrics[metric].name if metric in book.policy.metrics else metric
        params: dict[str, object] = {"metric": Line(template=name), "rate": rate_text(rate)}
        lines.append(Line(template=N_("{metric}: {rate} for everybody"), params=params))
    return tuple(lines)


def _machine_rows(book: Book, rows: tuple[TargetRow, ...]) -> tuple[Row, ...]:
    return tuple(
        {
            "period": row.period,
            "metric": row.metric,
            "region": row.region,
            "product": row.product,
            "person": row.person,
            "level": row.level,
            "target": row.target,
            "_unit": _unit(book, row.metric),
        }
        for row in rows
    )


def _unit(book: Book, metric: str) -> Unit:
    return book.policy.metrics[metric].unit


# -- The tree for people -----------------------------------------------------------------------------


def _trees(book: Book, targets: Targets, result: Split) -> list[Table]:
    """A tree per additive metric: the period, its months, the share of the whole."""
    assert targets.file is not None
    additive = [m for m, t in targets.file.total.items() if isinstance(t, Decimal)]
    return [_tree(book, targets.period, metric, result) for metric in additive]


def _tree(book: Book, period: Period, metric: str, result: Split) -> Table:
    rows = [r for r in result.rows if r.metric == metric and r.level == "target"]
    values: dict[tuple[str | None, str | None, str | None], dict[str, Decimal]] = {}
    for row in rows:
        values.setdefault((row.region, row.product, row.person), {})[row.period] = Decimal(str(row.target))
    months = [m.text for m in period.months() if any(m.text in v for v in values.values())]
    months = [m for m in months if m != period.text]
    columns = (
        Column("name", ""),
        Column("target", period.text, "number"),
        *(Column(month, month, "number", spare=1) for month in months),
        Column("share", "Share", "ratio", spare=2),
    )
    whole = values.get((None, None, None), {}).get(period.text, Decimal(0))
    lines = [
        _line(book, metric, node, values[node], period, months, whole) for node in _ordered(book, values)
    ]
    lines = _with_gaps(book, lines, result, metric, period, months)
    return Table(
        name=f"tree_{metric}",
        title=book.policy.metrics[metric].name,
        columns=columns,
        rows=tuple(lines),
        machine=False,
    )


_Key = tuple[str | None, str | None, str | None]


def _ordered(book: Book, values: Mapping[_Key, object]) -> list[_Key]:
    """Team, then each region with its product lines and people, then product lines, then people alone."""
    org = book.org
    nodes: list[_Key] = [(None, None, None)]
    for region in org.regions:
        nodes.append((region, None, None))
        nodes += [(region, product, None) for product in org.products]
        nodes += sorted((n for n in values if n[0] == region and n[2]), key=lambda n: n[2] or "")
    nodes += [(None, product, None) for product in org.products]
    nodes += sorted((n for n in values if n[0] is None and n[2]), key=lambda n: n[2] or "")
    return [node for node in nodes if node in values]


def _line(
    book: Book,
    metric: str,
    node: _Key,
    values: Mapping[str, Decimal],
    period: Period,
    months: list[str],
    whole: Decimal,
) -> Row:
    region, product, person = node
    org = book.org
    name: Value
    if person is not None:
        name = org.people[person].name if person in org.people else person
    elif product is not None:
        name = org.products[product].name
    elif region is not None:
        name = org.regions[region].name
    else:
        name = Line(template=N_("Team"))
    target = values.get(period.text, Decimal(0))
    row: dict[str, Value] = {
        "name": name,
        "target": target,
        "share": Fraction(target) / Fraction(whole) if whole else None,
        "_depth": sum(part is not None for part in (region, product or person)),
        "_unit": _unit(book, metric),
        "_strong": int(node == (None, None, None)),
        "_region": region,
    }
    return row | {month: values.get(month) for month in months}


def _with_gaps(
    book: Book, lines: list[Row], result: Split, metric: str, period: Period, months: list[str]
) -> list[Row]:
    """Lines for what is not given out, or too much, after the region (or the team) it belongs to."""
    out = list(lines)
    gaps = [g for g in result.gaps if g.metric == metric and g.level == "target"]
    for region, among in dict.fromkeys((g.region, g.among) for g in gaps):
        amounts = {g.period: g.amount for g in gaps if (g.region, g.among) == (region, among)}
        whole = amounts.get(period.text, Decimal(0))
        template = N_("unallocated ({among})") if whole >= 0 else N_("over-assigned ({among})")
        row: dict[str, Value] = {
            "name": Line(template=template, params={"among": Line(template=_AMONG[among])}),
            "target": abs(whole),
            "_depth": 2 if region else 1,
            "_unit": _unit(book, metric),
        }
        row |= {month: abs(amounts[month]) for month in months if month in amounts}
        last = max((i for i, line in enumerate(out) if line.get("_region") == region), default=len(out) - 1)
        out.insert(last + 1, row)
    return out


_AMONG = {"region": N_("regions"), "product": N_("product lines"), "person": N_("people")}


def _levels(book: Book, targets: Targets, result: Split) -> Table:
    """Goal levels of the team and its regions (SPEC T7), if the file has more than one."""
    file = targets.file
    assert file is not None
    levels = list(file.levels) if len(file.levels) > 1 else []
    rows: list[Row] = []
    for metric, total in file.total.items():
        if not isinstance(total, Decimal) or not levels:
            continue
        for region in (None, *book.org.regions):
            row: dict[str, Value] = {
                "metric": book.policy.metrics[metric].name,
                "name": book.org.regions[region].name if region else Line(template=N_("Team")),
                "_unit": _unit(book, metric),
                "_depth": 0,
            }
            for found in result.rows:
                node = (found.region, found.product, found.person)
                if (
                    found.metric == metric
                    and found.period == targets.period.text
                    and node == (region, None, None)
                ):
                    row[found.level] = found.target
            if any(level in row for level in levels):
                rows.append(row)
    columns = (
        Column("metric", "Metric", "word"),
        Column("name", ""),
        *(Column(level, _LEVELS.get(level, level), "number") for level in levels),
    )
    return Table(name="levels", title=N_("Goal levels"), columns=columns, rows=tuple(rows), machine=False)


_LEVELS = {"target": N_("Target"), "stretch": N_("Stretch"), "challenge": N_("Challenge")}
