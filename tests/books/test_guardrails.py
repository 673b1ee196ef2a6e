"""`policies/guardrails.yaml`: what is stated, what is not, and what is wrong."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import jsonschema
import yaml

from salescli.books.read_guardrails import GUARDRAILS, read_guardrails
from salescli.findings import Finding
from salescli.model.guardrails import Band, Guardrails, HealthLimits, Limit, SignalLimits
from salescli.model.plan import Plan
from salescli.workflows.schemas import schema_of

PLANS = (Plan(id="sellers", valid_from=None, valid_to=None, components=()),)
WHOLE = """\
health:
  cost_of_sales: {yellow_above: 3%, red_above: 4.5%}
  budget: [{period: 2026-Q3, amount: 120000}, {period: 2026-Q3, plan: sellers, amount: 100000.50}]
  reached: {from: 40%, to: 70%}
  few: 12
signals: {false_alarms: 1%, correction: holm, peers: region, first_days: 3, uncollected_after: 60}
"""


def read(root: Path, text: str | None) -> tuple[Guardrails, list[Finding]]:
    found: list[Finding] = []
    if text is not None:
        (root / "policies").mkdir(exist_ok=True)
        (root / GUARDRAILS).write_text(text, encoding="utf-8")
    return read_guardrails(root, PLANS, found), found


def test_missing_and_empty_files_leave_the_defaults(tmp_path: Path) -> None:
    for text in (None, "health: {}\n", "signals: {}\n", "# nothing\n"):
        rails, found = read(tmp_path, text)
        assert (rails, found) == (Guardrails(), [])


def test_what_is_stated_is_read_and_the_rest_stays(tmp_path: Path) -> None:
    rails, found = read(tmp_path, WHOLE)
    assert found == []
    assert rails.health == HealthLimits(
        cost_of_sales=Limit(Fraction(3, 100), Fraction(45, 1000)),
        budgets={("2026-Q3", ""): Decimal(120000), ("2026-Q3", "sellers"): Decimal("100000.50")},
        reached=Band(Fraction(2, 5), Fraction(7, 10)),
        few=12,
    )
    assert rails.signals == SignalLimits(
        false_alarms=Fraction(1, 100),
        correction="holm",
        peers="region",
        first_days=3,
        uncollected_after=60,
    )
    value = yaml.load(WHOLE, yaml.BaseLoader)
    jsonschema.validate(
        {**value, "health": {**value["health"], "few": 12, "budget": []}, "signals": {}},
        schema_of("guardrails"),
    )


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    _, found = read(
        tmp_path,
        "health:\n"
        "  cost_of_sales: {yellow_above: 5%, red_above: 4%}\n"
        "  reached: {from: 90%, to: 70%}\n"
        "  budget:\n"
        "    - {period: 2026-Q3, amount: 1}\n"
        "    - {period: 2026-Q3, amount: 2}\n"
        "    - {period: 2026-Q3, plan: seler, amount: 2}\n",
    )
    assert [(one.code, one.span.line) for one in found] == [
        ("M008", 2),
        ("M008", 3),
        ("M009", 6),
        ("M009", 7),
    ]


def test_forms_are_checked_as_everywhere(tmp_path: Path) -> None:
    _, found = read(
        tmp_path, "health: {few: 0, cost_of_sale: {}}\nsignals: {peers: world, false_alarms: 0.05}\n"
    )
    assert sorted(one.code for one in found) == sorted({one.code for one in found} | {"Y102"})
    assert len(found) == 4


def test_the_page_states_the_defaults(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    text = (root / "docs/signals.md").read_text(encoding="utf-8")
    rails, found = read(tmp_path, text[text.rindex("```yaml\n") + 8 :].split("```")[0])
    assert (rails.signals, found) == (SignalLimits(), [])
