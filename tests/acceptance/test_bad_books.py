"""Every command on a broken book: findings, exit 1, nothing written, never a traceback (SPEC G1, X2)."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest
from program import PROGRAM, Run, snapshot

COMMANDS = {
    "validate": ["validate"],
    "split": ["split", "Q3.yaml"],
    "split --write": ["split", "Q3.yaml", "--write"],
    "status": ["status", "--period", "2026-08"],
    "table": ["table", "--period", "2026-08"],
    "payout": ["payout", "--period", "2026-08"],
    "explain": ["explain", "zhang", "--period", "2026-08"],
    "settle draft": ["settle", "draft", "2026-08"],
    "review monthly": ["review", "monthly", "2026-08", "-O", "review.md"],
}
FACTS = {name: words for name, words in COMMANDS.items() if not name.startswith("split")}


def append(path: Path, text: str) -> None:
    path.write_bytes(path.read_bytes() + text.encode())


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def first_deals(book: Path) -> Path:
    return book / "ledger" / "deals" / "2026-08.csv"


def spoil_org(book: Path) -> None:
    append(book / "ledger" / "org.yaml", "\nregions: [{id: east, name: twice}]\n")


def spoil_yaml(book: Path) -> None:
    append(book / "ledger" / "org.yaml", "\n  }{: [\n")


def spoil_plan(book: Path) -> None:
    plan = sorted((book / "policies" / "plans").glob("*.yaml"))[0]
    append(plan, "\nbonuss: 12\n")


def spoil_metrics(book: Path) -> None:
    replace(book / "policies" / "metrics.yaml", "30%", "0.3")


def spoil_amount(book: Path) -> None:
    lines = first_deals(book).read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    cells[lines[0].split(",").index("amount")] = "1e5"
    first_deals(book).write_text("\n".join([lines[0], ",".join(cells), *lines[2:], ""]), encoding="utf-8")


def spoil_owner(book: Path) -> None:
    text = first_deals(book).read_text(encoding="utf-8")
    first_deals(book).write_text(text.replace(",zhang,", ",zhagn,"), encoding="utf-8")


def spoil_shape(book: Path) -> None:
    append(first_deals(book), "X1,too,few\n")


def spoil_bytes(book: Path) -> None:
    first_deals(book).write_bytes(first_deals(book).read_bytes() + b"\xff\xfe\x00,\n")


def spoil_twice(book: Path) -> None:
    last = first_deals(book).read_text(encoding="utf-8").splitlines()[-1]
    append(first_deals(book), last + "\n")


SPOILED = {
    f.__name__.removeprefix("spoil_"): f
    for f in (
        spoil_org,
        spoil_yaml,
        spoil_plan,
        spoil_metrics,
        spoil_amount,
        spoil_owner,
        spoil_shape,
        spoil_bytes,
        spoil_twice,
    )
}


@pytest.mark.parametrize("spoil", SPOILED)
@pytest.mark.parametrize("command", FACTS)
def test_a_broken_book_is_named_and_left_alone(sample: Path, run: Run, command: str, spoil: str) -> None:
    SPOILED[spoil](sample)
    before = snapshot(sample)
    done = run(sample, *COMMANDS[command], "--lang", "en")
    assert done.code == 1, done.out + done.err
    printed = done.out + done.err
    assert "Traceback" not in printed
    assert "error[" in printed
    assert snapshot(sample) == before


@pytest.mark.parametrize("spoil", ["org", "yaml"])
@pytest.mark.parametrize("command", ["split", "split --write"])
def test_split_needs_sound_configuration(sample: Path, run: Run, command: str, spoil: str) -> None:
    SPOILED[spoil](sample)
    before = snapshot(sample)
    done = run(sample, *COMMANDS[command], "--lang", "en")
    assert done.code == 1, done.out + done.err
    assert "error[" in done.out + done.err
    assert snapshot(sample) == before


def test_all_findings_of_all_files_come_at_once(sample: Path, run: Run) -> None:
    for spoil in (spoil_plan, spoil_metrics, spoil_amount, spoil_owner, spoil_twice):
        spoil(sample)
    done = run(sample, "validate", "-o", "json")
    rows = json.loads(done.out)["rows"]
    paths = {row["path"] for row in rows if row["severity"] == "error"}
    assert {"policies/metrics.yaml", "ledger/deals/2026-08.csv"} <= paths
    assert any(path.startswith("policies/plans/") for path in paths)
    assert all(row["line"] and row["code"] and row["message"] and row["hint"] for row in rows)


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_book_one_line_says_what_would_work(tmp_path: Path, run: Run, command: str) -> None:
    done = run(tmp_path, *COMMANDS[command])
    assert done.code == 2
    assert done.out == ""
    assert "salescli init" in done.err
    assert "Traceback" not in done.err
    assert len(done.err.strip().splitlines()) <= 2


@pytest.mark.parametrize(
    "words",
    [
        ["status", "--period", "2031-01"],
        ["status", "--period", "August"],
        ["status", "--person", "zhagn"],
        ["status", "--region", "eest"],
        ["status", "--as-of", "yesterday"],
        ["table", "--period", "1999-12"],
        ["payout", "--period", "2031-01"],
        ["payout", "--person", "nobody-at-all"],
        ["explain", "zhagn"],
        ["explain", "zhang", "--period", "2031-01"],
        ["settle", "draft", "2031-01"],
        ["settle", "draft", "2026-Q3"],
        ["review", "monthly", "2031-01"],
        ["split", "Q9.yaml"],
        ["import", "deals", "missing.csv", "--map", "missing.yaml"],
        ["statsu"],
    ],
    ids=" ".join,
)
def test_misuse_is_one_line_and_exit_2(sample: Path, run: Run, words: list[str]) -> None:
    before = snapshot(sample)
    done = run(sample, *words, "--lang", "en") if words != ["statsu"] else run(sample, *words)
    assert done.code == 2, done.out + done.err
    assert done.out == ""
    assert "Traceback" not in done.err
    assert snapshot(sample) == before


def test_did_you_mean(sample: Path, run: Run) -> None:
    assert "zhang" in run(sample, "explain", "zhagn", "--lang", "en").err
    assert "east" in run(sample, "status", "--region", "eest", "--lang", "en").err


@pytest.mark.parametrize("command", ["split --write", "settle draft", "review monthly"])
def test_a_full_disk_leaves_the_old_state_whole(sample: Path, command: str) -> None:
    (sample / "ledger" / "targets" / "Q3.csv").unlink(missing_ok=True)
    before = snapshot(sample)
    done = subprocess.run(
        ["sh", "-c", f'ulimit -f 0; exec "{PROGRAM}" "$@"', "sh", *COMMANDS[command]],
        cwd=sample,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode not in (0, 3), done.stderr
    assert b"Traceback" not in done.stderr
    assert snapshot(sample) == before


def test_an_unreadable_file_is_one_line(sample: Path, run: Run) -> None:
    (sample / "ledger" / "org.yaml").unlink()
    (sample / "ledger" / "org.yaml").mkdir()
    done = run(sample, "status", "--lang", "en")
    assert done.code in (1, 2)
    assert "org.yaml" in done.err
    assert "Traceback" not in done.err


def test_ctrl_c_is_quiet(sample: Path) -> None:
    process = subprocess.Popen(
        [str(PROGRAM), "status"],
        cwd=sample,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    time.sleep(0.15)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode in (0, 130, -signal.SIGINT)
    if process.returncode == 130:
        assert b"Traceback" not in err


def test_a_closed_pipe_is_quiet(sample: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f'"{PROGRAM}" explain zhang --period 2026-08 -o json | head -c 1 >/dev/null'],
        cwd=sample,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert b"Traceback" not in done.stderr
    assert b"Error" not in done.stderr
