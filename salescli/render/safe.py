"""Text from books is data (SPEC X3): what could steer a terminal or reorder a line is made visible."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# C0 and C1 controls, zero-width and bidirectional characters, line separators, byte-order mark.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)

# What a line may break after: a word, or one wide character with the punctuation that clings to it.
_PIECE = re.compile("\\s+|[（《“]*(?:[^\\s⺀-\uffef“”…]+|.)[，。；：、！？）》”…]*")


def clean(text: str) -> str:
    """One line of harmless text: controls and invisible characters become `�`, line breaks a blank."""
    return _UNSAFE.sub(lambda found: " " if found.group() in "\t\n\r\x0b\x0c\x85\u2028\u2029" else "�", text)


def clean_lines(text: str) -> str:
    """The same for text of several lines, which keep their line breaks."""
    return "\n".join(clean(line) for line in text.split("\n"))


def width(text: str) -> int:
    """Cells a text takes on a terminal: wide characters two, combining ones none."""
    return sum(_cells(character) for character in text)


def wrapped(text: str, cells: int) -> list[str]:
    """Text in lines of at most so many cells; only a word that is longer than a line sticks out."""
    lines, line = [], ""
    for piece in _PIECE.findall(text):
        if line and width(line + piece.rstrip()) > cells:
            lines.append(line.rstrip())
            line = ""
        line += piece if line or not piece.isspace() else ""
    return [*lines, line.rstrip()] if line.strip() else lines


def folded(text: str, cells: int) -> list[str]:
    """A cell in lines of at most so many cells, indented alike: broken at blanks; within a word that fills
    more than a line, between wide characters, else after a mark, else anywhere."""
    indent = " " * min(len(text) - len(text.lstrip(" ")), max(cells - 2, 0))
    room = cells - len(indent)
    lines = [""]
    for word in text.split():
        gap = " " if lines[-1] else ""
        for piece in _parts(word, room):
            if lines[-1] and width(lines[-1] + gap + piece) > room:
                lines.append("")
                gap = ""
            lines[-1] += gap + piece
            gap = ""
    return [indent + line for line in lines]


def _parts(word: str, cells: int) -> list[str]:
    if width(word) <= cells:
        return [word]
    return [part for piece in _PIECE.findall(word) for part in _cut(piece, cells)]


def _cut(word: str, cells: int, marks: Sequence[str] = ("/", "_-", "")) -> list[str]:
    """A word in parts that fit, cut after the first kind of marks that it has, else anywhere."""
    if width(word) <= cells or not marks:
        return [word]
    parts = [""]
    pieces = re.findall(f"[^{marks[0]}]*[{marks[0]}]|[^{marks[0]}]+", word) if marks[0] else word
    for piece in (part for whole in pieces for part in _cut(whole, cells, marks[1:])):
        if parts[-1] and width(parts[-1] + piece) > cells:
            parts.append("")
        parts[-1] += piece
    return parts


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
