"""`forecast` through the program: exact figures, nothing known early, honest intervals, words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from forecast_books import REGIONS, simulated, write

from salescli import i18n
from salescli.cli.errors import guarded
from salescli.cli.group import cli
from salescli.workflows.outlook.forecast import Query, forecast

ROOT = Path(__file__).resolve().parents[2]
EXPORT = ROOT.parent / "shared" / "data" / "crm"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    i18n.use("en")
    yield
    i18n.use("en")


def run(capsys: Capture, root: Path, *words: str) -> tuple[int, str, str]:
    code = guarded(cli, ["forecast", "-C", str(root), "--lang", "en", *words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def asked(capsys: Capture, root: Path, *words: str) -> dict[str, Any]:
    code, out, err = run(capsys, root, "-o", "json", *words)
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def of(rows: list[dict[str, Any]], **keys: str | None) -> dict[str, Any]:
    [row] = [row for row in rows if all(row[key] == value for key, value in keys.items())]
    return row


# --- figures


def test_the_run_rate_goes_by_the_real_calendar(capsys: Capture) -> None:
    """By the 14th, 10 of August's 21 working days are gone: 436,300 × 21 ÷ 10."""
    found = asked(capsys, ROOT, "--period", "2026-08", "--as-of", "2026-08-14")
    team = of(found["rows"], region=None)
    assert team["actual"] == "436300.00"
    pace = of(found["methods"], region=None, method="run_rate")
    assert (pace["estimate"], pace["weight"] is not None) == ("916230.00", True)


def test_so_far_is_what_status_says(capsys: Capture) -> None:
    for by in ("region", "product", "person"):
        words = ("--period", "2026-08", "--as-of", "2026-08-14", "--by", by)
        ours = asked(capsys, ROOT, *words)["rows"]
        guarded(cli, ["status", "-C", str(ROOT), "-o", "json", "--metric", "sales_amount", *words])
        theirs = json.loads(capsys.readouterr().out)["rows"]
        keys = ("region", "product", "person", "target", "actual")
        assert [[row[k] for k in keys] for row in ours] == [[row[k] for k in keys] for row in theirs]


def test_the_forecast_is_the_weighted_mean_of_the_estimates(capsys: Capture) -> None:
    found = asked(capsys, ROOT, "--period", "2026-08", "--as-of", "2026-08-14")
    for row in found["rows"]:
        methods = [m for m in found["methods"] if m["region"] == row["region"] and m["estimate"]]
        assert sum(Fraction(m["weight"]) for m in methods) == pytest.approx(1, abs=0.002)
        mean = sum(Fraction(m["weight"]) * Fraction(m["estimate"]) for m in methods)
        assert float(row["forecast"]) == pytest.approx(float(mean), rel=0.002)
        assert float(row["low"]) <= float(row["forecast"]) <= float(row["high"])
        assert float(row["actual"]) <= float(row["low"])
        assert Fraction(row["attainment"]) == pytest.approx(
            Fraction(row["forecast"]) / Fraction(row["target"])
        )


def test_once_over_a_period_is_what_it_was(capsys: Capture) -> None:
    found = asked(capsys, ROOT, "--period", "2026-07")
    for row in found["rows"]:
        assert row["forecast"] == row["actual"]
        assert (row["low"], row["mape"]) == (None, None)
    assert {row["outlook"] for row in found["rows"]} <= {"reached", "missed"}
    assert found["methods"] == []
    assert "2026-07 is over" in run(capsys, ROOT, "--period", "2026-07")[2]


def test_the_same_bytes_each_time_and_for_any_order_of_rows(tmp_path: Path, capsys: Capture) -> None:
    sold = simulated(tmp_path / "a", 3, months=24)
    assert sold
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    deals = tmp_path / "b/ledger/deals.csv"
    head, *rows = deals.read_text(encoding="utf-8").splitlines()
    deals.write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8")
    words = ("--period", "2025-12", "--as-of", "2025-12-10", "-o", "json")
    first, again, other = (
        run(capsys, root, *words) for root in (tmp_path / "a", tmp_path / "a", tmp_path / "b")
    )
    assert first == again == other


def test_people_who_come_or_go_are_judged_by_their_own_days(tmp_path: Path, capsys: Capture) -> None:
    """He leaves on Saturday the 15th: on the 14th nothing more is to come. Qian joined in time."""
    rows = asked(capsys, ROOT, "--period", "2026-08", "--as-of", "2026-08-14", "--by", "person")["rows"]
    he = of(rows, person="he")
    assert (he["forecast"], he["low"], he["note"]) == (he["actual"], None, "leaves on 2026-08-15")
    write(tmp_path, [deal(1, "2026-08-13", 1000)], "2026-08,sales_amount,a,,pa,target,1000\n")
    org = tmp_path / "ledger/org.yaml"
    text = org.read_text(encoding="utf-8")
    org.write_text(text.replace("2023-01-01", "2026-08-11", 2), encoding="utf-8")
    found = asked(capsys, tmp_path, "--period", "2026-08", "--as-of", "2026-08-14", "--by", "person")
    # From the 11th to the 14th are 4 of their 15 working days.
    assert of(found["rows"], person="pa")["forecast"] == "3750.00"


