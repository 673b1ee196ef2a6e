"""Every finding of fact files, with its place; all of them in one run."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measures_book import HEADERS, ORG, book, findings, policy, told, write

from salescli.measures import open_facts
from salescli.measures.rows import Judge
from salescli.measures.schema import COLUMNS

GOOD = "D1,Acme,east,A,zhang,1000.00,won,2026-07-01,2026-08-05,2026-08-05,,700"


def deal(**cells: str) -> str:
    names = HEADERS["deals"].split(",")
    values = dict(zip(names, GOOD.split(","), strict=True)) | cells
    return ",".join(values[name] for name in names)


def test_a_good_book_has_no_findings(tmp_path: Path) -> None:
    write(
        tmp_path,
        deals=GOOD
        + "\nD2,Acme,NA,B,li,0,open,,,,,\nD3,x,south,B,wu,12.5,lost,2026-01-02,,2026-01-01,,".replace(
            "2026-01-02", "2026-01-01"
        ),
        collections="R1,D1,2026-08-05,300\nR2,D1,2026-08-06,-5.5",
        credits="D1,zhang,66.67%,split\nD1,li,33.33%,\nD1,li,10%,overlay",
        activities="2026-08-01,li,lead,3,,,,\n2026-08-01,li,visit,0,east,A,x,D1",
    )
    assert findings(tmp_path) == []


@pytest.mark.parametrize(
    ("row", "place", "message", "hint"),
    [
        (deal(customer=""), "customer F001", "customer is empty", ""),
        (deal(amount='"1,000"'), "amount F002", "amount '1,000' is not an amount", "write 1000"),
        (deal(amount="1e2"), "amount F002", "amount '1e2' is not an amount", "write 100"),
        (deal(amount="１２"), "amount F002", "amount '１２' is not an amount", "write 12"),
        (
            deal(amount="1.005"),
            "amount F002",
            "amount '1.005' is not an amount",
            "CNY has 2 decimal places: write an amount that can be paid",
        ),
        (
            deal(amount="-5"),
            "amount F002",
            "amount '-5' is not an amount",
            "an amount here is zero or more: write a return as cancelled_on or as a refund",
        ),
        (
            deal(amount="123456789012345"),
            "amount F002",
            "amount '123456789012345' is not an amount",
            "at most 14 digits before the point",
        ),
        (
            deal(amount="much"),
            "amount F002",
            "amount 'much' is not an amount",
            "write a plain decimal such as 800000 or 800000.00",
        ),
        (
            deal(opened_on="2026-7-1"),
            "opened_on F003",
            "opened_on '2026-7-1' is not a date",
            "write 2026-07-01",
        ),
        (
            deal(opened_on="2026/07/01"),
            "opened_on F003",
            "opened_on '2026/07/01' is not a date",
            "write 2026-07-01",
        ),
        (
            deal(opened_on="2026-02-30"),
            "opened_on F003",
            "opened_on '2026-02-30' is not a date",
            "there is no such day",
        ),
        (
            deal(opened_on="soon"),
            "opened_on F003",
            "opened_on 'soon' is not a date",
            "write it as 2026-08-31",
        ),
        (
            deal(status="Won"),
            "status F004",
            "status 'Won' is none of open, won, lost, cancelled",
            "did you mean won?",
        ),
        (deal(region="eest"), "region F008", "there is no region 'eest'", "did you mean east?"),
        (deal(region="华东"), "region F008", "there is no region '华东'", "write the id: east"),
        (deal(owner="Zhang San"), "owner F008", "there is no person 'Zhang San'", "write the id: zhang"),
        (
            deal(product="Q"),
            "product F008",
            "there is no product line 'Q'",
            "correct it, or add it to ledger/org.yaml",
        ),
        (
            deal(opened_on="2026-08-06", closed_on=""),
            "signed_on F010",
            "signed_on 2026-08-05 is before opened_on 2026-08-06",
            "correct one of the two dates",
        ),
        (
            deal(signed_on=""),
            "signed_on F011",
            "the deal is won, but signed_on is empty",
            "write the day; without it nobody is paid for the deal",
        ),
        (
            deal(status="cancelled"),
            "cancelled_on F011",
            "the deal is cancelled, but cancelled_on is empty",
            "write the day of the cancellation",
        ),
        (
            deal(cancelled_on="2026-09-01"),
            "cancelled_on F011",
            "the deal is won, but cancelled_on is 2026-09-01",
            "write status cancelled, or remove the date",
        ),
        (
            deal(status="lost"),
            "signed_on F011",
            "the deal is lost, but signed_on is 2026-08-05",
            "write status cancelled if a signed contract was given up, or remove the date",
        ),
        (
            deal(status="open", signed_on=""),
            "closed_on F011",
            "the deal is open, but closed_on is 2026-08-05",
            "write status won or lost, or remove the date",
        ),
        (
            deal(status="open", closed_on=""),
            "status F017",
            "the deal is open, but signed_on is 2026-08-05",
            "write status won; it counts as signed on that day",
        ),
        (deal(deal_id="x" * 101), "deal_id F015", f"deal_id {'x' * 20}… has 101 characters", "at most 100"),
        (
            deal(customer="Ac\u200bme"),
            "customer C008",
            "customer has an invisible character U+200B ZERO WIDTH SPACE after 2 others",
            "remove it",
        ),
        (
            deal(customer="\u202eemca"),
            "customer C008",
            "customer has an invisible character U+202E RIGHT-TO-LEFT OVERRIDE after 0 others",
            "remove it",
        ),
        (
            deal(customer="A\x00"),
            "customer C008",
            "customer has an invisible character U+0000 control character after 1 other",
            "remove it",
        ),
        (deal(customer="Acme "), "customer C009", "customer begins or ends with a blank", "write 'Acme'"),
        (
            deal(customer="\u3000Acme"),
            "customer C009",
            "customer begins or ends with a blank",
            "write 'Acme'",
        ),
        (deal(region=" east"), "region C009", "region begins or ends with a blank", "write 'east'"),
        (
            deal(opened_on="2023-01-01", signed_on="2023-01-02"),
            "owner F016",
            "zhang was not employed on 2023-01-02",
            "employed from 2024-01-01",
        ),
        (
            deal(owner="wu", signed_on="2027-01-01", closed_on=""),
            "owner F016",
            "wu was not employed on 2027-01-01",
            "employed from 2024-01-01 to 2026-12-31",
        ),
    ],
)
def test_findings_of_a_deal(tmp_path: Path, row: str, place: str, message: str, hint: str) -> None:
    write(tmp_path, deals=row)
    found = findings(tmp_path)
    column, code = place.split()
    before = row.split(",")[: HEADERS["deals"].split(",").index(column)]
    assert told(found) == [f"deals.csv:2:{sum(len(cell) + 1 for cell in before) + 1} {code}"]
    assert (found[0].message, found[0].hint, found[0].source) == (message, hint, row)
    assert found[0].severity == ("warning" if found[0].code in ("F016", "F017") else "error")


def test_a_won_deal_needs_one_date_where_signing_does_not_count(tmp_path: Path) -> None:
    write(tmp_path, deals=deal(signed_on="") + "\n" + deal(deal_id="D2", signed_on="", closed_on=""))
    assert told(findings(tmp_path, policy("0", signed=False))) == ["deals.csv:3:46 F011"]


def test_currencies_without_decimals_and_with_three(tmp_path: Path) -> None:
    write(tmp_path, deals=deal(amount="1000", cost="1.5"))
    assert told(findings(tmp_path, currency="JPY")) == ["deals.csv:2:65 F002"]
    write(tmp_path, deals=deal(amount="1000.125", cost="1.5"))
    assert findings(tmp_path, currency="BHD") == []


def test_another_currency(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "collections.csv").write_text(
        "currency,receipt_id,deal_id,received_on,amount\nUSD,R1,D1,2026-08-05,1\nCNY,R2,D1,2026-08-05,1\n"
    )
    write(tmp_path, deals=GOOD)
    found = findings(tmp_path)
    assert told(found) == ["collections.csv:2:1 F012"]
    assert "fx: booking_date" in found[0].hint


def test_findings_of_receipts_shares_and_activities(tmp_path: Path) -> None:
    write(
        tmp_path,
        deals="\n".join([GOOD, deal(deal_id="D2"), deal(deal_id="D3"), deal(deal_id="D1")]),
        collections="""
            R1,D1,2026-08-05,300
            R1,D9,2026-08-06,1.234
            ,D1,2026-08-06,5
            D1,D1,2026-08-06,5
        """,
        credits="""
            D1,zhang,60%,split
            D1,li,30%,split
            D2,zhang,0.5,split
            D2,li,101%,split
            D2,wu,33.3333333%,spilt
            D3,zhang,50%,
            D3,zhang,50%,split
            D8,li,10%,overlay
        """,
        activities="""
            2026-08-01,li,lead,1.5,,,,
            2023-08-01,zhang,lead,1,,,,D7
        """,
    )
    found = findings(tmp_path)
    assert told(found) == [
        "activities.csv:2:20 F006",
        "activities.csv:3:12 F016",
        "activities.csv:3:28 F018",
        "collections.csv:2:1 F007",
        "collections.csv:3:1 F007",
        "collections.csv:3:4 F009",
        "collections.csv:3:18 F002",
        "collections.csv:4:1 F001",
        "credits.csv:2:10 F014",
        "credits.csv:3:7 F014",
        "credits.csv:4:10 F005",
        "credits.csv:5:7 F005",
        "credits.csv:6:7 F005",
        "credits.csv:6:19 F004",
        "credits.csv:7:4 F013",
        "credits.csv:8:4 F013",
        "credits.csv:9:1 F009",
        "deals.csv:2:1 F007",
        "deals.csv:5:1 F007",
    ]
    assert found[8].message == "the shares of deal D1 sum to 90%, not 100%"
    assert found[8].hint == "10% is missing"


def test_somebody_credited_who_was_not_there(tmp_path: Path) -> None:
    write(
        tmp_path,
        deals=deal(signed_on="2027-01-01", closed_on=""),
        credits="D1,zhang,50%,split\nD1,wu,50%,split",
    )
    assert told(findings(tmp_path)) == ["credits.csv:3:4 F016"]


def test_only_bad_rows_of_a_file_with_quotes_crlf_and_many_lines_a_row(tmp_path: Path) -> None:
    folder = tmp_path / "ledger" / "deals"
    folder.mkdir(parents=True)
    header = HEADERS["deals"] + ",note"
    rows = [
        deal(customer='"Acme, ""Inc"""') + ',"two\r\nlines, and ""quotes"""',
        deal(deal_id="D2") + ',x"y',
        "",
        deal(deal_id="D3", amount="1e3", customer='"a\r\nb"') + ",ok",
        deal(deal_id="D4", amount="1e4") + ',"a\r\nb"',
    ]
    (folder / "a.csv").write_bytes(b"\xef\xbb\xbf" + "\r\n".join([header, *rows]).encode())
    found = findings(tmp_path)
    assert told(found) == ["deals/a.csv:6:4 C008", "deals/a.csv:7:17 F002", "deals/a.csv:8:22 F002"]
    assert found[1].source == 'b",east,A,zhang,1e3,won,2026-07-01,2026-08-05,2026-08-05,,700,ok'


