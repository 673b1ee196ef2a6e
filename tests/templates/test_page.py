"""docs/templates.md lists what templates may use: the words of the code itself, no more and no less."""

from __future__ import annotations

from pathlib import Path

import pytest

from salescli.workflows.template_kinds import TEMPLATES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/templates.md"
MARK = "## What each may use\n"


def listed() -> str:
    """The lists of values, a section for each set of templates that share one."""
    shared: dict[tuple[object, ...], list[str]] = {}
    for kind in TEMPLATES.values():
        shared.setdefault(tuple(v.name for v in kind.variables), []).append(kind.name)
    parts = []
    for names in shared.values():
        kinds = [TEMPLATES[name] for name in names]
        parts.append(f"### {', '.join(names)}\n")
        parts.append("\n".join(f"- `{kind.path}`: {kind.purpose}" for kind in kinds) + "\n")
        rows = [f"| `{v.name}` | {v.meaning} |" for v in kinds[0].variables]
        parts.append("\n".join(["| value | what it is |", "|---|---|", *rows]) + "\n")
    return "\n".join(parts)


def test_the_page_lists_every_template_and_value(request: pytest.FixtureRequest) -> None:
    text = PAGE.read_text(encoding="utf-8")
    head, found = text.split(MARK)
    if request.config.getoption("--update"):
        PAGE.write_text(f"{head}{MARK}\n{listed()}", encoding="utf-8")
        found = f"\n{listed()}"
    assert found == f"\n{listed()}"


@pytest.mark.parametrize("name", list(TEMPLATES))
def test_every_template_is_packaged(name: str) -> None:
    assert (ROOT / TEMPLATES[name].path).is_file()
