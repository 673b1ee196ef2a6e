"""A number with its noun: `1 file`, `2 files`; in a language of one form the place alone."""

from __future__ import annotations

import re
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from salescli import i18n
from salescli.i18n import filled
from salescli.model.table import Line
from salescli.render.words import line_text

ROOT = Path(__file__).resolve().parents[2]
MADE = Line(template="made {folder} with {count:file|files}", params={"folder": "a|b", "count": 1})


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 files"),
        (1, "1 file"),
        (2, "2 files"),
        ("1", "1 file"),
        ("1,000", "1,000 files"),
        (Decimal(1), "1 file"),
    ],
)
def test_a_number_and_its_noun(count: object, text: str) -> None:
    assert filled("{count:file|files}", {"count": count}) == text


def test_values_are_data_and_other_marks_stay() -> None:
    values = {"a": "{b:x|y}", "n": 1, "m": Decimal("2.50")}
    assert filled("{a} | {n:one|many} | {m:.1f}", values) == "{b:x|y} | 1 one | 2.5"


def test_lines_for_people_and_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    i18n.use("en")
    assert line_text(MADE) == MADE.english() == "made a|b with 1 file"
    i18n.use("zh_CN")
    assert line_text(MADE) == "已建立 a|b，共 1 个文件"
    i18n.use("en")


NOUNS = "files|entries|people|days|months|rows|deals|cases|periods|times|cells|units|documents|statements"
COUNTED = re.compile(
    r"\{(?:all|cases|cells|count|days|entries|files|months|of|people|periods|plans|rows|times|units)\} "
    rf"(?:\w+ ){{0,2}}(?:{NOUNS}|settlements|plans|others|comparisons|rates)\b"
)
ALWAYS_MORE = (
    "a grid of {count} cells is too large",
    "covered on {days} of the days: fixed sums in proportion",
    "late reports and reviews are listed from the first one kept on, at most {weeks} weeks, {months}"
    " months and {quarters} quarters back",
)


def test_no_message_counts_with_a_plural_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import messages  # type: ignore[import-not-found]

    found = [text for text in sorted(messages.messages()) if COUNTED.search(text)]
    assert found == list(ALWAYS_MORE)
    sys.modules.pop("messages")
