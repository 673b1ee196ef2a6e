"""Small books of facts for the tests of `measures`: text in, `Book` out."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

from salescli.findings import Finding
from salescli.measures import open_facts
from salescli.model.book import FACT_KINDS, Book, Settings
from salescli.model.metric import ClosedDeal, FxRule, Lights, Metric, Policy, built_in_metrics
from salescli.model.org import Assignment, Named, Org, Person

HEADERS = {
    "deals": "deal_id,customer,region,product,owner,amount,status,"
    "opened_on,signed_on,closed_on,cancelled_on,cost",
    "collections": "receipt_id,deal_id,received_on,amount",
    "credits": "deal_id,person,share,kind",
    "fx": "date,currency,rate",
    "activities": "date,person,kind,count,region,product,customer,deal_id",
}

ORG = Org(
    regions={
        r: Named(id=r, name=n) for r, n in (("east", "华东"), ("south", "华南"), ("NA", "North America"))
    },
    products={p: Named(id=p, name=f"{p}产品线") for p in "AB"},
    people={
        "li": Person(
            id="li",
            name="小李",
            role="am",
            hired=date(2024, 1, 1),
            assignments=(
                Assignment(since=date(2024, 1, 1), until=date(2026, 6, 30), region="south", products=("B",)),
                Assignment(since=date(2026, 7, 1), until=None, region="east", products=("A", "B")),
            ),
        ),
        "wu": Person(id="wu", name="小吴", role="am", hired=date(2024, 1, 1), left=date(2026, 12, 31)),
        "zhang": Person(id="zhang", name="小张", role="am", hired=date(2024, 1, 1), aliases=("Zhang San",)),
    },
)


def policy(
    collected: str = "30",
    signed: bool = True,
    metrics: dict[str, Metric] | None = None,
    fx: FxRule | bool = False,
) -> Policy:
    return Policy(
        closed_deal=ClosedDeal(signed=signed, collected_at_least=Fraction(collected) / 100),
        metrics=built_in_metrics() | (metrics or {}),
        lights={"default": Lights()},
        fx="booking_date" if fx is True else fx or None,
    )


def book(root: Path, rules: Policy | None = None, currency: str = "CNY") -> Book:
    """A book of the fact files under `root`."""
    facts: dict[str, tuple[Path, ...]] = {}
    for kind in (*FACT_KINDS, "fx"):
        found = [p for p in (root / "ledger").rglob("*") if p.suffix in (".csv", ".parquet")]
        facts[kind] = tuple(sorted(p for p in found if p.parent.name == kind or p.stem == kind))
    return Book(
        root=root,
        settings=Settings(currency=currency),
        org=ORG,
        policy=rules or policy(),
        plans=(),
        targets=(),
        facts=facts,
        sources=(),
    )


def write(root: Path, **kinds: str) -> Path:
    """Write `ledger/<kind>.csv`: the usual header and the given rows (a text without it; blank lines go)."""
    (root / "ledger").mkdir(parents=True, exist_ok=True)
    for kind, rows in kinds.items():
        lines = [line.strip() for line in rows.strip().splitlines()]
        (root / "ledger" / f"{kind}.csv").write_text("\n".join([HEADERS[kind], *lines]) + "\n", "utf-8")
    return root


def findings(root: Path, rules: Policy | None = None, currency: str = "CNY") -> list[Finding]:
    found: list[Finding] = []
    with open_facts(book(root, rules, currency)) as facts:
        facts.check(found)
    for each in found:
        assert "{" not in each.message + each.hint
    return found


def told(found: list[Finding]) -> list[str]:
    """`file:line:col code` of each finding."""
    return [f"{f.span.path.removeprefix('ledger/')}:{f.span.line}:{f.span.column} {f.code}" for f in found]
