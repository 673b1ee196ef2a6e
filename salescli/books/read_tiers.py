"""Components that pay a rate, or by tiers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from salescli.books.schemas.plan_shapes import (
    FlatEntry,
    TierEntry,
    TiersEntry,
)
from salescli.books.shape_reader import Loc, Reader, read_only
from salescli.i18n import N_
from salescli.model.exact import plain, rate_text
from salescli.model.expression import Expr, unit_of, within
from salescli.model.plan import (
    Flat,
    Tier,
    Tiers,
)


def read_flat(at: Reader, entry: FlatEntry) -> Flat:
    """A share of what it pays on, or money per unit of it."""
    if (entry.rate is None) == (entry.pays is None):
        at.wrong(
            "P020",
            (),
            N_("`{component}` states neither `rate` nor `pays`")
            if entry.rate is None
            else N_("`{component}` states both `rate` and `pays`"),
            N_("write `rate: 5%` for a share of what it pays on, or `pays: 20` for money per unit"),
            component=at.name,
        )
    return Flat(rate=entry.rate, pays=entry.pays, **at.earning(entry, entry.pays_on))


def read_tiers(at: Reader, entry: TiersEntry) -> Tiers:
    """Rates or sums by tiers of a measure."""
    measure = entry.pays_on if entry.measured_by is None else entry.measured_by
    tiers = tuple(_tier(at, tier, ("tiers", i), entry.mode, measure) for i, tier in enumerate(entry.tiers))
    _bounds(at, tiers, measure)
    if entry.mode == "interpolated" and len({tier.pay is None for tier in entry.tiers}) > 1:
        at.wrong(
            "P021",
            ("tiers",),
            N_("some tiers state `pay` and others a `rate`: between them nothing is defined"),
            N_("state the same of the two in every tier"),
        )
    return Tiers(
        measured_by=within(measure, entry.scope, read_only(entry.only)),
        mode=entry.mode,
        tiers=tiers,
        **at.earning(entry, entry.pays_on),
    )


_ONLY_IN = {
    "pay": "interpolated",
    "at_least": "marginal",
    "at_most": "marginal",
    "retroactive": "marginal",
}


def _tier(at: Reader, tier: TierEntry, loc: Loc, mode: str, measure: Expr) -> Tier:
    at.unit((*loc, "from"), tier.start, measure)
    if tier.stop is not None:
        at.unit((*loc, "to"), tier.stop, measure)
    for key, where in _ONLY_IN.items():
        if getattr(tier, key) not in (None, False) and mode != where:
            at.wrong(
                "P021",
                (*loc, key),
                N_("`{word}` means something only with `mode: {where}`, not with `{mode}`"),
                N_("leave it out, or write `mode: {where}`")
                if key != "pay"
                else N_("write `bonus:`, which is paid on reaching the tier"),
                word=key,
                where=where,
                mode=mode,
            )
    if tier.rate is None and tier.bonus is None and tier.pay is None:
        at.wrong(
            "P020",
            loc,
            N_("this tier does not say what it pays"),
            N_("write `rate: 0%` if it pays nothing, or `rate: 1.5%`, or `bonus: 1000`"),
        )
    if tier.at_least is not None and tier.at_most is not None and tier.at_least > tier.at_most:
        at.wrong(
            "P021",
            (*loc, "at_least"),
            N_("the least, {least}, is more than the most, {most}"),
            N_("exchange the two"),
            least=plain(tier.at_least),
            most=plain(tier.at_most),
        )
    return Tier(
        start=Fraction(tier.start),
        rate=tier.rate or Fraction(0),
        bonus=tier.bonus or Decimal(0),
        pay=tier.pay,
        at_least=tier.at_least,
        at_most=tier.at_most,
        retroactive=tier.retroactive,
        when=tier.when,
        stop=None if tier.stop is None else Fraction(tier.stop),
        place=at.typed.at(*at.loc, *loc),
    )


def _bounds(at: Reader, tiers: Sequence[Tier], measure: Expr) -> None:
    """Where tiers state `to`, they neither leave gaps (P022) nor overlap (P023), and the last is open."""

    def told(value: Fraction) -> str:
        return rate_text(value) if unit_of(measure, at.units) == "rate" else plain(value)

    for index, tier in enumerate(tiers):
        if tier.stop is None:
            continue
        loc = ("tiers", index, "to")
        after = tiers[index + 1] if index + 1 < len(tiers) else None
        if after is None:
            at.wrong(
                "P022",
                loc,
                N_("nothing is said from {stop} on"),
                N_("leave `to` of the last tier out, or add a tier `{{from: {stop}, …}}`"),
                stop=told(tier.stop),
            )
        elif tier.stop < after.start:
            at.wrong(
                "P022",
                loc,
                N_("between {stop} and {start} no tier is defined"),
                N_("bounds are [from, next from): write `to: {start}`, or leave `to` out"),
                stop=told(tier.stop),
                start=told(after.start),
            )
        elif tier.stop > after.start:
            at.wrong(
                "P023",
                loc,
                N_("from {start} to {stop} two tiers are defined"),
                N_("bounds are [from, next from): write `to: {start}`, or leave `to` out"),
                stop=told(tier.stop),
                start=told(after.start),
            )
