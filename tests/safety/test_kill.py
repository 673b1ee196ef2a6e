"""kill -9 at any moment: the book is as before or as after, the next run goes on, nothing is left (SPEC X2).

`SALESCLI_KILLS=300` kills each step at that many points, `SALESCLI_SEED` chooses others; without, a few of
each: at every change a run makes to the book, before and after it, and at random times.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest
from processes import Runner, copy, whole
from safe_books import STEPS, line

KILLS = int(os.environ.get("SALESCLI_KILLS", "4"))
SEED = int(os.environ.get("SALESCLI_SEED", "7"))
READERS = (("verify",), ("status", "--period", "2026-08"), ("object", "list", "2026-08"), ("payout",))
ONCE = {"object"}  # a second time, it is another objection


def points(step: str, steps: int, seconds: float) -> list[dict[str, float]]:
    """Where to kill: at steps of the run while there are any left, a third at random times."""
    chance = random.Random(f"{SEED} {step}")
    timed = max(1, KILLS // 3)
    known = list(range(1, steps + 1))
    chance.shuffle(known)
    chosen: list[dict[str, float]] = [{"kill": at} for at in known[: KILLS - timed]]
    return chosen + [{"after": chance.uniform(0, seconds)} for _ in range(KILLS - len(chosen))]


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_run_has_done_all_or_nothing(
    step: str, books: dict[str, Path], runner: Runner, tmp_path: Path
) -> None:
    place = tmp_path / "book"
    for name in ("export.csv", "crm.map.yaml"):
        (tmp_path / name).write_bytes((books["draft"].parent / name).read_bytes())
    before = whole(copy(books[step], place))
    began = time.monotonic()
    whole_run = runner(*line(step, place), book=str(place))
    seconds = time.monotonic() - began
    assert whole_run.code == 0, whole_run
    after = whole(place)
    assert after != before
    seen = {"before": 0, "after": 0}
    for number, point in enumerate(points(step, whole_run.steps, seconds)):
        copy(books[step], place)
        killed = runner(*line(step, place), book=str(place), **point)
        assert killed.code == -9 or "after" in point, killed
        reader = READERS[number % len(READERS)]
        # every other time the next run is a writer
        if number % 2:
            read = runner(*reader, "-C", str(place))
            assert read.code in (0, 1), (point, read)  # 1: an import changed what August rests on
            assert "differs" not in read.out
            found = whole(place)
            assert found in (before, after), (point, sorted(found.keys() ^ before.keys()))
            seen["after" if found == after else "before"] += 1
        again = runner(*line(step, place))
        assert again.code in (0, 4), (point, again)
        if step not in ONCE or again.code:
            assert whole(place) == after, point
        else:
            assert not [name for name in whole(place) if Path(name).name.startswith(".")]
    if KILLS >= 50:
        assert min(seen.values()) > 0, seen
    print(f"{step}: {whole_run.steps} steps, {KILLS} kills, {seen}")
