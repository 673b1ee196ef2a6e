"""Looking up targets: nodes, sums over regions, composed periods, conflicts."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from salescli.calc.attain import attainment, base_metrics, metric_value
from salescli.calc.targets import TargetIndex, conflict_findings
from salescli.findings import Span
from salescli.model.metric import ClosedDeal, Lights, Policy, built_in_metrics
from salescli.model.period import Period
from salescli.model.target import TargetRow


def row(period: str, target: str, line: int = 2, **node: str) -> TargetRow:
    value = Fraction(target.rstrip("%")) / 100 if target.endswith("%") else Decimal(target)
    return TargetRow(
        period=period,
        metric=node.get("metric", "sales_amount"),
        region=node.get("region"),
        product=node.get("product"),
        person=node.get("person"),
        level="target",
        target=value,
        place=Span("ledger/targets/Q3.csv", line),
    )


def find(index: TargetIndex, period: str, metric: str = "sales_amount", **node: str) -> str | None:
    goal = index.find(metric, Period.parse(period), **node)  # type: ignore[arg-type]
    return None if goal is None else str(goal.value)


def test_a_quarter_without_rows_is_the_sum_of_its_months() -> None:
    index = TargetIndex([row("2026-07", "1"), row("2026-08", "2"), row("2026-09", "4")])
    assert find(index, "2026-Q3") == "7"
    assert find(index, "2026-H2") is None
    assert find(index, "2026-10") is None


def test_a_year_may_be_made_of_quarters() -> None:
    index = TargetIndex([row(f"2026-Q{n}", "10") for n in (1, 2, 3, 4)])
    assert find(index, "2026") == "40"
    assert find(index, "2026-H1") == "20"
    assert find(index, "2026-02") is None


def test_a_transferred_person_has_the_sum_of_both_regions() -> None:
    index = TargetIndex(
        [row("2026-08", "3", region="east", person="li"), row("2026-08", "5", region="south", person="li")]
    )
    assert find(index, "2026-08", person="li") == "8"
    assert find(index, "2026-08", person="li", region="south") == "5"
    assert find(index, "2026-08", region="south") is None


def test_a_joiner_has_the_months_there_are() -> None:
    index = TargetIndex([row("2026-08", "3", person="new"), row("2026-09", "5", person="new")])
    assert find(index, "2026-Q3", person="new") == "8"
    assert find(index, "2026-Q3", person="nobody") is None


def test_a_rate_is_composed_only_if_its_parts_agree() -> None:
    months = [row(m, "90%", metric="collection_rate") for m in ("2026-07", "2026-08", "2026-09")]
    assert find(TargetIndex(months), "2026-Q3", metric="collection_rate") == "9/10"
    months[2] = row("2026-09", "80%", metric="collection_rate")
    assert find(TargetIndex(months), "2026-Q3", metric="collection_rate") is None


def test_two_targets_for_one_thing_are_named() -> None:
    index = TargetIndex([row("2026-08", "3", 2), row("2026-08", "4", 9)])
    (found,) = conflict_findings(index)
    assert (found.code, found.span.line) == ("T200", 9)
    assert "Q3.csv:2" in found.message


def test_metric_values_are_exact_and_undefined_over_zero() -> None:
    policy = Policy(closed_deal=ClosedDeal(), metrics=built_in_metrics(), lights={"default": Lights()})
    totals = {"sales_amount": 142_000_000, "collected_amount": 71_000_000, "deals_won": 3}
    assert metric_value(policy, "sales_amount", totals, 2) == 1_420_000
    assert metric_value(policy, "collection_rate", totals, 2) == Fraction(1, 2)
    assert metric_value(policy, "average_order_value", totals, 2) == Fraction(1_420_000, 3)
    assert metric_value(policy, "win_rate", totals, 2) is None
    assert base_metrics(policy, "gross_margin") == ("gross_profit", "sales_amount")


def test_attainment_needs_both_and_a_target_above_zero() -> None:
    assert attainment(840_000, Decimal(800_000)) == Fraction(21, 20)
    assert attainment(1, Decimal(0)) is None
    assert attainment(None, Decimal(1)) is None
    assert attainment(1, None) is None
