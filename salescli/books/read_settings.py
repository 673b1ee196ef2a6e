"""`salescli.yaml` as a record."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from salescli.books.root import MARK
from salescli.books.schemas.settings import Cadence, SettingsFile
from salescli.books.schemas.settings import PublicRules as PublicEntry
from salescli.books.schemas.settings import ReconcileRules as ReconcileEntry
from salescli.books.typed import Typed, load_typed
from salescli.findings import Finding
from salescli.i18n import N_
from salescli.model.book import Participant, PublicRules, ReconcileRules, Settings, SettlementRules


def read_settings(root: Path, found: list[Finding]) -> Settings:
    """The settings of a book; the defaults where the file is wrong (then `found` says so)."""
    typed = load_typed(root / MARK, SettingsFile, root, found)
    if typed is None:
        return Settings()
    file = typed.value
    cadence = file.cadence or Cadence()
    stated: dict[str, str] = cadence.model_dump(exclude_none=True, exclude={"day_off", "participants"})
    return Settings(
        company=file.company or "",
        currency=file.currency,
        locale=file.locale,
        timezone=file.timezone,
        fiscal_year_start=file.fiscal_year_start,
        calendar=file.calendar,
        cadence={key: when for key, when in stated.items() if when != "none"},
        not_kept=frozenset(key for key, when in stated.items() if when == "none"),
        day_off=cadence.day_off,
        participants=_participants(typed),
        settlement=_settlement(typed, found),
        reconcile=_reconcile(file.reconcile),
        engine=file.engine,
    )


def _participants(typed: Typed[SettingsFile]) -> dict[str, tuple[Participant, ...]]:
    cadence = typed.value.cadence
    if cadence is None or cadence.participants is None:
        return {}
    stated: dict[str, list[str]] = cadence.participants.model_dump()
    return {
        review: tuple(
            Participant(word, typed.at("cadence", "participants", review, index))
            for index, word in enumerate(words)
        )
        for review, words in stated.items()
        if words
    }


def _reconcile(entry: ReconcileEntry | None) -> ReconcileRules:
    if entry is None:
        return ReconcileRules()
    return ReconcileRules(within=entry.within, tolerance=entry.tolerance)


def _settlement(typed: Typed[SettingsFile], found: list[Finding]) -> SettlementRules:
    entry = typed.value.settlement
    if entry is None:
        return SettlementRules()
    return SettlementRules(
        publish_within=int(entry.publish_within),
        window=int(entry.window),
        window_days=entry.window_days,
        appeal=int(entry.appeal),
        close_within=int(entry.close_within),
        pay_within=int(entry.pay_within),
        public=_public(typed, entry.public, found) if entry.public else PublicRules(),
    )


def _public(typed: Typed[SettingsFile], entry: PublicEntry, found: list[Finding]) -> PublicRules:
    """What a public list shows; bands that say nothing are findings."""
    place = ("settlement", "public", "bands")
    if entry.amounts == "bands" and not entry.bands:
        hint = N_("write their lower bounds: `bands: [1000, 5000, 10000]`")
        found.append(typed.finding("Y101", place[:-1], N_("`amounts: bands` needs `bands`"), hint))
    for index, bound in enumerate(entry.bands):
        before = entry.bands[index - 1] if index else Decimal(0)
        if bound <= before:
            hint = N_("write rising bounds above 0: `bands: [1000, 5000, 10000]`")
            template = N_("the bound {bound} does not lie above {before}")
            found.append(typed.finding("Y119", (*place, index), template, hint, bound=bound, before=before))
    return PublicRules(
        names=entry.names,
        amounts=entry.amounts,
        bands=tuple(entry.bands),
        ranks=entry.ranks,
        regions=entry.regions,
    )
