"""The components of a plan file as records, a reader for each shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from salescli.books.schemas.plan_shapes import (
    BandEntry,
    CapEntry,
    Component,
    DrawEntry,
    EarningEntry,
    FactorEntry,
    FlatEntry,
    FloorEntry,
    GoalEntry,
    GuaranteeEntry,
    MilestonesEntry,
    MultiplierEntry,
    OnlyEntry,
    PoolEntry,
    RankingEntry,
    RateTableEntry,
    RecognitionEntry,
    ReleaseEntry,
    RuleEntry,
    ScorecardEntry,
    SpiffEntry,
    TableEntry,
    TeamEntry,
    TierEntry,
    TiersEntry,
    TiesEntry,
    TiesWordEntry,
)
from salescli.books.schemas.plans import PlanFile
from salescli.books.typed import Typed
from salescli.findings import Finding
from salescli.i18n import N_, several
from salescli.model.exact import plain, rate_text
from salescli.model.expression import ANY, Expr, Measure, Scope, unit_of, within
from salescli.model.fact import Only
from salescli.model.metric import Policy
from salescli.model.plan import (
    AnyComponent,
    Band,
    Draw,
    FactorStep,
    FactorTable,
    Flat,
    Goal,
    Limit,
    Milestone,
    Milestones,
    Multiplier,
    Part,
    Pool,
    Ranking,
    RateTable,
    Recognition,
    Release,
    Rule,
    Scorecard,
    Spiff,
    TeamAward,
    Tier,
    Tiers,
)

Loc = tuple[str | int, ...]
DIMENSIONS = ("item", "product", "category", "customer", "customer_kind", "region", "source")
BANDS = ("margin", "discount", "amount")


class Reader:
    """One component being read: where it stands, and what is wrong with it."""

    def __init__(self, typed: Typed[PlanFile], name: str, policy: Policy, found: list[Finding]) -> None:
        self.typed = typed
        self.name = name
        self.loc: Loc = ("components", name)
        self.units = {key: metric.unit for key, metric in policy.metrics.items()}
        self.found = found

    def wrong(self, code: str, loc: Sequence[str | int], template: str, hint: str, **params: Any) -> None:
        """A finding at a place inside the component."""
        self.found.append(self.typed.finding(code, (*self.loc, *loc), template, hint, **params))

    def common(self, entry: Component) -> dict[str, Any]:
        """What every shape has."""
        return {
            "name": self.name,
            "period": entry.period,
            "when": entry.when,
            "rounding": entry.rounding,
            "prorate": entry.prorate,
            "accept": tuple(entry.accept),
            "place": self.typed.key(*self.loc),
        }

    def earning(self, entry: EarningEntry, pays_on: Expr) -> dict[str, Any]:
        """What every shape has that pays each person an amount of their own."""
        scope, only = self.scope(entry), read_only(entry.only)
        return {
            **self.common(entry),
            "may_fall": entry.may_fall,
            "pays_on": within(pays_on, scope, only),
            "scope": scope,
            "only": only,
            "to_date": entry.to_date,
            "target": entry.target,
            "per": entry.per,
            "multipliers": tuple(
                self.multiplier(given, ("multipliers", index))
                for index, given in enumerate(entry.multipliers)
            ),
            "floor": self.limit(entry.floor, "floor", entry.per),
            "cap": self.limit(entry.cap, "cap", entry.per),
            "release": self.release(entry.release),
            "on_zero_target": entry.on_zero_target,
        }

    def scope(self, entry: EarningEntry) -> Scope:
        """Whose figures it is about."""
        return entry.scope  # type: ignore[return-value]

    def limit(self, entry: FloorEntry | CapEntry | None, key: str, per: str) -> Limit | None:
        """A floor or a cap; of each deal where the component is paid by deal, unless it says otherwise."""
        if entry is None:
            return None
        over = entry.over if isinstance(entry, CapEntry) else "lost"
        return Limit(
            amount=entry.amount,
            per=entry.per or per,  # type: ignore[arg-type]
            over=over,  # type: ignore[arg-type]
            place=self.typed.key(*self.loc, key),
        )

    def multiplier(self, entry: MultiplierEntry, loc: Loc) -> Multiplier:
        """A factor by another measure."""
        return Multiplier(
            measured_by=entry.measured_by,
            table=self.table(entry, loc, entry.measured_by),
            when=entry.when,
            missing=Fraction(1) if entry.missing is None else entry.missing,
            place=self.typed.at(*self.loc, *loc),
        )

    def table(self, entry: TableEntry, loc: Loc, measure: Expr) -> FactorTable:
        """A table of factors, in the order of the file."""
        steps = [self._step(given, (*loc, "tiers", i), measure) for i, given in enumerate(entry.tiers)]
        self.rising((*loc, "tiers"), [step.start for step in steps], measure)
        return FactorTable(mode=entry.mode, steps=tuple(steps))  # type: ignore[arg-type]

    def _step(self, entry: FactorEntry, loc: Loc, measure: Expr) -> FactorStep:
        self.unit((*loc, "from"), entry.start, measure)
        return FactorStep(
            start=Fraction(entry.start), factor=entry.factor, place=self.typed.at(*self.loc, *loc)
        )

    def rising(self, loc: Loc, starts: Sequence[Fraction], measure: Expr) -> None:
        """Bounds stand in order, each once (P006)."""
        rate = unit_of(measure, self.units) == "rate"
        for index in range(1, len(starts)):
            if starts[index] <= starts[index - 1]:
                text = rate_text(starts[index]) if rate else plain(starts[index])
                same = starts[index] == starts[index - 1]
                self.wrong(
                    "P006",
                    (*loc, index),
                    N_("two tiers begin at {start}") if same else N_("the tier from {start} is out of order"),
                    N_("keep one of the two") if same else N_("write tiers from the lowest bound up"),
                    start=text,
                )

    def release(self, entry: ReleaseEntry | None) -> Release | None:
        """When what is earned is paid (P025 where parts do not sum up or are missing)."""
        if entry is None:
            return None
        parts = tuple(
            Part(
                share=part.share,
                after=part.after or 0,
                event=part.event or "",
                place=self.typed.at(*self.loc, "release", "parts", index),
            )
            for index, part in enumerate(entry.parts)
        )
        wanted = {"instalments": "after", "events": "event"}.get(entry.by)
        if wanted is not None:
            total = sum((part.share for part in parts), Fraction(0))
            if total != 1:
                self.wrong(
                    "P025",
                    ("release", "parts"),
                    N_("the parts sum to {total}, not to 100%"),
                    N_("write `parts: [{{share: 50%, {word}: …}}, {{share: 50%, {word}: …}}]`"),
                    total=rate_text(total),
                    word=wanted,
                )
            for index, part in enumerate(entry.parts):
                if wanted == "event" and part.event is None:
                    self.wrong(
                        "P025",
                        ("release", "parts", index),
                        N_("this part does not say on which event it is paid"),
                        N_("write `event:` with the kind of an activity, such as setup_paid"),
                    )
        elif parts:
            self.wrong(
                "P025",
                ("release", "parts"),
                N_("`parts` belong to `by: instalments` or `by: events`"),
                N_("leave them out, or write `by: instalments`"),
            )
        if entry.by == "months" and "count" not in entry.model_fields_set:
            self.wrong(
                "P025",
                ("release",),
                N_("nothing says over how many months it is paid"),
                N_("write `count: 12`, or `count: term_months`"),
            )
        return Release(
            by=entry.by,  # type: ignore[arg-type]
            parts=parts,
            count=entry.count,
            longer_than=entry.longer_than or 0,
            place=self.typed.key(*self.loc, "release"),
        )

    def unit(self, loc: Loc, start: Decimal | Fraction, measure: Expr) -> None:
        """A tier begins at a rate where a rate places one in it, else at a number (P002)."""
        unit = unit_of(measure, self.units)
        if unit == "rate" and not isinstance(start, Fraction):
            percent = plain(start) if start == 0 or start >= 3 else plain(Fraction(start) * 100)
            self.wrong(
                "P002",
                loc,
                N_("`{value}` is a bare number, but {measure} is a rate"),
                N_("write {percent}%"),
                value=plain(start),
                measure=str(measure),
                percent=percent,
            )
        elif unit != "rate" and isinstance(start, Fraction) and self._known(measure):
            self.wrong(
                "P002",
                loc,
                N_("`{value}` is a rate, but {measure} is not"),
                N_("write plain digits, or measure by attainment({metric})"),
                value=rate_text(start),
                measure=str(measure),
                metric=measure.metric if isinstance(measure, Measure) else "…",
            )

    def _known(self, measure: Expr) -> bool:
        return not isinstance(measure, Measure) or not measure.is_figure or measure.metric in self.units


def read_only(entry: OnlyEntry | None) -> Only:
    """Which deals count."""
    if entry is None:
        return ANY
    return Only(
        product=tuple(entry.product),
        region=tuple(entry.region),
        customer=tuple(entry.customer),
        customer_kind=tuple(entry.customer_kind),
        category=tuple(entry.category),
        item=tuple(entry.item),
        source=tuple(entry.source),
        since=entry.since,
        until=entry.until,
    )


def _flat(at: Reader, entry: FlatEntry) -> Flat:
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


def _tiers(at: Reader, entry: TiersEntry) -> Tiers:
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
        measured_by=within(measure, at.scope(entry), read_only(entry.only)),
        mode=entry.mode,  # type: ignore[arg-type]
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


def _scorecard(at: Reader, entry: ScorecardEntry) -> Scorecard:
    total = sum((goal.weight for goal in entry.goals), Fraction(0))
    if total != 1:
        at.wrong(
            "P024",
            ("goals",),
            N_("the weights sum to {total}, not to 100%"),
            N_("change them so that they do"),
            total=rate_text(total),
        )
    pays_on = entry.pays_on
    return Scorecard(
        goals=tuple(_goal(at, entry, goal, ("goals", i)) for i, goal in enumerate(entry.goals)),
        overall=None if entry.overall is None else at.table(entry.overall, ("overall",), _RATIO),
        **at.earning(entry, pays_on),
    )


_RATIO = Measure("score", "attainment")


def _goal(at: Reader, card: ScorecardEntry, entry: GoalEntry, loc: Loc) -> Goal:
    measure = entry.measured_by
    if entry.scale is None and unit_of(measure, at.units) != "rate":
        at.wrong(
            "P024",
            (*loc, "measured_by"),
            N_("{measure} is not a rate, so that it is no level to be weighted"),
            N_("write attainment({measure}), or add a `scale:` from it to factors"),
            measure=str(measure),
        )
    return Goal(
        name=entry.name,
        weight=entry.weight,
        measured_by=within(measure, at.scope(card), read_only(card.only)),
        table=None if entry.scale is None else at.table(entry.scale, (*loc, "scale"), measure),
        floor=entry.floor,
        cap=entry.cap,
        place=at.typed.at(*at.loc, *loc),
    )


_NOTHING = Measure("sales_amount")


def _milestones(at: Reader, entry: MilestonesEntry) -> Milestones:
    return Milestones(
        milestones=tuple(
            Milestone(
                name=given.name or str(index + 1),
                when=given.when,
                pays=given.pays,
                place=at.typed.at(*at.loc, "milestones", index),
            )
            for index, given in enumerate(entry.milestones)
        ),
        pays=entry.pays,  # type: ignore[arg-type]
        **at.earning(entry, _NOTHING),
    )


def _spiff(at: Reader, entry: SpiffEntry) -> Spiff:
    return Spiff(
        pays=entry.pays,
        from_count=max(entry.from_count or 1, 1),
        beyond=entry.beyond,
        at_most=entry.at_most,
        **at.earning(entry, entry.count),
    )


def _rate_table(at: Reader, entry: RateTableEntry) -> RateTable:
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
        choose=entry.choose,  # type: ignore[arg-type]
        by=tuple(entry.by) or (*DIMENSIONS, *BANDS),
        unmatched=entry.unmatched,  # type: ignore[arg-type]
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
                at.unit((*loc, key, word), value, _NOTHING if key == "amount" else _RATIO)
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


def _ranking(at: Reader, entry: RankingEntry) -> Ranking:
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
        ties=word,  # type: ignore[arg-type]
        tiebreak=tiebreak,
        minimum=entry.minimum,
        scope=entry.scope,  # type: ignore[arg-type]
        **at.common(entry),
    )


def _team(at: Reader, entry: TeamEntry) -> TeamAward:
    return TeamAward(scope=entry.scope, per_head=entry.per_head, **at.common(entry))  # type: ignore[arg-type]


def _recognition(at: Reader, entry: RecognitionEntry) -> Recognition:
    return Recognition(
        award=entry.award,
        title=entry.title or "",
        rank_by=entry.rank_by,
        top=entry.top,
        minimum=entry.minimum,
        scope=entry.scope,  # type: ignore[arg-type]
        **at.common(entry),
    )


def _pool(at: Reader, entry: PoolEntry) -> Pool:
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
        scope=entry.scope,  # type: ignore[arg-type]
        fund=entry.fund,
        share_by=entry.share_by,
        weights=dict(entry.weights),
        **at.common(entry),
    )


def _guarantee(at: Reader, entry: GuaranteeEntry) -> Draw:
    return Draw(**_filled(at, entry), kind="floor", recoverable=False)


def _draw(at: Reader, entry: DrawEntry) -> Draw:
    return Draw(
        **_filled(at, entry),
        kind=entry.kind,  # type: ignore[arg-type]
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


_READERS: dict[type[Component], Callable[[Reader, Any], AnyComponent]] = {
    FlatEntry: _flat,
    TiersEntry: _tiers,
    ScorecardEntry: _scorecard,
    MilestonesEntry: _milestones,
    SpiffEntry: _spiff,
    RateTableEntry: _rate_table,
    RankingEntry: _ranking,
    TeamEntry: _team,
    PoolEntry: _pool,
    RecognitionEntry: _recognition,
    GuaranteeEntry: _guarantee,
    DrawEntry: _draw,
}


def read_component(typed: Typed[PlanFile], name: str, policy: Policy, found: list[Finding]) -> AnyComponent:
    """A component of the file; what is wrong with it goes to `found`."""
    entry = typed.value.components[name]
    assert isinstance(entry, Component)
    return _READERS[type(entry)](Reader(typed, name, policy, found), entry)
