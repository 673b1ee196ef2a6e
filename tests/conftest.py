"""Options of the tests."""

from __future__ import annotations

import pytest

from salescli.i18n import use


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update", action="store_true", help="rewrite what cases and documents expect; read the diff"
    )


@pytest.fixture(autouse=True)
def in_english() -> None:
    """Each test begins in English, whatever the one before spoke."""
    use("en")
