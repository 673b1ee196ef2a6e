"""Whether configuration is sound, and findings as they are shown: what every command asks first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from salescli.books.source_lines import with_sources
from salescli.calc.checks import check_book
from salescli.calc.targets import TargetIndex, conflict_findings
from salescli.findings import Finding
from salescli.model.book import Book

# What everything else refers to; while it is broken, "there is no region …" is only its echo.
_ORG = ("ledger/org.yaml", "ledger/people.csv", "ledger/assignments.csv")
_ECHOES = ("F008", "F016", "N001", "N009", "T007")


def tidy(root: Path, found: Sequence[Finding]) -> list[Finding]:
    """Findings as they are shown: sorted, each once, with the user's line, without echoes of a broken org."""
    broken = any(f.span.path in _ORG and f.severity == "error" for f in found)
    kept = [f for f in found if not (broken and f.code in _ECHOES)]
    return with_sources(root, _once(sorted(kept, key=Finding.sort_key)))


def check_config(book: Book, found: Sequence[Finding] = ()) -> list[Finding]:
    """What configuration files must agree on, and worked examples of plans; facts are not looked at.

    Args:
        book: As read.
        found: What is wrong so far: plans with errors do not run their examples.
    """
    from salescli.calc.pay.examples import run_examples

    new = list(check_book(book))
    rows = [row for targets in book.targets for row in targets.rows or ()]
    new += conflict_findings(TargetIndex(rows, book.settings.fiscal_year_start))
    broken = {f.span.path for f in (*found, *new) if f.severity == "error"}
    for plan in book.plans:
        if plan.place.path not in broken:
            new += run_examples(plan, book.policy)
    return new


def _once(found: Sequence[Finding]) -> list[Finding]:
    """Sorted findings without repetitions of the same words at the same place."""
    seen: dict[tuple[str, int, int, str, str], Finding] = {}
    for finding in found:
        seen.setdefault(finding.sort_key(), finding)
    return list(seen.values())
