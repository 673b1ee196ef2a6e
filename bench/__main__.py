"""`python -m bench`: one table of ratios, aims beside what was measured. No test asserts any of it."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from time import perf_counter

from tabulate import tabulate

from bench import settled
from bench.books import DEALS_PLAN, MANY, MONTHS, NEWEST, journal, make

HERE = Path(__file__).resolve().parent
PYTHON = sys.executable
PROGRAM = str(Path(PYTHON).parent / "salescli")


@dataclass(frozen=True)
class Cost:
    """A whole process: median wall seconds, user and system seconds, greatest memory."""

    wall: float
    cpu: float
    megabytes: float
    out: bytes


def measure(command: Sequence[str], runs: int, folder: Path | None = None) -> Cost:
    """Run a command some times after a warm-up."""
    found = [_once(command, folder) for _ in range(runs + 1)][1:]
    return Cost(
        statistics.median(c.wall for c in found),
        statistics.median(c.cpu for c in found),
        max(c.megabytes for c in found),
        found[-1].out,
    )


def _once(command: Sequence[str], folder: Path | None) -> Cost:
    env = os.environ | {"PYTHONPATH": str(HERE.parent)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its byte code beside it
    begin = perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    out = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed with {process.returncode}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, out)


Line = tuple[str, str, str, str]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000", help="numbers of deals, with commas")
    parser.add_argument("--runs", type=int, default=3, help="counted runs of each command")
    parser.add_argument(
        "--only",
        default="",
        help="letters: s start-up, p pay, a bare SQL, b pandas, c ledgers, v validate, n analysis, "
        "f forecast, r reconcile and due, w reviews, h health, l settled months",
    )
    parser.add_argument("--a-month", type=int, default=settled.A_MONTH, help="deals a settled month has")
    parser.add_argument("--people", type=int, default=settled.PEOPLE, help="people it pays")
    given = parser.parse_args()
    only = given.only or "spabcvnfrwhl"
    lines: list[Line] = []
    if "s" in only:
        lines += start_up(given.runs)
    if "p" in only:
        lines += in_memory()
    walls: dict[tuple[str, int], float] = {}
    for size in map(int, given.sizes.split(",")):
        say(f"book of {size:,} deals")
        lines += of_size(make(HERE / "books", size), size, given.runs, only, walls)
    lines += growth(walls)
    if "l" in only:
        lines += life(given.a_month, given.people)
    print(tabulate(lines, headers=["measured", "against", "ratio or figure", "aim"], tablefmt="github"))


def say(text: str) -> None:
    """Progress on stderr."""
    print(text, file=sys.stderr, flush=True)


def start_up(runs: int) -> list[Line]:
    """`--help` against importing click, and `status` on the sample book."""
    bare = measure([PYTHON, "-c", "import click"], runs * 3)
    shown = measure([PROGRAM, "--help"], runs * 3)
    sample = measure([PROGRAM, "status", "--period", "2026-08"], runs * 3, HERE.parent)
    return [
        (
            "salescli --help",
            "import click",
            f"{shown.wall / bare.wall:.2f}x ({shown.wall * 1000:.0f} ms)",
            "<= 2.5x",
        ),
        ("status, sample book", "", f"{sample.wall:.2f} s (cpu {sample.cpu:.2f})", "< 0.5 s"),
    ]


def in_memory() -> list[Line]:
    """Microseconds per person of each shape, and of six together, trace included."""
    say("100,000 people in memory")
    times = json.loads(measure([PYTHON, "-m", "bench.pay"], 1).out)
    mean = sum(times.values()) / len(times)
    lines = [(f"{shape}, 100,000 people", "", f"{each:.1f} us a person", "") for shape, each in times.items()]
    return [
        *lines,
        ("six components, 100,000 people", "", f"{mean:.1f} us a person and component", "<= 10 us"),
    ]


def _by_deal(root: Path, size: int, runs: int, plain: Cost) -> Line:
    """A rate table over every deal of the month, one entry each, against a period's tiers."""
    plan = root / "policies/plans/bench.yaml"
    usual = plan.read_text(encoding="utf-8")
    plan.write_text(DEALS_PLAN, encoding="utf-8")
    try:
        cost = measure([PROGRAM, "payout", "--period", NEWEST, "-o", "json", "-q"], runs, root)
    finally:
        plan.write_text(usual, encoding="utf-8")
    return (f"payout deal by deal, {size:,}", "payout by period", versus(cost, plain), "")


