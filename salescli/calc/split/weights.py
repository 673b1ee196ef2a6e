"""Weights of the parts of a cut, by every method of SPEC T4."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from salescli.calc.split.record import History
from salescli.findings import Finding, finding
from salescli.model.org import Org, Person
from salescli.model.period import Period
from salescli.model.target import Cut

Weights = dict[str, Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Which past a cut looks at, and what it finds there."""

    history: History
    period: Period
    found: list[Finding] = field(default_factory=list)

    def periods(self, since: Period | None, last: int | None) -> tuple[Period, ...]:
        """`from: P` is P; `last: N` the N periods before; neither the same period last year."""
        if since is not None:
            return (since,)
        if last is not None:
            return tuple(self.period.shift(-back) for back in range(last, 0, -1))
        return (self.period.year_before(),)

    def sales(self, since: Period | None, last: int | None, by: str) -> Weights:
        """Past sales by id."""
        total: Weights = {}
        for period in self.periods(since, last):
            for (one,), amount in self.history.sales(period, (by,)).items():
                total[one] = total.get(one, Fraction(0)) + max(0, amount)
        return total

    def say(self, since: Period | None, last: int | None) -> str:
        """The past in words."""
        return ", ".join(period.text for period in self.periods(since, last))


def node_weights(cut: Cut, ids: Sequence[str], by: str, past: Past) -> Weights:
    """Weights of regions, product lines or months; `by` says which the history is asked for.

    A cut whose weights are all zero adds finding T110.
    """
    parts = {part: _raw(part, cut, ids, by, past) for part in (cut.blend or {cut.by: Fraction(1)})}
    weights = _blended(cut, ids, parts)
    if not any(weights.values()):
        past.found.append(_nothing(cut, past))
    return weights


def _blended(cut: Cut, ids: Sequence[str], parts: Mapping[str, Weights]) -> Weights:
    """The weighted sum of the parts' normalised weights; a single method is its own weights."""
    if not cut.blend:
        return dict(next(iter(parts.values())))
    result = dict.fromkeys(ids, Fraction(0))
    for part, share in cut.blend.items():
        mass = sum(parts[part].values(), Fraction(0))
        for one in ids:
            result[one] += share * parts[part].get(one, Fraction(0)) / mass if mass else 0
    return result


def _raw(method: str, cut: Cut, ids: Sequence[str], by: str, past: Past) -> Weights:
    if method == "shares":
        return {one: cut.shares.get(one, Fraction(0)) for one in ids}
    if method in ("capacity", "file"):
        return {one: cut.capacity.get(one, Fraction(0)) for one in ids}
    if method == "history":
        known = past.sales(cut.history_from, cut.history_last, by)
        return {one: known.get(one, Fraction(0)) for one in ids}
    if method == "ability":
        return {one: cut.ability.get(one, Fraction(0)) for one in ids}
    return dict.fromkeys(ids, Fraction(1))


def _nothing(cut: Cut, past: Past) -> Finding:
    if cut.by == "history" or "history" in cut.blend:
        return finding(
            "T110",
            cut.place,
            "there are no sales in {past} to cut by",
            hint="name another past (`from: 2025-Q3` or `last: 4`), or cut by shares, equal or capacity",
            past=past.say(cut.history_from, cut.history_last),
        )
    return finding(
        "T110",
        cut.place,
        "all weights of this cut are zero",
        hint="give at least one part a weight above zero",
    )


# -- People ------------------------------------------------------------------------------------------


def candidates(cut: Cut, region: str, org: Org, period: Period, found: list[Finding]) -> list[Person]:
    """Whose target a region's is, by id: the people named, else those who sell there in the period.

    Somebody others report to is taken only if named or given a role factor; a role factor of 0 leaves
    its people out. A person who is named but
    not assigned to the region in the period is finding T111 and left out.
    """
    named = _named(cut)
    here = [p for p in org.people.values() if _days(p, region, period)]
    if not named:
        leaders = {
            m for p in org.people.values() for m in (p.manager, *(a.manager for a in p.assignments)) if m
        }
        return sorted(
            (p for p in here if cut.role_factors.get(p.role, Fraction(p.id not in leaders))),
            key=lambda p: p.id,
        )
    present = {p.id: p for p in here}
    for one in sorted(named - present.keys()):
        if one in org.people:
            found.append(
                finding(
                    "T111",
                    cut.places.get(one, cut.place),
                    "{person} is not assigned to {region} in {period}",
                    hint="take the person out of this cut, or add an assignment in ledger/org.yaml",
                    person=one,
                    region=region or "any region",
                    period=period.text,
                )
            )
    return [present[one] for one in sorted(named & present.keys())]


