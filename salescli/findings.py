"""Floor 0: where something stands in a file (`Span`) and what is wrong there (`Finding`).

A wrong file is a finding – data, collected, all of them at once. A wrong program is an exception.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from salescli.codes import CODES
from salescli.i18n import N_, Word, filled, gettext, spoken

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a file of the book.

    Attributes:
        path: Path relative to the book's root, with forward slashes.
        line: 1 for the first line; 0 if the finding is about the file as a whole.
        column: 1 for the first character; 0 if the finding is about the line as a whole.
    """

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """`path:line`, as shown beside results; findings add the column themselves."""
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong in a book, with its place, reason and remedy (SPEC G1).

    Attributes:
        code: A key of `CODES`, e.g. `F004`.
        span: Where it is.
        template: English message with `{named}` places; also the key of its translation.
        params: Values for the places of `template` and `hint`; text from books, never markup.
        hint: What to write instead (same `{named}` places), or empty.
        source: The user's own line, for the caret; None where there is none.
        severity: `error` stops every calculation, `warning` does not.
    """

    code: str
    span: Span
    template: str
    params: dict[str, object] = field(default_factory=dict)
    hint_template: str = ""
    source: str | None = None
    severity: Severity = "error"

    @property
    def message(self) -> str:
        """The message in the language in use."""
        return filled(gettext(self.template), spoken(self.params))

    @property
    def hint(self) -> str:
        """The remedy in the language in use; empty if there is none."""
        return filled(gettext(self.hint_template), spoken(self.params)) if self.hint_template else ""

    def sort_key(self) -> tuple[str, int, int, str, str]:
        """By place, then code: the order in which findings are shown."""
        return (self.span.path, self.span.line, self.span.column, self.code, self.message)


def finding(
    code: str,
    span: Span,
    template: str,
    *,
    hint: str = "",
    source: str | None = None,
    severity: Severity = "error",
    **params: object,
) -> Finding:
    """Make a finding; `template` and `hint` are English with `{named}` places filled from `params`.

    Raises:
        KeyError: if `code` is not in `CODES` (our bug).
    """
    if code not in CODES:
        raise KeyError(code)
    return Finding(
        code=code,
        span=span,
        template=template,
        params=params,
        hint_template=hint,
        source=source,
        severity=severity,
    )


def has_errors(found: Iterable[Finding]) -> bool:
    """True if any finding is an error: nothing may then be calculated or written."""
    return any(f.severity == "error" for f in found)


# What operating systems and libraries say of a file, as they say it.
_SYSTEM = (
    N_("unexpected end of data"),
    N_("',' expected after '\"'"),
    N_("';' expected after '\"'"),
    N_("line contains NUL"),
    N_("Cannot detect file format"),
    N_("Directory not empty"),
    N_("Disk quota exceeded"),
    N_("File exists"),
    N_("File name too long"),
    N_("File too large"),
    N_("Input/output error"),
    N_("Invalid argument"),
    N_("Is a directory"),
    N_("No space left on device"),
    N_("No such file or directory"),
    N_("Not a directory"),
    N_("Operation not permitted"),
    N_("Permission denied"),
    N_("Read-only file system"),
    N_("Too many levels of symbolic links"),
    N_("Too many open files"),
)


def reason(error: OSError) -> Word:
    """Why the operating system refuses a file."""
    return Word(error.strerror or type(error).__name__)


# Characters that nobody sees, by Unicode's names.
_CHARACTERS = (
    N_("control character"),
    N_("ARABIC LETTER MARK"),
    N_("FIRST STRONG ISOLATE"),
    N_("LEFT-TO-RIGHT EMBEDDING"),
    N_("LEFT-TO-RIGHT ISOLATE"),
    N_("LEFT-TO-RIGHT MARK"),
    N_("LEFT-TO-RIGHT OVERRIDE"),
    N_("LINE SEPARATOR"),
    N_("PARAGRAPH SEPARATOR"),
    N_("POP DIRECTIONAL FORMATTING"),
    N_("POP DIRECTIONAL ISOLATE"),
    N_("RIGHT-TO-LEFT EMBEDDING"),
    N_("RIGHT-TO-LEFT ISOLATE"),
    N_("RIGHT-TO-LEFT MARK"),
    N_("RIGHT-TO-LEFT OVERRIDE"),
    N_("SOFT HYPHEN"),
    N_("WORD JOINER"),
    N_("ZERO WIDTH JOINER"),
    N_("ZERO WIDTH NO-BREAK SPACE"),
    N_("ZERO WIDTH NON-JOINER"),
    N_("ZERO WIDTH SPACE"),
)


def character_name(char: str, otherwise: str = "") -> str:
    """`U+202E RIGHT-TO-LEFT OVERRIDE`, for messages that must not contain the character itself."""
    import unicodedata

    return f"U+{ord(char):04X} {gettext(unicodedata.name(char, otherwise))}".strip()


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The known word nearest to `word`, or an empty string; ties by the order of the alphabet."""
    import difflib

    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return close[0] if close else ""


class BookBroken(Exception):
    """The book has errors: nothing is calculated, nothing written (exit 1)."""

    def __init__(self, found: Iterable[Finding]) -> None:
        super().__init__("the book has errors")
        self.found = list(found)


class Stop(Exception):
    """A command cannot go on: one line for the user, and what would work.

    `template` and `hint` are English with `{named}` places, translated where they are shown.
    """

    exit_code = 2

    def __init__(self, template: str, /, *, hint: str = "", **params: object) -> None:
        super().__init__(template)
        self.template = template
        self.hint_template = hint
        self.params = params

    @property
    def message(self) -> str:
        """The line in the language in use."""
        return filled(gettext(self.template), spoken(self.params))

    @property
    def hint(self) -> str:
        """What would work; may be empty."""
        return filled(gettext(self.hint_template), spoken(self.params)) if self.hint_template else ""


class Misuse(Stop):
    """No project found, unknown person, period without facts (exit 2)."""


class Refused(Stop):
    """The state of a settlement forbids it (exit 4)."""

    exit_code = 4


class Busy(Stop):
    """Another run holds the book (exit 5)."""

    exit_code = 5


class Tampered(Stop):
    """What was recorded and what is there differ (exit 6)."""

    exit_code = 6
