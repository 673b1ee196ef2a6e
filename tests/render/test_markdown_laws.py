"""Text from books is text in Markdown too: a real parser finds nothing else, and reads back what it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from salescli import i18n
from salescli.model.table import Column, Line, Report, Table
from salescli.render.markdown import escape, render_markdown
from salescli.render.safe import clean

MARKS = st.text("_*`~#>|&!<[](){}-+=.:1a字\\ \t/\"'", max_size=24)
TEXTS = st.one_of(MARKS, st.text(max_size=40))
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
NASTY = [
    "_a_", "__b__", "a _b_ c", "*a*", "**b**", "`c`", "~~d~~", "# e", "- f", "+ g", "1. h", "2) i", "===",
    "---", "    code", "> j", "[k](l)", "![m](n)", "<b>", "&amp;", "a|b", "\\", "a_", "_", "sales_amount",
    "a__b", "_a_b_", "(_a_)", "_字_", "a\\_b_", "| - | - |", "***", "_ _ _", "_(a)_b", "x_(y)_",
]  # fmt: skip


def words(token: Token) -> str:
    """The text of an inline token, which must hold nothing else."""
    children = token.children or []
    assert {child.type for child in children} <= {"text"}, [child.type for child in children]
    return "".join(child.content for child in children)


def is_text(text: str) -> str:
    return " ".join(clean(text).split())


@given(TEXTS)
def test_a_paragraph_of_a_book_is_a_paragraph(text: str) -> None:
    tokens = PARSER.parse(escape(text))
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])
    assert " ".join("".join(words(t) for t in tokens if t.type == "inline").split()) == is_text(text)


@given(TEXTS, TEXTS)
def test_texts_side_by_side_mark_nothing_between_them(one: str, other: str) -> None:
    (inline,) = (t for t in PARSER.parse(f"word {escape(one)}{escape(other)} word") if t.type == "inline")
    assert "".join(words(inline).split()) == "".join(f"word{clean(one)}{clean(other)}word".split())


@given(TEXTS)
def test_a_cell_of_a_book_is_a_cell(text: str) -> None:
    i18n.use("en")
    columns = (Column("name", "x_y"), Column("more", "more"))
    rows = ({"name": text, "more": "7"}, {"name": "8", "more": text})
    table = Table(name="rows", columns=columns, rows=rows)
    header = (Line(template="{text}", params={"text": text}), Line(template="second"))
    found = PARSER.parse(render_markdown(Report(command="x", tables=(table,), header=header)))
    assert [t.type for t in found if t.type.endswith("_open") and t.level == 0][-1] == "table_open"
    cells = [t for t in found if t.type == "inline"][-6:]
    assert [is_text(words(t)) for t in cells] == ["x_y", "more", is_text(text), "7", "8", is_text(text)]


@pytest.mark.parametrize("text", NASTY)
def test_what_would_mark_is_escaped(text: str) -> None:
    test_a_paragraph_of_a_book_is_a_paragraph.hypothesis.inner_test(text)  # type: ignore[attr-defined]
    test_a_cell_of_a_book_is_a_cell.hypothesis.inner_test(text)  # type: ignore[attr-defined]


def test_an_underscore_within_a_word_is_left_alone() -> None:
    assert escape("sales_amount of CRM_2026_08") == "sales_amount of CRM_2026_08"
    assert escape("_a_ b_ __c__") == r"\_a\_ b\_ \_\_c\_\_"