def _named(cut: Cut) -> set[str]:
    words: set[str] = {*cut.shares, *cut.capacity, *cut.ability}
    for amounts in cut.amounts.values():
        words |= set(amounts)
    return words


def person_weights(cut: Cut, people: Sequence[Person], region: str, past: Past) -> Weights:
    """Weights of people: the method's, times role factor, times presence and ramp (SPEC T4, T8).

    Explicit shares stand as they are written.
    """
    ids = [p.id for p in people]
    period = past.period
    parts: dict[str, Weights] = {}
    for part in cut.blend or {cut.by: Fraction(1)}:
        if part == "experience":
            parts[part] = {p.id: _ramped(p, region, period, cut.experience) for p in people}
        elif part == "role":
            parts[part] = {p.id: _role_factor(p, cut, period) for p in people}
        else:
            parts[part] = _raw(part, cut, ids, "person", past)
    weights = _blended(cut, ids, parts)
    if cut.by == "shares":
        return weights
    if cut.by == "history":
        past.found.extend(_without_history(cut, people, weights, past))
    for person in people:
        factor = Fraction(1) if "role" in cut.blend else _role_factor(person, cut, period)
        weights[person.id] *= factor * presence(person, region, period, cut)
    if people and not any(weights.values()):
        past.found.append(_nothing(cut, past))
    return weights


def _without_history(cut: Cut, people: Sequence[Person], weights: Weights, past: Past) -> list[Finding]:
    if not any(weights.values()):
        return []
    return [
        finding(
            "T113",
            cut.place,
            "{person} has no sales in {past} and is given no target by it",
            hint="use `by: blend` with a part `equal` or `ability`, or `by: shares`",
            severity="warning",
            person=person.id,
            past=past.say(cut.history_from, cut.history_last),
        )
        for person in people
        if not weights[person.id]
    ]


def _role_factor(person: Person, cut: Cut, period: Period) -> Fraction:
    last = person.last_day(period.start, period.end) or period.end
    return cut.role_factors.get(person.role_on(last), Fraction(1))


def presence(person: Person, region: str, period: Period, cut: Cut) -> Fraction:
    """Share of a period's calendar days somebody is assigned to a region, each day weighted by the ramp."""
    days = _days(person, region, period)
    if not days:
        return Fraction(0)
    ramped = _mean_ramp(person, days, cut.ramp)
    return ramped * Fraction(len(days), period.days()) if cut.prorate else ramped


def _ramped(person: Person, region: str, period: Period, curve: Sequence[Fraction]) -> Fraction:
    return ramp_share(person, region, period, curve) if _days(person, region, period) else Fraction(0)


def ramp_share(person: Person, region: str, period: Period, curve: Sequence[Fraction]) -> Fraction:
    """The mean of a ramp over the days of a period on which somebody works in a region (`""`: in any).

    1 without such days.
    """
    days = _days(person, region, period)
    return _mean_ramp(person, days, curve) if days else Fraction(1)


def _mean_ramp(person: Person, days: Sequence[date], curve: Sequence[Fraction]) -> Fraction:
    if not curve:
        return Fraction(1)
    total = sum((_ramp_on(person, day, curve) for day in days), Fraction(0))
    return total / len(days)


def _ramp_on(person: Person, day: date, curve: Sequence[Fraction]) -> Fraction:
    """The factor of the month of tenure a day lies in; full months are counted from the day of hiring."""
    months = (day.year - person.hired.year) * 12 + day.month - person.hired.month
    tenure = months - (day.day < person.hired.day)
    return curve[tenure] if 0 <= tenure < len(curve) else Fraction(1)


def _days(person: Person, region: str, period: Period) -> list[date]:
    """Days of a period on which somebody works here and is assigned to the region (`""`: to any)."""
    days: set[date] = set()
    for at in person.assignments:
        if region in ("", at.region):
            start = max(period.start, at.since, person.hired)
            end = min(period.end, at.until or period.end, person.left or period.end)
            days.update(start + timedelta(days=i) for i in range((end - start).days + 1))
    return sorted(days)
