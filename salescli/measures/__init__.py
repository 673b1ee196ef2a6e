"""Floor 2: facts → measures. A short list of named SQL steps, run by DuckDB, whole numbers only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from salescli.measures.facts import Facts, open_facts

__all__ = ["Facts", "open_facts"]


def __getattr__(name: str) -> Any:
    """Load DuckDB only when facts are opened: `--help` must not wait for it."""
    if name in __all__:
        from salescli.measures import facts

        return getattr(facts, name)
    raise AttributeError(name)
