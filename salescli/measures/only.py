"""Which deals count, as SQL (`model.fact.Only`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from salescli.measures.source import literal, name
from salescli.model.fact import Look, Only
from salescli.model.metric import Base

# Columns of deals that cells do not tell apart.
OF_DEALS = ("customer", "customer_kind", "category", "item", "source")


def among(column: str, words: Collection[str]) -> str:
    """A condition that a column is one of the words; empty where there are none."""
    chosen = ", ".join(literal(word) for word in sorted(set(words)))
    return f"CAST({column} AS VARCHAR) IN ({chosen})" if chosen else ""


def clipped(only: Only | None, start: date, end: date) -> tuple[date, date]:
    """The part of a range that counts; begins after its end where nothing does."""
    if only is None:
        return start, end
    return max(start, only.since or start), min(end, only.until or end)


def deal_condition(only: Only | None, lacking: Collection[str], at: str = "d") -> str:
    """A condition on a deal for what cells cannot tell; empty where that does not restrict.

    Args:
        lacking: Columns that no file has: no deal has any of the words.
        at: The relation with the deal's columns.
    """
    if only is None:
        return ""
    stated = {column: getattr(only, column) for column in OF_DEALS if getattr(only, column)}
    if any(column in lacking for column in stated):
        return "false"
    return " AND ".join(among(f"{at}.{name(column)}", words) for column, words in stated.items())


def line_condition(only: Only | None, lacking: Collection[str], at: str = "d") -> str:
    """A condition on a deal for everything but days; `true` where nothing restricts."""
    if only is None:
        return "true"
    parts = [among(f"{at}.{word}", getattr(only, word)) for word in ("region", "product")]
    parts.append(deal_condition(only, lacking, at))
    return " AND ".join(part for part in parts if part) or "true"


def looked_at(looks: Collection[Look], lacking: Collection[str], day: str, at: str = "d") -> str:
    """A condition that a deal, or a receipt for it, counts for any of what is looked at.

    Args:
        day: SQL of the day it counts on.
    """
    chosen = (
        " AND ".join((line_condition(only, lacking, at), *held(base, at), *on_days(only, day)))
        for base, only in looks
    )
    return f"({' OR '.join(chosen) or 'false'})"


def held(base: Base, at: str) -> Iterator[str]:
    """Conditions for what a metric asks of columns."""
    for column, words in sorted(base.where.items()):
        yield among(f"{at}.{name(column)}", words) or "false"


def on_days(only: Only, day: str) -> Iterator[str]:
    """Conditions for the days on which deals count."""
    if only.since is not None:
        yield f"{day} >= DATE '{only.since.isoformat()}'"
    if only.until is not None:
        yield f"{day} <= DATE '{only.until.isoformat()}'"
