"""Components that compare people, share among them, or top up what they earn."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from salescli.books.schemas.plan_shapes import (
    DrawEntry,
    GuaranteeEntry,
    PoolEntry,
    RankingEntry,
    RecognitionEntry,
    TeamEntry,
    TiesEntry,
    TiesWordEntry,
)
from salescli.books.shape_reader import Reader
from salescli.i18n import N_
from salescli.model.exact import rate_text
from salescli.model.plan import (
    Draw,
    Pool,
    Ranking,
    Recognition,
    TeamAward,
)


def read_ranking(at: Reader, entry: RankingEntry) -> Ranking:
    """Awards by rank."""
    by_measures = isinstance(entry.ties, TiesEntry)
    tiebreak = tuple(entry.ties.tiebreak) if isinstance(entry.ties, TiesEntry) else tuple(entry.tiebreak)
    word = entry.ties.word if isinstance(entry.ties, TiesWordEntry) else "tiebreak"
    if word == "tiebreak" and not tiebreak:
        at.wrong(
            "P003",
            ("ties",),
            N_("nothing says what decides a tie"),
            N_("write `ties: {{tiebreak: [collection_rate]}}`"),
        )
    if entry.tiebreak and (by_measures or word != "tiebreak"):
        at.wrong(
            "P003",
            ("tiebreak",),
            N_("`tiebreak` and `ties` say different things"),
            N_("keep `ties: {{tiebreak: […]}}` alone"),
            key=True,
        )
    return Ranking(
        rank_by=entry.rank_by,
        awards=tuple(entry.awards),
        ties=word,
        tiebreak=tiebreak,
        minimum=entry.minimum,
        scope=entry.scope,
        **at.common(entry),
    )


def read_team(at: Reader, entry: TeamEntry) -> TeamAward:
    """A sum per head of a team."""
    return TeamAward(scope=entry.scope, per_head=entry.per_head, **at.common(entry))


def read_recognition(at: Reader, entry: RecognitionEntry) -> Recognition:
    """An award without money."""
    return Recognition(
        award=entry.award,
        title=entry.title or "",
        rank_by=entry.rank_by,
        top=entry.top,
        minimum=entry.minimum,
        scope=entry.scope,
        **at.common(entry),
    )


def read_pool(at: Reader, entry: PoolEntry) -> Pool:
    """A sum shared among those who qualify."""
    total = sum(entry.weights.values(), Fraction(0))
    if total > 1:
        at.wrong(
            "P024",
            ("weights",),
            N_("the weights sum to {total}, more than the fund"),
            N_("let them sum to 100% or less"),
            total=rate_text(total),
        )
    if entry.weights and entry.share_by is not None:
        at.wrong(
            "P024",
            ("share_by",),
            N_("`share_by` and `weights` say different things"),
            N_("keep one of the two"),
        )
    return Pool(
        scope=entry.scope,
        fund=entry.fund,
        share_by=entry.share_by,
        weights=dict(entry.weights),
        **at.common(entry),
    )


def read_guarantee(at: Reader, entry: GuaranteeEntry) -> Draw:
    """A floor that is not recovered."""
    return Draw(**_filled(at, entry), kind="floor", recoverable=False)


def read_draw(at: Reader, entry: DrawEntry) -> Draw:
    """An advance or a floor, recovered or not."""
    return Draw(
        **_filled(at, entry),
        kind=entry.kind,
        recoverable=entry.recoverable,
        maximum=entry.maximum,
        forgive_after=entry.forgive_after,
    )


def _filled(at: Reader, entry: GuaranteeEntry) -> dict[str, Any]:
    return {
        **at.common(entry),
        "amount": entry.amount,
        "against": tuple(entry.against),
        "since": entry.since,
        "until": entry.until,
    }
