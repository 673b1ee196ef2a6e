"""Holding outputs against what a case says: a wrong figure, a row too many and an unheld figure are found."""

from __future__ import annotations

from typing import Any

import pytest

from .checks import Row, errors_in, hold, not_shown

PAID = [
    {"person": "ann", "kind": "earning", "amount": "10.00", "rate": "0.015"},
    {"person": "ann", "kind": "hold", "amount": "-10.00", "rate": None},
    {"person": "bob", "kind": "earning", "amount": "3.00", "rate": "0.02"},
]


def checked(**check: Any) -> None:
    hold({"run": "payout", **check}, lambda line: (0, {"rows": PAID}, ""))


def test_rows_are_exactly_those_stated() -> None:
    bob = [{"person": "bob", "rate": "2%", "amount": "3"}]
    checked(where={"person": "bob"}, rows=bob)
    checked(sums=[{"person": "bob", "amount": "3"}])
    checked(where={"person": "nobody"}, rows=[])
    for wrong in (
        {"rows": bob},
        {"where": {"person": "bob"}, "rows": [{"person": "bob", "rate": "2%", "amount": "3.01"}]},
        {"where": {"person": "ann"}, "rows": []},
        {"sums": [{"person": "bob", "amount": "3"}, {"person": "ann", "amount": "10"}]},
    ):
        with pytest.raises(AssertionError):
            checked(**wrong)
    with pytest.raises(KeyError):
        checked(where={"persn": ""}, rows=[])


def test_a_refusal_is_exactly_its_errors() -> None:
    printed = "policies/plans/a.yaml:9:7: error[P022]: a gap\n  - {from: 0%}\nb.csv:2:1: warning[F009]: x\n"
    gap: Row = {"place": "policies/plans/a.yaml:9", "code": "P022"}
    assert errors_in(printed) == [gap]
    hold({"run": "validate", "refused": [gap]}, lambda line: (1, None, printed))
    for code, errors in ((0, [gap]), (1, []), (1, [gap, gap])):
        with pytest.raises(AssertionError):
            hold({"run": "validate", "refused": errors}, lambda line, code=code: (code, None, printed))


def test_published_figures_that_nothing_holds_are_told() -> None:
    checks = [{"run": "payout", "rows": [{"amount": "3.00", "rate": "1.5%"}]}]
    published = {"paid": {"ann": "3", "bob": "4"}, "rate": "1.5%"}
    assert not_shown({"published": published, "checks": checks}) == ["paid.bob"]
    assert not_shown({"published": published, "checks": checks, "elsewhere": {"paid": "why"}}) == []