def of_size(root: Path, size: int, runs: int, only: str, walls: dict[tuple[str, int], float]) -> list[Line]:
    """Everything on one book."""
    lines: list[Line] = []
    ours = {
        word: measure([PROGRAM, word, "--period", NEWEST, "-o", "json", "-q"], runs, root)
        for word in ("status", "payout")
    }
    for word, cost in ours.items():
        walls[word, size] = cost.wall
        lines.append(
            (
                f"{word}, {size:,}",
                "",
                f"{cost.wall:.2f} s (cpu {cost.cpu:.2f}), {cost.megabytes:.0f} MB",
                "<= 700 MB",
            )
        )
    if "p" in only:
        lines.append(_by_deal(root, size, runs, ours["payout"]))
    if "h" in only:
        for word, against in (("health", "payout"), ("signals", "status")):
            cost = measure([PROGRAM, word, "--period", NEWEST, "-o", "json", "-q"], runs, root)
            lines.append((f"{word}, {size:,}", against, versus(cost, ours[against]), "<= 1.5x"))
    expected = _by_region(ours["status"].out)
    if "a" in only:
        lines += _against(ours, size, "bare SQL steps", bare(root, "run", runs), expected, "<= 1.3x")
    if "b" in only:
        rival = measure([PYTHON, "-m", "bench.with_pandas", str(root)], runs)
        lines += _against(ours, size, "pandas", rival, expected, "<= 0.5x")
    if "c" in only:
        lines += _ledgers(ours, root, size, runs)
    if "n" in only:
        lines += _analysis(root, size, runs, ours["status"])
    if "v" in only:
        checked = measure([PROGRAM, "validate", "-q"], runs, root)
        read = bare(root, "read", runs)
        lines.append((f"validate, {size:,}", "DuckDB reading", versus(checked, read), "<= 3x"))
    if "r" in only:
        lines += _beside_status(root, size, runs, ours["status"])
    if "w" in only:
        lines += reviews(size, runs)
    if "f" in only:
        lines += _looking_on(root, size, runs, ours["status"])
    return lines


def reviews(size: int, runs: int) -> list[Line]:
    """Reviews of 2,000 people against `status` of the same periods."""
    root = make(HERE / "books", size, MANY)
    lines = []
    for name, period in (("weekly", "2026-W34"), ("monthly", NEWEST), ("quarterly", "2026-Q2")):
        shown = measure([PROGRAM, "status", "--period", period, "-o", "json", "-q"], runs, root)
        ours = measure([PROGRAM, "review", name, period, "-q"], runs, root)
        text = f"{ours.wall / shown.wall:.2f}x, {ours.wall - shown.wall:+.1f} s, {ours.megabytes:.0f} MB"
        lines.append((f"review {name}, {size:,}, {MANY:,} people", "status", text, "< 5 s beyond"))
    return lines


# What managers read, each against status.
ANALYSIS = (
    ("compare",),
    ("compare", "--by", "person"),
    ("drivers",),
    ("drivers", "--by", "customer"),
    ("drivers", "--metric", "gross_margin", "--with", "yoy"),
)


def _analysis(root: Path, size: int, runs: int, plain: Cost) -> list[Line]:
    lines = []
    for words in ANALYSIS:
        cost = measure([PROGRAM, *words, "--period", NEWEST, "-o", "json", "-q"], runs, root)
        lines.append((f"{' '.join(words)}, {size:,}", "status", versus(cost, plain), "<= 1.5x"))
    return lines


def _beside_status(root: Path, size: int, runs: int, plain: Cost) -> list[Line]:
    """Deals against receipts (every deal of the book is paid in time), and what is due on a day."""
    asked = {
        "reconcile": ["reconcile", "--period", NEWEST],
        "due": ["due", "--as-of", f"{NEWEST}-28"],
    }
    return [
        (
            f"{word}, {size:,}",
            "status",
            versus(measure([PROGRAM, *words, "-o", "json", "-q"], runs, root), plain),
            "<= 1.5x",
        )
        for word, words in asked.items()
    ]


