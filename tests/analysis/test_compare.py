"""`compare`: the reference figures of A1, what cannot be compared, and A3, through the real program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from track_books import DEALS, MONTH, Seller, cells, make_book, salescli, write

Capture = pytest.CaptureFixture[str]
Rows = list[dict[str, str | None]]
ROOT = Path(__file__).resolve().parents[2]


def ask(capsys: Capture, root: Path, *words: str) -> Rows:
    done = salescli(capsys, root, "compare", *words, "-o", "json")
    assert done.code == 0, done.err
    rows: Rows = json.loads(done.out)["rows"]
    return rows


def one(rows: Rows, metric: str, word: str = "mom", **ids: str) -> dict[str, str | None]:
    dimensions = ("region", "product", "person")
    (found,) = (
        row
        for row in rows
        if row["metric"] == metric
        and row["with"] == word
        and all(row[dimension] == ids.get(dimension) for dimension in dimensions)
    )
    return found


def seller(*deals: tuple[str, str], target: str | None = None, **more: str) -> Seller:
    return Seller("zhang", "Zhang", "east", "A", target, deals, **more)


def test_a1_july_to_august(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, [seller(("2026-07-06", "1200000"), ("2026-08-06", "1100000"))])
    rows = ask(capsys, root, "--with", "mom")
    for ids in ({}, {"region": "east"}, {"product": "A"}, {"region": "east", "person": "zhang"}):
        row = one(rows, "sales_amount", **ids)
        assert (row["actual"], row["base"]) == ("1100000.00", "1200000.00")
        assert (row["change"], row["change_ratio"], row["because"]) == ("-100000.00", "-0.083333", None)
        assert (row["base_period"], row["base_until"]) == ("2026-07", "2026-07-31")
    done = salescli(capsys, root, "compare", "--with", "mom", "-o", "md", "--lang", "en")
    lines = [cells(line) for line in done.out.splitlines() if line.startswith("|")]
    assert lines[0][:4] == ["Metric", "Actual", "2026-07", "MoM"]
    assert lines[2][:4] == ["Sales", "1,100,000", "1,200,000", "−8.3%"]


def test_a1_attainment(tmp_path: Path, capsys: Capture) -> None:
    more = f"{MONTH},sales_amount,,,,target,1500000\n{MONTH},new_customers,,,,target,30\n"
    more += f"{MONTH},average_order_value,,,,target,50000\n"
    sold = tuple((f"2026-08-{day:02}", "59166.66" if day > 1 else "59166.82") for day in range(1, 25))
    root = make_book(tmp_path, [seller(*sold)], more=more)
    rows = ask(capsys, root, "--with", "target")
    sales = one(rows, "sales_amount", "target")
    assert (sales["actual"], sales["base"], sales["change"]) == ("1420000.00", "1500000.00", "-80000.00")
    assert (sales["attainment"], sales["change_ratio"]) == ("0.946667", "-0.053333")
    customers = one(rows, "new_customers", "target")
    assert (customers["actual"], customers["base"], customers["attainment"]) == ("24", "30", "0.8")
    assert one(rows, "sales_amount", "target", product="A")["because"] == "no target"
    done = salescli(capsys, root, "compare", "--with", "target", "-o", "md", "--lang", "en")
    lines = {cells(line)[0]: cells(line) for line in done.out.splitlines() if line.startswith("|")}
    assert lines["Sales"] == ["Sales", "1,420,000", "1,500,000", "−80,000", "94.7%", "▲ yellow"]
    assert lines["New customers"][1:5] == ["24", "30", "−6", "80.0%"]


def test_a1_average_order_value(tmp_path: Path, capsys: Capture) -> None:
    more = f"{MONTH},average_order_value,,,,target,50000\n"
    root = make_book(tmp_path, [seller(("2026-08-03", "48000"), ("2026-08-04", "56000"))], more=more)
    rows = ask(capsys, root, "--metric", "average_order_value", "--with", "target")
    row = one(rows, "average_order_value", "target")
    assert (row["actual"], row["base"], row["attainment"]) == ("52000.00", "50000.00", "1.04")


def test_a_rate_changes_in_points(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, [seller(("2026-07-06", "100"), ("2026-08-06", "100"))])
    lost = DEALS + "".join(
        f"l{n},c,east,A,zhang,5,lost,{day},,{day},\n"
        for n, day in enumerate(("2026-07-07", "2026-07-08", "2026-07-09", "2026-08-07"))
    )
    write(root, {"ledger/deals/lost.csv": lost})
    row = one(ask(capsys, root, "--with", "mom"), "win_rate")
    assert (row["actual"], row["base"], row["change"], row["change_ratio"]) == ("0.5", "0.25", "0.25", "1")
    done = salescli(capsys, root, "compare", "--with", "mom", "-o", "md", "--lang", "en")
    assert "+25.0 pts" in next(line for line in done.out.splitlines() if line.startswith("| Win rate"))


def test_no_base_and_zero_base_say_so(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, [seller(("2026-08-03", "5"))])
    write(root, {"ledger/deals/2026-07.csv": DEALS + "o,c,east,A,zhang,9,open,2026-07-01,,,\n"})
    rows = ask(capsys, root)
    sales = one(rows, "sales_amount")
    assert (sales["base"], sales["change"], sales["change_ratio"]) == ("0.00", "5.00", None)
    assert sales["because"] == "zero in 2026-07"
    assert one(rows, "win_rate")["because"] == "no figure in 2026-07"
    assert one(rows, "lead_conversion")["because"] == "no figure now"
    year = one(rows, "sales_amount", "yoy")
    assert (year["base"], year["change"], year["because"]) == (None, None, "no facts before 2026-07-01")


ORG = """\
regions: [{id: east, name: East}, {id: south, name: South}, {id: west, name: West}]
products: [{id: A, name: A}, {id: B, name: B}]
people:
  - {id: old, name: Old, role: seller, hired: 2020-01-01, assignments: [{from: 2020-01-01, region: east}]}
  - {id: new, name: New, role: seller, hired: 2026-08-10, assignments: [{from: 2026-08-10, region: west}]}
  - {id: mid, name: Mid, role: seller, hired: 2026-07-20, assignments: [{from: 2026-07-20, region: east}]}
  - {id: gone, name: Gone, role: seller, hired: 2020-01-01, left: 2026-07-15,
     assignments: [{from: 2020-01-01, region: east}]}
  - {id: moved, name: Moved, role: seller, hired: 2020-01-01,
     assignments: [{from: 2020-01-01, region: east}, {from: 2026-08-01, region: south}]}
  - {id: range, name: Range, role: seller, hired: 2020-01-01,
     assignments: [{from: 2020-01-01, region: east, products: [A]},
                   {from: 2026-08-05, region: east, products: [B]}]}
