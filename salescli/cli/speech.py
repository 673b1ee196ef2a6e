"""The language of a run: settled before the command line is read, and spoken by click too."""

from __future__ import annotations

import copy
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TypeVar

import click

from salescli import i18n
from salescli.i18n import N_, gettext
from salescli.render.safe import width, wrapped

# What click says of a command line, and the words of its help. It looks them up under these texts.
CLICK = (
    N_("Usage:"),
    N_("Options"),
    N_("Commands"),
    N_("Show this message and exit."),
    N_("Show the version and exit."),
    N_("Error: {message}"),
    N_("Try '{command} {option}' for help."),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Did you mean {possibility}?"),
    N_("(Did you mean one of: {possibilities}?)"),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Missing command."),
    N_("Choose from:\n\t{choices}"),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Option {name!r} requires an argument."),
    N_("Option {name!r} does not take a value."),
    N_("Got unexpected extra argument ({args})"),
    N_("Got unexpected extra arguments ({args})"),
    N_("{value!r} is not {choice}."),
    N_("{value!r} is not one of {choices}."),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("{name} {filename!r} is a file."),
    N_("{name} {filename!r} is a directory."),
    N_("default: {default}"),
    N_("required"),
    N_("Aborted!"),
)
# Words that stand for values: `--on DATE`, `PERIOD`, `'x' is not a valid integer range`.
PLACES = (
    N_("[OPTIONS]"),
    N_("COMMAND [ARGS]..."),
    N_("integer range"),
    N_("path"),
    N_("file"),
    N_("directory"),
    N_("text"),
    N_("CODE"),
    N_("DATE"),
    N_("DAY"),
    N_("DAYS"),
    N_("DIR"),
    N_("FILE"),
    N_("ID"),
    N_("KIND"),
    N_("LIST"),
    N_("MAP"),
    N_("MONTH"),
    N_("NUMBER"),
    N_("PATH"),
    N_("PERIOD"),
    N_("PERSON"),
    N_("PLAN"),
    N_("DEAL"),
    N_("RATE"),
    N_("SECONDS"),
    N_("VALUE"),
    N_("VALUES"),
    N_("YEAR"),
)
_EXAMPLE = "Example: "
C = TypeVar("C", bound=click.Command)


# --- which language


def settle_language(words: Sequence[str]) -> None:
    """Speak the language of `--lang`, else of the book meant by `-C`, `SALESCLI_DIR` or the folder one is in.

    It is looked for among the words before they are understood, so that what is wrong with them can be
    said in it. Outside of a book it is English.
    """
    told = _last(words, "--lang")
    i18n.use(told if told in i18n.LANGUAGES else _book_language(words))


def _book_language(words: Sequence[str]) -> str:
    start = _last(words, "-C", "--dir") or os.environ.get("SALESCLI_DIR") or "."
    try:
        folder = Path(start).resolve()
        # As `find_root`, which brings in all of a book and would double the time of `--help`.
        inside = (place for place in (folder, *folder.parents) if (place / "salescli.yaml").is_file())
        root = next(inside, None)
    except (OSError, ValueError):  # no such path can be; what uses it says so
        return "en"
    return "en" if root is None else locale_of(root)


def _last(words: Sequence[str], *names: str) -> str:
    """The value of an option, the last one if it is given several times; empty without one."""
    found = ""
    for word, after in zip_longest(words, words[1:], fillvalue=""):
        if word == "--":
            break
        for name in names:
            if word == name:
                found = after
            elif word.startswith(f"{name}=") and name.startswith("--"):
                found = word.removeprefix(f"{name}=")
            elif word.startswith(name) and not name.startswith("--"):
                found = word.removeprefix(name)
    return found


def locale_of(root: Path) -> str:
    """The `locale:` line of a book's `salescli.yaml`, or English; a broken file is reported by others."""
    try:
        text = (root / "salescli.yaml").read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return "en"
    found = re.search(r"^locale:\s*[\"']?(\w+)", text, re.MULTILINE)
    return found.group(1) if found else "en"


# --- help and usage errors in it


