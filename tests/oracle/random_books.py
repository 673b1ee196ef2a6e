"""Random books for the second implementation: people, deals, receipts, credits, targets, plans.

Everything is drawn from one seeded generator, so that a seed names a book for ever.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

REGIONS = ("east", "west")
PRODUCTS = ("A", "B")
CUSTOMERS = ("k0", "k1", "k2")
MONTHS = {"2026-01": 31, "2026-02": 28, "2026-03": 31}
METRICS = ("sales_amount", "gross_profit", "units")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def random_book(root: Path, random: Random, plans: int) -> None:
    """Write a book with so many plans, each for three people of its own."""
    write(root / "salescli.yaml", "company: X\ncurrency: CNY\nlocale: en\n")
    needed = random.choice(["0%", "0%", "30%", "100%"])
    write(root / "policies/metrics.yaml", f"closed_deal: {{signed: true, collected_at_least: {needed}}}\n")
    people: dict[str, dict[str, str]] = {}
    for plan in range(plans):
        for n in range(3):
            hired = random.choice(["2025-01-01"] * 4 + ["2026-01-01", "2026-01-16", "2026-02-10"])
            left = random.choice([""] * 8 + ["2026-02-28", "2026-03-15"])
            people[f"p{plan}{n}"] = {
                "role": f"r{plan}",
                "region": random.choice(REGIONS),
                "hired": hired,
                "left": left,
            }
    for key, person in people.items():
        person["moves"] = _moves(random, key, person, plans)
    org = "regions: [{id: east}, {id: west}]\nproducts: [{id: A}, {id: B}]\npeople:\n"
    for key, person in people.items():
        left = f", left: {person['left']}" if person["left"] else ""
        org += f"  - {{id: {key}, role: {person['role']}, hired: {person['hired']}{left},\n"
        stays = f"{{from: {person['hired']}, region: {person['region']}}}{person['moves']}"
        org += f"     assignments: [{stays}]}}\n"
    write(root / "ledger/org.yaml", org)
    targets = _targets(root, random, people)
    _facts(root, random, people, targets)
    for plan in range(plans):
        write(root / f"policies/plans/plan{plan}.yaml", random_plan(random, f"plan{plan}", f"r{plan}"))


def _moves(random: Random, key: str, person: dict[str, str], plans: int) -> str:
    """Further assignments: now and then another role, and perhaps the old one again."""
    first = random.choice(["2026-02-01", "2026-02-12", "2026-03-01"])
    if random.random() >= 0.15 or person["hired"] >= first or person["left"] or key.endswith("0"):
        return ""
    other = f"r{random.randrange(plans)}"
    where = f"region: {person['region']}"
    found = f", {{from: {first}, role: {other}, {where}}}"
    if first < "2026-03-01" and random.random() < 0.3:
        found += f", {{from: 2026-03-01, role: {person['role']}, {where}}}"
    return found


def _targets(root: Path, random: Random, people: dict[str, dict[str, str]]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    lines = ["period,metric,region,product,person,level,target"]
    for month in MONTHS:
        for region in REGIONS:
            lines.append(f"{month},sales_amount,{region},,,target,{random.randint(2, 90) * 500}")
        for key, person in people.items():
            found[month, key] = random.choice([1000, 2000, 2500, 3000, random.randint(500, 9000)])
            where = f"{month},{{}},{person['region']},,{key},target,{{}}"
            lines.append(where.format("sales_amount", found[month, key]))
            lines.append(where.format("gross_profit", random.randint(100, 3000)))
            lines.append(where.format("units", random.randint(1, 12)))
    write(root / "ledger/targets/Q1.csv", "\n".join(lines) + "\n")
    return found


def _facts(
    root: Path, random: Random, people: dict[str, dict[str, str]], targets: dict[tuple[str, str], int]
) -> None:
    deals = [
        "deal_id,customer,region,product,owner,amount,cost,quantity,status,opened_on,signed_on,closed_on,cancelled_on"
    ]
    receipts = ["receipt_id,deal_id,received_on,amount"]
    credits = ["deal_id,person,share,kind"]
    who = sorted(people)
    for n in range(len(who) * 3):
        month = random.choice(sorted(MONTHS))
        owner = random.choice(who)
        day = f"{month}-{random.randint(1, MONTHS[month]):02}"
        if day < people[owner]["hired"] or (people[owner]["left"] and day > people[owner]["left"]):
            continue
        amount = random.choice(
            [f"{targets[month, owner]}", f"{random.randint(1, 400000) / 100:.2f}", "1000", "0.05"]
        )
        status = random.choice(["won"] * 6 + ["lost", "cancelled"])
        cancelled = ""
        if status == "cancelled":
            cancelled = max(day, random.choice(["2026-02-03", "2026-03-15", "2026-03-31"]))
        cost = f"{Decimal(amount) * random.choice([0, 20, 35, 70, 100, 130]) / 100:.2f}"
        quantity = random.choice(["", "1", "2", "3", "7"])
        region = people[owner]["region"]
        signed = "" if status == "lost" else day
        deals.append(
            f"D{n:03},{random.choice(CUSTOMERS)},{region},{random.choice(PRODUCTS)},{owner},{amount},{cost},"
            f"{quantity},{status},2026-01-01,{signed},{day},{cancelled}"
        )
        for part in range(random.randint(0, 3)):
            later = random.choice([m for m in MONTHS if m >= month])
            received = max(f"{later}-{random.randint(1, MONTHS[later]):02}", day)
            cash = f"{Decimal(amount) * random.choice([10, 30, 50, 100]) / 100:.2f}"
            receipts.append(f"R{n:03}-{part},D{n:03},{received},{cash}")
        here = [p for p in who if people[p]["hired"] <= day and not people[p]["left"]]
        if random.random() < 0.35 and len(here) > 3 and status != "lost":
            one, two, three = random.sample(here, 3)
            share = random.choice(["33.333333", "50", "60"])
            rest = "66.666667" if share.startswith("33") else str(100 - int(share))
            credits += [f"D{n:03},{one},{share}%,split", f"D{n:03},{two},{rest}%,split"]
            if random.random() < 0.6:
                credits.append(f"D{n:03},{three},25%,{random.choice(['overlay', 'attainment', 'pay'])}")
    for kind, lines in (("deals", deals), ("collections", receipts), ("credits", credits)):
        body = lines[1:]
        random.shuffle(body)
        half = len(body) // 2
        for name, part in (("a", body[:half]), ("b", body[half:])):
            write(root / f"ledger/{kind}/{name}.csv", "\n".join([lines[0], *part]) + "\n")


# --- plans


def random_plan(random: Random, name: str, role: str) -> str:
    plan: dict[str, Any] = {"plan": name, "for": {"role": [role]}}
    if random.random() < 0.3:
        plan["clawback"] = {"share": random.choice(["100%", "50%", "33.3%"])}
        if random.random() < 0.3:
            plan["clawback"]["pro_rata_months"] = random.choice(["3", "12"])
        if random.random() < 0.3:
            plan["clawback"]["within"] = random.choice(["1", "2"])
    if random.random() < 0.15:
        plan["ramp"] = {"months": ["25%", "50%"], "full_month_if_hired_by": random.choice(["15", "31"])}
    parts = [_component(random, plan) for _ in range(random.randint(1, 3))]
    plan["components"] = {f"c{n}": part for n, part in enumerate(parts)}
    if random.random() < 0.3:
        plan["components"]["draw"] = _draw(random)
    return "\n".join(f"{key}: {_flow(value)}" for key, value in plan.items()) + "\n"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return f'"{value}"' if any(mark in str(value) for mark in "[]>=<*(") else str(value)


def _component(random: Random, plan: dict[str, Any]) -> dict[str, Any]:
    make = random.choice(
        [_tiers] * 5 + [_flat] * 2 + [_scorecard, _milestones, _spiff, _rate_table, _ranking, _pool, _team]
    )
    c = {"period": "month", **make(random)}
    if c["shape"] in ("ranking", "pool", "team"):
        return c
    if random.random() < 0.25:
        c["when"] = _condition(random)
    if random.random() < 0.2:
        c["multipliers"] = [_multiplier(random)]
    if c["shape"] == "rate_table":
        return c
    if c["shape"] in ("flat", "tiers") and random.random() < 0.25 and _able_per_deal(c):
        return _of_deals(random, c)
    if random.random() < 0.2:
        c["cap"] = {
            "amount": random.choice(["50", "200.5", "1000"]),
            "over": random.choice(["lost", "carried"]),
        }
    if random.random() < 0.15:
        c["floor"] = {"amount": random.choice(["10", "99.99"])}
    if random.random() < 0.15:
        c["prorate"] = "true"
    carried = c.get("cap", {}).get("over") == "carried"
    dealable = "ramp" not in plan
    if (
        random.random() < 0.25
        and "clawback" not in plan
        and not carried
        and dealable
        and c.get("prorate") != "true"
    ):
        c["to_date"] = "quarter"
    elif random.random() < 0.25 and not carried:
        c["release"] = _release(random, c)
    return c


def _able_per_deal(c: dict[str, Any]) -> bool:
    plain = not any("when" in t or "at_least" in t or "at_most" in t for t in c.get("tiers", []))
    by = c.get("measured_by", c["pays_on"])
    return plain and c["pays_on"] in METRICS and by in (c["pays_on"], "attainment(sales_amount)")


def _of_deals(random: Random, c: dict[str, Any]) -> dict[str, Any]:
    c["per"] = "deal"
    if c.get("measured_by", "").startswith("attainment"):
        for tier in c["tiers"]:
            tier.pop("bonus", None)
            tier.setdefault("rate", "0%")
        if c["mode"] == "interpolated" and "pay" in c["tiers"][0]:
            c["mode"] = "whole"
            for tier in c["tiers"]:
                tier.pop("pay", None)
    if random.random() < 0.3:
        c["cap"] = {"amount": random.choice(["20", "150"])}
    if random.random() < 0.2:
        c["floor"] = {"amount": random.choice(["5", "12.34"])}
    return c


def _release(random: Random, c: dict[str, Any]) -> dict[str, Any]:
    able = c.get("pays_on", c.get("count")) in METRICS
    by = random.choice(["receipts", "instalments", "months"] if able else ["instalments", "months"])
    if by == "instalments":
        return {"by": by, "parts": [{"share": "33.3%", "after": "0"}, {"share": "66.7%", "after": "1"}]}
    return {"by": by, "count": random.choice(["2", "3"])} if by == "months" else {"by": by}


def _condition(random: Random) -> str:
    one = random.choice(
        [
            "attainment(sales_amount) >= 50%",
            "sales_amount > 1000",
            "units >= 2",
            "gross_profit <= 900",
            "sales_amount[product=A] >= 100",
        ]
    )
    if random.random() < 0.3:
        return f"{one} {random.choice(['and', 'or'])} {random.choice(['units < 9', 'sales_amount >= 1000'])}"
    return one


def _multiplier(random: Random) -> dict[str, Any]:
    return {
        "measured_by": random.choice(["attainment(gross_profit)", "attainment(sales_amount)"]),
        "mode": random.choice(["whole", "interpolated"]),
        "tiers": [
            {"from": "0%", "factor": "50%"},
            {"from": "80%", "factor": "100%"},
            {"from": "120%", "factor": "133.3%"},
        ],
    }


def _only(random: Random, c: dict[str, Any]) -> dict[str, Any]:
    if random.random() < 0.2:
        c["only"] = {"product": ["A"]}
    return c


def _flat(random: Random) -> dict[str, Any]:
    on = random.choice(METRICS)
    pays = (
        {"pays": random.choice(["20", "3.33"])}
        if on == "units"
        else {"rate": random.choice(["5%", "1.25%", "10%"])}
    )
    return _only(random, {"shape": "flat", "pays_on": on, **pays})


def _tiers(random: Random) -> dict[str, Any]:
    on = random.choice(["sales_amount", "sales_amount", "gross_profit", "2000"])
    by = random.choice(["attainment(sales_amount)", "attainment(sales_amount)", "sales_amount", "units"])
    if on == "2000" and by == "sales_amount":
        by = "attainment(gross_profit)"
    rate = by.startswith("attainment")
    starts = (
        ["0%", "50%", "100%", "120%"]
        if rate
        else ["0", "1000", "2000", "5000"]
        if by != "units"
        else ["0", "2", "3", "8"]
    )
    mode = random.choice(["whole", "marginal", "marginal", "interpolated"])
    pays = mode == "interpolated" and random.random() < 0.5
    tiers: list[dict[str, Any]] = []
    for start in starts[: random.randint(2, 4)]:
        tier: dict[str, Any] = {"from": start}
        if pays:
            tier["pay"] = str(random.choice([0, 10, 100, 333.33]))
        else:
            tier["rate"] = random.choice(["0%", "1%", "1.5%", "2%", "3.3%"])
        if random.random() < 0.2:
            tier["bonus"] = random.choice(["100", "12.50"])
        if mode == "marginal" and random.random() < 0.12:
            tier["at_least"] = "15"
        if mode == "marginal" and random.random() < 0.12:
            tier["at_most"] = "30"
        if mode == "marginal" and tiers and random.random() < 0.12:
            tier["retroactive"] = "true"
        if tiers and random.random() < 0.1:
            tier["when"] = "units >= 2"
        tiers.append(tier)
    c = {"shape": "tiers", "pays_on": on, "measured_by": by, "mode": mode, "tiers": tiers}
    c["on_zero_target"] = random.choice(["skip", "attained"])
    return c


def _scorecard(random: Random) -> dict[str, Any]:
    second: dict[str, Any] = {
        "name": "b",
        "weight": "40%",
        "measured_by": "attainment(gross_profit)",
        "cap": "150%",
    }
    if random.random() < 0.5:
        steps = [
            {"from": "0", "factor": "0%"},
            {"from": "2", "factor": "70%"},
            {"from": "5", "factor": "120%"},
        ]
        mode = random.choice(["whole", "interpolated"])
        second = {
            "name": "b",
            "weight": "40%",
            "measured_by": "units",
            "scale": {"mode": mode, "tiers": steps},
        }
    goals = [{"name": "a", "weight": "60%", "measured_by": "attainment(sales_amount)"}, second]
    return {
        "shape": "scorecard",
        "pays_on": random.choice(["1000", "sales_amount"]),
        "goals": goals,
        "on_zero_target": "skip",
    }


def _milestones(random: Random) -> dict[str, Any]:
    stones = [
        {"when": _condition(random), "pays": random.choice(["100", "250.55"])}
        for _ in range(random.randint(1, 3))
    ]
    return {"shape": "milestones", "pays": random.choice(["all", "highest"]), "milestones": stones}


def _spiff(random: Random) -> dict[str, Any]:
    c = {"shape": "spiff", "count": "units", "pays": random.choice(["10", "7.77"])}
    if random.random() < 0.5:
        c["from_count"] = "3"
        c["beyond"] = random.choice(["true", "false"])
    if random.random() < 0.3:
        c["at_most"] = "5"
    return _only(random, c)


def _rate_table(random: Random) -> dict[str, Any]:
    rules: list[dict[str, Any]] = []
    for _ in range(random.randint(1, 4)):
        rule: dict[str, Any] = {}
        if random.random() < 0.5:
            rule["product"] = [random.choice(PRODUCTS)]
        if random.random() < 0.4:
            rule["customer"] = random.sample(CUSTOMERS, 2)
        if random.random() < 0.3:
            rule["region"] = [random.choice(REGIONS)]
        if random.random() < 0.4:
            rule["margin"] = {"from": random.choice(["0%", "20%", "30%"])}
            if random.random() < 0.5:
                rule["margin"]["to"] = "65%"
        rule |= {"pays": "25.5"} if random.random() < 0.3 else {"rate": random.choice(["1%", "2.5%", "3%"])}
        rules.append(rule)
    choose = random.choice(["first_match", "most_specific"])
    c = {
        "shape": "rate_table",
        "pays_on": random.choice(METRICS[:2]),
        "choose": choose,
        "unmatched": "skip",
        "rules": rules,
    }
    if choose == "most_specific":
        c["by"] = ["product", "customer", "region", "margin"]
    return c


def _ranking(random: Random) -> dict[str, Any]:
    by = random.choice(["sales_amount", "attainment(sales_amount)", "units"])
    c = {
        "shape": "ranking",
        "rank_by": by,
        "awards": ["500.01", "300", "100"],
        "ties": random.choice(["split", "same"]),
    }
    if random.random() < 0.4:
        c["minimum"] = _condition(random)
    return c


def _pool(random: Random) -> dict[str, Any]:
    c = {
        "shape": "pool",
        "scope": "plan",
        "fund": f"{random.choice(['1%', '10%'])} * {random.choice(METRICS[:2])}",
    }
    if random.random() < 0.6:
        c["share_by"] = random.choice(["sales_amount", "units"])
    if random.random() < 0.5:
        c["when"] = _condition(random)
    return c


def _team(random: Random) -> dict[str, Any]:
    return {
        "shape": "team",
        "scope": "region",
        "when": "attainment(sales_amount) >= 60%",
        "per_head": "50.05",
    }


def _draw(random: Random) -> dict[str, Any]:
    c: dict[str, Any] = {"shape": "draw", "period": "month", "amount": random.choice(["100", "75.5", "300"])}
    c["kind"] = random.choice(["floor", "advance"])
    c["recoverable"] = random.choice(["true", "true", "false"])
    if c["recoverable"] == "true" and random.random() < 0.3:
        c["maximum"] = "150"
    if c["recoverable"] == "true" and random.random() < 0.3:
        c["forgive_after"] = "1"
    if random.random() < 0.3:
        c["prorate"] = "true"
    return c
