"""`status` and `table` through the real program: who is shown, filters, forms, edges (SPEC K8, K10)."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from track_books import DEALS, K10, MONTH, Seller, cells, make_book, plain_rows, salescli, write

from salescli.render.safe import width as display_width

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden"
Capture = pytest.CaptureFixture[str]
KEYS = {
    "metric",
    "region",
    "product",
    "person",
    "target",
    "actual",
    "attainment",
    "gap",
    "light",
    "expected_to_date",
    "pace",
}


def json_rows(capsys: Capture, root: Path, *words: str) -> list[dict[str, str | None]]:
    done = salescli(capsys, root, *words, "-o", "json")
    assert done.code == 0, done.err
    rows: list[dict[str, str | None]] = json.loads(done.out)["rows"]
    return rows


def test_keys_that_bind(tmp_path: Path, capsys: Capture) -> None:
    rows = json_rows(capsys, make_book(tmp_path, K10), "status")
    assert all(row.keys() >= KEYS for row in rows)


def test_children_make_the_parent(capsys: Capture) -> None:
    """On the sample book: regions make the team, product lines too, and months the quarter."""

    def actuals(*words: str) -> list[tuple[str | None, Decimal]]:
        rows = json_rows(capsys, ROOT, "status", "--metric", "sales_amount", *words)
        return [(row["region"] or row["product"], Decimal(row["actual"] or 0)) for row in rows]

    for by in ("region", "product"):
        (_, whole), *parts = actuals("--period", MONTH, "--by", by)
        assert sum(part for _, part in parts) == whole > 0
    months = [dict(actuals("-p", f"2026-0{m}", "--by", "region"))["north"] for m in (7, 8, 9)]
    assert dict(actuals("--period", "2026-Q3", "--by", "region"))["north"] >= max(months) > 0


def test_a_quarter_is_due_month_by_month(tmp_path: Path, capsys: Capture) -> None:
    """K8: August of 2026 has 21 working days; by the 14th ten of them are gone, and July is due whole."""
    more = "2026-07,sales_amount,east,,zhang,target,300\n2026-09,sales_amount,east,,zhang,target,400\n"
    seller = Seller("zhang", "Zhang", "east", "A", "2100", (("2026-08-03", "1300"),))
    root = make_book(tmp_path, [seller], more=more)
    words = ("status", "--period", "2026-Q3", "--as-of", "2026-08-14", "--person", "zhang", "-o", "json")
    row = json.loads(salescli(capsys, root, *words).out)["rows"][0]
    assert (row["target"], row["expected_to_date"]) == ("2800.00", "1300.00")
    assert row["pace"] == "1"


def test_joiners_owe_from_their_first_day(tmp_path: Path, capsys: Capture) -> None:
    late = replace(K10[0], hired="2026-08-24", deals=(("2026-08-25", "1"),))
    words = ("status", "--person", "zhang", "--as-of", "2026-08-23", "--period", MONTH)
    root = make_book(tmp_path, [late])
    row = json_rows(capsys, root, *words)[0]
    assert (row["expected_to_date"], row["pace"]) == ("0.00", None)
    table = salescli(capsys, root, "table", "-o", "plain")
    assert plain_rows(table.out)[0]["note"] == "joined on 2026-08-24"


def test_nobody_vanishes(tmp_path: Path, capsys: Capture) -> None:
    people = (
        *K10,
        Seller("none", "None", "east", "A", None, (("2026-08-06", "7"),)),
        Seller("idle", "Idle", "east", "A", None),
        Seller("zero", "Zero", "south", "B", "0"),
        Seller("gone", "Gone", "south", "B", None, left="2026-07-31"),
    )
    root = make_book(tmp_path, people)
    done = salescli(capsys, root, "table", "-o", "md")
    by_name = {row[2]: row for row in map(cells, done.out.splitlines()) if len(row) > 6}
    assert by_name["None"][3:5] == ["no target", "7"]
    assert by_name["Idle"][3:5] == ["no target", "0"]
    assert by_name["Zero"][3] == "0"
    assert by_name["Zero"][8] == "the target is zero"
    assert by_name["Zero"][7] == ""
    assert "Gone" not in by_name
    rows = {row["person"]: row for row in json_rows(capsys, root, "status") if row["person"]}
    assert rows["none"]["target"] is None
    assert rows["zero"]["target"] == "0.00"
    assert rows["zero"]["attainment"] is None


def test_filters_combine(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, K10)
    far = DEALS + "x,c9,south,B,zhang,50,won,2026-08-07,2026-08-07,2026-08-07,\n"
    write(root, {"ledger/deals/more.csv": far})

    def figures(*words: str) -> list[tuple[str | None, ...]]:
        rows = json_rows(capsys, root, "status", *words)
        return [(r["region"], r["product"], r["person"], r["target"], r["actual"]) for r in rows]

    assert figures("--person", "Zhang") == [("east", None, "zhang", "800000.00", "840050.00")]
    assert figures("--person", "zhang", "--product", "B") == [("east", "B", "zhang", None, "50.00")]
    assert figures("--person", "zhang", "--region", "south") == [("south", None, "zhang", None, "50.00")]
    assert figures("--person", "zhang", "--region", "South", "--product", "A")[0][4] == "0.00"
    assert figures("--region", "south", "--by", "product") == [
        ("south", None, None, None, "450050.00"),
        ("south", "A", None, None, "0.00"),
        ("south", "B", None, None, "450050.00"),
        ("south", "C", None, None, "0.00"),
    ]
    assert [row[2] for row in figures("--by", "person")] == ["zhang", "li", "wang"]
    assert [row[2] for row in figures("--by", "person", "--region", "south")] == ["li"]
    assert [row[0] for row in figures("--by", "region")] == [None, "east", "south", "north"]
    assert figures("--person", "zhang", "--by", "region")[1:3] == [
        ("east", None, "zhang", "800000.00", "840000.00"),
        ("south", None, "zhang", None, "50.00"),
    ]


def test_weeks_are_exact_and_end_with_the_day_looked_from(tmp_path: Path, capsys: Capture) -> None:
    done = salescli(capsys, make_book(tmp_path, K10), "status", "--person", "zhang", "-o", "json")
    weeks = json.loads(done.out)["rows"][0]["weeks"]
    assert len(weeks) == 8
    assert weeks[-3:] == ["340000.00", "0.00", "500000.00"]


@pytest.mark.parametrize("form", ["plain", "csv", "json", "md"])
@pytest.mark.parametrize("command", ["status", "table"])
def test_forms_agree(tmp_path: Path, capsys: Capture, command: str, form: str) -> None:
    done = salescli(capsys, make_book(tmp_path, K10), command, "-o", form)
    assert done.code == 0
    if form == "md":
        assert sum(line.startswith("|--") for line in done.out.splitlines()) == 1
        return
    if form == "json":
        rows = [{k: v or "" for k, v in row.items()} for row in json.loads(done.out)["rows"]]
    elif form == "csv":
        rows = list(csv.DictReader(io.StringIO(done.out)))
    else:
        rows = plain_rows(done.out)
    zhang = next(row for row in rows if row["person"] == "zhang")
    assert (zhang["actual"], zhang["attainment"], zhang["light"]) == ("840000.00", "1.05", "green")


def test_machine_forms_do_not_depend_on_the_language(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, K10)
    for form in ("json", "csv", "plain"):
        texts = {salescli(capsys, root, "status", "-o", form, "--lang", lang).out for lang in ("en", "zh_CN")}
        assert len(texts) == 1


def test_no_colour_without_a_terminal(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    done = salescli(capsys, ROOT, "status", "-o", "table", "--period", MONTH, "--lang", "en")
    assert "\x1b" not in done.out
    assert "■ red" in done.out


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", ["status", "status-east", "table"])
def test_golden_with_chinese_names(
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    lang: str,
    width: int,
    name: str,
) -> None:
    """The sample book at 80 and 120 columns; `pytest --update` rewrites, the diff is read."""
    monkeypatch.setenv("COLUMNS", str(width))
    words = {"status": ["status"], "status-east": ["status", "--region", "华东"], "table": ["table"]}[name]
    done = salescli(capsys, ROOT, *words, "--period", MONTH, "-o", "table", "--lang", lang)
    assert done.code == 0
    assert max(map(display_width, done.out.splitlines())) <= max(width, 95)  # the header is not folded
    path = GOLDEN / f"{name}-{width}-{lang}.txt"
    if request.config.getoption("--update"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(done.out, encoding="utf-8")
    assert done.out == path.read_text(encoding="utf-8")


def test_all_green_and_all_red(tmp_path: Path, capsys: Capture) -> None:
    for name, amount, light in (("good", "900", "green"), ("bad", "1", "red")):
        sellers = [replace(one, target="800", deals=(("2026-08-03", amount),)) for one in K10]
        rows = json_rows(capsys, make_book(tmp_path / name, sellers), "table")
        assert {row["light"] for row in rows} == {light}


def test_no_targets_at_all(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, [replace(one, target=None) for one in K10])
    done = salescli(capsys, root, "status", "-o", "table")
    assert done.code == 0
    assert done.out.count("no target") == 7
    assert "this book has no targets yet" in done.err
    assert "red" not in done.out


def test_targets_of_another_period_are_named(tmp_path: Path, capsys: Capture) -> None:
    done = salescli(capsys, make_book(tmp_path, K10, period="2026-Q3"), "status", "-o", "plain")
    assert "2026-08 has no targets of its own; there are some for 2026-Q3" in done.err


def test_a_half_with_targets_for_one_quarter_has_none(capsys: Capture) -> None:
    done = salescli(capsys, ROOT, "status", "--period", "2026-H2", "-o", "plain", "--lang", "en")
    assert {row["target"] for row in plain_rows(done.out)} == {""}
    assert "there are some for 2026-07, 2026-08, 2026-09, 2026-Q3\n" in done.err
    whole = json_rows(capsys, ROOT, "status", "--period", "2026-Q3", "--person", "qian")
    assert whole[0]["target"] is not None  # joined in August: the months they have one in


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--period", "2031-01"), r"no facts in 2031-01.*2026-08-03 to 2026-08-20"),
        (("--period", "August"), r"August is not a period.*2026-08"),
        (("--period", MONTH, "--as-of", "2026-07-31"), r"2026-08 begins on 2026-08-01.*later --as-of"),
        (("--as-of", "tomorrow"), r"tomorrow is not a date.*2026-08-31"),
        (("--person", "zang"), r"no person zang.*did you mean zhang"),
        (("--region", "west"), r"no region west.*east"),
        (("--product", "Z"), r"no product line Z.*A, B, C"),
        (("--metric", "sales_amont"), r"no metric sales_amont.*sales_amount"),
    ],
)
def test_misuse_says_what_would_work(
    tmp_path: Path, capsys: Capture, words: tuple[str, ...], says: str
) -> None:
    done = salescli(capsys, make_book(tmp_path, K10), "status", *words, "--lang", "en")
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert re.search(says, done.err)


def test_a_calendar_nobody_knows_leaves_pace_empty_and_says_so(tmp_path: Path, capsys: Capture) -> None:
    seller = Seller("zhang", "Zhang", "east", "A", "800", (("2003-08-05", "900"),), hired="2003-01-01")
    root = make_book(tmp_path, [seller], period="2003-08")
    done = salescli(capsys, root, "status", "-o", "plain")
    assert done.code == 0
    assert {row["expected_to_date"] for row in plain_rows(done.out)} == {""}
    assert next(row["light"] for row in plain_rows(done.out) if row["person"]) == "green"
    assert "warning[K001]" in done.err
    assert "2003" in done.err


def test_order_of_rows_is_irrelevant(tmp_path: Path, capsys: Capture) -> None:
    one = salescli(capsys, make_book(tmp_path / "a" / "x", K10), "status", "-o", "plain")
    root = make_book(tmp_path / "b" / "x", K10)
    for name in ("ledger/deals/2026-08.csv", "ledger/targets/months.csv"):
        head, *lines = (root / name).read_text().splitlines(keepends=True)
        (root / name).write_text(head + "".join(reversed(lines)))
    assert salescli(capsys, root, "status", "-o", "plain").out == one.out


def told_next(capsys: Capture, root: Path, *words: str) -> str:
    done = salescli(capsys, root, "status", "--lang", "en", "-o", "plain", *words)
    assert done.code == 0, done.err
    return next(line for line in done.err.splitlines() if line.startswith("next: "))


def test_the_next_step_is_the_one_most_worth_looking_at(tmp_path: Path, capsys: Capture) -> None:
    """The worst light first, then the largest gap, then the id; who is ahead only where nobody is behind."""
    month = ("--period", MONTH)
    at_the_end = ("2026-08-31", "1")
    red = [
        Seller("ann", "Ann", "east", "A", "1000", (("2026-08-05", "850"),)),  # yellow, 150 short
        Seller("bob", "Bob", "east", "A", "100", (("2026-08-05", "50"),)),  # red, 50 short
        Seller("cid", "Cid", "south", "A", "100", (("2026-08-05", "50"),)),
        Seller("dan", "Dan", "south", "A", "10", (("2026-08-05", "99"), at_the_end)),
    ]
    root = make_book(tmp_path / "red", red)
    assert told_next(capsys, root, *month) == f"next: salescli diagnose --period {MONTH} --person bob"
    assert told_next(capsys, root, *month, "--region", "south").endswith("--person cid")
    green = [
        Seller("ann", "Ann", "east", "A", "10", (("2026-08-05", "20"),)),
        Seller("bob", "Bob", "east", "A", "10", (("2026-08-05", "50"), at_the_end)),
    ]
    root = make_book(tmp_path / "green", green)
    assert told_next(capsys, root, *month) == f"next: salescli explain bob --period {MONTH}"
    root = make_book(tmp_path / "none", [Seller("ann", "Ann", "east", "A", None, (at_the_end,))])
    assert told_next(capsys, root, *month) == f"next: salescli explain ann --period {MONTH}"


def test_while_the_month_runs_it_is_who_is_furthest_behind_what_is_due(capsys: Capture) -> None:
    words = ("--period", MONTH, "--as-of", "2026-08-14")
    done = salescli(capsys, Path(__file__).resolve().parents[2], "status", *words, "-o", "json")
    people = [row for row in json.loads(done.out)["rows"] if row["person"] and row["expected_to_date"]]
    sales = [row for row in people if row["metric"] == "sales_amount"]
    behind = min(sales, key=lambda row: float(row["actual"]) - float(row["expected_to_date"]))
    assert told_next(capsys, Path(__file__).resolve().parents[2], *words).endswith(
        f"diagnose --period {MONTH} --person {behind['person']}"
    )
