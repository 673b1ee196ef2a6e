"""Random plans over random books: the program and the second implementation pay the same, entry by entry.

`make oracle` compares 10,000; here a few, always the same ones.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from .compare import differences
from .random_books import random_book
from .second import pay_book

SEEDS = range(500_000, 500_015)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_plans_pay_what_the_second_implementation_pays(seed: int) -> None:
    assert differences(seed) == []


def test_the_random_books_exercise_every_kind_of_entry() -> None:
    kinds: Counter[str] = Counter()
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            random_book(Path(folder), Random(seed), 10)
            kinds.update(entry[3] for entries in pay_book(Path(folder)).values() for entry in entries)
    wanted = "earning bonus award adjustment clawback draw recovery hold release"
    assert set(kinds) == set(wanted.split())
    assert min(kinds.values()) >= 3, kinds
