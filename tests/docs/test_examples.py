"""README and docs are run: every `$ …` in a console block works and prints what is shown.

A block that shows output must match it exactly; a line of `…` stands for any number of lines. Rewrite
the shown output with `pytest tests/docs --update`, and read the diff.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BOOK = ("salescli.yaml", "ledger", "policies", "report_templates")


def blocks(page: Path) -> list[str]:
    return [match.group(1) for match in BLOCK.finditer(page.read_text(encoding="utf-8"))]


def commands(block: str) -> list[tuple[str, list[str]]]:
    """`(command line, shown output)` of each `$ …` in a block."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
    return found


def run(line: str, folder: Path) -> tuple[int, str]:
    """Run a command line as a newcomer would type it, and give its code and everything printed."""
    env = {k: v for k, v in os.environ.items() if k not in ("SALESCLI_DIR", "NO_COLOR", "COLUMNS")}
    env |= {"PATH": f"{Path(sys.executable).parent}:{env['PATH']}", "COLUMNS": "100", "LANG": "C.UTF-8"}
    done = subprocess.run(
        ["sh", "-c", line], cwd=folder, env=env, capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    return done.returncode, (done.stdout + done.stderr).decode()


def matches(shown: list[str], printed: list[str]) -> bool:
    parts = [".*" if line.strip() == "…" else re.escape(line.rstrip()) for line in shown]
    return re.fullmatch("\n".join(parts), "\n".join(x.rstrip() for x in printed), re.DOTALL) is not None


@pytest.fixture
def book(tmp_path: Path) -> Path:
    for name in BOOK:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name)
        else:
            shutil.copy(source, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_example_of_a_page_works(page: Path, book: Path, request: pytest.FixtureRequest) -> None:
    text = page.read_text(encoding="utf-8")
    for block in blocks(page):
        fresh: list[str] = []
        for line, shown in commands(block):
            expected = int(found.group(1)) if (found := re.search(r"# exit (\d+)", line)) else 0
            code, printed = run(line, book)
            assert code == expected, f"{page.name}: {line}\n{printed}"
            output = printed.rstrip("\n").splitlines()
            if request.config.getoption("--update") and shown and "…" not in "".join(shown):
                fresh += [f"$ {line}", *output]
                continue
            fresh += [f"$ {line}", *shown]
            if any(s.strip() for s in shown) and not request.config.getoption("--update"):
                assert matches(shown, output), f"{page.name}: {line} prints\n{printed}"
        if request.config.getoption("--update"):
            text = text.replace(block, "\n".join(fresh) + "\n", 1)
    if request.config.getoption("--update"):
        page.write_text(text, encoding="utf-8")
