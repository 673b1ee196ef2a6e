"""What `verify` says: one thing about one settlement, in a few results."""

from __future__ import annotations

from dataclasses import dataclass

from salescli.i18n import N_
from salescli.model.table import Line

RECOMPUTED, RECORDED, CHANGED, DIFFERS = "recomputed", "recorded", "changed", "differs"
KEPT, UNKEPT, STALE = "kept", "unkept", "stale"
WORDS = {
    RECOMPUTED: N_("as recorded, and reckoned again to the same bytes"),
    RECORDED: N_("as recorded, but not reckoned again"),
    CHANGED: N_("changed since it was settled"),
    DIFFERS: N_("not what was settled"),
    KEPT: N_("as it was committed"),
    UNKEPT: N_("not committed as it is here"),
    STALE: N_("a draft to be made again"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing said about a settlement; `what` names the row or the reason."""

    period: str
    state: str
    result: str
    file: str = ""
    what: Line | None = None
