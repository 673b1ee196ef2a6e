"""A second implementation of pay over the files of a book: plain loops, no code of salescli's.

It is meant to be read beside docs/semantics.md, not to be quick. Amounts are fractions of currency units;
files are read with `csv` and `yaml` as texts. Months only; plans as `random_books` writes them.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from fractions import Fraction as F
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

Entry = tuple[str, str, str, str, str, F]
"""Period, person, component, kind, deal, amount."""

EARNED = ("earning", "bonus", "award", "adjustment")


def cents(value: F) -> F:
    """Half away from zero."""
    sign = -1 if value < 0 else 1
    return F(sign * int(abs(value) * 100 + F(1, 2)), 100)


def cut(total: F, weights: list[F], unit: int = 100) -> list[F]:
    """Largest remainder; ties to the earlier; weights below zero count as none."""
    weights = [max(w, F(0)) for w in weights]
    mass = sum(weights, F(0))
    units = total * unit
    exact = [units * w / mass for w in weights]
    parts = [int(x) for x in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: int(units) - sum(parts)]:
        parts[i] += 1
    return [F(part, unit) for part in parts]


def cut_with_losses(total: F, weights: list[F], unit: int = 100) -> list[F]:
    """In proportion, losses with their sign; rounded down, what is left goes to the largest rests."""
    mass = sum(weights, F(0))
    exact = [total * unit * w / mass if mass else w * unit for w in weights]
    parts = [x.numerator // x.denominator for x in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: int(total * unit) - sum(parts)]:
        parts[i] += 1
    return [F(part, unit) for part in parts]


def number(text: str) -> F:
    text = text.strip()
    return F(text[:-1]) / 100 if text.endswith("%") else F(text)


def rows(root: Path, kind: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for path in sorted((root / "ledger" / kind).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found.extend(csv.DictReader(file))
    return found


LAST = {"01": 31, "02": 28, "03": 31}
MONTHS = ["2026-01", "2026-02", "2026-03"]


def first(month: str) -> str:
    return f"{month}-01"


def last(month: str) -> str:
    return f"{month}-{LAST[month[5:]]}"


class Book:
    """Everything a plan may look at."""

    def __init__(self, root: Path) -> None:
        org = yaml.load((root / "ledger/org.yaml").read_text("utf-8"), yaml.BaseLoader)
        policy = yaml.load((root / "policies/metrics.yaml").read_text("utf-8"), yaml.BaseLoader)
        self.people = {p["id"]: p for p in org["people"]}
        self.needed = number(policy["closed_deal"]["collected_at_least"])
        self.deals = {d["deal_id"]: d for d in rows(root, "deals")}
        self.receipts = rows(root, "collections")
        self.credits = rows(root, "credits")
        self.targets: dict[tuple[str, str, str], F] = {}
        for row in rows(root, "targets"):
            self.targets[row["period"], row["metric"], row["person"] or row["region"]] = number(row["target"])

    def received(self, deal: str, until: str) -> F:
        return sum(
            (F(r["amount"]) for r in self.receipts if r["deal_id"] == deal and r["received_on"] <= until),
            F(0),
        )

    def counts_on(self, deal: dict[str, str], as_of: str) -> str | None:
        """The day a deal counts, as known on a day."""
        if deal["status"] == "lost" or not deal["signed_on"] or deal["signed_on"] > as_of:
            return None
        if deal["cancelled_on"] and deal["cancelled_on"] <= as_of:
            return None
        days = {deal["signed_on"]} | {
            r["received_on"]
            for r in self.receipts
            if r["deal_id"] == deal["deal_id"] and r["received_on"] <= as_of
        }
        for day in sorted(days):
            if (
                day >= deal["signed_on"]
                and self.received(deal["deal_id"], day) >= F(deal["amount"]) * self.needed
            ):
                return day
        return None

    def parts(self, deal: dict[str, str], whole: F, unit: int) -> list[tuple[str, str, F]]:
        """Person, kind of credit, part of a number of the deal."""
        own = [c for c in self.credits if c["deal_id"] == deal["deal_id"]]
        splits = sorted((c for c in own if c["kind"] == "split"), key=lambda c: c["person"])
        found = [(deal["owner"], "owner", whole)]
        if splits:
            cuts = cut(whole, [number(c["share"]) for c in splits], unit)
            found = [(c["person"], "split", part) for c, part in zip(splits, cuts, strict=True)]
        for c in own:
            if c["kind"] != "split":
                exact = whole * number(c["share"]) * unit
                found.append((c["person"], c["kind"], F(int(exact + F(1, 2)), unit)))
        return found

    def credit(self, deal: dict[str, str], metric: str) -> list[tuple[str, str, F]]:
        if metric == "units":
            return self.parts(deal, F(deal["quantity"] or 0), 1)
        amounts = self.parts(deal, F(deal["amount"]), 100)
        if metric == "sales_amount":
            return amounts
        costs = self.parts(deal, F(deal["cost"] or 0), 100)
        return [(p, k, a - c) for (p, k, a), (_, _, c) in zip(amounts, costs, strict=True)]

    def lines(
        self, person: str, metric: str, start: str, end: str, pay: bool, product: str = ""
    ) -> list[tuple[str, str, F]]:
        """Day, deal and credit of one person, in date, then id order, one per deal."""
        sums: dict[tuple[str, str], F] = {}
        for key, deal in self.deals.items():
            day = self.counts_on(deal, end)
            if day is None or not start <= day <= end or (product and deal["product"] != product):
                continue
            for who, kind, part in self.credit(deal, metric):
                if who == person and kind != ("attainment" if pay else "pay"):
                    sums[day, key] = sums.get((day, key), F(0)) + part
        return [(day, key, value) for (day, key), value in sorted(sums.items())]

    def figure(
        self, person: str, metric: str, start: str, end: str, pay: bool = False, product: str = ""
    ) -> F:
        return sum((v for _, _, v in self.lines(person, metric, start, end, pay, product)), F(0))

    def region(self, region: str, start: str, end: str) -> F:
        total = F(0)
        for deal in self.deals.values():
            day = self.counts_on(deal, end)
            if day is not None and start <= day <= end and deal["region"] == region:
                total += F(deal["amount"])
        return total


def reached(tiers: list[dict[str, Any]], measure: F) -> int:
    return max((i for i, t in enumerate(tiers) if number(t["from"]) <= measure), default=0)


def table(steps: list[dict[str, Any]], mode: str, value: F) -> F:
    """A factor by its table."""
    points = [(number(s["from"]), number(s["factor"])) for s in steps]
    if value <= points[0][0]:
        return points[0][1]
    for (a, fa), (b, fb) in pairwise(points):
        if a <= value < b:
            return fa if mode == "whole" else fa + (fb - fa) * (value - a) / (b - a)
    return points[-1][1]


def scale(c: F, m: F, tiers: list[dict[str, Any]], mode: str) -> tuple[F, F]:
    """Exact earning and bonus of a base `c` measured by `m`."""
    at = reached(tiers, m)
    rate = [number(t.get("rate", "0%")) for t in tiers]
    start = [number(t["from"]) for t in tiers]
    own = number(tiers[at].get("bonus", "0"))
    if mode == "whole":
        return c * rate[at], own if m > 0 else F(0)
    if mode == "interpolated":
        values = [number(t["pay"]) if "pay" in t else r for t, r in zip(tiers, rate, strict=True)]
        value = values[at]
        if at + 1 < len(tiers) and m >= start[at]:
            value += (values[at + 1] - values[at]) * (m - start[at]) / (start[at + 1] - start[at])
        return (value if "pay" in tiers[0] else c * value), own if m > 0 else F(0)
    if m <= 0:
        return c * rate[at], F(0)
    low = max((i for i in range(at + 1) if tiers[i].get("retroactive") == "true"), default=0)
    money = F(0)
    for i in range(low, at + 1):
        begin = F(0) if i == low else start[i]
        stop = m if i == at else start[i + 1]
        if stop > begin and c:
            part = c * (stop - begin) / m * rate[i]
            if "at_least" in tiers[i]:
                part = max(part, number(tiers[i]["at_least"]))
            if "at_most" in tiers[i]:
                part = min(part, number(tiers[i]["at_most"]))
            money += part
    return money, sum((number(t.get("bonus", "0")) for t in tiers[: at + 1]), F(0))


class Payer:
    """One plan, paid month by month."""

    def __init__(self, book: Book, plan: dict[str, Any]) -> None:
        self.book, self.plan = book, plan
        self.entries: list[Entry] = []

    def pay(self) -> list[Entry]:
        for month in MONTHS:
            new: list[Entry] = []
            for name, c in self.plan["components"].items():
                if c["shape"] in ("draw", "guarantee"):
                    continue
                made = self.component(month, name, c)
                new += made
            carries = [
                e for name, c in self.plan["components"].items() for e in self.carry(month, name, c, new)
            ]
            self.entries += new + carries
            self.entries += self.clawbacks(month)
            self.entries += [
                e for n, c in self.plan["components"].items() for e in self.releases(month, n, c)
            ]
            self.entries += [
                e
                for n, c in self.plan["components"].items()
                if c["shape"] in ("draw", "guarantee")
                for e in self.draw(month, n, c)
            ]
        return self.entries

    # --- who and what

    def members(self, month: str) -> list[str]:
        found = []
        for key in sorted(self.book.people):
            day = self.last_day(key, month)
            if day and self.is_role(key, day):
                found.append(key)
        return found

    def last_day(self, person: str, month: str) -> str:
        """Of a month, somebody's last day employed; empty if there is none."""
        who = self.book.people[person]
        day = min(who.get("left") or last(month), last(month))
        return day if max(who["hired"], first(month)) <= day else ""

    def is_role(self, person: str, day: str) -> bool:
        """Whether somebody has the plan's role on a day."""
        who = self.book.people[person]
        at = [a for a in who["assignments"] if a["from"] <= day][-1]
        return bool(at.get("role", who["role"]) == self.plan["for"]["role"][0])

    def days(self, person: str, month: str) -> F:
        here = [f"{month}-{n:02}" for n in range(1, int(self.last_day(person, month)[8:]) + 1)]
        hired = self.book.people[person]["hired"]
        return F(sum(day >= hired and self.is_role(person, day) for day in here), LAST[month[5:]])

    def target(self, person: str, metric: str, months: list[str], c: dict[str, Any]) -> F:
        total = F(0)
        for month in months:
            total += self.book.targets[month, metric, person] * self.ramp(person, month)
        if len(months) > 1 and "ramp" in self.plan:  # the mean factor, on the sum of the stated ones
            mean = sum((self.ramp(person, m) for m in months), F(0)) / len(months)
            total = sum((self.book.targets[m, metric, person] for m in months), F(0)) * mean
        return total

    def ramp(self, person: str, month: str) -> F:
        ramp = self.plan.get("ramp")
        if ramp is None:
            return F(1)
        hired = self.book.people[person]["hired"]
        at = int(month[:4]) * 12 + int(month[5:7]) - (int(hired[:4]) * 12 + int(hired[5:7]))
        if int(hired[8:]) > int(ramp.get("full_month_if_hired_by", "31")):
            at -= 1
        parts = [number(p) for p in ramp["months"]]
        return F(0) if at < 0 else parts[at] if at < len(parts) else F(1)

    def value(self, text: str, person: str, months: list[str], c: dict[str, Any]) -> F | None:
        """A measure or number: what attainment counts.

        `on_zero_target` is about what places somebody in a tier; gates and multipliers have no value then.
        """
        start, end = first(months[0]), last(months[-1])
        text = text.strip()
        if re.fullmatch(r"[\d.]+%?", text):
            return number(text)
        if text.startswith("attainment("):
            metric = text[11:-1]
            target = self.target(person, metric, months, c)
            if not target:
                return F(1) if c.get("on_zero_target") == "attained" else None
            return self.book.figure(person, metric, start, end) / target
        product = ""
        if "[" in text:
            text, product = re.fullmatch(r"(\w+)\[product=(\w+)\]", text).groups()  # type: ignore[union-attr]
        return self.book.figure(person, text, start, end, False, product)

    def holds(self, text: str | None, person: str, months: list[str], c: dict[str, Any]) -> bool:
        if text is None:
            return True
        if " or " in text:
            return any(self.holds(part, person, months, c) for part in text.split(" or "))
        if " and " in text:
            return all(self.holds(part, person, months, c) for part in text.split(" and "))
        left, op, right = re.fullmatch(r"(.+?)\s*(>=|<=|>|<)\s*(.+)", text).groups()  # type: ignore[union-attr]
        a, b = self.value(left, person, months, {}), self.value(right, person, months, {})
        if a is None or b is None:
            return False
        return {">=": a >= b, "<=": a <= b, ">": a > b, "<": a < b}[op]

    def base(self, c: dict[str, Any], person: str, months: list[str]) -> F:
        on = c.get("pays_on", c.get("count", "0"))
        if re.fullmatch(r"[\d.]+", on):
            return F(on)
        product = c.get("only", {}).get("product", [""])[0]
        return self.book.figure(person, on, first(months[0]), last(months[-1]), True, product)

    # --- one component

    def worth(self, c: dict[str, Any], person: str, months: list[str], base: F) -> tuple[F, F] | None:
        """Exact earning (factors included) and bonus; None if nothing can be said."""
        shape, bonus = c["shape"], F(0)
        if shape == "flat":
            exact = base * number(c.get("rate", c.get("pays", "0")))
        elif shape == "tiers":
            measure = self.value(c.get("measured_by", c["pays_on"]), person, months, c)
            if measure is None:
                return None
            exact, bonus = scale(base, measure, self.tiers(c, person, months), c["mode"])
        elif shape == "scorecard":
            score = F(0)
            for goal in c["goals"]:
                level = self.value(goal["measured_by"], person, months, c)
                level = F(0) if level is None else level
                if "scale" in goal:
                    level = table(goal["scale"]["tiers"], goal["scale"]["mode"], level)
                if "cap" in goal:
                    level = min(level, number(goal["cap"]))
                score += number(goal["weight"]) * level
            exact = base * score
        elif shape == "milestones":
            exact = F(0)
            hit = [number(m["pays"]) for m in c["milestones"] if self.holds(m["when"], person, months, c)]
            bonus = sum(hit, F(0)) if c["pays"] == "all" else max(hit, default=F(0))
        else:
            count = base
            if count < int(c.get("from_count", "1")):
                count = F(0)
            elif c.get("beyond") == "true":
                count -= int(c["from_count"]) - 1
            if "at_most" in c:
                count = min(count, F(c["at_most"]))
            exact = count * number(c["pays"])
        for m in c.get("multipliers", []):
            value = self.value(m["measured_by"], person, months, {})
            exact *= F(1) if value is None else table(m["tiers"], m["mode"], value)
        return exact, bonus

    def tiers(self, c: dict[str, Any], person: str, months: list[str]) -> list[dict[str, Any]]:
        return [t for i, t in enumerate(c["tiers"]) if i == 0 or self.holds(t.get("when"), person, months, c)]

    def entitled(self, c: dict[str, Any], person: str, months: list[str]) -> tuple[F, F, F] | None:
        """Earning, bonus and what exceeds a carried cap, in cents."""
        base = self.base(c, person, months)
        worth = self.worth(c, person, months, base)
        if worth is None or not self.holds(c.get("when"), person, months, c):
            return None
        exact, bonus = worth
        share = self.days(person, months[-1]) if c.get("prorate") == "true" else F(1)
        earning, extra = cents(exact), cents(bonus * share)
        if "floor" in c:
            floor = cents(number(c["floor"]["amount"]) * share)
            if 0 < earning + extra < floor:
                earning = floor - extra
        over = F(0)
        if "cap" in c:
            over = max(earning + extra - cents(number(c["cap"]["amount"]) * share), F(0))
            if c["cap"].get("over") != "carried":
                less = min(over, max(earning, F(0)))
                earning, extra, over = earning - less, extra - (over - less), F(0)
        return earning, extra, over

    def component(self, month: str, name: str, c: dict[str, Any]) -> list[Entry]:
        people = self.members(month)
        if c["shape"] == "ranking":
            return self.ranking(month, name, c, people)
        if c["shape"] == "pool":
            return self.pool(month, name, c, people)
        if c["shape"] == "team":
            return self.team(month, name, c, people)
        found: list[Entry] = []
        for person in people:
            if c["shape"] == "rate_table" or c.get("per") == "deal":
                made = self.per_deal(month, name, c, person)
            elif "to_date" in c:
                made = self.to_date(month, name, c, person)
            else:
                made = self.plain(month, name, c, person)
            found += made + self.hold(month, name, c, person, made)
        return found

    def plain(self, month: str, name: str, c: dict[str, Any], person: str) -> list[Entry]:
        came = self.entitled(c, person, [month])
        if came is None:
            return []
        earning, bonus, over = came
        found = self.by_deal(month, name, c, person, earning)
        if bonus:
            found.append((month, person, name, "bonus", "", bonus))
        if over:
            found.append((month, person, name, "hold", "", -over))
        return found

    def cuts(self, c: dict[str, Any]) -> bool:
        own = c.get("pays_on") in ("sales_amount", "gross_profit", "units") or "count" in c
        release = c.get("release", {}).get("by") in ("receipts", "events")
        return own and ("clawback" in self.plan or release)

    def by_deal(self, month: str, name: str, c: dict[str, Any], person: str, earning: F) -> list[Entry]:
        whole: list[Entry] = [(month, person, name, "earning", "", earning)] if earning else []
        if not self.cuts(c):
            return whole
        on = c.get("pays_on", c.get("count"))
        product = c.get("only", {}).get("product", [""])[0]
        lines = self.book.lines(person, on, first(month), last(month), True, product)
        total = sum((v for _, _, v in lines), F(0))
        if all(v >= 0 for _, _, v in lines):
            if total <= 0 or not earning:
                return whole
            weights = self.brought(c, person, month, total, [v for _, _, v in lines])
            if not any(w > 0 for w in weights):
                return whole
            parts = cut(earning, weights)
        else:
            if total > 0:
                weights = self.brought(c, person, month, total, [v for _, _, v in lines])
            elif c["shape"] == "tiers" and c["mode"] in ("marginal", "interpolated"):
                return whole
            else:
                weights = [v for _, _, v in lines]
            parts = cut_with_losses(earning, weights)
        return [
            (month, person, name, "earning", deal, part)
            for (_, deal, _), part in zip(lines, parts, strict=True)
            if part
        ]

    def brought(self, c: dict[str, Any], person: str, month: str, total: F, values: list[F]) -> list[F]:
        """What each adds to the exact earning when they come in one after the other."""
        sums, so_far = [F(0)], F(0)
        for value in values:
            so_far += value
            sums.append(self.so_far(c, person, [month], total, so_far / total))
        return [b - a for a, b in pairwise(sums)]

    def so_far(self, c: dict[str, Any], person: str, months: list[str], total: F, part: F) -> F:
        """The exact earning that the first part of the base brings; slices fill from below."""
        if c["shape"] == "tiers" and c["mode"] == "marginal":
            measure = self.value(c.get("measured_by", c["pays_on"]), person, months, c)
            assert measure is not None
            return scale(total * part, measure * part, self.tiers(c, person, months), "marginal")[0]
        if c["shape"] == "tiers":
            measure = self.value(c.get("measured_by", c["pays_on"]), person, months, c)
            assert measure is not None
            return part * scale(total, measure, self.tiers(c, person, months), c["mode"])[0]
        if c["shape"] == "flat":
            return total * part * number(c.get("rate", c.get("pays", "0")))
        worth = self.worth({**c, "multipliers": []}, person, months, total)
        return F(0) if worth is None else part * worth[0]

    def to_date(self, month: str, name: str, c: dict[str, Any], person: str) -> list[Entry]:
        months = [month]  # back to the last one in which somebody had another role
        for earlier_month in reversed(MONTHS[: MONTHS.index(month)]):
            day = self.last_day(person, earlier_month)
            if day and not self.is_role(person, day):
                break
            months.insert(0, earlier_month)
        came = self.entitled(c, person, months)
        before = [e for e in self.entries if e[1] == person and e[2] == name and e[0] in months]
        settled = sum((e[5] for e in before if e[3] in ("earning", "adjustment")), F(0))
        bonuses = sum((e[5] for e in before if e[3] == "bonus"), F(0))
        earlier = now = bonus = F(0)
        if came is not None:
            earning, bonus, _ = came
            long, recent = self.base(c, person, months), self.base(c, person, [month])
            sums = [F(0)]
            if long > 0:
                sums.append(self.so_far(c, person, months, long, (long - recent) / long))
                sums.append(self.so_far(c, person, months, long, F(1)))
            weights = [b - a for a, b in pairwise(sums)]
            if any(w > 0 for w in weights):
                earlier, now = cut(earning, weights)
            else:
                now = earning
        found: list[Entry] = []
        if now:
            found.append((month, person, name, "earning", "", now))
        if earlier != settled:
            found.append((month, person, name, "adjustment", "", earlier - settled))
        if bonus != bonuses:
            found.append((month, person, name, "bonus", "", bonus - bonuses))
        return found

    def per_deal(self, month: str, name: str, c: dict[str, Any], person: str) -> list[Entry]:
        if not self.holds(c.get("when"), person, [month], c):
            return []
        factor = F(1)
        for m in c.get("multipliers", []):
            value = self.value(m["measured_by"], person, [month], {})
            factor *= F(1) if value is None else table(m["tiers"], m["mode"], value)
        found: list[Entry] = []
        product = c.get("only", {}).get("product", [""])[0]
        for _, deal, value in self.book.lines(person, c["pays_on"], first(month), last(month), True, product):
            exact = self.of_deal(c, person, month, self.book.deals[deal], value)
            if exact is None:
                continue
            amount = cents(exact * factor)
            if "floor" in c and amount > 0:
                amount = max(amount, cents(number(c["floor"]["amount"])))
            if "cap" in c:
                amount = min(amount, cents(number(c["cap"]["amount"])))
            if amount:
                found.append((month, person, name, "earning", deal, amount))
        return found

    def of_deal(self, c: dict[str, Any], person: str, month: str, deal: dict[str, str], value: F) -> F | None:
        if c["shape"] == "flat":
            return value * number(c.get("rate", c.get("pays", "0")))
        if c["shape"] == "tiers":
            by = c.get("measured_by", c["pays_on"])
            if by.startswith("attainment"):
                measure = self.value(by, person, [month], c)
                if measure is None:
                    return None
                return value * scale(F(1), measure, c["tiers"], c["mode"])[0]
            money, bonus = scale(value, value, c["tiers"], c["mode"])
            return money + bonus
        rules = list(c["rules"])
        if c["choose"] == "most_specific":
            rules.sort(
                key=lambda r: ["product" not in r, "customer" not in r, "region" not in r, "margin" not in r]
            )
        for rule in rules:
            fits = all(deal[w] in rule[w] for w in ("product", "customer", "region") if w in rule)
            if fits and "margin" in rule:
                profit = sum(
                    (
                        v
                        for p, k, v in self.book.credit(deal, "gross_profit")
                        if p == person and k != "attainment"
                    ),
                    F(0),
                )
                sales = sum(
                    (
                        v
                        for p, k, v in self.book.credit(deal, "sales_amount")
                        if p == person and k != "attainment"
                    ),
                    F(0),
                )
                fits = sales > 0
                if fits and "from" in rule["margin"]:
                    fits = profit / sales >= number(rule["margin"]["from"])
                if fits and "to" in rule["margin"]:
                    fits = profit / sales < number(rule["margin"]["to"])
            if fits:
                if "rate" in rule:
                    return value * number(rule["rate"])
                shares = self.book.parts(deal, F(100), 10**6)  # percent, as credits state them
                own = sum((v for p, k, v in shares if p == person and k != "attainment"), F(0))
                return number(rule["pays"]) * own / 100
        return None

    # --- several people

    def ranking(self, month: str, name: str, c: dict[str, Any], people: list[str]) -> list[Entry]:
        values = {}
        for person in people:
            value = self.value(c["rank_by"], person, [month], c)
            gates = (c.get("when"), c.get("minimum"))
            if value is not None and value > 0 and all(self.holds(g, person, [month], c) for g in gates):
                values[person] = value
        awards = [number(a) for a in c["awards"]]
        found: list[Entry] = []
        position = 0
        while values:
            best = max(values.values())
            group = sorted(p for p in values if values[p] == best)
            prizes = cut(sum(awards[position : position + len(group)], F(0)), [F(1)] * len(group))
            if c["ties"] == "same":
                prizes = [awards[position] if position < len(awards) else F(0)] * len(group)
            found += [(month, p, name, "award", "", a) for p, a in zip(group, prizes, strict=True) if a]
            position += len(group)
            values = {p: v for p, v in values.items() if p not in group}
        return found

    def pool(self, month: str, name: str, c: dict[str, Any], people: list[str]) -> list[Entry]:
        rate, metric = re.fullmatch(r"([\d.]+%) \* (\w+)", c["fund"]).groups()  # type: ignore[union-attr]
        fund = cents(
            number(rate)
            * sum((self.book.figure(p, metric, first(month), last(month), True) for p in people), F(0))
        )
        fund = max(fund, F(0))  # nothing is shared of a fund below zero
        who = [p for p in people if self.holds(c.get("when"), p, [month], c)]
        weights = [F(1)] * len(who)
        if "share_by" in c:
            weights = [self.value(c["share_by"], p, [month], c) or F(0) for p in who]
        if not any(weights):
            return []
        return [(month, p, name, "award", "", a) for p, a in zip(who, cut(fund, weights), strict=True) if a]

    def team(self, month: str, name: str, c: dict[str, Any], people: list[str]) -> list[Entry]:
        bound = number(c["when"].split(">=")[1])
        found: list[Entry] = []
        for person in people:
            who = self.book.people[person]
            region = who["assignments"][0]["region"]
            if who.get("left") and who["left"] < last(month):
                continue
            sold = self.book.region(region, first(month), last(month))
            if sold / self.book.targets[month, "sales_amount", region] >= bound:
                found.append((month, person, name, "award", "", number(c["per_head"])))
        return found

    # --- what rests on earlier pay

    def hold(self, month: str, name: str, c: dict[str, Any], person: str, made: list[Entry]) -> list[Entry]:
        if "release" not in c:
            return []
        sums: dict[str, F] = defaultdict(F)
        for entry in made:
            if entry[3] in EARNED and (entry[4] or c["release"]["by"] != "receipts"):
                sums[entry[4]] += entry[5]
        return [(month, person, name, "hold", deal, -amount) for deal, amount in sums.items() if amount]

    def carry(self, month: str, name: str, c: dict[str, Any], new: list[Entry]) -> list[Entry]:
        if c.get("cap", {}).get("over") != "carried":
            return []
        found: list[Entry] = []
        for person in sorted({e[1] for e in self.entries if e[2] == name}):
            left = -sum(
                (e[5] for e in self.entries if e[1:3] == (person, name) and e[3] in ("hold", "release")), F(0)
            )
            share = F(1)
            if c.get("prorate") == "true" and person in self.members(month):
                share = self.days(person, month)
            room = cents(number(c["cap"]["amount"]) * share)
            room -= sum((e[5] for e in new if e[1:3] == (person, name) and e[3] in EARNED), F(0))
            if min(left, room) > 0:
                found.append((month, person, name, "release", "", min(left, room)))
        return found

    def clawbacks(self, month: str) -> list[Entry]:
        rule = self.plan.get("clawback")
        found: list[Entry] = []
        if rule is None:
            return found
        for key, deal in sorted(self.book.deals.items()):
            if deal["status"] != "cancelled" or deal["cancelled_on"][:7] != month:
                continue
            groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
            for entry in self.entries:
                if entry[4] == key:
                    groups[entry[1], entry[2]].append(entry)
            for (person, name), group in groups.items():
                paid = sum((e[5] for e in group), F(0))
                earliest = min(e[0] for e in group)
                apart = int(month[5:]) - int(earliest[5:])
                if paid <= 0 or ("within" in rule and apart > int(rule["within"])):
                    continue
                part = number(rule.get("share", "100%"))
                if "pro_rata_months" in rule:
                    n = int(rule["pro_rata_months"])
                    signed, gone = deal["signed_on"], deal["cancelled_on"]
                    kept = int(gone[5:7]) - int(signed[5:7]) - (gone[8:] < signed[8:])
                    part *= max(F(n - max(kept, 0), n), F(0))
                back = min(cents(paid * part), paid)
                if back > 0:
                    found.append((month, person, name, "clawback", key, -back))
        return found

    def releases(self, month: str, name: str, c: dict[str, Any]) -> list[Entry]:
        release = c.get("release")
        found: list[Entry] = []
        if release is None:
            return found
        groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in self.entries:
            if entry[2] == name and (entry[4] or release["by"] != "receipts"):
                groups[entry[1], entry[4]].append(entry)
        for (person, deal), group in sorted(groups.items()):
            if all(e[3] != "hold" for e in group) or any(e[3] == "clawback" for e in group):
                continue
            gone = self.book.deals[deal]["cancelled_on"] if deal and "clawback" in self.plan else ""
            if gone and gone <= last(month):
                continue
            due = F(0)
            for entry in group:
                if entry[3] not in EARNED:
                    continue
                elapsed = int(month[5:]) - int(entry[0][5:])
                if release["by"] == "receipts":
                    amount = F(self.book.deals[deal]["amount"])
                    share = min(self.book.received(deal, last(month)) / amount, F(1)) if amount else F(1)
                    due += cents(entry[5] * share)
                elif release["by"] == "months":
                    count = int(release["count"])
                    due += entry[5] if elapsed + 1 >= count else (elapsed + 1) * cents(entry[5] / count)
                else:
                    parts = [
                        number(p["share"]) for p in release["parts"] if int(p.get("after", "0")) <= elapsed
                    ]
                    all_of = len(parts) == len(release["parts"])
                    due += entry[5] if all_of else sum((cents(entry[5] * p) for p in parts), F(0))
            amount = due - sum((e[5] for e in group if e[3] == "release"), F(0))
            if amount:
                found.append((month, person, name, "release", deal, amount))
        return found

    def draw(self, month: str, name: str, c: dict[str, Any]) -> list[Entry]:
        found: list[Entry] = []
        recoverable = c["shape"] == "draw" and c.get("recoverable", "true") == "true"
        kind = c.get("kind", "floor")
        others = [n for n, o in self.plan["components"].items() if o["shape"] not in ("draw", "guarantee")]
        for person in self.members(month):
            earned = sum(
                (e[5] for e in self.entries if e[0] == month and e[1] == person and e[2] in others), F(0)
            )
            available = max(earned, F(0))
            amount = number(c["amount"])
            if c.get("prorate") == "true":
                amount *= self.days(person, month)
            amount = cents(amount)
            owed = self.owed(person, name, c, month) if recoverable else F(0)
            paid = max(amount - available, F(0)) if kind == "floor" else amount
            back = min(owed, available - amount) if kind == "floor" and available > amount else F(0)
            if recoverable and "maximum" in c:
                paid = min(paid, max(number(c["maximum"]) - owed, F(0)))
            if kind == "advance" and recoverable:
                back = min(owed + paid, available)
            if paid:
                found.append((month, person, name, "draw", "", paid))
            if back:
                found.append((month, person, name, "recovery", "", -back))
        return found

    def owed(self, person: str, name: str, c: dict[str, Any], now: str) -> F:
        """Each earlier draw with what is left of it; oldest are paid back first, old ones are forgiven."""
        draws: list[list[Any]] = []
        for month in MONTHS[: MONTHS.index(now) + 1]:
            if "forgive_after" in c:
                for item in draws:
                    if int(month[5:]) - int(item[0][5:]) > int(c["forgive_after"]):
                        item[1] = F(0)
            for entry in self.entries:
                if entry[:3] == (month, person, name) and entry[3] == "draw":
                    draws.append([month, entry[5]])
            back = -sum(
                (e[5] for e in self.entries if e[:3] == (month, person, name) and e[3] == "recovery"), F(0)
            )
            for item in draws:
                part = min(item[1], back)
                item[1] -= part
                back -= part
        return sum((left for _, left in draws), F(0))


def pay_book(root: Path) -> dict[str, list[Entry]]:
    """Plan → everything it pays in the three months."""
    book = Book(root)
    found = {}
    for path in sorted((root / "policies/plans").glob("*.yaml")):
        plan = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
        found[plan["plan"]] = sorted(Payer(book, plan).pay())
    return found
