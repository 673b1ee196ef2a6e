"""`reconcile` on books through the real program: everything open is found, and nothing else."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from reconcile_books import deal, make_book, receipt, reconciled, run

SOUND = (
    deal("D1", "1000", "2026-03-02"),
    deal("D2", "500.50", "2026-08-20"),  # signed ten days ago: has time
)
SOUND_RECEIPTS = (
    receipt("R1", "D1", "2026-03-05", "400"),
    receipt("R2", "D1", "2026-04-05", "600"),
    receipt("R3", "D2", "2026-08-30", "200.25"),
)


def kinds(data: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(row["kind"], row["deal_id"], row["difference"]) for row in data["rows"]]


def explained(data: dict[str, Any], check: str = "deals") -> None:
    """The sums explain the difference to the last cent, and so do rows with what is quiet."""
    sums = {row["kind"]: Decimal(row["sum"]) for row in data["sums"] if row["check"] == check}
    parts = {kind: value for kind, value in sums.items() if kind not in ("left", "right", "difference")}
    assert sums["left"] - sums["right"] == sums["difference"] == sum(parts.values())
    listed: dict[str, Decimal] = {}
    for row in data["rows"]:
        if row["check"] == check:
            listed[row["kind"]] = listed.get(row["kind"], Decimal(0)) + Decimal(row["difference"])
    assert listed == {k: v for k, v in parts.items() if k not in ("not_due", "tolerated")}


def test_a_book_that_agrees_is_clean(tmp_path: Path) -> None:
    root = make_book(tmp_path, SOUND, SOUND_RECEIPTS)
    code, data = reconciled(root)
    assert (code, data["rows"]) == (0, [])
    assert data["deals_left"] == "1500.50"
    assert data["deals_right"] == "1200.25"
    explained(data)
    assert "nothing is open" in run(root, "reconcile", "-o", "table").stderr


def test_each_kind_is_found_with_both_places(tmp_path: Path) -> None:
    root = make_book(
        tmp_path,
        [
            *SOUND,
            deal("M", "800", "2026-01-10"),
            deal("S", "800", "2026-01-10"),
            deal("O", "100", "2026-08-01"),
            deal("X", "300", "2026-02-01", status="cancelled", cancelled="2026-03-01"),
            deal("L", "300", status="lost"),
            deal("C", "50", "2026-08-01", customer="Acme Ltd"),
            deal("T", "90", "2026-08-01"),
        ],
        [
            *SOUND_RECEIPTS,
            receipt("R4", "S", "2026-02-01", "300"),
            receipt("R5", "O", "2026-08-05", "120"),
            receipt("R6", "X", "2026-02-05", "90"),
            receipt("R7", "L", "2026-02-05", "10"),
            receipt("R8", "NOPE", "2026-08-05", "77"),
            receipt("R9", "C", "2026-08-05", "50", customer="Other"),
            receipt("R10", "T", "2026-08-06", "90", customer="ｃ１"),
            receipt("R11", "T", "2026-08-06", "90"),
        ],
    )
    code, data = reconciled(root)
    assert code == 1
    assert kinds(data) == [
        ("no_deal", "NOPE", "-77.00"),
        ("duplicate", "T", "-90.00"),
        ("over", "O", "-20.00"),
        ("not_won", "X", "-90.00"),
        ("not_won", "L", "-10.00"),
        ("missing", "M", "800.00"),
        ("short", "S", "500.00"),
        ("customer", "C", "0.00"),
    ]
    explained(data)
    short = next(row for row in data["rows"] if row["kind"] == "short")
    assert short["at"] == "ledger/deals/all.csv:5"
    assert short["receipts_at"] == "ledger/collections/all.csv:5"
    assert (short["amount"], short["received"], short["days"]) == ("800.00", "300.00", "232")
    assert all(row["reason"] and row["remedy"] for row in data["rows"])
    twice = next(row for row in data["rows"] if row["kind"] == "duplicate")
    assert (twice["receipt_id"], twice["reason"]) == (
        "R11",
        "same deal, day and amount as R10, at ledger/collections/all.csv:11",
    )


def test_a_receipt_twice_and_one_without_deal_do_not_stop_it_but_other_errors_do(tmp_path: Path) -> None:
    root = make_book(
        tmp_path,
        [deal("D-0815", "100", "2026-08-01")],
        [
            receipt("R1", "D-0815", "2026-08-02", "60"),
            receipt("R1", "D-0815", "2026-08-03", "40"),
            receipt("R2", "D-0851", "2026-08-03", "5"),
        ],
    )
    assert run(root, "status").returncode == 1
    code, data = reconciled(root)
    assert code == 1
    assert kinds(data) == [("no_deal", "D-0851", "-5.00"), ("duplicate", "D-0815", "0.00")]
    assert "did you mean D-0815?" in data["rows"][0]["reason"]
    explained(data)
    (root / "ledger/collections/more.csv").write_text(
        "receipt_id,deal_id,received_on,amount\nR3,D1,2026-8-4,1\n"
    )
    done = run(root, "reconcile")
    assert done.returncode == 1
    assert "error[F003]" in done.stderr


def test_terms_come_from_options_then_settings_then_defaults(tmp_path: Path) -> None:
    deals = [deal("D1", "1000", "2026-06-01"), deal("D2", "1000", "2026-06-01")]
    receipts = [receipt("R1", "D1", "2026-06-02", "995"), receipt("R2", "D2", "2026-06-30", "100")]
    root = make_book(tmp_path, deals, receipts)
    assert kinds(reconciled(root)[1]) == []
    assert kinds(reconciled(root, "--within", "28")[1]) == [
        ("short", "D2", "900.00"),
        ("short", "D1", "5.00"),
    ]
    assert reconciled(root, "--within", "29")[0] == 0  # the last day is still in time
    for tolerance in ("5", "5.00", "0.5%"):
        assert kinds(reconciled(root, "--within", "28", "--tolerance", tolerance)[1]) == [
            ("short", "D2", "900.00")
        ]
    for tolerance in ("4.99", "0.49%"):
        assert len(reconciled(root, "--within", "28", "--tolerance", tolerance)[1]["rows"]) == 2
    make_book(tmp_path, deals, receipts, settings="reconcile: {within: 28, tolerance: 0.5%}\n")
    data = reconciled(root)[1]
    assert kinds(data) == [("short", "D2", "900.00")]
    assert (data["within"], data["tolerance"]) == (28, "0.5%")
    explained(data)


@pytest.mark.parametrize("text", ["x", "-1", "1e3", "0,5%", "NaN"])
def test_a_tolerance_that_is_none_is_misuse(tmp_path: Path, text: str) -> None:
    root = make_book(tmp_path, SOUND, SOUND_RECEIPTS)
    done = run(root, "reconcile", f"--tolerance={text}")
    assert done.returncode == 2
    assert "is not a tolerance" in done.stderr
    assert run(root, "reconcile", "--tolerance", "0.001").returncode == 2


def test_wrong_settings_are_findings(tmp_path: Path) -> None:
    root = make_book(tmp_path, SOUND, SOUND_RECEIPTS, settings="reconcile: {withing: 3, tolerance: -1}\n")
    done = run(root, "validate")
    assert "did you mean `within`?" in done.stdout
    assert "write an amount of 0 or more" in done.stdout


def test_it_looks_from_the_end_of_the_period(tmp_path: Path) -> None:
    root = make_book(
        tmp_path,
        [deal("D1", "100", "2026-03-02"), deal("D2", "50", "2026-08-02")],
        [receipt("R1", "D1", "2026-07-01", "100"), receipt("R2", "D2", "2026-08-02", "60")],
    )
    assert kinds(reconciled(root)[1]) == [("over", "D2", "-10.00")]
    _, data = reconciled(root, "--period", "2026-06")
    assert (data["as_of"], kinds(data)) == ("2026-06-30", [("missing", "D1", "100.00")])
    assert reconciled(root, "--period", "2026-05")[1]["as_of"] == "2026-05-31"
    assert reconciled(root, "--period", "2026-05", "--as-of", "2026-05-30")[0] == 0


def test_other_currencies_are_compared_in_the_books_own(tmp_path: Path) -> None:
    root = make_book(
        tmp_path,
        [deal("U", "100", "2026-01-05", currency="USD"), deal("V", "100", "2026-01-05", currency="USD")],
        [
            receipt("R1", "U", "2026-01-06", "700"),
            receipt("R2", "V", "2026-02-06", "100", currency="USD"),
            receipt("R3", "V", "2026-08-06", "0.01"),
        ],
        fx="2026-01-01,USD,7.0\n2026-02-01,USD,7.1\n",
    )
    _, data = reconciled(root)
    assert kinds(data) == [("over", "V", "-10.01")]
    assert data["rows"][0]["amount"] == "700.00"
    explained(data)


def test_a_copy_explains_only_what_is_too_much(tmp_path: Path) -> None:
    root = make_book(
        tmp_path,
        [deal("P", "100", "2026-08-01"), deal("Q", "100", "2026-08-01"), deal("N", "100", "2026-08-01")],
        [
            receipt("P1", "P", "2026-08-02", "50"),
            receipt("P2", "P", "2026-08-02", "50"),  # two instalments on a day: fits, is asked about
            receipt("Q1", "Q", "2026-08-02", "60"),
            receipt("Q2", "Q", "2026-08-02", "60"),
            receipt("N1", "N", "2026-08-02", "200"),
            receipt("N2", "N", "2026-08-03", "-60"),
            receipt("N3", "N", "2026-08-03", "-60"),
        ],
    )
    data = reconciled(root)[1]
    assert kinds(data) == [
        ("duplicate", "N", "20.00"),
        ("duplicate", "Q", "-20.00"),
        ("duplicate", "P", "0.00"),
    ]
    explained(data)


def test_nothing_to_compare_is_said(tmp_path: Path) -> None:
    root = make_book(tmp_path, SOUND, [])
    done = run(root, "reconcile")
    assert done.returncode == 2
    assert "no receipts" in done.stderr
    make_book(tmp_path, [], [])
    done = run(root, "reconcile")
    assert done.returncode == 2
    assert "no facts" in done.stderr


def test_all_forms_and_both_languages(tmp_path: Path) -> None:
    root = make_book(tmp_path, SOUND, [*SOUND_RECEIPTS, receipt("=1+1", "GONE", "2026-08-06", "9")])
    for form in ("table", "plain", "csv", "md"):
        done = run(root, "reconcile", "-o", form)
        assert done.returncode == 1
        assert "GONE" in done.stdout
    assert "无对应成交单" in run(root, "reconcile", "-o", "table", "--lang", "zh_CN").stdout
    done = run(root, "reconcile", "-O", "open.csv")
    assert "'=1+1" in (root / "open.csv").read_text(encoding="utf-8")
    assert run(root, "reconcile", "-o", "json").stdout == run(root, "reconcile", "-o", "json").stdout
