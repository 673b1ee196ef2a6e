"""A gallery of odd periods: whole documents in both languages, read by people (SPEC R1).

`pytest --update` rewrites the golden files; read the diff as a sales manager would.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from track_books import K10, MONTH, TARGETS, Seller, make_book, salescli, write

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden"
Capture = pytest.CaptureFixture[str]

ACTIVITIES = "date,person,kind,count\n"
OVER = {"ledger/activities/2026-08.csv": f"{ACTIVITIES}2026-08-31,zhang,visit,1\n"}
"""Facts of the month's last day, so that it is over."""
TEAM = (
    f"{MONTH},sales_amount,,,,target,1700000\n{MONTH},new_customers,,,,target,4\n"
    f"{MONTH},collection_rate,,,,target,90%\n"
)
PLAN = """\
plan: sellers
for: {role: [account_manager]}
components:
  commission:
    shape: tiers
    period: month
    pays_on: sales_amount
    measured_by: attainment(sales_amount)
    mode: whole
    tiers: [{from: 0%, rate: 0%}, {from: 80%, rate: 2%}]
    on_zero_target: error
  star: {shape: recognition, period: month, award: certificate, rank_by: attainment(sales_amount), top: 1}
"""
NOTES = """\
notes:
  - {date: 2026-08-12, kind: circumstance, person: li, text: a week of leave}
  - {date: 2026-08-20, kind: customer, person: zhang, customer: C1, text: "quick answers | *good*"}
  - {date: 2026-08-28, kind: lesson, text: demos before prices}
  - {date: 2026-09-02, kind: lesson, text: this one is of September}
diagnoses:
  - {period: 2026-08, metric: sales_amount, person: li, target: 600000, actual: 450000, why_1: few leads,
     why_2: no rota, root_cause: nobody owns new leads, action: a rota, owner: zhang, due: 2026-09-15}
  - {period: 2026-08, metric: sales_amount, person: wang, why_1: told last as it is not red}
actions:
  - {id: old, text: price list, owner: li, due: 2026-08-31, decided: 2026-07}
  - {id: done, text: demos, owner: li, due: 2026-08-31, decided: 2026-07, done: 2026-08-19, note: two days}
  - {id: later, text: not decided yet, owner: li, due: 2026-10-31, decided: 2026-09}
  - {id: new, text: visit the ten largest, owner: wang, due: 2026-09-30, decided: 2026-08}
watch:
  - {metric: win_rate, since: 2026-08, target: 60%, why: too many lost at the end}
"""
REPORTS = """\
week: 2026-W33
reports:
  - {person: li, filed_at: 2026-08-14 16:00, sales: 450000, deals: 1, reason: two buyers on holiday}
"""


def one_person(root: Path) -> None:
    make_book(root, K10[1:2])
    write(root, {"ledger/activities/2026-08.csv": f"{ACTIVITIES}2026-08-31,li,visit,1\n"})


def no_data(root: Path) -> None:
    """A month between two with facts, with targets and a plan and without a single deal."""
    sellers = [replace(one, deals=(("2026-07-03", "5000"), ("2026-09-30", "1000"))) for one in K10]
    make_book(root, sellers, more=TEAM)
    write(root, {"policies/plans/p.yaml": PLAN})


def all_red(root: Path) -> None:
    sellers = [replace(one, deals=(("2026-07-03", "500000"), ("2026-08-11", "100"))) for one in K10]
    make_book(root, sellers, more=TEAM)
    write(root, OVER)


def all_green(root: Path) -> None:
    sellers = [replace(one, deals=(("2026-07-03", "100"), ("2026-08-11", "900000"))) for one in K10]
    make_book(root, sellers, more=TEAM.replace(",4\n", ",2\n"))
    write(root, {**OVER, "policies/plans/p.yaml": PLAN})


def first_day(root: Path) -> None:
    sellers = [replace(one, deals=(("2026-07-06", "500000"), ("2026-08-03", "100"))) for one in K10]
    make_book(root, sellers, more=TEAM)


def no_targets(root: Path) -> None:
    """A plan that needs targets, and none: pay cannot be reckoned, the review is written all the same."""
    make_book(root, [replace(one, target=None) for one in K10])
    write(root, {**OVER, "policies/plans/p.yaml": PLAN})


def zero_target(root: Path) -> None:
    make_book(root, [replace(K10[0], target="0"), *K10[1:]], more=f"{MONTH},sales_amount,,,,target,0\n")
    write(root, OVER)


def receipts(root: Path) -> None:
    """Receipts of a month that sold nothing: no rate, no division by nothing."""
    no_data(root)
    rows = "receipt_id,deal_id,received_on,amount\nR1,zhang-0,2026-08-05,5000\n"
    write(root, {"ledger/collections/2026-08.csv": rows})