# --- nothing known early


def as_known(root: Path, day: date) -> None:
    """Cut a simulated book back to what its files said on a day."""
    path = root / "ledger/deals.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    kept = []
    for row in rows:
        cells = row.split(",")
        if cells[7] > day.isoformat():
            continue
        if cells[9] > day.isoformat():
            cells[6], cells[8], cells[9] = "open", "", ""
        kept.append(",".join(cells))
    path.write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")


def test_what_came_later_is_not_known(tmp_path: Path, capsys: Capture) -> None:
    simulated(tmp_path, 5, months=26)
    for by in ("region", "person", "product"):
        words = ("--period", "2025-10", "--as-of", "2025-10-20", "--by", by)
        before = asked(capsys, tmp_path, *words)
        cut = tmp_path.with_name(f"{tmp_path.name}-{by}")
        shutil.copytree(tmp_path, cut)
        as_known(cut, date(2025, 10, 20))
        after = asked(capsys, cut, *words)
        assert before == after
        assert any(row["forecast"] for row in after["rows"])


# --- the interval


def test_the_interval_holds_about_as_often_as_it_says(tmp_path: Path) -> None:
    """Simulated books: 4 of 5 is aimed at; few past errors make it hold somewhat more often."""
    held: list[bool] = []
    told: list[tuple[int, int]] = []
    off: dict[str, list[float]] = {}
    for seed in range(4):
        root = tmp_path / str(seed)
        sold = simulated(root, seed)
        for period, day in (("2026-03", "2026-03-20"), ("2026-06", "2026-06-12")):
            report = forecast(root, Query(period=period, as_of=day))
            truth = {row["region"]: _sold(sold, period, row["region"]) for row in report.tables[0].rows}
            for row in report.tables[0].rows:
                held.append(row["low"] <= truth[row["region"]] <= row["high"])  # type: ignore[operator]
                told.append((row["covered"], row["checked"]))  # type: ignore[arg-type]
                off.setdefault("all", []).append(_off(row["forecast"], truth[row["region"]]))
            for row in report.tables[1].rows:
                if row["estimate"] is not None:
                    error = _off(row["estimate"], truth[row["region"]])
                    off.setdefault(str(row["method"]), []).append(error)
    assert len(held) == 4 * 2 * (len(REGIONS) + 1)
    assert 0.68 <= sum(held) / len(held) <= 0.98
    assert 0.68 <= sum(c for c, _ in told) / sum(n for _, n in told) <= 0.98
    means = {key: sum(values) / len(values) for key, values in off.items()}
    assert means["all"] < max(means["run_rate"], means["seasonal"])


def _sold(sold: dict[tuple[str, str], int], month: str, region: object) -> int:
    return sum(v for (at, r), v in sold.items() if at == month and region in (None, r))


def _off(estimate: object, truth: int) -> float:
    return abs(float(estimate) - truth)  # type: ignore[arg-type]


# --- any book


def deal(number: int, day: str, amount: int, region: str = "a") -> str:
    return f"{region}{number},c{number},{region},A,p{region},{amount},won,{day},{day},{day},"


def test_a_book_of_one_month_has_a_run_rate_and_no_interval(tmp_path: Path, capsys: Capture) -> None:
    write(tmp_path, [deal(1, "2026-08-04", 1000)], "2026-08,sales_amount,,,,target,4200\n")
    code, out, err = run(capsys, tmp_path, "--as-of", "2026-08-14", "--by", "team", "-o", "json")
    assert code == 0
    found = json.loads(out)
    [row] = found["rows"]
    assert (row["forecast"], row["attainment"], row["low"], row["mape"]) == ("2100.00", "0.5", None, None)
    assert row["note"] == "too short a history for an interval"
    assert (row["covered"], row["checked"], row["periods"]) == ("0", "0", "0")
    assert "no interval for 1" in err
    seasonal = of(found["methods"], method="seasonal")
    assert seasonal["why"] == "history does not reach the same period a year before"
    assert seasonal["weight"] is None


def test_before_the_first_working_day_there_is_no_pace(tmp_path: Path, capsys: Capture) -> None:
    rows = [deal(n, f"2026-{m:02}-20", 1000) for n, m in enumerate(range(1, 10))]
    write(tmp_path, rows, "2026-10,sales_amount,,,,target,1000\n")
    found = asked(capsys, tmp_path, "--period", "2026-10", "--as-of", "2026-10-03", "--by", "team")
    assert of(found["methods"], method="run_rate")["why"] == "no working day has gone by yet"


def test_zero_targets_empty_months_and_people_without_sales(tmp_path: Path, capsys: Capture) -> None:
    rows = [deal(n, f"2026-{m:02}-05", 1000) for n, m in enumerate((1, 2, 6))]
    targets = "2026-08,sales_amount,a,,pa,target,0\n2026-08,sales_amount,b,,pb,target,500\n"
    write(tmp_path, rows, targets)
    found = asked(capsys, tmp_path, "--period", "2026-08", "--as-of", "2026-08-14", "--by", "person")
    zero, none = of(found["rows"], person="pa"), of(found["rows"], person="pb")
    assert (zero["attainment"], zero["light"], zero["outlook"]) == (None, None, None)
    assert zero["note"] == "the target is zero"
    assert (none["forecast"], none["attainment"], none["light"], none["low"]) == ("0.00", "0", "red", None)


