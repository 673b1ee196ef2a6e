"""`salescli import` as people use it: every encoding, real workbooks, again and again (SPEC K2)."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

PROGRAM = Path(sys.executable).parent / "salescli"
MAP = """\
columns:
  deal_id: 编号
  customer: 客户
  product: 产品
  owner: 负责人
  amount: 金额
  status: 阶段
  signed_on: 签约日期
values:
  product: {甲线: A}
  status: {赢单: won, 进行中: open}
region: owner
dates: [yyyy-mm-dd, yyyy/m/d]
"""
HEADER = ["编号", "客户", "产品", "负责人", "金额", "阶段", "签约日期"]
ROWS = [
    ["D1", "上海电子", "甲线", "小张", "￥１２，０００", "赢单", "2026/8/3"],
    ["D2", "=1+1", "A", "zhang", "1.2万", "赢单", "2026-08-20"],
    ["D3", "=HYPERLINK(1)", "A产品线", "小李", "", "进行中", ""],
    ["007", "NA", "A", "li", "1054.00 ", "赢单", "2026-07-31"],
]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A small book with two people, one of whom moved."""
    (tmp_path / "ledger").mkdir()
    (tmp_path / "policies").mkdir()
    (tmp_path / "salescli.yaml").write_text("company: 测试\ncurrency: CNY\nlocale: en\n", encoding="utf-8")
    (tmp_path / "policies" / "metrics.yaml").write_text("closed_deal: {signed: true}\n", encoding="utf-8")
    (tmp_path / "ledger" / "org.yaml").write_text(
        """\
regions: [{id: east, name: 华东}, {id: south, name: 华南}]
products: [{id: A, name: A产品线}]
people:
  - {id: zhang, name: 小张, role: seller, hired: 2024-01-01, assignments: [{from: 2024-01-01, region: east}]}
  - id: li
    name: 小李
    role: seller
    hired: 2024-01-01
    assignments: [{from: 2024-01-01, region: south}, {from: 2026-08-01, region: east}]
""",
        encoding="utf-8",
    )
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    return tmp_path


def run(book: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"LANG": "C.UTF-8"}
    return subprocess.run(
        [str(PROGRAM), *words], cwd=book, env=env, capture_output=True, text=True, check=False, timeout=60
    )


def bring(book: Path, name: str, *words: str, kind: str = "deals") -> tuple[int, dict[str, object], str]:
    done = run(book, "import", kind, name, "--map", "map.yaml", "-o", "json", *words)
    return done.returncode, json.loads(done.stdout) if done.stdout else {}, done.stderr


def counts(result: dict[str, object]) -> dict[str, int]:
    rows = result["rows"]
    assert isinstance(rows, list)
    return {row["what"]: int(row["count"]) for row in rows}


def text_of(rows: Sequence[Sequence[str]], end: str = "\n", delimiter: str = ",") -> str:
    import io

    out = io.StringIO()
    csv.writer(out, lineterminator=end, delimiter=delimiter).writerows([HEADER, *rows])
    return out.getvalue()


def tree(book: Path) -> dict[str, bytes]:
    return {str(p.relative_to(book)): p.read_bytes() for p in sorted((book / "ledger").rglob("*.csv"))}


EXPECTED = {
    "ledger/deals/2026-07.csv": "deal_id,customer,region,product,owner,amount,status,signed_on\n"
    "007,NA,south,A,li,1054,won,2026-07-31\n",
    "ledger/deals/2026-08.csv": "deal_id,customer,region,product,owner,amount,status,signed_on\n"
    "D1,上海电子,east,A,zhang,12000,won,2026-08-03\nD2,=1+1,east,A,zhang,12000,won,2026-08-20\n",
    "ledger/deals/undated.csv": "deal_id,customer,region,product,owner,amount,status\n"
    "D3,=HYPERLINK(1),east,A,li,0,open\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_give_the_same_book(book: Path, encoding: str, end: str) -> None:
    (book / "map.yaml").write_text(MAP + "defaults: {amount: 0}\n", encoding="utf-8")
    (book / "export.csv").write_bytes(text_of(ROWS, end).encode(encoding))
    code, result, _ = bring(book, "export.csv", "--write")
    assert code == 0, result
    assert counts(result)["new"] == 4
    written = {name: data.decode() for name, data in tree(book).items()}
    assert written == EXPECTED


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_are_seen_in_the_heading(book: Path, delimiter: str) -> None:
    (book / "map.yaml").write_text(MAP + "defaults: {amount: 0}\n", encoding="utf-8")
    (book / "export.csv").write_text(text_of(ROWS, delimiter=delimiter), encoding="utf-8")
    assert counts(bring(book, "export.csv")[1])["new"] == 4


def test_nothing_is_written_unless_asked_and_again_changes_nothing(book: Path) -> None:
    (book / "map.yaml").write_text(MAP + "defaults: {amount: 0}\n", encoding="utf-8")
    (book / "export.csv").write_text(text_of(ROWS), encoding="utf-8")
    assert tree(book) == {}
    bring(book, "export.csv")
    assert tree(book) == {}
    bring(book, "export.csv", "--write")
    first = tree(book)
    code, result, err = bring(book, "export.csv", "--write")
    assert (code, counts(result)["unchanged"], counts(result)["new"]) == (0, 4, 0)
    assert "nothing to write" in err
    assert tree(book) == first
    assert run(book, "validate").returncode == 0


def test_a_workbook_gives_the_same_as_csv(book: Path) -> None:
    (book / "map.yaml").write_text(MAP + "defaults: {amount: 0}\nsheet: 二月\n", encoding="utf-8")
    workbook = xlsxwriter.Workbook(str(book / "export.xlsx"), {"strings_to_formulas": False})
    workbook.add_worksheet("一月").write_row(0, 0, ["nothing"])
    sheet = workbook.add_worksheet("二月")
    day = workbook.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEADER)
    for number, row in enumerate(ROWS, 1):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell)
    sheet.write_datetime(1, 6, date(2026, 8, 3), day)
    sheet.write_number(2, 4, 12000.0)
    workbook.close()
    code, result, err = bring(book, "export.xlsx", "--write")
    assert code == 0, (result, err)
    assert {name: data.decode() for name, data in tree(book).items()} == EXPECTED


