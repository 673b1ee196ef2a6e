"""SPEC K3: contract signed and at least 30 % collected; the deal counts on the day both are first true."""

from datetime import date
from pathlib import Path

import pytest
from measures_book import book, policy, write

from salescli.measures import open_facts
from salescli.model.metric import Policy

DEAL = "D1,Acme,east,A,zhang,1000.00,won,2026-07-01,2026-08-05,2026-08-05,,"


def counted(root: Path, as_of: date = date(2026, 12, 31), rules: Policy | None = None) -> date | None:
    with open_facts(book(root, rules)) as facts:
        facts.run(as_of)
        story = facts.deal("D1")
        assert story is not None
        lines = facts.credits(None, date(2020, 1, 1), date(2030, 1, 1))
        assert [line.day for line in lines if line.deal_id == "D1"] == (
            [story.recognised_on] if story.recognised_on else []
        )
        return story.recognised_on


@pytest.mark.parametrize(
    ("receipts", "day"),
    [
        ("R1,D1,2026-08-20,300.00", date(2026, 8, 20)),  # exactly 30 %, after signing
        ("R1,D1,2026-08-20,299.99", None),
        ("R1,D1,2026-07-20,300.00", date(2026, 8, 5)),  # collected before signing: the day of signing
        ("R1,D1,2026-08-05,300.00", date(2026, 8, 5)),
        ("R1,D1,2026-08-06,200.00\nR2,D1,2026-08-09,99.99\nR3,D1,2026-09-01,0.01", date(2026, 9, 1)),
        ("R1,D1,2026-08-06,500.00\nR2,D1,2026-08-09,-500.00", date(2026, 8, 6)),  # a later refund
        ("R1,D1,2026-08-06,500.00\nR2,D1,2026-08-06,-300.00\nR3,D1,2026-08-09,100.00", date(2026, 8, 9)),
        ("R2,D1,2026-08-06,-300.00\nR1,D1,2026-08-06,500.00\nR3,D1,2026-08-09,100.00", date(2026, 8, 9)),
    ],
)
def test_k3_a_deal_counts_on_the_day_it_is_signed_and_30_percent_collected(
    tmp_path: Path, receipts: str, day: date | None
) -> None:
    write(tmp_path, deals=DEAL, collections=receipts)
    assert counted(tmp_path) == day


def test_k3_figure_contract_signed_and_at_least_30_percent_collected(tmp_path: Path) -> None:
    write(
        tmp_path,
        deals="""
            D1,a,east,A,zhang,1000000.00,won,,2026-07-10,,,
            D2,b,east,A,zhang,500000.00,won,,2026-08-10,,,
            D3,c,east,A,zhang,400000.00,won,,2026-08-15,,,
            D4,d,east,A,zhang,200000.00,open,2026-08-01,,,,
        """,
        collections="""
            R1,D1,2026-07-31,299999.99
            R2,D1,2026-08-01,0.01
            R3,D2,2026-08-09,150000.00
            R4,D3,2026-08-31,119999.99
            R5,D4,2026-08-02,200000.00
        """,
    )
    with open_facts(book(tmp_path)) as facts:
        facts.run(date(2026, 12, 31))
        months = facts.totals(("month",), date(2026, 1, 1), date(2026, 12, 31))
        assert months[("2026-08",)]["sales_amount"] == 150_000_000
        assert months[("2026-08",)]["deals_won"] == 2
        assert months[("2026-07",)]["sales_amount"] == 0
        stories = {key: facts.deal(key) for key in ("D1", "D3", "D4")}
    assert stories["D1"] is not None
    assert stories["D1"].recognised_on == date(2026, 8, 1)
    assert str(stories["D1"].needed) == "300000.00"
    assert [story and story.standing for story in stories.values()] == [
        "recognised",
        "not_collected",
        "not_signed",
    ]


def test_facts_after_the_day_looked_from_do_not_exist(tmp_path: Path) -> None:
    write(tmp_path, deals=DEAL, collections="R1,D1,2026-08-20,300.00")
    assert counted(tmp_path, date(2026, 8, 19)) is None
    assert counted(tmp_path, date(2026, 8, 20)) == date(2026, 8, 20)


def test_a_cancelled_deal_counts_until_its_cancellation_and_not_at_all_after(tmp_path: Path) -> None:
    deal = "D1,Acme,east,A,zhang,1000.00,cancelled,2026-07-01,2026-08-05,,2026-10-01,"
    write(tmp_path, deals=deal, collections="R1,D1,2026-08-20,300.00")
    assert counted(tmp_path, date(2026, 9, 30)) == date(2026, 8, 20)
    assert counted(tmp_path, date(2026, 10, 1)) is None


@pytest.mark.parametrize(
    ("rules", "day"),
    [
        (policy("0"), date(2026, 8, 5)),
        (policy("0", signed=False), date(2026, 8, 7)),
        (policy("30", signed=False), date(2026, 7, 20)),
        (policy("33.333333"), None),
        (policy("100"), None),
    ],
)
def test_the_rule_of_the_policy_decides(tmp_path: Path, rules: Policy, day: date | None) -> None:
    deal = "D1,Acme,east,A,zhang,1000.00,won,2026-07-01,2026-08-05,2026-08-07,,"
    write(tmp_path, deals=deal, collections="R1,D1,2026-07-20,333.33")
    assert counted(tmp_path, rules=rules) == day


def test_a_deal_of_nothing_counts_when_signed(tmp_path: Path) -> None:
    write(tmp_path, deals=DEAL.replace("1000.00", "0"))
    assert counted(tmp_path) == date(2026, 8, 5)


def test_the_largest_amounts_do_not_overflow(tmp_path: Path) -> None:
    most = "99999999999999.99"
    deals = [f"D{i},c{i},east,A,zhang,{most},won,,2026-08-05,,,{most}" for i in range(200)]
    receipts = [f"R{i},D{i % 200},2026-08-06,{most}" for i in range(400)]
    shares = "D0,zhang,33.333333%,split\nD0,li,66.666667%,split\nD0,wu,100%,overlay"
    write(tmp_path, deals="\n".join(deals), collections="\n".join(receipts), credits=shares)
    with open_facts(book(tmp_path)) as facts:
        facts.run(date(2026, 12, 31))
        total = facts.totals((), date(2026, 8, 1), date(2026, 8, 31))[()]
        assert total["sales_amount"] == 200 * 9_999_999_999_999_999
        assert total["collected_amount"] == 400 * 9_999_999_999_999_999
        parts = [c for c in facts.credits(None, date(2026, 8, 1), date(2026, 8, 31)) if c.deal_id == "D0"]
    assert [(c.person, str(c.amount)) for c in parts] == [
        ("li", "66666666999999.99"),
        ("wu", most),
        ("zhang", "33333333000000.00"),
    ]
