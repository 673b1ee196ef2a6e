"""Rate tables: a rule for each kind of deal."""

from __future__ import annotations

from fractions import Fraction

from salescli.books.schemas.plan_shapes import (
    BandEntry,
    RateTableEntry,
    RuleEntry,
)
from salescli.books.shape_reader import BANDS, DIMENSIONS, NOTHING, RATIO, Loc, Reader
from salescli.i18n import N_, several
from salescli.model.plan import (
    Band,
    RateTable,
    Rule,
)


def read_rate_table(at: Reader, entry: RateTableEntry) -> RateTable:
    """A rule for each kind of deal."""
    for index, word in enumerate(entry.by):
        if word not in (*DIMENSIONS, *BANDS):
            at.wrong(
                "P026",
                ("by", index),
                N_("`{word}` is nothing a rule can name"),
                N_("write some of: {known}"),
                word=word,
                known=several((*DIMENSIONS, *BANDS)),
            )
    common = {**at.earning(entry, entry.pays_on), "per": "deal"}
    for key in ("floor", "cap"):
        stated = getattr(entry, key)
        if common[key] is not None and stated.per is None:
            common[key] = at.limit(stated, key, "deal")
    return RateTable(
        rules=tuple(_rule(at, rule, ("rules", i)) for i, rule in enumerate(entry.rules)),
        choose=entry.choose,
        by=tuple(entry.by) or (*DIMENSIONS, *BANDS),
        unmatched=entry.unmatched,
        **common,
    )


def _rule(at: Reader, entry: RuleEntry, loc: Loc) -> Rule:
    if (entry.rate is None) == (entry.pays is None):
        at.wrong(
            "P020",
            loc,
            N_("this rule states neither `rate` nor `pays`")
            if entry.rate is None
            else N_("this rule states both `rate` and `pays`"),
            N_("write one of `rate: 5%` and `pays: 20`"),
        )
    bands = {key: band for key in BANDS if (band := getattr(entry, key)) is not None}
    for key, band in bands.items():
        for word, value in (("from", band.start), ("to", band.stop)):
            if value is not None:
                at.unit((*loc, key, word), value, NOTHING if key == "amount" else RATIO)
        if band.start is not None and band.stop is not None and band.start >= band.stop:
            at.wrong(
                "P026",
                (*loc, key),
                N_("this range is empty: `to` is not above `from`"),
                N_("ranges are [from, to): write the larger bound under `to`"),
            )
    return Rule(
        words={key: tuple(words) for key in DIMENSIONS if (words := getattr(entry, key))},
        bands={key: _band(band) for key, band in bands.items()},
        rate=entry.rate,
        pays=entry.pays,
        place=at.typed.at(*at.loc, *loc),
    )


def _band(entry: BandEntry) -> Band:
    return Band(
        start=None if entry.start is None else Fraction(entry.start),
        stop=None if entry.stop is None else Fraction(entry.stop),
    )
