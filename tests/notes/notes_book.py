"""The book of SPEC A4: Li sold 450,000 of 600,000 and converts 15 % of leads against 25 % of the team."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from track_books import K10, make_book, write

NOTES = """\
# what people said in August
notes:
  - {date: 2026-08-20, kind: customer, person: li, text: "报价流程太慢: =1+1", by: fang}
  - {date: 2026-08-21, kind: circumstance, region: south, text: flood in two cities}
  - {date: 2026-07-21, kind: feedback, person: li, text: of July}
  - {date: 2026-08-21, kind: lesson, text: a lesson of the team}
  - {date: 2026-08-22, kind: feedback, person: wang, text: about somebody else}
"""
REPORTS = """\
week: 2026-W33
reports:
  - {person: li, filed_at: 2026-08-14 16:40, sales: 0, deals: 0, reason: two customers put off to September}
  - {person: zhang, filed_at: 2026-08-14 18:40, sales: 0, deals: 0}
"""


def done(person: str, kind: str, days: Iterable[tuple[int, int]]) -> str:
    return "".join(f"2026-08-{day:02},{person},{kind},{count}\n" for day, count in days)


def activities() -> str:
    return "date,person,kind,count\n" + "".join(
        (
            done("li", "lead", [(3, 15), (10, 10), (17, 15)]),
            done("li", "lead_converted", [(12, 3), (20, 3)]),
            done("zhang", "lead", [(3, 30), (12, 10)]),
            done("zhang", "lead_converted", [(14, 10), (21, 3)]),
            done("wang", "lead", [(4, 20)]),
            done("wang", "lead_converted", [(18, 6)]),
            *(done(one, "follow_up", [(4, 12)]) for one in ("li", "zhang", "wang")),
            done("wang", "visit", [(31, 1)]),  # the newest fact is of the last day of August
        )
    )


def li_book(root: Path, *, notes: bool = True) -> Path:
    """The book; with notes and the reports of one week."""
    make_book(root, K10)
    files = {"ledger/activities/2026-08.csv": activities()}
    if notes:
        files |= {"ledger/notes/2026-08.yaml": NOTES, "ledger/reports/2026-W33.yaml": REPORTS}
    write(root, files)
    return root
