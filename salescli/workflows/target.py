"""`target rollup`: people's proposals summed up and held against the figures cut from above (SPEC T10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from salescli.books.proposals import Proposal, proposals_path, read_proposals
from salescli.findings import BookBroken, Finding, Misuse, has_errors
from salescli.i18n import N_
from salescli.model.book import Book, Targets
from salescli.model.table import Column, Line, Report, Row, Table, Value
from salescli.model.target import TargetRow
from salescli.workflows.soundness import check_config, tidy
from salescli.workflows.split import find_targets, resolved

ROLLUP = (
    Column("metric_name", "Metric", machine=False),
    Column("name", "", machine=False),
    Column("metric", "Metric", people=False),
    Column("region", "Region", people=False),
    Column("person", "Person", people=False),
    Column("target", "Target", "number"),
    Column("proposal", "Proposal", "number"),
    Column("difference", "Difference", "delta"),
    Column("note", "Note", spare=1),
)

_Node = tuple[str, str | None, str | None]


def rollup(root: Path, name: str) -> Report:
    """Compare proposals with targets, by person, region and team.

    Raises:
        Misuse: if there is no such target file, or no proposals beside it.
        BookBroken: if the book or the proposals have errors.
    """
    from salescli.books import load_book

    found: list[Finding] = []
    book = load_book(root, found)
    if book is not None:
        found.extend(check_config(book, found))
    if book is None or has_errors(found):
        raise BookBroken(tidy(root, found))
    targets = find_targets(book, name)
    path = proposals_path(root / targets.path)
    if not path.is_file():
        raise Misuse(
            "there are no proposals at {path}",
            hint="write them there with the columns person,metric,proposal,note",
            path=path.relative_to(root).as_posix(),
        )
    rows = targets.rows or resolved(book, targets, found).rows
    metrics = frozenset(row.metric for row in rows if isinstance(row.target, Decimal))
    proposals = read_proposals(path, root, book.org, metrics, found)
    if has_errors(found):
        raise BookBroken(tidy(root, found))
    return Report(
        command="target rollup",
        period=targets.period.text,
        currency=book.settings.currency,
        header=(_header(book, targets, path.relative_to(root).as_posix()),),
        tables=(
            Table(
                name="rows", columns=ROLLUP, rows=_rows(book, targets, rows, proposals), section="metric_name"
            ),
        ),
    )


def _header(book: Book, targets: Targets, path: str) -> Line:
    params = {"company": book.settings.company or book.root.name, "period": targets.period.text, "path": path}
    return Line(template=N_("{company} · proposals for {period} · {path}"), params=params)


def _rows(
    book: Book, targets: Targets, rows: Sequence[TargetRow], proposals: Sequence[Proposal]
) -> tuple[Row, ...]:
    """Team, regions and people of every metric somebody proposed."""
    above = {
        (row.metric, row.region, row.person): row.target
        for row in rows
        if isinstance(row.target, Decimal)
        and row.period == targets.period.text
        and row.level == "target"
        and row.product is None
    }
    home = {person: region for _, region, person in above if person is not None}
    below: dict[_Node, Decimal] = {}
    notes: dict[_Node, str] = {}
    for one in proposals:
        region = home.get(one.person) or _region(book, targets, one.person)
        for node in ((one.metric, None, None), (one.metric, region, None), (one.metric, region, one.person)):
            below[node] = below.get(node, Decimal(0)) + one.amount
        notes[one.metric, region, one.person] = one.note
    metrics = [m for m in book.policy.metrics if any(node[0] == m for node in below)]
    return tuple(
        _row(book, node, above, below, notes) for m in metrics for node in _nodes(book, m, above, below)
    )


def _region(book: Book, targets: Targets, person: str) -> str | None:
    last = book.org.people[person].last_day(targets.period.start, targets.period.end)
    at = book.org.people[person].assignment(last) if last else None
    return at.region if at else None


def _nodes(
    book: Book, metric: str, above: Mapping[_Node, Decimal], below: Mapping[_Node, Decimal]
) -> list[_Node]:
    """The team, then each region with its people; those without a region last."""
    nodes: list[_Node] = [(metric, None, None)]
    for region in (*book.org.regions, None):
        people = sorted(
            {n[2] for n in (*above, *below) if n[0] == metric and n[1] == region and n[2] is not None}
        )
        if region is not None and ((metric, region, None) in below or people):
            nodes.append((metric, region, None))
        nodes += [(metric, region, person) for person in people]
    return nodes


def _row(
    book: Book,
    node: _Node,
    above: Mapping[_Node, Decimal],
    below: Mapping[_Node, Decimal],
    notes: Mapping[_Node, str],
) -> Row:
    metric, region, person = node
    name: Value = Line(template=N_("Team"))
    if person is not None:
        name = book.org.people[person].name
    elif region is not None:
        name = book.org.regions[region].name
    target, proposal = above.get(node), below.get(node)
    return {
        "metric_name": book.policy.metrics[metric].name,
        "name": name,
        "metric": metric,
        "region": region,
        "person": person,
        "target": target,
        "proposal": proposal,
        "difference": proposal - target if proposal is not None and target is not None else None,
        "note": notes.get(node) or (None if proposal is not None else Line(template=N_("no proposal"))),
        "_depth": (region is not None) + (person is not None),
        "_unit": book.policy.metrics[metric].unit,
        "_strong": int(region is None and person is None),
    }
