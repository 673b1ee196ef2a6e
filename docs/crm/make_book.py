"""People and regions of the public CRM export as a book: `python make_book.py EXPORT_FOLDER BOOK`.

Reads `sales_teams.csv` and `products.csv`; writes `ledger/org.yaml` (regions, product lines),
`ledger/people.csv` and `ledger/assignments.csv`. Ids are the names in lower case with dashes.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

START = "2016-10-01"


def id_of(name: str) -> str:
    """`Mei-Mei Johns` as `mei-mei-johns`."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[list[str]]) -> None:
    """A CSV, heading first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def main(export: Path, book: Path) -> None:
    """Write the three files."""
    teams, products = read(export / "sales_teams.csv"), read(export / "products.csv")
    managers = {team["manager"]: team["regional_office"] for team in teams}
    ledger = book / "ledger"
    ledger.mkdir(parents=True, exist_ok=True)
    lines = ["regions:"]
    lines += [f"  - {{id: {id_of(r)}, name: {r}}}" for r in sorted(set(managers.values()))]
    lines += ["products:"]
    lines += [f"  - {{id: {id_of(p['product'])}, name: {p['product']}}}" for p in products]
    (ledger / "org.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    people = [["id", "name", "role", "hired", "manager"]]
    people += [[id_of(m), m, "manager", START, ""] for m in sorted(managers)]
    for team in teams:
        agent = team["sales_agent"]
        people.append([id_of(agent), agent, "agent", START, id_of(team["manager"])])
    assignments = [["person", "from", "region"]]
    assignments += [[id_of(m), START, id_of(region)] for m, region in sorted(managers.items())]
    assignments += [[id_of(t["sales_agent"]), START, id_of(t["regional_office"])] for t in teams]
    write(ledger / "people.csv", people)
    write(ledger / "assignments.csv", assignments)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
