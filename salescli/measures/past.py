"""Facts as an earlier day saw them, without running the steps again.

Between two days what has happened up to the earlier one differs only by the deals cancelled in between: they
do not count for the later day, and did for the earlier. Whatever else the later day knows is dated after the
earlier and left out by its date. `counted` has the day from which each deal counts, cancelled ones as well:
an earlier day only needs its own idea of what is cancelled. `timeline.py` says the same of all days at once,
of one metric and dimension; laws hold both to the steps run on that day.
"""

from __future__ import annotations

import re
from datetime import date

from salescli.measures.base import Base
from salescli.measures.engine import STANDING, step_files

_DEPENDS = re.compile(r"\b(question|known_deals|agreed_deals|live_deals)\b")


def seen_on(base: Base, day: date | None) -> str:
    """What stands before the names of what depends on the day looked from; empty for the last run itself.

    Makes, for an earlier day: `question`, `known_deals`, `agreed_deals` and `live_deals` under these names.

    Raises:
        ValueError: if the last run was beside settled months (`settled.py`).
    """
    now: date = base.rows("SELECT as_of FROM question")[0][0]
    if day is None or day >= now:
        return ""
    prefix = f"on_{day:%Y%m%d}_"
    if base.late:
        raise ValueError("beside settled months there is no earlier day to see from")
    if day not in base.pasts:
        base.pasts[day] = _made(base, prefix, day, now)
    return prefix if base.pasts[day] else ""


def _made(base: Base, prefix: str, day: date, now: date) -> bool:
    """Make the views of a day; False where nothing was cancelled since, so that the last run serves."""
    between = f"cancelled_on > DATE '{day.isoformat()}' AND cancelled_on <= DATE '{now.isoformat()}'"
    if not base.rows(f"SELECT 1 FROM deals WHERE {between} LIMIT 1"):
        return False
    base.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {prefix}question AS"
        f" SELECT * REPLACE (DATE '{day.isoformat()}' AS as_of) FROM question"
    )
    steps = dict(step_files(base.lacking))
    for step in STANDING:
        base.con.execute(_renamed(steps[step], prefix))
    return True


def _renamed(sql: str, prefix: str) -> str:
    """A step with these names before what depends on the day looked from; comments left out."""
    code = "\n".join(line for line in sql.splitlines() if not line.startswith("--"))
    return _DEPENDS.sub(rf"{prefix}\1", code)