def test_malformed_rows_are_all_named_and_the_rest_is_still_checked(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()
    lines = [
        HEADERS["deals"].encode(),
        GOOD.encode(),
        b"D2,too,few",
        (GOOD + ",,too,many").encode(),
        GOOD.replace("Acme", 'say "hi"').replace("D1", "D3").encode(),
        GOOD.replace("Acme", '"say"hi').encode(),
        GOOD.replace("Acme", "Ac\rme").encode(),
        b"D7,\xff\xfe,east,A,zhang,1,won,,2026-08-05,,,",
        GOOD.replace("1000.00", "1e3").replace("D1", "D4").encode(),
        GOOD.replace("Acme", '"never ends').encode(),
        GOOD.replace("D1", "D5").encode() + b"\r",
    ]
    (tmp_path / "ledger" / "deals.csv").write_bytes(b"\n".join(lines) + b"\n")
    write(tmp_path, collections="R1,D2,2026-08-05,1\nR2,D5,2026-08-05,1\nR3,D6,2026-08-05,1")
    found = findings(tmp_path)
    assert told(found) == [
        "collections.csv:4:4 F009",
        "deals.csv:3:11 C006",
        "deals.csv:4:72 C006",
        "deals.csv:6:4 C007",
        "deals.csv:7:6 C008",
        "deals.csv:8:4 C001",
        "deals.csv:9:22 F002",
        "deals.csv:10:4 C007",
    ]
    assert found[1].message == "3 cells where the header has 12"
    assert found[3].source == GOOD.replace("Acme", '"say"hi')


@pytest.mark.parametrize(
    "bad", ['D0,"never,ends', 'D0,"never,ends' + "," * 10, "D0,few", 'D0,"x"y' + "," * 10]
)
@pytest.mark.parametrize("last", [True, False])
def test_nothing_is_dropped_silently_from_one_of_many_files(tmp_path: Path, bad: str, last: bool) -> None:
    folder = tmp_path / "ledger" / "deals"
    folder.mkdir(parents=True)
    for month in range(1, 13):
        rows = [deal(deal_id=f"D{month}-{n}") for n in range(5000)]
        if month == 7:
            rows.insert(5000 if last else 2500, bad)
        (folder / f"2026-{month:02}.csv").write_text("\n".join([HEADERS["deals"], *rows]) + "\n", "utf-8")
    write(tmp_path, collections="R1,D7-4999,2026-08-05,1\nR2,D12-4999,2026-08-05,1")
    line = 5002 if last else 2502
    assert [f.span.line for f in findings(tmp_path)] == [line]


def test_a_row_too_long_to_read(tmp_path: Path) -> None:
    write(tmp_path, deals=GOOD + "\n" + deal(deal_id="D2", customer="y" * 3_000_000))
    assert told(findings(tmp_path)) == ["deals.csv:3:1 C012"]


def test_a_file_of_mixed_line_ends_is_read(tmp_path: Path) -> None:
    write(tmp_path, deals=GOOD)
    path = tmp_path / "ledger" / "deals.csv"
    path.write_bytes(path.read_bytes() + deal(deal_id="D2").encode() + b"\r\n" + deal(deal_id="D3").encode())
    assert findings(tmp_path) == []
    path.write_bytes(path.read_bytes() + b"\n" + deal(deal_id="D4", status="?").encode())
    assert told(findings(tmp_path)) == ["deals.csv:5:30 F004"]


@pytest.mark.parametrize(
    ("data", "expected", "hint"),
    [
        (b"", ["deals.csv:1:0 C002"], "begin it with a header such as deal_id,customer"),
        (
            b"deal_id,customer,region,product,owner,amount,status,singed_on\n",
            ["deals.csv:1:53 C003"],
            "signed_on?",
        ),
        (b"deal_id,customer,region,product,owner,amount\n", ["deals.csv:1:0 C004"], "deals need deal_id"),
        (
            b"deal_id,customer,region,product,owner,amount,status,amount\nD1\n",
            ["deals.csv:1:53 C005"],
            "",
        ),
        ("deal_id,customer\n".encode("utf-16"), ["deals.csv:1:1 C001"], "salescli import"),
    ],
)
def test_headers(tmp_path: Path, data: bytes, expected: list[str], hint: str) -> None:
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "deals.csv").write_bytes(data)
    write(tmp_path, collections="R1,D1,2026-08-05,1")
    found = [f for f in findings(tmp_path) if f.code.startswith("C")]
    assert told(found) == expected
    assert hint in found[0].hint


