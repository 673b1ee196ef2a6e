"""Floor 0: what provokes a finding about plans, and what to write instead (`salescli rule CODE`).

Each text is a plan file, the components of one, or several files, each begun by `# path`. They are run by
tests: the wrong one is found fault with by its code, the right one is not.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """A wrong and a right example of a finding."""

    wrong: str
    right: str


def _components(wrong: str, right: str) -> Shown:
    return Shown(_plan(wrong), _plan(right))


def _plan(components: str, head: str = "") -> str:
    body = "".join(f"  {line}\n" for line in components.splitlines())
    return f"plan: sales-2026\nfor: {{role: [rep]}}\n{head}components:\n{body}"


_FLAT = "commission: {shape: flat, period: month, pays_on: sales_amount, rate: 5%}\n"


def _tiers(*tiers: str, more: str = "", mode: str = "whole", by: str = "sales_amount") -> str:
    lines = "".join(f"    - {{{tier}}}\n" for tier in tiers)
    return (
        "commission:\n  shape: tiers\n  period: month\n  pays_on: sales_amount\n"
        f"  measured_by: {by}\n  mode: {mode}\n{more}  tiers:\n{lines}"
    )


def _several(first: str, second: str) -> str:
    return f"# policies/plans/a.yaml\n{first}# policies/plans/b.yaml\n{second}"


def _whole_plan(name: str, covers: str, component: str = _FLAT, head: str = "") -> str:
    return f"plan: {name}\nfor: {{{covers}}}\n{head}components:\n  {component}"


_ATTAINED = "attainment(sales_amount)"
_RANKING = "top: {shape: ranking, period: quarter, rank_by: sales_amount, awards: [500], ties: %s}\n"
_BONUS = "bonus: {shape: flat, period: month, pays_on: personal(%s), rate: 10%%}\n"
_TABLE = (
    "commission:\n  shape: rate_table\n  period: month\n  pays_on: sales_amount\n"
    "  choose: first_match\n  unmatched: skip\n  rules:\n    - {product: [A], %s}\n"
)

CODE_EXAMPLES: dict[str, Shown] = {
    "P001": _components(
        _FLAT.replace("}", ", when: attain(sales_amount) => 80%}"),
        _FLAT.replace("}", f", when: {_ATTAINED} >= 80%}}"),
    ),
    "P002": _components(
        _tiers("from: 0, rate: 1%", "from: 0.8, rate: 2%", mode="marginal", by=_ATTAINED),
        _tiers("from: 0%, rate: 1%", "from: 80%, rate: 2%", mode="marginal", by=_ATTAINED),
    ),
    "P003": _components(_RANKING % "tiebreak", _RANKING % "{tiebreak: [new_customers]}"),
    "P004": Shown(
        _several(_whole_plan("sales", "person: [zhang]"), _whole_plan("sales", "person: [wu]")),
        _several(_whole_plan("sales-zhang", "person: [zhang]"), _whole_plan("sales-wu", "person: [wu]")),
    ),
    "P005": _components(
        _tiers("from: 50000, rate: 2%", mode="marginal"),
        _tiers("from: 0, rate: 0%", "from: 50000, rate: 2%", mode="marginal"),
    ),
    "P006": _components(
        _tiers("from: 0, rate: 1%", "from: 50000, rate: 2%", "from: 20000, rate: 3%", mode="marginal"),
        _tiers("from: 0, rate: 1%", "from: 20000, rate: 2%", "from: 50000, rate: 3%", mode="marginal"),
    ),
    "P007": _components(
        _tiers("from: 0, rate: 3%", "from: 50000, rate: 2%", mode="marginal"),
        _tiers("from: 0, rate: 2%", "from: 50000, rate: 3%", mode="marginal"),
    ),
    "P008": _components((_RANKING % "split").replace("[500]", "[]"), _RANKING % "split"),
    "P009": _components(_FLAT.replace("sales_amount", "sale_amount"), _FLAT),
    "P010": _components(
        _FLAT.replace("sales_amount", "collection_rate"),
        _FLAT.replace("}", ", when: collection_rate >= 60%}"),
    ),
    "P011": Shown(
        _plan(_FLAT, "valid: {from: 2026-12-31, to: 2026-01-01}\n"),
        _plan(_FLAT, "valid: {from: 2026-01-01, to: 2026-12-31}\n"),
    ),
    "P012": Shown(_whole_plan("sales", "role: [reps]"), _whole_plan("sales", "role: [rep]")),
    "P013": Shown(_whole_plan("sales", "region: [est]"), _whole_plan("sales", "region: [east]")),
    "P014": Shown(
        _whole_plan("sales", "role: [manager], region: [south]"),
        _whole_plan("sales", "role: [manager], region: [east]"),
    ),
    "P015": Shown(_whole_plan("sales", "person: [zhang]"), _whole_plan("sales", "role: [rep]")),
    "P016": Shown(
        _several(_whole_plan("sales", "role: [rep]"), _whole_plan("east", "region: [east]")),
        _several(_whole_plan("sales", "region: [south]"), _whole_plan("east", "region: [east]")),
    ),
    "P017": Shown(
        _several(
            _whole_plan("sales", "role: [rep]"),
            _whole_plan("east", "person: [wu]", _FLAT.replace("commission", "extra")),
        ),
        _several(
            _whole_plan("sales", "person: [zhang, li]"),
            _whole_plan("east", "person: [wu]", _FLAT.replace("commission", "extra")),
        ),
    ),
    "P018": _components(
        "team: {shape: team, period: month, scope: region, per_head: 500}\n",
        f"team: {{shape: team, period: month, scope: region, per_head: 500, when: {_ATTAINED} >= 110%}}\n",
    ),
    "P019": _components(
        _FLAT + "kicker: {shape: flat, period: month, pays_on: earned(comission), rate: 10%}\n",
        _FLAT + "kicker: {shape: flat, period: month, pays_on: earned(commission), rate: 10%}\n",
    ),
    "P020": _components(_FLAT.replace(", rate: 5%", ""), _FLAT),
    "P021": _components(
        _tiers("from: 0, rate: 1%, at_least: 5", mode="whole"),
        _tiers("from: 0, rate: 1%, at_least: 5", mode="marginal"),
    ),
    "P022": _components(
        _tiers("from: 0, to: 49999, rate: 1%", "from: 50000, rate: 2%", mode="marginal"),
        _tiers("from: 0, to: 50000, rate: 1%", "from: 50000, rate: 2%", mode="marginal"),
    ),
    "P023": _components(
        _tiers("from: 0, to: 60000, rate: 1%", "from: 50000, rate: 2%", mode="marginal"),
        _tiers("from: 0, to: 50000, rate: 1%", "from: 50000, rate: 2%", mode="marginal"),
    ),
    "P024": _components(
        "bonus:\n  shape: scorecard\n  period: month\n  pays_on: 5000\n  goals:\n"
        f"    - {{name: sales, weight: 60%, measured_by: {_ATTAINED}}}\n"
        "    - {name: cash, weight: 30%, measured_by: collection_rate}\n",
        "bonus:\n  shape: scorecard\n  period: month\n  pays_on: 5000\n  goals:\n"
        f"    - {{name: sales, weight: 60%, measured_by: {_ATTAINED}}}\n"
        "    - {name: cash, weight: 40%, measured_by: collection_rate}\n",
    ),
    "P025": _components(
        _FLAT.replace("}", ", release: {by: instalments, parts: [{share: 50%, after: 0}]}}"),
        _FLAT.replace(
            "}", ", release: {by: instalments, parts: [{share: 50%, after: 0}, {share: 50%, after: 3}]}}"
        ),
    ),
    "P026": _components(
        _TABLE % "margin: {from: 30%, to: 20%}, rate: 3%", _TABLE % "margin: {from: 20%, to: 30%}, rate: 3%"
    ),
    "P027": _components(
        "one: {shape: flat, period: month, pays_on: earned(two), rate: 10%}\n"
        "two: {shape: flat, period: month, pays_on: earned(one), rate: 10%}\n",
        "one: {shape: flat, period: month, pays_on: sales_amount, rate: 10%}\n"
        "two: {shape: flat, period: month, pays_on: earned(one), rate: 10%}\n",
    ),
    "P028": _components(
        "new: {shape: flat, period: month, pays_on: new_customers, pays: 100, per: deal}\n",
        "new: {shape: flat, period: month, pays_on: new_customers, pays: 100}\n",
    ),
    "P030": _components(
        _tiers("from: 0, rate: 1%", "from: 50000, rate: 2%"),
        _tiers("from: 0, rate: 1%", "from: 50000, rate: 2%", mode="marginal"),
    ),
    "P031": _components(
        _tiers("from: 0, rate: 5%", "from: 50000, rate: 4%"),
        _tiers("from: 0, rate: 5%", "from: 50000, rate: 4%", more="  may_fall: true\n"),
    ),
    "P032": _components(
        _FLAT.replace("}", ", when: new_customers >= 5 and new_customers < 3}"),
        _FLAT.replace("}", ", when: new_customers >= 5 or sales_amount >= 100000}"),
    ),
    "P033": _components(
        _tiers("from: 0, rate: 1%", "from: 9000000, rate: 2%", mode="marginal"),
        _tiers("from: 0, rate: 1%", "from: 9000, rate: 2%", mode="marginal"),
    ),
    "P034": _components(
        _FLAT.replace("}", f", when: {_ATTAINED} >= 80}}"),
        _FLAT.replace("}", f", when: {_ATTAINED} >= 80%, accept: [P030]}}"),
    ),
    "P101": _components(
        _tiers("from: 0%, rate: 1%", mode="marginal", by="attainment(units)"),
        _tiers(
            "from: 0%, rate: 1%", mode="marginal", by="attainment(units)", more="  on_zero_target: skip\n"
        ),
    ),
    "P102": Shown(_plan(_FLAT, "currency: USD\n"), _plan(_FLAT, "currency: CNY\n")),
    "P103": Shown(
        _plan(_FLAT) + "examples:\n  - given: {sales_amount: 1000}\n    expect: {commission: 500}\n",
        _plan(_FLAT) + "examples:\n  - given: {sales_amount: 1000}\n    expect: {commission: 50}\n",
    ),
    "P104": _components(_BONUS % "car", _BONUS % "salary"),
    "P105": _components(
        _TABLE % "category: [gold], rate: 3%", (_TABLE % "category: [gold], rate: 3%") + "    - {rate: 2%}\n"
    ),
}
