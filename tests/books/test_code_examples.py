"""What `salescli rule` shows as wrong is found fault with, and what it shows as right is not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from salescli.cli.group import cli
from salescli.code_examples import CODE_EXAMPLES
from salescli.codes import CODES
from salescli.findings import BookBroken, Finding
from salescli.workflows.paying.reckon import reckon
from salescli.workflows.session import open_session
from salescli.workflows.validate import validate

README = Path(__file__).resolve().parents[2] / "docs/plans/README.md"
FILES = re.compile(r"^```(?:yaml|csv)\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PARTS = re.compile(r"^# (\S+)\n(.*?)(?=^# |\Z)", re.MULTILINE | re.DOTALL)
PEOPLE = ("zhang", "wu", "li")


def found_in(text: str, book: Path) -> set[str]:
    """Codes that validate and payout say about a plan, in the book of the plan pages with sales."""
    files = dict(FILES.findall(README.read_text(encoding="utf-8")))
    deals = "deal_id,customer,region,product,owner,amount,status,signed_on\n"
    targets = "period,metric,region,product,person,level,target\n"
    for month in range(1, 13):
        for who in PEOPLE:
            place = "south" if who == "li" else "east"
            deals += f"{who}-{month},c-{who},{place},A,{who},10000,won,2026-{month:02}-05\n"
            targets += f"2026-{month:02},sales_amount,{place},,{who},target,10000\n"
    receipts = "receipt_id,deal_id,received_on,amount\nR1,zhang-1,2026-01-06,10000\n"
    files |= {"ledger/deals.csv": deals, "ledger/targets/2026.csv": targets}
    files |= {"ledger/collections.csv": receipts}
    files |= dict(PARTS.findall(text) if text.startswith("# ") else [("policies/plans/p.yaml", text)])
    for name, content in files.items():
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        (book / name).write_text(content, encoding="utf-8")
    codes = {finding.code for finding in validate(book).findings}
    found: list[Finding] = []
    try:
        with open_session(book) as session:
            reckon(session, session.period("2026-08"), found)
    except BookBroken as broken:
        found += broken.found
    return codes | {finding.code for finding in found}


def test_every_finding_about_plans_has_examples() -> None:
    assert sorted(CODE_EXAMPLES) == sorted(code for code in CODES if code.startswith("P"))


@pytest.mark.parametrize("code", CODE_EXAMPLES)
def test_the_wrong_example_is_wrong(code: str, tmp_path: Path) -> None:
    assert code in found_in(CODE_EXAMPLES[code].wrong, tmp_path)


@pytest.mark.parametrize("code", CODE_EXAMPLES)
def test_the_right_example_is_right(code: str, tmp_path: Path) -> None:
    found = found_in(CODE_EXAMPLES[code].right, tmp_path)
    assert code not in found
    assert not {c for c in found if c[0] in "YCOTFM"}, found


@pytest.mark.parametrize("code", CODE_EXAMPLES)
def test_rule_shows_both(code: str) -> None:
    shown = CliRunner().invoke(cli, ["rule", code]).output
    for line in (CODE_EXAMPLES[code].wrong + CODE_EXAMPLES[code].right).splitlines():
        assert line in shown
    told = json.loads(CliRunner().invoke(cli, ["rule", code, "-o", "json"]).output)
    expected = {"code": code, "title": CODES[code].title, "why": CODES[code].why}
    shown_as = {"wrong": CODE_EXAMPLES[code].wrong, "right": CODE_EXAMPLES[code].right}
    assert told["rows"] == [expected | shown_as]
