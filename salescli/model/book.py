"""A book: everything its configuration files state, read and typed. Facts stay in their files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from salescli.findings import Span
from salescli.model.metric import Policy
from salescli.model.org import Org
from salescli.model.period import Period
from salescli.model.plan import Plan
from salescli.model.target import TargetFile, TargetRow

FACT_KINDS = ("deals", "collections", "credits", "activities")


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementRules:
    """How long a month's result is open (SPEC S2).

    Attributes:
        publish_within: Working days after the month's last day in which it is published.
        window: Days for objections, counted from the day after it is published.
        window_days: Whether those are working days of the book's calendar, or calendar days.
        appeal: Calendar days after closing in which an objection is still heard, for the next open month.
    """

    publish_within: int = 3
    window: int = 3
    window_days: Literal["working", "calendar"] = "working"
    appeal: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`salescli.yaml`."""

    company: str = ""
    currency: str = "CNY"
    locale: str = "en"
    timezone: str = "UTC"
    fiscal_year_start: int = 1
    calendar: str = "CN"
    cadence: Mapping[str, str] = field(default_factory=dict)
    settlement: SettlementRules = SettlementRules()
    engine: str = "duckdb"
    place: Span = field(compare=False, default=Span("salescli.yaml", 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """One period's targets: what a person wrote and, where resolved rows are stored, those rows.

    Attributes:
        file: The YAML as written; None for rows without one.
        rows: Rows of the CSV beside it (they rule when present); None if there is no CSV.
        path: Path of the YAML, or of the CSV where there is no YAML, relative to the root.
    """

    period: Period
    file: TargetFile | None
    rows: tuple[TargetRow, ...] | None
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A book whose configuration has been read.

    Attributes:
        root: Folder that holds `salescli.yaml`.
        facts: For each of `FACT_KINDS`, and for `fx` (exchange rates), the files (CSV or Parquet), sorted,
            absolute.
        sources: Every configuration file read, relative to the root, sorted; for hashes.
    """

    root: Path
    settings: Settings
    org: Org
    policy: Policy
    plans: tuple[Plan, ...]
    targets: tuple[Targets, ...]
    facts: Mapping[str, tuple[Path, ...]]
    sources: tuple[str, ...]

    def period(self, text: str) -> Period:
        """A period under this book's fiscal year. Raises ValueError as `Period.parse` does."""
        return Period.parse(text, self.settings.fiscal_year_start)
