"""Findings for people, editors and code scanning."""

from __future__ import annotations

import json

import pytest

from salescli import i18n
from salescli.codes import CODES
from salescli.findings import Finding, Span, finding
from salescli.render.findings import FORMS, render_findings
from salescli.render.safe import width


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


def made(
    path: str = "ledger/org.yaml", column: int = 3, source: str | None = None, word: str = "x"
) -> Finding:
    from dataclasses import replace

    result = finding("O003", Span(path, 7, column), "unknown {word}", hint="write {word}", word=word)
    return replace(result, source=source)


@pytest.mark.parametrize(
    ("source", "column", "cells"),
    [("name: x", 7, 6), ("名称: x", 5, 6), ("张三,李四", 4, 5), ("ａb", 2, 2), ("e\u0301x", 3, 1)],
)
def test_the_caret_stands_under_its_character(source: str, column: int, cells: int) -> None:
    lines = render_findings([made(column=column, source=source)], "text").splitlines()
    assert lines[2] == "    " + " " * cells + "^"
    assert width(lines[2]) - 1 == 4 + cells


def test_the_caret_follows_what_a_tab_is_shown_as() -> None:
    lines = render_findings([made(column=3, source="\tab")], "text").splitlines()
    assert lines[1][lines[2].index("^")] == "b"
    assert "\t" not in lines[1]


def test_a_long_line_is_shown_around_its_place() -> None:
    source = "a" * 500 + "!" + "b" * 500
    lines = render_findings([made(column=501, source=source)], "text").splitlines()
    assert len(lines[1]) < 200
    assert lines[1][lines[2].index("^")] == "!"


def test_github_escapes_what_would_end_a_command() -> None:
    found = made(path="a,b:c%.yaml", word="50%\n::error::x")
    text = render_findings([found], "github")
    assert text.count("\n") == 1
    assert text.startswith("::error file=a%2Cb%3Ac%25.yaml,line=7,col=3,title=O003::")
    assert "50%25" in text


def test_gitlab_has_what_code_quality_needs_and_tells_twins_apart() -> None:
    rows = json.loads(render_findings([made(), made()], "gitlab"))
    assert len({row["fingerprint"] for row in rows}) == 2
    for row in rows:
        assert set(row) >= {"description", "check_name", "fingerprint", "severity", "location"}
        assert row["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert row["location"] == {"path": "ledger/org.yaml", "lines": {"begin": 7}}


def test_gitlab_fingerprints_do_not_depend_on_the_line() -> None:
    from dataclasses import replace

    moved = replace(made(), span=Span("ledger/org.yaml", 99, 3))
    prints = [json.loads(render_findings([f], "gitlab"))[0]["fingerprint"] for f in (made(), moved)]
    assert prints[0] == prints[1]


def test_sarif_has_the_required_fields_and_a_rule_for_each_result() -> None:
    document = json.loads(render_findings([made(path="a b/组织.yaml"), made()], "sarif"))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "salescli"
    for result in run["results"]:
        assert result["message"]["text"]
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "O003"
        assert result["level"] in ("error", "warning", "note")
        assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 7, "startColumn": 3}
    uris = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]]
    assert uris[0].isascii()
    assert " " not in uris[0]


@pytest.mark.parametrize("form", FORMS)
def test_no_findings_are_said_in_every_form(form: str) -> None:
    text = render_findings([], form)
    if form in ("json", "gitlab"):
        assert json.loads(text) == []
    elif form == "sarif":
        assert json.loads(text)["runs"][0]["results"] == []
    else:
        assert text == ""


@pytest.mark.parametrize("form", FORMS)
def test_every_form_shows_a_hostile_message_harmlessly(form: str) -> None:
    text = render_findings([made(word="\x1b[31m\u202ex", source="\x1b[31m")], form)
    assert "\x1b" not in text
    assert form == "json" or "\u202e" not in text


def test_every_code_has_a_title_and_a_reason() -> None:
    assert [code for code, entry in CODES.items() if not entry.title or not entry.why] == []
