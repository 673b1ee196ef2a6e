"""export payroll and journal (S6): each entry once, sums that hold, files that real programs take."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from salescli.findings import Misuse, Refused
from salescli.workflows.settling.export import journal, payroll
from salescli.workflows.settling.settle import draft
from salescli.workflows.settling.settle_steps import close, pay, publish
from salescli.workflows.settling.verify import verify

from .books import make_book
from .test_settle import AUGUST, rows

ACCOUNTS = ("Expenses:Commission", "Liabilities:Commission", "Assets:Bank")
ON = date(2026, 9, 10)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    root = make_book(tmp_path)
    draft(root, "2026-08")
    publish(root, "2026-08", date(2026, 9, 2))
    return root


@pytest.fixture
def closed(book: Path) -> Path:
    close(book, "2026-08", date(2026, 9, 8))
    return book


def given(text: str | None) -> list[dict[str, str]]:
    assert text is not None
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_only_what_is_closed_is_given_out(book: Path) -> None:
    for call in (lambda: payroll(book, "2026-08", ON), lambda: journal(book, "2026-08", "hledger", ACCOUNTS)):
        with pytest.raises(Refused, match="not closed"):
            call()


def test_a_payroll_is_not_given_out_before_its_month_was_closed(closed: Path) -> None:
    with pytest.raises(Refused, match="which is after"):
        payroll(closed, "2026-08", date(2026, 9, 7))
    assert payroll(closed, "2026-08", date(2026, 9, 8)).document


def test_a_payroll_has_every_entry_once_and_sums_to_what_is_payable(closed: Path) -> None:
    report = payroll(closed, "2026-08", ON)
    assert report.document is not None
    assert report.document.startswith("\ufeff")
    found = given(report.document)
    entries = rows(closed / AUGUST / "entries.csv")
    assert sorted(r["entry_id"] for r in found) == sorted(e["entry_id"] for e in entries)
    assert {r["name"] for r in found if r["person"] == "zhang"} == {"小张"}
    for payout in rows(closed / AUGUST / "payouts.csv"):
        mine = [Decimal(r["amount"]) for r in found if r["person"] == payout["person"]]
        assert sum(mine) == Decimal(payout["payable"])


def test_it_is_given_out_once_and_remembered(closed: Path) -> None:
    first = payroll(closed, "2026-08", ON, "finance").document
    with pytest.raises(Refused, match="already"):
        payroll(closed, "2026-08", ON)
    assert payroll(closed, "2026-08", ON, again=True).document == first
    assert "event: exported" in (closed / AUGUST / "settlement.yaml").read_text(encoding="utf-8")
    pay(closed, "2026-08", date(2026, 9, 15))
    with pytest.raises(Refused, match="already"):
        payroll(closed, "2026-08", ON)
    assert verify(closed).exit_code == 0


def test_once_more_is_only_for_what_was_given_out(closed: Path) -> None:
    with pytest.raises(Refused, match="not exported yet"):
        payroll(closed, "2026-08", ON, again=True)


def test_what_is_carried_is_taken_off(tmp_path: Path) -> None:
    """An adjustment below what is earned leaves a balance: a row of its own, in both months."""
    from salescli.workflows.settling import objections

    root = make_book(tmp_path)
    draft(root, "2026-07")
    publish(root, "2026-07", date(2026, 8, 3))
    objections.add(root, "2026-07", "li", "paid twice", date(2026, 8, 4))
    objections.answer(root, "2026-07", "1", True, "yes", date(2026, 8, 5), Decimal("-90000.55"))
    close(root, "2026-07", date(2026, 8, 7))
    for month, published, shut in (("2026-08", date(2026, 9, 2), date(2026, 9, 8)),
                                   ("2026-09", date(2026, 10, 9), date(2026, 10, 15))):  # fmt: skip
        draft(root, month)
        publish(root, month, published)
        close(root, month, shut)
        found = given(payroll(root, month, shut).document)
        kinds = {r["kind"] for r in found if r["person"] == "li"}
        assert ("carried" if month == "2026-08" else "brought") in kinds
        for payout in rows(root / f"ledger/settlements/{month}/payouts.csv"):
            mine = [Decimal(r["amount"]) for r in found if r["person"] == payout["person"]]
            assert sum(mine) == Decimal(payout["payable"])


def test_a_name_is_no_formula(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    org = root / "ledger/org.yaml"
    org.write_text(org.read_text(encoding="utf-8").replace("name: 小张", 'name: "=1+1"'), encoding="utf-8")
    draft(root, "2026-08")
    publish(root, "2026-08", date(2026, 9, 2))
    close(root, "2026-08", date(2026, 9, 8))
    assert {r["name"] for r in given(payroll(root, "2026-08", ON).document) if r["person"] == "zhang"} == {
        "'=1+1"
    }


PROGRAMS = {
    "hledger": lambda path: ["hledger", "-f", str(path), "check"],
    "ledger": lambda path: ["ledger", "-f", str(path), "--strict", "balance"],
    "beancount": lambda path: ["bean-check", str(path)],
}


def run(form: str, path: Path) -> subprocess.CompletedProcess[str]:
    import sys

    command = PROGRAMS[form](path)
    found = shutil.which(command[0]) or shutil.which(command[0], path=str(Path(sys.executable).parent))
    if found is None:
        pytest.skip(f"{command[0]} is not installed here: the journal is not held against it")
    return subprocess.run([found, *command[1:]], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("form", list(PROGRAMS))
def test_a_real_program_takes_the_journal(closed: Path, tmp_path: Path, form: str) -> None:
    pay(closed, "2026-08", date(2026, 9, 15))
    text = journal(closed, "2026-08", form, ACCOUNTS).document  # type: ignore[arg-type]
    assert text is not None
    path = tmp_path / f"x.{form}"
    path.write_text(text, encoding="utf-8")
    done = run(form, path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 31800.00 " in text
    path.write_text(text.replace(" 31800.00 ", " 31800.01 "), encoding="utf-8")
    assert run(form, path).returncode, "it would have told"


def test_a_journal_balances_and_pays_what_is_payable(closed: Path) -> None:
    before = journal(closed, "2026-08", "hledger", ACCOUNTS).document or ""
    assert "payment" not in before
    pay(closed, "2026-08", date(2026, 9, 15))
    text = journal(closed, "2026-08", "hledger", ACCOUNTS).document or ""
    assert text.startswith(before)
    sums: dict[str, Decimal] = {}
    for line in text.splitlines():
        if line.startswith("    "):
            account, amount, _ = line.split()
            sums[account] = sums.get(account, Decimal(0)) + Decimal(amount)
    assert sum(sums.values()) == 0
    payable = sum(Decimal(r["payable"]) for r in rows(closed / AUGUST / "payouts.csv"))
    assert sums["Assets:Bank"] == -payable
    assert not any(amount for account, amount in sums.items() if account.startswith("Liabilities"))


def test_ids_that_read_alike_keep_accounts_of_their_own() -> None:
    from salescli.calc.settle.journal import _names

    assert list(_names("A:B", [("a_b",), ("a.b",), ("a-b",), ("_x",)])) == [
        "A:B:A-b", "A:B:A-b-2", "A:B:A-b-3", "A:B:X-x",
    ]  # fmt: skip


def test_an_account_must_be_one(closed: Path) -> None:
    for form, account in (
        ("beancount", "Pay:Commission"),
        ("hledger", "Expenses"),
        ("ledger", "Expenses:a b"),
    ):
        with pytest.raises(Misuse, match="is not an account"):
            journal(closed, "2026-08", form, (account, *ACCOUNTS[1:]))  # type: ignore[arg-type]
