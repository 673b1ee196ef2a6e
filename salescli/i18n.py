"""Floor 0: the language of the output. English is in the code; other languages in `locale/`."""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Mapping
from pathlib import Path

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
