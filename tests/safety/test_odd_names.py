"""Links, `../` and odd names, in a book and in what is asked for: refused, and nothing outside is touched."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from processes import Ran, Runner, copy, whole
from safe_books import STEPS, line

AUGUST = "ledger/settlements/2026-08"


def refused(done: Ran, *codes: int) -> str:
    """One clear sentence, one of these exit codes."""
    assert done.code in codes, done
    assert done.out == ""
    assert "Traceback" not in done.err
    assert not [c for c in done.err if not c.isprintable() and c != "\n"], done.err
    return done.err


def link(place: Path, outside: Path) -> None:
    """Move a file or folder of the book out of it and leave a link in its place."""
    outside.parent.mkdir(parents=True, exist_ok=True)
    place.rename(outside)
    place.symlink_to(outside)


@pytest.mark.parametrize(
    ("step", "linked"),
    [
        ("redraft", AUGUST),
        ("redraft", f"{AUGUST}/entries.csv"),
        ("redraft", f"{AUGUST}/settlement.yaml"),
        ("redraft", "ledger/settlements"),
        ("redraft", "ledger"),
        ("publish", AUGUST),
        ("close", f"{AUGUST}/settlement.yaml"),
        ("pay", "ledger"),
        ("payroll", "ledger/settlements"),
        ("answer", f"{AUGUST}/objections"),
        ("answer", f"{AUGUST}/objections/1.yaml"),
        ("import", "ledger/deals"),
        ("import", "ledger/deals/2026-08.csv"),
        ("split", "ledger/targets"),
    ],
)
def test_nothing_is_written_through_a_link(
    step: str, linked: str, books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    for name in ("export.csv", "crm.map.yaml"):
        (tmp_path / name).write_bytes((books["draft"].parent / name).read_bytes())
    book = copy(books[step], tmp_path / "book")
    outside = tmp_path / "outside" / "it"
    link(book / linked, outside)
    before = whole(tmp_path)
    refused(runner(*line(step, book), "--lang", "en"), 2, 4)
    assert whole(tmp_path) == before


def test_a_month_that_is_a_link_to_another_month_is_not_drafted_into_it(
    books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    book = copy(books["pay"], tmp_path / "book")
    (book / "ledger/settlements/2026-09").symlink_to("2026-08")
    before = whole(book)
    done = runner("settle", "draft", "2026-09", "-C", str(book), "--lang", "en")
    assert done.code != 0
    assert whole(book) == before


@pytest.mark.parametrize("name", [".salescli.lock", ".salescli.staged", ".salescli.pending"])
def test_own_files_that_are_links_lead_nowhere(
    name: str, books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    book = copy(books["publish"], tmp_path / "book")
    outside = tmp_path / "outside"
    outside.write_text('{"files": [["ledger/.org.yaml.0123456789ab.tmp", "ledger/org.yaml"]], "folders": []}')
    (book / name).unlink(missing_ok=True)
    (book / name).symlink_to(outside)
    done = runner(*line("publish", book), "--lang", "en")
    assert outside.read_text().startswith('{"files"')
    assert (book / "ledger/org.yaml").exists()
    if name != ".salescli.staged":  # that one is only taken away
        assert name in refused(done, 4)


@pytest.mark.parametrize(
    "note",
    [
        {"files": [["../.victim.0123456789ab.tmp", "../victim"]], "folders": []},
        {"files": [["/tmp/.x.0123456789ab.tmp", "/tmp/x"]], "folders": []},
        {"files": [["ledger/org.yaml", "ledger/gone.yaml"]], "folders": []},
        {"files": [["ledger/.org.yaml.0123456789ab.tmp", "salescli.yaml"]], "folders": []},
        {"files": [["ledger/.a.0123456789ab.tmp", "ledger/a"]], "folders": ["../.."]},
        {"files": "x", "folders": 3},
        [],
        None,
    ],
)
@pytest.mark.parametrize("name", [".salescli.staged", ".salescli.pending"])
def test_a_hostile_note_moves_and_removes_nothing(
    name: str, note: object, books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    book = copy(books["publish"], tmp_path / "book")
    (tmp_path / ".victim.0123456789ab.tmp").write_text("x")
    (tmp_path / "victim").write_text("y")
    before = whole(tmp_path)
    (book / name).write_text(json.dumps(note))
    done = runner("payout", "--period", "2026-08", "-C", str(book), "--lang", "en")
    if name.endswith("pending"):
        assert name in refused(done, 4)
        (book / name).unlink()
    else:
        assert done.code == 0
    assert whole(tmp_path) == before


WRONG_PERIODS = (
    "../2026-08",
    "2026-08/../../x",
    "2026-08\n",
    "２０２６-08",
    "2026-8",
    "",
    ".",
    "2026-13",
    "\x1b[2J",
)


@pytest.mark.parametrize("period", WRONG_PERIODS)
def test_a_period_is_a_period(period: str, books: dict[str, Path], runner: Runner, tmp_path: Path) -> None:
    book = copy(books["publish"], tmp_path / "book")
    before = whole(tmp_path)
    for words in (
        ("settle", "draft", period),
        ("settle", "publish", period),
        ("settle", "close", period, "--confirm", period),
        ("object", "add", period, "zhang", "--reason", "x"),
        ("object", "list", period),
        ("export", "payroll", period),
        ("verify", period),
        ("statement", "zhang", "--period", period),
    ):
        refused(runner(*words, "-C", str(book), "--lang", "en"), 2)
    assert whole(tmp_path) == before


@pytest.mark.parametrize("odd", ["../../x", "/etc/passwd", "a\nb", "\x1b[2J", "", "1/../1", "１"])
def test_people_and_objections_are_known_or_refused(
    odd: str, books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    book = copy(books["answer"], tmp_path / "book")
    before = whole(tmp_path)
    for words in (
        ("object", "add", "2026-08", odd, "--reason", "x"),
        ("object", "answer", "2026-08", odd, "--reject", "--text", "x"),
        ("statement", odd, "--period", "2026-08"),
        ("split", odd or "../x", "--write"),
    ):
        refused(runner(*words, "-C", str(book), "--lang", "en"), 2)
    assert whole(tmp_path) == before


@pytest.mark.parametrize("odd", ["../x", "a b", "a/b", "a\nb", "\u202ea", "CON ", ".hidden"])
def test_an_odd_id_of_a_person_is_a_finding(
    odd: str, books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    book = copy(books["draft"], tmp_path / "book")
    org = book / "ledger/org.yaml"
    org.write_text(org.read_text("utf-8").replace("{id: gone,", "{id: " + json.dumps(odd) + ","), "utf-8")
    before = whole(tmp_path)
    done = runner(*line("draft", book), "--lang", "en")
    assert done.code == 1
    assert "ledger/org.yaml:" in done.err
    assert whole(tmp_path) == before


@pytest.mark.parametrize("odd", ["1\n2.yaml", "a b.yaml", "\x1b[2J.yaml", "名.yaml"])
def test_an_objection_with_an_odd_file_name_is_a_finding(
    odd: str, books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    book = copy(books["answer"], tmp_path / "book")
    folder = book / AUGUST / "objections"
    (folder / "1.yaml").rename(folder / odd)
    done = runner("object", "list", "2026-08", "-C", str(book), "--lang", "en")
    assert done.code == 1, done
    assert not [c for c in done.err if not c.isprintable() and c != "\n"], done.err


OUTPUTS = (
    "{book}/ledger/out.csv",
    "{book}/ledger/settlements/2026-08/entries.csv",
    "{book}/policies/../ledger/org.yaml",
    "{book}/salescli.yaml",
    "{book}/.salescli.lock",
    "{book}/.git/config",
    "{book}/link.csv",
    "{book}/pipe",
    "{book}/into/entries.csv",
    "{book}/a\nb.csv",
    "{book}/\x1b[2J.csv",
    "/dev/null",
    "/dev/stdout",
)


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_result_goes_only_where_it_harms_nothing(
    output: str, books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    book = copy(books["payroll"], tmp_path / "book")
    (book / "link.csv").symlink_to(tmp_path / "outside.csv")
    (book / "into").symlink_to(book / AUGUST)
    os.mkfifo(book / "pipe")
    before = whole(tmp_path)
    for words in (("payout", "--period", "2026-08"), STEPS["payroll"]):
        refused(runner(*words, "-O", output.format(book=book), "-C", str(book), "--lang", "en"), 2, 4)
    assert whole(tmp_path) == before  # nor is a payroll remembered that could not be given out


def test_statements_go_into_a_folder_of_their_own(
    books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    book = copy(books["payroll"], tmp_path / "book")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "zhang.md").symlink_to(tmp_path / "outside")
    before = whole(tmp_path)
    for folder in (book / "ledger", book / "ledger/x", tmp_path / "out", tmp_path / "a\nb", book / ".git"):
        done = runner("statement", "--all", "--to", str(folder), "-C", str(book), "--lang", "en")
        refused(done, 4)
    assert whole(tmp_path) == before
    done = runner("statement", "--all", "--to", str(book / "statements"), "-C", str(book))
    assert done.code == 0
    assert sorted(path.name for path in (book / "statements").iterdir()) == [
        "wu.md",
        "zhang.md",
    ]


def test_what_a_killed_run_left_beside_its_output_goes_with_the_next(
    books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    book = copy(books["payroll"], tmp_path / "book")
    out = tmp_path / "out"
    out.mkdir()
    left = out / ".pay.csv.0123456789ab.tmp"
    left.write_text("half")
    other = out / ".other.csv.0123456789ab.tmp"
    other.write_text("of another file")
    for name in ("pay.csv", "八月　工资 .csv"):
        done = runner("payout", "--period", "2026-08", "-O", str(out / name), "-C", str(book))
        assert done.code == 0
    assert sorted(path.name for path in out.iterdir()) == [other.name, "pay.csv", "八月　工资 .csv"]


def test_people_of_a_hostile_settlement_name_no_files(
    books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    """A settlement that is sound in all its hashes, but pays somebody called `../x`."""
    from dataclasses import replace

    from salescli.books.settlements import read_settlement, sha256_of
    from salescli.workflows.settling.settlement_files import manifest_yaml

    book = copy(books["publish"], tmp_path / "book")
    payouts = book / AUGUST / "payouts.csv"
    payouts.write_bytes(payouts.read_bytes().replace(b"zhang,", b"../x,", 1))
    known = read_settlement(book, "2026-08", [])
    assert known is not None
    name = payouts.relative_to(book).as_posix()
    made = replace(known, outputs={**known.outputs, name: sha256_of(payouts)})
    (book / AUGUST / "settlement.yaml").write_bytes(manifest_yaml(made))
    before = whole(tmp_path)
    done = runner("statement", "--all", "--to", str(tmp_path / "out" / "in"), "-C", str(book), "--lang", "en")
    assert "../x" in refused(done, 4)
    assert whole(tmp_path) == before
