"""How wide the columns of a table become on a terminal: whole numbers, dates and words first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from salescli.render.safe import width

GAP = 2
"""Cells between two columns."""
_WORD = 14
"""A longer word of running text, such as a path, may be cut."""
_NAME = 20
"""A longer name may be broken."""
_HEAD = 4
"""Two wide characters of a header, such as 比率, are one word and stand side by side."""


@dataclass(frozen=True, slots=True)
class Room:
    """Cells a column takes.

    Attributes:
        natural: Nothing in it is broken.
        whole: Its header is broken at blanks, its text too; no word and no number is, and no header of two
            wide characters.
        least: Below this even short words would be cut.
    """

    natural: int
    whole: int
    least: int


def room(title: str, cells: Sequence[str], *, fixed: bool, first: bool) -> Room:
    """What a column needs.

    Args:
        fixed: Its cells are never broken: numbers, dates, lights.
        first: It holds the names of the rows, which are kept whole if they are not long.
    """
    head, full = _of_header(title), max(map(width, cells), default=0)
    natural = max(width(title), full)
    if fixed:
        return Room(natural, max(head, full), max(head, full))
    words = max(map(_longest_word, cells), default=0)
    names = min(full, _NAME) if first else 0
    return Room(natural, max(head, words, names), max(head, min(words, _WORD), min(names, _WORD)))


def _of_header(title: str) -> int:
    """Cells of the longest word of a header; of wide characters at least two stand in a line."""
    return max((max(_word(word), min(width(word), _HEAD)) for word in title.split()), default=0)


def _longest_word(text: str) -> int:
    """Cells of the longest word; between wide characters a line may end anywhere."""
    return max((_word(word) for word in text.split()), default=0)


def _word(word: str) -> int:
    if not any(width(character) > 1 for character in word):
        return width(word)
    narrow = "".join(character if width(character) < 2 else " " for character in word)
    return max(2, max(map(width, narrow.split()), default=0))


def total(widths: Sequence[int]) -> int:
    """Cells of a row."""
    return sum(widths) + GAP * (len(widths) - 1)


def widths(rooms: Sequence[Room], available: int) -> list[int]:
    """The width of each column: what there is too much of is taken from the widest, down to whole words, then
    down to the least. Wider than available only where even that does not fit."""
    found = [one.natural for one in rooms]
    for floor in ([one.whole for one in rooms], [one.least for one in rooms]):
        while (excess := total(found) - available) > 0:
            wide = max((w for w, low in zip(found, floor, strict=True) if w > low), default=None)
            if wide is None:
                break
            index = next(i for i, w in enumerate(found) if w == wide and w > floor[i])
            others = [w for i, w in enumerate(found) if i != index and w > floor[i]]
            step = max(1, wide - max(others, default=0))
            found[index] -= min(step, excess, wide - floor[index])
    return found
