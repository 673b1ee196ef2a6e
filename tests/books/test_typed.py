"""Files as models: every error at its place, in words (SPEC G1)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from salescli.books.typed import Id, IsoDate, Model, Money, Rate, Text, load_typed
from salescli.findings import Finding


class Part(Model):
    since: IsoDate = Field(alias="from")
    rate: Rate | None = None


class Thing(Model):
    id: Id
    amount: Money | None = None
    kind: Literal["one", "two"] | None = None
    parts: list[Part] = Field(default=[])
    many: dict[Text, Text | list[Text] | Part] = Field(default={})


def read(folder: Path, text: str) -> tuple[object, list[tuple[str, int, int, str]]]:
    (folder / "x.yaml").write_text(text, encoding="utf-8")
    found: list[Finding] = []
    typed = load_typed(folder / "x.yaml", Thing, folder, found)
    return typed, [(f.code, f.span.line, f.span.column, f.message + f.hint) for f in found]


def test_every_error_at_its_place(tmp_path: Path) -> None:
    typed, found = read(
        tmp_path,
        "id: 经理\namount: 80万\nkind: three\nparts:\n  - {from: 2026-02-30, rate: 0.5}\n  - {rat: 1%}\n",
    )
    assert typed is None
    assert [place[:3] for place in found] == [
        ("Y115", 1, 5),
        ("Y110", 2, 9),
        ("Y117", 3, 7),
        ("Y113", 5, 12),
        ("Y111", 5, 30),
        ("Y101", 6, 5),
        ("Y102", 6, 6),
    ]
    text = " ".join(message for *_, message in found)
    assert "800000" in text
    assert "50%" in text
    assert "did you mean `rate`?" in text
    for jargon in ("Input should", "pydantic", "valid", "str", "dict", "type"):
        assert jargon not in text


def test_several_ways_to_write_a_value_give_one_complaint(tmp_path: Path) -> None:
    _, found = read(tmp_path, "id: a\nmany:\n  x: {from: soon}\n  y: [[1]]\n  z: b\n")
    assert [place[:2] for place in found] == [("Y113", 3), ("Y105", 4)]


def test_a_sound_file_knows_where_everything_stands(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("id: a\nparts:\n  - from: 2026-08-01\n    rate: 50%\n")
    found: list[Finding] = []
    typed = load_typed(tmp_path / "x.yaml", Thing, tmp_path, found)
    assert typed is not None
    assert str(typed.at("parts", 0, "rate")) == "x.yaml:4"
    assert typed.at("parts", 0, "rate").column == 11
    assert typed.key("parts", 0, "rate").column == 5
    assert str(typed.at("parts", 0, "none")) == "x.yaml:3"
    assert typed.text("parts", 0, "from") == "2026-08-01"


def test_nothing_at_all_is_said_too(tmp_path: Path) -> None:
    for text in ("", "# nothing\n", "just text\n", "- a\n", "...\n"):
        typed, found = read(tmp_path, text)
        assert typed is None
        assert found, text