def test_nothing_sold_ever(tmp_path: Path, capsys: Capture) -> None:
    write(tmp_path, ["a1,c,a,A,pa,100,open,2026-08-03,,,"])
    found = asked(capsys, tmp_path, "--period", "2026-08", "--as-of", "2026-08-14", "--by", "team")
    assert (found["rows"][0]["forecast"], found["rows"][0]["mape"]) == ("0.00", None)


def test_counts_are_told_to_a_tenth_and_cash_may_fall(tmp_path: Path, capsys: Capture) -> None:
    words = ("--period", "2026-08", "--as-of", "2026-08-14", "--by", "team")
    row = asked(capsys, ROOT, *words, "--metric", "new_customers")["rows"][0]
    assert Fraction(row["forecast"]) * 10 % 1 == 0
    keys = {m["method"] for m in asked(capsys, ROOT, *words, "--metric", "collected_amount")["methods"]}
    assert keys == {"run_rate", "recent", "seasonal"}


def test_a_ratio_is_refused_with_what_to_ask_instead(capsys: Capture) -> None:
    code, _, err = run(capsys, ROOT, "--metric", "collection_rate")
    assert code == 2
    assert "collection_rate is a ratio" in err
    assert "--metric collected_amount" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--period", "2026-13"), "is not a period"),
        (("--period", "2020-01"), "there are no facts in 2020-01"),
        (("--period", "2026-08", "--as-of", "2026-07-01"), "begins on 2026-08-01"),
        (("--metric", "salez"), "there is no metric salez"),
    ],
)
def test_misuse_is_one_line_and_a_hint(capsys: Capture, words: tuple[str, ...], said: str) -> None:
    code, _, err = run(capsys, ROOT, *words)
    assert code == 2
    assert said in err


def test_days_of_an_unknown_year_are_not_guessed(tmp_path: Path, capsys: Capture) -> None:
    write(tmp_path, [deal(1, "2031-08-04", 1000)])
    code, _, err = run(capsys, tmp_path, "--as-of", "2031-08-14")
    assert code == 1
    assert "K001" in err


@pytest.mark.skipif(
    not (EXPORT / "sales_pipeline.csv").exists(), reason="the public CRM export is not at ../shared/data/crm"
)
def test_the_crm_export(tmp_path: Path, capsys: Capture) -> None:
    """Half-way through December, from open deals without any amount; 500 of them without a date."""
    import subprocess
    import sys

    walk = ROOT / "docs" / "crm"
    root = tmp_path / "crm"
    shutil.copytree(walk / "book", root)
    subprocess.run([sys.executable, str(walk / "make_book.py"), str(EXPORT), str(root)], check=True)
    guarded(
        cli,
        [
            *("import", "deals", str(EXPORT / "sales_pipeline.csv")),
            *("--map", str(walk / "opportunities.map.yaml"), "-C", str(root), "--write", "-q"),
        ],
    )
    capsys.readouterr()
    code, out, err = run(capsys, root, "--period", "2017-12", "--as-of", "2017-12-12", "-o", "json")
    assert code == 0
    assert "left out, as the day of opening is not stated: 500 open deals" in err
    found = json.loads(out)
    team = of(found["rows"], region=None)
    guarded(cli, ["status", "-C", str(root), "--period", "2017-12", "--by", "region", "-o", "json"])
    truth = Fraction(json.loads(capsys.readouterr().out)["rows"][0]["actual"])
    assert abs(Fraction(team["forecast"]) / truth - 1) < Fraction(1, 5)
    assert of(found["methods"], region=None, method="pipeline")["estimate"] is not None


def test_from_the_first_days_the_sample_book_is_forecast_as_well_as_it_can_be(capsys: Capture) -> None:
    """A pace of one or two days misses by half; what such months bring in is known from those before."""
    missed: dict[str, list[Fraction]] = {"combined": [], "run_rate": []}
    for month in range(3, 9):
        period = f"2026-{month:02}"
        truth = Fraction(asked(capsys, ROOT, "--period", period, "--by", "team")["rows"][0]["actual"])
        for day in (3, 4, 9):
            words = ("--period", period, "--as-of", f"{period}-{day:02}", "--by", "team")
            found = asked(capsys, ROOT, *words)
            estimates = {m["method"]: m["estimate"] for m in found["methods"]}
            estimates["combined"] = found["rows"][0]["forecast"]
            for key, errors in missed.items():
                if estimates[key] is not None:
                    errors.append(abs(Fraction(estimates[key]) / truth - 1))
    means = {key: sum(errors) / len(errors) for key, errors in missed.items()}
    assert means["combined"] < Fraction(1, 6)
    assert means["combined"] < means["run_rate"] / 2
