"""Parquet, one big file, month files; declared metrics; what each step made."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from measures_book import book, findings, policy, told, write

from salescli.findings import Finding
from salescli.measures import open_facts
from salescli.model.metric import Base, Metric
from salescli.model.org import Org

DEALS = """
    D1,Acme,east,A,zhang,1000.00,won,2026-07-01,2026-08-05,2026-08-05,,700.00
    D2,Acme,south,B,li,333.33,won,2026-07-01,2026-08-06,2026-08-06,,
    D3,Best,NA,B,wu,50.00,lost,2026-07-01,,2026-08-07,,
"""
COLLECTIONS = "R1,D1,2026-08-20,500.00\nR2,D2,2026-09-01,333.33"
CREDITS = "D2,li,50%,split\nD2,wu,50%,split\nD2,zhang,10%,overlay"
ACTIVITIES = """
    2026-08-03,li,lead,4,,,,
    2026-06-03,li,lead,5,,,,
    2026-08-04,wu,lead,3,,,,
    2026-08-05,zhang,visit,2,,,,D1
"""
START, END = date(2026, 1, 1), date(2026, 12, 31)


def sample(root: Path) -> Path:
    return write(root, deals=DEALS, collections=COLLECTIONS, credits=CREDITS, activities=ACTIVITIES)


def test_totals_by_person_and_team(tmp_path: Path) -> None:
    with open_facts(book(sample(tmp_path))) as facts:
        facts.run(END)
        team = facts.totals((), START, END)[()]
        assert (team["sales_amount"], team["collected_amount"], team["deals_won"]) == (133333, 83333, 2)
        assert (team["new_customers"], team["won"], team["decided"]) == (1, 2, 3)
        assert (team["gross_profit"], team["lead"]) == (63333, 12)
        people = facts.totals(("person",), START, END)
        assert {p: v["sales_amount"] for (p,), v in people.items()} == {
            "zhang": 103333,
            "li": 16667,
            "wu": 16666,
        }
        assert {p: v["deals_won"] for (p,), v in people.items()} == {"zhang": 1, "li": 1, "wu": 0}
        regions = facts.totals(("region",), START, END)
        assert {r: v["sales_amount"] for (r,), v in regions.items() if v["decided"]} == {
            "NA": 0,
            "east": 100000,
            "south": 33333,
        }
        assert facts.totals((), START, END, person="zhang", region="south")[()]["sales_amount"] == 3333
        assert facts.totals(("person",), date(2030, 1, 1), date(2030, 1, 31)) == {}
        assert facts.newest() == {
            "deals": date(2026, 8, 7),
            "collections": date(2026, 9, 1),
            "activities": date(2026, 8, 5),
            "credits": None,
        }
        assert facts.months() == (date(2026, 6, 3), date(2026, 9, 1))


def test_an_activity_without_region_is_where_its_deal_or_its_person_is(tmp_path: Path) -> None:
    visits = Metric(
        id="visits",
        name="Visits",
        unit="count",
        base=Base(source="activities", column="count", of="done", where={"kind": ("visit",)}),
    )
    with open_facts(book(sample(tmp_path), policy(metrics={"visits": visits}))) as facts:
        facts.run(END)
        rows = facts.totals(("region", "product"), START, END)
        assert {k: v["lead"] for k, v in rows.items() if v["lead"]} == {
            ("east", ""): 4,
            ("south", "B"): 5,
            ("", ""): 3,
        }
        assert {k: v["visits"] for k, v in rows.items() if v["visits"]} == {("east", "A"): 2}


def test_declared_metrics_of_every_moment(tmp_path: Path) -> None:
    def base(source: str, column: str | None, of: str, **where: tuple[str, ...]) -> Metric:
        made = Base(source=source, column=column, of=of, where=where)  # type: ignore[arg-type]
        return Metric(id=name, name=name, unit="count" if column is None else "money", base=made)

    metrics: dict[str, Metric] = {}
    for name, args in {
        "opened": ("deals", None, "opened"),
        "signed_sum": ("deals", "amount", "signed"),
        "lost_sum": ("deals", "amount", "lost"),
        "cancelled_sum": ("deals", "amount", "cancelled"),
        "closed_cost": ("deals", "cost", "closed"),
        "receipts": ("collections", None, "received"),
        "signed_customers": ("customers", None, "signed"),
        "rows": ("activities", None, "done"),
    }.items():
        metrics[name] = base(*args)
    name = "south_b"
    metrics[name] = base("deals", "amount", "recognised", region=("south",), product=("A", "B"))
    name = "phone"
    metrics[name] = base("collections", "amount", "received", status=("won",), owner=("li",))
    sample(tmp_path)
    path = tmp_path / "ledger" / "deals.csv"
    path.write_text(
        path.read_text() + "D4,Cold,east,A,li,70.00,cancelled,2026-07-01,2026-08-01,,2026-08-09,\n"
    )
    with open_facts(book(tmp_path, policy(metrics=metrics))) as facts:
        found: list[Finding] = []
        facts.check(found)
        assert found == []
        facts.run(END)
        whole = facts.totals((), START, END)[()]
        assert {name: whole[name] for name in metrics} == {
            "opened": 4,
            "signed_sum": 133333,
            "lost_sum": 5000,
            "cancelled_sum": 7000,
            "closed_cost": 70000,
            "receipts": 2,
            "signed_customers": 1,
            "rows": 4,
            "south_b": 33333,
            "phone": 33333,
        }
        weeks = facts.totals(("week",), START, END)
        assert sum(w["opened"] for w in weeks.values()) == 4
        facts.run(date(2026, 8, 8))
        assert facts.totals((), START, END)[()]["signed_sum"] == 140333
        assert facts.totals((), START, END)[()]["cancelled_sum"] == 0


def parquet(root: Path, kind: str, types: str) -> None:
    source = root / "ledger" / f"{kind}.csv"
    folder = root / "ledger" / kind
    folder.mkdir()
    con = duckdb.connect()
    con.execute(
        f"COPY (SELECT * REPLACE ({types}) FROM read_csv('{source}', all_varchar=true))"
        f" TO '{folder / 'all.parquet'}' (FORMAT parquet)"
    )
    source.unlink()


def test_parquet_gives_what_csv_gives(tmp_path: Path) -> None:
    with open_facts(book(sample(tmp_path))) as facts:
        facts.run(END)
        csv = facts.totals(("month", "region", "person"), START, END)
    parquet(
        tmp_path,
        "deals",
        "amount::DECIMAL(18,4) AS amount, cost::DECIMAL(18,2) AS cost, signed_on::DATE AS signed_on",
    )
    parquet(tmp_path, "collections", "amount::DECIMAL(12,2) AS amount, received_on::DATE AS received_on")
    parquet(tmp_path, "credits", "share AS share")
    parquet(tmp_path, "activities", "count::INTEGER AS count, date::DATE AS date")
    assert findings(tmp_path) == []
    with open_facts(book(tmp_path)) as facts:
        facts.run(END)
        assert facts.totals(("month", "region", "person"), START, END) == csv
        story = facts.deal("D2")
        assert story is not None
        assert str(story.place) == "ledger/deals/all.parquet:2"


def test_findings_in_parquet_name_the_number_of_the_row(tmp_path: Path) -> None:
    write(tmp_path, deals=DEALS)
    parquet(tmp_path, "deals", "replace(amount, '50.00', '50.005')::DECIMAL(18,3) AS amount")
    found = findings(tmp_path)
    assert told(found) == ["deals/all.parquet:3:0 F002"]
    assert found[0].source is None


def test_parquet_with_floating_point_money_is_refused(tmp_path: Path) -> None:
    write(tmp_path, deals=DEALS)
    parquet(tmp_path, "deals", "amount::DOUBLE AS amount")
    found = findings(tmp_path)
    assert told(found) == ["deals/all.parquet:0:0 C011"]
    assert found[0].message == "column amount is DOUBLE"


def test_what_is_no_parquet_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "deals.parquet").write_bytes(b"nothing of the kind")
    assert told(findings(tmp_path)) == ["deals.parquet:0:0 C010"]


def test_wildcards_and_quotes_in_a_path_are_letters(tmp_path: Path) -> None:
    root = tmp_path / "a [1]* 'b'?"
    sample(root)
    (tmp_path / "a 1").mkdir()
    assert findings(root) == []
    with open_facts(book(root)) as facts:
        facts.run(END)
        assert facts.totals((), START, END)[()]["deals_won"] == 2


def test_a_book_without_facts(tmp_path: Path) -> None:
    assert findings(tmp_path) == []
    with open_facts(book(tmp_path)) as facts:
        assert facts.months() is None
        assert set(facts.newest().values()) == {None}
        facts.run(END)
        assert not any(facts.totals((), START, END)[()].values())
        assert facts.credits(None, START, END) == []
        assert facts.deal("D1") is None


def test_each_step_can_be_looked_at(tmp_path: Path) -> None:
    with open_facts(book(sample(tmp_path))) as facts:
        facts.run(END)
        steps = {name: (sql, count) for name, sql, count in facts.explain_steps()}
    assert {name: count for name, (_, count) in steps.items() if name < "60"} == {
        "05_known_deals": 3,
        "10_agreed_deals": 2,
        "11_live_deals": 2,
        "15_shared": 1,
        "20_collected": 2,
        "30_counted": 2,
        "31_recognised": 2,
        "40_credited": 3,
        "50_received": 3,
    }
    assert all("CREATE" in sql for sql, _ in steps.values())


def test_credits_and_places(tmp_path: Path) -> None:
    with open_facts(book(sample(tmp_path))) as facts:
        facts.run(END)
        lines = facts.credits(None, START, END)
        assert [
            (c.deal_id, c.person, c.kind, str(c.amount), str(c.place), str(c.deal_place)) for c in lines
        ] == [
            ("D1", "zhang", "owner", "1000.00", "ledger/deals.csv:2", "ledger/deals.csv:2"),
            ("D2", "li", "split", "166.67", "ledger/credits.csv:2", "ledger/deals.csv:3"),
            ("D2", "wu", "split", "166.66", "ledger/credits.csv:3", "ledger/deals.csv:3"),
            ("D2", "zhang", "overlay", "33.33", "ledger/credits.csv:4", "ledger/deals.csv:3"),
        ]
        assert [c.deal_id for c in facts.credits("zhang", START, END)] == ["D1", "D2"]
        story = facts.deal("D2")
        assert story is not None
        assert [str(c.place) for c in story.credits] == [f"ledger/credits.csv:{n}" for n in (2, 3, 4)]
        assert [(str(r.place), str(r.collected)) for r in story.receipts] == [
            ("ledger/collections.csv:3", "333.33")
        ]
        lost = facts.deal("D3")
        assert lost is not None
        assert (lost.standing, [c.day for c in lost.credits]) == ("lost", [None])
        assert facts.deal("D' OR 1") is None


def test_the_nearest_deal(tmp_path: Path) -> None:
    with open_facts(book(sample(tmp_path))) as facts:
        assert (facts.near_deal("D22"), facts.near_deal("Q-17")) == ("D2", None)


def test_duckdb_is_not_loaded_before_facts_are_opened() -> None:
    code = "import salescli.measures, sys; sys.exit('duckdb' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("threads", [1, 3])
def test_the_number_of_threads_does_not_matter(tmp_path: Path, threads: int) -> None:
    rows = [f"D{n},C{n % 97},east,A,zhang,{n}.5,won,,2026-08-{n % 28 + 1:02},,," for n in range(20_000)]
    paid = [f"R{n},D{n},2026-08-{n % 31 + 1:02},{n}" for n in range(20_000)]
    write(tmp_path, deals="\n".join(rows), collections="\n".join(paid))
    answers = []
    for count in (2, threads):
        with open_facts(book(tmp_path)) as facts:
            facts._base.con.execute(f"SET threads = {count}")
            facts.run(END)
            answers.append(facts.totals(("week", "person"), START, END))
    assert answers[0] == answers[1]
    assert list(answers[0]) == list(answers[1])


def test_an_organisation_of_nobody(tmp_path: Path) -> None:
    empty = replace(book(sample(tmp_path)), org=Org(regions={}, products={}, people={}))
    found: list[Finding] = []
    with open_facts(empty) as facts:
        facts.check(found)
    assert {f.code for f in found} == {"F008"}
