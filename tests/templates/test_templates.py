"""Templates are the users' own: checked without figures, sandboxed, told by line (SPEC R1, X3)."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salescli.findings import BookBroken, Finding
from salescli.model.table import Line
from salescli.model.template import Markdown, TemplateKind, Variable
from salescli.render.template import Template, check_template
from salescli.workflows.template_kinds import TEMPLATES
from salescli.workflows.templates import check_templates, document

KIND = TemplateKind(
    "small",
    "for tests",
    (
        Variable("name", "a text", "Zhang"),
        Variable("lines", "texts", ["one", "two"]),
        Variable("things", "mappings", [{"id": "a", "late": True}]),
        Variable("table", "a table", Markdown("| a |")),
        Variable("count", "a number", 3),
    ),
)
VALUES = dict(KIND.examples())
PATH = "report_templates/small.md.j2"


def small(source: str) -> Template:
    return Template(KIND, PATH, source)


def filled(source: str, **values: object) -> str:
    return small(source).fill({**VALUES, **values})


def told(found: list[Finding]) -> list[tuple[str, int, str]]:
    return [(one.code, one.span.line, one.severity) for one in found]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ name }}", []),
        ("{% for x in lines %}{{ x }}{{ loop.index }}{% else %}none{% endfor %}", []),
        ("{% set y = name %}{{ y }}{% macro m(a, b=count) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}", []),
        ("{% with a = name %}{{ a }}{% endwith %}{% filter upper %}{{ name }}{% endfilter %}", []),
        ("{% set n = namespace(x=1) %}{% for i in range(3) %}{% set n.x = i %}{% endfor %}{{ n.x }}", []),
        ("{% call(u) m() %}{{ u }}{% endcall %}{% macro m() %}{% endmacro %}", [("R003", 1, "error")]),
        ("ok\n{{ nothing }}\n{{ other }}\n", [("R003", 2, "error"), ("R003", 3, "error")]),
        ("{% for x in lines %}{{ x }}{% endfor %}\n{{ x }}", [("R003", 2, "error")]),
        ("{% with a = name %}{% endwith %}\n\n{{ a }}", [("R003", 3, "error")]),
        ("{% if false %}\n{{ hidden_in_a_branch }}\n{% endif %}", [("R003", 2, "error")]),
        ("{% for t in things %}\n{{ t.idd }}\n{% endfor %}", [("R003", 2, "error")]),
        ("\n\n{{ lines[7] }}", [("R003", 3, "warning")]),
        ("ok\n\n{% for x in %}\n", [("R002", 3, "error")]),
        ("{{ name | nosuch }}\n{{ missing }}", [("R002", 1, "error"), ("R003", 2, "error")]),
        ("{% if name is nosuch %}{% endif %}", [("R002", 1, "error")]),
        ("{{ lipsum() }}", [("R003", 1, "error")]),
        ("{{ lines | random }}", [("R002", 1, "error")]),
        ("\n{% include '/etc/passwd' %}", [("R002", 2, "error")]),
        ("{% import 'x' as x %}{% extends 'y' %}", [("R002", 1, "error"), ("R002", 1, "error")]),
        ("{{ name.__class__.__mro__ }}", [("R004", 1, "warning")]),
        ("\n{{ lines.append('x') }}", [("R004", 2, "warning")]),
        ("{{ lines.append }}", [("R004", 1, "warning")]),
        ("{{ 1 / 0 }}", [("R004", 1, "warning")]),
        ("{{ 'x' * 100000000000 }}", [("R004", 1, "warning")]),
        ("{{ 9 ** 99999999 }}", [("R004", 1, "warning")]),
        ("{{ '%999999999d' % 1 }}", [("R004", 1, "warning")]),
        ("{% for a in range(9999) %}{{ range(9999) | sum or '' }}{% endfor %}", [("R004", 1, "warning")]),
        ("{% for a in range(9999) %}" + "{{ lines }}" * 100 + "{% endfor %}", [("R005", 0, "error")]),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", [("R002", 0, "error")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_without_figures(source: str, expected: list[tuple[str, int, str]]) -> None:
    assert told(check_template(small(source))) == expected


@pytest.mark.parametrize("source", ["{{ nothing }}", "{% if %}", "{{ lines[9] }}", "{{ 1 / 0 }}"])
def test_what_is_wrong_stops_a_document_with_the_same_finding(source: str) -> None:
    with pytest.raises(BookBroken) as broken:
        filled(f"\n{source}")
    (found,) = broken.value.found
    assert (found.code, found.span.path, found.span.line) == (
        check_template(small(f"\n{source}"))[0].code,
        PATH,
        2,
    )
    assert found.source == source
    assert found.hint


def test_a_misspelt_value_is_pointed_at() -> None:
    (found,) = check_template(small("a {{ nam }}"))
    assert (found.span.column, found.hint) == (6, "did you mean name? docs/templates.md lists them all")


def test_exactly_the_values_of_the_kind_are_given() -> None:
    with pytest.raises(KeyError):
        filled("x", extra=1)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=40))
def test_text_is_data_wherever_it_stands(text: str) -> None:
    """X3: a name is one harmless line, and is no template."""
    source = "{{ name }}\x00{% for x in lines %}{{ x }}{% endfor %}\x00{{ things[0].id }}\x00{{ table }}"
    values = {"name": text, "lines": [Line(template="{x}", params={"x": text})], "things": [{"id": text}]}
    parts = filled(source, **values).split("\x00")
    assert parts[0] == parts[1] == parts[2]
    assert parts[3] == "| a |"
    assert "\n" not in parts[0]
    plain = parts[0].replace("\\\\", "")
    for index, char in enumerate(plain):
        within = plain[index - 1 : index + 2]  # an underscore within a word marks nothing
        if char in "`*_{}[]<>#|~&!" and not (char == "_" and re.fullmatch(r"[^\W_]_[^\W_]", within)):
            assert plain[index - 1] == "\\", parts[0]


@pytest.mark.parametrize("name", list(TEMPLATES))
@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_packaged_templates_are_sound_and_fill_with_nothing_too(name: str, lang: str, tmp_path: Path) -> None:
    from salescli import i18n

    i18n.use(lang)
    try:
        root = Path(__file__).resolve().parents[2]
        assert check_templates(root, ()) == []
        empty = {key: _nothing(value) for key, value in TEMPLATES[name].examples().items()}
        text = document(tmp_path, name)(empty)
        assert text.startswith("# ")
        assert text.endswith("\n")
    finally:
        i18n.use("en")


def _nothing(value: object) -> object:
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return 0
    return [] if isinstance(value, list) else ""


def test_files_that_cannot_be_read_or_are_not_used(tmp_path: Path) -> None:
    folder = tmp_path / "report_templates"
    folder.mkdir()
    (folder / "monthly.md.j2").write_bytes("月报".encode("gb18030"))
    (folder / "weekly.md.j2").write_bytes(b"x" * 1_000_001)
    (folder / "wall.md.j2").symlink_to(tmp_path / "nowhere")
    (folder / "public.md.j2").mkdir()
    (folder / "montly.md.j2").write_text("x")
    (folder / "README.txt").write_text("x")
    (folder / ".hidden").write_text("x")
    (folder / "certificate.md.j2").write_text("\ufeff{{ name }}\r\n", encoding="utf-8")
    found = {one.span.path.split("/")[1]: one for one in check_templates(tmp_path, ())}
    assert {name: one.code for name, one in found.items()} == {
        "README.txt": "R006",
        "montly.md.j2": "R006",
        "monthly.md.j2": "R001",
        "weekly.md.j2": "R001",
        "wall.md.j2": "R001",
        "public.md.j2": "R001",
    }
    assert found["montly.md.j2"].hint == "did you mean monthly.md.j2?"
    with pytest.raises(BookBroken):
        document(tmp_path, "monthly")


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "report_templates/monthly.md.j2"
    path.parent.mkdir()
    path.write_text("x")
    path.chmod(0)
    assert [one.code for one in check_templates(tmp_path, ())] == ["R001"]