def _looking_on(root: Path, size: int, runs: int, plain: Cost) -> list[Line]:
    """What looks ahead from the middle of the newest month, and newcomers, against `status`."""
    middle = ("--period", NEWEST, "--as-of", f"{NEWEST}-14")
    asked = {
        "forecast": ("forecast", *middle),
        "forecast by person": ("forecast", *middle, "--by", "person"),
        "sprint": ("sprint", *middle),
        "ramp": ("ramp", *middle),
    }
    return [
        (f"{name}, {size:,}", "status", versus(cost, plain), "<= 1.5x")
        for name, words in asked.items()
        for cost in [measure([PROGRAM, *words, "-o", "json", "-q"], runs, root)]
    ]


def versus(ours: Cost, rival: Cost) -> str:
    """How many times the rival's wall and processor time, and what the rival took."""
    wall, cpu = ours.wall / rival.wall, ours.cpu / rival.cpu
    return f"{wall:.2f}x (cpu {cpu:.2f}x) of {rival.wall:.2f} s, {rival.megabytes:.0f} MB"


def bare(root: Path, what: str, runs: int) -> Cost:
    """The plain DuckDB script."""
    return measure([PYTHON, "-m", "bench.bare", str(root), what], runs)


def _by_region(out: bytes) -> dict[str, int]:
    """Sales by region in cents, from `status -o json`."""
    rows = json.loads(out)["rows"]
    return {
        row["region"]: int(Decimal(row["actual"]) * 100)
        for row in rows
        if row["metric"] == "sales_amount" and row["region"] and not row["person"]
    }


def _against(
    ours: dict[str, Cost], size: int, name: str, rival: Cost, expected: dict[str, int], aim: str
) -> list[Line]:
    same = json.loads(rival.out) == expected
    note = "" if same else " RESULTS DIFFER"
    return [
        (
            f"{word}, {size:,}",
            name + note,
            versus(cost, rival),
            aim,
        )
        for word, cost in ours.items()
    ]


def _ledgers(ours: dict[str, Cost], root: Path, size: int, runs: int) -> list[Line]:
    lines: list[Line] = []
    for tool, aim in (("ledger", "< 1x"), ("hledger", "<= 0.125x")):
        if shutil.which(tool) is None:
            lines.append(
                (f"status, {size:,}", tool, f"not measured: no {tool} (apt-get install {tool})", aim)
            )
            continue
        command = {
            "ledger": ["ledger", "-f", str(journal(root)), "balance", "income"],
            "hledger": ["hledger", "-f", str(journal(root)), "balance", "-M", "income", "-O", "csv"],
        }[tool]
        # At a million hledger takes about a minute and gigabytes: one run, without a warm-up.
        rival = _once(command, None) if size >= 1_000_000 else measure(command, runs)
        for word, cost in ours.items():
            lines.append((f"{word}, {size:,}", tool, versus(cost, rival), aim))
    return lines


def life(a_month: int, people: int) -> list[Line]:
    """Drafting, closing and verifying settled months against one `payout` of the same book."""
    say(f"24 settled months of {a_month:,} deals, {people:,} people")
    root = settled.make_settled(HERE / "books", PROGRAM, a_month, people)
    manifest = settled.keep(root)
    costs: dict[str, Cost] = {}
    for name, words in settled.steps().items():
        settled.restore(root, manifest, name)
        costs[name] = _once([PROGRAM, *words, "-o", "json", "-q"], root)
    settled.restore(root, manifest, "")
    plain = costs.pop("payout")
    aims = {"settle draft": "<= 2x", "settle close": "<= 2x", f"verify, {MONTHS} months": f"<= {MONTHS}x"}
    lines = [
        (f"{name}, {a_month:,} a month", "payout", versus(cost, plain), aims.get(name, ""))
        for name, cost in costs.items()
    ]
    one, all_ = costs["verify, 1 month"].megabytes, costs[f"verify, {MONTHS} months"].megabytes
    return [
        *lines,
        (f"memory of verify, {MONTHS} months", "1 month", f"{all_ / one:.2f}x ({all_:.0f} MB)", "1x"),
    ]


def growth(walls: dict[tuple[str, int], float]) -> list[Line]:
    """Time against number of deals, from each size to the next."""
    lines: list[Line] = []
    for word in ("status", "payout"):
        sizes = sorted(size for name, size in walls if name == word)
        for small, large in itertools.pairwise(sizes):
            ratio = walls[word, large] / walls[word, small]
            aim = f"<= {large / small:.0f}x"
            lines.append((f"{word}, {small:,} to {large:,}", "number of deals", f"{ratio:.1f}x", aim))
    return lines


if __name__ == "__main__":
    main()