def teach_click() -> None:
    """Let click say what it says in the language in use.

    Its modules ask `gettext` for the language of the environment under the names `_` and `ngettext`; they
    get ours instead.
    """
    from click import core, decorators, exceptions, formatting, parser, termui, types

    ours = {"_": gettext, "ngettext": lambda one, many, count: gettext(one if count == 1 else many)}
    for module in (core, decorators, exceptions, formatting, parser, termui, types):
        for name, function in ours.items():
            if hasattr(module, name):
                setattr(module, name, function)


def help_texts(command: click.Command) -> Iterator[str]:
    """Every English text of a command's own help, without those of commands below it."""
    for text in _paragraphs(command.help or ""):
        if not text.startswith(_EXAMPLE) or '"' in text:  # words of a person in it
            yield text
    for param in command.params:
        if isinstance(param, click.Option) and param.help:
            yield param.help


def spoken(command: C) -> C:
    """A command that explains itself in the language in use; itself in English."""
    if i18n.language() == "en":
        return command
    told = copy.copy(command)
    told.context_class = _Context
    told._help_option = None  # click keeps the one it showed, in the language of then
    told.help = "\n\n".join(map(_paragraph, _paragraphs(command.help or ""))) or None
    told.options_metavar = gettext(command.options_metavar or "")
    told.params = [_param(param) for param in command.params]
    if isinstance(told, click.Group):
        told.subcommand_metavar = gettext(told.subcommand_metavar)
        told.commands = {name: spoken(below) for name, below in told.commands.items()}
    return told


def _paragraphs(text: str) -> list[str]:
    """Paragraphs of a docstring, a line each; without the `Example:` before an example."""
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def _paragraph(text: str) -> str:
    if text.startswith(_EXAMPLE) and '"' not in text:
        return gettext(N_("Example: {line}")).format(line=text.removeprefix(_EXAMPLE))
    return gettext(text)


def _param(param: click.Parameter) -> click.Parameter:
    told = copy.copy(param)
    told.type = copy.copy(param.type)
    if getattr(told.type, "name", "") in PLACES:
        told.type.name = gettext(told.type.name)
    if isinstance(told, click.Option):
        told.help = gettext(told.help or "") or None
    shown = told.metavar or (told.name or "").upper() if isinstance(told, click.Argument) else told.metavar
    if shown:
        told.metavar = re.sub(r"\w+", lambda word: gettext(word[0]) if word[0] in PLACES else word[0], shown)
    return told


class _Formatter(click.HelpFormatter):
    """Help in which a Chinese character is two cells wide, and lines break between any two of them."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The usage line, after the language's colon."""
        super().write_usage(prog, args, prefix=gettext("Usage:") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """A heading and the language's colon."""
        self.write(f"{'':>{self.current_indent}}{heading}{i18n.mark(': ').rstrip()}\n")

    def write_text(self, text: str) -> None:
        """Paragraphs with a blank line between."""
        indent = " " * self.current_indent
        parts = [wrapped(part, self.width - self.current_indent) for part in text.split("\n\n")]
        self.write("\n\n".join("\n".join(indent + line for line in part) for part in parts) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Terms and what they mean, in two columns."""
        rows = list(rows)
        first = min(max(width(term) for term, _ in rows), col_max) + col_spacing
        for term, meaning in rows:
            lines = wrapped(meaning, max(self.width - first - 2, 10)) or [""]
            if width(term) > first - col_spacing:
                self.write(f"{'':>{self.current_indent}}{term}\n")
                term = ""
            for line in lines:
                pad = " " * (first - width(term))
                self.write(f"{'':>{self.current_indent}}{term}{pad}{line}".rstrip() + "\n")
                term = ""


class _Context(click.Context):
    formatter_class = _Formatter


def show(error: click.ClickException) -> None:
    """Say what is wrong with a command line, on stderr, with the marks of the language in use."""
    said = io.StringIO()
    error.show(said)
    text = said.getvalue()
    if i18n.language() != "en":  # click ends and joins its sentences with its own
        text = re.sub(r"(?<=')\.(?= |$)", "。", text, flags=re.MULTILINE)
        text = text.replace("', '", f"'{i18n.mark(', ')}'").replace("。 ", "。")
    click.echo(text, nl=False, err=True)
