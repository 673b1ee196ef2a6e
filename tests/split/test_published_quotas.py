"""Published examples of cutting quotas, as files through the program (SPEC T3, T6, T8)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).parent / "salescli"
HEAD = "objective: grow\nowner: old\n"
ORG = """\
regions: [{id: north_america, name: NA}, {id: europe, name: Europe}]
products: [{id: A, name: A}]
people:
  - {id: old, name: Old, role: rep, hired: 2020-01-01, assignments: [{from: 2020-01-01, region: europe}]}
  - {id: new, name: New, role: rep, hired: 2026-01-01, assignments: [{from: 2026-01-01, region: europe}]}
"""
POLICY = "closed_deal: {signed: true, collected_at_least: 30%}\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    (tmp_path / "ledger/targets").mkdir(parents=True)
    (tmp_path / "policies").mkdir()
    (tmp_path / "salescli.yaml").write_text("company: Example\ncurrency: USD\nlocale: en\n", encoding="utf-8")
    (tmp_path / "ledger/org.yaml").write_text(ORG, encoding="utf-8")
    (tmp_path / "policies/metrics.yaml").write_text(POLICY, encoding="utf-8")
    return tmp_path


def split(book: Path, period: str, text: str) -> Iterator[tuple[tuple[str, ...], Decimal]]:
    """(period, region, person) → target, of every row."""
    path = book / f"ledger/targets/{period}.yaml"
    path.write_text(f"period: {period}\n{HEAD}{text}", encoding="utf-8")
    words = [str(PROGRAM), "split", path.name, "-o", "plain"]
    done = subprocess.run(words, cwd=book, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    head, *lines = (line.split("\t") for line in done.stdout.splitlines())
    for line in lines:
        row = dict(zip(head, line, strict=True))
        yield (row["period"], row["region"], row["person"]), Decimal(row["target"])


def test_t6_gitlab_seasonality(book: Path) -> None:
    """Quarter weights 19, 24.5, 28 and 28.5 % of the year, stated by month."""
    shares = ["6%", "6%", "7%", "8%", "8%", "8.5%", "9%", "9%", "10%", "9%", "9%", "10.5%"]
    stated = ", ".join(f"2026-{n:02}: {share}" for n, share in enumerate(shares, 1))
    found = dict(
        split(
            book, "2026", f"total: {{sales_amount: 1000000}}\nmonths: {{by: shares, shares: {{{stated}}}}}\n"
        )
    )
    months = [found[f"2026-{n:02}", "", ""] for n in range(1, 13)]
    assert [sum(months[at : at + 3]) for at in (0, 3, 6, 9)] == [190_000, 245_000, 280_000, 285_000]


def test_t8_gitlab_midmarket_ramp(book: Path) -> None:
    """25, 25, 50, 50, 75, then 100 % of 50,000 a month, beside somebody who carries the whole 50,000."""
    newcomer = Decimal(0)
    for month, factor in enumerate((25, 25, 50, 50, 75, 100), 1):
        total = 50_000 + 50_000 * factor // 100
        text = (
            f"total: {{sales_amount: {total}}}\n"
            "cut: {region: {by: shares, shares: {europe: 100%}}, "
            "person: {europe: {by: equal, ramp: [25%, 25%, 50%, 50%, 75%]}}}\n"
        )
        period = f"2026-{month:02}"
        found = dict(split(book, period, text))
        assert found[period, "europe", "old"] == 50_000
        newcomer += found[period, "europe", "new"]
    assert newcomer == 162_500


def test_t3_sap_top_down_quota(book: Path) -> None:
    """A root target split to its regions leaves nothing unallocated."""
    parts = "{north_america: 15000000, europe: 5000000}"
    found = dict(
        split(
            book,
            "2026",
            f"total: {{sales_amount: 20000000}}\ncut: {{region: {{by: amounts, sales_amount: {parts}}}}}\n",
        )
    )
    assert found["2026", "north_america", ""] == 15_000_000
    assert found["2026", "europe", ""] == 5_000_000
    assert found["2026", "", ""] == found["2026", "north_america", ""] + found["2026", "europe", ""]
