"""The steps that write into a book, each with a book that is ready for it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from pay.books import make_book

MAP = """\
kind: deals
columns:
  deal_id: id
  customer: customer
  region: region
  product: product
  owner: owner
  amount: amount
  status: status
  opened_on: opened
  signed_on: signed
  closed_on: closed
"""
EXPORT = """\
id,customer,region,product,owner,amount,status,opened,signed,closed
J-1,c1,east,A,zhang,650000,won,2026-06-01,2026-07-05,2026-07-05
D-9,c9,east,A,wu,1000,won,2026-07-01,2026-08-21,2026-08-21
S-9,c9,south,A,li,2000,won,2026-08-01,2026-09-11,2026-09-11
O-1,c9,south,A,li,3000,won,2026-08-01,2026-10-11,2026-10-11
"""
SPLIT = """\
period: 2026-Q4
objective: Grow
owner: chen
total: {sales_amount: 3000000}
cut:
  region: {by: shares, shares: {east: 60%, south: 40%}}
  person:
    east: {by: equal}
    south: {by: equal}
"""
ON = {"publish": "2026-09-02", "close": "2026-09-08", "pay": "2026-09-15", "payroll": "2026-09-10"}
OBJECT = ("object", "add", "2026-08", "zhang", "--reason", "a deal is missing", "--on", "2026-09-03")
# step → command line; `{book}` is its folder
STEPS: dict[str, tuple[str, ...]] = {
    "draft": ("settle", "draft", "2026-08"),
    "redraft": ("settle", "draft", "2026-08"),
    "publish": ("settle", "publish", "2026-08", "--on", ON["publish"]),
    "close": ("settle", "close", "2026-08", "--confirm", "2026-08", "--on", ON["close"]),
    "pay": ("settle", "pay", "2026-08", "--on", ON["pay"]),
    "import": ("import", "deals", "{book}/../export.csv", "--map", "{book}/../crm.map.yaml", "--write"),
    "object": OBJECT,
    "answer": ("object", "answer", "2026-08", "1", "--accept", "--text", "so", "--amount", "1", "--on",
               "2026-09-04"),
    "payroll": ("export", "payroll", "2026-08", "--on", ON["payroll"]),
    "split": ("split", "Q4.yaml", "--write"),
}  # fmt: skip


def line(step: str, book: Path) -> tuple[str, ...]:
    """The command line of a step in a book."""
    return (*(word.format(book=book) for word in STEPS[step]), "-C", str(book))


def make_books(folder: Path, run: Any) -> dict[str, Path]:
    """A book before each step; the export and its mapping lie beside them."""

    def do(book: Path, *steps: str) -> None:
        for step in steps:
            done = run(*line(step, book))
            assert done.code == 0, (step, done)

    def book(name: str, of: Path) -> Path:
        shutil.copytree(of, folder / name)
        return folder / name

    (folder / "export.csv").write_text(EXPORT, encoding="utf-8")
    (folder / "crm.map.yaml").write_text(MAP, encoding="utf-8")
    first = make_book(folder / "draft")
    (first / "ledger/targets/Q4.yaml").write_text(SPLIT, encoding="utf-8")
    drafted = book("publish", first)
    do(drafted, "draft")
    redraft = book("redraft", drafted)
    deals = redraft / "ledger/deals/2026-08.csv"
    deals.write_text(deals.read_text("utf-8").replace("1500000", "1700000"), "utf-8")
    published = book("object", drafted)
    do(published, "publish")
    closable = book("close", published)
    objected = book("answer", published)
    do(objected, "object")
    closed = book("pay", closable)
    do(closed, "close")
    return {
        "draft": first,
        "import": first,
        "split": first,
        "redraft": redraft,
        "publish": drafted,
        "object": published,
        "close": closable,
        "answer": objected,
        "pay": closed,
        "payroll": closed,
    }
