"""Small books on disk for tracking and reviews: a row of people with a month's target and sales."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from salescli import i18n
from salescli.cli.errors import guarded
from salescli.cli.group import cli

MONTH = "2026-08"
DEALS = "deal_id,customer,region,product,owner,amount,status,opened_on,signed_on,closed_on,cancelled_on\n"
TARGETS = "period,metric,region,product,person,level,target\n"
METRICS = "closed_deal: {signed: true, collected_at_least: 0%}\n"


@dataclass(frozen=True)
class Seller:
    """A person with a target and deals as `(day, amount)`; each deal has a customer of its own."""

    id: str
    name: str
    region: str
    product: str
    target: str | None
    deals: tuple[tuple[str, str], ...] = ()
    hired: str = "2024-03-01"
    left: str = ""


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


K10 = (
    Seller("zhang", "Zhang", "east", "A", "800000", (("2026-08-05", "340000"), ("2026-08-20", "500000"))),
    Seller("li", "Li", "south", "B", "600000", (("2026-08-11", "450000"),)),
    Seller("wang", "Wang", "north", "C", "300000", (("2026-08-03", "330000"),)),
)
REGIONS = {"east": "East", "south": "South", "north": "North"}


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def org(sellers: Iterable[Seller], regions: dict[str, str] = REGIONS) -> str:
    lines = ["regions:"]
    lines += [f"  - {{id: {one}, name: {name}}}" for one, name in regions.items()]
    lines += ["products: [{id: A, name: A}, {id: B, name: B}, {id: C, name: C}]", "people:"]
    for one in sellers:
        lines.append(
            f"  - {{id: {one.id}, name: {one.name}, role: account_manager, hired: {one.hired}, "
            f"left: {one.left or '~'}, "
            f"assignments: [{{from: {one.hired}, region: {one.region}, products: [{one.product}]}}]}}"
        )
    return "\n".join(lines).replace("left: ~, ", "") + "\n"


def make_book(root: Path, sellers: Iterable[Seller], *, period: str = MONTH, more: str = "") -> Path:
    """A book of these people; `more` are further rows of targets."""
    sellers = tuple(sellers)
    rows = [
        f"{period},sales_amount,{one.region},,{one.id},target,{one.target}\n"
        for one in sellers
        if one.target is not None
    ]
    deals: dict[str, list[str]] = {}
    for one in sellers:
        for index, (day, amount) in enumerate(one.deals):
            deals.setdefault(day[:7], []).append(
                f"{one.id}-{index},c-{one.id}-{index},{one.region},{one.product},{one.id},{amount},won,"
                f"{day},{day},{day},\n"
            )
    files = {
        "salescli.yaml": "company: Small\ncurrency: CNY\nlocale: en\ncalendar: CN\n",
        "ledger/org.yaml": org(sellers),
        "policies/metrics.yaml": METRICS,
    }
    if rows or more:
        files["ledger/targets/months.csv"] = TARGETS + "".join(rows) + more
    for month, lines in deals.items():
        files[f"ledger/deals/{month}.csv"] = DEALS + "".join(lines)
    root.mkdir(parents=True, exist_ok=True)
    write(root, files)
    return root


def salescli(capsys: pytest.CaptureFixture[str], root: Path, *words: str) -> Done:
    """Run the program on a book, in this process."""
    i18n.use("en")
    code = guarded(cli, [*words, "-C", str(root)])
    i18n.use("en")
    captured = capsys.readouterr()
    return Done(code, captured.out, captured.err)


def plain_rows(out: str) -> list[dict[str, str]]:
    """`-o plain` as a list of rows by key."""
    lines = [line.split("\t") for line in out.splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def cells(line: str) -> list[str]:
    """The cells of a line of a Markdown table."""
    return [re.sub(r"\\(.)", r"\1", cell.strip()) for cell in line.strip("|").split("|")]
