"""YAML as text: whatever a file holds, there is a tree or a finding, never a traceback (SPEC X2, X3)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.books.yamltree import MAX_BYTES, MAX_NODES, MapNode, Scalar, parse_yaml, plain, read_yaml
from salescli.findings import Finding

LAUGHS = "a: &a [lol, lol]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "nested brackets": ("[" * 40_000, "Y004"),
    "nested braces": ("{a: " * 40_000, "Y004"),
    "nested dashes": ("- " * 40_000 + "x", "Y004"),
    "nested blocks": ("".join(" " * i + "a:\n" for i in range(200)), "Y004"),
    "billion laughs": (LAUGHS, "Y008"),
    "alias to itself": ("a: &a [*a]", "Y008"),
    "alias of nothing": ("a: *b", "Y008"),
    "alias as key": ("*a : 1", "Y008"),
    "nul": ("a: b\x00c", "Y013"),
    "escaped nul": ('a: "b\\0c"', "Y013"),
    "escaped bidi": ('a: "\\u202eb"', "Y013"),
    "escaped tab": ('a: "b\\tc"', "Y013"),
    "line separator": ("a: b\u2028c: d", "Y013"),
    "bell": ("a: \x07", "Y013"),
    "python object": ("!!python/object/apply:os.system ['true']", "Y010"),
    "own tag": ("a: !secret x", "Y010"),
    "binary": ("a: !!binary aGk=", "Y010"),
    "merge": ("a: {<<: {b: 1}}", "Y009"),
    "two documents": ("a: 1\n---\nb: 2", "Y011"),
    "directive": ("%YAML 9.9\n---\na: 1", "Y006"),
    "tab": ("a:\n\tb: 1", "Y012"),
    "list as key": ("? [a, b]\n: 1", "Y015"),
    "twice": ("a: 1\na: 2", "Y007"),
    "open string": ('a: "b', "Y006"),
    "percent": ("a: %b", "Y006"),
    "at sign": ("a: @b", "Y006"),
    "backtick": ("a: `b", "Y006"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_a_finding(name: str) -> None:
    text, code = HOSTILE[name]
    found: list[Finding] = []
    parse_yaml(text, "x.yaml", found)
    assert code in {f.code for f in found}, [f.message for f in found]
    assert all(f.message and f.span.path == "x.yaml" for f in found)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfea\x00",
        b"a: \xc4\xe3",
        b"\xef\xbb\xbfa: \xff",
        b"a: \xed\xa0\x80",
        b"\x00" * 10,
        b"\xf4\x90\x80\x80",
    ],
)
def test_bytes_that_are_no_text_are_findings(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(data)
    found: list[Finding] = []
    read_yaml(path, tmp_path, found)
    assert found
    assert {f.code for f in found} <= {"Y002", "Y013"}


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    found: list[Finding] = []
    assert read_yaml(path, tmp_path, found) is None
    assert [f.code for f in found] == ["Y003"]


def test_more_values_than_any_book_needs() -> None:
    found: list[Finding] = []
    assert parse_yaml("[" + "a," * MAX_NODES + "]", "x.yaml", found) is None
    assert [f.code for f in found] == ["Y005"]


def test_a_folder_or_nothing_is_a_finding(tmp_path: Path) -> None:
    found: list[Finding] = []
    assert read_yaml(tmp_path / "none.yaml", tmp_path, found) is None
    (tmp_path / "dir.yaml").mkdir()
    assert read_yaml(tmp_path / "dir.yaml", tmp_path, found) is None
    assert [f.code for f in found] == ["Y001", "Y001"]


def test_scalars_keep_their_text() -> None:
    found: list[Finding] = []
    document = parse_yaml(
        "a: NO\nb: 0123\nc: 12:30\nd: 1e5\ne: null\nf: ~\ng:\nh: ''\ni: 2026-08-01", "x", found
    )
    assert document is not None
    assert plain(document.root) == {
        "a": "NO",
        "b": "0123",
        "c": "12:30",
        "d": "1e5",
        "e": "null",
        "f": "~",
        "g": None,
        "h": "",
        "i": "2026-08-01",
    }
    assert not found


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_places_count_characters_and_any_line_end(tmp_path: Path, end: str, mark: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes((mark + end.join(["名: 小张", "b: {c: 中, d: e}"])).encode())
    found: list[Finding] = []
    document = read_yaml(path, tmp_path, found)
    assert not found
    assert document is not None
    assert isinstance(document.root, MapNode)
    value = document.root.entries["名"][1]
    assert isinstance(value, Scalar)
    assert (value.line, value.column, value.text) == (1, 4, "小张")
    inner = document.root.entries["b"][1]
    assert isinstance(inner, MapNode)
    key, _ = inner.entries["d"]
    assert (key.line, key.column) == (2, 11)
    assert document.source(2) == "b: {c: 中, d: e}"


@given(st.text(alphabet=st.sampled_from("ab:-[]{}#&*!|>'\"%@`,?\n\t \\0é中\u202e"), max_size=60))
def test_any_text_gives_a_tree_or_a_finding(text: str) -> None:
    found: list[Finding] = []
    document = parse_yaml(text, "x.yaml", found)
    assert document is not None or found or not text.strip() or text.lstrip().startswith("#") or "#" in text
    lines = text.replace("\r", "\n").split("\n")
    for finding in found:
        assert 0 <= finding.span.line <= len(lines) + 1
        assert finding.message
