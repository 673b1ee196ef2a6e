"""Files as text: strictly UTF-8, of bounded size, without characters that hide or reorder others."""

from __future__ import annotations

import re
from pathlib import Path

from salescli.findings import Finding, Span, character_name, finding, reason

# C0 and C1 controls but tab, zero-width and bidirectional marks, line separators, BOM inside, surrogates,
# the replacement character (text lost in an earlier conversion).
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u061c\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff]"
)
HIDDEN_OR_TAB = re.compile(f"{HIDDEN.pattern}|\t")
LONGEST_SOURCE = 300


def source_line(lines: list[str], number: int) -> str | None:
    """Line `number` (from 1) for showing under a finding; None if there is none or it is too long."""
    if 1 <= number <= len(lines) and len(lines[number - 1]) <= LONGEST_SOURCE:
        return lines[number - 1]
    return None


def hidden_characters(lines: list[str], name: str, found: list[Finding]) -> list[str]:
    """Report the first hidden character of each line; give the lines with all of them made visible."""
    clean: list[str] = []
    for number, line in enumerate(lines, 1):
        match = HIDDEN.search(line)
        if match is None:
            clean.append(line)
            continue
        found.append(
            finding(
                "Y013",
                Span(name, number, match.start() + 1),
                "there is a hidden character, {char}",
                hint="delete it and type the word again",
                source=source_line(lines, number),
                char=character_name(match.group()),
            )
        )
        clean.append(HIDDEN.sub("\N{REPLACEMENT CHARACTER}", line))
    return clean


def read_text(path: Path, name: str, found: list[Finding], limit: int) -> str | None:
    """The text of a file without its byte order mark, or None with a finding.

    Args:
        path: The file.
        name: Its path in findings.
        found: Where findings go.
        limit: The most bytes it may have.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        found.append(
            finding(
                "Y001",
                Span(name),
                "cannot be read: {why}",
                hint="check its name and your right to read it",
                why=reason(error),
            )
        )
        return None
    if len(data) > limit:
        found.append(
            finding(
                "Y003",
                Span(name),
                "larger than {limit} MB",
                hint="large tables belong in CSV files",
                limit=limit // 2**20,
            )
        )
        return None
    return decode(data, name, found)


def decode(data: bytes, name: str, found: list[Finding]) -> str | None:
    """UTF-8 bytes as text without a byte order mark, or None with a finding that gives the line."""
    hint = "save the file as UTF-8"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        found.append(finding("Y002", Span(name, 1, 1), "this is UTF-16", hint=hint))
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        offset = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        before = data[:offset]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        found.append(
            finding(
                "Y002",
                Span(name, before.count(b"\n") + 1, column),
                "byte {byte} is not UTF-8 text",
                hint="save the file as UTF-8; it may be GBK now",
                byte=f"0x{data[offset]:02x}",
            )
        )
        return None
