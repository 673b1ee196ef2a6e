"""Books at the door of each step, and processes to take it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import Runner, start
from safe_books import make_books


@pytest.fixture(scope="session")
def runner() -> Iterator[Runner]:
    with start() as process:
        yield Runner(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="session")
def second_runner() -> Iterator[Runner]:
    with start() as process:
        yield Runner(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="session")
def books(runner: Runner, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A book for each step, just before it."""
    return make_books(tmp_path_factory.mktemp("books"), runner)
