"""`policies/metrics.yaml` as a policy: quantities, columns that deals are chosen by, other currencies."""

from __future__ import annotations

from pathlib import Path

import pytest

from salescli.books.read_metrics import read_policy
from salescli.findings import Finding
from salescli.model.metric import Base, Policy


def policy(root: Path, text: str) -> tuple[Policy, list[Finding]]:
    (root / "policies").mkdir(exist_ok=True)
    (root / "policies" / "metrics.yaml").write_text("closed_deal: {signed: true}\n" + text, "utf-8")
    found: list[Finding] = []
    return read_policy(root, found), found


def test_quantities_are_counts_of_chosen_deals(tmp_path: Path) -> None:
    rules, found = policy(
        tmp_path,
        "metrics:\n  seats: {sum: deals.quantity, of: signed, where: {item: X-1, category: [saas, box]}}\n"
        "  schools: {count: customers, where: {customer_kind: school}}\n",
    )
    assert found == []
    assert rules.metrics["seats"].unit == "count"
    where = {"item": ("X-1",), "category": ("saas", "box")}
    assert rules.metrics["seats"].base == Base(source="deals", column="quantity", of="signed", where=where)
    assert rules.metrics["units"].base == Base(source="deals", column="quantity", of="recognised")


def test_quantities_are_not_money(tmp_path: Path) -> None:
    _, found = policy(tmp_path, "metrics: {seats: {sum: deals.quantity, unit: money}}\n")
    assert [f.code for f in found] == ["M005"]


@pytest.mark.parametrize(
    ("text", "fx"), [("", None), ("fx: booking_date\n", "booking_date"), ("fx:\n", None)]
)
def test_other_currencies_are_converted_only_if_stated(tmp_path: Path, text: str, fx: str | None) -> None:
    rules, found = policy(tmp_path, text)
    assert (rules.fx, found) == (fx, [])


def test_conversion_by_another_day_is_refused(tmp_path: Path) -> None:
    _, found = policy(tmp_path, "fx: receipt_date\n")
    assert [(f.span.line, f.span.column) for f in found] == [(2, 5)]
    assert "booking_date" in found[0].hint + found[0].message
