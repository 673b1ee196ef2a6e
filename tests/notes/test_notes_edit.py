"""Laws of changing YAML in place: only insertions, and the text means the old one and the change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salescli.books.edit import append_entries, scalar_text, set_keys
from salescli.books.yamltree import parse_yaml, plain
from salescli.findings import Finding, Refused

WORDS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zl", "Zp"), blacklist_characters="\ufffe\uffff"),
    max_size=30,
)
COMMENTS = st.sampled_from(["", "   # why", "  #x: y", "    # '\" {["])


def read(text: bytes) -> object:
    found: list[Finding] = []
    document = parse_yaml(text.decode("utf-8-sig"), "f.yaml", found)
    assert document is not None, found
    return plain(document.root)


@given(WORDS)
def test_any_text_is_read_back(word: str) -> None:
    expected = word if word else None
    for line in (f"a: {scalar_text(word)}\n", f"a: {{b: {scalar_text(word)}, c: 1}}\n"):
        value = read(line.encode())
        assert isinstance(value, dict)
        inner = value["a"] if not isinstance(value["a"], dict) else value["a"]["b"]
        assert inner in (word, expected)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, int]:
    """A list of entries in blocks or braces, with comments and keys in any order."""
    lines = ["# head", "actions:"]
    count = draw(st.integers(1, 4))
    for number in range(count):
        keys = draw(st.permutations(["id", "due", "text"]))
        values = {"id": f"a{number}", "due": "2026-09-01", "text": scalar_text(draw(WORDS) or "x")}
        if draw(st.booleans()):
            body = ", ".join(f"{key}: {values[key]}" for key in keys)
            lines.append(f"  - {{{body}}}{draw(COMMENTS)}")
        else:
            lines += [f"  {'- ' if at == 0 else '  '}{key}: {values[key]}" for at, key in enumerate(keys)]
        lines += draw(st.sampled_from([[], ["# between"], [""], ["", "  # in it", ""]]))
    lines += draw(st.sampled_from([[], ["watch:", "  - {metric: x}"], ["# end"]]))
    ends = draw(st.sampled_from(["\n", "\r\n"]))
    return ends.join(lines) + draw(st.sampled_from(["", ends])), draw(st.integers(0, count - 1))


@given(files(), WORDS)
def test_keys_are_only_inserted(file: tuple[str, int], note: str) -> None:
    text, at = file
    note = " ".join(note.split()) or "x"
    after = set_keys(text.encode(), "f.yaml", ("actions", at), {"done": "2026-09-10", "note": note}, "due")
    expected = read(text.encode())
    assert isinstance(expected, dict)
    entry = expected["actions"][at]
    assert isinstance(entry, dict)
    entry |= {"done": "2026-09-10", "note": note}
    assert read(after) == expected
    assert is_subsequence(text, after.decode())


@given(files(), st.lists(WORDS, min_size=1, max_size=3))
def test_entries_are_only_inserted(file: tuple[str, int], words: list[str]) -> None:
    text, _ = file
    new = [f"id: n{number}\ntext: {scalar_text(word or 'x')}\n" for number, word in enumerate(words)]
    for key in ("actions", "diagnoses"):
        after = append_entries(text.encode(), "f.yaml", key, new, "")
        value, before = read(after), read(text.encode())
        assert isinstance(value, dict)
        assert isinstance(before, dict)
        assert value[key] == [
            *(before.get(key) or []),
            *({"id": f"n{number}", "text": word or "x"} for number, word in enumerate(words)),
        ]
        assert is_subsequence(text, after.decode())


def is_subsequence(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(char in rest for char in part)


def test_a_list_that_ends_in_a_text_of_lines() -> None:
    text = b"actions:\n- id: a\n  text: |\n    one\n    # no comment\n\n\n# end\n"
    after = append_entries(text, "f.yaml", "actions", ["id: b\n"], "")
    assert read(after) == {"actions": [{"id": "a", "text": "one\n# no comment\n"}, {"id": "b"}]}


@pytest.mark.parametrize(
    "text",
    [
        "actions: []\n",
        "{actions: }\n",
        "actions: {a: b}\n",
        "actions: text\n",
        "...\n",
        "actions:\n- a\n...\n",
    ],
)
def test_what_leaves_no_place_is_refused_or_read_back(text: str) -> None:
    try:
        after = append_entries(text.encode(), "f.yaml", "actions", ["id: b\n"], "")
    except Refused:
        return
    assert "b" in str(read(after))
