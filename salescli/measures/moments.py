"""The moments of deals: which deals have had one, and on which day (SPEC K1, K4)."""

from __future__ import annotations

from typing import Literal

RECOGNISED: Literal["recognised"] = "recognised"
"""The moment a deal counts as closed, by the book's rule; the steps build it, as a table of that name."""

# Moments that need no step of their own: the deals, their day, and which of them have had it.
# A deal cancelled by the day looked from does not count, except as cancelled; nor a lost one, except as lost
# or decided.
_DECIDED = "coalesce(d.closed_on, d.signed_on)"
_MOMENTS: dict[str, tuple[str, str, str]] = {
    "signed": ("live_deals", "d.signed_on", "true"),
    "won": ("live_deals", _DECIDED, "d.status IN ('won', 'cancelled')"),
    "closed": ("known_deals", _DECIDED, "d.status IN ('won', 'lost', 'cancelled') AND NOT d.withdrawn"),
    "opened": ("known_deals", "d.opened_on", "true"),
    "lost": ("known_deals", _DECIDED, "d.status = 'lost'"),
    "cancelled": ("known_deals", "d.cancelled_on", "d.withdrawn"),
}


def moment(of: str, seen: str = "", *, late: bool = False) -> tuple[str, str, str]:
    """Relation (deals as `d`), day and condition of a moment; of an earlier day asked up to it only.

    Args:
        seen: Before the names of what depends on the day looked from (`past.py`).
        late: Beside settled months, whose deals have days of their own (`settled.py`).
    """
    if of == RECOGNISED:
        counts = "counted" if seen else "recognised"  # which has what was cancelled after that day
        return f"{counts} AS m JOIN {seen}live_deals AS d ON d.deal = m.deal", "m.day", "true"
    view, day, condition = _MOMENTS[of]
    if late:
        return f"{dated(of)} AS m JOIN {view} AS d ON d.deal = m.deal", "m.day", "true"
    return (
        f"{seen}{view} AS d CROSS JOIN {seen}question AS q",
        day,
        f"{condition} AND {day} <= q.as_of",
    )


def dated(of: str) -> str:
    """The table of deals with the day of a moment, which the steps beside settled months make."""
    return RECOGNISED if of == RECOGNISED else f"dated_{of}"


def dated_sql(of: str) -> str:
    """A SELECT of the deals that have had a moment by the day looked from, with its day."""
    relation, day, condition = moment(of)
    return f"SELECT d.deal, {day} AS day FROM {relation} WHERE {condition}"


def suffix(of: str) -> str:
    """After the names of the tables of a moment beside settled months."""
    return "" if of == RECOGNISED else f"_{of}"
