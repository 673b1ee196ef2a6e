"""Totals of chosen deals, and credits that count for attainment or for pay only."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from measures_book import book, findings, policy, told, write

from salescli.measures import open_facts
from salescli.model.fact import Only
from salescli.model.metric import Base, Metric

AUGUST = (date(2026, 8, 1), date(2026, 8, 31))
HEADER = (
    "deal_id,customer,region,product,owner,amount,status,signed_on,"
    "customer_kind,category,item,source,quantity,discount,term_months"
)
DEALS = """
D1,Acme,east,A,zhang,1000.00,won,2026-08-05,school,saas,X-1,web,3,,12
D2,Acme,east,B,zhang,500.00,won,2026-08-10,school,box,X-2,fair,,7.5%,36
D3,Blue,south,A,li,250.00,won,2026-08-20,bank,saas,X-1,,40,0%,
"""


def extended(root: Path, **more: str) -> Path:
    write(root, **more)
    (root / "ledger" / "deals.csv").write_text(HEADER + DEALS, "utf-8")
    return root


def sold(root: Path, only: Only | None, metric: str = "sales_amount") -> dict[str, int]:
    with open_facts(book(root, policy("0"))) as facts:
        facts.run(date(2026, 12, 31))
        found = facts.totals(("person",), *AUGUST, only=only)
        team = facts.totals((), *AUGUST, only=only)[()]
        assert team[metric] == sum(row[metric] for row in found.values())
        return {who: row[metric] for (who,), row in found.items() if row[metric]}


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (None, {"zhang": 150000, "li": 25000}),
        (Only(), {"zhang": 150000, "li": 25000}),
        (Only(product=("A",)), {"zhang": 100000, "li": 25000}),
        (Only(product=("nothing",)), {}),
        (Only(customer=("Acme",), product=("B",)), {"zhang": 50000}),
        (Only(customer_kind=("school", "bank"), category=("saas",)), {"zhang": 100000, "li": 25000}),
        (Only(item=("X-1",), region=("south",)), {"li": 25000}),
        (Only(source=("fair", "it's")), {"zhang": 50000}),
        (Only(since=date(2026, 8, 6)), {"zhang": 50000, "li": 25000}),
        (Only(until=date(2026, 8, 10), item=("X-2", "X-1")), {"zhang": 150000}),
        (Only(since=date(2026, 8, 10), until=date(2026, 8, 10)), {"zhang": 50000}),
        (Only(since=date(2026, 9, 1)), {}),
        (Only(since=date(2026, 1, 1), until=date(2027, 1, 1)), {"zhang": 150000, "li": 25000}),
    ],
)
def test_only_the_deals_that_match_all_that_is_stated(
    tmp_path: Path, only: Only | None, expected: dict[str, int]
) -> None:
    assert sold(extended(tmp_path), only) == expected


def test_a_column_that_no_file_has_matches_nothing(tmp_path: Path) -> None:
    write(tmp_path, deals="D1,Acme,east,A,zhang,1000.00,won,,2026-08-05,,,")
    assert sold(tmp_path, Only(item=("X-1",))) == {}
    assert sold(tmp_path, Only(customer=("Acme",))) == {"zhang": 100000}
    assert sold(tmp_path, None, "units") == {}


def test_an_activity_matches_by_its_deal_and_only_if_it_has_one(tmp_path: Path) -> None:
    extended(
        tmp_path,
        activities="2026-08-01,li,lead,2,south,A,,D1\n2026-08-01,li,lead,5,south,A,Acme,",
    )
    assert sold(tmp_path, Only(item=("X-1",)), "lead") == {"li": 2}
    assert sold(tmp_path, Only(region=("south",)), "lead") == {"li": 7}
    assert sold(tmp_path, Only(region=("east",)), "lead") == {}


def test_a_new_customer_counts_by_the_deal_that_makes_it_new(tmp_path: Path) -> None:
    extended(tmp_path)
    assert sold(tmp_path, Only(item=("X-1",)), "new_customers") == {"zhang": 1, "li": 1}
    assert sold(tmp_path, Only(item=("X-2",)), "new_customers") == {}


def test_units_are_shared_as_amounts_are_in_whole_ones(tmp_path: Path) -> None:
    extended(tmp_path, credits="D1,wu,50%,split\nD1,zhang,50%,split\nD1,zhang,50%,overlay\nD3,wu,10%,pay")
    with open_facts(book(tmp_path, policy("0"))) as facts:
        facts.run(date(2026, 12, 31))
        people = facts.totals(("person",), *AUGUST)
        paid = facts.totals(("person",), *AUGUST, credits="pay")
        team = facts.totals((), *AUGUST)[()]
    # 3 units cut half and half: 2 for the first by id (wu), 1 for zhang; half of 3 on top, rounded, is 2
    assert {who: row["units"] for (who,), row in people.items()} == {"zhang": 3, "li": 40, "wu": 2}
    assert {who: row["units"] for (who,), row in paid.items()} == {"zhang": 3, "li": 40, "wu": 6}
    assert team["units"] == 43


def test_metrics_may_choose_by_the_new_columns_and_sum_quantities(tmp_path: Path) -> None:
    def of(key: str, column: str | None, **where: tuple[str, ...]) -> Metric:
        base = Base(source="deals", column=column, of="signed", where=where)
        return Metric(id=key, name=key, unit="count", base=base)

    declared = (
        of("saas", "quantity", category=("saas",)),
        of("schools", None, customer_kind=("school",)),
        of("first_item", "amount", item=("X-1", "X-9")),
    )
    metrics = {metric.id: metric for metric in declared}
    with open_facts(book(extended(tmp_path), policy("30", metrics=metrics))) as facts:
        facts.run(date(2026, 12, 31))
        total = facts.totals((), *AUGUST)[()]
    assert {key: total[key] for key in metrics} == {"saas": 43, "schools": 2, "first_item": 125000}


def test_a_metric_may_choose_by_a_column_that_no_file_has(tmp_path: Path) -> None:
    base = Base(source="deals", column=None, of="signed", where={"item": ("X-1",)})
    rules = policy("0", metrics={"x": Metric(id="x", name="x", unit="count", base=base)})
    write(tmp_path, deals="D1,Acme,east,A,zhang,1000.00,won,,2026-08-05,,,")
    with open_facts(book(tmp_path, rules)) as facts:
        facts.run(date(2026, 12, 31))
        assert facts.totals((), *AUGUST)[()]["x"] == 0


CREDITS = """
D1,zhang,60%,split
D1,wu,40%,
D1,li,10%,overlay
D1,li,20%,attainment
D2,wu,30%,pay
"""


def test_credit_for_attainment_only_and_for_pay_only(tmp_path: Path) -> None:
    extended(tmp_path, credits=CREDITS, collections="R1,D1,2026-08-06,200.00\nR2,D2,2026-08-06,-10.00")
    with open_facts(book(tmp_path, policy("0"))) as facts:
        assert facts.pays_apart()
        facts.run(date(2026, 12, 31))
        attained = facts.totals(("person",), *AUGUST)
        paid = facts.totals(("person",), *AUGUST, credits="pay")
        one = facts.totals((), *AUGUST, person="wu", credits="pay")[()]
        team = [facts.totals((), *AUGUST, credits=kind)[()] for kind in ("attainment", "pay")]
        lines = facts.credits(None, *AUGUST)
    assert {k: v["sales_amount"] for (k,), v in attained.items()} == {
        "zhang": 60000 + 50000,
        "wu": 40000,
        "li": 25000 + 10000 + 20000,
    }
    assert {k: v["sales_amount"] for (k,), v in paid.items()} == {
        "zhang": 60000 + 50000,
        "wu": 40000 + 15000,
        "li": 25000 + 10000,
    }
    assert {k: v["collected_amount"] for (k,), v in paid.items()} == {
        "zhang": 12000 - 1000,
        "wu": 8000 - 300,
        "li": 2000,
    }
    assert one == paid[("wu",)]
    assert team[0] == team[1]
    assert team[0]["sales_amount"] == 175000
    assert [
        (c.deal_id, c.person, c.kind, str(c.amount), c.place.line) for c in lines if c.kind != "owner"
    ] == [
        ("D1", "li", "attainment", "200.00", 5),
        ("D1", "li", "overlay", "100.00", 4),
        ("D1", "wu", "split", "400.00", 3),
        ("D1", "zhang", "split", "600.00", 2),
        ("D2", "wu", "pay", "150.00", 6),
    ]


def test_a_cent_is_cut_among_splits_whatever_lies_on_top(tmp_path: Path) -> None:
    write(
        tmp_path,
        deals="D1,Acme,east,A,zhang,0.01,won,,2026-08-05,,,0.01",
        credits="D1,zhang,50%,split\nD1,li,50%,split\nD1,wu,99%,pay\nD1,wu,98%,overlay\nD1,wu,49.9%,attainment",
        collections="R1,D1,2026-08-06,0.01",
    )
    with open_facts(book(tmp_path, policy("0"))) as facts:
        facts.run(date(2026, 12, 31))
        found = facts.totals(("person",), *AUGUST, credits="pay")
        lines = facts.lines(*AUGUST, ("amount", "cost"))
    assert {who: (row["sales_amount"], row["collected_amount"]) for (who,), row in found.items()} == {
        "zhang": (0, 0),
        "li": (1, 1),
        "wu": (2, 2),
    }
    assert lines["kind"].tolist() == ["split", "attainment", "overlay", "pay", "split"]
    assert lines["amount"].tolist() == lines["cost"].tolist() == [1, 0, 1, 1, 0]


def test_a_book_of_splits_and_overlays_pays_what_it_measures(tmp_path: Path) -> None:
    extended(tmp_path, credits="D1,wu,100%,split\nD1,zhang,50%,overlay")
    with open_facts(book(tmp_path)) as facts:
        assert not facts.pays_apart()


def test_findings_of_the_new_columns_and_kinds(tmp_path: Path) -> None:
    extended(tmp_path, credits="D1,li,60%,owner\nD1,li,10%,pay\nD1,li,10%,attainment\nD1,li,10%,pay")
    path = tmp_path / "ledger" / "deals.csv"
    path.write_text(
        f"{HEADER}\n"
        "D1,Acme,east,A,zhang,1,won,2026-08-05,school,saas ,,web,1.5,101%,-1\n"
        "D2,Acme,east,A,zhang,1,won,2026-08-05,,,,,1000000000,10,12 months\n",
        "utf-8",
    )
    found = findings(tmp_path, policy("0"))
    assert told(found) == [
        "credits.csv:2:11 F004",
        "credits.csv:3:4 F013",
        "credits.csv:5:4 F013",
        "deals.csv:2:46 C009",
        "deals.csv:2:57 F006",
        "deals.csv:2:61 F005",
        "deals.csv:2:66 F006",
        "deals.csv:3:43 F006",
        "deals.csv:3:54 F005",
        "deals.csv:3:57 F006",
    ]
    assert [f.message for f in found if f.code == "F005"] == [
        "discount '101%' is not one from 0% to 100%",
        "discount '10' is not one from 0% to 100%",
    ]