def test_rows_under_an_unknown_column_are_still_checked(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()
    header = "foo," + HEADERS["collections"]
    (tmp_path / "ledger" / "collections.csv").write_text(f"{header}\n1,R1,D1,2026-13-01,5\n", "utf-8")
    write(tmp_path, deals=GOOD)
    assert told(findings(tmp_path)) == ["collections.csv:1:1 C003", "collections.csv:2:9 F003"]


def test_a_file_that_is_a_folder_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "ledger" / "deals.csv").mkdir(parents=True)
    assert told(findings(tmp_path)) == ["deals.csv:0:0 C010"]


def test_places_in_a_long_file_and_all_of_many_bad_rows(tmp_path: Path) -> None:
    bad = {n for n in range(60_000) if n % 7 == 3}
    rows = [deal(deal_id=f"D{n}", amount="1e3" if n in bad else "1000.00") for n in range(60_000)]
    write(tmp_path, deals="\n".join(rows))
    found = findings(tmp_path)
    assert [f.span.line for f in found] == [n + 2 for n in sorted(bad)]
    assert all(f.source == rows[f.span.line - 2] for f in found)


RATES = """
    2026-08-01,USD,7.1
    2026-08-05,USD,7.123456789
    2026-08-02,JPY,0.0485
    2026-08-02,KWD,23.3
    2026-08-02,EUR,999999999.999999999
"""


