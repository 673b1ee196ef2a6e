"""Paying in memory: 100,000 people × six components, trace included (`python -m bench.pay`)."""

from __future__ import annotations

import gc
import json
import tempfile
from datetime import date
from fractions import Fraction
from pathlib import Path
from time import perf_counter

from salescli.books import load_book
from salescli.calc.pay.coverage import Member
from salescli.calc.pay.registry import compile_component
from salescli.calc.pay.scores import Node, Score, Scores
from salescli.findings import Finding
from salescli.model.period import Period

PEOPLE = 100_000

_FILES = {
    "salescli.yaml": "company: Bench\ncurrency: CNY\nlocale: en\ncalendar: CN\n",
    "policies/metrics.yaml": "closed_deal: {signed: true}\n",
    "ledger/org.yaml": "regions: [{id: east}]\nproducts: [{id: A}]\npeople:\n"
    "  - {id: one, role: rep, hired: 2020-01-01, assignments: [{from: 2020-01-01, region: east}]}\n",
    "ledger/deals.csv": "deal_id,customer,region,product,owner,amount,status,signed_on\n",
}
_TIERS = """
      - {from: 0%, rate: 0%}
      - {from: 80%, rate: 1.5%}
      - {from: 100%, rate: 2%, bonus: 1000}
      - {from: 120%, rate: 3%, bonus: 1000}
"""
_PLAN = f"""\
plan: bench
for: {{role: [rep]}}
components:
  whole:
    shape: tiers
    period: month
    pays_on: sales_amount
    measured_by: attainment(sales_amount)
    mode: whole
    tiers:{_TIERS}
  marginal:
    shape: tiers
    period: month
    pays_on: sales_amount
    measured_by: attainment(sales_amount)
    mode: marginal
    when: attainment(sales_amount) >= 50%
    tiers:{_TIERS}
  flat:
    shape: flat
    period: month
    pays_on: sales_amount
    rate: 5%
    cap: {{amount: 20000}}
    multipliers:
      - measured_by: collection_rate
        mode: whole
        tiers: [{{from: 0%, factor: 50%}}, {{from: 80%, factor: 100%}}]
  scorecard:
    shape: scorecard
    period: month
    pays_on: 10000
    goals:
      - {{name: sales, weight: 60%, measured_by: attainment(sales_amount), cap: 150%}}
      - {{name: customers, weight: 40%, measured_by: attainment(new_customers), cap: 150%}}
  milestones:
    shape: milestones
    period: month
    pays: all
    milestones: [{{when: sales_amount >= 100000, pays: 500}}]
  spiff: {{shape: spiff, period: month, count: new_customers, pays: 100}}
"""


def main() -> None:
    """Print `{shape: microseconds per person}` as JSON."""
    found: list[Finding] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**_FILES, "policies/plans/bench.yaml": _PLAN}.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        book = load_book(Path(folder), found)
    assert book is not None, found
    period = Period.month_of(date(2026, 8, 1))
    people = {f"p{i:06}": _person(i) for i in range(PEOPLE)}
    members = tuple(Member(person, "east", "rep", period.end) for person in people)
    scores = Scores(period=period, people=people)
    shapes = [compile_component(book.plans[0], c, book.policy) for c in book.plans[0].components]
    gc.collect()
    gc.disable()
    times: dict[str, float] = {}
    for shape in shapes:
        begin = perf_counter()
        paid = shape.pay(scores, members, found)
        times[shape.component.name] = (perf_counter() - begin) / PEOPLE * 1e6
        assert len(paid) == PEOPLE
    print(json.dumps(times))


def _person(number: int) -> Node:
    sales = Fraction(5_000_000 + number * 700 % 9_000_000 + number % 100, 100)
    return {
        "sales_amount": Score(sales, Fraction(100_000)),
        "collection_rate": Score(Fraction(number % 100, 100)),
        "new_customers": Score(Fraction(number % 7), Fraction(5)),
    }


if __name__ == "__main__":
    main()
