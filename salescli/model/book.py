"""A book: everything its configuration files state, read and typed. Facts stay in their files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Literal

from salescli.findings import Span
from salescli.i18n import N_
from salescli.model.guardrails import Guardrails
from salescli.model.metric import Policy
from salescli.model.note import Watch
from salescli.model.org import Org
from salescli.model.period import Period
from salescli.model.plan import Plan
from salescli.model.target import TargetFile, TargetRow

FACT_KINDS = (N_("deals"), N_("collections"), N_("credits"), N_("activities"))

DayOff = Literal["next", "previous", "stay"]
"""Where a review goes whose day is a day off: the next working day, the previous one, nowhere."""

Names = Literal["full", "initial", "masked", "id"]
Amounts = Literal["none", "bands", "exact"]
Shown = Literal["hidden", "shown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRules:
    """What a public list shows of a settled month (SPEC S6). The defaults show the least.

    Attributes:
        names: As they are, surnames or initials only, masked (`王*明`), or ids.
        amounts: None, the band each lies in, or to the cent.
        bands: Lower bounds of the bands, rising, above 0.
        ranks: Whether the places of rankings and recognitions are shown.
        regions: Whether each one's region is shown.
    """

    names: Names = "masked"
    amounts: Amounts = "none"
    bands: tuple[Decimal, ...] = ()
    ranks: Shown = "hidden"
    regions: Shown = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementRules:
    """How long a month's result is open (SPEC S2).

    Attributes:
        publish_within: Working days after the month's last day in which it is published.
        window: Days for objections, counted from the day after it is published.
        window_days: Whether those are working days of the book's calendar, or calendar days.
        appeal: Calendar days after closing in which an objection is still heard, for the next open month.
        close_within: Working days after the window's last day in which it is closed.
        pay_within: Working days after closing in which it is paid.
        public: What the public list shows.
    """

    publish_within: int = 3
    window: int = 3
    window_days: Literal["working", "calendar"] = "working"
    appeal: int = 30
    close_within: int = 1
    pay_within: int = 5
    public: PublicRules = PublicRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconcileRules:
    """What `reconcile` finds all right (SPEC K5).

    Attributes:
        within: Days after signing in which a deal is to be paid in full.
        tolerance: A difference up to this is none: an amount, or (`Fraction`) a share of the deal's amount.
    """

    within: int = 90
    tolerance: Decimal | Fraction = Decimal(0)


@dataclass(frozen=True, slots=True)
class Participant:
    """Who takes part in a review: a person (id, name or alias) or everybody in a role."""

    word: str
    place: Span = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`salescli.yaml`.

    Attributes:
        cadence: What is due → when: `weekly_report` → `Fri 17:00`; only what the file states.
        not_kept: Keys of the cadence that are `none`: nobody is asked for it.
        day_off: Where a review goes whose day is a day off.
        participants: `weekly`, `monthly`, `quarterly` → who takes part; only what the file states.
    """

    company: str = ""
    currency: str = "CNY"
    locale: str = "en"
    timezone: str = "UTC"
    fiscal_year_start: int = 1
    calendar: str = "CN"
    cadence: Mapping[str, str] = field(default_factory=dict)
    not_kept: frozenset[str] = frozenset()
    day_off: DayOff = "next"
    participants: Mapping[str, tuple[Participant, ...]] = field(default_factory=dict)
    settlement: SettlementRules = SettlementRules()
    reconcile: ReconcileRules = ReconcileRules()
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
        sources: Every configuration file read, relative to the root, sorted; for hashes. Not the guardrails,
            which pay does not rest on.
        guardrails: Limits of policy health and of signals.
        watch: Metrics under watch, by metric and begin.
        notes: Files of `ledger/notes`, sorted, absolute; read where they are asked for (`read_notes`).
        reports: Week (`2026-W33`) → file of its weekly reports, by week; read as the notes are
            (`read_reports`). Files whose names are no week are left to `check_report_names`.
    """

    root: Path
    settings: Settings
    org: Org
    policy: Policy
    plans: tuple[Plan, ...]
    targets: tuple[Targets, ...]
    facts: Mapping[str, tuple[Path, ...]]
    sources: tuple[str, ...]
    guardrails: Guardrails = Guardrails()
    watch: tuple[Watch, ...] = ()
    notes: tuple[Path, ...] = ()
    reports: Mapping[str, Path] = field(default_factory=dict)

    def period(self, text: str) -> Period:
        """A period under this book's fiscal year. Raises ValueError as `Period.parse` does."""
        return Period.parse(text, self.settings.fiscal_year_start)
