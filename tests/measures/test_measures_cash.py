"""Cash, cancellations and events of deals, as of the last run."""

from __future__ import annotations

import random
import tempfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from measures_book import book, policy, write
from measures_ledgers import days, ledgers, store
from measures_oracle import day, rows

from salescli.findings import Span
from salescli.measures import open_facts
from salescli.model.fact import Cancelled, DealCash

DEALS = """
D1,Acme,east,A,zhang,1000.00,won,2026-07-01,2026-07-05,,,
D2,Blue,east,A,zhang,500.00,cancelled,2026-07-01,2026-07-05,,2026-09-10,
D3,Cats,east,A,zhang,250.00,lost,2026-07-01,,,,
D4,Dogs,east,A,zhang,80.00,open,2026-07-01,,,,
"""
RECEIPTS = """
R1,D1,2026-07-20,300.00
R2,D1,2026-08-03,200.00
R3,D1,2026-08-31,-50.00
R4,D2,2026-08-15,500.00
R5,D3,2026-08-16,1.00
R6,D1,2026-09-01,550.00
"""
AUGUST = (date(2026, 8, 1), date(2026, 8, 31))


def made(root: Path) -> Path:
    return write(root, deals=DEALS, collections=RECEIPTS)


def test_cash_of_a_month_whatever_became_of_the_deal(tmp_path: Path) -> None:
    with open_facts(book(made(tmp_path))) as facts:
        facts.run(date(2026, 12, 31))
        found = facts.cash(*AUGUST, places=True)
        assert [c.places for c in facts.cash(*AUGUST)] == [(), (), ()]
    assert found == [
        DealCash(deal_id="D1", amount=Decimal("1000.00"), before=Decimal("300.00"), after=Decimal("450.00")),
        DealCash(deal_id="D2", amount=Decimal("500.00"), before=Decimal("0.00"), after=Decimal("500.00")),
        DealCash(deal_id="D3", amount=Decimal("250.00"), before=Decimal("0.00"), after=Decimal("1.00")),
    ]
    assert str(found[1].before) == "0.00"
    assert [[str(place) for place in c.places] for c in found] == [
        ["ledger/collections.csv:3", "ledger/collections.csv:4"],
        ["ledger/collections.csv:5"],
        ["ledger/collections.csv:6"],
    ]


def test_cash_after_the_day_looked_from_is_not_there(tmp_path: Path) -> None:
    with open_facts(book(made(tmp_path))) as facts:
        facts.run(date(2026, 8, 15))
        assert [(c.deal_id, str(c.after)) for c in facts.cash(*AUGUST)] == [
            ("D1", "500.00"),
            ("D2", "500.00"),
        ]
        assert facts.cash(date(2026, 9, 1), date(2026, 9, 30)) == []
        assert facts.cash_of(["D1"], date(2026, 12, 31)) == {"D1": Decimal("500.00")}


def test_cash_and_amounts_of_deals(tmp_path: Path) -> None:
    with open_facts(book(made(tmp_path))) as facts:
        ids = ["D4", "D2", "D1", "D1", "nothing"]
        assert {k: str(v) for k, v in facts.cash_of(ids, date(2026, 8, 30)).items()} == {
            "D1": "500.00",
            "D2": "500.00",
            "D4": "0.00",
        }
        facts.run(date(2026, 12, 31))  # D2 is cancelled by then
        assert list(facts.cash_of(ids, date(2026, 8, 2)).values()) == [Decimal(300), Decimal(0), Decimal(0)]
        assert {k: str(v) for k, v in facts.amounts(ids).items()} == {
            "D1": "1000.00",
            "D2": "500.00",
            "D4": "80.00",
        }
        assert facts.amounts([]) == {}
        assert facts.cash_of([], date(2026, 8, 2)) == {}


def test_deals_cancelled_in_a_month(tmp_path: Path) -> None:
    with open_facts(book(made(tmp_path))) as facts:
        september = (date(2026, 9, 1), date(2026, 9, 30))
        assert facts.cancelled(*AUGUST) == []
        [one] = facts.cancelled(*september)
        assert one == Cancelled(
            deal_id="D2", cancelled_on=date(2026, 9, 10), signed_on=date(2026, 7, 5), term_months=None
        )
        assert one.place == Span("ledger/deals.csv", 3)
        assert [c.place for c in facts.cancelled(*september, places=False)] == [Span("")]
        facts.run(date(2026, 9, 9))
        assert facts.cancelled(*september) == []


