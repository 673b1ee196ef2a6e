"""The Chinese catalogue: compiled from its source, whole, with the same places as the English texts."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).parent / "salescli"
PO = ROOT / "salescli/locale/zh_CN/LC_MESSAGES/salescli.po"
PLACE = re.compile(r"\{(\w+)[^}]*\}")

# What stays as it is in a Chinese line: ids, file names, units, options and what the user wrote.
KEPT = re.compile(
    r"[\w./-]+\.(?:yaml|csv|md)(?::\d+)?|salescli [^\n]*|--[\w-]+|[DR]\d{6}-[\d-]+|\d{4}-(?:Q\d|\d\d)"
    r"|\b(?:sales_amount|collection_rate|new_customers|commission|team|star|top3|overlay|region|certificate"
    r"|account-manager-2026|manager-2026|presales-2026|activities|collections|deals|attainment|DEAL|A产品线"
    r"|tier|rank|won|east|south|north|zhang|[ABC](?=产品线|、|…|\b))\b",
)


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(PROGRAM), *words], cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_compiled_catalogue_is_that_of_the_source() -> None:
    out = io.BytesIO()
    write_mo(out, read_po(io.BytesIO(PO.read_bytes()), locale="zh_CN"))
    assert PO.with_suffix(".mo").read_bytes() == out.getvalue(), "run python tools/messages.py"


def test_every_message_of_the_code_is_in_the_catalogue() -> None:
    script = (
        "import sys; sys.path.insert(0, 'tools'); import messages as m; known = m.catalogue();"
        "print('\\n'.join(sorted(t for t in m.messages() if known.get(t) is None)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "", "run python tools/messages.py and translate them"


def test_translations_have_the_same_places() -> None:
    for message in read_po(io.BytesIO(PO.read_bytes()), locale="zh_CN"):
        if message.id and message.string:
            assert sorted(PLACE.findall(str(message.id))) == sorted(PLACE.findall(str(message.string)))


@pytest.mark.parametrize(
    "words",
    [
        ["status", "--period", "2026-08"],
        ["table", "--period", "2026-08"],
        ["split", "Q3.yaml"],
        ["payout", "--period", "2026-09"],
        ["explain", "zhang", "--period", "2026-08"],
        ["explain", "D202608-001", "--period", "2026-08"],
        ["review", "monthly", "2026-08"],
    ],
    ids=" ".join,
)
def test_a_chinese_book_speaks_chinese(words: list[str]) -> None:
    form = [] if words[0] == "review" else ["-o", "md"]
    done = subprocess.run(
        [str(PROGRAM), *words, *form], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    text = (done.stdout + done.stderr).replace("\\", "").replace("&emsp;", "")
    english = re.findall(r"[A-Za-z]{3,}", KEPT.sub("", text))
    assert english == []


def test_misuse_speaks_chinese_too() -> None:
    done = subprocess.run(
        [str(PROGRAM), "explain", "zhagn"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "没有名为 zhagn 的人员或订单" in done.stderr
    assert "zhang" in done.stderr
