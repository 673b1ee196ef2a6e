"""Running the steps: from loaded facts to cells, as of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files

from salescli.measures.base import Base
from salescli.measures.cells import cell_steps

# A table is dropped after the step named, its last use.
_DROPPED_AFTER = {"30_recognised": "collected"}


@dataclass(frozen=True, slots=True)
class StepRun:
    """A step that has been run: its name, SQL, and the number of rows it made."""

    name: str
    sql: str
    rows: int


@cache
def step_files() -> tuple[tuple[str, str], ...]:
    """Name and SQL of every step file, in order."""
    found = [f for f in files("salescli.measures.steps").iterdir() if f.name.endswith(".sql")]
    return tuple(
        (f.name.removesuffix(".sql"), f.read_text(encoding="utf-8").strip())
        for f in sorted(found, key=lambda f: f.name)
    )


_ONLY_WITH = {"45_credited_units": "quantity"}


def run_steps(base: Base, as_of: date) -> list[StepRun]:
    """Build `recognised`, `credited`, `received` and `cells` as of a day."""
    base.load()
    policy = base.book.policy
    least = Fraction(policy.closed_deal.collected_at_least)
    base.con.execute(
        "CREATE OR REPLACE TEMP TABLE question AS SELECT CAST($as_of AS DATE) AS as_of,"
        " CAST($signed AS BOOLEAN) AS signed, CAST($numerator AS BIGINT) AS numerator,"
        " CAST($denominator AS BIGINT) AS denominator",
        {
            "as_of": as_of.isoformat(),
            "signed": policy.closed_deal.signed,
            "numerator": least.numerator,
            "denominator": least.denominator,
        },
    )
    base.forget()
    runs = []
    for step, sql in (*step_files(), *cell_steps(policy, base.lacking)):
        if step in _ONLY_WITH and _ONLY_WITH[step] in base.lacking:
            continue
        made = base.rows(sql)
        runs.append(StepRun(step, sql, int(made[0][0]) if made else -1))
        if step in _DROPPED_AFTER:
            base.con.execute(f"DROP TABLE {_DROPPED_AFTER[step]}")
    return runs
