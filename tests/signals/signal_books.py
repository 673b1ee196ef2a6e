"""Books on disk with and without behaviour that `signals` asks about, the same for the same seed.

People differ in how much they sell, how big their deals are, how their customers pay and how much they
write down; months differ for all. On top of that some of them behave as a signal describes.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from salescli.model.period import Period

FIRST = date(2025, 4, 1)
MONTHS = 18
QUARTER = "2026-Q3"
REGIONS = ("east", "south", "north")

_PLAN = """\
plan: seller
for: {role: [seller]}
components:
  commission:
    shape: tiers
    period: month
    pays_on: sales_amount
    measured_by: attainment(sales_amount)
    mode: whole
    tiers:
      - {from: 0%, rate: 1%}
      - {from: 80%, rate: 1.5%}
      - {from: 100%, rate: 2%, bonus: 1000}
      - {from: 120%, rate: 3%, bonus: 3000}
    on_zero_target: skip
"""
_HEADS = {
    "deals": "deal_id,customer,region,product,owner,amount,status,opened_on,signed_on,closed_on,cancelled_on,"
    "discount",
    "collections": "receipt_id,deal_id,received_on,amount",
    "activities": "date,person,kind,count",
}


@dataclass
class Making:
    """A book being made: rows by kind and month, and everybody's sales by month."""

    chance: random.Random
    rows: dict[str, dict[str, list[str]]] = field(default_factory=lambda: {kind: {} for kind in _HEADS})
    number: int = 0

    def add(self, kind: str, day: date, row: str) -> None:
        self.rows[kind].setdefault(f"{day:%Y-%m}", []).append(row)


def months() -> list[Period]:
    first = Period.month_of(FIRST)
    return [first.shift(i) for i in range(MONTHS)]


def make_book(
    root: Path, seed: int, people: int = 30, planted: Mapping[str, str] | None = None, deals: float = 12.0
) -> Path:
    """A book of so many people; `planted` is person → the signal they behave like, from 2026-07 on (those
    who land past tiers or whose customers do not pay from earlier on, as it takes that long)."""
    behaviour = planted or {}
    at = Making(random.Random(seed))
    targets = ["period,metric,region,product,person,level,target"]
    season = [at.chance.uniform(0.8, 1.25) for _ in range(MONTHS)]
    rush = [at.chance.uniform(0.6, 1.8) for _ in range(MONTHS)]
    for index in range(people):
        person, region = f"p{index:03}", REGIONS[index % 3]
        rate = deals * at.chance.lognormvariate(0, 0.35)
        size = at.chance.lognormvariate(9.5, 0.4)
        habits = _Habits(at.chance, behaviour.get(person, ""))
        for month, wave, early in zip(months(), season, rush, strict=True):
            target = int(rate * size * 1.1) // 100 * 100
            targets.append(f"{month.text},sales_amount,{region},,{person},target,{target}")
            _month(at, person, region, month, rate * wave, early, size, habits, target)
    _write(root, at, people, targets)
    return root


class _Habits:
    """How somebody works, honestly, and what they are planted with."""

    def __init__(self, chance: random.Random, planted: str) -> None:
        self.planted = planted
        self.cancels = min(0.3, chance.lognormvariate(-4, 0.3))
        self.unpaid = min(0.4, chance.lognormvariate(-2.3, 0.3))
        self.deep = chance.uniform(0.1, 0.3)
        self.per_deal = 6 * chance.lognormvariate(0, 0.3)


def _month(
    at: Making,
    person: str,
    region: str,
    month: Period,
    rate: float,
    early: float,
    size: float,
    habits: _Habits,
    target: int,
) -> None:
    chance, judged = at.chance, month.start >= date(2026, 7, 1)
    count = _poisson(chance, rate)
    days = [_day(chance, month, early) for _ in range(count)]
    if habits.planted == "held_back":
        days = _held(chance, month, days, judged)
    amounts = [max(100, int(size * chance.lognormvariate(0, 0.7))) for _ in days]
    if habits.planted == "past_tier" and chance.random() < 0.75 and amounts:
        bound = target * chance.choice((80, 100, 120)) // 100
        scale = bound / sum(amounts)
        amounts = [max(1, int(amount * scale)) for amount in amounts]
        amounts[-1] += bound - sum(amounts) + int(target * chance.uniform(0.001, 0.025))
    for day, amount in zip(days, amounts, strict=True):
        _deal(at, person, region, month, day, amount, habits, judged)
    done = habits.per_deal * rate * chance.lognormvariate(0, 0.2)
    if judged:
        done *= {"activity_without_results": 5.0, "results_without_activity": 0.15}.get(habits.planted, 1.0)
    for _ in range(4):
        day = month.start + timedelta(days=chance.randrange(month.days()))
        at.add("activities", day, f"{day},{person},follow_up,{max(0, round(done / 4))}")