def test_excel_numbers_are_exact(book: Path) -> None:
    workbook = xlsxwriter.Workbook(str(book / "export.xlsx"))
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    for number, amount in enumerate((0.1, 1054.35, 12345678.91, 0.07), 1):
        sheet.write_row(number, 0, [f"D{number}", "c", "A", "zhang", amount, "赢单", "2026-08-01"])
    workbook.close()
    bring(book, "export.xlsx", "--write")
    lines = (book / "ledger/deals/2026-08.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [line.split(",")[5] for line in lines] == ["0.10", "1054.35", "12345678.91", "0.07"]


def test_every_rejected_row_is_listed_with_reason_and_line(book: Path) -> None:
    bad = [
        ["D1", "c", "A", "zhang", "12,34", "赢单", "2026-08-01"],
        ["D2", "c", "B", "zhang", "1", "赢单", "2026-08-01"],
        ["D3", "c", "A", "nobody", "1", "赢单", "2026-08-01"],
        ["D4", "c", "A", "zhang", "1", "赢单", "8/1/2026"],
        ["D5", "c", "A", "zhang", "1", "丢单", "2026-08-01"],
        ["D6", "c\x07", "A", "zhang", "1", "赢单", "2026-08-01"],
        ["D7", "c", "A", "zhang", "1.005", "赢单", "2026-08-01"],
        ["D8", "", "A", "zhang", "1", "赢单", "2026-08-01"],
        ["D9", "c", "A", "zhang", "-1", "赢单", "2026-08-01"],
        ["D10", "c", "A", "zhang", "1", "赢单", ""],
        ["D11", "ok", "A", "zhang", "1", "赢单", "2026-08-01"],
        ["D11", "other", "A", "zhang", "1", "赢单", "2026-08-01"],
        ["D12", "c", "A", "zhang", "1", "赢单", "2026-08-01", "too", "many"],
    ]
    (book / "export.csv").write_text(text_of(bad), encoding="utf-8")
    code, result, _ = bring(book, "export.csv")
    rejected = result["rejected"]
    assert isinstance(rejected, list)
    assert code == 1
    assert [int(row["line"]) for row in rejected] == list(range(2, 15))
    assert all(row["why"] for row in rejected)
    assert counts(result) == {
        "new": 0,
        "changed": 0,
        "unchanged": 0,
        "left out by the mapping": 0,
        "rejected": 13,
    }


def test_different_rows_with_one_id_are_all_rejected(book: Path) -> None:
    rows = [["D1", "c", "A", "zhang", amount, "赢单", "2026-08-01"] for amount in ("5", "9", "5")]
    (book / "export.csv").write_text(text_of(rows), encoding="utf-8")
    code, result, _ = bring(book, "export.csv", "--write", "--allow-rejects")
    assert code == 1
    assert counts(result)["rejected"] == 3
    assert tree(book) == {}


def test_a_quote_that_never_closes_swallows_no_rows(book: Path) -> None:
    text = text_of([ROWS[0]]) + 'D8,"oops,A,zhang,1,赢单,2026-08-01\n' + text_of([ROWS[1]]).split("\n", 1)[1]
    (book / "export.csv").write_text(text, encoding="utf-8")
    code, result, err = bring(book, "export.csv", "--write")
    assert (code, result) == (2, {})
    assert "export.csv:3" in err
    assert tree(book) == {}


def test_a_row_without_owner_says_so(book: Path) -> None:
    (book / "export.csv").write_text(
        text_of([["D1", "c", "A", "", "1", "赢单", "2026-08-01"]]), encoding="utf-8"
    )
    _, result, _ = bring(book, "export.csv")
    rejected = result["rejected"]
    assert isinstance(rejected, list)
    assert [(row["line"], row["column"]) for row in rejected] == [("2", "owner")]


def test_rejects_hold_up_writing_unless_allowed(book: Path) -> None:
    rows = [ROWS[0], ["D9", "c", "?", "zhang", "1", "赢单", "2026-08-01"]]
    (book / "export.csv").write_text(text_of(rows), encoding="utf-8")
    code, _, err = bring(book, "export.csv", "--write")
    assert code == 1
    assert "--allow-rejects" in err
    assert tree(book) == {}
    code, _, _ = bring(book, "export.csv", "--write", "--allow-rejects")
    assert code == 1
    assert "D1," in (book / "ledger/deals/2026-08.csv").read_text(encoding="utf-8")


def test_changes_are_shown_column_by_column_and_own_columns_survive(book: Path) -> None:
    (book / "export.csv").write_text(text_of(ROWS[:2]), encoding="utf-8")
    bring(book, "export.csv", "--write")
    path = book / "ledger/deals/2026-08.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    noted = [lines[0] + ",note", lines[1] + ",von Hand", lines[2] + ","]
    path.write_text("\n".join(noted) + "\n", encoding="utf-8")
    changed = [[*ROWS[0][:4], "13000", "赢单", "2026-09-02"], ROWS[1]]
    (book / "export.csv").write_text(text_of(changed), encoding="utf-8")
    code, result, _ = bring(book, "export.csv", "--write")
    assert code == 0
    shown = result["changed"]
    assert isinstance(shown, list)
    assert {(r["column"], r["before"], r["after"]) for r in shown} == {
        ("amount", "12000", "13000"),
        ("signed_on", "2026-08-03", "2026-09-02"),
    }
    moved = (book / "ledger/deals/2026-09.csv").read_text(encoding="utf-8")
    assert "D1," in moved
    assert "von Hand" in moved
    assert "D1," not in path.read_text(encoding="utf-8")


def test_collections_credits_and_activities_come_in_too(book: Path) -> None:
    (book / "export.csv").write_text(text_of(ROWS[:2]), encoding="utf-8")
    bring(book, "export.csv", "--write")
    (book / "map.yaml").write_text(
        "columns: {receipt_id: no, deal_id: deal, received_on: day, amount: sum}\ndates: [m/d/yyyy]\n",
        encoding="utf-8",
    )
    (book / "cash.csv").write_text(
        'no,deal,day,sum\nR1,D1,8/5/2026,"$1,000.50"\nR2,D9,8/5/2026,1\n', encoding="utf-8"
    )
    code, result, _ = bring(book, "cash.csv", "--write", "--allow-rejects", kind="collections")
    assert code == 1
    assert [r["line"] for r in result["rejected"]] == ["3"]  # type: ignore[attr-defined]
    assert "R1,D1,2026-08-05,1000.50" in (book / "ledger/collections/2026-08.csv").read_text(encoding="utf-8")
    (book / "map.yaml").write_text(
        "columns: {deal_id: deal, person: who, share: part}\nshares: percent\n", encoding="utf-8"
    )
    (book / "shares.csv").write_text("deal,who,part\nD1,小张,60\nD1,li,40\n", encoding="utf-8")
    code, result, err = bring(book, "shares.csv", "--write", kind="credits")
    assert code == 0, (result, err)
    assert "D1,li,40%" in (book / "ledger/credits/2026-08.csv").read_text(encoding="utf-8")
    (book / "map.yaml").write_text(
        "columns: {date: day, person: who, kind: what}\nconstants: {count: 1}\n"
        "values: {kind: {call: follow_up}}\n",
        encoding="utf-8",
    )
    (book / "acts.csv").write_text("day,who,what\n2026-08-03,li,call\n2026-08-03,li,call\n", encoding="utf-8")
    code, result, err = bring(book, "acts.csv", "--write", kind="activities")
    assert code == 0, (result, err)
    assert "2026-08-03,li,follow_up,2" in (book / "ledger/activities/2026-08.csv").read_text(encoding="utf-8")
    assert run(book, "validate").returncode == 0
    assert run(book, "status", "--period", "2026-08").returncode == 0


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ("columns: {deal_idd: a}\n", "I001"),
        ("kind: credits\ncolumns: {deal_id: a}\n", "I002"),
        ("columns: {deal_id: a}\ndates: [m/yyyy]\n", "I003"),
    ],
)
def test_mistakes_in_a_mapping_are_findings_with_a_place(book: Path, mapping: str, code: str) -> None:
    (book / "map.yaml").write_text(mapping, encoding="utf-8")
    (book / "export.csv").write_text("a\n1\n", encoding="utf-8")
    done = run(book, "import", "deals", "export.csv", "--map", "map.yaml")
    assert done.returncode == 1
    assert f"error[{code}]" in done.stderr
    assert "map.yaml:" in done.stderr


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.csv", b"", "heading"),
        ("other.csv", b"a,b\n1,2\n", "no column"),
        ("broken.xlsx", b"PK\x03\x04 no workbook", "spreadsheet"),
        ("odd.csv", b"\xff\xff\xff\xff", "encoding"),
    ],
)
def test_exports_that_cannot_be_read_are_one_line(book: Path, name: str, data: bytes, says: str) -> None:
    (book / name).write_bytes(data)
    done = run(book, "import", "deals", name, "--map", "map.yaml")
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
