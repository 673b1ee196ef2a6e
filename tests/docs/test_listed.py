"""docs/commands.md names every command and option there is, and the overview says what help says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from salescli.cli.group import COMMANDS, cli

PAGE = (Path(__file__).resolve().parents[2] / "docs/commands.md").read_text(encoding="utf-8")
SHARED = PAGE[PAGE.index("## Options that most") : PAGE.index("## Start")]


def walk(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below `command`, with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None, f"salescli {' '.join(path)} {name} is listed but not there"
            yield from walk(below, (*path, name))


def section(path: tuple[str, ...]) -> str:
    """The part of the page about a command, with that of its subcommands."""
    depth = len(path) + 2
    found = re.search(
        rf"^{'#' * depth} {re.escape(' '.join(path))}\n(.*?)(?=^#{{1,{depth}}} |\Z)",
        PAGE,
        re.MULTILINE | re.DOTALL,
    )
    assert found, f"no section about salescli {' '.join(path)}"
    return found.group(1)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_a_section_an_example_and_all_its_options(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    for path, below in walk(command, (name,)):
        text = section(path)
        assert f"$ salescli {' '.join(path)}" in text
        words = set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", text + SHARED))
        options = [
            o for p in below.params if isinstance(p, click.Option) for o in (*p.opts, *p.secondary_opts)
        ]
        assert sorted(set(options) - words) == [], f"not on the page: salescli {' '.join(path)}"


def test_options_of_the_program_itself_are_named() -> None:
    for parameter in cli.params:
        assert set(parameter.opts) <= set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", SHARED))


def test_the_page_names_no_option_that_is_not_there() -> None:
    known = {"-h", "--help"}
    for _, command in walk(cli, ()):
        known |= {o for p in command.params for o in (*p.opts, *p.secondary_opts)}
    named = set(re.findall(r"`(--?[a-zA-Z][\w-]*)", PAGE))
    assert sorted(named - known) == []


@pytest.mark.parametrize("name", list(COMMANDS))
def test_the_overview_says_what_the_commands_own_help_says(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help is not None
    assert COMMANDS[name].short in (command.help.strip().splitlines()[0], command.get_short_help_str(200))


def test_every_section_of_the_semantics_names_tests_that_are_there() -> None:
    root = Path(__file__).resolve().parents[2]
    text = (root / "docs/semantics.md").read_text(encoding="utf-8")
    for title in re.findall(r"^## (.*)$", text, re.MULTILINE):
        part = text[text.index(f"## {title}") :].split("\n## ")[0]
        named = re.findall(r"`(tests/[\w/.]+)`", part)
        assert named, title
        assert [path for path in named if not (root / path).exists()] == []


def test_headings_that_the_code_points_to_are_in_the_semantics() -> None:
    root = Path(__file__).resolve().parents[2]
    headings = re.findall(r"^## ([^(\n]*)", (root / "docs/semantics.md").read_text(), re.MULTILINE)
    for file in sorted((root / "salescli").rglob("*.py")):
        for title in re.findall(r'docs/semantics\.md, "([^"]+)"', file.read_text(encoding="utf-8")):
            assert any(title.lower() in heading.lower() for heading in headings), (file, title)
