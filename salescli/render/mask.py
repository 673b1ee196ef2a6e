"""Names as a public list shows them (SPEC S6): masked as people mask them, `张*`, `王*明`."""

from __future__ import annotations

import re
import unicodedata

from salescli.model.book import Names

_STARS = "***"
_WORDS = re.compile(r"[\s·・.]+")


def shown_name(name: str, person: str, how: Names) -> str:
    """A name, or what stands for it.

    Args:
        name: As the book has it.
        person: The person's id.
        how: `full`; `id`; `masked`; `initial`.
    """
    if how == "full":
        return name
    if how == "id":
        return person
    return masked(name) if how == "masked" else initial(name)


def masked(name: str) -> str:
    """First and last character of a Chinese name with a star for each between (`张*`, `王*明`, `欧**明`); the
    first letter of each word of another (`M*** G***`), however long the word is."""
    if not _is_chinese(name):
        return " ".join(word[0] + _STARS if len(word) > 1 else "*" for word in _words(name)) or "*"
    letters = _letters(name)
    if len(letters) < 3:
        return letters[0] + "*" if len(letters) == 2 else "*"
    return letters[0] + "*" * (len(letters) - 2) + letters[-1]


def initial(name: str) -> str:
    """The surname of a Chinese name (`张某`), the initials of another (`M. G.`)."""
    if _is_chinese(name):
        return _letters(name)[0] + "某"
    return " ".join(f"{word[0]}." for word in _words(name)) or "*"


def _letters(name: str) -> list[str]:
    """Characters as people see them, without blanks and dots; what combines stays with what it is on."""
    letters: list[str] = []
    for char in unicodedata.normalize("NFC", _WORDS.sub("", name)):
        if letters and unicodedata.combining(char):
            letters[-1] += char
        else:
            letters.append(char)
    return letters


def _words(name: str) -> list[list[str]]:
    return [letters for word in _WORDS.split(name) if (letters := _letters(word))]


def _is_chinese(name: str) -> bool:
    """Whether it is written in Chinese characters, all of it but blanks and dots."""
    letters = _letters(name)
    return bool(letters) and all("CJK UNIFIED" in unicodedata.name(one[0], "") for one in letters)
