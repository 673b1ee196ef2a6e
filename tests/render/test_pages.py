"""Whole pages of the sample book, as they stand on a terminal of 80 and 120 columns, in both languages.

Rewrite them with `pytest tests/render --update`, and read the diff.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from salescli.render.safe import width as cells

ROOT = Path(__file__).resolve().parents[2]
PAGES = Path(__file__).parent / "pages"
PROGRAM = Path(sys.executable).parent / "salescli"
COMMANDS = {"status": ["status", "--period", "2026-08"], "payout": ["payout", "--period", "2026-08"]}
NUMBER = re.compile(r"[−+]?[￥¥]?\d[\d,]*(?:\.\d+)?(?:%|万|亿|个百分点| pts)?")


def page(words: list[str], language: str, columns: int, form: str = "table") -> str:
    env = {k: v for k, v in os.environ.items() if k not in ("SALESCLI_DIR", "NO_COLOR", "FORCE_COLOR")}
    env |= {"COLUMNS": str(columns), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [str(PROGRAM), *words, "-o", form, "--lang", language],
        cwd=ROOT,
        env=env,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("name", list(COMMANDS))
def test_pages(name: str, language: str, request: pytest.FixtureRequest) -> None:
    shown = {columns: page(COMMANDS[name], language, columns) for columns in (80, 120)}
    for columns, text in shown.items():
        golden = PAGES / f"{name}-{language}-{columns}.txt"
        if request.config.getoption("--update"):
            golden.parent.mkdir(exist_ok=True)
            golden.write_text(text, encoding="utf-8")
        assert text == golden.read_text(encoding="utf-8")
        assert "\x1b" not in text, "a pipe gets no escape codes"
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        head = text.index("─")
        assert [line for line in text[head:].splitlines() if cells(line) > columns] == []
    full = set(NUMBER.findall(page(COMMANDS[name], language, 300)))
    narrow = set(NUMBER.findall(shown[80]))
    assert narrow - full == set(), "a number that only a narrow page has is one that was cut"


def test_a_light_is_a_mark_and_a_word() -> None:
    text = page(COMMANDS["status"], "zh_CN", 80)
    assert re.search(r"[■▲●] (?:红灯|黄灯|绿灯)", text)
    assert re.search(r"[■▲●](?! (?:红灯|黄灯|绿灯))", text) is None
    assert re.search(r"(?<![■▲●] )(?:红灯|黄灯|绿灯)", text) is None
