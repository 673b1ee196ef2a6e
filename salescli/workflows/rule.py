"""`salescli rule`: what a finding means, with a wrong and a right example (SPEC I7)."""

from __future__ import annotations

from salescli.code_examples import CODE_EXAMPLES
from salescli.codes import CODES
from salescli.findings import Misuse, did_you_mean
from salescli.i18n import N_, gettext
from salescli.model.table import Column, Report, Row, Table

COLUMNS = ("code", "title", "why", "wrong", "right")


def rule(code: str | None) -> Report:
    """A finding explained, or all of them named.

    Raises:
        Misuse: if there is no such code.
    """
    if code is not None and code.upper() not in CODES:
        near = did_you_mean(code.upper(), CODES)
        hint = N_("did you mean {near}?") if near else N_("salescli rule lists them all")
        raise Misuse(N_("there is no finding code {code}"), hint=hint, code=code.upper(), near=near)
    chosen = sorted(CODES) if code is None else [code.upper()]
    columns = tuple(Column(key=name, title=name) for name in COLUMNS)
    table = Table(name="rows", columns=columns, rows=tuple(_row(c) for c in chosen), people=False)
    listed = "".join(f"{c}  {gettext(CODES[c].title)}\n" for c in chosen)
    return Report(command="rule", tables=(table,), document=listed if code is None else _told(chosen[0]))


def _row(code: str) -> Row:
    shown = CODE_EXAMPLES.get(code)
    return {
        "code": code,
        "title": gettext(CODES[code].title),
        "why": gettext(CODES[code].why),
        "wrong": shown.wrong if shown else "",
        "right": shown.right if shown else "",
    }


def _told(code: str) -> str:
    text = f"{code}: {gettext(CODES[code].title)}\n\n{gettext(CODES[code].why)}\n"
    shown = CODE_EXAMPLES.get(code)
    if shown is not None:
        text += f"\n{gettext(N_('Wrong:'))}\n\n{_indented(shown.wrong)}"
        text += f"\n{gettext(N_('Right:'))}\n\n{_indented(shown.right)}"
    return text


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())
