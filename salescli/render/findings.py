"""Findings as text for people and editors, and as GitHub, GitLab, SARIF and JSON (SPEC G1)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence

from salescli import __version__
from salescli.codes import CODES
from salescli.findings import Finding
from salescli.i18n import N_, gettext
from salescli.render.json import finding_row
from salescli.render.safe import clean, width

FORMS = ("text", "concise", "json", "github", "gitlab", "sarif")
_LONGEST_LINE = 160


def render_findings(findings: Sequence[Finding], form: str) -> str:
    """Findings in one of `FORMS`, sorted by place, ending with a line break (empty text for none)."""
    return _FORMS[form](sorted(findings, key=Finding.sort_key))


def summary(findings: Sequence[Finding]) -> str:
    """`3 errors, 1 warning`."""
    errors = sum(f.severity == "error" for f in findings)
    warnings = len(findings) - errors
    return gettext("errors: {errors}, warnings: {warnings}").format(errors=errors, warnings=warnings)


def _head(finding: Finding) -> str:
    span = finding.span
    place = ":".join([span.path, *(str(n) for n in (span.line, span.column) if n)])
    severity = gettext(finding.severity)
    return clean(f"{place}: {severity}[{finding.code}]: {finding.message}")


def _concise(findings: Sequence[Finding]) -> str:
    return "".join(_head(finding) + "\n" for finding in findings)


def _text(findings: Sequence[Finding]) -> str:
    blocks = ["\n".join(_block(finding)) for finding in findings]
    return "".join(block + "\n" for block in blocks) + (summary(findings) + "\n" if findings else "")


def _block(finding: Finding) -> list[str]:
    lines = [_head(finding)]
    if finding.source is not None:
        lines += _caret(finding.source, finding.span.column)
    if finding.hint:
        lines.append("  " + gettext("hint: {text}").format(text=clean(finding.hint)))
    return lines


def _caret(source: str, column: int) -> list[str]:
    """The user's line and a caret under the column, right under wide characters and tabs too."""
    source = source.rstrip("\r\n")
    begin = max(0, column - 1 - _LONGEST_LINE // 2) if len(source) > _LONGEST_LINE else 0
    shown = clean(source[begin : begin + _LONGEST_LINE])
    lines = ["    " + shown]
    if column:
        before = clean(source[begin : column - 1])
        lines.append("    " + " " * width(before) + "^")
    return lines


def _json(findings: Sequence[Finding]) -> str:
    rows = [finding_row(finding) for finding in findings]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _github(findings: Sequence[Finding]) -> str:
    """Workflow commands that GitHub shows beside the changed lines."""
    return "".join(_github_line(finding) + "\n" for finding in findings)


def _github_line(finding: Finding) -> str:
    span = finding.span
    level = "error" if finding.severity == "error" else "warning"
    places = [f"file={_property(span.path)}"]
    places += [f"line={span.line}"] if span.line else []
    places += [f"col={span.column}"] if span.column else []
    message = _with_hint(finding)
    return f"::{level} {','.join(places)},title={_property(finding.code)}::{_data(message)}"


def _with_hint(finding: Finding) -> str:
    """What is wrong and the remedy, for forms that have room for one text."""
    if not finding.hint:
        return clean(finding.message)
    together = gettext(N_("{message} ({hint})"))
    return clean(together.format(message=finding.message, hint=finding.hint))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(clean(text)).replace(":", "%3A").replace(",", "%2C")


def _gitlab(findings: Sequence[Finding]) -> str:
    """A Code Quality report."""
    seen: dict[str, int] = {}
    rows = []
    for finding in findings:
        key = "\x1f".join((finding.code, finding.span.path, finding.message))
        seen[key] = seen.get(key, 0) + 1
        rows.append(
            {
                "description": _with_hint(finding),
                "check_name": finding.code,
                "fingerprint": hashlib.sha256(f"{key}\x1f{seen[key]}".encode()).hexdigest(),
                "severity": "major" if finding.severity == "error" else "minor",
                "location": {"path": finding.span.path, "lines": {"begin": max(1, finding.span.line)}},
            }
        )
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _sarif(findings: Sequence[Finding]) -> str:
    """SARIF 2.1.0, as code scanning services read it."""
    codes = sorted({finding.code for finding in findings})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": gettext(CODES[code].title)},
            "help": {"text": gettext(CODES[code].why)},
        }
        for code in codes
    ]
    driver = {"name": "salescli", "version": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(finding, codes.index(finding.code)) for finding in findings],
    }
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _sarif_result(finding: Finding, index: int) -> dict[str, object]:
    from urllib.parse import quote

    physical: dict[str, object] = {"artifactLocation": {"uri": quote(finding.span.path)}}
    if finding.span.line:
        region = {"startLine": finding.span.line}
        if finding.span.column:
            region["startColumn"] = finding.span.column
        physical["region"] = region
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": _with_hint(finding)},
        "locations": [{"physicalLocation": physical}],
    }


_FORMS: dict[str, Callable[[Sequence[Finding]], str]] = {
    "text": _text,
    "concise": _concise,
    "json": _json,
    "github": _github,
    "gitlab": _gitlab,
    "sarif": _sarif,
}
