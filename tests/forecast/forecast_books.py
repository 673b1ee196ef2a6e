"""Books of simulated years: deals opened, won after a while or lost, with a known end of each month."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

REGIONS = tuple("abcdef")
FIRST = date(2024, 1, 1)
DEALS = "deal_id,customer,region,product,owner,amount,status,opened_on,signed_on,closed_on,cancelled_on"


def simulated(root: Path, seed: int, months: int = 30, mean: int = 6) -> dict[tuple[str, str], int]:
    """A book whose regions each open about `mean` deals a month, 40 % of which are signed within some weeks.

    Returns:
        (month, region) → what was signed in it.
    """
    chance = random.Random(seed)
    days = (date(FIRST.year + months // 12, months % 12 + 1, 1) - FIRST).days
    last = FIRST + timedelta(days=days - 1)
    rows: list[str] = []
    sold: Counter[tuple[str, str]] = Counter()
    for region in REGIONS:
        level = chance.uniform(0.7, 1.5)
        for number in range(int(mean * level * months)):
            opened = FIRST + timedelta(days=chance.randrange(days))
            closed = opened + timedelta(days=int(chance.gammavariate(2, 14)))
            amount = int(chance.lognormvariate(10, 0.6)) + 1
            won = chance.random() < 0.4
            status = "open" if closed > last else "won" if won else "lost"
            signed = closed.isoformat() if status == "won" else ""
            ended = closed.isoformat() if status != "open" else ""
            rows.append(
                f"{region}{number},c{number},{region},A,p{region},{amount},{status},{opened},{signed},{ended},"
            )
            if status == "won":
                sold[f"{closed:%Y-%m}", region] += amount
    write(root, rows)
    return dict(sold)


def write(root: Path, rows: list[str], targets: str = "") -> None:
    """A book of these deals, with a person `p<region>` in each region."""
    people = [
        f"  - {{id: p{r}, name: P{r}, role: rep, hired: 2023-01-01,"
        f" assignments: [{{from: 2023-01-01, region: {r}}}]}}"
        for r in REGIONS
    ]
    org = ["regions: [" + ", ".join(f"{{id: {r}, name: R{r}}}" for r in REGIONS) + "]"]
    org += ["products: [{id: A, name: A}]", "people:", *people]
    files = {
        "salescli.yaml": "company: Simulated\ncurrency: CNY\nlocale: en\ncalendar: CN\n",
        "policies/metrics.yaml": "closed_deal: {signed: true, collected_at_least: 0%}\n",
        "ledger/org.yaml": "\n".join(org) + "\n",
        "ledger/deals.csv": "\n".join([DEALS, *rows]) + "\n",
    }
    if targets:
        files["ledger/targets/months.csv"] = "period,metric,region,product,person,level,target\n" + targets
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
