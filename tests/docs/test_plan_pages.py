"""Every rule shown in docs/plans is paid, and pays what its page says; every key a plan knows has a page.

A page is read section by section (`##`). Blocks that begin with `# path` are files of a small book, laid
over that of docs/plans/README.md; a table headed `| paid |` lists all that is paid in 2026, no more, no less.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from salescli.books.schemas import plan_shapes, plans
from salescli.books.schemas.plan_words import SHAPES
from salescli.books.typed import Model
from salescli.findings import Finding, has_errors
from salescli.workflows.paying.reckon import reckon
from salescli.workflows.session import open_session
from salescli.workflows.validate import validate

PAGES = Path(__file__).resolve().parents[2] / "docs/plans"
BLOCK = re.compile(r"^```(?:yaml|csv)\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"^\| paid \|.*\n\|[-| ]+\|\n((?:\|.*\n?)*)", re.MULTILINE)
Paid = tuple[str, str, str, str, str, Decimal]


@dataclass(frozen=True)
class Scene:
    """A section of a page: its files, and what they pay (None: no table)."""

    name: str
    files: tuple[tuple[str, str], ...]
    paid: tuple[Paid, ...] | None


def files_in(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((match.group(1), match.group(2)) for match in BLOCK.finditer(text))


def rows_in(text: str) -> tuple[Paid, ...] | None:
    tables = TABLE.findall(text)
    rows = [
        [cell.strip() for cell in line.strip("|\n").split("|")] for t in tables for line in t.splitlines()
    ]
    if not tables:
        return None
    return tuple((a, b, c, d, e, Decimal(f.replace(",", ""))) for a, b, c, d, e, f in rows)


def scenes() -> Iterator[Scene]:
    for page in sorted(PAGES.glob("*.md")):
        for part in re.split(r"^(?=## )", page.read_text(encoding="utf-8"), flags=re.MULTILINE):
            title = part.splitlines()[0].lstrip("# ") if part.strip() else ""
            if files_in(part) and page.stem != "README":
                yield Scene(f"{page.stem}: {title}", files_in(part), rows_in(part))


SCENES = list(scenes())


def lay(scene: Scene, book: Path) -> None:
    for name, text in (*files_in((PAGES / "README.md").read_text(encoding="utf-8")), *scene.files):
        path = book / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_page_pays_what_it_says(scene: Scene, tmp_path: Path) -> None:
    lay(scene, tmp_path)
    found: list[Finding] = []
    with open_session(tmp_path) as session:
        paid = [
            (e.period, e.person, e.component, e.kind, e.deal_id, e.amount)
            for one in reckon(session, session.period("2026"), found)
            for e in one.entries()
        ]
    assert not has_errors(found), [f"{f.code} {f.span} {f.message}" for f in found]
    if scene.paid is not None:
        got, wanted = Counter(paid), Counter(scene.paid)
        assert sorted((got - wanted).elements()) == [], "paid, but not on the page"
        assert sorted((wanted - got).elements()) == [], "on the page, but not paid"


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_book_of_a_page_is_sound(scene: Scene, tmp_path: Path) -> None:
    """Its own examples hold, and lint finds nothing that the page does not speak of."""
    lay(scene, tmp_path)
    found = [f for f in validate(tmp_path).findings if f.code.startswith(("P0", "P103", "Y"))]
    assert [f"{f.code} {f.span} {f.message}" for f in found] == []


def models_of_plans() -> Iterator[type[Model]]:
    for module in (plan_shapes, plans):
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, Model) and thing.__module__ == module.__name__:
                yield thing


ALL = "".join(page.read_text(encoding="utf-8") for page in sorted(PAGES.glob("*.md")))


@pytest.mark.parametrize(
    "model", sorted(set(models_of_plans()), key=lambda m: m.__name__), ids=lambda m: m.__name__
)
def test_every_key_of_a_plan_is_on_a_page(model: type[Model]) -> None:
    if model.__name__ in ("TiesWordEntry", "OtherEntry"):
        pytest.skip("a form of its own only inside the reader")
    names = [field.alias or name for name, field in model.model_fields.items()]
    assert [name for name in names if not re.search(rf"\b{name}\b`?:", ALL)] == []


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_has_a_page_with_a_rule_that_is_paid(shape: str) -> None:
    page = (PAGES / f"{shape}.md").read_text(encoding="utf-8")
    assert f"shape: {shape}" in page
    assert any(scene.name.startswith(f"{shape}: ") and scene.paid is not None for scene in SCENES)
