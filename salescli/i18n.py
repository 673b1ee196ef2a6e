"""Floor 0: the language of the output. English is in the code; other languages in `locale/`."""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Literal

Mark = Literal[", ", "; ", ": "]

LANGUAGES = ("en", "zh_CN")

_translation: _gettext.NullTranslations = _gettext.NullTranslations()
_language = "en"


def use(language: str) -> None:
    """Speak `language` (one of `LANGUAGES`) from now on; unknown ones fall back to English."""
    global _translation, _language
    _language = language if language in LANGUAGES else "en"
    folder = Path(__file__).parent / "locale"
    _translation = _gettext.translation("salescli", folder, [_language], fallback=True)


def language() -> str:
    """The language in use."""
    return _language


def gettext(message: str) -> str:
    """`message` in the language in use (an empty text stays empty)."""
    return _translation.gettext(message) if message else ""


def N_(message: str) -> str:
    """Mark a message for translation where it is defined; it is translated where it is shown."""
    return message


class Word(str):
    """A word of ours among the values of a sentence: translated where shown, English for machines."""

    __slots__ = ()


def spoken(params: Mapping[str, object]) -> dict[str, object]:
    """Values of a sentence with our own words in the language in use."""
    return {key: gettext(value) if isinstance(value, Word) else value for key, value in params.items()}


def filled(template: str, params: Mapping[str, object]) -> str:
    """A sentence with its values; `{files:file|files}` is a number with its noun: `1 file`, `2 files`.

    Where a language has one form for both, its sentence has the place alone: `{files}`.
    """
    return _SENTENCE.vformat(template, (), params) if "|" in template else template.format(**params)


class _Sentence(Formatter):
    def format_field(self, value: object, format_spec: str) -> str:
        one, plural, many = format_spec.partition("|")
        if plural:
            return f"{value} {one if str(value) == '1' else many}"
        return str(super().format_field(value, format_spec))


_SENTENCE = _Sentence()


def mark(english: Mark) -> str:
    """A mark between words or sentences, as the language in use writes it."""
    return gettext(english)


def joined(words: Iterable[str], between: Mark = ", ") -> str:
    """Words, or sentences, with a mark of the language in use between them; empty ones are left out."""
    return mark(between).join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Several:
    """Words among the values of a sentence: joined where shown, as the language in use joins them.

    Attributes:
        words: Ids and names are data; a `Word` is one of ours.
        most: So many are named; that there are more is said by `…`.
    """

    words: tuple[str, ...]
    most: int | None = None

    def __str__(self) -> str:
        """The words as they are shown."""
        return self._said(joined(gettext(w) if isinstance(w, Word) else w for w in self.words[: self.most]))

    def __format__(self, spec: str) -> str:
        """As text of a sentence."""
        return format(str(self), spec)

    def in_english(self) -> str:
        """The words for machines: the same in every language."""
        return self._said(", ".join(self.words[: self.most]))

    def _said(self, text: str) -> str:
        """The text of the first words, and `…` where there are more."""
        return f"{text} …" if self.most is not None and len(self.words) > self.most else text


def several(words: Iterable[str], most: int | None = None, none: str = "") -> Several:
    """Words for a sentence, at most so many of them named; `none` stands where there are none."""
    return Several(tuple(words) or (none,), most)
