"""Everything the plan pages pay is explained: each amount stands in a step, each step rests on a line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from test_plan_pages import SCENES, Scene, lay

from salescli.findings import Finding
from salescli.workflows.explaining.explain_example import as_example
from salescli.workflows.paying.reckon import reckon
from salescli.workflows.plans.plan_show import plan_show
from salescli.workflows.session import open_session
from salescli.workflows.validate import validate

PLAN = "policies/plans/p.yaml"


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_each_amount_stands_in_a_step_that_names_its_line(scene: Scene, tmp_path: Path) -> None:
    lay(scene, tmp_path)
    found: list[Finding] = []
    with open_session(tmp_path) as session:
        outcomes = [o for one in reckon(session, session.period("2026"), found) for o in one.outcomes]
    assert outcomes
    for outcome in outcomes:
        for entry in outcome.entries:
            steps = entry.steps or outcome.steps
            amounts = [(step.step, abs(step.amount)) for step in steps if step.amount is not None]
            together = sum(e.amount for e in outcome.entries if e.kind == entry.kind)  # cut by deals
            of_parts = sum(amount for step, amount in amounts if step == "bonus")
            told = {amount for _, amount in amounts} | {of_parts}
            assert {abs(entry.amount), abs(together)} & told, (entry, amounts)
            assert any(step.place and step.place.path == PLAN for step in steps)
            assert entry.rule is not None
            assert entry.rule.path == PLAN


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_plan_is_read_out_in_full(scene: Scene, tmp_path: Path) -> None:
    lay(scene, tmp_path)
    report = plan_show(tmp_path, "p", curve=True)
    with open_session(tmp_path) as session:
        names = {component.name for component in session.book.plans[0].components}
    assert names <= {row["component"] for row in report.tables[0].rows}


PAID = [scene for scene in SCENES if scene.paid is not None]


@pytest.mark.parametrize("scene", PAID, ids=lambda scene: scene.name)
def test_a_month_as_an_example_can_be_pasted(scene: Scene, tmp_path: Path) -> None:
    """What `explain --as-example` prints holds when it is put into the plan."""
    lay(scene, tmp_path)
    found: list[Finding] = []
    with open_session(tmp_path) as session:
        for month in ("2026-01", "2026-08") if "draw" in scene.name else ("2026-08",):
            reckoned = reckon(session, session.period(month), found)
            texts = {p: as_example(session, reckoned, p) for p in ("zhang", "wu", "li") if reckoned}
            path = tmp_path / PLAN
            plan = path.read_text(encoding="utf-8").split("examples:")[0]
            for who, text in texts.items():
                for component in {e.component for one in reckoned for e in one.entries() if e.person == who}:
                    assert f"{component}: " in text or f"# {component} was paid " in text
                if yaml.safe_load(text)["examples"]:
                    path.write_text(plan + text, encoding="utf-8")
                    wrong = [f for f in validate(tmp_path).findings if f.code[0] == "Y" or f.code == "P103"]
                    assert [(f.code, f.message) for f in wrong] == [], text
