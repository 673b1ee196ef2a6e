"""JSON Schemas are sound, and agree with what is read."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from salescli.books import load_book
from salescli.books.typed import load_typed
from salescli.books.yamltree import parse_yaml, plain
from salescli.findings import Finding
from salescli.workflows.init import init
from salescli.workflows.schemas import KINDS, schema_of

ROOT = Path(__file__).resolve().parents[2]
BASE = ROOT / "tests" / "cases" / "base"
FILES = {
    "settings": "salescli.yaml",
    "org": "ledger/org.yaml",
    "targets": "ledger/targets/Q3.yaml",
    "metrics": "policies/metrics.yaml",
    "plan": "policies/plans/am.yaml",
}


class AsEditors(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it: dates are text."""


AsEditors.yaml_implicit_resolvers = {
    key: [pair for pair in pairs if pair[0] not in ("tag:yaml.org,2002:timestamp",)]
    for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_sound(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema_of(kind))


@pytest.mark.parametrize("kind", FILES)
def test_what_is_read_fits_its_schema(kind: str) -> None:
    value = yaml.load((BASE / FILES[kind]).read_text(encoding="utf-8"), AsEditors)
    jsonschema.validate(value, schema_of(kind))


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("settings", "currency: CNY", "curency: CNY"),
        ("targets", "90%", "wrong%"),
        ("metrics", "at_least: 0%", "at_least: 0.3"),
        ("plan", "mode: whole", "mode: hole"),
        ("plan", "rate: 1.5%", "rate: 0.015"),
        ("org", "2020-01-01", "2020/1/1"),
    ],
)
def test_what_is_refused_does_not_fit(kind: str, old: str, new: str) -> None:
    text = (BASE / FILES[kind]).read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.load(text.replace(old, new), AsEditors), schema_of(kind))


EXAMPLES = re.compile(r"^```yaml\n# (\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("number", range(len(EXAMPLES.findall((ROOT / "docs/formats.md").read_text()))))
def test_examples_of_the_formats_page_are_read(number: int, tmp_path: Path) -> None:
    import importlib

    kind, text = EXAMPLES.findall((ROOT / "docs" / "formats.md").read_text(encoding="utf-8"))[number]
    module, model, _ = KINDS[kind]
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    found: list[Finding] = []
    typed = load_typed(path, getattr(importlib.import_module(module), model), tmp_path, found)
    assert typed is not None, [f.message for f in found]
    jsonschema.validate(yaml.load(text, AsEditors), schema_of(kind))
    document = parse_yaml(text, "x", found)
    assert document is not None
    assert plain(document.root)


def test_an_empty_book_is_a_sound_book(tmp_path: Path) -> None:
    report = init(tmp_path / "new")
    found: list[Finding] = []
    book = load_book(tmp_path / "new", found)
    assert not found
    assert book is not None
    assert not book.org.people
    assert report.exit_code == 0
