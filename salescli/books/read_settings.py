"""`salescli.yaml` as a record."""

from __future__ import annotations

from pathlib import Path

from salescli.books.root import MARK
from salescli.books.schemas.settings import SettingsFile
from salescli.books.schemas.settings import SettlementRules as RulesEntry
from salescli.books.typed import load_typed
from salescli.findings import Finding
from salescli.model.book import Settings, SettlementRules


def read_settings(root: Path, found: list[Finding]) -> Settings:
    """The settings of a book; the defaults where the file is wrong (then `found` says so)."""
    typed = load_typed(root / MARK, SettingsFile, root, found)
    if typed is None:
        return Settings()
    file = typed.value
    cadence = file.cadence.model_dump(exclude_none=True) if file.cadence else {}
    return Settings(
        company=file.company or "",
        currency=file.currency,
        locale=file.locale,
        timezone=file.timezone,
        fiscal_year_start=file.fiscal_year_start,
        calendar=file.calendar,
        cadence=cadence,
        settlement=_settlement(file.settlement),
        engine=file.engine,
    )


def _settlement(entry: RulesEntry | None) -> SettlementRules:
    if entry is None:
        return SettlementRules()
    return SettlementRules(
        publish_within=int(entry.publish_within),
        window=int(entry.window),
        window_days=entry.window_days,
        appeal=int(entry.appeal),
    )