"""


@pytest.fixture
def changing(tmp_path: Path) -> Path:
    """Everybody sold 100 in July and 150 in August, as far as they were here."""
    root = make_book(tmp_path, [seller(("2026-07-06", "1"))])
    lines = []
    for who in ("old", "new", "mid", "gone", "moved", "range"):
        for month, amount in (("07", 100), ("08", 150)):
            day = f"2026-{month}-{22 if who == 'mid' and month == '07' else 11}"
            region = {"new": "west", "moved": "south" if month == "08" else "east"}.get(who, "east")
            if (who, month) not in (("new", "07"), ("gone", "08")):
                lines.append(f"{who}{month},c{who},{region},A,{who},{amount},won,{day},{day},{day},\n")
    write(root, {"ledger/org.yaml": ORG, "ledger/deals/2026-07.csv": DEALS + "".join(lines)})
    return root


def test_who_was_not_there_or_moved_is_not_compared(changing: Path, capsys: Capture) -> None:
    rows = {
        row["person"]: row
        for row in ask(capsys, changing, "--with", "mom", "--by", "person", "--metric", "sales_amount")
    }
    said = {who: (row["change"], row["change_ratio"], row["because"]) for who, row in rows.items() if who}
    assert said == {
        "old": ("50.00", "0.5", None),
        "new": ("150.00", None, "joined on 2026-08-10"),
        "mid": ("50.00", None, "joined on 2026-07-20"),
        "gone": ("-100.00", None, "left on 2026-07-15"),
        "moved": ("50.00", None, "moved to South on 2026-08-01"),
        "range": ("50.00", None, "other product lines since 2026-08-05"),
    }
    assert rows[None]["change_ratio"] == "0.5"  # 600 of 400: the team is the team
    value = ask(capsys, changing, "--with", "mom", "--by", "person", "--metric", "average_order_value")
    assert {row["person"]: row["change_ratio"] for row in value}["mid"] == "0.5"  # a rate of part of a month


def test_a_region_nobody_was_in_says_so(changing: Path, capsys: Capture) -> None:
    rows = ask(capsys, changing, "--with", "mom", "--by", "region", "--metric", "sales_amount")
    because = {row["region"]: row["because"] for row in rows if row["region"]}
    assert because == {
        "east": None,
        "south": "nobody was assigned there in 2026-07",
        "west": "nobody was assigned there in 2026-07",
    }


def test_a_month_that_is_not_over_is_compared_with_as_many_working_days(
    tmp_path: Path, capsys: Capture
) -> None:
    sold = (("2026-07-02", "100"), ("2026-07-09", "100"), ("2026-07-30", "700"), ("2026-08-10", "220"))
    root = make_book(tmp_path, [seller(*sold)])
    words = ("--with", "mom", "--as-of", "2026-08-10")
    row = one(ask(capsys, root, *words), "sales_amount")
    assert (row["base"], row["base_until"], row["change_ratio"]) == ("100.00", "2026-07-08", "1.2")
    shown = salescli(capsys, root, "compare", *words, "-o", "md", "--lang", "en")
    assert "6 of 21 working days, against as many of 2026-07, up to 2026-07-08" in shown.out.replace("\\", "")
    whole = one(ask(capsys, root, "--with", "mom"), "sales_amount")
    assert (whole["base"], whole["base_until"]) == ("900.00", "2026-07-31")
    shown = salescli(capsys, root, "compare", "--with", "mom", "-o", "md", "--lang", "en")
    said = "the newest facts are of 2026-08-10: if 2026-08 is not over, --as-of 2026-08-10 compares"
    assert said in shown.out.replace("\\", "")
    early = one(
        ask(capsys, root, "--with", "mom", "--period", "2026-08", "--as-of", "2026-08-02"), "sales_amount"
    )
    assert early["because"] == "no working day of 2026-08 has gone by yet"


def test_working_days_that_are_not_known_are_not_guessed(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, [seller(("2027-04-02", "100"), ("2027-05-10", "220"))])
    row = one(ask(capsys, root, "--with", "mom", "--as-of", "2027-05-10"), "sales_amount")
    assert (row["base"], row["because"]) == (
        None,
        "2027-05 is not over, and its working days are not known",
    )


def test_other_periods_by_name(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, [seller(("2026-05-06", "50"), ("2026-07-06", "80"), ("2026-08-06", "100"))])
    rows = ask(capsys, root, "--with", "2026-05", "--with", "mom")
    assert one(rows, "sales_amount", "2026-05")["change_ratio"] == "1"
    assert one(rows, "sales_amount", "mom")["change_ratio"] == "0.25"
    for word, said in (
        ("2026-Q1", "2026-Q1 is a quarter, 2026-08 is a month"),
        ("2026-09", "2026-09 is not before 2026-08"),
        ("last", "last is nothing to compare with; write mom, yoy, target, or a period such as 2026-07"),
    ):
        done = salescli(capsys, root, "compare", "--with", word)
        assert done.code == 2
        assert said in done.err


def test_a_base_is_seen_as_its_own_last_day_saw_it(tmp_path: Path, capsys: Capture) -> None:
    """A deal cancelled in August still counts in the July that August is compared with."""
    root = make_book(tmp_path, [seller(("2026-07-06", "100"), ("2026-08-06", "150"))])
    gone = DEALS + "x,cx,east,A,zhang,100,cancelled,2026-07-07,2026-07-07,,2026-08-20\n"
    write(root, {"ledger/deals/more.csv": gone})
    row = one(ask(capsys, root, "--with", "mom", "--as-of", "2026-08-31"), "sales_amount")
    assert (row["base"], row["change"], row["change_ratio"]) == ("200.00", "-50.00", "-0.25")


def test_every_metric_and_level_is_there(capsys: Capture) -> None:
    rows = ask(capsys, ROOT, "--period", MONTH)
    from salescli.model.metric import built_in_metrics

    assert {row["metric"] for row in rows} >= set(built_in_metrics())
    assert {row["with"] for row in rows} == {"mom", "yoy"}
    levels = {(bool(row["region"]), bool(row["product"]), bool(row["person"])) for row in rows}
    assert levels >= {(False, False, False), (True, False, False), (False, True, False), (True, False, True)}


def table(capsys: Capture, root: Path, name: str, *words: str) -> list[dict[str, str | None]]:
    done = salescli(capsys, root, "compare", *words, "-o", "json")
    assert done.code == 0, done.err
    found: list[dict[str, str | None]] = json.loads(done.out)[name]
    return found


def test_a3_regions_of_the_sample_book(capsys: Capture) -> None:
    rows = table(capsys, ROOT, "regions", "--period", MONTH, "--by", "region")
    team, *regions = rows
    assert sum(float(row["change"] or 0) for row in regions) == float(team["change"] or 0) == 56300
    assert [row["standing"] for row in rows] == [None, "high", None, "lift"]
    east = regions[0]
    assert (east["share"], east["share_of_change"]) == ("0.465323", "1.385435")
    assert east["collection_rate"] is not None


def test_a3_products_of_the_sample_book(capsys: Capture) -> None:
    team, *products = table(capsys, ROOT, "products", "--period", MONTH, "--by", "product")
    assert abs(sum(float(row["mix_change"] or 0) for row in products)) < 1e-5
    assert abs(sum(float(row["share"] or 0) for row in products) - 1) < 1e-5
    assert team["gross_margin"] == "0.357366"


def test_a3_people_are_named_only_with_cases_enough(tmp_path: Path, capsys: Capture) -> None:
    sellers = [Seller(who, who.title(), "east", "A", None) for who in ("ann", "bob", "cid")]
    root = make_book(tmp_path, sellers)
    lines, number = [], 0
    for who, won, lost in (("ann", 40, 10), ("bob", 10, 40), ("cid", 0, 3)):
        for word in ["won"] * won + ["lost"] * lost:
            number += 1
            signed = "2026-08-05" if word == "won" else ""
            lines.append(f"D{number},c{number},east,A,{who},100,{word},2026-08-03,{signed},2026-08-05,\n")
    write(root, {"ledger/deals/2026-08.csv": DEALS + "".join(lines)})
    rows = {r["person"]: r for r in table(capsys, root, "people", "--period", MONTH, "--by", "person")}
    assert {who: row["win_standing"] for who, row in rows.items()} == {
        None: "",
        "ann": "best",
        "bob": "worst",
        "cid": "few",
    }
    assert (rows["ann"]["win_rate"], rows["ann"]["decided"]) == ("0.8", "50")
    done = salescli(capsys, root, "compare", "--by", "person", "-o", "md", "--lang", "en")
    shown = {cells(line)[0].strip(" &emsp;"): cells(line) for line in done.out.splitlines() if "|" in line}
    assert shown["Ann"][-1] == "benchmark practice: win rate"
    assert shown["Bob"][-1] == "needs coaching: win rate"
    assert shown["Cid"][-1] == "too few cases to tell"
    assert "80.0% (50)" in shown["Ann"]
    assert "2 rates compared" in done.err


def test_a_book_without_costs_or_receipts_shows_no_margin_and_no_collection(
    tmp_path: Path, capsys: Capture
) -> None:
    root = make_book(tmp_path, [seller(("2026-07-06", "100"), ("2026-08-06", "150"))])
    done = salescli(capsys, root, "compare", "-o", "md", "--lang", "en")
    shown = [cells(line)[0] for line in done.out.splitlines() if line.startswith("|")][2:]
    assert shown == [
        "Sales",
        "Deals won",
        "New customers",
        "Average order value",
        "Win rate",
        "Won by close date",
        "Decided by close date",
    ]
    products = table(capsys, root, "products", "--by", "product")
    assert all(row["gross_margin"] is None for row in products)


def test_one_person_and_no_targets(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, [seller(("2026-08-06", "150"))])
    for level in ("region", "product", "person"):
        done = salescli(capsys, root, "compare", "--by", level, "-o", "table")
        assert done.code == 0, done.err
    empty = make_book(tmp_path / "empty", [seller()])
    done = salescli(capsys, empty, "compare")
    assert done.code == 2
    assert "no facts yet" in done.err


def shown(capsys: Capture, root: Path, *words: str) -> tuple[str, list[list[str]], str]:
    """Header, the cells of the table (its heading first), remarks."""
    done = salescli(capsys, root, "compare", *words, "-o", "md", "--lang", "en")
    assert done.code == 0, done.err
    lines = [cells(line) for line in done.out.splitlines() if line.startswith("|")]
    return done.out.replace("\\", ""), [lines[0], *lines[2:]], done.err


@pytest.mark.parametrize("level", ["region", "product", "person"])
def test_what_the_header_announces_the_table_shows(level: str, capsys: Capture) -> None:
    head, lines, err = shown(capsys, ROOT, "--period", MONTH, "--by", level)
    assert "against 2026-07, the period before" in head
    assert "against 2025-08, the year before" in head
    mom, yoy = lines[0].index("MoM"), lines[0].index("YoY")
    assert (lines[1][mom], lines[1][yoy]) == ("+4.1%", "+6.8%")
    assert "Target" not in lines[0]
    assert f"salescli drivers --period {MONTH} --by {level}" in err
    head, lines, _ = shown(capsys, ROOT, "--period", MONTH, "--by", level, "--with", "yoy")
    assert "against 2026-07" not in head
    assert "YoY" in lines[0]
    assert "MoM" not in lines[0]


@pytest.mark.parametrize("level", ["region", "product", "person"])
def test_against_the_target_the_target_is_shown(level: str, capsys: Capture) -> None:
    head, lines, _ = shown(capsys, ROOT, "--period", MONTH, "--by", level, "--with", "target")
    assert f"against the targets of {MONTH}" in head
    found = dict(zip(lines[0], lines[1], strict=True))
    told = {key: found[key] for key in ("Target", "Gap", "Attainment", "Light")}
    assert told == {"Target": "1,500,000", "Gap": "−61,000", "Attainment": "95.9%", "Light": "▲ yellow"}
    assert "MoM" not in lines[0]


def test_several_other_periods_are_told_apart(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, [seller(("2026-05-06", "50"), ("2026-07-06", "80"), ("2026-08-06", "100"))])
    words = ("--by", "person", "--with", "2026-05", "--with", "2026-07")
    _, lines, err = shown(capsys, root, *words)
    found = dict(zip(lines[0], lines[1], strict=True))
    assert (found["vs 2026-05"], found["vs 2026-07"]) == ("+100.0%", "+25.0%")
    assert "next: salescli drivers --period 2026-08 --by person --with 2026-05" in err


def test_what_nothing_was_sold_in_is_no_column(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, [seller(("2026-06-06", "50"), ("2026-08-06", "100"))])
    head, lines, err = shown(capsys, root, "--by", "region", "--with", "mom", "--with", "2026-06")
    assert "nothing to compare with in 2026-07: nothing was sold then" in head
    assert "MoM" not in lines[0]
    found = dict(zip(lines[0], lines[1], strict=True))
    assert (found["vs 2026-06"], found["Change"]) == ("+100.0%", "+50")
    assert "--with 2026-06" in err


def test_a_metric_by_level_leads_to_what_moved_it(capsys: Capture) -> None:
    words = ("--period", MONTH, "--by", "region", "--metric", "win_rate")
    _, _, err = shown(capsys, ROOT, *words)
    assert f"next: salescli drivers --period {MONTH} --metric win_rate --by region" in err
    again = ("drivers", "--period", MONTH, "--with", "target", "--lang", "en")
    done = salescli(capsys, ROOT, *again)
    assert done.code == 2
    assert "write mom, yoy, or a period such as 2026-07" in done.err


def test_nobody_is_compared_where_nobody_has_cases_enough(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, [seller(("2026-08-06", "150"))])
    _, _, err = shown(capsys, root, "--by", "person")
    assert "0 rates" not in err
    assert "nobody is named best or worst: it takes 10 deals decided or 10 leads" in err


def test_two_counts_of_deals_are_told_apart(capsys: Capture) -> None:
    done = salescli(capsys, ROOT, "compare", "--period", "2026-08", "-o", "md", "--lang", "en")
    lines = {cells(line)[0]: cells(line)[1] for line in done.out.splitlines() if line.startswith("|")}
    assert (lines["Deals won"], lines["Won by close date"], lines["Decided by close date"]) == (
        "32",
        "35",
        "56",
    )
    assert "deals won count on the day they meet the rule" in done.err
    alone = ("compare", "--period", "2026-08", "--metric", "deals_won", "-o", "md", "--lang", "en")
    assert "meet the rule" not in salescli(capsys, ROOT, *alone).err
