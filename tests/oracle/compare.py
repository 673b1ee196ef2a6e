"""Random books paid twice: by salescli and by the second implementation (`make oracle`)."""

from __future__ import annotations

import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from pathlib import Path
from random import Random

from salescli.findings import BookBroken, Finding, has_errors
from salescli.workflows.paying.reckon import reckon
from salescli.workflows.session import open_session

from .random_books import random_book
from .second import Entry, pay_book

PLANS = 10
"""Plans in a book; a run is a random plan with its people, their deals and three months."""


def ours(root: Path) -> dict[str, list[Entry]]:
    """Plan → entries, as salescli reckons them."""
    with open_session(root) as session:
        found: list[Finding] = []
        reckoned = reckon(session, session.period("2026-Q1"), found)
        if has_errors(found):
            raise BookBroken(found)
        paid: dict[str, list[Entry]] = {plan.id: [] for plan in session.book.plans}
        for one in reckoned:
            for e in one.entries():
                amount = Fraction(e.amount)
                paid[e.plan].append((e.period, e.person, e.component, e.kind, e.deal_id, amount))
    return {plan: sorted(entries) for plan, entries in paid.items()}


def differences(seed: int, plans: int = PLANS) -> list[str]:
    """What the two say differently about the book of a seed, told for people."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        random_book(root, Random(seed), plans)
        expected = pay_book(root)
        try:
            got = ours(root)
        except BookBroken as broken:
            return [f"seed {seed}: {finding.code} {finding.message}" for finding in broken.found[:5]]
        found = []
        for plan, entries in expected.items():
            if got[plan] != entries:
                text = (root / f"policies/plans/{plan}.yaml").read_text("utf-8")
                only_ours = [_told(e) for e in got[plan] if e not in entries]
                only_theirs = [_told(e) for e in entries if e not in got[plan]]
                found.append(f"seed {seed}, {plan}\n{text}salescli {only_ours}\nsecond   {only_theirs}")
        return found


def _told(entry: Entry) -> str:
    return " ".join((*entry[:5], str(float(entry[5]))))


def main() -> int:
    """Compare so many runs; 1 if anything differs."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    begin = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    started = time.monotonic()
    seeds = range(begin, begin + -(-runs // PLANS))
    wrong: list[str] = []
    with ProcessPoolExecutor() as pool:
        for found in pool.map(differences, seeds, chunksize=4):
            wrong += found
            for text in found[:1]:
                print(text, file=sys.stderr)
    seconds = time.monotonic() - started
    print(f"{len(seeds) * PLANS} runs, {len(wrong)} differences, {seconds:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