def notes(root: Path) -> None:
    make_book(root, K10, more=TEAM)
    write(root, {**OVER, "ledger/notes/a.yaml": NOTES, "ledger/reports/2026-W33.yaml": REPORTS})


def sample(root: Path) -> None:
    for name in ("salescli.yaml", "ledger", "policies"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name)
        else:
            root.mkdir()
            shutil.copy(source, root / name)


def two_hundred(root: Path) -> None:
    """More people than anyone reads one by one."""
    many = [
        Seller(f"p{i:03}", f"P{i:03}", "east", "A", "1000", (("2026-08-31", str(10 * i)),))
        for i in range(200)
    ]
    make_book(root, many)


BOOKS: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "one-person": (one_person, "monthly", MONTH),
    "no-data": (no_data, "monthly", MONTH),
    "all-red": (all_red, "monthly", MONTH),
    "all-green": (all_green, "monthly", MONTH),
    "first-day": (first_day, "monthly", MONTH),
    "no-targets": (no_targets, "monthly", MONTH),
    "zero-target": (zero_target, "monthly", MONTH),
    "receipts": (receipts, "monthly", MONTH),
    "notes": (notes, "monthly", MONTH),
    "two-hundred": (two_hundred, "monthly", MONTH),
    "week-notes": (notes, "weekly", "2026-W33"),
    "week-no-data": (no_data, "weekly", "2026-W34"),
    "week-running": (notes, "weekly", "2026-W36"),
    "week-of-two-months": (notes, "weekly", "2026-W35"),
    "week-from-july": (no_data, "weekly", "2026-W31"),
    "week-sample": (sample, "weekly", "2026-W33"),
    "quarter-one-person": (one_person, "quarterly", "2026-Q3"),
    "quarter-no-targets": (no_targets, "quarterly", "2026-Q3"),
    "quarter-sample": (sample, "quarterly", "2026-Q3"),
}


def written(root: Path, capsys: Capture, name: str, lang: str) -> str:
    make, kind, period = BOOKS[name]
    make(root)
    done = salescli(capsys, root, "review", kind, period, "--lang", lang)
    assert done.code == 0, done.err
    return done.out


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("name", list(BOOKS))
def test_gallery(
    tmp_path: Path, capsys: Capture, request: pytest.FixtureRequest, name: str, lang: str
) -> None:
    text = written(tmp_path / "book", capsys, name, lang)
    path = GOLDEN / f"{name}-{lang}.md"
    if request.config.getoption("--update"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(BOOKS))
def test_every_document_is_whole(tmp_path: Path, capsys: Capture, name: str) -> None:
    """No empty item, no hole, no heading without anything under it; nothing of Python shows."""
    text = written(tmp_path / "book", capsys, name, "en")
    assert not re.search(r"^\s*-\s*$", text, re.MULTILINE)
    assert "\n\n\n" not in text
    assert not re.search(r"\b(None|nan|inf|Fraction|Decimal|True|False)\b", text)
    blocks = text.rstrip("\n").split("\n\n")
    for block, after in zip(blocks, [*blocks[1:], "# end"], strict=True):
        if block.startswith("#"):
            depth, next_depth = block.index(" "), after.find(" ") if after.startswith("#") else 99
            assert next_depth > depth, (block, after)


def test_another_day_of_writing_changes_nothing(tmp_path: Path, capsys: Capture) -> None:
    """The same book gives the same bytes; a fact of later changes what was seen from before in nothing."""
    before = written(tmp_path / "book", capsys, "notes", "en")
    deals = (tmp_path / "book/ledger/deals/2026-08.csv").read_text().splitlines()[0]
    later = "x,cx,east,A,zhang,999,won,2026-09-20,2026-09-20,2026-09-20,\n"
    write(tmp_path / "book", {"ledger/deals/2026-09.csv": f"{deals}\n{later}"})
    done = salescli(capsys, tmp_path / "book", "review", "monthly", MONTH, "--lang", "en")
    assert done.out == before


def test_targets_of_the_next_period_are_told(tmp_path: Path, capsys: Capture) -> None:
    root = tmp_path / "book"
    notes(root)
    rows = "2026-09,sales_amount,,,,target,2000000\n2026-09,new_customers,,,,target,7\n"
    text = (root / "ledger/targets/months.csv").read_text()
    write(root, {"ledger/targets/months.csv": text + rows})
    assert text.startswith(TARGETS)
    done = salescli(capsys, root, "review", "monthly", MONTH, "--lang", "en")
    plan = done.out.split("## Plan for the next period\n")[1]
    assert plan.split("\n")[1:4] == [
        "- 2026-09: Sales 2,000,000",
        "- 2026-09: New customers 7",
        "- 2026-09: Win rate 60.0%",
    ]
