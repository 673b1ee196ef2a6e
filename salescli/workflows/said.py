"""Words from the command line that are written into the book: one line that can be read back."""

from __future__ import annotations

from salescli.books.fields import MAX_LINE
from salescli.findings import Misuse
from salescli.i18n import N_


def said(text: str, option: str) -> str:
    """The text as one line, runs of white space as one blank.

    Raises:
        Misuse: if it holds control or text-direction characters, or is too long for its place.
    """
    line = " ".join(text.split())
    hidden = next((char for char in line if not char.isprintable()), None)
    if hidden is not None:
        raise Misuse(
            N_("{option} holds a hidden character, {char}"),
            hint=N_("write it without"),
            option=option,
            char=f"U+{ord(hidden):04X}",
        )
    if len(line) > MAX_LINE:
        raise Misuse(
            N_("{option} is longer than {most} characters"),
            hint=N_("say it shorter"),
            option=option,
            most=MAX_LINE,
        )
    return line
