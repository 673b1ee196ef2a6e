"""Running the steps: from loaded facts to cells, as of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files

from salescli.measures.base import Base
from salescli.measures.cells import cell_steps
from salescli.measures.settled import Settled, settled_steps

# A table is dropped after the step named, its last use.
_DROPPED_AFTER = {"30_counted": "collected"}


@dataclass(frozen=True, slots=True)
class StepRun:
    """A step that has been run: its name, SQL, and the number of rows it made."""

    name: str
    sql: str
    rows: int


_ONLY_WITH = {"45_credited_units": "quantity"}


@cache
def step_files(lacking: frozenset[str] = frozenset()) -> tuple[tuple[str, str], ...]:
    """Name and SQL of every step file, in order; without those about columns that no file has."""
    found = [f for f in files("salescli.measures.steps").iterdir() if f.name.endswith(".sql")]
    steps = {f.name.removesuffix(".sql"): f for f in sorted(found, key=lambda f: f.name)}
    return tuple(
        (name, f.read_text(encoding="utf-8").strip())
        for name, f in steps.items()
        if _ONLY_WITH.get(name) not in lacking
    )


def ask_day(base: Base, as_of: date) -> None:
    """State the day looked from, and the steps that need nothing else: `known_deals` and `live_deals`."""
    _question(base, as_of)
    for step, sql in step_files(base.lacking):
        if step in STANDING:
            base.rows(sql)


STANDING = ("05_known_deals", "10_agreed_deals", "11_live_deals")
"""Steps that need the day looked from and nothing else."""


def run_steps(base: Base, as_of: date, beside: Settled | None = None) -> list[StepRun]:
    """Build `recognised`, `credited`, `received` and `cells` as of a day.

    Args:
        beside: What settled months have credited already; only the rest counts then.
    """
    _question(base, as_of)
    policy = base.book.policy
    base.forget()
    runs = []
    base.late, late = (frozenset[str](), []) if beside is None else settled_steps(base, beside)
    for step, sql in (*step_files(base.lacking), *late, *cell_steps(policy, base.lacking, base.late)):
        made = base.rows(sql)
        runs.append(StepRun(step, sql, int(made[0][0]) if made else -1))
        if step in _DROPPED_AFTER:
            base.con.execute(f"DROP TABLE {_DROPPED_AFTER[step]}")
    return runs


def _question(base: Base, as_of: date) -> None:
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
