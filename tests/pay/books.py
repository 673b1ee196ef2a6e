"""A small book on disk with the reference figures of I2–I5, for workflows that read files."""

from __future__ import annotations

from pathlib import Path

PLAN = """\
plan: account-manager-2026
for: {role: [account_manager]}
valid: {from: 2026-07-01, to: 2026-12-31}
why: Board decision 2026-06-20
components:
  commission:
    shape: tiers
    period: month
    pays_on: sales_amount
    measured_by: attainment(sales_amount)
    mode: whole
    tiers:
      - {from: 0%, rate: 0%}
      - {from: 80%, rate: 1.5%}
      - {from: 100%, rate: 2%, bonus: 1000}
      - {from: 120%, rate: 3%, bonus: 3000}
    on_zero_target: error
  top3:
    shape: ranking
    period: quarter
    rank_by: sales_amount
    awards: [5000, 3000, 1000]
    ties: split
    minimum: attainment(sales_amount) >= 80%
  team:
    shape: team
    period: month
    scope: region
    when: attainment(sales_amount) >= 110%
    per_head: 500
  star: {shape: recognition, period: month, award: certificate, rank_by: attainment(sales_amount), top: 1}
examples:
  - given: {target: 800000, sales_amount: 960000}
    expect: {commission: 31800}
"""

ORG = """\
regions: [{id: east, name: 华东, aliases: [East]}, {id: south, name: 华南}]
products: [{id: A, name: A产品线}]
people:
  - {id: chen, name: 老陈, role: manager, hired: 2020-01-01, assignments: [{from: 2020-01-01, region: east}]}
  - {id: zhang, name: 小张, role: account_manager, hired: 2024-03-01, manager: chen,
     assignments: [{from: 2024-03-01, region: east}]}
  - {id: wu, name: 小吴, role: account_manager, hired: 2024-03-01, manager: chen,
     assignments: [{from: 2024-03-01, region: east}]}
  - {id: li, name: 小李, role: account_manager, hired: 2024-03-01, manager: chen,
     assignments: [{from: 2024-03-01, region: south}]}
  - {id: gone, name: 小孙, role: account_manager, hired: 2024-03-01, left: 2026-07-10,
     assignments: [{from: 2024-03-01, region: south}]}
"""

METRICS = "closed_deal: {signed: true, collected_at_least: 30%}\n"

TARGETS = "period,metric,region,product,person,level,target\n" + "".join(
    f"{month},sales_amount,{region},,{person},target,{target}\n"
    for month in ("2026-07", "2026-08", "2026-09")
    for region, person, target in (
        ("east", "zhang", 800000),
        ("east", "wu", 1200000),
        ("south", "li", 600000),
        ("south", "gone", 400000),
        ("east", "", 2000000),
        ("south", "", 1000000),
    )
)

DEALS_HEAD = (
    "deal_id,customer,region,product,owner,amount,status,opened_on,signed_on,closed_on,cancelled_on\n"
)
DEALS = {
    "2026-07": "J-1,c1,east,A,zhang,640000,won,2026-06-01,2026-07-05,2026-07-05,\n"
    "J-2,c2,south,A,gone,500000,won,2026-06-01,2026-07-08,2026-07-08,\n"
    "J-3,c3,south,A,gone,70000,won,2026-06-01,2026-07-09,2026-07-09,\n",
    "2026-08": "D-1,c1,east,A,zhang,500000.01,won,2026-07-01,2026-08-05,2026-08-05,\n"
    "D-2,c4,east,A,zhang,459999.99,won,2026-07-01,2026-08-20,2026-08-20,\n"
    "D-3,c5,east,A,wu,1500000,won,2026-07-01,2026-08-03,2026-08-03,\n"
    "D-4,c6,south,A,li,450000,won,2026-07-01,2026-08-11,2026-08-11,\n"
    "D-5,c7,south,A,li,900000,won,2026-07-01,2026-08-30,2026-08-30,\n",
    "2026-09": "S-1,c8,south,A,li,600000,won,2026-08-01,2026-09-30,2026-09-30,\n",
}
RECEIPTS_HEAD = "receipt_id,deal_id,received_on,amount\n"
RECEIPTS = {
    "2026-07": "R-1,J-1,2026-07-06,640000\nR-2,J-2,2026-07-08,500000\n",
    "2026-08": "R-3,D-1,2026-08-06,150000\nR-4,D-1,2026-08-10,0.01\nR-5,D-2,2026-08-21,459999.99\n"
    "R-6,D-3,2026-08-04,1500000\nR-7,D-4,2026-08-12,450000\nR-8,J-3,2026-08-15,70000\n",
    "2026-09": "R-9,D-5,2026-09-01,100000\nR-10,D-5,2026-09-04,200000\nR-11,S-1,2026-09-30,600000\n",
}


def make_book(root: Path, months: tuple[str, ...] = ("2026-07", "2026-08", "2026-09")) -> Path:
    """The book with the facts of these months."""
    files = {
        "salescli.yaml": "company: 华兴商贸\ncurrency: CNY\nlocale: en\ncalendar: CN\n",
        "ledger/org.yaml": ORG,
        "ledger/targets/Q3.csv": TARGETS,
        "policies/metrics.yaml": METRICS,
        "policies/plans/account-manager.yaml": PLAN,
    }
    for month in months:
        files[f"ledger/deals/{month}.csv"] = DEALS_HEAD + DEALS[month]
        files[f"ledger/collections/{month}.csv"] = RECEIPTS_HEAD + RECEIPTS[month]
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root
