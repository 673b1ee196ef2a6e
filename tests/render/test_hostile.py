"""Text from books is data in every form: it steers no terminal, opens no markup, runs no formula."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from salescli import i18n
from salescli.model.table import Column, Report, Table
from salescli.render.csv import render_csv
from salescli.render.json import render_json
from salescli.render.markdown import render_markdown
from salescli.render.plain import render_plain
from salescli.render.terminal import render_terminal

HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "[red]x[/red]",
    ":smile:",
    "a\u202eb",
    "a\u200bb",
    "\ufeffa",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "a|b",
    "`rm`",
    "**b**",
    "<img src=x>",
    "line\nbreak",
    "line\r\nbreak",
    "\x9b31m",
    "{0.__class__}",
    "%s",
    'quote"d, comma',
]
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def report(text: str) -> Report:
    columns = (Column("name", "name"), Column("n", "count", "count"))
    return Report(
        command="status", tables=(Table(name="rows", columns=columns, rows=({"name": text, "n": 7},)),)
    )


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_terminal_shows_one_harmless_row(text: str) -> None:
    shown = render_terminal(report(text), width=80)
    assert not STEERING.search(shown)
    assert len(shown.splitlines()) == 3, shown
    assert shown.splitlines()[2].split()[-1] == "7"
    assert shown.endswith("\n")


@pytest.mark.parametrize(
    "text", ["[red]x[/red]", ":smile:", "{0.__class__}", "%s", "[link=http://a]b[/link]"]
)
def test_a_terminal_shows_markup_as_it_stands(text: str) -> None:
    assert text in render_terminal(report(text), width=80)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_colour_comes_from_us_alone(text: str) -> None:
    ours = re.compile(r"\x1b\[[\d;]*m")
    with_colour = ours.sub("", render_terminal(report(text), width=80, color=True))
    assert not STEERING.search(with_colour)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_plain_keeps_a_row_a_line_and_a_cell_a_field(text: str) -> None:
    lines = render_plain(report(text)).split("\n")
    assert len(lines) == 3
    assert lines[2] == ""
    assert [len(line.split("\t")) for line in lines[:2]] == [2, 2]
    assert not STEERING.search(lines[1].replace("\t", ""))


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_csv_gives_the_text_back_and_never_a_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(render_csv(report(text)), newline="")))
    assert rows[0] == ["name", "n"]
    assert rows[1][1] == "7"
    assert not rows[1][0].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert rows[1][0].removeprefix("'") == text


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_json_keeps_every_character(text: str) -> None:
    document = json.loads(render_json(report(text)))
    assert document["rows"] == [{"name": text, "n": "7"}]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_markdown_has_one_row_of_two_cells_without_live_markup(text: str) -> None:
    lines = render_markdown(report(text)).strip().splitlines()
    assert len(lines) == 3, lines
    assert len(re.findall(r"(?<!\\)\|", lines[2])) == 3
    assert not re.search(r"(?<!\\)[`*<\[]", lines[2])
    assert not STEERING.search(lines[2])
