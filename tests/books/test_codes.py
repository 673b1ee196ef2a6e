"""Every finding code has a case and a line in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from salescli.code_examples import CODE_EXAMPLES
from salescli.codes import CODES

TESTS = Path(__file__).resolve().parents[1]
PAGE = TESTS.parent / "docs" / "findings.md"
FAMILIES = {
    "Y": "YAML",
    "C": "Tables",
    "O": "People",
    "T": "Targets",
    "F": "Facts",
    "M": "Metrics",
    "P": "Plans",
    "S": "Settlements",
    "K": "Calendar",
    "I": "Imports",
    "N": "Notes and weekly reports",
}


def page() -> str:
    lines = [
        "# Findings",
        "",
        "Every finding has a code, which stays. `salescli rule CODE` prints the same text.",
        "",
    ]
    for family, title in FAMILIES.items():
        codes = sorted(code for code in CODES if code.startswith(family))
        if codes:
            lines += [
                f"## {family}: {title}",
                "",
                "| code | what is wrong | why, and what to do |",
                "|---|---|---|",
            ]
            lines += [
                f"| {c} | {CODES[c].title} | {CODES[c].why.replace('|', chr(92) + '|')} |" for c in codes
            ]
            lines.append("")
    lines += ["## Wrong and right", "", "Each is a plan file, or several. They are run by the tests.", ""]
    for code, shown in sorted(CODE_EXAMPLES.items()):
        lines += [f"### {code}", "", CODES[code].title + ":", "", "```yaml", shown.wrong.rstrip(), "```", ""]
        lines += ["Right:", "", "```yaml", shown.right.rstrip(), "```", ""]
    return "\n".join(lines)


def test_every_code_is_on_the_page(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), "run pytest tests/books/test_codes.py --update"


def test_every_code_is_provoked_somewhere() -> None:
    expected = [p.read_text(encoding="utf-8") for p in (TESTS / "cases").glob("*/*/expected.*")]
    tests = [p.read_text(encoding="utf-8") for p in TESTS.rglob("test_*.py")]
    shown = {code for text in expected for code in re.findall(r"\[([A-Z]\d{3})\]", text)}
    named = {code for text in tests for code in re.findall(r"\b([A-Z]\d{3})\b", text)}
    missing = sorted(set(CODES) - shown - named)
    assert not missing
