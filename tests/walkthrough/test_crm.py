"""The public CRM export from import to settlement, as docs/crm.md walks it; skipped where it is absent."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXPORT = ROOT.parent / "shared" / "data" / "crm"
PROGRAM = Path(sys.executable).parent / "salescli"
WALK = ROOT / "docs" / "crm"

pytestmark = pytest.mark.skipif(
    not (EXPORT / "sales_pipeline.csv").exists(), reason="the public CRM export is not at ../shared/data/crm"
)


def run(book: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name != "SALESCLI_DIR"}
    line = [str(PROGRAM), *words]
    return subprocess.run(line, cwd=book, env=env, capture_output=True, text=True, check=False, timeout=120)


def rows(book: Path, *words: str) -> list[dict[str, str]]:
    done = run(book, *words, "-o", "json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, str]] = json.loads(done.stdout)["rows"]
    return found


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book after the walk's first steps: people, import, targets."""
    folder = tmp_path_factory.mktemp("crm") / "book"
    shutil.copytree(WALK / "book", folder)
    subprocess.run([sys.executable, str(WALK / "make_book.py"), str(EXPORT), str(folder)], check=True)
    done = import_(folder, "--write")
    assert done.returncode == 0, done.stderr
    assert run(folder, "split", "2017-Q4.yaml", "--write").returncode == 0
    return folder


def import_(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    mapping = str(WALK / "opportunities.map.yaml")
    export = str(EXPORT / "sales_pipeline.csv")
    return run(folder, "import", "deals", export, "--map", mapping, "-o", "json", *words)


def deals(book: Path) -> list[dict[str, str]]:
    found = []
    for path in sorted((book / "ledger" / "deals").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += list(csv.DictReader(file))
    return found


def test_all_8800_opportunities_come_in_and_again_changes_nothing(book: Path) -> None:
    everything = deals(book)
    statuses = [deal["status"] for deal in everything]
    assert (len(everything), statuses.count("won"), statuses.count("lost")) == (8800, 4238, 2473)
    assert statuses.count("open") == 2089
    assert sum(Decimal(d["amount"]) for d in everything if d["status"] == "won") == 10_005_534
    again = json.loads(import_(book, "--write").stdout)
    counts = {row["what"]: int(row["count"]) for row in again["rows"]}
    assert (counts["new"], counts["changed"], counts["unchanged"], counts["rejected"]) == (0, 0, 8800, 0)


def test_known_flaws_of_the_export_are_met(book: Path) -> None:
    everything = deals(book)
    assert sum(deal["product"] == "gtx-pro" for deal in everything) == 1480
    assert sum(deal["customer"] == "(none)" for deal in everything) == 1425
    undated = [deal for deal in everything if not deal.get("opened_on") and deal["status"] == "open"]
    assert len(undated) == 500


def test_the_book_is_sound(book: Path) -> None:
    done = run(book, "validate", "-o", "json")
    assert json.loads(done.stdout)["rows"] == []
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("period", "total"),
    [
        ("2017-Q1", "1134672.00"),
        ("2017-Q2", "3086111.00"),
        ("2017-Q3", "2982255.00"),
        ("2017-Q4", "2802496.00"),
        ("2017", "10005534.00"),
    ],
)
def test_sales_by_period(book: Path, period: str, total: str) -> None:
    team = rows(book, "status", "--period", period, "--metric", "sales_amount", "--by", "region")[0]
    assert (team["region"], team["actual"]) == (None, total)


def test_sales_by_region(book: Path) -> None:
    found = rows(book, "status", "--period", "2017", "--metric", "sales_amount", "--by", "region")[1:]
    assert {row["region"]: row["actual"] for row in found} == {
        "central": "3346293.00",
        "east": "3090594.00",
        "west": "3568647.00",
    }


def test_five_agents_without_deals_are_shown_as_such(book: Path) -> None:
    found = rows(book, "status", "--period", "2017", "--metric", "sales_amount", "--by", "person")
    idle = {row["person"] for row in found if Decimal(row["actual"]) == 0}
    assert idle == {"carl-lin", "carol-thompson", "elizabeth-anderson", "mei-mei-johns", "natalya-ivanova"}
    assert len(found) == 35


def test_targets_sum_to_the_whole(book: Path) -> None:
    found = rows(book, "split", "2017-Q4.yaml")
    quarter = [row for row in found if row["period"] == "2017-Q4" and row["level"] == "target"]
    people = sum(Decimal(row["target"]) for row in quarter if row["person"])
    regions = sum(
        Decimal(r["target"]) for r in quarter if r["region"] and not r["product"] and not r["person"]
    )
    assert (people, regions) == (3_200_000, 3_200_000)
    assert run(book, "split", "2017-Q4.yaml", "--check").returncode == 0


def test_pay_and_settlement_agree_and_settle_to_the_same_bytes(book: Path) -> None:
    paid = sum(Decimal(row["amount"]) for row in rows(book, "payout", "--period", "2017-12"))
    folder = book / "ledger" / "settlements" / "2017-12"
    assert run(book, "settle", "draft", "2017-12").returncode == 0
    first = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    assert set(first) == {"credits.csv", "entries.csv", "parts.csv", "payouts.csv", "settlement.yaml"}
    assert run(book, "settle", "draft", "2017-12").returncode == 0
    assert {path.name: path.read_bytes() for path in sorted(folder.iterdir())} == first
    with (folder / "payouts.csv").open(encoding="utf-8", newline="") as file:
        payouts = list(csv.DictReader(file))
    assert paid == sum(Decimal(row["payable"]) for row in payouts)
    assert paid > 0


def test_health_says_what_the_page_says(book: Path) -> None:
    done = run(book, "health", "--period", "2017-Q4", "-o", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    agents = {row["check"]: row for row in found["rows"] if row["plan"] == "agent-2017"}
    paid = sum(Decimal(row["amount"]) for row in rows(book, "payout", "--period", "2017-Q4"))
    assert Decimal(agents["cost_of_sales"]["value"]) == round(paid / Decimal(2802496), 6)
    assert (agents["cost_of_sales"]["light"], agents["reached"]["light"]) == ("green", "red")
    assert Decimal(agents["reached"]["value"]) == round(Decimal(29) / 105, 6)
    assert (len(found["missed"]), agents["high_target"]["people"]) == (13, "30")
    [targets] = found["ranges"]
    assert (targets["what"], targets["from"], targets["to"]) == ("targets", "0.5", "0.79")


def test_signals_of_the_export_accuse_nobody(book: Path) -> None:
    done = run(book, "signals", "--period", "2017-Q4", "-o", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["rows"] == []
    compared = {row["signal"]: row["compared"] for row in found["comparisons"]}
    assert compared.pop("held_back") == "30"
    assert set(compared.values()) == {"0"}


def test_every_command_of_the_walk_works(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "crm.md").read_text(encoding="utf-8")
    script = "set -e\n" + "".join(re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT / "docs" / "crm", checkout / "docs" / "crm")
    (tmp_path / "shared" / "data").mkdir(parents=True)
    (tmp_path / "shared" / "data" / "crm").symlink_to(EXPORT)
    env = os.environ | {"PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-c", script], cwd=checkout, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert script.count("salescli") >= 12
    assert (checkout / "crm" / "review-2017-12.md").exists()


def test_review_of_a_month_without_receipts_reads_sensibly(book: Path) -> None:
    done = run(book, "review", "monthly", "2017-12")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("# Maven Hardware: monthly review 2017-12")
    assert "None" not in done.stdout
