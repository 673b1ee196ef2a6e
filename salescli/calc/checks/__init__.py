"""What a book's files must agree on among each other (SPEC G1): people, targets and plans against all else.

Each module checks one kind of file and gives findings; reading the files is done before.
"""

from __future__ import annotations

from collections.abc import Iterator

from salescli.calc.checks.coverage import check_coverage
from salescli.calc.checks.notes import check_watch
from salescli.calc.checks.org import check_org
from salescli.calc.checks.plans import check_plans
from salescli.calc.checks.settings import check_participants
from salescli.calc.checks.targets import check_targets
from salescli.findings import Finding
from salescli.model.book import Book

__all__ = ["check_book"]


def check_book(book: Book) -> Iterator[Finding]:
    """Every rule that needs more than one place of a book's configuration."""
    yield from check_org(book.org)
    yield from check_participants(book)
    for targets in book.targets:
        yield from check_targets(targets, book)
    yield from check_plans(book)
    yield from check_coverage(book)
    yield from check_watch(book)
