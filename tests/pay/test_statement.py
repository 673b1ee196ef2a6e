"""statement (S6): what was settled, with its sums and reasons, for the person it is about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from salescli.findings import Misuse, Refused, Stop
from salescli.workflows.settling import objections
from salescli.workflows.settling.settle import draft
from salescli.workflows.settling.settle_steps import close, publish
from salescli.workflows.settling.statement import statement, statements

from .books import make_book
from .test_settle import AUGUST, contents, rows


@pytest.fixture
def book(tmp_path: Path) -> Path:
    root = make_book(tmp_path / "book")
    draft(root, "2026-08")
    publish(root, "2026-08", date(2026, 9, 2))
    return root


def text_of(root: Path, person: str = "zhang") -> str:
    document = statement(root, person, "2026-08").document
    assert document is not None
    return document


def test_it_sums_to_what_is_payable(book: Path) -> None:
    for payout in rows(book / AUGUST / "payouts.csv"):
        report = statement(book, payout["person"], "2026-08")
        amounts = [row["amount"] for row in report.tables[0].rows]
        assert sum(amounts) == Decimal(payout["payable"]) - Decimal(payout["carried"])  # type: ignore[arg-type]
        assert report.tables[1].rows[-1]["amount"] == Decimal(payout["payable"])


def test_it_names_deals_rules_and_how_to_object(book: Path) -> None:
    text = text_of(book)
    for said in ("小张", "28,800.00", "D-1", "ledger/deals/2026-08.csv:2", "account-manager.yaml:16",
                 "published on 2026-09-02", "until 2026-09-07", "object add 2026-08 zhang"):  # fmt: skip
        assert said in text


def test_nobody_else_s_objections_are_in_it(book: Path) -> None:
    objections.add(book, "2026-08", "zhang", "mine alone", date(2026, 9, 3))
    assert "mine alone" in text_of(book)
    assert "mine alone" not in text_of(book, "wu")
    objections.answer(book, "2026-08", "1", False, "was paid in July", date(2026, 9, 4), Decimal(0))
    assert "was paid in July" in text_of(book)


def test_after_closing_a_late_fact_changes_no_amount(book: Path) -> None:
    before = statement(book, "zhang", "2026-08").tables[0].rows
    close(book, "2026-08", date(2026, 9, 8))
    late = book / "ledger/deals/2026-08.csv"
    with late.open("a", encoding="utf-8") as file:
        file.write("L-1,c1,east,A,zhang,1.00,won,2026-08-01,2026-08-05,2026-08-05,\n")
    assert statement(book, "zhang", "2026-08").tables[0].rows == before
    text = text_of(book)
    assert "reasons are left out" in text
    assert "ledger/deals/2026-08.csv" in text
    assert "closed on 2026-09-08" in text


def test_everybody_s_are_a_file_each_and_nothing_of_the_book_is_touched(book: Path, tmp_path: Path) -> None:
    before, folder = contents(book), tmp_path / "out"
    report = statements(book, folder, "2026-08")
    people = {row["person"] for row in rows(book / AUGUST / "payouts.csv")}
    assert (
        {path.stem for path in folder.iterdir()} == people == {row["person"] for row in report.tables[0].rows}
    )
    assert (folder / "zhang.md").read_text(encoding="utf-8") == text_of(book)
    assert contents(book) == before


def test_a_link_in_the_folder_is_not_followed(book: Path, tmp_path: Path) -> None:
    folder, other = tmp_path / "out", tmp_path / "other.md"
    folder.mkdir()
    other.write_text("mine", encoding="utf-8")
    (folder / "zhang.md").symlink_to(other)
    with pytest.raises((Refused, Stop)):
        statements(book, folder, "2026-08")
    assert other.read_text(encoding="utf-8") == "mine"
    assert [path.name for path in folder.iterdir()] == ["zhang.md"]


def test_a_settlement_changed_by_hand_has_no_statement(book: Path) -> None:
    path = book / AUGUST / "entries.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("28800.00", "38800.00"), encoding="utf-8")
    with pytest.raises(Refused, match="not what salescli wrote"):
        statement(book, "zhang", "2026-08")


def test_who_is_not_settled_and_what_is_not_settled_is_told(book: Path) -> None:
    with pytest.raises(Misuse, match="settles nothing for"):
        statement(book, "chen", "2026-08")
    with pytest.raises(Misuse, match="has no settlement"):
        statement(book, "zhang", "2026-07")


def test_names_cannot_draw_in_it(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    org = root / "ledger/org.yaml"
    org.write_text(
        org.read_text(encoding="utf-8").replace("name: 小张", 'name: "<b>#张|[x](y)"'), encoding="utf-8"
    )
    draft(root, "2026-08")
    text = text_of(root)
    assert "\\<b\\>\\#张\\|\\[x\\](y)" in text
