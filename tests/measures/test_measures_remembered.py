"""Facts that remember: measured once, seen from earlier days, and beside settled months as told."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from measures_book import book, policy, write
from measures_ledgers import days, ledgers, store

from salescli.measures import open_facts
from salescli.measures.facts import By
from salescli.measures.remembered import remembered
from salescli.measures.settled import Settled
from salescli.workflows.settling.settlement_files import credits_csv

LEVELS: tuple[tuple[By, ...], ...] = ((), ("month",), ("person", "product"))
SPAN = (date(2026, 1, 1), date(2026, 12, 31))


@settings(max_examples=40, deadline=None)
@given(ledger=ledgers(), latest=days, back=st.lists(st.integers(0, 90), min_size=1, max_size=3))
def test_earlier_days_are_seen_from_one_measuring(
    ledger: dict[str, list[str]], latest: date, back: list[int]
) -> None:
    earlier = [latest - timedelta(days=one) for one in back]
    with tempfile.TemporaryDirectory() as folder:
        root = store(Path(folder), ledger)
        with open_facts(book(root, policy("30"))) as facts:
            facts.run(latest)
            memory = remembered(facts)
            got = []
            for day in earlier:
                memory.run(day)
                got.append([memory.totals(by, *SPAN) for by in LEVELS])
            assert facts.measured == (latest, None)
            for day, found in zip(earlier, got, strict=True):
                facts.run(day)
                plain = [facts.totals(by, *SPAN) for by in LEVELS]
                assert [_nonzero(one) for one in found] == [_nonzero(one) for one in plain]


def _nonzero(totals: dict[tuple[str, ...], dict[str, int]]) -> dict[tuple[str, ...], dict[str, int]]:
    return {key: values for key, values in totals.items() if any(values.values())}


def test_answers_beside_settled_months_are_their_own(tmp_path: Path) -> None:
    """What July's settlement did not know yet counts in August, beside it alone."""
    write(tmp_path, deals="D1,a,east,A,li,100,won,,2026-07-10,2026-07-10,,")
    july, august = (date(2026, 7, 1), date(2026, 7, 31)), (date(2026, 8, 1), date(2026, 8, 31))
    (tmp_path / "credits.csv").write_bytes(credits_csv([], 2))
    beside = Settled((tmp_path / "credits.csv",), *july, *august)
    with open_facts(book(tmp_path, policy("0"))) as facts:
        memory = remembered(facts)
        assert remembered(memory) is memory
        memory.run(august[1])
        before = memory.totals((), *august)[()]["sales_amount"]
        with memory.beside(beside):
            assert memory.looking_beside is beside
            memory.run(august[1])
            late = memory.totals((), *august)[()]["sales_amount"]
        assert memory.looking_beside is None
        again = memory.totals((), *august)[()]["sales_amount"]
        memory.run(july[1])
        in_july = memory.totals((), *july)[()]["sales_amount"]
    assert (before, late, again, in_july) == (0, 10000, 0, 10000)