def sound(judge: Judge, row: list[str]) -> bool:
    cells = dict(zip(("date", "currency", "rate"), (cell or None for cell in row), strict=True))
    return not any(judge.row("fx", cells))


CELLS = st.one_of(
    st.sampled_from(
        "D1 zhang east A won open lost cancelled 2026-08-05 2026-08-01 2026-8-5 0001-01-01 60% 100% "
        "100.000001% 5 5.5 5.55 5.555 -5 1e3 split overlay Split CNY USD 007 NA 99999999999999.99 "
        "999999999999999 .5 5. + "
        "JPY KWD USD eur 7.123456789 7.1234567890 0.0 0.001 9999999999 1000000000000000 2026-09-01 "
        "0 -0 ١٢ infinity epoch 2026-02-29 0000-00-00 99999-01-01 inf nan 0x1 1_000 true".split()
    ),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters='\r\n",'), max_size=4),
    st.just(""),
)


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(sorted(COLUMNS)), fx=st.booleans(), data=st.data())
def test_sql_and_python_agree_which_rows_are_wrong(kind: str, fx: bool, data: st.DataObject) -> None:
    names = [c.name for c in COLUMNS[kind]]
    rows = [[data.draw(CELLS) for _ in names] for _ in range(data.draw(st.integers(1, 4)))]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "ledger").mkdir()
        if kind != "deals":
            write(root, deals=GOOD)
        if kind != "fx":
            write(root, fx=RATES)
        text = "\n".join(",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows)
        (root / "ledger" / f"{kind}.csv").write_text(
            ",".join(names) + "\n" + text + "\n", "utf-8", newline=""
        )
        with open_facts(book(root, policy(fx=fx))) as facts:
            base = facts._base
            base.load()
            rules = base.rules
            table = "receipts" if kind == "collections" else kind
            marked = base.rows(f"SELECT bad FROM {table} ORDER BY rowid") if len(rows) == 1 else []
            found: list[object] = []
            facts.check(found)  # type: ignore[arg-type]
    assert (rules.currency, rules.digits, rules.signing_counts) == ("CNY", 2, True)
    judge = Judge(ORG, rules)
    ids = [row[0] for row in rows]
    wrong = set()
    for number, row in enumerate(rows):
        cells = dict(zip(names, (cell or None for cell in row), strict=True))
        own = {w.code for w in judge.row(kind, cells)}
        if own:
            wrong.add(number + 2)
        if kind in ("collections", "credits") and cells["deal_id"] not in (None, "D1"):
            wrong.add(number + 2)
        if kind == "activities" and cells["deal_id"] not in (None, "D1"):
            wrong.add(number + 2)
        if kind in ("deals", "collections") and row[0] and ids.count(row[0]) > 1:
            wrong.add(number + 2)
        if (
            kind == "fx"
            and not own
            and sum(other[:2] == row[:2] for other in rows if sound(judge, other)) > 1
        ):
            wrong.add(number + 2)
    if kind != "credits":  # whose shares are judged together
        assert {f.span.line for f in found if kind in f.span.path} == wrong  # type: ignore[attr-defined]
    if marked and kind == "deals" and not {"F016"} & {f.code for f in found}:  # type: ignore[attr-defined]
        assert bool(marked[0][0]) == bool(wrong)