def test_term_of_a_cancelled_deal(tmp_path: Path) -> None:
    made(tmp_path)
    header = "deal_id,customer,region,product,owner,amount,status,signed_on,cancelled_on,term_months\n"
    lines = (f"D{i},x,east,A,zhang,1,cancelled,,2026-09-0{9 - i},{i or ''}\n" for i in range(3))
    (tmp_path / "ledger" / "deals.csv").write_text(header + "".join(lines), "utf-8")
    with open_facts(book(tmp_path)) as facts:
        found = facts.cancelled(date(2026, 9, 1), date(2026, 9, 30))
    assert [(c.deal_id, c.term_months, c.place.line) for c in found] == [
        ("D2", 2, 4),
        ("D1", 1, 3),
        ("D0", None, 2),
    ]


def test_events_are_the_first_day_of_an_activity_that_names_a_deal(tmp_path: Path) -> None:
    write(
        tmp_path,
        deals=DEALS,
        activities="""
            2026-08-09,li,setup_paid,1,,,,D1
            2026-08-07,li,setup_paid,0,,,,D1
            2026-08-08,wu,setup_paid,2,,,,D1
            2026-08-05,wu,training,1,,,,D1
            2026-08-31,wu,setup_paid,1,,,,D2
            2026-08-01,wu,setup_paid,1,,,Acme,
            2026-08-01,wu,o'clock,1,,,,D2
        """,
    )
    with open_facts(book(tmp_path)) as facts:
        assert facts.events(["setup_paid", "o'clock"], date(2026, 8, 30)) == {
            ("D1", "setup_paid"): date(2026, 8, 8),
            ("D2", "o'clock"): date(2026, 8, 1),
        }
        assert facts.events([], date(2026, 8, 31)) == {}
        facts.run(date(2026, 8, 7))
        assert facts.events(("setup_paid", "training"), date(2026, 8, 31)) == {
            ("D1", "training"): date(2026, 8, 5)
        }


@settings(max_examples=40, deadline=None)
@given(ledger=ledgers(), as_of=days, start=days, seed=st.integers(0, 1000))
def test_cash_is_that_of_the_naive_reckoning(
    ledger: dict[str, list[str]], as_of: date, start: date, seed: int
) -> None:
    end = start + timedelta(days=20)
    with tempfile.TemporaryDirectory() as folder:
        shuffled = {k: random.Random(seed).sample(v, len(v)) for k, v in ledger.items()}
        root = store(Path(folder), shuffled, files=2)
        with open_facts(book(root, policy("30"))) as facts:
            facts.run(as_of)
            got = facts.cash(start, end)
            gone = facts.cancelled(start, end)
            sums = facts.cash_of([d["deal_id"] for d in rows(root, "deals")], end)
        receipts = [
            (r["deal_id"], day(r["received_on"]), Decimal(r["amount"])) for r in rows(root, "collections")
        ]
        known = [(deal, on, amount) for deal, on, amount in receipts if on and on <= min(as_of, end)]
        expected = []
        for deal in sorted(rows(root, "deals"), key=lambda d: d["deal_id"]):
            key = deal["deal_id"]
            own = [(on, amount) for k, on, amount in known if k == key]
            after = sum((amount for _, amount in own), Decimal(0))
            assert sums[key] == after
            if any(on >= start for on, _ in own):
                before = sum((amount for on, amount in own if on < start), Decimal(0))
                expected.append((key, Decimal(deal["amount"]), before, after))
        assert [(c.deal_id, c.amount, c.before, c.after) for c in got] == expected
        cancelled = [
            (on, d["deal_id"], int(d["term_months"] or -1), day(d["signed_on"]))
            for d in rows(root, "deals")
            if (on := day(d["cancelled_on"])) and start <= on <= min(as_of, end)
        ]
        assert [
            (c.cancelled_on, c.deal_id, -1 if c.term_months is None else c.term_months, c.signed_on)
            for c in gone
        ] == sorted(cancelled)
