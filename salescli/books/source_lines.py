"""The user's own lines for findings that were made without reading the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path

from salescli.books.text import LONGEST_SOURCE
from salescli.findings import Finding

_TEXT = (".yaml", ".yml", ".csv")
_MOST = 1000


def with_sources(root: Path, found: Iterable[Finding]) -> list[Finding]:
    """The findings, each with its line where it has a place in a text file of the book; in the same order.

    Only the first 1,000 are looked up, and a line too long to show is left out.
    """
    findings = list(found)
    wanted: dict[str, set[int]] = defaultdict(set)
    for finding in findings[:_MOST]:
        if (
            finding.source is None
            and finding.code != "Y002"
            and finding.span.line
            and finding.span.path.endswith(_TEXT)
        ):
            wanted[finding.span.path].add(finding.span.line)
    lines = {path: _lines(root / path, numbers) for path, numbers in wanted.items()}
    return [_with_source(finding, lines) for finding in findings]


def _with_source(finding: Finding, lines: dict[str, dict[int, str]]) -> Finding:
    line = lines.get(finding.span.path, {}).get(finding.span.line)
    return finding if finding.source is not None or line is None else replace(finding, source=line)


def _lines(path: Path, numbers: set[int]) -> dict[int, str]:
    """The lines with these numbers, read once from the top."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            text = {
                n: line.rstrip("\n") for n, line in enumerate(islice(file, max(numbers)), 1) if n in numbers
            }
    except OSError:
        return {}
    return {number: line for number, line in text.items() if len(line) <= LONGEST_SOURCE}
