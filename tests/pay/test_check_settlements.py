"""validate on settled months: every code S, with its place and what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from salescli.findings import Finding
from salescli.workflows.settling import objections
from salescli.workflows.settling.settle import draft
from salescli.workflows.settling.settle_steps import close, publish
from salescli.workflows.validate import validate

from .books import make_book

JULY, AUGUST = "ledger/settlements/2026-07", "ledger/settlements/2026-08"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """July closed, with an accepted objection paid in August's draft."""
    root = make_book(tmp_path)
    draft(root, "2026-07")
    publish(root, "2026-07", date(2026, 8, 3))
    objections.add(root, "2026-07", "zhang", "a deal is missing", date(2026, 8, 4))
    objections.answer(root, "2026-07", "1", True, "right", date(2026, 8, 5), Decimal("-40000"))
    close(root, "2026-07", date(2026, 8, 10))
    draft(root, "2026-08")
    return root


def found(root: Path) -> list[Finding]:
    return [one for one in validate(root).findings if one.code[0] in "SKYC"]


def change(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text("utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new, 1), "utf-8")


def test_a_sound_chain_has_nothing_to_find(book: Path) -> None:
    assert found(book) == []


def not_a_month(root: Path) -> None:
    (root / "ledger/settlements/2026-Q3").mkdir()


def no_manifest(root: Path) -> None:
    (root / AUGUST / "settlement.yaml").unlink()


def other_period(root: Path) -> None:
    change(root, f"{AUGUST}/settlement.yaml", "period: 2026-08", "period: 2026-09")


def other_state(root: Path) -> None:
    change(root, f"{JULY}/settlement.yaml", "state: closed", "state: paid")


def other_order(root: Path) -> None:
    change(root, f"{JULY}/settlement.yaml", "event: published", "event: exported")


def month_taken_out(root: Path) -> None:
    import shutil

    shutil.rmtree(root / JULY)


def chain_not_named(root: Path) -> None:
    text = (root / AUGUST / "settlement.yaml").read_text("utf-8")
    head, rest = text.split("previous:\n")
    (root / AUGUST / "settlement.yaml").write_text(head + rest.split("\n", 2)[2], "utf-8")


def month_left_out(root: Path) -> None:
    (root / AUGUST).rename(root / "ledger/settlements/2026-09")


def unknown_person(root: Path) -> None:
    for file in ("entries", "payouts"):
        change(root, f"{AUGUST}/{file}.csv", "wu,", "whu,")


def other_id(root: Path) -> None:
    change(root, f"{AUGUST}/entries.csv", "account-manager-2026", "account-manager-2025")


def entry_twice(root: Path) -> None:
    path = root / AUGUST / "entries.csv"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", "utf-8")


def does_not_sum(root: Path) -> None:
    change(root, f"{AUGUST}/payouts.csv", "48500.00", "48500.01")


def row_missing(root: Path) -> None:
    path = root / AUGUST / "payouts.csv"
    path.write_text("\n".join(path.read_text("utf-8").splitlines()[:-1]) + "\n", "utf-8")


def not_a_number(root: Path) -> None:
    change(root, f"{AUGUST}/payouts.csv", "48500.00", "4.85e4")


def unknown_kind(root: Path) -> None:
    change(root, f"{AUGUST}/entries.csv", ",bonus,", ",present,")


def objection(root: Path, text: str) -> None:
    path = root / JULY / "objections/2.yaml"
    path.write_text(f"period: 2026-07\nperson: zhang\ndate: 2026-08-04\nreason: why\n{text}\n", "utf-8")


def to_nothing(root: Path) -> None:
    objection(root, "component: comission\nstate: open")


def by_nobody(root: Path) -> None:
    objection(root, "state: open")
    change(root, f"{JULY}/objections/2.yaml", "zhang", "zhagn")


def to_no_entry(root: Path) -> None:
    objection(root, "entry_id: 0123456789abcdef\nstate: open")


def to_no_deal(root: Path) -> None:
    objection(root, "deal_id: Q-1\nstate: open")


def elsewhere(root: Path) -> None:
    objection(root, "state: open")
    change(root, f"{JULY}/objections/2.yaml", "period: 2026-07", "period: 2026-08")


def without_answer(root: Path) -> None:
    objection(root, "state: accepted")


def open_with_answer(root: Path) -> None:
    objection(root, "state: open\nanswer: yes and no\nanswered_on: 2026-08-05")


def rejected_with_amount(root: Path) -> None:
    objection(root, "state: rejected\nanswer: a\nanswered_on: 2026-08-05\namount: 5")


def other_adjustment(root: Path) -> None:
    objection(root, "state: accepted\nanswer: a\nanswered_on: 2026-08-05\namount: 5")


def by_hand(root: Path) -> None:
    objection(root, "state: open")


def changed_by_hand(root: Path) -> None:
    change(root, f"{JULY}/objections/1.yaml", "right", "wrong")


def objection_gone(root: Path) -> None:
    (root / JULY / "objections/1.yaml").unlink()


def unknown_year(root: Path) -> None:
    change(root, f"{JULY}/settlement.yaml", "date: '2026-08-03'", "date: '2039-08-03'")


def malformed(root: Path) -> None:
    change(root, f"{JULY}/settlement.yaml", "state: closed", "state: shut")


CASES: list[tuple[str, Callable[[Path], None], str, str]] = [
    ("S001", not_a_month, "ledger/settlements/2026-Q3", "2026-Q3 is not a month"),
    ("S001", no_manifest, AUGUST, "2026-08 has no settlement.yaml"),
    ("S002", other_period, f"{AUGUST}/settlement.yaml:2", "this is 2026-09, in the folder of 2026-08"),
    ("S002", other_state, f"{JULY}/settlement.yaml:3", "its steps lead to `closed`"),
    ("S002", other_order, f"{JULY}/settlement.yaml:5", "its steps are not in their order"),
    ("S003", month_taken_out, f"{AUGUST}/settlement.yaml", "which is not there"),
    ("S003", chain_not_named, f"{AUGUST}/settlement.yaml", "names no settlement before it"),
    ("S004", month_left_out, "ledger/settlements/2026-09", "but not 2026-08, the month after 2026-07"),
    ("S005", unknown_person, f"{AUGUST}/entries.csv:2", "there is no person whu"),
    ("S006", other_id, f"{AUGUST}/entries.csv:2", "has the id"),
    ("S007", entry_twice, f"{AUGUST}/entries.csv", f"the same is paid for in {AUGUST}/entries.csv:2"),
    ("S008", does_not_sum, f"{AUGUST}/payouts.csv", "is 48500.01, but comes to 48500.00"),
    ("S008", row_missing, f"{AUGUST}/payouts.csv:1", "there is no row for"),
    ("Y110", not_a_number, f"{AUGUST}/payouts.csv", "4.85e4"),
    ("Y117", unknown_kind, f"{AUGUST}/entries.csv", "present"),
    ("S009", to_nothing, f"{JULY}/objections/2.yaml:5", "no plan has a component comission"),
    ("S009", by_nobody, f"{JULY}/objections/2.yaml:2", "there is no person zhagn"),
    ("S009", to_no_entry, f"{JULY}/objections/2.yaml:5", "pays zhang no entry"),
    ("S009", to_no_deal, f"{JULY}/objections/2.yaml:5", "no file has a deal Q-1"),
    ("S010", elsewhere, f"{JULY}/objections/2.yaml:1", "this is to 2026-08, in the folder of 2026-07"),
    ("S010", without_answer, f"{JULY}/objections/2.yaml:5", "says not how and when"),
    ("S010", open_with_answer, f"{JULY}/objections/2.yaml:5", "it is open, but has an answer"),
    ("S010", rejected_with_amount, f"{JULY}/objections/2.yaml:8", "only an accepted objection"),
    ("S010", other_adjustment, f"{JULY}/objections/2.yaml:8", "its amount is paid by entry"),
    ("S011", by_hand, f"{JULY}/objections/2.yaml:1", "no step of 2026-07 says that this was made"),
    ("S011", changed_by_hand, f"{JULY}/objections/1.yaml", "this is not what salescli wrote"),
    ("S011", objection_gone, f"{JULY}/settlement.yaml", "objections/1.yaml is gone"),
    ("K001", unknown_year, "ledger/calendars/CN-2039.yaml", "2039"),
    ("Y117", malformed, f"{JULY}/settlement.yaml:3", "shut"),
]


@pytest.mark.parametrize(("code", "spoil", "place", "told"), CASES, ids=[case[1].__name__ for case in CASES])
def test_what_is_wrong_is_named_with_its_place(
    book: Path, code: str, spoil: Callable[[Path], None], place: str, told: str
) -> None:
    spoil(book)
    seen = found(book)
    own = [one for one in seen if one.code == code and told in one.message]
    assert own, [(one.code, str(one.span), one.message) for one in seen]
    assert str(own[0].span).startswith(place)
    assert own[0].hint


def test_everything_wrong_is_said_at_once(book: Path) -> None:
    for spoil in (not_a_month, other_state, does_not_sum, to_nothing, other_id):
        spoil(book)
    assert {"S001", "S002", "S006", "S008", "S009"} <= {one.code for one in found(book)}


def test_the_same_entry_in_two_months_is_found(book: Path) -> None:
    july = (book / JULY / "entries.csv").read_text("utf-8").splitlines()
    path = book / AUGUST / "entries.csv"
    path.write_text(path.read_text("utf-8") + july[1] + "\n", "utf-8")
    (one,) = [one for one in found(book) if one.code == "S007"]
    assert one.params["place"] == f"{JULY}/entries.csv:2"
