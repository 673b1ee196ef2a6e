"""Text from books is data (SPEC X3): what could steer a terminal or reorder a line is made visible."""

from __future__ import annotations

import re
import unicodedata

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


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
