"""The sample book carries the reference figures of SPEC.md, asserted through the real program."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).parent / "salescli"

Row = dict[str, str | None]


def result(*words: str) -> dict[str, list[Row]]:
    done = subprocess.run(
        [str(PROGRAM), *words, "-o", "json"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[Row]] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def targets() -> dict[tuple[str | None, ...], Decimal]:
    """metric, region, product, person → the quarter's target."""
    return {
        (row["metric"], row["region"], row["product"], row["person"]): Decimal(str(row["target"]))
        for row in result("split", "Q3.yaml")["rows"]
        if row["period"] == "2026-Q3" and row["level"] == "target"
    }


def sales(targets: dict[tuple[str | None, ...], Decimal], *node: str | None) -> Decimal:
    return targets["sales_amount", *node]


def test_t2_team_q3(targets: dict[tuple[str | None, ...], Decimal]) -> None:
    assert sales(targets, None, None, None) == 5_000_000
    assert targets["collection_rate", None, None, None] == Decimal("0.9")
    assert targets["new_customers", None, None, None] == 20
    rates = {target for (metric, *_), target in targets.items() if metric == "collection_rate"}
    assert rates == {Decimal("0.9")}


def test_t3_regions_and_product_lines(targets: dict[tuple[str | None, ...], Decimal]) -> None:
    assert sales(targets, "east", None, None) == 2_000_000
    assert sales(targets, "south", None, None) == 1_500_000
    assert sales(targets, None, "A", None) == 3_000_000
    for region, whole in (("east", 2_000_000), ("south", 1_500_000), ("north", 1_500_000)):
        assert sum(sales(targets, region, product, None) for product in "ABC") == whole
    for product, whole in (("A", 3_000_000), ("B", 1_250_000), ("C", 750_000)):
        assert sum(sales(targets, r, product, None) for r in ("east", "south", "north")) == whole


def test_t4_people(targets: dict[tuple[str | None, ...], Decimal]) -> None:
    assert sales(targets, "east", None, "zhang") == 800_000
    assert sales(targets, "south", None, "li") == 600_000


def test_t6_t7_months_and_levels_sum() -> None:
    rows = result("split", "Q3.yaml")["rows"]
    team = {
        (row["period"], row["level"]): Decimal(str(row["target"]))
        for row in rows
        if row["metric"] == "sales_amount" and not (row["region"] or row["product"] or row["person"])
    }
    assert [team[f"2026-{m}", "target"] for m in ("07", "08", "09")] == [1_500_000, 1_500_000, 2_000_000]
    assert (team["2026-Q3", "stretch"], team["2026-Q3", "challenge"]) == (5_500_000, 6_250_000)


def paid(period: str) -> dict[tuple[str | None, ...], Decimal]:
    rows = result("payout", "--period", period)["rows"]
    return {
        (row["person"], row["component"], row["kind"], row["period"]): Decimal(str(row["amount"]))
        for row in rows
    }


def test_i2_zhang_at_120_percent() -> None:
    row = next(
        r
        for r in result("status", "--person", "zhang", "--period", "2026-08")["rows"]
        if r["metric"] == "sales_amount"
    )
    figures = [Decimal(str(row[key])) for key in ("target", "actual", "attainment")]
    assert figures == [240_000, 288_000, Decimal("1.2")]
    found = paid("2026-08")
    assert found["zhang", "commission", "earning", "2026-08"] == Decimal("8640.00")
    assert found["zhang", "commission", "bonus", "2026-08"] == Decimal("3000.00")


def test_i2_the_plan_pays_31800_on_960000_of_800000() -> None:
    plan = (ROOT / "policies" / "plans" / "account-manager-2026.yaml").read_text(encoding="utf-8")
    assert "- given: {target: 800000, sales_amount: 960000}\n    expect: {commission: 31800}" in plan
    assert result("validate")["rows"] == []


def test_i2_every_tier_is_reached_by_somebody_in_august() -> None:
    rows = result("payout", "--period", "2026-08")["rows"]
    causes = {row["cause"] for row in rows if row["component"] == "commission"}
    assert causes == {"tier 80%", "tier 100%", "tier 120%"}
    assert not any(row["person"] == "li" and row["component"] == "commission" for row in rows)


def test_i3_first_three_of_the_quarter() -> None:
    found = paid("2026-09")
    prizes = {person: amount for (person, name, _, _), amount in found.items() if name == "top3"}
    assert prizes == {"wu": Decimal("5000.00"), "sun": Decimal("3000.00"), "zhang": Decimal("1000.00")}


def test_i4_a_region_at_110_percent_pays_500_to_every_member() -> None:
    rows = result("status", "--by", "region", "--period", "2026-08", "--metric", "sales_amount")["rows"]
    over = {
        row["region"] for row in rows if row["region"] and Decimal(str(row["attainment"])) >= Decimal("1.1")
    }
    assert over == {"east"}
    team = {who: amount for (who, name, _, _), amount in paid("2026-08").items() if name == "team"}
    assert team == {"zhang": Decimal("500.00"), "wu": Decimal("500.00")}


def test_i5_a_sales_star_every_month() -> None:
    for month in ("2026-07", "2026-08", "2026-09"):
        honours = result("payout", "--period", month)["honours"]
        assert [(h["component"], h["award"], h["rank"]) for h in honours] == [("star", "certificate", "1")]
    assert result("payout", "--period", "2026-08")["honours"][0]["person"] == "zhang"


def facts(kind: str) -> list[dict[str, str]]:
    found = []
    for path in sorted((ROOT / "ledger" / kind).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += list(csv.DictReader(file))
    return found


def test_the_sample_has_what_a_year_of_a_team_has() -> None:
    deals, receipts = facts("deals"), facts("collections")
    assert len({deal["signed_on"][:7] for deal in deals if deal["signed_on"]}) >= 14
    assert {deal["status"] for deal in deals} == {"won", "lost", "open", "cancelled"}
    assert {deal["region"] for deal in deals} == {"east", "south", "north"}
    assert {deal["product"] for deal in deals} == {"A", "B", "C"}
    assert any(Decimal(receipt["amount"]) < 0 for receipt in receipts)
    assert {credit["kind"] for credit in facts("credits")} == {"split", "overlay"}
    assert {row["kind"] for row in facts("activities")} >= {"lead", "lead_converted", "follow_up", "visit"}
    org = (ROOT / "ledger" / "org.yaml").read_text(encoding="utf-8")
    assert "left: 2026-08-15" in org
    assert "hired: 2026-08-01" in org
    assert "{from: 2026-07-01, region: north}" in org


def test_the_sample_is_what_its_script_makes(tmp_path: Path) -> None:
    script = ROOT / "tools" / "make_sample.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True, timeout=120)
    made = {str(p.relative_to(tmp_path)): p.read_bytes() for p in sorted(tmp_path.rglob("*.csv"))}
    assert len(made) > 50
    assert {name: (ROOT / name).read_bytes() for name in made} == made


@pytest.mark.parametrize("name", ["Q2.yaml", "Q3.yaml"])
def test_stored_targets_are_up_to_date(name: str) -> None:
    done = subprocess.run(
        [str(PROGRAM), "split", name, "--check"], cwd=ROOT, capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
