"""Facts as an earlier day saw them, without running all the steps again.

Between two days what has happened up to the earlier one differs only by the deals cancelled in between: they
do not count for the later day, and did for the earlier. Whatever else the later day knows is dated after the
earlier and left out by its date. So only these deals go through the steps again.
"""

from __future__ import annotations

import re
from datetime import date

from salescli.measures.base import Base
from salescli.measures.engine import step_files

_DEPENDS = re.compile(r"\b(question|known_deals|agreed_deals|live_deals|collected|counted|recognised)\b")
_OF_DAY = ("05_known_deals", "10_agreed_deals", "11_live_deals")
_OF_DEALS = ("20_collected", "30_counted", "31_recognised")


def seen_on(base: Base, day: date | None) -> str:
    """What stands before the names of what depends on the day looked from; empty for the last run itself.

    Makes, for an earlier day: `question`, `known_deals`, `live_deals` and `recognised` under these names.

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
    """Make the tables of a day; False where nothing was cancelled since, so that the last run serves."""
    between = f"cancelled_on > DATE '{day.isoformat()}' AND cancelled_on <= DATE '{now.isoformat()}'"
    if not base.rows(f"SELECT 1 FROM deals WHERE {between} LIMIT 1"):
        return False
    steps = dict(step_files(base.lacking))
    base.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {prefix}question AS"
        f" SELECT * REPLACE (DATE '{day.isoformat()}' AS as_of) FROM question"
    )
    for step in _OF_DAY:
        base.con.execute(_renamed(steps[step], prefix))
    # Only what was cancelled since goes through the steps; its names carry one more word.
    again = f"{prefix}again_"
    base.con.execute(f"CREATE OR REPLACE TEMP VIEW {again}question AS FROM {prefix}question")
    base.con.execute(
        f"CREATE OR REPLACE TEMP VIEW {again}agreed_deals AS FROM {prefix}agreed_deals WHERE {between}"
    )
    for step in _OF_DEALS:
        base.con.execute(_renamed(steps[step], again))
    base.con.execute(
        f"CREATE OR REPLACE TEMP VIEW {prefix}recognised AS FROM recognised UNION ALL FROM {again}recognised"
    )
    return True


def _renamed(sql: str, prefix: str) -> str:
    """A step with these names before what depends on the day looked from; comments left out."""
    code = "\n".join(line for line in sql.splitlines() if not line.startswith("--"))
    return _DEPENDS.sub(rf"{prefix}\1", code)
