"""Every document that is written from a template, and what its template may use.

`docs/templates.md` says the same; a test holds the two together, and a template is given exactly these.
"""

from __future__ import annotations

from collections.abc import Mapping

from salescli.model.template import Markdown, TemplateKind, Variable
from salescli.workflows.reviews.variables import REVIEW

_TABLE = Markdown("| a | b |\n|---|---|\n| 1 | 2 |")

HEAD = (
    Variable("company", "the company, as `salescli.yaml` names it", "Huaxing"),
    Variable("period", "the period, as it was asked for", "2026-08"),
    Variable("separator", "what stands between items of a list in the language in use", ", "),
)
_HONOUR = {
    "name": "Zhang",
    "person": "zhang",
    "region": "East",
    "award": "certificate",
    "component": "star",
    "plan": "account-manager-2026",
    "rank": 1,
    "period": "2026-08",
    "measure": "attainment of Sales",
    "value": "120%",
}

_KINDS = (
    TemplateKind("weekly", "`review weekly`", REVIEW),
    TemplateKind("monthly", "`review monthly`", REVIEW),
    TemplateKind("quarterly", "`review quarterly`", REVIEW),
    TemplateKind(
        "certificate",
        "`honours --write-to`: one for each person and recognition",
        (
            *HEAD,
            *(
                Variable(key, meaning, _HONOUR[key])
                for key, meaning in {
                    "name": "who is recognised",
                    "person": "their id",
                    "region": "their region on the period's last day; empty where they have none",
                    "award": "what the plan calls the award",
                    "component": "the plan's name for the recognition",
                    "plan": "the plan",
                    "rank": "their place, a number",
                    "measure": "what places were given by, in words",
                    "value": "their figure",
                }.items()
            ),
            Variable(
                "title",
                "what the recognition is called: the plan's `title:`, else Sales Star for a component "
                "called `star`, else its name",
                "Sales Star",
            ),
            Variable("as_of", "the last day whose facts were looked at", "2026-08-31"),
        ),
    ),
    TemplateKind(
        "wall",
        "`honours --write-to`: everybody recognised",
        (
            *HEAD,
            Variable("as_of", "the last day whose facts were looked at", "2026-08-31"),
            Variable(
                "months",
                "periods, newest first, each with `period` and `people` (`name`, `person`, `region`, "
                "`title`, `award`, `component`, `rank`, `value`), by award, then place",
                [
                    {
                        "period": "2026-08",
                        "people": [
                            {
                                **{k: _HONOUR[k] for k in ("name", "person", "region", "award", "component")},
                                "title": "Sales Star",
                                "rank": 1,
                                "value": "120%",
                            }
                        ],
                    }
                ],
            ),
        ),
    ),
    TemplateKind(
        "development",
        "`honours --write-to`: who goes first to promotion panels and outside training",
        (
            *HEAD,
            Variable("as_of", "the last day whose facts were looked at", "2026-08-31"),
            Variable("top", "how many places the list has, a number", 10),
            Variable("measure", "what places were given by, in words", "attainment of Sales"),
            Variable("table", "the list as a table: place, person, region, figure", _TABLE),
            Variable(
                "people",
                "the same as `rank`, `name`, `person`, `region`, `value`",
                [{k: _HONOUR[k] for k in ("rank", "name", "person", "region", "value")}],
            ),
        ),
    ),
    TemplateKind(
        "public",
        "`export public`: the list of those paid, as far as it may be public",
        (
            *HEAD,
            Variable("state", "`published`, `closed` or `paid`, in the language in use", "published"),
            Variable("published", "the day it was published", "2026-09-03"),
            Variable("until", "the last day for objections; empty once the month is closed", "2026-09-08"),
            Variable("count", "how many people are on the list, a number", 7),
            Variable("table", "the list as a table, with the columns the policy allows", _TABLE),
            Variable(
                "people",
                "the same as `name`, `region`, `amount`, `places`; what the policy hides is empty",
                [{"name": "张*", "region": "", "amount": "", "places": ["star 1"]}],
            ),
        ),
    ),
)

TEMPLATES: Mapping[str, TemplateKind] = {kind.name: kind for kind in _KINDS}
