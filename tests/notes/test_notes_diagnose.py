"""`diagnose` as people use it (SPEC A4, A5): evidence, notes, the 5-Why written and never overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from notes_book import li_book
from track_books import K10, Seller, cells, make_book, plain_rows, salescli, write

Capture = pytest.CaptureFixture[str]
FILE = "ledger/notes/2026-08-diagnoses.yaml"
ALL = ("diagnose", "--period", "2026-08")


def tables(out: str) -> list[list[dict[str, str]]]:
    return [plain_rows(part) for part in out.strip("\n").split("\n\n")]


def test_a4_li_missed_and_converts_less_than_the_team(tmp_path: Path, capsys: Capture) -> None:
    done = salescli(capsys, li_book(tmp_path), *ALL, "-o", "json")
    assert done.code == 0, done.err
    report = json.loads(done.out)
    (row,) = report["rows"]
    assert (row["person"], row["target"], row["actual"], row["attainment"], row["light"]) == (
        "li",
        "600000.00",
        "450000.00",
        "0.75",
        "red",
    )
    (evidence,) = report["evidence"]
    assert evidence["diagnosis"] == row["diagnosis"] == "2026-08.li.sales_amount"
    assert (evidence["metric"], evidence["actual"], evidence["team"], evidence["cases"]) == (
        "lead_conversion",
        "0.15",
        "0.25",
        "40",
    )


def test_a4_for_people(tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    done = salescli(capsys, li_book(tmp_path), *ALL, "-o", "table", "--lang", "en")
    assert "Li  Sales   600,000  450,000       75.0%  −150,000  ■ red" in done.out
    assert "Li · Sales  Lead conversion   15.0%  25.0%     40" in done.out


def test_notes_and_reasons_stand_beside_the_figures(tmp_path: Path, capsys: Capture) -> None:
    done = salescli(capsys, li_book(tmp_path), *ALL, "-o", "json")
    notes = [(n["date"], n["kind"], n["text"], n["place"]) for n in json.loads(done.out)["notes"]]
    assert notes == [
        ("2026-08-20", "customer", "报价流程太慢: =1+1", "ledger/notes/2026-08.yaml:3"),
        ("2026-08-21", "circumstance", "flood in two cities", "ledger/notes/2026-08.yaml:4"),
        ("2026-08-14", "report", "two customers put off to September", "ledger/reports/2026-W33.yaml:3"),
    ]
    assert "ask before judging" not in done.err


def test_who_has_no_note_is_to_be_asked_first(tmp_path: Path, capsys: Capture) -> None:
    done = salescli(capsys, li_book(tmp_path, notes=False), *ALL)
    assert "no note and no report says anything about Li: ask before judging by figures" in done.err


def test_what_was_said_after_the_day_looked_from_is_not_known(tmp_path: Path, capsys: Capture) -> None:
    done = salescli(capsys, li_book(tmp_path), *ALL, "--as-of", "2026-08-13", "-o", "json")
    assert json.loads(done.out)["notes"] == []


def test_in_a_running_month_due_by_today_is_what_counts(tmp_path: Path, capsys: Capture) -> None:
    """By the 21st 15 of 21 working days have gone: 428,571 of 600,000 are due, Li has 450,000."""
    done = salescli(capsys, li_book(tmp_path), *ALL, "--as-of", "2026-08-21", "-o", "json")
    assert json.loads(done.out)["rows"] == []
    done = salescli(capsys, li_book(tmp_path), *ALL, "--as-of", "2026-08-10", "-o", "json")
    rows = {row["person"]: row for row in json.loads(done.out)["rows"]}
    assert rows["li"]["expected_to_date"] == "171428.57"
    assert rows["li"]["actual"] == "0.00"


def test_without_write_nothing_is_written_and_one_person_is_shown_in_full(
    tmp_path: Path, capsys: Capture
) -> None:
    root = li_book(tmp_path)
    before = {p: p.read_bytes() for p in root.rglob("*") if p.is_file()}
    done = salescli(capsys, root, *ALL, "--person", "Li", "-o", "table")
    assert "why_1:" in done.out
    assert "{metric: lead_conversion, actual: 15%, team: 25%, cases: 40" in done.out
    assert f"--write would add diagnoses to {FILE}: 1" in done.err
    assert {p: p.read_bytes() for p in root.rglob("*") if p.is_file()} == before


SKELETON = """\
# 5-Why: fill in why_1 to why_5, root_cause, action, owner, due.
# 填写五个为什么、根本原因、措施、责任人和期限。
diagnoses:
  - period: 2026-08
    metric: sales_amount
    person: li
    target: 600000
    actual: 450000
    at: [ledger/targets/months.csv:3]
    evidence:
      - {metric: lead_conversion, actual: 15%, team: 25%, cases: 40, at: [ledger/activities/2026-08.csv:2, \
ledger/activities/2026-08.csv:3, ledger/activities/2026-08.csv:4]}
    why_1:
    why_2:
    why_3:
    why_4:
    why_5:
    root_cause:
    action:
    owner:
    due:
"""


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_the_skeleton_is_the_same_bytes_in_every_language(tmp_path: Path, capsys: Capture, lang: str) -> None:
    root = li_book(tmp_path)
    done = salescli(capsys, root, *ALL, "--write", "--lang", lang)
    assert done.code == 0
    assert (root / FILE).read_text(encoding="utf-8") == SKELETON
    assert salescli(capsys, root, "validate").code == 0


def test_the_places_of_evidence_are_leads_of_li(tmp_path: Path, capsys: Capture) -> None:
    root = li_book(tmp_path)
    salescli(capsys, root, *ALL, "--write")
    lines = (root / "ledger/activities/2026-08.csv").read_text().splitlines()
    assert [lines[number - 1] for number in (2, 3, 4)] == [
        "2026-08-03,li,lead,15",
        "2026-08-10,li,lead,10",
        "2026-08-17,li,lead,15",
    ]


def test_writing_twice_changes_nothing(tmp_path: Path, capsys: Capture) -> None:
    root = li_book(tmp_path)
    salescli(capsys, root, *ALL, "--write")
    done = salescli(capsys, root, *ALL, "--write")
    assert "nothing was written" in done.err
    assert (root / FILE).read_text(encoding="utf-8") == SKELETON


def test_what_people_wrote_is_kept_and_others_are_added_behind(tmp_path: Path, capsys: Capture) -> None:
    root = li_book(tmp_path)
    salescli(capsys, root, *ALL, "--write")
    ours = (
        SKELETON.replace("why_1:", "why_1: few leads turn into deals   # asked Li on 09-01") + "\n# our end\n"
    )
    write(root, {FILE: ours, "ledger/targets/months.csv": TARGETS})
    done = salescli(capsys, root, *ALL, "--write", "-o", "json")
    text = (root / FILE).read_text(encoding="utf-8")
    head, tail = ours.split("\n# our end\n")
    assert text.startswith(head.rstrip("\n"))
    assert text.endswith("# our end\n")
    assert "person: wang" in text
    states = {row["person"]: row["state"] for row in json.loads(done.out)["rows"] if row["person"]}
    assert states == {"li": "begun", "wang": "empty"}
    assert salescli(capsys, root, "validate").code == 0
    assert tail == ""


TARGETS = """period,metric,region,product,person,level,target
2026-08,sales_amount,south,,li,target,600000
2026-08,sales_amount,north,,wang,target,900000
"""


@pytest.mark.parametrize("text", ["diagnoses: []\n", "{diagnoses: , notes: []}\n", "diagnoses: [\n]\n"])
def test_a_form_that_cannot_be_added_to_is_refused(tmp_path: Path, capsys: Capture, text: str) -> None:
    root = li_book(tmp_path)
    write(root, {FILE: text})
    done = salescli(capsys, root, *ALL, "--write")
    assert done.code == 4
    assert FILE in done.err
    assert (root / FILE).read_text() == text


def test_people_see_what_is_diagnosed_and_how_much_more_is_yellow(tmp_path: Path, capsys: Capture) -> None:
    sellers = [Seller("li", "Li", "south", "B", "500000", (("2026-08-31", "450000"),))]
    root = make_book(tmp_path, sellers)
    done = salescli(capsys, root, *ALL, "-o", "json")
    assert [row["light"] for row in json.loads(done.out)["rows"]] == ["yellow"]
    assert "yellow, so left out and not diagnosed: 1; with --all they are" in done.err
    assert "450,000" not in salescli(capsys, root, *ALL, "-o", "table").out
    assert "450,000" in salescli(capsys, root, *ALL, "-o", "table", "--all").out
    salescli(capsys, root, *ALL, "--all", "--write")
    again = salescli(capsys, root, *ALL, "-o", "table")  # what has a diagnosis is shown
    assert "450,000" in again.out
    assert "left out" not in again.err
    (root / FILE).unlink()
    assert "--write would add diagnoses" in salescli(capsys, root, *ALL, "--all").err
    assert "--write would add diagnoses" in salescli(capsys, root, *ALL, "--person", "li").err


def test_few_cases_are_called_chance_and_few_deals_no_weakness(tmp_path: Path, capsys: Capture) -> None:
    root = make_book(tmp_path, K10)
    write(
        root,
        {
            "ledger/activities/2026-08.csv": "date,person,kind,count\n2026-08-03,li,lead,9\n"
            "2026-08-03,zhang,lead,30\n2026-08-31,zhang,lead_converted,12\n"
        },
    )
    done = salescli(capsys, root, *ALL, "-o", "json")
    report = json.loads(done.out)
    told = {row["metric"]: row for row in report["evidence"]}
    assert told["lead_conversion"]["cases"] == "9"
    assert told["lead_conversion"]["note"] == "few cases"
    assert "deals_won" not in told, "one deal against one and a third says nothing"


def two_months(root: Path, *, target: str = "400") -> Path:
    """Product line A sold 500 in July and 100 in August, in red; Ann and Bob have no targets."""
    july, august = (("2026-07-06", "300"),), (("2026-08-05", "100"),)
    sellers = [Seller("ann", "Ann", "east", "A", None, (*july, *august)),
               Seller("bob", "Bob", "east", "A", None, (("2026-07-13", "200"),)),
               Seller("eve", "Eve", "south", "B", None, (("2026-08-31", "1"),))]  # fmt: skip
    make_book(root, sellers)
    rows = f"2026-08,sales_amount,,A,,target,{target}\n2026-08,sales_amount,east,,,target,{target}\n"
    write(root, {"ledger/targets/months.csv": f"period,metric,region,product,person,level,target\n{rows}"})
    return root


def test_a_red_product_line_or_region_tells_who_sold_less_of_it(tmp_path: Path, capsys: Capture) -> None:
    root = two_months(tmp_path)
    done = salescli(capsys, root, *ALL, "-o", "json")
    rows = [r for r in json.loads(done.out)["evidence"] if r["text"]]
    assert [(r["diagnosis"], r["text"]) for r in rows] == [
        (f"2026-08.{whose}.sales_amount", text)
        for whose in ("east", "A")
        for text in ("Ann 100 / 300 (2026-07)", "Bob 0 / 200 (2026-07)")
    ]
    done = salescli(capsys, root, *ALL, "-o", "md", "--lang", "en")
    assert [cells(line)[1:4] for line in done.out.splitlines() if "Ann" in line or "Bob" in line][2:] == [
        ["Ann", "100", "2026-07: 300"],
        ["Bob", "0", "2026-07: 200"],
    ]
    salescli(capsys, root, *ALL, "--write")
    assert "{text: Ann 100 / 300 (2026-07)}" in (root / FILE).read_text(encoding="utf-8")
    assert salescli(capsys, root, "validate").code == 0


def test_in_a_running_month_as_many_days_of_the_one_before_are_told(tmp_path: Path, capsys: Capture) -> None:
    done = salescli(capsys, two_months(tmp_path), *ALL, "--as-of", "2026-08-06", "-o", "json")
    report = json.loads(done.out)
    texts = {r["text"] for r in report["evidence"]}
    assert texts == set()  # by the 6th nobody had sold in July either: nothing fell
    done = salescli(capsys, two_months(tmp_path, target="9000"), *ALL, "--as-of", "2026-08-10", "-o", "json")
    report = json.loads(done.out)
    texts = {r["text"] for r in report["evidence"]}
    assert texts == {"Ann 100 / 300 (2026-07-01 – 2026-07-08)"}
    row = report["rows"][0]
    assert (row["light"], row["behind"], row["pace"]) == ("red", "far", "0.038889")


def test_the_light_is_that_of_status_also_while_the_month_runs(tmp_path: Path, capsys: Capture) -> None:
    root = li_book(tmp_path)
    words = ("--period", "2026-08", "--as-of", "2026-08-10")
    ours = json.loads(salescli(capsys, root, "diagnose", *words, "-o", "json").out)["rows"]
    theirs = json.loads(salescli(capsys, root, "status", *words, "-o", "json").out)["rows"]
    lights = {row["person"]: row["light"] for row in theirs}
    assert ours
    assert all(row["light"] == lights[row["person"]] for row in ours)
    shown = salescli(capsys, root, "diagnose", *words, "-o", "md", "--lang", "en").out
    heading = cells(next(line for line in shown.splitlines() if line.startswith("|")))
    assert "Behind" in heading
    assert "Light" not in heading


def test_who_is_weak_in_nothing_has_the_period_before_beside_them(tmp_path: Path, capsys: Capture) -> None:
    sold = (("2026-07-06", "300"), ("2026-08-31", "100"))
    root = make_book(tmp_path, [Seller("ann", "Ann", "east", "A", "400", sold)])
    done = salescli(capsys, root, *ALL, "-o", "json")
    assert [r["text"] for r in json.loads(done.out)["evidence"]] == ["Ann 100 / 300 (2026-07)"]


def test_a_product_line_is_not_blamed_for_its_price(tmp_path: Path, capsys: Capture) -> None:
    sold = tuple((f"2026-08-{day:02}", "10") for day in range(3, 15))
    dear = tuple((f"2026-08-{day:02}", "90000") for day in range(3, 15))
    root = make_book(tmp_path, [Seller("ann", "Ann", "east", "A", None, sold),
                                Seller("bob", "Bob", "east", "B", None, dear)])  # fmt: skip
    rows = "2026-08,sales_amount,,A,,target,9000\n"
    write(root, {"ledger/targets/months.csv": f"period,metric,region,product,person,level,target\n{rows}"})
    done = salescli(capsys, root, *ALL, "-o", "json")
    assert [r["metric"] for r in json.loads(done.out)["evidence"]] == []


def test_a_region_tells_who_is_furthest_behind(tmp_path: Path, capsys: Capture) -> None:
    root = li_book(tmp_path)
    rows = "2026-08,sales_amount,south,,,target,600000\n2026-08,sales_amount,,,,target,1700000\n"
    path = root / "ledger/targets/months.csv"
    path.write_text(path.read_text() + rows)
    done = salescli(capsys, root, *ALL, "--all", "-o", "json")
    texts = [(r["diagnosis"], r["text"]) for r in json.loads(done.out)["evidence"] if r["text"]]
    assert texts == [
        ("2026-08.team.sales_amount", "Li 450,000 / 600,000"),
        ("2026-08.south.sales_amount", "Li 450,000 / 600,000"),
    ]


def test_too_little_cash_is_told_deal_by_deal(tmp_path: Path, capsys: Capture) -> None:
    root = li_book(tmp_path)
    write(
        root,
        {
            "ledger/collections/2026-08.csv": "receipt_id,deal_id,received_on,amount\n"
            "R1,li-0,2026-08-31,90000\nR2,zhang-0,2026-08-31,340000\n",
            "ledger/targets/rates.csv": "period,metric,region,product,person,level,target\n"
            "2026-08,collection_rate,,,li,target,90%\n",
        },
    )
    done = salescli(capsys, root, *ALL, "--person", "li", "-o", "json")
    told = [(r["text"], r["at"]) for r in json.loads(done.out)["evidence"] if r["text"]]
    assert told == [("li-0 90,000 / 450,000", "ledger/deals/2026-08.csv:4")]


def test_books_of_nothing(tmp_path: Path, capsys: Capture) -> None:
    alone = make_book(
        tmp_path / "alone", [Seller("li", "Li", "south", "B", None, (("2026-08-31", "450000"),))]
    )
    done = salescli(capsys, alone, *ALL)
    assert (done.code, "this book has no targets yet" in done.err) == (0, True)
    assert "nothing missed" not in done.err
    zero = make_book(tmp_path / "zero", [Seller("li", "Li", "south", "B", "0", (("2026-08-31", "1"),))])
    assert "nothing missed its target" in salescli(capsys, zero, *ALL).err
    empty = make_book(tmp_path / "empty", [Seller("li", "Li", "south", "B", "5")])
    done = salescli(capsys, empty, *ALL)
    assert (done.code, "no facts" in done.err) == (2, True)


def test_bad_words_are_misuse(tmp_path: Path, capsys: Capture) -> None:
    root = li_book(tmp_path)
    for words in (
        ("--person", "lii"),
        ("--period", "August"),
        ("--as-of", "2026-02-30"),
        ("--as-of", "1999-01-01"),
    ):
        done = salescli(capsys, root, "diagnose", *words)
        assert done.code == 2, words
        assert "Traceback" not in done.err


def test_broken_notes_stop_diagnose_but_not_status(tmp_path: Path, capsys: Capture) -> None:
    root = li_book(tmp_path)
    write(root, {"ledger/notes/b.yaml": "notes:\n  - {date: 2026-08-20, kind: nonsense, text: x}\n"})
    assert salescli(capsys, root, *ALL).code == 1
    assert salescli(capsys, root, *ALL, "--write").code == 1
    assert not (root / FILE).exists()
    assert salescli(capsys, root, "status").code == 0


HOSTILE = [
    "{{ 7*7 }} {% raw %} {0.__class__}",
    "<script>alert(1)</script> | **bold** `x`",
    '=HYPERLINK("http://x")',
    "'; DROP TABLE deals; --",
    "- a: b # no comment",
    "../../etc/passwd",
    "%s %d {metric}",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", ["table", "plain", "csv", "json", "md"])
def test_hostile_notes_are_data(tmp_path: Path, capsys: Capture, text: str, form: str) -> None:
    root = li_book(tmp_path)
    quoted = json.dumps(text)
    note = f"{{date: 2026-08-20, kind: other, person: li, text: {quoted}}}"
    write(root, {"ledger/notes/h.yaml": f"notes:\n  - {note}\n"})
    done = salescli(capsys, root, *ALL, "-o", form)
    assert done.code == 0, done.err
    if form == "json":
        assert text in [note["text"] for note in json.loads(done.out)["notes"]]


def test_a_hostile_name_is_written_as_text(tmp_path: Path, capsys: Capture) -> None:
    root = li_book(tmp_path)
    org = root / "ledger/org.yaml"
    org.write_text(org.read_text().replace("name: Li,", 'name: "x: {a: [b]} # \'é",'))
    rows = "2026-08,sales_amount,south,,,target,600000\n"
    path = root / "ledger/targets/months.csv"
    path.write_text(path.read_text() + rows)
    assert salescli(capsys, root, *ALL, "--write").code == 0
    assert salescli(capsys, root, "validate").code == 0
    assert "x: {a: [b]} # 'é 450,000 / 600,000" in salescli(capsys, root, *ALL, "--write", "-o", "json").out
