"""Published worked examples that whole and marginal tiers can say, named by their published source."""

from __future__ import annotations

from decimal import Decimal

import pytest

from .sample import paid, pay_sales, tiers

AMOUNT = "sales_amount"

ORACLE_STEP = tiers(
    ("0", "1%"), ("1000", "2%"), ("3000", "3%"), ("8000", "5%"), measured_by=AMOUNT, mode="marginal"
)
ORACLE_SAME = tiers(("0", "1%"), ("10000", "2%"), ("50000", "3%"), measured_by=AMOUNT, mode="marginal")
REFERELLO = tiers(("0", "10%"), ("10000", "20%"), measured_by=AMOUNT, mode="marginal")
NON_RETRO = tiers(("0", "3%"), ("300000", "5%"), ("500000", "7%"), measured_by=AMOUNT, mode="marginal")
ZERO_UNTIL = tiers(("0%", "0%"), ("100%", "8%"), mode="marginal")
VISDUM = tiers(("0%", "0%"), ("70%", "10%"))
TWO_TIER = tiers(("0", "5%"), ("100", "3%"), measured_by=AMOUNT, mode="marginal")
TEAM = tiers(("0%", "2.5%"), ("100%", "5%"), mode="marginal")
CICHELLI = tiers(("0", "2%"), ("3000000", "3%"), measured_by=AMOUNT, mode="marginal")
# A bonus of 50,000 for a target of 1,000,000 is 5 % of sales; multipliers 1.0, 1.4, 1.6 make 5, 7 and 8 %.
LOVABLE = (("0%", "5%"), ("100%", "7%"), ("120%", "8%"))


@pytest.mark.parametrize(
    ("rule", "sales", "target", "expected"),
    [
        *(
            pytest.param(ORACLE_STEP, sales, None, pays, id=f"oracle-step-individual {sales}")
            for sales, pays in (
                ("200", "2"),
                ("300", "3"),
                ("1500", "20"),
                ("1200", "14"),
                ("2000", "30"),
                ("4500", "95"),
            )
        ),
        *(
            pytest.param(ORACLE_SAME, sales, None, pays, id=f"oracle-same-table-marginal {sales}")
            for sales, pays in (("5000", "50"), ("15000", "200"), ("60000", "1200"))
        ),
        pytest.param(REFERELLO, "15000", None, "2000", id="referello-two-tier"),
        pytest.param(NON_RETRO, "600000", None, "26000", id="sparrowgenie-non-retroactive"),
        pytest.param(ZERO_UNTIL, "120000", "80000", "3200", id="sparrowgenie-zero-until-quota"),
        *(
            pytest.param(VISDUM, sales, "1000000", pays, id=f"visdum-threshold-70 {sales}")
            for sales, pays in (("500000", "0"), ("690000", "0"), ("700000", "70000"), ("900000", "90000"))
        ),
        pytest.param(TWO_TIER, "200", None, "8", id="pandatech-readme-two-tier a"),
        pytest.param(TEAM, "250000", "198000", "7550", id="quotapath-team-plan"),
        pytest.param(CICHELLI, "4000000", None, "90000", id="cichelli-margin-modifier, before the modifier"),
        *(
            pytest.param(
                tiers(*LOVABLE, mode="marginal"), sales, "1000000", pays, id=f"lovable marginal {sales}"
            )
            for sales, pays in (
                ("800000", "40000"),
                ("1100000", "57000"),
                ("1200000", "64000"),
                ("1500000", "88000"),
            )
        ),
        pytest.param(tiers(*LOVABLE), "1100000", "1000000", "77000", id="lovable whole at 110 %"),
    ],
)
def test_published_figures_come_out(rule: object, sales: str, target: str | None, expected: str) -> None:
    assert paid(pay_sales(rule, sales, target)) == Decimal(expected)  # type: ignore[arg-type]


def test_published_slices_come_out() -> None:
    def slices(rule: object, sales: str) -> list[tuple[int, Decimal]]:
        steps = pay_sales(rule, sales).steps  # type: ignore[arg-type]
        return [(int(s.base or 0), Decimal(s.amount or 0)) for s in steps if s.step == "slice"]  # type: ignore[arg-type]

    assert slices(REFERELLO, "15000") == [(10000, 1000), (5000, 1000)]
    assert slices(NON_RETRO, "600000") == [(300000, 9000), (200000, 10000), (100000, 7000)]
    assert slices(ORACLE_SAME, "60000") == [(10000, 100), (40000, 800), (10000, 300)]


@pytest.mark.parametrize(
    ("credit", "rate", "expected"),
    [
        pytest.param("25000", "1%", "250", id="oracle-credit-percent rep"),
        pytest.param("50000", "0.25%", "125", id="oracle-credit-percent manager"),
        pytest.param("60000", "15%", "9000", id="split-60-40"),
        pytest.param("67500", "10%", "6750", id="prowi-flat-override rep"),
        pytest.param("67500", "3%", "2025", id="prowi-flat-override manager"),
    ],
)
def test_a_flat_rate_is_one_tier(credit: str, rate: str, expected: str) -> None:
    assert paid(pay_sales(tiers(("0", rate), measured_by=AMOUNT), credit)) == Decimal(expected)
