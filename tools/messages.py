"""Messages of the program and their translations: `python tools/messages.py [--check]`.

Collects every English text that is shown to people from the code and the packaged templates, updates
`salescli/locale/zh_CN/LC_MESSAGES/salescli.po` (translations are kept) and compiles the `.mo` beside it.
`--check` only says what is missing, and exits 1 if anything is.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "salescli/locale/zh_CN/LC_MESSAGES/salescli.po"
MO = PO.with_suffix(".mo")

# Name of a call → position of the argument that is a message.
FIRST = ("gettext", "N_", "Misuse", "Stop", "Refused", "Busy", "Tampered", "BookBroken", "say", "Unclear")
POSITIONS = {
    **dict.fromkeys(FIRST, 0),
    "finding": 2,
    "Column": 1,
    "_ratio": 3,
    "_base": 4,
    "Entry": 3,
    "Step": 1,
}
# Calls all of whose sentences are messages, wherever they stand.
SAYING = ("say", "_say", "_say_at", "wrong", "broken", "matching")
KEYWORDS = ("hint", "template", "text", "title", "why")
WORDS = (
    *("error", "warning", "week", "month", "quarter", "half", "year", "half_even", "down", "up", "plan"),
    *("won", "lost", "cancelled"),
)
# What stands between words, sentences, and a name and what is said of it.
MARKS = (", ", "; ", ": ")
# Words, or marks that another language writes differently.
_SAYS = re.compile(r"[A-Za-z]{2}|[,;:(]")
PLACE = re.compile(r"\{(\w+)[^}]*\}")


def messages() -> set[str]:
    """Every text shown to people."""
    found: set[str] = set()
    for path in sorted((ROOT / "salescli").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                found.update(_of_call(node))
            elif isinstance(node, ast.Assign) and any(_is_template(t) for t in node.targets):
                found.update(_texts(node.value))
    for path in sorted((ROOT / "report_templates").glob("*.j2")):
        found.update(re.findall(r'_\("([^"]+)"\)', path.read_text(encoding="utf-8")))
    found.update(_sections(), _help(), WORDS, MARKS)
    return {text for text in found if _SAYS.search(PLACE.sub("", text))}


def _sections() -> set[str]:
    from salescli.cli.group import COMMANDS

    return {entry.section for entry in COMMANDS.values()}


def _help() -> Iterator[str]:
    """What `--help` says of every command."""
    import importlib

    import click

    from salescli.cli.group import COMMANDS, cli
    from salescli.cli.speech import help_texts

    waiting: list[click.Command] = [cli]
    for entry in COMMANDS.values():
        waiting.append(getattr(importlib.import_module(f"salescli.cli.{entry.module}"), entry.function))
    while waiting:
        command = waiting.pop()
        yield from help_texts(command)
        waiting += command.commands.values() if isinstance(command, click.Group) else ()


def _is_template(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id in ("template", "hint", "why")


def _of_call(node: ast.Call) -> Iterator[str]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    position = POSITIONS.get(name)
    if position is not None and len(node.args) > position:
        yield from _texts(node.args[position])
    if name in SAYING:
        yield from (text for one in node.args for text in _texts(one) if " " in text)
    for keyword in node.keywords:
        if keyword.arg in KEYWORDS:
            yield from _texts(keyword.value)


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.BoolOp | ast.Dict):
        for value in node.values:
            yield from _texts(value)


def catalogue() -> Catalog:
    """The translations there are."""
    if not PO.exists():
        return Catalog(locale="zh_CN", project="salescli")
    return read_po(io.BytesIO(PO.read_bytes()), locale="zh_CN")


def problems() -> list[str]:
    """What is missing, or cannot be right."""
    known = catalogue()
    found = [f"not translated: {text!r}" for text in sorted(messages()) if not _translated(known, text)]
    for message in known:
        places = [sorted(PLACE.findall(str(text))) for text in (message.id, message.string)]
        if message.id and message.string and places[0] != places[1]:
            found.append(f"other places: {message.id!r} and {message.string!r}")
    return found


def _translated(known: Catalog, text: str) -> bool:
    message = known.get(text)
    return message is not None and bool(message.string)


def update() -> None:
    """Write the .po with every message and the .mo with every translation, always the same bytes."""
    known = catalogue()
    fresh = Catalog(locale="zh_CN", project="salescli", fuzzy=False, charset="utf-8")
    for text in sorted(messages()):
        old = known.get(text)
        fresh.add(text, old.string if old is not None else "")
    PO.parent.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    write_po(out, fresh, width=0, omit_header=True, sort_output=True)
    # Dates that are not there would be filled in from the clock when the catalogue is compiled.
    head = 'msgid ""\nmsgstr ""\n"POT-Creation-Date: 2026-01-01 00:00+0000\\n"\n'
    head += '"PO-Revision-Date: 2026-01-01 00:00+0000\\n"\n'
    head += '"Language: zh_CN\\n"\n"MIME-Version: 1.0\\n"\n'
    head += '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n\n'
    PO.write_bytes(head.encode() + out.getvalue())
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(PO.read_bytes()), locale="zh_CN"))
    MO.write_bytes(compiled.getvalue())


if __name__ == "__main__":
    if "--check" not in sys.argv:
        update()
    missing = problems()
    print("\n".join(missing) or "every message is translated")
    sys.exit(1 if missing else 0)