def _day(chance: random.Random, month: Period, early: float) -> int:
    """A day of the month; its first five come more or less often in different months, for all."""
    weights = [early if day <= 5 else 1.3 if day > month.days() - 5 else 1.0 for day in range(1, 32)]
    return chance.choices(range(1, month.days() + 1), weights[: month.days()])[0]


def _held(chance: random.Random, month: Period, days: list[int], judged: bool) -> list[int]:
    """Two of three deals of the last third of the month before wait for its first days."""
    if not judged:
        return days
    return [chance.randrange(1, 6) if day > 20 and chance.random() < 0.67 else day for day in days]


def _deal(
    at: Making,
    person: str,
    region: str,
    month: Period,
    day: int,
    amount: int,
    habits: _Habits,
    judged: bool,
) -> None:
    chance, planted = at.chance, habits.planted
    signed = month.start + timedelta(days=day - 1)
    name = f"D{at.number:06}"
    at.number += 1
    gone = chance.random() < (
        0.15 if planted == "cancelled" and month.start >= date(2026, 4, 1) else habits.cancels
    )
    away = signed + timedelta(days=chance.randrange(5, 100))
    late = day > month.days() - 7
    deep = chance.random() < (0.75 if planted == "late_discounts" and judged and late else habits.deep)
    discount = f"{chance.randrange(10, 21)}%" if deep else f"{chance.randrange(0, 9)}%"
    status, cancelled = ("cancelled", str(away)) if gone and away <= _last() else ("won", "")
    customer = f"c-{person}-{chance.randrange(40)}"
    at.add(
        "deals",
        signed,
        f"{name},{customer},{region},A,{person},{amount},{status},{signed},{signed},{signed},{cancelled},{discount}",
    )
    poor = chance.random() < (
        0.45 if planted == "uncollected" and month.start >= date(2026, 3, 1) else habits.unpaid
    )
    at.add("collections", signed, f"R{name},{name},{signed},{amount * 3 // 10 + 1}")
    paid = signed + timedelta(days=chance.randrange(10, 80))
    if not poor and paid <= _last() and amount > 4:
        at.add("collections", paid, f"S{name},{name},{paid},{amount - amount * 3 // 10 - 1}")


def _last() -> date:
    return months()[-1].end


def _poisson(chance: random.Random, rate: float) -> int:
    """How often something of that rate happens, by waiting times."""
    count, passed = 0, chance.expovariate(rate)
    while passed < 1:
        count, passed = count + 1, passed + chance.expovariate(rate)
    return count


def _write(root: Path, at: Making, people: int, targets: list[str]) -> None:
    named = ", ".join(f"{{id: {r}, name: {r}}}" for r in REGIONS)
    files = {
        "salescli.yaml": "company: Drawn\ncurrency: CNY\nlocale: en\ncalendar: CN\n",
        "ledger/org.yaml": f"regions: [{named}]\nproducts: [{{id: A, name: A}}]\n",
        "ledger/people.csv": "id,name,role,hired\n"
        + "".join(f"p{i:03},Person {i},seller,2020-01-01\n" for i in range(people)),
        "ledger/assignments.csv": "person,from,region\n"
        + "".join(f"p{i:03},2020-01-01,{REGIONS[i % 3]}\n" for i in range(people)),
        "ledger/targets/all.csv": "\n".join(targets) + "\n",
        "policies/metrics.yaml": "closed_deal: {signed: true, collected_at_least: 30%}\n",
        "policies/plans/seller.yaml": _PLAN,
    }
    for kind, parts in at.rows.items():
        for month, rows in parts.items():
            files[f"ledger/{kind}/{month}.csv"] = "\n".join((_HEADS[kind], *rows)) + "\n"
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
