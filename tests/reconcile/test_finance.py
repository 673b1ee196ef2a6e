"""The book against an export of finance, through the real program; nothing is written."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from reconcile_books import deal, make_book, receipt, reconciled, run

MAP = """\
columns: {receipt_id: 流水号, deal_id: 合同号, received_on: 到账日, amount: 金额, customer: 付款方}
dates: [yyyy/m/d]
skip: {状态: [作废]}
"""
HEADER = "流水号,合同号,到账日,金额,付款方,状态\n"


def book(root: Path) -> Path:
    return make_book(
        root,
        [
            deal("D1", "1000", "2026-07-01", customer="上海电子"),
            deal("D2", "500", "2026-08-01"),
            deal("D3", "300", "2026-08-01"),
        ],
        [
            receipt("R1", "D1", "2026-07-05", "400"),
            receipt("R2", "D1", "2026-08-05", "600"),
            receipt("R3", "D2", "2026-08-06", "500"),
            receipt("R4", "D3", "2026-08-20", "300"),
        ],
    )


def export(root: Path, *lines: str, mapping: str = MAP) -> tuple[str, ...]:
    (root / "finance.csv").write_bytes((HEADER + "".join(f"{line}\n" for line in lines)).encode("gb18030"))
    (root / "finance.map.yaml").write_text(mapping, encoding="utf-8")
    return ("--receipts", "finance.csv", "--map", "finance.map.yaml")


def rows(data: dict[str, Any]) -> list[tuple[str, str, str | None, str | None, str]]:
    return [
        (row["check"], row["kind"], row["deal_id"], row["receipt_id"], row["difference"])
        for row in data["rows"]
    ]


def explained(data: dict[str, Any]) -> None:
    for check in ("deals", "receipts"):
        sums = {row["kind"]: Decimal(row["sum"]) for row in data["sums"] if row["check"] == check}
        parts = [value for kind, value in sums.items() if kind not in ("left", "right", "difference")]
        assert sums["left"] - sums["right"] == sums["difference"] == sum(parts)


def test_an_export_that_agrees_is_clean_and_nothing_is_written(tmp_path: Path) -> None:
    root = book(tmp_path)
    words = export(
        root,
        'R2,D1,2026/8/5,"￥600.00",上海电子,',
        "R3,D2,2026/8/6,500,ｃ１,",
        "R4,D3,2026/8/20,300,C1,",
        "R9,D3,2026/8/20,300,C1,作废",
    )
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    code, data = reconciled(root, *words)
    assert (code, rows(data)) == (0, [])
    assert (data["receipts_left"], data["receipts_right"]) == ("1400.00", "1400.00")
    explained(data)
    shown = run(root, "reconcile", "-o", "table", *words)
    assert "receipts of 2026-08-05 to 2026-08-20 from finance.csv" in shown.stdout
    assert "left out by the mapping: 1 row" in shown.stderr
    assert before == {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_every_difference_is_found_with_the_lines_of_both(tmp_path: Path) -> None:
    root = book(tmp_path)
    words = export(
        root,
        "R2,D1,2026/8/5,650,北京电子,",
        "R3,D2,2026/8/7,500,,",
        "R5,D4,2026/8/8,70,,",
        "R6,,2026/8/9,5,,",
        "R7,D2,2026/8/20,10,,",
        "R7,D2,2026/8/20,10,,",
    )
    code, data = reconciled(root, *words)
    assert code == 1
    assert rows(data) == [
        ("deals", "no_deal", "D4", "R5", "-70.00"),
        ("deals", "no_deal", None, "R6", "-5.00"),
        ("deals", "duplicate", "D2", "R7", "-10.00"),
        ("deals", "over", "D1", None, "-50.00"),
        ("deals", "over", "D2", None, "-10.00"),
        ("deals", "customer", "D1", "R2", "0.00"),
        ("receipts", "only_book", "D3", "R4", "300.00"),
        ("receipts", "only_finance", "D4", "R5", "-70.00"),
        ("receipts", "only_finance", "D2", "R7", "-10.00"),
        ("receipts", "only_finance", "D2", "R7", "-10.00"),
        ("receipts", "only_finance", None, "R6", "-5.00"),
        ("receipts", "different", "D1", "R2", "-50.00"),
        ("receipts", "other_day", "D2", "R3", "0.00"),
    ]
    explained(data)
    by_kind = {row["kind"]: row for row in data["rows"]}
    different = by_kind["different"]
    assert (different["at"], different["receipts_at"]) == ("ledger/collections/all.csv:3", "finance.csv:2")
    assert different["reason"] == "the book has 600.00, finance 650.00"
    assert by_kind["only_finance"]["at"] is None
    assert by_kind["only_book"]["receipts_at"] is None
    assert by_kind["other_day"]["reason"] == "the book has it on 2026-08-06, finance on 2026-08-07"
    assert by_kind["over"]["receipts_at"].split() == [
        "finance.csv:3",
        "finance.csv:6",
        "finance.csv:7",
    ]
    assert by_kind["customer"]["reason"] == "paid by 北京电子, the deal's customer is 上海电子"
    tolerant = reconciled(root, *words, "--tolerance", "50")[1]
    assert "different" not in {row["kind"] for row in tolerant["rows"]}
    explained(tolerant)


def test_receipts_without_ids_are_paired_by_deal_day_and_amount(tmp_path: Path) -> None:
    root = book(tmp_path)
    mapping = MAP.replace("receipt_id: 流水号, ", "")
    words = export(root, ",D1,2026/8/5,600,,", ",D2,2026/8/6,500,,", ",D3,2026/8/21,300,,", mapping=mapping)
    code, data = reconciled(root, *words)
    assert rows(data) == [("receipts", "other_day", "D3", "R4", "0.00")]
    assert data["rows"][0]["receipts_at"] == "finance.csv:4"
    assert code == 1


def test_a_period_narrows_what_is_taken_from_finance(tmp_path: Path) -> None:
    root = book(tmp_path)
    words = export(root, "R1,D1,2026/7/5,400,,", "R2,D1,2026/8/5,600,,")
    assert [row[1] for row in rows(reconciled(root, *words, "--period", "2026-07")[1])] == []
    _, data = reconciled(root, *words, "--period", "2026-08")
    assert [row[1:4] for row in rows(data)] == [("only_book", "D2", "R3"), ("only_book", "D3", "R4")]


def test_rows_that_cannot_be_read_are_listed_by_their_line(tmp_path: Path) -> None:
    root = book(tmp_path)
    words = export(
        root,
        "R2,D1,2026/8/5,600,,",
        "R3,D2,soon,500,,",
        "R4,D3,2026/8/20,12.345,,",
        "R5,D3,2026/8/20,1,,,too,much",
        "R6,D3,,1,,",
    )
    code, data = reconciled(root, *words)
    assert code == 1
    assert [(row["line"], row["column"]) for row in data["rejected"]] == [
        ("3", "received_on"),
        ("4", "amount"),
        ("5", ""),
        ("6", "received_on"),
    ]
    assert [row[1:4] for row in rows(data)[-2:]] == [("only_book", "D2", "R3"), ("only_book", "D3", "R4")]


def test_bad_questions_are_misuse(tmp_path: Path) -> None:
    root = book(tmp_path)
    words = export(root, "R2,D1,2026/8/5,600,,")
    assert run(root, "reconcile", *words[:2]).returncode == 2
    assert run(root, "reconcile", "--receipts", "gone.csv", *words[2:]).returncode == 2
    assert run(root, "reconcile", *words[:2], "--map", "gone.yaml").returncode == 2
    export(root, mapping=MAP)
    done = run(root, "reconcile", *words)
    assert done.returncode == 2
    assert "no row of finance.csv has a day" in done.stderr
    export(root, "R2,D1,2026/8/5,600,,", mapping=MAP.replace("amount:", "amuont:"))
    done = run(root, "reconcile", *words)
    assert done.returncode == 1
    assert "did you mean `amount`?" in done.stderr


def test_a_book_without_receipts_is_held_against_finance_alone(tmp_path: Path) -> None:
    root = make_book(tmp_path, [deal("D1", "100", "2026-08-01")], [])
    for path in (root / "ledger/collections").iterdir():
        path.unlink()
    words = export(root, "R2,D1,2026/8/5,100,,")
    code, data = reconciled(root, *words)
    assert rows(data) == [("receipts", "only_finance", "D1", "R2", "-100.00")]
    assert code == 1
