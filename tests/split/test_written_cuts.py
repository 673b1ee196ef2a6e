"""Cuts as people write them: levels of fixed amounts, stated over-assignment, units, months of a past."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).parent / "salescli"
HEAD = "period: 2026-Q4\nobjective: grow\nowner: chen\n"

Split = Callable[[str], subprocess.CompletedProcess[str]]


@pytest.fixture
def split(tmp_path: Path) -> Split:
    """Split a target file written into a copy of the sample book."""
    for name in ("ledger", "policies"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "salescli.yaml", tmp_path)

    def run(text: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "ledger/targets/Q4.yaml").write_text(HEAD + text, encoding="utf-8")
        words = [str(PROGRAM), "split", "Q4.yaml", "--lang", "en", "-o", "plain"]
        return subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def rows(done: subprocess.CompletedProcess[str]) -> dict[tuple[str, ...], str]:
    assert done.returncode == 0, done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines()[1:]]
    return {tuple(line[:-1]): line[-1] for line in lines}


def test_t5_t7_amounts_that_use_up_the_whole_do_so_at_every_level(split: Split) -> None:
    found = rows(
        split(
            "total: {new_customers: 9}\nlevels: {stretch: 150%, target: 100%}\n"
            "cut: {region: {by: amounts, new_customers: {east: 3, south: 3, north: 3}}}\n"
        )
    )
    stretch = {key[2]: int(value) for key, value in found.items() if key[5] == "stretch"}
    assert stretch == {"": 14, "east": 5, "north": 4, "south": 5}


def test_t5_stated_over_assignment_keeps_shares_as_written(split: Split) -> None:
    found = rows(
        split(
            "total: {sales_amount: 1000}\nover_assignment: 5%\n"
            "cut: {region: {by: shares, shares: {east: 100%}}, "
            "person: {east: {by: shares, shares: {zhang: 60%, wu: 45%}}}}\n"
        )
    )
    assert {key[4]: value for key, value in found.items() if key[4]} == {"zhang": "600.00", "wu": "450.00"}


@pytest.mark.parametrize(
    ("total", "cut", "wrong"),
    [
        ("{sales_amount: 2000000}\nunit: {sales_amount: 1000}", "sales_amount: {zhang: 800500}", "800500"),
        ("{new_customers: 7}", "new_customers: {zhang: 1.5}", "1.5"),
        ("{sales_amount: 7}", "sales_amount: {zhang: 1.555}", "1.555"),
    ],
)
def test_t5_fixed_amounts_finer_than_the_unit_are_refused(
    split: Split, total: str, cut: str, wrong: str
) -> None:
    done = split(
        f"total: {total}\ncut: {{region: {{by: shares, shares: {{east: 100%}}}}, "
        f"person: {{east: {{by: amounts, {cut}}}}}}}\n"
    )
    assert done.returncode == 1
    assert f"error[T101]: {wrong} is not a multiple of" in done.stderr


@pytest.mark.parametrize("region", ["", "region: {by: shares, shares: {south: 100%}}, "])
def test_a_cut_of_people_whose_region_has_no_target_is_refused(split: Split, region: str) -> None:
    done = split(f"total: {{sales_amount: 1000}}\ncut: {{{region}person: {{east: {{by: equal}}}}}}\n")
    assert done.returncode == 1
    assert "error[T110]: east has no target that its people could share" in done.stderr


def test_t6_months_by_a_longer_past_are_those_of_the_calendar(split: Split) -> None:
    long = rows(split("total: {sales_amount: 1000}\nmonths: {by: history, from: 2025}\n"))
    same = rows(split("total: {sales_amount: 1000}\nmonths: {by: history, from: 2025-Q4}\n"))
    assert long == same
    assert len(set(long.values())) == 4
