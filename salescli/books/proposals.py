"""People's own proposals for a target: `ledger/targets/Q3-proposals.csv` beside `Q3.yaml` (SPEC T10)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from salescli.books.csvrows import read_table
from salescli.books.fields import read_id, read_money
from salescli.findings import Finding, Span, did_you_mean
from salescli.i18n import N_, several
from salescli.model.org import Org

SUFFIX = "-proposals.csv"
COLUMNS = ("person", "metric", "proposal")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody says they will reach."""

    person: str
    metric: str
    amount: Decimal
    note: str
    place: Span


def proposals_path(targets: Path) -> Path:
    """Where the proposals for a target file stand."""
    return targets.with_name(targets.stem + SUFFIX)


def read_proposals(
    path: Path, root: Path, org: Org, known: frozenset[str], found: list[Finding]
) -> list[Proposal]:
    """The rows of a proposals file; unknown people and metrics, and repetitions, are findings T130 and T131.

    Args:
        path: The file.
        root: The book.
        org: Who there is.
        known: Metrics the target file cuts into amounts.
        found: Takes what is wrong.
    """
    read = read_table(path, root, found, COLUMNS, ("note",))
    if read is None:
        return []
    table, rows = read
    proposals: dict[tuple[str, str], Proposal] = {}
    for row in rows:
        person = table.read(row, "person", read_id)
        metric = table.read(row, "metric", read_id)
        amount = table.read(row, "proposal", read_money)
        if person is None or metric is None or amount is None:
            continue
        for word, words, column in ((person, org.people, "person"), (metric, known, "metric")):
            if word not in words:
                near = did_you_mean(word, words)
                hint = N_("did you mean {near}?") if near else N_("there are: {known}")
                listed = several(sorted(words)[:12])
                template = N_("there is no {column} {word} to propose for")
                table.say(
                    "T130", row, column, template, hint, column=column, word=word, near=near, known=listed
                )
        if (person, metric) in proposals:
            first = proposals[person, metric].place.line
            template = N_("{person} has proposed {metric} in line {first} already")
            table.say(
                "T131",
                row,
                "person",
                template,
                "keep one of the two",
                person=person,
                metric=metric,
                first=first,
            )
            continue
        note = row.cells.get("note", "")
        proposals[person, metric] = Proposal(person, metric, amount, note, table.span(row))
    return [proposals[key] for key in sorted(proposals)]
